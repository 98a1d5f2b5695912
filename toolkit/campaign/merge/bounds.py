"""Bounds for what is missing: between which figures a sum will lie once every organ is in, by last year's figures.

The missing organs are taken to have changed since last year as those that are in have; how far these strayed from
their common change says how wide the interval is. It covers some 95 of 100 sums, by more than one idea of the change
and of the spread; fewer where an organ in twenty has five times the figure of before.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.errors import InputError
from toolkit.filing.findings import show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from toolkit.campaign.board.board import Round
    from toolkit.campaign.board.parts import Share
    from toolkit.campaign.intake.carried.last_year import LastYear
    from toolkit.campaign.merge.adding import Merged
    from toolkit.form.values import Figure

    Reader = Callable[[Callable[[str], Figure | None]], Figure | None]

FEWEST = 5  # organs with figures of both years; fewer tell nothing of the spread
_NORMAL, _MORE_FOR_FEW = 1.96, 3.2  # Student's quantile of 97.5 per cent is close to their sum, the second over n - 1
_BENT = 0.1  # of an organ's deviation is seen at least, however large its part is
_UNIT = 1.0  # a count scatters at least as much as itself


@dataclass(frozen=True, slots=True)
class Bound:
    """The figures between which a sum will lie; over how many compared organs and how many missing ones.

    `without` counts missing organs of which nothing is known from last year: what they add comes on top.
    """

    low: Figure
    high: Figure
    compared: int
    missing: int
    without: int

    @property
    def words(self) -> str:
        """The interval with what it rests on, as a clause."""
        besides = f"；另有 {self.without} 家没有上年数，未算在内" if self.without else ""
        basis = f"按 {self.compared} 家已报机关比上年的增减推算尚缺的 {self.missing} 家，把握约 95%"
        return f"到齐后估计 {show(self.low)}～{show(self.high)}（{basis}{besides}）"


def bound_json(bound: Bound | None) -> dict[str, Any] | None:
    """Return a bound for JSON."""
    if bound is None:
        return None
    return {
        "low": int(bound.low), "high": int(bound.high),
        "compared": bound.compared, "missing": bound.missing, "without": bound.without,
    }  # fmt: skip


def last_year_figures(
    state: Round, missing: Sequence[Share], read_record: Callable[[], LastYear]
) -> Mapping[str, Mapping[str, Figure]]:
    """Return last year's figures by organ; nothing where no organ is missing, or there was no round before."""
    if not missing:
        return {}
    try:
        record = read_record()
    except InputError:  # the sum does not rest on it
        return {}
    found = {organ.code: record.of(organ) for organ in state.campaign.roster.organs}
    return {code: figures for code, figures in found.items() if figures}


def bound_of(merged: Merged, read: Reader) -> Bound | None:
    """Return the bounds of a figure of the whole; `read` takes it out of an organ's figures. None without a basis."""
    pairs = [
        (float(old), float(new))
        for share in merged.counted
        if (figures := merged.last_year.get(share.organ.code)) is not None
        and (old := read(figures.get)) is not None
        and (new := read(share.figure)) is not None
    ]
    recorded = (merged.last_year.get(share.organ.code, {}) for share in merged.missing)
    before = [float(old) for figures in recorded if (old := read(figures.get)) is not None]
    value = read(merged.whole.figure)
    if not before or value is None or len(pairs) < FEWEST or not sum(old for old, _ in pairs):
        return None
    reach = _NORMAL + _MORE_FOR_FEW / (len(pairs) - 1)
    foreseen = [_by_ratio(pairs, before), *_by_line(pairs, before)]
    low = max(0, math.floor(min(expected - reach * spread for expected, spread in foreseen)))
    high = math.ceil(max(expected + reach * spread for expected, spread in foreseen))
    return Bound(value + low, value + high, len(pairs), len(before), len(merged.missing) - len(before))


def _by_ratio(pairs: Sequence[tuple[float, float]], before: Sequence[float]) -> tuple[float, float]:
    """Return what the missing are expected to add if they grew as the others did, and how far that may stray.

    Deviations may grow with the root of an organ's size or with the size itself: the wider of the two holds. The growth
    bends to an organ that is most of the others together, so that its own deviation is counted larger.
    """
    total = sum(old for old, _ in pairs)
    growth = sum(new for _, new in pairs) / total
    misses = sum(((new - growth * old) / max(1 - old / total, _BENT)) ** 2 for old, new in pairs)
    wanted = sum(before)
    by_root = max(misses / sum(max(old, 1.0) for old, _ in pairs), _UNIT * growth)
    by_size = misses / sum(old**2 for old, _ in pairs)
    root = by_root * (sum(max(old, 1.0) for old in before) + wanted**2 / total)
    size = by_size * (sum(old**2 for old in before) + wanted**2 * sum(old**2 for old, _ in pairs) / total**2)
    return growth * wanted, math.sqrt(max(root, size))


def _by_line(pairs: Sequence[tuple[float, float]], before: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Yield the same if whatever an organ had, some came by chance: those that had none have some, the largest fewer.

    A line is laid through the pairs, the small weighing more as they scatter less; nothing is yielded where it does not
    begin above nought, or all had the same.
    """
    weights = [1 / max(old, 1.0) for old, _ in pairs]
    weight = sum(weights)
    middle = sum(w * old for w, (old, _) in zip(weights, pairs, strict=True)) / weight
    height = sum(w * new for w, (_, new) in zip(weights, pairs, strict=True)) / weight
    width = sum(w * (old - middle) ** 2 for w, (old, _) in zip(weights, pairs, strict=True))
    if not width:
        return
    slope = max(
        0.0, sum(w * (old - middle) * (new - height) for w, (old, new) in zip(weights, pairs, strict=True)) / width
    )
    start = height - slope * middle
    if start < 0:
        return
    misses = sum(w * (new - start - slope * old) ** 2 for w, (old, new) in zip(weights, pairs, strict=True))
    unit = max(misses / (len(pairs) - 2), slope)
    wanted, organs = sum(before), len(before)
    strays = sum(max(old, 1.0) for old in before) + organs**2 / weight + (wanted - organs * middle) ** 2 / width
    yield organs * start + slope * wanted, math.sqrt(unit * strays)
