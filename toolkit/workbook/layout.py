"""Where everything stands in the workbook: the one owner of sheets, rows, columns and addresses.

Positions are counted from 0 (as XlsxWriter does) and written from 1 (as people do). Three anchors lead to each field:
its defined name, the hidden keys of its row and column, and its visible label.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.form.grid import table_grid
from toolkit.form.ids import COVER, control_id
from toolkit.form.rules import bind_rules
from toolkit.form.values import Kind
from toolkit.workbook.identity import IDENTITY_FACTS
from toolkit.workbook.rectangles import rectangles
from toolkit.workbook.spots import Spot, cell_name, column_name, quoted
from toolkit.workbook.wording.languages import wording_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.form.checks import Check
    from toolkit.form.grid import Grid
    from toolkit.form.model import Field, Form, Section, Table
    from toolkit.workbook.rectangles import Rectangle
    from toolkit.workbook.wording.words import Wording

__all__ = ["Spot", "cell_name", "column_name", "quoted"]  # passed on: who asks for a place writes its address

KEYS_SHEET = "_xxgk"
KEY_COLUMN = 0  # hidden on every sheet that holds inputs: the row's key
FIRST_COLUMN = 1
BAND_MARK = "#"  # begins a key that opens a block of rows: `#table.band`, `#control`
TITLE_ROW, IDENTITY_ROW, STRIP_ROW, HINT_ROW, BODY_ROW = 0, 1, 2, 3, 4

# 封面
COVER_LABEL, COVER_VALUE = 1, 2
COVER_ORGAN_ROW, COVER_CODE_ROW, COVER_YEAR_ROW = 2, 3, 4
COVER_DUE_ROW, COVER_OFFICE_ROW, COVER_ASK_ROW = 5, 6, 7  # hidden where the workbook comes from no campaign
COVER_STEPS_ROW = 9  # three rows
COVER_VERDICT_ROW, COVER_CODE_LINE_ROW = 13, 14
COVER_COUNTS_ROW = 16  # head of the list of sheets

# prose sheets
LEVEL_COLUMN, TEXT_COLUMN, PREVIEW_COLUMN = 1, 2, 5
MARK_COLUMN, MARK_VALUE_COLUMN = 3, 4  # beside the paragraphs, where the form has marks
SAMPLE_COLUMN = 7  # the sentences that the cells of paragraphs offer
PARAGRAPHS = 60

# 校验
CHECK_FIRST_ROW = 4
CHECK_RESULT, CHECK_TITLE, CHECK_SUBJECT, CHECK_DIFFERENCE, CHECK_EXPLANATION = range(1, 6)
CHECK_LEFT_LABEL, CHECK_LEFT, CHECK_RIGHT_LABEL, CHECK_RIGHT, CHECK_TABLE = range(6, 11)
CHECK_STATE, CHECK_OWNER, CHECK_STANDS, CHECK_PLACE = range(11, 15)  # hidden

# the very hidden sheet: identity first, then one row per field
IDENTITY_FIRST_ROW, IDENTITY_VALUE = 0, 1
YEAR_ROW = IDENTITY_FIRST_ROW + IDENTITY_FACTS.index("year")
# Below the identity, the check code as a number and as text.
CODE_SUM_ROW = IDENTITY_FIRST_ROW + len(IDENTITY_FACTS)
CODE_TEXT_ROW = CODE_SUM_ROW + 1
# How this layout is numbered; workbooks issued before figures were copied have no number.
LAYOUT_ROW, LAYOUT = CODE_TEXT_ROW + 1, 3
FIELD_FIRST_ROW = 20
FIELD_KEY, FIELD_SHEET, FIELD_CELL, FIELD_KIND, FIELD_FLAG, FIELD_COPY_ROW, FIELD_CODE, FIELD_PREVIOUS = range(8)
FIELD_COPY_COLUMN = 8  # with FIELD_COPY_ROW: where a figure's copy stands among the copies, counted from 1
COPY_COLUMN = 10  # the first column of the copied figures, right of the rows of the fields
# Above the copies a row for each section: its first wrong cell by place, what stands there, that without its digits,
# what is wrong in words, and what its blanks count as.
SECTION_WRONG, SECTION_VALUE, SECTION_REST, SECTION_WORDS, SECTION_NOUGHT = range(COPY_COLUMN, COPY_COLUMN + 5)
# Whether a table's pasted figures count, and how many of them differ from what the table shows.
SECTION_PASTED, SECTION_DIFFERS = range(COPY_COLUMN + 5, COPY_COLUMN + 7)
SECTION_SHEET = COPY_COLUMN + 7  # which sheet of the book the section's own is, where the program can tell
LONGEST_SHEET_NAME = 31
MANY_COLUMNS = 8  # a wider table has narrow columns


@dataclass(frozen=True, slots=True)
class ColumnBlock:
    """The rows under a table that show one rule's checks, one per column of the table."""

    rule: str
    left_row: int
    right_row: int
    result_row: int
    state_row: int  # hidden
    columns: Mapping[str, int]  # check key -> sheet column


