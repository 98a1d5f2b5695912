"""The receipt book: exact, all or nothing, and what it says of where everyone stands."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from casebook import SMALL, full_filing
from rounds import YEAR, begin

from toolkit.campaign.intake.history import NOBODY, Event, Step, login_name, standing_events
from toolkit.campaign.intake.receipts import Receipt, ReceiptBook, answers_mark, filing_of
from toolkit.campaign.intake.standings import Standing, State, standing
from toolkit.campaign.sendback.versions import Change, difference
from toolkit.errors import InputError, OutputError
from toolkit.form.registry import form_of_edition
from toolkit.form.values import Paragraph

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.form.values import Value

FINDING = {"name": "handling_balance", "severity": "error", "message": "不平", "places": [{"field": "a", "sheet": "s"}]}


def receipt(
    number: int, code: str = "01", verdict: str = "accepted", day: str = "2051-01-10", saved: str = ""
) -> Receipt:
    return Receipt(
        sha256=f"{number:064x}",
        file=f"inbox/{number}.xlsx",
        code=code,
        organ="云溪县财政局",
        year=YEAR,
        verdict=verdict,
        received_at=f"{day}T09:00:00+08:00",
        check_code="123-4567",
        values={
            "count": number,
            "amount": Decimal("1.50"),
            "blank": None,
            "odd": "十二",
            "prose": (Paragraph("甲", 1),),
        },
        findings=(FINDING,),
        cells={"count": ("表", "B2")},
        previous={"count": 3, "amount": Decimal("0.10")},
        seal="ab",
        saved_at=f"{saved}T08:00:00+08:00" if saved else "",
    )


def test_a_receipt_comes_back_digit_for_digit(tmp_path: Path) -> None:
    with ReceiptBook(tmp_path / "r.sqlite") as book:
        book.add([receipt(1), receipt(2)])
    with ReceiptBook(tmp_path / "r.sqlite") as book:
        found = book.all()
        assert [replace(one, seq=0) for one in found] == [receipt(1), receipt(2)]
        assert [one.seq for one in found] == [1, 2]
        assert str(found[0].values["amount"]) == "1.50"
        assert [book.whole(head) for head in book.heads()] == list(found)
        code = found[-1].code
        assert book.heads(code) == tuple(head for head in book.heads() if head.code == code)


def test_a_known_content_keeps_its_first_receipt(tmp_path: Path) -> None:
    with ReceiptBook(tmp_path / "r.sqlite") as book:
        book.add([receipt(1)])
        book.add([replace(receipt(1), file="inbox/again.xlsx")])
        assert [one.file for one in book.all()] == ["inbox/1.xlsx"]
        assert book.has(receipt(1).sha256)
        assert not book.has(receipt(2).sha256)


def test_a_chunk_is_recorded_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    def chunk() -> object:
        yield receipt(1)
        raise KeyboardInterrupt

    with ReceiptBook(tmp_path / "r.sqlite") as book:
        with pytest.raises(KeyboardInterrupt):
            book.add(chunk(), {("inbox/1.xlsx", 1, 1): "a"})
        assert (book.all(), [*book.files()]) == ((), [])


def test_files_are_known_by_path_size_and_time(tmp_path: Path) -> None:
    with ReceiptBook(tmp_path / "r.sqlite") as book:
        book.add([], {("inbox/a.xlsx", 10, 99): "aa"})
        book.add([], {("inbox/a.xlsx", 11, 100): "bb"})
        assert [*book.files()] == [(("inbox/a.xlsx", 11, 100), "bb")]


def test_a_damaged_book_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "r.sqlite").write_bytes(b"no database at all, but long enough to be looked at" * 40)
    with pytest.raises(InputError, match="从备份恢复"), ReceiptBook(tmp_path / "r.sqlite"):
        pass


def test_a_book_of_another_version_is_refused(tmp_path: Path) -> None:
    with ReceiptBook(tmp_path / "r.sqlite"):
        pass
    base = sqlite3.connect(tmp_path / "r.sqlite")
    base.execute("PRAGMA user_version = 99")
    base.close()
    with pytest.raises(InputError, match="另一个版本"), ReceiptBook(tmp_path / "r.sqlite"):
        pass


def test_a_book_of_the_version_before_is_brought_up_with_all_that_is_in_it(tmp_path: Path) -> None:
    doubted = replace(receipt(2), findings=({"name": "seal_differs", "severity": "warning"},))
    with ReceiptBook(tmp_path / "r.sqlite") as book:
        book.add([receipt(1), doubted])
        known = book.all()
    base = sqlite3.connect(tmp_path / "r.sqlite")
    for column in ("answers", "doubt", "collection"):
        base.execute(f"ALTER TABLE receipts DROP COLUMN {column}")
    base.executescript("DROP TABLE events; PRAGMA user_version = 2")
    base.close()
    with ReceiptBook(tmp_path / "r.sqlite") as book:
        assert book.all() == known
        assert [(one.answers, one.doubt) for one in book.all()] == [(one.answers, one.doubt) for one in known]
        assert [one.doubt for one in known] == ["", "seal_differs"]
        assert book.record(Event(Step.MERGE)).after == 2


def test_the_history_is_only_added_to_and_says_who_and_when(tmp_path: Path) -> None:
    with ReceiptBook(tmp_path / "r.sqlite") as book:
        book.add([receipt(1)])
        first = book.record(Event(Step.ACCEPT, "01", "ab", "来电核实", "第 1 份"))
        second = book.record(Event(Step.UNDO, "01", "ab", undoes=first.seq))
        assert book.events() == (first, second)
        assert (first.seq, first.after, first.why, first.who) == (1, 1, "来电核实", login_name())
        assert first.at[:4] >= "2026"
        for change in ("DELETE FROM events", "UPDATE events SET why = ''"):
            with pytest.raises(sqlite3.IntegrityError, match="stay"):
                book._base.execute(change)
        assert standing_events(book.events()) == ()


def test_without_a_login_the_history_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: (_ for _ in ()).throw(OSError))
    assert login_name() == NOBODY


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"a": 1, "b": None}, {"b": "", "a": 1}, True),
        ({"a": Decimal("1.50")}, {"a": Decimal("1.5")}, True),
        ({"a": 1}, {"a": Decimal(1)}, True),
        ({"a": 0}, {"a": None}, False),
        ({"a": 1}, {"b": 1}, False),
        ({"a": (Paragraph("甲"),)}, {"a": (Paragraph("甲", 1),)}, False),
    ],
)
def test_answers_are_the_same_however_they_were_saved(
    one: dict[str, Value], other: dict[str, Value], *, same: bool
) -> None:
    assert (answers_mark(one) == answers_mark(other)) is same


def test_a_full_disk_is_told_and_what_was_recorded_stays(tmp_path: Path) -> None:
    with ReceiptBook(tmp_path / "r.sqlite") as book:
        book.add([receipt(1)])
        pages = book._base.execute("PRAGMA page_count").fetchone()[0]
        book._base.execute(f"PRAGMA max_page_count = {pages}")  # what a disk does that has no room left
        prose = {"prose": (Paragraph("".join(chr(0x4E00 + place * 7919 % 20000) for place in range(200_000))),)}
        with pytest.raises(OutputError, match="磁盘"):
            book.add([replace(receipt(2), values=prose)])
        assert [one.sha256 for one in book.all()] == [receipt(1).sha256]


def test_a_folder_where_the_book_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "r.sqlite").mkdir()
    with pytest.raises(OutputError, match="不能读写收件记录"), ReceiptBook(tmp_path / "r.sqlite"):
        pass


def test_a_filing_is_had_back_from_its_receipt(tmp_path: Path) -> None:
    form = form_of_edition("small", SMALL)
    filing = full_filing(form)
    kept = replace(receipt(1), values=dict(filing.values), code="001", organ="示例机关", year=filing.year, previous={})
    with ReceiptBook(tmp_path / "r.sqlite") as book:
        book.add([kept])
        back = filing_of(book.all()[0], form)
    assert (back.values, back.organ, back.code, back.year) == (filing.values, "示例机关", "001", filing.year)


def places(folder: Path, *receipts: Receipt, today: str = "2051-01-15") -> Standing:
    campaign = begin(folder / "a")
    with ReceiptBook(campaign.receipts_file) as book:
        book.add(receipts)
        return standing(campaign, book, date.fromisoformat(today))["01"]


def numbers(receipts: tuple[Receipt, ...]) -> list[int]:
    return [int(one.sha256, 16) for one in receipts]


def test_an_organ_that_sent_nothing_is_missing(tmp_path: Path) -> None:
    assert places(tmp_path).state is State.MISSING


def test_of_acceptable_versions_the_newest_counts_until_one_with_errors_comes(tmp_path: Path) -> None:
    place = places(tmp_path, receipt(1), receipt(2), receipt(3, verdict="needs-fixing"))
    assert (place.state, place.counts, place.kept, place.unfit) == (
        State.NEEDS_FIXING,
        None,
        replace(receipt(2), seq=2),
        replace(receipt(3, verdict="needs-fixing"), seq=3),
    )
    assert numbers(place.superseded) == [1]


def test_without_an_acceptable_version_the_latest_needs_fixing(tmp_path: Path) -> None:
    place = places(tmp_path, receipt(1, verdict="needs-fixing"), receipt(2, verdict="needs-fixing"))
    assert (place.state, place.counts) == (State.NEEDS_FIXING, None)
    assert numbers(place.superseded) == [1]


def test_other_organs_other_years_and_unreadable_files_do_not_count(tmp_path: Path) -> None:
    others = (receipt(1, "02"), replace(receipt(2), year=YEAR - 1), receipt(3, verdict="unreadable"))
    assert places(tmp_path, *others).state is State.MISSING


@pytest.mark.parametrize(
    ("verdict", "day", "today", "late"),
    [
        ("accepted", "2051-01-20", "2051-03-01", False),
        ("accepted", "2051-01-21", "2051-03-01", True),
        ("needs-fixing", "2051-01-10", "2051-01-20", False),
        ("needs-fixing", "2051-01-10", "2051-01-21", True),
        (None, "", "2051-01-20", False),
        (None, "", "2051-01-21", True),
    ],
)
def test_late_is_who_had_nothing_acceptable_in_time(
    tmp_path: Path, verdict: str | None, day: str, today: str, *, late: bool
) -> None:
    given = [receipt(1, verdict=verdict, day=day)] if verdict else []
    assert places(tmp_path, *given, today=today).late is late


def test_a_correction_after_the_deadline_does_not_make_late(tmp_path: Path) -> None:
    assert not places(tmp_path, receipt(1), receipt(2, day="2051-02-01"), today="2051-03-01").late


def test_the_date_of_the_file_decides_what_is_late_and_the_first_acceptable_version(tmp_path: Path) -> None:
    in_time = receipt(2, day="2051-02-20", saved="2051-01-20")
    assert not places(tmp_path / "1", receipt(1, day="2051-02-10"), in_time, today="2051-03-01").late
    too_late = receipt(3, day="2051-02-20", saved="2051-01-21")
    assert places(tmp_path / "2", too_late, today="2051-03-01").late


def test_the_version_before_is_told_whatever_its_verdict(tmp_path: Path) -> None:
    bad = (receipt(2, verdict="needs-fixing"), receipt(3, verdict="needs-fixing"))
    before = places(tmp_path, receipt(1), *bad).before
    assert before is not None
    assert before.file == "inbox/2.xlsx"


def test_two_versions_differ_by_typed_cells_and_findings() -> None:
    gone, stays = {**FINDING, "name": "gone"}, {**FINDING, "message": "差得少了"}
    fresh = {**FINDING, "places": [{"field": "b", "sheet": "s"}]}
    post, total = "handling.received.post", "handling.received.all_channels"
    cells = {post: ("表", "B2"), total: ("表", "B3")}
    old = replace(receipt(1), values={post: 1, total: 1}, cells=cells, findings=(FINDING, gone))
    new = replace(receipt(2), values={post: 2, total: 2}, cells=cells, findings=(stays, stays, fresh))
    found = difference(form_of_edition("small", SMALL), old, new)
    assert found.changes == (Change(post, "表", "B2", 1, 2),)
    assert (found.fixed, found.new, found.unchanged) == ((gone,), (stays, fresh), (stays,))
