"""Words and figures: what the numbers of `tests/sentences/figures.toml` are taken for, beside what they are.

`python tests/proseagreement.py` prints precision and coverage for both editions, and every number taken otherwise.
"""

from __future__ import annotations

import dataclasses
import re
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from casebook import ROOT, full_filing

from toolkit.filing.prose.agreement import Standing, statements
from toolkit.form.marks import mark_fields
from toolkit.form.registry import form_of_edition
from toolkit.form.values import Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.filing.prose.agreement import Statement
    from toolkit.form.model import Form

TABLE: Mapping[str, Any] = tomllib.loads(
    (ROOT / "tests" / "sentences" / "figures.toml").read_text(encoding="utf-8"), parse_float=Decimal
)
EDITIONS = ("2019", "2021")
YEAR = 2024  # of every sentence
ORGAN = "云河市人民政府"
_MARKED = re.compile(r"\[([^\]=≠]+)([=≠])([^\]]+)\]")
_BOUND = (Standing.EQUAL, Standing.DIFFERENT, Standing.PENDING)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a number of a sentence is: the fields it states, and whether they say the same."""

    start: int
    text: str
    fields: frozenset[str]
    agrees: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of the numbers of one edition: how many there are, state a figure, were bound, and rightly so."""

    edition: str
    numerals: int
    stating: int
    bound: int
    right: int
    contradictions: int
    found: int
    accused: int

    @property
    def precision(self) -> str:
        """The share of what was bound that was bound rightly."""
        return f"{self.right * 100 / self.bound:.1f}%"

    @property
    def coverage(self) -> str:
        """The share of what states a figure that was bound rightly."""
        return f"{self.right * 100 / self.stating:.1f}%"


def cases(edition: str) -> Iterator[Mapping[str, str]]:
    """Yield the sentences that hold of an edition."""
    yield from (case for case in TABLE["case"] if case.get("edition", edition) == edition)


def plain(form: Form, marked: str) -> tuple[str, tuple[Expected, ...]]:
    """Return a sentence without its marks, and what they say."""
    text, expected, past = "", [], 0
    for found in _MARKED.finditer(marked):
        text += marked[past : found.start()]
        fields = frozenset(field for name in found[3].split("＋") for field in _fields(form, name))
        expected.append(Expected(len(text), found[1], fields, found[2] == "="))
        text += found[1]
        past = found.end()
    return text + marked[past:], tuple(expected)


def _fields(form: Form, name: str) -> tuple[str, ...]:
    return mark_fields(form)[name] if name in mark_fields(form) else (TABLE["names"][name],)


def saying(form: Form, text: str, heading: str = "") -> Filing:
    """Return a filing with the table's figures that says this and nothing else in its first section."""
    return replace(_base(form), answers={**_base(form).answers, "overview": _paragraphs(heading, text)})


def _paragraphs(heading: str, text: str) -> tuple[Paragraph, ...]:
    return (Paragraph(heading, 1), Paragraph(text)) if heading else (Paragraph(text),)


@lru_cache
def _base(form: Form) -> Filing:
    figures = {name: value for name, value in TABLE["figures"].items() if name in form.fields}
    return replace(full_filing(form).with_answers(figures), year=YEAR, organ=ORGAN)


def taken(form: Form, case: Mapping[str, str]) -> Iterator[tuple[Expected | None, Statement | None]]:
    """Yield every number of a sentence: what it is, None where it states no figure, and what it is taken for."""
    text, expected = plain(form, case["text"])
    said = statements(saying(form, text, case.get("heading", "")))
    found = {one.numeral.start: one for one in said if one.section == "overview"}
    meant = {one.start: one for one in expected}
    for start in sorted(found.keys() | meant.keys()):
        yield meant.get(start), found.get(start)


def is_right(expected: Expected | None, statement: Statement | None) -> bool:
    """Return whether a number that was bound states these fields, and agrees or differs as it should."""
    return (
        expected is not None
        and statement is not None
        and expected.fields == frozenset(statement.fields)
        and (statement.standing is Standing.EQUAL) == expected.agrees
    )


def is_bound(statement: Statement | None) -> bool:
    """Return whether a number was taken for one of the tables."""
    return statement is not None and statement.standing in _BOUND


def measured() -> Iterator[Measured]:
    """Yield what became of the numbers, by edition."""
    for edition in EDITIONS:
        form, counts = form_of_edition(edition), Counter[str]()
        for case in cases(edition):
            for expected, statement in taken(form, case):
                counts["numerals"] += 1
                counts["stating"] += expected is not None
                counts["bound"] += is_bound(statement)
                counts["right"] += is_bound(statement) and is_right(expected, statement)
                counts["contradictions"] += expected is not None and not expected.agrees
                differs = statement is not None and statement.standing is Standing.DIFFERENT
                counts["found"] += differs and is_right(expected, statement)
                counts["accused"] += differs and (expected is None or expected.agrees)
        names = [field.name for field in dataclasses.fields(Measured)][1:]
        yield Measured(edition, *(counts[name] for name in names))


def otherwise() -> Iterator[str]:
    """Yield every number that was taken otherwise than it is, with its sentence."""
    for edition in EDITIONS:
        form = form_of_edition(edition)
        for case in cases(edition):
            for expected, statement in taken(form, case):
                if is_bound(statement) != (expected is not None) or (expected and not is_right(expected, statement)):
                    said = statement.numeral.text if statement else expected.text if expected else ""
                    became = f"{statement.standing} {statement.words} {statement.fields[:2]}" if statement else "-"
                    yield f"{edition} {said} {became}: {case['text']}"


if __name__ == "__main__":
    for row in measured():
        sys.stdout.write("\t".join(map(str, (*dataclasses.astuple(row), row.precision, row.coverage))) + "\n")
    sys.stdout.write("\n".join(otherwise()) + "\n")
