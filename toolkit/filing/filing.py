"""What one organ answered for one year: a frozen value without any file, sheet or cell in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from toolkit.form.cellrules import cell_checks
from toolkit.form.checks import State, is_blank, is_number, number
from toolkit.form.dates import read_date
from toolkit.form.ids import COVER, nought_table
from toolkit.form.rules import bind_rules, total_parts
from toolkit.form.values import Paragraph

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from toolkit.form.checks import CellCheck, Check, Outcome
    from toolkit.form.model import Field, Form
    from toolkit.form.values import Figure, Kind, Value

_FIGURES_KEPT = 1 << 12
DATE_NOTE = "date"  # the cover note that dates the report rather than naming a contact
_NOTHING: Mapping[str, Figure] = MappingProxyType({})
_NO_VALUES: Mapping[str, Value] = MappingProxyType({})
_NONE_PASTED: Mapping[str, Pasted] = MappingProxyType({})


@dataclass(frozen=True)
class Pasted:
    """A table whose figures were pasted in whole: `figures` as pasted, totals too; `typed` what stands in the table.

    The answers of the filing are what counts: what was pasted, and where nothing was, what was typed.
    """

    figures: Mapping[str, Value]
    typed: Mapping[str, Value] = field(default_factory=lambda: _NO_VALUES)

    def has(self, field_id: str) -> bool:
        """Return whether something was pasted for a field."""
        return not is_blank(self.figures.get(field_id))

    def with_answers(self, answers: Mapping[str, Value]) -> Pasted:
        """Return the same with other figures where some were pasted."""
        return replace(self, figures={name: answers.get(name, value) for name, value in self.figures.items()})


@dataclass(frozen=True)
class Filing:
    """One organ's answers. `answers` holds what was typed, by field id; `previous` last year's accepted figures.

    A figure answered with text keeps the text (a finding says so). Fields that are absent are blank. `stated` holds the
    totals that were typed as well, as in a published report; they are witnesses to the figures and never values.
    `declared` are the tables whose blanks the organ has declared to be nought; only it may do so. `pasted` are those
    it has pasted in whole. `not_asked` are the fields an earlier definition did not have, whose being blank is nobody's
    fault.
    """

    form: Form
    organ: str
    code: str
    year: int
    answers: Mapping[str, Value]
    previous: Mapping[str, Figure] = field(default_factory=lambda: _NOTHING)
    stated: Mapping[str, Figure] = field(default_factory=lambda: _NOTHING)
    declared: frozenset[str] = frozenset()
    pasted: Mapping[str, Pasted] = field(default_factory=lambda: _NONE_PASTED)
    not_asked: frozenset[str] = frozenset()

    @cached_property
    def values(self) -> Mapping[str, Value]:
        """Every field of the form, totals included as we compute them, blanks declared nought as 0, in form order."""
        typed, totals = _typed_and_totals(self.form)
        known = {field_id: self._typed(field_id) for field_id in typed} if self.declared else self._answered(typed)
        for total, parts in totals:
            known[total] = sum(map(number, map(known.get, parts)))
        return MappingProxyType({field_id: known[field_id] for field_id in self.form.fields})

    def _answered(self, typed: tuple[str, ...]) -> dict[str, Value]:
        return dict(zip(typed, map(self.answers.get, typed), strict=True))

    def _typed(self, field_id: str) -> Value:
        value = self.answers.get(field_id)
        is_nought = self.declared and is_blank(value) and self._is_declared(self.form.fields[field_id])
        return 0 if is_nought else value

    def _is_declared(self, entry: Field) -> bool:
        return entry.kind.is_required_figure and entry.table in self.declared

    def counted_as_nought(self, table: str) -> int:
        """Return how many blanks of a table count as nought because that was declared."""
        if table not in self.declared:
            return 0
        mine = (entry for entry in self.form.fields.values() if entry.table == table and self._is_declared(entry))
        return sum(is_blank(self.answers.get(entry.id)) for entry in mine)

    @cached_property
    def outcomes(self) -> Mapping[Check, Outcome]:
        """How every check over the tables stands; the workbook's sheet of checks shows the same."""
        return {check: check.check(self.values, self.previous) for check in bind_rules(self.form)}

    @cached_property
    def broken(self) -> Mapping[str, tuple[CellCheck, State]]:
        """The first demand that a cell breaks by itself, and how; in form order, sound cells left out."""
        found: dict[str, tuple[CellCheck, State]] = {}
        for field_id, entry in self.form.fields.items():
            value = self.values[field_id]
            # Most are small whole numbers or blank; a truth value, which equals a number, is none.
            is_usual = type(value) is int or value is None
            judged = (_usual_judgement if is_usual else _judgement)(self.form, entry.kind, value)
            if judged is not None:
                found[field_id] = judged
        return found

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

    def mended(self, meant: Mapping[str, Figure]) -> Filing:
        """Return the filing as it would be with these figures; a total that was stated is changed as it was stated."""
        stated = {name: meant.get(name, figure) for name, figure in self.stated.items()}
        typed = {name: value for name, value in meant.items() if name not in stated}
        return replace(self, answers={**self.answers, **typed}, stated=stated)

    def with_answers(self, answers: Mapping[str, Value]) -> Filing:
        """Return the same filing with some answers changed; an id of `nought_id` with a value declares a table."""
        said = {table: value for name, value in answers.items() if (table := nought_table(name))}
        given = {name: value for name, value in answers.items() if not nought_table(name)}
        declared = self.declared - said.keys() | {table for table, value in said.items() if value}
        pasted = {table: one.with_answers(given) for table, one in self.pasted.items()}
        return replace(self, answers={**self.answers, **given}, declared=declared, pasted=pasted)


@lru_cache(maxsize=16)
def _typed_and_totals(form: Form) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    """Return the fields that are typed, and every total with its parts, those that are totals before it."""
    parts = total_parts(form)
    order: dict[str, tuple[str, ...]] = {}

    def follow(total: str) -> None:
        for part in parts[total]:
            if part in parts and part not in order:
                follow(part)
        order[total] = parts[total]

    for total in parts:
        follow(total)
    return tuple(field_id for field_id in form.fields if field_id not in parts), tuple(order.items())


def _judgement(form: Form, kind: Kind, value: Value) -> tuple[CellCheck, State] | None:
    for check in cell_checks(form)[kind]:
        state = check.check(value)
        if state is not State.HOLDS:
            return check, state
    return None


_usual_judgement = lru_cache(maxsize=_FIGURES_KEPT)(_judgement)
