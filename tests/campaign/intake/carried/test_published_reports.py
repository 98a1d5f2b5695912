"""Last year's figures from last year's published reports, when the round is the first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from casebook import example_filing

from toolkit.campaign.intake.carried.last_year import last_year_of
from toolkit.campaign.intake.carried.published_reports import FILE, carry_from_reports
from toolkit.campaign.round.folder import Campaign, init_campaign
from toolkit.report.document import build_report
from toolkit.report.docx.document import render_docx
from toolkit.report.html import render_html

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli

ROSTER = "代码,名称\n001,示例县财政局\n002,示例县教育局\n003,示例县民政局\n"


def report(folder: Path, organ: str, year: int = 2023, name: str = "", **answers: object) -> Path:
    path = folder / f"{name or organ}.docx"
    filing = replace(example_filing("suqian_2023"), organ=organ, year=year).with_answers(answers)
    path.write_bytes(render_docx(build_report(filing)))
    return path


def begun(folder: Path) -> Campaign:
    roster = folder / "名册.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    return init_campaign(folder / "2024年报", year=2024, organ="示例县人民政府", roster=roster)


def test_every_organ_gets_the_figures_of_its_own_report(tmp_path: Path) -> None:
    campaign = begun(tmp_path)
    page = tmp_path / "教育.html"
    filing = replace(example_filing("suqian_2023"), organ="示例市示例县教育局")
    page.write_text(render_html(build_report(filing)), encoding="utf-8")
    carried = carry_from_reports(campaign, [report(tmp_path, "示例县财政局"), page])
    assert (set(carried.taken), carried.mistakes, carried.missing) == ({"001", "002"}, (), ("003",))
    record = last_year_of(campaign)
    assert record.of(campaign.roster.by_code["001"]) == dict(example_filing("suqian_2023").figures())
    assert record.of(campaign.roster.by_code["003"]) == {}
    assert record.missing(campaign.roster.by_code["003"]) == ()


def test_what_cannot_be_used_is_told_and_left_out(tmp_path: Path) -> None:
    campaign = begun(tmp_path)
    notice = tmp_path / "通知.txt"
    notice.write_text("开会", encoding="utf-8")
    files = [
        report(tmp_path, "示例县财政局", 2022),
        report(tmp_path, "别处的局"),
        report(tmp_path, "示例县教育局", name="一"),
        report(tmp_path, "示例县教育局", name="二"),
        report(tmp_path, "示例县民政局", **{"requests.carried_out.business": "约3件"}),
        notice,
    ]
    carried = carry_from_reports(campaign, files)
    assert carried.taken == ()
    told = "\n".join(carried.mistakes)
    assert all(
        words in told for words in ("2022 年的报告", "没有同名的机关", "一.docx、二.docx", "没有读准", "任何一张表")
    )
    assert len(carried.mistakes) == 5


def test_a_round_begins_with_last_year_s_reports(xxgk: Cli, tmp_path: Path) -> None:
    (tmp_path / "名册.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "去年").mkdir()
    report(tmp_path / "去年", "示例县财政局")
    folder = tmp_path / "2024年报"
    begin = ("init", folder, "--year", "2024", "--organ", "示例县人民政府", "--roster", tmp_path / "名册.csv")
    assert "不能与 --previous 同时用" in xxgk(*begin, "--previous", tmp_path, "--previous-reports", tmp_path).err
    ran = xxgk(*begin, "--previous-reports", tmp_path / "去年")
    assert (ran.code, "1 个机关的上年数据已取用" in ran.out, "示例县教育局" in ran.out) == (0, True, True)
    assert (folder / FILE).is_file()
    xxgk("issue", folder)
    (workbook,) = (folder / "outbox").glob("*财政局*.xlsx")
    values = xxgk("check", "--json", workbook).json["files"][0]["values"]
    assert values["requests.carried_in.natural_person"] == 118
