"""The third anchor: where the fields of a table stand by the official labels people see. Asked when the others fail."""

from __future__ import annotations

import re
import string
import unicodedata
from typing import TYPE_CHECKING

from toolkit.form.ids import figure_id
from toolkit.workbook import layout as at
from toolkit.xlsx.sheet import column_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.form.model import Band, Table
    from toolkit.workbook.layout import Layout
    from toolkit.xlsx.package import Cell, Package

Address = tuple[str, str]  # sheet, cell
Texts = dict[int, list[tuple[int, str, str]]]  # row -> (column number, column letters, text) from left to right
_CELL = re.compile(r"^([A-Z]+)(\d+)$")
_SPACE = re.compile(r"\s+")
_LETTERS = string.ascii_uppercase
_INSIGNIFICANT = re.compile(r"[\s\u200b-\u200f\ufeff“”\"'‘’`、，,.．。:：;；()（）\[\]［］]")


def find_by_labels(package: Package, layout: Layout) -> dict[str, Address]:
    """Return where figures stand by their labels: whole tables, each on the first sheet that shows all its labels."""
    found: dict[str, Address] = {}
    names = [sheet.name for sheet in package.sheets]
    for here in layout.tables.values():
        home = here.section.sheet
        for name in sorted(names, key=lambda name: name != home):
            places = _table_places(here.table, _texts(package.cells(name)))
            if places is not None:
                found |= {field: (name, cell) for field, cell in places.items()}
                break
    return found


def _texts(cells: Mapping[str, Cell]) -> Texts:
    texts: Texts = {}
    for address, cell in cells.items():
        match = _CELL.match(address)
        if match is not None and match[1] != "A" and isinstance(cell.value, str) and cell.value:
            entry = (column_number(match[1]), match[1], _SPACE.sub("", cell.value))
            texts.setdefault(int(match[2]), []).append(entry)
    return {row: sorted(texts[row]) for row in sorted(texts)}


def _table_places(table: Table, texts: Texts) -> dict[str, str] | None:
    """Return field -> cell of a whole table, or None where a label is missing or out of order."""
    places: dict[str, str] = {}
    row = 0
    for band in table.bands:
        if band.label:
            row = _row_with(texts, band.label, row)
        columns, row = _columns(table, band, texts, row)
        for leaf in table.leaf_rows(band.id):
            row = _row_with(texts, leaf.label, row) if leaf.label else row + 1
            for column, letters in columns.items():
                places[figure_id(table.id, leaf.id, column)] = f"{letters}{row}"
        if not columns or row < 0:
            return None
    return places


_NOWHERE = -(10**9)  # stays negative whatever is added to it


def _row_with(texts: Texts, label: str, after: int) -> int:
    wanted = _SPACE.sub("", label)
    rows = (row for row in texts if row > after and any(text == wanted for _, _, text in texts[row]))
    return next(rows, _NOWHERE) if after >= 0 else _NOWHERE


def _columns(table: Table, band: Band, texts: Texts, after: int) -> tuple[dict[str, str], int]:
    """Return the letters of each column of a band, and the last row of its head."""
    leaves = table.leaf_columns(band.id)
    depth = max(len(table.column_path(leaf.id, band.id)) for leaf in leaves)
    top = _row_with(texts, table.column_path(leaves[0].id, band.id)[0].label, after)
    head = sorted(entry for row in range(top, top + depth) for entry in texts.get(row, ()))
    found: dict[str, str] = {}
    at = 0
    for leaf in leaves:
        label = _SPACE.sub("", leaf.label)
        match = next((entry for entry in head if entry[0] > at and entry[2] == label), None)
        if match is None:
            return {}, _NOWHERE
        at, found[leaf.id] = match[0], match[1]
    return found, top + depth - 1


def majority(votes: Iterable[Address | None]) -> Address | None:
    """Return the place that at least two anchors give; without such, the first that any gives."""
    given = [vote for vote in votes if vote is not None]
    agreed = [vote for vote in given if given.count(vote) > 1]
    return next(iter(agreed or given), None)


def find_notes(package: Package, layout: Layout, lost: Mapping[str, str]) -> dict[str, Address]:
    """Return where cover notes stand by their labels: the cell beside the label. `lost` is field -> label."""
    wanted = {plain_label(label): field for field, label in lost.items()}
    found: dict[str, Address] = {}
    cover = layout.form.words.cover
    for sheet in sorted((sheet.name for sheet in package.sheets), key=lambda name: name != cover):
        for address, cell in package.cells(sheet).items():
            letters, number = address.rstrip("0123456789"), address.lstrip(_LETTERS)
            if letters == at.column_name(at.COVER_LABEL) and isinstance(cell.value, str):
                field = wanted.pop(plain_label(cell.value), None)
                if field is not None:
                    found[field] = (sheet, f"{at.column_name(at.COVER_VALUE)}{number}")
        if found:
            break
    return found


def plain_label(label: str) -> str:
    """Return a label without what does not change its meaning: spaces, width of characters, marks and brackets."""
    return _INSIGNIFICANT.sub("", unicodedata.normalize("NFKC", label))
