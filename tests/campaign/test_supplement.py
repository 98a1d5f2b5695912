"""What an office asks besides: extra figures and paragraphs, checked, added up, compared, never printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest
from casebook import full_answers
from terminal import CANNOT_PROCEED, CLEAN, FINDINGS

from toolkit.campaign.round.folder import open_campaign
from toolkit.form.local.supplement import SUPPLEMENT, official
from toolkit.form.registry import form_of_edition
from toolkit.form.values import Paragraph
from toolkit.workbook.filling import fill_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from terminal import Cli

    from toolkit.form.model import Form
    from toolkit.form.values import Value

TEXT = """\
[supplement]
edition = "2021"
title = "示例县补充问题"
sheet = "补充问题"
help = "县里另外要的数。"

[[figure]]
id = "calls"
label = "热线接听量"
unit = "次"

[[figure]]
id = "answered"
label = "当场答复量"

[[figure]]
id = "visits"
label = "来访接待量"

[[figure]]
id = "contacts"
label = "服务总量"

[[figure]]
id = "cost"
label = "热线经费"
kind = "amount"
unit = "万元"

[[check]]
id = "answered"
kind = "at_least"
left = ["calls"]
right = ["answered"]
title = "答复量不多于接听量"
advice = "请核对两个数。"

[[check]]
id = "contacts"
kind = "sum"
left = ["contacts"]
right = ["calls", "visits"]
title = "服务总量"
advice = "由公式算出。"

[[paragraph]]
id = "highlights"
label = "工作亮点"
help = "一两件实事。"
limit = 30
"""
ROSTER = "代码,名称\n01,示例县财政局\n02,示例县教育局\n"
LOCAL: dict[str, Value] = {
    "local.calls.value": 12, "local.answered.value": 10, "local.visits.value": 3, "local.cost.value": 2,
}  # fmt: skip


@pytest.fixture
def folder(xxgk: Cli, tmp_path: Path) -> Path:
    """Return a round whose roster had a supplement beside it, with the workbooks issued."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "名册.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "in" / SUPPLEMENT).write_text(TEXT, encoding="utf-8")
    made = tmp_path / "轮"
    words = ("--year", "2024", "--organ", "示例县办公室", "--code", "00", "--roster", tmp_path / "in" / "名册.csv")
    assert xxgk("init", made, *words).code == CLEAN
    assert xxgk("issue", made).code == CLEAN
    return made


def send(folder: Path, organ: str, changes: Mapping[str, Value], name: str = "") -> Path:
    def answers(form: Form) -> Mapping[str, Value]:
        return {**full_answers(form), **LOCAL, **changes}

    issued = folder / "outbox" / f"{organ}-2024.xlsx"
    target = folder / "inbox" / (name or f"{organ}.xlsx")
    target.write_bytes(fill_workbook(issued.read_bytes(), issued.name, answers, folder))
    return target


def test_the_extra_questions_are_sheets_of_the_workbook_and_are_checked(xxgk: Cli, folder: Path) -> None:
    names = openpyxl.load_workbook(folder / "outbox" / "示例县财政局-2024.xlsx").sheetnames
    assert {"补充问题", "工作亮点"} <= set(names)
    send(folder, "示例县财政局", {})
    bad = send(folder, "示例县教育局", {"local.answered.value": 13})
    assert xxgk("collect", folder).code == FINDINGS
    found = xxgk("check", bad, "--forms", folder, "--json").json["files"][0]
    assert [one["name"] for one in found["findings"] if one["severity"] == "error"] == ["local_answered"]
    assert found["values"]["local.contacts.value"] == 15
    assert "主管部门补充要求" in xxgk("check", bad, "--forms", folder).out
    message = (folder / "sendback" / "示例县教育局.txt").read_text(encoding="utf-8-sig")
    assert "答复量不多于接听量" in message or "热线接听量" in message


def test_a_paragraph_that_is_asked_for_must_stand_there_and_has_a_limit(xxgk: Cli, folder: Path) -> None:
    blank = send(folder, "示例县财政局", {"local_highlights": ()})
    found = xxgk("check", blank, "--forms", folder, "--json").json["files"][0]
    assert found["verdict"] == "needs-fixing"
    assert any("local_highlights" in str(one["places"]) for one in found["findings"] if one["severity"] == "error")
    long = send(folder, "示例县财政局", {}, "长.xlsx")  # the sample sentence is longer than 30 characters
    found = xxgk("check", long, "--forms", folder, "--json").json["files"][0]
    assert found["verdict"] == "accepted"
    told = [one["message"] for one in found["findings"] if one["name"] == "local_highlights_limit"]
    assert len(told) == 1
    assert "超过 30 字：“现有" in told[0]


