"""Filings and reports for the tests of what is published, and how the figures of a report are counted again."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest
from casebook import SMALL, example_filing, full_filing

from toolkit.filing.filing import Filing
from toolkit.form.registry import form_of_edition
from toolkit.form.values import Kind, Paragraph
from toolkit.report.document import Report, build_report
from toolkit.report.fonts import font_roles

if TYPE_CHECKING:
    from decimal import Decimal

    from toolkit.form.model import Form

SAMPLES = ("suqian_2023", "suqian_2024", "erqi_2020", "shanghai_office_2019", "small", "large", "hostile")
CHINESE = tuple(name for name in SAMPLES if name != "small")
HOSTILE = "&<b>\"局'|*_#\\$@[1](x)~`=—{{ x }}{% y %}"
LARGEST = 1234567
PARAGRAPHS = 60


@cache
def sample_filing(name: str) -> Filing:
    """Return one filing: an example from practice, the English form, or one made to break a layout."""
    match name:
        case "small":
            english = {"cover.officer": "A. Smith", "cover.email": "a@example.org", "remarks": "No change."}
            return numbered(form_of_edition("small", SMALL), "Harbour & Sons Authority").with_answers(english)
        case "large":
            return large_filing()
        case "hostile":
            return hostile_filing()
        case _:
            return replace(example_filing(name), organ="示例市人民政府办公厅")


@cache
def sample_report(name: str) -> Report:
    """Return the report of a sample."""
    return build_report(sample_filing(name))


def numbered(form: Form, organ: str, first: int = 1) -> Filing:
    """Return a filing in which every typed figure is another number, so that no two can change places unseen."""
    typed = [name for name, entry in form.fields.items() if entry.kind.is_required_figure]
    answers = {**full_filing(form).answers, **{name: first + number for number, name in enumerate(typed)}}
    return Filing(form, organ, "001", form.first_year, answers)


def large_filing() -> Filing:
    """Return a filing with seven digits in every cell, a name of forty characters and sixty paragraphs."""
    form = form_of_edition("2021")
    prose = tuple(Paragraph(f"第{number}段，" + "内容、" * 40 + "完。", number % 3) for number in range(PARAGRAPHS))
    filing = numbered(form, "示例" * 20, LARGEST)
    return filing.with_answers({"overview": prose, "cover.date": "2022-01-09"})


def hostile_filing() -> Filing:
    """Return a filing whose texts are full of what some format takes for markup, and whose figures are half blank."""
    form = form_of_edition("2021")
    texts = {name: HOSTILE for name, entry in form.fields.items() if entry.kind is Kind.NOTE}
    prose = {name: (Paragraph(HOSTILE),) for name, entry in form.fields.items() if entry.kind is Kind.TEXT}
    typed = [name for name, entry in form.fields.items() if entry.kind.is_required_figure]
    figures: dict[str, int | None] = {name: None if number % 2 else 0 for number, name in enumerate(typed)}
    return Filing(form, HOSTILE, "=1+1", 2022, {**texts, **prose, **figures})


def figure_fields(filing: Filing) -> list[str]:
    """Return the ids of every figure of the official tables."""
    return [name for name, entry in filing.form.fields.items() if entry.kind.is_figure]


def figures_of(filing: Filing) -> dict[str, int | Decimal | None]:
    """Return what the model holds for every figure: its number, or None where it is blank."""
    return {name: filing.figure(name) for name in figure_fields(filing)}


def has_chinese_fonts() -> bool:
    return all(role.families for role in font_roles())


needs_fonts = pytest.mark.skipif(not has_chinese_fonts(), reason="no Chinese font is installed")
