"""The third anchor: where the fields of a table stand by the official labels people see. Asked when the others fail."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.form.ids import control_id, figure_id
from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.ledger import LEDGER_SHEET
from toolkit.xlsx.sheet import column_letters, column_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.form.model import Band, Table
    from toolkit.workbook.layout import Layout
    from toolkit.xlsx.package import Cell, Package

Address = tuple[str, str]  # sheet, cell
Texts = dict[int, list[tuple[int, str, str]]]  # row -> (column number, column letters, text) from left to right
_CELL = re.compile(r"^([A-Z]+)(\d+)$")
_SPACE = re.compile(r"\s+")
_LABELS_KEPT, _LONGEST_KEPT = 1 << 13, 200  # the same few hundred stand in every workbook of a form
_KEY = re.compile(r"[#\w.]*", re.ASCII)
_MOST_LABELS = 0.6  # of a table's rows make a sheet a copy of it, whatever was edited in the others
_INSIGNIFICANT = re.compile(r"[\s\u200b-\u200f\ufeff“”\"'‘’`、，,.．。:：;；()（）\[\]［］]")


def find_by_labels(package: Package, layout: Layout) -> dict[str, Address]:
    """Return where figures stand by their labels: whole tables, each on the first sheet that shows all its labels."""
    found: dict[str, Address] = {}
    names = [sheet.name for sheet in package.sheets if sheet.name not in {_printed(layout), *_paste_sheets(layout)}]
    for here in layout.tables.values():
        home = here.section.sheet
        for name in sorted(names, key=lambda name: name != home):
            places = _table_places(here.table, _texts(package.cells(name)))
            if places is not None:
                found |= {field: (name, cell) for field, cell in places.items()}
                break
        for name in sorted(names, key=lambda name: name != home):
            controls = _control_places(here.table, _texts(package.cells(name)), layout.wording.tables.control_head)
            if controls:
                found |= {field: (name, cell) for field, cell in controls.items()}
                break
    return found


def _printed(layout: Layout) -> str:
    return layout.wording.printed.sheet


def _control_places(table: Table, texts: Texts, head: str) -> dict[str, str]:
    """Return where the register's totals stand: on their labels' rows, under the head of their column."""
    found_head = next(
        ((row, letters) for row, line in texts.items() for _, letters, text in line if text == head), None
    )
    if found_head is None:
        return {}
    row, letters = found_head
    found: dict[str, str] = {}
    for control in table.controls:
        row = _row_with(texts, control.label, row)
        if row > 0:
            found[control_id(control.id)] = f"{letters}{row}"
    return found


def find_copies(package: Package, layout: Layout, used: frozenset[str]) -> dict[str, dict[str, Address]]:
    """Return by sheet where figures stand on sheets of others' own that show a whole table of ours once more."""
    form = layout.form
    notes = {plain_label(entry.label): entry.id for entry in form.fields.values() if entry.kind is Kind.NOTE}
    ours = {form.words.cover, form.words.checks, form.words.help, at.KEYS_SHEET, LEDGER_SHEET, _printed(layout)}
    ours |= {section.sheet for section in form.sections} | used | _paste_sheets(layout)
    found: dict[str, dict[str, Address]] = {}
    for name in (sheet.name for sheet in package.sheets if sheet.name not in ours):
        texts = _texts(package.cells(name), with_keys=False)
        for here in layout.tables.values():
            for field, cell in (_table_places(here.table, texts, least=_MOST_LABELS) or {}).items():
                found.setdefault(name, {})[field] = (name, cell)
        copied = _notes_on(texts, notes)
        if len(copied) > len(notes) * _MOST_LABELS:
            found.setdefault(name, {}).update({field: (name, cell) for field, cell in copied.items()})
    return found


def _paste_sheets(layout: Layout) -> set[str]:
    """Return the sheets on which tables may be pasted, which show their labels too."""
    return {here.paste_sheet for here in layout.tables.values()}


def _notes_on(texts: Texts, notes: Mapping[str, str]) -> dict[str, str]:
    """Return the cells beside the labels of the cover's notes."""
    found: dict[str, str] = {}
    for row, line in texts.items():
        for place, (column, _, text) in enumerate(line):
            field = notes.get(plain_label(text))
            if field is not None:
                beside = line[place + 1][1] if place + 1 < len(line) else column_letters(column + 1)
                found.setdefault(field, f"{beside}{row}")
    return found


def _texts(cells: Mapping[str, Cell], *, with_keys: bool = True) -> Texts:
    """Return the texts of a sheet by row; of one without hidden keys the first column too."""
    texts: Texts = {}
    for address, cell in cells.items():
        match = _CELL.match(address)
        is_key = match is not None and match[1] == "A" and (with_keys or _KEY.fullmatch(str(cell.value)))
        if match is not None and not is_key and isinstance(cell.value, str) and cell.value:
            entry = (column_number(match[1]), match[1], _SPACE.sub("", cell.value))
            texts.setdefault(int(match[2]), []).append(entry)
    return {row: sorted(texts[row]) for row in sorted(texts)}


def _table_places(table: Table, texts: Texts, least: float = 1.0) -> dict[str, str] | None:
    """Return field -> cell of a table, or None where less than that part of its labels is there and in order."""
    places: dict[str, str] = {}
    row, wanted, missed = 0, 0, 0
    for band in table.bands:
        if band.label:
            row = _row_with(texts, band.label, row)
        columns, row = _columns(table, band, texts, row)
        for leaf in table.leaf_rows(band.id):
            here = _row_with(texts, leaf.label, row) if leaf.label else row + 1
            wanted += 1
            missed += here < 0
            row = row + 1 if here < 0 and least < 1 else here  # an edited label stands where it stood
            for column, letters in columns.items():
                places[figure_id(table.id, leaf.id, column)] = f"{letters}{row}"
        if not columns or row < 0:
            return None
    return places if wanted - missed >= wanted * least else None


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
    if len(given) > 1 and given[0] == given[1]:
        return given[0]
    agreed = [vote for vote in given if given.count(vote) > 1]
    return next(iter(agreed or given), None)


def plain_label(label: str) -> str:
    """Return a label without what does not change its meaning: spaces, width of characters, marks and brackets."""
    return _usual_label(label) if len(label) <= _LONGEST_KEPT else _plain(label)


@lru_cache(maxsize=_LABELS_KEPT)
def _usual_label(label: str) -> str:
    return _plain(label)


def _plain(label: str) -> str:
    return _INSIGNIFICANT.sub("", unicodedata.normalize("NFKC", label))
