"""Workbooks for the tests: as issued, as filled, and as they come back when people and programs have been at them."""

from __future__ import annotations

import io
import re
import zipfile
from functools import lru_cache
from typing import TYPE_CHECKING

import openpyxl
from casebook import SMALL, full_filing
from packagecases import rezipped

from toolkit.form.checks import is_blank, prose_is_blank
from toolkit.form.grid import table_grid
from toolkit.form.registry import form_of_edition
from toolkit.workbook.examining import Examined, examine
from toolkit.workbook.template.blank import blank_filing
from toolkit.workbook.template.workbook import write_workbook
from toolkit.xlsx.package import NewCell, open_package

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from openpyxl.worksheet.worksheet import Worksheet

    from toolkit.filing.filing import Filing
    from toolkit.form.model import Table
    from toolkit.form.values import Value
    from toolkit.workbook.layout import Spot

NAME = "报表.xlsx"
YEARS = {"2019": 2020, "2021": 2024, "small": 2050}
ORGAN, CODE = "示例县财政局", "001"
Change = int | str | bool | None


@lru_cache
def issued(edition: str) -> bytes:
    """Return the workbook of an edition as it is sent out, blank."""
    return write_workbook(blank_filing(form_of_edition(edition, SMALL), ORGAN, CODE, YEARS[edition])[0])


@lru_cache
def filled(edition: str, rest: int = 0) -> bytes:
    """Return a workbook that would be accepted: noughts (or `rest`), a sentence in every section, contacts."""
    return write_workbook(full_filing(form_of_edition(edition, SMALL), rest))


def with_cells(data: bytes, changes: Mapping[Spot, Change]) -> bytes:
    """Return the workbook with constants written over cells, formulas included."""
    by_sheet: dict[str, dict[str, NewCell]] = {}
    for spot, value in changes.items():
        by_sheet.setdefault(spot.sheet, {})[spot.cell] = NewCell(value)
    return open_package(data).patched(by_sheet)


def with_part(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """Return the workbook with the text of one part changed; the change must change something."""

    def edit(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        changed = change(content.decode()).encode()
        assert changed != content, f"{part} is as it was"
        return changed

    return rezipped(data, edit)


def part_of(data: bytes, sheet: str) -> str:
    """Return the name of the part that holds a sheet."""
    return next(info.part for info in open_package(data).sheets if info.name == sheet)


def with_formula(data: bytes, spot: Spot, formula: str, result: str | None) -> bytes:
    """Return the workbook with a formula in a cell, stored with that result or with none."""

    def change(xml: str) -> str:
        value = "" if result is None else f"<v>{result}</v>"
        return re.sub(
            rf'<c r="{spot.cell}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)',
            lambda cell: f'<c r="{spot.cell}"{cell[1] or ""}><f>{formula}</f>{value}</c>',
            xml,
            count=1,
        )

    return with_part(data, part_of(data, spot.sheet), change)


def by_openpyxl(data: bytes, change: Callable[[openpyxl.Workbook], object] = lambda _: None) -> bytes:
    """Return the workbook changed by a script as people write them; openpyxl stores no results of formulas."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    """Return every part of a workbook by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def look_at(data: bytes, name: str = NAME) -> Examined:
    """Return a workbook examined, the small form being known."""
    return examine(data, name, SMALL)


def names_of(examined: Examined) -> list[str]:
    """Return the names of the findings, in their order, each once."""
    return list(dict.fromkeys(finding.name for finding in examined.findings))


def same_value(found: Value, typed: Value) -> bool:
    """Return whether two values say the same: all that is blank does, and prose without a word is blank."""
    if found == typed:
        return True
    return all(is_blank(value) or (isinstance(value, tuple) and prose_is_blank(value)) for value in (found, typed))


def shifted(xml: str, row: int, by: int = 1) -> str:
    """Return a sheet with every row from `row` (counted from 1) moved down, as inserting rows does to the cells."""

    def moved(found: re.Match[str]) -> str:
        number = int(found[2])
        return f'{found[1]}{number + by if number >= row else number}"'

    head, data, tail = re.split(r"(<sheetData>.*</sheetData>)", xml, flags=re.DOTALL)
    data = re.sub(r'(<row r=")(\d+)"', moved, data)
    data = re.sub(r'(<c r="[A-Z]+)(\d+)"', moved, data)
    return head + data + tail


def print_table(sheet: Worksheet, filing: Filing, table: Table, first: int) -> None:
    """Lay an official table out as it is printed, its first row being `first`."""
    for cell in table_grid(table).cells:
        sheet.cell(first + cell.row, 1 + cell.column, filing.values[cell.field] if cell.field else cell.text)
        if cell.row_span > 1 or cell.column_span > 1:
            end = (first + cell.row + cell.row_span - 1, cell.column + cell.column_span)
            sheet.merge_cells(None, first + cell.row, 1 + cell.column, *end)
