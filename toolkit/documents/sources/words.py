"""Characters of a page as words, in the order in which they were written, and words as cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.documents.figures import is_number_text, is_stroke
from toolkit.documents.sources.rulings import Box
from toolkit.documents.sources.signs import spaced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.documents.sources.signs import Sign

SAME_LINE = 0.35  # all measures are in heights of a character
_GAP_IN_WORD, _GAP_IN_NUMBER = 0.5, 0.2
_OVER_NUMBER = 0.1  # a digit that begins before the last one ends is of a figure wider than its column
_NEXT_LINE = 1.7
_SPREAD = 2.0  # between the characters of a word of two that was spread
_LONG = 8  # characters of a text whose line was spread to both sides, so that gaps in it are no ends of cells
ITEM = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．]")


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """Characters printed as one: a word, later the words of one cell."""

    signs: tuple[Sign, ...]
    text: str
    box: Box
    last: Box  # of its last line

    @property
    def size(self) -> float:
        """How tall its characters are."""
        return max(sign.height for sign in self.signs)

    @property
    def is_figure(self) -> bool:
        """Whether it is a number, or a sign for nothing."""
        return (any(sign.isdecimal() for sign in self.text) and is_number_text(self.text)) or is_stroke(self.text)


def find_words(signs: Sequence[Sign]) -> list[Word]:
    """Return the characters as words, in the order they were written."""
    found: list[list[Sign]] = []
    for sign in signs:
        if found and runs_on(found[-1][-1], sign):
            found[-1].append(sign)
        else:
            found.append([sign])
    return [_word(word) for word in found]


def _word(signs: Sequence[Sign]) -> Word:
    box = around([sign.box for sign in signs])
    return Word(tuple(signs), "".join(spaced(signs)), box, box)


def around(boxes: Sequence[Box]) -> Box:
    """Return the smallest box that holds all of them."""
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def runs_on(before: Sign, sign: Sign) -> bool:
    """Return whether a character is printed right behind another, as one word or number with it."""
    one, other = before.box, sign.box
    size = max(before.height, sign.height)
    if abs(one.middle[1] - other.middle[1]) >= SAME_LINE * size:
        return False
    is_number = before.text.isdecimal() and sign.text.isdecimal()
    least, most = (-_OVER_NUMBER, _GAP_IN_NUMBER) if is_number else (-1.0, _GAP_IN_WORD)
    return least * size < other.left - one.right <= most * size


def join_cells(words: Sequence[Word]) -> list[Word]:
    """Return words with those put together that are the lines, or the spread characters, of one cell."""
    found: list[Word] = []
    for word in words:
        if found and not word.is_figure and not found[-1].is_figure and _goes_on(found[-1], word):
            before = found.pop()
            text, box = before.text + word.text, around([before.box, word.box])
            found.append(Word((*before.signs, *word.signs), text, box, word.box))
        else:
            found.append(word)
    return found


def _goes_on(cell: Word, word: Word) -> bool:
    if ITEM.match(word.text):
        return False
    size = max(cell.size, word.size)
    down = word.box.middle[1] - cell.last.middle[1]
    if abs(down) < SAME_LINE * size:
        gap = word.box.left - cell.last.right
        most = _SPREAD if 1 in {len(cell.text), len(word.text)} else 1.0 if len(cell.text) >= _LONG else 0.0
        return 0 <= gap < most * size
    is_alike = abs(cell.size - word.size) < cell.size / 5
    aligned = min(
        abs(cell.box.left - word.box.left),
        abs(cell.box.middle[0] - word.box.middle[0]),
        abs(cell.box.right - word.box.right),
    )
    return 0 < down < _NEXT_LINE * size and is_alike and aligned < size and overlap(cell.box, word.box) > 0


def overlap(one: Box, other: Box) -> float:
    """Return how far two boxes stand over each other, below 0 where they stand apart."""
    return min(one.right, other.right) - max(one.left, other.left)
