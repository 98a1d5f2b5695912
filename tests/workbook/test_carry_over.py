"""Last year's figures for this year: taken only from the right organ's right year, accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from casebook import SMALL, example_filing, full_filing
from workbooks import NAME, issued

from toolkit.errors import InputError, WorkbookError
from toolkit.filing.filing import Filing
from toolkit.report.document import build_report
from toolkit.report.docx.document import render_docx
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


def test_a_report_that_cannot_be_opened_says_why() -> None:
    with pytest.raises(WorkbookError, match="PDF 已损坏"):
        previous_figures(b"%PDF-1.4 torn", "a.pdf", "甲局", "7", 2022)


def test_figures_of_the_older_edition_serve_the_newer_one(form_2019: Form, form_2021: Form) -> None:
    answers = full_filing(form_2019).answers
    data = write_workbook(Filing(form_2019, "甲局", "7", 2020, answers))
    filing, locked = blank_filing(form_2021, "甲局", "7", 2021, take(data, "甲局", "7", 2021))
    assert locked
    assert all(filing.answers[name] == 0 for name in locked)
    assert all(name in filing.previous or name in form_2021.fields for name in locked)


def published(year: int = 2023, organ: str = "宿迁市", **answers: object) -> bytes:
    filing = replace(example_filing("suqian_2023"), organ=organ, year=year).with_answers(answers)
    return render_docx(build_report(filing))


def test_a_published_report_serves_where_there_is_no_workbook(form_2021: Form) -> None:
    figures = take(published(), "江苏省宿迁市", "321300", 2024)
    assert figures == dict(example_filing("suqian_2023").figures())
    filing, locked = blank_filing(form_2021, "宿迁市", "321300", 2024, figures)
    assert filing.answers["requests.carried_in.natural_person"] == 118
    assert len(locked) == 6


def test_a_published_report_must_be_the_organ_s_own_of_the_year_before_and_its_carry_over_sound() -> None:
    with pytest.raises(InputError, match="不是“乙局”的"):
        take(published(), "乙局", "", 2024)
    with pytest.raises(InputError, match="2023 年的报告"):
        take(published(), "宿迁市", "", 2025)
    with pytest.raises(InputError, match="没有读准"):
        take(published(**{"requests.carried_out.business": "三件左右"}), "宿迁市", "", 2024)


def test_other_faults_of_a_published_report_do_not_matter() -> None:
    figures = take(published(**{"overview": (), "disclosure.licensing.decisions": None}), "宿迁市", "", 2024)
    assert "disclosure.licensing.decisions" not in figures
    assert figures["requests.carried_out.natural_person"] == 118
