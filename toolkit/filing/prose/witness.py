"""The prose as a witness: a number in the text that a suspected cell's mended value would make true speaks for it."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING

from toolkit.filing.findings import EQUAL
from toolkit.filing.prose.agreement import Standing, judged, spoken_in, statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding, Suspect
    from toolkit.filing.prose.agreement import Spoken, Statement
    from toolkit.form.values import Figure


_SHOWN = 2  # numbers of the prose that speak for a change


FOR, SILENT, AGAINST = range(3)  # what the prose says of a change, in the order of the suspects


def with_witness(findings: Iterable[Finding], filing: Filing, said: Iterable[Statement]) -> Iterator[Finding]:
    """Yield the findings; suspects whose values the prose states come first, those it contradicts last, and say so.

    `said` are the filing's statements.
    """
    stated = [one for one in said if one.standing in {Standing.DIFFERENT, Standing.EQUAL}]
    prose = _Prose(filing)
    for finding in findings:
        if not stated or not finding.suspects:
            yield finding
            continue
        heard = [_heard(group, prose, stated) for group in _together(finding.suspects)]
        ranked = sorted(heard, key=lambda pair: pair[1])
        yield replace(finding, suspects=tuple(_told_apart(ranked)))


def _told_apart(ranked: Sequence[tuple[tuple[Suspect, ...], int]]) -> Iterator[Suspect]:
    """Yield the suspects; of equals one that the prose alone leaves in its place is equal to none."""
    first = sum(heard == ranked[0][1] for _, heard in ranked)
    for place, (group, heard) in enumerate(ranked):
        is_apart = heard == AGAINST != ranked[0][1] or (place == 0 and first == 1 < len(ranked))
        for suspect in group:
            yield (
                replace(suspect, equal=False, reason=suspect.reason.replace(f"；{EQUAL}", "")) if is_apart else suspect
            )


def values_of(suspects: Iterable[Suspect]) -> Mapping[str, Figure]:
    """Return the figures that suspects would have, by field."""
    return {suspect.field: suspect.value for suspect in suspects}


def _together(suspects: Sequence[Suspect]) -> Iterator[tuple[Suspect, ...]]:
    """Yield the suspects, those that are to be changed together as one."""
    place = 0
    while place < len(suspects):
        size = 1 + sum(1 for _ in takewhile(lambda suspect: suspect.together, suspects[place:]))
        yield tuple(suspects[place : place + size])
        place += size


class _Prose:
    """The prose of a filing, gone through once: the figures change, and its words only where it has marks for them."""

    def __init__(self, filing: Filing) -> None:
        self._filing = filing

    def with_figures(self, changed: Mapping[str, Figure]) -> tuple[Statement, ...]:
        """Return what it states where some figures are others."""
        mended = self._filing.mended(changed)
        return statements(mended) if self._has_marks else judged(mended, self._spoken)

    @cached_property
    def _spoken(self) -> tuple[tuple[Spoken, ...], ...]:
        return spoken_in(self._filing)

    @cached_property
    def _has_marks(self) -> bool:
        sections = (section.id for section in self._filing.form.sections if not section.is_table)
        return any("{" in paragraph.text for section in sections for paragraph in self._filing.paragraphs(section))


def _heard(suspects: tuple[Suspect, ...], prose: _Prose, stated: list[Statement]) -> tuple[tuple[Suspect, ...], int]:
    """Return suspects with what the prose says for or against their change, and which of these it does."""
    after = {_place(one): one.standing for one in prose.with_figures(values_of(suspects))}
    speaking = (
        (FOR, Standing.DIFFERENT, Standing.EQUAL, "与此一致"),
        (AGAINST, Standing.EQUAL, Standing.DIFFERENT, "与此不符"),
    )
    for heard, before, then, words in speaking:
        found = (one for one in stated if one.standing is before and after.get(_place(one)) is then)
        if said := dict.fromkeys(f"“{one.numeral.text}”" for one in found):
            told = f"；文字里写的是{'、'.join([*said][:_SHOWN])}，{words}"
            return tuple(replace(suspect, reason=f"{suspect.reason}{told}") for suspect in suspects), heard
    return suspects, SILENT


def _place(statement: Statement) -> tuple[str, int, int]:
    return statement.section, statement.paragraph, statement.numeral.start
