"""Changes of one cell, two or three that make equations hold again, and how likely the story behind each is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, islice
from typing import TYPE_CHECKING

from toolkit.filing.checking import SEVERITIES
from toolkit.filing.findings import show
from toolkit.filing.locating.equations import touching
from toolkit.filing.locating.slips import Slip, slip_between
from toolkit.form.cellrules import cell_checks
from toolkit.form.checks import Relation, number, typed_parts
from toolkit.form.rules import bind_rules, total_parts
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.filing.locating.equations import Equation
    from toolkit.filing.locating.plausible import Expectation
    from toolkit.form.checks import Check
    from toolkit.form.model import Field, Form
    from toolkit.form.values import Figure

MORE_REPAIRED = 20  # what repairing one more broken relation is worth
MORE_WRONG = "只改这一格还不够，别处也有错"
MAYBE_MORE = "也可能不止一格有错"
TOGETHER, THREE_TOGETHER = "两格要一起改", "三格要一起改"
NEIGHBOURS = 10  # how much likelier a figure lands in the next cell than farther along its row or column
# What each further slip that has nothing to do with the first is worth beside one figure in a wrong cell.
ANOTHER_SLIP = 0.02
LEFT_IN = 0.1  # how often a figure of last year that stands unchanged was left in from last year's file; assumed
_LONGEST_LIST = 12  # pairs that are weighed to the end; nobody is shown more


@dataclass(frozen=True, slots=True)
class Remedy:
    """Changes of one cell, or of several that belong together, with what to say of each and how likely the story is."""

    changes: Mapping[str, Figure]
    words: Mapping[str, str]
    weight: float


def single(
    expectation: Expectation,
    equation: Equation,
    near: Mapping[str, list[Equation]],
    broken: list[Equation] | None = None,
) -> Iterator[Remedy]:
    """Yield each cell that alone mends an equation and, if `broken` is given, all of those."""
    for field, weight in equation.weights.items():
        steps, rest = divmod(-equation.gap, weight)
        changes = {field: steps}
        left = [(other.gap, other.after(changes)) for other in near[field]]
        breaks = any(after and not before for before, after in left)
        repaired = sum(1 for before, after in left if before and not after)
        if rest or breaks or (broken is not None and repaired < len(broken)):
            continue
        if is_allowed(expectation.filing, changes):
            yield _typing_error(expectation, field, steps, repaired, is_partial=broken is None)


def _typing_error(expectation: Expectation, field: str, change: Figure, repaired: int, *, is_partial: bool) -> Remedy:
    filing = expectation.filing
    typed = filing.typed_figure(field)
    slip = _slip(expectation, field, typed + change)
    words = _story(filing, field, typed, typed + change, slip.words)
    if is_partial:
        words += f"；{MORE_WRONG}"
    elif not slip.is_known or repaired == 1:  # one gap alone is no witness: any cell can close it
        words += f"；{MAYBE_MORE}"
    weight = slip.chance * expectation.odds(field, typed + change, typed) * MORE_REPAIRED**repaired
    return Remedy({field: change}, {field: words}, weight)


def _slip(expectation: Expectation, field: str, meant: Figure) -> Slip:
    """Return how a cell came to hold what it does; last year's figure left in is a slip of its own."""
    filing = expectation.filing
    typed, before = filing.typed_figure(field), filing.previous.get(field)
    slip = slip_between(typed, meant, expectation.shares)
    return Slip("还是上年的数", slip.chance + LEFT_IN) if before is not None and before == typed != 0 else slip


def _story(filing: Filing, field: str, typed: Figure, meant: Figure, slip: str) -> str:
    before = filing.previous.get(field)
    told = f"（上年为 {show(before)}）" if before is not None else ""
    return f"{slip or '看不出是哪种打错，但这样改各数就对得上'}：{show(typed)} 应为 {show(meant)}{told}"


