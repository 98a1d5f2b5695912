"""The board: every organ's state, the counts, whom to chase, as values, workbook and page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote

import openpyxl
import pytest
from campaigncases import TODAY, asked, county, hand_in, receipt_of

from toolkit.campaign.board.as_json import board_json
from toolkit.campaign.board.board import make_board
from toolkit.campaign.board.made_of import Stale
from toolkit.campaign.board.page import board_page
from toolkit.campaign.board.parts import tally_of
from toolkit.campaign.board.workbook import board_workbook
from toolkit.campaign.merge.consolidated import merge_round
from toolkit.xlsx import links

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.campaign.board.board import Board, Round


def example(folder: Path) -> Round:
    """Return a round with everything in it: accepted twice, sent back, covered, missing, late."""
    state = county(folder, {"1": 20, "3": 100, "31": 60})
    form = state.campaign.form
    newer = receipt_of(asked(form, "1", 21, "甲县财政局"), mark="（新）")
    bad = receipt_of(asked(form, "21", 4, "第一中学"), verdict="needs-fixing")
    (state.campaign.outbox / "manifest.csv").write_text(
        "code,organ,file,sha256\n1,甲,a.xlsx,00\n", encoding="utf-8-sig"
    )
    return hand_in(state.campaign, [newer, bad])


def board_of(folder: Path) -> Board:
    return make_board(example(folder), TODAY)


def test_organs_are_counted_by_state_and_the_covered_apart(tmp_path: Path) -> None:
    assert board_of(tmp_path / "round").counts == {
        "roster": 7, "issued": 1, "received": 4, "accepted": 2, "needs-fixing": 1, "missing": 2, "covered": 2,
        "held": 0, "exempt": 0, "superseded": 1, "late": 1,
    }  # fmt: skip


@pytest.mark.parametrize("numbers", [{"1": 20}, {"1": 20, "31": 60}, {"3": 100, "31": 60}, {"2": 7, "21": 3, "3": 9}])
def test_board_collection_and_sum_count_alike(tmp_path: Path, numbers: dict[str, int]) -> None:
    state = county(tmp_path / "round", numbers)
    counts, merged = make_board(state, TODAY).counts, merge_round(state)
    assert counts.items() >= tally_of(state.standings).items()
    assert counts["accepted"] == len(merged.counted)
    assert counts["missing"] + counts["needs-fixing"] == len(merged.missing)
    assert counts["covered"] == counts["roster"] - merged.expected


def test_until_a_consolidating_parent_hands_in_those_below_stand_for_themselves(tmp_path: Path) -> None:
    state = county(tmp_path / "round", {"1": 20})
    bad = receipt_of(asked(state.campaign.form, "31", 4, "乙镇东村"), verdict="needs-fixing")
    board = make_board(hand_in(state.campaign, [bad]), TODAY)
    assert (board.counts["covered"], board.counts["needs-fixing"]) == (0, 1)
    assert [(row.organ.code, row.label) for row in board.chase["乙镇人民政府"]] == [("31", "待修改"), ("32", "未报")]
    assert board.must_mend
    whole = receipt_of(asked(state.campaign.form, "3", 9, "乙镇人民政府"))
    board = make_board(hand_in(state.campaign, [whole]), TODAY)
    assert board.counts["covered"] == 2
    assert "乙镇人民政府" not in board.chase
    assert not board.must_mend


def test_those_to_chase_are_grouped_by_parent_with_the_late_marked(tmp_path: Path) -> None:
    chase = board_of(tmp_path / "round").chase
    assert {parent: [row.organ.code for row in rows] for parent, rows in chase.items()} == {
        "由本级直接联系": ["2"],
        "甲县教育局": ["21", "22"],
    }
    assert [row.late for rows in chase.values() for row in rows] == [True, False, False]


def test_the_late_come_first_in_their_group(tmp_path: Path) -> None:
    state = county(tmp_path / "round", {"1": 20})
    rows = make_board(state, date(2025, 2, 1)).rows
    late = replace(rows[3], standing=replace(rows[3].standing, late=True))
    board = replace(make_board(state, TODAY), rows=(*rows[:3], late, *rows[4:]))
    assert [row.organ.code for row in board.chase["甲县教育局"]] == ["22", "21"]


@pytest.mark.parametrize(("keeps_older", "counted"), [(False, "missing"), (True, "counted")])
def test_a_newer_unfit_version_must_be_mended_and_the_board_tells_both(
    tmp_path: Path, counted: str, *, keeps_older: bool
) -> None:
    state = county(tmp_path / "round", {"1": 20})
    settings = state.campaign.folder / "campaign.toml"
    text = settings.read_text(encoding="utf-8") + f"keeps_older = {str(keeps_older).lower()}\n"
    settings.write_text(text, encoding="utf-8")
    newer = receipt_of(asked(state.campaign.form, "1", 5, "甲县财政局"), verdict="needs-fixing")
    row = make_board(hand_in(state.campaign, [newer]), TODAY).rows[0]
    assert (row.state.value, row.part.value, row.versions, row.superseded) == ("needs-fixing", counted, 2, 0)
    assert "新交的一份要改" in row.label
    assert ("仍按旧的一份计入" in row.label) is keeps_older
    assert ("原来通过的一份暂不计入" in row.label) is not keeps_older


def test_the_json_names_every_organ_and_whether_all_is_in(tmp_path: Path) -> None:
    document = board_json(board_of(tmp_path / "round"))
    assert document["complete"] is False
    assert [organ["state"] for organ in document["organs"]] == [
        "accepted", "missing", "needs-fixing", "missing", "accepted", "accepted", "missing",
    ]  # fmt: skip
    assert document["chase"][0] == {"parent": "由本级直接联系", "codes": ["2"]}


def test_every_version_is_listed_with_what_became_of_it(tmp_path: Path) -> None:
    state = example(tmp_path / "round")
    form = state.campaign.form
    unfit = [receipt_of(asked(form, "1", n, "甲县财政局"), verdict="needs-fixing", mark=f"（{n}）") for n in (8, 9)]
    board = make_board(hand_in(state.campaign, unfit), TODAY)
    by_code = {organ["code"]: organ for organ in board_json(board)["organs"]}
    told = [(entry["number"], entry["verdict"], entry["counts"]) for entry in by_code["1"]["returns"]]
    assert told == [
        (4, "needs-fixing", False),
        (3, "needs-fixing", False),
        (2, "accepted", False),
        (1, "accepted", False),
    ]
    assert [entry["remark"] for entry in by_code["1"]["returns"]][2] == "通过过，因新交的一份要改，暂不计入"
    assert by_code["1"]["versions"] == 4
    assert [entry["sha256"] for entry in by_code["1"]["returns"]][1::-1] == [receipt.sha256 for receipt in unfit]
    assert [entry["counts"] for entry in by_code["31"]["returns"]] == [False]  # the town's return holds it
    assert by_code["2"]["returns"] == []
    path = tmp_path / "status.xlsx"
    path.write_bytes(b"".join(board_workbook(board)))
    rows = list(openpyxl.load_workbook(path)["各版本"].iter_rows(min_row=5))
    assert [(row[0].value, row[2].value, row[6].value) for row in rows[:4]] == [
        ("1", 4, ""), ("1", 3, ""), ("1", 2, ""), ("1", 1, ""),
    ]  # fmt: skip
    assert len(rows) == sum(organ["versions"] for organ in by_code.values()) == 7
    assert {row[8].value for row in rows} == {unquote(row[3].hyperlink.target)[12:-5] for row in rows}


def test_where_excel_takes_no_more_links_the_names_stand_alone_and_the_list_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = board_of(tmp_path / "round")
    path = tmp_path / "status.xlsx"
    path.write_bytes(b"".join(board_workbook(board)))
    whole = openpyxl.load_workbook(path)
    monkeypatch.setattr(links, "MOST_LINKS", 3)
    path.write_bytes(b"".join(board_workbook(board)))
    book = openpyxl.load_workbook(path)
    for name, column in (("进度", "K"), ("各版本", "D")):
        cells, before = (found[name][column][4:] for found in (book, whole))
        assert [cell.value for cell in cells] == [cell.value for cell in before]
        assert sum(cell.hyperlink is not None for cell in cells) == 3
        assert sum(cell.hyperlink is not None for cell in before) > 3
        assert "最多 3 个链接" in book[name]["A2"].value
        assert "链接" not in whole[name]["A2"].value


def test_a_complete_round_has_nobody_to_chase(tmp_path: Path) -> None:
    state = county(tmp_path / "round", {"1": 1, "2": 1, "21": 1, "22": 1, "3": 1})
    board = make_board(state, TODAY)
    assert board.is_complete
    assert "没有要催的" in "".join(board_page(board))


def test_the_workbook_has_filters_and_links_to_the_received_files(tmp_path: Path) -> None:
    state = example(tmp_path / "round")
    path = tmp_path / "status.xlsx"
    path.write_bytes(b"".join(board_workbook(make_board(state, TODAY))))
    book = openpyxl.load_workbook(path)
    sheet = book["进度"]
    targets = {unquote(cell.hyperlink.target) for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    accepted = {state.accepted[code].sha256 for code in ("1", "3", "31")}
    assert {f"received/{sha[:2]}/{sha}.xlsx" for sha in accepted} <= targets
    assert "甲县财政局（新）.xlsx" in {cell.value for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert sheet.auto_filter.ref == "A4:N11"
    assert [row[2].value for row in book["催报"].iter_rows(min_row=5)] == ["甲县教育局", "第一中学", "第二中学"]


class Page(HTMLParser):
    """What a test asks of a page: its links, its tags, the text of its picture's description."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attributes)
        if tag == "a":
            self.links.append(named["href"] or "")
        self.sources += [value for key, value in named.items() if key == "src" and value]


