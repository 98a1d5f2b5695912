"""The equalities of a filing as linear equations over what was typed, and the groups in which they hang together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.filing.checking import SEVERITIES
from toolkit.form.checks import Check, Relation, State, Term, are_numbers, is_number, number, rounded
from toolkit.form.rules import bind_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.filing.filing import Filing
    from toolkit.form.checks import Outcome
    from toolkit.form.values import Figure


@dataclass(frozen=True, slots=True)
class Equation:
    """A judged equality over this year's typed fields; `gap` is left minus right, 0 where it holds."""

    check: Check
    weights: Mapping[str, int]
    gap: Figure

    def after(self, changes: Mapping[str, Figure]) -> Figure:
        """Return the gap that would be left once the fields change by these amounts."""
        moved = (self.weights[field] * change for field, change in changes.items() if field in self.weights)
        return rounded(self.gap + sum(moved))


def equations_of(filing: Filing) -> list[Equation]:
    """Return an equation for every equality that is judged; for a total's sum only where the total was typed too."""
    stated = frozenset(filing.stated)
    return [
        _equation(filing, check, stated)
        for check, outcome in filing.outcomes.items()
        if (_is_stated(filing, check) if check.is_total else _is_equality(check, outcome))
    ]


def stated_totals(filing: Filing) -> list[Equation]:
    """Return an equation for the sum of every total that was typed."""
    stated = frozenset(filing.stated)
    figures = {name for name, value in filing.values.items() if is_number(value)}
    totals = (check for check in bind_rules(filing.form) if check.is_total and check.left[0].field in stated)
    return [_equation(filing, check, stated) for check in totals if figures.issuperset(check.inputs)]


def _is_equality(check: Check, outcome: Outcome) -> bool:
    judged = outcome.state is State.HOLDS or outcome.state in SEVERITIES
    return judged and check.relation is Relation.EQUAL


def _is_stated(filing: Filing, check: Check) -> bool:
    return check.left[0].field in filing.stated and are_numbers(map(filing.values.get, check.inputs))


def _equation(filing: Filing, check: Check, stated: frozenset[str]) -> Equation:
    terms = _terms(check, stated)
    old = sum(weight * number(filing.previous.get(term.field)) for term, weight in terms.items() if term.previous)
    weights = {term.field: weight for term, weight in terms.items() if not term.previous}
    return Equation(
        check, weights, rounded(old + sum(weight * filing.typed_figure(name) for name, weight in weights.items()))
    )


@lru_cache(maxsize=4096)
def _terms(check: Check, stated: frozenset[str]) -> Mapping[Term, int]:
    return check.terms(stated)


def touching(system: list[Equation]) -> Mapping[str, list[Equation]]:
    """Return the equations in which each field stands."""
    found: defaultdict[str, list[Equation]] = defaultdict(list)
    for equation in system:
        for field in equation.weights:
            found[field].append(equation)
    return found


def parts_of(system: list[Equation]) -> list[list[Equation]]:
    """Return the equations in groups that share no field."""
    parts: list[list[Equation]] = []
    for equation in system:
        shares = [part for part in parts if any(not equation.weights.keys().isdisjoint(e.weights) for e in part)]
        parts = [part for part in parts if part not in shares]
        parts.append([member for part in shares for member in part] + [equation])
    return parts
