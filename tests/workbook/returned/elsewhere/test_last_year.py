"""Last year's figures, which nobody sees and nobody should change: what was done to them is told and not added."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from casebook import full_filing
from workbooks import by_openpyxl, look_at, names_of, with_cells, with_formula

from toolkit.workbook import layout as at
from toolkit.workbook.examining import Verdict
from toolkit.workbook.layout import Spot, lay_out
from toolkit.workbook.template.workbook import write_workbook
from toolkit.xlsx.package import NewCell, open_package

if TYPE_CHECKING:
    from toolkit.form.model import Form

NAME = "last_year_unreadable"
NEW, TOTAL, FEES = "requests.new.natural_person", "requests.new.total", "disclosure.charges.fees"


def carrying(form: Form) -> bytes:
    """Return a sound workbook that carries every figure of last year."""
    filing = full_filing(form)
    return write_workbook(replace(filing, previous=filing.figures()))


def place(form: Form, field: str) -> Spot:
    return Spot(at.KEYS_SHEET, lay_out(form).field_rows[field], at.FIELD_PREVIOUS)


@pytest.mark.parametrize("value", ["约5", "5", True, -2, Decimal("2.5")])
@pytest.mark.parametrize("field", [NEW, TOTAL])
def test_what_no_return_could_have_said_last_year_is_told(form_2021: Form, field: str, value: object) -> None:
    spot = place(form_2021, field)
    data = open_package(carrying(form_2021)).patched({spot.sheet: {spot.cell: NewCell(value)}})  # type: ignore[arg-type]
    examined = look_at(data)
    assert (names_of(examined)[0], examined.verdict) == (NAME, Verdict.NEEDS_FIXING)
    finding = examined.findings[0]
    assert [(one.field, one.sheet, one.cell) for one in finding.places] == [(field, spot.sheet, spot.cell)]
    assert f"“{form_2021.fields[field].label}”是" in finding.message
    assert examined.filing is not None
    assert field not in examined.filing.previous


def test_a_formula_there_is_not_as_it_was_issued(form_2021: Form) -> None:
    examined = look_at(with_formula(carrying(form_2021), place(form_2021, NEW), "1+1", "2"))
    assert names_of(examined)[0] == NAME
    assert "=1+1" in examined.findings[0].message


def test_many_of_them_are_one_finding(form_2021: Form) -> None:
    figures = [name for name, field in form_2021.fields.items() if field.kind.is_figure]
    (finding,) = (
        one
        for one in look_at(with_cells(carrying(form_2021), {place(form_2021, name): "无" for name in figures})).findings
        if one.name == NAME
    )
    assert len(finding.places) == len(figures)
    assert f"{len(figures)} 个" in finding.message


def test_an_empty_cell_is_no_figure_and_no_fault(form_2021: Form) -> None:
    """Programs write empty cells for fields that were issued with none; a round asks its record what is missing."""
    names = [NEW, "cover.contact", "overview"]
    examined = look_at(with_cells(carrying(form_2021), {place(form_2021, name): None for name in names}))
    assert NAME not in names_of(examined)
    assert examined.filing is not None
    assert NEW not in examined.filing.previous


def test_what_a_return_may_carry_is_nothing_to_tell_of(form: Form) -> None:
    for previous in ({}, full_filing(form).figures(), dict.fromkeys([next(iter(full_filing(form).figures()))], 3)):
        data = write_workbook(replace(full_filing(form), previous=previous))
        for came in (data, by_openpyxl(data)):
            examined = look_at(came)
            assert NAME not in names_of(examined)
            assert examined.filing is not None
            assert examined.filing.previous == previous


def test_an_amount_may_have_decimals(form_2021: Form) -> None:
    data = write_workbook(replace(full_filing(form_2021), previous={FEES: Decimal("12.5")}))
    assert NAME not in names_of(look_at(data))
