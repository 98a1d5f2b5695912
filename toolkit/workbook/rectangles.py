"""Cells joined into as few rectangles as cover them exactly: for ranges in formulas, validations and formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Rectangle = tuple[int, int, int, int]  # first row, first column, last row, last column


def rectangles(cells: Iterable[tuple[int, int]]) -> list[Rectangle]:
    """Return rectangles covering exactly these cells: runs down each column, joined with equal runs beside them."""
    runs: dict[tuple[int, int], list[int]] = {}
    for column, rows in _by_column(cells).items():
        for first, last in _runs(rows):
            runs.setdefault((first, last), []).append(column)
    found = [
        (first, left, last, right) for (first, last), columns in runs.items() for left, right in _runs(sorted(columns))
    ]
    return sorted(found)


def _by_column(cells: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    columns: dict[int, list[int]] = {}
    for row, column in sorted(cells):
        columns.setdefault(column, []).append(row)
    return columns


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    start = previous = numbers[0]
    for number in numbers[1:]:
        if number != previous + 1:
            yield start, previous
            start = number
        previous = number
    yield start, previous
