"""Receipts: a page and a text for every return that counts, renewed with it, and gone when it counts no more."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from rounds import BALANCED, BROKEN, ROSTER, begin, filled, put, roster_file

from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.deciding import accept_return, withdraw_return
from toolkit.campaign.intake.receipts import ReceiptBook
from toolkit.campaign.round.folder import open_campaign
from toolkit.campaign.sendback.receipt_pages import FOLDER, PAGE, TEXT
from toolkit.errors import OutputError
from toolkit.workbook.returned.reading import read_workbook
from toolkit.xlsx.package import open_package

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli

    from toolkit.campaign.round.folder import Campaign

ORGAN = "云溪县财政局"
OTHER = {**BALANCED, "handling.received.mail": 1, "handling.in_full.mail": 1}


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    campaign = begin(tmp_path / "a")
    put(campaign, "财政 最终.xlsx", filled(campaign, "01"))
    put(campaign, "教育.xlsx", filled(campaign, "02", BROKEN))
    collect_returns(campaign.folder)
    return campaign


def receipts(campaign: Campaign) -> list[str]:
    return sorted(path.name for path in (campaign.sendback / FOLDER).glob("*"))


def page(campaign: Campaign) -> str:
    return (campaign.sendback / FOLDER / f"{ORGAN}{PAGE}").read_text(encoding="utf-8")


def text(campaign: Campaign) -> str:
    return (campaign.sendback / FOLDER / f"{ORGAN}{TEXT}").read_text(encoding="utf-8-sig")


def check_code_on_paper(content: bytes, campaign: Campaign) -> str:
    """Return the code at the foot of the printed sheets, as the clerk's program stored it."""
    package = open_package(content)
    shown = {
        found[0]
        for sheet in package.sheets
        for cell in package.cells(sheet.name).values()
        if (found := re.findall(r"\d{3}-\d{4}", str(cell.value)))
    }
    assert read_workbook(content, "", campaign.forms).filing is not None
    (code,) = shown
    return code


def test_only_returns_that_count_have_a_receipt(campaign: Campaign) -> None:
    assert receipts(campaign) == [f"{ORGAN}{PAGE}", f"{ORGAN}{TEXT}"]


def test_page_and_text_bear_the_code_of_the_stamped_paper(campaign: Campaign) -> None:
    code = check_code_on_paper((campaign.inbox / "财政 最终.xlsx").read_bytes(), campaign)
    assert f"<strong>{code}</strong>" in page(campaign)
    assert f"校验码 {code}。" in text(campaign)


def test_the_page_says_organ_file_hash_time_and_totals(campaign: Campaign) -> None:
    with ReceiptBook(campaign.receipts_file) as book:
        receipt = next(one for one in book.all() if one.code == "01")
    shown = page(campaign)
    assert [ORGAN in shown, "财政 最终.xlsx" in shown, receipt.received_at[:16].replace("T", " ") in shown] == [
        True
    ] * 3
    assert "".join(re.findall(r"<span>([0-9a-f]{16})</span>", shown)) == receipt.sha256
    totals = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", shown))
    assert "5" in totals.values()
    assert all(f"{label} {figure}" in text(campaign) for label, figure in totals.items())


def test_the_page_needs_nothing_from_elsewhere(campaign: Campaign) -> None:
    assert re.findall(r"(?:src|href)=|url\(|@import|<script", page(campaign)) == []


def test_words_of_others_are_escaped(tmp_path: Path) -> None:
    campaign = begin(tmp_path / "b", "代码,名称\n01,云溪县财政局\n")
    put(campaign, "<b>&财政.xlsx", filled(campaign, "01"))
    collect_returns(campaign.folder)
    assert "&lt;b&gt;&amp;财政.xlsx" in page(campaign)


