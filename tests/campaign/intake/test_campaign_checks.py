"""A round may ask about smaller movements than the form does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from casebook import full_filing
from rounds import ROSTER, roster_file

from toolkit.campaign.intake.campaign_checks import CampaignChecker, basis_of
from toolkit.campaign.intake.carried.last_year import LastYear
from toolkit.campaign.intake.receipts import Receipt
from toolkit.campaign.round.folder import init_campaign, open_campaign
from toolkit.errors import InputError
from toolkit.filing.findings import raise_finding
from toolkit.filing.prose.likeness import sentences_of
from toolkit.form.values import Paragraph
from toolkit.workbook.examining import finding_json, judge

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.campaign.round.folder import Campaign


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    roster = roster_file(tmp_path, ROSTER)
    return init_campaign(tmp_path / "a", year=2024, organ="云溪县公开办", code="00", roster=roster)


def receipt(campaign: Campaign, new: int, was: int) -> Receipt:
    filing = full_filing(campaign.form).with_answers({"requests.new.natural_person": new})
    filing = replace(filing, previous={"requests.new.total": was}, year=2024, code="01")
    findings = tuple(map(finding_json, judge(filing)))
    return Receipt(
        "1", "a.xlsx", "01", "云溪县财政局", 2024, "accepted", "", values=filing.values, previous=filing.previous,
        findings=findings, cells={"requests.new.total": ("三、申请办理", "K9")},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("movement", "new", "is_told"), [(0, 90, False), (2, 90, True), (0, 300, True), (20, 300, False)]
)
def test_the_bound_of_the_round_counts(campaign: Campaign, movement: int, new: int, is_told: bool) -> None:  # noqa: FBT001
    checker = CampaignChecker(replace(campaign, movement=movement), LastYear())
    once = checker.checked(receipt(campaign, new, 30))
    for found in (once, checker.checked(once)):
        moved = [finding for finding in found.findings if finding["name"] == "requests_moved"]
        assert len(moved) == is_told
        assert all(finding["places"][0]["cell"] == "K9" for finding in moved if movement)


def test_a_new_bound_has_everything_judged_anew(campaign: Campaign) -> None:
    assert basis_of(campaign) != basis_of(replace(campaign, movement=3))


def test_the_bound_stands_in_the_settings(campaign: Campaign) -> None:
    settings = campaign.folder / "campaign.toml"
    written = settings.read_text(encoding="utf-8")
    settings.write_text(f"{written}movement = 3\n", encoding="utf-8")
    assert open_campaign(campaign.folder).movement == 3
    settings.write_text(f"{written}movement = 1\n", encoding="utf-8")
    with pytest.raises(InputError, match="movement"):
        open_campaign(campaign.folder)


PROSE = "本年度逐村核对了村务公开栏，补上缺的三十二项内容。组织业务骨干到各站所讲解公开目录，答复群众提问。"


def saying(campaign: Campaign, text: str) -> Receipt:
    filing = full_filing(campaign.form).with_answers({"overview": (Paragraph(text),), "problems": (), "other": ()})
    return replace(receipt(campaign, 0, 0), values=filing.values, findings=())


def names(found: Receipt) -> list[str]:
    return [
        finding["name"] for finding in found.findings if finding["name"] in {"prose_as_last_year", "forbidden_word"}
    ]


@pytest.mark.parametrize(
    ("text", "told"), [(PROSE, ["prose_as_last_year"]), ("新写的一段话，说的是今年新办的几件事情。", [])]
)
def test_prose_of_last_year_is_told(campaign: Campaign, text: str, told: list[str]) -> None:
    before = sentences_of(campaign.form, saying(campaign, PROSE).values)
    checker = CampaignChecker(campaign, LastYear(prose={"01": before}))
    assert names(checker.checked(saying(campaign, text))) == told
    assert names(checker.checked(checker.checked(saying(campaign, text)))) == told


def test_what_everyone_wrote_last_year_is_the_offices(campaign: Campaign) -> None:
    before = sentences_of(campaign.form, saying(campaign, PROSE).values)
    everyone = LastYear(prose={f"{code:02}": before for code in range(1, 20)})
    assert names(CampaignChecker(campaign, everyone).checked(saying(campaign, PROSE))) == []


def test_words_the_office_lists_are_told(campaign: Campaign) -> None:
    checker = CampaignChecker(replace(campaign, forbidden=("青云项目", "没有的词")), LastYear())
    (finding,) = checker.checked(saying(campaign, "全年公布青云项目进展。")).findings[-1:]
    assert finding["name"] == "forbidden_word"
    assert "“青云项目”：“全年公布青云项目进展。”" in finding["message"]
    settings = campaign.folder / "campaign.toml"
    written = settings.read_text(encoding="utf-8")
    settings.write_text(
        f'{written}forbidden = ["青云项目"]\ngovernment = "云溪县人民政府"\npreamble = "引言"\n', encoding="utf-8"
    )
    opened = open_campaign(campaign.folder)
    assert (opened.forbidden, opened.government, opened.preamble) == (("青云项目",), "云溪县人民政府", "引言")
    settings.write_text(f"{written}forbidden = [1]\n", encoding="utf-8")
    with pytest.raises(InputError, match="forbidden"):
        open_campaign(campaign.folder)


def test_of_another_year_only_the_year_is_told(campaign: Campaign) -> None:
    """Whatever is wrong with its form, it is the right one that is to be filled."""
    definition = finding_json(raise_finding("field_not_in_definition", label="“新增”", count=1))
    came = replace(receipt(campaign, 1, 1), year=2023, findings=(definition,))
    assert [one["name"] for one in CampaignChecker(campaign, LastYear()).checked(came).findings] == ["other_year"]
    came = replace(came, year=2024)
    assert "field_not_in_definition" in {
        one["name"] for one in CampaignChecker(campaign, LastYear()).checked(came).findings
    }


@pytest.mark.parametrize("government", ["", "云溪县人民政府"])
def test_the_total_of_the_round_is_told_to_be_its_own(campaign: Campaign, government: str) -> None:
    """Its text is written where it stands; nobody is to be told to enrol the office that compiles it."""
    came = replace(receipt(campaign, 1, 1), organ=government or campaign.organ, code="00")
    told = CampaignChecker(replace(campaign, government=government), LastYear()).checked(came).findings[0]
    assert told["name"] == "own_total"
    assert "merged" in told["advice"]
