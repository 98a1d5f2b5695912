"""What the text itself owes: aspects it must mention, claims the tables deny, shares and changes that do not follow.

Every duty is data (duties.toml of an edition): its words, its severity, its source. Nothing here knows a Chinese word.
A duty is broken only where the text cannot be read so that it holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.filing.findings import Finding, Severity, paragraph_place, show
from toolkit.filing.prose.agreement import Standing, statements, sum_of
from toolkit.filing.prose.marks import numbered_paragraphs
from toolkit.form.checks import INVISIBLE, is_number, number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.filing.prose.agreement import Statement
    from toolkit.form.model import Duty

_SENTENCE = re.compile(r"[^。；;！!？?\n]+")
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*[%％]")
_YEAR = re.compile(r"(20[0-9]{2})\s*年")
_EXCERPT = 40
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where a duty is not kept: the paragraph (from 1, 0 for the section) and the words that show it."""

    section: str
    paragraph: int
    shown: str


def check_duties(filing: Filing, said: tuple[Statement, ...] | None = None) -> Iterator[Finding]:
    """Yield a finding for every duty of the form that the text does not keep.

    `said` are the filing's statements where they are known already.
    """
    said = statements(filing) if said is None else said
    for duty in filing.form.duties:
        if duty.kind in _OF_NUMBERS:
            breaches = _OF_NUMBERS[duty.kind](filing, duty, said)
        else:
            breaches = _KINDS[duty.kind](filing, duty)
        for breach in breaches:
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
    if 0 < len(whole) < duty.limit:
        yield Breach(duty.section, 0, whole)


def _at_most(filing: Filing, duty: Duty) -> Iterator[Breach]:
    length = len(_whole(filing, duty))
    if length > duty.limit:
        yield Breach(duty.section, 0, f"现有 {length} 字")


def _denied(filing: Filing, duty: Duty) -> Iterator[Breach]:
    """A claim stands in the text while the figures it denies are above nought."""
    total = sum_of(filing, duty.table, duty.rows, duty.columns)
    if total:
        yield from _found(filing, duty, lambda text: _any(duty.words, text))


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
        return found if found and int(found[1]) != filing.year else None

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
    return sentence[start : start + _EXCERPT].strip()


def _share(filing: Filing, duty: Duty, said: tuple[Statement, ...]) -> Iterator[Breach]:
    """A share that follows from none of the wholes it could be a share of."""
    wholes = [sum_of(filing, duty.table, tuple(rows.split("+")), duty.columns) for rows in duty.rows]
    for statement, between, percent in _percents(filing, duty, said):
        if statement.value is None or not _is_between(duty.words, between) or not any(wholes):
            continue
        if not any(whole and _rounds_to(statement.value * _HUNDRED / whole, percent) for whole in wholes):
            yield Breach(statement.section, statement.paragraph, f"{statement.numeral.text}{between}{percent}%")


def _movement(filing: Filing, duty: Duty, said: tuple[Statement, ...]) -> Iterator[Breach]:
    """A rise or fall that does not follow from last year's figures."""
    for statement, between, percent in _percents(filing, duty, said):
        before = [filing.previous.get(name) for name in statement.fields]
        if statement.value is None or not before or not all(map(is_number, before)):
            continue
        rising, falling = (_is_between((words,), between) for words in duty.words[:2])
        was = sum((Decimal(number(value)) for value in before), start=Decimal(0))
        if rising == falling or not was:
            continue
        change = (statement.value - was) * _HUNDRED / was * (1 if rising else -1)
        if not _rounds_to(change, percent):
            yield Breach(statement.section, statement.paragraph, f"{statement.numeral.text}{between}{percent}%")


def _percents(filing: Filing, duty: Duty, said: tuple[Statement, ...]) -> Iterator[tuple[Statement, str, Decimal]]:
    """Yield each bound number with the percentage behind it, and the words between: no other number may stand there."""
    texts = {(section, place): text for section, place, text in _texts(filing, duty)}
    for statement in said:
        text = texts.get((statement.section, statement.paragraph), "")
        found = _PERCENT.search(text, statement.numeral.end) if statement.standing is Standing.EQUAL else None
        between = text[statement.numeral.end : found.start()] if found else ""
        if found and len(between) <= duty.limit and not re.search(r"[0-9。；;\n]", between):
            yield statement, between, Decimal(found[1])


def _is_between(words: tuple[str, ...], between: str) -> bool:
    return any(re.search(word, between) for word in words)


def _rounds_to(value: Decimal, stated: Decimal) -> bool:
    """Return whether a value rounded or cut to the places of a stated one gives it."""
    step = Decimal(1).scaleb(int(stated.as_tuple().exponent))
    return abs(value - stated) * 2 <= step or 0 <= value - stated < step


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
}
_OF_NUMBERS: Mapping[str, Callable[[Filing, Duty, tuple[Statement, ...]], Iterator[Breach]]] = {
    "share": _share,
    "movement": _movement,
}
