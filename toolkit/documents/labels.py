"""How like two labels are: what an office typed, and what the form prints."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from toolkit.documents.grids import plain

ENOUGH = 0.7  # from here on a label is taken for the official one
_ORDINAL = re.compile(
    r"^(?:\((?P<inner>[一二三四五六七八九十]{1,3}|\d{1,2})\)|(?P<outer>[一二三四五六七八九十]{1,3}|\d{1,2})(?=[、.,:)]))[、.,:)]*"
)
_NOTE = re.compile(r"\([^()]*\)")
_SHORTEST = 3  # characters a part of a label must have to stand for the whole
_LONGER = 4  # times the official label, a label with remarks may be
_PART = 0.85  # how like a label is that holds the other, or is held by it
_SHORTENED = 4  # characters of a label that left out words in the middle
_CJK_DIGITS = {sign: str(value) for value, sign in enumerate("〇一二三四五六七八九")} | {"十": "10"}


@dataclass(frozen=True, slots=True)
class Label:
    """A label taken apart: its number, its letters and digits behind it, and those without remarks in brackets.

    `is_counted` tells a number in digits from one in characters: the form numbers other levels so.
    """

    ordinal: str
    core: str
    bare: str
    notes: tuple[str, ...]
    is_counted: bool = False


@lru_cache(maxsize=65536)
def label_of(text: str) -> Label:
    """Return a label taken apart, whatever blanks, widths of characters, brackets and points it was written with."""
    shown = plain(unicodedata.normalize("NFKC", text).replace("〔", "(").replace("〕", ")").replace("。", "."))
    found = _ORDINAL.match(shown)
    rest = shown[found.end() :] if found else shown
    ordinal = (found["inner"] or found["outer"]) if found else ""
    notes = tuple(_letters(note) for note in _NOTE.findall(rest))
    bare = _letters(_NOTE.sub("", rest))
    return Label(_CJK_DIGITS.get(ordinal, ordinal), _letters(rest), bare, notes, ordinal.isdecimal())


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


@lru_cache(maxsize=262_144)
def likeness(found: str, official: str) -> float:
    """Return how like a found label is to an official one, from 0 to 1; `ENOUGH` and above is taken for the same."""
    mine, theirs = label_of(found), label_of(official)
    if not mine.core or not theirs.core:
        return 0.0
    conflict = mine.ordinal and theirs.ordinal and mine.ordinal != theirs.ordinal
    return _core_likeness(mine, theirs) * (0.9 if conflict else 1.0 if mine.ordinal == theirs.ordinal else 0.98)


def _core_likeness(mine: Label, theirs: Label) -> float:
    if mine.core == theirs.core:
        return 1.0
    if mine.bare and mine.bare == theirs.bare:
        return 0.97
    one, other = mine.bare or mine.core, theirs.bare or theirs.core
    if len(one) < _SHORTEST or len(other) < _SHORTEST:
        return 0.0
    if (other in one and len(one) <= _LONGER * len(other)) or (one in other and len(one) * 2 >= len(other)):
        return _PART
    if can_be_like(one, other, ENOUGH):
        ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
        if ratio >= ENOUGH:
            return max(ENOUGH, min(_PART, 0.9 * ratio))
    return ENOUGH + 0.02 if _SHORTENED <= len(one) < len(other) and _is_shortened(one, other) else 0.0


def can_be_like(one: str, other: str, least: float) -> bool:
    """Return whether two texts may be as like as that, by their lengths and by the letters they share.

    What `SequenceMatcher.quick_ratio` says, without making a matcher first: with it the first page took 90 ms, not 65.
    """
    length = len(one) + len(other)
    if not length:
        return True
    return 2 * min(len(one), len(other)) / length >= least and 2 * _shared(one, other) / length >= least


def _shared(one: str, other: str) -> int:
    """Return how many letters of a text are in another: no fewer than any way of laying them over each other finds."""
    return sum(map(_letters_in(other).__contains__, one))


@lru_cache(maxsize=4096)
def _letters_in(text: str) -> frozenset[str]:
    return frozenset(text)


def _is_shortened(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)
