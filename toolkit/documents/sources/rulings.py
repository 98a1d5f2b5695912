"""Ruling lines as tables: which lines belong together, which cells they enclose, which of those are merged."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from toolkit.documents.grids import Raw

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NEAR = 2.5  # points within which lines are one line, and meet
_COVERED = 0.6  # of a side of a cell must be drawn for it to be closed there
_MOST_CELLS = 40_000


class Box(NamedTuple):
    """A rectangle, y growing downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its middle: across, down."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, x: float, y: float) -> bool:
        """Return whether a point lies in it."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight line: `at` its height or its place across, from `begins` to `ends` along it."""

    is_level: bool
    at: float
    begins: float
    ends: float


@dataclass(frozen=True)
class RuledTable:
    """Lines that meet, as a grid: the places of its lines, and the level and upright lines themselves."""

    box: Box
    across: tuple[float, ...]
    down: tuple[float, ...]
    level: tuple[Ruling, ...]
    upright: tuple[Ruling, ...]

    @property
    def fields(self) -> int:
        """How many fields its grid has, merged or not."""
        return (len(self.across) - 1) * (len(self.down) - 1)

    def rows(self, texts: Iterable[tuple[float, float, str]], place: str) -> list[list[Raw]]:
        """Return its rows of cells, given the characters in reading order as points with text."""
        height, width = len(self.down) - 1, len(self.across) - 1
        merged = self._merged(height, width)
        areas: dict[int, list[tuple[int, int]]] = {}  # by their first field, row by row
        for spot, root in merged.items():
            areas.setdefault(root, []).append(spot)
        written: dict[int, list[str]] = {}
        for x, y, text in texts:
            column = min(max(bisect_right(self.across, x) - 1, 0), width - 1)
            row = min(max(bisect_right(self.down, y) - 1, 0), height - 1)
            written.setdefault(merged[row, column], []).append(text)
        rows: list[list[Raw]] = [[] for _ in range(height)]
        for root, spots in areas.items():
            (top, left), (bottom, right) = spots[0], spots[-1]
            if len(spots) > 1:
                columns = [column for _, column in spots]
                left, right = min(columns), max(columns)
            where = f"{place}表格第 {top + 1} 行第 {left + 1} 列"
            rows[top].append(Raw("".join(written.get(root, ())), bottom - top + 1, right - left + 1, where))
        return rows

    def _merged(self, height: int, width: int) -> dict[tuple[int, int], int]:
        """Return for every field of the grid the number of the cell it belongs to: open sides join fields."""
        root = {(row, column): row * width + column for row in range(height) for column in range(width)}
        parent = list(range(height * width))

        def find(at: int) -> int:
            while parent[at] != at:
                parent[at] = parent[parent[at]]
                at = parent[at]
            return at

        upright = [_at(self.upright, right) for right in self.across[1:]]
        level = [_at(self.level, bottom) for bottom in self.down[1:]]
        for (row, column), number in root.items():
            top, bottom = self.down[row], self.down[row + 1]
            left, right = self.across[column], self.across[column + 1]
            if column + 1 < width and not _is_drawn(upright[column], top, bottom):
                parent[find(number + 1)] = find(number)
            if row + 1 < height and not _is_drawn(level[row], left, right):
                parent[find(number + width)] = find(number)
        return {spot: find(number) for spot, number in root.items()}


def _at(rulings: Sequence[Ruling], at: float) -> list[Ruling]:
    return [ruling for ruling in rulings if abs(ruling.at - at) <= _NEAR]


def _is_drawn(rulings: Sequence[Ruling], begins: float, ends: float) -> bool:
    drawn = sum(max(0.0, min(ruling.ends, ends) - max(ruling.begins, begins)) for ruling in rulings)
    return drawn >= _COVERED * (ends - begins)


def find_tables(rulings: Sequence[Ruling]) -> list[RuledTable]:
    """Return the tables that ruling lines enclose, from the top down; lines that enclose nothing are no table."""
    tables = [table for group in _groups(_joined(rulings)) if (table := _table(group)) is not None]
    return sorted(tables, key=lambda table: (table.box.top, table.box.left))


def _joined(rulings: Sequence[Ruling]) -> list[Ruling]:
    """Return lines with their pieces put together: programs draw every side of every cell by itself."""
    found: list[Ruling] = []
    for is_level in (True, False):
        for place in _clustered([ruling for ruling in rulings if ruling.is_level is is_level]):
            at = sum(ruling.at for ruling in place) / len(place)
            begins, ends = place[0].begins, place[0].ends
            for ruling in sorted(place, key=lambda ruling: ruling.begins):
                if ruling.begins > ends + _NEAR:
                    found.append(Ruling(is_level, at, begins, ends))
                    begins, ends = ruling.begins, ruling.ends
                begins, ends = min(begins, ruling.begins), max(ends, ruling.ends)
            found.append(Ruling(is_level, at, begins, ends))
    return found


def _clustered(rulings: Sequence[Ruling]) -> list[list[Ruling]]:
    groups: list[list[Ruling]] = []
    for ruling in sorted(rulings, key=lambda ruling: ruling.at):
        if groups and ruling.at - groups[-1][0].at <= _NEAR:
            groups[-1].append(ruling)
        else:
            groups.append([ruling])
    return [sorted(group, key=lambda ruling: ruling.begins) for group in groups]


def _groups(rulings: Sequence[Ruling]) -> list[list[Ruling]]:
    """Return the lines that touch each other, directly or through others."""
    waiting = list(rulings)
    groups = []
    while waiting:
        group, fresh = [], [waiting.pop()]
        while fresh:
            ruling = fresh.pop()
            group.append(ruling)
            touching = [other for other in waiting if _meet(ruling, other)]
            fresh += touching
            taken = {id(other) for other in touching}
            waiting = [other for other in waiting if id(other) not in taken]
        groups.append(group)
    return groups


def _meet(one: Ruling, other: Ruling) -> bool:
    if one.is_level == other.is_level:
        return False
    return (one.begins - _NEAR <= other.at <= one.ends + _NEAR) and (
        other.begins - _NEAR <= one.at <= other.ends + _NEAR
    )


def _table(group: Sequence[Ruling]) -> RuledTable | None:
    level = [ruling for ruling in group if ruling.is_level]
    upright = [ruling for ruling in group if not ruling.is_level]
    if not level or len(upright) < 2:  # noqa: PLR2004 - a frame has two sides
        return None
    left, right = min(ruling.at for ruling in upright), max(ruling.at for ruling in upright)
    # A page may end before a table does: the line that would close it is missing.
    for end in (min(ruling.begins for ruling in upright), max(ruling.ends for ruling in upright)):
        if all(abs(ruling.at - end) > _NEAR for ruling in level):
            level.append(Ruling(True, end, left, right))  # noqa: FBT003
    across, down = _places(upright), _places(level)
    if len(down) < 2 or len(across) < 2 or (len(down) - 1) * (len(across) - 1) > _MOST_CELLS:  # noqa: PLR2004
        return None
    if len(down) == 2 and len(across) == 2:  # noqa: PLR2004 - a frame around text is no table
        return None
    return RuledTable(Box(across[0], down[0], across[-1], down[-1]), across, down, tuple(level), tuple(upright))


def _places(rulings: Sequence[Ruling]) -> tuple[float, ...]:
    places: list[float] = []
    for at in sorted(ruling.at for ruling in rulings):
        if not places or at - places[-1] > _NEAR:
            places.append(at)
    return tuple(place for place, after in pairwise([*places, float("inf")]) if after > place)
