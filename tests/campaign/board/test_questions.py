"""What is asked of the coordinator says what counts now, and what the whole would be by an answer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from casebook import SMALL
from rounds import BALANCED, BROKEN, begin, filled, put
from terminal import CLEAN, FINDINGS

from toolkit.form.values import Paragraph
from toolkit.workbook.filling import fill_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli

    from toolkit.campaign.round.folder import Campaign
    from toolkit.form.model import Form
    from toolkit.form.values import Value

OTHER = {**BALANCED, "handling.received.mail": 3, "handling.in_full.mail": 3}
COVERED = "代码,名称,上级代码,类型\n02,云溪县教育局,,汇总\n0201,云溪县教研室,02,\n"


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return begin(tmp_path / "a")


def total(xxgk: Cli, campaign: Campaign) -> int:
    return int(xxgk("why", campaign.folder, "handling.received.all_channels", "--json").json["value"])


def test_another_rounds_file_with_other_figures_is_held_and_changes_nothing_until_it_is_taken(
    xxgk: Cli, campaign: Campaign, tmp_path: Path
) -> None:
    put(campaign, "一.xlsx", filled(campaign, "01"))
    xxgk("collect", campaign.folder)
    elsewhere = begin(tmp_path / "b")
    put(campaign, "别轮.xlsx", filled(elsewhere, "01", OTHER))
    ran = xxgk("collect", campaign.folder)
    assert (ran.code, "待定（不是本次下发的报表），仍按第 1 份“一.xlsx”计入" in ran.out) == (FINDINGS, True)
    assert "有 2 格不同" in ran.out
    assert "接受后全部合计：" in ran.out
    assert total(xxgk, campaign) == 5
    (asked,) = xxgk("status", campaign.folder, "--json").json["questions"]
    gains = {one["field"]: one["by"] for one in asked["totals"]}
    assert gains["handling.received.all_channels"] == 3
    assert xxgk("accept", campaign.folder, "01", "--why", "来电核实").code == CLEAN
    assert total(xxgk, campaign) == 8


def test_while_the_old_one_is_put_aside_the_question_does_not_say_that_it_counts(xxgk: Cli, campaign: Campaign) -> None:
    put(campaign, "一.xlsx", filled(campaign, "01"))
    xxgk("collect", campaign.folder)
    os.utime(put(campaign, "旧稿.xlsx", filled(campaign, "01", OTHER)), (1.6e9, 1.6e9))
    xxgk("collect", campaign.folder)
    put(campaign, "坏.xlsx", filled(campaign, "01", BROKEN))
    xxgk("collect", campaign.folder)
    out = xxgk("status", campaign.folder).out
    assert "第 1 份“一.xlsx”暂不计入（新交的一份要改）" in out
    assert "仍按" not in out
    (asked,) = xxgk("status", campaign.folder, "--json").json["questions"]
    gains = {one["field"]: one["by"] for one in asked["totals"]}
    assert gains["handling.received.all_channels"] == 8  # nothing of it is in the whole now
    assert [one["old"] for one in asked["changes"]] == [0, 0]  # but the cells are held against the one before


def test_what_would_not_change_the_whole_is_not_said_to(xxgk: Cli, tmp_path: Path) -> None:
    campaign = begin(tmp_path / "a", COVERED)
    for code in ("02", "0201"):
        put(campaign, f"{code}.xlsx", filled(campaign, code))
    xxgk("collect", campaign.folder)
    xxgk("merge", campaign.folder)
    put(campaign, "改.xlsx", filled(campaign, "0201", OTHER))
    for command in ("collect", "status"):
        out = xxgk(command, campaign.folder).out
        assert "它由上级汇总报送，全部合计不因它变" in out
        assert "接受后全部合计" not in out
    (asked,) = xxgk("status", campaign.folder, "--json").json["questions"]
    assert asked["totals"] == []


def test_a_sum_from_below_that_is_held_is_said_to_take_the_place_of_what_it_holds(xxgk: Cli, tmp_path: Path) -> None:
    campaign = begin(tmp_path / "a", COVERED)
    put(campaign, "0201.xlsx", filled(campaign, "0201"))
    elsewhere = begin(tmp_path / "b", COVERED)
    put(campaign, "别轮.xlsx", filled(elsewhere, "02", OTHER))
    assert "接受后改按它的汇总计，它下面的不再另加" in xxgk("collect", campaign.folder).out


def test_only_a_sum_from_below_may_bear_another_rounds_mark(xxgk: Cli, campaign: Campaign, tmp_path: Path) -> None:
    put(campaign, "一.xlsx", filled(campaign, "01"))
    xxgk("collect", campaign.folder)
    xxgk("merge", campaign.folder)
    (merged,) = campaign.merged.glob("汇总-*.xlsx")

    def written(form: Form) -> dict[str, Value]:
        return {section.id: (Paragraph("都写好了。"),) for section in form.sections if not section.is_table}

    above = begin(tmp_path / "b", "代码,名称,上级代码,类型\n00,云溪县公开办,,汇总\n1,甲局,00,\n")
    put(above, "县.xlsx", fill_workbook(merged.read_bytes(), merged.name, written, SMALL))
    xxgk("collect", above.folder)
    names = {one["name"] for one in xxgk("status", above.folder, "--problems", "--json").json["problems"]}
    assert "consolidated_return" in names
    assert "seal_differs" not in names
    assert total(xxgk, above) == 5
