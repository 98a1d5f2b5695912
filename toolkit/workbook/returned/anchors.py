"""Where the fields stand in a workbook that came back: defined names, hidden keys and visible labels vote."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from toolkit.form.ids import CONTROL, control_id, explanation_id, figure_id
from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.ledger import LEDGER_SHEET
from toolkit.workbook.returned.labels import find_by_labels, find_notes, majority

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.workbook.layout import Layout
    from toolkit.xlsx.package import Cell, Package

Address = tuple[str, str]  # sheet, cell
_REFERENCE = re.compile(r"^\$?(?:'((?:[^']|'')+)'|([^'!]+))[!.]\$?([A-Z]+)\$?(\d+)")
_CELL = re.compile(r"^([A-Z]+)(\d+)$")
_LETTERS = string.ascii_uppercase


@dataclass(frozen=True, slots=True)
class Anchors:
    """Where each field was found: by its row and column keys, by its name, and, where these fail, by its labels."""

    by_name: Mapping[str, Address]
    by_key: Mapping[str, Address]
    by_label: Mapping[str, Address]
    copies: Mapping[str, Mapping[str, Address]] = field(default_factory=dict)  # by sheet, of sheets copied in the book

    def place(self, field: str) -> Address | None:
        """Return where a field stands: where two anchors agree, else by its keys, which move with their row."""
        return majority((self.by_key.get(field), self.by_name.get(field), self.by_label.get(field)))

    def undecided(self) -> tuple[str, ...]:
        """Return the fields whose name and key point at different cells and no label decides between them."""
        return tuple(
            name
            for name in self.disagreements()
            if self.by_label.get(name) not in {self.by_key[name], self.by_name[name]}
        )

    def disagreements(self) -> tuple[str, ...]:
        """Return the fields whose two anchors point at different cells."""
        return tuple(field for field, cell in self.by_key.items() if self.by_name.get(field, cell) != cell)


def find_anchors(package: Package, layout: Layout) -> Anchors:
    """Return the anchors of every field that still has one; labels are looked for only where they are needed."""
    sheets = {sheet.name for sheet in package.sheets}
    by_name = {
        name: place
        for name, place in ((name, parse_reference(text)) for name, text in package.names.items())
        if name in layout.form.fields and place is not None and place[0] in sheets
    }
    by_key: dict[str, Address] = {}
    copies: dict[str, dict[str, Address]] = {}
    keyless = {at.KEYS_SHEET, LEDGER_SHEET, layout.form.words.help}  # texts in their first column are no keys
    for sheet in (sheet for sheet in package.sheets if sheet.name not in keyless):
        for name, place in _keyed(package.cells(sheet.name), sheet.name, layout):
            # A sheet copied within the book has the same keys; the name tells which is the one we issued.
            if name not in layout.form.fields:
                continue
            first = by_key.setdefault(name, place)
            if first != place:
                by_key[name], other = (place, first) if by_name.get(name) == place else (first, place)
                copies.setdefault(other[0], {})[name] = other
    claimed = {place: field for field, place in by_key.items()}
    # A name left behind by a deleted row points at what has moved there, which its own key claims.
    by_name = {name: place for name, place in by_name.items() if name in by_key or place not in claimed}
    anchors = Anchors(by_name, by_key, {}, copies)
    by_label = find_notes(package, layout, _lost_notes(layout, by_name))
    if anchors.disagreements() or missing_figures(layout, anchors):
        by_label |= find_by_labels(package, layout)
    return replace(anchors, by_label=by_label)


def _lost_notes(layout: Layout, by_name: Mapping[str, Address]) -> dict[str, str]:
    notes = (entry for entry in layout.form.fields.values() if entry.kind is Kind.NOTE)
    return {entry.id: entry.label for entry in notes if entry.id not in by_name}


def parse_reference(text: str) -> Address | None:
    """Return sheet and first cell of a reference, or None when it points nowhere (`#REF!`)."""
    match = _REFERENCE.match(text.strip())
    if match is None:
        return None
    quoted, plain, column, row = match.groups()
    return (quoted or plain).replace("''", "'"), f"{column}{row}"


def _keyed(cells: Mapping[str, Cell], sheet: str, layout: Layout) -> Iterator[tuple[str, Address]]:
    """Walk the hidden key column downwards; a marked key opens a block and says how to read the rows under it."""
    block, columns = "", dict[str, str]()
    rows: dict[str, list[tuple[str, str]]] | None = None
    for number, key in _key_column(cells):
        if key.startswith(at.BAND_MARK):
            block = key.removeprefix(at.BAND_MARK)
            rows = _by_row(cells) if rows is None else rows
            columns = _column_keys(cells, rows.get(str(number), []))
        elif block == CONTROL:
            yield from _control(control_id(key), sheet, number, layout)
        elif block:
            table = block.partition(".")[0]
            for column, letters in columns.items():
                yield figure_id(table, key, column), (sheet, f"{letters}{number}")
        else:
            yield from _single(key, sheet, number)


def _key_column(cells: Mapping[str, Cell]) -> list[tuple[int, str]]:
    """Return the texts of the first column by row. Only these cells are looked into: parsing a cell is what costs."""
    numbers = sorted(int(address[1:]) for address in cells if address[0] == "A" and address[1:].isdigit())
    keys = ((number, cells[f"A{number}"].value) for number in numbers)
    return [(number, key) for number, key in keys if isinstance(key, str) and key]


def _by_row(cells: Mapping[str, Cell]) -> dict[str, list[tuple[str, str]]]:
    """Return by row the column letters and the address of every cell but those of the key column."""
    rows: dict[str, list[tuple[str, str]]] = {}
    for address in cells:
        match = _CELL.match(address)
        if match is not None and match[1] != "A":
            rows.setdefault(match[2], []).append((match[1], address))
    return rows


def _column_keys(cells: Mapping[str, Cell], row: list[tuple[str, str]]) -> dict[str, str]:
    """Return the column keys of a band's hidden row with the letters of the columns they stand in."""
    keys = ((cells[address].value, letters) for letters, address in row)
    return {key: letters for key, letters in keys if isinstance(key, str)}