def test_a_version_that_takes_the_place_of_another_renews_the_receipt(campaign: Campaign) -> None:
    first = page(campaign)
    put(campaign, "财政 更正.xlsx", filled(campaign, "01", OTHER))
    collect_returns(campaign.folder)
    assert "财政 更正.xlsx（第 2 份）" in page(campaign)
    accept_return(campaign.folder, "01", number=1)
    assert page(campaign) == first


def test_what_is_withdrawn_loses_its_receipt_at_once(campaign: Campaign) -> None:
    first = page(campaign)
    withdraw_return(campaign.folder, "01", why="交错了")
    assert receipts(campaign) == []
    assert (campaign.sendback / "已处理" / f"{ORGAN}{PAGE}").is_file()
    withdraw_return(campaign.folder, "01", undo=True)
    assert page(campaign) == first


def test_a_faulty_version_after_it_takes_the_receipt_away(campaign: Campaign) -> None:
    put(campaign, "财政 又改.xlsx", filled(campaign, "01", BROKEN))
    collect_returns(campaign.folder)
    assert receipts(campaign) == []


def test_what_is_waived_has_a_receipt(xxgk: Cli, campaign: Campaign) -> None:
    ran = xxgk("status", campaign.folder, "--json").json
    finding = next(one for one in ran["organs"] if one["code"] == "02")
    assert finding["state"] == "needs-fixing"
    with ReceiptBook(campaign.receipts_file) as book:
        name = next(found["name"] for one in book.all() if one.code == "02" for found in one.findings)
    assert xxgk("waive", campaign.folder, "02", name, "--why", "台账原件已核").code == 0
    assert f"云溪县教育局{PAGE}" in receipts(campaign)


def test_a_changed_name_takes_the_old_receipt_with_it(campaign: Campaign) -> None:
    roster_file(campaign.folder, ROSTER.replace(ORGAN, "云溪县财政金融局"), "roster.csv")
    collect_returns(campaign.folder)
    assert receipts(campaign) == [f"云溪县财政金融局{PAGE}", f"云溪县财政金融局{TEXT}"]


def test_what_an_earlier_version_kept_together_is_still_known(campaign: Campaign) -> None:
    with ReceiptBook(campaign.receipts_file) as book:
        ((code, told),) = book.facts("receipt page ")
        mark, _, stem = told.partition(" ")
        book.set_facts({f"receipt page {code}": "", "receipt_pages": json.dumps({code: [stem, mark]})})
    test_a_changed_name_takes_the_old_receipt_with_it(campaign)
    with ReceiptBook(campaign.receipts_file) as book:
        assert (dict(book.facts("receipt page ")).keys(), book.fact("receipt_pages")) == ({code}, "")


def test_an_organ_that_left_the_roster_has_no_receipt(campaign: Campaign) -> None:
    roster_file(campaign.folder, ROSTER.replace(f"01,{ORGAN}", "09,云溪县审计局"), "roster.csv")
    collect_returns(campaign.folder)
    assert receipts(campaign) == []
    assert (campaign.sendback / "已处理" / f"{ORGAN}{PAGE}").is_file()


def test_a_receipt_somebody_lost_is_made_again_when_something_comes(campaign: Campaign) -> None:
    (campaign.sendback / FOLDER / f"{ORGAN}{PAGE}").unlink()
    put(campaign, "教研.xlsx", filled(campaign, "0201"))
    collect_returns(campaign.folder)
    assert len(receipts(campaign)) == 4


def test_a_decision_stands_though_its_receipt_cannot_be_written(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OutputError("不能移动。")

    monkeypatch.setattr("toolkit.campaign.sendback.receipt_pages.move_aside", refuse)
    with pytest.raises(OutputError, match="已经记下，但回执和退回的文件还没有更新"):
        withdraw_return(campaign.folder, "01", why="交错了")
    with ReceiptBook(campaign.receipts_file) as book:
        assert "交错了" in [event.why for event in book.events()]
    assert open_campaign(campaign.folder).year == campaign.year
