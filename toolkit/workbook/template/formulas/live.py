"""A formula cell of every workbook of a layout: what it says beside how to work out what it gives for a filing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.form.values import Figure
    from toolkit.workbook.layout import Spot
    from toolkit.workbook.template.formulas.sheet_results import SheetResults


@dataclass(frozen=True, slots=True)
class LiveFormula:
    """Where the cell is, what it says (without `=`), and what it gives once the filing is known."""

    spot: Spot
    formula: str
    result: Callable[[SheetResults], Figure | str]


def shown(field: str) -> Callable[[SheetResults], Figure | str]:
    """Return what gives the figure of a field as the sheets show it."""
    return lambda now: now.figure(field)
