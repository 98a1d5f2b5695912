"""Tables that were pasted in whole: which of them count, what was pasted, and how it differs from what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.filing.excerpts import beginning
from toolkit.filing.filing import Pasted
from toolkit.filing.findings import Place, raise_finding, show
from toolkit.form.checks import is_blank, is_number, number, rounded
from toolkit.form.values import Kind
from toolkit.workbook.returned.results import cells_of
from toolkit.workbook.template.formulas.pasted import fields_of, is_unlike
from toolkit.xlsx.row import Rows, by_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding
    from toolkit.form.values import Value
    from toolkit.workbook.layout import Layout, TableSheet
    from toolkit.workbook.returned.anchors import Address, Anchors
    from toolkit.xlsx.package import Cell, Package

_SHOWN, _EXCERPT = 3, 20


def read_pasted(package: Package, layout: Layout, anchors: Anchors, findings: list[Finding]) -> Mapping[str, Pasted]:
    """Return by table what was pasted where that was chosen to count; what is no choice is told and counts nothing."""
    found: dict[str, Pasted] = {}
    for table, here in layout.tables.items():
        rows = package.rows(here.paste_sheet) if package.has_sheet(here.paste_sheet) else Rows()
        chosen, figures = _read_sheet(rows, layout, table)
        if chosen == layout.wording.pasting.choice:
            found[table] = Pasted(figures, _typed(package, anchors, figures))
        elif not is_blank(chosen) and not isinstance(chosen, bool):
            words = beginning(show(chosen), _EXCERPT)
            where = [Place("", "", here.paste_sheet, here.paste_switch.cell)]
            choice = layout.wording.pasting.choice
            findings.append(raise_finding("paste_unclear", where, sheet=here.paste_sheet, found=words, words=choice))
        elif any(not is_blank(value) for value in figures.values()):
            findings += _unused(layout, here, figures, _typed(package, anchors, figures))
    return found


@by_row
def _read_sheet(rows: Rows, layout: Layout, table: str) -> tuple[Value, Mapping[str, Value]]:
    """Return what was chosen on a sheet for pasting and what stands in its figures' cells, most often nothing."""
    here = layout.tables[table]
    cells = {address: cell for row in rows for address, cell in row.cells.items()}
    switch = cells.get(here.paste_switch.cell)
    chosen = None if switch is None else switch.value
    return chosen, {name: _held(cells.get(layout.spots[name].cell)) for name in fields_of(here)}


def _typed(package: Package, anchors: Anchors, names: Iterable[str]) -> Mapping[str, Value]:
    """Return what stands in the table itself for these figures."""
    places = ((name, anchors.place(name)) for name in names)
    return {name: _held(cells_of(package, place[0]).get(place[1])) for name, place in places if place is not None}


def _held(cell: Cell | None) -> Value:
    if cell is None or (cell.formula and not cell.cached):
        return None if cell is None else f"={cell.formula}"
    return str(cell.value).upper() if isinstance(cell.value, bool) else cell.value


def places_pasted(layout: Layout, pasted: Mapping[str, Pasted]) -> dict[str, Address]:
    """Return where each figure stands that was pasted and counts."""
    return {
        name: (layout.tables[table].paste_sheet, layout.spots[name].cell)
        for table, one in pasted.items()
        for name in one.figures
        if one.has(name) and layout.form.fields[name].kind is not Kind.COMPUTED
    }


def _unused(
    layout: Layout, here: TableSheet, figures: Mapping[str, Value], typed: Mapping[str, Value]
) -> Iterator[Finding]:
    """Tell that figures were pasted, are not those of the table, and were not chosen to count."""
    names = [name for name, value in figures.items() if layout.form.fields[name].kind is not Kind.COMPUTED]
    differing = [name for name in names if not is_blank(figures[name]) and is_unlike(figures[name], typed.get(name))]
    if differing:
        places = [Place("", "", here.paste_sheet, here.paste_switch.cell)]
        count, choice = len(differing), layout.wording.pasting.choice
        yield raise_finding("paste_unused", places, sheet=here.paste_sheet, count=count, words=choice)


def about_pasted(layout: Layout, filing: Filing) -> Iterator[Finding]:
    """Yield what is to be said of pasted tables: that they count, and every figure that differs from another."""
    for table, pasted in filing.pasted.items():
        here, fields = layout.tables[table], layout.form.fields
        sheet, home = here.paste_sheet, here.section.sheet
        count = sum(pasted.has(name) for name in pasted.figures)
        yield raise_finding("figures_pasted", [Place("", "", sheet)], sheet=sheet, home=home, count=count)
        differing = [name for name in pasted.figures if _is_twofold(filing, pasted, name)]
        for is_total, finding in ((False, "pasted_and_typed"), (True, "pasted_total_differs")):
            names = [name for name in differing if (fields[name].kind is Kind.COMPUTED) == is_total]
            if not names:
                continue
            shown = "、".join(
                f"{layout.spots[name].cell} 粘贴的是 {show(pasted.figures[name])}，"
                f"{'算出来是' if is_total else '填的是'} {show(_other(filing, pasted, name))}"
                for name in names[:_SHOWN]
            )
            places = [Place(name, fields[name].label, sheet, layout.spots[name].cell) for name in names]
            yield raise_finding(finding, places, sheet=sheet, home=home, count=len(names), shown=shown)


def _other(filing: Filing, pasted: Pasted, name: str) -> Value:
    is_total = filing.form.fields[name].kind is Kind.COMPUTED
    return filing.values[name] if is_total else pasted.typed.get(name)


def _is_twofold(filing: Filing, pasted: Pasted, name: str) -> bool:
    one, other = pasted.figures[name], _other(filing, pasted, name)
    if is_blank(one) or is_blank(other):
        return False
    if is_number(one) and is_number(other):
        return rounded(number(one) - number(other)) != 0
    return is_unlike(one, other)
