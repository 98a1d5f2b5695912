"""What our work costs against the least it can cost and against a peer: rows measured in one run, and their table.

A script of rows calls `run()`. All of its rows are measured in shuffled rounds of processor time, so figures of one run
compare with each other and with no other run. The table tells median, least, rounds and versions; `--write` puts it
into docs/performance.md, between the two marks that bear the name of the script's table.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
SCALE = PAGE.with_name("scale.md")
MOST_ROUNDS = 15
HEADS = ("做什么", "和什么比", "应当", "量到", "用时：中位数／最少（毫秒）", "比的：中位数／最少（毫秒）")


@dataclass(frozen=True)
class Row:
    """One kind of work, what it is held against, and how many times that it should stay; empty where nobody said."""

    work: str
    against: str
    wanted: str
    ours: Callable[[], object]
    theirs: Callable[[], object]
    inverted: bool = False  # the table says how many times faster, not how many times as dear


@dataclass(frozen=True)
class Measured:
    """A row with the seconds of every round, those of theirs for as much work as ours did."""

    row: Row
    ours: Sequence[float]
    theirs: Sequence[float]

    @property
    def ratio(self) -> float:
        """How many times as dear ours is, or how many times faster, by medians."""
        ours, theirs = statistics.median(self.ours), statistics.median(self.theirs)
        return theirs / ours if self.row.inverted else ours / theirs


def measured(rows: Sequence[Row], rounds: int) -> list[Measured]:
    """Return each row measured: every piece of work once a round, in an order of its own each time."""
    times: dict[tuple[int, bool], list[float]] = {}
    places = [(number, is_ours) for number in range(len(rows)) for is_ours in (True, False)]
    for _ in range(rounds):
        for number, is_ours in random.sample(places, len(places)):
            row = rows[number]
            work = row.ours if is_ours else row.theirs
            gc.collect()
            begun = spent()
            work()
            times.setdefault((number, is_ours), []).append(spent() - begun)
    return [Measured(row, times[number, True], times[number, False]) for number, row in enumerate(rows)]


def spent() -> float:
    """Return the processor seconds of this process and of those it has waited for."""
    waited = resource.getrusage(resource.RUSAGE_CHILDREN)  # what os.times() tells of them has steps of 10 ms
    return time.process_time() + waited.ru_utime + waited.ru_stime


def tell_step(work: Callable[[], object], times: float = 1) -> None:
    """Do a step and print, for `step_alone`, its processor seconds, as often as told, and its peak memory in MB."""
    begun = spent()
    timed = work()  # a step may time itself, where not all of it counts
    seconds = (timed if isinstance(timed, float) else spent() - begun) * times
    peaks = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps({"seconds": seconds, "memory": max(peaks)}))  # noqa: T201


def step_alone(script: str, *words: str) -> dict[str, float]:
    """Run a step of a script in a process of its own and return what it told with `tell_step`."""
    done = subprocess.run([sys.executable, script, *words], check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def command(*words: str) -> Callable[[], object]:
    """Return running Python with these arguments."""
    return lambda: subprocess.run([sys.executable, *words], check=True, capture_output=True)


def table(found: Iterable[Measured], rounds: int, libraries: Sequence[str] = ()) -> str:
    """Return the table of a run, with rounds and the versions of Python and some libraries above it."""
    lines = [f"| {' | '.join(HEADS)} |", "|---" * len(HEADS) + "|"]
    for one in found:
        times = (f"{statistics.median(side) * 1000:,.1f}／{min(side) * 1000:,.1f}" for side in (one.ours, one.theirs))
        cells = (
            one.row.work,
            one.row.against,
            f"{one.row.wanted} 倍" if one.row.wanted else "",
            f"{one.ratio:.2f} 倍",
            *times,
        )
        lines.append(f"| {' | '.join(cells)} |")
    versions = "、".join([f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in libraries)])
    told = f"处理器时间，{rounds} 轮，次序每轮打乱，倍数按中位数；{os.cpu_count()} 个处理器；{versions}。"
    return "\n".join([told, "", *lines])


def write_table(name: str, text: str, page: Path | None = None) -> None:
    """Put a table into a page (docs/performance.md if none is given), in the place of the one of the same name."""
    page = page or PAGE
    begin, end = f"<!-- {name} begin -->", f"<!-- {name} end -->"
    head, found, rest = page.read_text(encoding="utf-8").partition(begin)
    assert found, f"{page} has no place for {name}"
    page.write_text(f"{head}{begin}\n{text}\n{end}{rest.partition(end)[2]}", encoding="utf-8")


def run(name: str, make_rows: Callable[[Path], Iterable[Row]], libraries: Sequence[str], rounds: int = 7) -> None:
    """Measure the rows of a script, which get a folder for their files, and print their table or put it into the page.

    Rounds, whether to write, and which rows (by a part of their words) are taken from the command line.
    """
    options = argparse.ArgumentParser(description=f"Measure {name}.")
    options.add_argument("--rounds", type=int, default=rounds, choices=range(1, MOST_ROUNDS + 1))
    options.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    options.add_argument("--only", default="", help="rows whose words hold this")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as home:
        rows = [row for row in make_rows(Path(home)) if given.only in f"{row.work} {row.against}"]
        text = table(measured(rows, given.rounds), given.rounds, libraries)
    print(text)  # noqa: T201
    if given.write and not given.only:
        write_table(name, text)
