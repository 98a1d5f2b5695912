"""Nought is declared once: blanks of a declared table count as 0 everywhere, and nobody declares but the clerk."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from casebook import SMALL, full_filing, undeclared
from workbooks import YEARS, issued, look_at, names_of, with_cells

from toolkit.errors import InputError
from toolkit.filing.checkcode import check_code
from toolkit.filing.checking import check_filing, largest_table
from toolkit.filing.findings import Severity
from toolkit.form.checks import is_blank
from toolkit.form.ids import nought_id
from toolkit.workbook.answers.values import parse_answers
from toolkit.workbook.examining import Verdict, examined_json
from toolkit.workbook.filling import fill_workbook
from toolkit.workbook.layout import lay_out
from toolkit.workbook.template.blank import blank_filing
from toolkit.workbook.template.formulas.sheet_results import SheetResults
from toolkit.workbook.template.workbook import write_workbook
from toolkit.xlsx.package import open_package

if TYPE_CHECKING:
    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form


def table_of(form: Form) -> str:
    """Return the table of a form with the most cells."""
    tables = lay_out(form).tables
    return max(tables, key=lambda table: len(figures_of(form, table)))


def figures_of(form: Form, table: str) -> list[str]:
    return [name for name, field in form.fields.items() if field.table == table and field.kind.is_required_figure]


def empty_table(form: Form) -> Filing:
    """Return a filing without a fault but that one table is blank."""
    return undeclared(form).with_answers(dict.fromkeys(figures_of(form, table_of(form))))


def test_blanks_of_a_declared_table_count_as_nought_everywhere(form: Form) -> None:
    table, zeros = table_of(form), full_filing(form)
    filing = replace(empty_table(form), declared=frozenset({table}))
    assert filing.values == zeros.values
    assert check_code(filing) == check_code(zeros)
    assert SheetResults(lay_out(form), filing).verdict == lay_out(form).wording.states.ready
    examined = look_at(write_workbook(filing))
    assert examined.verdict is Verdict.ACCEPTED
    assert examined.filing is not None
    assert examined.filing.values == zeros.values
    assert all(is_blank(examined.filing.answers.get(name)) for name in figures_of(form, table))
    told = next(finding for finding in examined.findings if finding.name == "nought_declared")
    assert f"{len(figures_of(form, table))} 格按 0 计" in told.message
    assert examined_json(examined)["declared_nought"] == [table]
    assert names_of(examined) == ["nought_declared"]


def test_a_table_left_blank_and_undeclared_is_asked_about_once(form: Form) -> None:
    examined = look_at(write_workbook(empty_table(form)))
    assert examined.verdict is Verdict.NEEDS_FIXING
    asked = [finding for finding in examined.findings if form.words.nought in finding.advice]
    assert len(asked) == 1
    one = figures_of(form, table_of(form))[0]
    partly = look_at(write_workbook(undeclared(form).with_answers({one: None})))
    assert not [finding for finding in partly.findings if form.words.nought in finding.advice]


def test_nothing_but_noughts_typed_and_undeclared_is_asked_about_once(form: Form) -> None:
    (asked,) = look_at(write_workbook(undeclared(form))).findings
    assert (asked.name, asked.severity) == ("all_nought", Severity.WARNING)
    tables = [table.id for table in form.tables if figures_of(form, table.id)]
    assert [place.sheet for place in asked.places] == [form.section(table).sheet for table in tables]
    assert all(form.section(table).heading in asked.message for table in tables)
    assert form.words.nought in asked.advice


def test_noughts_are_not_asked_about_where_they_are_declared_or_something_happened(form: Form) -> None:
    largest, other = largest_table(form), next(table.id for table in form.tables if table.id != largest_table(form))
    said = undeclared(form).with_answers({nought_id(largest): form.words.nought})
    assert look_at(write_workbook(said)).findings == ()
    happened = undeclared(form).with_answers({figures_of(form, largest)[0]: 1})
    assert "all_nought" not in {finding.name for finding in check_filing(happened)}
    elsewhere = undeclared(form).with_answers({figures_of(form, other)[0]: 1})
    (asked,) = (finding for finding in check_filing(elsewhere) if finding.name == "all_nought")
    assert form.section(largest).sheet in {place.sheet for place in asked.places}
    assert form.section(other).sheet not in {place.sheet for place in asked.places}


def test_a_declaration_is_for_its_table_only_and_never_for_what_was_typed(form: Form) -> None:
    table = table_of(form)
    other = next(name for name in lay_out(form).tables if name != table)
    blank, typed = figures_of(form, table)[:2]
    filing = empty_table(form).with_answers({typed: 3, nought_id(table): form.words.nought})
    assert (filing.values[blank], filing.values[typed]) == (0, 3)
    elsewhere = full_filing(form).with_answers({figures_of(form, other)[0]: None, nought_id(table): form.words.nought})
    assert elsewhere.values[figures_of(form, other)[0]] is None
    assert filing.with_answers({nought_id(table): None}).values[blank] is None


@pytest.mark.parametrize("said", ["无", "0", "都是0", "其余空格都是 0 ", 0, True])
def test_what_is_not_the_choice_declares_nothing_and_is_told(said: str | int, form: Form) -> None:
    table = table_of(form)
    spot = lay_out(form).tables[table].nought
    examined = look_at(with_cells(write_workbook(empty_table(form)), {spot: said}))
    assert examined.verdict is Verdict.NEEDS_FIXING
    told = next(finding for finding in examined.findings if finding.name == "nought_unclear")
    assert (told.places[0].sheet, told.places[0].cell) == (spot.sheet, spot.cell)


def test_nobody_but_the_clerk_declares(form: Form) -> None:
    """Neither a blank workbook nor one that carries figures over has the choice made."""
    year = YEARS[form.edition]
    before = replace(full_filing(form), declared=frozenset(lay_out(form).tables))
    carried, locked = blank_filing(form, "示例机关", "001", year, before.figures())
    for data in (issued(form.edition), write_workbook(carried, locked=locked)):
        for here in lay_out(form).tables.values():
            cell = open_package(data).cells(here.nought.sheet)[here.nought.cell]
            assert cell.value is None


def test_fill_declares_and_takes_back(form: Form) -> None:
    table, data = table_of(form), write_workbook(empty_table(form))
    for said, accepted in ((True, True), (None, False), (form.words.nought, True), (False, False)):
        answers = parse_answers(form, {nought_id(table): said}, "数据.json")
        data = fill_workbook(data, "报表.xlsx", lambda _, answers=answers: answers, SMALL)
        examined = look_at(data)
        assert (examined.verdict is Verdict.ACCEPTED) == accepted
        assert "shown_result_differs" not in names_of(examined)


@pytest.mark.parametrize(("name", "value"), [("nought.nowhere", True), ("nought.", True), ("", "也许")])
def test_fill_refuses_another_table_or_another_word(name: str, value: object, form: Form) -> None:
    with pytest.raises(InputError):
        parse_answers(form, {name or nought_id(table_of(form)): value}, "数据.json")
