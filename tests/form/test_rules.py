"""The four faces of every check agree: terms, formula, check and sentence."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import TYPE_CHECKING

import formualizer
import pytest
from casebook import SMALL, full_filing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.filing.filing import Filing
from toolkit.form.cellrules import CELL_KINDS, CellRule, cell_checks
from toolkit.form.checks import (
    CellCheck,
    Outcome,
    Relation,
    State,
    Term,
    is_blank,
    is_number,
    number,
    prose_is_blank,
    rounded,
    typed_parts,
)
from toolkit.form.local.supplement import CHECK_KINDS
from toolkit.form.registry import form_of_edition
from toolkit.form.rules import TABLE_KINDS, RowTotal, TableRule, bind_rules, table_rule, total_parts
from toolkit.form.values import Kind, Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.form.model import Form
    from toolkit.form.values import Figure, Value

EDITIONS = ("2019", "2021", "small")
PUT = (Kind.COUNT, Kind.AMOUNT, Kind.SIGNED, Kind.CONTROL)
THIS_YEAR, LAST_YEAR, LEFT, RIGHT, STATE = range(1, 6)  # the columns of the little sheet


def called(edition: str) -> Form:
    return form_of_edition(edition, SMALL)


def random_figures(form: Form, seed: int) -> tuple[dict[str, Value], dict[str, Figure]]:
    """Return answers and last year's figures, small enough that relations hold as often as not."""
    chance = random.Random(seed)  # noqa: S311  a test wants the same figures every time
    typed = [name for name, field in form.fields.items() if field.kind.is_required_figure or field.kind is Kind.CONTROL]
    answers: dict[str, Value] = {}
    for name in typed:
        amount = form.fields[name].kind is Kind.AMOUNT
        answers[name] = Decimal(chance.randint(0, 999)) / 100 if amount else chance.choice((0, 0, 0, 1, 1, 2, 5))
    last_year = {name: chance.choice((0, 0, 1, 2)) for name in typed if form.fields[name].kind is not Kind.CONTROL}
    return answers, dict(filing_of(form, last_year, {}).figures())


def filing_of(form: Form, answers: Mapping[str, Value], previous: Mapping[str, Figure]) -> Filing:
    return Filing(form, "示例机关", "001", form.first_year, answers, previous)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("seed", range(20))
def test_terms_add_up_to_left_minus_right(edition: str, seed: int) -> None:
    form = called(edition)
    answers, previous = random_figures(form, seed)
    values = filing_of(form, answers, previous).values
    for check in bind_rules(form):
        terms = check.terms()
        total = sum(
            weight * number(previous[term.field] if term.previous else answers[term.field])
            for term, weight in terms.items()
        )
        assert total == check.check(values, previous).difference, check.key
        assert not any(form.fields[term.field].kind is Kind.COMPUTED for term in terms if not term.previous)


def test_the_terms_of_an_automatic_total_cancel_out(form: Form) -> None:
    totals = [check for check in bind_rules(form) if check.is_total]
    assert totals
    assert all(check.terms() == {} for check in totals)


def plain(value: Value) -> float | str:
    """Return a value as a sheet holds it."""
    return float(value) if isinstance(value, int | Decimal) else str(value)


class Sheet:
    """A few fields in a sheet that is really calculated: a row per field, this year and last year side by side."""

    def __init__(self, form: Form) -> None:
        self.rows = {name: row for row, name in enumerate(form.fields, 1)}
        self.book = formualizer.Workbook()
        self.sheet = self.book.sheet("S")

    def ref(self, field: str) -> str:
        return f"A{self.rows[field]}"

    def previous(self, field: str) -> str:
        return f"B{self.rows[field]}"

    def sum(self, fields: Iterable[str]) -> str:
        return f"SUM({cells})" if (cells := ",".join(map(self.ref, fields))) else "0"

    def count(self, fields: Iterable[str]) -> str:
        return f"COUNT({cells})" if (cells := ",".join(map(self.ref, fields))) else "0"

    def put(self, field: str, column: int, value: Value) -> None:
        if value is not None:
            self.sheet.set_value(self.rows[field], column, plain(value))


