"""Shares, rises and falls that the text states, held against the figures they must follow from.

What a share or a change is of is the number right before it, or the phrase that leads straight to it. It is doubted
only where it follows from no reading at all. All words are data (duties.toml, phrases.toml).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.filing.prose.agreement import fields_of, prose_paragraphs, sum_of
from toolkit.form.checks import are_numbers, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.filing.filing import Filing
    from toolkit.filing.prose.agreement import ProseParagraph, Stated
    from toolkit.filing.prose.numerals import Numeral
    from toolkit.form.guidance.duties import Duty

_HUNDRED = 100
_PERCENT = frozenset("%％")
_LEAST_SURE = 10  # a smaller number that a loose phrase leads to may agree by chance
_BEHIND = 4  # characters behind a number that may say that it is not meant exactly
_BEFORE_NUMBER = re.compile(r"[，,（(]?\s*")  # what may stand between a number and the share or change of it
_LISTED = re.compile(r"\s*[、，,和及与]\s*")  # what stands between the numbers of a list
_SENTENCE_ENDS = "。！!？?\n"


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where a duty is not kept: the paragraph (from 1, 0 for the section) and the words that show it."""

    section: str
    paragraph: int
    shown: str


@dataclass(frozen=True, slots=True)
class Change:
    """A rise or fall that the text states: where and with what words, the number, and the figures of both years."""

    section: str
    paragraph: int
    shown: str
    said: Numeral
    fields: tuple[str, ...]
    now: Decimal
    was: Decimal
    is_true: bool


@dataclass(frozen=True, slots=True)
class ShareSaid:
    """A percentage that the text calls a share: where and with what words, the number, and what it is a share of what.

    Without fields nothing tells what it is a share of. `is_sure` says that the part is stated as the tables have it.
    """

    section: str
    paragraph: int
    shown: str
    said: Numeral
    fields: tuple[str, ...] = ()
    part: Decimal | None = None
    of: tuple[str, ...] = ()
    whole: Decimal | None = None
    is_true: bool = False
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class _Share:
    """A percentage that the text calls a share, where and with what words it begins, and the number it is a share of.

    One of a list has no number where the list before it is not as long.
    """

    start: int
    label: str
    percent: Numeral
    of: Numeral | None
    is_listed: bool


def false_shares(filing: Filing, duty: Duty) -> Iterator[Breach]:
    """Yield the shares that follow from none of the wholes they could be shares of."""
    for share in shares_said(filing, duty):
        if share.is_sure and not share.is_true:
            yield Breach(share.section, share.paragraph, share.shown)


def shares_said(filing: Filing, duty: Duty) -> Iterator[ShareSaid]:
    """Yield every percentage that the text calls a share, bound to its part and its whole where they are known."""
    wholes = [_whole(filing, duty, rows) for rows in duty.rows]
    known = [(fields, value) for fields, value in wholes if value]
    for paragraph in prose_paragraphs(filing):
        for share in _shares(paragraph, duty):
            yield _bound_share(paragraph, duty, share, known)


def _whole(filing: Filing, duty: Duty, rows: str) -> tuple[tuple[str, ...], Decimal | None]:
    parts = tuple(rows.split("+"))
    return fields_of(filing.form, duty.table, parts, duty.columns), sum_of(filing, duty.table, parts, duty.columns)


def _bound_share(
    paragraph: ProseParagraph, duty: Duty, share: _Share, wholes: Sequence[tuple[tuple[str, ...], Decimal]]
) -> ShareSaid:
    stated = None if share.is_listed and not share.of else _stated(paragraph, duty, share.start, share.of)
    is_sure = stated is not None
    if stated is None and share.of:
        stated = paragraph.stated_by(share.of)  # what it says of the part is not what the tables have
    shown = _shown(paragraph, stated, share.of, share.start, share.percent)
    said = ShareSaid(paragraph.section, paragraph.place, shown, share.percent)
    if stated is None or (stated.is_doubtful and not is_sure):
        return said
    parts = [(fields, value) for fields, value in stated.readings if value is not None]
    pairs = [(*part, *whole) for part in parts for whole in wholes]
    true = [pair for pair in pairs if _is_share(pair[1], pair[3], share.percent)]
    if not pairs:
        return said
    fields, part, of, whole = (true or pairs)[0]
    return replace(said, fields=fields, part=part, of=of, whole=whole, is_true=bool(true), is_sure=is_sure)


