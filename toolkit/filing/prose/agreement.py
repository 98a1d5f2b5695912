"""Words and figures: which figure of the tables a number in the prose states, and whether they agree.

A number is taken for a figure only where a phrase of the form leads straight to it; what can be read otherwise is never
doubted. The phrases are data (phrases.toml); nothing here knows a word of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from toolkit.filing.excerpts import passage
from toolkit.filing.findings import Place, paragraph_place, raise_finding, show
from toolkit.filing.prose.marks import numbered_paragraphs
from toolkit.filing.prose.numerals import Numeral, find_numerals
from toolkit.filing.prose.phrases import phrase_book
from toolkit.form.checks import are_numbers, number, typed_parts
from toolkit.form.ids import figure_id
from toolkit.form.rules import total_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding
    from toolkit.filing.prose.phrases import Found, Setting
    from toolkit.form.model import Form, Phrase

_EXCERPT, _AHEAD, _BEHIND = 60, 30, 10  # signs of a sentence, and about its number where it is longer
_READINGS_KEPT = 1 << 10  # a form's phrases have some hundred readings


class Standing(StrEnum):
    """What a number in the prose is."""

    EQUAL = "equal"  # states a figure of the tables and agrees with it
    DIFFERENT = "different"
    PENDING = "pending"  # states a figure that is not there yet
    DATE = "date"  # a date, a term or the number of a document
    OTHER = "other"  # measures something the tables do not hold
    UNKNOWN = "unknown"  # not understood


@dataclass(frozen=True, slots=True)
class Statement:
    """One number of the prose: where it stands, what it is, and for a bound one the fields and their sum.

    `convention` names the manner of counting it agrees with, where the phrase allows several that differ. A rise or
    fall has the figure of last year as `before`, and is bound to that of both years; a share has its whole and the
    fields `of` it.
    """

    section: str
    paragraph: int  # from 1
    numeral: Numeral
    standing: Standing
    sentence: str
    words: str = ""
    fields: tuple[str, ...] = ()
    value: Decimal | None = None
    convention: str = ""
    before: Decimal | None = None
    of: tuple[str, ...] = ()
    whole: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """A number of a paragraph as its words alone tell it: no more than `statement` where no phrase leads to it.

    `key` tells its sentence and what it counts.
    """

    key: tuple[int, str]
    statement: Statement
    found: Found | None


@dataclass(frozen=True, slots=True)
class Stated:
    """What the words before a number state: those words, and each reading as fields and their sum, None if not there.

    `is_doubtful` says that a difference from all readings may be no fault.
    """

    words: str
    readings: tuple[tuple[tuple[str, ...], Decimal | None], ...]
    is_doubtful: bool


@dataclass(frozen=True)
class ProseParagraph:
    """A paragraph as it is published, with the heading above it."""

    filing: Filing
    section: str
    place: int
    text: str
    heading: str

    @cached_property
    def numerals(self) -> tuple[Numeral, ...]:
        """Every number with the thing it counts, in order."""
        return tuple(find_numerals(self.text, _units(self.filing.form)))

    def stated_by(self, numeral: Numeral) -> Stated | None:
        """Return what a number states, None where it is no figure of the tables."""
        return self._stated((*(one for one in self.numerals if one.end <= numeral.start), numeral))

    def stated_at(self, at: int, unit: str) -> Stated | None:
        """Return what a number with a unit would state that stood at a place of the text."""
        return self.stated_by(Numeral(at, at, Decimal(0), unit, ""))

    def _stated(self, numerals: tuple[Numeral, ...]) -> Stated | None:
        book, filing = phrase_book(self.filing.form), self.filing
        *_, setting = book.settings(self.text, self.heading, filing.organ, numerals)
        unit = numerals[-1].unit
        found = None if book.is_passed_over(setting) else book.phrase_at(setting, unit, filing.year)
        if found is None:
            return None
        return Stated(found.words, _readings(filing, found.phrase, unit), found.is_doubtful)


def prose_paragraphs(filing: Filing) -> Iterator[ProseParagraph]:
    """Yield every paragraph of the prose but the headings."""
    heading = ""
    for section, place, paragraph in numbered_paragraphs(filing):
        heading = "" if place == 1 else heading
        if paragraph.level:
            heading = paragraph.text
        else:
            yield ProseParagraph(filing, section.id, place, paragraph.text, heading)


def statements(filing: Filing) -> tuple[Statement, ...]:
    """Return every number with the thing it counts, in the order of the text; headings are left out."""
    return judged(filing, spoken_in(filing))


def spoken_in(filing: Filing) -> tuple[tuple[Spoken, ...], ...]:
    """Return the numbers of every paragraph but the headings, before any figure of the tables is held against them."""
    paragraphs = prose_paragraphs(filing) if filing.form.phrases else ()
    return tuple(tuple(_in_text(paragraph)) for paragraph in paragraphs)


def judged(filing: Filing, spoken: tuple[tuple[Spoken, ...], ...]) -> tuple[Statement, ...]:
    """Return what the numbers of some paragraphs state, held against the figures of a filing."""
    return tuple(statement for paragraph in spoken for statement in _judged(filing, paragraph))


def check_prose(filing: Filing, said: tuple[Statement, ...] | None = None) -> Iterator[Finding]:
    """Yield a warning for every number of the prose that states a figure and differs from it.

    `said` are the filing's statements where they are known already.
    """
    for statement in statements(filing) if said is None else said:
        if statement.standing is Standing.DIFFERENT and statement.value is not None:
            yield _finding(filing.form, statement)


def _finding(form: Form, statement: Statement) -> Finding:
    section = form.section(statement.section)
    labels = "＋".join(f"“{form.fields[name].label}”" for name in statement.fields)
    places = [paragraph_place(section, statement.paragraph)]
    places += [Place(name, form.fields[name].label) for name in statement.fields]
    return raise_finding(
        "prose_differs",
        places,
        {"文字": statement.numeral.value, "表格": statement.value},
        section=section.heading,
        place=statement.paragraph,
        sentence=statement.sentence,
        said=statement.numeral.text,
        fields=labels,
        value=show(statement.value),
    )


def _in_text(paragraph: ProseParagraph) -> Iterator[Spoken]:
    form, numerals = paragraph.filing.form, paragraph.numerals
    settings = phrase_book(form).settings(paragraph.text, paragraph.heading, paragraph.filing.organ, numerals)
    for numeral, setting in zip(numerals, settings, strict=True):
        standing, found = _told(form, numeral, setting, paragraph.filing.year)
        sentence = _sentence(paragraph.text, numeral)
        key = (numeral.start - len(setting.sentence), numeral.unit)
        yield Spoken(key, Statement(paragraph.section, paragraph.place, numeral, standing, sentence), found)


def _told(form: Form, numeral: Numeral, setting: Setting, year: int) -> tuple[Standing, Found | None]:
    """Return what the words around a number make it, and the phrase that leads to it."""
    said, book = form.said, phrase_book(form)
    if numeral.unit in said.dates or (said.ordinal and setting.before.endswith(said.ordinal)):
        return Standing.DATE, None
    if numeral.is_about or book.is_passed_over(setting):
        return Standing.OTHER, None
    found = book.phrase_at(setting, numeral.unit, year)
    is_other = found is None and numeral.unit in said.measures
    return Standing.OTHER if is_other else Standing.UNKNOWN, found


def _judged(filing: Filing, paragraph: tuple[Spoken, ...]) -> Iterator[Statement]:
    first: dict[tuple[int, str], Standing] = {}  # of every sentence, by where it begins and what is counted
    for spoken in paragraph:
        statement, found = spoken.statement, spoken.found
        if found is not None:
            is_item = found.phrase.needs or found.phrase.table in filing.form.said.subject_tables
            is_of_other = first.get(spoken.key) in (Standing.OTHER, Standing.UNKNOWN)
            if is_of_other and is_item and not found.phrase.needs_topic:
                found = replace(found, is_doubtful=True)  # the sentence began with a number that is none of the tables'
            statement = _against_tables(filing, statement, found)
        first.setdefault(spoken.key, statement.standing)
        yield statement


def _against_tables(filing: Filing, statement: Statement, found: Found) -> Statement:
    phrase, numeral = found.phrase, statement.numeral
    sums = _readings(filing, phrase, numeral.unit)
    agreeing = [place for place, (_, value) in enumerate(sums) if value is not None and _agrees(numeral, value)]
    if agreeing:
        fields, value = sums[agreeing[0]]
        convention = phrase.conventions[agreeing[0]] if phrase.conventions and len(agreeing) == 1 else ""
        return replace(
            statement, standing=Standing.EQUAL, words=found.words, fields=fields, value=value, convention=convention
        )
    fields, value = sums[0]
    if any(total is None for _, total in sums):
        return replace(statement, standing=Standing.PENDING, words=found.words, fields=fields)
    if found.is_doubtful:
        return statement
    return replace(statement, standing=Standing.DIFFERENT, words=found.words, fields=fields, value=value)


@lru_cache(maxsize=8)
def _units(form: Form) -> tuple[str, ...]:
    bound = (unit for phrase in form.phrases for unit in phrase.units)
    return tuple(dict.fromkeys((*bound, *form.said.measures, *form.said.dates)))


def _readings(filing: Filing, phrase: Phrase, unit: str) -> tuple[tuple[tuple[str, ...], Decimal | None], ...]:
    """Return what a phrase may state, as fields and their sum in a unit."""
    found = []
    for rows, columns in phrase.readings:
        total = sum_of(filing, phrase.table, rows, columns)
        fields = fields_of(filing.form, phrase.table, rows, columns)
        found.append((fields, None if total is None else total * phrase.units[unit]))
    return tuple(found)


def sum_of(filing: Filing, table: str, rows: tuple[str, ...], columns: tuple[str, ...]) -> Decimal | None:
    """Return the sum of some columns over some rows (groups stand for what is in them); None while a part is no number.

    A total that rests on a blank or on text is no figure yet.
    """
    fields, answers = fields_of(filing.form, table, rows, columns), filing.answers
    if not are_numbers(map(answers.get, _typed_of(filing.form, fields))):
        return None
    return sum((Decimal(number(filing.values[name])) for name in fields), start=Decimal(0))


@lru_cache(maxsize=_READINGS_KEPT)
def _typed_of(form: Form, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is typed of what some fields rest on."""
    parts = total_parts(form)
    return tuple(dict.fromkeys(part for name in fields for part in typed_parts(name, parts)))


@lru_cache(maxsize=_READINGS_KEPT)
def fields_of(form: Form, table: str, rows: tuple[str, ...], columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the fields of some columns over some rows; groups stand for what is in them, no row for all."""
    entry = form.table(table)
    leaves = entry.rows_under(rows) if rows else tuple(row.id for row in entry.leaf_rows())
    return tuple(figure_id(table, row, column) for row in leaves for column in columns)


def _agrees(numeral: Numeral, value: Decimal) -> bool:
    """Return whether a stated number is the figure, rounded or cut to the places the statement has."""
    if numeral.step == 1 and value == value.to_integral_value():
        return numeral.value == value
    return abs(numeral.value - value) * 2 <= numeral.step or 0 <= value - numeral.value < numeral.step


def _sentence(text: str, numeral: Numeral) -> str:
    start = max(text.rfind("。", 0, numeral.start), text.rfind("；", 0, numeral.start)) + 1
    end = text.find("。", numeral.end)
    sentence = text[start : end + 1 if end >= 0 else len(text)]
    if len(sentence.strip()) <= _EXCERPT:
        return sentence.strip()
    return passage(sentence, numeral.start - start - _AHEAD, numeral.end - start + _BEHIND)
