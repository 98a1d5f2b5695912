"""What stands beside its place: notes beside their cell on the cover, explanations in another row or column."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.filing.excerpts import beginning
from toolkit.filing.findings import Place, raise_finding
from toolkit.form.checks import State
from toolkit.form.ids import explanation_id
from toolkit.form.rules import bind_rules
from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.returned.cover_notes import is_filled, lines_of
from toolkit.workbook.returned.labels import plain_label
from toolkit.xlsx.row import by_typing
from toolkit.xlsx.sheet import column_letters, split_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.filing.findings import Finding
    from toolkit.form.checks import Check
    from toolkit.workbook.layout import Layout
    from toolkit.workbook.returned.anchors import Anchors
    from toolkit.xlsx.package import Package
    from toolkit.xlsx.row import Row, Rows

_EXCERPT = 40
_WORKBOOKS_KEPT = 1 << 6
_KEY = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")


def explanation_findings(package: Package, layout: Layout, anchors: Anchors) -> Iterator[Finding]:
    """Yield an error for every explanation in a row that shows another check, and for text beside the explanations."""
    for sheet, placed in _placed(layout, anchors).items():
        rows = package.rows(sheet)
        for name, number, address in placed:
            row = rows.by_number.get(number)
            cell = row.cell(address) if row is not None else None
            if row is not None and cell is not None and cell.value:
                yield from _misplaced(layout, name, (sheet, address), row)
        column = max(split_address(address)[1] for _, _, address in placed)
        for address, text in _texts_beside(rows, layout, column):
            places = [Place("", "", sheet, address)]
            yield raise_finding(
                "explanation_not_read", places, sheet=sheet, cell=address, text=beginning(text, _EXCERPT)
            )


@lru_cache(maxsize=_WORKBOOKS_KEPT)
def _placed(layout: Layout, anchors: Anchors) -> Mapping[str, tuple[tuple[str, int, str], ...]]:
    """Return by sheet the explanations that stand on it, each with its row and cell."""
    sheets: dict[str, list[tuple[str, int, str]]] = {}
    for name in _checks(layout):
        if (place := anchors.place(name)) is not None:
            sheets.setdefault(place[0], []).append((name, split_address(place[1])[0], place[1]))
    return {sheet: tuple(sheets[sheet]) for sheet in sorted(sheets)}


@lru_cache(maxsize=16)
def _checks(layout: Layout) -> Mapping[str, Check]:
    """Return the checks by their explanations."""
    return {explanation_id(check.key): check for check in bind_rules(layout.form)}


def _is_foreign(layout: Layout, row: Row) -> bool:
    """Return whether a row's key names a check that our definition does not have: what stands there is not typed."""
    cell = row.cell(f"{column_letters(at.KEY_COLUMN + 1)}{row.number}")
    key = cell.value if cell is not None and not (cell.formula or cell.shared) else None
    return isinstance(key, str) and _KEY.fullmatch(key) is not None and key not in _keys(layout)


@lru_cache(maxsize=16)
def _keys(layout: Layout) -> frozenset[str]:
    return frozenset(check.key for check in bind_rules(layout.form))


def _misplaced(layout: Layout, name: str, place: tuple[str, str], row: Row) -> Iterator[Finding]:
    checks = _checks(layout)
    shown = {plain_label(cell.value) for cell in row.cells.values() if isinstance(cell.value, str)}
    if _is_shown(checks[name], shown):
        return
    other = next((check for check in checks.values() if _is_shown(check, shown)), None)
    if other is not None:
        wanted, found = (f"{check.title} {check.subject}".strip() for check in (checks[name], other))
        places = [Place(key, label, *place) for key, label in ((name, wanted), (explanation_id(other.key), found))]
        yield raise_finding("label_of_another", places, sheet=place[0], cell=place[1], found=found, wanted=wanted)


def _is_shown(check: Check, shown: set[str]) -> bool:
    return {plain_label(check.title), plain_label(check.subject)} - {""} <= shown


@by_typing
def _texts_beside(rows: Rows, layout: Layout, column: int) -> tuple[tuple[str, str], ...]:
    """Return the cells to the right of the explanations' column in which words stand that are none of ours."""
    own = _own_words(layout)
    typed = (
        (address, cell.value.strip())
        for row in rows.by_number.values()
        if not _is_foreign(layout, row)
        for address, cell in row.cells.items()
        if isinstance(cell.value, str) and not (cell.formula or cell.shared)
    )
    return tuple(
        (address, text)
        for address, text in typed
        if text and split_address(address)[1] > column and plain_label(text) not in own
    )


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
                yield raise_finding(
                    "note_not_read", places, label=entry.label, cell=where, text=beginning(text, _EXCERPT)
                )