def exchanges(expectation: Expectation, system: list[Equation], broken: list[Equation]) -> Iterator[Remedy]:
    """Yield pairs of cells along a row or column whose figures, exchanged, mend every broken equation."""
    filing = expectation.filing
    near = touching(system)
    suspects = {field for equation in broken for field in equation.weights}
    fields = [
        field for field in filing.form.fields.values() if field.id in suspects and field.kind is not Kind.COMPUTED
    ]
    for first, second in combinations(fields, 2):
        change = filing.typed_figure(second.id) - filing.typed_figure(first.id)
        if not change or first.table != second.table or (first.row != second.row and first.column != second.column):
            continue
        changes = {first.id: change, second.id: -change}
        touched = {id(equation): equation for field in changes for equation in near[field]}
        if any(equation.after(changes) for equation in (*touched.values(), *broken)):
            continue
        if is_allowed(filing, changes):
            yield _exchange(expectation, first, second)


def _exchange(expectation: Expectation, first: Field, second: Field) -> Remedy:
    filing = expectation.filing
    here, there = (filing.typed_figure(field.id) for field in (first, second))
    words = {first.id: _misplaced(here, there, second), second.id: _misplaced(there, here, first)}
    weight = float(NEIGHBOURS if _are_neighbours(filing, first, second) else 1)
    weight *= expectation.odds(first.id, there, here) * expectation.odds(second.id, here, there)
    return Remedy({first.id: there - here, second.id: here - there}, words, weight)


def _misplaced(here: Figure, there: Figure, other: Field) -> str:
    if not here:
        story = f"“{other.label}”里的 {show(there)} 应填在这一格"
    elif not there:
        story = f"{show(here)} 填错了格，应填在“{other.label}”，这一格应为 0"
    else:
        story = f"与“{other.label}”填反了：这一格 {show(here)} 应为 {show(there)}，那一格应为 {show(here)}"
    return f"{story}；{TOGETHER}"


def _are_neighbours(filing: Filing, first: Field, second: Field) -> bool:
    along = "row" if first.row == second.row else "column"
    table = [field for field in filing.form.fields.values() if field.table == first.table]
    line = [field for field in table if getattr(field, along) == getattr(first, along)]
    return abs(line.index(first) - line.index(second)) == 1


def pairs(expectation: Expectation, system: list[Equation], broken: list[Equation]) -> list[Remedy]:
    """Return the likeliest pairs of cells, each mistyped by itself, whose changes mend every broken equation.

    Every pair that does it is found, except where the equations leave open how the change is shared between the two.
    """
    return _likeliest(expectation, _pair_changes(touching(system), broken))


def triples(expectation: Expectation, system: list[Equation], broken: list[Equation]) -> list[Remedy]:
    """Return the likeliest sets of three cells, each mistyped by itself, whose changes mend every broken equation.

    An equation with one of the three in it alone tells the change of that one; what it leaves broken, pairs mend. Rows
    and columns are a pattern without odd rings, so that there always is such an equation.
    """
    return _likeliest(expectation, _triple_changes(system, touching(system), broken))


def _triple_changes(
    system: list[Equation], near: Mapping[str, list[Equation]], broken: list[Equation]
) -> Iterator[Mapping[str, Figure]]:
    most = 2 * max(map(len, near.values()))  # equations that two cells can mend
    for equation in broken:
        for one, weight in equation.weights.items():
            change, rest = divmod(-equation.gap, weight)
            moved = {id(other): replace(other, gap=other.after({one: change})) for other in near[one]}
            left = [other for other in (moved.get(id(other), other) for other in system) if other.gap]
            if rest or not left or len(left) > most:
                continue
            after = touching([moved.get(id(other), other) for other in system])
            for pair in _pair_changes(after, left):
                if one not in pair and equation.weights.keys().isdisjoint(pair):
                    yield {one: change, **pair}


def _likeliest(expectation: Expectation, sets: Iterable[Mapping[str, Figure]]) -> list[Remedy]:
    found = {frozenset(changes): changes for changes in sets}
    weighed = [(_weight(expectation, changes), changes) for changes in found.values()]
    weighed.sort(key=lambda pair: -pair[0])
    sound = ((weight, changes) for weight, changes in weighed if is_allowed(expectation.filing, changes))
    return [_slips(expectation, changes, weight) for weight, changes in islice(sound, _LONGEST_LIST)]


