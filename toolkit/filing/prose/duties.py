"""What the text itself owes: aspects it must mention, claims the tables deny, shares and changes that do not follow.

Duties about figures alone are judged in toolkit.filing.unlikely.

Every duty is data (duties.toml of an edition): its words, its severity, its source. Nothing here knows a Chinese word.
A duty is broken only where the text cannot be read so that it holds.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.filing.excerpts import passage
from toolkit.filing.findings import Finding, Severity, paragraph_place, show
from toolkit.filing.prose.agreement import Standing, sum_of
from toolkit.filing.prose.marks import numbered_paragraphs
from toolkit.filing.prose.phrases import phrase_book
from toolkit.filing.prose.proportions import (
    Breach,
    ShareSaid,
    changes_said,
    false_changes,
    false_shares,
    shares_said,
    shares_that_do_not_add,
)
from toolkit.filing.prose.wording import says_nothing
from toolkit.filing.unlikely import FIGURE_KINDS, unlikely_figures
from toolkit.form.checks import INVISIBLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.filing.prose.agreement import Statement
    from toolkit.filing.prose.proportions import Change
    from toolkit.form.guidance.duties import Duty

_SENTENCE = re.compile(r"[^。；;！!？?\n]+")
_EXCERPT = 40


def check_duties(filing: Filing) -> Iterator[Finding]:
    """Yield a finding for every duty of the form that the text does not keep."""
    for duty in filing.form.duties:
        if duty.kind in FIGURE_KINDS:
            yield from unlikely_figures(filing, duty)
            continue
        for breach in _KINDS[duty.kind](filing, duty):
            yield _finding(filing, duty, breach)


def _finding(filing: Filing, duty: Duty, breach: Breach) -> Finding:
    place = paragraph_place(filing.form.section(breach.section), breach.paragraph)
    shown = f"：“{breach.shown}”" if breach.shown else ""
    return Finding(
        name=duty.id,
        severity=Severity(duty.severity),
        message=f"“{place.label}”{duty.title}{shown}",
        advice=duty.advice,
        places=(place,),
        source=duty.source,
    )


def _texts(filing: Filing, duty: Duty) -> Iterator[tuple[str, int, str]]:
    """Yield section, place and text of every paragraph a duty is about."""
    for section, place, paragraph in numbered_paragraphs(filing):
        if duty.section in ("", section.id):
            yield section.id, place, paragraph.text


def _whole(filing: Filing, duty: Duty) -> str:
    return "".join("".join(text for _, _, text in _texts(filing, duty)).split()).strip("".join(INVISIBLE))


def _mentions(filing: Filing, duty: Duty) -> Iterator[Breach]:
    whole = _whole(filing, duty)
    if whole and not any(re.search(word, whole) for word in duty.words):
        yield Breach(duty.section, 0, "")


def _aspects(filing: Filing, duty: Duty) -> Iterator[Breach]:
    """Name the aspects, each given as `name：words`, that a section does not touch."""
    whole = _whole(filing, duty)
    aspects = (aspect.partition("：") for aspect in duty.words)
    missing = [name for name, _, words in aspects if not re.search(words, whole)]
    if whole and missing:
        yield Breach(duty.section, 0, "、".join(missing))


def _at_least(filing: Filing, duty: Duty) -> Iterator[Breach]:
    whole = _whole(filing, duty)
    if 0 < len(whole) < duty.limit and not says_nothing(whole):  # which is told as such
        yield Breach(duty.section, 0, whole)


def _at_most(filing: Filing, duty: Duty) -> Iterator[Breach]:
    length = len(_whole(filing, duty))
    if length > duty.limit:
        yield Breach(duty.section, 0, f"现有 {length} 字")


def _denied(filing: Filing, duty: Duty) -> Iterator[Breach]:
    """A claim stands in the text while the figures it denies are above nought."""
    total, book = sum_of(filing, duty.table, duty.rows, duty.columns), phrase_book(filing.form)
    if total:
        yield from _found(
            filing, duty, lambda text: None if book.is_of_part(text, filing.organ) else _any(duty.words, text)
        )


def _absent(filing: Filing, duty: Duty) -> Iterator[Breach]:
    """Something of a kind is cited that is none of those the form allows."""
    pattern = re.compile(duty.pattern)

    def wrong(sentence: str) -> re.Match[str] | None:
        cited = (found for found in pattern.finditer(sentence) if "".join(found[0].split()) not in duty.words)
        return next(cited, None)

    yield from _found(filing, duty, wrong)


def _present(filing: Filing, duty: Duty) -> Iterator[Breach]:
    """What must not stand in the text does."""
    pattern = re.compile(duty.pattern)
    yield from _found(filing, duty, pattern.search)


def _pairs(filing: Filing, duty: Duty) -> Iterator[Breach]:
    for section, place, text in _texts(filing, duty):
        for pair in duty.words:
            if text.count(pair[0]) != text.count(pair[1]):
                yield Breach(section, place, pair)


def _year(filing: Filing, duty: Duty) -> Iterator[Breach]:
    """A year other than the report's stands right before what was done in the year of the report."""
    words = "|".join(duty.words)
    pattern = re.compile(rf"(20[0-9]{{2}})\s*年度?[^0-9。；：]{{0,{duty.limit}}}(?:{words})")

    def wrong(sentence: str) -> re.Match[str] | None:
        found = pattern.search(sentence)
        is_slip = found and int(found[1]) != filing.year and str(filing.year) not in sentence
        return found if is_slip else None

    yield from _found(filing, duty, wrong)


