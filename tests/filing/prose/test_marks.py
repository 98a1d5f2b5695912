"""Prose that names figures says what the tables say, in the sheet, in the findings and in the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from casebook import example_filing, full_filing

from toolkit.filing.checking import check_filing
from toolkit.filing.prose.marks import BLANK, check_marks, fill_marks, filled_paragraphs, mark_figures
from toolkit.form.marks import mark_fields, odd_marks
from toolkit.form.registry import form_of_edition
from toolkit.form.values import Paragraph
from toolkit.report.document import build_report
from toolkit.workbook.filling import fill_workbook
from toolkit.workbook.layout import MARK_VALUE_COLUMN, PREVIEW_COLUMN, Spot, lay_out
from toolkit.workbook.template.workbook import write_workbook
from toolkit.xlsx.package import open_package

if TYPE_CHECKING:
    from toolkit.form.model import Form

EDITIONS = ("2019", "2021")


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_mark_stands_for_figures_of_the_form(edition: str) -> None:
    form = form_of_edition(edition)
    assert form.marks
    for fields in mark_fields(form).values():
        assert fields
        assert all(form.fields[field].kind.is_figure for field in fields)


def test_a_mark_over_a_heading_adds_every_row_under_it() -> None:
    filing = example_filing("suqian_2024")
    # 宿迁市 2024, published: 不予公开 92 in all, over eight rows.
    assert len(mark_fields(filing.form)["不予公开"]) == 8
    assert mark_figures(filing)["不予公开"] == 92


CASES = [
    ("新收{本年新收}件", "新收3525件"),
    ("{本年新收}、{本年新收}", "3525、3525"),
    ("收费{收费金额}万元", "收费72701.2578万元"),
    ("没有标记", "没有标记"),
    ("{没有这个标记}原样", "{没有这个标记}原样"),
    ("{{本年新收}}", "{3525}"),
    ("{}", "{}"),
]


@pytest.mark.parametrize(("text", "published"), CASES)
def test_a_text_is_published_with_its_figures(text: str, published: str) -> None:
    assert fill_marks(text, example_filing("suqian_2024")) == published


def test_a_paragraph_keeps_its_level() -> None:
    filing = example_filing("suqian_2024").with_answers({"overview": (Paragraph("（一）共{本年新收}件", 1),)})
    assert filled_paragraphs(filing, "overview") == (Paragraph("（一）共3525件", 1),)


def test_an_unknown_mark_is_a_warning_with_the_nearest_name() -> None:
    filing = example_filing("suqian_2024").with_answers({"overview": (Paragraph("好"), Paragraph("{本年新受}件"))})
    found = [finding for finding in check_filing(filing) if finding.name == "unknown_mark"]
    assert [finding.severity.value for finding in found] == ["warning"]
    assert "第 2 段" in found[0].message
    assert "“{本年新收}”" in found[0].message
    assert odd_marks(filing.form, "{本年新收}{某}") == ("{某}",)


ODD = [
    ("新收{本年新收}件", ()),
    ("新收｛本年新收｝件", ("｛本年新收｝",)),
    ("新收｛本年新收}件", ("｛本年新收}",)),
    ("新收{本年新收件", ("{本年新收件",)),
    ("新收{某数件", ()),
    ("{本年收}", ("{本年收}",)),
]


@pytest.mark.parametrize(("text", "odd"), ODD)
def test_what_was_meant_as_a_mark_and_is_none_is_told(text: str, odd: tuple[str, ...]) -> None:
    assert odd_marks(form_of_edition("2021"), text) == odd


def test_a_form_without_marks_leaves_braces_alone(small_form: Form) -> None:
    filing = full_filing(small_form).with_answers({"remarks": (Paragraph("{anything}"),)})
    assert filled_paragraphs(filing, "remarks") == (Paragraph("{anything}"),)
    assert not [finding for finding in check_filing(filing) if finding.name == "unknown_mark"]


def test_every_standard_sentence_is_filled_whole() -> None:
    filing = example_filing("suqian_2024")
    for draft in filing.form.drafts:
        assert "{" not in fill_marks(draft.text, filing)


def test_the_sheet_shows_the_paragraph_as_the_report_prints_it() -> None:
    filing = example_filing("suqian_2024")
    text = filing.form.drafts[0].text
    data = fill_workbook(write_workbook(filing), "a.xlsx", lambda _: {"overview": (Paragraph(text),)})
    layout, section = lay_out(filing.form), filing.form.section("overview")
    cells = open_package(data).cells(section.sheet)
    first = layout.spots["overview"]
    shown = cells[Spot(section.sheet, first.row, PREVIEW_COLUMN).cell].value
    published = build_report(filing.with_answers({"overview": (Paragraph(text),)})).sections[0].paragraphs[0].text
    assert shown == published == fill_marks(text, filing)
    row = layout.mark_rows()["本年新收"]
    assert cells[Spot(section.sheet, row, MARK_VALUE_COLUMN).cell].value == 3525


def test_a_mark_of_a_blank_figure_prints_a_blank_and_says_so(form_2021: Form) -> None:
    said = (Paragraph("新收{本年新收}件，办结{办理总数}件。"),)
    answers = {"overview": said, "requests.new.natural_person": 3}
    filing = full_filing(form_2021, None).with_answers(answers)
    assert filled_paragraphs(filing, "overview")[0].text == f"新收3件，办结{BLANK}件。"
    assert [finding.name for finding in check_marks(filing)] == ["mark_is_blank"]
    assert "{办理总数}" in next(iter(check_marks(filing))).message
    assert list(check_marks(full_filing(form_2021).with_answers(answers))) == []