def shares_that_do_not_add(filing: Filing, duty: Duty) -> Iterator[Breach]:
    """Yield shares of the parts of one whole that are not the parts' shares, or come to more than all of it."""
    wholes = [sum_of(filing, duty.table, tuple(rows.split("+")), duty.columns) for rows in duty.rows]
    for paragraph in prose_paragraphs(filing):
        for sentence in _by_sentence(paragraph.text, [*_shares(paragraph, duty)]):
            shown = _wrong_part(paragraph, sentence, wholes) or _too_many(duty, sentence)
            if shown:
                yield Breach(paragraph.section, paragraph.place, shown)


def false_changes(filing: Filing, duty: Duty) -> Iterator[Breach]:
    """Yield the rises and falls, in figures or in per cent, that do not follow from last year's figures."""
    for change in changes_said(filing, duty):
        if not change.is_true:
            yield Breach(change.section, change.paragraph, change.shown)


def changes_said(filing: Filing, duty: Duty) -> Iterator[Change]:
    """Yield the rises and falls whose figures of both years are known."""
    for paragraph in prose_paragraphs(filing) if filing.previous else ():
        for start, sign, said in _changes(paragraph, duty, filing.year - 1):
            of = _right_before(paragraph, start)
            stated = _stated(paragraph, duty, start, of)
            pairs = _both_years(filing, stated) if stated else []
            if stated and pairs:
                true = [pair for pair in pairs if _is_change(pair[1], pair[2], sign, said)]
                fields, now, was = (true or pairs)[0]
                shown = _shown(paragraph, stated, of, start, said)
                yield Change(paragraph.section, paragraph.place, shown, said, fields, now, was, is_true=bool(true))


def _both_years(filing: Filing, stated: Stated) -> list[tuple[tuple[str, ...], Decimal, Decimal]]:
    """Return every reading of this year against every one of last year; none where one of them is not known."""
    before = _before(filing, stated)
    now = [(fields, value) for fields, value in stated.readings if value is not None]
    return [(fields, value, was) for fields, value in now for was in before]


def _shares(paragraph: ProseParagraph, duty: Duty) -> Iterator[_Share]:
    """Yield the percentages that the duty's words lead to, and those that follow in a list."""
    for found in _compiled("|".join(duty.words)).finditer(paragraph.text):
        listed = [*_listed_from(paragraph, found.end())]
        if not listed or any(_is_loose(paragraph.text, percent, duty) for percent in listed):
            continue
        label = re.split(r"[，,。；;：:]", paragraph.text[: found.start()])[-1]
        if len(listed) == 1:
            yield _Share(found.start(), label, listed[0], _right_before(paragraph, found.start()), is_listed=False)
            continue
        of = [one for one in paragraph.numerals if one.end <= found.start()][-len(listed) :]
        is_same = len(of) == len(listed) and len({one.unit for one in of}) == 1
        for place, percent in enumerate(listed):
            yield _Share(found.start(), label, percent, of[place] if is_same else None, is_listed=True)


def _listed_from(paragraph: ProseParagraph, start: int) -> Iterator[Numeral]:
    """Yield the percentages that stand in a list from a place on."""
    for numeral in paragraph.numerals:
        if numeral.start >= start:
            between = paragraph.text[start : numeral.start]
            if numeral.unit not in _PERCENT or (between and not _LISTED.fullmatch(between)):
                return
            yield numeral
            start = numeral.end


def _changes(paragraph: ProseParagraph, duty: Duty, last_year: int) -> Iterator[tuple[int, int, Numeral]]:
    """Yield where a comparison with last year begins, whether it rises (1) or falls (-1), and by what."""
    first = len(duty.words) // 2
    for sign, words, again in zip((1, -1), duty.words[:first], duty.words[first:], strict=True):
        for found in _compiled(words.replace("{last_year}", str(last_year))).finditer(paragraph.text):
            said = _starting(paragraph, found.end())
            if said is None or _is_loose(paragraph.text, said, duty):
                continue
            yield found.start(), sign, said
            follows = _compiled(again).match(paragraph.text, said.end)
            more = _starting(paragraph, follows.end()) if follows else None
            if more is not None and more.unit in _PERCENT and not _is_loose(paragraph.text, more, duty):
                yield found.start(), sign, more


def _starting(paragraph: ProseParagraph, at: int) -> Numeral | None:
    return next((numeral for numeral in paragraph.numerals if numeral.start == at), None)


