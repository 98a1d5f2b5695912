"""校验码: a short code over the figures, by arithmetic that sheet formulas and Python do alike.

Any one figure changed to another below the modulus, two figures swapped, or a blank against a zero gives another code.
It detects accidents between paper and file. It is no signature: anyone can compute it.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.form.checks import is_blank, is_number, number
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from toolkit.filing.filing import Filing
    from toolkit.form.model import Field, Form
    from toolkit.form.values import Figure, Value

# A prime just under ten million: seven digits to read out, and weight times figure stays below 2^53, where a sheet's
# arithmetic is exact.
PRIME = 9_999_991
MODULUS = PRIME - 2  # figures take 1 … PRIME - 2, blank takes 0, and what is no number takes what is left
_BASE = 5  # its powers are distinct for far more fields than a form can have
TEXT_CODE = PRIME - 1
CHECK_CODE = "check_code"  # what the code is called among a report's contacts
_PLACES_KEPT = 1 << 12
_AMOUNT_SCALE = 1_000_000  # amounts count in steps of the sixth decimal place


@lru_cache(maxsize=_PLACES_KEPT)
def weight(place: int) -> int:
    """Return the multiplier of the figure at a place (from 0) in the order of the form; no two are alike."""
    return pow(_BASE, place + 2, PRIME)


def scale(field: Field) -> int:
    """Return by how much a figure is multiplied to become whole."""
    return _AMOUNT_SCALE if field.kind is Kind.AMOUNT else 1


@lru_cache(maxsize=16)
def coded_fields(form: Form) -> tuple[Field, ...]:
    """Return the figures the code covers: all that are typed into the official tables."""
    return tuple(field for field in form.fields.values() if field.kind.is_required_figure)


def term(field: Field, place: int, value: Value) -> int:
    """Return what one figure adds to the code: nothing when blank."""
    if is_blank(value):
        return 0
    whole = _whole(number(value) * scale(field)) % MODULUS + 1 if is_number(value) else TEXT_CODE
    return weight(place) * whole % PRIME


def _whole(figure: Figure) -> int:
    """Return a figure rounded as the sheet's ROUND does, halves away from zero."""
    if isinstance(figure, int):
        return figure
    return int(figure.to_integral_value(ROUND_HALF_UP))  # of any size, where quantize has its limit


def check_code(filing: Filing) -> str:
    """Return the code of a filing as it is printed, such as `123-4567`."""
    terms = [term(field, place, filing.values[field.id]) for place, field in enumerate(coded_fields(filing.form))]
    return show_code((sum(terms) + year_term(filing.year)) % PRIME)


def year_term(year: int) -> int:
    """Return what the report year adds to the code."""
    return _BASE * year % PRIME


def show_code(total: int) -> str:
    """Return the sum of the terms as it is printed."""
    digits = f"{total:07d}"
    return f"{digits[:3]}-{digits[3:]}"
