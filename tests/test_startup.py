"""Start-up: what merely shows help loads none of the heavy libraries, and a command only those it needs."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from casebook import ROOT
from workbooks import filled

from toolkit.cli import app

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = (
    "pandas",
    "numpy",
    "openpyxl",
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
COMMANDS = sorted(command.name for command in app.registered_commands)
SCRIPT = """
import json, sys
sys.argv = ["xxgk", *json.loads(sys.argv[1])]
from toolkit.cli import main
try:
    main()
except SystemExit as ended:
    code = ended.code
loaded = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps([code, loaded]), file=sys.stderr)
"""


def loaded_by(*arguments: object) -> set[str]:
    """Return the heavy libraries a command loads in a process of its own."""
    command = [sys.executable, "-c", SCRIPT, json.dumps([*map(str, arguments)])]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    code, modules = json.loads(ran.stderr.splitlines()[-1])
    assert code == 0, ran.stderr
    return set(modules) & set(HEAVY)


def test_the_probe_sees_what_is_loaded(tmp_path: Path) -> None:
    assert "xlsxwriter" in loaded_by("template", "--year", 2024, "--organ", "甲", "--out", tmp_path / "a.xlsx")


@pytest.mark.parametrize("arguments", [["--help"], *[[command, "--help"] for command in COMMANDS]], ids=" ".join)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    assert loaded_by(*arguments) == set()


@pytest.mark.parametrize("arguments", [["forms", "2021", "--json"], ["explain"]], ids=" ".join)
def test_lists_load_nothing_heavy(arguments: list[str]) -> None:
    assert loaded_by(*arguments) == set()


def test_check_loads_nothing_heavy(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(filled("2021"))
    assert loaded_by("check", path) == set()


def test_every_help_has_an_example_and_speaks_chinese() -> None:
    for command in app.registered_commands:
        text = command.callback.__doc__ or ""
        assert f"xxgk {command.name}" in text
        assert any("\u4e00" <= character <= "\u9fff" for character in text)
