"""Where the notes of the cover stand by their labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.ledger import LEDGER_SHEET
from toolkit.workbook.returned.labels import plain_label
from toolkit.workbook.wording.languages import wording_of
from toolkit.xlsx.sheet import column_letters, split_address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.workbook.layout import Layout
    from toolkit.xlsx.package import Cell, Package

Address = tuple[str, str]  # sheet, cell


def find_notes(package: Package, layout: Layout) -> dict[str, Address]:
    """Return where the cover's notes stand by their labels: the first filled cell beside the label, or the next."""
    wanted = {plain_label(entry.label): entry.id for entry in layout.form.fields.values() if entry.kind is Kind.NOTE}
    helps = helps_of_notes(layout)
    for sheet in _sheets(package, layout):
        found: dict[str, Address] = {}
        for row, line in lines_of(package.cells(sheet)).items():
            for column, cell in line.items():
                field = wanted.get(plain_label(cell.value)) if isinstance(cell.value, str) else None
                if field is not None:
                    beside = (at_ for at_ in sorted(line) if at_ > column and is_filled(line[at_], helps))
                    found.setdefault(field, (sheet, f"{column_letters(next(beside, column + 1))}{row}"))
        if found:
            return found
    return {}


def _sheets(package: Package, layout: Layout) -> list[str]:
    """Return the sheets that may be the cover: by its name first, never one that the form has for something else."""
    form = layout.form
    others = {form.words.checks, form.words.help, wording_of(form).printed.sheet, at.KEYS_SHEET, LEDGER_SHEET}
    others |= {section.sheet for section in form.sections}
    names = (sheet.name for sheet in package.sheets if sheet.name not in others)
    return sorted(names, key=lambda name: name != form.words.cover)


def lines_of(cells: Mapping[str, Cell]) -> dict[int, dict[int, Cell]]:
    """Return the cells of a sheet by row and column."""
    lines: dict[int, dict[int, Cell]] = {}
    for address, cell in cells.items():
        row, column = split_address(address)
        lines.setdefault(row, {})[column] = cell
    return lines


def helps_of_notes(layout: Layout) -> frozenset[str]:
    """Return what we print beside the notes ourselves, as it is compared."""
    return frozenset(plain_label(note.help) for note in layout.form.notes if note.help)


def is_filled(cell: Cell, helps: frozenset[str] = frozenset()) -> bool:
    """Return whether anything stands in a cell that is not one of these texts of ours."""
    is_help = isinstance(cell.value, str) and plain_label(cell.value) in helps
    return not is_help and (cell.value is not None or bool(cell.formula))
