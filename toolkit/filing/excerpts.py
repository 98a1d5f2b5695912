"""Pieces of a text as a finding quotes it: no number is cut in two, and dots stand for what was left out."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DOTS = "……"
_OF_NUMBERS = frozenset("0123456789０１２３４５６７８９.,")
_LONGEST_NUMBER = 30  # a longer row of digits is none


def beginning(text: str, most: int) -> str:
    """Return a text, or at most so many signs of it and dots where it has more."""
    end = _parted(text, range(min(most, len(text)), 0, -1))
    return f"{text[:end]}{DOTS if end < len(text) else ''}"


def passage(text: str, start: int, end: int) -> str:
    """Return what stands from `start` up to `end`, with the whole of a number that begins or ends it."""
    first = _parted(text, range(max(0, start), -1, -1))
    last = _parted(text, range(min(end, len(text)), len(text) + 1))
    shown = text[first:last].strip()
    return f"{DOTS if text[:first].strip() else ''}{shown}{DOTS if text[last:].strip() else ''}"


def _parted(text: str, places: Iterable[int]) -> int:
    """Return the first of some places that lies in no number; the very first where a number is too long for one."""
    near = [*islice(places, _LONGEST_NUMBER)] or [0]
    return next((at for at in near if not {text[at - 1 : at], text[at : at + 1]} <= _OF_NUMBERS), near[0])
