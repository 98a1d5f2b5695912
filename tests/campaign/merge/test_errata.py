"""Outputs know what they were made of: status says what is stale and why, errata what a correction touches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from campaigncases import PROSE, asked, county, hand_in, make_campaign, receipt_of
from terminal import CANNOT_PROCEED, CLEAN

from toolkit.campaign.board import inputs
from toolkit.campaign.board.made_of import RECORD, records_of
from toolkit.campaign.merge.consolidated import merge_round, workbook_path
from toolkit.campaign.round.folder import KNOWN_SETTINGS, SETTINGS
from toolkit.form.values import Paragraph
from toolkit.workbook.filling import fill_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli

    from toolkit.campaign.board.board import Round

NEW = "requests.new.natural_person"


@pytest.fixture
def state(tmp_path: Path) -> Round:
    return county(tmp_path / "round", {"1": 20, "2": 7, "21": 3})


def corrected(state: Round, number: int = 21) -> None:
    """Let organ 1 hand in another figure, and accept it."""
    form = state.campaign.form
    hand_in(state.campaign, [receipt_of(asked(form, "1", number, "甲县财政局"), mark=f"（{number}）")])


def stale(xxgk: Cli, state: Round) -> dict[str, list[str]]:
    return {one["folder"]: one["reasons"] for one in xxgk("status", state.campaign.folder, "--json").json["stale"]}


def write_prose(state: Round, text: str, folder: Path | None = None) -> None:
    path = (folder or state.campaign.merged) / workbook_path(state.campaign).name
    answers = {"overview": (Paragraph(text),), "problems": PROSE, "other": PROSE}
    path.write_bytes(fill_workbook(path.read_bytes(), path.name, lambda _: answers))


def test_what_is_stale_is_named_with_the_reason_and_true_again_once_made_anew(xxgk: Cli, state: Round) -> None:
    folder = state.campaign.folder
    assert stale(xxgk, state) == {}
    xxgk("merge", folder)
    xxgk("publish", folder, "--to", "txt")
    assert stale(xxgk, state) == {}
    corrected(state)
    assert stale(xxgk, state) == {}  # it is held
    xxgk("accept", folder, "1", "--why", "来电更正")
    reasons = ["甲县财政局：改用了“甲县财政局（21）.xlsx”，有 2 格不同"]
    assert stale(xxgk, state) == {"merged": reasons, "reports": reasons}
    out = xxgk("status", folder).out
    assert "已过时，请重新运行 xxgk merge" in out
    assert reasons[0] in out
    assert "已过时" in (folder / "status.html").read_text(encoding="utf-8")
    xxgk("merge", folder)
    assert list(stale(xxgk, state)) == ["reports"]
    xxgk("publish", folder, "--to", "txt")
    assert stale(xxgk, state) == {}


def test_returns_that_come_go_or_are_covered_make_outputs_stale(xxgk: Cli, state: Round) -> None:
    folder, form = state.campaign.folder, state.campaign.form
    xxgk("merge", folder)
    hand_in(
        state.campaign, [receipt_of(asked(form, "22", 1, "第二中学")), receipt_of(asked(form, "31", 1, "乙镇东村"))]
    )
    xxgk("withdraw", folder, "1", "--why", "重复")
    hand_in(state.campaign, [receipt_of(asked(form, "2", 8, "甲县教育局"), verdict="needs-fixing", mark="b")])
    roster = (folder / "roster.csv").read_text(encoding="utf-8").replace("第一中学", "第一高级中学")
    (folder / "roster.csv").write_text(roster, encoding="utf-8")
    assert stale(xxgk, state)["merged"] == [
        "第一高级中学：名称改了，原来是“第一中学”",
        "第二中学：原来没有计入，现在计入了“第二中学.xlsx”",
        "乙镇东村：原来没有计入，现在计入了“乙镇东村.xlsx”",
        "甲县财政局：原来计入，现在作废了",
        "甲县教育局：原来计入，新交的一份要改，现在不计",
    ]
    xxgk("merge", folder)
    hand_in(state.campaign, [receipt_of(asked(form, "3", 9, "乙镇人民政府"))])
    (folder / "roster.csv").write_text(
        roster.replace("21,第一高级中学,2,,王五,0121,2025-02-20\n", ""), encoding="utf-8"
    )
    assert stale(xxgk, state)["merged"] == [
        "乙镇人民政府：原来没有计入，现在计入了“乙镇人民政府.xlsx”",
        "第一高级中学：原来计入，名册里已没有它",
        "乙镇东村：原来计入，现在由上级汇总报送",
    ]


def test_prose_written_after_a_report_was_made_makes_it_stale(xxgk: Cli, state: Round) -> None:
    folder = state.campaign.folder
    xxgk("merge", folder)
    write_prose(state, "全县新收{本年新收}件。")
    xxgk("publish", folder, "--to", "txt")
    assert stale(xxgk, state) == {}
    write_prose(state, "全县新收{本年新收}件，都已办结。")
    (reason,) = stale(xxgk, state)["reports"]
    assert "里的文字或联系人改过了" in reason


def set_choice(state: Round, line: str) -> None:
    path = state.campaign.folder / SETTINGS
    path.write_text(f"{path.read_text(encoding='utf-8')}{line}\n", encoding="utf-8")


def test_every_setting_of_a_round_is_an_input_of_its_outputs_or_touches_them_only_by_what_is_accepted() -> None:
    by_what_counts = {"strict", "takes_newer", "keeps_older", "reviewed", "movement", "rules", "forbidden"}
    never_shown = {"created_on", "deadline", "publish_by", "return_to", "call", "assess"}
    assert set(KNOWN_SETTINGS) == inputs.SETTINGS | by_what_counts | never_shown


def test_a_changed_name_or_preamble_makes_reports_stale_and_says_which_setting(xxgk: Cli, state: Round) -> None:
    folder = state.campaign.folder
    xxgk("merge", folder)
    xxgk("publish", folder, "--to", "txt")
    set_choice(state, 'preamble = "本报告由{organ}编制。"')
    set_choice(state, 'government = "甲县人民政府"')
    whose = "报告是谁的（campaign.toml 的 government，没有写的是 organ）"
    assert stale(xxgk, state) == {
        "reports": [
            f"{whose}改了：原来是“甲县人民政府办公室”，现在是“甲县人民政府”",
            "报告开头的一段话（campaign.toml 的 preamble）改了：原来没有写，现在是“本报告由{organ}编制。”",
        ]
    }
    assert "请重新运行 xxgk publish --to txt：" in xxgk("status", folder).out
    xxgk("publish", folder, "--to", "txt")
    assert "请把旧的删去" in xxgk("status", folder).out  # it has the other name
    (state.campaign.reports / "甲县人民政府办公室2024年政府信息公开工作年度报告.txt").unlink()
    assert stale(xxgk, state) == {}


def test_a_roster_that_expects_others_makes_outputs_stale(xxgk: Cli, state: Round) -> None:
    folder, roster = state.campaign.folder, state.campaign.folder / "roster.csv"
    xxgk("merge", folder)
    xxgk("publish", folder, "--to", "txt")
    known = roster.read_text(encoding="utf-8").replace("22,第二中学,2", "22,第二中学,1").replace("乙镇西村", "丙镇西村")
    known = known.replace("截止日期", "截止日期,不报原因").replace("31,乙镇东村,3,,,,", "31,乙镇东村,3,,,,,免报")
    roster.write_text(f"{known}9,甲县档案局,,,,,\n", encoding="utf-8")
    seen = [
        "名册：乙镇东村的不报原因原来没有写，现在是“免报”",
        "名册：丙镇西村原来叫“乙镇西村”",
        "名册：新增了甲县档案局",
    ]
    assert stale(xxgk, state) == {
        "merged": ["名册：第二中学的上级原来是“甲县教育局”，现在是“甲县财政局”", *seen], "reports": seen,
    }  # fmt: skip


def test_a_supplement_that_asks_otherwise_makes_the_sum_stale_but_no_report(xxgk: Cli, state: Round) -> None:
    folder = state.campaign.folder
    xxgk("merge", folder)
    xxgk("publish", folder, "--to", "txt")
    (folder / "supplement.toml").write_text(
        '[supplement]\nedition = "2021"\ntitle = "补充"\nsheet = "补充问题"\n'
        '[[figure]]\nid = "calls"\nlabel = "热线"\n',
        encoding="utf-8",
    )
    assert stale(xxgk, state) == {"merged": ["表式定义或补充内容（supplement.toml）改了"]}


def test_reports_that_were_not_made_anew_stay_stale_and_are_named_in_the_errata(xxgk: Cli, state: Round) -> None:
    folder = state.campaign.folder
    xxgk("merge", folder)
    xxgk("publish", folder, "--to", "txt", "--to", "md", "--all")
    corrected(state)
    xxgk("accept", folder, "1", "--why", "来电更正")
    xxgk("publish", folder, "--to", "txt")  # the page in Markdown and the organs' reports are as they were
    (found,) = xxgk("status", folder, "--json").json["stale"][1:]
    assert (found["folder"], found["reasons"]) == (
        "reports",
        ["甲县财政局：改用了“甲县财政局（21）.xlsx”，有 2 格不同"],
    )
    assert "请重新运行 xxgk publish --to txt --to md --all：" in xxgk("status", folder).out
    listed = xxgk("errata", folder, "--json").json["reports"]
    assert [name.rpartition(".")[2] for name in listed[:-1]] == ["md"]
    assert listed[-1] == "reports/各机关/甲县财政局"
    xxgk("merge", folder)
    xxgk("publish", folder, "--to", "md", "--all")
    assert xxgk("status", folder, "--json").json["stale"] == [
        {**found, "reasons": found["reasons"]}
    ]  # those of the organs in plain text
    xxgk("publish", folder, "--to", "txt", "--all")
    assert stale(xxgk, state) == {}


def test_a_sum_by_lines_of_work_that_is_no_longer_true_is_named_too(xxgk: Cli, tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "round")
    roster = campaign.folder / "roster.csv"
    text = roster.read_text(encoding="utf-8").replace("截止日期", "截止日期,条线上级代码")
    roster.write_text(
        text.replace("21,第一中学,2,,王五,0121,2025-02-20", "21,第一中学,2,,王五,0121,2025-02-20,1"), "utf-8"
    )
    state = hand_in(campaign, [receipt_of(asked(campaign.form, "21", 3, "第一中学"))])
    xxgk("merge", campaign.folder, "--by-line")
    hand_in(campaign, [receipt_of(asked(campaign.form, "22", 3, "第二中学"))])
    assert stale(xxgk, state) == {"merged_line": ["第二中学：原来没有计入，现在计入了“第二中学.xlsx”"]}
    assert "按条线的汇总结果（merged_line，" in xxgk("status", campaign.folder).out


def test_words_typed_into_the_sum_by_lines_of_work_are_kept_and_those_of_the_first_are_taken_over(
    xxgk: Cli, tmp_path: Path
) -> None:
    campaign = make_campaign(tmp_path / "round")
    roster = campaign.folder / "roster.csv"
    text = roster.read_text(encoding="utf-8").replace("截止日期", "截止日期,条线上级代码")
    line = "21,第一中学,2,,王五,0121,2025-02-20"
    roster.write_text(text.replace(line, f"{line},1"), "utf-8")
    state = hand_in(campaign, [receipt_of(asked(campaign.form, "21", 3, "第一中学"))])
    xxgk("merge", campaign.folder)
    write_prose(state, "块上写的。")

    def words() -> str:
        xxgk("merge", campaign.folder, "--by-line")
        return merge_round(state, by_line=True).whole.paragraphs("overview")[0].text

    assert words() == "块上写的。"
    write_prose(state, "块上改的。")
    assert words() == "块上改的。"
    write_prose(state, "条线写的。", campaign.merged_by_line)
    assert words() == "条线写的。"
    write_prose(state, "块上又改。")
    assert (words(), words()) == ("条线写的。", "条线写的。")
    assert merge_round(state).whole.paragraphs("overview")[0].text == "块上又改。"


def test_errata_list_every_figure_sentence_and_report_old_and_new(xxgk: Cli, state: Round) -> None:
    folder = state.campaign.folder
    assert "还没有汇总" in xxgk("errata", folder).err
    xxgk("merge", folder)
    write_prose(state, "全县新收{本年新收}件，其中自然人申请30件。")
    xxgk("publish", folder, "--to", "txt", "--all")
    assert "没有更正" in xxgk("errata", folder).out
    corrected(state)
    xxgk("accept", folder, "1")
    found = xxgk("errata", folder, "--json").json
    figures = {(one["scope"], one["code"], one["field"]): (one["old"], one["new"]) for one in found["figures"]}
    assert figures["own", "1", NEW] == (20, 21)
    assert figures["whole", "0", NEW] == (30, 31)
    assert ("subtotal", "2", NEW) not in figures
    assert [(one["old"][:8], one["new"][:8]) for one in found["sentences"] if one["new"]] == [
        ("全县新收30件，", "全县新收31件，")
    ]
    assert any("30件" in one["old"] and not one["new"] for one in found["sentences"])
    assert "reports/各机关/甲县财政局" in found["reports"]
    assert not any("教育局" in name for name in found["reports"])
    assert any(name.endswith(".txt") for name in found["reports"])
    ran = xxgk("errata", folder)
    assert ran.code == CLEAN
    assert "全部合计" in ran.out
    assert "30 → 31" in ran.out
    assert "要重新发布的" in ran.out
    xxgk("merge", folder)
    xxgk("publish", folder, "--to", "txt")
    again = xxgk("errata", folder, "--json").json  # what was put right by publishing again
    assert {(one["scope"], one["field"]): one["new"] for one in again["figures"]}["whole", NEW] == 31


def test_without_a_publication_errata_are_those_of_the_merge(xxgk: Cli, state: Round) -> None:
    folder = state.campaign.folder
    xxgk("merge", folder)
    xxgk("withdraw", folder, "21", "--why", "重复")
    found = xxgk("errata", folder, "--json").json
    assert found["folder"] == "merged"
    assert {(one["scope"], one["code"]) for one in found["figures"]} == {("subtotal", "2"), ("whole", "0")}
    assert found["causes"] == ["第一中学：原来计入，现在作废了"]


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"returns": 3}'])
def test_a_spoilt_record_is_no_trouble(xxgk: Cli, state: Round, content: str) -> None:
    xxgk("merge", state.campaign.folder)
    (state.campaign.merged / RECORD).write_text(content, encoding="utf-8")
    assert records_of(state.campaign.merged) == ()
    assert stale(xxgk, state) == {}
    assert xxgk("errata", state.campaign.folder).code == CANNOT_PROCEED
    xxgk("merge", state.campaign.folder)
    assert json.loads((state.campaign.merged / RECORD).read_text(encoding="utf-8"))["returns"].keys() == {
        "1",
        "2",
        "21",
    }


def test_a_fresh_round_has_nothing_stale(xxgk: Cli, tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "fresh")
    assert xxgk("status", campaign.folder, "--json").json["stale"] == []
