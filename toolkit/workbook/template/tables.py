"""The sheets that hold figures: the official tables with their helpers, the checks, and the very hidden keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.form.cellrules import cell_checks
from toolkit.form.grid import Role
from toolkit.form.ids import CONTROL, control_id, explanation_id
from toolkit.form.rules import bind_rules
from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.addresses import copy_spots, paste_spots
from toolkit.workbook.template.conditional_formats import colour_figures, colour_nought, colour_results
from toolkit.workbook.template.formulas.wrong_cell import WRONG_COLUMNS
from toolkit.workbook.template.styles import A4, LINE_HEIGHT, NOTE_HEIGHT, SMALLER_LETTERS, lines_needed
from toolkit.workbook.template.validation import validate_figures, validate_nought

if TYPE_CHECKING:
    from toolkit.form.grid import GridCell
    from toolkit.workbook.layout import ColumnBlock, ControlBlock, RowMargin, TableSheet
    from toolkit.workbook.template.writer import TemplateWriter

STUB_WIDTHS = {0: (), 1: (30,), 2: (14, 36), 3: (8, 14, 48)}
NARROW, FIGURE, WIDE, MARGIN, WIDE_MARGIN, HELP = 8.0, 13.5, 17.0, 26.0, 50.0, 50.0
LEAST_HEIGHT, LOW_HEIGHT = 20.0, 16.0
# A table with many rows is shown smaller and lower, so that twenty of them stand under its head on a small screen.
MANY_ROWS, SMALLER = 20, 80
STYLES = {Role.BAND: "band", Role.CORNER: "corner", Role.HEAD: "head"}
PORTRAIT_WIDTH = 95


def set_widths(sheet: Any, here: TableSheet) -> list[float]:
    """Set the widths of a table's columns, its keys hidden, and return them."""
    widths = column_widths(here)
    sheet.set_column(at.KEY_COLUMN, at.KEY_COLUMN, 4, None, {"hidden": True})
    for place, width in enumerate(widths):
        sheet.set_column(at.FIRST_COLUMN + place, at.FIRST_COLUMN + place, width)
    return widths


def write_table(writer: TemplateWriter, sheet: Any) -> None:
    """Write one official table, its checks in place, its control totals, its print set-up."""
    here = next(table for table in writer.layout.tables.values() if table.section.sheet == sheet.name)
    widths = set_widths(sheet, here)
    _write_top(writer, sheet, here)
    _write_hint(writer, sheet, here, widths)
    _write_keys_of(sheet, here)
    _write_grid(writer, sheet, here, widths)
    for block in here.blocks:
        _write_block(writer, sheet, here, block)
    for margin in here.margins:
        _write_margin(writer, sheet, margin, WIDE_MARGIN if here.grid.height > MANY_ROWS else MARGIN)
    _write_help(writer, sheet, here)
    if here.controls is not None:
        _write_controls(writer, sheet, here, here.controls)
    validate_figures(writer, sheet, here)
    colour_figures(writer, sheet, here)
    _print_table(sheet, here, sum(widths), writer.footer)


def column_widths(here: TableSheet) -> list[float]:
    """Return the widths of the grid's columns: columns that only ever stand merged share one width."""
    stubs = STUB_WIDTHS[here.grid.stub_columns]
    data = [cell for cell in here.grid.data() if cell.column_span == 1]
    alone = {cell.column for cell in data}
    if here.grid.width > at.MANY_COLUMNS:
        wide = NARROW if not stubs else FIGURE
        return [*stubs, *[wide] * (here.grid.width - len(stubs))]
    return [*stubs, *[WIDE if place in alone else WIDE / 2 for place in range(len(stubs), here.grid.width)]]


def _write_top(writer: TemplateWriter, sheet: Any, here: TableSheet) -> None:
    last = here.last_column
    writer.put_merged(sheet, (at.TITLE_ROW, at.FIRST_COLUMN, at.TITLE_ROW, last), here.section.heading, "title")
    writer.put_formula_merged(sheet, (at.IDENTITY_ROW, at.FIRST_COLUMN, at.IDENTITY_ROW, last), "line")
    writer.put_formula_merged(sheet, (at.STRIP_ROW, at.FIRST_COLUMN, at.STRIP_ROW, last), "strip")
    writer.put_formula_merged(sheet, (here.foot_row, at.FIRST_COLUMN, here.foot_row, last), "foot")
    sheet.set_row(at.TITLE_ROW, 24)
    sheet.set_row(at.STRIP_ROW, 16)
    if here.grid.height > MANY_ROWS:
        sheet.set_zoom(SMALLER)


