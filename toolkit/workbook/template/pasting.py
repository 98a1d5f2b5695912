"""The sheets on which a whole table may be pasted: drawn like the form, all figures open, totals too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.form.grid import Role
from toolkit.workbook import layout as at
from toolkit.workbook.template.styles import A4
from toolkit.workbook.template.tables import STYLES, area_of, set_heights, set_widths
from toolkit.workbook.template.validation import validate_switch

if TYPE_CHECKING:
    from toolkit.workbook.layout import TableSheet
    from toolkit.workbook.template.writer import TemplateWriter


def write_pasting(writer: TemplateWriter, sheet: Any) -> None:
    """Write the sheet on which one table may be pasted."""
    here = next(table for table in writer.layout.tables.values() if table.paste_sheet == sheet.name)
    widths = set_widths(sheet, here)
    _write_top(writer, sheet, here)
    pasted = writer.filing.pasted.get(here.table.id)
    for cell in here.grid.cells:
        is_stub = cell.role is Role.STUB
        style = ("stub_group" if cell.row_span > 1 else "stub") if is_stub else STYLES.get(cell.role, "pasted")
        held = cell.text if cell.role is not Role.DATA else pasted.figures.get(cell.field) if pasted else None
        writer.put_merged(sheet, area_of(here, cell), held, style)
    for key_row in here.key_rows.values():
        sheet.set_row(key_row, None, None, {"hidden": True})
    set_heights(sheet, here, widths)
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(writer.footer)
    sheet.freeze_panes(here.first_data_row, at.FIRST_COLUMN + here.grid.stub_columns)


def _write_top(writer: TemplateWriter, sheet: Any, here: TableSheet) -> None:
    words = writer.words.pasting
    first, last, left = at.FIRST_COLUMN, here.last_column, here.paste_switch.column
    title = words.title.format(heading=here.section.heading)
    writer.put_merged(sheet, (at.TITLE_ROW, first, at.TITLE_ROW, last), title, "title")
    writer.put_merged(sheet, (at.IDENTITY_ROW, first, at.IDENTITY_ROW, last), words.how, "muted")
    writer.put_formula_merged(sheet, (at.STRIP_ROW, first, at.STRIP_ROW, last), "strip")
    writer.put_merged(sheet, (at.HINT_ROW, first, at.HINT_ROW, left - 1), words.then, "muted")
    chosen = words.choice if here.table.id in writer.filing.pasted else None
    area = (at.HINT_ROW, left, at.HINT_ROW, last)
    writer.put_merged(sheet, area, chosen, "nought")
    validate_switch(writer, sheet, area)
    for row, height in ((at.TITLE_ROW, 28), (at.IDENTITY_ROW, 26), (at.HINT_ROW, 26)):
        sheet.set_row(row, height)
