"""A review as a workbook: reports and findings, to be filtered and sorted, linked to the files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from toolkit.audit.tables import FILE_HEAD, FINDINGS, VERDICT_HEAD, link_of, review_tables
from toolkit.workbook.template.styles import A4, CONDITIONS, CREATED, FOOTER, FORMATS, lines_needed
from toolkit.xlsx.links import about_links

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from toolkit.audit.reviewing import Reviewed
    from toolkit.audit.tables import Row, Table

_TITLE = "年度报告审核"
_HEAD_ROW = 2
_LINE, _AIR, _HIGHEST = 14, 6, 300  # points
_LONGEST = 2000  # nobody reads more in a cell
_LONGEST_LINK = 1000
_COLOURS = {"error": "bad", "warning": "doubt"}


def review_workbook(reviewed: Sequence[Reviewed], out: Path) -> bytes:
    """Return the workbook that will stand at `out`, as .xlsx bytes."""
    import xlsxwriter

    from toolkit.xlsx.writer import StrictWorksheet

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": _TITLE, "created": CREATED})
    wrapped = {**FORMATS["cell"], "text_wrap": True, "valign": "top"}
    formats = {
        **{name: book.add_format(FORMATS[name]) for name in ("strip", "head")},
        "number": book.add_format({**FORMATS["number"], "valign": "top"}),
        "link": book.add_format({**FORMATS["link"], "valign": "top", "text_wrap": True}),
        "cell": book.add_format(wrapped),
        **{name: book.add_format({**wrapped, **CONDITIONS[name]}) for name in _COLOURS.values()},
        **{
            f"{name}_link": book.add_format({**wrapped, **CONDITIONS[name], "underline": 1})
            for name in _COLOURS.values()
        },
    }
    for table in review_tables(reviewed):
        _write(book.add_worksheet(table.name, StrictWorksheet), formats, table, out)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, formats: Mapping[str, Any], table: Table, out: Path) -> None:
    sheet.write_string(0, 0, f"{_TITLE}：{table.said}{about_links(_links(table, out))}", formats["strip"])
    for column, (head, width) in enumerate(table.heads):
        sheet.set_column(column, column, width)
        sheet.write_string(_HEAD_ROW, column, head, formats["head"])
    for at, row in enumerate(table.rows, _HEAD_ROW + 1):
        _write_row(sheet, at, table, row, formats, out)
    sheet.freeze_panes(_HEAD_ROW + 1, 0)
    sheet.autofilter(_HEAD_ROW, 0, _HEAD_ROW + max(len(table.rows), 1), len(table.heads) - 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD_ROW)
    sheet.set_footer(FOOTER)


def _write_row(sheet: Any, at: int, table: Table, row: Row, formats: Mapping[str, Any], out: Path) -> None:
    lines = 1
    for column, ((head, width), value) in enumerate(zip(table.heads, row.values, strict=True)):
        text = value if isinstance(value, str) else ""
        lines = max(lines, lines_needed(text[:_LONGEST], width))
        if head == FILE_HEAD and (link := _link(row, out)):
            sheet.write_link(at, column, f"external:{link}", (formats["link"], formats["cell"]), text[:_LONGEST])
        elif head == VERDICT_HEAD and row.leads_to:
            spot = f"internal:'{FINDINGS}'!A{row.leads_to + _HEAD_ROW + 1}"
            colour = _COLOURS.get(row.severity, "")
            looks = formats[f"{colour}_link" if colour else "link"], formats[colour or "cell"]
            sheet.write_link(at, column, spot, looks, text, tip="看它的意见")
        elif isinstance(value, int):
            sheet.write_number(at, column, value, formats["number"])
        else:
            colour = _COLOURS.get(row.severity, "") if head in {"程度", VERDICT_HEAD} else ""
            sheet.write_string(at, column, text[:_LONGEST], formats[colour or "cell"])
    sheet.set_row(at, min(lines * _LINE + _AIR, _HIGHEST))


def _link(row: Row, out: Path) -> str:
    """Return the way to a row's file; empty where a workbook cannot hold it."""
    link = link_of(row.file, out)
    return link if "#" not in link and len(link) <= _LONGEST_LINK else ""


def _links(table: Table, out: Path) -> int:
    """Return how many links the rows of a table should have."""
    return sum(bool(_link(row, out)) + bool(row.leads_to) for row in table.rows)