def _write_hint(writer: TemplateWriter, sheet: Any, here: TableSheet, widths: list[float]) -> None:
    """Write what the table asks for, and beside it the cell in which its blanks are declared nought."""
    words = writer.words.tables
    unit = words.unit.format(unit=here.table.unit) if here.table.unit else ""
    hint = f"{unit}{here.section.help}{words.nought_hint.format(nought=writer.form.words.nought)}"
    left = here.nought.column
    writer.put_merged(sheet, (at.HINT_ROW, at.FIRST_COLUMN, at.HINT_ROW, left - 1), hint, "muted")
    area = (at.HINT_ROW, left, at.HINT_ROW, here.last_column)
    declared = here.table.id in writer.filing.declared
    writer.put_merged(sheet, area, writer.form.words.nought if declared else None, "nought")
    validate_nought(writer, sheet, area)
    colour_nought(writer, sheet, here)
    lines = lines_needed(hint, sum(widths[: left - at.FIRST_COLUMN]) * SMALLER_LETTERS)
    sheet.set_row(at.HINT_ROW, max(LOW_HEIGHT, NOTE_HEIGHT * lines + 2))


def _write_keys_of(sheet: Any, here: TableSheet) -> None:
    """Write the hidden keys: row ids down the first column, column ids across a hidden row over each band."""
    for cell in here.grid.data():
        _, row, column = cell.field.split(".")
        sheet.write_string(here.grid_rows[cell.row], at.KEY_COLUMN, row)
        sheet.write_string(here.key_rows[cell.band], at.FIRST_COLUMN + cell.column, column)
    for band, key_row in here.key_rows.items():
        sheet.write_string(key_row, at.KEY_COLUMN, f"{at.BAND_MARK}{here.table.id}.{band}")
        sheet.set_row(key_row, None, None, {"hidden": True})
    if here.controls is not None:
        for control, control_row in zip(here.table.controls, here.controls.rows.values(), strict=True):
            sheet.write_string(control_row, at.KEY_COLUMN, control.id)
        sheet.write_string(here.controls.head_row, at.KEY_COLUMN, at.BAND_MARK + CONTROL)


def _write_grid(writer: TemplateWriter, sheet: Any, here: TableSheet, widths: list[float]) -> None:
    for cell in here.grid.cells:
        area = area_of(here, cell)
        if cell.role is Role.DATA:
            _write_figure(writer, sheet, area, cell.field)
        elif cell.role is Role.STUB:
            writer.put_merged(sheet, area, cell.text, "stub_group" if cell.row_span > 1 else "stub")
        else:
            writer.put_merged(sheet, area, cell.text, STYLES[cell.role])
    set_heights(sheet, here, widths)


def set_heights(sheet: Any, here: TableSheet, widths: list[float]) -> None:
    """Give every row of the table the height that its labels need."""
    for grid_row, sheet_row in enumerate(here.grid_rows):
        texts = [cell for cell in here.grid.cells if cell.row == grid_row and cell.row_span == 1 and cell.text]
        lines = max((_lines(cell, widths) for cell in texts), default=1)
        least = LOW_HEIGHT if here.grid.height > MANY_ROWS else LEAST_HEIGHT
        if least == LEAST_HEIGHT and any(sheet_row in margin.rows.values() for margin in here.margins):
            least = NOTE_HEIGHT * 2 + 4  # a verdict tells both sides, on two lines where its column is narrow
        sheet.set_row(sheet_row, max(least, lines * LINE_HEIGHT + 2))


def _lines(cell: GridCell, widths: list[float]) -> int:
    return lines_needed(cell.text, sum(widths[cell.column : cell.column + cell.column_span]))


def area_of(here: TableSheet, cell: GridCell) -> tuple[int, int, int, int]:
    """Return the cells that a cell of the printed table takes."""
    left = at.FIRST_COLUMN + cell.column
    bottom = here.grid_rows[cell.row + cell.row_span - 1]
    return here.grid_rows[cell.row], left, bottom, left + cell.column_span - 1


def _write_figure(writer: TemplateWriter, sheet: Any, area: tuple[int, int, int, int], name: str) -> None:
    if area[:2] in writer.formulas[sheet.name]:
        writer.put_formula_merged(sheet, area, "computed")
        return
    style = "carried" if name in writer.locked else writer.form.fields[name].kind.value
    pasted = writer.filing.pasted.get(writer.form.fields[name].table)
    held = pasted.typed if pasted is not None and pasted.has(name) else writer.filing.answers
    writer.put_merged(sheet, area, held.get(name), style)