def _pair_changes(near: Mapping[str, list[Equation]], broken: list[Equation]) -> Iterator[Mapping[str, Figure]]:
    first = min(broken, key=lambda equation: len(equation.weights))
    for one in first.weights:
        left = [equation for equation in broken if one not in equation.weights]
        if left:
            others: Iterable[str] = min(left, key=lambda equation: len(equation.weights)).weights
            others = [name for name in others if all(name in equation.weights for equation in left)]
        else:
            others = dict.fromkeys(name for equation in near[one] for name in equation.weights)
        for other in others:
            if other != one and (changes := _solved(near, one, other)) is not None:
                yield changes


def _solved(near: Mapping[str, list[Equation]], one: str, other: str) -> Mapping[str, Figure] | None:
    """Return the only changes of two cells that make every equation with either of them hold; None without."""
    equations = list({id(equation): equation for equation in (*near[one], *near[other])}.values())
    rows = [(equation.weights.get(one, 0), equation.weights.get(other, 0), -equation.gap) for equation in equations]
    for (a, b, gap), (c, d, goal) in combinations(rows, 2):
        if determinant := a * d - b * c:
            x, rest = divmod(gap * d - b * goal, determinant)
            y, left = divmod(a * goal - c * gap, determinant)
            fits = not rest and not left and x and y
            return {one: x, other: y} if fits and all(a * x + b * y == gap for a, b, gap in rows) else None
    return None


def _weight(expectation: Expectation, changes: Mapping[str, Figure]) -> float:
    weight = ANOTHER_SLIP ** (len(changes) - 1)
    for field, change in changes.items():
        typed = expectation.filing.typed_figure(field)
        weight *= _slip(expectation, field, typed + change).chance * expectation.odds(field, typed + change, typed)
    return weight


def _slips(expectation: Expectation, changes: Mapping[str, Figure], weight: float) -> Remedy:
    filing = expectation.filing
    words, together = {}, {2: TOGETHER, 3: THREE_TOGETHER}[len(changes)]
    for field, change in changes.items():
        typed = filing.typed_figure(field)
        others = "、".join(f"“{filing.form.fields[name].label}”" for name in changes if name != field)
        story = _story(filing, field, typed, typed + change, _slip(expectation, field, typed + change).words)
        words[field] = f"{story}；{others}也有错，{together}"
    return Remedy(changes, words, weight)


def is_allowed(filing: Filing, changes: Mapping[str, Figure]) -> bool:
    """Return whether the new values may stand in their cells and break no check that is no equality."""
    meant = {field: filing.typed_figure(field) + change for field, change in changes.items()}
    for field, value in meant.items():
        kind = filing.form.fields[field].kind
        if kind is Kind.COMPUTED and value < 0 <= filing.typed_figure(field):
            return False
        if any(check.judge(value) for check in cell_checks(filing.form).get(kind, ())):
            return False
    affected = dict.fromkeys(check for field in meant for check in _bounds(filing.form).get(field, ()))
    if not affected:
        return True
    typed = {field: change for field, change in changes.items() if field not in filing.stated}
    return not any(_breaks(check, filing, typed) for check in affected)


@lru_cache(maxsize=16)
def _bounds(form: Form) -> Mapping[str, list[Check]]:
    """Return the checks that are no equalities by the fields they rest on."""
    found: defaultdict[str, list[Check]] = defaultdict(list)
    for check in bind_rules(form):
        if check.relation is not Relation.EQUAL:
            for field in check.inputs:
                found[field].append(check)
    return dict(found)


def _breaks(check: Check, filing: Filing, changes: Mapping[str, Figure]) -> bool:
    """Return whether changes of typed cells break a check that holds; only what the check sees is worked out anew."""
    # A form's checks may have been bound anew since the filing was judged: those are other keys.
    now = filing.outcomes.get(check) or check.check(filing.values, filing.previous)
    if now.state in SEVERITIES:
        return False
    totals = total_parts(filing.form)
    after = dict(filing.values)
    for field in {*check.fields, *check.inputs}:
        moved = sum(changes.get(part, 0) for part in typed_parts(field, totals))
        if moved or field in changes:
            after[field] = number(after[field]) + moved
    return check.check(after, filing.previous).state in SEVERITIES
