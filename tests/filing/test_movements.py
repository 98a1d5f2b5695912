"""Figures far from last year's are asked about, small and steady ones are not, and a reason closes the question."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from casebook import full_filing

from toolkit.filing.explanations import EXPLAINED, with_explanations
from toolkit.filing.movements import moved, movement_rules
from toolkit.form.ids import explanation_id
from toolkit.workbook.examining import judge

if TYPE_CHECKING:
    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form
    from toolkit.form.values import Figure

NEW = "requests.new.natural_person"


def of(form: Form, now: int, was: int) -> Filing:
    previous: dict[str, Figure] = {"requests.new.total": was}
    return replace(
        full_filing(form).with_answers({NEW: now, "requests.carried_out.natural_person": now}), previous=previous
    )


@pytest.mark.parametrize(
    ("now", "was", "is_told"),
    [
        (21, 19, False), (100, 20, False), (104, 20, True), (20, 0, True), (19, 0, False), (0, 20, True),
        (0, 19, False), (3, 104, True), (1000, 300, False), (35250, 3525, True),
    ],
)  # fmt: skip
def test_a_figure_many_times_last_years_is_asked_about(form_2021: Form, now: int, was: int, is_told: bool) -> None:  # noqa: FBT001
    found = [finding for finding in judge(of(form_2021, now, was)) if finding.name == "requests_moved"]
    assert bool(found) == is_told
    for finding in found:
        assert finding.severity.value == "warning"
        assert finding.figures == {"本年": now, "上年": was}
        assert "一、本年新收政府信息公开申请数量 · 总计" in finding.message


def test_fees_typed_in_yuan_are_asked_about(form_2021: Form) -> None:
    filing = full_filing(form_2021).with_answers({"disclosure.charges.fees": Decimal(727012578)})
    filing = replace(filing, previous={"disclosure.charges.fees": Decimal("59237.2449")})
    assert "charges_moved" in {finding.name for finding in judge(filing)}


def test_without_last_year_nothing_is_asked(form: Form) -> None:
    assert moved(full_filing(form), {}, 2) == ()


@pytest.mark.parametrize(("said", "closed"), [("去年底征地，申请集中", EXPLAINED), ("属实", ""), ("", "")])
def test_a_reason_in_the_cell_beside_it_closes_the_question(form_2021: Form, said: str, closed: str) -> None:
    cell = explanation_id("requests_moved.new.total")
    filing = of(form_2021, 1000, 10).with_answers({cell: said})
    found = with_explanations(judge(filing), lambda _: "")
    assert [finding.closed for finding in found if finding.name == "requests_moved"] == [closed]
    assert [finding.closed for finding in moved(filing, filing.previous, 5)] == [closed]


def test_another_bound_draws_another_line(form_2021: Form) -> None:
    filing = of(form_2021, 90, 30)
    assert [len(moved(filing, filing.previous, times)) for times in (2, 3, 5)] == [1, 0, 0]


def test_both_editions_hold_the_same_totals_against_last_year(form_2019: Form, form_2021: Form) -> None:
    shared = {"requests_moved", "reviews_moved", "decisions_moved"}
    assert movement_rules(form_2019) == shared
    assert movement_rules(form_2021) == shared | {"charges_moved"}
