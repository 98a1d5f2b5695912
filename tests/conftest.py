"""What every test may ask for: the forms, and the outside programs that vouch for us."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from casebook import ROOT, SMALL
from openpyxl.worksheet._reader import WorksheetReader
from openpyxl.worksheet.merge import MergedCellRange
from terminal import Cli
from xdist.scheduler import LoadScopeScheduling

from toolkit.form.registry import form_of_edition

if TYPE_CHECKING:
    from xdist.remote import Producer

    from toolkit.form.model import Form

# A marked test needs one of these programs. XXGK_REQUIRE (in CI) names the marks that may not be skipped.
PROGRAMS = {"office": ("soffice",), "uno": ("soffice",), "browser": ("chromium", "chromium-browser", "google-chrome")}


class ModulesThatShare(LoadScopeScheduling):
    """Hands tests out one by one, but to one process those that share what their module makes once."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return module if makes_once(module) else nodeid


@cache
def makes_once(module: str) -> bool:
    """Say whether a module makes something once for its tests: a round, a run of an office program."""
    return 'scope="module"' in (ROOT / module).read_text(encoding="utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ModulesThatShare:
    """Return what hands out the tests. The groups of pytest-xdist itself are lost on pytest from 9.2 on."""
    return ModulesThatShare(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what waits for other programs: with many short ones at the end all processes are done at once."""
    items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in (*PROGRAMS, "slow")))


def pytest_sessionstart() -> None:
    """Leave out what costs much and finds nothing.

    What refers to itself is looked for less often: a tenth of the time goes into it. openpyxl draws no borders around
    merged cells when it opens a workbook, half of its time: nothing reads them.
    """
    gc.set_threshold(50_000, 20, 100)
    bind = WorksheetReader.bind_merged_cells

    def without_borders(reader: WorksheetReader) -> None:
        with mock.patch.multiple(MergedCellRange, format=lambda _: None, _get_borders=_first_cell):
            bind(reader)

    WorksheetReader.bind_merged_cells = without_borders


def _first_cell(area: MergedCellRange) -> None:
    area.start_cell = area.ws.cell(area.min_row, area.min_col)


def pytest_runtest_setup(item: pytest.Item) -> None:
    required = os.environ.get("XXGK_REQUIRE", "").replace(",", " ").split()
    for mark, names in PROGRAMS.items():
        is_there = any(shutil.which(name) for name in names) and (mark != "uno" or bool(python_with_uno()))
        if item.get_closest_marker(mark) is None or is_there:
            continue
        if mark in required:
            pytest.fail(f"none of {names} is installed, and XXGK_REQUIRE names {mark}")
        pytest.skip(f"none of {names} is installed")


@cache
def python_with_uno() -> str:
    """Return a Python that can drive LibreOffice, or nothing: the office's own or the system's, seldom ours."""
    for python in (sys.executable, shutil.which("python3", path=os.defpath)):
        if python and subprocess.run([python, "-c", "import uno"], check=False, capture_output=True).returncode == 0:
            return python
    return ""


@pytest.fixture(scope="session")
def form_2019() -> Form:
    return form_of_edition("2019")


@pytest.fixture(scope="session")
def form_2021() -> Form:
    return form_of_edition("2021")


@pytest.fixture(scope="session")
def small_form() -> Form:
    return form_of_edition("small", SMALL)


@pytest.fixture(params=["2019", "2021", "small"])
def form(request: pytest.FixtureRequest) -> Form:
    return form_of_edition(request.param, SMALL)


@pytest.fixture
def xxgk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """The command line, run in this process."""
    return Cli(monkeypatch, capsys)
