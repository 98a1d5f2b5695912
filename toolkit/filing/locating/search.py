"""Which cell to change: rank the cells whose correction would make the figures agree again.

Comes after checking (toolkit.filing.checking), before a finding is shown. A proposal is a question to the clerk and is
never applied. Where totals are computed, an error shows in few equations; optional totals copied from the register, or
totals that were typed too, bring back what is needed to tell cells apart, and usual typing slips
(toolkit.filing.locating.slips) rank what remains.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from toolkit.filing.checking import SEVERITIES
from toolkit.filing.findings import EQUAL, Suspect
from toolkit.filing.locating.alike import alike_told
from toolkit.filing.locating.equations import equations_of, parts_of, touching
from toolkit.filing.locating.lines import misplaced, unfilled
from toolkit.filing.locating.plausible import expectation_of
from toolkit.filing.locating.remedies import MAYBE_MORE, MORE_WRONG, Remedy, exchanges, pairs, single, triples
from toolkit.filing.locating.slips import ASSUMED, Shares
from toolkit.filing.proof import independent
from toolkit.form.rules import bind_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding
    from toolkit.filing.locating.equations import Equation
    from toolkit.filing.locating.plausible import Expectation

__all__ = ["MAYBE_MORE", "MORE_WRONG", "Located", "located_in", "suspects_of", "with_suspects"]

MOST = 5  # more suspects than this help nobody
EQUAL_FOOTING = 1.3  # weights within this factor of the best are no reason to prefer one
TOO_WEAK = 1000  # weights this many times below the best are not worth a look
ANY_NOUGHT = "也可能是哪一格 0 漏填了数，从数字上分不出是哪一格"
TYPED_TOTAL = "total_typed_differs"  # the finding about a total that was typed and is not the sum of its parts
BEYOND_MEASURE = 10**15  # a sheet keeps fifteen digits


class Located(NamedTuple):
    """The cells to look at, likeliest first, and a sentence on those too many to list that nothing tells apart."""

    suspects: tuple[Suspect, ...] = ()
    alike: str = ""


def suspects_of(filing: Filing, shares: Shares = ASSUMED) -> Mapping[str, tuple[Suspect, ...]]:
    """Return the suspects of every broken equality by its check's key, as `located_in` finds them."""
    return {key: found.suspects for key, found in located_in(filing, shares).items()}


def located_in(filing: Filing, shares: Shares = ASSUMED) -> Mapping[str, Located]:
    """Return for every broken equality, by its check's key, at most five cells to look at, likeliest first.

    A suspect is a cell whose change alone makes every broken equality of its table hold and breaks no other check, with
    the value it would take. Where no cell does, sets of cells to be changed together are: two figures typed into each
    other's cells, a line that was shifted or not filled, two or three slips that have nothing to do with each other;
    failing that, cells that mend this one check, whose reasons say that more is wrong. Checks that share no cell are
    solved apart.
    The tuple is empty when nothing sensible mends the check, and when more than five cells are as good as the best: a
    list of equals would only be a guess. They are told in groups. Where these are noughts, the cells that hold
    something are listed instead.
    `shares` are those of the ways to mistype.
    """
    if not filing.stated and all(outcome.state not in SEVERITIES for outcome in filing.outcomes.values()):
        return {}  # as in most filings
    if any(not -BEYOND_MEASURE < figure < BEYOND_MEASURE for figure in filing.figures().values()):
        return {}  # that cell is a fault by itself, and nothing can be weighed beside it
    equations = equations_of(filing)
    outcomes = filing.outcomes
    sought = [one for one in equations if one.gap or outcomes[one.check].state in SEVERITIES]
    if not sought:
        return {}
    basis = independent(tuple(equation.check for equation in equations), frozenset(filing.stated))
    expectation = expectation_of(filing, shares)
    remedies: dict[str, list[Remedy]] = {}
    for table in dict.fromkeys(check.table for check in basis):
        system = [equation for equation in equations if equation.check in basis and equation.check.table == table]
        remedies |= _solve(expectation, system)
    for equation in sought:
        if equation.check.key not in remedies:
            remedies[equation.check.key] = _inherited(equation, remedies)
    return {key: _located(filing, found) for key, found in remedies.items()}


