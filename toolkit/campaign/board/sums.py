"""Figures of several returns added, field by field; totals are recomputed from the sums."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.filing.compact import figure_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form
    from toolkit.form.values import Figure


def sum_of(base: Filing, filings: Sequence[Filing]) -> Filing:
    """Return `base` with the sum of the figures of these filings in place of its own."""
    kept = {name: value for name, value in base.answers.items() if not base.form.fields[name].kind.is_required_figure}
    names = addends(base.form)
    columns = zip(names, figure_columns(filings, names), strict=False)  # of no filings there are no columns
    added = {name: figure for name, column in columns if (figure := _sum(column)) is not None}
    return replace(base, answers={**kept, **added}, declared=frozenset(), pasted={})  # only an organ says so


def addends(form: Form) -> tuple[str, ...]:
    """Return the fields that are added; totals are recomputed from their sums."""
    return tuple(field.id for field in form.fields.values() if field.kind.is_required_figure)


def _sum(column: list[Figure | None]) -> Figure | None:
    figures = [figure for figure in column if figure is not None]
    return sum(figures) if figures else None
