"""What one organ answered for one year: a frozen value without any file, sheet or cell in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from toolkit.form.checks import is_number, number
from toolkit.form.dates import read_date
from toolkit.form.ids import COVER
from toolkit.form.rules import bind_rules, total_parts
from toolkit.form.values import Paragraph

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from toolkit.form.checks import Check, Outcome
    from toolkit.form.model import Form
    from toolkit.form.values import Figure, Value

DATE_NOTE = "date"  # the cover note that dates the report rather than naming a contact
_NOTHING: Mapping[str, Figure] = MappingProxyType({})


@dataclass(frozen=True)
class Filing:
    """One organ's answers. `answers` holds what was typed, by field id; `previous` last year's accepted figures.

    A figure answered with text keeps the text (a finding says so). Fields that are absent are blank. `stated` holds the
    totals that were typed as well, as in a published report; they are witnesses to the figures and never values.
    """

    form: Form
    organ: str
    code: str
    year: int
    answers: Mapping[str, Value]
    previous: Mapping[str, Figure] = field(default_factory=lambda: _NOTHING)
    stated: Mapping[str, Figure] = field(default_factory=lambda: _NOTHING)

    @cached_property
    def values(self) -> Mapping[str, Value]:
        """Every field of the form, totals included as we compute them, in the order of the form."""
        totals = total_parts(self.form)
        known: dict[str, Value] = {}

        def value_of(field_id: str) -> Value:
            if field_id not in known:
                parts = totals.get(field_id)
                known[field_id] = (
                    self.answers.get(field_id) if parts is None else sum(map(number, map(value_of, parts)))
                )
            return known[field_id]

        return MappingProxyType({field_id: value_of(field_id) for field_id in self.form.fields})

    @cached_property
    def outcomes(self) -> Mapping[Check, Outcome]:
        """How every check over the tables stands; the workbook's sheet of checks shows the same."""
        return {check: check.check(self.values, self.previous) for check in bind_rules(self.form)}

    def figure(self, field_id: str) -> Figure | None:
        """Return a field's number, or None where it is blank or no number."""
        value = self.values[field_id]
        return number(value) if is_number(value) else None

    def typed_figure(self, field_id: str) -> Figure:
        """Return what was typed as a sheet's sum sees it, a stated total as it was stated."""
        return self.stated[field_id] if field_id in self.stated else number(self.values.get(field_id))

    def text(self, field_id: str) -> str:
        """Return a note or explanation as text; blank gives an empty string."""
        value = self.values.get(field_id)
        return "" if value is None or isinstance(value, tuple) else str(value)

    @property
    def issued_on(self) -> date | None:
        """The date the report is to bear, or None where none was given or it is no date."""
        return read_date(self.text(f"{COVER}.{DATE_NOTE}"))

    def paragraphs(self, field_id: str) -> tuple[Paragraph, ...]:
        """Return a prose section's paragraphs, none where it is blank."""
        value = self.values[field_id]
        if isinstance(value, tuple):
            return value
        return (Paragraph(str(value)),) if value not in (None, "") else ()

    def figures(self) -> Mapping[str, Figure]:
        """Return every number of the official tables, totals included; blanks and text are left out."""
        found = ((name, self.figure(name)) for name, entry in self.form.fields.items() if entry.kind.is_figure)
        return {name: figure for name, figure in found if figure is not None}

    def with_answers(self, answers: Mapping[str, Value]) -> Filing:
        """Return the same filing with some answers changed."""
        return replace(self, answers={**self.answers, **answers})
