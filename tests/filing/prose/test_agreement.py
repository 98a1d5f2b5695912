"""Words and figures: what a number in the prose states, in a table a clerk could write; precision before coverage."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from casebook import ROOT, example_filing, full_filing
from hypothesis import given, settings
from hypothesis import strategies as st
from proseagreement import EDITIONS, YEAR, cases, is_bound, is_right, measured, saying, taken
from workbooks import by_openpyxl, filled, look_at, names_of

from toolkit.filing.checking import check_filing
from toolkit.filing.prose.agreement import Standing, check_prose, statements
from toolkit.filing.prose.numerals import chinese_value, find_numerals
from toolkit.filing.prose.wording import DRAFT, check_wording
from toolkit.form.registry import form_of_edition
from toolkit.form.values import Paragraph

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.form.model import Form

RIGHT = [(edition, case) for edition in EDITIONS for case in cases(edition)]


@pytest.mark.parametrize(("edition", "case"), RIGHT, ids=lambda part: str(part)[:40])
def test_no_number_of_the_table_is_taken_for_another_figure_or_accused(edition: str, case: Mapping[str, str]) -> None:
    form = form_of_edition(edition)
    wrong = [
        statement.numeral.text
        for expected, statement in taken(form, case)
        if statement is not None and is_bound(statement) and not is_right(expected, statement)
    ]
    assert wrong == []


def test_precision_and_coverage_are_what_the_page_says() -> None:
    page = (ROOT / "docs" / "prose.md").read_text(encoding="utf-8")
    rows = list(measured())
    assert all(row.numerals >= 300 and row.precision == "100.0%" and row.found == row.contradictions for row in rows)
    for row in rows:
        told = (
            f"| {row.edition} | {row.numerals} | {row.stating} | {row.right} | {row.accused} | {row.contradictions} "
            f"| {row.found} | {row.precision} | {row.coverage} |"
        )
        assert told in page, told


@pytest.mark.parametrize(
    ("text", "standings"),
    [
        ("根据国办公开办函〔2021〕30号编制，统计期限为2024年1月1日起。", ["date"] * 4),
        ("依据第50条，20个工作日内答复。", ["date"] * 2),
        ("主动公开信息12136条，访问356万次，解读84篇。", ["other"] * 3),
        ("收到申请300余件。", ["other"]),
        ("制作宣传册2000件。", ["unknown"]),
        ("新收申请348件，占95%。", ["equal", "other"]),
    ],
)
def test_every_number_is_accounted_for(form_2021: Form, text: str, standings: list[str]) -> None:
    found = [one.standing.value for one in statements(saying(form_2021, text)) if one.section == "overview"]
    assert found == standings


@pytest.mark.parametrize("name", ["suqian_2024", "suqian_2023", "erqi_2020", "shanghai_office_2019"])
def test_no_report_that_agrees_is_accused(name: str) -> None:
    found = statements(example_filing(name))
    assert [statement for statement in found if statement.standing is Standing.DIFFERENT] == []
    if name.startswith("suqian"):
        assert Counter(statement.standing for statement in found)[Standing.EQUAL] >= 15


def test_every_example_of_a_phrase_leads_to_its_figures(form: Form) -> None:
    for phrase in form.phrases:
        blank = replace(full_filing(form, None), year=YEAR).with_answers({"overview": (Paragraph(phrase.example),)})
        found = [set(one.fields) for one in statements(blank) if one.section == "overview" and one.fields]
        meant = [
            {
                f"{phrase.table}.{row}.{column}"
                for row in form.table(phrase.table).rows_under(rows)
                for column in columns
            }
            for rows, columns in phrase.readings
        ]
        assert any(fields in meant for fields in found) == bool(phrase.table), (phrase.example, found, meant)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("全年收到政府信息公开申请348件。", "不含上年结转"),
        ("全年收到政府信息公开申请367件。", "含上年结转"),
        ("全年收办政府信息公开申请367件。", "含上年结转"),
        ("全年新收政府信息公开申请348件。", ""),
        ("因政府信息公开引发行政诉讼13件。", "两类之和"),
    ],
)
def test_the_manner_of_counting_is_told(form_2021: Form, text: str, told: str) -> None:
    (statement,) = (one for one in statements(saying(form_2021, text)) if one.section == "overview")
    assert statement.convention == told


def test_two_manners_that_give_the_same_are_not_told_apart(form_2021: Form) -> None:
    without = saying(form_2021, "全年收到政府信息公开申请348件。").with_answers(
        {"requests.carried_in.natural_person": 0, "requests.carried_in.business": 0}
    )
    assert [one.convention for one in statements(without) if one.section == "overview"] == [""]


def test_a_difference_names_sentence_number_fields_and_both_values(form_2021: Form) -> None:
    (finding,) = check_prose(saying(form_2021, "全年新收政府信息公开申请99件。"))
    assert (finding.name, finding.severity.value) == ("prose_differs", "warning")
    assert {str(value) for value in finding.figures.values()} == {"99", "348"}
    assert "全年新收政府信息公开申请99件。" in finding.message
    assert "requests.new.total" in {place.field for place in finding.places}


def test_a_number_written_as_a_mark_always_agrees(form_2021: Form) -> None:
    found = statements(saying(form_2021, "全年新收政府信息公开申请{本年新收}件。"))
    assert [statement.standing for statement in found][:1] == [Standing.EQUAL]


def test_a_form_without_phrases_says_nothing_of_its_prose() -> None:
    from casebook import SMALL

    assert statements(full_filing(form_of_edition("small", SMALL))) == ()


@pytest.mark.parametrize(
    ("written", "value"),
    [("十", 10), ("十二", 12), ("二十", 20), ("一百零五", 105), ("三千五百二十五", 3525), ("二〇二五", 2025),
     ("一万零三", 10003), ("两万", 20000), ("七十七", 77), ("〇", 0),
     ("万", None), ("", None), ("三亿", None), ("无", None), ("壹佰", None)],
)  # fmt: skip
def test_chinese_numerals_are_read(written: str, value: int | None) -> None:
    assert chinese_value(written) == value


@settings(deadline=None)
@given(st.integers(0, 10**9))
def test_arabic_numerals_are_read_however_they_are_grouped(value: int) -> None:
    for written in (str(value), f"{value:,}"):
        (found,) = find_numerals(f"共{written}件", ["件"])
        assert (found.value, found.unit) == (value, "件")


@pytest.mark.parametrize(
    ("said", "standing"),
    [("2.5万件", "equal"), ("2.50万件", "equal"), ("２.５ 万件", "equal"), ("3万件", "equal"), ("2.6万件", "different"),
     ("25048件", "equal"), ("2.51万件", "different"), ("0.3亿件", "different"), ("万件", None), ("2.5万余件", "other")],
)  # fmt: skip
def test_a_number_in_ten_thousands_states_its_places(form_2021: Form, said: str, standing: str | None) -> None:
    text = f"全年新收政府信息公开申请{said}。"
    answers = {"requests.new.natural_person": 25000, "requests.new.business": 48, "overview": (Paragraph(text),)}
    filing = full_filing(form_2021).with_answers({**dict.fromkeys(_new(form_2021), 0), **answers})
    found = [found.standing.value for found in statements(filing) if found.section == "overview"]
    assert found == ([standing] if standing else [])


def _new(form: Form) -> list[str]:
    return [name for name in form.fields if name.startswith("requests.new.") and not name.endswith(".total")]


@settings(deadline=None)
@given(st.text(alphabet="新收申请予以公开件0123456789一二三第约.万元亿千百十，。、 ", max_size=60))
def test_any_text_is_looked_through(text: str) -> None:
    form = form_of_edition("2021")
    assert all(statement.sentence is not None for statement in statements(saying(form, text)))


def test_drafts_empty_words_and_private_characters_are_said(form_2021: Form) -> None:
    answers = {
        "overview": (Paragraph(DRAFT + "本年度……"),),
        "problems": (Paragraph("无"),),
        "other": (Paragraph("\ue123某"),),
    }
    found = {finding.name: finding for finding in check_wording(full_filing(form_2021).with_answers(answers))}
    assert set(found) == {"draft_left", "prose_says_nothing", "private_characters"}
    assert found["draft_left"].severity.value == "error"
    assert "U+E123" in found["private_characters"].message


def test_check_says_it_of_a_workbook(form_2021: Form) -> None:
    sheet = form_2021.section("overview").sheet
    data = by_openpyxl(filled("2021"), lambda book: book[sheet].__setitem__("C7", "全年新收政府信息公开申请7件。"))
    assert "prose_differs" in names_of(look_at(data))


@pytest.mark.parametrize(
    "text",
    [
        "XXX",
        "…",
        "1.",
        "abc",
        "2024",
        "无",
        "略。",
        "（略）",
        "暂无。",
        "见上",
        "详见附件",
        "待补",
        "本部分略。",
        "无\u200b",
        "略 略",
    ],
)
def test_a_section_without_a_word_of_chinese_says_nothing(form_2021: Form, text: str) -> None:
    names = [
        finding.name for finding in check_wording(full_filing(form_2021).with_answers({"other": (Paragraph(text),)}))
    ]
    assert names == ["prose_says_nothing"]


@pytest.mark.parametrize("mark", ["【 草稿，请改写 】", "[草稿,请改写]", "（草稿，请改写）", "【草稿】"])
def test_the_mark_of_a_draft_is_known_however_it_was_touched(form_2021: Form, mark: str) -> None:
    filing = full_filing(form_2021).with_answers({"other": (Paragraph(f"本年度没有收费。{mark}其他照旧。"),)})
    assert [finding.name for finding in check_wording(filing)] == ["draft_left"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("本年收取信息处理费＿＿件、＿＿元。", True),
        ("本年新收申请XX件，同比增长 __ %。", True),
        ("由××局牵头办理。", True),
        ("微信号 XXGK 全年发布 30 条。", False),
        ("网址 https://example.org/a_b/index.html。", False),
    ],
)
def test_a_blank_left_to_fill_is_a_warning(form_2021: Form, text: str, *, told: bool) -> None:
    filing = full_filing(form_2021).with_answers({"other": (Paragraph(text),)})
    names = [finding.name for finding in check_wording(filing)]
    assert names == (["blank_left"] if told else [])


@pytest.mark.parametrize(("day", "told"), [("{next}-03-20", False), ("{year}-03-20", True), ("2035年1月5日", True)])
def test_a_report_dated_in_another_year_than_the_next_is_a_warning(form_2021: Form, day: str, *, told: bool) -> None:
    filing = full_filing(form_2021)
    text = day.format(year=filing.year, next=filing.year + 1)
    names = [finding.name for finding in check_filing(filing.with_answers({"cover.date": text}))]
    assert ("date_unlikely" in names) == told
