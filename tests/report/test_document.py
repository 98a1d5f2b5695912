"""The neutral document: what every output draws from."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from casebook import EDITIONS, full_filing
from report_samples import SAMPLES, sample_filing, sample_report

from toolkit.filing.checkcode import check_code
from toolkit.filing.filing import Filing
from toolkit.form.registry import form_of_edition
from toolkit.form.values import Paragraph
from toolkit.report.document import build_report, clean, figure_text
from toolkit.report.publish import FORMATS, publish

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.form.model import Form


@pytest.mark.parametrize("name", SAMPLES)
def test_sections_keep_the_order_and_the_headings_of_the_form(name: str) -> None:
    form = sample_filing(name).form
    shown = [(section.heading, section.table is not None) for section in sample_report(name).sections]
    assert shown == [(section.heading, section.is_table) for section in form.sections]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (None, ""),
        (1234567, "1234567"),
        (-8, "-8"),
        (Decimal("59237.2449"), "59237.2449"),
        (Decimal("12.50"), "12.5"),
        (Decimal("0.00"), "0"),
        (Decimal("1E+3"), "1000"),
        ("/", "/"),
        (" \u3000", ""),
    ],
)
def test_a_figure_is_printed_as_it_is_without_grouping(value: int | Decimal | str | None, text: str) -> None:
    assert figure_text(value) == text


def test_zero_and_blank_stay_apart(form: Form) -> None:
    blank, zero = (build_report(full_filing(form, rest)) for rest in (None, 0))
    typed = [name for name, entry in form.fields.items() if entry.kind.is_required_figure]
    assert {figures for table in blank.tables for name, figures in table.figures.items() if name in typed} == {""}
    assert {figures for table in zero.tables for name, figures in table.figures.items() if name in typed} == {"0"}


def test_a_date_note_dates_the_report_and_is_no_contact(form_2021: Form) -> None:
    report = build_report(full_filing(form_2021).with_answers({"cover.date": "2022-01-09"}))
    assert report.dated == "2022年1月9日"
    assert "2022" not in report.contact_note


@pytest.mark.parametrize("note", [None, "", "2022年1月", "2022-13-40"])
def test_without_a_real_date_the_report_is_undated(form_2021: Form, note: str | None) -> None:
    report = build_report(full_filing(form_2021).with_answers({"cover.date": note}))
    assert (report.dated, report.issued_on) == ("", None)


def test_only_filled_public_contacts_are_shown_with_the_form_s_labels(form_2021: Form) -> None:
    answers = {"cover.address": "甲路1号", "cover.email": " a@b \u3000", "cover.url": None}
    report = build_report(Filing(form_2021, "某局", "1", 2022, answers))
    code = check_code(Filing(form_2021, "某局", "1", 2022, answers))
    assert report.contact_note == f"（联系地址：甲路1号；电子邮箱：a@b；校验码：{code}）"
    assert build_report(Filing(form_2021, "某局", "1", 2022, {})).contact_note.startswith("（校验码：")


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_clerk_s_own_name_and_number_stay_out_of_every_format(edition: str, tmp_path: Path) -> None:
    form = form_of_edition(edition)
    filing = full_filing(form).with_answers({"cover.contact": "经办人某某", "cover.phone": "13800000000"})
    publish(filing, [name for name in FORMATS if name not in {"pdf", "docx"}], tmp_path)
    texts = [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()]
    texts += [repr(build_report(filing))]  # what the formats that are no text are made of
    assert [text for text in texts if "经办人某某" in text or "13800000000" in text] == []


def test_other_languages_have_their_own_punctuation(small_form: Form) -> None:
    filing = full_filing(small_form).with_answers({"cover.officer": "A. Smith", "cover.email": "a@b"})
    assert build_report(filing).contact_note == f"(E-mail: a@b; Check code: {check_code(filing)})"


def test_a_paragraph_with_breaks_becomes_several_and_empty_ones_go(form_2021: Form) -> None:
    prose = (Paragraph("\u3000\u3000甲\n\n乙\r\n", 0), Paragraph(" \u00a0"), Paragraph("（一）丙", 1))
    report = build_report(full_filing(form_2021).with_answers({"overview": prose}))
    assert report.sections[0].paragraphs == (Paragraph("甲"), Paragraph("乙"), Paragraph("（一）丙", 1))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [((2, 0, 2), (1, 0, 2)), ((0, 2, 2, 1), (0, 1, 2, 1)), ((1, 0, 2, 1, 2), (1, 0, 2, 1, 2))],
)
def test_a_heading_never_skips_a_level(form_2021: Form, typed: tuple[int, ...], shown: tuple[int, ...]) -> None:
    prose = tuple(Paragraph("文字", level) for level in typed)
    report = build_report(full_filing(form_2021).with_answers({"overview": prose, "other": prose}))
    for section in (report.sections[0], report.sections[-1]):
        assert tuple(paragraph.level for paragraph in section.paragraphs) == shown


def test_a_blank_section_is_a_heading_and_nothing_else(form_2021: Form) -> None:
    assert build_report(Filing(form_2021, "某局", "1", 2022, {})).sections[0].paragraphs == ()


def test_characters_no_format_can_carry_are_left_out() -> None:
    assert clean("a\x00b\x0b\ufffe\ud800c\td\u3000") == "abc d"


def test_a_chinese_title_may_break_after_the_organ_and_nowhere_else(form_2021: Form, small_form: Form) -> None:
    chinese, english = (build_report(full_filing(form)) for form in (form_2021, small_form))
    assert chinese.title_parts == (chinese.organ, chinese.title.removeprefix(chinese.organ))
    assert english.title_parts == (english.title,)


def test_marks_in_prose_become_the_figures_of_the_tables(form_2021: Form) -> None:
    answers = {"overview": (Paragraph("新收{本年新收}件，{别的}不变。"),), "requests.new.natural_person": 1234567}
    report = build_report(full_filing(form_2021).with_answers(answers))
    assert report.sections[0].paragraphs == (Paragraph("新收1234567件，{别的}不变。"),)
