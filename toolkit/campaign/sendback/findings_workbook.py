"""The workbook of findings that goes back with a message: a row per finding, linked into the clerk's own file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from toolkit.campaign.intake.waivers import is_open
from toolkit.campaign.sendback.versions import difference
from toolkit.errors import OutputError
from toolkit.filing.excerpts import beginning
from toolkit.filing.findings import Severity, show
from toolkit.form.model import find
from toolkit.workbook.layout import quoted
from toolkit.workbook.marking.cell_to_mend import cell_to_mend, told_with_follows
from toolkit.workbook.template.styles import CREATED, HEAD, INK, LINE, LINK, lines_needed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.form.model import Form
    from toolkit.form.values import Value

FINDINGS, CHANGES = "意见", "与上一版比较"
FindingColumns = tuple[tuple[str, int], ...]
FindingRow = tuple[tuple[str, ...], str]  # what stands in the columns after the number, and the link of the cell
LINK_HEAD = "格子（点击跳到）"
COLUMNS: FindingColumns = (
    ("序号", 5), ("程度", 6), ("工作表", 12), (LINK_HEAD, 10), ("项目", 22), ("现在是", 10), ("应该是", 24),
    ("问题", 34), ("怎么改", 26), ("还要看的格子", 26), ("依据", 18),
)  # fmt: skip
CHANGE_COLUMNS: FindingColumns = (
    ("序号", 5), ("情况", 14), ("工作表", 12), (LINK_HEAD, 10), ("项目或问题", 50), ("上一版", 24), ("这一版", 24),
)  # fmt: skip
_TITLE_ROW, _HINT_ROW, _HEAD_ROW = 0, 1, 2
_TITLE, _LINE, _HIGHEST = 26, 14, 400  # points; Excel allows no row higher than 409
_MARGINS = (0.4, 0.4, 0.6, 0.6)  # inches: left, right, top, bottom
_LONGEST_TEXT = 2000  # nobody reads more in a cell
_LONGEST_LINK = 2000  # Excel refuses links of more than 2079 characters
_HINT = "把本表和您的填报表放在同一个文件夹，点“格子”一栏可以跳到要改的地方；跳不过去的，按工作表和格子去找。"
_BASE = {"font_name": "宋体", "font_size": 10.5, "font_color": INK, "valign": "top", "text_wrap": True}
_BOXED = {**_BASE, "border": 1, "border_color": LINE}


def findings_sheet(form: Form, receipt: Receipt, before: Receipt | None = None) -> bytes:
    """Return the workbook as .xlsx bytes, with a sheet of what changed where there is a version `before`.

    Every text is written as text, so that nothing in it can act as a formula.

    Raises:
        OutputError: a row could not be written.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"{receipt.organ} 意见表", "created": CREATED})
    formats = {
        "title": book.add_format({**_BASE, "font_name": "黑体", "font_size": 15, "text_wrap": False}),
        "hint": book.add_format({**_BASE, "text_wrap": False}),
        "head": book.add_format({**_BOXED, "bg_color": HEAD, "bold": True}),
        "cell": book.add_format({**_BOXED, "num_format": "@"}),
        "link": book.add_format({**_BOXED, "font_color": LINK, "underline": 1}),
    }
    title = f"{receipt.organ} {receipt.year} 年填报表"
    heads = (f"{title}的意见", _HINT)
    _write_table(book.add_worksheet(FINDINGS), formats, heads, COLUMNS, _finding_rows(form, receipt))
    if before is not None:
        heads = (f"{title}：{CHANGES}", f"上一版是 {_described(before)}；这一版是 {_described(receipt)}。")
        rows = _change_rows(form, before, receipt)
        _write_table(book.add_worksheet(CHANGES), formats, heads, CHANGE_COLUMNS, rows)
    book.close()
    return buffer.getvalue()


def _described(receipt: Receipt) -> str:
    return f"“{_name(receipt)}”（文件日期 {receipt.sent_on.isoformat()}，{receipt.received_at[:10]} 收到）"


def _name(receipt: Receipt) -> str:
    return receipt.file.rpartition("/")[2]


