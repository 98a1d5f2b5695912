"""The benchmarks can be run: each script still finds what it measures. How long it takes is no test."""

from __future__ import annotations

import runpy
from importlib.metadata import version
from pathlib import Path

import pytest
from benchmarks import measuring
from casebook import ROOT

SCRIPTS = sorted(set((ROOT / "tests" / "benchmarks").glob("*.py")) - {Path(measuring.__file__)})


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_benchmark_finds_what_it_measures(script: Path) -> None:
    assert "main" in runpy.run_path(str(script), run_name="imported")


def test_the_table_tells_median_least_rounds_and_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = measuring.Row("做甲", "做乙", "≤ 2", lambda: None, lambda: None)
    fast = measuring.Row("做丙", "做丁", "≥ 3", lambda: None, lambda: None, inverted=True)
    found = [
        measuring.Measured(slow, (0.010, 0.020, 0.090), (0.008, 0.010, 0.011)),
        measuring.Measured(fast, (0.001, 0.002, 0.003), (0.007, 0.009, 0.008)),
    ]
    text = measuring.table(found, 3, ["typer"])
    assert "3 轮" in text.splitlines()[0]
    assert f"typer {version('typer')}" in text.splitlines()[0]
    assert text.splitlines()[-2:] == [
        "| 做甲 | 做乙 | ≤ 2 倍 | 2.00 倍 | 20.0／10.0 | 10.0／8.0 |",
        "| 做丙 | 做丁 | ≥ 3 倍 | 4.00 倍 | 2.0／1.0 | 8.0／7.0 |",
    ]
    page = tmp_path / "performance.md"
    page.write_text("前\n<!-- some begin -->\n旧\n<!-- some end -->\n后\n", encoding="utf-8")
    monkeypatch.setattr(measuring, "PAGE", page)
    measuring.write_table("some", text)
    assert page.read_text(encoding="utf-8") == f"前\n<!-- some begin -->\n{text}\n<!-- some end -->\n后\n"


def test_every_row_is_measured_once_a_round() -> None:
    done: list[str] = []
    rows = [measuring.Row("甲", "乙", "≤ 1", lambda: done.append("甲"), lambda: done.append("乙"))]
    (one,) = measuring.measured(rows, 4)
    assert sorted(done) == ["乙"] * 4 + ["甲"] * 4
    assert (len(one.ours), len(one.theirs)) == (4, 4)
