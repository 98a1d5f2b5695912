"""The prose as a witness: a number in the text that a suspected cell's mended value would make true speaks for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.filing.prose.agreement import Standing, statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding, Suspect
    from toolkit.filing.prose.agreement import Statement


def with_witness(findings: Iterable[Finding], filing: Filing) -> Iterator[Finding]:
    """Yield the findings; suspects whose values the prose states come first and say so."""
    known = list(findings)
    denied = [one for one in statements(filing) if one.standing is Standing.DIFFERENT] if _suspected(known) else []
    for finding in known:
        if not denied or not finding.suspects:
            yield finding
            continue
        heard = [_heard(suspect, filing, denied) for suspect in finding.suspects]
        # Two cells to be changed together stay side by side.
        is_paired = any(suspect.together for suspect in finding.suspects)
        ranked = heard if is_paired else sorted(heard, key=lambda pair: not pair[1])
        yield replace(finding, suspects=tuple(suspect for suspect, _ in ranked))


def _suspected(findings: Iterable[Finding]) -> bool:
    return any(finding.suspects for finding in findings)


def _heard(suspect: Suspect, filing: Filing, denied: list[Statement]) -> tuple[Suspect, bool]:
    """Return a suspect with what the prose says for it, and whether it says anything."""
    mended = filing.with_answers({suspect.field: suspect.value})
    true = {_place(one) for one in statements(mended) if one.standing is Standing.EQUAL}
    said = next((one.numeral.text for one in denied if _place(one) in true), "")
    return (
        (replace(suspect, reason=f"{suspect.reason}；文字里写的是“{said}”，与此一致"), True)
        if said
        else (suspect, False)
    )


def _place(statement: Statement) -> tuple[str, int, int]:
    return statement.section, statement.paragraph, statement.numeral.start
