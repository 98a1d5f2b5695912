"""Our XlsxWriter: a long sheet of numbers is to the letter what XlsxWriter writes cell by cell."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from toolkit.errors import OutputError
from toolkit.xlsx import links
from toolkit.xlsx.archive import read_archive
from toolkit.xlsx.writer import LockedWorkbook

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
