"""Collecting: whatever lies in inbox/ is read once, recorded, checked, and nothing is ever lost."""

from __future__ import annotations

import errno
import io
import os
import shutil
import struct
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from casebook import SMALL
from packagecases import rezipped
from rounds import BALANCED, BROKEN, MINUTE, ROSTER, YEAR, begin, filled, put, roster_file, zipped

from toolkit.campaign.collecting import Collected, Repeat, collect_returns
from toolkit.campaign.deciding import accept_return, withdraw_return
from toolkit.campaign.intake import arrivals
from toolkit.campaign.intake.campaign_checks import OWN_FINDINGS
from toolkit.campaign.intake.history import Event, Step
from toolkit.campaign.intake.holds import Hold
from toolkit.campaign.intake.reading import Reader
from toolkit.campaign.intake.receipts import Receipt, ReceiptBook
from toolkit.campaign.intake.standings import State, standing
from toolkit.campaign.round.lock import exclusively
from toolkit.campaign.round.progress import Progress
from toolkit.campaign.round.workers import Workers, run_chunks
from toolkit.errors import InputError, OutputError
from toolkit.files import read_file
from toolkit.filing.findings import CATALOGUE
from toolkit.form.registry import form_of_edition
from toolkit.workbook.examining import examine
from toolkit.workbook.layout import lay_out
from toolkit.workbook.template.blank import blank_filing
from toolkit.workbook.template.workbook import write_workbook
from toolkit.xlsx.package import NewCell, open_package

if TYPE_CHECKING:
    from toolkit.campaign.round.folder import Campaign
    from toolkit.workbook.examining import Examined


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return begin(tmp_path / "a")


def receipts(campaign: Campaign) -> tuple[Receipt, ...]:
    with ReceiptBook(campaign.receipts_file) as book:
        return book.all()


def names(receipt: Receipt) -> list[str]:
    return [finding["name"] for finding in receipt.findings]


def test_names_and_folders_do_not_matter(campaign: Campaign) -> None:
    put(campaign, "新建 文件夹/教研室(1)(2).XLSX", filled(campaign, "0201"))
    put(campaign, "a/b/c/最终版.dat", filled(campaign, "01"))
    collected = collect_returns(campaign.folder)
    assert {one.code: one.verdict for one in collected.new} == {"0201": "accepted", "01": "accepted"}
    assert collected.is_clean
    assert collected.count(State.MISSING) == 1


def test_a_receipt_holds_what_was_answered_and_where(campaign: Campaign) -> None:
    content = filled(campaign, "01")
    put(campaign, "财政.xlsx", content)
    collect_returns(campaign.folder)
    (receipt,) = receipts(campaign)
    assert (receipt.file, receipt.organ, receipt.year) == ("inbox/财政.xlsx", "云溪县财政局", YEAR)
    assert receipt.values["handling.received.post"] == 5
    assert receipt.values["handling.received.all_channels"] == 5
    assert receipt.cells["handling.received.post"][1]
    assert campaign.received_copy(receipt.sha256).read_bytes() == content


def test_hidden_and_lock_files_are_passed_over(campaign: Campaign) -> None:
    for name in ("~$财政.xlsx", ".DS_Store", "Thumbs.db", "__MACOSX/财政.xlsx", ".git/x", "desktop.ini"):
        put(campaign, name, b"x")
    assert collect_returns(campaign.folder).files == 0


