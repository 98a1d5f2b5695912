"""What the coordinator decides: accept, withdraw, freeze; told, recorded, undone, and seen in the history."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from rounds import BALANCED, BROKEN, begin, filled, put, roster_file
from terminal import CANNOT_PROCEED, CLEAN, FINDINGS

from toolkit.campaign.board.board import read_round
from toolkit.campaign.intake.history import login_name
from toolkit.campaign.merge.consolidated import merge_round
from toolkit.campaign.round.folder import open_campaign

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli

    from toolkit.campaign.round.folder import Campaign

ORGAN = "云溪县财政局"
OTHER = {**BALANCED, "handling.received.mail": 1, "handling.in_full.mail": 1}
SURE = {**BALANCED, "handling.received.mail": 2, "handling.in_full.mail": 2}


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return begin(tmp_path / "a")


def two_good_returns(campaign: Campaign) -> None:
    for place, (name, answers) in enumerate((("办公室.xlsx", BALANCED), ("法规科.xlsx", OTHER))):
        os.utime(put(campaign, name, filled(campaign, "01", answers)), (1.7e9 + place, 1.7e9 + place))


def total(xxgk: Cli, campaign: Campaign) -> int:
    return int(xxgk("merge", campaign.folder, "--json").json["values"]["handling.received.all_channels"])


def test_two_good_returns_of_one_organ_are_asked_about_until_somebody_says(xxgk: Cli, campaign: Campaign) -> None:
    two_good_returns(campaign)
    for command in ("collect", "status", "merge"):
        out = xxgk(command, campaign.folder).out
        assert "两份都合格、内容不同，现在计入较晚的第 2 份“法规科.xlsx”，第 1 份“办公室.xlsx”不计" in out
        assert "有 2 格不同" in out
        assert "是更正还是各报了一半" in out
    asked = xxgk("status", campaign.folder, "--json").json["questions"]
    assert [(one["kind"], one["number"], one["other_number"], len(one["changes"])) for one in asked] == [
        ("replaced", 2, 1, 2)
    ]
    assert total(xxgk, campaign) == 6
    assert xxgk("accept", campaign.folder, ORGAN, "--version", "1", "--why", "办公室的对").code == CLEAN
    assert total(xxgk, campaign) == 5
    assert xxgk("status", campaign.folder, "--json").json["questions"] == []


def test_a_later_file_with_other_figures_is_held_after_a_merge(xxgk: Cli, campaign: Campaign) -> None:
    put(campaign, "一.xlsx", filled(campaign, "01"))
    xxgk("collect", campaign.folder)
    assert total(xxgk, campaign) == 5
    put(campaign, "二.xlsx", filled(campaign, "01", OTHER))
    ran = xxgk("collect", campaign.folder)
    assert ran.code == FINDINGS
    assert "第 2 份“二.xlsx”待定（已经汇总过，这一份内容不同），仍按第 1 份“一.xlsx”计入" in ran.out
    assert "二.xlsx　云溪县财政局：可以报送；待定：已经汇总过，这一份内容不同" in ran.out
    assert "接受后全部合计：" in ran.out
    assert "0 → 1" in ran.out
    ran = xxgk("status", campaign.folder)
    assert ran.code == FINDINGS
    assert "待定 1" in ran.out
    organ = xxgk("status", campaign.folder, "--json").json["organs"][0]
    assert (organ["state"], organ["part"], organ["returns"][0]["remark"]) == (
        "held", "counted", "待定：已经汇总过，这一份内容不同",
    )  # fmt: skip
    page = (campaign.folder / "status.html").read_text(encoding="utf-8")
    assert "要您决定的" in page
    assert total(xxgk, campaign) == 5
    told = "，可以报送；待定：已经汇总过，这一份内容不同"
    assert told in xxgk("history", campaign.folder, "01").out
    decided = xxgk("accept", campaign.folder, "01", "--why", "来电核实", "--json").json
    assert told in xxgk("history", campaign.folder, "01").out  # it was held when it came
    assert (decided["who"], decided["why"], decided["counts"]) == (login_name(), "来电核实", "inbox/二.xlsx")
    assert total(xxgk, campaign) == 6
    told = xxgk("accept", campaign.folder, "01", "--undo").out
    assert "撤销" in told
    assert "xxgk merge" in told
    assert total(xxgk, campaign) == 5


def test_a_return_is_withdrawn_with_a_reason_and_brought_back(xxgk: Cli, campaign: Campaign) -> None:
    put(campaign, "一.xlsx", filled(campaign, "01"))
    put(campaign, "教育.xlsx", filled(campaign, "02"))
    xxgk("collect", campaign.folder)
    assert total(xxgk, campaign) == 10
    assert "写明原因" in xxgk("withdraw", campaign.folder, ORGAN).err
    told = xxgk("withdraw", campaign.folder, ORGAN, "--why", "交错了").out
    assert "已通过，计入第 1 份“一.xlsx”" in told
    assert "未报，没有计入的" in told
    assert "已作废 1 份" in xxgk("status", campaign.folder).out
    assert total(xxgk, campaign) == 5
    assert "已经作废过了" in xxgk("withdraw", campaign.folder, ORGAN, "--why", "又").err
    xxgk("withdraw", campaign.folder, ORGAN, "--undo", "--why", "弄错了")
    assert total(xxgk, campaign) == 10
    lines = xxgk("history", campaign.folder, ORGAN).out.splitlines()
    assert [word for line in lines for word in ("收到", "汇总", "作废", "撤销") if f"　{word}　" in line] == [
        "收到", "汇总", "作废", "汇总", "撤销", "汇总",
    ]  # fmt: skip
    assert all(login_name() in line for line in lines[1:])
    assert "原因：交错了" in xxgk("history", campaign.folder).out
    assert [line["what"] for line in xxgk("history", campaign.folder, "--json").json][:2] == ["收件", "汇总"]


def test_a_closed_round_changes_by_no_file_and_is_opened_with_a_reason_only(xxgk: Cli, campaign: Campaign) -> None:
    put(campaign, "一.xlsx", filled(campaign, "01"))
    xxgk("collect", campaign.folder)
    assert "已记下：封存" in xxgk("freeze", campaign.folder, "--why", "已公布").out
    assert "已经封存了" in xxgk("freeze", campaign.folder).err
    put(campaign, "坏.xlsx", filled(campaign, "01", BROKEN))
    put(campaign, "二.xlsx", filled(campaign, "01", OTHER))
    asked = xxgk("collect", campaign.folder).out
    assert "待定（已经封存）" in asked
    assert "先解除封存（xxgk freeze 加 --undo --why 原因）。要用它：" in asked
    assert total(xxgk, campaign) == 5
    for words in (("accept",), ("withdraw", "--why", "x")):
        ran = xxgk(words[0], campaign.folder, "01", *words[1:])
        assert (ran.code, "已经封存" in ran.err) == (CANNOT_PROCEED, True)
    assert "写明原因" in xxgk("freeze", campaign.folder, "--undo").err
    xxgk("freeze", campaign.folder, "--undo", "--why", "县里要求更正")
    assert "没有封存" in xxgk("freeze", campaign.folder, "--undo", "--why", "又").err
    assert xxgk("accept", campaign.folder, "01").code == CLEAN
    assert total(xxgk, campaign) == 6
    assert xxgk("freeze", campaign.folder, ORGAN, "--json").json["code"] == "01"
    assert xxgk("status", campaign.folder, "--json").json["organs"][0]["frozen"] is True


def test_what_cannot_be_decided_is_said(xxgk: Cli, campaign: Campaign) -> None:
    put(campaign, "坏.xlsx", filled(campaign, "01", BROKEN))
    xxgk("collect", campaign.folder)
    for words, told in (
        (("accept", "云溪县财正局"), f"是否想写“{ORGAN}”"),
        (("accept", "01"), "没有待定的报表"),
        (("accept", "01", "--version", "1"), "还有错误，不能接受"),
        (("accept", "01", "--version", "2"), "没有第 2 份，只有第 1 到第 1 份"),
        (("accept", "02", "--version", "1"), "还没有收到过"),
        (("accept", "01", "--undo"), "没有可以撤销的“接受”"),
        (("withdraw", "02", "--why", "x"), "还没有收到过"),
    ):
        ran = xxgk(words[0], campaign.folder, *words[1:])
        assert (ran.code, told in ran.err) == (CANNOT_PROCEED, True), ran.err


def test_an_older_version_counts_again_by_a_word_while_the_newest_is_mended(xxgk: Cli, campaign: Campaign) -> None:
    put(campaign, "一.xlsx", filled(campaign, "01"))
    xxgk("collect", campaign.folder)
    put(campaign, "二.xlsx", filled(campaign, "01", BROKEN))
    xxgk("collect", campaign.folder)
    assert "原来通过的一份暂不计入" in xxgk("status", campaign.folder).out
    assert "云溪县财政局新交的一份要改，原来通过的暂不计入" in xxgk("merge", campaign.folder).err
    assert "现在：待修改，计入第 1 份“一.xlsx”" in xxgk("accept", campaign.folder, "01").out
    assert total(xxgk, campaign) == 5
    assert "仍按旧的一份计入" in xxgk("status", campaign.folder).out


def test_before_anything_has_come_the_history_is_empty(xxgk: Cli, campaign: Campaign) -> None:
    assert "还没有做过什么" in xxgk("history", campaign.folder).out


def test_organs_that_are_not_expected_are_shown_and_not_chased(xxgk: Cli, campaign: Campaign) -> None:
    roster = (
        "代码,名称,上级代码,不报原因\n01,云溪县财政局,,\n02,云溪县教育局,,已撤销\n0201,云溪县教研室,01,由上级汇总\n"
    )
    roster_file(campaign.folder, roster, "roster.csv")
    xxgk("issue", campaign.folder)
    assert sorted(path.name for path in campaign.outbox.glob("*.xlsx")) == ["云溪县财政局-2050.xlsx"]
    put(campaign, "一.xlsx", filled(campaign, "01"))
    xxgk("collect", campaign.folder)
    out = xxgk("status", campaign.folder).out
    assert "不单独报送 2" in out
    assert "全部到齐" in out
    assert "要催的" not in out
    organs = xxgk("status", campaign.folder, "--json").json["organs"]
    assert {one["code"]: (one["state"], one["ground"]) for one in organs} == {
        "01": ("accepted", None), "02": ("exempt", "已撤销"), "0201": ("exempt", "由上级汇总"),
    }  # fmt: skip
    merged = xxgk("merge", campaign.folder, "--json").json
    assert merged["provisional"] is None
    prose = merge_round(read_round(open_campaign(campaign.folder))).whole.values.values()
    told = "".join(value[0].text for value in prose if isinstance(value, tuple) and value)
    assert "另有不单独报送的：云溪县教研室（由上级汇总）、云溪县教育局（已撤销）。" in told
    assert "再计入就重复了" in xxgk("accept", campaign.folder, "0201").err


def test_a_return_is_sent_back_for_its_wording_until_a_new_file_comes(xxgk: Cli, campaign: Campaign) -> None:
    put(campaign, "一.xlsx", filled(campaign, "01"))
    xxgk("collect", campaign.folder)
    xxgk("merge", campaign.folder)
    told = xxgk("review", campaign.folder, ORGAN).out
    assert f"{login_name()} 审核中" in told
    assert f"{login_name()} 审核中" in xxgk("status", campaign.folder, "--problems").out + page_of(campaign)
    assert "写明审核意见" in xxgk("return", campaign.folder, ORGAN).err
    ran = xxgk("return", campaign.folder, ORGAN, "--why", "第一部分太短")
    assert (ran.code, "现在：待修改，没有计入的" in ran.out) == (CLEAN, True)
    message = (campaign.sendback / f"{ORGAN}.txt").read_text(encoding="utf-8-sig")
    assert "有 1 处需要修改" in message
    assert "1. 审核意见：第一部分太短" in message
    assert (campaign.sendback / f"{ORGAN}-请改这份.xlsx").is_file()
    ran = xxgk("status", campaign.folder, "--problems")
    assert (ran.code, "待修改（审核退回：第一部分太短）（1 处错误）" in ran.out) == (FINDINGS, True)
    assert "错误　" in ran.out
    entry = xxgk("status", campaign.folder, "--json").json["organs"][0]
    assert (entry["stage"], entry["returned"]["why"], entry["returned"]["version"], entry["part"]) == (
        "sent-back", "第一部分太短", 1, "missing",
    )  # fmt: skip
    assert "原来计入，新交的一份要改，现在不计" in xxgk("status", campaign.folder).out
    xxgk("return", campaign.folder, ORGAN, "--undo", "--why", "看错了")
    assert xxgk("status", campaign.folder, "--json").json["organs"][0]["stage"] == "in-review"
    assert not (campaign.sendback / f"{ORGAN}.txt").exists()
    xxgk("return", campaign.folder, ORGAN, "--why", "还是太短")
    put(campaign, "二.xlsx", filled(campaign, "01", OTHER))
    assert xxgk("collect", campaign.folder).code == CLEAN
    entry = xxgk("status", campaign.folder, "--json").json["organs"][0]
    assert (entry["stage"], entry["returned"], entry["returns"][0]["counts"]) == ("accepted", None, True)
    assert total(xxgk, campaign) == 6
    assert "退回　云溪县财政局　第 1 份“一.xlsx”　原因：还是太短" in xxgk("history", campaign.folder, "01").out
    assert xxgk("explain", "returned_by_reviewer").code == CLEAN


def page_of(campaign: Campaign) -> str:
    return (campaign.folder / "status.html").read_text(encoding="utf-8")


def test_where_every_return_is_looked_at_the_board_says_which_nobody_has_seen(xxgk: Cli, campaign: Campaign) -> None:
    settings = campaign.folder / "campaign.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "reviewed = true\n", encoding="utf-8")
    put(campaign, "一.xlsx", filled(campaign, "01"))
    xxgk("collect", campaign.folder)
    xxgk("status", campaign.folder)
    assert "已通过（还没有人看过）" in page_of(campaign)
    xxgk("accept", campaign.folder, "01")
    xxgk("status", campaign.folder)
    assert "还没有人看过" not in page_of(campaign)
    assert "还没有收到过" in xxgk("review", campaign.folder, "02").err


def test_an_organ_whose_return_was_withdrawn_is_chased_for_another_and_not_for_errors(
    xxgk: Cli, campaign: Campaign
) -> None:
    put(campaign, "一.xlsx", filled(campaign, "01"))
    xxgk("collect", campaign.folder)
    xxgk("withdraw", campaign.folder, "01", "--why", "交错了")
    told = "云溪县财政局（01）：未报（已作废 1 份），截止"
    assert told in xxgk("status", campaign.folder).out
    assert "改好后重新报送" not in (campaign.folder / "status.html").read_text(encoding="utf-8")
    xxgk("remind", campaign.folder)
    text = (campaign.folder / "reminders" / "各机关" / "云溪县财政局.txt").read_text(encoding="utf-8-sig")
    assert "报来的一份已经作废，还没有重新报来" in text
