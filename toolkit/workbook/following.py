"""One slip is one finding: what the change of a suspected cell settles besides is put under its finding."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from toolkit.filing.checking import ORDER, check_filing
from toolkit.filing.locating.equations import equations_of
from toolkit.filing.locating.search import MORE_WRONG, TYPED_TOTAL
from toolkit.filing.proof import independent
from toolkit.filing.prose.agreement import check_prose
from toolkit.filing.prose.witness import values_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding, Suspect
    from toolkit.form.checks import Check

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
    return tuple(_with_implied(heads, filing) if len(heads) > 1 else heads)


_OF_SEVERAL = "这一条由本表另外 {number} 条不平引起，改好那几处就一起对上，不用单独改。"
_Relation = tuple[str, tuple[str, ...]]  # the name and the fields of a finding about one


def _with_implied(heads: list[Finding], filing: Filing) -> Iterator[Finding]:
    """Yield the findings; a relation broken only because one other of its table is, is put under that one.

    The balance of the total column is the sum of the columns': where one column is wrong, nothing is said of it; where
    several are, it says that it is mended with them.
    """
    equations = equations_of(filing)
    basis = independent(tuple(one.check for one in equations), frozenset(filing.stated))
    broken: defaultdict[str, list[Check]] = defaultdict(list)
    for equation in equations:
        if equation.gap:
            broken[equation.check.table].append(equation.check)
    under: dict[_Relation, _Relation] = {}
    shared: dict[_Relation, int] = {}
    for checks in broken.values():
        causes = [check for check in checks if check in basis]
        if len(causes) == 1:
            under |= {_of(check): _of(causes[0]) for check in checks if check is not causes[0]}
        shared |= {_of(check): len(causes) for check in checks if len(causes) > 1 and check not in basis}
    keys = [(head.name, tuple(place.field for place in head.places)) for head in heads]
    grave = dict(zip(keys, (ORDER[head.severity] for head in heads), strict=True))
    moved: defaultdict[_Relation, list[Finding]] = defaultdict(list)
    left: list[tuple[_Relation, Finding]] = []
    for key, head in zip(keys, heads, strict=True):
        cause = under.get(key)
        if cause in grave and grave[cause] <= grave[key] and not head.follows:
            moved[cause].append(head)
        else:
            left.append((key, head))
    for key, head in left:
        told = head if head.suspects or key not in shared else _shared_by(head, shared[key])
        yield replace(told, follows=(*told.follows, *moved[key])) if moved[key] else told


def _shared_by(head: Finding, causes: int) -> Finding:
    return replace(head, advice=_OF_SEVERAL.format(number=causes))


def _of(check: Check) -> _Relation:
    return check.rule, check.fields


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
