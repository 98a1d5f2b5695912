"""Sub-headings as they are printed: guessed, numbered in order, a typed number once; collisions told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from casebook import full_filing

from toolkit.filing.prose.headings import check_headings, titled
from toolkit.form.values import Paragraph
from toolkit.report.document import build_report

if TYPE_CHECKING:
    from toolkit.form.model import Form

TEXT = Paragraph("全年没有收到申请。")


def shown(*paragraphs: Paragraph) -> list[tuple[int, str]]:
    return [(one.level, one.text) for one in titled(paragraphs, is_chinese=True) if one.text != TEXT.text]


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ([(1, "主动公开"), (1, "依申请公开")], [(1, "（一）主动公开"), (1, "（二）依申请公开")]),
        ([(1, "（一）主动公开"), (1, "（二）依申请公开")], [(1, "（一）主动公开"), (1, "（二）依申请公开")]),
        ([(1, "(一)主动公开"), (1, "二、依申请公开")], [(1, "（一）主动公开"), (1, "（二）依申请公开")]),
        ([(1, "（三）主动公开")], [(1, "（一）主动公开")]),
        ([(1, "甲"), (2, "1.渠道"), (2, "2、 人员"), (1, "乙"), (2, "渠道")],
         [(1, "（一）甲"), (2, "1.渠道"), (2, "2.人员"), (1, "（二）乙"), (2, "1.渠道")]),
        ([(2, "1.渠道")], [(1, "（一）渠道")]),
        ([(0, "（一）公开情况"), (0, "（四）平台情况")], [(1, "（一）公开情况"), (1, "（二）平台情况")]),
        ([(0, "（一）主动公开情况。全年公布信息三条。"), (1, "依申请公开")],
         [(0, "（一）主动公开情况。全年公布信息三条。"), (1, "（二）依申请公开")]),
        ([(0, "2.5万件申请已答复"), (0, "一是公开不够及时")], [(0, "2.5万件申请已答复"), (0, "一是公开不够及时")]),
        ([(1, "一"), *[(1, "又一个")] * 10, (1, "末")],
         [(1, "（一）一"), *[(1, f"（{n}）又一个") for n in [*"二三四五六七八九十", "十一"]],
          (1, "（十二）末")]),
    ],
)  # fmt: skip
def test_headings_are_numbered_in_order(typed: list[tuple[int, str]], printed: list[tuple[int, str]]) -> None:
    paragraphs = [one for level, text in typed for one in (Paragraph(text, level), TEXT)]
    assert shown(*paragraphs) == printed


def test_a_list_is_no_row_of_headings_and_the_last_line_is_none() -> None:
    lines = [Paragraph(f"{number}.机构职能") for number in (1, 2, 3)]
    assert shown(*lines) == [(0, one.text) for one in lines]
    assert shown(TEXT, Paragraph("（一）主动公开")) == [(0, "（一）主动公开")]


def test_numbering_twice_changes_nothing() -> None:
    once = titled([Paragraph("二、甲", 1), TEXT, Paragraph("乙", 2), TEXT], is_chinese=True)
    assert titled(once, is_chinese=True) == once


def test_other_languages_are_left_as_typed() -> None:
    typed = (Paragraph("Openness", 1), TEXT)
    assert titled(typed, is_chinese=False) == typed


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("（一）甲 （二）乙 （四）丙 （五）丁", ["（四）→（三）"]),  # heading_renumbered
        ("（一）甲 （二）乙", []),
        ("(1)甲 （二）乙", []),  # no way of numbering a sub-heading: it is text, and the next one counts from it
        ("甲 乙 （四）丙", ["（四）→（三）"]),
        ("二、甲 （一）乙", ["二、→（一）", "（一）→（二）"]),
        ("（二）甲 三、乙 （四）丙", ["（二）→（一）", "三、→（二）"]),
    ],
)
def test_a_number_that_the_report_changes_is_told_once_a_section(form: Form, typed: str, told: list[str]) -> None:
    section = next(section.id for section in form.sections if not section.is_table)
    filing = full_filing(form).with_answers(
        {section: tuple(one for text in typed.split() for one in (Paragraph(text, 1), TEXT))}
    )
    messages = [one.message for one in check_headings(filing)]
    assert len(messages) == (len(told) if form.language.startswith("zh") else 0)
    for message, (was, printed) in zip(messages, (one.split("→") for one in told), strict=False):
        assert f"“{was}”" in message
        assert printed in message


def test_a_number_like_a_sections_is_told_and_put_right_in_the_report(form: Form) -> None:
    prose = (Paragraph("二、依申请公开", 1), TEXT)
    section = next(section.id for section in form.sections if not section.is_table)
    filing = full_filing(form).with_answers({section: prose})
    is_chinese = form.language.startswith("zh")
    assert [finding.name for finding in check_headings(filing)] == ["heading_collides"] * is_chinese
    printed = next(one for one in build_report(filing).sections if one.id == section).paragraphs[0].text
    assert printed == ("（一）依申请公开" if is_chinese else "二、依申请公开")
