"""Columns: the whole width is used, and every figure has room on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from casebook import full_filing
from report_samples import SAMPLES, numbered, sample_report

from toolkit.form.grid import Role
from toolkit.report.document import build_report
from toolkit.report.measures import CELL_MARGIN, TEXT_WIDTH, measure, signature_indents

if TYPE_CHECKING:
    from toolkit.form.model import Form


@pytest.mark.parametrize("name", SAMPLES)
def test_columns_fill_the_text_width_exactly(name: str) -> None:
    for table in sample_report(name).tables:
        widths = measure(table).widths
        assert (len(widths), sum(widths)) == (table.grid.width, TEXT_WIDTH)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_figure_has_room_on_one_line(name: str) -> None:
    for table in sample_report(name).tables:
        measures = measure(table)
        for cell in table.grid.data():
            digits = len(table.text(cell)) * measures.size * 5  # half an em each, in twips
            assert digits + 2 * CELL_MARGIN <= measures.width(cell), table.text(cell)


def test_longer_figures_make_smaller_type_and_never_less_than_five_and_a_half_points(form_2021: Form) -> None:
    sizes = [measure(build_report(numbered(form_2021, "某局", 10**digits)).tables[2]).size for digits in (1, 7, 15)]
    assert sizes[0] > sizes[1] > sizes[2] == 11


@pytest.mark.parametrize(("digits", "size"), [(1, 18), (5, 18), (6, 17), (7, 16), (9, 14), (12, 12)])
def test_type_shrinks_before_labels_grow_longer_than_a_page(form_2021: Form, digits: int, size: int) -> None:
    table = build_report(numbered(form_2021, "某局", 10 ** (digits - 1))).tables[1]
    assert measure(table).size == size


@pytest.mark.parametrize("name", SAMPLES)
def test_an_inset_leaves_room_for_an_even_number_of_characters(name: str) -> None:
    for table in sample_report(name).tables:
        measures = measure(table)
        for cell in (cell for cell in table.grid.cells if measures.inset(cell)):
            room = measures.width(cell) - 2 * CELL_MARGIN - 2 * measures.inset(cell)
            assert cell.role is Role.HEAD
            assert room // (measures.size * 10) % 2 == 0


def test_a_short_name_is_centred_over_the_date_and_a_long_one_stays_two_characters_in(form_2021: Form) -> None:
    filing = full_filing(form_2021).with_answers({"cover.date": "2022-01-09"})
    short, long = (
        build_report(type(filing)(form_2021, organ, "1", 2022, filing.answers)) for organ in ("某局", "某" * 40)
    )
    assert signature_indents(short) == (60, 40)
    assert signature_indents(long) == (20, 40)
