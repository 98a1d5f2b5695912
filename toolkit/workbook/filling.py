"""Write answers into a workbook's input cells and refresh the results that depend on them; nothing else changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.errors import InputError, WorkbookError
from toolkit.form.ids import nought_table
from toolkit.form.values import Kind
from toolkit.workbook.layout import PARAGRAPHS, lay_out
from toolkit.workbook.returned.anchors import prose_cells
from toolkit.workbook.returned.reading import Reading, read_workbook
from toolkit.workbook.returned.results import is_present_layout
from toolkit.workbook.template.formulas.sheets import formula_cells
from toolkit.workbook.template.styles import TEXT_WIDTH, text_height
from toolkit.xlsx.package import NewCell, open_package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from toolkit.filing.filing import Filing
    from toolkit.form.model import Field, Form
    from toolkit.form.values import Paragraph, Value
    from toolkit.xlsx.package import Cell, Package

Changes = dict[str, dict[str, NewCell]]


def fill_workbook(
    data: bytes, name: str, answers_for: Callable[[Form], Mapping[str, Value]], forms: Path | None = None
) -> bytes:
    """Return the workbook with answers written into it.

    `answers_for` gets the workbook's form and returns the values to write; None clears a cell. Every part of the file
    that holds neither an answered cell nor a result that changes stays byte for byte as it was.

    Raises:
        WorkbookError: the file is not a workbook of ours.
        InputError: an answer is for a cell that last year's figures have locked.
    """
    reading = read_workbook(data, name, forms)
    if reading.filing is None:
        raise WorkbookError(reading.findings[-1].message)
    package = open_package(data, name)
    answers = answers_for(reading.filing.form)
    _refuse_locked(package, reading, answers)
    filled = reading.filing.with_answers(answers)
    changes: Changes = {}
    for field_name in answers:
        if nought_table(field_name):
            home, address = reading.cells[field_name]
            changes.setdefault(home, {})[address] = NewCell(filled.form.words.nought if answers[field_name] else None)
            continue
        for sheet, cell, new in _written(package, reading, filled, filled.form.fields[field_name]):
            changes.setdefault(sheet, {})[cell] = new
    for sheet, cell, new in _refreshed(package, filled):
        changes.setdefault(sheet, {})[cell] = new
    return package.patched(changes, heights=_heights(reading, filled, answers)) if changes else data


def _refuse_locked(package: Package, reading: Reading, answers: Mapping[str, Value]) -> None:
    mistakes = []
    for name, value in answers.items():
        if name not in reading.cells:
            mistakes.append(f"“{name}”在这份报表里找不到格子")
            continue
        sheet, address = reading.cells[name]
        cell = package.cells(sheet).get(address)
        held = reading.filing.values.get(name) if reading.filing else None
        if cell is not None and package.is_locked(cell.style) and value != held:
            mistakes.append(f"“{name}”（{sheet}!{address}）已按上年数据锁定为 {held}，不能改填 {value}")
    if mistakes:
        raise InputError(reading.name, mistakes)


def _written(package: Package, reading: Reading, filled: Filing, field: Field) -> Iterator[tuple[str, str, NewCell]]:
    sheet, address = reading.cells[field.id]
    if field.kind is Kind.TEXT:
        rows = prose_cells(package.rows(sheet), field.id, address)
        yield from _prose(package.cells(sheet), sheet, rows, filled.paragraphs(field.id), filled.form)
        return
    value = filled.answers[field.id]
    yield sheet, address, NewCell(value if not isinstance(value, tuple) else None)


def _prose(
    cells: Mapping[str, Cell],
    sheet: str,
    rows: tuple[tuple[str, str], ...],
    paragraphs: tuple[Paragraph, ...],
    form: Form,
) -> Iterator[tuple[str, str, NewCell]]:
    """Write the paragraphs down the rows and clear what stood below them."""
    for place, (level_cell, text_cell) in enumerate(rows):
        paragraph = paragraphs[place] if place < len(paragraphs) else None
        level = form.words.levels[paragraph.level] if paragraph else None
        for address, value in ((level_cell, level), (text_cell, paragraph.text if paragraph else None)):
            held = cells[address].value if address in cells else None
            if held != value:
                yield sheet, address, NewCell(value)


def _heights(reading: Reading, filled: Filing, answers: Mapping[str, Value]) -> dict[str, dict[int, float]]:
    """Return how high the rows of the prose just written must be to show it whole."""
    found: dict[str, dict[int, float]] = {}
    for name in answers:
        if name in filled.form.fields and filled.form.fields[name].kind is Kind.TEXT:
            sheet, address = reading.cells[name]
            first = int("".join(filter(str.isdigit, address)))
            rows = found.setdefault(sheet, {})
            for place in range(PARAGRAPHS):
                paragraphs = filled.paragraphs(name)
                text = paragraphs[place].text if place < len(paragraphs) else ""
                rows[first + place] = text_height(text, TEXT_WIDTH)
    return found


def _refreshed(package: Package, filled: Filing) -> Iterator[tuple[str, str, NewCell]]:
    """Yield the stored results that differ from what their formulas now give.

    A workbook of an earlier layout has its formulas elsewhere: it is left without results, for the program to work out.
    """
    if not is_present_layout(package):
        yield from _unsaid(package)
        return
    present = {sheet.name for sheet in package.sheets}
    for live in formula_cells(lay_out(filled.form), filled):
        if live.spot.sheet not in present:
            continue
        cell = package.cells(live.spot.sheet).get(live.spot.cell)
        held = "" if cell is None or cell.value is None else cell.value  # an empty text is stored as no result
        if cell is not None and (cell.formula or cell.shared) and held != live.value:
            yield live.spot.sheet, live.spot.cell, NewCell(live.value, cached_only=True)


def _unsaid(package: Package) -> Iterator[tuple[str, str, NewCell]]:
    for sheet in package.sheets:
        for address, cell in package.cells(sheet.name).items():
            if (cell.formula or cell.shared) and cell.value is not None:
                yield sheet.name, address, NewCell(None, cached_only=True)
