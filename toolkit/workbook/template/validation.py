"""What Excel itself refuses and what it says: data validation with our own Chinese messages, and input prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.filing.filing import NOUGHT_WORDS
from toolkit.form.cellrules import cell_checks
from toolkit.form.ids import control_id
from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.rectangles import rectangles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.form.model import Field
    from toolkit.workbook.layout import TableSheet
    from toolkit.workbook.rectangles import Rectangle
    from toolkit.workbook.template.writer import TemplateWriter

# The file format's limits for what a validation may say.
TITLE, MESSAGE = 32, 255
CONDITIONS: Mapping[Kind, Mapping[str, object]] = {
    Kind.COUNT: {"validate": "integer", "criteria": ">=", "value": 0},
    Kind.CONTROL: {"validate": "integer", "criteria": ">=", "value": 0},
    Kind.SIGNED: {"validate": "integer", "criteria": "between", "minimum": -(10**9), "maximum": 10**9},
    Kind.AMOUNT: {"validate": "decimal", "criteria": ">=", "value": 0},
}


def validate_figures(writer: TemplateWriter, sheet: Any, here: TableSheet) -> None:
    """Let every figure's cell take only its kind of number, and say on selection what is asked."""
    groups: dict[tuple[Kind, str, str], list[Field]] = {}
    fields = [writer.form.fields[cell.field] for cell in here.grid.data()]
    fields += [writer.form.fields[control_id(control.id)] for control in here.table.controls]
    for field in fields:
        if field.kind in CONDITIONS and field.id not in writer.locked:
            row = field.row_label.rpartition("/")[2] or here.section.heading
            groups.setdefault((field.kind, row, field.help), []).append(field)
    for (kind, row, help_), members in groups.items():
        title, advice = _error(writer, kind)
        unit = f"单位：{members[0].unit}。" if members[0].unit else ""
        options = {
            **CONDITIONS[kind],
            "ignore_blank": True,
            "error_type": "stop",
            "error_title": title[:TITLE],
            "error_message": advice[:MESSAGE],
            "input_title": row[:TITLE],
            "input_message": f"{help_}{unit}没有的填 0。"[:MESSAGE],
        }
        spots = [writer.layout.spots[field.id] for field in members]
        _apply(sheet, rectangles({(spot.row, spot.column) for spot in spots}), options)


def _error(writer: TemplateWriter, kind: Kind) -> tuple[str, str]:
    check = next(check for check in cell_checks(writer.form)[kind] if not check.judge(None))
    return "这样填不行", f"{check.title}。{check.advice}"


def validate_text(sheet: Any, areas: list[Rectangle], title: str, message: str) -> None:
    """Show a prompt on cells that take any text."""
    options = {"validate": "any", "input_title": title[:TITLE], "input_message": message[:MESSAGE]}
    _apply(sheet, areas, options)


def validate_nought(sheet: Any, area: Rectangle) -> None:
    """Offer, above a table, to declare its blanks nought, or nothing."""
    options = {
        "validate": "list",
        "source": [NOUGHT_WORDS],
        "input_title": "空着的格子",
        "input_message": f"没有填的格子确实都是 0 的，选“{NOUGHT_WORDS}”，不必一格一格填 0。有数没有填的，不要选。",
        "error_title": "请从列表中选",
        "error_message": f"只能选“{NOUGHT_WORDS}”，或者空着。",
    }
    _apply(sheet, [area], options)


def validate_switch(sheet: Any, area: Rectangle) -> None:
    """Offer to let pasted figures count, or nothing."""
    options = {
        "validate": "list",
        "source": [at.PASTE_WORDS],
        "input_title": "用不用这里的数",
        "input_message": f"选“{at.PASTE_WORDS}”，报表就用粘贴在下面的数；清空这一格就不用。",
        "error_title": "请从列表中选",
        "error_message": f"只能选“{at.PASTE_WORDS}”，或者空着。",
    }
    _apply(sheet, [area], options)


def validate_levels(sheet: Any, area: Rectangle, levels: tuple[str, ...]) -> None:
    """Offer the levels of a paragraph as a list."""
    options = {
        "validate": "list",
        "source": list(levels),
        "error_title": "请从列表中选",
        "error_message": f"段落级别请从列表中选择：{'、'.join(levels)}。留空按“{levels[0]}”。"[:MESSAGE],
    }
    _apply(sheet, [area], options)


def _apply(sheet: Any, areas: list[Rectangle], options: Mapping[str, object]) -> None:
    others = [[area[0], area[1], area[2], area[3]] for area in areas[1:]]
    sheet.data_validation(*areas[0], {**options, "other_cells": others})
