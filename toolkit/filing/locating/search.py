"""Which cell to change: rank the cells whose correction would make the figures agree again.

Comes after checking (toolkit.filing.checking), before a finding is shown. A proposal is a question to the clerk and is
never applied. Totals are computed, so an error shows in few equations; the optional totals copied from the register
bring back what is needed to tell cells apart, and usual typing slips (toolkit.filing.locating.slips) rank what remains.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, groupby
from typing import TYPE_CHECKING

from toolkit.filing.checking import SEVERITIES
from toolkit.filing.findings import Suspect, show
from toolkit.filing.locating.plausible import expectation_of
from toolkit.filing.locating.slips import slip_between
from toolkit.form.cellrules import cell_checks
from toolkit.form.checks import Relation, State, Term, number, rounded
from toolkit.form.rules import bind_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding
    from toolkit.filing.locating.plausible import Expectation
    from toolkit.form.checks import Check, Outcome
    from toolkit.form.model import Field
    from toolkit.form.values import Figure

MOST = 5  # more suspects than this help nobody
EQUAL_FOOTING = 2  # weights within this factor of the best are no reason to prefer one
TOO_WEAK = 200  # weights this many times below the best are not worth a look
MORE_REPAIRED = 20  # what repairing one more broken relation is worth
MORE_WRONG = "只改这一格还不够，别处也有错"
MAYBE_MORE = "也可能不止一格有错"
BEYOND_MEASURE = 10**15  # a sheet keeps fifteen digits
NEIGHBOURS = 10  # how much likelier a figure lands in the next cell than farther along its row or column


@dataclass(frozen=True, slots=True)
class _Equation:
    """A judged equality over this year's typed fields; `gap` is left minus right, 0 where it holds."""

    check: Check
    weights: Mapping[str, int]
    gap: Figure

    def after(self, changes: Mapping[str, Figure]) -> Figure:
        """Return the gap that would be left once the fields change by these amounts."""
        moved = (self.weights[field] * change for field, change in changes.items() if field in self.weights)
        return rounded(self.gap + sum(moved))


@dataclass(frozen=True, slots=True)
class _Remedy:
    """Changes of one cell, or of two that belong together, with what to say of each and how likely the story is."""

    changes: Mapping[str, Figure]
    words: Mapping[str, str]
    weight: float


def suspects_of(filing: Filing) -> Mapping[str, tuple[Suspect, ...]]:
    """Return for every broken equality, by its check's key, at most five cells to look at, likeliest first.

    A suspect is a cell whose change alone makes every broken equality of its table hold and breaks no other check, with
    the value it would take. Where no cell does, two figures typed into each other's cells are tried (both cells are
    suspects, to be changed together); failing that, cells that mend this one check, whose reasons say that more is
    wrong. Checks that share no cell are solved apart. The tuple is empty when nothing sensible mends the check, and
    when more than five cells are as good as the best: a list of equals would only be a guess.
    """
    outcomes = {check: outcome for check, outcome in filing.outcomes.items() if _is_equality(check, outcome)}
    if any(not -BEYOND_MEASURE < figure < BEYOND_MEASURE for figure in filing.figures().values()):
        return {}  # that cell is a fault by itself, and nothing can be weighed beside it
    if not any(outcome.state in SEVERITIES for outcome in outcomes.values()):
        return {}
    basis = _independent(tuple(outcomes))
    equations = [_equation(check, outcome) for check, outcome in outcomes.items()]
    expectation = expectation_of(filing)
    remedies: dict[str, list[_Remedy]] = {}
    for table in dict.fromkeys(check.table for check in basis):
        system = [equation for equation in equations if equation.check in basis and equation.check.table == table]
        remedies |= _solve(expectation, system)
    for equation in equations:
        if equation.gap and equation.check not in basis:
            remedies[equation.check.key] = _inherited(equation, remedies)
    return {key: _suspects(filing, found) for key, found in remedies.items()}


def with_suspects(findings: Iterable[Finding], filing: Filing) -> tuple[Finding, ...]:
    """Return the findings with the suspects of `filing` written into those about broken equalities."""
    located = suspects_of(filing)
    known = {
        (check.rule, check.fields): located[check.key] for check in bind_rules(filing.form) if check.key in located
    }

    def located_in(finding: Finding) -> Finding:
        suspects = known.get((finding.name, tuple(place.field for place in finding.places)))
        return replace(finding, suspects=suspects) if suspects else finding

    return tuple(map(located_in, findings))


