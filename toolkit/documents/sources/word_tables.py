"""Tables without ruling lines: told by words alone, in the order in which the page was written.

Programs write a table cell by cell and row by row, so that the words of a label follow each other, and its figures
follow them. A row is words with figures behind them on one height; its columns are where the figures of several rows
and the heads over them stand above each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.documents.grids import Raw
from toolkit.documents.sources.words import ITEM, SAME_LINE, Word, around, find_words, join_cells, overlap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.documents.sources.rulings import Box
    from toolkit.documents.sources.signs import Sign

_GAP_BEFORE_FIGURE = 0.8
_NEAR_ROW = 1.5
_FAR = 4.0  # between what belongs to a table and what stands over it
_MANY = 5  # figures in a row that need no label to be a row
_HEADING = re.compile(r"[一二三四五六七八九十]{1,2}[、.．]")
_LABELS = 2  # cells before the figures: what stands over several rows, and the row's own label


@dataclass
class _Row:
    """A row of figures, and the words written between the row before and it."""

    before: list[Word]
    figures: list[Word]

    @property
    def middle(self) -> float:
        return self.figures[0].box.middle[1]


@dataclass
class _Block:
    """Rows under the same heads."""

    heads: list[Word] = field(default_factory=list)
    rows: list[tuple[_Row, list[Word]]] = field(default_factory=list)  # with its labels


@dataclass(frozen=True)
class WordTable:
    """A table of words. `top` is where it begins."""

    top: float
    blocks: tuple[_Block, ...]

    def rows(self, place: str) -> list[list[Raw]]:
        """Return its rows of cells."""
        found: list[list[Raw]] = []
        for block in self.blocks:
            for row in _laid_out(block):
                number = len(found) + 1
                cells = [Raw(text, 1, span) for text, span in row]
                found.append(
                    [
                        Raw(cell.text, 1, cell.column_span, f"{place}表格第 {number} 行第 {at} 格")
                        for at, cell in enumerate(cells, 1)
                    ]
                )
        return found


def find_word_tables(signs: Sequence[Sign]) -> tuple[list[WordTable], list[Sign]]:
    """Return the tables of a page that only words tell, and the characters that belong to none."""
    rows, rest = _rows(find_words(signs))
    tables: list[WordTable] = []
    taken: set[Sign] = set()
    for segment, is_first in _segments(rows):
        blocks = _blocks(segment)
        words = [word for block in blocks for word in (*block.heads, *_words_of(block))]
        if _is_table(segment, blocks, is_first=is_first):
            tables.append(WordTable(min(word.box.top for word in words), tuple(blocks)))
            taken.update(sign for word in words for sign in word.signs)
    if tables:
        taken.update(sign for word in _labels_below(tables[-1], rest) for sign in word.signs)
    return tables, [sign for sign in signs if sign not in taken]


def _words_of(block: _Block) -> Iterator[Word]:
    for row, labels in block.rows:
        yield from labels
        yield from row.figures


def _is_table(segment: Sequence[_Row], blocks: Sequence[_Block], *, is_first: bool) -> bool:
    most = max(len(row.figures) for row in segment)
    return len(segment) > 1 or most >= _MANY or any(block.heads for block in blocks) or is_first


def _labels_below(table: WordTable, rest: Sequence[Word]) -> Iterator[Word]:
    """Yield the words behind the last row that stand on its height: what is left of a label written late."""
    row, _ = table.blocks[-1].rows[-1]
    for word in rest:
        if abs(word.box.middle[1] - row.middle) < SAME_LINE * word.size:
            yield word


def _rows(words: Sequence[Word]) -> tuple[list[_Row], list[Word]]:
    """Return the rows of figures, and the words behind the last of them."""
    rows: list[_Row] = []
    waiting: list[Word] = []
    for run in _runs(words):
        first = next((at for at, word in enumerate(run) if word.is_figure), None)
        if first is None or not _ends_in_figures(run, first):
            waiting += run
        elif rows and not waiting and first == 0 and _is_same_row(rows[-1], run[0]):
            rows[-1].figures += run
        else:
            row = _Row([*waiting, *run[:first]], list(run[first:]))
            if len(row.figures) > 1 or _label_at(row) is not None:
                rows.append(row)
                waiting = []
            else:
                waiting += run
    return rows, waiting


def _runs(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Yield words that follow each other on one height, from left to right."""
    run: list[Word] = []
    for word in words:
        beside = run and abs(run[-1].box.middle[1] - word.box.middle[1]) < SAME_LINE * max(run[-1].size, word.size)
        if not beside or word.box.left < run[-1].box.right - 1:
            if run:
                yield run
            run = []
        run.append(word)
    if run:
        yield run


