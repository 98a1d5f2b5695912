"""Where the fields stand in a workbook that came back: defined names, hidden keys and visible labels vote."""

from __future__ import annotations

import re
import string
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from toolkit.form.ids import CONTROL, control_id, explanation_id, figure_id
from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.ledger import LEDGER_SHEET
from toolkit.workbook.returned.cover_notes import find_notes
from toolkit.workbook.returned.labels import find_by_labels, find_copies, majority
from toolkit.xlsx.row import by_shape, by_typing
from toolkit.xlsx.sheet import column_letters, column_number, split_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.workbook.layout import Layout
    from toolkit.workbook.wording.words import Wording
    from toolkit.xlsx.package import Cell, Package
    from toolkit.xlsx.row import Row, Rows

Address = tuple[str, str]  # sheet, cell
_REFERENCE = re.compile(r"^\$?(?:'((?:[^']|'')+)'|([^'!]+))[!.]\$?([A-Z]+)\$?(\d+)")
# As `toolkit.workbook.addresses` writes names: a cell by its row and column within a fixed range.
_SHEET = r"\$?(?:'((?:[^']|'')+)'|([^'!(]+))[!.]"
_OTHER = r"(?:\$?(?:'(?:[^']|'')+'|[^'!(]+)[!.])?"
_AREA = r"\$?([A-Z]+)\$?(\d+):\$?[A-Z]+\$?\d+"
_BY_POSITION = re.compile(
    rf"^INDEX\({_SHEET}{_AREA}[,;]\s*ROWS\({_OTHER}\$?[A-Z]+\$?(\d+):\$?[A-Z]+\$?(\d+)\)"
    rf"(?:[,;]\s*COLUMNS\({_OTHER}\$?([A-Z]+)\$?\d+:\$?([A-Z]+)\$?\d+\))?\)"
)
_LETTERS = string.ascii_uppercase
_WORKBOOKS_KEPT, _ROWS_KEPT = 1 << 6, 1 << 10
_NEAR = 8  # rows over the first key in which the heads of its columns stand


@dataclass(frozen=True, eq=False)  # compared by identity: workbooks in which all is found at the same places share one
class Anchors:
    """Where each field was found: by its row and column keys, by its name, and, where these fail, by its labels."""

    by_name: Mapping[str, Address]
    by_key: Mapping[str, Address]
    by_label: Mapping[str, Address]
    copies: Mapping[str, Mapping[str, Address]] = field(default_factory=dict)  # by sheet, of sheets copied in the book
    twins: Mapping[str, Address] = field(default_factory=dict)  # cells of a copied row or column beside the field's own

    def place(self, field: str) -> Address | None:
        """Return where a field stands: where two anchors agree, else by its keys, which move with their row.

        Without keys the label comes before the name: it is what people see.
        """
        if field not in self._places:
            votes = (self.by_key.get(field), self.by_label.get(field), self.by_name.get(field))
            self._places[field] = majority(votes)
        return self._places[field]

    @cached_property
    def _places(self) -> dict[str, Address | None]:
        return {}

    def pair(self, field: str) -> tuple[Address, Address] | None:
        """Return the two cells that a field's anchors point at where they disagree: by key or label, and by name."""
        first, second = self.by_key.get(field) or self.by_label.get(field), self.by_name.get(field)
        return None if first is None or second is None or first == second else (first, second)

    def undecided(self) -> tuple[str, ...]:
        """Return the fields whose anchors point at different cells and no third one decides between them."""
        return tuple(
            name
            for name in self.disagreements()
            if name not in self.by_key or self.by_label.get(name) not in {self.by_key[name], self.by_name[name]}
        )

    def disagreements(self) -> tuple[str, ...]:
        """Return the fields whose anchors point at different cells."""
        return self._disagreements

    @cached_property
    def _disagreements(self) -> tuple[str, ...]:
        return tuple(field for field in self.by_name if self.pair(field) is not None)


def find_anchors(package: Package, layout: Layout) -> Anchors:
    """Return the anchors of every field that still has one; labels are looked for only where they are needed."""
    named = _named(layout, tuple(package.names.items()), tuple(sheet.name for sheet in package.sheets))
    notes = tuple(find_notes(package, layout).items())
    anchors = _settled(layout, named, tuple(_all_keyed(package, layout)), notes)
    if not _is_settled(layout, anchors):
        anchors = replace(anchors, by_label={**anchors.by_label, **find_by_labels(package, layout)})
    copies = find_copies(package, layout, _used(layout, anchors))
    return replace(anchors, copies={**copies, **anchors.copies}) if copies else anchors


