"""An assessment as a workbook and as a page; every point is linked to what it rests on."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from toolkit.campaign.board.workbook import HEAD_ROW, add_sheet, print_landscape, write_heads, write_top
from toolkit.files import write_files
from toolkit.workbook.template.styles import CREATED, FORMATS, lines_needed
from toolkit.xlsx.links import about_links, file_link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.campaign.assess.assessing import Assessment

TEMPLATES = Path(__file__).parent / "templates"
POINT_SHEET, EVIDENCE_SHEET, RULE_SHEET = "考核", "依据", "规则"
LEFT = (("名次", 7), ("机关代码", 14), ("机关名称", 36), ("状态", 24), ("得分", 9))
EVIDENCE_HEADS = (("机关代码", 14), ("机关名称", 36), ("项目", 18), ("多少", 8), ("依据", 70), ("文件", 10))
NO_RULES = "campaign.toml 里没有写 [assess] 规则，这里只列事实，不打分。"


def write_assessment(found: Assessment, folder: Path, out: Path) -> tuple[Path, ...]:
    """Write the workbook `out` and the page beside it, and return both; links lead from there into `folder`.

    Raises:
        OutputError: a file cannot be written.
    """
    way = Path(os.path.relpath(folder.resolve(), out.resolve().parent)).as_posix()
    page = out.with_suffix(".html")
    write_files({out: assessment_workbook(found, way), page: assessment_page(found, way).encode()})
    return out, page


def assessment_workbook(found: Assessment, way: str) -> bytes:
    """Return the workbook: a row per organ with points, what they rest on with links, and the rules."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": found.title, "created": CREATED})
    formats = {name: book.add_format(properties) for name, properties in FORMATS.items()}
    _write_points(add_sheet(book, POINT_SHEET), formats, found)
    _write_evidence(add_sheet(book, EVIDENCE_SHEET), formats, found, way)
    _write_rules(add_sheet(book, RULE_SHEET), formats, found)
    book.close()
    return buffer.getvalue()


def told_rules(found: Assessment) -> str:
    """Return in a sentence what points are given for."""
    return f"满分 {found.full} 分；{'；'.join(rule.told for rule in found.rules)}。" if found.rules else NO_RULES


def _write_points(sheet: Any, formats: Mapping[str, Any], found: Assessment) -> None:
    lines = found.organs[0].lines if found.organs else ()
    heads = [*LEFT]
    for line in lines:
        heads.append((f"{line.title}（{line.unit}）", 12))
        heads += [(f"{line.title}得分", 10)] if line.points is not None else []
    write_top(sheet, formats, f"{found.title}（{found.day}）", told_rules(found))
    write_heads(sheet, formats, tuple(heads))
    sheet.set_row(HEAD_ROW, 34)
    for row, one in enumerate(found.organs, HEAD_ROW + 1):
        for column, text in ((1, one.organ.code), (2, one.organ.name), (3, one.label)):
            sheet.write_string(row, column, text, formats["cell"])
        numbers: list[Any] = [one.rank or None, one.total]
        for column, value in zip((0, 4), numbers, strict=True):
            _put_number(sheet, formats, row, column, value)
        column = len(LEFT)
        for line in one.lines:
            for value in (line.amount, line.points) if line.points is not None else (line.amount,):
                _put_number(sheet, formats, row, column, value)
                column += 1
        sheet.set_row(row, 14 * max(lines_needed(one.label, LEFT[3][1]), lines_needed(one.organ.name, 36)) + 6)
    last = HEAD_ROW + max(len(found.organs), 1)
    sheet.autofilter(HEAD_ROW, 0, last, len(heads) - 1)
    print_landscape(sheet, last, len(heads) - 1)


def _put_number(sheet: Any, formats: Mapping[str, Any], row: int, column: int, value: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None, formats["number"])
    else:
        sheet.write_number(row, column, value, formats["number"])


def _write_evidence(sheet: Any, formats: Mapping[str, Any], found: Assessment, way: str) -> None:
    entries = [(one, line, each) for one in found.organs for line in one.lines for each in line.evidence]
    links = about_links(sum(bool(each.path) for _, _, each in entries))
    said = f"共 {len(entries)} 条；点“文件”打开收到的原件。{links}"
    write_top(sheet, formats, f"{found.title}的依据（{found.day}）", said)
    write_heads(sheet, formats, EVIDENCE_HEADS)
    for row, (one, line, each) in enumerate(entries, HEAD_ROW + 1):
        for column, text in ((0, one.organ.code), (1, one.organ.name), (2, line.title), (4, each.told)):
            sheet.write_string(row, column, text, formats["cell"])
        sheet.write_number(row, 3, each.amount, formats["number"])
        if each.path:
            link = file_link(f"{way}/{each.path}", "文件")
            sheet.write_link(row, 5, link, (formats["link"], formats["cell"]), "文件", alone=each.path)
        else:
            sheet.write_blank(row, 5, None, formats["cell"])
        sheet.set_row(row, 14 * lines_needed(each.told, EVIDENCE_HEADS[4][1]) + 6)
    last = HEAD_ROW + max(len(entries), 1)
    sheet.autofilter(HEAD_ROW, 0, last, len(EVIDENCE_HEADS) - 1)
    print_landscape(sheet, last, len(EVIDENCE_HEADS) - 1)


def _write_rules(sheet: Any, formats: Mapping[str, Any], found: Assessment) -> None:
    write_top(
        sheet,
        formats,
        "规则",
        f"写在 campaign.toml 的 [assess] 里。满分 {found.full} 分。" if found.rules else NO_RULES,
    )
    sheet.set_column(0, 0, 90)
    for row, rule in enumerate(found.rules, HEAD_ROW):
        named = f"{rule.title}　" if rule.title != rule.measure.label else ""
        sheet.write_string(row, 0, f"{named}{rule.told}", formats["cell"])
    row = HEAD_ROW + len(found.rules) + 1
    for place, (organ, state) in enumerate(found.left_out):
        sheet.write_string(row + place, 0, f"不考核：{organ}（{state}）", formats["cell"])


def assessment_page(found: Assessment, way: str) -> str:
    """Return the assessment as an HTML page that needs nothing from elsewhere."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    context = {"found": found, "rules": told_rules(found), "way": quote(way)}
    return environment.get_template("assessment.html.jinja").render(context).strip() + "\n"
