"""Organs judged alike: facts with their evidence, points by the office's rules, as workbook, page and JSON."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from rounds import BALANCED, BROKEN, begin, filled, put
from terminal import CANNOT_PROCEED, CLEAN

from toolkit.campaign.assess.measures import BY_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli

    from toolkit.campaign.round.folder import Campaign

ROSTER = """\
代码,名称,上级代码,截止日期,不报原因,公布期限
01,云溪县财政局,,2020-01-20,,2020-02-01
02,云溪县教育局,,2020-01-20,,2020-02-01
03,云溪县水利局,,2020-01-20,,2020-02-01
04,云溪县档案局,,,已撤销,
"""
RULES = """
[assess]
full = 100
[[assess.rule]]
measure = "days_late"
points = -0.5
most = 10
[[assess.rule]]
measure = "times_sent_back"
points = -2
[[assess.rule]]
measure = "published_on_time"
points = 5
[[assess.rule]]
measure = "copied"
label = "文字雷同"
points = -3
once = true
findings = ["prose_copied"]
"""
MORE = {**BALANCED, "handling.received.mail": 1, "handling.in_full.mail": 1}


def sent(campaign: Campaign, name: str, code: str, day: str, answers: Any) -> None:
    path = put(campaign, name, filled(campaign, code, answers))
    moment = datetime.fromisoformat(f"{day}T10:00:00+08:00").timestamp()
    os.utime(path, (moment, moment))


@pytest.fixture
def campaign(xxgk: Cli, tmp_path: Path) -> Campaign:
    """Return a round: 01 on time after one mistake, sent back once for its wording; 02 four days late; 03 missing."""
    made = begin(tmp_path / "a", ROSTER)
    sent(made, "一.xlsx", "01", "2020-01-10", BROKEN)
    xxgk("collect", made.folder)
    sent(made, "二.xlsx", "01", "2020-01-12", BALANCED)
    sent(made, "教育.xlsx", "02", "2020-01-24", MORE)
    xxgk("collect", made.folder)
    xxgk("return", made.folder, "01", "--why", "太短")
    xxgk("accept", made.folder, "01", "--why", "也可以")
    xxgk("published", made.folder, "01", "--address", "https://yx.cn", "--date", "2020-01-30")
    return made


def with_rules(campaign: Campaign, rules: str) -> None:
    settings = campaign.folder / "campaign.toml"
    settings.write_text(settings.read_text(encoding="utf-8").partition("\n[assess]")[0] + rules, encoding="utf-8")


def test_points_follow_the_rules_and_every_point_has_its_evidence(
    xxgk: Cli, campaign: Campaign, tmp_path: Path
) -> None:
    with_rules(campaign, RULES)
    out = tmp_path / "考核.xlsx"
    found = xxgk("assess", campaign.folder, "--out", out, "--json").json
    points = {one["code"]: [line["points"] for line in one["lines"]] for one in found["organs"]}
    assert points["01"] == ["0", "-4", "5", "-3"]
    assert points["02"] == ["-2", "0", "0", "-3"]
    assert points["03"][0] == "-10"
    assert {one["code"]: (one["total"], one["rank"]) for one in found["organs"]} == {
        "01": ("98", 1), "02": ("95", 2), "03": ("90", 3),
    }  # fmt: skip
    assert found["left_out"] == [{"organ": "云溪县档案局", "state": "不单独报送（已撤销）"}]
    sent_back = found["organs"][0]["lines"][1]["evidence"]
    assert [one["told"].partition("（")[0] for one in sent_back] == [
        "第 1 份“一.xlsx”有 1 处错误，退回", "审核退回第 2 份“二.xlsx”：太短",
    ]  # fmt: skip
    book = openpyxl.load_workbook(out)
    assert [book["考核"].cell(5, column).value for column in (1, 3, 5)] == [1, "云溪县财政局", 98]
    links = [cell.hyperlink.target for cell in book["依据"]["F"] if cell.hyperlink]
    assert all((tmp_path / link).is_file() for link in links)
    assert len(links) >= 3
    assert {cell.value for cell in book["依据"]["F"] if cell.hyperlink} == {"文件"}  # no names made of digits
    rules = [cell.value for cell in book["规则"]["A"] if cell.value]
    assert "逾期报送：每天扣 0.5 分，最多 10 分" in rules
    assert "文字雷同　雷同（只看 prose_copied）：有就扣 3 分" in rules
    page = out.with_suffix(".html").read_text(encoding="utf-8")
    assert "逾期报送：每天扣 0.5 分，最多 10 分" in page
    assert "不考核的" in page
    told = xxgk("assess", campaign.folder, "--out", out)
    assert (told.code, "云溪县教育局（02）　95 分（第 2）　逾期报送 4 天（-2 分）" in told.out) == (CLEAN, True)


def test_without_rules_the_facts_are_listed_and_no_points_are_given(
    xxgk: Cli, campaign: Campaign, tmp_path: Path
) -> None:
    found = xxgk("assess", campaign.folder, "--out", tmp_path / "考核.xlsx", "--json").json
    assert {one["total"] for one in found["organs"]} == {None}
    amounts = {one["code"]: {line["title"]: line["amount"] for line in one["lines"]} for one in found["organs"]}
    assert len(amounts["01"]) == len(BY_NAME)
    assert (amounts["01"]["按时报送"], amounts["01"]["核对错误"], amounts["01"]["按时公布"]) == (1, 1, 1)
    assert (amounts["02"]["逾期报送"], amounts["02"]["按时公布"]) == (4, 0)
    assert amounts["03"]["没有报齐"] == 1
    assert amounts["03"]["逾期公布"] > 100


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ('\n[assess]\n[[assess.rule]]\nmeasure = "late"\npoints = -1\n', "“late”不认识"),
        ('\n[assess]\n[[assess.rule]]\nmeasure = "faults"\n', "points 应是不为 0 的数"),
        ('\n[assess]\n[[assess.rule]]\nmeasure = "faults"\npoints = -1\nmost = -3\n', "most 应是大于 0 的数"),
        ('\n[assess]\n[[assess.rule]]\nmeasure = "faults"\npoints = -1\nonce = 1\n', "once 应是"),
        ('\n[assess]\n[[assess.rule]]\nmeasure = "faults"\npoints = -1\nfindings = "x"\n', "findings 应是"),
        ('\n[assess]\n[[assess.rule]]\nmeasure = "faults"\npoint = -1\npoints = -1\n', "不认识 point"),
        ('\n[assess]\nfull = "百"\nrule = 3\n', "规则要写成 [[assess.rule]]"),
        ("\n[assess]\nful = 90\n", "不认识 ful"),
    ],
)
def test_rules_that_cannot_be_are_named(xxgk: Cli, campaign: Campaign, tmp_path: Path, rules: str, told: str) -> None:
    with_rules(campaign, rules)
    ran = xxgk("assess", campaign.folder, "--out", tmp_path / "考核.xlsx")
    assert (ran.code, told in ran.err) == (CANNOT_PROCEED, True), ran.err


def test_the_sheet_is_a_workbook(xxgk: Cli, campaign: Campaign, tmp_path: Path) -> None:
    ran = xxgk("assess", campaign.folder, "--out", tmp_path / "考核.doc")
    assert (ran.code, ".xlsx" in ran.err) == (CANNOT_PROCEED, True)


def test_what_waits_for_a_word_is_not_held_against_the_organ(xxgk: Cli, campaign: Campaign, tmp_path: Path) -> None:
    def unexplained() -> int:
        found = xxgk("assess", campaign.folder, "--out", tmp_path / "考核.xlsx", "--json").json
        lines = next(one["lines"] for one in found["organs"] if one["code"] == "02")
        return int(next(line["amount"] for line in lines if line["title"] == "提醒没有说明"))

    before = unexplained()
    xxgk("freeze", campaign.folder, "02", "--why", "已公布")
    sent(campaign, "又一份.xlsx", "02", "2020-01-25", BALANCED)
    xxgk("collect", campaign.folder)
    assert unexplained() == before
