"""A filing's derived values, and findings as values."""

from __future__ import annotations

import string
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from casebook import full_filing

from toolkit.errors import InputError, ToolkitError, nearest
from toolkit.filing.findings import CATALOGUE, Finding, Place, Severity, has_errors, locate, raise_finding, show
from toolkit.form.values import Paragraph

if TYPE_CHECKING:
    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form


def filing_with(form: Form, **answers: object) -> Filing:
    typed = {name.replace("__", "."): value for name, value in answers.items()}
    return full_filing(form, None).with_answers(typed)  # type: ignore[arg-type]


def test_values_stand_in_the_order_of_the_form_and_cover_every_field(form: Form) -> None:
    assert list(full_filing(form).values) == list(form.fields)


def test_totals_are_computed_and_never_taken_from_outside(form_2021: Form) -> None:
    filing = filing_with(form_2021, requests__new__business=2, requests__new__total=99)
    assert filing.values["requests.new.total"] == 2


def test_a_total_of_totals_is_the_same_by_row_and_by_column(form_2021: Form) -> None:
    filing = filing_with(form_2021, requests__granted__business=2, requests__refused_security__natural_person=3)
    assert filing.values["requests.results_total.total"] == 5
    assert filing.values["requests.results_total.business"] == 2
    assert filing.values["requests.refused_security.total"] == 3


def test_text_and_blanks_add_nothing_to_a_total(form_2021: Form) -> None:
    filing = filing_with(
        form_2021, requests__new__business="2件", requests__new__research="", requests__new__total=None
    )
    assert filing.values["requests.new.total"] == 0
    assert filing.values["requests.new.business"] == "2件"


def test_figures_hold_every_number_with_totals_and_leave_out_text_and_blanks(form_2021: Form) -> None:
    filing = filing_with(form_2021, requests__new__business="2件", disclosure__charges__fees=Decimal("2.50"))
    figures = filing.figures()
    assert figures["disclosure.charges.fees"] == Decimal("2.5")
    assert figures["reviews.cases.review_total"] == 0
    assert not {"requests.new.business", "requests.new.research", "overview", "cover.contact"} & set(figures)


@pytest.mark.parametrize(
    ("value", "figure"), [(0, 0), (None, None), ("", None), ("3", None), (Decimal("0.5"), Decimal("0.5"))]
)
def test_a_figure_is_a_number_or_none(form_2021: Form, value: int | str | None, figure: int | None) -> None:
    assert filing_with(form_2021, requests__new__business=value).figure("requests.new.business") == figure


def test_paragraphs_come_from_a_list_from_one_text_or_from_nothing(form_2021: Form) -> None:
    heading = Paragraph("（一）概况", 1)
    assert filing_with(form_2021, overview=(heading,)).paragraphs("overview") == (heading,)
    assert filing_with(form_2021, overview="一段").paragraphs("overview") == (Paragraph("一段"),)
    assert filing_with(form_2021, overview="").paragraphs("overview") == ()
    assert filing_with(form_2021, overview=None).paragraphs("overview") == ()


def test_notes_are_text_whatever_was_typed(form_2021: Form) -> None:
    filing = filing_with(form_2021, cover__phone=5270, cover__email=None, overview=(Paragraph("字"),))
    assert filing.text("cover.phone") == "5270"
    assert [filing.text(name) for name in ("cover.email", "overview", "cover.unknown")] == ["", "", ""]


def test_changing_answers_leaves_the_old_filing_as_it_was(form_2021: Form) -> None:
    before = full_filing(form_2021)
    after = before.with_answers({"requests.new.business": 1})
    assert (before.values["requests.new.total"], after.values["requests.new.total"]) == (0, 1)
    assert after.organ == before.organ


def words_of(name: str) -> dict[str, str]:
    entry = CATALOGUE[name]
    names = [word for text in (entry.message, entry.advice) for _, word, _, _ in string.Formatter().parse(text)]
    return {word: f"〈{word}〉" for word in names if word}


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_finding_of_the_catalogue_says_all_it_was_given(name: str) -> None:
    words = words_of(name)
    finding = raise_finding(name, [Place("a.b.c", "甲")], {"甲": 1}, **words)
    assert all(word in finding.message + finding.advice for word in words.values())
    assert (finding.name, finding.severity) == (name, CATALOGUE[name].severity)
    assert (finding.places, finding.figures) == ((Place("a.b.c", "甲"),), {"甲": 1})


@pytest.mark.parametrize("name", CATALOGUE)
def test_an_entry_of_the_catalogue_ends_its_advice_reason_and_example_with_a_full_stop(name: str) -> None:
    entry = CATALOGUE[name]
    assert all(text.endswith("。") for text in (entry.advice, entry.why, entry.example))
    assert not entry.title.endswith("。")


def test_a_finding_without_the_words_it_needs_is_our_own_mistake() -> None:
    with pytest.raises(KeyError):
        raise_finding("contact_missing")
    with pytest.raises(KeyError):
        raise_finding("unheard_of")


def test_findings_are_located_where_the_cells_are_known() -> None:
    finding = Finding("x", Severity.ERROR, "", "", (Place("a", "甲"), Place("b", "乙"), Place("c", "丙", "表", "C3")))
    (placed,) = locate([finding], {"a": ("表一", "A1"), "c": ("表一", "Z9")})
    assert [str(place) for place in placed.places] == ["表一!A1", "乙", "表!C3"]
    assert str(Place("", "", "表一")) == "表一"


def test_only_errors_keep_a_filing_from_being_accepted() -> None:
    warning, note, error = (Finding("x", Severity(word), "", "") for word in ("warning", "note", "error"))
    assert has_errors([warning, error])
    assert not has_errors([warning, note])
    assert not has_errors([])


def test_severities_have_words_for_the_clerk() -> None:
    assert [severity.label for severity in Severity] == ["错误", "提醒", "说明"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "（空）"),
        ("", "（空）"),
        (" ", "“ ”"),
        ("3件", "“3件”"),
        (0, "0"),
        (1808595, "1808595"),
        (Decimal("2.50"), "2.5"),
        (Decimal(100), "100"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.00"), "0"),
        (10**30, "1.000E+30"),
    ],
)
def test_a_value_is_shown_as_a_clerk_would_write_it(value: object, shown: str) -> None:
    assert show(value) == shown  # type: ignore[arg-type]


def test_an_input_error_carries_every_mistake_and_is_a_toolkit_error() -> None:
    error = InputError("名册", ["第 1 行没有代码", "第 2 行没有名称"])
    assert isinstance(error, ToolkitError)
    assert error.mistakes == ("第 1 行没有代码", "第 2 行没有名称")
    assert str(error).startswith("名册：第 1 行没有代码；")


def test_a_hint_names_the_nearest_spelling_or_nothing() -> None:
    assert nearest("lable", ["label", "kind"]) == "，是否想写“label”"
    assert nearest("xyz", ["label", "kind"]) == ""
