"""Faults of layout: what can be read is right, what cannot is named, and no figure ever stands in a wrong cell."""

from __future__ import annotations

import pytest
from layouts import HARMFUL, HARMLESS, WITHOUT_TABLES, distinct_filing, laid_out, without_tables

from toolkit.documents.figures import Sure
from toolkit.documents.opening import open_document
from toolkit.documents.recognise import Recognition, recognise
from toolkit.form.registry import form_of_edition, load_forms
from toolkit.workbook.from_document import examine_document

FORMS = {edition: form_of_edition(edition) for edition in ("2019", "2021")}
# How many figures a harm may cost at most.
FEW = dict.fromkeys(HARMFUL, 7) | {"heads of columns exchanged": 50, "a table missing": 15}
FEW |= {"figures nobody can see": 200, "no column for totals": 25}
FEW |= {name: 133 for name in HARMFUL if name.startswith("numbered labels")}
FILINGS = {edition: distinct_filing(form) for edition, form in FORMS.items()}


def read(edition: str, name: str) -> Recognition:
    page = laid_out(FILINGS[edition], (HARMLESS | HARMFUL)[name])
    return recognise(open_document(page.encode(), "页面.html"), load_forms())


def wrong_figures(edition: str, found: Recognition) -> dict[str, tuple[object, object]]:
    right = FILINGS[edition].values
    return {name: (right[name], one.value) for name, one in found.found.items() if one.value != right[name]}


@pytest.mark.parametrize("edition", FORMS)
@pytest.mark.parametrize("name", HARMLESS)
def test_a_layout_that_only_looks_odd_is_read_whole(edition: str, name: str) -> None:
    found = read(edition, name)
    assert found.form is FORMS[edition]
    assert wrong_figures(edition, found) == {}
    assert {one.sure for one in found.found.values()} <= {Sure.READ, Sure.INFERRED}


@pytest.mark.parametrize("edition", FORMS)
@pytest.mark.parametrize("name", HARMFUL)
def test_what_cannot_be_known_is_named_and_nothing_else_is_lost(edition: str, name: str) -> None:
    found = read(edition, name)
    assert found.form is FORMS[edition]
    wrong = wrong_figures(edition, found)
    named = {place.field for finding in found.findings for place in finding.places}
    named |= {field for field, one in found.found.items() if isinstance(one.value, str)}
    unnamed = {
        field for field in wrong
        if field not in named and FORMS[edition].fields[field].table not in named
    }  # fmt: skip
    assert unnamed == set()
    assert len(wrong) <= FEW[name]
    misread = {
        field for field in wrong if found.found[field].sure is Sure.READ and isinstance(found.found[field].value, int)
    }
    assert misread == set()


@pytest.mark.parametrize("edition", FORMS)
def test_a_figure_merged_over_rows_is_nobodys_and_no_blank(edition: str) -> None:
    page = laid_out(FILINGS[edition], HARMFUL["a figure merged with the one below"])
    findings = {one.name: one for one in examine_document(page.encode(), "页面.html").examined.findings}
    assert len(findings["cells_merged"].places) == 2
    assert [one.name for one in findings["cells_merged"].follows] == ["blank_figure"]
    assert "blank_figure" not in findings


@pytest.mark.parametrize("edition", FORMS)
@pytest.mark.parametrize("name", WITHOUT_TABLES)
def test_a_table_that_is_none_in_the_page_is_read(edition: str, name: str) -> None:
    page = without_tables(FILINGS[edition], WITHOUT_TABLES[name])
    found = recognise(open_document(page.encode(), "页面.html"), load_forms())
    assert found.form is FORMS[edition]
    assert wrong_figures(edition, found) == {}


@pytest.mark.parametrize("edition", FORMS)
@pytest.mark.parametrize("name", WITHOUT_TABLES)
def test_blank_cells_of_such_a_table_put_no_figure_in_a_wrong_cell(edition: str, name: str) -> None:
    page = without_tables(FILINGS[edition], WITHOUT_TABLES[name], blank=3)
    found = recognise(open_document(page.encode(), "页面.html"), load_forms())
    named = {place.field for finding in found.findings for place in finding.places}
    wrong = {name: values for name, values in wrong_figures(edition, found).items() if values[1] is not None}
    assert wrong == {}
    lost = {name for name, one in found.found.items() if one.sure.value in {"two-readings", "not-found"}}
    assert {name for name in lost if not {name, name.split(".")[0]} & named} == set()


@pytest.mark.parametrize("name", ["column_moved", "column_missing", "text_unseen"])
def test_what_a_table_does_to_its_totals_and_hides_is_told(name: str) -> None:
    layouts = {"column_moved": "total's column first", "column_missing": "no column for totals"}
    found = read("2021", layouts.get(name, "figures nobody can see"))
    assert name in {one.name for one in found.findings}


def test_rows_whose_labels_are_alike_are_nobodys() -> None:
    findings = read("2021", "numbered labels all one").findings
    alike = next(one for one in findings if one.name == "rows_alike")
    assert {place.field.split(".")[1] for place in alike.places} == {"otherwise_other"}
    assert "都像“3.其他”" in alike.message


@pytest.mark.parametrize("edition", FORMS)
def test_a_total_with_something_behind_it_is_told(edition: str) -> None:
    found = read(edition, "a note's number raised")
    told = {place.field for one in found.findings if one.name == "total_no_number" for place in one.places}
    assert told == {"requests.refused_state_secret.total"}


def test_two_reports_in_one_file_are_told_and_not_mixed() -> None:
    first, second = FILINGS["2021"], FILINGS["2021"].with_answers({"requests.new.business": 4321})
    page = laid_out(first, HARMLESS["as printed"]) + laid_out(second, HARMLESS["as printed"])
    found = recognise(open_document(page.encode(), "页面.html"), load_forms())
    assert "several_reports" in {one.name for one in found.findings}
    assert wrong_figures("2021", found) == {}


def test_the_same_report_twice_is_one_report() -> None:
    page = laid_out(FILINGS["2021"], HARMLESS["as printed"]) * 2
    found = recognise(open_document(page.encode(), "页面.html"), load_forms())
    assert "several_reports" not in {one.name for one in found.findings}


@pytest.mark.parametrize("edition", FORMS)
def test_a_row_of_which_nothing_can_be_seen_changes_nothing(edition: str) -> None:
    page = laid_out(FILINGS[edition], HARMLESS["as printed"])
    hidden = page.replace("<table><tr>", '<table><tr><td style="display:none">1</td></tr><tr>')
    assert hidden != page
    found = recognise(open_document(hidden.encode(), "页面.html"), load_forms())
    assert found.form is FORMS[edition]
    assert wrong_figures(edition, found) == {}
