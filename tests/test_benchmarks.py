"""The benchmarks can be run: each script still finds what it measures. How long it takes is no test."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING

import pytest
from casebook import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SCRIPTS = sorted((ROOT / "tests" / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_benchmark_finds_what_it_measures(script: Path) -> None:
    assert "main" in runpy.run_path(str(script), run_name="imported")
