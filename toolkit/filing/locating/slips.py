"""How people mistype numbers: how likely it is that one figure was typed where another was meant, and in what way.

The chances are weights for ranking suspects, not figures of anybody's filing; only their order and rough size matter.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.filing.findings import show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from toolkit.form.values import Figure

# Shares of the ways to mistype, and what is not a slip of the fingers. Assumed, not measured: the benchmark draws its
# slips evenly and holds all the same. A cell of many digits is taken to be mistyped no oftener than one of few.
CHANGED, DROPPED, ADDED, DOUBLED, SWAPPED = 0.36, 0.22, 0.12, 0.12, 0.12
# A cell of 0 is seldom touched, so a wrong 0, or a figure where nothing belonged, is the less likely story.
OMITTED, SPURIOUS = 0.03, 0.01
OTHER = 0.0005
_SHORTER = "少打一位"


@dataclass(frozen=True, slots=True)
class Slip:
    """A way of mistyping in plain Chinese, with its chance; `is_known` is false where no usual slip explains it."""

    words: str
    chance: float
    is_known: bool = True


def slip_between(typed: Figure, meant: Figure) -> Slip:
    """Return the likeliest way in which `typed` came to stand where `meant` was meant, its chance over all ways."""
    found = sorted(_ways(show(typed), show(meant)), key=lambda slip: slip.chance)
    return Slip(found[-1].words, sum(slip.chance for slip in found), found[-1].is_known)


def _ways(typed: str, meant: str) -> Iterator[Slip]:
    yield Slip("", OTHER, is_known=False)
    if typed == "0":  # one digit that became another one, 0, is the same story
        yield Slip("填了 0，可能漏填", max((OMITTED, *_chances(meant).get("0", {}).values())))
        return
    if meant == "0":
        yield Slip("这一格可能本应是 0", SPURIOUS)
        return
    for words, chance in _chances(meant).get(typed, {}).items():
        yield Slip(words, chance)


@lru_cache(maxsize=4096)
def _chances(meant: str) -> Mapping[str, Mapping[str, float]]:
    """Return what one slip makes of a figure, and for each result the ways that lead to it with their chances.

    A way that changes nothing was no slip: a figure of one digit has none to swap and none to drop.
    """
    results = [
        (name, share, [text for text in slips(meant) if _as_shown(text) != meant]) for name, share, slips in WAYS
    ]
    possible = sum(share for _, share, texts in results if texts)
    found: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for name, share, texts in results:
        for text in texts:
            shown = _as_shown(text)
            words = _with_noughts(name if shown == text else _SHORTER, shown, meant)
            found[shown][words] += share / possible / len(texts)
    return found


def _with_noughts(words: str, typed: str, meant: str) -> str:
    if typed + "0" == meant:
        return "少打一个 0"
    return "多打一个 0" if typed == meant + "0" else words


def _as_shown(text: str) -> str:
    """Return what a cell shows of typed digits: noughts in front go."""
    return text.lstrip("0") or "0" if text.isdecimal() else text


def _swapped(meant: str) -> Iterator[str]:
    for i in range(len(meant) - 1):
        yield meant[:i] + meant[i + 1] + meant[i] + meant[i + 2 :]


def _dropped(meant: str) -> Iterator[str]:
    for i in range(len(meant) if len(meant) > 1 else 0):
        yield meant[:i] + meant[i + 1 :]


def _doubled(meant: str) -> Iterator[str]:
    for i in range(len(meant)):
        yield meant[:i] + meant[i] + meant[i:]


def _added(meant: str) -> Iterator[str]:
    for i in range(len(meant) + 1):
        yield from (meant[:i] + digit + meant[i:] for digit in "0123456789")


def _changed(meant: str) -> Iterator[str]:
    for i in range(len(meant)):
        yield from (meant[:i] + digit + meant[i + 1 :] for digit in "0123456789" if digit != meant[i])


WAYS: tuple[tuple[str, float, Callable[[str], Iterator[str]]], ...] = (
    ("相邻两位数字颠倒", SWAPPED, _swapped),
    (_SHORTER, DROPPED, _dropped),
    ("同一位打了两遍", DOUBLED, _doubled),
    ("多打一位", ADDED, _added),
    ("打错一位", CHANGED, _changed),
)


def assumed_shares() -> Mapping[str, float]:
    """Return the share of every way to mistype as the ranking assumes it, in the words of `Slip.words`."""
    return {name: share for name, share, _ in WAYS}
