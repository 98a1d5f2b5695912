"""Official tables read off grids that say what others said, but for their figures: which cell is which is known then.

The reports of one site, or of one office's form, have the same labels in the same cells. What `TableReader` made out
of them is kept by the outline of the grids: every text but figures, and where it stands. A figure of mere digits is
like no label that has none, so that nothing depends on which digits they are; where anything might, `TableReader` says
so, and nothing is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from toolkit.documents.figures import Found, Sure, is_plain_figure
from toolkit.documents.labels import label_of
from toolkit.documents.official.tables import Fit, Origin, TableReader, TableReading
from toolkit.form.grid import table_grid

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from toolkit.documents.grids import Grid
    from toolkit.documents.official.rows import Fault, TapeRow
    from toolkit.form.model import Table

_MOST_CELLS = 3000  # of a document's grids, to be kept; the official tables have some 400
_MOST_KEPT = 256


class _Spot(NamedTuple):
    """Where a figure stands on a tape: its row, its cell in it, and what else is known of it."""

    field: str
    row: int
    cell: int
    unit: str
    sure: Sure


@dataclass(frozen=True, slots=True)
class _Plan:
    """What was made out of one outline for one table."""

    fit: Fit
    is_whole: bool  # else it tells no more than how well the table fits
    spots: tuple[_Spot, ...]
    absent: tuple[str, ...]
    faults: tuple[Fault, ...]
    rows: tuple[int, ...]

    def laid_on(self, table: Table, tape: Sequence[TapeRow]) -> TableReading:
        """Return the table as it stands on a tape of this outline."""
        found = {
            field: Origin(tape[row].cells[cell], unit, sure).found() for field, row, cell, unit, sure in self.spots
        }
        found |= {name: Found() for name in self.absent}
        return TableReading(table.id, self.fit.score, found, self.faults, tuple(tape[row] for row in self.rows))


class Tables:
    """Reads official tables off one tape; with nothing found of one, every field is `not-found`."""

    def __init__(self, tape: Sequence[TapeRow]) -> None:
        self._tape = tape
        self._read: dict[Table, TableReading] = {}

    def fit(self, table: Table) -> Fit:
        """Return how well an official table fits."""
        plan = self._plan(table)
        return plan.fit if plan is not None else self.read(table).fit

    def read(self, table: Table) -> TableReading:
        """Return an official table as it was found."""
        if table not in self._read:
            plan = self._plan(table)
            is_whole = plan is not None and plan.is_whole
            self._read[table] = plan.laid_on(table, self._tape) if plan and is_whole else self._search(table)
        return self._read[table]

    def _plan(self, table: Table) -> _Plan | None:
        """Return what is kept of this outline, None where nothing is."""
        return next(iter(_kept(table, self._outline)), None) if self._outline is not None else None

    def _search(self, table: Table) -> TableReading:
        reader = TableReader(table, self._tape)
        reading = reader.read()
        if reader.is_by_labels and self._outline is not None and _is_without_digits(table):
            _kept(table, self._outline)[:] = [_planned(reader, reading, self._tape)]
        return reading

    @cached_property
    def _outline(self) -> Hashable | None:
        """What the tape says but for figures; None for one too large to be a report's."""
        grids = list({id(row.grid): row.grid for row in self._tape}.values())
        if sum(len(line) for grid in grids for line in grid.lines) > _MOST_CELLS:
            return None
        numbers = {id(grid): number for number, grid in enumerate(grids)}
        return tuple(map(_outline, grids)), tuple((numbers[id(row.grid)], row.row) for row in self._tape)


def _outline(grid: Grid) -> Hashable:
    cells = [
        (
            cell.row, cell.column, cell.row_span, cell.column_span, cell.unseen,
            None if is_plain_figure(cell.text) else cell.text,
        )
        for row, line in enumerate(grid.lines)
        for cell in line
        if cell.row == row
    ]  # fmt: skip
    return _one_of(grid.by_words, len(grid.rows), tuple(cells))


@lru_cache(maxsize=_MOST_KEPT)
def _one_of(*outline: Hashable) -> object:  # noqa: ARG001 (the key)
    """Return one object for all outlines that are alike: it is compared in no time."""
    return object()


@lru_cache(maxsize=16 * _MOST_KEPT)
def _kept(table: Table, outline: Hashable) -> list[_Plan]:  # noqa: ARG001 (the key)
    """Return the list that holds the plan for a table and an outline, once there is one."""
    return []


@lru_cache(maxsize=64)
def _is_without_digits(table: Table) -> bool:
    """Return whether no label of a table has digits, but for the number before it."""
    texts = [cell.text for cell in table_grid(table).cells]
    texts += [entry.label for entries in (table.bands, table.rows, table.columns) for entry in entries]
    return not any(sign.isdecimal() for text in texts for sign in label_of(text).core)


def _planned(reader: TableReader, reading: TableReading, tape: Sequence[TapeRow]) -> _Plan:
    if not reader.is_of_cells:
        return _Plan(reading.fit, False, (), (), (), ())  # noqa: FBT003
    places = {id(cell): (row, at) for row, line in enumerate(tape) for at, cell in enumerate(line.cells)}
    spots = tuple(
        _Spot(name, *places[id(origin.cell)], origin.unit, origin.sure) for name, origin in reader.origins.items()
    )
    absent = tuple(name for name in reading.found if name not in reader.origins)
    used = {id(row) for row in reading.rows}
    rows = tuple(at for at, row in enumerate(tape) if id(row) in used)
    return _Plan(reading.fit, reader.is_of_cells, spots, absent, reading.faults, rows)
