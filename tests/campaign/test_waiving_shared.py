"""What only a look over all organs shows can be let pass for all it is about, until what any of them says changes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from rounds import BALANCED, begin, filled, put, waiving_on
from terminal import CANNOT_PROCEED, CLEAN, FINDINGS

from toolkit.campaign.collecting import collect_returns
from toolkit.form.values import Paragraph

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli

    from toolkit.campaign.round.folder import Campaign

FINANCE, EDUCATION = "云溪县财政局", "云溪县教育局"
ALIKE, ABOVE = "tables_alike", "parts_above_total"
WHY = ("--why", "两家合署办公")
CONSOLIDATED = """\
代码,名称,上级代码,类型
02,云溪县教育局,,汇总
0201,云溪县教研室,02,
"""
SMALLER = {"handling.received.post": 4, "handling.in_full.post": 2, "handling.open_after.post": 2}


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    campaign = begin(tmp_path / "a")
    for code in ("01", "02"):
        put(campaign, f"{code}.xlsx", filled(campaign, code))
    collect_returns(campaign.folder)
    return campaign


def listed(xxgk: Cli, campaign: Campaign, name: str = ALIKE) -> list[tuple[str, str, str]]:
    """Return the problems of that name: whose, in what state, in what words."""
    found: dict[str, Any] = xxgk("status", campaign.folder, "--problems", "--json").json
    return [(one["code"], one["state"], one["message"]) for one in found["problems"] if one["name"] == name]


def states(xxgk: Cli, campaign: Campaign, name: str = ALIKE) -> list[tuple[str, str]]:
    return [(code, state) for code, state, _ in listed(xxgk, campaign, name)]


def test_it_is_let_pass_for_all_it_is_about_by_naming_either(xxgk: Cli, campaign: Campaign) -> None:
    assert states(xxgk, campaign) == [("01", "待核对"), ("02", "待核对")]
    ran = xxgk("waive", campaign.folder, EDUCATION, ALIKE, *WHY)
    assert ran.code == CLEAN, ran.err
    assert states(xxgk, campaign) == [("01", "准予通过"), ("02", "准予通过")]
    assert listed(xxgk, campaign)[0][2].endswith("（主管部门准予通过：两家合署办公）")
    for organ in (FINANCE, EDUCATION):  # both histories tell it, in words
        told = xxgk("history", campaign.folder, organ).out
        assert ("准予通过" in told, "两家合署办公" in told, ALIKE in told) == (True, True, False)


def test_it_is_named_by_its_title_as_well(xxgk: Cli, campaign: Campaign) -> None:
    assert xxgk("waive", campaign.folder, FINANCE, "几家机关的表格完全一样", *WHY).code == CLEAN
    assert states(xxgk, campaign) == [("01", "准予通过"), ("02", "准予通过")]


@pytest.mark.parametrize("code", ["01", "02"])
def test_it_lapses_when_the_values_of_either_change(xxgk: Cli, campaign: Campaign, code: str) -> None:
    xxgk("waive", campaign.folder, FINANCE, ALIKE, *WHY)
    section = next(section.id for section in campaign.form.sections if not section.is_table)
    put(campaign, f"{code}词.xlsx", filled(campaign, code, {**BALANCED, section: (Paragraph("另写一段。"),)}))
    collect_returns(campaign.folder)
    assert states(xxgk, campaign) == [
        ("01", "准予通过"),
        ("02", "准予通过"),
    ]  # not the figures
    for name, changes in (("改", SMALLER), ("再改", SMALLER)):  # one now differs, then both are alike again
        for each in (code,) if name == "改" else ("01", "02"):
            put(campaign, f"{each}{name}.xlsx", filled(campaign, each, changes))
        collect_returns(campaign.folder)
    assert states(xxgk, campaign) == [("01", "待核对"), ("02", "待核对")]
    assert "原来准予通过，所根据的数改了" in listed(xxgk, campaign)[0][2]


def test_it_can_be_taken_back_by_naming_either_and_can_end_by_itself(
    xxgk: Cli, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    xxgk("waive", campaign.folder, FINANCE, ALIKE, *WHY)
    assert xxgk("waive", campaign.folder, EDUCATION, ALIKE, "--undo").code == CLEAN
    assert states(xxgk, campaign) == [("01", "待核对"), ("02", "待核对")]
    assert "撤销“准予通过”" in xxgk("history", campaign.folder, EDUCATION).out
    assert xxgk("waive", campaign.folder, EDUCATION, ALIKE, "--undo").code == CANNOT_PROCEED
    with waiving_on(monkeypatch, date(2020, 1, 1)):
        xxgk("waive", campaign.folder, FINANCE, ALIKE, *WHY, "--until", "2020-01-01")
    assert states(xxgk, campaign) == [("01", "待核对"), ("02", "待核对")]
    assert "到 2020-01-01 为止" in listed(xxgk, campaign)[0][2]


def test_what_those_below_do_not_agree_in_is_on_the_board_and_can_be_let_pass(xxgk: Cli, tmp_path: Path) -> None:
    campaign = begin(tmp_path / "a", CONSOLIDATED)
    for code, changes in (("02", SMALLER), ("0201", BALANCED)):
        put(campaign, f"{code}.xlsx", filled(campaign, code, changes))
    collect_returns(campaign.folder)
    ran = xxgk("status", campaign.folder)
    assert (ran.code, "汇总比下级相加还小的 1 家：云溪县教育局" in ran.out) == (FINDINGS, True)
    assert states(xxgk, campaign, ABOVE) == [("02", "要改")]
    assert xxgk("merge", campaign.folder).code == FINDINGS
    assert xxgk("waive", campaign.folder, "02", ABOVE, *WHY).code == CLEAN
    assert states(xxgk, campaign, ABOVE) == [("02", "准予通过")]
    assert xxgk("status", campaign.folder).code == CLEAN
    ran = xxgk("merge", campaign.folder)
    assert (ran.code, "主管部门准予通过：两家合署办公" in ran.out) == (CLEAN, True)
    effects = xxgk("why", campaign.folder, "--if", "02", "handling.received.post=4", "--json").json
    assert effects["findings"] == []