@lru_cache(maxsize=_WORKBOOKS_KEPT)
def _named(
    layout: Layout, names: tuple[tuple[str, str], ...], sheets: tuple[str, ...]
) -> tuple[tuple[str, Address], ...]:
    """Return the fields that names lead to, with their cells."""
    parsed = ((name, parse_reference(text)) for name, text in names if name in layout.form.fields)
    return tuple((name, place) for name, place in parsed if place is not None and place[0] in sheets)


@lru_cache(maxsize=_WORKBOOKS_KEPT)
def _settled(
    layout: Layout,
    named: tuple[tuple[str, Address], ...],
    keyed: tuple[tuple[str, Address], ...],
    notes: tuple[tuple[str, Address], ...],
) -> Anchors:
    """Return the anchors that names, keys and the cover's labels make; one object for the same places."""
    by_name = dict(named)
    by_key, copies, twins = _by_key(keyed, layout, by_name)
    claimed = {place: field for field, place in by_key.items()}
    # A name left behind by a deleted row points at what has moved there, which its own key claims.
    by_name = {name: place for name, place in by_name.items() if name in by_key or place not in claimed}
    return Anchors(by_name, by_key, dict(notes), copies, twins)


@lru_cache(maxsize=_WORKBOOKS_KEPT)
def _is_settled(layout: Layout, anchors: Anchors) -> bool:
    """Return whether names and keys agree and every figure has a key, so that its label need not be looked for."""
    return not anchors.disagreements() and all(name in anchors.by_key for name in figures_of(layout))


@lru_cache(maxsize=_WORKBOOKS_KEPT)
def _used(layout: Layout, anchors: Anchors) -> frozenset[str]:
    """Return the sheets on which figures stand."""
    return frozenset(place[0] for name in figures_of(layout) if (place := anchors.place(name)) is not None)


@lru_cache(maxsize=_WORKBOOKS_KEPT)
def home_of(layout: Layout, table: str, anchors: Anchors) -> str:
    """Return the sheet on which most figures of a table stand; nothing where none is found."""
    cells = layout.tables[table].grid.data()
    homes = Counter(place[0] for cell in cells if (place := anchors.place(cell.field)) is not None)
    return next((sheet for sheet, _ in homes.most_common(1)), "")


@lru_cache(maxsize=_WORKBOOKS_KEPT)
def edge_of(layout: Layout, table: str | None, sheet: str, anchors: Anchors) -> tuple[int, int]:
    """Return the last row and column of a table's figures on a sheet; nothing where no table stands there."""
    if table is None:
        return 0, 0
    here = layout.tables[table]
    names = [cell.field for cell in here.grid.data()] + [control_id(control.id) for control in here.table.controls]
    places = [split_address(place[1]) for name in names if (place := anchors.place(name)) and place[0] == sheet]
    return max(row for row, _ in places), max(column for _, column in places)


def keyed_places(package: Package, layout: Layout) -> Mapping[str, Address]:
    """Return where the hidden keys of rows and columns lead to, fields the form does not have included."""
    found: dict[str, Address] = {}
    for name, place in _all_keyed(package, layout):
        found.setdefault(name, place)
    return found


def _all_keyed(package: Package, layout: Layout) -> Iterator[tuple[str, Address]]:
    """Walk the hidden keys of every sheet that has any."""
    printed = layout.wording.printed.sheet
    keyless = {at.KEYS_SHEET, LEDGER_SHEET, layout.form.words.help, printed}  # texts in their first column are no keys
    for sheet in (sheet for sheet in package.sheets if sheet.name not in keyless):
        yield from _keyed(package.rows(sheet.name), sheet.name, layout)


