"""The prose as a witness for one of several suspected cells."""

from __future__ import annotations

from dataclasses import replace

from casebook import SENTENCE, example_filing

from toolkit.filing.findings import Finding, Severity, Suspect
from toolkit.filing.prose.agreement import statements
from toolkit.filing.prose.witness import with_witness
from toolkit.form.values import Paragraph
from toolkit.workbook.examining import judge

FIELD = "requests.granted.natural_person"


def test_the_suspect_whose_value_the_prose_states_says_so_and_comes_first() -> None:
    filing = example_filing("suqian_2024")
    right = filing.values[FIELD]
    wrong = filing.with_answers({FIELD: 1480})
    found = [suspect for finding in judge(wrong) for suspect in finding.suspects if suspect.field == FIELD]
    assert found
    assert all(suspect.value == right and "文字里写的是" in suspect.reason for suspect in found)
    first = [finding.suspects[0] for finding in judge(wrong) if finding.suspects]
    assert {suspect.field for suspect in first} == {FIELD}


def test_prose_without_a_number_says_nothing_for_anyone() -> None:
    wrong = example_filing("suqian_2024").with_answers({FIELD: 1480, "overview": (Paragraph(SENTENCE),)})
    findings = judge(wrong)
    assert not any("文字里写的是" in suspect.reason for finding in findings for suspect in finding.suspects)
    assert tuple(with_witness(findings, wrong, statements(wrong))) == findings


def test_two_cells_to_be_changed_together_are_tried_together() -> None:
    filing = example_filing("suqian_2024").with_answers({"overview": (Paragraph("全年新收政府信息公开申请3530件。"),)})
    alone = Suspect("requests.new.research", "科研机构", 4, "一格")
    pair = (
        Suspect("requests.new.natural_person", "自然人", 3442, "两格", together=True),
        Suspect("requests.new.business", "商业企业", 78, "两格"),
    )
    finding = Finding("requests_balance", Severity.ERROR, "", "", suspects=(alone, *pair))
    (heard,) = with_witness([finding], filing, statements(filing))
    assert [suspect.field for suspect in heard.suspects] == [pair[0].field, pair[1].field, alone.field]
    assert ["3530件" in suspect.reason for suspect in heard.suspects] == [True, True, False]


def test_a_total_that_was_stated_is_tried_as_it_was_stated() -> None:
    filing = example_filing("suqian_2024")
    total = "requests.new.total"
    mended = replace(filing, stated={total: 1}).mended({total: 2, FIELD: 3})
    assert (mended.stated[total], mended.values[FIELD], total in mended.answers) == (2, 3, False)
