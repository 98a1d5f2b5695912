"""One official table as WordprocessingML, written directly: python-docx rebuilds its grid for every merged cell."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from toolkit.form.grid import Role
from toolkit.report.measures import TEXT_WIDTH, Measures, measure

if TYPE_CHECKING:
    from toolkit.form.grid import GridCell
    from toolkit.report.document import ReportTable

_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STYLES = {Role.STUB: "TableLabel", Role.DATA: "TableFigure"}
_LEAST_ROWS = 10  # of a table of bands: a third of a page
_ROW_HEIGHT = 363  # 6.4 mm: the longest official table then fills one page
_BANDED_ROW_HEIGHT = 425


def table_xml(table: ReportTable, *, keep_with_next: bool) -> str:
    """Return the `w:tbl` element of a table; `keep_with_next` ties its last row to what follows."""
    measures = measure(table)
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in measures.widths)
    rows = "".join(_row(table, measures, row, keep_with_next=keep_with_next) for row in range(table.grid.height))
    return (
        f'<w:tbl xmlns:w="{_NAMESPACE}"><w:tblPr><w:tblStyle w:val="OfficialTable"/>'
        f'<w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="0000"/><w:tblCaption w:val={quoteattr(table.caption)}/></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"
    )


def _row(table: ReportTable, measures: Measures, row: int, *, keep_with_next: bool) -> str:
    height = _ROW_HEIGHT if table.grid.head_rows else _BANDED_ROW_HEIGHT
    header = "<w:tblHeader/>" if row < table.grid.head_rows else ""
    is_kept = not _may_break_after(table, row) or (keep_with_next and row == table.grid.height - 1)
    cells = "".join(_cell(table, measures, cell, row, is_kept=is_kept) for cell in table.across(row))
    properties = f'<w:cantSplit/><w:trHeight w:val="{height}" w:hRule="atLeast"/>{header}'
    return f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>"


def _may_break_after(table: ReportTable, row: int) -> bool:
    """Return whether a page may end after a row: only at the end of the table, or of a band with enough rows below.

    What is below may have a page to itself, because the next table needs a whole one; that page must not look empty.
    """
    left = table.grid.height - 1 - row
    is_end = not left or table.across(row + 1)[0].band != table.across(row)[0].band
    return is_end and (not left or left >= _LEAST_ROWS)


def _cell(table: ReportTable, measures: Measures, cell: GridCell, row: int, *, is_kept: bool) -> str:
    span = f'<w:gridSpan w:val="{cell.column_span}"/>' if cell.column_span > 1 else ""
    begins = cell.row == row
    merge = "" if cell.row_span == 1 else '<w:vMerge w:val="restart"/>' if begins else "<w:vMerge/>"
    text = table.text(cell) if begins else ""
    width = f'<w:tcW w:w="{measures.width(cell)}" w:type="dxa"/>'
    properties = f'{width}{span}{merge}<w:vAlign w:val="center"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{_paragraph(table, measures, cell, text, is_kept=is_kept)}</w:tc>"


def _paragraph(table: ReportTable, measures: Measures, cell: GridCell, text: str, *, is_kept: bool) -> str:
    style = _STYLES.get(cell.role, "TableHead")
    inset = measures.inset(cell)
    keep = "<w:keepNext/>" if is_kept else ""
    indent = f'<w:ind w:left="{inset}" w:right="{inset}"/>' if inset else ""
    centred = '<w:jc w:val="center"/>' if cell.role is Role.STUB and not table.grid.head_rows else ""
    size = f'<w:rPr><w:sz w:val="{measures.size}"/><w:szCs w:val="{measures.size}"/></w:rPr>'
    run = f'<w:r>{size}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{keep}<w:spacing w:line="{measures.line}" w:lineRule="exact"/>'
        f"{indent}{centred}{size}</w:pPr>{run}</w:p>"
    )
