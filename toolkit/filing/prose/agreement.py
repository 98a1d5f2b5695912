"""Words and figures: which figure of the tables a number in the prose states, and whether they agree.

A number is taken for a figure only where a phrase of the form leads straight to it; what can be read otherwise is never
doubted. The phrases are data (phrases.toml); nothing here knows a word of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.filing.findings import Place, paragraph_place, raise_finding, show
from toolkit.filing.prose.marks import numbered_paragraphs
from toolkit.filing.prose.numerals import Numeral, find_numerals
from toolkit.form.checks import is_number, number, typed_parts
from toolkit.form.ids import figure_id
from toolkit.form.rules import total_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding
    from toolkit.form.model import Form, Phrase

_SEGMENT = re.compile(r"[。；;，：:！!？?\n]")
_LONGEST_GAP = 12  # characters between a phrase and its number
_GAP = r"[^。；;，：:！!？?\n]*?"
_BETWEEN = "…"
_EXCERPT = 60


class Standing(StrEnum):
    """What a number in the prose is."""

    EQUAL = "equal"  # states a figure of the tables and agrees with it
    DIFFERENT = "different"
    PENDING = "pending"  # states a figure that is not there yet
    OTHER = "other"  # measures something the tables do not hold
    UNKNOWN = "unknown"  # not understood


@dataclass(frozen=True, slots=True)
class Statement:
    """One number of the prose: where it stands, what it is, and for a bound one the fields and their sum.

    `convention` is the place among the sums the phrase may mean, from 0, of the one it agrees with.
    """

    section: str
    paragraph: int  # from 1
    numeral: Numeral
    standing: Standing
    sentence: str
    words: str = ""
    fields: tuple[str, ...] = ()
    value: Decimal | None = None
    convention: int = 0


def statements(filing: Filing) -> tuple[Statement, ...]:
    """Return every number with a unit the form's phrases know, in the order of the text; headings are left out."""
    form = filing.form
    if not form.phrases:
        return ()
    return tuple(
        statement
        for section, place, paragraph in numbered_paragraphs(filing)
        if paragraph.level == 0
        for statement in _in_text(filing, section.id, place, paragraph.text)
    )


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


def _in_text(filing: Filing, section: str, place: int, text: str) -> Iterator[Statement]:
    for numeral in find_numerals(text, _units(filing.form)):
        start = max((found.end() for found in _SEGMENT.finditer(text, 0, numeral.start)), default=0)
        before = text[start : numeral.start]
        yield _judged(filing, Statement(section, place, numeral, Standing.UNKNOWN, _sentence(text, numeral)), before)


def _judged(filing: Filing, statement: Statement, before: str) -> Statement:
    form, numeral = filing.form, statement.numeral
    if any(word in before for word in form.passed_over):
        return _as(statement, Standing.OTHER)
    found = _phrase_before(form, before, numeral.unit)
    if found is None:
        return statement
    phrase, words = found
    sums = [_sum(filing, phrase, rows, numeral.unit) for rows in phrase.sums]
    for convention, (fields, value) in enumerate(sums):
        if value is not None and _agrees(numeral, value):
            return _as(statement, Standing.EQUAL, words, fields, value, convention)
    if any(value is None for _, value in sums):
        return _as(statement, Standing.PENDING, words, sums[0][0])
    return _as(statement, Standing.DIFFERENT, words, *sums[0])


def _as(
    statement: Statement,
    standing: Standing,
    words: str = "",
    fields: tuple[str, ...] = (),
    value: Decimal | None = None,
    convention: int = 0,
) -> Statement:
    return Statement(
        statement.section, statement.paragraph, statement.numeral, standing, statement.sentence, words, fields, value,
        convention,
    )  # fmt: skip


def _phrase_before(form: Form, before: str, unit: str) -> tuple[Phrase, str] | None:
    """Return the phrase that ends nearest before a number, and its words as they stand there."""
    best: tuple[int, int, Phrase, str] | None = None
    for phrase, pattern in _patterns(form):
        if unit not in phrase.units:
            continue
        for found in pattern.finditer(before):
            gap = before[found.end() :]
            if len(gap) > _LONGEST_GAP or any(character.isdigit() for character in gap):
                continue
            if any(word in before for word in phrase.unless) or any(word in gap for word in form.breaks):
                continue
            length = found.end() - found.start()
            if best is None or (found.end(), length) > best[:2]:
                best = (found.end(), length, phrase, found[0])
    return None if best is None else (best[2], best[3])


@lru_cache(maxsize=8)
def _patterns(form: Form) -> tuple[tuple[Phrase, re.Pattern[str]], ...]:
    def pattern(words: str) -> str:
        return _GAP.join(re.escape(piece) for piece in words.split(_BETWEEN))

    return tuple(
        (phrase, re.compile("|".join(pattern(words) for words in sorted(phrase.words, key=len, reverse=True))))
        for phrase in form.phrases
    )


@lru_cache(maxsize=8)
def _units(form: Form) -> tuple[str, ...]:
    return tuple(dict.fromkeys(unit for phrase in form.phrases for unit in phrase.units))


def _sum(filing: Filing, phrase: Phrase, rows: tuple[str, ...], unit: str) -> tuple[tuple[str, ...], Decimal | None]:
    total = sum_of(filing, phrase.table, rows, phrase.columns)
    return _fields(filing, phrase.table, rows, phrase.columns), None if total is None else total * phrase.units[unit]


def sum_of(filing: Filing, table: str, rows: tuple[str, ...], columns: tuple[str, ...]) -> Decimal | None:
    """Return the sum of some columns over some rows (groups stand for what is in them); None while a part is no number.

    A total that rests on a blank or on text is no figure yet.
    """
    fields = _fields(filing, table, rows, columns)
    parts = total_parts(filing.form)
    if not all(is_number(filing.answers.get(part)) for name in fields for part in typed_parts(name, parts)):
        return None
    return sum((Decimal(number(filing.values[name])) for name in fields), start=Decimal(0))


def _fields(filing: Filing, table: str, rows: tuple[str, ...], columns: tuple[str, ...]) -> tuple[str, ...]:
    entry = filing.form.table(table)
    leaves = entry.rows_under(rows) if rows else tuple(row.id for row in entry.leaf_rows())
    return tuple(figure_id(table, row, column) for row in leaves for column in columns)


def _agrees(numeral: Numeral, value: Decimal) -> bool:
    """Return whether a stated number is the figure, rounded or cut to the places the statement has."""
    if numeral.step == 1:
        return numeral.value == value
    return abs(numeral.value - value) * 2 <= numeral.step or 0 <= value - numeral.value < numeral.step


def _sentence(text: str, numeral: Numeral) -> str:
    start = max(text.rfind("。", 0, numeral.start), text.rfind("；", 0, numeral.start)) + 1
    end = text.find("。", numeral.end)
    sentence = text[start : end + 1 if end >= 0 else len(text)].strip()
    return sentence if len(sentence) <= _EXCERPT else text[max(start, numeral.start - 30) : numeral.end + 10].strip()
