"""Start-up: what merely shows help loads none of the heavy libraries, and a command only what it needs."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from casebook import ROOT
from workbooks import filled

from toolkit.cli.on_demand import GROUPS, function_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

HEAVY = (
    "pandas",
    "numpy",
    "openpyxl",
    "pydantic",
    "xlsxwriter",
    "docx",
    "lxml",
    "jinja2",
    "typst",
    "pyarrow",
    "distributed",
    "dask",
    "flask",
    "werkzeug",
    "waitress",
)
COMMANDS = sorted(name for group in GROUPS.values() for name in group)
# The modules of ours that a command may load besides those of the command line: these, and what lies in them.
FORM = ("toolkit.errors", "toolkit.files", "toolkit.form")
READING = (*FORM, "toolkit.xlsx", "toolkit.documents.numerals", "toolkit.documents.sources.looks.colours",
           "toolkit.workbook", "toolkit.filing")  # fmt: skip
# What only writes workbooks, or reads other people's documents; a workbook of ours is checked without it.
NOT_FOR_READING = (
    "toolkit.workbook.from_document",
    "toolkit.workbook.marking",
    "toolkit.workbook.template.workbook",
    "toolkit.workbook.template.writer",
    "toolkit.workbook.versions",
)
SCRIPT = """
import json, sys
sys.argv = ["xxgk", *json.loads(sys.argv[1])]
from toolkit.cli import main
try:
    main()
except SystemExit as ended:
    code = ended.code
print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""


def modules_of(*arguments: object) -> set[str]:
    """Return the modules a command loads in a process of its own."""
    command = [sys.executable, "-c", SCRIPT, json.dumps([*map(str, arguments)])]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    code, modules = json.loads(ran.stderr.splitlines()[-1])
    assert code == 0, ran.stderr
    return set(modules)


def heavy(modules: Iterable[str]) -> set[str]:
    """Return the heavy libraries among modules."""
    return {name.partition(".")[0] for name in modules} & set(HEAVY)


def lies_in(name: str, places: Iterable[str]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def strange_to(places: Iterable[str], modules: set[str]) -> list[str]:
    """Return the modules of ours that are neither the command line nor lie in these places nor lead to one."""
    ours = {name for name in modules if lies_in(name, ("toolkit",)) and not lies_in(name, ("toolkit.cli", *places))}
    return sorted(name for name in ours if not any(place.startswith(f"{name}.") for place in places))


def test_the_probe_sees_what_is_loaded(tmp_path: Path) -> None:
    assert "xlsxwriter" in modules_of("template", "--year", 2024, "--organ", "甲", "--out", tmp_path / "a.xlsx")


@pytest.mark.parametrize("arguments", [["forms", "2021", "--json"], ["explain"]], ids=" ".join)
def test_lists_load_nothing_heavy(arguments: list[str]) -> None:
    assert heavy(modules_of(*arguments)) == set()


def test_help_loads_nothing_of_ours_but_the_commands() -> None:
    assert heavy(modules_of("--help")) == set()
    assert strange_to(("toolkit.errors",), modules_of("--help")) == []
    assert strange_to(("toolkit.errors", "toolkit.files"), modules_of()) == []


def test_the_editions_are_listed_with_nothing_but_the_forms() -> None:
    assert strange_to(FORM, modules_of("forms")) == []


def test_a_workbook_of_ours_is_checked_without_what_writes_one_or_reads_documents(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(filled("2021"))
    modules = modules_of("check", path)
    assert heavy(modules) == set()
    assert strange_to((*READING, "toolkit.documents.sources.converting"), modules) == []
    assert sorted(name for name in modules if lies_in(name, NOT_FOR_READING)) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_loads_nothing_heavy_and_no_other_command(name: str) -> None:
    modules = modules_of(name, "--help")
    assert heavy(modules) == set()
    place = "toolkit.cli.commands"
    # `sign` and `published` decide as well, and print what was decided in the same way.
    own = {"paperwork": {"paperwork", "decisions"}}
    loaded = {module.removeprefix(f"{place}.") for module in modules if lies_in(module, (place,))}
    module = function_of(name).__module__.removeprefix(f"{place}.")
    assert loaded - {place} == own.get(module, {module})


def test_every_help_has_an_example_and_speaks_chinese() -> None:
    for name in COMMANDS:
        text = function_of(name).__doc__ or ""
        assert f"xxgk {name}" in text
        assert any("\u4e00" <= character <= "\u9fff" for character in text)
