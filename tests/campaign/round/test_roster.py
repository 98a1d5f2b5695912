"""Rosters from tables as people keep them, and everything that can be wrong with one, told at once."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from rounds import roster_file

from toolkit.campaign.round.roster_reading import read_roster
from toolkit.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.campaign.round.roster import Roster

HEADS = "代码,名称,上级代码,类型,联系人,电话,截止日期,前身代码"


def read(folder: Path, *lines: str, heads: str = HEADS, top: str = "") -> Roster:
    return read_roster(roster_file(folder, "\n".join([heads, *lines])), top)


def mistakes(folder: Path, *lines: str, heads: str = HEADS) -> tuple[str, ...]:
    with pytest.raises(InputError) as stopped:
        read(folder, *lines, heads=heads)
    return stopped.value.mistakes


def test_a_roster_keeps_every_column(tmp_path: Path) -> None:
    organ = read(tmp_path, "01,财政局,,汇总,张三,0571-1,2051-01-31,7；8").organs[0]
    assert (organ.code, organ.name, organ.parent, organ.row) == ("01", "财政局", "", 2)
    assert (organ.contact, organ.phone, organ.deadline) == ("张三", "0571-1", date(2051, 1, 31))
    assert organ.predecessors == ("7", "8")
    assert organ.covers_all_below


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_every_encoding_of_office_programs(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "名册.csv"
    path.write_text(f"{HEADS}\n01,𠮷县财政局\n", encoding=encoding)
    assert [organ.name for organ in read_roster(path).organs] == ["𠮷县财政局"]


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_other_delimiters_are_seen(tmp_path: Path, delimiter: str) -> None:
    assert read(tmp_path, f"01{delimiter}财政局", heads=f"代码{delimiter}名称").organs[0].name == "财政局"


def test_english_heads_and_a_title_above_them_are_understood(tmp_path: Path) -> None:
    organs = read(tmp_path, "code,name,parent", "1,甲,", "", "2,乙,1", heads="某县名册,,").organs
    assert [(organ.code, organ.parent, organ.row) for organ in organs] == [("1", "", 3), ("2", "1", 5)]


def test_an_xlsx_roster_reads_texts_numbers_and_dates(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["代码", "名称", "上级代码", "截止日期"])
    sheet.write_row(1, 0, ["001", "财政局", ""])
    sheet.write_datetime(1, 3, date(2051, 1, 31), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_row(2, 0, [20, "教研室", "001", "2051年2月1日"])
    book.close()
    path = tmp_path / "名册.xlsx"
    path.write_bytes(buffer.getvalue())
    organs = read_roster(path).organs
    assert [(organ.code, organ.parent, organ.deadline) for organ in organs] == [
        ("001", "", date(2051, 1, 31)),
        ("20", "001", date(2051, 2, 1)),
    ]


def test_a_long_code_typed_as_a_number_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["代码", "名称"])
        sheet.write_row(1, 0, [113301220025012345, "财政局"])
    with pytest.raises(InputError, match=r"第 2 行的代码 .*末尾已经丢失"):
        read_roster(path)


@pytest.mark.parametrize(
    "text", ["2051-1-5", "2051/01/05", "2051.1.5", "2051年1月5日", "20510105", "2051-01-05 00:00:00"]
)
def test_dates_are_read_as_people_write_them(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, f"01,甲,,,,,{text}").organs[0].deadline == date(2051, 1, 5)


def test_every_mistake_is_told_at_once_with_its_rows(tmp_path: Path) -> None:
    found = "\n".join(
        mistakes(
            tmp_path,
            "01,财政局",
            "01,教育局",
            "03,财政局",
            "04,科/工局",
            "05,科_工局",
            "06,孤儿,99",
            "07,甲,08",
            "08,乙,07",
            ",没代码",
            "10,",
            "11,日期不对,,,,,下周",
            "12,分立一,,,,,,90",
            "13,分立二,,,,,,90",
        )
    )
    for told in (
        "代码“01”重复，在第 2、3 行",
        "名称“财政局”重复，在第 2、4 行",
        "（第 5、6 行）作为文件名是相同的",
        "第 7 行“孤儿”的上级代码 99 不在名册中",
        "“甲” → “乙” → “甲”（第 8、9 行）",
        "第 10 行“没代码”没有写代码",
        "第 11 行代码 10 没有写名称",
        "第 12 行的截止日期“下周”看不懂",
        "前身代码 90 由 2 个机关承接（第 13、14 行）",
    ):
        assert told in found, found


def test_names_that_differ_in_capitals_only_collide(tmp_path: Path) -> None:
    assert "作为文件名是相同的" in mistakes(tmp_path, "1,IT办", "2,it办")[0]


def test_names_that_differ_in_widths_only_collide(tmp_path: Path) -> None:
    assert "只差全角半角" in mistakes(tmp_path, "1,第１中学（东）", "2,第1中学(东)")[0]


def test_an_organ_may_name_itself_and_others_as_predecessors(tmp_path: Path) -> None:
    assert read(tmp_path, "1,甲,,,,,,1;9").organs[0].ancestors == ("1", "9")


def test_a_standing_organ_keeps_its_figures(tmp_path: Path) -> None:
    assert "由 2 个机关承接" in mistakes(tmp_path, "1,甲", "2,乙,,,,,,1")[0]


@pytest.mark.parametrize(
    ("heads", "told"),
    [("编号,单位", "没有找到标题行"), ("代码,名称,名称", "标题“名称”有两列"), (HEADS, "名册里没有机关")],
)
def test_a_table_that_is_no_roster_says_what_it_lacks(tmp_path: Path, heads: str, told: str) -> None:
    assert told in mistakes(tmp_path, heads=heads)[0]


@pytest.mark.parametrize("content", [b"\x00\x01\x02\xff", b'code,name\n1,"a\n'])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "名册.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match="另存"):
        read_roster(path)


def test_the_coordinator_may_be_named_as_parent(tmp_path: Path) -> None:
    assert [organ.code for organ in read(tmp_path, "1,甲,00", top="00").roots()] == ["1"]


def test_the_hierarchy_is_walked_in_file_order(tmp_path: Path) -> None:
    roster = read(tmp_path, "1,甲,", "2,乙,", "11,甲一,1", "111,甲一一,11", "12,甲二,1")
    assert [organ.code for organ in roster.depth_first()] == ["1", "11", "111", "12", "2"]
    assert [organ.code for organ in roster.under("11")] == ["11", "111"]
    assert [organ.code for organ in roster.children("1")] == ["11", "12"]
    assert roster.children("111") == ()


def test_a_chain_of_thousands_of_levels_is_walked(tmp_path: Path) -> None:
    lines = [f"{place},机关{place},{place - 1 or ''}" for place in range(1, 3001)]
    assert len(read(tmp_path, *lines).under("1")) == 3000


def test_a_day_no_calendar_has_is_refused(tmp_path: Path) -> None:
    assert "截止日期“2051-02-30”看不懂" in mistakes(tmp_path, "01,甲,,,,,2051-02-30")[0]


def test_remarks_beyond_the_heads_and_blank_cells_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["代码", "名称", "备注"])
        sheet.write_row(1, 0, ["01", "财政局", "随便写"])
        sheet.write_blank(2, 0, None, book.add_format({"border": 1}))
        book.add_worksheet("别的表").write(0, 0, "不读")
    assert [organ.name for organ in read_roster(path).organs] == ["财政局"]
