"""One slip is one finding: what the change of a suspected cell settles besides is put under its finding."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from toolkit.filing.checking import ORDER, check_filing
from toolkit.filing.locating.search import MORE_WRONG, TYPED_TOTAL
from toolkit.filing.prose.agreement import check_prose
from toolkit.filing.prose.witness import values_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding, Suspect

_Key = tuple[str, ...]


def grouped(findings: Iterable[Finding], filing: Filing) -> tuple[Finding, ...]:
    """Return the findings, those that follow from another's first suspect put under that one.

    A finding follows when it is gone once the first suspect holds the value proposed (every cell of several that are to
    be changed together), and nothing new has come up. Nothing graver is ever put under something lighter.
    """
    left = sorted(findings, key=lambda finding: ORDER[finding.severity])
    heads: list[Finding] = []
    now: set[_Key] | None = None
    while left:
        head, *left = left
        first = _chief(head)
        if first and left:
            now = _standing(filing) if now is None else now
            gone = now - (after := _standing(filing.mended(values_of(first))))
            if not after - now:
                follows = tuple(finding for finding in left if _key(finding) in gone)
                left = [finding for finding in left if _key(finding) not in gone]
                head = replace(head, follows=(*head.follows, *follows))
        heads.append(head)
    return tuple(heads)


def _chief(finding: Finding) -> tuple[Suspect, ...]:
    """Return the first suspect, with the next where both are to be changed; none where more is wrong than that."""
    tied = len(tuple(takewhile(lambda suspect: suspect.together, finding.suspects)))
    first = finding.suspects[: tied + 1]
    return () if any(MORE_WRONG in suspect.reason for suspect in first) else first


def _standing(filing: Filing) -> set[_Key]:
    wrong = (filing.form.fields[name] for name, total in filing.stated.items() if total != filing.values[name])
    totals = {(TYPED_TOTAL, f"{entry.id} {entry.label}") for entry in wrong}
    return {_key(finding) for finding in _judged(filing)} | totals


def _judged(filing: Filing) -> Iterator[Finding]:
    yield from check_filing(filing)
    yield from check_prose(filing)


def _key(finding: Finding) -> _Key:
    return finding.name, *(f"{place.field} {place.label}" for place in finding.places)
