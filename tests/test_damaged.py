"""Damaged files and broken structures: no defect of ours, nothing slow or large, no figure changed in silence.

XXGK_DAMAGED sets how many damaged files are read (a release asks for 10000), XXGK_FUZZED for how many seconds
structures are broken.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from casebook import ROOT

DAMAGED = int(os.environ.get("XXGK_DAMAGED", "300"))
SECONDS = float(os.environ.get("XXGK_FUZZED", "15"))
MOST_MEBIBYTES = 500


def tally(kind: str, first: int, last: int, seconds: float) -> dict[str, Any]:
    """Read files in a process of their own, so that its memory is theirs."""
    command = [sys.executable, str(ROOT / "tests" / "damage.py"), kind, str(first), str(last), str(seconds)]
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(command, capture_output=True, check=False, text=True, env={**os.environ, "PYTHONPATH": path})
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("first", range(0, DAMAGED, 2500))
def test_damaged_files_change_nothing_in_silence(first: int) -> None:
    found = tally("damaged", first, min(first + 2500, DAMAGED), 3600)
    assert found["wrong"] == []
    assert found["mebibytes"] < MOST_MEBIBYTES
    assert found["unreadable"] > found["files"] // 3, "the damage must show, or the test proves little"


def test_broken_structures_change_no_figure_in_silence() -> None:
    found = tally("fuzzed", 0, 10**6, SECONDS)
    assert found["wrong"] == []
    assert found["mebibytes"] < MOST_MEBIBYTES
    assert found["files"] > 10