def _ends_in_figures(run: Sequence[Word], first: int) -> bool:
    behind = run[first:]
    figures = sum(word.is_figure for word in behind)
    apart = not first or behind[0].box.left - run[first - 1].box.right >= _GAP_BEFORE_FIGURE * behind[0].size
    return figures > 1 or (apart and behind[-1].is_figure and 2 * figures >= len(behind))


def _is_same_row(row: _Row, word: Word) -> bool:
    """Return whether a figure is the rest of one that was broken, or stands behind one that was."""
    return abs(row.middle - word.box.middle[1]) < _NEAR_ROW * word.size


def _label_at(row: _Row) -> Word | None:
    """Return the label of a row: the last cell left of its figures and on their height."""
    left = row.figures[0].box.left
    for cell in reversed(join_cells(row.before)):
        beside = cell.box.top - cell.size / 2 <= row.middle <= cell.box.bottom + cell.size / 2
        if beside and cell.box.right + cell.size / 2 < left:
            return cell
    return None


def _segments(rows: Sequence[_Row]) -> Iterator[tuple[list[_Row], bool]]:
    """Yield rows by table, what stands before a table taken off its first row, and whether nothing stands before it."""
    segment: list[_Row] = []
    is_first = True
    for row in rows:
        cells = join_cells(row.before)
        cut = _begins_at(row, cells, is_new=not segment)
        if cut and segment:
            yield segment, is_first
            segment, is_first = [], False
        elif cut:
            is_first = False
        segment.append(_Row(cells[cut:], row.figures))
    if segment:
        yield segment, is_first


def _begins_at(row: _Row, cells: Sequence[Word], *, is_new: bool) -> int:
    """Return how many of the cells before a row stand before its table: up to a heading, or a sentence."""
    left = row.figures[0].box.left
    above = [at for at, cell in enumerate(cells) if cell.box.middle[0] > left and cell.box.bottom < row.middle]
    cut = 0
    for at, cell in enumerate(cells[:-1]):
        is_heading = bool(_HEADING.match(cell.text)) and any(place > at for place in above)
        if is_heading or "。" in cell.text:
            cut = at + 1
    if is_new and cells:
        below = row.middle
        for at in range(len(cells) - 1, cut - 1, -1):
            if below - cells[at].box.bottom > _FAR * cells[at].size:
                return at + 1
            below = min(below, cells[at].box.top)
    return cut


def _blocks(segment: Sequence[_Row]) -> list[_Block]:
    """Return the rows of a table by the heads they stand under."""
    blocks: list[_Block] = []
    for row in segment:
        label = _label_at(row)
        left = row.figures[0].box.left - row.figures[0].size
        heads = [cell for cell in row.before if cell.box.middle[0] > left and cell.box.bottom < row.middle]
        if label is None and heads:
            heads = list(row.before)
        if heads:
            lowest = row.before.index(heads[-1])
            heads, labels = row.before[: lowest + 1], row.before[lowest + 1 :]
        else:
            labels = row.before
        if heads or not blocks:
            blocks.append(_Block(heads))
        blocks[-1].rows.append((row, labels))
    return blocks


def _laid_out(block: _Block) -> Iterator[list[tuple[str, int]]]:
    """Yield the rows of a block as cells: text, and how many columns it takes."""
    begins = min(word.box.left for row, _ in block.rows for word in row.figures)
    widest = max((_own(labels, begins)[1].box.right for row, labels in block.rows if labels), default=0.0)
    stub_right = min((cell.box.right for cell in block.heads), default=0.0)
    is_left = [
        cell.box.middle[0] < begins and (cell.box.left < widest or cell.box.right <= stub_right) for cell in block.heads
    ]
    over = [cell for cell, left in zip(block.heads, is_left, strict=True) if not left]
    stub = "".join(cell.text for cell, left in zip(block.heads, is_left, strict=True) if left)
    columns, spanning, lowest = _columns([row for row, _ in block.rows], over)
    has_labels = any(labels for _, labels in block.rows)
    before = [(stub, _LABELS)] if has_labels else []
    for cells in spanning:
        yield [*before, *cells]
    if over:
        yield [*before, *((text, 1) for text in lowest)]
    for row, labels in block.rows:
        above, own = _own(labels, begins) if labels else ("", None)
        words = [*row.figures, *(word for word in labels if word.box.middle[0] >= begins)]
        mine = [(above, 1), (own.text if own else "", 1)] if has_labels else []
        yield [*mine, *_figures(words, columns)]


