"""Numbers typed otherwise than as numbers: taken and told cell by cell, or asked with their cause."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from numberkinds import CASES, measured, typing
from workbooks import filled, look_at, with_cells

from toolkit.form.registry import form_of_edition
from toolkit.form.values import Kind
from toolkit.workbook.examining import Verdict, examine
from toolkit.workbook.layout import lay_out

if TYPE_CHECKING:
    from toolkit.form.model import Form


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_every_unmistakable_number_is_taken_and_told_at_its_cell(edition: str) -> None:

    form = form_of_edition(edition)
    examined, typed = typing(form, [case for case in CASES["taken"] if "unit" not in case])
    told = {place.field for found in examined.findings if found.name == "number_normalised" for place in found.places}
    assert {name: examined.filing.values[name] for name in typed} == {n: case["value"] for n, case in typed.items()}
    assert told == set(typed)


@pytest.mark.parametrize("case", [case for case in CASES["asked"] if "unit" not in case], ids=lambda case: case["text"])
def test_what_can_be_misunderstood_is_an_error_with_cause_and_likely_number(
    form_2021: Form, case: dict[str, object]
) -> None:
    examined, typed = typing(form_2021, [case])
    (name,) = typed
    (finding,) = (found for found in examined.findings if name in {place.field for place in found.places})
    assert finding.severity.value == "error"
    assert examined.filing.values[name] == case["text"]
    if "likely" in case:
        assert [suspect.value for suspect in finding.suspects] == [case["likely"]]
        assert f"可能应填 {case['likely']}" in finding.message


def test_one_note_a_sheet_and_manner_counts_its_cells_and_shows_the_first(form_2021: Form) -> None:
    examined, _ = typing(form_2021, [{"text": "3440"}] * 40)
    notes = [found for found in examined.findings if found.name == "number_normalised"]
    assert [len(note.places) for note in notes] == [40]
    assert "有 40 格存成了文本" in notes[0].message
    assert "“3440”读作 3440" in notes[0].message
    assert notes[0].severity.value == "note"


def test_strict_makes_an_error_of_each_and_keeps_the_value(form_2021: Form) -> None:
    name = next(field.id for field in form_2021.fields.values() if field.kind is Kind.COUNT)
    data = with_cells(filled("2021"), {lay_out(form_2021).spots[name]: " 0 "})
    assert look_at(data).verdict is Verdict.ACCEPTED
    strict = examine(data, "报表.xlsx", strict=True)
    assert strict.verdict is Verdict.NEEDS_FIXING
    assert strict.filing.values[name] == 0


def test_an_amount_in_its_own_unit_is_taken_and_in_another_asked(form_2021: Form) -> None:
    name = next(field.id for field in form_2021.fields.values() if field.kind is Kind.AMOUNT)
    spot = lay_out(form_2021).spots[name]
    assert look_at(with_cells(filled("2021"), {spot: "7.27万元"})).filing.values[name] == Decimal("7.27")
    (finding,) = (f for f in look_at(with_cells(filled("2021"), {spot: "251000元"})).findings if f.suspects)
    assert [suspect.value for suspect in finding.suspects] == [Decimal("25.1")]


def test_no_way_of_writing_a_number_gives_a_wrong_one() -> None:
    rows = list(measured())
    assert sum(row.wrong for row in rows) == 0
    assert all(row.cells == max(row.taken, row.asked) > 0 for row in rows)