def _by_key(
    keyed: Iterable[tuple[str, Address]], layout: Layout, by_name: Mapping[str, Address]
) -> tuple[dict[str, Address], dict[str, dict[str, Address]], dict[str, Address]]:
    """Return where the keys lead to; and where a key stands again, on a copied sheet or in a copied row or column."""
    by_key: dict[str, Address] = {}
    copies: dict[str, dict[str, Address]] = {}
    twins: dict[str, Address] = {}
    for name, place in keyed:
        # A sheet copied within the book has the same keys; the name tells which is the one we issued.
        if name not in layout.form.fields:
            continue
        known = by_key.setdefault(name, place)
        if known != place:
            by_key[name], other = (place, known) if by_name.get(name) == place else (known, place)
            if other[0] == by_key[name][0]:
                twins[name] = other
            else:
                copies.setdefault(other[0], {})[name] = other
    return by_key, copies, twins


@lru_cache(maxsize=16)
def figures_of(layout: Layout) -> tuple[str, ...]:
    """Return the fields that keys and labels of rows and columns lead to."""
    fields = layout.form.fields.values()
    return tuple(entry.id for entry in fields if entry.kind.is_figure or entry.kind is Kind.CONTROL)


@lru_cache(maxsize=_ROWS_KEPT)
def parse_reference(text: str) -> Address | None:
    """Return sheet and first cell of a reference, or None when it points nowhere (`#REF!`)."""
    placed = _BY_POSITION.match(text.strip())
    if placed is not None:
        return _by_position(placed)
    match = _REFERENCE.match(text.strip())
    if match is None:
        return None
    quoted, plain, column, row = match.groups()
    return (quoted or plain).replace("''", "'"), f"{column}{row}"


def _by_position(found: re.Match[str]) -> Address:
    """Return the cell that a name gives which counts rows and columns within a range."""
    quoted, plain, left, top, first_row, row, first_column, column = found.groups()
    across = column_number(column) - column_number(first_column) if column else 0
    cell = f"{column_letters(column_number(left) + across)}{int(top) + int(row) - int(first_row)}"
    return (quoted or plain).replace("''", "'"), cell


@by_typing
def _keyed(rows: Rows, sheet: str, layout: Layout) -> tuple[tuple[str, Address], ...]:
    """Return where the keys of a sheet lead to."""
    return tuple(_walk(rows, sheet, layout))


def _walk(rows: Rows, sheet: str, layout: Layout) -> Iterator[tuple[str, Address]]:
    """Walk the hidden key column downwards; a marked key opens a block and says how to read the rows under it."""
    block, columns, control = "", tuple[tuple[str, str], ...](), ""
    keys, by_number = key_column(rows), rows.by_number
    if keys and not any(key.startswith(at.BAND_MARK) for _, key in keys):
        yield from _singles(keys, sheet, _single_columns(by_number, keys[0][0], layout.wording))
        return
    singles: tuple[str, str] | None = None
    for number, key in keys:
        if key.startswith(at.BAND_MARK):
            block = key.removeprefix(at.BAND_MARK)
            columns = _column_keys(by_number[number])
            head = layout.wording.tables.control_head
            below = by_number.get(number + 1)
            control = _column_under(below, head) if below is not None and block == CONTROL else ""
        elif block == CONTROL:
            yield from _control(control_id(key), (sheet, number), control, layout)
        elif block:
            yield from _figures_in(key, number, sheet, block.partition(".")[0], columns)
        else:
            singles = _single_columns(by_number, number, layout.wording) if singles is None else singles
            yield from _single(key, (sheet, number), singles)


@by_typing
def key_column(rows: Rows) -> tuple[tuple[int, str], ...]:
    """Return the texts typed in the first column by row."""
    typed = ((rows[place].number, _typed(rows[place].cell(address))) for place, address in _first_column(rows))
    return tuple(sorted([(number, key) for number, key in typed if key]))


@by_shape
def _first_column(rows: Rows) -> tuple[tuple[int, str], ...]:
    """Return the cells of the first column, each with the place of its row among the rows."""
    found = ((place, f"A{row.number}") for place, row in enumerate(rows))
    return tuple((place, address) for place, address in found if rows[place].cell(address) is not None)


def _typed(cell: Cell | None) -> str:
    """Return the text of a cell; nothing where a formula gives it, which no key or head of ours is."""
    return cell.value if cell is not None and isinstance(cell.value, str) and not (cell.formula or cell.shared) else ""


