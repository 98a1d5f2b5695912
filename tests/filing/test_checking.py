"""Every case of the case tables, and the examples with published figures."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from casebook import EDITIONS, SMALL, Case, example_filing, full_answers, full_filing, load_cases, place_of

from toolkit.filing.checking import check_filing
from toolkit.filing.filing import Filing
from toolkit.filing.findings import Severity
from toolkit.form.cellrules import CELL_KINDS
from toolkit.form.checks import State
from toolkit.form.ids import explanation_id
from toolkit.form.registry import form_of_edition
from toolkit.form.rules import bind_rules

if TYPE_CHECKING:
    from toolkit.form.model import Form

CASES = load_cases()


def found_in(case: Case) -> list[str]:
    filing = case.filing
    if not case.overwritten:
        return [place_of(case.form, finding) for finding in check_filing(filing)]
    # A filing never takes a total from outside, so what a broken formula would say is asked of the checks themselves.
    values = {**filing.values, **case.overwritten}
    outcomes = {check: check.check(values, case.previous) for check in bind_rules(case.form)}
    return [
        f"{check.rule} @ {check.key.partition('.')[2]}"
        for check, outcome in outcomes.items()
        if outcome.state is State.BROKEN
    ]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_gives_exactly_its_findings(case: Case) -> None:
    assert sorted(found_in(case)) == sorted(case.findings)


def kept_in(case: Case) -> set[str]:
    """Return the rules that the figures a case names could have broken and did not."""
    filing = case.filing
    kept = {
        check.rule
        for check, outcome in filing.outcomes.items()
        if outcome.state is State.HOLDS and any(filing.values[name] for name in check.inputs)
    }
    for rule in case.form.rules:
        judged = CELL_KINDS[rule.kind].kinds if rule.kind in CELL_KINDS else ()
        for name in case.typed:
            field = case.form.fields[name]
            if field.kind in judged and field.id not in filing.broken:
                kept.add(rule.id)
    return kept


@pytest.mark.parametrize("edition", [*EDITIONS, "small"])
def test_every_rule_is_broken_by_one_case_and_kept_by_another(edition: str) -> None:
    cases = [case for case in CASES if case.form.edition == edition]
    broken = {finding.partition(" @ ")[0] for case in cases for finding in case.findings}
    kept = set(itertools.chain.from_iterable(map(kept_in, cases)))
    rules = {rule.id for rule in form_of_edition(edition, SMALL).rules}
    assert broken - {"contact_missing"} == rules
    assert kept == rules


def test_case_names_are_unique() -> None:
    names = [str(case) for case in CASES]
    assert len(names) == len(set(names))


# What the published tables print in their 总计 cells: 一 to 四 by row, then the three totals of reviews.
PUBLISHED = {
    "suqian_2023": "3511 96 1191 328 0 27 6 38 20 9 21 21 1047 28 3 305 39 0 58 4 40 10 291 3486 121 / 440 24 89",
    "suqian_2024": "3525 121 1431 471 2 1 4 17 21 11 23 13 897 36 8 87 27 0 3 0 77 38 354 3521 125 / 170 25 52",
    "erqi_2020": "2 0 2 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 2 0 / 0 0 0",
}
COLUMN_TOTALS = {
    "suqian_2023": "3375 99 0 4 7 1 3486",
    "suqian_2024": "3440 73 0 1 5 2 3521",
    "shanghai_office_2019": "767 35 0 0 2 1 805",
}
EXAMPLES = ("erqi_2020", "shanghai_office_2019", "suqian_2023", "suqian_2024")


def numbers(text: str) -> list[int]:
    return [int(word) for word in text.replace("/", " ").split()]


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_answers_typed_fields_of_its_form(name: str) -> None:
    filing = example_filing(name)
    assert set(filing.answers) <= set(filing.form.fields)
    assert not [field for field in filing.answers if filing.form.fields[field].kind.value == "computed"]
    assert "示例" in filing.text("cover.contact")


@pytest.mark.parametrize("name", PUBLISHED)
def test_an_example_adds_up_to_the_published_row_totals(name: str) -> None:
    filing = example_filing(name)
    rows = [f"requests.{row.id}.total" for row in filing.form.table("requests").leaf_rows()]
    reviews = [f"reviews.cases.{group}_total" for group in ("review", "direct_suit", "reviewed_suit")]
    assert [filing.values[field] for field in [*rows, *reviews]] == numbers(PUBLISHED[name])


@pytest.mark.parametrize("name", COLUMN_TOTALS)
def test_an_example_adds_up_to_the_published_column_totals(name: str) -> None:
    filing = example_filing(name)
    columns = filing.form.table("requests").leaf_columns("all")
    totals = [filing.values[f"requests.results_total.{column.id}"] for column in columns]
    assert totals == numbers(COLUMN_TOTALS[name])


def test_what_shanghai_printed_in_the_outer_totals_comes_out() -> None:
    values = example_filing("shanghai_office_2019").values
    assert [values[f"requests.{row}.total"] for row in ("new", "carried_in", "carried_out")] == [859, 18, 72]
    assert [values[f"reviews.cases.{group}_total"] for group in ("review", "direct_suit", "reviewed_suit")] == [7, 9, 0]


def test_suqian_carries_into_2024_what_it_carried_out_of_2023() -> None:
    before, after = example_filing("suqian_2023"), example_filing("suqian_2024")
    columns = [column.id for column in before.form.table("requests").leaf_columns("all")]
    carried = [before.figure(f"requests.carried_out.{column}") for column in columns]
    assert carried == [after.figure(f"requests.carried_in.{column}") for column in columns]
    assert carried[-1] == 121


def test_suqian_2024_is_sound_against_2023_in_both_years_checks() -> None:
    before, after = example_filing("suqian_2023"), example_filing("suqian_2024")
    filing = Filing(after.form, after.organ, after.code, after.year, after.answers, before.figures())
    assert check_filing(filing) == ()
    assert State.ABSENT not in {outcome.state for outcome in filing.outcomes.values()}


def test_suqian_2023_is_sound_without_last_year() -> None:
    filing = example_filing("suqian_2023")
    assert check_filing(filing) == ()


def test_the_seed_gives_its_blanks_and_the_two_misread_columns() -> None:
    filing = example_filing("erqi_2020")
    assert filing.values["requests.results_total.total"] == 2
    findings = check_filing(filing)
    assert [place_of(filing.form, finding) for finding in findings] == [
        "blank_figure @ disclosure",
        "blank_figure @ requests",
        "blank_figure @ reviews",
        "disclosure_decisions_as_sum @ licensing",
        "disclosure_unsigned_decrease @ penalties",
    ]


def test_the_blank_cells_of_the_seed_are_all_named_and_no_other() -> None:
    filing = example_filing("erqi_2020")
    named = [place.field for finding in check_filing(filing)[:3] for place in finding.places]
    of_disclosure = [field.removeprefix("disclosure.") for field in named if field.startswith("disclosure")]
    assert of_disclosure == [
        "regulations.produced", "regulations.published",
        "normative_documents.produced", "normative_documents.published",
        "other_services.change", "coercion.previous", "coercion.change",
    ]  # fmt: skip
    typed = [name for name, field in filing.form.fields.items() if field.kind.is_required_figure]
    assert named == [name for name in typed if name not in filing.answers]
    assert sum(name.startswith("requests") for name in named) == 22 * 6 - 2  # 136 blanks less the row made by formula
    assert sum(name.startswith("reviews") for name in named) == 12


def test_the_seeds_balance_waits_for_its_blanks() -> None:
    states = {check.key: outcome.state for check, outcome in example_filing("erqi_2020").outcomes.items()}
    assert states["requests_balance.natural_person"] is State.PENDING
    assert states["disclosure_decisions_as_sum.other_services"] is State.PENDING
    assert states["requests_carried_in.total"] is State.ABSENT


def test_errors_come_before_warnings_and_each_keeps_the_forms_order() -> None:
    filing = full_filing(form_of_edition("2019")).with_answers(
        {"cover.phone": "", "reviews.cases.review_other": -1, "disclosure.regulations.published": 1, "overview": ()}
    )
    found = [(finding.severity, finding.name) for finding in check_filing(filing)]
    assert found == [
        (Severity.ERROR, "blank_section"),
        (Severity.ERROR, "not_a_count"),
        (Severity.WARNING, "disclosure_public_total"),
        (Severity.WARNING, "contact_missing"),
    ]


def test_a_broken_balance_says_both_sides_the_difference_and_where_to_look() -> None:
    form = form_of_edition("2021")
    typed = {"requests.new.natural_person": 12, "requests.carried_in.natural_person": 3}
    filing = full_filing(form).with_answers(typed | {"requests.granted.natural_person": 14})
    finding = check_filing(filing)[0]
    assert list(finding.figures.values()) == [15, 14]
    assert all(text in finding.message for text in ("自然人", "＝15", "＝14", "相差 1"))
    assert [place.field for place in finding.places] == [
        f"requests.{row}.natural_person" for row in ("new", "carried_in", "results_total", "carried_out")
    ]
    assert finding.source == form.rule("requests_balance").source
    assert finding.advice == form.rule("requests_balance").advice


def test_an_explanation_is_passed_on_with_the_finding_it_explains() -> None:
    form = form_of_edition("2021")
    answers = {**full_answers(form), explanation_id("disclosure_in_force_chain.regulations"): "上年两件失效"}
    filing = Filing(form, "示例机关", "001", 2024, answers, {"disclosure.regulations.in_force": 2})
    finding = next(one for one in check_filing(filing) if one.name == "disclosure_in_force_chain")
    assert finding.severity is Severity.WARNING
    assert "上年两件失效" in finding.message


def test_a_single_blank_is_named_and_many_are_counted() -> None:
    form = form_of_edition("2021")
    (one,) = check_filing(full_filing(form).with_answers({"disclosure.charges.fees": None}))
    assert "有 1 格没有填" in one.message
    many = check_filing(full_filing(form, None))
    assert [len(finding.places) for finding in many] == [10, 144, 12]
    assert "等 144 格" in many[1].message


def test_the_small_form_is_judged_by_its_own_rules_only() -> None:
    form = form_of_edition("small", SMALL)
    typed = {"handling.received.mail": 1, "appeals.internal.changed": 1, "remarks": (), "control.withheld": 2}
    found = [place_of(form, finding) for finding in check_filing(full_filing(form).with_answers(typed))]
    assert found == [
        "remarks_missing @ remarks",
        "handling_balance @ mail",
        "handling_balance @ all_channels",
        "handling_register @ withheld",
        "appeals_lodged @ internal",
    ]


@pytest.mark.parametrize(
    ("value", "before", "is_said"),
    [(251000, "7.27", True), (72700, "7.27", True), ("25.1", "7.27", False), (251000, 0, False), (100, "7.27", False)],
)
def test_an_amount_in_the_small_unit_is_an_error(form_2021: Form, value: object, before: object, is_said: bool) -> None:  # noqa: FBT001
    name = "disclosure.charges.fees"
    filing = replace(full_filing(form_2021), previous={name: Decimal(str(before))})
    found = check_filing(filing.with_answers({name: Decimal(str(value))}))
    assert ("amount_in_small_unit" in {finding.name for finding in found}) is is_said


def test_a_report_without_a_date_says_so(form_2021: Form) -> None:
    found = list(check_filing(full_filing(form_2021).with_answers({"cover.date": ""})))
    assert [(finding.name, finding.severity.value) for finding in found] == [("date_missing", "note")]
