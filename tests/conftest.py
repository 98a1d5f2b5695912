"""What every test may ask for: the forms, and the outside programs that vouch for us."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING

import pytest
from casebook import SMALL
from terminal import Cli

from toolkit.form.registry import form_of_edition

if TYPE_CHECKING:
    from toolkit.form.model import Form

# A marked test needs one of these programs. XXGK_REQUIRE (in CI) names the marks that may not be skipped.
PROGRAMS = {"office": ("soffice",), "uno": ("soffice",), "browser": ("chromium", "chromium-browser", "google-chrome")}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one process run the tests that share what their module makes once: a round, a run of an office program."""
    for item in items:
        fixtures = getattr(item, "_fixtureinfo").name2fixturedefs.values()  # noqa: B009 (of no public name)
        if any(one.scope == "module" for found in fixtures for one in found):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


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