def _is_equality(check: Check, outcome: Outcome) -> bool:
    judged = outcome.state is State.HOLDS or outcome.state in SEVERITIES
    return judged and check.relation is Relation.EQUAL and not check.is_total


def _equation(check: Check, outcome: Outcome) -> _Equation:
    weights = {term.field: weight for term, weight in _terms(check).items() if not term.previous}
    return _Equation(check, weights, rounded(outcome.difference or 0))


@lru_cache(maxsize=1024)
def _terms(check: Check) -> Mapping[Term, int]:
    return check.terms()


@lru_cache(maxsize=64)
def _independent(checks: tuple[Check, ...]) -> frozenset[Check]:
    """Return checks from which all others follow, the shortest first, so that no relation is counted twice.

    The balance of the total column is the sum of the columns' balances: kept, it would tie every column to every other.
    """
    pivots: dict[Term, Mapping[Term, int]] = {}
    kept: set[Check] = set()
    for check in sorted(checks, key=lambda check: len(_terms(check))):
        rest = dict(_terms(check))
        for pivot, row in pivots.items():
            rest = _eliminate(rest, pivot, row)
        if rest:
            pivots[next(iter(rest))] = rest
            kept.add(check)
    return frozenset(kept)


def _eliminate(terms: dict[Term, int], pivot: Term, row: Mapping[Term, int]) -> dict[Term, int]:
    factor = terms.get(pivot, 0)
    if not factor:
        return terms
    found = {
        term: terms.get(term, 0) * row[pivot] - row.get(term, 0) * factor for term in dict.fromkeys((*terms, *row))
    }
    return {term: weight for term, weight in found.items() if weight}


def _solve(expectation: Expectation, system: list[_Equation]) -> dict[str, list[_Remedy]]:
    """Return remedies for every broken equation: of all together if there are any, else part by part, else singly."""
    broken = [equation for equation in system if equation.gap]
    if not broken:
        return {}
    touching = _touching(system)
    whole = list(_single(expectation, broken[0], touching, broken)) or list(
        _exchanges(expectation.filing, system, broken)
    )
    if whole:
        return {equation.check.key: whole for equation in broken}
    parts = _parts(system)
    if len(parts) > 1:
        return {key: found for part in parts for key, found in _solve(expectation, part).items()}
    return {equation.check.key: list(_single(expectation, equation, touching)) for equation in broken}


def _touching(system: list[_Equation]) -> Mapping[str, list[_Equation]]:
    found: defaultdict[str, list[_Equation]] = defaultdict(list)
    for equation in system:
        for field in equation.weights:
            found[field].append(equation)
    return found


def _parts(system: list[_Equation]) -> list[list[_Equation]]:
    """Return the equations in groups that share no field."""
    parts: list[list[_Equation]] = []
    for equation in system:
        shares = [part for part in parts if any(not equation.weights.keys().isdisjoint(e.weights) for e in part)]
        parts = [part for part in parts if part not in shares]
        parts.append([member for part in shares for member in part] + [equation])
    return parts


def _single(
    expectation: Expectation,
    equation: _Equation,
    touching: Mapping[str, list[_Equation]],
    broken: list[_Equation] | None = None,
) -> Iterator[_Remedy]:
    """Yield each cell that alone mends an equation and, if `broken` is given, all of those."""
    for field, weight in equation.weights.items():
        steps, rest = divmod(-equation.gap, weight)
        changes = {field: steps}
        left = [(other.gap, other.after(changes)) for other in touching[field]]
        breaks = any(after and not before for before, after in left)
        repaired = sum(1 for before, after in left if before and not after)
        if rest or breaks or (broken is not None and repaired < len(broken)):
            continue
        if _is_allowed(expectation.filing, changes):
            yield _typing_error(expectation, field, steps, repaired, is_partial=broken is None)


def _typing_error(expectation: Expectation, field: str, change: Figure, repaired: int, *, is_partial: bool) -> _Remedy:
    typed = number(expectation.filing.answers.get(field))
    meant = typed + change
    slip = slip_between(typed, meant)
    words = f"{slip.words or '看不出是哪种打错，但这样改各数就对得上'}：{show(typed)} 应为 {show(meant)}"
    before = expectation.filing.previous.get(field)
    words += f"（上年为 {show(before)}）" if before is not None else ""
    if is_partial:
        words += f"；{MORE_WRONG}"
    elif not slip.is_known or repaired == 1:  # one gap alone is no witness: any cell can close it
        words += f"；{MAYBE_MORE}"
    weight = slip.chance * expectation.odds(field, meant, typed) * MORE_REPAIRED**repaired
    return _Remedy({field: change}, {field: words}, weight)


