"""What may stand in a field: the kinds of answer, and the Python values they are held in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What may stand in a field; the words of the `forms --json` contract."""

    COUNT = "count"
    AMOUNT = "amount"
    SIGNED = "signed"
    TEXT = "text"
    COMPUTED = "computed"
    CONTROL = "control"
    NOTE = "note"
    EXPLANATION = "explanation"

    @property
    def is_figure(self) -> bool:
        """Whether the field belongs to an official table and holds a number."""
        return self in {Kind.COUNT, Kind.AMOUNT, Kind.SIGNED, Kind.COMPUTED}

    @property
    def is_required_figure(self) -> bool:
        """Whether the clerk must type a number here before the workbook can be handed in."""
        return self in {Kind.COUNT, Kind.AMOUNT, Kind.SIGNED}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a prose section; `level` 0 is body text, 1 and 2 are sub-headings."""

    text: str
    level: int = 0


Figure = int | Decimal
# What a field can hold. None is blank; a str in a figure is text that stands where a number belongs.
Value = int | Decimal | str | tuple[Paragraph, ...] | None
