"""The report as PDF for archiving and for screen readers (PDF/A-2a and PDF/UA-1), set by typst.

Under these standards typst refuses to write a character no font can show, so a page of empty boxes never leaves here.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from toolkit.errors import OutputError
from toolkit.form.grid import Role
from toolkit.report.fonts import font_roles, load_fonts
from toolkit.report.measures import measure, signature_indents

if TYPE_CHECKING:
    from toolkit.form.grid import GridCell
    from toolkit.report.document import Report, ReportTable
    from toolkit.report.fonts import FontRole
    from toolkit.report.measures import Measures

_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
_PRIVATE = re.compile(r"contains the codepoint .*?u\{([0-9a-f]+)\}")
_NO_GLYPH = re.compile(r'the text `?"(.+?)"`? could not be displayed', re.DOTALL)
_TWIPS = 20  # in a point
# Points of air above and below the text of a cell: the longest official table then fills one page.
_AIR, _BANDED_AIR = 4.3, 5.2


def render_pdf(report: Report, *, font_dir: Path | None = None) -> bytes:
    """Return the report as the bytes of a PDF; the same report and fonts give the same bytes.

    Raises:
        OutputError: no Chinese font was found, or none has a character of the report; the message names it.
    """
    import typst

    compiler = typst.Compiler(
        _TEMPLATE.read_bytes(),
        font_paths=load_fonts(font_dir),
        sys_inputs={"report": json.dumps(_content(report, _usable_roles(report, font_dir)), ensure_ascii=False)},
    )
    try:
        made = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=_timestamp(report))
    except typst.TypstError as error:
        raise OutputError(_explain(error)) from error
    return cast("bytes", made)


def _timestamp(report: Report) -> int:
    """Return the date of the report in seconds, or zero: the clock would make every run differ."""
    if report.issued_on is None:
        return 0
    return int(datetime.combine(report.issued_on, time(), UTC).timestamp())


def _usable_roles(report: Report, font_dir: Path | None) -> tuple[FontRole, ...]:
    roles = font_roles(font_dir)
    missing = [role.label for role in roles if role.is_chinese and not role.families]
    if missing and report.is_chinese:
        raise OutputError(
            f"没有找到中文字体，排不出 PDF（缺：{'、'.join(missing)}）。"
            "请安装仿宋、黑体、楷体、宋体（或免费的 Noto Serif CJK SC、Noto Sans CJK SC），或指定存放字体文件的文件夹。"
        )
    return roles


def _explain(error: Exception) -> str:
    missing = _NO_GLYPH.search(str(error))
    if missing:
        codes = "、".join(f"U+{ord(char):04X}" for char in missing[1])
        return (
            f"能用的字体里都没有“{missing[1]}”（编码 {codes}），没有生成 PDF。"
            "请在报表中换一种写法；非用不可的，请安装含有它的字体，或指定存放字体文件的文件夹，然后重试。"
        )
    private = _PRIVATE.search(str(error))
    if private:
        return (
            f"文字里有自造字（编码 U+{private[1].upper()}），别的电脑上显示不出来，没有生成 PDF。"
            "请在报表中换成标准汉字，然后重试。"
        )
    return (
        "排版程序没有生成 PDF。可以先生成 docx，用 Word 或 WPS 打开后另存为 PDF；"
        f"请把下面的原文告诉本工具的维护者。原文：{error}"
    )


def _content(report: Report, roles: tuple[FontRole, ...]) -> dict[str, Any]:
    language, _, region = report.language.partition("-")
    return {
        "lang": language,
        "region": region or None,
        "chinese": report.is_chinese,
        "fonts": {role.id: role.families for role in roles},
        # The title face of the standard is heavy by itself; what stands in for it is set bold.
        "title-weight": "regular" if any(role.id == "title" and role.official for role in roles) else "bold",
        "heading-weight": "regular" if report.is_chinese else "bold",  # Chinese headings differ by their face
        "organ": report.organ,
        "title": report.title,
        "title-parts": report.title_parts,
        "provisional": report.provisional,
        "preamble": report.preamble,
        "sections": [
            {
                "heading": section.heading,
                "paragraphs": [{"text": text.text, "level": text.level} for text in section.paragraphs],
                **({"table": _table(section.table)} if section.table else {}),
            }
            for section in report.sections
        ],
        "signature": _signature(report),
        "note": report.contact_note,
    }


def _signature(report: Report) -> list[dict[str, Any]]:
    lines = [text for text in (report.signature, report.dated) if text]
    indents = signature_indents(report)
    return [
        {
            "text": text,
            "indent": indent / 10,
            "above": 12 if number else 40,
            "sticky": number + 1 < len(lines) or bool(report.contact_note),
        }
        for number, (text, indent) in enumerate(zip(lines, indents, strict=False))
    ]


def _table(table: ReportTable) -> dict[str, Any]:
    measures = measure(table)
    is_repeated = table.grid.head_rows > 0
    return {
        "caption": table.caption,
        "size": measures.size / 2,
        "widths": [width / _TWIPS for width in measures.widths],
        "air": _AIR if is_repeated else _BANDED_AIR,
        "repeated": is_repeated,
        "groups": [_group(table, measures, band) for band in dict.fromkeys(cell.band for cell in table.grid.cells)],
    }


def _group(table: ReportTable, measures: Measures, band: str) -> dict[str, Any]:
    cells = sorted((cell for cell in table.grid.cells if cell.band == band), key=lambda cell: (cell.row, cell.column))
    first = min(cell.row for cell in cells if cell.role in {Role.STUB, Role.DATA})
    top = 0 if table.grid.head_rows else cells[0].row  # a block drawn by itself begins at its own first row
    shown = [(cell.row < first, _cell(table, measures, cell, cell.row - top)) for cell in cells]
    return {
        "head": [entry for is_head, entry in shown if is_head],
        "body": [entry for is_head, entry in shown if not is_head],
    }


def _cell(table: ReportTable, measures: Measures, cell: GridCell, row: int) -> dict[str, Any]:
    return {
        "x": cell.column,
        "y": row,
        "colspan": cell.column_span,
        "rowspan": cell.row_span,
        "role": cell.role.value,
        "left": cell.role is Role.STUB and table.grid.head_rows > 0,
        "inset": measures.inset(cell) / _TWIPS,
        "text": table.text(cell),
    }
