"""Writing the printed sheet: black on white, nothing to type, a page or two of tables and two of prose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.form.grid import Role
from toolkit.workbook import layout as at
from toolkit.workbook.template.printed import plan as on
from toolkit.workbook.template.printed.plan import print_plan
from toolkit.workbook.template.styles import A4

if TYPE_CHECKING:
    from toolkit.workbook.template.printed.plan import PrintedProse, PrintedTable, PrintPlan
    from toolkit.workbook.template.writer import TemplateWriter

_STYLES = {Role.STUB: "print_stub", Role.BAND: "print_head", Role.CORNER: "print_head", Role.HEAD: "print_head"}


def write_printed(writer: TemplateWriter, sheet: Any) -> None:
    """Write the sheet that is printed and stamped."""
    plan = print_plan(writer.layout)
    left, right = at.FIRST_COLUMN, plan.right
    sheet.set_column(at.KEY_COLUMN, at.KEY_COLUMN, 1)
    sheet.set_column(left, right, plan.unit)
    sheet.set_column(plan.helpers[0], plan.helpers[-1], 4, None, {"hidden": True})
    title = writer.words.cover.title.format(form=writer.form.title)
    writer.put_merged(sheet, (on.TITLE_ROW, left, on.TITLE_ROW, right), title, "title")
    sheet.set_row(on.TITLE_ROW, 30)
    for row in (on.LINE_ROW, on.STATE_ROW):
        writer.put_formula_merged(sheet, (row, left, row, right), "line")
    for table in plan.tables:
        _write_table(writer, sheet, plan, table)
    writer.put_formula_merged(sheet, (plan.sign_row, left, plan.sign_row, right), "print_line")
    sheet.set_row(plan.sign_row, on.SIGNATURE)
    for digit in range(10):
        sheet.write_string(digit, plan.helpers[-1], str(digit))
    for prose in plan.prose:
        _write_prose(writer, sheet, plan, prose)
    _set_up(sheet, plan, writer.footer)


def _write_table(writer: TemplateWriter, sheet: Any, plan: PrintPlan, table: PrintedTable) -> None:
    heading = (table.heading_row, at.FIRST_COLUMN, table.heading_row, plan.right)
    writer.put_merged(sheet, heading, table.here.section.heading, "print_heading")
    sheet.set_row(table.heading_row, on.HEADING)
    for cell in table.here.grid.cells:
        if cell.role is Role.DATA:
            writer.put_formula_merged(sheet, table.area(cell), "print_figure")
        else:
            writer.put_merged(sheet, table.area(cell), cell.text, _STYLES[cell.role])
    for row, height in zip(table.rows, table.heights, strict=True):
        sheet.set_row(row, height)


def _write_prose(writer: TemplateWriter, sheet: Any, plan: PrintPlan, prose: PrintedProse) -> None:
    left, right = at.FIRST_COLUMN, plan.right
    heading = (prose.heading_row, left, prose.heading_row, right)
    writer.put_merged(sheet, heading, prose.section.heading, "print_heading")
    sheet.set_row(prose.heading_row, on.HEADING)
    for column in plan.helpers[:2]:
        writer.put_formula(sheet, prose.heading_row, column, "hidden")
    for row in prose.lines:
        writer.put_formula_merged(sheet, (row, left, row, right), "print_line")
        sheet.set_row(row, on.PROSE_LINE)
        for column in plan.helpers[:3]:
            writer.put_formula(sheet, row, column, "hidden")


def _set_up(sheet: Any, plan: PrintPlan, footer: str) -> None:
    sheet.set_paper(A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.center_horizontally()
    sheet.print_area(on.TITLE_ROW, at.FIRST_COLUMN, plan.last_row, plan.right)
    sheet.fit_to_pages(1, 0)  # not to a number of pages, or Excel would pass over the breaks
    sheet.set_h_pagebreaks(list(plan.breaks))
    sheet.hide_gridlines(2)
    sheet.set_footer(footer)
