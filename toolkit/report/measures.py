"""How wide the columns of a printed table are and how large its type is, so that no figure ever breaks in two.

Lengths are twips (twentieths of a point), type sizes half-points, as word processors count them; all whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.form.grid import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.form.grid import GridCell
    from toolkit.report.document import Report, ReportTable

TEXT_WIDTH = 8844  # 156 mm, the type area of an A4 page with margins of 28 and 26 mm
CELL_MARGIN = 40  # 0.7 mm at the left and at the right of every cell
BANDED_SIZE, PLAIN_SIZE, SMALLEST_SIZE = 21, 18, 11
# What the label columns get of the width, innermost last: the innermost holds the longest labels.
_STUB_WIDTHS = (737, 1020, 2948)
_BODY_SIZE = 32
_NEAREST, _DATE = 20, 40
_SLACK = 20
# What a page has for a table under its heading, and what a row takes: one line with air, and every further line.
_PAGE_HEIGHT, _ROW_HEIGHT, _ROW_AIR = 12100, 363, 172
_UNBROKEN = 3
_WIDEST_BALANCED = 8  # longer heads are sentences, which break anywhere


@dataclass(frozen=True, slots=True)
class Measures:
    """The type size of a table in half-points and the width of each of its columns in twips."""

    size: int
    widths: tuple[int, ...]

    @property
    def line(self) -> int:
        """The line height in twips."""
        return self.size * 29 // 2

    def width(self, cell: GridCell) -> int:
        """Return the width of a cell over all the columns it spans."""
        return sum(self.widths[cell.column : cell.column + cell.column_span])

    def inset(self, cell: GridCell) -> int:
        """Return how much narrower, on each side, the text of a head is set so that it breaks into even lines.

        A head of two-character words would otherwise break inside one of them.
        """
        room, length = self.width(cell) - 2 * CELL_MARGIN, len(cell.text)
        fitting = room // _em(self.size)
        if cell.role is not Role.HEAD or not is_paired(cell.text) or not 1 < fitting < length:
            return 0
        lines = -(-length // fitting)
        per_line = -(-length // lines)
        per_line -= per_line % 2
        return max(0, (room - per_line * _em(self.size) - _em(self.size) // 5) // 2)


def is_paired(text: str) -> bool:
    """Return whether a head reads as two-character words: an even, short run of Chinese characters."""
    return len(text) % 2 == 0 and len(text) <= _WIDEST_BALANCED and all("\u4e00" <= char <= "\u9fff" for char in text)


def measure(table: ReportTable) -> Measures:
    """Return the largest type and the column widths at which a table looks right.

    Every figure stands on one line, and a table whose head repeats is no longer than a page: where long figures leave
    its labels little room, smaller type gives them more. Below 5.5 pt nothing is readable, so a table with still longer
    figures overflows rather than shrinking further.
    """
    start = PLAIN_SIZE if table.grid.head_rows else BANDED_SIZE
    sizes = [size for size in range(start, SMALLEST_SIZE, -1) if sum(_needs(table, size)) <= TEXT_WIDTH]
    measured = [Measures(size, _shared(table, _needs(table, size))) for size in (*sizes, SMALLEST_SIZE)]
    fitting = (entry for entry in measured if not table.grid.head_rows or _height(table, entry) <= _PAGE_HEIGHT)
    return next(fitting, measured[0])


def _height(table: ReportTable, measures: Measures) -> int:
    """Return about how high a table is drawn, a little more rather than less."""
    heights = [_ROW_HEIGHT] * table.grid.height
    for cell in sorted(table.grid.cells, key=lambda cell: cell.row_span):
        rows = slice(cell.row, cell.row + cell.row_span)
        lacking = _cell_height(table.text(cell), measures, cell) - sum(heights[rows])
        heights[cell.row + cell.row_span - 1] += max(0, lacking)
    return sum(heights)


def _cell_height(text: str, measures: Measures, cell: GridCell) -> int:
    room = measures.width(cell) - 2 * CELL_MARGIN - 2 * measures.inset(cell)
    lines = -(-_tenths(text) // max(1, 10 * room // _em(measures.size)))
    return _em(measures.size) * (34 * lines - 9) // 25 + _ROW_AIR  # 1.36 em from one line to the next


def _needs(table: ReportTable, size: int) -> list[int]:
    needs = [_em(size) * 14 // 5] * table.grid.width  # two Chinese characters a line, with air
    for column in range(table.grid.stub_columns if table.grid.head_rows else 0):
        needs[column] = _em(size) * 16 // 5  # three: a number in brackets
    for cell in table.grid.cells:
        if cell.role in {Role.DATA, Role.HEAD}:
            text = table.text(cell)
            room = _figure_width(text, size) if cell.role is Role.DATA else _head_width(text, size)
            for column in range(cell.column, cell.column + cell.column_span):
                needs[column] = max(needs[column], -(-room // cell.column_span))
    return [need + 2 * CELL_MARGIN for need in needs]


def _figure_width(text: str, size: int) -> int:
    return len(text) * _em(size) // 2 + _SLACK  # digits are half an em wide in every face used


def _head_width(text: str, size: int) -> int:
    if len(text) == _UNBROKEN and not text.isascii():
        return len(text) * _em(size)  # would leave one character alone on the second line
    return max((len(word) for word in text.split() if word.isascii()), default=0) * _em(size) * 3 // 5


def _em(size: int) -> int:
    return size * 10


def _shared(table: ReportTable, needs: list[int]) -> tuple[int, ...]:
    """Return the needs widened to the whole text width: label columns first, in a banded table all alike."""
    stub = table.grid.stub_columns if table.grid.head_rows else 0
    widths = list(needs)
    if not table.grid.head_rows and max(needs) * len(needs) <= TEXT_WIDTH:
        widths = [0] * len(needs)
    wanted = (*(_STUB_WIDTHS[:1] * stub), *_STUB_WIDTHS)[-stub:] if stub else ()
    spare = TEXT_WIDTH - sum(widths)
    for column, want in reversed(list(enumerate(wanted))):
        extra = max(0, min(spare, want - widths[column]))
        widths[column] += extra
        spare -= extra
    return _spread(widths, range(stub, len(widths)), max(0, spare))


def _spread(widths: list[int], columns: range, spare: int) -> tuple[int, ...]:
    each, left = divmod(spare, len(columns))
    shares: Iterable[int] = (each + (index < left) for index in range(len(columns)))
    for column, share in zip(columns, shares, strict=True):
        widths[column] += share
    return tuple(widths)


def body_lines(text: str) -> int:
    """Return about how many lines a paragraph of body text takes, its indent included."""
    return -(-(_tenths(text) + 2 * 10) // (10 * (TEXT_WIDTH // _em(_BODY_SIZE))))


def signature_indents(report: Report) -> tuple[int, int]:
    """Return how far in from the right the signature and the date stand, in tenths of an em.

    The date stands four characters in; the organ is centred over it, but a long name never closer than two.
    """
    if not report.dated:
        return _NEAREST, _DATE
    return max(_NEAREST, _DATE + (_tenths(report.dated) - _tenths(report.signature)) // 2), _DATE


def _tenths(text: str) -> int:
    return sum(5 if char.isascii() else 10 for char in text)
