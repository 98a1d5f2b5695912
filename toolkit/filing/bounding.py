"""How much is said of one file: of one kind the first findings, then one for all the rest, with where they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.filing.findings import Finding

MOST_ALIKE = 20
MOST_PLACES = 1_000  # the largest form has some six hundred cells
LONGEST_MESSAGE = 600


def few_of_each(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings in their order, at most `MOST_ALIKE` of one name and severity, and each of a bounded size.

    The last of these stands for all the rest: it says how many they are and holds the places of them all.
    """
    every = list(findings)
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in every:
        alike.setdefault((finding.name, finding.severity), []).append(finding)
    return tuple(map(_bounded, _first_ones(every, alike)))


def _first_ones(findings: list[Finding], alike: dict[tuple[str, str], list[Finding]]) -> Iterator[Finding]:
    said: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        key = finding.name, finding.severity
        said[key] += 1
        if len(alike[key]) <= MOST_ALIKE or said[key] < MOST_ALIKE:
            yield finding
        elif said[key] == MOST_ALIKE:
            yield _together(alike[key][MOST_ALIKE - 1 :])


def _together(rest: list[Finding]) -> Finding:
    places = dict.fromkeys(place for finding in rest for place in finding.places)
    message = f"同样的还有 {len(rest)} 条，没有逐条列出，如：{rest[0].message}"
    return replace(rest[0], message=message, places=tuple(places), suspects=(), follows=())


def _bounded(finding: Finding) -> Finding:
    message, places = finding.message, finding.places
    if len(message) > LONGEST_MESSAGE:
        message = f"{message[:LONGEST_MESSAGE]}……"
    follows = few_of_each(finding.follows) if finding.follows else ()
    return replace(finding, message=message, places=places[:MOST_PLACES], follows=follows)