def _write_table(
    sheet: Any, formats: Mapping[str, Any], heads: tuple[str, str], columns: FindingColumns, rows: Iterable[FindingRow]
) -> None:
    sheet.write_string(_TITLE_ROW, 0, heads[0], formats["title"])
    sheet.write_string(_HINT_ROW, 0, heads[1], formats["hint"])
    for column, (head, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(_HEAD_ROW, column, head, formats["head"])
    sheet.set_row(_TITLE_ROW, _TITLE)
    sheet.set_row(_HINT_ROW, _LINE + 6)
    sheet.set_row(_HEAD_ROW, 2 * _LINE + 4)
    sheet.freeze_panes(_HEAD_ROW + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(*_MARGINS)
    sheet.set_footer("&R第 &P 页，共 &N 页")
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD_ROW)
    last = _HEAD_ROW
    for last, (texts, link) in enumerate(rows, _HEAD_ROW + 1):
        _write_row(sheet, last, columns, (str(last - _HEAD_ROW), *texts), link, formats)
    sheet.autofilter(_HEAD_ROW, 0, max(last, _HEAD_ROW + 1), len(columns) - 1)


def _write_row(
    sheet: Any, row: int, columns: FindingColumns, texts: tuple[str, ...], link: str, formats: Mapping[str, Any]
) -> None:
    shown = [beginning(text, _LONGEST_TEXT) for text in texts]
    lines = max(lines_needed(text, width) for text, (_, width) in zip(shown, columns, strict=True))
    sheet.set_row(row, min(_HIGHEST, lines * _LINE + 4))
    for column, (text, (head, _)) in enumerate(zip(shown, columns, strict=True)):
        if head == LINK_HEAD and link:
            done = sheet.write_url(row, column, link, formats["link"], text)
        else:
            done = sheet.write_string(row, column, text, formats["cell"])
        if done < 0:
            raise OutputError(f"意见表没有写成：第 {row + 1} 行第 {column + 1} 列")


def _finding_rows(form: Form, receipt: Receipt) -> Iterator[FindingRow]:
    for finding in receipt.findings:
        if not is_open(finding):
            continue
        at = cell_to_mend(form, receipt, finding)
        severity, source = Severity(finding["severity"]).label, _citation(form, finding["source"])
        yield (
            (
                severity, at.sheet, at.cell, at.label, at.found, at.demand,
                told_with_follows(finding), finding["advice"], "\n".join(at.others), source,
            ),
            _link(receipt, at.sheet, at.cell),
        )  # fmt: skip


def _change_rows(form: Form, before: Receipt, receipt: Receipt) -> Iterator[FindingRow]:
    changed = difference(form, before, receipt)
    for one in changed.changes:
        texts = ("改了的格子", one.sheet, one.cell, form.fields[one.field].label, _text(one.old), _text(one.new))
        yield texts, _link(receipt, one.sheet, one.cell)
    for fate, findings, version in (
        ("已解决", changed.fixed, before),
        ("新出现", changed.new, receipt),
        ("还没解决", changed.unchanged, receipt),
    ):
        for finding in findings:
            at = cell_to_mend(form, version, finding)
            told = f"{fate}的{Severity(finding['severity']).label}"
            # Cells of the older version are not linked: its file is no longer the one to mend.
            link = _link(version, at.sheet, at.cell) if version is receipt else ""
            yield (told, at.sheet, at.cell, finding["message"], "", ""), link


def _text(value: Value) -> str:
    return "\n".join(paragraph.text for paragraph in value) if isinstance(value, tuple) else show(value)


def _link(receipt: Receipt, sheet: str, cell: str) -> str:
    name = _name(receipt)
    if not cell or "#" in name or len(name) > _LONGEST_LINK // 2:
        return ""
    return f"external:{name}#{quoted(sheet)}!{cell}"


def _citation(form: Form, source: str) -> str:
    try:
        find(form.sources, source.partition(":")[0])
    except KeyError:  # no source, or one of another edition
        return ""
    return form.citation(source)
