"""Every example does what its folder says."""

from __future__ import annotations

import importlib.util
import re
from typing import TYPE_CHECKING

import pytest
from exampleruns import EXAMPLES, Case, Run, differences, find_cases, run_case

from toolkit.report.fonts import font_roles

if TYPE_CHECKING:
    from pathlib import Path

CASES = find_cases()
COUNT = 15  # a case that is no longer found would pass unseen


def lacking(folder: Path) -> list[str]:
    """Return what a case requires and this machine has not: Chinese fonts, or a module of an extra."""
    needs = folder / "requires.txt"
    has_fonts = all(role.families for role in font_roles())
    return [
        name
        for name in (needs.read_text(encoding="utf-8").split() if needs.is_file() else ())
        if not (has_fonts if name == "chinese-fonts" else importlib.util.find_spec(name))
    ]


def test_all_examples_are_found() -> None:
    assert len(CASES) == COUNT


@pytest.mark.parametrize("folder", CASES, ids=[folder.name for folder in CASES])
def test_an_example_does_what_its_folder_says(folder: Path, tmp_path: Path) -> None:
    if lacking(folder):
        pytest.skip(f"not on this machine: {lacking(folder)}")
    case = run_case(folder, tmp_path)
    assert list(differences(case)) == []


@pytest.mark.parametrize("folder", CASES, ids=[folder.name for folder in CASES])
def test_an_example_expects_something_and_says_what_it_shows(folder: Path) -> None:
    assert any(folder.glob("expected*"))
    assert (folder / "README.md").read_text(encoding="utf-8").startswith("# ")


def test_the_list_of_examples_is_complete() -> None:
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"\]\(([a-z0-9_]+)/(?:README\.md)?\)", page)
    assert sorted(listed) == sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())


@pytest.fixture
def sound(tmp_path: Path) -> Case:
    """A case that went as expected."""
    texts = {
        "expected_stdout.txt": "one\n",
        "expected_stdout_contains.txt": "on\n",
        "expected_stdout_subset.json": "1",
        "expected_files.txt": "a.txt\n",
        "expected/a.txt": "alpha",
        "place/out/a.txt": "alpha",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return Case(tmp_path, tmp_path / "place", (Run("xxgk", 0, "one\n", ""), Run("xxgk", 0, "", "")))


def spoil(case: Case, name: str, text: str) -> list[str]:
    (case.folder / name).write_text(text, encoding="utf-8")
    (case.folder / "expected_stdout_subset.json").unlink()
    return [line.partition(":")[0] for line in differences(case)]


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("expected_exit.txt", "0\n1\n", "exit codes"),
        ("expected_stdout.txt", "two\n", "stdout"),
        ("expected_stdout_contains.txt", "three\n", "nothing printed has"),
        ("expected_stderr.txt", "oh\n", "stderr"),
        ("expected_files.txt", "a.txt\nb.txt\n", "files"),
        ("expected/a.txt", "beta", "text of a.txt"),
        ("expected/b.txt", "beta", "text of b.txt"),
    ],
)
def test_the_harness_complains_of_every_expectation_not_met(sound: Case, name: str, text: str, complaint: str) -> None:
    assert spoil(sound, name, text) == [complaint]


@pytest.mark.parametrize("text", ['{"a": {"b": 3}}', '{"c": [1]}', '{"c": [1, {"d": 3}]}', '{"e": 1}', "[]"])
def test_the_harness_complains_of_json_that_is_not_as_expected(sound: Case, text: str) -> None:
    found = '{"a": {"b": 2, "z": 9}, "c": [1, {"d": 2, "z": 9}]}'
    case = Case(sound.folder, sound.place, (Run("xxgk", 0, "one\n", ""), Run("xxgk", 0, found, "")))
    (case.folder / "expected_stdout.txt").unlink()
    (case.folder / "expected_stdout_subset.json").write_text('{"a": {"b": 2}, "c": [1, {"d": 2}]}', encoding="utf-8")
    assert list(differences(case)) == []
    (case.folder / "expected_stdout_subset.json").write_text(text, encoding="utf-8")
    assert len(list(differences(case))) == 1