@dataclass(frozen=True, slots=True)
class RowMargin:
    """The two columns beside a table that show one rule's checks, one per row of the table."""

    rule: str
    result_column: int
    state_column: int  # hidden
    head_row: int
    rows: Mapping[str, int]  # check key -> sheet row


@dataclass(frozen=True, slots=True)
class ControlBlock:
    """The optional block for independent totals: a head row, then one row per control."""

    head_row: int
    rows: Mapping[str, int]  # check key -> sheet row
    label_column: int
    input_column: int
    figure_column: int
    result_column: int


@dataclass(frozen=True)
class TableSheet:
    """How one official table lies on its sheet."""

    section: Section
    table: Table
    grid: Grid
    key_rows: Mapping[str, int]  # band -> the hidden row that holds its column keys
    grid_rows: tuple[int, ...]  # grid row -> sheet row
    last_row: int
    foot_row: int
    blocks: tuple[ColumnBlock, ...]
    margins: tuple[RowMargin, ...]
    controls: ControlBlock | None
    paste_sheet: str  # on which the whole table may be pasted

    @property
    def last_column(self) -> int:
        """The sheet column of the table's right edge."""
        return FIRST_COLUMN + self.grid.width - 1

    @property
    def nought(self) -> Spot:
        """The cell above the table in which its blanks are declared nought; it reaches to the table's right edge."""
        wide = 3 if self.grid.width > MANY_COLUMNS else 2
        return Spot(self.section.sheet, HINT_ROW, self.last_column + 1 - max(1, min(wide, self.grid.width - 2)))

    @property
    def paste_switch(self) -> Spot:
        """The cell in which it is chosen that the pasted figures count."""
        return Spot(self.paste_sheet, HINT_ROW, self.nought.column)

    @property
    def first_data_row(self) -> int:
        """The sheet row under the table's head, where panes freeze."""
        return self.grid_rows[self.grid.head_rows] if self.grid.head_rows else BODY_ROW


@dataclass(frozen=True, eq=False)  # compared by identity, as the form it lays out
class Layout:
    """Every address of one form's workbook. Also the `Cells` that rules ask for references (see `on`)."""

    form: Form
    tables: Mapping[str, TableSheet]
    spots: Mapping[str, Spot]
    field_rows: Mapping[str, int]  # field -> row of the very hidden sheet
    check_rows: Mapping[str, int]  # check key -> row of the 校验 sheet

    @property
    def wording(self) -> Wording:
        """Our own words in the language of the form."""
        return wording_of(self.form)

    @property
    def count_rows(self) -> Mapping[str, int]:
        """Section id -> its row in the cover's list of sheets."""
        return {section.id: COVER_COUNTS_ROW + 1 + place for place, section in enumerate(self.form.sections)}

    @property
    def prose_foot_row(self) -> int:
        """The row of the check code on prose sheets."""
        return BODY_ROW + PARAGRAPHS + 2

    def mark_rows(self) -> Mapping[str, int]:
        """Return for each mark of the form its row beside the paragraphs of every prose sheet."""
        return {mark.label: BODY_ROW + 1 + place for place, mark in enumerate(self.form.marks)}

    def key_cell(self, field: str, column: int) -> Spot:
        """Return a cell of a field's row on the very hidden sheet."""
        return Spot(KEYS_SHEET, self.field_rows[field], column)

    def check_cell(self, check: str, column: int) -> Spot:
        """Return a cell of a check's row on the 校验 sheet."""
        return Spot(self.form.words.checks, self.check_rows[check], column)

    def section_cell(self, section: str, column: int) -> Spot:
        """Return a cell of a section's row on the very hidden sheet."""
        place = [entry.id for entry in self.form.sections].index(section)
        return Spot(KEYS_SHEET, place, column)

    def on(self, sheet: str) -> SheetCells:
        """Return the references as formulas on one sheet write them."""
        return SheetCells(self, sheet, self.spots)