@lru_cache(maxsize=_ROWS_KEPT)
def _figures_in(
    key: str, number: int, sheet: str, table: str, columns: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, Address], ...]:
    """Return the figures of a keyed row, each with its cell."""
    return tuple((figure_id(table, key, column), (sheet, f"{letters}{number}")) for column, letters in columns)


@by_typing
def _column_keys(row: Row) -> tuple[tuple[str, str], ...]:
    """Return the column keys of a band's hidden row with the letters of the columns they stand in; copies too."""
    keys = ((_typed(cell), _letters(address)) for address, cell in row.cells.items())
    return tuple((key, letters) for key, letters in keys if key and letters != "A")


@by_typing
def _column_under(row: Row, head: str) -> str:
    """Return the letters of the column that a head stands over, which is its key; empty where there is none."""
    found = (_letters(address) for address, cell in row.cells.items() if _typed(cell) == head)
    return next((letters for letters in found if letters != "A"), "")


def _letters(address: str) -> str:
    return address.rstrip(string.digits)


def _single_columns(by_number: Mapping[int, Row], number: int, words: Wording) -> tuple[str, str]:
    """Return the columns of paragraphs and of explanations by the heads over their first key's row."""
    above = [by_number[row] for row in range(number - 1, max(number - _NEAR, 0), -1) if row in by_number]
    text, explanation = (
        next(filter(None, (_column_under(row, head) for row in above)), "")
        for head in (words.prose.text_head, words.checks.explanation)
    )
    return text or at.column_name(at.TEXT_COLUMN), explanation or at.column_name(at.CHECK_EXPLANATION)


def _control(field: str, row: tuple[str, int], column: str, layout: Layout) -> Iterator[tuple[str, Address]]:
    spot = layout.spots.get(field)
    if spot is not None:
        sheet, number = row
        yield field, (sheet, f"{column or at.column_name(spot.column)}{number}")


@lru_cache(maxsize=_WORKBOOKS_KEPT)
def _singles(
    keys: tuple[tuple[int, str], ...], sheet: str, columns: tuple[str, str]
) -> tuple[tuple[str, Address], ...]:
    """Return where the keys of a sheet without blocks lead to."""
    return tuple(place for number, key in keys for place in _single(key, (sheet, number), columns))


@lru_cache(maxsize=_ROWS_KEPT)
def _single(key: str, row: tuple[str, int], columns: tuple[str, str]) -> tuple[tuple[str, Address], ...]:
    """A key outside any block is a check's (its explanation) or the first paragraph of a prose section."""
    section, _, place = key.rpartition(".")
    sheet, number = row
    explained = explanation_id(key), (sheet, f"{columns[1]}{number}")
    return ((section, (sheet, f"{columns[0]}{number}")), explained) if place == "1" else (explained,)


def prose_rows(rows: Rows, section: str, first: str) -> tuple[int, ...]:
    """Return the numbers of a prose section's rows, counted from 1.

    The rows are those with the section's keys; where the keys are lost, as many as we issue from the cell `first`.
    """
    return _rows_of(key_column(rows), section, first)


@lru_cache(maxsize=_WORKBOOKS_KEPT)
def _rows_of(keys: tuple[tuple[int, str], ...], section: str, first: str) -> tuple[int, ...]:
    numbers = [number for number, key in keys if _is_row_of(key, section)]
    start = int(first.lstrip(_LETTERS))
    return tuple(numbers or range(start, start + at.PARAGRAPHS))


def prose_cells(rows: Rows, section: str, first: str) -> tuple[tuple[str, str], ...]:
    """Return the level and text cells of a prose section's rows, in order down the sheet."""
    return _cells_of(prose_rows(rows, section, first), first)


@lru_cache(maxsize=_WORKBOOKS_KEPT)
def _cells_of(rows: tuple[int, ...], first: str) -> tuple[tuple[str, str], ...]:
    text = split_address(first)[1]
    level, letters = column_letters(max(text - 1, 1)), column_letters(text)
    return tuple((f"{level}{number}", f"{letters}{number}") for number in rows)


def _is_row_of(key: str, section: str) -> bool:
    head, _, place = key.rpartition(".")
    return head == section and place.isdigit()


def missing_fields(layout: Layout, anchors: Anchors) -> tuple[str, ...]:
    """Return the fields people type into that stand nowhere in this workbook."""
    return tuple(field.id for field in at.typed_fields(layout.form) if anchors.place(field.id) is None)
