"""How formulas reach what is typed: by position, so that no cut, drag or paste takes the cell away from under them.

An office program moves a reference with the cell it names, and breaks it where another cell is dropped upon it. So no
formula names an input. `INDEX` takes it from a fixed range each of whose edges holds a locked cell, which nobody can
cut; its row and column are counted along locked cells too, so that they follow where a row is inserted. The figures
are copied in this way once, on the very hidden sheet, and everything that adds, judges or codes rests on the copies.

No range holds a formula: Excel takes a formula to rest on all of a range, and would call it a circle.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.form.ids import nought_id
from toolkit.form.values import Kind
from toolkit.workbook import layout as at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.form.model import Form
    from toolkit.workbook.layout import Layout, SheetCells, Spot, TableSheet
    from toolkit.workbook.rectangles import Rectangle

Position = tuple[int, int]  # row, column
_CHECK_FORMULAS = (
    *(at.CHECK_LEFT, at.CHECK_RIGHT, at.CHECK_DIFFERENCE, at.CHECK_RESULT),
    *(at.CHECK_STATE, at.CHECK_STANDS),
)
ERROR = "#"  # stands in the copy of a figure in whose cell stands an error


@dataclass(frozen=True, slots=True)
class Place:
    """A typed cell within the fixed range from which formulas take it."""

    spot: Spot
    area: Rectangle

    def expression(self, sheet: str = "") -> str:
        """Return what gives the cell, as formulas on `sheet` write it; it stands for a reference."""
        return self._at(self.spot.row, sheet)

    def down(self, count: int, sheet: str = "") -> str:
        """Return what gives the cell and those under it, `count` in all."""
        return f"{self._at(self.spot.row, sheet)}:{self._at(self.spot.row + count - 1, sheet)}"

    def below(self, by: int, sheet: str = "") -> str:
        """Return what gives the cell that many rows further down."""
        return self._at(self.spot.row + by, sheet)

    def _at(self, row: int, sheet: str) -> str:
        top, left, bottom, right = self.area
        prefix = "" if sheet == self.spot.sheet else f"{at.quoted(self.spot.sheet)}!"
        rows = prefix + _range(top, at.KEY_COLUMN, row, at.KEY_COLUMN)
        columns = prefix + _range(at.TITLE_ROW, left, at.TITLE_ROW, self.spot.column)
        across = "" if left == right else f",COLUMNS({columns})"
        return f"INDEX({prefix}{_range(top, left, bottom, right)},ROWS({rows}){across})"


def _range(top: int, left: int, bottom: int, right: int) -> str:
    return f"{at.cell_name(top, left, fixed=True)}:{at.cell_name(bottom, right, fixed=True)}"


@lru_cache(maxsize=16)
def places(layout: Layout) -> Mapping[str, Place]:
    """Return for every typed field the range from which formulas take it."""
    live = live_positions(layout)
    ends = {sheet: _end(layout, sheet, live.get(sheet, frozenset())) for sheet in _sheets(layout)}
    found: dict[str, Place] = {}
    for field in at.typed_fields(layout.form):
        spot = layout.spots[field.id]
        area = _area((spot.row, spot.column), live.get(spot.sheet, frozenset()), ends[spot.sheet])
        found[field.id] = Place(spot, area)
    return found


def _sheets(layout: Layout) -> set[str]:
    return {spot.sheet for spot in layout.spots.values()}


def _end(layout: Layout, sheet: str, live: frozenset[Position]) -> Position:
    """Return the row and column just after all that stands on a sheet."""
    used = [*live, *((spot.row, spot.column) for spot in layout.spots.values() if spot.sheet == sheet)]
    prose = [layout.prose_foot_row] if any(s.sheet == sheet and not s.is_table for s in layout.form.sections) else []
    return max([row for row, _ in used] + prose) + 1, max(column for _, column in used) + 1


def _area(cell: Position, live: frozenset[Position], end: Position) -> Rectangle:
    """Return a range around a cell that holds no formula: as far up and down as it goes, then as wide as it goes."""
    row, column = cell
    top = next((above + 1 for above in range(row, -1, -1) if (above, column) in live), at.TITLE_ROW)
    bottom = next((below - 1 for below in range(row, end[0] + 1) if (below, column) in live), end[0])
    rows = range(top, bottom + 1)
    is_live = {other for line, other in live if line in rows}
    left = next((before + 1 for before in range(column, -1, -1) if before in is_live), at.KEY_COLUMN)
    right = next((after - 1 for after in range(column, end[1] + 1) if after in is_live), end[1])
    return top, left, bottom, right


@lru_cache(maxsize=16)
def live_positions(layout: Layout) -> Mapping[str, frozenset[Position]]:
    """Return where formulas stand on every sheet with inputs but for those of a consolidated return."""
    found: dict[str, set[Position]] = {}
    for sheet, position in (*_on_sections(layout), *_on_cover(layout), *_on_checks(layout)):
        found.setdefault(sheet, set()).add(position)
    for here in layout.tables.values():
        found[here.paste_sheet] = {(at.STRIP_ROW, at.FIRST_COLUMN)}
    return {sheet: frozenset(positions) for sheet, positions in found.items()}


def _on_sections(layout: Layout) -> Iterator[tuple[str, Position]]:
    form = layout.form
    for section in form.sections:
        foot = layout.tables[section.id].foot_row if section.is_table else layout.prose_foot_row
        for row in (at.IDENTITY_ROW, at.STRIP_ROW, foot):
            yield section.sheet, (row, at.FIRST_COLUMN)
        if not section.is_table:
            yield from ((section.sheet, position) for position in _beside_prose(layout))
    for here in layout.tables.values():
        for position in _beside(here):
            yield here.section.sheet, position
    for name, spot in layout.spots.items():
        if form.fields[name].kind is Kind.COMPUTED:
            yield spot.sheet, (spot.row, spot.column)


def _beside_prose(layout: Layout) -> Iterator[Position]:
    for row in layout.mark_rows().values():
        yield row, at.MARK_VALUE_COLUMN
    for place in range(at.PARAGRAPHS):
        yield at.BODY_ROW + 1 + place, at.PREVIEW_COLUMN


def _beside(here: TableSheet) -> Iterator[Position]:
    for block in here.blocks:
        for row in (block.left_row, block.right_row, block.result_row, block.state_row):
            for column in block.columns.values():
                yield row, column
    for margin in here.margins:
        for row in margin.rows.values():
            yield row, margin.result_column
            yield row, margin.state_column
    if here.controls is not None:
        for row in here.controls.rows.values():
            yield row, here.controls.figure_column
            yield row, here.controls.result_column


def _on_cover(layout: Layout) -> Iterator[tuple[str, Position]]:
    cover = layout.form.words.cover
    yield cover, (at.COVER_VERDICT_ROW, at.COVER_VALUE)
    yield cover, (at.COVER_CODE_LINE_ROW, at.COVER_VALUE)
    rows = layout.count_rows.values()
    for row in (*rows, max(rows) + 1):
        for column in range(at.COVER_VALUE, at.COVER_VALUE + 4):
            yield cover, (row, column)


def _on_checks(layout: Layout) -> Iterator[tuple[str, Position]]:
    for row in layout.check_rows.values():
        for column in _CHECK_FORMULAS:
            yield layout.form.words.checks, (row, column)


@lru_cache(maxsize=16)
def copy_spots(layout: Layout) -> Mapping[str, Spot]:
    """Return where on the very hidden sheet each typed figure is copied: as the tables lie, one below the other."""
    form = layout.form
    found: dict[str, Spot] = {}
    above = at.FIELD_FIRST_ROW
    for here in layout.tables.values():
        mine = _figures_of(form, here)
        rows = [layout.spots[name].row for name in mine]
        for name in mine:
            spot = layout.spots[name]
            found[name] = at.Spot(at.KEYS_SHEET, above + spot.row - min(rows), at.COPY_COLUMN + spot.column)
        above += max(rows, default=0) - min(rows, default=0) + 2
    return found


def copy_area(layout: Layout) -> str:
    """Return the range of the very hidden sheet that holds all copies, as its own formulas write it."""
    spots = copy_spots(layout).values()
    last = max(spot.row for spot in spots), max(spot.column for spot in spots)
    return _range(at.FIELD_FIRST_ROW, at.COPY_COLUMN, *last)


def _figures_of(form: Form, here: TableSheet) -> list[str]:
    names = {control.id for control in here.table.controls}
    return [
        field.id
        for field in form.fields.values()
        if (field.table == here.table.id and field.kind.is_required_figure)
        or (field.kind is Kind.CONTROL and field.row in names)
    ]


def own_cell(layout: Layout, sheet: str) -> str:
    """Return what gives, in a conditional format of a sheet, the cell it is laid over, wherever that was moved to."""
    bottom, right = _end(layout, sheet, live_positions(layout).get(sheet, frozenset()))
    return f"INDEX({_range(at.TITLE_ROW, at.KEY_COLUMN, bottom, right)},ROW(),COLUMN())"


def in_own_column(layout: Layout, sheet: str, row: int) -> str:
    """Return what gives, in a conditional format, the cell of a row that lies in the column of the format's cell."""
    _, right = _end(layout, sheet, live_positions(layout).get(sheet, frozenset()))
    return f"INDEX({_range(row, at.KEY_COLUMN, row, right)},COLUMN())"