def _write_block(writer: TemplateWriter, sheet: Any, here: TableSheet, block: ColumnBlock) -> None:
    rule = writer.form.rule(block.rule)
    check = next(check for check in bind_rules(writer.form) if check.rule == block.rule)
    labels = {block.left_row: check.left_label, block.right_row: check.right_label}
    labels[block.result_row] = writer.words.tables.result
    last_label = max(at.FIRST_COLUMN, at.FIRST_COLUMN + here.grid.stub_columns - 1)
    writer.put(sheet, block.left_row - 1, at.FIRST_COLUMN, writer.words.tables.check.format(title=rule.title), "line")
    for row, label in labels.items():
        writer.put_merged(sheet, (row, at.FIRST_COLUMN, row, last_label), label, "helper_label")
        for column in block.columns.values():
            writer.put_formula(sheet, row, column, "helper")
    for column in block.columns.values():
        writer.put_formula(sheet, block.state_row, column, "hidden")
    sheet.set_row(block.state_row, None, None, {"hidden": True})


def _write_margin(writer: TemplateWriter, sheet: Any, margin: RowMargin, width: float) -> None:
    sheet.set_column(margin.result_column, margin.result_column, width)
    sheet.set_column(margin.state_column, margin.state_column, 4, None, {"hidden": True})
    title = writer.words.tables.check.format(title=writer.form.rule(margin.rule).title)
    writer.put(sheet, margin.head_row, margin.result_column, title, "helper_text")
    for row in margin.rows.values():
        writer.put_formula(sheet, row, margin.result_column, "helper_text")
        writer.put_formula(sheet, row, margin.state_column, "hidden")


def help_column(here: TableSheet) -> int:
    """Return the sheet column that says what each row asks for, right of table and verdicts."""
    return max([here.last_column, *(margin.state_column for margin in here.margins)]) + 1


def asked_beside(here: TableSheet, column_help: str) -> dict[int, str]:
    """Return by sheet row what is printed beside it: what a row asks for, and beside a head what its columns do.

    `column_help` is the sentence for one column, with `label` and `help` in braces.
    """
    texts: dict[int, str] = {}
    for cell in here.grid.cells:
        if cell.role is Role.STUB and cell.row_span == 1:
            entry = next((row for row in here.table.leaf_rows(cell.band) if row.id == cell.entry), None)
            if entry is not None and entry.help:
                texts[here.grid_rows[cell.row]] = entry.help
    for band in here.table.bands:
        said = {column.label: column.help for column in here.table.leaf_columns(band.id) if column.help}
        if said:
            heads = (cell for cell in here.grid.cells if cell.role is Role.HEAD and cell.band == band.id)
            row = max(here.grid_rows[cell.row] for cell in heads)
            texts[row] = " ".join(column_help.format(label=label, help=help_) for label, help_ in said.items())
    return texts


def _write_help(writer: TemplateWriter, sheet: Any, here: TableSheet) -> None:
    sheet.set_column(help_column(here), help_column(here), HELP)
    for row, text in asked_beside(here, writer.words.tables.column_help).items():
        writer.put(sheet, row, help_column(here), text, "aside")


def _write_controls(writer: TemplateWriter, sheet: Any, here: TableSheet, block: ControlBlock) -> None:
    table = here.table
    row, last_label = block.head_row, block.input_column - 1
    title = writer.words.tables.controls.format(label=table.controls_label, help=table.controls_help)
    writer.put_merged(sheet, (row, at.FIRST_COLUMN, row, here.last_column), title, "muted")
    sheet.set_row(row, 30)
    writer.put_merged(sheet, (row + 1, at.FIRST_COLUMN, row + 1, last_label), writer.words.tables.item, "head")
    heads = {block.input_column: writer.words.tables.control_head, block.figure_column: writer.words.tables.figure}
    heads[block.result_column] = writer.words.tables.result
    for column, head in heads.items():
        writer.put(sheet, row + 1, column, head, "head")
    for control, sheet_row in zip(table.controls, block.rows.values(), strict=True):
        writer.put_merged(sheet, (sheet_row, at.FIRST_COLUMN, sheet_row, last_label), control.label, "stub")
        answer = writer.filing.answers.get(control_id(control.id))
        writer.put(sheet, sheet_row, block.input_column, answer, "control")
        writer.put_formula(sheet, sheet_row, block.figure_column, "number")
        writer.put_formula(sheet, sheet_row, block.result_column, "result")