def _own(labels: Sequence[Word], begins: float) -> tuple[str, Word]:
    """Return the label of a row, and what else is written before it, as text."""
    left = [cell for cell in labels if cell.box.middle[0] < begins] or list(labels)
    own = left[-1]
    while len(left) > 1 and overlap(left[-2].box, own.box) > own.size and not ITEM.match(own.text):
        before = left[-2]
        own = Word((*before.signs, *own.signs), before.text + own.text, around([before.box, own.box]), own.last)
        left[-2:] = [own]
    return "".join(cell.text for cell in left[:-1]), own


_Column = tuple[float, float]


def _columns(
    rows: Sequence[_Row], heads: Sequence[Word]
) -> tuple[list[_Column], list[list[tuple[str, int]]], list[str]]:
    """Return where the columns stand, the heads over several of them, and the text of the lowest head of each."""
    taken = _clusters([word.box for row in rows for word in row.figures])
    groups: list[list[Word]] = []
    spanning: list[Word] = []
    for head in sorted(heads, key=lambda head: -head.box.bottom):
        under = [group for group in groups if any(overlap(head.box, one.box) > 0 for one in group)]
        if len(under) > 1:
            spanning.append(head)
        elif under:
            under[0].append(head)
        else:
            groups.append([head])
    groups.sort(key=lambda group: around([head.box for head in group]).left)
    spots = [_span(group) for group in groups]
    columns = _agreed(taken, spots)
    texts = ["" for _ in columns]
    for group, spot in zip(groups, spots, strict=True):
        texts[_nearest(columns, spot)] += "".join(head.text for head in sorted(group, key=lambda head: head.box.top))
    return columns, [_over(head, columns) for head in reversed(spanning)], texts


def _span(words: Sequence[Word]) -> _Column:
    box = around([word.box for word in words])
    return box.left, box.right


def _clusters(boxes: Sequence[Box]) -> list[_Column]:
    """Return the stretches that figures above each other take together."""
    found: list[_Column] = []
    for box in sorted(boxes, key=lambda box: box.left):
        if found and box.left <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], box.right))
        else:
            found.append((box.left, box.right))
    return found


def _agreed(figures: Sequence[_Column], heads: Sequence[_Column]) -> list[_Column]:
    """Return the columns: those of the heads, with the figures under each, where all figures stand under one."""
    under = [_nearest(heads, spot) if heads else -1 for spot in figures]
    if len(heads) < len(figures) or len(set(under)) < len(under) or under != sorted(under):
        return list(figures)
    held = dict(zip(under, figures, strict=True))
    return [
        (min(spot[0], held[at][0]), max(spot[1], held[at][1])) if at in held else spot for at, spot in enumerate(heads)
    ]


def _nearest(columns: Sequence[_Column], spot: _Column) -> int:
    return min(range(len(columns)), key=lambda at: abs(sum(columns[at]) - sum(spot)))


def _over(head: Word, columns: Sequence[_Column]) -> list[tuple[str, int]]:
    """Return a row with one head over the columns it touches."""
    touched = [at for at, (left, right) in enumerate(columns) if left < head.box.right and head.box.left < right]
    first, last = min(touched, default=0), max(touched, default=0)
    rest = len(columns) - last - 1
    return [*[("", 1)] * first, (head.text, last - first + 1), *[("", 1)] * rest]


def _figures(words: Sequence[Word], columns: Sequence[_Column]) -> Iterator[tuple[str, int]]:
    """Yield the cell of every column: the words that stand in it; a word over two columns takes both."""
    spots = [
        [at for at, (left, right) in enumerate(columns) if left < word.box.right and word.box.left < right]
        or [_nearest(columns, (word.box.left, word.box.right))]
        for word in words
    ]
    at = 0
    while at < len(columns):
        mine = [number for number, spot in enumerate(spots) if at in spot]
        last = max((spots[number][-1] for number in mine), default=at)
        yield " ".join(words[number].text for number in mine), last - at + 1
        at = last + 1
