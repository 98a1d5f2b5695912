"""What one field of a form was found to be: its value, where it stood, in which characters, and how sure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from toolkit.documents.grids import plain, tidy

if TYPE_CHECKING:
    from toolkit.form.values import Value


class Sure(StrEnum):
    """How sure a value is; the words of the `read --json` contract."""

    READ = "read"  # two witnesses agree: its place in the row, and the head of its column
    INFERRED = "inferred"
    TWO_READINGS = "two-readings"
    NOT_FOUND = "not-found"


@dataclass(frozen=True, slots=True)
class Found:
    """One field as it was found. `value` is None where the cell is blank, or where nobody can say which cell it is."""

    value: Value = None
    place: str = ""
    text: str = ""
    sure: Sure = Sure.NOT_FOUND


def figure_value(text: str) -> Value:
    """Return the number a cell holds, None for a blank one, and the text itself where it is no number."""
    shown = plain(text)
    if not shown:
        return None
    digits = _ascii(shown)
    grouped = digits.replace(",", "")
    if grouped.lstrip("+-").replace(".", "", 1).isdigit() and grouped.isascii():
        number = Decimal(grouped)
        return int(number) if number == number.to_integral_value() else number
    return tidy(text)


def _ascii(text: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFKC", text).replace("−", "-").replace("–", "-")


def is_number_text(text: str) -> bool:
    """Return whether a cell holds a number and nothing else."""
    value = figure_value(text)
    return value is not None and not isinstance(value, str)
