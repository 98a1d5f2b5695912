"""Colours as pages and documents write them, and whether a text can be told from the ground behind it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.xlsx.cell_formats import TextLooks

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
# Eyes tell no text from its ground whose every part differs by so little, of 255; or by somewhat more, where both are
# as good as equally bright, as white on light yellow is (the contrast of WCAG 2.1; text wants 4.5).
_ALIKE, _NEAR, _CONTRAST = 24, 48, 1.25
_NAMED = {
    "white": WHITE,
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "whitesmoke": (245, 245, 245),
    "black": (0, 0, 0),
    "red": (255, 0, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "green": (0, 128, 0),
    "gray": (128, 128, 128),
}
_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})(?![0-9a-z])")
_FUNCTION = re.compile(r"rgba?\(([^)]*)\)")


@lru_cache(maxsize=4096)
def colour_of(text: str) -> Colour | None:
    """Return the colour a text states, None where it states none; what cannot be seen through nor seen is white."""
    shown = text.strip().lower()
    if shown == "transparent":
        return WHITE
    if shown in _NAMED:
        return _NAMED[shown]
    if found := _FUNCTION.match(shown):
        return _of_function(found[1])
    if found := _HEX.match(shown):
        digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])  # noqa: PLR2004
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    return None


def _of_function(inside: str) -> Colour | None:
    parts = [part for part in re.split(r"[\s,/]+", inside.strip()) if part]
    try:
        red, green, blue, *rest = (float(part.rstrip("%")) * (2.55 if part.endswith("%") else 1) for part in parts)
    except ValueError:
        return None
    return WHITE if rest and rest[0] == 0 else (round(red), round(green), round(blue))


def are_alike(one: Colour | None, other: Colour | None) -> bool:
    """Return whether a text of one colour cannot be seen on the other; what is not known can be."""
    if one is None or other is None:
        return False
    most = max(abs(mine - theirs) for mine, theirs in zip(one, other, strict=True))
    return most <= _ALIKE or (most <= _NEAR and _contrast(one, other) < _CONTRAST)


@lru_cache(maxsize=256)
def is_unreadable(looks: TextLooks) -> bool:
    """Return whether text set so cannot be read: a point high at most, or in the colour of its ground."""
    return looks.is_tiny or are_alike(colour_of(looks.colour), colour_of(looks.ground))


def _contrast(one: Colour, other: Colour) -> float:
    """Return how bright the brighter of two colours is beside the other, from 1 to 21, as WCAG 2.1 has it."""
    dark, bright = sorted((_luminance(one), _luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    shares = (part / 255 for part in colour)
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)  # noqa: PLR2004 (as the standard has them)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
