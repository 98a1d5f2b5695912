"""Lists on the terminal or as JSON: fields, explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from toolkit.cli.printing.as_json import say_json
from toolkit.form.rules import bind_rules
from toolkit.workbook.layout import lay_out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.cli.printing.explanations import Explanation
    from toolkit.form.model import Field, Form


def say_fields(form: Form, *, as_json: bool) -> None:
    """Print every field of an edition with its labels and its cell."""
    layout = lay_out(form)
    if as_json:
        say_json([_field_json(form, layout.spots[name].sheet, layout.spots[name].cell, name) for name in form.fields])
        return
    for name, field in form.fields.items():
        spot = layout.spots[name]
        typer.echo(f"{name}  {field.label}  {field.kind}  {spot.sheet}!{spot.cell}")


def _field_json(form: Form, sheet: str, cell: str, name: str) -> dict[str, str]:
    field = form.fields[name]
    return {
        "field": name,
        "table": field.table,
        "row": field.row_label,
        "column": field.column_label,
        "label": field.label,
        "kind": field.kind.value,
        "sheet": sheet,
        "cell": cell,
        "name": name,
        "unit": field.unit,
        "help": field.help,
        "source": field.source,
    }


def say_explanations(explanations: Iterable[Explanation], *, as_json: bool) -> None:
    """Print the names of all findings and rules with their titles."""
    if as_json:
        say_json([entry.as_json() for entry in explanations])
        return
    for entry in explanations:
        typer.echo(f"{entry.name}  {entry.severity.label}  {entry.title}")


def say_explanation(explanation: Explanation, *, as_json: bool) -> None:
    """Print what one finding or rule means and how to mend it."""
    if as_json:
        say_json(explanation.as_json())
        return
    typer.echo(f"{explanation.title}（{explanation.name}，{explanation.severity.label}）")
    for head, text in (
        ("是什么", explanation.what),
        ("为什么", explanation.why),
        ("怎么改", explanation.advice),
        ("例子", explanation.example),
        ("依据", explanation.source),
    ):
        if text:
            typer.echo(f"  {head}：{text}")


def say_field(form: Form, field: Field, *, as_json: bool) -> None:
    """Print what one field asks, where it stands and which checks look at it."""
    spot = lay_out(form).spots[field.id]
    if as_json:
        say_json(_field_json(form, spot.sheet, spot.cell, field.id))
        return
    typer.echo(f"{field.label}（{field.id}，{form.edition} 版 {spot.sheet}!{spot.cell}）")
    checks = dict.fromkeys(check.title for check in bind_rules(form) if field.id in check.fields)
    for head, text in (
        ("填什么", field.help),
        ("单位", field.unit),
        ("有关核对", "、".join(checks)),
        ("依据", form.citation(field.source) if field.source else ""),
    ):
        if text:
            typer.echo(f"  {head}：{text}")
