"""What one field of a form was found to be: its value, where it stood, in which characters, and how sure."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from toolkit.documents.grids import plain, tidy
from toolkit.documents.numerals import LONGEST, Manner, read_number

if TYPE_CHECKING:
    from toolkit.form.values import Value


class Sure(StrEnum):
    """How sure a value is; the words of the `read --json` contract."""

    READ = "read"  # two witnesses agree: its place in the row, and the head of its column
    INFERRED = "inferred"
    TWO_READINGS = "two-readings"
    NOT_FOUND = "not-found"


class Found(NamedTuple):
    """One field as it was found. `value` is None where the cell is blank, or where nobody can say which cell it is."""

    value: Value = None
    place: str = ""
    text: str = ""
    sure: Sure = Sure.NOT_FOUND


def is_plain_figure(text: str) -> bool:
    """Return whether a cell holds digits and nothing else, as most do; blanks around them are nothing."""
    shown = text.strip()
    return shown.isdecimal() and shown.isascii() and len(shown) <= LONGEST


@lru_cache(maxsize=65536)
def figure_value(text: str, unit: str = "") -> Value:
    """Return the number a cell holds, None for a blank one, and the text itself where it is no number for certain."""
    if is_plain_figure(text):
        return int(text.strip())
    written = read_number(text, unit)
    if written.value is not None:
        return written.value
    return tidy(text) if plain(text) else None


def is_stroke(text: str) -> bool:
    """Return whether a cell holds a sign for nothing, which is taken for 0."""
    return not is_plain_figure(text) and read_number(text).manner is Manner.NOUGHT


def is_number_text(text: str) -> bool:
    """Return whether a cell holds a number and nothing else."""
    value = figure_value(text)
    return value is not None and not isinstance(value, str)