@dataclass(frozen=True, slots=True)
class SheetCells:
    """References to fields' cells as seen from one sheet: unprefixed at home, joined into ranges where possible."""

    layout: Layout
    sheet: str
    places: Mapping[str, Spot]

    def ref(self, field: str) -> str:
        """Return the reference of one field's cell."""
        spot = self.places[field]
        return self._prefix(spot.sheet) + spot.cell

    def sum(self, fields: Iterable[str]) -> str:
        """Return an expression for the sum of the numbers in these cells."""
        ranges = ",".join(self.ranges(fields))
        return f"SUM({ranges})" if ranges else "0"

    def count(self, fields: Iterable[str]) -> str:
        """Return an expression for how many of these cells hold numbers."""
        return f"COUNT({','.join(self.ranges(fields))})"

    def previous(self, field: str) -> str:
        """Return the reference of the cell that holds last year's figure."""
        spot = self.layout.key_cell(field, FIELD_PREVIOUS)
        return self._prefix(spot.sheet) + spot.cell

    def ranges(self, fields: Iterable[str]) -> list[str]:
        """Return the fewest rectangles that cover exactly these fields' cells."""
        by_sheet: dict[str, set[tuple[int, int]]] = {}
        for field in fields:
            spot = self.places[field]
            by_sheet.setdefault(spot.sheet, set()).add((spot.row, spot.column))
        return [
            self._prefix(sheet) + _range(rectangle)
            for sheet, cells in by_sheet.items()
            for rectangle in rectangles(cells)
        ]

    def _prefix(self, sheet: str) -> str:
        return "" if sheet == self.sheet else f"{quoted(sheet)}!"


def _range(rectangle: Rectangle) -> str:
    first_row, left, last_row, right = rectangle
    first, last = cell_name(first_row, left), cell_name(last_row, right)
    return first if first == last else f"{first}:{last}"


@lru_cache(maxsize=16)
def lay_out(form: Form) -> Layout:
    """Return where everything of a form stands in its workbook."""
    tables = {section.id: _table_sheet(form, section) for section in form.sections if section.is_table}
    checks = bind_rules(form)
    check_rows = {check.key: CHECK_FIRST_ROW + place for place, check in enumerate(checks)}
    spots = dict(_spots(form, tables, check_rows))
    field_rows = {field: FIELD_FIRST_ROW + place for place, field in enumerate(form.fields)}
    return Layout(form, tables, {name: spots[name] for name in form.fields}, field_rows, check_rows)


def _spots(form: Form, tables: Mapping[str, TableSheet], check_rows: Mapping[str, int]) -> Iterator[tuple[str, Spot]]:
    note_row = COVER_COUNTS_ROW + len(form.sections) + 4
    for place, note in enumerate(form.notes):
        yield f"{COVER}.{note.id}", Spot(form.words.cover, note_row + place, COVER_VALUE)
    for section in form.sections:
        if not section.is_table:
            yield section.id, Spot(section.sheet, BODY_ROW + 1, TEXT_COLUMN)
    for sheet in tables.values():
        yield from _table_spots(sheet)
    for field in form.fields.values():
        if field.kind is Kind.EXPLANATION:
            yield field.id, Spot(form.words.checks, check_rows[field.row], CHECK_EXPLANATION)


def _table_spots(sheet: TableSheet) -> Iterator[tuple[str, Spot]]:
    name = sheet.section.sheet
    for cell in sheet.grid.data():
        yield cell.field, Spot(name, sheet.grid_rows[cell.row], FIRST_COLUMN + cell.column)
    if sheet.controls is not None:
        for control, row in zip(sheet.table.controls, sheet.controls.rows.values(), strict=True):
            yield control_id(control.id), Spot(name, row, sheet.controls.input_column)


