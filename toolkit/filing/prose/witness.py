"""The prose as a witness: a number in the text that a suspected cell's mended value would make true speaks for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.filing.prose.agreement import Standing, statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding, Suspect
    from toolkit.filing.prose.agreement import Statement
    from toolkit.form.values import Figure


_SHOWN = 2  # numbers of the prose that speak for a change


def with_witness(findings: Iterable[Finding], filing: Filing) -> Iterator[Finding]:
    """Yield the findings; suspects whose values the prose states come first and say so."""
    known = list(findings)
    denied = [one for one in statements(filing) if one.standing is Standing.DIFFERENT] if _suspected(known) else []
    for finding in known:
        if not denied or not finding.suspects:
            yield finding
            continue
        heard = [_heard(group, filing, denied) for group in _together(finding.suspects)]
        ranked = sorted(heard, key=lambda pair: not pair[1])
        yield replace(finding, suspects=tuple(suspect for group, _ in ranked for suspect in group))


def values_of(suspects: Iterable[Suspect]) -> Mapping[str, Figure]:
    """Return the figures that suspects would have, by field."""
    return {suspect.field: suspect.value for suspect in suspects}


def _together(suspects: Sequence[Suspect]) -> Iterator[tuple[Suspect, ...]]:
    """Yield the suspects, two that are to be changed together as one."""
    place = 0
    while place < len(suspects):
        size = 2 if suspects[place].together else 1
        yield tuple(suspects[place : place + size])
        place += size


def _suspected(findings: Iterable[Finding]) -> bool:
    return any(finding.suspects for finding in findings)


def _heard(suspects: tuple[Suspect, ...], filing: Filing, denied: list[Statement]) -> tuple[tuple[Suspect, ...], bool]:
    """Return suspects with what the prose says for their change, and whether it says anything."""
    mended = filing.mended(values_of(suspects))
    true = {_place(one) for one in statements(mended) if one.standing is Standing.EQUAL}
    said = dict.fromkeys(f"“{one.numeral.text}”" for one in denied if _place(one) in true)
    if not said:
        return suspects, False
    told = f"；文字里写的是{'、'.join([*said][:_SHOWN])}，与此一致"
    return tuple(replace(suspect, reason=f"{suspect.reason}{told}") for suspect in suspects), True


def _place(statement: Statement) -> tuple[str, int, int]:
    return statement.section, statement.paragraph, statement.numeral.start