def _print_table(sheet: Any, here: TableSheet, width: float, footer: str) -> None:
    sheet.set_paper(A4)
    if width > PORTRAIT_WIDTH:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 1)  # every official table is read as one page
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    sheet.center_horizontally()
    sheet.print_area(at.TITLE_ROW, at.FIRST_COLUMN, here.foot_row, here.last_column)
    sheet.set_footer(footer)
    if here.grid.head_rows:
        sheet.repeat_rows(at.IDENTITY_ROW, here.first_data_row - 1)
    sheet.freeze_panes(here.first_data_row, at.FIRST_COLUMN + here.grid.stub_columns)


FILTER_ARROW = 3.0  # of a head's width
CHECK_WIDTHS = {
    at.CHECK_RESULT: 11.0,
    at.CHECK_TITLE: 36.0,
    at.CHECK_SUBJECT: 16.0,
    at.CHECK_DIFFERENCE: 9.0,
    at.CHECK_EXPLANATION: 34.0,
    at.CHECK_LEFT_LABEL: 17.0,
    at.CHECK_LEFT: 9.0,
    at.CHECK_RIGHT_LABEL: 24.0,
    at.CHECK_RIGHT: 9.0,
    at.CHECK_TABLE: 13.0,
}


def _check_heads(writer: TemplateWriter) -> dict[int, str]:
    words = writer.words.checks
    return {
        at.CHECK_RESULT: words.result,
        at.CHECK_TITLE: words.check,
        at.CHECK_SUBJECT: words.subject,
        at.CHECK_DIFFERENCE: words.difference,
        at.CHECK_EXPLANATION: words.explanation,
        at.CHECK_LEFT_LABEL: words.left,
        at.CHECK_LEFT: words.figure,
        at.CHECK_RIGHT_LABEL: words.right,
        at.CHECK_RIGHT: words.figure,
        at.CHECK_TABLE: words.part,
    }


def write_checks(writer: TemplateWriter, sheet: Any) -> None:
    """Write every check with its two sides, the difference, how it stands and room for an explanation."""
    last = at.CHECK_TABLE
    sheet.set_column(at.KEY_COLUMN, at.KEY_COLUMN, 4, None, {"hidden": True})
    for column, head in _check_heads(writer).items():
        sheet.set_column(column, column, CHECK_WIDTHS[column])
        writer.put(sheet, at.CHECK_FIRST_ROW - 1, column, head, "head")
    sheet.set_column(at.CHECK_STATE, at.CHECK_PLACE, 4, None, {"hidden": True})
    writer.put_merged(sheet, (0, at.FIRST_COLUMN, 0, at.CHECK_EXPLANATION), writer.words.checks.title, "title")
    writer.put_merged(sheet, (1, at.FIRST_COLUMN, 1, last), writer.words.checks.hint, "muted")
    sheet.set_row(0, 28)
    heads = _check_heads(writer).items()
    lines = max(lines_needed(head, CHECK_WIDTHS[column] - FILTER_ARROW) for column, head in heads)
    sheet.set_row(at.CHECK_FIRST_ROW - 1, lines * LINE_HEIGHT + 4)
    for check in bind_rules(writer.form):
        _write_check(writer, sheet, check)
    rows = writer.layout.check_rows.values()
    colour_results(writer, sheet, (min(rows), at.CHECK_RESULT, max(rows), at.CHECK_RESULT))
    sheet.freeze_panes(at.CHECK_FIRST_ROW, at.CHECK_SUBJECT)
    sheet.autofilter(at.CHECK_FIRST_ROW - 1, at.FIRST_COLUMN, max(rows), last)
    _print_list(sheet, max(rows), writer.footer)


