"""What the labels people see say of a table's rows and columns, beside what names and keys say.

A figure stands where its row and its column are named for everyone to see. Where a row or column shows the label of
another, its figures are most likely that other's; where it shows words of its own, somebody has edited a label.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from toolkit.filing.findings import Place, raise_finding
from toolkit.form.grid import Role
from toolkit.form.ids import control_id, figure_id
from toolkit.workbook.returned.anchors import home_of
from toolkit.workbook.returned.labels import plain_label
from toolkit.xlsx.row import Cell
from toolkit.xlsx.sheet import column_letters, column_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.filing.findings import Finding
    from toolkit.form.grid import GridCell
    from toolkit.workbook.layout import Layout, TableSheet
    from toolkit.workbook.returned.anchors import Anchors
    from toolkit.xlsx.package import Package

_VARIANTS = 4  # of what programs make of one workbook's labels, kept for comparing
_INSERTED = 6  # rows somebody may have inserted between a head and its figures
_CELL = re.compile(r"([A-Z]+)(\d+)")
_NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]+|\d+)")
_UNIT = re.compile(r"[十百千万亿]*元")
_NEAR, _NEARER, _WORDS = 0.8, 0.2, 4  # how alike an edited label must be to another's, by how much more, how long


@dataclass(frozen=True, slots=True)
class _Shown:
    """A row or column as it is shown: the fields it holds, the label it should bear, and the cell and text found."""

    fields: tuple[str, ...]
    wanted: str
    sheet: str
    cell: str
    found: str


def label_findings(package: Package, layout: Layout, anchors: Anchors) -> Iterator[Finding]:
    """Yield an error for each row or column with another's label or unit, one finding a table for wiped labels.

    Figures under a label that is gone are asked about: nobody who looks at the sheet can tell whose they are.
    """
    for here in layout.tables.values():
        foreign, crossing = _labels_of_others(layout, here.table.id), _labels_across(layout, here.table.id)
        edited: list[_Shown] = []
        wiped: list[_Shown] = []
        for shown, group in _compared(package, layout, here.table.id, anchors):
            if not plain_label(shown.found):
                wiped.append(shown)
            elif _bears_anothers(shown, group, foreign | crossing.get(plain_label(shown.wanted), frozenset())):
                yield _of_another(layout, shown)
            elif _unit(shown.found) not in {"", _unit(shown.wanted)}:
                yield _of_another_unit(layout, shown)
            else:
                edited.append(shown)
        wiped = [shown for shown in wiped if _is_asked(package.cells(shown.sheet), anchors, shown)]
        if wiped:
            yield _wiped(layout, wiped)
        if edited:
            yield _edited(edited)


@lru_cache(maxsize=64)
def _labels_of_others(layout: Layout, table: str) -> frozenset[str]:
    """Return the labels of rows and columns that only other tables have."""
    labels = {
        one.table.id: {plain_label(cell.text) for cell in one.grid.cells if cell.role in {Role.STUB, Role.HEAD}}
        for one in layout.tables.values()
    }
    return frozenset().union(*labels.values()) - labels[table] - {""}


@lru_cache(maxsize=64)
def _labels_across(layout: Layout, table: str) -> Mapping[str, frozenset[str]]:
    """Return for every label of a table those only its heads have where it is a row's, only its rows where a head's."""
    cells = layout.tables[table].grid.cells
    rows, heads = (
        frozenset(plain_label(cell.text) for cell in cells if cell.role is role and cell.text)
        for role in (Role.STUB, Role.HEAD)
    )
    controls = {plain_label(control.label) for control in layout.tables[table].table.controls}
    return dict.fromkeys(controls | rows, heads - rows) | dict.fromkeys(heads, rows - heads)


def _of_another(layout: Layout, shown: _Shown) -> Finding:
    fields = layout.form.fields
    places = [Place("", shown.wanted, shown.sheet, shown.cell)]
    places += [Place(name, fields[name].label) for name in shown.fields]
    return raise_finding(
        "label_of_another", places, sheet=shown.sheet, cell=shown.cell, found=shown.found, wanted=shown.wanted
    )


def _of_another_unit(layout: Layout, shown: _Shown) -> Finding:
    places = [Place("", shown.wanted, shown.sheet, shown.cell)]
    places += [Place(name, layout.form.fields[name].label) for name in shown.fields]
    return raise_finding(
        "unit_retyped", places, sheet=shown.sheet, cell=shown.cell, unit=_unit(shown.found), wanted=_unit(shown.wanted)
    )


def _unit(label: str) -> str:
    """Return the unit of money that a label names; nothing where it names none."""
    found = _UNIT.findall(plain_label(label))
    return found[-1] if found else ""


def _edited(edited: list[_Shown]) -> Finding:
    places = [Place("", shown.wanted, shown.sheet, shown.cell) for shown in edited]
    first = edited[0]
    return raise_finding(
        "label_edited", places, sheet=first.sheet, count=len(edited), found=first.found, wanted=first.wanted
    )


def _is_asked(cells: Mapping[str, Cell], anchors: Anchors, shown: _Shown) -> bool:
    """Return whether figures were typed there and the label is not further up, as over an inserted row."""
    column, wanted = _split(shown.cell)[0], plain_label(shown.wanted)
    if any(plain_label(_text(cells, f"{column}{row}")) == wanted for row in range(1, _split(shown.cell)[1])):
        return False
    places = (anchors.place(name) for name in shown.fields)
    found = (cells.get(place[1]) for place in places if place is not None and place[0] == shown.sheet)
    return any(cell is not None and cell.value not in {None, ""} and not cell.formula for cell in found)


def _wiped(layout: Layout, wiped: list[_Shown]) -> Finding:
    fields, first = layout.form.fields, wiped[0]
    places = [Place("", shown.wanted, shown.sheet, shown.cell) for shown in wiped]
    names = dict.fromkeys(name for shown in wiped for name in shown.fields)
    places += [Place(name, fields[name].label) for name in names]
    return raise_finding(
        "label_wiped", places, sheet=first.sheet, cell=first.cell, count=len(wiped), wanted=first.wanted
    )


_Unlike = tuple[tuple[_Shown, list[_Shown]], ...]


class _Watched(Mapping[str, Cell]):
    """Cells that remember which of them were looked at: while these are the same, so is what was found."""

    def __init__(self, cells: Mapping[str, Cell]) -> None:
        self._cells = cells
        self.seen: dict[str, Cell | None] = {}

    def get(self, address: str, default: Any = None) -> Any:
        """Return a cell, or what to take where none stands."""
        found = self.seen[address] = self._cells.get(address)
        return default if found is None else found

    def __getitem__(self, address: str) -> Cell:
        self.seen[address] = self._cells.get(address)
        return self._cells[address]

    def __iter__(self) -> Iterator[str]:
        raise NotImplementedError  # whoever walks over all cells looks at all of them

    def __len__(self) -> int:
        raise NotImplementedError


@lru_cache(maxsize=64)
def _known(
    layout: Layout, table: str, anchors: Anchors
) -> list[tuple[tuple[str, ...], tuple[Cell | None, ...], _Unlike]]:
    """Return what was found for workbooks that have a table at these places, each with the cells it rests on."""
    del layout, table, anchors
    return []


def _compared(package: Package, layout: Layout, table: str, anchors: Anchors) -> _Unlike:
    """Return each row, group, head and total of the register that does not show its label, with those of its kind."""
    here = layout.tables[table]
    home = home_of(layout, table, anchors)
    if not home:
        return ()
    cells = package.cells(home)
    known = _known(layout, table, anchors)
    for addresses, seen, found in known:
        if tuple(map(cells.get, addresses)) == seen:
            return found
    watched = _Watched(cells)
    found = tuple(_unlike(here, home, anchors, watched))
    known[:] = [(tuple(watched.seen), tuple(watched.seen.values()), found), *known[: _VARIANTS - 1]]
    return found


def _unlike(
    here: TableSheet, home: str, anchors: Anchors, cells: Mapping[str, Cell]
) -> Iterator[tuple[_Shown, list[_Shown]]]:
    places = {cell.field: place for cell in here.grid.data() if (place := anchors.place(cell.field)) is not None}
    lines = {field: (home, *_split(place[1])) for field, place in places.items() if place[0] == home}
    controls = {control_id(control.id): control.label for control in here.table.controls}
    register = {name: (place[0], *_split(place[1])) for name in controls if (place := anchors.place(name)) is not None}
    for group in (
        _rows(here, lines, cells), _groups(here, lines, cells), _heads(here, lines, cells),
        _controls(controls, register, cells if {place[0] for place in register.values()} == {home} else {}),
    ):  # fmt: skip
        shown = list(group)
        for entry in shown:
            if plain_label(entry.found) != plain_label(entry.wanted):
                yield entry, shown


def _bears_anothers(entry: _Shown, shown: list[_Shown], foreign: frozenset[str]) -> bool:
    """Return whether the text is another label of the form, the beginning of one beside it, or nearly one."""
    text, own = plain_label(entry.found), plain_label(entry.wanted)
    others = {plain_label(other.wanted) for other in shown if not set(entry.fields) <= set(other.fields)} - {own}
    if text in others | foreign:
        return True
    begins = bool(text) and not own.startswith(text) and any(one.startswith(text) for one in others)
    return begins or _is_nearly(text, own, others)


def _is_nearly(text: str, own: str, others: set[str]) -> bool:
    """Return whether the words, numbering aside, are nearly those of another label and clearly less their own."""
    words, ours = _NUMBERING.sub("", text), _NUMBERING.sub("", own)
    if len(words) < _WORDS:
        return False
    best = max((_alike(words, _NUMBERING.sub("", other)) for other in others), default=0.0)
    return best >= _NEAR and best > _alike(words, ours) + _NEARER


def _alike(one: str, other: str) -> float:
    """Return how alike two labels are, from 0 to 1; one that begins or ends the other counts as nearly the same."""
    if len(other) >= _WORDS and (one.startswith(other) or other.endswith(one)):
        return 1.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _rows(here: TableSheet, lines: Mapping[str, tuple[str, str, int]], cells: Mapping[str, Cell]) -> Iterator[_Shown]:
    stubs = [cell for cell in here.grid.cells if cell.role is Role.STUB]
    groups = {plain_label(cell.text) for cell in stubs if cell.row_span > 1}
    groups -= {plain_label(cell.text) for cell in stubs if cell.row_span == 1}
    for band in here.table.bands:
        columns = here.table.leaf_columns(band.id)
        for row in here.table.leaf_rows(band.id):
            names = [figure_id(here.table.id, row.id, column.id) for column in columns]
            placed = [lines[name] for name in names if name in lines]
            if placed and row.label:
                shown = _before(tuple(names), row.label, placed, cells)
                is_wiped = plain_label(shown.found) in groups  # what is seen before the figures is the group's label
                yield replace(shown, found="") if is_wiped else shown


def _before(
    fields: tuple[str, ...], wanted: str, placed: list[tuple[str, str, int]], cells: Mapping[str, Cell]
) -> _Shown:
    """Return a row with the nearest text before its figures."""
    sheet, _, number = placed[0]
    left = min(column_number(letters) for _, letters, _ in placed)
    found = [(letters, _text(cells, f"{letters}{number}")) for letters in map(column_letters, range(2, left))]
    letters, text = next(((letters, text) for letters, text in reversed(found) if text), ("B", ""))
    return _Shown(fields, wanted, sheet, f"{letters}{number}", text)


def _controls(
    labels: Mapping[str, str], lines: Mapping[str, tuple[str, str, int]], cells: Mapping[str, Cell]
) -> Iterator[_Shown]:
    for name, line in lines.items():
        yield _before((name,), labels[name], [line], cells)


def _groups(here: TableSheet, lines: Mapping[str, tuple[str, str, int]], cells: Mapping[str, Cell]) -> Iterator[_Shown]:
    """Yield the labels that stand over several rows, in the column before the labels of these rows."""
    for stub in here.grid.cells:
        if stub.role is not Role.STUB or stub.row_span == 1 or not stub.text:
            continue
        rows = range(stub.row, stub.row + stub.row_span)
        names = tuple(cell.field for cell in here.grid.data() if cell.row in rows)
        top = [lines[cell.field] for cell in here.grid.data() if cell.row == stub.row and cell.field in lines]
        if top:
            sheet, _, number = top[0]
            left = min(column_number(letters) for _, letters, _ in top)
            cell = _group_cell(here, stub, (number, left), cells)
            yield _Shown(names, stub.text, sheet, cell, _text(cells, cell))


def _group_cell(here: TableSheet, stub: GridCell, corner: tuple[int, int], cells: Mapping[str, Cell]) -> str:
    """Return where a group's label stands before the figures that begin at this row and column.

    The texts of the row are taken in the order of the labels that begin there, so that a column inserted between them
    changes nothing; where a text is missing or more than issued, each is looked for in its own column.
    """
    number, left = corner
    begun = sorted(
        cell.column for cell in here.grid.cells if cell.role is Role.STUB and cell.row == stub.row and cell.text
    )
    found = [name for column in range(2, left) if _text(cells, name := f"{column_letters(column)}{number}")]
    if len(found) == len(begun):
        return found[begun.index(stub.column)]
    return f"{column_letters(max(left - here.grid.stub_columns + stub.column, 1))}{number}"


def _heads(here: TableSheet, lines: Mapping[str, tuple[str, str, int]], cells: Mapping[str, Cell]) -> Iterator[_Shown]:
    """Yield the heads: each stands as far above its band's first figure as on the sheet we issue, or some rows more."""
    for band in here.table.bands:
        heads = [head for head in here.grid.cells if head.role is Role.HEAD and head.text and head.band == band.id]
        best = _heads_shown(here, heads, lines, cells, 0)
        for inserted in range(1, _INSERTED):
            if _right_ones(best) == len(best):
                break
            best = max(best, _heads_shown(here, heads, lines, cells, inserted), key=_right_ones)
        yield from best


