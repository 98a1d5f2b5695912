"""Organs whose returns are alike are named to each other; noughts and the office's own phrases are no likeness."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rounds import BALANCED, begin, filled, put

from toolkit.campaign.board.across.likeness import alike
from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.intake.receipts import Receipt, ReceiptBook
from toolkit.campaign.intake.standings import Standing, State, standing
from toolkit.form.values import Paragraph

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.campaign.round.folder import Campaign
    from toolkit.form.values import Value

OWN = "本年度把村务公开栏逐村核对了一遍，补上了缺的三十二项内容。"
OTHER = "本年度组织业务骨干到各站所讲解公开目录，答复了群众的提问。"


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return begin(tmp_path / "a")


def told(campaign: Campaign, answers: dict[str, dict[str, Value]]) -> set[tuple[str, str]]:
    for code, changes in answers.items():
        put(campaign, f"{code}.xlsx", filled(campaign, code, changes))
    collect_returns(campaign.folder)
    with ReceiptBook(campaign.receipts_file) as book:
        found = list(alike(campaign.form, standing(campaign, book).values()))
    return {(one.organ.code, one.finding.name) for one in found}


def prose(campaign: Campaign, text: str) -> dict[str, Value]:
    section = next(section.id for section in campaign.form.sections if not section.is_table)
    return {section: (Paragraph(text),)}


def test_the_same_figures_are_told_of_both(campaign: Campaign) -> None:
    answers = {code: {**BALANCED, **prose(campaign, text)} for code, text in (("01", OWN), ("02", OTHER))}
    assert told(campaign, answers) == {("01", "tables_alike"), ("02", "tables_alike")}


def test_noughts_throughout_are_no_likeness(campaign: Campaign) -> None:
    assert told(campaign, {"01": prose(campaign, OWN), "02": prose(campaign, OTHER)}) == set()


def test_the_same_sentences_with_other_figures_and_names_are_told(campaign: Campaign) -> None:
    answers = {
        "01": prose(campaign, f"云溪县财政局{OWN}收到3件。"),
        "02": prose(campaign, f"云溪县教育局{OWN}收到5件。"),
        "0201": prose(campaign, OTHER),
    }
    assert told(campaign, answers) == {("01", "prose_copied"), ("02", "prose_copied")}


def test_sentences_with_a_word_changed_here_and_there_are_told(campaign: Campaign) -> None:
    answers = {
        "01": prose(campaign, OWN),
        "02": prose(campaign, OWN.replace("逐村", "挨村").replace("补上了", "补齐了")),
        "0201": prose(campaign, OTHER),
    }
    assert told(campaign, answers) == {("01", "prose_copied"), ("02", "prose_copied")}


def test_the_same_explanation_is_told_of_both(campaign: Campaign) -> None:
    places = []
    for code, said in (("01", "系统切换，重复登记！"), ("02", "系统切换重复登记"), ("0201", "台账缺一张")):
        receipt = replace(sound(campaign, code), findings=({"name": "x", "severity": "warning", "explanation": said},))
        places.append(Standing(campaign.roster.by_code[code], State.ACCEPTED, counts=receipt))
    found = [(one.organ.code, one.finding.name, one.finding.message) for one in alike(campaign.form, places)]
    assert [code for code, name, _ in found if name == "explanation_copied"] == ["01", "02"]
    assert "“云溪县教育局”" in found[0][2]


def sound(campaign: Campaign, code: str) -> Receipt:
    return Receipt(code, f"inbox/{code}.xlsx", code, code, campaign.year, "accepted", "2051-01-01T00:00:00+08:00")
