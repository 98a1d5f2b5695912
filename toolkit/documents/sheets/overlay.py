"""The printed grid of an official table laid over the grids of a spreadsheet, cell by cell.

Where every label of the form stands at its place, each figure is where the form prints it, whatever stands around the
table: other tables beside it, checks behind it, hidden rows that came along, no headings at all.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.documents.figures import Found, Sure, figure_value, is_stroke
from toolkit.documents.grids import tidy
from toolkit.documents.labels import ENOUGH, label_of, likeness
from toolkit.documents.official.rows import unseen_faults
from toolkit.documents.official.tables import TableReading
from toolkit.form.grid import Role, table_grid
from toolkit.form.ids import figure_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolkit.documents.grids import Cell, Grid
    from toolkit.documents.official.rows import TapeRow
    from toolkit.form.grid import GridCell
    from toolkit.form.model import Table

_LABELS = frozenset({Role.BAND, Role.HEAD, Role.STUB})  # what stands in the corner is often left out
_BETWEEN = 3  # rows that may stand between two blocks of a table: a key row, blank rows
_Place = tuple[int, int, int]  # grid, row, column


@dataclass(frozen=True)
class TextIndex:
    """Every text of a document's grids by what it says, to begin from."""

    grids: tuple[Grid, ...]
    by_core: Mapping[str, Sequence[_Place]] = field(repr=False)

    def cell(self, grid: int, row: int, column: int) -> Cell | None:
        """Return the cell that begins at a position, None where there is none or it begins elsewhere."""
        rows = self.grids[grid].rows
        if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
            return None
        cell = rows[row][column]
        return cell if (cell.row, cell.column) == (row, column) else None

    def is_free(self, grid: int, row: int, column: int) -> bool:
        """Return whether nothing that begins elsewhere covers a position."""
        rows = self.grids[grid].rows
        inside = 0 <= row < len(rows) and 0 <= column < len(rows[row])
        return not inside or self.cell(grid, row, column) is not None


@dataclass(frozen=True)
class Placement:
    """Where a table lies: its grid, the row each of its blocks begins in, its first column, and how well labels fit."""

    grid: int
    tops: Mapping[str, int]
    left: int
    likeness: float


def text_index(grids: Sequence[Grid]) -> TextIndex:
    """Return the index of some grids; numbers are left out."""
    found: dict[str, list[_Place]] = defaultdict(list)
    for number, grid in enumerate(grids):
        for row, cells in enumerate(grid.lines):
            for cell in cells:
                if cell.row == row and (core := label_of(cell.text).core) and not core.isdigit():
                    found[core].append((number, row, cell.column))
    return TextIndex(tuple(grids), found)


def laid_over(table: Table, index: TextIndex, tape: Sequence[TapeRow]) -> TableReading | None:
    """Return an official table read where all its labels stand as printed, the best fitting first; None without one."""
    placements = sorted(_placements(table, index), key=lambda one: -one.likeness)
    if not placements:
        return None
    first = placements[0]
    found = dict(_figures(table, index, first))
    others = [one for one in placements[1:] if _is_another(_values(dict(_figures(table, index, one))), _values(found))]
    again = index.grids[others[0].grid].rows[min(others[0].tops.values())][0].place if others else ""
    rows = {row for row, _ in _data(table, first)}
    taken = tuple(row for row in tape if row.grid is index.grids[first.grid] and row.row in rows)
    hidden = {name: cell for name, cell in _cells(table, index, first) if cell and any(map(str.isdecimal, cell.unseen))}
    faults = tuple(unseen_faults(hidden))
    return TableReading(table.id, first.likeness, found, faults, taken, is_laid=True, again=again)


def _is_another(values: list[object], first: list[object]) -> bool:
    """Return whether a table that stands there once more says something else; a blank one says nothing."""
    return values != first and any(value is not None for value in values)


def _values(found: Mapping[str, Found]) -> list[object]:
    return [entry.value for entry in found.values()]


def _placements(table: Table, index: TextIndex) -> Iterator[Placement]:
    blocks = _blocks(table)
    (first, labels), *rest = blocks.items()
    anchor = max(labels, key=lambda cell: len(label_of(cell.text).core))
    for grid, row, column in index.by_core.get(label_of(anchor.text).core, ()):
        top, left = row - anchor.row, column - anchor.column
        tops, fits = {first: top}, [_fit(index, grid, labels, top, left)]
        for band, own in rest:
            before = tops[next(reversed(tops))]
            options = [(_fit(index, grid, own, before + gap, left), before + gap) for gap in range(_BETWEEN + 1)]
            fit, at = max(options, key=lambda option: (option[0], -option[1]))
            fits.append(fit)
            tops[band] = at
        if min(fits) > 0 and _is_uncovered(table, index, Placement(grid, tops, left, 0)):
            yield Placement(grid, tops, left, sum(fits) / len(fits))


@lru_cache(maxsize=64)
def _blocks(table: Table) -> Mapping[str, Sequence[GridCell]]:
    """Return the labels of every block as the form prints them."""
    found: dict[str, list[GridCell]] = {}
    for cell in table_grid(table).cells:
        if cell.role in _LABELS and label_of(cell.text).core:
            found.setdefault(cell.band, []).append(cell)
    return found


def _fit(index: TextIndex, grid: int, labels: Sequence[GridCell], top: int, left: int) -> float:
    """Return how like the labels at their places are to the form's on average; 0 where one is another."""
    total = 0.0
    for label in labels:
        cell = index.cell(grid, top + label.row, left + label.column)
        like = likeness(cell.text, label.text) if cell is not None else 0.0
        if like < ENOUGH:
            return 0.0
        total += like
    return total / len(labels)


def _data(table: Table, placement: Placement) -> Iterator[tuple[int, GridCell]]:
    for cell in table_grid(table).data():
        yield placement.tops[cell.band] + cell.row, cell


def _is_uncovered(table: Table, index: TextIndex, placement: Placement) -> bool:
    """Return whether every figure has a cell of its own: two that were merged cannot be told apart.

    Heads that stand alone at the end of a sheet, as some programs repeat them, have no figures under them.
    """
    height = len(index.grids[placement.grid].rows)
    return all(
        row < height and index.is_free(placement.grid, row, placement.left + cell.column)
        for row, cell in _data(table, placement)
    )


def _cells(table: Table, index: TextIndex, placement: Placement) -> Iterator[tuple[str, Cell | None]]:
    for row, data in _data(table, placement):
        yield data.field, index.cell(placement.grid, row, placement.left + data.column)


def _figures(table: Table, index: TextIndex, placement: Placement) -> Iterator[tuple[str, Found]]:
    units = _units(table)
    for row, data in _data(table, placement):
        cell = index.cell(placement.grid, row, placement.left + data.column)
        if cell is None:
            beside = index.grids[placement.grid].rows[row]
            yield data.field, Found(None, beside[0].place if beside else "", "", Sure.READ)
        else:
            sure = Sure.INFERRED if is_stroke(cell.text) else Sure.READ
            yield data.field, Found(figure_value(cell.text, units[data.field]), cell.place, tidy(cell.text), sure)


@lru_cache(maxsize=64)
def _units(table: Table) -> Mapping[str, str]:
    """Return the unit the form prints for each figure."""
    return {
        figure_id(table.id, row.id, column.id): column.unit or row.unit or table.unit
        for row in table.leaf_rows()
        for column in table.leaf_columns(row.band or table.bands[0].id)
    }