def _exchanges(filing: Filing, system: list[_Equation], broken: list[_Equation]) -> Iterator[_Remedy]:
    """Yield pairs of cells along a row or column whose figures, exchanged, mend every broken equation."""
    touching = _touching(system)
    suspects = {field for equation in broken for field in equation.weights}
    fields = [field for field in filing.form.fields.values() if field.id in suspects]
    for first, second in combinations(fields, 2):
        change = number(filing.answers.get(second.id)) - number(filing.answers.get(first.id))
        if not change or first.table != second.table or (first.row != second.row and first.column != second.column):
            continue
        changes = {first.id: change, second.id: -change}
        touched = {id(equation): equation for field in changes for equation in touching[field]}
        if any(equation.after(changes) for equation in (*touched.values(), *broken)):
            continue
        if _is_allowed(filing, changes):
            yield _exchange(filing, first, second)


def _exchange(filing: Filing, first: Field, second: Field) -> _Remedy:
    here, there = (number(filing.answers.get(field.id)) for field in (first, second))
    words = {first.id: _misplaced(here, there, second), second.id: _misplaced(there, here, first)}
    weight = float(NEIGHBOURS if _are_neighbours(filing, first, second) else 1)
    return _Remedy({first.id: there - here, second.id: here - there}, words, weight)


def _misplaced(here: Figure, there: Figure, other: Field) -> str:
    if not here:
        story = f"“{other.label}”里的 {show(there)} 应填在这一格"
    elif not there:
        story = f"{show(here)} 填错了格，应填在“{other.label}”，这一格应为 0"
    else:
        story = f"与“{other.label}”填反了：这一格 {show(here)} 应为 {show(there)}，那一格应为 {show(here)}"
    return f"{story}；两格要一起改"


def _are_neighbours(filing: Filing, first: Field, second: Field) -> bool:
    along = "row" if first.row == second.row else "column"
    table = [field for field in filing.form.fields.values() if field.table == first.table]
    line = [field for field in table if getattr(field, along) == getattr(first, along)]
    return abs(line.index(first) - line.index(second)) == 1


def _is_allowed(filing: Filing, changes: Mapping[str, Figure]) -> bool:
    """Return whether the new values may stand in their cells and break no check that is no equality."""
    meant = {field: number(filing.answers.get(field)) + change for field, change in changes.items()}
    for field, value in meant.items():
        if any(check.judge(value) for check in cell_checks(filing.form)[filing.form.fields[field].kind]):
            return False
    affected = [
        check
        for check in bind_rules(filing.form)
        if check.relation is not Relation.EQUAL and any(field in check.inputs for field in meant)
    ]
    if not affected:
        return True
    mended = filing.with_answers(meant)
    return not any(_breaks(check, filing, mended) for check in affected)


def _breaks(check: Check, before: Filing, after: Filing) -> bool:
    states = [check.check(filing.values, filing.previous).state for filing in (before, after)]
    return states[0] not in SEVERITIES and states[1] in SEVERITIES


def _inherited(equation: _Equation, remedies: Mapping[str, list[_Remedy]]) -> list[_Remedy]:
    """Return the remedies already found that mend an equation which follows from others."""
    found = {id(remedy): remedy for group in remedies.values() for remedy in group}
    return [remedy for remedy in found.values() if not equation.after(remedy.changes)]


def _suspects(filing: Filing, remedies: list[_Remedy]) -> tuple[Suspect, ...]:
    ranked = sorted(remedies, key=lambda remedy: -remedy.weight)
    best = ranked[0].weight if ranked else 0
    if sum(remedy.weight * EQUAL_FOOTING >= best for remedy in ranked) > MOST:
        return ()
    found: list[Suspect] = []
    for _, equals in groupby(ranked, key=lambda remedy: f"{remedy.weight:.3g}"):
        group = [remedy for remedy in equals if remedy.weight * TOO_WEAK >= best]
        more = [_suspect(filing, remedy, field) for remedy in group for field in remedy.changes]
        if len(found) + len(more) > MOST:  # which of the equals to show would be a guess
            break
        found += more
    return tuple(found)


def _suspect(filing: Filing, remedy: _Remedy, field: str) -> Suspect:
    value = number(filing.answers.get(field)) + remedy.changes[field]
    return Suspect(field, filing.form.fields[field].label, value, remedy.words[field])
