"""The invented example of a form: its figures by row, and the two sides of the balance they keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.form.model import Form, Rule


def balance_of(form: Form) -> Rule:
    """Return the rule the example shows; StopIteration where the form has none."""
    return next(rule for rule in form.rules if rule.kind == "balance")


def example_figures(form: Form) -> Mapping[str, int]:
    """Return the example's figures by row, totals included, in the order of the table."""
    table = form.table(balance_of(form).table)
    typed = {entry.row: entry.figure for entry in form.example}
    totals = [rule for rule in form.rules if rule.kind == "column_total" and rule.table == table.id]
    for rule in totals:
        said = dict(rule.parameters)
        parts = table.rows_under(_ids(said["of"]))
        typed[str(said["into"])] = sum(typed.get(row, 0) for row in parts if row != said["into"])
    return {row.id: typed[row.id] for row in table.leaf_rows() if row.id in typed}


def example_sides(form: Form) -> tuple[list[int], list[int]]:
    """Return the figures on the left and on the right of the example's balance."""
    figures, said = example_figures(form), dict(balance_of(form).parameters)
    left, right = ([figures.get(row, 0) for row in _ids(said[side])] for side in ("left", "right"))
    return left, right


def _ids(value: object) -> Iterable[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else []