def test_the_page_needs_nothing_from_elsewhere_and_its_picture_speaks(tmp_path: Path) -> None:
    text = "".join(board_page(board_of(tmp_path / "round")))
    page = Page(text)
    assert page.sources == []
    assert not {"script", "link", "img"} & set(page.tags)
    assert all(re.fullmatch(r"received/[0-9a-f]{2}/[0-9a-f]{64}\.xlsx", link) for link in page.links)
    description = re.search(r"<desc[^>]*>(.*?)</desc>", text).group(1)
    assert "全部：共 7 家，已通过 2，由上级汇总报送 2，待修改 1，未报 2" in description
    assert "甲县教育局：共 3 家，待修改 1，未报 2" in description


def test_page_and_workbook_say_at_what_time_of_the_day_they_were_written(tmp_path: Path) -> None:
    board = board_of(tmp_path / "round")
    assert f"截至 {TODAY.isoformat()} 10:30，" in "".join(board_page(board, "10:30"))
    path = tmp_path / "status.xlsx"
    path.write_bytes(b"".join(board_workbook(board, "10:30")))
    assert f"{TODAY.isoformat()} 10:30" in openpyxl.load_workbook(path)["进度"]["A1"].value


def test_the_page_for_a_leader_names_no_command(tmp_path: Path) -> None:
    made = "2025-01-16T10:30:00"
    old = Stale("merged", made, ("甲局换了一份",)), Stale("reports", made, (), ("docx",))
    page = "".join(board_page(replace(board_of(tmp_path / "round"), stale=old)))
    assert "汇总结果（merged，2025-01-16 10:30 做的）已过时，要重做：" in page
    assert "xxgk" not in page


def test_names_from_the_roster_cannot_break_the_page(tmp_path: Path) -> None:
    board = board_of(tmp_path / "round")
    organ = replace(board.rows[0].organ, name="<b>甲&乙</b>")
    page = "".join(board_page(replace(board, rows=(replace(board.rows[0], organ=organ), *board.rows[1:]))))
    assert "&lt;b&gt;甲&amp;乙&lt;/b&gt;" in page
    assert "<b>" not in page
