"""The checks that run in Node: pages in Chromium with axe-core, Office files with the Open XML SDK."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import PROGRAMS

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).parent / "browser"


def need_node() -> None:
    """Skip where Node or its modules are not there; fail where XXGK_REQUIRE names browser."""
    if shutil.which("node") and (FOLDER / "node_modules").is_dir():
        return
    reason = "needs Node and `npm ci --prefix tests/browser`"
    if "browser" in os.environ.get("XXGK_REQUIRE", ""):
        pytest.fail(reason)
    pytest.skip(reason)


def check_pages(pages: Sequence[Path], profile: Path) -> list[dict[str, Any]]:
    """Return what axe-core and the layout have against each page, at phone and at desk width."""
    chromium = next(found for name in PROGRAMS["browser"] if (found := shutil.which(name)))
    return list(_run("check_pages.js", chromium, profile, *pages))


def check_files(files: Sequence[Path]) -> dict[str, list[str]]:
    """Return what the Open XML SDK has against each file, by the file's name."""
    return {Path(file).name: found for file, found in _run("check_files.js", *files).items()}


def check_markup(pages: Sequence[Path]) -> list[str]:
    """Return what the Nu Html Checker calls errors in the pages, each with its file."""
    command = ["java", "-jar", FOLDER / "node_modules/vnu-jar/build/dist/vnu.jar", "--errors-only", *pages]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300, check=False)
    return ran.stderr.splitlines()


def need_java() -> None:
    """Skip where Java or the checker is not there; fail where XXGK_REQUIRE names browser."""
    need_node()
    if shutil.which("java") is None:
        if "browser" in os.environ.get("XXGK_REQUIRE", ""):
            pytest.fail("needs Java")
        pytest.skip("needs Java")


def _run(script: str, *arguments: object) -> Any:
    command = ["node", FOLDER / script, *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=600, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)
