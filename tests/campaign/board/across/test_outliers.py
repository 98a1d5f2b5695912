"""What organs of the same kind and size usually have, and who is far from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from casebook import full_filing

from toolkit.campaign.board.across.outliers import standing_out
from toolkit.campaign.intake.receipts import Receipt
from toolkit.campaign.intake.standings import Standing, State
from toolkit.campaign.round.roster import Organ

if TYPE_CHECKING:
    from toolkit.form.model import Form


def place(form: Form, code: int, new: int, kind: str = "局", **more: int) -> Standing:
    figures = {f"disclosure.{row}.decisions": value for row, value in more.items()}
    filing = full_filing(form).with_answers({"requests.new.natural_person": new, **figures})
    receipt = Receipt(str(code), "a.xlsx", str(code), "某局", 2024, "accepted", "", values=filing.values)
    return Standing(Organ(str(code), f"第{code}局", kind=kind), State.ACCEPTED, counts=receipt)


def told(form: Form, places: list[Standing]) -> list[tuple[str, str]]:
    return [(one.organ.code, one.finding.places[0].field) for one in standing_out(form, places)]


def usual(form: Form, organs: int = 20) -> list[Standing]:
    return [place(form, code, 10 + code % 9, penalties=30 + 7 * (code % 5)) for code in range(organs)]


def test_one_far_from_its_like_is_told_with_the_bound(form_2021: Form) -> None:
    places = [*usual(form_2021), place(form_2021, 99, 15, penalties=29610)]
    (one,) = standing_out(form_2021, places)
    assert (one.organ.code, one.finding.name) == ("99", "figure_stands_out")
    assert "29610" in one.finding.message
    assert "新收申请同是 2 位数的 21 家，中位数 44，多在" in one.finding.message


def test_the_size_itself_is_held_against_all_of_the_kind(form_2021: Form) -> None:
    places = [*usual(form_2021), place(form_2021, 99, 15000, penalties=40)]
    assert told(form_2021, places) == [("99", "requests.new.total")]


def test_a_giant_among_giants_is_none(form_2021: Form) -> None:
    giants = [place(form_2021, 100 + code, 15, "市局", penalties=29000 + code) for code in range(12)]
    assert told(form_2021, [*usual(form_2021), *giants]) == []


@pytest.mark.parametrize("organs", [0, 5, 10])
def test_of_few_nothing_is_said(form_2021: Form, organs: int) -> None:
    assert told(form_2021, [*usual(form_2021, organs), place(form_2021, 99, 15, penalties=29610)]) == []


def test_several_far_ones_do_not_move_the_bound(form_2021: Form) -> None:
    far = [place(form_2021, 90 + code, 15, penalties=29610) for code in range(5)]
    assert len(told(form_2021, [*usual(form_2021), *far])) == 5


def test_a_figure_below_nought_that_was_let_pass_is_no_measure(form_2021: Form) -> None:
    places = [*usual(form_2021), place(form_2021, 99, 15, penalties=-5)]
    assert told(form_2021, places) == []
