"""What the lives of rules make of a return's findings: graver, lighter or not shown; and the findings as they came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.campaign.round.lives import Stage
from toolkit.filing.explanations import EXPLAINED, says_something

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MADE = "life"  # a key of findings made by the lives of rules; the finding they were made of is kept beside them
_SEVERITIES = {Stage.WARN: "warning", Stage.BLOCK: "error"}


def as_came(findings: Iterable[Mapping[str, Any]], kept: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Return what is shown of a return and what is kept beside it, all as the rules gave it before any life."""
    return (*(finding for finding in findings if MADE not in finding), *kept)


def each(findings: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield findings and those grouped under them."""
    for finding in findings:
        yield finding
        yield from each(finding.get("follows", ()))


def with_lives(
    findings: Iterable[Mapping[str, Any]], stages: Mapping[str, Stage]
) -> tuple[tuple[Mapping[str, Any], ...], tuple[Mapping[str, Any], ...]]:
    """Return what is to be shown, and the findings as they came of which something else is shown or nothing.

    What followed from a finding that is not shown stands for itself.
    """
    shown: list[Mapping[str, Any]] = []
    kept: list[Mapping[str, Any]] = []
    for finding in findings:
        made = _made(finding, stages)
        if made == [finding]:
            shown.append(finding)
        else:
            kept.append(finding)
            shown += [{**one, MADE: stages.get(one["name"], "")} for one in made]
    order = ("error", "warning", "note")
    return tuple(sorted(shown, key=lambda one: order.index(one["severity"]))), tuple(kept)


def _made(finding: Mapping[str, Any], stages: Mapping[str, Stage]) -> list[Mapping[str, Any]]:
    stage = stages.get(finding["name"])
    follows = [one for follow in finding.get("follows", ()) for one in _made(follow, stages)]
    if stage is not None and not stage.is_shown:
        return follows
    if stage is None or _SEVERITIES[stage] == finding["severity"]:
        return [{**finding, "follows": follows} if "follows" in finding else finding]
    is_closed = stage is Stage.WARN and says_something(finding.get("explanation", ""))
    closed = EXPLAINED if is_closed else ""
    return [{**finding, "severity": _SEVERITIES[stage], "follows": follows, "closed": closed}]