def _control(field: str, sheet: str, number: int, layout: Layout) -> Iterator[tuple[str, Address]]:
    spot = layout.spots.get(field)
    if spot is not None:
        yield field, (sheet, at.cell_name(number - 1, spot.column))


def _single(key: str, sheet: str, number: int) -> Iterator[tuple[str, Address]]:
    """A key outside any block is a check's (its explanation) or the first paragraph of a prose section."""
    section, _, place = key.rpartition(".")
    if place == "1":
        yield section, (sheet, at.cell_name(number - 1, at.TEXT_COLUMN))
    yield explanation_id(key), (sheet, at.cell_name(number - 1, at.CHECK_EXPLANATION))


def prose_rows(cells: Mapping[str, Cell], section: str, first: str) -> tuple[int, ...]:
    """Return the numbers of a prose section's rows, counted from 1.

    The rows are those with the section's keys; where the keys are lost, as many as we issue from the cell `first`.
    """
    numbers = [number for number, key in _key_column(cells) if _is_row_of(key, section)]
    start = int(first.lstrip(_LETTERS))
    return tuple(numbers or range(start, start + at.PARAGRAPHS))


def prose_cells(cells: Mapping[str, Cell], section: str, first: str) -> tuple[tuple[str, str], ...]:
    """Return the level and text cells of a prose section's rows, in order down the sheet."""
    columns = (at.LEVEL_COLUMN, at.TEXT_COLUMN)
    return tuple(
        (at.cell_name(number - 1, columns[0]), at.cell_name(number - 1, columns[1]))
        for number in prose_rows(cells, section, first)
    )


def _is_row_of(key: str, section: str) -> bool:
    head, _, place = key.rpartition(".")
    return head == section and place.isdigit()


def missing_figures(layout: Layout, anchors: Anchors) -> tuple[str, ...]:
    """Return the fields every workbook must have and this one lacks."""
    needed = (Kind.COUNT, Kind.AMOUNT, Kind.SIGNED, Kind.TEXT)
    return tuple(
        field.id for field in layout.form.fields.values() if field.kind in needed and anchors.place(field.id) is None
    )
