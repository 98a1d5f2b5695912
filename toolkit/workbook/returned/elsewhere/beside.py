"""What stands beside its place: notes beside their cell on the cover, explanations in another row or column."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.filing.findings import Place, raise_finding
from toolkit.form.checks import State
from toolkit.form.ids import explanation_id
from toolkit.form.rules import bind_rules
from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.returned.cover_notes import is_filled, lines_of
from toolkit.workbook.returned.labels import plain_label
from toolkit.xlsx.sheet import column_letters, split_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.filing.findings import Finding
    from toolkit.form.checks import Check
    from toolkit.workbook.layout import Layout
    from toolkit.workbook.returned.anchors import Anchors
    from toolkit.xlsx.package import Cell, Package

_EXCERPT = 40
_KEY = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")
_ROW = re.compile(r"[A-Z]+(\d+)")


def explanation_findings(package: Package, layout: Layout, anchors: Anchors) -> Iterator[Finding]:
    """Yield an error for every explanation in a row that shows another check, and for text beside the explanations."""
    checks = {explanation_id(check.key): check for check in bind_rules(layout.form)}
    placed = {name: place for name in checks if (place := anchors.place(name)) is not None}
    sheets = {place[0] for place in placed.values()}
    for sheet in sorted(sheets):
        cells = package.cells(sheet)
        by_row = _by_row(cells)
        for name, (home, address) in placed.items():
            cell = cells.get(address)
            if home == sheet and cell is not None and cell.value:
                yield from _misplaced(checks, name, (sheet, address), by_row[split_address(address)[0]], cells)
        columns = [split_address(cell)[1] for home, cell in placed.values() if home == sheet]
        foreign = _foreign_rows(layout, cells)
        mine = {address: cell for address, cell in cells.items() if split_address(address)[0] not in foreign}
        yield from _beside(sheet, mine, max(columns, default=0), _own_words(layout))


def _by_row(cells: Mapping[str, Cell]) -> dict[int, list[str]]:
    rows: dict[int, list[str]] = {}
    for address in cells:
        match = _ROW.fullmatch(address)
        if match is not None:
            rows.setdefault(int(match[1]), []).append(address)
    return rows


def _foreign_rows(layout: Layout, cells: Mapping[str, Cell]) -> set[int]:
    """Return the rows whose key names a check that our definition does not have: what stands there is not typed."""
    ours = {check.key for check in bind_rules(layout.form)}
    keys = column_letters(at.KEY_COLUMN + 1)
    return {
        split_address(address)[0]
        for address, cell in cells.items()
        if address.rstrip("0123456789") == keys
        and isinstance(cell.value, str)
        and _KEY.fullmatch(cell.value)
        and cell.value not in ours
    }


def _misplaced(
    checks: Mapping[str, Check], name: str, place: tuple[str, str], row: list[str], cells: Mapping[str, Cell]
) -> Iterator[Finding]:
    shown = {plain_label(text) for address in row if isinstance(text := cells[address].value, str)}
    if _is_shown(checks[name], shown):
        return
    other = next((check for check in checks.values() if _is_shown(check, shown)), None)
    if other is not None:
        wanted, found = (f"{check.title} {check.subject}".strip() for check in (checks[name], other))
        places = [Place(key, label, *place) for key, label in ((name, wanted), (explanation_id(other.key), found))]
        yield raise_finding("label_of_another", places, sheet=place[0], cell=place[1], found=found, wanted=wanted)


def _is_shown(check: Check, shown: set[str]) -> bool:
    return {plain_label(check.title), plain_label(check.subject)} - {""} <= shown


def _beside(sheet: str, cells: Mapping[str, Cell], column: int, own: frozenset[str]) -> Iterator[Finding]:
    """Quote what stands to the right of the explanations and is none of what we issue there."""
    for address, cell in cells.items():
        text = cell.value.strip() if isinstance(cell.value, str) else ""
        if not text or cell.formula or cell.shared or split_address(address)[1] <= column or plain_label(text) in own:
            continue
        places = [Place("", "", sheet, address)]
        yield raise_finding("explanation_not_read", places, sheet=sheet, cell=address, text=text[:_EXCERPT])


@lru_cache(maxsize=16)
def _own_words(layout: Layout) -> frozenset[str]:
    """Return what we print to the right of the explanations: heads, both sides of each check, its table and place."""
    words = layout.wording.checks
    texts = {words.left, words.right, words.figure, words.part, words.hint}
    texts |= {section.sheet for section in layout.form.sections}
    for check in bind_rules(layout.form):
        spot = layout.spots[check.fields[0]]
        texts |= {check.left_label, check.right_label, check.table, f"{at.quoted(spot.sheet)}!{spot.cell}"}
        texts |= {f"{check.table}{state:d}" for state in State}
    return frozenset(map(plain_label, texts))


def note_findings(package: Package, layout: Layout, anchors: Anchors) -> Iterator[Finding]:
    """Yield an error for every text that stands in the row of a blank note and is not its label."""
    for entry in layout.form.fields.values():
        place = anchors.place(entry.id) if entry.kind is Kind.NOTE else None
        if place is None:
            continue
        cells = package.cells(place[0])
        note = cells.get(place[1])
        if note is not None and is_filled(note):
            continue
        row = split_address(place[1])[0]
        for column, cell in sorted(lines_of(cells).get(row, {}).items()):
            text = cell.value.strip() if isinstance(cell.value, str) else ""
            if text and plain_label(text) not in {plain_label(entry.label), plain_label(entry.help)}:
                where = f"{column_letters(column)}{row}"
                places = [Place(entry.id, entry.label, place[0], where)]
                yield raise_finding("note_not_read", places, label=entry.label, cell=where, text=text[:_EXCERPT])
