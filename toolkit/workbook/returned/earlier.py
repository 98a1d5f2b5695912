"""What a workbook asks for by its own account: its hidden keys name every field of the definition it was made with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.filing.findings import Finding, Place, raise_finding, show
from toolkit.form.local.supplement import is_local
from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.returned.anchors import keyed_places
from toolkit.workbook.returned.results import cells_of
from toolkit.xlsx.sheet import column_letters, split_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.workbook.layout import Layout
    from toolkit.workbook.returned.anchors import Address
    from toolkit.xlsx.package import Cell, Package

_KINDS = frozenset(kind.value for kind in Kind)
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class OwnField:
    """A field as the workbook itself states it: where it stands, and the words beside and over its cell."""

    id: str
    kind: Kind
    place: Address
    label: str
    value: object


def own_kinds(package: Package) -> Mapping[str, Kind]:
    """Return the fields a workbook's hidden keys name, with what may stand in each; none where the keys are gone."""
    keys = cells_of(package, at.KEYS_SHEET)
    found: dict[str, Kind] = {}
    row = at.FIELD_FIRST_ROW
    while (name := _text(keys, row, at.FIELD_KEY)) and (kind := _text(keys, row, at.FIELD_KIND)) in _KINDS:
        found[name] = Kind(kind)
        row += 1
    return found


def own_fields(package: Package, layout: Layout) -> Mapping[str, OwnField]:
    """Return every field of the definition a workbook was made with, in its order, with what stands in it."""
    keys, places = cells_of(package, at.KEYS_SHEET), keyed_places(package, layout)
    sheets = {sheet.name for sheet in package.sheets}
    found: dict[str, OwnField] = {}
    for row, (name, kind) in enumerate(own_kinds(package).items(), at.FIELD_FIRST_ROW):
        place = places.get(name, (_text(keys, row, at.FIELD_SHEET), _text(keys, row, at.FIELD_CELL)))
        cells = package.cells(place[0]) if place[0] in sheets else {}
        cell = cells.get(place[1])
        value = cell.value if cell is not None else None
        found[name] = OwnField(name, kind, place, _label(cells, place[1]) or name, value)
    return found


def dropped_fields(package: Package, layout: Layout) -> tuple[OwnField, ...]:
    """Return the answers in a workbook for which the present definition has no field any more."""
    return tuple(
        entry
        for entry in own_fields(package, layout).values()
        if entry.id not in layout.form.fields and entry.kind is not Kind.COMPUTED and entry.value not in (None, "")
    )


def about_dropped(package: Package, layout: Layout) -> Iterator[Finding]:
    """Say which answers of a workbook of another definition nobody reads; noughts are no loss."""
    dropped = [entry for entry in dropped_fields(package, layout) if entry.value != 0]
    for name, is_meant in (("supplement_not_read", True), ("field_only_in_earlier", False)):
        meant = [entry for entry in dropped if is_local(entry.id) is is_meant]
        if meant:
            places = [Place("", entry.label, *entry.place) for entry in meant]
            shown = "、".join(f"“{entry.label}”{shown_value(entry.value)}" for entry in meant[:_SHOWN])
            more = f"等 {len(meant)} 项" if len(meant) > _SHOWN else ""
            yield raise_finding(name, places, shown=f"{shown}{more}")


def local_sheets(package: Package, layout: Layout) -> frozenset[str]:
    """Return the sheets of questions that an office has added, where the present definition does not have them."""
    own = own_fields(package, layout).values()
    found = {entry.place[0] for entry in own if is_local(entry.id) and entry.id not in layout.form.fields}
    title = layout.wording.pasting.sheet
    return frozenset({*found, *(title.format(sheet=sheet)[: at.LONGEST_SHEET_NAME] for sheet in found)})


def shown_value(value: object) -> str:
    """Return a stored value as people read it."""
    return show(value) if isinstance(value, int | str) or value is None else str(value)


def _text(cells: Mapping[str, Cell], row: int, column: int) -> str:
    cell = cells.get(at.cell_name(row, column))
    return cell.value if cell is not None and isinstance(cell.value, str) else ""


def _label(cells: Mapping[str, Cell], address: str) -> str:
    """Return the nearest words left of a cell and over it, which are the heads of its row and column."""
    row, column = split_address(address)
    left = (f"{column_letters(at_)}{row}" for at_ in range(column - 1, at.KEY_COLUMN + 1, -1))
    over = (f"{column_letters(column)}{at_}" for at_ in range(row - 1, at.BODY_ROW, -1))
    words = [next(_words(cells, way), "") for way in (left, over)]
    return " · ".join(word for word in words if word)


def _words(cells: Mapping[str, Cell], way: Iterator[str]) -> Iterator[str]:
    for address in way:
        cell = cells.get(address)
        if cell is not None and isinstance(cell.value, str) and cell.value.strip():
            yield " ".join(cell.value.split())
