"""How plausible a figure is in its cell: near last year's, or near what its row and column let expect.

The result ranks suspects and is no judgement: a figure may differ from every expectation and be right.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.filing.filing import Filing
    from toolkit.form.values import Figure

# Spread of the logarithm of a figure about last year's. About what the other cells of its row and column imply it is
# taken from the table itself, within these bounds.
SPREAD_OF_YEARS, LEAST_SPREAD, MOST_SPREAD = 0.7, 0.05, 1.2
_LEAST_EXPECTED = 3.0  # cells of which less is expected scatter too much to tell anything of the table
_LEAST_MEAN = 0.05  # where nothing is expected a figure is rare and not impossible
_SUREST = 20.0  # no figure is likelier than another by more than e to this power
_FEWEST = 8  # cells; fewer say nothing either
_KEPT = 0.9  # the cells farthest out may be the errors that are sought


@dataclass(frozen=True)
class Expectation:
    """What to expect in each typed cell of a filing: the filing with the sums of its rows and columns."""

    filing: Filing
    sums: Mapping[tuple[str, str, str], int]  # (table, row, column); an empty name stands for all

    @cached_property
    def _spreads(self) -> Mapping[str, float]:
        """How far the figures of each table lie from what their rows and columns imply, squared."""
        found: dict[str, list[float]] = {}
        for field in self.filing.form.fields.values():
            value = self.filing.answers.get(field.id)
            if not field.kind.is_required_figure or not isinstance(value, int):
                continue
            implied, scatter = self._implied(field.id, value)
            if implied is not None and implied >= _LEAST_EXPECTED:
                found.setdefault(field.table, []).append(2 * _distance(value, implied) - scatter - 1 / (implied + 1))
        return {table: _spread(distances) for table, distances in found.items()}

    def odds(self, field: str, meant: Figure, typed: Figure) -> float:
        """Return how many times more plausible it is to find `meant` in a cell than `typed`; 1 without any hint."""
        expected, spread = self._expected(field, self.filing.typed_figure(field))
        if expected is None:
            return math.exp(_log(typed) - _log(meant))  # large figures are rarer than small ones
        change = _rarity(float(typed), expected, spread) - _rarity(float(meant), expected, spread)
        return math.exp(min(max(change, -_SUREST), _SUREST))

    def _expected(self, field_id: str, typed: Figure) -> tuple[float | None, float]:
        before = self.filing.previous.get(field_id)
        if before is not None:
            return float(before), SPREAD_OF_YEARS**2
        implied, scatter = self._implied(field_id, typed)
        return implied, scatter + self._spreads.get(self.filing.form.fields[field_id].table, MOST_SPREAD**2)

    def _implied(self, field_id: str, typed: Figure) -> tuple[float | None, float]:
        """Return what the other cells of row and column imply, and how uncertain that is by their sizes alone."""
        field = self.filing.form.fields[field_id]
        row, column = self.sums[field.table, field.row, ""] - typed, self.sums[field.table, "", field.column] - typed
        rest = self.sums[field.table, "", ""] - row - column - typed
        if min(row, column) < 0 or rest <= 0:
            return None, 0.0
        scatter = sum(1 / (float(part) + 1) for part in (row, column, rest))
        return float(row * column / rest), scatter


def _spread(distances: list[float]) -> float:
    """Return the mean of the nearer distances within bounds; the widest bound where there are too few."""
    if len(distances) < _FEWEST:
        return MOST_SPREAD**2
    kept = sorted(distances)[: int(len(distances) * _KEPT)]
    return min(max(sum(kept) / len(kept), LEAST_SPREAD**2), MOST_SPREAD**2)


def expectation_of(filing: Filing) -> Expectation:
    """Return what a filing and its last year let expect; figures that are not counts are left out."""
    sums: Counter[tuple[str, str, str]] = Counter()
    for field in filing.form.fields.values():
        value = filing.answers.get(field.id)
        if field.kind.is_required_figure and isinstance(value, int):
            for place in ((field.row, ""), ("", field.column), ("", "")):
                sums[(field.table, *place)] += value
    return Expectation(filing, sums)


def _rarity(figure: float, expected: float, spread: float) -> float:
    """Return minus the logarithm of the chance of a count that scatters by itself and with its mean.

    It is the negative binomial law; figures that are no counts are taken between their neighbours.
    """
    mean, size, count = max(expected, _LEAST_MEAN), 1 / spread, abs(figure)
    chance = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
    return -(chance + size * math.log(size / (size + mean)) + count * math.log(mean / (size + mean)))


def _distance(figure: Figure, expected: float) -> float:
    return (_log(figure) - math.log(expected + 1)) ** 2 / 2


def _log(figure: Figure) -> float:
    return math.log(abs(float(figure)) + 1)
