"""How plausible a figure is in its cell: near last year's, or near what its row and column let expect.

The result ranks suspects and is no judgement: a figure may differ from every expectation and be right.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.form.checks import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.filing.filing import Filing
    from toolkit.form.values import Figure

# Spread of the logarithm of a figure about last year's and about what the other cells of its row and column imply.
SPREAD_OF_YEARS, SPREAD_OF_TABLE = 0.7, 1.0


@dataclass(frozen=True)
class Expectation:
    """What to expect in each typed cell of a filing: the filing with the sums of its rows and columns."""

    filing: Filing
    sums: Mapping[tuple[str, str, str], int]  # (table, row, column); an empty name stands for all

    def odds(self, field: str, meant: Figure, typed: Figure) -> float:
        """Return how many times more plausible it is to find `meant` in a cell than `typed`; 1 without any hint."""
        expected, spread = self._expected(field, number(self.filing.answers.get(field)))
        rarity = _log(typed) - _log(meant)  # large figures are rarer than small ones
        if expected is None:
            return math.exp(rarity)
        spread += 1 / (expected + 1)  # small counts scatter by themselves
        return math.exp(rarity + (_distance(typed, expected) - _distance(meant, expected)) / spread)

    def _expected(self, field_id: str, typed: Figure) -> tuple[float | None, float]:
        before = self.filing.previous.get(field_id)
        if before is not None:
            return float(before), SPREAD_OF_YEARS**2
        field = self.filing.form.fields[field_id]
        row, column = self.sums[field.table, field.row, ""] - typed, self.sums[field.table, "", field.column] - typed
        rest = self.sums[field.table, "", ""] - row - column - typed
        if min(row, column) < 0 or rest <= 0:
            return None, 0.0
        scatter = sum(1 / (float(part) + 1) for part in (row, column, rest))
        return float(row * column / rest), SPREAD_OF_TABLE**2 + scatter


def expectation_of(filing: Filing) -> Expectation:
    """Return what a filing and its last year let expect; figures that are not counts are left out."""
    sums: Counter[tuple[str, str, str]] = Counter()
    for field in filing.form.fields.values():
        value = filing.answers.get(field.id)
        if field.kind.is_required_figure and isinstance(value, int):
            for place in ((field.row, ""), ("", field.column), ("", "")):
                sums[(field.table, *place)] += value
    return Expectation(filing, sums)


def _distance(figure: Figure, expected: float) -> float:
    return (_log(figure) - math.log(expected + 1)) ** 2 / 2


def _log(figure: Figure) -> float:
    return math.log(abs(float(figure)) + 1)
