"""The prose as a witness for one of several suspected cells."""

from __future__ import annotations

from casebook import SENTENCE, example_filing

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
    assert tuple(with_witness(findings, wrong)) == findings
