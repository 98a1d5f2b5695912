"""Official tables drawn as they are printed, with what the desk has to say about single cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.campaign.intake.waivers import is_open
from toolkit.report.document import sections_of
from toolkit.report.html import html_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.form.values import Paragraph
    from toolkit.report.html import HtmlTable


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said of one cell: how bad (a severity, `closed`, or `changed`), and the numbers of the findings."""

    severity: str
    numbers: tuple[int, ...] = ()

    @property
    def sign(self) -> str:
        """The sign beside the figure; colour alone says nothing to many."""
        return {"error": "✗", "warning": "！", "note": "注", "closed": "✓", "changed": "→"}[self.severity]

    @property
    def words(self) -> str:
        """The sign in words."""
        said = {"error": "错误", "warning": "提醒", "note": "说明", "closed": "已定", "changed": "改成"}[self.severity]
        return f"{said}第 {'、'.join(map(str, self.numbers))} 条" if self.numbers else said


@dataclass(frozen=True, slots=True)
class Drawn:
    """One section of a form: its heading, and its table or its paragraphs."""

    heading: str
    table: HtmlTable | None
    paragraphs: tuple[Paragraph, ...]


def draw_sections(filing: Filing) -> tuple[Drawn, ...]:
    """Return every section of a filing in printed order."""
    return tuple(
        Drawn(section.heading, html_table(section.table) if section.table else None, section.paragraphs)
        for section in sections_of(filing)
    )


def marks_of(findings: Iterable[Mapping[str, Any]]) -> Mapping[str, Mark]:
    """Return what findings say of cells, by field: the worst first, as findings come in that order, then the closed."""
    marks: dict[str, Mark] = {}
    for number, finding in sorted(enumerate(findings, 1), key=lambda one: not is_open(one[1])):
        for field in dict.fromkeys(_fields(finding)):
            known = marks.get(field, Mark(finding["severity"] if is_open(finding) else "closed"))
            marks[field] = Mark(known.severity, (*known.numbers, number))
    return marks


def _fields(finding: Mapping[str, Any]) -> Iterator[str]:
    for place in (*finding["suspects"], *finding["places"]):
        if place["field"]:
            yield place["field"]
