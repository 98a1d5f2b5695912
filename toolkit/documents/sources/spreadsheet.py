"""Workbooks and tables of any program: .xlsx by our own reader, .xls, .ods and .et by calamine, .csv as text."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING

from toolkit.documents.grids import Collector, Raw, unseen
from toolkit.documents.sources.decoding import decode
from toolkit.documents.sources.looks.colours import is_unreadable
from toolkit.errors import DocumentError, WorkbookError
from toolkit.xlsx.archive import read_archive
from toolkit.xlsx.package import open_package
from toolkit.xlsx.sheet import column_letters, split_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from toolkit.documents.grids import Document
    from toolkit.xlsx.package import Package

_MOST_ROWS, _MOST_COLUMNS = 20_000, 300
_Area = tuple[int, int, int, int]  # first row and column, last row and column, from 1
_SHOW_NOTHING = {";;;", ";;"}
_SEPARATORS = (",", "\t", ";")
_REPEATED_CELL = re.compile(rb'<table:table-cell[^>]*\bnumber-columns-repeated="(\d{1,9})"[^>]*[^/]>')
_REPEATED_ROW = re.compile(
    rb'<table:table-row[^>]*\bnumber-rows-repeated="(\d{1,9})"[^>]*>(.*?)</table:table-row>', re.DOTALL
)


def read_xlsx(data: bytes, name: str) -> Document:
    """Return the visible sheets of a workbook, values as they are stored.

    Raises:
        DocumentError: it is no workbook that can be read.
    """
    collector = Collector(name)
    try:
        package = open_package(data, name)
        for sheet in package.sheets:
            if sheet.state == "visible":
                _add(collector, sheet.name, _stored(package, sheet.name), map(_area, package.merges(sheet.name)))
    except WorkbookError as error:
        raise DocumentError(name, str(error).removeprefix(f"{name}：")) from error
    return collector.document("xlsx")


def _stored(package: Package, sheet: str) -> dict[tuple[int, int], str]:
    cells = package.cells(sheet)
    shown = {address: _shown(cell.value) for address, cell in cells.items() if cell.value is not None}
    hidden = {style for style in {cell.style for cell in cells.values()} if _is_unseen(package, style)}
    return {
        split_address(address): unseen(text) if cells[address].style in hidden else text
        for address, text in shown.items()
    }


def _is_unseen(package: Package, style: int) -> bool:
    """Return whether what stands in cells of a style cannot be seen on the sheet."""
    if package.number_format(style) in _SHOW_NOTHING:
        return True
    return is_unreadable(package.text_looks(style))


def read_calamine(data: bytes, name: str) -> Document:
    """Return the visible sheets of an old or open spreadsheet.

    Raises:
        DocumentError: the library cannot read it, or it holds cells that are repeated beyond any table.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    if data.startswith(b"PK"):
        _refuse_repeated(read_archive(data).read("content.xml"), name)
    collector = Collector(name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for about in book.sheets_metadata:
            if about.visible == SheetVisibleEnum.Visible:
                sheet = book.get_sheet_by_name(about.name)
                rows = sheet.to_python(skip_empty_area=False, nrows=_MOST_ROWS)
                merged = [(a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in sheet.merged_cell_ranges or ()]
                _add(collector, about.name, _numbered(rows), merged)
    except (CalamineError, OSError, ValueError) as error:
        raise DocumentError(name, f"表格打不开（{error}）。请打开后另存为 .xlsx 再试。") from error
    return collector.document("xls")


def _refuse_repeated(content: bytes, name: str) -> None:
    """Refuse a sheet that says of a few cells with content that they stand there a million times.

    Programs end every sheet with blank cells repeated to its edge; those are left alone.

    Raises:
        DocumentError: it does.
    """
    cells = (int(found[1]) for found in _REPEATED_CELL.finditer(content))
    rows = (int(found[1]) for found in _REPEATED_ROW.finditer(content) if b"<text:" in found[2])
    if max(cells, default=0) > _MOST_COLUMNS or max(rows, default=0) > _MOST_ROWS:
        raise DocumentError(name, "表格里有重复上万次的格，正常的表格不会这样，已拒绝读取。请核实来历。")


def read_csv(data: bytes, name: str) -> Document:
    """Return the document of a table in text with separators.

    Raises:
        DocumentError: a cell of it is longer than any text, so that it is no table.
    """
    text = decode(data)
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        rows = list(islice(csv.reader(io.StringIO(text), delimiter=separator), _MOST_ROWS))
    except csv.Error as error:
        raise DocumentError(name, "有一格的文字超过十万字，不是表格。请打开后另存为 .xlsx 再试。") from error
    collector = Collector(name)
    _add(collector, "", _numbered(rows), ())
    return collector.document("csv")


def _numbered(rows: Iterable[Sequence[object]]) -> dict[tuple[int, int], str]:
    return {
        (row, column): text
        for row, values in enumerate(rows, 1)
        for column, value in enumerate(values[:_MOST_COLUMNS], 1)
        if (text := _shown(value))
    }


def _shown(value: object) -> str:
    """Return a stored value as text; binary numbers by the shortest decimal that names them."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value.is_finite() else str(value)
    if isinstance(value, date | datetime | time | timedelta):
        return str(value)
    return "" if value is None else str(value)


def _area(reference: str) -> _Area:
    first, _, last = reference.partition(":")
    return (*split_address(first), *split_address(last or first))


def _add(collector: Collector, sheet: str, cells: Mapping[tuple[int, int], str], merges: Iterable[_Area]) -> None:
    """Hand over a sheet: rows that hold one text alone as lines too, for prose and headings, then the whole grid."""
    kept = {at: text for at, text in cells.items() if at[0] <= _MOST_ROWS and at[1] <= _MOST_COLUMNS}
    if not kept:
        return
    where = f"{sheet}!" if sheet else "单元格 "
    lines: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in sorted(kept.items()):
        lines.setdefault(row, []).append((column, text))
    for row, found in lines.items():
        for column, text in found if len(found) == 1 else ():
            collector.line(text, 0, f"{where}{column_letters(column)}{row}")
    collector.table(list(_rows(kept, where, merges)), name=f"工作表“{sheet}”" if sheet else "")


def _rows(kept: Mapping[tuple[int, int], str], where: str, merges: Iterable[_Area]) -> Iterable[list[Raw]]:
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in merges}
    covered = {
        (row, column)
        for (top, left), (height, width) in spans.items()
        for row in range(top, min(top + height, _MOST_ROWS))
        for column in range(left, min(left + width, _MOST_COLUMNS))
    } - set(spans)
    height, width = max(row for row, _ in kept), max(column for _, column in kept)
    for row in range(1, height + 1):
        yield [
            Raw(kept.get((row, column), ""), *spans.get((row, column), (1, 1)), f"{where}{column_letters(column)}{row}")
            for column in range(1, width + 1)
            if (row, column) not in covered
        ]
