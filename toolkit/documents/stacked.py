"""Tables that are none in the document: their cells stand one below another as lines, or beside each other in them.

Such lines come of blocks without styles, of lists, of text copied out of a program. A row is a label with figures
behind it. Where the heads stand in the order in which the form prints them, the lines are put back into a grid; where
they do not, they stay in one row of it, whose order contradicts the form, so that no figure is taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from toolkit.documents.figures import is_number_text
from toolkit.documents.grids import Line, Raw, build_grid
from toolkit.documents.labels import ENOUGH, likeness
from toolkit.form.grid import Role, table_grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.documents.grids import Document, Grid
    from toolkit.form.model import Table

_APART = re.compile(r"\s{2,}|\t")
_SAME_HEAD = 0.8
_EXACT = 0.9  # the heading over a table holds words of its heads
_LABELS = 3  # cells before the figures of a row
_FEWEST = 0.34  # of a table's rows must be among the lines
_LONGEST = 90  # characters of a cell


@dataclass(frozen=True, slots=True)
class _Token:
    """One cell among the lines; `block` is the line of the document it stands in."""

    text: str
    block: int
    place: str

    @property
    def is_figure(self) -> bool:
        return is_number_text(self.text)


@dataclass(frozen=True, slots=True)
class _Row:
    """Figures, and the words between the figures before and them."""

    words: tuple[_Token, ...]
    figures: tuple[_Token, ...]


def with_stacked(document: Document, tables: Sequence[Table]) -> Document:
    """Return a document with the lines that are the cells of these tables put together as grids."""
    for table in tables:
        found = _find(document, table)
        if found is not None:
            first, last, grid = found
            kept = (*document.blocks[:first], grid, *document.blocks[last + 1 :])
            document = replace(document, blocks=kept)
    return document


def _find(document: Document, table: Table) -> tuple[int, int, Grid] | None:
    for is_line, run in groupby(enumerate(document.blocks), key=lambda entry: isinstance(entry[1], Line)):
        if not is_line:
            continue
        tokens = [token for at, line in run if isinstance(line, Line) for token in _tokens(line, at)]
        rows = _own_rows(list(_rows(tokens)), table)
        if rows:
            cells = [token for row in rows for token in (*row.words, *row.figures)]
            lines = [[Raw(token.text, 1, 1, token.place) for token in line] for line in _laid_out(rows, table)]
            grid = build_grid(f"第 {cells[0].block + 1} 段起的各行", lines)
            return cells[0].block, cells[-1].block, grid
    return None


def _tokens(line: Line, at: int) -> Iterator[_Token]:
    """Yield the cells of a line: what stands wide apart, and the figures at its end."""
    place = line.place or f"第 {at + 1} 段"
    for part in _APART.split(line.text.strip()):
        pieces = part.split()
        figures: list[str] = []
        while len(pieces) > 1 and is_number_text(pieces[-1]):
            figures.insert(0, pieces.pop())
        yield from (_Token(text, at, place) for text in (" ".join(pieces), *figures) if text)


def _rows(tokens: Sequence[_Token]) -> Iterator[_Row]:
    words: list[_Token] = []
    for is_figure, run in groupby(tokens, key=lambda token: token.is_figure):
        if is_figure:
            yield _Row(tuple(words), tuple(run))
            words = []
        else:
            words = list(run)


def _own_rows(rows: list[_Row], table: Table) -> list[_Row]:
    """Return the rows from the first to the last of a table, its heads with them; none where too few are there."""
    leaves = table.leaf_rows()
    mine = [at for at, row in enumerate(rows) if row.words and _is_row_of(row, table)]
    if len(mine) < max(_FEWEST * len(leaves), 1):
        return []
    found = rows[mine[0] : mine[-1] + 1]
    labels = [cell.text for cell in table_grid(table).cells if cell.role is not Role.DATA]
    first = found[0].words
    own = next((at for at, token in enumerate(first) if _is_any(token, labels, _EXACT)), len(first))
    return [replace(found[0], words=first[own:]), *found[1:]]


def _is_row_of(row: _Row, table: Table) -> bool:
    labels = [leaf.label for leaf in table.leaf_rows() if leaf.label]
    if labels:
        most = max(len(table.leaf_columns(band.id)) for band in table.bands)
        return len(row.figures) <= most + 1 and _is_any(row.words[-1], labels)
    heads = [cell.text for cell in table_grid(table).cells if cell.role is Role.HEAD]
    columns = table.leaf_columns(table.bands[0].id)
    return len(row.figures) == len(columns) and sum(_is_any(token, heads) for token in row.words) >= len(columns)


def _is_any(token: _Token, labels: Sequence[str], enough: float = ENOUGH) -> bool:
    return len(token.text) <= _LONGEST and any(likeness(token.text, label) >= enough for label in labels)


def _laid_out(rows: Sequence[_Row], table: Table) -> Iterator[list[_Token]]:
    """Yield the rows of the grid: every line of heads, then the labels and figures of every row."""
    lines = _head_lines(table)
    for row in rows:
        words = list(row.words)
        waiting: list[_Token] = []
        while words:
            line = next((line for line in lines if _begins(words, line)), None)
            if line is None:
                waiting.append(words.pop(0))
                continue
            if waiting:
                yield waiting
            yield words[: len(line)]
            waiting, words = [], words[len(line) :]
        cut = 0 if not any(leaf.label for leaf in table.leaf_rows()) else _LABELS
        if waiting[: len(waiting) - cut]:
            yield waiting[: len(waiting) - cut]
        yield [*waiting[max(len(waiting) - cut, 0) :], *row.figures] if cut else list(row.figures)


def _begins(words: Sequence[_Token], line: Sequence[str]) -> bool:
    if len(words) < len(line):
        return False
    return all(likeness(token.text, head) >= _SAME_HEAD for token, head in zip(words, line, strict=False))


def _head_lines(table: Table) -> list[list[str]]:
    """Return the lines of heads as the form prints them, and the lowest heads of every block alone."""
    roles = (Role.BAND, Role.CORNER, Role.HEAD)
    printed = ([cell.text for cell in line if cell.role in roles] for line in table_grid(table).lines())
    lowest = ([column.label for column in table.leaf_columns(band.id)] for band in table.bands)
    found = [line for line in (*printed, *lowest) if len(line) > 1]
    return sorted(found, key=len, reverse=True)
