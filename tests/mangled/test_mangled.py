"""Nothing wrong passes in silence: real returns of both editions, mangled in every way we know, alone and in pairs.

XXGK_MANGLED sets how many pairs are tried and lets every kind meet every example; a quick run tries fewer.
"""

from __future__ import annotations

import os
import random
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from mangled.programs import PROGRAMS
from mangled.scene import REGISTERED, Mangling, NotHere, Scene, judge, mangled
from office import convert

if TYPE_CHECKING:
    from pathlib import Path

TOPICS = (
    "rows", "columns", "labels", "anchors", "figures", "sheets", "prose", "cover", "looks", "formulas", "files", "seen",
    "blocks", "parts", "hidden",
)  # fmt: skip
for topic in TOPICS:
    import_module(f"mangled.{topic}")
KINDS = sorted(REGISTERED, key=str)  # the same trials whatever was imported first
EXAMPLES = ("suqian_2024", "erqi_2020", "shanghai_office_2019")
PAIRS = int(os.environ.get("XXGK_MANGLED", "60"))
ROUNDS = 4 if "XXGK_MANGLED" in os.environ else 1


def made(name: str, kinds: list[Mangling], seed: str) -> tuple[Scene, bytes] | None:
    """Return the scene and the file after mangling, or None where the kinds found nothing to mangle."""
    try:
        return mangled(name, kinds, random.Random(seed))  # noqa: S311 (the same trials every time)
    except NotHere:
        return None
    except LookupError:  # a sheet that the first kind took away
        if len(kinds) == 1:
            raise
        return None


def trial(name: str, kinds: list[Mangling], seed: str) -> list[str] | None:
    """Return what is wrong after mangling, or None where the kinds found nothing to mangle."""
    found = made(name, kinds, seed)
    harmless = all(one.harmless for one in kinds)
    return None if found is None else judge(*found, harmless=harmless, asks=len(kinds) == 1)


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


# What a program changes when it saves what others mangled. openpyxl refuses or mends what is broken in the file itself.
SAVED = [kind for kind in KINDS if kind.topic not in {"files", "parts"}]
# Who saves which kind, in turn. What openpyxl takes is ten times as long, so a quick run lets it save every sixth.
SAVERS = tuple(PROGRAMS) * 4
if ROUNDS == 1:
    SAVERS = (*SAVERS[:6], "wps", *SAVERS[1:3], "no names", *SAVERS[1:3])


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("turn", range(4))
def test_what_a_program_saves_hides_nothing(program: str, turn: int) -> None:
    wrong = {}
    for number, kind in enumerate(SAVED):
        if SAVERS[number % len(SAVERS)] != program or number // len(SAVERS) % 4 != turn:
            continue
        name = EXAMPLES[number % 2]
        found = made(name, [kind], f"{kind} {program}")
        if found is None or kind.name in BEYOND.get(program, ()):
            continue
        scene, data = found
        try:
            saved = PROGRAMS[program](data)
        except IndexError:  # openpyxl does not open what refers to a style that is not there
            assert program == "openpyxl"
            continue
        faults = judge(scene, saved, harmless=False)
        if faults:
            wrong[f"{name} {kind}"] = faults[:4]
    assert wrong == {}


# Kinds that a program undoes or cannot open, so that nothing is left to be found.
BEYOND: dict[str, tuple[str, ...]] = {
    "openpyxl": (
        "row_of_no_height",
        "another_digit_by_an_extended_condition",
        "cell_twice_in_the_file",
        "row_twice_in_the_file",
        "value_that_is_no_number_in_the_file",
        "xml_escapes_in_text",
        "iso_date_in_a_count",
        # it drops what stands under a merged cell, and a width of nought
        "second_row_of_figures_under_the_reviews",
        "column_of_no_width",
        # it keeps a text and not how its parts look
        "figure_crossed_out_beside_the_right_one",
        "figure_with_a_raised_digit",
        "paragraph_with_words_crossed_out",
    ),
}
BY_LIBREOFFICE = (
    "row_inserted", "rows_exchanged_with_labels", "column_inserted_before_the_first_figure", "names_lost",
    "columns_exchanged_with_heads", "two_labels_exchanged", "as_text", "with_unit", "sheet_renamed",
    "sheet_copied_with_final_figures", "paragraph_in_an_inserted_row", "paragraph_below_the_last_row",
    "notes_exchanged_with_labels", "row_inserted_at_the_top", "total_typed_over_and_wrong", "key_column_deleted",
)  # fmt: skip


@pytest.mark.office
@pytest.mark.parametrize("way", ["xlsx", "xls", "ods"])
def test_what_libreoffice_saves_hides_nothing(way: str, tmp_path: Path) -> None:
    """Saved as .xlsx, and as an older format and back, which drops names and properties: each kind in one of them."""
    chosen = [kind for kind in KINDS if kind.name in BY_LIBREOFFICE]
    assert len(chosen) == len(BY_LIBREOFFICE)
    chosen = {"xlsx": chosen, "xls": chosen[::2], "ods": chosen[1::2]}[way]
    scenes, files = {}, []
    for number, kind in enumerate(chosen):
        found = made(EXAMPLES[number % 2], [kind], f"{kind} {way}")
        if found is not None:
            files.append(tmp_path / f"{kind.name}.xlsx")
            files[-1].write_bytes(found[1])
            scenes[kind.name] = found[0]
    saved = convert(files, tmp_path / way, way)
    back = saved if way == "xlsx" else convert(saved, tmp_path / "back")
    wrong = {path.stem: judge(scenes[path.stem], path.read_bytes(), harmless=False)[:4] for path in back}
    assert {name: found for name, found in wrong.items() if found} == {}


def test_there_are_kinds_enough_and_of_every_topic() -> None:
    assert len(KINDS) >= 60
    assert len({kind.name for kind in KINDS}) == len(KINDS), "two kinds of one name"
    assert {kind.topic for kind in KINDS} == set(TOPICS)
