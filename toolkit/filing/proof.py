"""The rules of a form proved against each other: what follows from others, and whether a filing can satisfy all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.errors import DefinitionError
from toolkit.form.checks import Relation, State, Term, typed_parts
from toolkit.form.rules import bind_rules, total_parts
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.form.checks import Check
    from toolkit.form.model import Form

    Row = Mapping[Term, int]

_LARGE = 1000
_STEP = 7  # so that no two cells are alike by chance
_ROUNDS = 200  # of corrections; a form that can be satisfied takes a few
_TYPED = frozenset({Kind.COUNT, Kind.AMOUNT, Kind.SIGNED, Kind.CONTROL})


@dataclass(frozen=True)
class Proof:
    """What was proved of a form's rules; checks are named by their keys.

    `implied` hold wherever the others hold. `broken_by_noughts` are broken by a filing of noughts. `contradicting` are
    the checks that no filing with something in every cell satisfies together; empty where one was found.
    """

    implied: tuple[str, ...]
    broken_by_noughts: tuple[str, ...]
    contradicting: tuple[str, ...]


@lru_cache(maxsize=16)
def prove(form: Form) -> Proof:
    """Return what can be proved of a form's rules."""
    checks = bind_rules(form)
    equal = tuple(check for check in checks if check.relation is Relation.EQUAL and not check.is_total)
    kept = independent(equal)
    noughts = dict.fromkeys(_typed(form), 0)
    return Proof(
        tuple(check.key for check in equal if check not in kept), _broken(form, noughts, noughts), _contradicting(form)
    )


def require_provable(forms: Iterable[Form]) -> None:
    """Do nothing when every form can be satisfied by some filing.

    Raises:
        DefinitionError: noughts break a rule, or no filing with something in every cell was found that keeps them all.
    """
    mistakes = [text for form in forms for text in _unprovable(form)]
    if mistakes:
        raise DefinitionError(mistakes)


def _unprovable(form: Form) -> Iterator[str]:
    proof = prove(form)
    for keys, said in (
        (proof.broken_by_noughts, "全部填 0 的报表不满足"),
        (proof.contradicting, "找不到每一格都有数又满足全部规则的报表，互相矛盾的可能是"),
    ):
        if keys:
            yield f"{form.edition}/rules.toml：{said}：{'、'.join(keys)}"


def _typed(form: Form) -> list[str]:
    return [name for name, field in form.fields.items() if field.kind in _TYPED]


@lru_cache(maxsize=64)
def independent(checks: tuple[Check, ...], stated: frozenset[str] = frozenset()) -> frozenset[Check]:
    """Return checks from which all others follow, the shortest first, so that no relation is counted twice.

    The balance of the total column is the sum of the columns' balances: kept, it would tie every column to every other.
    Totals among `stated` were typed too and stand for themselves.
    """
    rows = [(check, check.terms(stated)) for check in checks]
    pivots: dict[Term, Row] = {}
    kept: set[Check] = set()
    for check, terms in sorted(rows, key=lambda row: len(row[1])):
        rest = dict(terms)
        for pivot, row in pivots.items():
            rest = _eliminate(rest, pivot, row)
        if rest:
            pivots[next(iter(rest))] = rest
            kept.add(check)
    return frozenset(kept)


def _eliminate(terms: dict[Term, int], pivot: Term, row: Row) -> dict[Term, int]:
    factor = terms.get(pivot, 0)
    if not factor:
        return terms
    found = {
        term: terms.get(term, 0) * row[pivot] - row.get(term, 0) * factor for term in dict.fromkeys((*terms, *row))
    }
    return {term: weight for term, weight in found.items() if weight}


def _contradicting(form: Form) -> tuple[str, ...]:
    """Return the checks that no filing was found to satisfy together, none that could be spared; none if one was."""
    checks = [check for check in bind_rules(form) if check.relation is not Relation.NOT_BY_CHANCE]
    blamed = _unsatisfied(form, checks)
    for rule in dict.fromkeys(check.rule for check in checks):
        fewer = [check for check in checks if check.rule != rule]
        if blamed and (still := _unsatisfied(form, fewer)):  # it broke without this rule as well
            checks, blamed = fewer, still
    return tuple(check.key for check in blamed if not check.is_total)


def _unsatisfied(form: Form, checks: Iterable[Check]) -> tuple[Check, ...]:
    """Return the checks broken to the last by a filing that is corrected until it satisfies them all; none if it does.

    Every correction adds to a cell of the lighter side of a broken check what it lacks, so cells only ever grow.
    """
    start = {name: _LARGE + _STEP * place for place, name in enumerate(_typed(form))}
    values = {Term(name, previous=before): figure for name, figure in start.items() for before in (False, True)}
    known = tuple(checks)
    rows = [(check, check.terms()) for check in known if not check.is_total]
    for _ in range(_ROUNDS):
        broken = tuple(check for check, row in rows if _corrected(values, row, check))
        if not broken:
            now, before = ({one.field: values[one] for one in values if one.previous is old} for old in (False, True))
            keys = _broken(form, now, before)
            return tuple(check for check in known if check.key in keys)
    return broken


def _corrected(values: dict[Term, int], row: Row, check: Check) -> bool:
    """Add to one cell what the lighter side of a relation lacks; return whether anything was lacking."""
    gap = sum(values[term] * weight for term, weight in row.items())
    if gap == 0 or (check.relation is Relation.AT_LEAST and gap > 0):
        return False
    if check.relation is Relation.STEADY and not _is_far(values, row, check):
        return False
    lighter = next((term for term, weight in row.items() if (weight < 0) == (gap > 0)), None)
    if lighter is not None:
        values[lighter] += -(-abs(gap) // abs(row[lighter]))
    return True


def _is_far(values: Mapping[Term, int], row: Row, check: Check) -> bool:
    """Return whether the two sides of a movement lie as far apart as it warns of."""
    left, right = (
        sum(values[term] * abs(weight) for term, weight in row.items() if weight * sign > 0) for sign in (1, -1)
    )
    low, high = min(left, right), max(left, right)
    return high - low >= check.least and high + 1 >= check.times * (low + 1)


def _broken(form: Form, typed: Mapping[str, int], before: Mapping[str, int]) -> tuple[str, ...]:
    """Return the checks that figures of this year and of last year break, totals as they add up."""
    parts = total_parts(form)

    def whole(figures: Mapping[str, int]) -> dict[str, int]:
        names = [*figures, *parts]
        return {name: sum(figures.get(part, 0) for part in typed_parts(name, parts)) for name in names}

    values, previous = whole(typed), whole(before)
    found = {check: check.check(values, previous).state for check in bind_rules(form)}
    return tuple(check.key for check, state in found.items() if state in {State.BROKEN, State.DOUBTFUL})