def _write_check(writer: TemplateWriter, sheet: Any, check: Any) -> None:
    row = writer.layout.check_rows[check.key]
    spot = writer.layout.spots[check.fields[0]]
    sheet.write_string(row, at.KEY_COLUMN, check.key)
    section = next(entry for entry in writer.form.sections if entry.id == check.table)
    writer.put(sheet, row, at.CHECK_TABLE, section.sheet, "cell")
    target = f"internal:{at.quoted(spot.sheet)}!{spot.cell}"
    sheet.write_url(row, at.CHECK_TITLE, target, writer.formats["link"], check.title)
    writer.put(sheet, row, at.CHECK_SUBJECT, check.subject, "cell")
    writer.put(sheet, row, at.CHECK_LEFT_LABEL, check.left_label, "cell")
    writer.put(sheet, row, at.CHECK_RIGHT_LABEL, check.right_label, "cell")
    for column in (at.CHECK_LEFT, at.CHECK_RIGHT, at.CHECK_DIFFERENCE):
        writer.put_formula(sheet, row, column, "number")
    writer.put_formula(sheet, row, at.CHECK_RESULT, "result")
    for column in (at.CHECK_STATE, at.CHECK_STANDS):
        writer.put_formula(sheet, row, column, "hidden")
    sheet.write_string(row, at.CHECK_OWNER, check.table)
    sheet.write_string(row, at.CHECK_PLACE, f"{at.quoted(spot.sheet)}!{spot.cell}")
    answer = writer.filing.answers.get(explanation_id(check.key))
    if check.is_explainable:
        writer.put(sheet, row, at.CHECK_EXPLANATION, answer, "explanation")
    else:
        writer.put(sheet, row, at.CHECK_EXPLANATION, writer.words.checks.automatic, "muted")
    texts = {at.CHECK_TITLE: check.title, at.CHECK_SUBJECT: check.subject, at.CHECK_RIGHT_LABEL: check.right_label}
    texts[at.CHECK_LEFT_LABEL] = check.left_label
    lines = max(lines_needed(text, CHECK_WIDTHS[column]) for column, text in texts.items())
    sheet.set_row(row, max(LEAST_HEIGHT, lines * LINE_HEIGHT + 4))


def _print_list(sheet: Any, last_row: int, footer: str) -> None:
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(at.CHECK_FIRST_ROW - 1)
    sheet.print_area(0, at.FIRST_COLUMN, last_row, at.CHECK_TABLE)
    sheet.set_footer(footer)


def write_keys(writer: TemplateWriter, sheet: Any) -> None:
    """Write the very hidden sheet: whose workbook it is, then a row per field with its state and last year's figure."""
    sheet.very_hidden()
    for place, (name, value) in enumerate(writer.identity.items()):
        sheet.write_string(at.IDENTITY_FIRST_ROW + place, 0, name)
        writer.put(sheet, at.IDENTITY_FIRST_ROW + place, at.IDENTITY_VALUE, value, "hidden")
    for row in (at.CODE_SUM_ROW, at.CODE_TEXT_ROW):
        writer.put_formula(sheet, row, at.IDENTITY_VALUE, "hidden")
    sheet.write_string(at.LAYOUT_ROW, 0, "layout")
    sheet.write_number(at.LAYOUT_ROW, at.IDENTITY_VALUE, at.LAYOUT)
    _write_copies(writer, sheet)
    for name, row in writer.layout.field_rows.items():
        field, spot = writer.form.fields[name], writer.layout.spots[name]
        for column, text in (
            (at.FIELD_KEY, name),
            (at.FIELD_SHEET, spot.sheet),
            (at.FIELD_CELL, spot.cell),
            (at.FIELD_KIND, field.kind.value),
        ):
            sheet.write_string(row, column, text)
        if field.kind is not Kind.COMPUTED and cell_checks(writer.form)[field.kind]:
            writer.put_formula(sheet, row, at.FIELD_FLAG, "hidden")
        if field.kind.is_required_figure:
            writer.put_formula(sheet, row, at.FIELD_CODE, "hidden")
        if name in writer.filing.previous:
            writer.put(sheet, row, at.FIELD_PREVIOUS, writer.filing.previous[name], "hidden")


def _write_copies(writer: TemplateWriter, sheet: Any) -> None:
    """Write the copies of the figures, where each stands among them, and what is said of each table."""
    for name, spot in copy_spots(writer.layout).items():
        writer.put_formula(sheet, spot.row, spot.column, "hidden")
        row = writer.layout.field_rows[name]
        sheet.write_number(row, at.FIELD_COPY_ROW, spot.row - at.FIELD_FIRST_ROW + 1)
        sheet.write_number(row, at.FIELD_COPY_COLUMN, spot.column - at.COPY_COLUMN + 1)
    for section in writer.form.sections:
        spot = writer.layout.section_cell(section.id, at.SECTION_SHEET)
        writer.put_formula(sheet, spot.row, spot.column, "hidden")
    for spot in paste_spots(writer.layout).values():
        writer.put_formula(sheet, spot.row, spot.column, "hidden")
    for table in writer.layout.tables:
        for column in (*WRONG_COLUMNS, at.SECTION_NOUGHT, at.SECTION_PASTED, at.SECTION_DIFFERS):
            spot = writer.layout.section_cell(table, column)
            writer.put_formula(sheet, spot.row, spot.column, "hidden")
