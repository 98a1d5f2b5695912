"""Lay an ordered list of expected lines over an ordered list of found ones: dynamic programming on likeness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GAP = 0.02  # what a found line that is passed over between two matches costs: a table stands together
_ALIKE = 1e-6
_Chain = tuple[int, int, Any]  # expected line, found line, and the link before it or None


def align(scores: Sequence[Mapping[int, float]]) -> dict[int, int]:
    """Return expected line -> found line of the best matching that keeps both orders.

    `scores` holds for every found line how well it would serve as which expected lines; what it could not be is absent.
    """
    best: dict[int, tuple[float, _Chain | None]] = {}  # by expected line: total with every earlier gap paid, and chain
    winner: tuple[float, _Chain | None] = (0.0, None)
    for row, options in enumerate(scores):
        fresh: dict[int, tuple[float, _Chain | None]] = {}
        for line, score in options.items():
            before = max((entry for at, entry in best.items() if at < line), key=_total, default=(0.0, None))
            carried = before[0] - _GAP * (row - 1) if before[1] is not None else 0.0
            fresh[line] = (score + max(carried, 0.0), (line, row, before[1] if carried > 0 else None))
        for line, (total, link) in fresh.items():
            # Of two that fit alike the first counts, whatever the last digit of a binary fraction says.
            winner = (total, link) if total > winner[0] + _ALIKE else winner
            best[line] = max(best.get(line, (0.0, None)), (total + _GAP * row, link), key=_total)
    found: dict[int, int] = {}
    chain = winner[1]
    while chain is not None:
        line, row, chain = chain
        found[line] = row
    return found


def _total(entry: tuple[float, _Chain | None]) -> float:
    return entry[0]
