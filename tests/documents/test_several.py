"""Several reports in one file: each is read by itself, says which it is, and none is mixed with another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from layouts import HARMLESS, distinct_filing, html_of, laid_out, tables_of
from report_samples import figures_of

from toolkit.documents.grids import Document, Grid
from toolkit.documents.opening import open_document
from toolkit.documents.several import recognise_all
from toolkit.form.registry import form_of_edition, load_forms

if TYPE_CHECKING:
    from toolkit.filing.filing import Filing

FORMS = load_forms()
NEW, OLD = form_of_edition("2021"), form_of_edition("2019")
FIRST = distinct_filing(NEW)
OTHER = replace(FIRST, organ="示例区财政局").with_answers({"requests.new.business": 4321})
YEAR_AFTER = replace(FIRST, year=2022).with_answers({"requests.new.business": 77})
OLDER = replace(distinct_filing(OLD), year=2020)


def page(*filings: Filing) -> str:
    return "".join(laid_out(filing, HARMLESS["as printed"]) for filing in filings)


def document(text: str) -> Document:
    return open_document(text.encode(), "两份.html")


TOGETHER = {
    "two organs": (FIRST, OTHER),
    "two years": (FIRST, YEAR_AFTER),
    "two editions": (OLDER, FIRST),
    "three reports": (FIRST, OTHER, YEAR_AFTER),
}


@pytest.mark.parametrize("name", TOGETHER)
def test_each_report_of_a_file_is_read_by_itself(name: str) -> None:
    filings = TOGETHER[name]
    found = recognise_all(document(page(*filings)), FORMS)
    assert [(one.number, one.count) for one in found] == [(at, len(filings)) for at in range(1, len(filings) + 1)]
    for one, filing in zip(found, filings, strict=True):
        assert one.filing is not None
        assert (one.filing.organ, one.filing.year, one.filing.form) == (filing.organ, filing.year, filing.form)
        assert figures_of(one.filing) == figures_of(filing)
        assert one.filing.paragraphs("other") == filing.paragraphs("other")
        told = [finding.message for finding in one.findings if finding.name == "several_reports"]
        assert told == [f"文件里有 {len(filings)} 份报告，这里读的是第 {one.number} 份"]


def test_what_is_given_is_taken_only_where_a_report_does_not_say() -> None:
    text = page(FIRST, replace(OTHER, year=2024)).replace("示例区财政局", "").replace("2024年政府", "政府")
    first, second = recognise_all(document(text), FORMS, 2023, "示例区公安局")
    assert first.filing is not None
    assert second.filing is not None
    assert (first.filing.organ, first.filing.year) == (FIRST.organ, FIRST.year)
    assert second.filing.organ == "示例区公安局"


def test_the_same_report_twice_is_one() -> None:
    (one,) = recognise_all(document(page(FIRST, FIRST)), FORMS)
    assert (one.number, one.count) == (1, 1)
    assert "several_reports" not in {finding.name for finding in one.findings}


def test_reports_whose_tables_lie_within_each_other_are_told_not_mixed() -> None:
    """Two returns printed table by table, side by side: no place parts them."""
    mixed = [table for pair in zip(tables_of(FIRST), tables_of(OTHER), strict=True) for table in pair]
    (one,) = recognise_all(document(html_of(FIRST, mixed)), FORMS)
    told = [finding.message for finding in one.findings if finding.name == "several_reports"]
    assert len(told) == 1
    assert "混在一起分不开" in told[0]
    assert {name: entry.value for name, entry in one.found.items() if entry.value != FIRST.values[name]} == {}


def test_sheets_of_a_workbook_are_parted_too() -> None:
    """Each report on a sheet of its own: the second begins at the first line of its sheet."""
    one, other = (document(page(filing)) for filing in (FIRST, OTHER))
    joined = Document("两份.xlsx", "xlsx", (*one.blocks, *other.blocks))
    assert sum(isinstance(block, Grid) for block in joined.blocks) == 6
    assert [found.filing and found.filing.organ for found in recognise_all(joined, FORMS)] == [
        FIRST.organ,
        OTHER.organ,
    ]
