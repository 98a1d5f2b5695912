"""Prose with live figures: what a paragraph says once the marks in it are replaced by the tables' figures."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.filing.findings import paragraph_place, raise_finding, show
from toolkit.form.checks import is_number, number, typed_parts
from toolkit.form.marks import MARK, mark_fields, marks_in
from toolkit.form.rules import total_parts

if TYPE_CHECKING:
    import re
    from collections.abc import Container, Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding
    from toolkit.form.model import Form, Section
    from toolkit.form.values import Figure, Paragraph


BLANK = "\u3000"  # what is printed where a mark's figure has not been filled


def mark_figures(filing: Filing) -> Mapping[str, Figure]:
    """Return the figure each mark of the form stands for; blanks count nothing, as in the sheet's SUM."""
    return {
        label: sum((number(filing.values[field]) for field in fields), start=0)
        for label, fields in mark_fields(filing.form).items()
    }


def fill_marks(text: str, filing: Filing, blank: Container[str] = ()) -> str:
    """Return a text with every mark of the form replaced by its figure, those of `blank` by nothing.

    Other braces stay as they are.
    """
    figures = mark_figures(filing) if "{" in text else {}

    def filled(match: re.Match[str]) -> str:
        if match[1] not in figures:
            return match[0]
        return BLANK if match[1] in blank else show(figures[match[1]])

    return MARK.sub(filled, text)


def blank_marks(filing: Filing) -> frozenset[str]:
    """Return the marks that stand for figures of which not one has been filled with a number."""
    values = filing.values
    return frozenset(
        label for label, parts in _typed_under(filing.form).items() if not any(is_number(values[one]) for one in parts)
    )


@lru_cache(maxsize=8)
def _typed_under(form: Form) -> Mapping[str, tuple[str, ...]]:
    """Return the typed figures that every mark of a form is made of."""
    totals = total_parts(form)
    return {
        label: tuple(part for name in fields for part in typed_parts(name, totals))
        for label, fields in mark_fields(form).items()
    }


def filled_paragraphs(filing: Filing, section: str) -> tuple[Paragraph, ...]:
    """Return a prose section's paragraphs as they are published; a figure that is not there yet is a blank."""
    paragraphs = filing.paragraphs(section)
    if not any("{" in paragraph.text for paragraph in paragraphs):
        return paragraphs
    blank = blank_marks(filing)
    return tuple(replace(paragraph, text=fill_marks(paragraph.text, filing, blank)) for paragraph in paragraphs)


def numbered_paragraphs(filing: Filing) -> Iterator[tuple[Section, int, Paragraph]]:
    """Yield every paragraph of the prose as it is published, with its section and its number in it from 1."""
    for section in filing.form.sections:
        if not section.is_table:
            for number, paragraph in enumerate(filled_paragraphs(filing, section.id), 1):
                yield section, number, paragraph


def check_marks(filing: Filing) -> Iterator[Finding]:
    """Yield a warning for every paragraph with a mark whose figure is not filled, so that a blank is printed there."""
    for section in filing.form.sections:
        for number_, paragraph in enumerate(() if section.is_table else filing.paragraphs(section.id), 1):
            names = set(marks_in(paragraph.text)) & blank_marks(filing) if "{" in paragraph.text else set()
            if names:
                marks = "、".join(f"{{{name}}}" for name in sorted(names))
                places = [paragraph_place(section, number_)]
                yield raise_finding("mark_is_blank", places, section=section.heading, place=number_, marks=marks)
