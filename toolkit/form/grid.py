"""The printed geometry of an official table: which cell spans what. Workbook and report both draw from it.

A grid is rows of positions; every position is covered by exactly one cell, and building a grid that is not so raises.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from toolkit.form.ids import figure_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.form.model import Band, Table


class Role(StrEnum):
    """What a cell of an official table is for."""

    BAND = "band"  # the title across a block
    CORNER = "corner"  # over the row labels
    HEAD = "head"  # over a column
    STUB = "stub"  # before a row
    DATA = "data"


@dataclass(frozen=True, slots=True)
class GridCell:
    """One printed cell: its place (from 0), its span, and either its label or the field whose figure it holds."""

    row: int
    column: int
    row_span: int
    column_span: int
    role: Role
    text: str = ""
    field: str = ""
    band: str = ""
    entry: str = ""  # the id of the row or column that a head or stub names


@dataclass(frozen=True)
class Grid:
    """A printed table. `head_rows` counts the rows to repeat on a new page; `stub_columns` the label columns."""

    cells: tuple[GridCell, ...]
    height: int
    width: int
    head_rows: int
    stub_columns: int

    def lines(self) -> Iterator[tuple[GridCell, ...]]:
        """Yield for each printed row the cells that begin in it, left to right."""
        for row in range(self.height):
            yield tuple(sorted((cell for cell in self.cells if cell.row == row), key=lambda cell: cell.column))

    def data(self) -> tuple[GridCell, ...]:
        """Return the cells that hold figures."""
        return self._data

    @cached_property
    def _data(self) -> tuple[GridCell, ...]:
        return tuple(cell for cell in self.cells if cell.role is Role.DATA)


@lru_cache(maxsize=64)
def table_grid(table: Table) -> Grid:
    """Return the printed grid of an official table.

    Raises:
        ValueError: the definition leaves a position uncovered or covers it twice.
    """
    stub = _stub_depth(table)
    width = stub + max(sum(column.span for column in table.leaf_columns(band.id)) for band in table.bands)
    cells: list[GridCell] = []
    top = 0
    for band in table.bands:
        drawn = list(_band_cells(table, band, top, stub, width))
        cells += drawn
        top = max(cell.row + cell.row_span for cell in drawn)
    head_rows = _head_depth(table, table.bands[0]) if len(table.bands) == 1 and not table.bands[0].label else 0
    grid = Grid(tuple(cells), top, width, head_rows, stub)
    _assert_covered(grid)
    return grid


def _stub_depth(table: Table) -> int:
    if all(not row.label for row in table.rows):
        return 0
    return max(len(table.row_path(row.id)) for row in table.rows)


def _head_depth(table: Table, band: Band) -> int:
    return max(len(table.column_path(column.id, band.id)) for column in table.leaf_columns(band.id))


def _band_cells(table: Table, band: Band, top: int, stub: int, width: int) -> Iterator[GridCell]:
    if band.label:
        yield GridCell(top, 0, 1, width, Role.BAND, band.label, band=band.id)
        top += 1
    depth = _head_depth(table, band)
    if stub:
        yield GridCell(top, 0, depth, stub, Role.CORNER, band.stub, band=band.id)
    yield from _head_cells(table, band, top, stub, depth)
    yield from _body_cells(table, band, top + depth, stub)


def _head_cells(table: Table, band: Band, top: int, stub: int, depth: int) -> Iterator[GridCell]:
    lefts = _column_lefts(table, band, stub)
    for column in table.columns_of(band.id):
        under = [leaf for leaf in table.leaf_columns(band.id) if column in table.column_path(leaf.id, band.id)]
        level = len(table.column_path(column.id, band.id)) - 1
        row_span = depth - level if under == [column] else 1
        span = sum(leaf.span for leaf in under)
        left = lefts[under[0].id]
        yield GridCell(top + level, left, row_span, span, Role.HEAD, column.label, band=band.id, entry=column.id)


def _body_cells(table: Table, band: Band, top: int, stub: int) -> Iterator[GridCell]:
    lefts = _column_lefts(table, band, stub)
    rows = table.leaf_rows(band.id)
    for row in (row for row in table.rows if row.band == band.id and stub):
        under = [leaf for leaf in rows if row in table.row_path(leaf.id)]
        level = len(table.row_path(row.id)) - 1
        span = stub - level if under == [row] else 1
        first = top + rows.index(under[0])
        yield GridCell(first, level, len(under), span, Role.STUB, row.label, band=band.id, entry=row.id)
    for offset, row in enumerate(rows):
        for column in table.leaf_columns(band.id):
            field = figure_id(table.id, row.id, column.id)
            yield GridCell(top + offset, lefts[column.id], 1, column.span, Role.DATA, field=field, band=band.id)


def _column_lefts(table: Table, band: Band, stub: int) -> dict[str, int]:
    lefts: dict[str, int] = {}
    left = stub
    for column in table.leaf_columns(band.id):
        lefts[column.id] = left
        left += column.span
    return lefts


def _assert_covered(grid: Grid) -> None:
    seen: dict[tuple[int, int], GridCell] = {}
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.row_span):
            for column in range(cell.column, cell.column + cell.column_span):
                if (row, column) in seen:
                    raise ValueError(f"grid position {row},{column} is covered twice: {seen[row, column]} and {cell}")
                seen[row, column] = cell
    missing = {(row, column) for row in range(grid.height) for column in range(grid.width)} - set(seen)
    if missing:
        raise ValueError(f"grid positions without a cell: {sorted(missing)[:5]}")


def heads_of(grid: Grid, cell: GridCell) -> tuple[GridCell, ...]:
    """Return the labels a reader needs for one figure: band, heads above it outermost first, stubs left of it."""
    heads = [head for head in grid.cells if head.band == cell.band and _names(head, cell)]
    order = {Role.BAND: 0, Role.HEAD: 1, Role.STUB: 2}
    return tuple(sorted(heads, key=lambda head: (order[head.role], head.row, head.column)))


def _names(head: GridCell, cell: GridCell) -> bool:
    over = head.column <= cell.column < head.column + head.column_span
    beside = head.row <= cell.row < head.row + head.row_span
    return (head.role in {Role.BAND, Role.HEAD} and over) or (head.role is Role.STUB and beside)