def calculated(form: Form, filing: Filing) -> dict[str, tuple[float, float, float]]:
    """Return left, right and state of every check as the formulas give them."""
    sheet = Sheet(form)
    parts = total_parts(form)
    for name, value in filing.answers.items():
        if form.fields[name].kind in PUT:
            sheet.put(name, THIS_YEAR, value)
    for name, addends in parts.items():
        sheet.sheet.set_formula(sheet.rows[name], THIS_YEAR, f"={sheet.sum(addends)}")
    for name, figure in filing.previous.items():
        sheet.put(name, LAST_YEAR, figure)
    checks = bind_rules(form)
    for row, check in enumerate(checks, 1):
        formula = check.formula(sheet)
        sheet.sheet.set_formula(row, LEFT, f"={formula.left}")
        sheet.sheet.set_formula(row, RIGHT, f"={formula.right}")
        sheet.sheet.set_formula(row, STATE, "=" + formula.state.format(left=f"C{row}", right=f"D{row}"))
    sheet.book.evaluate_all()
    return {
        check.key: tuple(sheet.book.get_value("S", row, column) for column in (LEFT, RIGHT, STATE))
        for row, check in enumerate(checks, 1)
    }


def assert_sheet_agrees(form: Form, filing: Filing) -> None:
    sheet = calculated(form, filing)
    for check in bind_rules(form):
        outcome = check.check(filing.values, filing.previous)
        left, right, state = sheet[check.key]
        assert state == outcome.state, (check.key, left, right, outcome)
        if outcome.left is not None and outcome.right is not None:
            assert (left, right) == (pytest.approx(float(outcome.left)), pytest.approx(float(outcome.right)))


FILLINGS = st.one_of(
    st.none(),
    st.integers(-3, 6),
    st.integers(0, 10**9),
    st.decimals(Decimal(-5), Decimal(5), places=3),
    st.sampled_from(["无", "3", "３", " ", "　"]),
)