def with_suspects(findings: Iterable[Finding], filing: Filing, shares: Shares = ASSUMED) -> tuple[Finding, ...]:
    """Return the findings with the suspects of `filing` written into those about broken equalities and typed totals.

    Where too many cells are as good as each other, the advice names them in groups.
    """
    located = located_in(filing, shares)
    checks = [check for check in bind_rules(filing.form) if check.key in located]
    known = {(check.rule, check.fields): located[check.key] for check in checks}
    known |= {(TYPED_TOTAL, (check.left[0].field,)): located[check.key] for check in checks if check.is_total}

    def with_known(finding: Finding) -> Finding:
        found = known.get((finding.name, tuple(place.field for place in finding.places)), Located())
        return replace(finding, suspects=found.suspects or finding.suspects, advice=f"{finding.advice}{found.alike}")

    return tuple(map(with_known, findings))


def _solve(expectation: Expectation, system: list[Equation]) -> dict[str, list[Remedy]]:
    """Return remedies for every broken equation: of all together if there are any, else part by part, else singly."""
    broken = [equation for equation in system if equation.gap]
    if not broken:
        return {}
    near = touching(system)
    whole = list(single(expectation, broken[0], near, broken))
    whole = whole or [
        *unfilled(expectation.filing, system),
        *exchanges(expectation, system, broken),
        *misplaced(expectation, system, broken),
    ]
    parts = parts_of(system)
    if len(parts) == 1 and (not whole or len(whole[0].changes) > 1):
        whole += pairs(expectation, system, broken)
        whole = whole or triples(expectation, system, broken)
    if whole:
        return {equation.check.key: whole for equation in broken}
    if len(parts) > 1:
        return {key: found for part in parts for key, found in _solve(expectation, part).items()}
    return {equation.check.key: list(single(expectation, equation, near)) for equation in broken}


def _inherited(equation: Equation, remedies: Mapping[str, list[Remedy]]) -> list[Remedy]:
    """Return the remedies already found that mend an equation which follows from others."""
    found = {id(remedy): remedy for group in remedies.values() for remedy in group}
    return [remedy for remedy in found.values() if not equation.after(remedy.changes)]


def _located(filing: Filing, remedies: list[Remedy]) -> Located:
    ranked = sorted(remedies, key=lambda remedy: -remedy.weight)
    even = [remedy for remedy in ranked if remedy.weight * EQUAL_FOOTING >= ranked[0].weight]
    suspects = _suspects(filing, ranked, even)
    if suspects and len(even) <= MOST:
        return Located(suspects)
    filled = [remedy for remedy in ranked if not _fills_a_nought(filing, remedy)] if len(even) > MOST else ranked
    if len(filled) == len(ranked):
        return Located(suspects, alike_told(filing, even))
    found = _located(filing, filled)
    noughts = alike_told(filing, [remedy for remedy in even if _fills_a_nought(filing, remedy)])
    told = (replace(suspect, reason=f"{suspect.reason}；{ANY_NOUGHT}") for suspect in found.suspects)
    return Located(tuple(told), noughts if found.suspects else alike_told(filing, even))


def _suspects(filing: Filing, ranked: list[Remedy], even: list[Remedy]) -> tuple[Suspect, ...]:
    """Return the cells of the remedies that are worth a look, as many as can be listed without a guess."""
    if len(even) > MOST:
        return ()
    found: list[Suspect] = []
    for _, equals in groupby(ranked, key=lambda remedy: f"{remedy.weight:.3g}"):
        group = [remedy for remedy in equals if remedy.weight * TOO_WEAK >= ranked[0].weight]
        more = [
            _suspect(filing, remedy, field, is_equal=len(even) > 1 and any(remedy is one for one in even))
            for remedy in group
            for field in remedy.changes
        ]
        is_one = not found and len(group) == 1  # however many cells it takes
        if len(found) + len(more) > MOST and not is_one:  # which of the equals to show would be a guess
            break
        found += more
    return tuple(found)


def _fills_a_nought(filing: Filing, remedy: Remedy) -> bool:
    return len(remedy.changes) == 1 and not any(filing.typed_figure(field) for field in remedy.changes)


def _suspect(filing: Filing, remedy: Remedy, field: str, *, is_equal: bool) -> Suspect:
    value = filing.typed_figure(field) + remedy.changes[field]
    together = field != list(remedy.changes)[-1]
    reason = f"{remedy.words[field]}；{EQUAL}" if is_equal else remedy.words[field]
    return Suspect(field, filing.form.fields[field].label, value, reason, together=together, equal=is_equal)
