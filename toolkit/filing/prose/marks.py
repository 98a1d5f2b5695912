"""Prose with live figures: what a paragraph says once the marks in it are replaced by the tables' figures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.filing.findings import show
from toolkit.form.checks import number
from toolkit.form.marks import MARK, mark_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.form.model import Section
    from toolkit.form.values import Figure, Paragraph


def mark_figures(filing: Filing) -> Mapping[str, Figure]:
    """Return the figure each mark of the form stands for; blanks count nothing, as in the sheet's SUM."""
    return {
        label: sum((number(filing.values[field]) for field in fields), start=0)
        for label, fields in mark_fields(filing.form).items()
    }


def fill_marks(text: str, filing: Filing) -> str:
    """Return a text with every mark of the form replaced by its figure; other braces stay as they are."""
    figures = mark_figures(filing) if "{" in text else {}
    return MARK.sub(lambda match: show(figures[match[1]]) if match[1] in figures else match[0], text)


def filled_paragraphs(filing: Filing, section: str) -> tuple[Paragraph, ...]:
    """Return a prose section's paragraphs as they are published."""
    return tuple(
        replace(paragraph, text=fill_marks(paragraph.text, filing)) for paragraph in filing.paragraphs(section)
    )


def numbered_paragraphs(filing: Filing) -> Iterator[tuple[Section, int, Paragraph]]:
    """Yield every paragraph of the prose as it is published, with its section and its number in it from 1."""
    for section in filing.form.sections:
        if not section.is_table:
            for number, paragraph in enumerate(filled_paragraphs(filing, section.id), 1):
                yield section, number, paragraph
