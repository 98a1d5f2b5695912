"""What lacks altogether is told once: the blanks it leaves are listed under it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from casebook import EDITIONS, full_filing, undeclared
from layouts import HARMFUL, laid_out

from toolkit.documents.faults.missing import one_cause
from toolkit.filing.checking import check_filing
from toolkit.form.registry import form_of_edition
from toolkit.workbook.from_document import NOT_PRINTED, examine_document


def told(page: str) -> list[tuple[str, list[str]]]:
    """Return the errors and warnings of a page, each with what follows from it."""
    examined = examine_document(page.encode(), "页面.html").examined
    return [
        (one.name, [follow.name for follow in one.follows])
        for one in examined.findings
        if one.severity.name != "NOTE" and one.name not in {*NOT_PRINTED, "date_unlikely"}
    ]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(("fault", "name"), [("a table missing", "table_missing"), ("a row missing", "row_missing")])
def test_the_blanks_of_what_is_not_there_follow_from_it(edition: str, fault: str, name: str) -> None:
    page = laid_out(full_filing(form_of_edition(edition)), HARMFUL[fault])
    assert told(page) == [(name, ["blank_figure"])]


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_part_left_out_is_one_finding(edition: str) -> None:
    page = re.sub(r"<h2>六、.*?</p>", "", laid_out(full_filing(form_of_edition(edition)), lambda _: None))
    assert told(page) == [("blank_section", ["heading_missing"])]


def test_a_blank_elsewhere_stays_a_finding_of_its_own() -> None:
    filing = undeclared(form_of_edition("2021")).with_answers({"requests.new.business": None})
    assert told(laid_out(filing, HARMFUL["a table missing"]))[1] == ("blank_figure", [])


def test_without_anything_missing_findings_stay_as_they_are() -> None:
    filing = replace(full_filing(form_of_edition("2021"), None), organ="某局")
    findings = check_filing(filing)
    assert one_cause(findings, filing.form) == tuple(findings)
