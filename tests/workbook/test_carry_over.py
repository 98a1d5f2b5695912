"""Last year's figures for this year: taken only from the right organ's right year, accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from casebook import SMALL, full_filing
from workbooks import NAME, issued

from toolkit.errors import InputError, WorkbookError
from toolkit.filing.filing import Filing
from toolkit.workbook.carry_over import previous_figures
from toolkit.workbook.template.blank import blank_filing
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    from toolkit.form.model import Form


def take(data: bytes, organ: str, code: str, year: int) -> dict[str, object]:
    return dict(previous_figures(data, NAME, organ, code, year, SMALL))


def of(form: Form, organ: str = "甲局", code: str = "7") -> bytes:
    return write_workbook(Filing(form, organ, code, form.first_year, full_filing(form).answers))


def test_every_figure_comes_over_totals_too(form: Form) -> None:
    figures = take(of(form), "甲局", "7", form.first_year + 1)
    assert figures == dict(full_filing(form).figures())
    assert set(figures) == {field.id for field in form.fields.values() if field.kind.is_figure}


def test_the_code_decides_where_both_have_one_and_the_name_where_not(form_2021: Form) -> None:
    assert take(of(form_2021), "改名后的局", "7", 2022)
    assert take(of(form_2021), "甲局", "", 2022)
    assert take(of(form_2021, code=""), "甲局", "7", 2022)
    for organ, code, data in (
        ("甲局", "8", of(form_2021)),
        ("乙局", "", of(form_2021)),
        ("乙局", "7", of(form_2021, code="")),
    ):
        with pytest.raises(InputError, match="甲局"):
            take(data, organ, code, 2022)


@pytest.mark.parametrize("year", [2020, 2021, 2023])
def test_only_the_year_before_will_do(form_2021: Form, year: int) -> None:
    with pytest.raises(InputError, match="2021 年的报表"):
        take(of(form_2021), "甲局", "7", year)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(InputError) as raised:
        take(issued("2021"), "乙局", "7", 2030)
    assert len(raised.value.mistakes) == 3


def test_a_stranger_is_refused() -> None:
    with pytest.raises(WorkbookError, match="不是能读取的"):
        take(b"hello", "甲", "", 2022)


def test_figures_of_the_older_edition_serve_the_newer_one(form_2019: Form, form_2021: Form) -> None:
    answers = full_filing(form_2019).answers
    data = write_workbook(Filing(form_2019, "甲局", "7", 2020, answers))
    filing, locked = blank_filing(form_2021, "甲局", "7", 2021, take(data, "甲局", "7", 2021))
    assert locked
    assert all(filing.answers[name] == 0 for name in locked)
    assert all(name in filing.previous or name in form_2021.fields for name in locked)
