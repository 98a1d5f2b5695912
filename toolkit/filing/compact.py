"""Filings kept by the ten thousand: the values of each in one row, the names of the fields once for all.

What they hold is what any filing holds; it takes a third of the memory and is worked out in a fifth of the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from toolkit.filing.filing import Filing
from toolkit.form.checks import are_numbers, is_number, number
from toolkit.form.rules import total_parts
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from toolkit.form.model import Form
    from toolkit.form.values import Figure, Value

    _Take = Callable[[Sequence[Any]], Sequence[Any]]


class Places(dict[str, int]):
    """Where in a row the value of each name stands. It is known again as the one it is, which takes no comparing."""

    def __hash__(self) -> int:  # type: ignore[override]
        """Return what tells it from any other."""
        return id(self)

    def __eq__(self, other: object) -> bool:
        """Return whether it is the other."""
        return self is other


class ValuesByName(Mapping[str, "Value"]):
    """Values by name, in the order of the names, which the filings of a round have in common and keep once.

    `places` says where in `row` each name's value stands.
    """

    __slots__ = ("places", "row")

    def __init__(self, places: Places, row: Sequence[Value]) -> None:
        self.places, self.row = places, row

    def __getitem__(self, name: str) -> Value:
        """Return the value of a name; KeyError where there is no such name."""
        return self.row[self.places[name]]

    def __iter__(self) -> Iterator[str]:
        """Yield the names in order."""
        return iter(self.places)

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(self.places)

    def among(self, names: tuple[str, ...]) -> ValuesByName:
        """Return the values of some of the names; the row stays the same."""
        return ValuesByName(_places_among(self.places, names), self.row)


@lru_cache(maxsize=64)  # which fields are answered is the same for most organs
def places_of(names: tuple[str, ...]) -> Places:
    """Return the place of each name in a row of values."""
    return Places({name: place for place, name in enumerate(names)})


@lru_cache(maxsize=64)
def _places_among(places: Places, names: tuple[str, ...]) -> Places:
    return Places({name: places[name] for name in names})


@lru_cache(maxsize=64)
def _taker(places: Places, names: tuple[str, ...]) -> _Take:
    return _take_at([places[name] for name in names])


@dataclass(frozen=True)
class CompactFiling(Filing):
    """A filing whose values, totals as we compute them, stand in one row.

    `recorded` are the values from when the file was read; their row is kept in place of an equal one of our own.
    """

    recorded: Mapping[str, Value] | None = field(default=None, repr=False, compare=False)

    @cached_property
    def values(self) -> Mapping[str, Value]:
        """Every field of the form as in any filing."""
        if self.declared:
            return super().values
        places, known = _plan(self.form)[0], self.recorded
        if not isinstance(known, ValuesByName) or known.places is not places:
            return ValuesByName(places, _row_of(self))
        if _is_as_read(self, known):
            return known
        row = _row_of(self)
        return known if all(map(_is_same, row, known.row)) else ValuesByName(places, row)

    def figures(self) -> Mapping[str, Figure]:
        """Return every number of the official tables as of any filing."""
        names = _figure_names(self.form)
        found = zip(names, figure_row(self, names), strict=True)
        return {name: figure for name, figure in found if figure is not None}


@lru_cache(maxsize=16)
def _figure_names(form: Form) -> tuple[str, ...]:
    return tuple(name for name, entry in form.fields.items() if entry.kind.is_figure)


def _row_of(filing: Filing) -> list[Value]:
    """Return the values of all fields in order, each total after what it adds."""
    places, typed, totals = _plan(filing.form)
    row: list[Value] = [None] * len(places)
    for name, value in pairs_of(filing.answers):
        if name in typed:
            row[places[name]] = value
    numbers: list[Any] = [*map(number, row)]
    for place, take in totals:
        row[place] = numbers[place] = sum(take(numbers))
    return row


def _is_as_read(filing: Filing, known: ValuesByName) -> bool:
    """Return whether a filing has the very answers it was read with, and their totals are as they were recorded."""
    answers, row, totals = filing.answers, known.row, _plan(filing.form)[2]
    is_whole = len(answers) + len(totals) == len(row) - row.count(None)  # no answer was left out
    if not isinstance(answers, ValuesByName) or answers.row is not row or not is_whole:
        return False
    added, summed = _takers_of_totals(filing.form)
    numbers: Sequence[Any] = row if are_numbers(added(row)) else [*map(number, row)]
    return _are_same([sum(take(numbers)) for _, take in totals], list(summed(row)))


@lru_cache(maxsize=16)
def _takers_of_totals(form: Form) -> tuple[_Take, _Take]:
    """Return what takes out of a row all that totals add, and what takes the totals."""
    (places, _, totals), parts = _plan(form), total_parts(form)
    added = {places[part] for name in parts for part in parts[name]}
    return _take_at(sorted(added)), _take_at([place for place, _ in totals])


@lru_cache(maxsize=16)
def _plan(form: Form) -> tuple[Places, frozenset[str], tuple[tuple[int, _Take], ...]]:
    """Return the places of the fields, which of them are typed, and the totals, each after those it adds."""
    parts, places = total_parts(form), places_of(tuple(form.fields))
    done: dict[str, tuple[int, _Take]] = {}

    def add(name: str) -> None:
        if name in parts and name not in done:
            for part in parts[name]:
                add(part)
            done[name] = places[name], _take_at([places[part] for part in parts[name]])

    for name in form.fields:
        add(name)
    return places, frozenset(name for name in places if name not in parts), tuple(done.values())


def _take_at(places: Sequence[int]) -> _Take:
    """Return what takes the values of several places, or of a single one, out of a row."""
    return itemgetter(*places) if len(places) > 1 else lambda row: [row[place] for place in places]


def _are_same(some: list[Any], others: list[Any]) -> bool:
    """Return whether values are the same to the last digit; of whole numbers, which nearly all are, that is quick."""
    is_whole = {int}.issuperset(map(type, some)) and {int}.issuperset(map(type, others))
    return some == others if is_whole else all(map(_is_same, some, others))


def _is_same(one: Value, other: Value) -> bool:
    """Return whether two values are the same to the last digit."""
    return one is other or (type(one) is type(other) and one == other and str(one) == str(other))


@lru_cache(maxsize=16)
def typed_names(form: Form) -> frozenset[str]:
    """Return the fields that are typed and not computed."""
    return frozenset(name for name, entry in form.fields.items() if entry.kind is not Kind.COMPUTED)


def typed_among(values: Mapping[str, Value], form: Form) -> Mapping[str, Value]:
    """Return what was typed of the values of all fields: blanks and totals are left out."""
    if isinstance(values, ValuesByName):
        row, typed = values.row, _typed_places(values.places, form)
        return values.among(tuple([name for name, place in typed if row[place] is not None]))
    return {name: value for name, value in values.items() if value is not None and name in typed_names(form)}


@lru_cache(maxsize=64)
def _typed_places(places: Places, form: Form) -> tuple[tuple[str, int], ...]:
    typed = typed_names(form)
    return tuple((name, place) for name, place in places.items() if name in typed)


def pairs_of(values: Mapping[str, Value]) -> Iterable[tuple[str, Value]]:
    """Return names with their values as `items` does, only faster."""
    if isinstance(values, ValuesByName):
        row = values.row
        return [(name, row[place]) for name, place in values.places.items()]
    return values.items()


def value_row(values: Mapping[str, Value], names: tuple[str, ...]) -> tuple[Value, ...]:
    """Return the values of some fields in their order, None where there is no such field."""
    if isinstance(values, ValuesByName) and all(map(values.places.__contains__, names)):
        return tuple(_taken(values, names))
    return tuple([values.get(name) for name in names])


def figure_columns(filings: Sequence[Filing], names: Sequence[str]) -> Iterator[list[Figure | None]]:
    """Yield for each of some fields the figure of every filing as `Filing.figure` gives it: a ledger by columns."""
    asked = tuple(names)
    for column in zip(*(_taken(filing.values, asked) for filing in filings), strict=True):
        yield _figures_of(column)


def figure_row(filing: Filing, names: tuple[str, ...]) -> list[Figure | None]:
    """Return the figures of one filing in the order of the fields."""
    return _figures_of(_taken(filing.values, names))


def _figures_of(values: Sequence[Value]) -> list[Figure | None]:
    return list(values) if are_numbers(values) else [_figure(value) for value in values]  # type: ignore[arg-type]


def _figure(value: Value) -> Figure | None:
    return number(value) if is_number(value) else None


def _taken(values: Mapping[str, Value], names: tuple[str, ...]) -> Sequence[Value]:
    if isinstance(values, ValuesByName):
        return _taker(values.places, names)(values.row)
    return [values[name] for name in names]
