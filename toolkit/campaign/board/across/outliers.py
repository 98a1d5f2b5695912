"""Figures that stand out among organs of the same kind and size; by medians, so that no giant moves the bound."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from toolkit.campaign.board.across.round_findings import RoundFinding, mark_of
from toolkit.filing.findings import Place, raise_finding, show
from toolkit.filing.movements import movement_rules
from toolkit.form.rules import bind_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.campaign.intake.standings import Standing
    from toolkit.form.checks import Check
    from toolkit.form.model import Form

_FEWEST = 12  # organs that something can be held against
_NORMAL = 1.4826  # times the median deviation is the standard deviation of what scatters normally
_DEVIATIONS = 5  # standard deviations
_LEAST_SPREAD = 0.35  # of the logarithm: nothing within some six times the median either way stands out


@dataclass(frozen=True, slots=True)
class _Peers:
    """What organs of one kind and size usually have of a figure, and how many they are."""

    median: float
    lowest: float
    highest: float
    organs: int


def standing_out(form: Form, places: Iterable[Standing]) -> Iterator[RoundFinding]:
    """Yield for each organ a warning for every figure that organs of its kind and size usually do not have.

    Those figures are looked at that the form holds against last year's. Size is the number of digits of the first of
    them; it is itself held against all organs of the kind. Logarithms of the figures, each counted one higher, are
    compared: the bound is the median and five standard deviations, taken from the median deviation.
    """
    rules = movement_rules(form)
    checks = [check for check in bind_rules(form) if check.rule in rules]
    known = [place for place in places if place.counts is not None]
    if len(known) < _FEWEST or not checks:
        return
    size = _size_field(form, checks)
    for check in checks:
        field = check.left[0].field
        groups: defaultdict[tuple[str, int], list[tuple[Standing, float]]] = defaultdict(list)
        for place in known:
            value = _figure(place, field)
            if value is not None and value >= 0:  # one below nought that was let pass is no size of anything
                groups[place.organ.kind, 0 if field == size else _digits(place, size)].append((place, value))
        for (kind, digits), members in groups.items():
            yield from _in_group(form, check, members, _words(kind, digits, is_size=field == size))


def _in_group(
    form: Form, check: Check, members: Sequence[tuple[Standing, float]], words: str
) -> Iterator[RoundFinding]:
    if len(members) < _FEWEST:
        return
    peers = _peers([value for _, value in members])
    field = check.left[0].field
    for place, value in members:
        if peers.lowest <= value <= peers.highest or abs(value - peers.median) < check.least:
            continue
        counts = place.counts
        figure = counts.values[field] if counts is not None else None
        cell = counts.cells.get(field, ("", "")) if counts is not None else ("", "")
        found = raise_finding(
            "figure_stands_out",
            [Place(field, form.fields[field].label, *cell)],
            {"本机关": figure},
            label=check.subject,
            figure=show(figure),
            group=words,
            organs=peers.organs,
            median=f"{peers.median:.0f}",
            lowest=f"{max(peers.lowest, 0):.0f}",
            highest=f"{peers.highest:.0f}",
        )
        yield RoundFinding(place.organ, found, frozenset({place.organ.code}), mark_of(show(figure)), field)


def _peers(values: Sequence[float]) -> _Peers:
    logs = [math.log1p(value) for value in values]
    middle = median(logs)
    spread = max(_NORMAL * median(abs(one - middle) for one in logs), _LEAST_SPREAD) * _DEVIATIONS
    return _Peers(math.expm1(middle), math.expm1(middle - spread), math.expm1(middle + spread), len(values))


def _size_field(form: Form, checks: Sequence[Check]) -> str:
    """Return the figure whose digits say how large an organ is: the first of them in the widest table."""
    widest = max(form.tables, key=lambda table: len(table.rows) * len(table.columns)).id
    mine = (check.left[0].field for check in checks if check.table == widest)
    return next(mine, checks[0].left[0].field)


def _digits(place: Standing, field: str) -> int:
    return len(str(int(_figure(place, field) or 0))) if _figure(place, field) else 0


def _figure(place: Standing, field: str) -> float | None:
    value = place.counts.values.get(field) if place.counts is not None else None
    return None if value is None or isinstance(value, str | tuple) else float(value)


def _words(kind: str, digits: int, *, is_size: bool) -> str:
    same = f"名册里类型同是“{kind}”" if kind else "名册里类型相同"
    if is_size:
        return same
    size = f"新收申请同是 {digits} 位数" if digits else "同样没有新收申请"
    return f"{same}、{size}"