def _power(filing: Filing, duty: Duty) -> Iterator[Breach]:
    """Figures above nought that only organs named in a certain way can have."""
    if not re.search(duty.pattern, filing.organ) and (total := sum_of(filing, duty.table, duty.rows, duty.columns)):
        yield Breach(duty.table, 0, show(total))


def _found(filing: Filing, duty: Duty, search: Callable[[str], re.Match[str] | None]) -> Iterator[Breach]:
    for section, place, text in _texts(filing, duty):
        for sentence in _SENTENCE.findall(text):
            found = search(sentence)
            if found and not any(word in sentence for word in duty.unless):
                yield Breach(section, place, _excerpt(sentence, found.start()))


def _excerpt(sentence: str, at: int) -> str:
    start = max(0, at - _EXCERPT // 4)
    return passage(sentence, start, start + _EXCERPT)


@lru_cache(maxsize=64)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(words))


def _any(words: tuple[str, ...], text: str) -> re.Match[str] | None:
    return _any_of(words).search(text)


_KINDS: Mapping[str, Callable[[Filing, Duty], Iterator[Breach]]] = {
    "mentions": _mentions,
    "aspects": _aspects,
    "at_least": _at_least,
    "at_most": _at_most,
    "denied": _denied,
    "cites": _absent,
    "never": _present,
    "pairs": _pairs,
    "year": _year,
    "power": _power,
    "share": false_shares,
    "parts": shares_that_do_not_add,
    "movement": false_changes,
}


def with_proportions(filing: Filing, said: Iterable[Statement]) -> tuple[Statement, ...]:
    """Return the numbers of the prose with its rises, falls and shares bound to the figures they follow from."""
    found: dict[tuple[str, int, int], Change | ShareSaid] = {}
    for duty in filing.form.duties:
        for one in _PROPORTIONS[duty.kind](filing, duty) if duty.kind in _PROPORTIONS else ():
            found[one.section, one.paragraph, one.said.start] = one
    return tuple(_bound(one, found.get((one.section, one.paragraph, one.numeral.start))) for one in said)


def _bound(statement: Statement, found: Change | ShareSaid | None) -> Statement:
    if found is None or statement.fields:
        return statement
    if not found.fields:
        return replace(statement, standing=Standing.UNKNOWN)
    known = replace(statement, standing=Standing.EQUAL if found.is_true else Standing.DIFFERENT, fields=found.fields)
    if isinstance(found, ShareSaid):
        return replace(known, value=found.part, of=found.of, whole=found.whole)
    return replace(known, value=found.now, before=found.was)


_PROPORTIONS: Mapping[str, Callable[[Filing, Duty], Iterator[Change | ShareSaid]]] = {
    "movement": changes_said,
    "share": shares_said,
}
