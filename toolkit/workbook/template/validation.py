"""What Excel itself refuses and what it says: data validation with messages of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.form.cellrules import cell_checks
from toolkit.form.ids import control_id
from toolkit.form.values import Kind
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
    """Let every figure's cell take only its kind of number; what is asked stands beside its row, over no other cell."""
    groups: dict[Kind, list[Field]] = {}
    fields = [writer.form.fields[cell.field] for cell in here.grid.data()]
    fields += [writer.form.fields[control_id(control.id)] for control in here.table.controls]
    for field in fields:
        if field.kind in CONDITIONS and field.id not in writer.locked:
            groups.setdefault(field.kind, []).append(field)
    for kind, members in groups.items():
        title, advice = _error(writer, kind)
        options = {
            **CONDITIONS[kind],
            "ignore_blank": True,
            "error_type": "stop",
            "error_title": title[:TITLE],
            "error_message": advice[:MESSAGE],
        }
        spots = [writer.layout.spots[field.id] for field in members]
        _apply(sheet, rectangles({(spot.row, spot.column) for spot in spots}), options)


def _error(writer: TemplateWriter, kind: Kind) -> tuple[str, str]:
    check = next(check for check in cell_checks(writer.form)[kind] if not check.judge(None))
    words = writer.words.refusals
    return words.title, words.figure.format(title=check.title, advice=check.advice)


def offer_sentences(sheet: Any, area: Rectangle, source: str) -> None:
    """Offer sentences to begin a paragraph with, from the cells `source`; any other text may be typed as well."""
    _apply(sheet, [area], {"validate": "list", "source": f"={source}", "show_error": False})


def validate_nought(writer: TemplateWriter, sheet: Any, area: Rectangle) -> None:
    """Offer, above a table, to declare its blanks nought, or nothing."""
    words, nought = writer.words.refusals, writer.form.words.nought
    options = {
        "validate": "list",
        "source": [nought],
        "error_title": words.choose[:TITLE],
        "error_message": words.nought.format(nought=nought)[:MESSAGE],
    }
    _apply(sheet, [area], options)


def validate_switch(writer: TemplateWriter, sheet: Any, area: Rectangle) -> None:
    """Offer to let pasted figures count, or nothing."""
    words, choice = writer.words.refusals, writer.words.pasting.choice
    options = {
        "validate": "list",
        "source": [choice],
        "error_title": words.choose[:TITLE],
        "error_message": words.nought.format(nought=choice)[:MESSAGE],
    }
    _apply(sheet, [area], options)


def validate_levels(writer: TemplateWriter, sheet: Any, area: Rectangle) -> None:
    """Offer the levels of a paragraph as a list."""
    words, levels = writer.words.refusals, writer.form.words.levels
    message = words.level.format(levels=words.between.join(levels), first=levels[0])
    options = {
        "validate": "list",
        "source": list(levels),
        "error_title": words.choose[:TITLE],
        "error_message": message[:MESSAGE],
    }
    _apply(sheet, [area], options)


def _apply(sheet: Any, areas: list[Rectangle], options: Mapping[str, object]) -> None:
    others = [[area[0], area[1], area[2], area[3]] for area in areas[1:]]
    sheet.data_validation(*areas[0], {**options, "other_cells": others})
