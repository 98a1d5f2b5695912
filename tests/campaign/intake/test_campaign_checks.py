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
