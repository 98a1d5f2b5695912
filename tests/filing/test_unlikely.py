"""Figures that may stand where they do and more likely mean something else are asked about, and only those."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from casebook import example_filing, full_filing

from toolkit.filing.prose.duties import check_duties

if TYPE_CHECKING:
    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form

COERCION, PENALTIES = "disclosure.coercion.decisions", "disclosure.penalties.decisions"
CHARGES = "disclosure.charges.fees"
NEW = "requests.new.natural_person"
ASKED = ("figure_like_a_day", "figure_stands_apart", "amount_like_small_unit")


def asked(filing: Filing, year: int = 2024) -> dict[str, str]:
    """Return what is asked about by name, with the message."""
    return {one.name: one.message for one in check_duties(replace(filing, year=year)) if one.name in ASKED}


@pytest.mark.parametrize(
    ("value", "year", "shown"),
    [
        (45296, 2024, "45296，2024年1月5日"), (45296, 2022, "45296，2024年"), (20240105, 2024, "20240105，2024年"),
        (45296, 2027, ""), (45296, 2021, ""), (4529, 2024, ""), (20241305, 2024, ""), (450, 2024, ""),
    ],
)  # fmt: skip
def test_the_number_of_a_day_about_the_year_is_asked_about(form_2021: Form, value: int, year: int, shown: str) -> None:
    found = asked(full_filing(form_2021).with_answers({COERCION: value}), year)
    assert bool(shown) is ("figure_like_a_day" in found)
    assert shown in found.get("figure_like_a_day", "")


def test_a_figure_like_those_beside_it_or_like_last_years_is_no_day(form_2021: Form) -> None:
    filing = full_filing(form_2021).with_answers({COERCION: 45296})
    assert asked(filing.with_answers({PENALTIES: 39000})) == {}
    assert asked(replace(filing, previous={COERCION: 41000})) == {}
    assert list(asked(replace(filing, previous={COERCION: 1808595}))) == ["figure_like_a_day"]
    assert list(asked(replace(filing, previous={COERCION: 0}))) == ["figure_like_a_day"]


def test_a_day_that_breaks_a_balance_is_asked_about_beside_large_figures(form_2021: Form) -> None:
    large = full_filing(form_2021).with_answers({NEW: 45296, "requests.new.business": 40000})
    assert list(asked(large)) == ["figure_like_a_day"]
    sound = large.with_answers({"requests.granted.natural_person": 45296, "requests.granted.business": 40000})
    assert asked(sound) == {}


@pytest.mark.parametrize(
    ("value", "beside", "before", "is_asked"),
    [(84212345, 30, None, True), (84212345, 120_000, None, False), (84212345, 30, 60_000_000, False),
     (84212345, 30, 30, True), (120_000, 0, None, False)],
)  # fmt: skip
def test_a_figure_far_beyond_all_others_is_asked_about(
    form_2021: Form,
    value: int,
    beside: int,
    before: int | None,
    is_asked: bool,  # noqa: FBT001
) -> None:
    filing = full_filing(form_2021).with_answers({COERCION: value, PENALTIES: beside})
    filing = replace(filing, previous={COERCION: before} if before is not None else {})
    assert ("figure_stands_apart" in asked(filing)) is is_asked


@pytest.mark.parametrize(
    ("value", "before", "shown"),
    [(251000, None, "251000 → 25.1"), (Decimal("1234567.89"), None, "→ 123.456789"), (99999, None, ""),
     (Decimal("316441.1234"), None, ""), (251000, Decimal("240000.5"), "")],
)  # fmt: skip
def test_an_amount_written_in_the_small_unit_proposes_the_printed_one(
    form_2021: Form, value: Decimal, before: Decimal | None, shown: str
) -> None:
    filing = full_filing(form_2021).with_answers({CHARGES: value})
    found = asked(replace(filing, previous={CHARGES: before} if before is not None else {}))
    assert bool(shown) is ("amount_like_small_unit" in found)
    assert shown in found.get("amount_like_small_unit", "")


@pytest.mark.parametrize("name", ["suqian_2024", "suqian_2023", "erqi_2020", "shanghai_office_2019"])
def test_no_published_figure_is_asked_about(name: str) -> None:
    filing = example_filing(name)
    assert asked(filing, filing.year) == {}
