"""What a filing lets expect in a cell: from the other columns of its row, from last year, from both."""

from __future__ import annotations

from toolkit.filing.filing import Filing
from toolkit.filing.locating.plausible import expectation_of
from toolkit.form.registry import form_for_year

FORM = form_for_year(2023)
ZEROS = {name: 0 for name, field in FORM.fields.items() if field.kind.is_required_figure}
ROW = "requests.refused_state_secret"


def filing(previous: dict[str, int] | None = None, **answers: int) -> Filing:
    typed = {name.replace("__", "."): value for name, value in answers.items()}
    return Filing(FORM, "某局", "", 2023, ZEROS | typed, previous or {})


def test_a_row_that_is_empty_elsewhere_forbids_no_figure_in_the_column_that_holds_most():
    found = expectation_of(filing(requests__granted__natural_person=80, requests__granted__business=20))
    assert found.odds(f"{ROW}.natural_person", 4, 0) > 0.001
    assert found.odds(f"{ROW}.natural_person", 4, 0) > 100 * found.odds(f"{ROW}.natural_person", 80, 0)


def test_a_row_that_is_full_elsewhere_asks_for_its_share():
    answers = {"requests__granted__natural_person": 800, "requests__granted__business": 200}
    found = expectation_of(filing(requests__refused_state_secret__business=20, **answers))
    assert found.odds(f"{ROW}.natural_person", 78, 780) > found.odds(f"{ROW}.natural_person", 78, 8)
    assert found.odds(f"{ROW}.natural_person", 78, 780) > 1


def test_last_years_figure_grows_with_its_table():
    sums = ("requests.granted.natural_person", "requests.new.natural_person")
    previous = dict.fromkeys(sums, 200) | {f"{ROW}.business": 30}

    def odds(now: int) -> float:
        answers = {name.replace(".", "__"): now for name in sums}
        return expectation_of(filing(previous, **answers)).odds(f"{ROW}.business", 57, 30)

    assert odds(400) > odds(200)


def test_a_total_is_no_surprise_of_its_own():
    found = expectation_of(filing(requests__granted__natural_person=80, requests__granted__business=20))
    assert found.odds("control.granted", 100, 10) == found.odds("requests.granted.total", 100, 10) == 1
