"""How much is said of one file: of one kind the first findings, then one for all the rest, with where they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.filing.excerpts import beginning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from toolkit.filing.findings import Finding

MOST_IN_ONE_PLACE, MOST_ALIKE = 20, 100  # of one name: in one field, and in all; every cell of a table may be wrong
MOST_PLACES = 1_000  # the largest form has some six hundred cells
LONGEST_MESSAGE = 600
_Key = tuple[str, ...]


def few_of_each(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings in their order, of one name and severity a bounded number, and each of a bounded size.

    The last of these stands for all the rest: it says how many they are and holds the places of them all.
    """
    here = _first_ones(list(findings), _alike_in_one_place, MOST_IN_ONE_PLACE)
    return tuple(map(_bounded, _first_ones(list(here), _alike, MOST_ALIKE)))


def _alike(finding: Finding) -> _Key:
    return finding.name, finding.severity


def _alike_in_one_place(finding: Finding) -> _Key:
    return finding.name, finding.severity, *(place.field for place in finding.places)


def _first_ones(findings: list[Finding], key_of: Callable[[Finding], _Key], most: int) -> Iterator[Finding]:
    alike: dict[_Key, list[Finding]] = {}
    for finding in findings:
        alike.setdefault(key_of(finding), []).append(finding)
    said: Counter[_Key] = Counter()
    for finding in findings:
        key = key_of(finding)
        said[key] += 1
        if len(alike[key]) <= most or said[key] < most:
            yield finding
        elif said[key] == most:
            yield _together(alike[key][most - 1 :])


def _together(rest: list[Finding]) -> Finding:
    places = dict.fromkeys(place for finding in rest for place in finding.places)
    message = f"同样的还有 {len(rest)} 条，没有逐条列出，如：{rest[0].message}"
    return replace(rest[0], message=message, places=tuple(places), suspects=(), follows=())


def _bounded(finding: Finding) -> Finding:
    message, places = beginning(finding.message, LONGEST_MESSAGE), finding.places[:MOST_PLACES]
    follows = few_of_each(finding.follows) if finding.follows else ()
    return replace(finding, message=message, places=places, follows=follows)
