"""Our XlsxWriter: a long sheet of numbers is to the letter what XlsxWriter writes cell by cell."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from toolkit.errors import OutputError
from toolkit.xlsx import links
from toolkit.xlsx.archive import read_archive
from toolkit.xlsx.writer import LockedWorkbook, LongWorksheet, StrictWorksheet

NUMBERS = [0, 3, -7, None, Decimal("2.50"), Decimal("-0.000001"), 10**14, 10**15 + 1, 10**22, None, 12, None]


def sheet_of(write: Any) -> bytes:
    buffer = io.BytesIO()
    book = LockedWorkbook(buffer, {"in_memory": False})
    sheet, look = book.add_long_worksheet("明细"), book.add_format({"num_format": "0.0"})
    sheet.set_column(3, 3, 12, look)
    try:
        for row in range(1, 4):
            sheet.write_string(row, 1, f"第 {row} 行", look)
            write(sheet, row, look)
            sheet.write_string(row, 40, "行末", look)
        sheet.write_string(9, 1, "以后")
    finally:
        book.close()
    return read_archive(buffer.getvalue()).read("xl/worksheets/sheet1.xml")


def test_numbers_side_by_side_are_what_is_written_cell_by_cell() -> None:
    def one_by_one(sheet: Any, row: int, look: Any) -> None:
        for column, number in enumerate(NUMBERS, 26):
            if number is not None:
                sheet.write_number(row, column, number, look)
        sheet._check_dimensions(row, 26 + len(NUMBERS) - 1)

    def together(sheet: Any, row: int, look: Any) -> None:
        sheet.write_numbers(row, 26, NUMBERS, look)

    assert sheet_of(together) == sheet_of(one_by_one)


def test_numbers_beyond_the_edge_or_above_a_written_row_are_refused() -> None:
    def after(sheet: Any, row: int, look: Any) -> None:
        sheet.write_numbers(row - 1, 2, NUMBERS, look)

    def beyond(sheet: Any, row: int, look: Any) -> None:
        sheet.write_numbers(row, 16_380, NUMBERS, look)

    for write in (after, beyond):
        with pytest.raises(OutputError, match="write_numbers"):
            sheet_of(write)


def odd_sheet(kind: type[Any], *, is_long: bool) -> bytes:
    """Return the XML of a sheet of this kind with texts, numbers, blanks and formulas of every sort."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": is_long, "in_memory": not is_long})
    sheet, look, bold = book.add_worksheet("表", kind), book.add_format({"border": 1}), book.add_format({"bold": True})
    sheet.set_column(3, 3, 12, bold)
    sheet.set_row(4, 20, bold)
    for row, text in enumerate(ODD_TEXTS):
        for column, format_ in enumerate((look, None, bold, None)):
            sheet.write_string(row, column, text, format_)
        sheet.write_blank(row, 5, None, look)
        for column, number in enumerate((0, -3, Decimal("2.50"), 10**15 + 1, 10**22), 7):
            sheet.write_number(row, column, number, look)
        sheet.write_formula(row, 30, ODD_FORMULAS[row % len(ODD_FORMULAS)], look, "" if row % 2 else 3)
    sheet.write_number(40, 900, 1, None)
    book.close()
    archive = read_archive(buffer.getvalue())
    return archive.read("xl/worksheets/sheet1.xml")


ODD_TEXTS = (
    "", "甲", " 前有空格", "后有空格 ", "两\n行\n", "A&B", "<r>", "<r><t>x</t></r>", "_x0041_", "\x07", "\ufffe",
    "\u3000全角", '"引号"', "=1+1", "]]>", "\x7f",
)  # fmt: skip
ODD_FORMULAS = (
    "=SUM(A1:B2)", '=IF(A1="_xlfn.","<",">")', "=XOR(A1,B1)", "=IFERROR(_xlfn.SHEET(A1),0)", "=A1&B1", "A1+1",
    "=IF(STDEV.S(A1:A9)=0,T.TEST(A1:A9),RANK(A1,A2))", "=RANKxEQ(1)", '=IF(LEN(A1)=0,"{","}")', "=SUM({1,2})",
)  # fmt: skip


@pytest.mark.parametrize("is_long", [False, True])
def test_cells_are_to_the_letter_what_xlsxwriter_writes(*, is_long: bool) -> None:
    ours = LongWorksheet if is_long else StrictWorksheet
    assert odd_sheet(ours, is_long=is_long) == odd_sheet(Worksheet, is_long=is_long)


def test_past_what_a_sheet_takes_a_link_is_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "MOST_LINKS", 1)
    buffer = io.BytesIO()
    book = LockedWorkbook(buffer, {"in_memory": True})
    sheet, looks = book.add_worksheet("表"), (book.add_format({"underline": 1}), book.add_format({"border": 1}))
    for row, alone in enumerate(("", "", "papers/乙.pdf")):
        sheet.write_link(row, 0, links.file_link("papers/甲.pdf", "文件"), looks, "文件", alone=alone)
    book.close()
    cells = [row[0] for row in openpyxl.load_workbook(buffer)["表"].iter_rows()]
    assert [(cell.value, cell.hyperlink is not None, cell.font.underline) for cell in cells] == [
        ("文件", True, "single"), ("文件", False, None), ("papers/乙.pdf", False, None),
    ]  # fmt: skip
    assert links.about_links(1) == ""
    assert "最多 1 个链接" in links.about_links(2)