def in_own_row(layout: Layout, sheet: str, column: int) -> str:
    """Return what gives, in a conditional format, the cell of a column that lies in the row of the format's cell."""
    bottom, _ = _end(layout, sheet, live_positions(layout).get(sheet, frozenset()))
    return f"INDEX({_range(at.TITLE_ROW, column, bottom, column)},ROW())"


def nought_place(here: TableSheet) -> Place:
    """Return the range from which formulas take what is declared above a table: its top, where no formula rests."""
    return Place(here.nought, (at.TITLE_ROW, at.FIRST_COLUMN + 1, at.BODY_ROW, here.last_column + 1))


def paste_switch_place(here: TableSheet) -> Place:
    """Return the range from which formulas take whether a table's pasted figures count."""
    return replace(nought_place(here), spot=here.paste_switch)


def paste_place(here: TableSheet, spot: Spot) -> Place:
    """Return the range from which formulas take what was pasted for a cell of the table."""
    area = (at.HINT_ROW, at.KEY_COLUMN, here.foot_row, here.last_column + 1)
    return Place(at.Spot(here.paste_sheet, *spot.position), area)


def paste_formula(layout: Layout, field: str) -> str:
    """Return the formula of what was pasted for a figure: nothing where nothing was or where it does not count."""
    here = layout.tables[layout.form.fields[field].table]
    cell = paste_place(here, layout.spots[field]).expression()
    counts = at.cell_name(*layout.section_cell(here.table.id, at.SECTION_PASTED).position, fixed=True)
    return f'IF({counts}=0,"",IF(ISERROR({cell}),"{ERROR}",IF(LEN({cell})=0,"",{cell})))'


