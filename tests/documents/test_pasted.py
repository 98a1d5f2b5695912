"""Our workbook's values in any other book: pasted as people paste, saved as .xls or .ods, read to the same figures."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import openpyxl
import pytest
from casebook import FIGURES, SENTENCE, SMALL, example_filing
from office import convert
from workbooks import print_table

from toolkit.documents.figures import Sure
from toolkit.form.grid import Role, table_grid
from toolkit.form.values import Kind, Paragraph
from toolkit.workbook.from_document import examine_document
from toolkit.workbook.layout import BAND_MARK
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from toolkit.filing.filing import Filing

ORGAN = "示例县财政局"
EXAMPLE_FILINGS = tuple(sorted(path.stem for path in FIGURES.glob("*.json")))


@cache
def filing(name: str) -> Filing:
    """Return an example's figures, blanks as noughts, as a return of some organ."""
    found = example_filing(name)
    blanks = {entry.id: 0 for entry in found.form.fields.values() if entry.kind.is_required_figure}
    prose = {entry.id: (Paragraph(SENTENCE),) for entry in found.form.fields.values() if entry.kind is Kind.TEXT}
    return replace(found, organ=ORGAN, answers={**prose, **blanks, **found.answers})


def title(filing: Filing) -> str:
    return filing.form.words.report_title.format(organ=filing.organ, year=filing.year)


def one_under_another(filing: Filing, *, headings: bool = True) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([title(filing)])
    for table in filing.form.tables:
        sheet.append([])
        if headings:
            sheet.append([filing.form.section(table.id).heading])
        print_table(sheet, filing, table, sheet.max_row + 1)
    return book


def without_headings(filing: Filing) -> openpyxl.Workbook:
    return one_under_another(filing, headings=False)


def side_by_side(filing: Filing) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([title(filing)])
    column = 1
    for table in filing.form.tables:
        other = openpyxl.Workbook().active
        print_table(other, filing, table, 1)
        sheet.cell(2, column, filing.form.section(table.id).heading)
        moved(other, sheet, 2, column - 1)
        column += other.max_column + 1
    return book


def moved(source: Worksheet, target: Worksheet, down: int, right: int) -> None:
    merged = [(area.min_row, area.min_col, area.max_row, area.max_col) for area in source.merged_cells.ranges]
    for row in source.iter_rows():
        for cell in row:
            if cell.value is not None:
                target.cell(cell.row + down, cell.column + right, cell.value)
    for top, left, bottom, end in merged:
        target.merge_cells(None, top + down, left + right, bottom + down, end + right)


def a_sheet_each(filing: Filing) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.active.append([title(filing)])
    for table in filing.form.tables:
        sheet = book.create_sheet(filing.form.section(table.id).sheet)
        print_table(sheet, filing, table, 1)
    return book


def whole_sheets(filing: Filing) -> openpyxl.Workbook:
    """Every sheet of ours selected whole and pasted as values: the hidden keys come along and can be seen."""
    ours = openpyxl.load_workbook(io.BytesIO(write_workbook(filing)), data_only=True)
    book = openpyxl.Workbook()
    for sheet in ours:
        if sheet.sheet_state == "visible":
            moved(sheet, book.create_sheet(sheet.title), 0, 0)
    return book


def whole_sheets_without_what_is_hidden(filing: Filing) -> openpyxl.Workbook:
    """The same of what can be seen only: the key column and the key rows are left behind."""
    book = whole_sheets(filing)
    for sheet in book:
        keys = [row for row in range(1, sheet.max_row + 1) if str(sheet.cell(row, 1).value or "").startswith(BAND_MARK)]
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        for row in reversed(keys):
            sheet.delete_rows(row)
        sheet.delete_cols(1)
    return book


def all_on_one_sheet(filing: Filing) -> openpyxl.Workbook:
    """The sheets of ours pasted one under another on one sheet."""
    source = whole_sheets(filing)
    book = openpyxl.Workbook()
    down = 0
    for sheet in source:
        moved(sheet, book.active, down, 0)
        down += sheet.max_row + 2
    return book


def with_heads_alone_at_the_end(filing: Filing) -> openpyxl.Workbook:
    """The tables, and behind them the heads of the last once more without figures, as LibreOffice repeats them."""
    book = one_under_another(filing)
    sheet = book.active
    table = filing.form.tables[-1]
    first = sheet.max_row + 3
    for cell in table_grid(table).cells:
        if cell.role is Role.HEAD:
            sheet.cell(first + cell.row, 1 + cell.column, cell.text)
    return book


PASTES = (
    one_under_another, without_headings, with_heads_alone_at_the_end, side_by_side, a_sheet_each, whole_sheets,
    whole_sheets_without_what_is_hidden, all_on_one_sheet,
)  # fmt: skip


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def differing(filing: Filing, content: bytes, name: str) -> dict[str, object]:
    """Return the figures that were read otherwise, or not for certain."""
    read = examine_document(content, name, SMALL)
    if read.filing is None:
        return {"nothing": [finding.message for finding in read.examined.findings]}
    expected = filing.figures()
    return {
        field: (expected.get(field), found.value, found.sure.value)
        for field, found in read.found.items()
        if found.value != expected.get(field) or found.sure is not Sure.READ
    } | ({} if read.filing.year == filing.year else {"year": read.filing.year})


@pytest.mark.parametrize("paste", PASTES, ids=lambda paste: paste.__name__)
@pytest.mark.parametrize("name", EXAMPLE_FILINGS)
def test_pasted_values_are_read_to_the_same_figures(name: str, paste: Callable[[Filing], openpyxl.Workbook]) -> None:
    assert differing(filing(name), saved(paste(filing(name))), "粘贴.xlsx") == {}


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_what_libreoffice_saves_is_read_to_the_same_figures(tmp_path: Path, ending: str) -> None:
    forms: dict[str, Callable[[Filing], bytes]] = {
        "ours": write_workbook,
        **{paste.__name__: lambda one, paste=paste: saved(paste(one)) for paste in PASTES},
    }
    # Every way of pasting with other figures in .xls than in .ods; with all figures each is read above.
    turned = (*EXAMPLE_FILINGS[ending == "ods" :], *EXAMPLE_FILINGS) * len(forms)
    files = {(name, form): tmp_path / f"{name}-{form}.xlsx" for name, form in zip(turned, forms, strict=False)}
    assert {name for name, _ in files} == set(EXAMPLE_FILINGS)
    for (name, form), path in files.items():
        path.write_bytes(forms[form](filing(name)))
    converted = convert([*files.values()], tmp_path / "out", ending)
    wrong = {
        path.name: found
        for (name, _), path in zip(files, converted, strict=True)
        if (found := differing(filing(name), path.read_bytes(), path.name))
    }
    assert wrong == {}
