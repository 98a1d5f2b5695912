"""Colours that follow the figures: wrong cells, cells of a broken balance, results. Words and symbols say the same.

A cell that is cut takes its colours along. So over inputs they name no cell: they ask for what stands where they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.form.cellrules import cell_checks
from toolkit.form.checks import State
from toolkit.form.ids import control_id
from toolkit.form.rules import bind_rules
from toolkit.form.values import Kind
from toolkit.workbook.addresses import in_own_column, in_own_row, nought_place, own_cell
from toolkit.workbook.layout import cell_name
from toolkit.workbook.rectangles import rectangles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.workbook.layout import TableSheet
    from toolkit.workbook.rectangles import Rectangle
    from toolkit.workbook.template.writer import TemplateWriter

_COLOURS = {
    State.BROKEN: "bad",
    State.DOUBTFUL: "doubt",
    State.HOLDS: "good",
    State.PENDING: "waiting",
    State.ABSENT: "waiting",
}


def colour_figures(writer: TemplateWriter, sheet: Any, here: TableSheet) -> None:
    """Colour one table's inputs: wrong by themselves, in a broken check, filled."""
    fields = [writer.form.fields[cell.field] for cell in here.grid.data()]
    if here.controls is not None:
        fields += [writer.form.fields[control_id(control.id)] for control in here.table.controls]
    for kind in (Kind.COUNT, Kind.SIGNED, Kind.AMOUNT, Kind.CONTROL):
        names = [field.id for field in fields if field.kind is kind and field.id not in writer.locked]
        if names:
            _colour_kind(writer, sheet, kind, names)
    _colour_columns(writer, sheet, here)
    _colour_rows(writer, sheet, here)
    _colour_controls(writer, sheet, here)
    filled = [field.id for field in fields if field.kind is not Kind.COMPUTED and field.id not in writer.locked]
    if filled:  # a consolidated return leaves nothing to fill in most tables
        areas = _areas(writer, filled)
        declared = f'{nought_place(here).expression(here.section.sheet)}="{writer.form.words.nought}"'
        own = own_cell(writer.layout, sheet.name)
        _add_condition(writer, sheet, areas, f"OR(LEN({own})>0,{declared})", "filled")


def colour_results(writer: TemplateWriter, sheet: Any, area: Rectangle) -> None:
    """Colour cells that say how something stands by the symbol in them."""
    for state, colour in _COLOURS.items():
        symbol = writer.words.states.results[state][0]
        # Last year's figure may stand before the symbol, so it is looked for anywhere in the text.
        _add_condition(writer, sheet, [area], f'ISNUMBER(FIND("{symbol}",{_first([area])}))', colour)


def colour_nought(writer: TemplateWriter, sheet: Any, here: TableSheet) -> None:
    """Show a choice made, and one that is none."""
    chosen, area = nought_place(here).expression(here.section.sheet), (*here.nought.position, *here.nought.position)
    _add_condition(writer, sheet, [area], f'{chosen}="{writer.form.words.nought}"', "filled")
    _add_condition(writer, sheet, [area], f"LEN({chosen})>0", "bad")


def _colour_kind(writer: TemplateWriter, sheet: Any, kind: Kind, names: list[str]) -> None:
    areas = _areas(writer, names)
    for check in cell_checks(writer.form)[kind]:
        if check.code is not State.PENDING:
            colour = "bad" if check.code is State.BROKEN else "doubt"
            _add_condition(writer, sheet, areas, check.formula(own_cell(writer.layout, sheet.name)), colour)


def _colour_columns(writer: TemplateWriter, sheet: Any, here: TableSheet) -> None:
    for block in here.blocks:
        checks = [check for check in bind_rules(writer.form) if check.rule == block.rule]
        areas = _areas(writer, [name for check in checks for name in check.fields])
        state = in_own_column(writer.layout, sheet.name, block.state_row)
        _add_condition(writer, sheet, areas, f"{state}={State.BROKEN:d}", "bad")
        _add_condition(writer, sheet, areas, f"{state}={State.DOUBTFUL:d}", "doubt")
        left, right = min(block.columns.values()), max(block.columns.values())
        colour_results(writer, sheet, (block.result_row, left, block.result_row, right))


def _colour_rows(writer: TemplateWriter, sheet: Any, here: TableSheet) -> None:
    for margin in here.margins:
        for check in (check for check in bind_rules(writer.form) if check.rule == margin.rule):
            row = margin.rows[check.key]
            state = in_own_row(writer.layout, sheet.name, margin.state_column)
            areas = _areas(writer, list(check.fields))
            _add_condition(writer, sheet, areas, f"{state}={State.BROKEN:d}", "bad")
            _add_condition(writer, sheet, areas, f"{state}={State.DOUBTFUL:d}", "doubt")
            colour_results(writer, sheet, (row, margin.result_column, row, margin.result_column))


def _colour_controls(writer: TemplateWriter, sheet: Any, here: TableSheet) -> None:
    if here.controls is not None:
        rows = here.controls.rows.values()
        column = here.controls.result_column
        colour_results(writer, sheet, (min(rows), column, max(rows), column))


def _areas(writer: TemplateWriter, names: Iterable[str]) -> list[Rectangle]:
    spots = [writer.layout.spots[name] for name in names]
    return rectangles({(spot.row, spot.column) for spot in spots})


def _first(areas: list[Rectangle]) -> str:
    """Return the cell that a condition is written for; the program shifts it for the others."""
    return cell_name(min(area[0] for area in areas), min(area[1] for area in areas))


def _add_condition(writer: TemplateWriter, sheet: Any, areas: list[Rectangle], condition: str, colour: str) -> None:
    names = [f"{cell_name(*area[:2])}:{cell_name(*area[2:])}" for area in areas]
    # Relative references are counted from the top left of all ranges together, whatever range comes first.
    options = {"type": "formula", "criteria": f"={condition}", "format": writer.conditions[colour]}
    options |= {"multi_range": " ".join(names), "stop_if_true": colour != "good"}
    sheet.conditional_format(*areas[0], options)