def test_a_file_that_was_read_is_not_read_again(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    put(campaign, "财政.xlsx", filled(campaign, "01"))
    collect_returns(campaign.folder)
    monkeypatch.setattr("toolkit.campaign.intake.reading.examine", lambda *_: pytest.fail("read again"))
    assert collect_returns(campaign.folder).new == ()


def test_the_same_content_has_one_receipt(campaign: Campaign) -> None:
    content = filled(campaign, "01")
    put(campaign, "一.xlsx", content)
    put(campaign, "二.xlsx", content)
    zipped(campaign.inbox / "三.zip", {"三.xlsx": content})
    collected = collect_returns(campaign.folder)
    assert (len(collected.new), len(collected.repeated)) == (1, 2)
    put(campaign, "四.xlsx", content)
    repeat = Repeat("inbox/四.xlsx", "inbox/一.xlsx", "云溪县财政局", "inbox/一.xlsx", "01", 1)
    assert collect_returns(campaign.folder).repeated == (repeat,)
    assert len(receipts(campaign)) == 1


def test_two_processes_that_meet_the_same_content_make_one_receipt(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = filled(campaign, "01")
    put(campaign, "一.xlsx", content)
    put(campaign, "二.xlsx", content)
    monkeypatch.setattr("toolkit.campaign.round.workers.CHUNK", 1)
    monkeypatch.setattr("toolkit.campaign.collecting._reader", lambda campaign, _: blind_reader(campaign))
    collected = collect_returns(campaign.folder, workers=Workers(1))
    assert (len(collected.new), len(collected.repeated)) == (1, 1)


def blind_reader(campaign: Campaign) -> Reader:
    """Return a reader that cannot ask the book, as one on another machine."""
    return Reader(campaign.folder, None, campaign.forms, "2051-01-01T00:00:00+08:00", campaign.year)


def test_a_defect_of_ours_met_in_one_file_does_not_keep_others_out(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(campaign, "怪.xlsx", b"odd")
    put(campaign, "财政.xlsx", filled(campaign, "01"))

    def failing(content: bytes, *rest: Any, **named: Any) -> Examined:
        if content == b"odd":
            raise ZeroDivisionError
        return examine(content, *rest, **named)

    monkeypatch.setattr("toolkit.campaign.intake.reading.examine", failing)
    collected = collect_returns(campaign.folder)
    assert {one.verdict for one in collected.new} == {"unreadable", "accepted"}
    assert "维护者" in next(one for one in collected.new if one.verdict == "unreadable").findings[0]["message"]


def test_the_newest_file_counts_whatever_its_name(campaign: Campaign) -> None:
    newer = put(campaign, "a.xlsx", filled(campaign, "01"))
    older = put(campaign, "b.xlsx", filled(campaign, "01", {"handling.received.mail": 1, "handling.in_full.mail": 1}))
    os.utime(older, (1e9, 1e9))
    os.utime(newer, (1.5e9, 1.5e9))
    place = collect_returns(campaign.folder).places["01"]
    assert place.counts is not None
    assert place.counts.file == "inbox/a.xlsx"
    assert [one.file for one in place.superseded] == ["inbox/b.xlsx"]


def test_a_version_with_errors_after_an_accepted_one_must_be_mended(campaign: Campaign) -> None:
    put(campaign, "一.xlsx", filled(campaign, "01"))
    collect_returns(campaign.folder)
    put(campaign, "一.xlsx", filled(campaign, "01", BROKEN))
    collected = collect_returns(campaign.folder)
    place = collected.places["01"]
    assert (place.state, place.counts) == (State.NEEDS_FIXING, None)
    assert place.kept is not None
    assert place.unfit is not None
    assert place.unfit.verdict == "needs-fixing"
    assert not collected.is_clean
    assert len(list(campaign.received.rglob("*.xlsx"))) == 2


def test_zips_are_opened_and_names_in_gbk_are_read(campaign: Campaign) -> None:
    zipped(campaign.inbox / "教育.zip", {"教育\\教研室.xlsx": filled(campaign, "0201"), "~$x.xlsx": b""}, "gbk")
    zipped(campaign.inbox / "财政.zip", {"财政.xlsx": filled(campaign, "01")})
    collect_returns(campaign.folder)
    assert {one.file for one in receipts(campaign)} == {
        "inbox/教育.zip/教育/教研室.xlsx",
        "inbox/财政.zip/财政.xlsx",
    }


def test_a_zip_in_a_zip_is_refused_and_says_what_to_do(campaign: Campaign) -> None:
    zipped(campaign.inbox / "内.zip", {"a.xlsx": b""})
    zipped(
        campaign.inbox / "外.zip",
        {"内.zip": (campaign.inbox / "内.zip").read_bytes(), "好.xlsx": filled(campaign, "01")},
    )
    (campaign.inbox / "内.zip").unlink()
    collected = collect_returns(campaign.folder)
    refused = next(one for one in collected.new if one.verdict == "unreadable")
    assert "请解压" in refused.findings[0]["message"]
    assert collected.count(State.ACCEPTED) == 1


def test_a_zip_that_would_fill_the_memory_is_refused(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(campaign.inbox / "炸弹.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xlsx", bytes(3 << 20))
    monkeypatch.setattr(arrivals, "MAX_FILE", 1 << 20)
    collected = collect_returns(campaign.folder, workers=Workers(1))
    assert "已拒绝读取" in collected.new[0].findings[0]["message"]
    assert [one.file for one in collected.unplaced] == [one.file for one in collected.new]
    monkeypatch.setattr(arrivals, "MAX_TOTAL", 1 << 20)
    shutil.copy(campaign.inbox / "炸弹.zip", campaign.inbox / "再来.zip")
    with zipfile.ZipFile(campaign.inbox / "再来.zip", "a") as archive:
        archive.writestr("b.txt", b"")
    assert "异常巨大" in collect_returns(campaign.folder).new[0].findings[0]["message"]


def test_a_zip_with_a_password_or_damage_says_so(campaign: Campaign) -> None:
    zipped(campaign.inbox / "密.zip", {"a.xlsx": b"abc"})
    data = bytearray((campaign.inbox / "密.zip").read_bytes())
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        struct.pack_into("<H", data, data.index(mark) + at, 1)
    (campaign.inbox / "密.zip").write_bytes(data)
    zipped(campaign.inbox / "坏.zip", {"a.xlsx": b"abcdefgh"})
    broken = bytearray((campaign.inbox / "坏.zip").read_bytes())
    broken[broken.index(b"abcdefgh")] ^= 1
    (campaign.inbox / "坏.zip").write_bytes(broken)
    told = [one.findings[0]["message"] for one in collect_returns(campaign.folder).new]
    assert sorted(("密码" in text, "已损坏" in text) for text in told) == [(False, True), (True, False)]


def test_no_raw_words_of_the_zip_program_reach_the_coordinator(campaign: Campaign) -> None:
    zipped(campaign.inbox / "坏.zip", {"财政.xlsx": b"abcdefgh" * 20}, "gbk")
    broken = bytearray((campaign.inbox / "坏.zip").read_bytes())
    broken[broken.index(b"abcdefgh")] ^= 1
    (campaign.inbox / "坏.zip").write_bytes(broken)
    (receipt,) = collect_returns(campaign.folder).new
    message = receipt.findings[0]["message"]
    assert "“财政.xlsx”" in message
    assert not [word for word in ("CRC", "Bad", "\u2593") if word in message]


@pytest.mark.parametrize("content", [b"", b"PK\3\4half"], ids=["empty", "cut off"])
def test_what_is_advised_for_a_broken_file_does_not_contradict_the_reason(campaign: Campaign, content: bytes) -> None:
    put(campaign, "财政.xlsx", content)
    (finding,) = collect_returns(campaign.folder).new[0].findings
    assert "让对方重新发送" in finding["message"]
    assert "另存为" not in finding["advice"]


def test_the_date_of_the_file_is_kept_beside_the_time_of_collection(campaign: Campaign) -> None:
    path = put(campaign, "财政.xlsx", filled(campaign, "01"))
    os.utime(path, (1e9, 1e9))
    ahead = put(campaign, "教育.xlsx", filled(campaign, "02"))
    os.utime(ahead, (4e9, 4e9))
    collect_returns(campaign.folder)
    first, second = receipts(campaign)
    assert datetime.fromisoformat(first.saved_at).timestamp() == 1e9
    assert first.received_at > first.saved_at
    assert second.saved_at == second.received_at


@pytest.mark.parametrize(
    ("date", "saved"),
    [((2051, 1, 19, 10, 0, 0), "collection"), ((2021, 1, 19, 10, 0, 0), "2021-01-19"), ((1980, 1, 1, 0, 0, 0), "zip")],
)
def test_a_file_in_a_zip_has_its_date_there_or_else_that_of_the_zip(
    campaign: Campaign, date: tuple[int, int, int, int, int, int], saved: str
) -> None:
    path = campaign.inbox / "财政.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("财政.xlsx", date), filled(campaign, "01"))
    os.utime(path, (1e9, 1e9))
    collect_returns(campaign.folder)
    (receipt,) = receipts(campaign)
    days = {"collection": receipt.received_at[:10], "zip": datetime.fromtimestamp(1e9).astimezone().isoformat()[:10]}
    assert receipt.saved_at[:10] == days.get(saved, saved)


def altered_entry(campaign: Campaign, at: int, value: int) -> None:
    """Put in a zip of one return in which a field of the member's headers, `at` in the first of them, is altered."""
    path = campaign.inbox / "财政.zip"
    zipped(path, {"财政.xlsx": filled(campaign, "01")})
    data = bytearray(path.read_bytes())
    struct.pack_into("<H", data, at, value)
    struct.pack_into("<H", data, data.rindex(b"PK\1\2") + at + 2, value)
    path.write_bytes(data)


def test_a_way_of_packing_we_do_not_know_says_what_to_do(campaign: Campaign) -> None:
    altered_entry(campaign, 8, 99)
    (receipt,) = collect_returns(campaign.folder).new
    assert "不认识的压缩方式；请解压后把报表放进 inbox" in receipt.findings[0]["message"]


def test_a_date_that_no_calendar_has_is_passed_over(campaign: Campaign) -> None:
    altered_entry(campaign, 12, 50 << 9)  # month 0, day 0 of 2030
    os.utime(campaign.inbox / "财政.zip", (1e9, 1e9))
    (receipt,) = collect_returns(campaign.folder).new
    assert datetime.fromisoformat(receipt.saved_at).timestamp() == 1e9
    assert arrivals.Arrival("inbox/a.xlsx", 1, 10**30).changed is None


def test_what_is_no_workbook_gets_a_receipt_and_stands_apart_until_removed(campaign: Campaign) -> None:
    path = put(campaign, "说明.docx", b"hello")
    collected = collect_returns(campaign.folder)
    assert [one.verdict for one in receipts(campaign)] == ["unreadable"]
    assert [one.file for one in collected.unplaced] == ["inbox/说明.docx"]
    path.unlink()
    assert collect_returns(campaign.folder).is_clean
    assert len(receipts(campaign)) == 1


def test_half_a_file_is_unreadable_until_the_whole_has_come(campaign: Campaign) -> None:
    content = filled(campaign, "01")
    put(campaign, "财政.xlsx", content[: len(content) // 2])
    assert collect_returns(campaign.folder).new[0].verdict == "unreadable"
    put(campaign, "财政.xlsx", content)
    assert collect_returns(campaign.folder).is_clean


def test_an_empty_file_gets_a_receipt(campaign: Campaign) -> None:
    put(campaign, "空.xlsx", b"")
    put(campaign, "也空.xlsx", b"")
    collected = collect_returns(campaign.folder)
    assert [one.verdict for one in collected.new] == ["unreadable", "unreadable"]
    assert len(collected.unplaced) == 2


def test_a_file_far_too_large_is_not_read(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    put(campaign, "录像.mp4", b"x" * 2000)
    monkeypatch.setattr("toolkit.campaign.intake.reading.MAX_FILE", 1000)
    (receipt,) = collect_returns(campaign.folder).unplaced
    with ReceiptBook(campaign.receipts_file) as book:
        assert "超过 100 MB" in book.whole(receipt).findings[0]["message"]
    assert list(campaign.received.rglob("*.xlsx")) == []


def test_files_given_by_hand_are_copied_and_never_over_another(campaign: Campaign, tmp_path: Path) -> None:
    for folder, code in (("一", "01"), ("二", "02")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "年报.xlsx").write_bytes(filled(campaign, code))
    given = [tmp_path / "一" / "年报.xlsx", tmp_path / "二" / "年报.xlsx", tmp_path / "一" / "年报.xlsx"]
    assert collect_returns(campaign.folder, given).count(State.ACCEPTED) == 2
    assert sorted(path.name for path in campaign.inbox.iterdir()) == ["年报(2).xlsx", "年报.xlsx"]
    assert collect_returns(campaign.folder, [campaign.inbox / "年报.xlsx"]).files == 2


def test_a_missing_file_given_by_hand_stops_before_anything(campaign: Campaign, tmp_path: Path) -> None:
    put(campaign, "财政.xlsx", filled(campaign, "01"))
    with pytest.raises(InputError, match=r"找不到文件“.*无\.xlsx”"):
        collect_returns(campaign.folder, [tmp_path / "无.xlsx"])
    assert receipts(campaign) == ()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root opens every file")
def test_a_file_that_cannot_be_opened_now_is_tried_again(campaign: Campaign) -> None:
    path = put(campaign, "财政.xlsx", filled(campaign, "01"))
    path.chmod(0)
    assert list(collect_returns(campaign.folder).blocked) == ["inbox/财政.xlsx"]
    path.chmod(0o644)
    assert collect_returns(campaign.folder).is_clean


def test_a_file_another_program_holds_is_tried_again(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    put(campaign, "财政.xlsx", filled(campaign, "01"))

    def held(*_: object) -> bytes:
        raise OSError(errno.EBUSY, "busy")

    with monkeypatch.context() as patched:
        patched.setattr("toolkit.campaign.intake.reading.Reader._read_one", held)
        collected = collect_returns(campaign.folder)
    assert collected.blocked.keys() == {"inbox/财政.xlsx"}
    assert collected.blocked["inbox/财政.xlsx"].startswith("打不开（正被别的程序占用）")
    assert not collected.is_clean
    assert collect_returns(campaign.folder).is_clean


def test_a_stranger_and_another_year_count_for_nobody(campaign: Campaign) -> None:
    form = form_of_edition("small", SMALL)
    old, _ = blank_filing(form, "云溪县财政局", "01", YEAR - 1)
    stranger, _ = blank_filing(form, "云溪县卫健局", "99", YEAR)
    put(campaign, "旧.xlsx", write_workbook(old))
    put(campaign, "外.xlsx", write_workbook(stranger))
    collected = collect_returns(campaign.folder)
    assert {names(one)[0] for one in collected.new} == {"other_year", "not_in_roster"}
    assert len(collected.unplaced) == 2
    assert collected.count(State.MISSING) == 3


@pytest.mark.parametrize(
    ("organ", "code", "hint"),
    [("云溪县财政局", "001", "“云溪县财政局”的代码是 01"), ("云溪县审计局", "90", "它已由“云溪县财政局”（01）承接")],
)
def test_a_stranger_is_told_who_it_may_be(tmp_path: Path, organ: str, code: str, hint: str) -> None:
    campaign = begin(tmp_path / "b", "代码,名称,前身代码\n01,云溪县财政局,90\n")
    filing, _ = blank_filing(campaign.form, organ, code, YEAR)
    put(campaign, "外.xlsx", write_workbook(filing))
    assert hint in collect_returns(campaign.folder).new[0].findings[0]["message"]


def test_an_organ_added_to_the_roster_is_recognised_without_reading_again(campaign: Campaign) -> None:
    filing, _ = blank_filing(campaign.form, "云溪县卫健局", "99", YEAR)
    put(campaign, "外.xlsx", write_workbook(filing))
    collect_returns(campaign.folder)
    roster_file(campaign.folder, ROSTER + "99,云溪县卫生健康局\n", "roster.csv")
    collected = collect_returns(campaign.folder)
    assert (collected.new, collected.unplaced) == ((), ())
    assert collected.places["99"].state is State.NEEDS_FIXING
    assert {"name_differs", "seal_differs"} <= set(names(receipts(campaign)[0]))


def test_a_workbook_of_another_issue_is_held_not_refused(campaign: Campaign, tmp_path: Path) -> None:
    put(campaign, "财政.xlsx", filled(begin(tmp_path / "b"), "01"))
    collected = collect_returns(campaign.folder)
    (receipt,) = collected.new
    assert (receipt.verdict, names(receipt)) == ("accepted", ["seal_differs"])
    assert (collected.places["01"].state, collected.places["01"].counts) == (State.HELD, None)
    assert not collected.is_clean


def test_a_file_dated_in_the_future_says_so_and_unseats_nothing(campaign: Campaign) -> None:
    put(campaign, "定稿.xlsx", filled(campaign, "01"))
    draft = put(campaign, "草稿.xlsx", filled(campaign, "01", OTHER))
    os.utime(draft, (4e9, 4e9))
    place = collect_returns(campaign.folder).places["01"]
    assert (place.counts and place.counts.name, [held.reason for held in place.held]) == ("定稿.xlsx", [Hold.AHEAD])
    assert names(receipts(campaign)[1]) == ["dated_ahead"]


def test_of_two_in_one_zip_the_one_with_the_later_date_there_counts(campaign: Campaign) -> None:
    with zipfile.ZipFile(campaign.inbox / "两份.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("a定稿.xlsx", (2025, 1, 12, 9, 0, 0)), filled(campaign, "01"))
        archive.writestr(zipfile.ZipInfo("b草稿.xlsx", (2025, 1, 10, 9, 0, 0)), filled(campaign, "01", OTHER))
    collected = collect_returns(campaign.folder)
    place = collected.places["01"]
    assert (place.counts and place.counts.name, place.state) == ("a定稿.xlsx", State.ACCEPTED)
    (question,) = collected.questions
    assert (question.kind, question.other and question.other.name) == ("replaced", "b草稿.xlsx")


@pytest.mark.parametrize("is_zip", [False, True], ids=["late draft", "newer zip with an older file"])
def test_what_is_older_than_the_accepted_version_and_comes_later_is_held(campaign: Campaign, *, is_zip: bool) -> None:
    put(campaign, "定稿.xlsx", filled(campaign, "01"))
    collect_returns(campaign.folder)
    if is_zip:
        with zipfile.ZipFile(campaign.inbox / "又.zip", "w") as archive:
            archive.writestr(zipfile.ZipInfo("稿.xlsx", (2025, 1, 10, 9, 0, 0)), filled(campaign, "01", OTHER))
    else:
        os.utime(put(campaign, "稿.xlsx", filled(campaign, "01", OTHER)), (1.7e9, 1.7e9))
    collected = collect_returns(campaign.folder)
    assert [held.reason for held in collected.held] == [Hold.OLDER]
    assert collected.places["01"].counts is not None
    assert collected.places["01"].counts.name == "定稿.xlsx"
    assert collect_returns(campaign.folder).questions == collected.questions


def test_a_book_that_was_saved_again_is_the_same_return(campaign: Campaign) -> None:
    content = filled(campaign, "01")
    put(campaign, "一.xlsx", content)
    collect_returns(campaign.folder)
    put(campaign, "二.xlsx", rezipped(content, lambda _, part: part, method=zipfile.ZIP_STORED))
    collected = collect_returns(campaign.folder)
    place = collected.places["01"]
    assert (len(collected.new), len(place.versions), collected.questions) == (1, 2, ())
    assert place.counts is not None
    assert place.counts.name == "一.xlsx"


def test_a_file_named_like_another_organ_does_not_replace_what_counts(campaign: Campaign) -> None:
    put(campaign, "一.xlsx", filled(campaign, "01"))
    put(campaign, "云溪县教育局.xlsx", filled(campaign, "01", OTHER))
    place = collect_returns(campaign.folder).places["01"]
    assert [held.reason for held in place.held] == [Hold.NAME]
    assert place.counts is not None
    assert place.counts.name == "一.xlsx"


def test_another_rounds_return_is_asked_about_for_an_organ_that_adds_up_too(tmp_path: Path) -> None:
    """Only a sum made below need not bear our seal; see the tests of sums."""
    roster = "代码,名称,类型\n01,云溪县财政局,汇总\n"
    campaign, lower = begin(tmp_path / "b", roster), begin(tmp_path / "c", roster)
    put(campaign, "财政.xlsx", filled(lower, "01"))
    assert names(collect_returns(campaign.folder).new[0]) == ["seal_differs"]


def second_round(folder: Path) -> Campaign:
    first = begin(folder / "first")
    put(first, "01.xlsx", filled(first, "01"))
    collect_returns(first.folder)
    return begin(folder / "second", year=YEAR + 1, previous=first.folder)


SAME_PROSE = "prose_as_last_year"  # the small round has one sentence for both years
OTHER = {**BALANCED, "handling.received.mail": 1, "handling.in_full.mail": 1}
CARRIED = {"handling.open_before.post": 2, "handling.in_full.post": 2}


def test_last_year_as_recorded_is_accepted(tmp_path: Path) -> None:
    campaign = second_round(tmp_path)
    put(campaign, "01.xlsx", filled(campaign, "01", {"handling.in_full.post": 2}))
    assert names(collect_returns(campaign.folder).new[0]) == [SAME_PROSE]


@pytest.mark.parametrize(("carried", "verdict"), [(2, "accepted"), (3, "needs-fixing")])
def test_a_blank_workbook_filled_by_hand_is_held_against_the_record(tmp_path: Path, carried: int, verdict: str) -> None:
    campaign = second_round(tmp_path)
    other = begin(tmp_path / "other", year=YEAR + 1)
    put(
        campaign,
        "01.xlsx",
        filled(other, "01", {"handling.open_before.post": carried, "handling.in_full.post": carried}),
    )
    (receipt,) = collect_returns(campaign.folder).new
    assert receipt.verdict == verdict
    assert ("record_differs" in names(receipt)) == (verdict != "accepted")
    if verdict != "accepted":
        assert [place["field"] for place in receipt.findings[1]["places"]] == ["handling.open_before.post"]
        assert receipt.findings[1]["places"][0]["cell"]


def test_a_correction_of_last_year_is_held_against_what_has_come(tmp_path: Path) -> None:
    campaign = second_round(tmp_path)
    other = begin(tmp_path / "other", year=YEAR + 1)
    put(campaign, "01.xlsx", filled(other, "01", {"handling.open_before.post": 3, "handling.in_full.post": 3}))
    assert not collect_returns(campaign.folder).is_clean
    first = campaign.previous_campaign
    assert first is not None
    put(first, "补.xlsx", filled(first, "01", {**BALANCED, "handling.received.post": 6, "handling.open_after.post": 3}))
    collect_returns(first.folder)
    assert collect_returns(campaign.folder).to_mend == ()


def test_a_correction_of_last_year_that_is_held_is_told_where_it_would_carry_over(tmp_path: Path) -> None:
    campaign = second_round(tmp_path)
    first = campaign.previous_campaign
    assert first is not None
    with ReceiptBook(first.receipts_file) as book:
        book.record(Event(Step.MERGE))
    put(first, "补.xlsx", filled(first, "01", {**BALANCED, "handling.received.post": 6, "handling.open_after.post": 3}))
    assert [held.reason for held in collect_returns(first.folder).held] == [Hold.MERGED]
    put(campaign, "01.xlsx", filled(campaign, "01", {"handling.in_full.post": 2}))
    (receipt,) = collect_returns(campaign.folder).new
    assert (receipt.verdict, sorted(names(receipt))) == ("accepted", [SAME_PROSE, "record_awaits"])
    assert any("补.xlsx" in finding["message"] for finding in receipt.findings)
    accept_return(first.folder, "01")
    assert collect_returns(campaign.folder).to_mend != ()
    accept_return(first.folder, "01", undo=True)
    withdraw_return(first.folder, "01", number=2, why="重复")
    assert collect_returns(campaign.folder).to_mend == ()
    assert names(receipts(campaign)[0]) == [SAME_PROSE]


def test_every_finding_of_the_campaign_is_explained() -> None:
    for name in OWN_FINDINGS:
        entry = CATALOGUE[name]
        assert all((entry.title, entry.message, entry.advice, entry.why, entry.example))


def state(campaign: Campaign) -> object:
    kept = [replace(one, received_at="") for one in receipts(campaign)]
    files = {
        path.relative_to(campaign.folder).as_posix(): MINUTE.sub(b"", path.read_bytes())
        for folder in (campaign.sendback, campaign.received)
        for path in folder.rglob("*")
        if path.is_file()
    }
    return kept, files


def fill_inbox(campaign: Campaign, count: int) -> None:
    for place, organ in enumerate(campaign.roster.organs[:count]):
        path = put(campaign, f"{place}.xlsx", filled(campaign, organ.code, BROKEN if place % 10 == 0 else BALANCED))
        os.utime(path, (1e9 + place, 1e9 + place))


@pytest.mark.slow
def test_many_processes_and_one_end_in_the_same_state(tmp_path: Path) -> None:
    lines = "".join(f"{place:03d},机关{place}\n" for place in range(110))
    one = begin(tmp_path / "a", f"代码,名称\n{lines}")
    fill_inbox(one, 110)
    shutil.copytree(one.folder, tmp_path / "b")
    collect_returns(one.folder, workers=Workers(1))
    many = replace(one, folder=tmp_path / "b")
    assert not collect_returns(many.folder, workers=Workers(2)).is_clean
    assert state(many) == state(one)


def test_a_run_that_stopped_half_way_goes_on_to_the_same_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = begin(tmp_path / "a")
    fill_inbox(campaign, 3)
    shutil.copytree(campaign.folder, tmp_path / "b")
    collect_returns(campaign.folder)
    stopped = replace(campaign, folder=tmp_path / "b")
    monkeypatch.setattr("toolkit.campaign.round.workers.CHUNK", 1)
    for moment in ("toolkit.campaign.collecting.Progress.add", "toolkit.campaign.collecting.send_back"):
        with monkeypatch.context() as patched:
            patched.setattr(moment, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                collect_returns(stopped.folder)
    collect_returns(stopped.folder)
    assert state(stopped) == state(campaign)


def test_two_collections_at_once_are_one_after_the_other(campaign: Campaign) -> None:
    with exclusively(campaign.folder, "收件"), pytest.raises(InputError, match="请等它结束"):
        collect_returns(campaign.folder)


def test_no_room_for_the_copies_stops_and_goes_on_later(campaign: Campaign) -> None:
    put(campaign, "财政.xlsx", filled(campaign, "01"))
    campaign.received.rmdir()
    campaign.received.write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="不能写入"):
        collect_returns(campaign.folder)
    assert receipts(campaign) == ()
    campaign.received.unlink()
    assert collect_returns(campaign.folder).is_clean


def test_a_folder_without_inbox_is_told(campaign: Campaign) -> None:
    campaign.inbox.rmdir()
    with pytest.raises(InputError, match="不能列出"):
        collect_returns(campaign.folder)


def test_a_scheduler_without_dask_says_what_to_install(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    put(campaign, "财政.xlsx", filled(campaign, "01"))
    with pytest.raises(InputError, match=r"pip install .*cluster"):
        collect_returns(campaign.folder, workers=Workers(scheduler="tcp://localhost:8786"))


def test_a_process_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.campaign.round.workers.CHUNK", 1)
    with pytest.raises(OutputError, match="意外退出"):
        list(run_chunks(die, (3, 4), Workers(2)))


def test_what_stops_a_process_is_told_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.campaign.round.workers.CHUNK", 1)
    with pytest.raises(InputError, match="找不到这个文件"):
        list(run_chunks(read_file_of, ("甲", "乙"), Workers(2)))


def die(chunk: tuple[int, ...]) -> None:
    os._exit(chunk[0])


def read_file_of(chunk: tuple[str, ...]) -> bytes:
    return read_file(Path(chunk[0]))


def test_progress_tells_what_is_left() -> None:
    assert Progress("收件", 100, done=25).text(30) == "收件 25/100，还需约 1 分 30 秒"
    assert Progress("收件", 100).text(0) == "收件 0/100，还需约 0 秒"


def test_standings_are_the_same_from_the_book(campaign: Campaign) -> None:
    put(campaign, "财政.xlsx", filled(campaign, "01"))
    collected: Collected = collect_returns(campaign.folder)
    with ReceiptBook(campaign.receipts_file) as book:
        again = standing(campaign, book, date(2051, 1, 1))
    assert {code: place.state for code, place in again.items()} == {
        code: place.state for code, place in collected.places.items()
    }


def test_a_link_to_nowhere_is_passed_over(campaign: Campaign) -> None:
    (campaign.inbox / "断.xlsx").symlink_to(campaign.folder / "无")
    assert collect_returns(campaign.folder).files == 0


def test_a_file_given_by_hand_that_cannot_be_copied_is_told(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"x")

    def full(*_: object) -> None:
        raise OSError(28, "磁盘已满")

    monkeypatch.setattr("shutil.copy2", full)
    with pytest.raises(OutputError, match=r"不能把.*复制到 inbox：磁盘已满"):
        collect_returns(campaign.folder, [tmp_path / "a.xlsx"])


@pytest.mark.parametrize(
    ("raw", "flags", "name"),
    [
        ("财政.xlsx", 0x800, "财政.xlsx"),
        ("财政.xlsx", 0, "财政.xlsx"),  # a name from another field of the entry, no code page 437
        (b"\xff\xff\xff".decode("cp437"), 0, b"\xff\xff\xff".decode("cp437")),
        ("财政.xlsx".encode().decode("cp437"), 0, "财政.xlsx"),
    ],
)
def test_names_in_zips_are_read_or_left_as_they_are(raw: str, flags: int, name: str) -> None:
    entry = zipfile.ZipInfo(raw)
    entry.flag_bits = flags
    assert arrivals._name(entry) == name


def test_many_chunks_come_back_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.campaign.round.workers.CHUNK", 1)
    results = [result for _, result in run_chunks(len_of, ("甲", "乙乙", "", "丙") * 4, Workers(2))]
    assert results == [1, 2, 0, 1] * 4


def len_of(chunk: tuple[str, ...]) -> int:
    time.sleep(0.05 if chunk[0] == "甲" else 0)
    return len(chunk[0])


class Cluster:
    """Stands for Dask: does the work in this process, once it is asked at the right address."""

    status = "running"

    def __init__(self, address: str, *, timeout: int) -> None:
        assert timeout < 30  # Dask's own, after which a user has gone
        if "9999" in address:
            raise OSError("没有回应")
        self.address, self.closed = address, False

    def nthreads(self) -> dict[str, int]:
        return {} if "7777" in self.address else {"tcp://worker": 1}

    def get_executor(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1)

    def close(self) -> None:
        self.closed = True


class Lost(Exception):  # noqa: N818 (named as Dask's is used)
    task = "read-1"


DASK = SimpleNamespace(Client=Cluster, scheduler=SimpleNamespace(KilledWorker=Lost))


def test_a_scheduler_does_the_reading(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", DASK)
    put(campaign, "财政.xlsx", filled(campaign, "01"))
    assert collect_returns(campaign.folder, workers=Workers(scheduler="tcp://localhost:8786")).is_clean


def test_a_scheduler_that_does_not_answer_is_told(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", DASK)
    put(campaign, "财政.xlsx", filled(campaign, "01"))
    with pytest.raises(InputError, match=r"tcp://localhost:9999 在 \d+ 秒内没有回应"):
        collect_returns(campaign.folder, workers=Workers(scheduler="tcp://localhost:9999"))


@pytest.mark.parametrize("address", ["nonsense", "localhost", "tcp://", "tcp://a b:8786", "甲:乙"])
def test_what_is_no_address_is_told_before_anything_is_read(address: str) -> None:
    with pytest.raises(InputError, match=f"“{address}”不是地址"):
        Workers(scheduler=address)


@pytest.mark.parametrize(
    "address", ["tcp://10.0.0.5:8786", "host:8786", "tls://主机:8786", "tcp://[::1]:8786", "ws://a:1/"]
)
def test_addresses_that_dask_takes_are_taken(address: str) -> None:
    assert Workers(scheduler=address).scheduler == address


def test_a_scheduler_without_machines_is_told(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", DASK)
    put(campaign, "财政.xlsx", filled(campaign, "01"))
    with pytest.raises(InputError, match="没有一台工作机"):
        collect_returns(campaign.folder, workers=Workers(scheduler="tcp://localhost:7777"))


def test_machines_lost_again_and_again_are_told(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(*_: object) -> None:
        raise Lost

    monkeypatch.setitem(sys.modules, "distributed", DASK)
    monkeypatch.setattr("toolkit.campaign.intake.reading.Reader.read", lose)
    put(campaign, "财政.xlsx", filled(campaign, "01"))
    with pytest.raises(OutputError, match="工作机接连意外退出"):
        collect_returns(campaign.folder, workers=Workers(scheduler="tcp://localhost:8786"))


def test_two_files_of_one_name_in_a_zip_are_both_read(campaign: Campaign) -> None:
    with zipfile.ZipFile(campaign.inbox / "同名.zip", "w") as archive:
        archive.writestr("年报.xlsx", filled(campaign, "01"))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("年报.xlsx", filled(campaign, "02"))
    assert collect_returns(campaign.folder).count(State.ACCEPTED) == 2


def test_progress_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    Progress("收件", 2).add(1)
    assert stream.getvalue() == ""
    monkeypatch.setattr(stream, "isatty", lambda: True)
    progress = Progress("收件", 2)
    progress.add(1)
    progress.add(1)
    assert "收件 1/2" in stream.getvalue()
    assert stream.getvalue().endswith("收件 2/2，还需约 0 秒\n")


def test_a_strict_round_sends_back_numbers_not_typed_as_numbers(tmp_path: Path) -> None:
    campaign = begin(tmp_path / "a")
    typed = (name for name, field in campaign.form.fields.items() if field.kind.is_required_figure)
    name = next(name for name in typed if name not in BALANCED)
    spot = lay_out(campaign.form).spots[name]
    data = open_package(filled(campaign, "01")).patched({spot.sheet: {spot.cell: NewCell(" 0")}})
    put(campaign, "财政.xlsx", data)
    assert collect_returns(campaign.folder).is_clean
    settings = campaign.folder / "campaign.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "strict = true\n", encoding="utf-8")
    put(campaign, "财政改.xlsx", open_package(data).patched({spot.sheet: {spot.cell: NewCell("0 ")}}))
    assert not collect_returns(campaign.folder).is_clean


def test_scans_and_our_own_note_beside_sound_returns_are_attachments(campaign: Campaign) -> None:
    names = [campaign.file_name(organ) for organ in campaign.roster.organs]
    returns = {name: filled(campaign, organ.code) for name, organ in zip(names, campaign.roster.organs, strict=True)}
    zipped(campaign.inbox / "交回.zip", {**returns, "填报说明.txt": b"note", "财政局盖章扫描件.pdf": b"%PDF-1.7\n"})
    put(campaign, "云溪县教育局扫描件.jpg", b"\xff\xd8\xff")
    collected = collect_returns(campaign.folder)
    assert collected.is_clean
    assert sorted(PurePosixPath(path).name for path in collected.attachments) == [
        "云溪县教育局扫描件.jpg", "填报说明.txt", "财政局盖章扫描件.pdf"
    ]  # fmt: skip
    assert not (campaign.sendback / "无法归入机关的文件.txt").exists()
    assert collect_returns(campaign.folder).is_clean


@pytest.mark.parametrize("name", ["云溪县教育局年报.docx", "年报.xlsx", "扫描件.pdf"])
def test_what_may_be_a_return_itself_is_no_attachment(campaign: Campaign, name: str) -> None:
    """Another organ's letter, a damaged workbook, and a scan that lies beside nothing are still asked about."""
    put(campaign, "财政/财政.xlsx", filled(campaign, "01"))
    put(campaign, name if name == "扫描件.pdf" else f"财政/{name}", b"odd")
    collected = collect_returns(campaign.folder)
    assert collected.attachments == ()
    assert len(collected.unplaced) == 1