def _stated(paragraph: ProseParagraph, duty: Duty, at: int, of: Numeral | None) -> Stated | None:
    """Return what the words at a place are about: a number that agrees with the tables, else the phrase before them."""
    if of is None:
        stated = paragraph.stated_at(at, duty.unit)
        between = paragraph.text[:at].rpartition(stated.words)[2] if stated else ""
        return stated if stated and not stated.is_doubtful and re.fullmatch(duty.pattern, between) else None
    stated = paragraph.stated_by(of)
    if stated is None or (stated.is_doubtful and of.value < _LEAST_SURE):
        return None
    is_true = any(value == of.value for _, value in stated.readings)
    return replace(stated, readings=tuple(pair for pair in stated.readings if pair[1] == of.value)) if is_true else None


def _before(filing: Filing, stated: Stated) -> list[Decimal]:
    """Return last year's figures of what is stated; none where one of them is not known."""
    found = []
    for fields, _ in stated.readings:
        before = [filing.previous.get(name) for name in fields]
        if not are_numbers(before):
            return []
        found.append(sum((Decimal(number(value)) for value in before), start=Decimal(0)))
    return found


def _shown(paragraph: ProseParagraph, stated: Stated | None, of: Numeral | None, at: int, said: Numeral) -> str:
    """Return the words from what is spoken of to the number that does not follow from it."""
    start = of.start if of else paragraph.text.rfind(stated.words if stated else "", 0, at)
    return paragraph.text[start : said.end]


def _right_before(paragraph: ProseParagraph, at: int) -> Numeral | None:
    """Return the number that ends at a place, but for a comma or a bracket."""
    last = next((numeral for numeral in reversed(paragraph.numerals) if numeral.end <= at), None)
    return last if last and _BEFORE_NUMBER.fullmatch(paragraph.text[last.end : at]) else None


def _is_loose(text: str, said: Numeral, duty: Duty) -> bool:
    return said.is_about or any(word in text[said.end : said.end + _BEHIND] for word in duty.unless)


def _wrong_part(paragraph: ProseParagraph, shares: Sequence[_Share], wholes: Iterable[Decimal | None]) -> str:
    """Return the shares of numbers that together are a whole said before, where one is no share of it."""
    parts = [share.of for share in shares if share.of is not None]
    if len(parts) < len(shares) or len(parts) <= 1 or len({part.unit for part in parts}) > 1:
        return ""
    said = {one.value for one in paragraph.numerals if one.unit == parts[0].unit and one.end <= parts[0].start}
    known = {*said, *(whole for whole in wholes if whole is not None)}
    whole = sum((part.value for part in parts), start=Decimal(0))
    if whole not in known or whole < _LEAST_SURE:
        return ""
    wrong = any(not any(_is_share(share.of.value, one, share.percent) for one in known) for share in shares if share.of)
    return paragraph.text[parts[0].start : shares[-1].percent.end] if wrong else ""


def _too_many(duty: Duty, shares: Sequence[_Share]) -> str:
    """Return shares of one kind, of which each thing is only one, that come to more than all."""
    total, step = sum(share.percent.value for share in shares), sum(share.percent.step for share in shares)
    if len(shares) > 1 and total > _HUNDRED + step / 2:
        is_one_kind = any(all(re.search(kind, share.label) for share in shares) for kind in duty.exclusive)
        return f"{'＋'.join(share.percent.text for share in shares)}＝{total}%" if is_one_kind else ""
    return ""


def _by_sentence(text: str, shares: Sequence[_Share]) -> Iterator[list[_Share]]:
    ends = [at for at, sign in enumerate(text) if sign in _SENTENCE_ENDS]
    for start, end in zip([0, *ends], [*ends, len(text)], strict=True):
        if mine := [share for share in shares if start <= share.start < end]:
            yield mine


def _is_share(part: Decimal, whole: Decimal | None, percent: Numeral) -> bool:
    return bool(whole) and whole is not None and _rounds_to(part * _HUNDRED / whole, percent)


def _is_change(now: Decimal, was: Decimal, sign: int, said: Numeral) -> bool:
    change = (now - was) * sign
    if said.unit not in _PERCENT:
        return _rounds_to(change, said)
    return not was or _rounds_to(change * _HUNDRED / was, said)


def _rounds_to(value: Decimal, said: Numeral) -> bool:
    """Return whether a value rounded or cut to the places of a stated one gives it."""
    return abs(value - said.value) * 2 <= said.step or 0 <= value - said.value < said.step


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
