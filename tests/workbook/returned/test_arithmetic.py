"""What clerks type as a sum is worked out anew; what cannot be worked out keeps its stored result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from workbooks import filled, look_at, with_cells, with_formula

from toolkit.workbook.layout import lay_out

if TYPE_CHECKING:
    from toolkit.form.model import Form

NAME = "disclosure.regulations.in_force"


@pytest.mark.parametrize(
    ("formula", "stored", "value"),
    [
        ("11+1", "19", 12),
        ("(3+4)*2-10/5", None, 12),
        ("8695.06+0.29", None, "8695.35"),
        ("-(-5)", "1", 5),
        ("E9+1", "99", 8),
        ("SUM(E9:E10,2)", "99", 9),
        ("E9*2-1", None, 13),
    ],
)
def test_a_result_is_worked_out(form_2021: Form, formula: str, stored: str | None, value: object) -> None:
    spots = lay_out(form_2021).spots
    data = with_cells(filled("2021"), {spots["disclosure.normative_documents.in_force"]: 7})
    found = look_at(with_formula(data, spots[NAME], formula, stored)).filing.values[NAME]
    assert str(found) == str(value)


@pytest.mark.parametrize("formula", ["VLOOKUP(1,E9:E10,1)", "E8", "1/0", "E9:E10", "&quot;甲&quot;", "9^9^9", "((((1"])
def test_what_cannot_be_worked_out_keeps_what_is_stored(form_2021: Form, formula: str) -> None:
    data = with_formula(filled("2021"), lay_out(form_2021).spots[NAME], formula, "5")
    assert look_at(data).filing.values[NAME] == 5