def _table_sheet(form: Form, section: Section) -> TableSheet:
    table = form.table(section.id)
    grid = table_grid(table)
    key_rows, grid_rows = _grid_rows(table, grid)
    last_row = grid_rows[-1]
    foot_row = last_row + 1
    checks = [check for check in bind_rules(form) if check.table == table.id and not check.is_total]
    blocks, next_row = _blocks(grid, checks, foot_row + 2)
    return TableSheet(
        section=section,
        table=table,
        grid=grid,
        key_rows=key_rows,
        grid_rows=grid_rows,
        last_row=last_row,
        foot_row=foot_row,
        blocks=blocks,
        margins=_margins(grid, checks, grid_rows),
        controls=_control_block(grid, checks, next_row),
        paste_sheet=wording_of(form).pasting.sheet.format(sheet=section.sheet)[:LONGEST_SHEET_NAME],
    )


def _grid_rows(table: Table, grid: Grid) -> tuple[Mapping[str, int], tuple[int, ...]]:
    """Place the grid's rows below one another, a hidden row of column keys before each band."""
    first_of_band = {band.id: min(cell.row for cell in grid.cells if cell.band == band.id) for band in table.bands}
    key_rows: dict[str, int] = {}
    rows: list[int] = []
    sheet_row = BODY_ROW
    for row in range(grid.height):
        for band, first in first_of_band.items():
            if first == row:
                key_rows[band] = sheet_row
                sheet_row += 1
        rows.append(sheet_row)
        sheet_row += 1
    return key_rows, tuple(rows)


def _by_rule(checks: Iterable[Check]) -> Mapping[str, list[Check]]:
    rules: dict[str, list[Check]] = {}
    for check in checks:
        rules.setdefault(check.rule, []).append(check)
    return rules


def _blocks(grid: Grid, checks: list[Check], row: int) -> tuple[tuple[ColumnBlock, ...], int]:
    blocks: list[ColumnBlock] = []
    lefts = {cell.field.split(".")[2]: FIRST_COLUMN + cell.column for cell in grid.data()}
    for rule, bound in _by_rule(check for check in checks if check.column and not check.row).items():
        columns = {check.key: lefts[check.column] for check in bound}
        blocks.append(ColumnBlock(rule, row + 1, row + 2, row + 3, row + 4, columns))
        row += 5
    return tuple(blocks), row + 1 if blocks else row


def _margins(grid: Grid, checks: list[Check], grid_rows: tuple[int, ...]) -> tuple[RowMargin, ...]:
    rows = {cell.field.split(".")[1]: grid_rows[cell.row] for cell in grid.data()}
    margins: list[RowMargin] = []
    taken: list[set[int]] = []  # rules about other rows share a column, so that verdicts stand near the table
    for rule, bound in _by_rule(check for check in checks if check.row and not check.column).items():
        placed = {check.key: rows[check.row] for check in bound}
        head = min(placed.values()) - 1
        needed = {head, *placed.values()}
        place = next((place for place, used in enumerate(taken) if not used & needed), len(taken))
        taken[place:] = taken[place:] or [set()]
        taken[place] |= needed
        column = FIRST_COLUMN + grid.width + 2 * place
        margins.append(RowMargin(rule, column, column + 1, head, placed))
    return tuple(margins)


def _control_block(grid: Grid, checks: list[Check], row: int) -> ControlBlock | None:
    bound = [check for check in checks if not check.row and not check.column]
    if not bound:
        return None
    rows = {check.key: row + 2 + place for place, check in enumerate(bound)}
    first = FIRST_COLUMN + max(grid.stub_columns, 1)
    return ControlBlock(row, rows, FIRST_COLUMN, first, first + 1, first + 2)


@lru_cache(maxsize=16)
@lru_cache(maxsize=16)
def computed_fields(form: Form) -> tuple[Field, ...]:
    """Return the fields that formulas give."""
    return tuple(field for field in form.fields.values() if field.kind is Kind.COMPUTED)


@lru_cache(maxsize=16)
def typed_fields(form: Form) -> tuple[Field, ...]:
    """Return the fields whose cells the clerk fills."""
    return tuple(field for field in form.fields.values() if field.kind is not Kind.COMPUTED)