def _heads_shown(
    here: TableSheet,
    heads: list[GridCell],
    lines: Mapping[str, tuple[str, str, int]],
    cells: Mapping[str, Cell],
    inserted: int,
) -> list[_Shown]:
    return [shown for head in heads if (shown := _head(here, head, lines, cells, inserted)) is not None]


def _right_ones(heads: list[_Shown]) -> int:
    return sum(plain_label(shown.found) == plain_label(shown.wanted) for shown in heads)


def _head(
    here: TableSheet,
    head: GridCell,
    lines: Mapping[str, tuple[str, str, int]],
    cells: Mapping[str, Cell],
    inserted: int,
) -> _Shown | None:
    """Return a head as it is shown; another column's label anywhere in the head of its column counts as shown."""
    below = _first_below(here, head)
    if below is None or below.field not in lines:
        return None
    sheet, letters, number = lines[below.field]
    rise = here.grid_rows[below.row] - here.grid_rows[head.row] + inserted
    cell = f"{letters}{number - rise}"
    if head.column_span == 1:
        heads = [entry for entry in here.grid.cells if entry.role is Role.HEAD and entry.band == head.band]
        over = [entry for entry in heads if entry.column <= head.column < entry.column + entry.column_span]
        foreign = {plain_label(entry.text) for entry in heads} - {plain_label(entry.text) for entry in over} - {""}
        top = max(here.grid_rows[below.row] - here.grid_rows[entry.row] for entry in over) + inserted
        above = (f"{letters}{row}" for row in range(number - 1, number - top - 1, -1))
        cell = next((place for place in above if plain_label(_text(cells, place)) in foreign), cell)
    return _Shown(_fields_below(here, head), head.text, sheet, cell, _text(cells, cell))


def _first_below(here: TableSheet, head: GridCell) -> GridCell | None:
    below = [
        cell
        for cell in here.grid.data()
        if cell.column == head.column and cell.row > head.row and cell.band == head.band
    ]
    return min(below, key=lambda cell: cell.row, default=None)


def _fields_below(here: TableSheet, head: GridCell) -> tuple[str, ...]:
    right = head.column + head.column_span
    return tuple(
        cell.field
        for cell in here.grid.data()
        if head.column <= cell.column < right and cell.row > head.row and cell.band == head.band
    )


def _split(address: str) -> tuple[str, int]:
    match = _CELL.fullmatch(address)
    return (match[1], int(match[2])) if match else ("", 0)


def _text(cells: Mapping[str, Cell], address: str) -> str:
    cell = cells.get(address)
    return cell.value.strip() if cell is not None and isinstance(cell.value, str) else ""
