"""A roster is read as people see it; what was read, changed or not used is told, and what is no organ refused."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import openpyxl
import pytest

from toolkit.campaign.round.folder import init_campaign, open_campaign
from toolkit.campaign.round.roster_reading import read_roster
from toolkit.errors import InputError
from toolkit.files import csv_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = ("代码", "名称", "上级代码", "截止日期")


def book(
    tmp_path: Path, rows: list[tuple[object, ...]], change: Callable[[openpyxl.Workbook], object] | None = None
) -> Path:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    if change is not None:
        change(made)
    made.save(tmp_path / "名册.xlsx")
    return tmp_path / "名册.xlsx"


def text(tmp_path: Path, lines: str) -> Path:
    (tmp_path / "名册.csv").write_text(lines, encoding="utf-8")
    return tmp_path / "名册.csv"


def test_digits_are_read_as_they_are_shown(tmp_path: Path) -> None:
    def change(made: openpyxl.Workbook) -> None:
        made.active["A2"].number_format = "000"

    assert [organ.code for organ in read_roster(book(tmp_path, [HEAD, (1, "甲局")], change)).organs] == ["001"]


def test_merged_parents_and_deadlines_hold_for_every_row(tmp_path: Path) -> None:
    rows = [HEAD, ("1", "甲局", None, "2026-12-10"), ("2", "乙局", "1", None), ("3", "丙局", None, None)]

    def change(made: openpyxl.Workbook) -> None:
        made.active.merge_cells("C3:C4")
        made.active.merge_cells("D2:D4")

    organs = read_roster(book(tmp_path, rows, change)).organs
    assert [organ.parent for organ in organs] == ["", "1", "1"]
    assert {organ.deadline for organ in organs} == {dt.date(2026, 12, 10)}


@pytest.mark.parametrize("head", ["上级", "上级单位", "主管部门", "上级代码"])
def test_a_parent_may_be_given_by_its_name(tmp_path: Path, head: str) -> None:
    rows = [("代码", "名称", head, "期限"), ("1", "甲局", "县府办", None), ("2", "乙所", "甲局", "2026年12月10日"),
            ("3", "丙所", "1", None), ("1乙", "丁所", "乙 所", None)]  # fmt: skip
    roster = read_roster(book(tmp_path, rows[:4]), "0", "县府办")
    assert [organ.parent for organ in roster.organs] == ["", "1", "1"]
    assert roster.organs[1].deadline == dt.date(2026, 12, 10)
    assert "上级写的是名称的，已换成它的代码" in roster.notes
    with pytest.raises(InputError, match="第 5 行“丁所”的上级代码 乙 所 不在名册中"):
        read_roster(book(tmp_path, rows), "0", "县府办")


@pytest.mark.parametrize("row", [("合计", "2 家"), ("填表人：某", "审核人：某"), ("", "合　计"), ("备注：", "无")])
def test_totals_and_signatures_are_no_organs(tmp_path: Path, row: tuple[str, str]) -> None:
    with pytest.raises(InputError, match="第 3 行"):
        read_roster(book(tmp_path, [HEAD, ("1", "甲局"), row]))


@pytest.mark.parametrize(
    "heads", [("代　码", "名　称"), ("* 代码", "名称（全称）"), ("代码：", "名\n称"), ("统一社会信用代码", "单位名称")]
)
def test_heads_are_known_in_any_dress(tmp_path: Path, heads: tuple[str, str]) -> None:
    assert [organ.name for organ in read_roster(book(tmp_path, [heads, ("1", "甲局")])).organs] == ["甲局"]


def test_days_that_count_from_1904_are_right(tmp_path: Path) -> None:
    def change(made: openpyxl.Workbook) -> None:
        made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        made.active["D2"] = dt.date(2051, 1, 20)

    organs = read_roster(book(tmp_path, [HEAD, ("1", "甲局", None, None)], change)).organs
    assert organs[0].deadline == dt.date(2051, 1, 20)


@pytest.mark.parametrize("day", ["2026年12月10日", "2026.12.10", "二〇二六年十二月十日", "20261210", "46366"])
def test_a_deadline_is_read_in_any_usual_form(tmp_path: Path, day: str) -> None:
    path = text(tmp_path, f"代码,名称,报送期限\n1,甲局,{day}\n")
    assert read_roster(path).organs[0].deadline == dt.date(2026, 12, 10)


def test_a_hidden_sheet_is_passed_over_and_two_rosters_are_asked_about(tmp_path: Path) -> None:
    def hidden(made: openpyxl.Workbook) -> None:
        made.active.sheet_state = "hidden"
        sheet = made.create_sheet("名册")
        sheet.append(HEAD)
        sheet.append(("2", "乙局"))

    roster = read_roster(book(tmp_path, [("选项",), ("甲",)], hidden))
    assert [organ.name for organ in roster.organs] == ["乙局"]
    assert "“名册”" in roster.notes[0]

    def two(made: openpyxl.Workbook) -> None:
        sheet = made.create_sheet("又一张")
        sheet.append(HEAD)

    with pytest.raises(InputError, match="几张表都像名册"):
        read_roster(book(tmp_path, [HEAD, ("1", "甲局")], two))


@pytest.mark.parametrize(
    ("written", "code"), [('="001"', "001"), ("'001", "001"), ("００３", "003"), ("0\u200b02", "002")]
)
def test_codes_keep_their_noughts_and_lose_what_nobody_sees(tmp_path: Path, written: str, code: str) -> None:
    assert read_roster(text(tmp_path, f"代码,名称\n{written},甲局\n")).organs[0].code == code


def test_a_name_broken_over_lines_is_joined_and_told(tmp_path: Path) -> None:
    roster = read_roster(book(tmp_path, [HEAD, ("1", "示例县\n财政局"), ("2", "乙\u200b局")]))
    assert [organ.name for organ in roster.organs] == ["示例县财政局", "乙局"]
    assert sum("看不见的字符" in note for note in roster.notes) == 2


@pytest.mark.parametrize("name", ["=1+1局", "-2+3局", "+86局", "@cmd"])
def test_a_name_that_begins_like_a_formula_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="公式"):
        read_roster(text(tmp_path, f"代码,名称\n1,{name}\n"))


def test_columns_read_and_not_used_are_told(tmp_path: Path) -> None:
    notes = read_roster(text(tmp_path, "序号,代码,名称,分管领导\n1,1,甲局,某\n")).notes
    assert notes == ("名册读的是第 1 行起的列：“代码”、“名称”", "没有用到的列：“序号”、“分管领导”")


def test_codes_are_given_where_there_are_none_and_written_back(tmp_path: Path) -> None:
    path = text(tmp_path, "单位名称,截止日期\n甲局,2026-12-10\n乙局,\n")
    made = init_campaign(tmp_path / "轮", year=2024, organ="某县", roster=path)
    assert [organ.code for organ in made.roster.organs] == ["001", "002"]
    assert open_campaign(tmp_path / "轮").roster.organs == made.roster.organs
    assert made.roster.notes[0] == "名册读的是第 1 行起的列：“单位名称”、“截止日期”"  # of the file that was given
    assert "已按次序给了 001 到 002" in made.roster.notes[-1]
    assert "001,甲局" in (tmp_path / "轮" / "roster.csv").read_text(encoding="utf-8-sig")


def test_heads_that_are_missing_are_told_with_what_was_seen(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="“单位全名”") as refused:
        read_roster(book(tmp_path, [("序号", "单位全名"), ("1", "甲局")]))
    assert "工作表“Sheet”" in str(refused.value)


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_another_kind_of_file_is_told_how_a_roster_is_stored(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "名册.docx").write_bytes(data)
    with pytest.raises(InputError, match="名册请另存为"):
        read_roster(tmp_path / "名册.docx")


def test_no_cell_of_our_csv_is_a_formula() -> None:
    lines = csv_bytes([("=1+1", "-2+1", "+86 1", "@x", "甲", 5, None, -3, "-2", "-1.50")]).decode("utf-8-sig")
    assert lines == "'=1+1,'-2+1,'+86 1,'@x,甲,5,,-3,-2,-1.50\r\n"


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("甲县财政局\n甲县教育局\n", ["甲县财政局", "甲县教育局"]),
        ("甲县财政局\n", ["甲县财政局"]),
        ("关于报送年报的通知，请各单位按时报送。\n甲县财政局\n", []),
        ("机关名\n甲县财政局\n", []),
        ("2024\n2025\n", []),
    ],
)
def test_a_list_of_names_without_a_head_is_a_roster(tmp_path: Path, lines: str, names: list[str]) -> None:
    path = text(tmp_path, lines)
    if not names:
        with pytest.raises(InputError, match="没有找到标题行"):
            read_roster(path)
        return
    roster = read_roster(path)
    assert [organ.name for organ in roster.organs] == names
    assert "名册里只有一列，没有标题，当作机关名称" in roster.notes