@pytest.mark.parametrize("edition", EDITIONS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(data=st.data(), seed=st.integers(0, 10**6))
def test_sheet_and_python_judge_a_mangled_filling_alike(edition: str, data: st.DataObject, seed: int) -> None:
    form = called(edition)
    answers, previous = random_figures(form, seed)
    mangled = data.draw(st.dictionaries(st.sampled_from(sorted(answers)), FILLINGS, max_size=6))
    unknown = data.draw(st.sets(st.sampled_from(sorted(previous)), max_size=4))
    known = {name: figure for name, figure in previous.items() if name not in unknown}
    assert_sheet_agrees(form, filing_of(form, {**answers, **mangled}, known))


@pytest.mark.parametrize("edition", EDITIONS)
def test_sheet_and_python_agree_on_an_empty_a_blank_and_a_zero_filing(edition: str) -> None:
    form = called(edition)
    zero = full_filing(form)
    for filing in (filing_of(form, {}, {}), zero, filing_of(form, zero.answers, dict.fromkeys(zero.figures(), 0))):
        assert_sheet_agrees(form, filing)


CELL_VALUES: list[tuple[str, Value, str]] = [
    # what it is, the value, the kinds of demand it breaks
    ("blank", None, "required"),
    ("empty text", "", "required"),
    ("zero", 0, ""),
    ("one", 1, ""),
    ("minus one", -1, "whole_number amount"),
    ("a half", Decimal("0.5"), "whole_number signed_number"),
    ("minus a half", Decimal("-0.5"), "whole_number signed_number amount"),
    ("a whole decimal", Decimal("3.00"), ""),
    ("six places", Decimal("0.123456"), "whole_number signed_number"),
    ("seven places", Decimal("0.1234567"), "whole_number signed_number finer_than_unit"),
    ("a hundredth of a hundredth", Decimal("59237.2449"), "whole_number signed_number"),
    ("text", "无", "whole_number signed_number amount"),
    ("text with a unit", "3件", "whole_number signed_number amount"),
    ("digits as text", "3", "whole_number signed_number amount"),
    ("full-width digits", "３", "whole_number signed_number amount"),
    ("a space", " ", "whole_number signed_number amount"),
    ("an ideographic space", "　", "whole_number signed_number amount"),
    ("a non-breaking space", "\u00a0", "whole_number signed_number amount"),
    ("a minus sign of text", "－8", "whole_number signed_number amount"),
]
FIGURE_KINDS = [kind for kind in CELL_KINDS if kind not in {"required_prose", "count_at_most", "amount_at_most"}]


@pytest.mark.parametrize("kind", FIGURE_KINDS)
@pytest.mark.parametrize(("name", "value", "breaks"), CELL_VALUES, ids=[entry[0] for entry in CELL_VALUES])
def test_a_cell_breaks_the_demands_it_should_in_python_and_in_the_sheet(
    kind: str, name: str, value: Value, breaks: str
) -> None:
    demand = CELL_KINDS[kind]()
    expected = kind in breaks.split()
    assert demand.judge(value) is expected, name
    book = formualizer.Workbook()
    sheet = book.sheet("S")
    if value is not None:
        sheet.set_value(1, 1, plain(value))
    check = CellCheck("r", "t", "s", "a", State.BROKEN, demand.sheet_expression(), demand.judge)
    sheet.set_formula(1, 2, f"={check.formula('A1')}")
    assert book.evaluate_cell("S", 1, 2) is expected, name
    assert check.check(value) is (State.BROKEN if expected else State.HOLDS)


@pytest.mark.parametrize("kind", ["count_at_most", "amount_at_most"])
@pytest.mark.parametrize(
    ("value", "breaks"),
    [
        (None, False),
        (0, False),
        (100, False),
        (101, True),
        (-101, True),
        (10**20, True),
        ("101", False),
        (10**30, True),
    ],
)
def test_a_figure_beyond_its_limit_breaks_it_in_python_and_in_the_sheet(kind: str, value: Value, breaks: bool) -> None:  # noqa: FBT001
    demand = CELL_KINDS[kind](limit=100)
    assert demand.judge(value) is breaks
    book = formualizer.Workbook()
    sheet = book.sheet("S")
    if value is not None:
        sheet.set_value(1, 1, float(value) if isinstance(value, int) else value)
    sheet.set_formula(1, 2, f"={demand.sheet_expression().format(cell='A1')}")
    assert book.evaluate_cell("S", 1, 2) is breaks


@pytest.mark.parametrize(
    ("paragraphs", "blank"),
    [([], True), ([""], True), ([" ", "　", "\u00a0"], True), (["", "无"], False), (["　一"], False)],
)
def test_prose_is_blank_without_a_visible_character(paragraphs: list[str], *, blank: bool) -> None:
    value = tuple(map(Paragraph, paragraphs))
    demand = CELL_KINDS["required_prose"]()
    assert prose_is_blank(value) is demand.judge(value) is blank


@pytest.mark.parametrize(
    ("text", "blank"), [("", True), (" ", True), ("　\u00a0 ", True), ("　一", False), ("-", False)]
)
def test_prose_of_one_paragraph_is_blank_in_the_sheet_too(text: str, *, blank: bool) -> None:
    book = formualizer.Workbook()
    sheet = book.sheet("S")
    sheet.set_value(1, 1, text)
    sheet.set_formula(1, 2, f"={CELL_KINDS['required_prose']().sheet_expression().format(cell='A1')}")
    assert book.evaluate_cell("S", 1, 2) is blank


@pytest.mark.parametrize(("value", "blank"), [(None, True), ("", True), ("无", False)])
def test_prose_given_as_one_text_is_judged_too(value: Value, *, blank: bool) -> None:
    assert CELL_KINDS["required_prose"]().judge(value) is blank


def test_demands_on_cells_state_their_title_and_relate_nothing(form: Form) -> None:
    checks = {check.rule: check for found in cell_checks(form).values() for check in found}
    assert checks
    for rule, check in checks.items():
        assert check.sentence() == form.rule(rule).title
        assert check.terms() == {}


def test_the_demand_that_a_cell_be_filled_comes_before_what_may_stand_in_it(form: Form) -> None:
    for kind in (Kind.COUNT, Kind.AMOUNT):
        first, *others = cell_checks(form)[kind]
        assert first.check(None) is State.BROKEN
        assert all(check.check(None) is State.HOLDS for check in others)


def test_every_check_says_its_two_sides_and_the_relation_between_them(form: Form) -> None:
    for check in bind_rules(form):
        assert check.sentence() == f"{check.subject}：{check.left_label}{check.relation}{check.right_label}"
        assert check.title
        assert check.left_label
        assert check.right_label


def test_check_keys_are_unique_and_name_row_or_column(form: Form) -> None:
    keys = [check.key for check in bind_rules(form)]
    assert len(keys) == len(set(keys))
    assert all(key.startswith(f"{check.rule}.") for key, check in zip(keys, bind_rules(form), strict=True))


def test_every_check_rests_on_typed_fields_of_the_form(form: Form) -> None:
    for check in bind_rules(form):
        assert {*check.fields, *check.previous_fields, *check.optional} <= set(form.fields)
        assert not [name for name in check.inputs if form.fields[name].kind is Kind.COMPUTED]


def test_every_computed_field_is_added_up_by_a_rule(form: Form) -> None:
    computed = {name for name, field in form.fields.items() if field.kind is Kind.COMPUTED}
    assert computed == set(total_parts(form))


def test_automatic_totals_come_last_and_cannot_be_explained_away(form: Form) -> None:
    order = [check.is_total for check in bind_rules(form)]
    assert order == sorted(order)
    explained = {field.row for field in form.fields.values() if field.kind is Kind.EXPLANATION}
    assert explained == {check.key for check in bind_rules(form) if check.is_explainable}


COUNTED = {
    "2019": {"requests_balance": 7, "requests_carried_in": 7, "requests_row_total": 23, "requests_results_total": 7},
    "2021": {"requests_balance": 7, "requests_carried_in": 7, "requests_row_total": 25, "requests_results_total": 7},
}


@pytest.mark.parametrize("edition", COUNTED)
def test_the_arithmetic_of_the_official_table_is_checked_in_every_row_and_column(edition: str) -> None:
    rules = [check.rule for check in bind_rules(called(edition))]
    assert {rule: rules.count(rule) for rule in COUNTED[edition]} == COUNTED[edition]
    assert [rules.count(f"reviews_{group}_total") for group in ("review", "direct_suit", "reviewed_suit")] == [1, 1, 1]
    assert rules.count("requests_register") == 9


def test_the_total_of_results_adds_21_rows_in_one_edition_and_19_in_the_other() -> None:
    counts = {
        edition: len(total_parts(called(edition))["requests.results_total.business"]) for edition in ("2019", "2021")
    }
    assert counts == {"2019": 19, "2021": 21}


def test_a_total_of_totals_rests_on_every_cell_once(form_2021: Form) -> None:
    typed = typed_parts("requests.results_total.total", total_parts(form_2021))
    assert len(typed) == len(set(typed)) == 21 * 6


def test_a_rule_on_cells_is_no_rule_on_a_table(form_2021: Form) -> None:
    assert table_rule(form_2021.rule("blank_figure")) is None


def test_an_abstract_kind_judges_nothing() -> None:
    with pytest.raises(NotImplementedError):
        CellRule().judge(1)
    with pytest.raises(NotImplementedError):
        next(iter(TableRule().sides(called("2021").tables[0])))


def test_every_kind_of_rule_is_used_by_a_form() -> None:
    used = {rule.kind for edition in EDITIONS for rule in called(edition).rules}
    assert used | {*CHECK_KINDS.values()} == {*CELL_KINDS, *TABLE_KINDS}  # those a supplement may state besides


def test_a_missing_side_has_no_difference() -> None:
    assert Outcome(State.PENDING).difference is None
    assert Outcome(State.HOLDS, 5, 3).difference == 2


def test_only_figures_are_numbers_and_only_nothing_is_blank() -> None:
    assert [is_number(value) for value in (1, Decimal("0.5"), True, "1", None, ())] == [True, True, *[False] * 4]
    assert [is_blank(value) for value in (None, "", (), 0, " ", (Paragraph(""),))] == [True] * 3 + [False] * 3


def test_a_truth_value_counts_nothing() -> None:
    assert number(bool(1)) == 0


@pytest.mark.parametrize(
    ("difference", "compared"),
    [("0.0000004", "0"), ("0.0000005", "0.000001"), ("-0.0000005", "-0.000001"), ("1.5", "1.5")],
)
def test_differences_are_rounded_half_away_from_zero(difference: str, compared: str) -> None:
    assert rounded(Decimal(difference)) == Decimal(compared)


def test_relations_are_said_in_chinese() -> None:
    assert all(not relation.value.isascii() for relation in Relation)


def test_a_term_tells_last_year_from_this() -> None:
    assert Term("a") != Term("a", previous=True)


def test_a_row_total_may_be_asked_of_some_rows_only(small_form: Form) -> None:
    rule = RowTotal(into="all_channels", of=("channel",), rows=("withheld",))
    assert [bound.row for bound in rule.sides(small_form.table("handling"))] == ["exempt", "not_held"]
