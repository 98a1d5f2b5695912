"""A whole table is pasted at one place: where that is chosen its figures count, and every doubt about them is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from casebook import SMALL, full_filing, undeclared
from workbooks import issued, look_at, names_of, with_cells

from toolkit.filing.checkcode import check_code
from toolkit.filing.filing import Pasted
from toolkit.form.values import Kind
from toolkit.workbook.examining import Verdict
from toolkit.workbook.filling import fill_workbook
from toolkit.workbook.layout import Spot, lay_out
from toolkit.workbook.template.workbook import write_workbook
from toolkit.xlsx.package import open_package

if TYPE_CHECKING:
    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form
    from toolkit.form.values import Value

TABLE = {"2019": "requests", "2021": "requests", "small": "handling"}


def figures_of(form: Form, *, totals: bool = True) -> list[str]:
    """Return the fields of the table that is pasted."""
    fields = [field for field in form.fields.values() if field.table == TABLE[form.edition] and field.kind.is_figure]
    return [field.id for field in fields if totals or field.kind is not Kind.COMPUTED]


def on_sheet(form: Form, name: str) -> Spot:
    """Return where a figure of the table is pasted."""
    here, spot = lay_out(form).tables[TABLE[form.edition]], lay_out(form).spots[name]
    return Spot(here.paste_sheet, spot.row, spot.column)


CHOICE = "what the list offers"


def pasted_book(
    form: Form, figures: dict[str, Value], *, chosen: str | None = CHOICE, typed: int | None = None
) -> bytes:
    """Return a sound workbook but for one table, into whose sheet for pasting these figures were pasted."""
    layout, empty = lay_out(form), undeclared(form).with_answers(dict.fromkeys(figures_of(form, totals=False), typed))
    changes = {on_sheet(form, name): value for name, value in figures.items()}
    switch = layout.tables[TABLE[form.edition]].paste_switch
    return with_cells(
        write_workbook(empty), {**changes, switch: layout.wording.pasting.choice if chosen == CHOICE else chosen}
    )  # type: ignore[dict-item]


def zeros(form: Form) -> dict[str, Value]:
    return dict.fromkeys(figures_of(form), 0)


def test_pasted_figures_count_where_that_is_chosen(form: Form) -> None:
    examined = look_at(pasted_book(form, zeros(form)))
    assert examined.verdict is Verdict.ACCEPTED
    assert examined.filing is not None
    assert examined.filing.values == full_filing(form).values
    assert check_code(examined.filing) == check_code(full_filing(form))
    assert "figures_pasted" in names_of(examined)
    assert {examined.reading.cells[name][0] for name in figures_of(form, totals=False)} == {
        lay_out(form).tables[TABLE[form.edition]].paste_sheet
    }


@pytest.mark.parametrize(("chosen", "said"), [(None, "paste_unused"), ("是", "paste_unclear")])
def test_pasted_figures_do_not_count_unless_chosen_and_that_is_told(chosen: str | None, said: str, form: Form) -> None:
    examined = look_at(pasted_book(form, zeros(form), chosen=chosen))
    assert examined.verdict is Verdict.NEEDS_FIXING
    assert said in names_of(examined)
    assert "figures_pasted" not in names_of(examined)


def test_nothing_is_said_of_a_sheet_nobody_pasted_into(form: Form) -> None:
    told = set(names_of(look_at(issued(form.edition)))) | set(names_of(look_at(write_workbook(full_filing(form)))))
    assert not {name for name in told if "paste" in name} | ({"sheet_copied"} & told)


@pytest.mark.parametrize("odd", ["减4", "约10", -1, "#DIV/0!"])
def test_pasted_figures_are_judged_like_typed_ones(odd: str | int, form: Form) -> None:
    count = next(name for name in figures_of(form) if form.fields[name].kind is Kind.COUNT)
    examined = look_at(pasted_book(form, {**zeros(form), count: odd}))
    places = {(place.sheet, place.cell) for finding in examined.findings for place in finding.places}
    spot = on_sheet(form, count)
    assert examined.verdict is Verdict.NEEDS_FIXING
    assert (spot.sheet, spot.cell) in places


def test_text_that_is_unmistakably_a_number_is_taken(form: Form) -> None:
    name = figures_of(form, totals=False)[0]
    examined = look_at(pasted_book(form, {name: "1,234"}))
    assert examined.filing is not None
    assert examined.filing.values[name] == 1234
    assert "number_normalised" in names_of(examined)


def test_a_figure_typed_and_pasted_otherwise_is_asked_about_naming_both(form: Form) -> None:
    examined = look_at(pasted_book(form, zeros(form), typed=5))
    told = next(finding for finding in examined.findings if finding.name == "pasted_and_typed")
    assert len(told.places) == len(figures_of(form, totals=False))
    assert "粘贴的是 0，填的是 5" in told.message


def test_a_cell_left_blank_in_what_was_pasted_is_taken_as_typed(form: Form) -> None:
    name = figures_of(form, totals=False)[0]
    examined = look_at(pasted_book(form, {**zeros(form), name: None}, typed=0))
    assert examined.filing is not None
    assert examined.filing.values == full_filing(form).values
    assert "pasted_and_typed" not in names_of(examined)


def test_a_pasted_total_that_is_not_its_sum_is_told(form: Form) -> None:
    totals = [name for name in figures_of(form) if form.fields[name].kind is Kind.COMPUTED]
    if totals:
        examined = look_at(pasted_book(form, {**zeros(form), totals[0]: 9}))
        told = next(finding for finding in examined.findings if finding.name == "pasted_total_differs")
        assert [place.cell for place in told.places] == [on_sheet(form, totals[0]).cell]


def test_fill_writes_where_the_figure_stands(form: Form) -> None:
    name = figures_of(form, totals=False)[0]
    data = fill_workbook(pasted_book(form, zeros(form)), "报表.xlsx", lambda _: {name: 3}, SMALL)
    spot = on_sheet(form, name)
    assert open_package(data).cells(spot.sheet)[spot.cell].value == 3
    filing = look_at(data).filing
    assert filing is not None
    assert filing.values[name] == 3


def test_a_filing_with_a_pasted_table_is_written_and_read_back(form: Form) -> None:
    table, sound = TABLE[form.edition], full_filing(form)
    figures, first = zeros(form), figures_of(form, totals=False)[0]
    filing: Filing = replace(sound, pasted={table: Pasted(figures, {first: 4})})
    read = look_at(write_workbook(filing)).filing
    assert read is not None
    assert read.values == sound.values
    assert read.pasted[table].typed[first] == 4
