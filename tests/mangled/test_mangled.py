"""Nothing wrong passes in silence: real returns of both editions, mangled in every way we know, alone and in pairs.

XXGK_MANGLED sets how many pairs are tried and lets every kind meet every example; a quick run tries fewer.
"""

from __future__ import annotations

import os
import random
from importlib import import_module

import pytest
from mangled.scene import KINDS, Mangling, NotHere, judge, mangled

TOPICS = ("rows", "columns", "labels", "anchors", "figures", "sheets", "prose", "cover", "looks", "formulas", "files")
for topic in TOPICS:
    import_module(f"mangled.{topic}")
EXAMPLES = ("suqian_2024", "erqi_2020", "shanghai_office_2019")
PAIRS = int(os.environ.get("XXGK_MANGLED", "60"))
ROUNDS = 4 if "XXGK_MANGLED" in os.environ else 1


def trial(name: str, kinds: list[Mangling], seed: str) -> list[str] | None:
    """Return what is wrong after mangling, or None where the kinds found nothing to mangle."""
    try:
        scene, data = mangled(name, kinds, random.Random(seed))  # noqa: S311 (the same trials every time)
    except NotHere:
        return None
    return judge(scene, data, harmless=all(one.harmless for one in kinds))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_figures_are_sound_before_they_are_mangled(name: str) -> None:
    assert trial(name, [], "sound") == []


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_no_wrong_value_passes_without_an_error(kind: Mangling) -> None:
    tried = {
        f"{name} {turn}": trial(name, [kind], f"{kind} {name} {turn}") for name in EXAMPLES for turn in range(ROUNDS)
    }
    assert {name: found[:6] for name, found in tried.items() if found} == {}
    editions = {name[:6] for name, found in tried.items() if found is not None}
    assert editions, "the kind found nothing to mangle"


def pairs() -> list[tuple[str, Mangling, Mangling]]:
    dice = random.Random(8)  # noqa: S311 (the same pairs every time)
    return [(dice.choice(EXAMPLES), *dice.sample(KINDS, 2)) for _ in range(PAIRS)]


@pytest.mark.parametrize("seed", range(0, PAIRS, 20))
def test_two_kinds_together_hide_nothing(seed: int) -> None:
    wrong = {}
    for number, (name, one, other) in enumerate(pairs()[seed : seed + 20], seed):
        found = trial(name, [one, other], f"{number} {one} {other}")
        if found:
            wrong[f"{number} {name} {one} + {other}"] = found[:4]
    assert wrong == {}


def test_there_are_kinds_enough_and_of_every_topic() -> None:
    assert len(KINDS) >= 60
    assert len({kind.name for kind in KINDS}) == len(KINDS), "two kinds of one name"
    assert {kind.topic for kind in KINDS} == set(TOPICS)
