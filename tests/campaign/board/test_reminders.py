"""Reminders and letters: who is written to, what they are told, and the tables for a mail merge."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING

import pytest
from rounds import BROKEN, ROSTER, begin, filled, put, roster_file

from toolkit.campaign.round.folder import open_campaign

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli

    from toolkit.campaign.round.folder import Campaign

SETTINGS = 'deadline = 2051-02-01\nreturn_to = "gk@example.org"\ncall = "李同志 0571-9"\n'


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    campaign = begin(tmp_path / "a")
    settings = campaign.folder / "campaign.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + SETTINGS, encoding="utf-8")
    return campaign


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(path), newline="")))


def test_the_round_has_one_deadline_and_an_organ_may_have_its_own(campaign: Campaign) -> None:
    deadlines = {organ.code: str(organ.deadline) for organ in open_campaign(campaign.folder).roster.organs}
    assert deadlines == {"01": "2051-01-20", "02": "2051-01-20", "0201": "2051-02-01"}


def test_every_organ_has_a_letter_that_says_by_when_where_to_and_whom_to_call(xxgk: Cli, campaign: Campaign) -> None:
    xxgk("issue", campaign.folder)
    letter = text(campaign.outbox / "通知" / "云溪县教研室.txt")
    for told in (
        "云溪县教研室（王五）",
        "2051-02-01 前发到 gk@example.org",
        "请联系 李同志 0571-9",
        "云溪县教研室-2050.xlsx",
    ):
        assert told in letter
    table = rows(campaign.outbox / "发放表.csv")
    assert [row["机关代码"] for row in table] == ["01", "02", "0201"]
    assert table[2]["上级机关"] == "云溪县教育局"
    assert "请于 2051-02-01 前" in table[2]["通知全文"]
    note = text(campaign.outbox / "发放说明-云溪县公开办.txt")
    assert note.startswith("各有关机关：")  # an office writes no letter to itself
    assert "gk@example.org" in note


def test_what_is_sent_back_says_by_when_and_whom_to_call(xxgk: Cli, campaign: Campaign) -> None:
    put(campaign, "财政.xlsx", filled(campaign, "01", BROKEN))
    xxgk("collect", campaign.folder)
    lines = text(campaign.sendback / "云溪县财政局.txt").splitlines()
    assert lines[-2:] == ["请于 2051-01-20 前发来（发到 gk@example.org）。", "有疑问请联系 李同志 0571-9。"]


def test_those_who_have_not_sent_or_mended_are_reminded_and_their_parents(xxgk: Cli, campaign: Campaign) -> None:
    put(campaign, "财政.xlsx", filled(campaign, "01", BROKEN))
    put(campaign, "教育.xlsx", filled(campaign, "02"))
    xxgk("collect", campaign.folder)
    out = xxgk("remind", campaign.folder).out
    assert "要催的 2 家，1 个上级" in out
    folder = campaign.folder / "reminders"
    assert sorted(path.name for path in folder.rglob("*.*")) == [
        "云溪县教研室.txt", "云溪县教育局.txt", "云溪县财政局.txt", "催报.csv",
    ]  # fmt: skip
    mending = text(folder / "各机关" / "云溪县财政局.txt")
    assert "报来的一份有 1 处要改" in mending
    assert "2051-01-20 前发到 gk@example.org" in mending
    assert "还没有报来" in text(folder / "各机关" / "云溪县教研室.txt")
    assert "云溪县教研室：还没有报来，截止 2051-02-01　王五 0571-3" in text(folder / "云溪县教育局.txt")
    table = rows(folder / "催报.csv")
    assert [(row["机关代码"], row["错误数"]) for row in table] == [("01", "1"), ("0201", "")]
    assert table[0]["催报全文"] in mending.replace("\r\n", "\n")
    assert "催报　2 家" in xxgk("history", campaign.folder).out


def test_reminders_say_how_late_it_is_and_go_once_all_have_sent(xxgk: Cli, campaign: Campaign) -> None:
    roster_file(campaign.folder, ROSTER.replace("2051-01-20", "2025-01-20"), "roster.csv")
    xxgk("remind", campaign.folder)
    folder = campaign.folder / "reminders"
    late = text(folder / "各机关" / "云溪县财政局.txt")
    assert "已过截止日期" in late
    assert "请尽快发到 gk@example.org。有疑问请联系 李同志 0571-9。" in late
    assert int(rows(folder / "催报.csv")[0]["逾期天数"]) > 300
    for code in ("01", "02", "0201"):
        put(campaign, f"{code}.xlsx", filled(campaign, code))
    xxgk("collect", campaign.folder)
    assert "没有要催的" in xxgk("remind", campaign.folder).out
    assert [path.name for path in folder.rglob("*.txt")] == []
    assert xxgk("remind", campaign.folder, "--json").json["organs"] == 0


def test_those_who_have_to_publish_soon_are_reminded_until_they_have(xxgk: Cli, campaign: Campaign) -> None:
    soon, late = dt.date.today() + dt.timedelta(days=5), dt.date.today() - dt.timedelta(days=3)  # noqa: DTZ011
    settings = campaign.folder / "campaign.toml"
    known = settings.read_text(encoding="utf-8")
    settings.write_text(f"{known}publish_by = {soon}\n", encoding="utf-8")
    for code in ("01", "02", "0201"):
        put(campaign, f"{code}.xlsx", filled(campaign, code))
    xxgk("collect", campaign.folder)
    assert "要催的 3 家，1 个上级，其中催公布 3 家" in xxgk("remind", campaign.folder).out
    said = text(campaign.folder / "reminders" / "各机关" / "云溪县教研室.txt")
    assert f"请于 {soon} 前公布报告，把网址和公布日期告诉我们。" in said
    assert f"还没有告知公布报告的网址，截止 {soon}" in text(campaign.folder / "reminders" / "云溪县教育局.txt")
    assert rows(campaign.folder / "reminders" / "催报.csv")[0]["公布期限"] == str(soon)
    settings.write_text(f"{known}publish_by = {late}\n", encoding="utf-8")
    for code in ("01", "02"):
        address = ("--address", "https://example.org/1", "--date", str(late))
        xxgk("published", campaign.folder, code, *address)
    assert xxgk("remind", campaign.folder, "--json").json == {
        "folder": str(campaign.folder / "reminders"), "organs": 1, "parents": 1, "unpublished": 1,
    }  # fmt: skip
    said = text(campaign.folder / "reminders" / "各机关" / "云溪县教研室.txt")
    assert "已过公布期限 3 天" in said
    assert "请尽快公布报告" in said
    settings.write_text(f"{known}publish_by = 2051-03-01\n", encoding="utf-8")
    assert "没有要催的" in xxgk("remind", campaign.folder).out


def test_a_copied_folder_costs_one_line(xxgk: Cli, campaign: Campaign) -> None:
    for code in ("01", "02", "0201"):
        for name in ("", "又/", "再/"):
            put(campaign, f"{name}{code}.xlsx", filled(campaign, code))
    out = xxgk("collect", campaign.folder).out
    assert out.count("内容相同") == 2  # the line, and the count
    assert "等 6 个文件与收过的内容相同" in out
