"""The printed sheet: every figure and paragraph as it reads, on a few whole pages, with a line to sign and the code."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING

import openpyxl
import pytest
from casebook import full_filing
from fillings import random_filing
from workbooks import YEARS, look_at, names_of

from toolkit.filing.checkcode import check_code
from toolkit.form.values import Paragraph
from toolkit.workbook.layout import FIRST_COLUMN, lay_out
from toolkit.workbook.template.formulas.sheet_results import SheetResults
from toolkit.workbook.template.formulas.sheets import formula_cells
from toolkit.workbook.template.printed.plan import PAGE, print_plan
from toolkit.workbook.template.workbook import write_workbook
from toolkit.workbook.wording.languages import wording_of

if TYPE_CHECKING:
    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form


def printed(filing: Filing) -> dict[tuple[int, int], object]:
    """Return what the printed sheet shows, by row and column."""
    layout = lay_out(filing.form)
    name = print_plan(layout).sheet
    cells = (live for live in formula_cells(layout, filing) if live.spot.sheet == name)
    return {(live.spot.row, live.spot.column): live.value for live in cells}


def test_every_figure_is_printed_as_the_tables_show_it(form: Form) -> None:
    filing = random_filing(form, YEARS[form.edition], 3)
    shown = printed(filing)
    for table in print_plan(lay_out(form)).tables:
        for cell in table.here.grid.data():
            value = filing.values[cell.field]
            assert shown[table.area(cell)[:2]] == ("" if value is None else value)


def test_prose_is_printed_with_its_figures_and_without_the_rows_left_blank(form_2021: Form) -> None:
    text = (Paragraph("（一）主动公开", 1), Paragraph("本年新收{本年新收}件。"))
    filing = full_filing(form_2021).with_answers({"overview": text, "requests.new.natural_person": 7})
    shown, plan = printed(filing), print_plan(lay_out(form_2021))
    lines = [shown[row, FIRST_COLUMN] for row in plan.prose[0].lines]
    assert lines[:3] == ["　　（一）主动公开", "　　本年新收7件。", ""]
    assert not any(lines[3:])


def test_a_section_longer_than_a_cell_is_told(form_2021: Form) -> None:
    filing = full_filing(form_2021).with_answers({"overview": (Paragraph("长" * 20000), Paragraph("长" * 20000))})
    assert (
        SheetResults(lay_out(form_2021), filing).printed["overview"].text
        == f"{wording_of(form_2021).printed.too_long}\n"
    )


def test_the_line_to_sign_stands_beside_the_check_code(form: Form) -> None:
    filing = full_filing(form)
    line = str(printed(filing)[print_plan(lay_out(form)).sign_row, FIRST_COLUMN])
    assert line.startswith(wording_of(form).printed.sign)
    assert line.endswith(check_code(filing))


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_a_plain_return_is_printed_on_three_to_five_full_pages(edition: str, form_2019: Form, form_2021: Form) -> None:
    form = {"2019": form_2019, "2021": form_2021}[edition]
    plan = print_plan(lay_out(form))
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(full_filing(form))))
    sheet = book[plan.sheet]
    edges = [0, *plan.breaks, plan.last_row + 1]
    pages = [
        sum(sheet.row_dimensions[row + 1].height or 15 for row in range(first, end)) for first, end in pairwise(edges)
    ]
    assert 3 <= len(pages) <= 5
    assert max(pages) <= PAGE
    assert [one.id for one in sheet.row_breaks.brk] == list(plan.breaks)
    for first in edges[:-1]:  # no page is blank: each begins with a heading
        assert sheet.cell(first + 1, FIRST_COLUMN + 1).value


def test_nothing_on_paper_has_a_ground(form: Form) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(full_filing(form))))
    sheet = book[print_plan(lay_out(form)).sheet]
    assert {cell.fill.fill_type for line in sheet.iter_rows() for cell in line} == {None}
    assert not list(sheet.conditional_formatting)


def test_the_printed_tables_are_taken_for_no_copy(form: Form) -> None:
    assert "sheet_copied" not in names_of(look_at(write_workbook(full_filing(form))))
