"""Totals as a report prints them against what they add: typed totals tell exactly which cell is wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.filing.findings import Place, Suspect, raise_finding, show
from toolkit.form.checks import Relation
from toolkit.form.rules import bind_rules
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolkit.documents.figures import Found
    from toolkit.filing.findings import Finding
    from toolkit.form.checks import Check
    from toolkit.form.model import Form
    from toolkit.form.values import Figure


@dataclass(frozen=True)
class _Cause:
    """A cell whose change mends some broken relations and breaks none."""

    field: str
    value: Figure
    mended: tuple[Check, ...]


def total_findings(form: Form, found: Mapping[str, Found]) -> Iterator[Finding]:
    """Yield an error for every total that is not the sum of what is printed, several with one cause together.

    What is blank counts nothing, as in the sheet; a relation with a cell that could not be read is not judged.
    """
    yield from _blank_totals(form, found)
    figures = {name: _figure(entry) for name, entry in found.items()}
    relations = [check for check in bind_rules(form) if _is_judged(check, figures)]
    broken = [check for check in relations if _gap(check, figures)]
    while totals := [check for check in broken if check.is_total]:
        causes = [cause for check in totals for cause in _causes(check, relations, broken, figures, found)]
        best = max(causes, key=lambda cause: len(cause.mended), default=None)
        first = best.mended if best else (totals[0],)
        yield _finding(form, [check for check in first if check.is_total] or totals[:1], best, causes, found, figures)
        broken = [check for check in broken if check not in first]


def _figure(found: Found) -> Figure | None:
    """Return a number, 0 for a blank cell, None for what is no number or was not found."""
    if isinstance(found.value, int | Decimal):
        return found.value
    return 0 if found.value is None and found.place and not found.text else None


def _is_judged(check: Check, figures: Mapping[str, Figure | None]) -> bool:
    if check.relation is not Relation.EQUAL or check.previous_fields or check.optional:
        return False
    return all(figures.get(name) is not None for name in check.fields)


def _gap(check: Check, figures: Mapping[str, Figure | None]) -> Figure:
    left, right = check.sides(figures, {})
    return left - right


def _causes(
    check: Check,
    relations: Sequence[Check],
    broken: Sequence[Check],
    figures: Mapping[str, Figure | None],
    found: Mapping[str, Found],
) -> Iterator[_Cause]:
    """Yield every cell of a broken relation whose change mends it without breaking another."""
    for term in (*check.left, *check.right):
        weight = term.sign if term in check.left else -term.sign
        before = figures[term.field]
        value = (before or 0) - weight * _gap(check, figures)
        changed = {**figures, term.field: value}
        touched = [other for other in relations if term.field in other.fields]
        still = [other for other in touched if _gap(other, changed)]
        if value >= 0 and all(other not in broken and _rests_on_blanks(other, found) for other in still):
            yield _Cause(term.field, value, tuple(other for other in broken if other in touched))


def _rests_on_blanks(check: Check, found: Mapping[str, Found]) -> bool:
    """Return whether a relation has blank cells, so that it can be mended by filling them in."""
    return any(found[name].value is None for name in check.fields)


def _finding(
    form: Form,
    totals: Sequence[Check],
    best: _Cause | None,
    causes: Sequence[_Cause],
    found: Mapping[str, Found],
    figures: Mapping[str, Figure | None],
) -> Finding:
    check = totals[0]
    name = check.left[0].field
    left, right = check.sides(figures, {})
    label = form.fields[name].label
    alike = {c.field: c for c in causes if best and set(c.mended) == set(best.mended)}
    suspects = tuple(
        Suspect(
            cause.field, form.fields[cause.field].label, cause.value, f"改这一格，{len(cause.mended)} 处合计都对得上"
        )
        for cause in alike.values()
    )
    places = [
        Place(one.left[0].field, form.fields[one.left[0].field].label, found[one.left[0].field].place) for one in totals
    ]
    raised = raise_finding(
        "total_differs",
        places,
        {label: left},
        label=label,
        printed=show(left) if found[name].text else "（空）",
        added=show(right),
    )
    return replace(raised, suspects=suspects)


def _blank_totals(form: Form, found: Mapping[str, Found]) -> Iterator[Finding]:
    names = [
        name
        for name, entry in found.items()
        if form.fields[name].kind is Kind.COMPUTED and entry.value is None and entry.place and not entry.text
    ]
    for table in form.tables:
        mine = [name for name in names if form.fields[name].table == table.id]
        if mine:
            places = [Place(name, form.fields[name].label, found[name].place) for name in mine]
            yield raise_finding("totals_blank", places, section=form.section(table.id).heading, count=len(mine))