@lru_cache(maxsize=16)
def paste_spots(layout: Layout) -> Mapping[str, Spot]:
    """Return where on the very hidden sheet each pasted figure is copied: right of the copies, in the same order."""
    copies = copy_spots(layout)
    right = max(spot.column for spot in copies.values()) + 2 - at.COPY_COLUMN
    return {
        field: at.Spot(spot.sheet, spot.row, spot.column + right)
        for field, spot in copies.items()
        if layout.form.fields[field].kind.is_required_figure
    }


def table_area(here: TableSheet, sheet: str) -> str:
    """Return the range of a table with a locked edge all around, on its own sheet or on that for pasting.

    What is chosen above the table is no part of it.
    """
    top = max(here.first_data_row - 1, at.BODY_ROW)
    return f"{at.quoted(sheet)}!" + _range(top, at.KEY_COLUMN, here.foot_row, here.last_column + 1)


def nought_formula(here: TableSheet, words: str) -> str:
    """Return what the blanks of a table count as: 0 where that is declared in these words, else nothing."""
    cell = nought_place(here).expression()
    return f'IF(ISERROR({cell}),"",IF({cell}="{words}",0,""))'


def copied(layout: Layout, sheet: str) -> SheetCells:
    """Return the references to the copies as formulas on a sheet write them; totals are locked and need no copy."""
    return at.SheetCells(layout, sheet, _resting_places(layout))


@lru_cache(maxsize=16)
def _resting_places(layout: Layout) -> Mapping[str, Spot]:
    return {**layout.spots, **copy_spots(layout)}


def copy_formula(layout: Layout, field: str) -> str:
    """Return the formula of a figure's copy: what was pasted and counts, else what stands there, else a declared 0.

    An error becomes text, which is as wrong in a figure, so that it does not spread into totals.
    """
    cell = places(layout)[field].expression()
    entry = layout.form.fields[field]
    blank = '""'
    if entry.kind.is_required_figure:
        spot = layout.section_cell(entry.table, at.SECTION_NOUGHT)
        blank = at.cell_name(*spot.position, fixed=True)
    typed = f'IF(ISERROR({cell}),"{ERROR}",IF(LEN({cell})=0,{blank},{cell}))'
    if field not in paste_spots(layout):
        return typed
    pasted = paste_spots(layout)[field].cell
    return f"IF(LEN({pasted})>0,{pasted},{typed})"


def names(layout: Layout) -> Iterator[tuple[str, str]]:
    """Yield every field's and declaration's defined name with its reference; a prose name covers all its paragraphs."""
    found = places(layout)
    for table, here in layout.tables.items():
        yield nought_id(table), nought_place(here).expression()
    for name, spot in layout.spots.items():
        place = found.get(name)
        if place is None:
            yield name, spot.reference
        else:
            is_prose = layout.form.fields[name].kind is Kind.TEXT
            yield name, place.down(at.PARAGRAPHS) if is_prose else place.expression()
