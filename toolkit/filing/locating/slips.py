"""How people mistype numbers: how likely it is that one figure was typed where another was meant, and in what way.

The chances are weights for ranking suspects, not figures of anybody's filing; only their order and rough size matter.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from toolkit.filing.findings import show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from toolkit.form.values import Figure

# Shares of the ways to mistype, and what is not a slip of the fingers. Assumed, not measured: the benchmark draws its
# slips evenly and holds all the same. A cell of many digits is taken to be mistyped no oftener than one of few.
CHANGED, DROPPED, ADDED, DOUBLED, SWAPPED = 0.36, 0.22, 0.12, 0.12, 0.12
# What is assumed weighs as much as so many slips that were counted.
PRIOR = 100
# A cell of 0 is seldom touched, so a wrong 0, or a figure where nothing belonged, is the less likely story.
OMITTED, SPURIOUS = 0.03, 0.01
OTHER = 0.0005
_SWAP, _SHORTER, _TWICE, _LONGER, _WRONG = "相邻两位数字颠倒", "少打一位", "同一位打了两遍", "多打一位", "打错一位"
_NOUGHT_SHORT, _NOUGHT_LONG = "少打一个 0", "多打一个 0"


class Shares(NamedTuple):
    """How much of all slips each way to mistype makes."""

    swapped: float
    dropped: float
    doubled: float
    added: float
    changed: float


ASSUMED = Shares(SWAPPED, DROPPED, DOUBLED, ADDED, CHANGED)


@dataclass(frozen=True, slots=True)
class Slip:
    """A way of mistyping in plain Chinese, with its chance; `is_known` is false where no usual slip explains it."""

    words: str
    chance: float
    is_known: bool = True


def slip_between(typed: Figure, meant: Figure, shares: Shares = ASSUMED) -> Slip:
    """Return the likeliest way in which `typed` came to stand where `meant` was meant, its chance over all ways."""
    found = sorted(_ways(show(typed), show(meant), shares), key=lambda slip: slip.chance)
    return Slip(found[-1].words, sum(slip.chance for slip in found), found[-1].is_known)


def _ways(typed: str, meant: str, shares: Shares) -> Iterator[Slip]:
    yield Slip("", OTHER, is_known=False)
    if typed == "0":  # one digit that became another one, 0, is the same story
        yield Slip("填了 0，可能漏填", max((OMITTED, *_chances(meant, shares).get("0", {}).values())))
        return
    if meant == "0":
        yield Slip("这一格可能本应是 0", SPURIOUS)
        return
    for words, chance in _chances(meant, shares).get(typed, {}).items():
        yield Slip(words, chance)


@lru_cache(maxsize=4096)
def _chances(meant: str, shares: Shares) -> Mapping[str, Mapping[str, float]]:
    """Return what one slip makes of a figure, and for each result the ways that lead to it with their chances.

    A way that changes nothing was no slip: a figure of one digit has none to swap and none to drop.
    """
    results = [
        (name, share, [text for text in slips(meant) if _as_shown(text) != meant])
        for (name, slips), share in zip(WAYS, shares, strict=True)
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
        return _NOUGHT_SHORT
    return _NOUGHT_LONG if typed == meant + "0" else words


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


# In the order of the shares.
WAYS: tuple[tuple[str, Callable[[str], Iterator[str]]], ...] = (
    (_SWAP, _swapped), (_SHORTER, _dropped), (_TWICE, _doubled), (_LONGER, _added), (_WRONG, _changed),
)  # fmt: skip


def named_shares(shares: Shares = ASSUMED) -> Mapping[str, float]:
    """Return the share of every way to mistype, in the words of `Slip.words`."""
    return {name: share for (name, _), share in zip(WAYS, shares, strict=True)}


def counted_shares(counts: Mapping[str, int]) -> Shares:
    """Return the shares as assumed and counted slips together give them; `counts` are by the words of `Slip.words`."""
    found = [counts.get(name, 0) for name, _ in WAYS]
    for words, name in ((_NOUGHT_SHORT, _SHORTER), (_NOUGHT_LONG, _LONGER)):
        found[[way for way, _ in WAYS].index(name)] += counts.get(words, 0)
    whole = sum(ASSUMED)
    weights = (PRIOR * share + count * whole for share, count in zip(ASSUMED, found, strict=True))
    return Shares(*(weight / (PRIOR + sum(found)) for weight in weights))
