"""The sheet of findings that goes back with a message: a row per place, each cell a link into the clerk's own file."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from toolkit.errors import OutputError
from toolkit.filing.findings import Severity, show
from toolkit.form.model import find
from toolkit.workbook.layout import quoted
from toolkit.workbook.looks import HEAD, INK, LINE, LINK, lines_needed
from toolkit.workbook.template import CREATED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.campaign.receipts import Receipt
    from toolkit.form.model import Form

COLUMNS = (
    ("序号", 5), ("程度", 6), ("工作表", 12), ("格子（点击跳到）", 10), ("项目", 24), ("现在是", 10), ("应该是", 24),
    ("问题", 36), ("怎么改", 28), ("依据", 20),
)  # fmt: skip
_CELL = 3  # the column of the link
_TITLE_ROW, _HINT_ROW, _HEAD_ROW = 0, 1, 2
_LINE, _HIGHEST = 14, 400  # points; Excel allows no row higher than 409
_LONGEST_TEXT = 2000  # nobody reads more in a cell
_LONGEST_LINK = 2000  # Excel refuses links of more than 2079 characters
_HINT = "把本表和您的填报表放在同一个文件夹，点“格子”一栏可以跳到要改的地方；跳不过去的，按工作表和格子去找。"
_BASE = {"font_name": "宋体", "font_size": 10.5, "font_color": INK, "valign": "top", "text_wrap": True}
_BOXED = {**_BASE, "border": 1, "border_color": LINE}


def findings_sheet(form: Form, receipt: Receipt) -> bytes:
    """Return the sheet as .xlsx bytes; every text is written as text, so that nothing in it can act as a formula.

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
    sheet = book.add_worksheet("意见")
    _write_head(sheet, receipt, formats)
    rows = list(_rows(form, receipt))
    for number, (texts, link) in enumerate(rows, 1):
        _write_row(sheet, _HEAD_ROW + number, (str(number), *texts), link, formats)
    sheet.autofilter(_HEAD_ROW, 0, _HEAD_ROW + max(len(rows), 1), len(COLUMNS) - 1)
    book.close()
    return buffer.getvalue()


def _write_head(sheet: Any, receipt: Receipt, formats: Mapping[str, Any]) -> None:
    title = f"{receipt.organ} {receipt.year} 年填报表的意见"
    sheet.write_string(_TITLE_ROW, 0, title, formats["title"])
    sheet.write_string(_HINT_ROW, 0, _HINT, formats["hint"])
    for column, (head, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(_HEAD_ROW, column, head, formats["head"])
    sheet.set_row(_HEAD_ROW, 2 * _LINE + 4)
    sheet.freeze_panes(_HEAD_ROW + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD_ROW)


def _write_row(sheet: Any, row: int, texts: tuple[str, ...], link: str, formats: Mapping[str, Any]) -> None:
    shown = [text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}……" for text in texts]
    lines = max(lines_needed(text, width) for text, (_, width) in zip(shown, COLUMNS, strict=True))
    sheet.set_row(row, min(_HIGHEST, lines * _LINE + 4))
    for column, text in enumerate(shown):
        if column == _CELL and link:
            done = sheet.write_url(row, column, link, formats["link"], text)
        else:
            done = sheet.write_string(row, column, text, formats["cell"])
        if done < 0:
            raise OutputError(f"意见表没有写成：第 {row + 1} 行第 {column + 1} 列")


def _rows(form: Form, receipt: Receipt) -> Iterator[tuple[tuple[str, ...], str]]:
    name = receipt.file.rpartition("/")[2]
    for finding in receipt.findings:
        severity = Severity(finding["severity"]).label
        tail = (finding["message"], finding["advice"], _citation(form, finding["source"]))
        for place in finding["places"] or [{"sheet": "", "cell": "", "field": "", "label": ""}]:
            found = show(receipt.values.get(place["field"])) if _is_short(receipt, place["field"]) else ""
            told = (severity, place["sheet"], place["cell"], place["label"], found, _expected(finding, place["field"]))
            yield (*told, *tail), _link(name, place)


def _is_short(receipt: Receipt, field: str) -> bool:
    return field in receipt.values and not isinstance(receipt.values[field], tuple)


def _expected(finding: Mapping[str, Any], field: str) -> str:
    """Return what a cell may have to be: the value that alone would mend it, or the two sides that should agree."""
    for suspect in finding["suspects"]:
        if suspect["field"] == field:
            return f"可能是 {figure_text(suspect['value'])}（{suspect['reason']}）"
    sides = [f"{name}＝{figure_text(value)}" for name, value in finding["figures"].items()]
    return "；".join(sides)


def figure_text(value: object) -> str:
    """Return a figure of a finding's JSON as a clerk writes it."""
    return show(Decimal(str(value))) if isinstance(value, int | float) else "" if value is None else str(value)


def place_text(place: Mapping[str, Any]) -> str:
    """Return where to look, as a clerk finds it."""
    return f"{place['sheet']}!{place['cell']}" if place["cell"] else place["label"] or place["sheet"]


def _link(name: str, place: Mapping[str, Any]) -> str:
    if not place["cell"] or "#" in name or len(name) > _LONGEST_LINK // 2:
        return ""
    return f"external:{name}#{quoted(place['sheet'])}!{place['cell']}"


def _citation(form: Form, source: str) -> str:
    try:
        find(form.sources, source.partition(":")[0])
    except KeyError:  # no source, or one of another edition
        return ""
    return form.citation(source)
