"""A long list is to the letter what XlsxWriter writes of the same calls, and keeps nothing of what is done."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import xlsxwriter

from toolkit.campaign.board.long_lists import ListWorksheet
from toolkit.xlsx.links import file_link
from toolkit.xlsx.writer import LongWorksheet

TEXTS = (
    "甲局", "", " 前后 ", "<甲&乙>", '"引号"', "_x0041_", "一\n二", "\x01", "a_x", "=1+1", "<r>甲</r>", "尾\n",
    "\ufffe", "　全角空格", "𠮷",
)  # fmt: skip


def parts(kind: type[Any]) -> dict[str, bytes]:
    """Return the parts of a workbook with two lists of this kind of sheet."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"constant_memory": True, "strings_to_formulas": False})
    plain, link = book.add_format({"border": 1}), book.add_format({"underline": 1})
    for name in ("甲", "乙"):
        sheet = book.add_worksheet(name, kind)
        for row, text in enumerate(TEXTS):
            sheet.write_string(row, 0, text, plain)
            sheet.write_number(row, 1, row, plain)
            for column in (2, 3):
                target = file_link(f"received/甲 {row}#{column}\n.xlsx", f"{row}")
                sheet.write_link(row, column, target, (link, plain), f"{row}.xlsx", tip="提示" if row % 2 else "")
            sheet.set_row(row, 20 + row)
        sheet.write_string(len(TEXTS), 0, "没有样式")
        sheet.autofilter(0, 0, len(TEXTS), 3)
    book.close()
    with zipfile.ZipFile(stream) as package:
        return {name: package.read(name) for name in package.namelist() if not name.startswith("docProps")}


def test_a_long_list_is_to_the_letter_what_xlsxwriter_writes() -> None:
    found = parts(ListWorksheet)
    assert found == parts(LongWorksheet)
    assert found["xl/worksheets/_rels/sheet2.xml.rels"].count(b"Target=") == 2 * len(TEXTS)


def test_nothing_stays_of_a_row_that_is_done() -> None:
    book = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True})
    sheet = book.add_worksheet("甲", ListWorksheet)
    look = book.add_format()
    for row in range(100):
        sheet.write_link(row, 0, file_link(f"{row}.xlsx", "甲"), (look, look), "甲")
        sheet.set_row(row, 30)
    assert max(map(len, (sheet.row_info, sheet.row_sizes, sheet.hyperlinks, sheet.table))) <= 1
    book.close()
