"""The year on paper: signed copies and published pages, held against the return that counts, told, undone."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import openpyxl
import pytest
from rounds import BALANCED, begin, filled, put
from terminal import CANNOT_PROCEED, CLEAN, FINDINGS

from toolkit.campaign.intake.history import Event, Step
from toolkit.campaign.intake.receipts import ReceiptBook

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli, Ran

    from toolkit.campaign.round.folder import Campaign

ORGAN = "云溪县财政局"
OTHER = {**BALANCED, "handling.received.mail": 1, "handling.in_full.mail": 1}


@pytest.fixture
def campaign(xxgk: Cli, tmp_path: Path) -> Campaign:
    made = begin(tmp_path / "a")
    put(made, "一.xlsx", filled(made, "01"))
    xxgk("collect", made.folder)
    return made


def organ(xxgk: Cli, campaign: Campaign) -> dict[str, object]:
    found: dict[str, object] = xxgk("status", campaign.folder, "--json").json["organs"][0]
    return found


def signed(xxgk: Cli, campaign: Campaign, code: object, *more: object) -> Ran:
    return xxgk("sign", campaign.folder, "01", "--code", code, "--signer", "张三", "--date", "2051-01-18", *more)


def published(xxgk: Cli, campaign: Campaign, *more: object) -> Ran:
    return xxgk("published", campaign.folder, "01", "--address", "https://yx.cn/nb", "--date", "2051-01-25", *more)


def rows_of(campaign: Campaign) -> list[list[object]]:
    sheet = openpyxl.load_workbook(campaign.folder / "status.xlsx")["签发和公布"]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]


def test_a_stamped_copy_is_of_the_version_whose_code_it_bears(xxgk: Cli, campaign: Campaign, tmp_path: Path) -> None:
    code = str(organ(xxgk, campaign)["check_code"])
    scan = tmp_path / "盖章.pdf"
    scan.write_bytes(b"%PDF-1.4 scan")
    ran = signed(xxgk, campaign, code.replace("-", " "), "--scan", scan)
    assert (ran.code, "与第 1 份“一.xlsx”相符，附扫描件" in ran.out) == (CLEAN, True)
    assert organ(xxgk, campaign)["signed"] == {
        "signer": "张三", "date": "2051-01-18", "check_code": code, "fits": True, "told": "已签发",
        "scan": f"papers/{ORGAN}/盖章.pdf",
    }  # fmt: skip
    assert (campaign.folder / "papers" / ORGAN / "盖章.pdf").read_bytes() == scan.read_bytes()
    assert rows_of(campaign)[0][2:7] == ["已签发", "张三", "2051-01-18", code, "盖章.pdf"]
    page = (campaign.folder / "status.html").read_text(encoding="utf-8")
    assert "签发 1 家，公布 0 家；已通过 1 家" in page
    assert "盖章件</a>" in page
    assert "签发" in xxgk("history", campaign.folder, ORGAN).out
    signed(xxgk, campaign, code, "--scan", scan)
    assert [path.name for path in (campaign.folder / "papers" / ORGAN).iterdir()] == ["盖章.pdf"]
    xxgk("sign", campaign.folder, "01", "--undo", "--why", "登记重了")
    xxgk("sign", campaign.folder, "01", "--undo")
    assert organ(xxgk, campaign)["signed"] is None


def test_a_correction_accepted_later_makes_paper_and_page_those_of_another_version(
    xxgk: Cli, campaign: Campaign
) -> None:
    code = organ(xxgk, campaign)["check_code"]
    signed(xxgk, campaign, code)
    assert published(xxgk, campaign).code == CLEAN
    put(campaign, "二.xlsx", filled(campaign, "01", OTHER))
    xxgk("collect", campaign.folder)
    out = xxgk("status", campaign.folder).out
    assert "签的是第 1 份，与计入的不同，请重签；公布的是第 1 份，与计入的不同，请更正" in out
    ran = signed(xxgk, campaign, code)
    assert (ran.code, "纸上签的是第 1 份" in ran.out) == (FINDINGS, True)
    assert signed(xxgk, campaign, organ(xxgk, campaign)["check_code"]).code == CLEAN


def test_a_saved_page_is_read_back_cell_by_cell(xxgk: Cli, campaign: Campaign, tmp_path: Path) -> None:
    xxgk("publish", campaign.folder, "--to", "html", "--all")
    (page,) = (campaign.reports / "各机关").rglob("*.html")
    ran = published(xxgk, campaign, "--page", page)
    assert (ran.code, "都相同" in ran.out) == (CLEAN, True), ran.out
    assert organ(xxgk, campaign)["published"]["fits"] is True  # type: ignore[index]
    text = page.read_text(encoding="utf-8")
    wrong = tmp_path / "网页.html"
    wrong.write_text(text.replace(">5<", ">6<", 1).replace("工作", "工做", 1), encoding="utf-8")
    ran = published(xxgk, campaign, "--page", wrong)
    assert (ran.code, "报表是 5，公布的是 6" in ran.out) == (FINDINGS, True), ran.out
    told = organ(xxgk, campaign)["published"]
    assert told["fits"] is False  # type: ignore[index]
    assert next(one["published"] for one in told["unequal"]) == "6"  # type: ignore[index]
    assert "报表 5，公布 6" in str(rows_of(campaign)[0][12])
    assert "处与报表不同，请更正" in xxgk("status", campaign.folder).out
    assert "公布 1 家（其中 1 家与计入的不同）" in xxgk("status", campaign.folder).out
    xxgk("published", campaign.folder, "01", "--undo")
    assert "公布 1 家" in xxgk("status", campaign.folder).out


def test_words_that_differ_on_the_page_are_named(xxgk: Cli, campaign: Campaign, tmp_path: Path) -> None:
    xxgk("publish", campaign.folder, "--to", "html", "--all")
    (page,) = (campaign.reports / "各机关").rglob("*.html")
    text = page.read_text(encoding="utf-8")
    before, head, after = text.rpartition(f"{campaign.form.sections[0].heading}</h2>")
    start = after.index("<p>") + 3
    changed = tmp_path / "改.html"
    changed.write_text(before + head + after[:start] + "另写的一句。" + after[start:], encoding="utf-8")
    ran = published(xxgk, campaign, "--page", changed)
    assert (ran.code, "公布的是 另写的一句" in ran.out) == (FINDINGS, True), ran.out


def test_the_day_to_publish_is_the_roster_s_or_the_round_s(xxgk: Cli, campaign: Campaign) -> None:
    settings = campaign.folder / "campaign.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "publish_by = 2020-01-31\n", encoding="utf-8")
    assert "公布逾期 3 家" in xxgk("status", campaign.folder).out
    told = organ(xxgk, campaign)
    assert (told["publish_by"], told["publish_late"], rows_of(campaign)[0][8]) == ("2020-01-31", True, "未公布，逾期")
    published(xxgk, campaign)
    xxgk("status", campaign.folder)
    assert rows_of(campaign)[0][8] == "已公布，没有核对网页，逾期"
    roster = campaign.folder / "roster.csv"
    lines = roster.read_text(encoding="utf-8").splitlines()
    roster.write_text("\n".join([lines[0] + ",公布期限", *(f"{line},2051-02-01" for line in lines[1:])]), "utf-8")
    assert "公布逾期 0 家" in xxgk("status", campaign.folder).out
    roster.write_text("\n".join([lines[0] + ",公布期限", *(f"{line},不知道" for line in lines[1:])]), "utf-8")
    assert "第 2 行的公布期限“不知道”看不懂" in xxgk("status", campaign.folder).err


def test_what_cannot_be_noted_is_said(xxgk: Cli, campaign: Campaign, tmp_path: Path) -> None:
    empty, letter = tmp_path / "空.pdf", tmp_path / "信.html"
    empty.write_bytes(b"")
    letter.write_text("<html><body><p>通知</p></body></html>", encoding="utf-8")
    code = organ(xxgk, campaign)["check_code"]
    for ran, told in (
        (signed(xxgk, campaign, "000-0000"), "校验码都不是“000-0000”"),
        (xxgk("sign", campaign.folder, "01", "--code", code), "要写明校验码、签发人和日期"),
        (signed(xxgk, campaign, code, "--scan", empty), "是空的"),
        (xxgk("published", campaign.folder, "01"), "要写明网址"),
        (xxgk("published", campaign.folder, "02", "--address", "a", "--date", "2051-1-2"), "还没有计入的报表"),
        (published(xxgk, campaign, "--page", letter), "读不出报告，没有登记"),
        (xxgk("sign", campaign.folder, "01", "--undo"), "没有可以撤销的“签发”"),
    ):
        assert (ran.code, told in ran.err) == (CANNOT_PROCEED, True), ran.err


def test_a_history_without_statements_is_brought_up(tmp_path: Path) -> None:
    with ReceiptBook(tmp_path / "r.sqlite") as book:
        known = book.record(Event(Step.MERGE, told="全部到齐"))
    base = sqlite3.connect(tmp_path / "r.sqlite")
    base.executescript("ALTER TABLE events DROP COLUMN details; PRAGMA user_version = 3")
    base.close()
    with ReceiptBook(tmp_path / "r.sqlite") as book:
        assert book.events() == (known,)
        assert book.record(Event(Step.SIGN, details='{"signer": "张三"}')).stated == {"signer": "张三"}
