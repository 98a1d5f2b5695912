"""Where everything stands on the printed sheet: the tables over common narrow columns, then the prose line by line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.workbook import layout as at
from toolkit.workbook.template.styles import SMALLER_LETTERS, lines_needed
from toolkit.workbook.wording.languages import wording_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.form.grid import GridCell
    from toolkit.form.model import Section
    from toolkit.workbook.layout import Layout, TableSheet

UNITS, PAPER_WIDTH = 15, 75.0  # least number of narrow columns, and how wide they are together
TITLE_ROW, LINE_ROW, STATE_ROW, FIRST_TABLE_ROW = 0, 1, 2, 4
PAGE, HEADING, LEAST, SMALL_LINE, SIGNATURE, PROSE_LINE = 730.0, 24.0, 15.0, 12.0, 36.0, 16.5  # points
FIRST_PROSE, OTHER_PROSE = 40, 34  # lines on the page of the first section, and on that of all others together
STUBS = {1: (1,), 2: (1, 2), 3: (1, 2, 5)}  # how label columns share the room left by the figures


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """One table: where its heading and rows stand, and the narrow column at which each of its columns begins."""

    here: TableSheet
    heading_row: int
    rows: tuple[int, ...]
    edges: tuple[int, ...]
    heights: tuple[float, ...]

    def area(self, cell: GridCell) -> tuple[int, int, int, int]:
        """Return where a cell of the table's grid is printed."""
        bottom, right = self.rows[cell.row + cell.row_span - 1], self.edges[cell.column + cell.column_span] - 1
        return self.rows[cell.row], self.edges[cell.column], bottom, right


@dataclass(frozen=True, slots=True)
class PrintedProse:
    """One section of prose: where its heading stands, and the rows of its lines under it."""

    section: Section
    heading_row: int
    lines: range


@dataclass(frozen=True, slots=True)
class PrintPlan:
    """The printed sheet of one form. `breaks` are the rows that begin a page; helpers stand right of `right`."""

    sheet: str
    unit: float
    right: int
    tables: tuple[PrintedTable, ...]
    sign_row: int
    prose: tuple[PrintedProse, ...]
    breaks: tuple[int, ...]

    @property
    def last_row(self) -> int:
        """The last row that is printed."""
        return self.prose[-1].lines[-1] if self.prose else self.sign_row

    @property
    def helpers(self) -> range:
        """The hidden columns: a section's text or a line's start, a line's room, what it takes, the ten digits."""
        return range(self.right + 1, self.right + 5)


@lru_cache(maxsize=16)
def print_plan(layout: Layout) -> PrintPlan:
    """Return where everything stands on the printed sheet of a form."""
    sheets = tuple(layout.tables.values())
    count = max([UNITS, *(here.grid.width + here.grid.stub_columns for here in sheets)])
    unit = PAPER_WIDTH / count
    row, used, tables, breaks = FIRST_TABLE_ROW, HEADING * 2, list[PrintedTable](), list[int]()
    for here in sheets:
        edges = _edges(here, count)
        heights = _heights(here, edges, unit)
        needed = HEADING + sum(heights) + (SIGNATURE if here is sheets[-1] else LEAST)
        if used + needed > PAGE:
            breaks.append(row)
            used = 0.0
        rows = tuple(range(row + 1, row + 1 + here.grid.height))
        tables.append(PrintedTable(here, row, rows, edges, heights))
        row, used = rows[-1] + 2, used + needed
    prose, pages = _prose(layout, row + 1)
    sheet = wording_of(layout.form).printed.sheet
    return PrintPlan(sheet, unit, at.FIRST_COLUMN + count - 1, tuple(tables), row, prose, (*breaks, *pages))


def _edges(here: TableSheet, count: int) -> tuple[int, ...]:
    """Return the narrow column at which each column of a table begins, and the one behind the last."""
    stubs, figures = here.grid.stub_columns, here.grid.width - here.grid.stub_columns
    each = max(1, (count * (3 if stubs else 5) // 5) // figures)
    room = count - each * figures
    shares = STUBS.get(stubs, (1,) * stubs)
    widths = [max(1, room * share // sum(shares)) for share in shares]
    if widths:
        widths[-1] += room - sum(widths)
    widths += [each] * figures
    if not stubs:
        widths[-1] += room
    edges = [at.FIRST_COLUMN]
    for width in widths:
        edges.append(edges[-1] + width)
    return tuple(edges)


def _heights(here: TableSheet, edges: Sequence[int], unit: float) -> tuple[float, ...]:
    heights = [LEAST] * here.grid.height
    for cell in here.grid.cells:
        if cell.row_span == 1 and cell.text:
            width = (edges[cell.column + cell.column_span] - edges[cell.column]) * unit * SMALLER_LETTERS
            heights[cell.row] = max(heights[cell.row], lines_needed(cell.text, width) * SMALL_LINE + 4)
    return tuple(heights)


def _prose(layout: Layout, row: int) -> tuple[tuple[PrintedProse, ...], tuple[int, ...]]:
    """Return the sections of prose from a row on, and the rows at which their two pages begin."""
    sections = [section for section in layout.form.sections if not section.is_table]
    found, pages = list[PrintedProse](), list[int]()
    for place, section in enumerate(sections):
        count = OTHER_PROSE // (len(sections) - 1) if place else FIRST_PROSE
        if place < 2:  # noqa: PLR2004 (the first section has a page of its own, all others share one)
            pages.append(row)
        found.append(PrintedProse(section, row, range(row + 1, row + 1 + count)))
        row += count + 1
    return tuple(found), tuple(pages)
