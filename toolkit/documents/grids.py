"""What any document becomes: lines and grids in reading order, every text with the place where it stood."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from toolkit.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_POSITIONS = 400_000  # of all grids of a document together; the official tables need some 400
WIDEST_SPAN = 200
_BLANK = re.compile(r"[\s\u200b-\u200f\N{WORD JOINER}\ufeff]+")
_UNSEEN = re.compile("\ufdd0([^\ufdd0\ufdd1]*)\ufdd1")  # signs no text holds: they are no characters
_BREAKS = re.compile(r"[\t\r\n\v\f]+")
_ENDS = " \t\r\n\v\f\u00a0\u3000\u200b\u200e\u200f\N{WORD JOINER}\ufeff"


class Raw(NamedTuple):
    """A cell as a format states it: its text, and how many rows and columns it says it takes."""

    text: str
    row_span: int = 1
    column_span: int = 1
    place: str = ""


@dataclass(frozen=True, slots=True, eq=False)  # compared by identity: a merged cell stands at several positions
class Cell:
    """A cell of a grid: where it begins (from 0), what it covers, its text, and its place in words."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    place: str
    unseen: str = ""  # what stands in it as well, set so that nobody can see it

    @property
    def columns(self) -> range:
        """The columns it covers."""
        return range(self.column, self.column + self.column_span)

    @property
    def is_blank(self) -> bool:
        """Whether nothing can be seen in it."""
        return not plain(self.text)


@dataclass(frozen=True)
class Grid:
    """A table of a document. `rows` holds for every row the cell at each position, merged cells at all of theirs.

    `trail` tells where in the document's own tree it stood, outermost first; empty where there is no tree.
    `by_words` says that no lines part its cells: only the places of its words do.
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    trail: tuple[int, ...] = ()
    by_words: bool = False

    @cached_property
    def lines(self) -> tuple[tuple[Cell, ...], ...]:
        """For every row the cells it runs through, each once, left to right."""
        return tuple(tuple(dict.fromkeys(row)) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph outside tables. `rank` is the rank of a heading the format marks as such, 1 the highest; else 0.

    `is_indented` tells a body paragraph from a heading in plain text.
    """

    text: str
    rank: int = 0
    place: str = ""
    trail: tuple[int, ...] = ()
    is_indented: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A file as lines and grids in reading order. `scanned` names pages that are pictures without text.

    `recognised` names pages that are pictures over which lies what a program made out in them.
    """

    name: str
    kind: str
    blocks: tuple[Line | Grid, ...]
    scanned: tuple[int, ...] = ()
    recognised: tuple[int, ...] = ()


def raised(text: str) -> str:
    """Return a text set above the line as it is to be read: a note beside a number, never digits of it."""
    return f"〔{text.strip()}〕" if text.strip() else text


def struck(text: str) -> str:
    """Return a text that is crossed out as it is to be read: somebody has to say what holds."""
    return f"〔划去：{text.strip()}〕" if text.strip() else text


def unseen(text: str) -> str:
    """Return a text set so that nobody can see it, marked to be parted from what can be seen."""
    inner = text.replace("\ufdd0", "").replace("\ufdd1", "")
    return f"\ufdd0{inner}\ufdd1" if plain(inner) else text


def _parted(text: str) -> tuple[str, str]:
    """Return what can be seen of a text, and what cannot."""
    return (_UNSEEN.sub("", text), "".join(_UNSEEN.findall(text))) if "\ufdd0" in text else (text, "")


def plain(text: str) -> str:
    """Return a text without any blank, visible or not."""
    return text if text.isalnum() else _BLANK.sub("", text)


def tidy(text: str) -> str:
    """Return a text as one line: breaks and runs of blanks become one blank, none at the ends."""
    return text if text.isalnum() else _BLANK.sub(" ", text).strip()


def build_grid(
    name: str, rows: Sequence[Sequence[Raw]], trail: tuple[int, ...] = (), *, by_words: bool = False
) -> Grid:
    """Return the grid of rows of cells as formats state them, spans filled as browsers fill them.

    Spans that run over others or out of the table are cut; a row may end before the others do.

    Raises:
        DocumentError: the table has more positions than any table of ours could need.
    """
    positions: list[dict[int, Cell]] = [{} for _ in rows]
    used = 0
    for row, cells in enumerate(rows):
        column = 0
        line = positions[row]
        for raw in cells:
            while column in line:
                column += 1
            cell = line[column] = _cell(name, raw, row, column, positions)
            used += cell.row_span * cell.column_span
            if used > MOST_POSITIONS:
                raise DocumentError(name, f"表格超过 {MOST_POSITIONS} 格，不是年度报告里的表格")
            if cell.row_span > 1 or cell.column_span > 1:
                for covered in range(row, row + cell.row_span):
                    positions[covered] |= dict.fromkeys(cell.columns, cell)
            column += cell.column_span
    return Grid(name, tuple(tuple(_filled(name, row, line)) for row, line in enumerate(positions)), trail, by_words)


def _cell(name: str, raw: Raw, row: int, column: int, positions: Sequence[dict[int, Cell]]) -> Cell:
    place = raw.place or f"{name}第 {row + 1} 行第 {column + 1} 列"
    text, hidden = _parted(raw.text)
    if raw.row_span == raw.column_span == 1:
        return Cell(row, column, 1, 1, text, place, hidden)
    width = 1
    while width < min(raw.column_span, WIDEST_SPAN) and column + width not in positions[row]:
        width += 1
    height = 1
    deepest = len(positions) - row if raw.row_span == 0 else min(raw.row_span, len(positions) - row)
    while height < deepest and not any(at in positions[row + height] for at in range(column, column + width)):
        height += 1
    return Cell(row, column, height, width, text, place, hidden)


def _filled(name: str, row: int, line: dict[int, Cell]) -> Iterable[Cell]:
    for column in range(max(line, default=-1) + 1):
        yield line.get(column) or Cell(row, column, 1, 1, "", f"{name}第 {row + 1} 行第 {column + 1} 列")


class Collector:
    """Gathers the blocks of one document and names its tables by number."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._blocks: list[Line | Grid] = []
        self._tables = self._positions = 0

    def line(
        self, text: str, rank: int = 0, place: str = "", trail: tuple[int, ...] = (), *, is_indented: bool = False
    ) -> None:
        """Add a paragraph; one without anything to be seen is left out."""
        shown = _BREAKS.sub(" ", _parted(text)[0]).strip(_ENDS)
        if plain(shown):
            self._blocks.append(Line(shown, rank, place, trail, is_indented))

    def table(
        self, rows: Sequence[Sequence[Raw]], trail: tuple[int, ...] = (), name: str = "", *, by_words: bool = False
    ) -> None:
        """Add a table of cells as the format states them; one without rows is left out."""
        if not any(rows):
            return
        self._tables += 1
        grid = build_grid(name or f"第 {self._tables} 个表格", rows, trail, by_words=by_words)
        self._positions += sum(map(len, grid.rows))
        if self._positions > MOST_POSITIONS:
            raise DocumentError(self._name, f"表格合计超过 {MOST_POSITIONS} 格，不是年度报告")
        self._blocks.append(grid)

    def document(self, kind: str, scanned: tuple[int, ...] = (), recognised: tuple[int, ...] = ()) -> Document:
        """Return what was gathered."""
        return Document(self._name, kind, tuple(self._blocks), scanned, recognised)
