"""Formulas reach what is typed by position: no formula names an input, and none rests on itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import unescape

import pytest
from casebook import full_filing
from hands import cut
from openpyxl.utils import range_boundaries
from workbooks import issued, part_of, parts

from toolkit.form.ids import nought_id
from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.addresses import live_positions, names, places, table_area
from toolkit.workbook.layout import KEYS_SHEET, PARAGRAPHS, Spot, cell_name, lay_out, typed_fields
from toolkit.workbook.returned.anchors import parse_reference
from toolkit.workbook.template.formulas.sheets import formula_cells
from toolkit.workbook.wording.languages import wording_of
from toolkit.xlsx.package import open_package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.form.model import Form
    from toolkit.workbook.layout import Layout

REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'!)?(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)(?![\w(!])")
Cell = tuple[str, int, int]


def references(formula: str, home: str) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
    """Yield sheet and bounds (left, top, right, bottom, from 1) of everything a formula names."""
    # A text is taken out, so that an address within it is none.
    for sheet, area in REFERENCE.findall(re.sub(r'"[^"]*"', '""', formula)):
        yield sheet or home, range_boundaries(area.replace("$", ""))


def inputs_of(layout: Layout) -> set[Cell]:
    found: set[Cell] = set()
    for field in typed_fields(layout.form):
        spot = layout.spots[field.id]
        rows = range(spot.row, spot.row + (PARAGRAPHS if field.kind is Kind.TEXT else 1))
        found |= {(spot.sheet, row + 1, spot.column + 1) for row in rows}
    return found


def test_where_formulas_stand_is_known_before_they_are_written(form: Form) -> None:
    found: dict[str, set[tuple[int, int]]] = {}
    for live in formula_cells(lay_out(form), full_filing(form)):
        if live.spot.sheet not in {KEYS_SHEET, wording_of(form).printed.sheet}:
            found.setdefault(live.spot.sheet, set()).add((live.spot.row, live.spot.column))
    assert found == live_positions(lay_out(form))


def test_no_edge_of_a_range_can_be_cut_away_and_no_range_holds_a_formula(form: Form) -> None:
    layout = lay_out(form)
    package = open_package(issued(form.edition))
    for place in places(layout).values():
        sheet = place.spot.sheet
        cells = package.cells(sheet)
        top, left, bottom, right = place.area
        rows, columns = range(top, bottom + 1), range(left, right + 1)
        assert place.spot.row in rows
        assert place.spot.column in columns
        assert not [(row, column) for row, column in live_positions(layout)[sheet] if row in rows and column in columns]
        edges = (
            [(top, column) for column in columns],
            [(bottom, column) for column in columns],
            [(row, left) for row in rows],
            [(row, right) for row in rows],
        )
        for edge in edges:
            found = (cells.get(cell_name(*cell)) for cell in edge)
            assert any(cell is None or package.is_locked(cell.style) for cell in found), (place, edge)


def test_no_formula_names_an_input_but_within_a_fixed_range(form: Form) -> None:
    layout = lay_out(form)
    inputs = inputs_of(layout)
    fixed = {(place.spot.sheet, place.area) for place in places(layout).values()}
    for here in layout.tables.values():  # compared whole with the sheet for pasting
        for sheet in (here.section.sheet, here.paste_sheet):
            ((named, (left, top, right, bottom)),) = references(table_area(here, sheet), sheet)
            fixed.add((named, (top - 1, left - 1, bottom - 1, right - 1)))
            across = {(named, row, column) for row in (top, bottom) for column in range(left, right + 1)}
            down = {(named, row, column) for row in range(top, bottom + 1) for column in (left, right)}
            assert not (across | down) & inputs, named
    for live in formula_cells(layout, full_filing(form)):
        for sheet, (left, top, right, bottom) in references(live.formula, live.spot.sheet):
            if (sheet, (top - 1, left - 1, bottom - 1, right - 1)) in fixed:
                continue
            named = {(sheet, row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
            assert not named & inputs, live


def test_no_formula_rests_on_itself_even_by_way_of_whole_ranges(form: Form) -> None:
    """As Excel counts: a formula rests on every cell of each range it names."""
    formulas = {live.spot: live.formula for live in formula_cells(lay_out(form), full_filing(form))}
    rests_on: dict[Spot, set[Spot]] = {}
    for spot, formula in formulas.items():
        cells = (
            Spot(sheet, row - 1, column - 1)
            for sheet, (left, top, right, bottom) in references(formula, spot.sheet)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        )
        rests_on[spot] = {cell for cell in cells if cell in formulas}
    settled: set[Spot] = set()
    while True:
        ready = {spot for spot, needed in rests_on.items() if spot not in settled and needed <= settled}
        if not ready:
            break
        settled |= ready
    assert set(formulas) - settled == set()


def test_names_are_legal_and_lead_to_the_cells(form: Form) -> None:
    layout = lay_out(form)
    found = dict(names(layout))
    declared = {nought_id(table): here.nought for table, here in layout.tables.items()}
    assert list(found) == [*declared, *form.fields]
    # Excel: letters, digits, dots and underscores, no cell address, at most 255 characters, case counts for nothing.
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]{0,254}", name) for name in found)
    assert not [name for name in found if re.fullmatch(r"[A-Za-z]{1,3}\d+|[RrCc]\d*", name)]
    assert len({name.lower() for name in found}) == len(found)
    for name, reference in found.items():
        spot = declared.get(name) or layout.spots[name]
        assert parse_reference(reference) == (spot.sheet, spot.cell)
        if name in form.fields and form.fields[name].kind is Kind.TEXT:
            last = at.cell_name(spot.row + PARAGRAPHS - 1, spot.column)
            assert parse_reference(reference.partition("):")[2]) == (spot.sheet, last)


@pytest.mark.parametrize(
    ("reference", "cell"),
    [
        ("INDEX('三 表'!$C$1:$J$31,ROWS('三 表'!$A$1:$A$9),COLUMNS('三 表'!$C$1:$E$1))", ("三 表", "E9")),
        ("INDEX(封面!$A$19:$G$26,ROWS(封面!$A$19:$A$20),COLUMNS(封面!$A$1:$C$1))", ("封面", "C20")),
        ("INDEX($'it''s'.$C$1:$C$68;ROWS($'it''s'.$A$1:$A$6))", ("it's", "C6")),
        ("INDEX(#REF!,ROWS(封面!$A$19:$A$20),COLUMNS(封面!$A$1:$C$1))", None),
        ("封面!$C$4", ("封面", "C4")),
    ],
)
def test_a_name_leads_to_a_cell_as_every_program_writes_it(reference: str, cell: tuple[str, str] | None) -> None:
    assert parse_reference(reference) == cell


def test_colours_over_inputs_ask_for_what_stands_where_they_are(form: Form) -> None:
    """A cut moves colours with the cell; none may go on looking at another cell, or at where the cell was."""
    layout, data = lay_out(form), issued(form.edition)
    inputs = inputs_of(layout)
    for here in layout.tables.values():
        home = here.section.sheet
        xml = parts(data)[part_of(data, home)].decode()
        for area, rules in re.findall(r'<conditionalFormatting sqref="([^"]+)">(.*?)</conditionalFormatting>', xml):
            cells = {
                (home, row, column)
                for left, top, right, bottom in map(range_boundaries, area.split())
                for row in range(top, bottom + 1)
                for column in range(left, right + 1)
            }
            if not cells & inputs:
                continue
            for formula in re.findall(r"<formula>([^<]+)</formula>", rules):
                for bounds in (bounds for sheet, bounds in references(unescape(formula), home) if sheet == home):
                    left, top, right, bottom = bounds
                    corners = {(home, top, left), (home, top, right), (home, bottom, left), (home, bottom, right)}
                    assert not corners & inputs, (home, formula)
        spots = [layout.spots[name] for name in here_inputs(form, here.table.id)]
        moved = cut(data, home, f"{spots[0].cell}:{spots[0].cell}", spots[-1].cell)
        assert re.findall(r"<formula>[^<]+</formula>", parts(moved)[part_of(moved, home)].decode()) == re.findall(
            r"<formula>[^<]+</formula>", xml
        )


def here_inputs(form: Form, table: str) -> list[str]:
    return [field.id for field in form.fields.values() if field.table == table and field.kind.is_required_figure]
