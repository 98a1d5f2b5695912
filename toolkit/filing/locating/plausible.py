"""How plausible a figure is in its cell: what last year and the other cells of its row and column let expect.

The result ranks suspects and is no judgement: a figure may differ from every expectation and be right.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from toolkit.filing.locating.slips import ASSUMED, Shares
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.form.model import Field
    from toolkit.form.values import Figure

# Spread of the logarithm of a figure about last year's, where too few cells tell. Otherwise it is taken from the table
# itself, within these bounds, as is the spread about what the other cells of row and column imply.
SPREAD_OF_YEARS, LEAST_SPREAD, MOST_SPREAD = 0.7, 0.05, 1.2
_LEAST_EXPECTED = 3.0  # cells of which less is expected scatter too much to tell anything of the table
_LEAST_MEAN = 0.05  # where nothing is expected a figure is rare and not impossible
_SUREST = 20.0  # no figure is likelier than another by more than e to this power
_FEWEST = 8  # cells; fewer say nothing either
_KEPT = 0.9  # the cells farthest out may be the errors that are sought
# How much is known of a row before its cells are seen: as much as one application tells (the shape of a gamma law).
_ROW_SHAPE = 1.0
_SUMS = (Kind.COMPUTED, Kind.CONTROL)
_HALF = 0.5  # what a count is taken to tell besides itself, so that 0 is an estimate too


class Guess(NamedTuple):
    """A figure to expect, and how uncertain its logarithm is, squared."""

    mean: float
    spread: float


@dataclass(frozen=True)
class Expectation:
    """What to expect in each typed cell of a filing: the filing with the sums of its rows and columns.

    `shares` are those of the ways to mistype a figure.
    """

    filing: Filing
    sums: Mapping[tuple[str, str, str], int]  # (table, row, column); an empty name stands for all
    rows: Mapping[str, int]  # how many rows each table has
    shares: Shares = ASSUMED

    def odds(self, field: str, meant: Figure, typed: Figure) -> float:
        """Return how many times more plausible it is to find `meant` in a cell than `typed`; 1 without any hint.

        A typed total and a control total are no surprise of their own: once what they add is known, so are they.
        """
        if self.filing.form.fields[field].kind in _SUMS:
            return 1.0
        expected = self._expected(field, self.filing.typed_figure(field))
        if expected is None:
            return math.exp(_log(typed) - _log(meant))  # large figures are rarer than small ones
        change = _rarity(float(typed), expected) - _rarity(float(meant), expected)
        return math.exp(min(max(change, -_SUREST), _SUREST))

    @cached_property
    def _spreads(self) -> Mapping[str, float]:
        """How far the figures of each table lie from what their rows and columns imply, squared."""
        return _spreads_of((field.table, count, self._implied(field, count)) for field, count in _counts(self.filing))

    @cached_property
    def _growth(self) -> Mapping[str, float]:
        """How much larger each table is than last year's."""
        now: Counter[str] = Counter()
        before: Counter[str] = Counter()
        for field, count in _counts(self.filing):
            if field.id in self.filing.previous:
                now[field.table] += count
                before[field.table] += int(self.filing.previous[field.id])
        return {table: (now[table] + 1) / (before[table] + 1) for table in now}

    @cached_property
    def _drifts(self) -> Mapping[str, float]:
        """How far the figures of each table lie from last year's, squared."""
        return _spreads_of((field.table, count, self._grown(field)) for field, count in _counts(self.filing))

    def _expected(self, field_id: str, typed: Figure) -> Guess | None:
        field = self.filing.form.fields[field_id]
        found = []
        if implied := self._implied(field, typed):
            found.append(_wider(implied, self._spreads.get(field.table, MOST_SPREAD**2)))
        if grown := self._grown(field):
            found.append(_wider(grown, self._drifts.get(field.table, SPREAD_OF_YEARS**2)))
        return _agreed(found) if found else None

    def _grown(self, field: Field) -> Guess | None:
        """Return last year's figure, grown with its table."""
        before = self.filing.previous.get(field.id)
        if before is None or before < 0:
            return None
        known = float(before) + _HALF
        return Guess(known * self._growth.get(field.table, 1.0), 1 / known)

    def _implied(self, field: Field, typed: Figure) -> Guess | None:
        """Return what the other cells of row and column imply, and how uncertain that is by their sizes alone."""
        row, column = self.sums[field.table, field.row, ""] - typed, self.sums[field.table, "", field.column] - typed
        rest = self.sums[field.table, "", ""] - row - column - typed
        if min(row, column) < 0 or rest <= 0:
            return None
        share, known = (float(column) + 1) / float(rest), float(row) + _ROW_SHAPE
        usual = (float(column) + 1) / self.rows[field.table]
        mean = known / (_ROW_SHAPE / usual + 1 / share)
        return Guess(mean, 1 / known + 1 / (float(column) + 1) + 1 / (float(rest) + 1))


def expectation_of(filing: Filing, shares: Shares = ASSUMED) -> Expectation:
    """Return what a filing and its last year let expect; figures that are not counts are left out."""
    sums: Counter[tuple[str, str, str]] = Counter()
    rows: defaultdict[str, set[str]] = defaultdict(set)
    for field, count in _counts(filing):
        rows[field.table].add(field.row)
        for place in ((field.row, ""), ("", field.column), ("", "")):
            sums[(field.table, *place)] += count
    return Expectation(filing, sums, {table: len(found) for table, found in rows.items()}, shares)


def _counts(filing: Filing) -> Iterator[tuple[Field, int]]:
    for field in filing.form.fields.values():
        value = filing.answers.get(field.id)
        if field.kind.is_required_figure and isinstance(value, int):
            yield field, value


def _spreads_of(found: Iterable[tuple[str, int, Guess | None]]) -> Mapping[str, float]:
    """Return by table how far counts lie from what was guessed, beyond what their sizes explain."""
    distances: defaultdict[str, list[float]] = defaultdict(list)
    for table, count, guess in found:
        if guess is not None and guess.mean >= _LEAST_EXPECTED:
            distance = (_log(count) - math.log(guess.mean + 1)) ** 2
            distances[table].append(distance - guess.spread - 1 / (guess.mean + 1))
    return {table: _spread(values) for table, values in distances.items() if len(values) >= _FEWEST}


def _spread(distances: list[float]) -> float:
    """Return the mean of the nearer distances within bounds."""
    kept = sorted(distances)[: int(len(distances) * _KEPT)]
    return min(max(sum(kept) / len(kept), LEAST_SPREAD**2), MOST_SPREAD**2)


def _wider(guess: Guess, spread: float) -> Guess:
    return Guess(guess.mean, guess.spread + spread)


def _agreed(guesses: list[Guess]) -> Guess:
    """Return the guesses as one, each counting the more the surer it is."""
    sure = sum(1 / guess.spread for guess in guesses)
    log = sum(math.log(max(guess.mean, _LEAST_MEAN)) / guess.spread for guess in guesses) / sure
    return Guess(math.exp(log), 1 / sure)


def _rarity(figure: float, expected: Guess) -> float:
    """Return minus the logarithm of the chance of a count that scatters by itself and with its mean.

    It is the negative binomial law; figures that are no counts are taken between their neighbours.
    """
    mean, size, count = max(expected.mean, _LEAST_MEAN), 1 / expected.spread, abs(figure)
    chance = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
    return -(chance + size * math.log(size / (size + mean)) + count * math.log(mean / (size + mean)))


def _log(figure: Figure) -> float:
    return math.log(abs(float(figure)) + 1)
