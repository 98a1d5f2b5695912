"""Write the locked workbook of one filing: blank for a clerk to fill, or filled, as a consolidated return is.

Collects what stands where from `layout` and `formulas`, then hands it to XlsxWriter sheet by sheet.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.errors import OutputError
from toolkit.form.values import Kind
from toolkit.workbook import addresses
from toolkit.workbook import layout as at
from toolkit.workbook.identity import PROPERTY_PREFIX
from toolkit.workbook.rectangles import rectangles
from toolkit.workbook.template.cover import write_cover
from toolkit.workbook.template.formulas.results import FormulaCell
from toolkit.workbook.template.help import write_help
from toolkit.workbook.template.pasting import write_pasting
from toolkit.workbook.template.printed.sheet import write_printed
from toolkit.workbook.template.prose import write_prose
from toolkit.workbook.template.styles import CREATED
from toolkit.workbook.template.tables import area_of, write_checks, write_keys, write_table
from toolkit.workbook.template.writer import Delivery, TemplateWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from toolkit.filing.filing import Filing


OPEN_NAME = "inputs"  # of the cells that may be typed into, as the file names them
# What stays free on a locked sheet: reading comfort, never content.
FREE = {
    "format_columns": True,
    "format_rows": True,
    "autofilter": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}


@dataclass(frozen=True)
class Consolidation:
    """What a consolidated return has besides: formulas that give typed fields, without `=`, and sheets of its own.

    The sheets by which its figures would be typed or pasted are out of sight, and so not printed. `long` names those
    of the sheets that may have a row for each of ten thousand organs; they are written row by row.
    """

    formulas: Mapping[str, str] = field(default_factory=dict)
    sheets: Sequence[tuple[str, Callable[[TemplateWriter, Any], None]]] = ()
    long: frozenset[str] = frozenset()


def write_workbook(
    filing: Filing,
    *,
    locked: frozenset[str] = frozenset(),
    seal: str = "",
    password: str = "",
    provisional: str = "",
    delivery: Delivery = Delivery(),  # noqa: B008 (a frozen value)
    consolidation: Consolidation | None = None,
) -> bytes:
    """Return the workbook of a filing as .xlsx bytes, the same bytes for the same input.

    `locked` names typed fields whose figures the clerk may not change. `seal` is the campaign's mark,
    `provisional` how far a sum is from final, in words, `delivery` by when and to whom it goes back.

    Raises:
        OutputError: XlsxWriter refused something; a sheet without its protection would be worse than none.
    """
    from toolkit.xlsx.writer import LockedWorkbook

    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            consolidation = consolidation or Consolidation()
            book = LockedWorkbook(buffer, {"in_memory": not consolidation.long})  # long sheets by way of the disk
            _write(TemplateWriter(book, filing, locked, password, seal, provisional, delivery), consolidation)
            book.close()
        except UserWarning as warning:
            raise OutputError(f"工作簿没有写成：{warning}") from warning
    return buffer.getvalue()


def _write(writer: TemplateWriter, consolidation: Consolidation) -> None:
    """Write every sheet, then names, properties and protection."""
    words = writer.form.words
    _add_formulas(writer, consolidation.formulas)
    if consolidation.formulas:
        writer.unseen |= {words.help, *(here.paste_sheet for here in writer.layout.tables.values())}
    _write_sheet(writer, words.cover, write_cover)
    for section in writer.form.sections:
        _write_sheet(writer, section.sheet, write_table if section.is_table else write_prose)
    _write_sheet(writer, words.checks, write_checks)
    _write_sheet(writer, words.help, write_help)
    _write_sheet(writer, writer.words.printed.sheet, write_printed)
    for here in writer.layout.tables.values():
        _write_sheet(writer, here.paste_sheet, write_pasting)
    _write_sheet(writer, at.KEYS_SHEET, write_keys)
    for name, write in consolidation.sheets:
        _write_sheet(writer, name, write, is_long=name in consolidation.long)
    for name, reference in addresses.names(writer.layout):
        writer.book.define_name(name, f"={reference}")
    _write_properties(writer)


def _add_formulas(writer: TemplateWriter, formulas: Mapping[str, str]) -> None:
    """Let formulas give these typed fields, whose cells are then locked like those of totals."""
    writer.locked |= frozenset(formulas)
    for name, formula in formulas.items():
        spot, figure = writer.layout.spots[name], writer.filing.figure(name)
        writer.formulas.setdefault(spot.sheet, {})[spot.row, spot.column] = FormulaCell(spot, formula, figure or 0)


def _write_sheet(
    writer: TemplateWriter, name: str, write: Callable[[TemplateWriter, Any], None], *, is_long: bool = False
) -> None:
    sheet = writer.book.add_long_worksheet(name) if is_long else writer.book.add_worksheet(name)
    write(writer, sheet)
    sheet.protect(writer.password, FREE)
    if name in writer.unseen:
        sheet.hide()
    _keep_open(writer, sheet)
    if writer.formulas.get(name):
        left = [formulas.spot.cell for formulas in writer.formulas[name].values()]
        raise OutputError(f"工作表“{name}”有 {len(left)} 个公式没有写入：{'、'.join(left[:5])}")


def _keep_open(writer: TemplateWriter, sheet: Any) -> None:
    """Let the inputs be typed into even where a cell pasted from elsewhere brought its lock with it."""
    cells: set[tuple[int, int]] = set()
    for entry in at.typed_fields(writer.form):
        spot = writer.layout.spots[entry.id]
        if spot.sheet == sheet.name and entry.id not in writer.locked:
            is_prose = entry.kind is Kind.TEXT
            rows = range(spot.row, spot.row + (at.PARAGRAPHS if is_prose else 1))
            cells |= {(row, column) for row in rows for column in range(spot.column - is_prose, spot.column + 1)}
    for here in writer.layout.tables.values():
        if here.section.sheet == sheet.name:
            cells |= {(at.HINT_ROW, column) for column in range(here.nought.column, here.last_column + 1)}
        if here.paste_sheet == sheet.name:
            cells |= {(at.HINT_ROW, column) for column in range(here.nought.column, here.last_column + 1)}
            for cell in here.grid.data():
                top, left, bottom, right = area_of(here, cell)
                cells |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
    if cells:
        areas = [f"{at.cell_name(*area[:2])}:{at.cell_name(*area[2:])}" for area in rectangles(cells)]
        sheet.unprotect_range(" ".join(areas), OPEN_NAME)


def _write_properties(writer: TemplateWriter) -> None:
    title = writer.form.words.report_title.format(organ=writer.filing.organ, year=writer.filing.year)
    writer.book.set_properties({"title": title, "author": writer.filing.organ, "created": CREATED})
    for name, value in writer.identity.items():
        writer.book.set_custom_property(PROPERTY_PREFIX + name, str(value), "text")
    writer.book.set_calc_mode("auto")
