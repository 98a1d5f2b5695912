"""Which tables' blanks a workbook that came back declares to be nought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.filing.excerpts import beginning
from toolkit.filing.findings import Place, raise_finding
from toolkit.form.ids import nought_id
from toolkit.workbook.returned.anchors import parse_reference
from toolkit.workbook.returned.results import cells_of, is_present_layout

if TYPE_CHECKING:
    from toolkit.filing.findings import Finding
    from toolkit.workbook.layout import Layout
    from toolkit.workbook.returned.anchors import Address
    from toolkit.xlsx.package import Package

_EXCERPT = 20


def find_declarations(package: Package, layout: Layout) -> dict[str, Address]:
    """Return by id the cells in which blanks are declared nought: by their names, else where we put them."""
    if not is_present_layout(package):
        return {}
    sheets = {sheet.name for sheet in package.sheets}
    found: dict[str, Address] = {}
    for table, here in layout.tables.items():
        name = nought_id(table)
        place = parse_reference(package.names.get(name, "")) or (here.nought.sheet, here.nought.cell)
        if place[0] in sheets:
            found[name] = place
    return found


def read_declared(
    package: Package, layout: Layout, places: dict[str, Address], findings: list[Finding]
) -> frozenset[str]:
    """Return the tables whose blanks are declared nought; what is no choice adds a finding and declares nothing."""
    declared, words = set[str](), layout.form.words.nought
    for table in layout.tables:
        if nought_id(table) not in places:
            continue
        sheet, address = places[nought_id(table)]
        cell = cells_of(package, sheet).get(address)
        value = None if cell is None else cell.value
        if value == words:
            declared.add(table)
        elif value not in (None, ""):
            where, found = [Place("", "", sheet, address)], beginning(str(value), _EXCERPT)
            findings.append(raise_finding("nought_unclear", where, sheet=sheet, cell=address, found=found, words=words))
    return frozenset(declared)
