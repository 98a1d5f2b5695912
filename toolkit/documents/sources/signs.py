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
    top = bottom = middle = tall = 0.0  # of the tallest sign of the line that is open
    middles = [sign.box.middle[1] for sign in signs]
    for at in sorted(range(len(signs)), key=middles.__getitem__):
        sign, here = signs[at], middles[at]
        height = sign.height
        if lines and top < here < bottom and abs(middle - here) < tall / 2:
            lines[-1].append(sign)
            if height <= tall:
                continue
        else:
            lines.append([sign])
        top, bottom, middle, tall = sign.box.top, sign.box.bottom, here, height
    return [sorted(line, key=_left) for line in lines]


def _left(sign: Sign) -> float:
    return sign.box.left


def spaced(signs: Sequence[Sign]) -> Iterator[str]:
    """Yield characters with a blank in every wide gap between Latin letters."""
    before: Sign | None = None
    for sign in signs:
        is_latin = before is not None and before.text.isascii() and sign.text.isascii() and before.text.isalpha()
        if is_latin and before is not None and sign.box.left - before.box.right > sign.height / 5:
            yield " "
        yield sign.text
        before = sign
