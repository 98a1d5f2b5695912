"""Characters of a page with their boxes, put together into printed lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.documents.sources.rulings import Box

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True, eq=False)
class Sign:
    """One character with its box, y growing downwards as one reads."""

    text: str
    box: Box
    is_unseen: bool = False

    @property
    def height(self) -> float:
        """How tall its box is."""
        return self.box.bottom - self.box.top


@dataclass(frozen=True, slots=True)
class TextLine:
    """One printed line outside tables."""

    text: str
    box: Box
    size: float


def text_lines(signs: Sequence[Sign]) -> Iterator[TextLine]:
    """Yield characters as lines, from the top down."""
    for line in by_line(signs):
        top, bottom = min(sign.box.top for sign in line), max(sign.box.bottom for sign in line)
        box = Box(line[0].box.left, top, max(sign.box.right for sign in line), bottom)
        yield TextLine("".join(spaced(line)), box, max(sign.height for sign in line))


def by_line(signs: Sequence[Sign]) -> list[list[Sign]]:
    """Return characters by printed line, from the top down, each line from left to right."""
    lines: list[list[Sign]] = []
    for sign in sorted(signs, key=lambda sign: sign.box.middle[1]):
        if lines and _is_beside(lines[-1], sign.box.middle[1]):
            lines[-1].append(sign)
        else:
            lines.append([sign])
    return [sorted(line, key=lambda sign: sign.box.left) for line in lines]


def _is_beside(line: Sequence[Sign], middle: float) -> bool:
    tallest = max(line, key=lambda sign: sign.height)
    return tallest.box.top < middle < tallest.box.bottom and abs(tallest.box.middle[1] - middle) < tallest.height / 2


def spaced(signs: Sequence[Sign]) -> Iterator[str]:
    """Yield characters with a blank in every wide gap between Latin letters."""
    for at, sign in enumerate(signs):
        before = signs[at - 1] if at else None
        gap = sign.box.left - before.box.right if before else 0.0
        if before and gap > sign.height / 5 and before.text.isascii() and sign.text.isascii() and before.text.isalpha():
            yield " "
        yield sign.text
