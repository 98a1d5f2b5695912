"""Which phrase of the form leads to a number in the prose: the words around it, compiled once for a form.

All words are data (phrases.toml); those beside a phrase's own are regular expressions, mostly plain words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from operator import add
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.filing.prose.numerals import Numeral
    from toolkit.form.model import Form, Phrase

_SEGMENT = re.compile(r"[。；;，：:！!？?\n]|,(?![0-9])")
_STOP = "。"
_SENTENCE = re.compile(r"[。；;！!？?\n]")
_LONGEST_GAP = 16  # characters between a phrase and its number
_FOLLOWING = 8  # characters behind a number that say what it counts
_REACH = 60  # characters before a number in which its phrase stands
_GAP = r"[^。；;，：:！!？?\n0-9]*?"
# Another thing stands before it, without a number of its own.
_JOINED = re.compile(r"[^0-9\s件宗份起部](?:(?<!涉)及|[和与或、])$")
_BETWEEN = "…"
_LABELLED = re.compile(r"[：:]\s*$")  # a label before its number, and nothing but the end of the clause behind it
_OPEN, _COLONS = "（(、", ("：", ":")
_LISTING = (
    "、",
    "和",
    "及",
    "与",
)  # what is said before one belongs to the number before it: 15件行政复议、13件行政诉讼
_NEVER = re.compile(r"(?!)")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


@dataclass(frozen=True, slots=True)
class Setting:
    """What stands around a number: its part of the sentence, what leads to that, the whole sentence so far, and behind.

    `passage` is all since the last full stop, semicolons or not.
    `year` is the year the sentence speaks of there, None where it names none. `is_own` says whether the table the
    number may belong to was the last thing spoken of, None where neither it nor anything else was.
    """

    before: str
    leading: str
    sentence: str
    passage: str
    following: str
    year: int | None = None
    is_own: bool | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase that leads to a number, the words as they stand there, and whether a difference may be no fault."""

    phrase: Phrase
    words: str
    is_doubtful: bool = False


