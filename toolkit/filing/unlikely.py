"""Figures that can stand where they do but more likely mean something else: a day, a telephone number, a smaller unit.

Each kind is data of the edition (duties.toml): how many times the figures beside it, how large at least. They are asked
about and never refused: an organ may have such a figure, and then last year's is like it.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.filing.findings import Finding, Place, Severity, show
from toolkit.form.checks import State, is_number, number
from toolkit.form.dates import read_date
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from toolkit.filing.filing import Filing
    from toolkit.form.guidance.duties import Duty
    from toolkit.form.model import Field, Form
    from toolkit.form.values import Figure

SUBUNITS = 10_000  # of the small unit that make one of the printed one
_YEARS = 2  # before and after the year of the report, in which a day may lie that was pasted
_NEAR = 10  # times last year's figure, either way
_COIN = Decimal("0.01")


def unlikely_figures(filing: Filing, duty: Duty) -> Iterator[Finding]:
    """Yield a question for every figure of a filing that breaks a duty of one of `FIGURE_KINDS`."""
    tell = FIGURE_KINDS[duty.kind]
    for field in _about(filing.form, duty):
        value = filing.values[field.id]
        if is_number(value) and (shown := tell(filing, duty, field, number(value))):
            yield Finding(
                name=duty.id,
                severity=Severity(duty.severity),
                message=f"“{field.label}”{duty.title}：“{shown}”",
                advice=duty.advice,
                places=(Place(field.id, field.label),),
                figures={field.label: value},
                source=duty.source,
            )


@lru_cache(maxsize=32)
def _about(form: Form, duty: Duty) -> tuple[Field, ...]:
    """Return the typed figures a duty is about: every count where it names no table."""
    if not duty.table:
        return tuple(field for field in form.fields.values() if field.kind in {Kind.COUNT, Kind.SIGNED})
    rows = form.table(duty.table).rows_under(duty.rows)
    return tuple(
        field for field in form.fields.values()
        if field.table == duty.table and field.row in rows and field.column in duty.columns
    )  # fmt: skip


def _day(filing: Filing, duty: Duty, field: Field, value: Figure) -> str:
    """Return a figure as the day it would be, where it is far from those beside it or breaks a relation."""
    day = _day_near(filing, value)
    if day is None or _is_like_last_year(filing, field, value):
        return ""
    if not (filing.previous.get(field.id) or _stands_apart(filing, duty, field, value) or _breaks(filing, field)):
        return ""
    words = filing.form.words.date.format(year=day.year, month=day.month, day=day.day)
    return f"{show(value)}，{words}"


def _day_near(filing: Filing, value: Figure) -> date | None:
    """Return the day a number is the serial of or runs together, where it lies about the year of the report."""
    if value != int(value):
        return None
    day = _day_of(int(value))
    return day if day is not None and abs(day.year - filing.year) <= _YEARS else None


@lru_cache(maxsize=1 << 12)  # most figures are small, and the same in many filings
def _day_of(number: int) -> date | None:
    return read_date(str(number))


def _apart(filing: Filing, duty: Duty, field: Field, value: Figure) -> str:
    """Return a figure so large that nothing beside it, this year and last, is of its kind."""
    if not _stands_apart(filing, duty, field, value) or _day_near(filing, value):
        return ""
    return "" if _is_like_last_year(filing, field, value) else show(value)


def _small_unit(filing: Filing, duty: Duty, field: Field, value: Figure) -> str:
    """Return an amount beside what it is in the printed unit, where it is written as the small unit is."""
    amount = Decimal(value)
    if amount < duty.least or amount != amount.quantize(_COIN) or filing.previous.get(field.id):
        return ""  # beside last year's see check_filing
    return f"{show(value)} → {show(amount / SUBUNITS)}"


def _stands_apart(filing: Filing, duty: Duty, field: Field, value: Figure) -> bool:
    """Return whether a figure is many times every other typed one of its row and column."""
    if _size(value) < duty.least:
        return False
    others = [
        other.id for other in filing.form.fields.values()
        if other.table == field.table and other.kind is field.kind and other.id != field.id
        and (other.row == field.row or other.column == field.column)
    ]  # fmt: skip
    beside = (_size(filing.figure(name)) for name in others)
    return _size(value) > duty.limit * max(beside, default=0)


def _is_like_last_year(filing: Filing, field: Field, value: Figure) -> bool:
    before = _size(filing.previous.get(field.id))
    return 0 < before <= _size(value) * _NEAR and _size(value) <= before * _NEAR


def _size(value: Figure | None) -> Figure:
    return value if value is not None and value >= 0 else -(value or 0)


def _breaks(filing: Filing, field: Field) -> bool:
    wrong = {State.BROKEN, State.DOUBTFUL}
    return any(outcome.state in wrong and field.id in check.inputs for check, outcome in filing.outcomes.items())


FIGURE_KINDS: Mapping[str, Callable[[Filing, Duty, Field, Figure], str]] = {
    "day": _day,
    "apart": _apart,
    "small_unit": _small_unit,
}
