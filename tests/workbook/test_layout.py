"""Where everything stands: the official table cell by cell, nothing on top of anything, every reference right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter, range_boundaries

from toolkit.form.rules import bind_rules
from toolkit.form.values import Kind
from toolkit.workbook.layout import FIRST_COLUMN, KEYS_SHEET, Spot, cell_name, lay_out, quoted, typed_fields
from toolkit.workbook.rectangles import rectangles

if TYPE_CHECKING:
    from toolkit.form.model import Form

CELLS = st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=60)


@given(st.integers(0, 2000), st.integers(0, 16383))
def test_addresses_are_those_of_every_other_program(row: int, column: int) -> None:
    assert cell_name(row, column) == f"{get_column_letter(column + 1)}{row + 1}"
    assert cell_name(row, column, fixed=True) == f"${get_column_letter(column + 1)}${row + 1}"


@pytest.mark.parametrize(("name", "written"), [("封面", "'封面'"), ("it's", "'it''s'"), ("1 Requests", "'1 Requests'")])
def test_sheet_names_are_quoted_as_formulas_need_it(name: str, written: str) -> None:
    assert quoted(name) == written
    assert Spot(name, 4, 2).reference == f"{written}!$C$5"


@given(CELLS)
def test_rectangles_cover_exactly_the_cells_and_each_once(cells: set[tuple[int, int]]) -> None:
    covered = [
        (row, column)
        for top, left, bottom, right in rectangles(cells)
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    ]
    assert len(covered) == len(set(covered))
    assert set(covered) == cells


def test_a_block_is_one_rectangle() -> None:
    assert rectangles({(row, column) for row in range(3, 9) for column in range(2, 7)}) == [(3, 2, 8, 6)]


def test_no_two_fields_share_a_cell(form: Form) -> None:
    spots = list(lay_out(form).spots.values())
    assert len(set(spots)) == len(spots)


def test_every_field_has_a_place_and_typed_fields_are_all_but_the_computed(form: Form) -> None:
    layout = lay_out(form)
    assert list(layout.spots) == list(form.fields)
    assert list(layout.field_rows) == list(form.fields)
    computed = {field.id for field in form.fields.values() if field.kind is Kind.COMPUTED}
    assert {field.id for field in typed_fields(form)} == set(form.fields) - computed


def test_the_table_lies_on_the_sheet_as_the_official_grid_has_it(form: Form) -> None:
    """Neighbours in the grid are neighbours on the sheet, save for the hidden rows that hold keys."""
    for here in lay_out(form).tables.values():
        assert list(here.grid_rows) == sorted(set(here.grid_rows))
        assert not set(here.grid_rows) & set(here.key_rows.values())
        for cell in here.grid.data():
            spot = lay_out(form).spots[cell.field]
            assert (spot.row, spot.column) == (here.grid_rows[cell.row], FIRST_COLUMN + cell.column)
        inside = set(range(here.grid_rows[0], here.last_row + 1))
        assert inside - set(here.grid_rows) <= set(here.key_rows.values())


def test_helpers_stand_outside_the_printed_table(form: Form) -> None:
    for here in lay_out(form).tables.values():
        assert here.foot_row > here.last_row
        assert all(block.left_row > here.foot_row for block in here.blocks)
        assert all(margin.result_column > here.last_column for margin in here.margins)
        rows = [row for block in here.blocks for row in range(block.left_row - 1, block.state_row + 1)]
        if here.controls is not None:
            rows += [here.controls.head_row, here.controls.head_row + 1, *here.controls.rows.values()]
        assert len(rows) == len(set(rows))
        cells = [
            (row, column)
            for margin in here.margins
            for row in (margin.head_row, *margin.rows.values())
            for column in (margin.result_column, margin.state_column)
        ]
        assert len(cells) == len(set(cells))  # rules about other rows share their columns


def test_every_check_has_a_row_and_every_check_of_a_table_a_place_beside_it(form: Form) -> None:
    layout = lay_out(form)
    assert list(layout.check_rows) == [check.key for check in bind_rules(form)]
    placed = {
        key
        for here in layout.tables.values()
        for keys in (
            *(block.columns for block in here.blocks),
            *(margin.rows for margin in here.margins),
            here.controls.rows if here.controls is not None else {},
        )
        for key in keys
    }
    of_one_cell = {check.key for check in bind_rules(form) if check.row and check.column}  # these stand on 校验 alone
    assert placed == {check.key for check in bind_rules(form) if not check.is_total} - of_one_cell


def test_sums_name_exactly_the_cells_they_add(form: Form) -> None:
    layout = lay_out(form)
    for check in bind_rules(form):
        for side in (check.left, check.right):
            fields = [term.field for term in side if term.field in layout.spots]
            sheet = layout.spots[fields[0]].sheet if fields else ""
            named: set[tuple[str, int, int]] = set()
            for written in layout.on(sheet).ranges(fields):
                prefix, _, area = written.rpartition("!")
                left, top, right, bottom = range_boundaries(area)
                where = prefix.strip("'") or sheet
                named |= {(where, row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
            spots = [layout.spots[field] for field in fields]
            assert named == {(spot.sheet, spot.row + 1, spot.column + 1) for spot in spots}


def test_a_reference_is_prefixed_only_from_another_sheet(form: Form) -> None:
    layout = lay_out(form)
    name, spot = next((name, spot) for name, spot in layout.spots.items() if form.fields[name].kind is Kind.COUNT)
    assert layout.on(spot.sheet).ref(name) == spot.cell
    assert layout.on(KEYS_SHEET).ref(name) == f"{quoted(spot.sheet)}!{spot.cell}"
    assert layout.on(spot.sheet).sum([]) == "0"


def test_a_form_is_laid_out_once(form: Form) -> None:
    assert lay_out(form) is lay_out(form)
