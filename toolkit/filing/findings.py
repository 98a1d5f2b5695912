"""Findings: what is wrong or doubtful in a filing, as values; and the catalogue of those no form states itself.

A finding's name is the id of the rule it broke, or a name of the catalogue (toolkit.filing.catalogue). Messages say
where, what was found and what was expected; the advice says what to do.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from toolkit.filing.catalogue.answers import ANSWERS
from toolkit.filing.catalogue.cells import CELLS
from toolkit.filing.catalogue.documents import DOCUMENTS
from toolkit.filing.catalogue.entry import Entry, Severity
from toolkit.filing.catalogue.file import FILE
from toolkit.filing.catalogue.prose import PROSE
from toolkit.filing.catalogue.round import ROUND

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.form.model import Section
    from toolkit.form.values import Figure, Value


__all__ = [
    "CATALOGUE",
    "Finding",
    "Place",
    "Severity",
    "Suspect",
    "has_errors",
    "is_let_pass",
    "locate",
    "paragraph_place",
    "raise_finding",
    "show",
]


WAIVED = "waived"  # what has closed a finding that the coordinator let pass: there is nothing left to mend
EQUAL = "几处同样可疑，从数字上分不出"  # ends the reason of suspects that figures cannot tell apart


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look: a field with its label, and its sheet and cell once a workbook is known.

    `paragraph` counts the paragraphs of a prose section from 1; 0 is the section as a whole.
    """

    field: str
    label: str
    sheet: str = ""
    cell: str = ""
    paragraph: int = 0

    def __str__(self) -> str:
        """Return the place as a clerk finds it."""
        return f"{self.sheet}!{self.cell}" if self.cell else self.label or self.sheet


def paragraph_place(section: Section, number: int) -> Place:
    """Return the place of a section's paragraph, counted from 1; 0 is the section as a whole."""
    label = f"{section.heading} 第 {number} 段" if number else section.heading
    return Place(section.id, label, paragraph=number)


@dataclass(frozen=True, slots=True)
class Suspect:
    """A cell whose change would mend the finding, and the value that does it; `reason` says if others change too.

    `sheet` and `cell` are known once a workbook is. `together`: this one and the next are to be changed both, and
    so on down the list. `equal`: as likely as the first, and nothing in the figures tells them apart.
    """

    field: str
    label: str
    value: Figure
    reason: str
    sheet: str = ""
    cell: str = ""
    together: bool = False
    equal: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or doubt. `figures` are the numbers used, by Chinese name; `source` cites the form's sources.

    `follows` are findings that the change of the first suspect settles too: one slip is one finding.
    `explanation` is what the clerk says about it. `closed` says what has closed it, and is empty while it is open.
    """

    name: str
    severity: Severity
    message: str
    advice: str
    places: tuple[Place, ...] = ()
    figures: Mapping[str, Value] = field(default_factory=dict)
    source: str = ""
    suspects: tuple[Suspect, ...] = ()
    follows: tuple[Finding, ...] = ()
    explanation: str = ""
    closed: str = ""


# Every finding no form states itself, by name, in the order of the reference page.
CATALOGUE: Mapping[str, Entry] = {**FILE, **CELLS, **PROSE, **ANSWERS, **DOCUMENTS, **ROUND}


def raise_finding(
    name: str,
    places: Iterable[Place] = (),
    figures: Mapping[str, Value] | None = None,
    **words: object,
) -> Finding:
    """Return a finding of the catalogue, its message and advice filled with `words`.

    Raises:
        KeyError: no such name, or a word the message needs is missing; both are our own mistakes.
    """
    entry = CATALOGUE[name]
    return Finding(
        name=name,
        severity=entry.severity,
        message=entry.message.format(**words),
        advice=entry.advice.format(**words),
        places=tuple(places),
        figures=dict(figures or {}),
    )


def locate(
    findings: Iterable[Finding],
    cells: Mapping[str, tuple[str, str]],
    paragraphs: Mapping[tuple[str, int], tuple[str, str]] | None = None,
) -> tuple[Finding, ...]:
    """Return the findings with sheet and cell written into places and suspects.

    `cells` knows where a field stands, `paragraphs` where a section's paragraph does, counted from 1.
    """

    def placed(place: Place) -> Place:
        home = cells.get(place.field, ("", ""))
        sheet, cell = (paragraphs or {}).get((place.field, place.paragraph), home)
        return place if place.cell or not cell else replace(place, sheet=sheet, cell=cell)

    def suspected(suspect: Suspect) -> Suspect:
        sheet, cell = cells.get(suspect.field, ("", ""))
        return replace(suspect, sheet=sheet, cell=cell)

    return tuple(
        replace(
            finding,
            places=tuple(map(placed, finding.places)),
            suspects=tuple(map(suspected, finding.suspects)),
            follows=locate(finding.follows, cells, paragraphs),
        )
        for finding in findings
    )


def has_errors(findings: Iterable[Finding]) -> bool:
    """Return whether anything keeps the filing from being accepted."""
    return any(finding.severity is Severity.ERROR for finding in findings)


_UNREADABLE = 10**25  # nobody reads a number of more digits than that


def is_let_pass(finding: Mapping[str, Any]) -> bool:
    """Return whether a finding, as it is in the JSON of `xxgk check`, is an error that the coordinator let pass."""
    return finding["severity"] == Severity.ERROR and finding.get("closed") == WAIVED


def show(value: Value) -> str:
    """Return a value as a clerk would write it: figures without trailing zeros, blanks as （空）.

    A number of dozens of digits, which no organ has, is shown by its first ones.
    """
    if value is None or value == "":
        return "（空）"
    if isinstance(value, int | Decimal) and abs(Decimal(value)) >= _UNREADABLE:
        return f"{Decimal(value):.3E}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value) if not isinstance(value, str) else f"“{value}”"