def test_that_a_supplement_was_found_is_told(xxgk: Cli, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "名册.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "in" / SUPPLEMENT).write_text(TEXT, encoding="utf-8")
    words = ("--year", "2024", "--organ", "示例县办公室", "--code", "00", "--roster")
    told = "连同补充内容（supplement.toml）：“示例县补充问题”、“工作亮点”"
    assert told in xxgk("init", tmp_path / "又", *words, tmp_path / "in" / "名册.csv").out
    (tmp_path / "in" / SUPPLEMENT).unlink()
    assert "补充内容" not in xxgk("init", tmp_path / "三", *words, tmp_path / "in" / "名册.csv").out


def test_the_extra_figures_are_added_up_and_traced_and_no_report_prints_them(xxgk: Cli, folder: Path) -> None:
    send(folder, "示例县财政局", {})
    send(folder, "示例县教育局", {"local.calls.value": 100})
    xxgk("collect", folder)
    merged = xxgk("merge", folder, "--json").json
    assert (merged["values"]["local.calls.value"], merged["values"]["local.contacts.value"]) == (112, 118)
    assert "＝ 112，由 2 家相加" in xxgk("why", folder, "local.calls.value").out
    (workbook,) = (folder / "merged").glob("汇总-*.xlsx")
    assert "补充问题" in openpyxl.load_workbook(workbook).sheetnames
    assert xxgk("publish", folder, "--to", "html", "txt", "json", "csv", "docx", "--all").code == CLEAN
    for path in (folder / "reports").rglob("*"):
        assert "补充" not in path.name
        if path.suffix in {".html", ".txt", ".json", ".csv"} and path.name != "made_of.json":
            assert "热线接听量" not in path.read_text(encoding="utf-8-sig"), path
            assert "工作亮点" not in path.read_text(encoding="utf-8-sig"), path
    (page,) = (folder / "reports" / "各机关" / "示例县财政局").glob("*.html")
    ran = xxgk("published", folder, "01", "--address", "a", "--date", "2025-01-20", "--page", page)
    assert "都相同" in ran.out


def test_two_years_are_compared_in_the_extra_figures_too(xxgk: Cli, folder: Path, tmp_path: Path) -> None:
    now, before = send(folder, "示例县财政局", {}), send(folder, "示例县财政局", {"local.calls.value": 20}, "旧.xlsx")
    ran = xxgk("compare", now, before, "--out", tmp_path / "对比", "--forms", folder)
    assert ran.code in {CLEAN, FINDINGS}
    page = next((tmp_path / "对比").glob("*.html")).read_text(encoding="utf-8")
    assert "热线接听量" in page


def test_a_workbook_with_extra_questions_is_of_another_draft_without_them(xxgk: Cli, folder: Path) -> None:
    send(folder, "示例县财政局", {})
    plain = form_of_edition("2021")
    form = open_campaign(folder).form
    assert official(form).fingerprint == plain.fingerprint
    assert form.fingerprint != plain.fingerprint
    found = xxgk("check", folder / "inbox" / "示例县财政局.xlsx", "--json").json["files"][0]
    names = {one["name"]: one["severity"] for one in found["findings"]}
    assert (names["definition_differs"], names["supplement_not_read"]) == ("note", "note")
    assert found["verdict"] == "accepted"
    assert names.keys().isdisjoint({"text_not_read", "explanation_not_read", "field_only_in_earlier"})


def test_the_level_above_takes_a_sum_with_extra_questions_and_reads_what_the_state_asks_for(
    xxgk: Cli, folder: Path, tmp_path: Path
) -> None:
    for organ in ("示例县财政局", "示例县教育局"):
        send(folder, organ, {})
    xxgk("collect", folder)
    xxgk("merge", folder)
    (merged,) = (folder / "merged").glob("汇总-*.xlsx")
    words = {name: (Paragraph("都写好了。"),) for name in ("overview", "problems", "other", "local_highlights")}
    sent = fill_workbook(merged.read_bytes(), merged.name, lambda _: words, folder)
    above = tmp_path / "市"
    (tmp_path / "市.csv").write_text("代码,名称\n00,示例县办公室\n", encoding="utf-8")
    xxgk("init", above, "--year", "2024", "--organ", "市办", "--code", "9", "--roster", tmp_path / "市.csv")
    xxgk("issue", above)
    (above / "inbox" / "县.xlsx").write_bytes(sent)
    assert xxgk("collect", above).code == FINDINGS  # it is held: it was not issued there
    assert xxgk("accept", above, "00", "--why", "县里的汇总").code == CLEAN
    assert xxgk("why", above, "requests.new.total", "--json").json["value"] is not None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('edition = "2021"', 'edition = "2012"', "不是现有的版本"),
        ("[[figure]]", "[[figur]]", "不认识“figur”"),
        ('kind = "at_least"', 'kind = "more"', "“more”不认识"),
        ('left = ["calls"]', 'left = ["call"]', "call"),
        ('id = "visits"', 'id = "calls"', "calls"),
        ('label = "工作亮点"', 'label = "工作/亮点"', "工作/亮点"),
        ("limit = 30", 'limit = "30"', "应是整数"),
        ('title = "示例县补充问题"', "", "缺少“title”"),
        ("[supplement]", "[supplement", "读不出来"),
    ],
)
def test_a_supplement_that_cannot_be_is_refused_before_anything_is_written(
    xxgk: Cli, tmp_path: Path, old: str, new: str, told: str
) -> None:
    (tmp_path / "名册.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / SUPPLEMENT).write_text(TEXT.replace(old, new), encoding="utf-8")
    words = ("--year", "2024", "--organ", "示例县办公室", "--roster", tmp_path / "名册.csv")
    ran = xxgk("init", tmp_path / "轮", *words)
    assert (ran.code, told in ran.err) == (CANNOT_PROCEED, True), ran.err
    assert not (tmp_path / "轮").exists()


def test_a_supplement_of_nothing_and_one_beside_other_definitions_are_refused(xxgk: Cli, folder: Path) -> None:
    (folder / "definition").rename(folder / "原来的")
    settings = folder / "campaign.toml"
    before = settings.read_text(encoding="utf-8")
    settings.write_text(f'{before}forms = "x"\n', encoding="utf-8")
    assert "不能与另外的表式" in xxgk("status", folder).err
    settings.write_text(before, encoding="utf-8")
    (folder / SUPPLEMENT).write_text('[supplement]\nedition = "2021"\ntitle = "空"\n', encoding="utf-8")
    assert "没有要补充的" in xxgk("status", folder).err