@dataclass(frozen=True)
class PhraseBook:
    """The words of one form, ready to be looked for."""

    form: Form

    def settings(self, text: str, heading: str, organ: str, numerals: tuple[Numeral, ...]) -> Iterator[Setting]:
        """Yield what stands around each number of a paragraph; the heading above it tells what it is about."""
        above = list(self._topics(f"{heading}\n"))[-1:] if heading else []
        topics = [(-1, is_own) for _, is_own in above]
        topics += self._topics(text, is_other=bool(above) and not above[0][1])
        for place, numeral in enumerate(numerals):
            known = text[: numeral.start]
            past = next((one.end for one in numerals[:place][::-1] if one.unit in self._counted), 0)
            behind = text[numeral.end : numerals[place + 1].start if place + 1 < len(numerals) else len(text)]
            following = _SEGMENT.split(behind, maxsplit=1)[0]
            colon = _LABELLED.search(known) if not following.strip() or following[0] in _OPEN else None
            cuts = [found.end() for found in _SEGMENT.finditer(known, 0, colon.start() if colon else len(known))]
            start = cuts[-1] if cuts else 0
            leading = max(cuts[-2] if len(cuts) > 1 else 0, min(past, start))
            sentence = max((found.end() for found in _SENTENCE.finditer(known)), default=0)
            yield Setting(
                before=self._plain(text[start : numeral.start], organ),
                leading=self._plain(text[max(leading, sentence) : numeral.start], organ),
                sentence=text[sentence : numeral.start],
                passage=known.rpartition(_STOP)[2],
                following=following,
                year=self._year_before(place, numerals, sentence),
                is_own=next((is_own for at, is_own in reversed(topics) if at <= numeral.start), None),
            )

    def is_passed_over(self, setting: Setting) -> bool:
        """Return whether the words about a number say that it measures what the tables do not hold."""
        return bool(
            self._any["passed_over"].search(setting.before)
            or self._any["followed_by"].match(setting.following[:_FOLLOWING])
        )

    def phrase_at(self, setting: Setting, unit: str, year: int) -> Found | None:
        """Return the phrase that ends nearest before a number, else one that begins right behind it.

        Phrases that only ever agree come last. None is returned too where what stands nearest measures something else,
        or the number is that of a part only.
        """
        for found in (self._before(setting, unit, sure=True), self._behind(setting, unit)):
            if found is not None and self._may_state(found.phrase, setting, year):
                return replace(found, is_doubtful=found.is_doubtful or self._is_doubtful(found.phrase, setting))
        found = self._before(setting, unit, sure=False)
        return found if found is not None and self._may_state(found.phrase, setting, year) else None

    def _may_state(self, phrase: Phrase, setting: Setting, year: int) -> bool:
        if setting.year not in (None, year) and setting.year not in [year + offset for offset in phrase.years]:
            return False
        if not phrase.of_part and self._any["parts"].search(setting.leading):
            return False
        return phrase.table not in self._tables or setting.is_own is not False

    def _is_doubtful(self, phrase: Phrase, setting: Setting) -> bool:
        is_about = phrase.table in self._tables
        return bool(
            (is_about and phrase.needs_topic and setting.is_own is None)
            or _any_of(phrase.doubts).search(setting.passage)
        )

    def _before(self, setting: Setting, unit: str, *, sure: bool) -> Found | None:
        start = max(0, len(setting.before) - _REACH)
        best: tuple[int, int, Found] | None = None
        for phrase, pattern in self._leading.get((unit, sure), self._of_no_table).in_text(setting.before[start:]):
            for found in pattern.finditer(setting.before, start):
                gap = setting.before[found.end() :]
                if self._is_meant(phrase, gap, setting) and (
                    best is None or (found.end(), found.end() - found.start()) > best[:2]
                ):
                    is_joined = bool(_JOINED.search(setting.before, 0, found.start()))
                    is_loose = phrase.agrees_only or is_joined or self._is_loose_label(phrase, gap, setting)
                    meant = Found(phrase, found[0], is_loose)
                    best = (found.end(), found.end() - found.start(), meant)
        return best[2] if best and best[2].phrase.table else None

    def _is_meant(self, phrase: Phrase, gap: str, setting: Setting) -> bool:
        if len(gap) > _LONGEST_GAP or any(sign.isdigit() for sign in gap):
            return False
        if not phrase.table:
            return True
        if gap.rstrip()[-1:] in _LISTING:
            return False
        if _any_of(phrase.unless).search(setting.leading) or self._any["breaks"].search(gap):
            return False
        return self._is_spoken_of(phrase, setting.sentence)

    def _is_spoken_of(self, phrase: Phrase, sentence: str) -> bool:
        return not phrase.needs or bool(_any_of(phrase.needs).search(sentence))

    def _is_loose_label(self, phrase: Phrase, gap: str, setting: Setting) -> bool:
        """Return whether a label before a colon may be that of another list.

        A total must be said to be one of requests; of what was done with them the words are the form's own.
        """
        if gap.rstrip()[-1:] not in _COLONS:
            return False
        if len(gap) > 1 or phrase.table not in self._tables:
            return True
        return setting.is_own is not True and bool(phrase.needs_topic or phrase.years)

    def _behind(self, setting: Setting, unit: str) -> Found | None:
        for phrase in self._followed.get(unit, ()):
            if setting.following.startswith(phrase.after):
                words = next(words for words in phrase.after if setting.following.startswith(words))
                if words and self._is_spoken_of(phrase, f"{setting.sentence}{setting.following}"):
                    return Found(phrase, words, phrase.agrees_only)
        return None

    @cached_property
    def _followed(self) -> Mapping[str, tuple[Phrase, ...]]:
        """By unit, the phrases that may stand behind a number."""
        phrases = [phrase for phrase in self.form.phrases if phrase.after]
        return {unit: tuple(phrase for phrase in phrases if unit in phrase.units) for unit in self._counted}

    @cached_property
    def _counted(self) -> frozenset[str]:
        return frozenset(unit for phrase in self.form.phrases for unit in phrase.units)

    @cached_property
    def _leading(self) -> Mapping[tuple[str, bool], _Phrases]:
        """By unit, and by whether they are sure, the phrases that may lead to a number."""
        return {
            (unit, sure): _Phrases(
                phrase for phrase in self.form.phrases
                if not phrase.table or (unit in phrase.units and phrase.agrees_only != sure)
            )
            for unit in self._counted
            for sure in (True, False)
        }  # fmt: skip

    @cached_property
    def _of_no_table(self) -> _Phrases:
        return _Phrases(phrase for phrase in self.form.phrases if not phrase.table)

    @cached_property
    def _any(self) -> Mapping[str, re.Pattern[str]]:
        said = self.form.said
        names = ("passed_over", "followed_by", "breaks", "parts", "neutral")
        return {name: _any_of(getattr(said, name)) for name in names}

    @cached_property
    def _subjects(self) -> re.Pattern[str]:
        said = self.form.said
        weak = "|".join(said.subject_weak) or _NEVER.pattern
        return re.compile(
            f"(?P<other>{'|'.join(said.subject_others)})|(?P<own>{'|'.join(said.subject)})|(?P<weak>{weak})"
        )

    @cached_property
    def _tables(self) -> frozenset[str]:
        return frozenset(self.form.said.subject_tables)

    def is_of_part(self, text: str, organ: str) -> bool:
        """Return whether a text speaks of a part: a channel, a kind of applicant, an organ below."""
        return bool(self._any["parts"].search(self._plain(text, organ)))

    def _topics(self, text: str, *, is_other: bool = False) -> Iterator[tuple[int, bool]]:
        for found in self._subjects.finditer(text) if self._tables else ():
            if not (is_other and found["weak"]):
                is_other = found["other"] is not None
                yield found.start(), not is_other

    def _plain(self, text: str, organ: str) -> str:
        """Return a text without the organ's own name and the words that say nothing about a number."""
        return self._any["neutral"].sub("", text.replace(organ, "") if organ else text)

    def _year_before(self, place: int, numerals: tuple[Numeral, ...], sentence: int) -> int | None:
        """Return the year that the dates right before a number name, in its sentence."""
        dates = self.form.said.dates
        for numeral in reversed(numerals[:place]):
            if numeral.start < sentence or numeral.unit not in dates:
                return None
            if _FIRST_YEAR <= numeral.value <= _LAST_YEAR:
                return int(numeral.value)
        return None


class _Phrases:
    """Phrases with their patterns; those that may stand in a text are found by the two signs their words begin with."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._all = tuple((phrase, _pattern(phrase.words)) for phrase in phrases)
        self._places: dict[str, set[int]] = {}
        for place, (phrase, _) in enumerate(self._all):
            for words in phrase.words:
                self._places.setdefault(words.partition(_BETWEEN)[0][:2], set()).add(place)

    def in_text(self, text: str) -> list[tuple[Phrase, re.Pattern[str]]]:
        """Return those that may stand in a text, in their order."""
        begun = self._places.keys() & {*text, *map(add, text, text[1:])}
        return [self._all[place] for place in sorted(set().union(*map(self._places.__getitem__, begun)))]


@lru_cache(maxsize=8)
def phrase_book(form: Form) -> PhraseBook:
    """Return a form's words ready to be looked for."""
    return PhraseBook(form)


@lru_cache(maxsize=512)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(words)) if words else _NEVER


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(words, key=len, reverse=True)
    return re.compile("|".join(_GAP.join(map(re.escape, one.split(_BETWEEN))) for one in ordered))
