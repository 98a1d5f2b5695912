"""What every step of a round costs an organ as the round grows from a hundred organs to a hundred thousand.

Run: python tests/benchmarks/growth.py [--organs N...] [--rounds N] [--folder DIR] [--write]. The form of forms/count
is as small as a form can be, so that a round of a hundred thousand fits a disk and an afternoon: the workbooks are
those we issue, filled by `fill_workbook` and made out to each organ, all of them different, one in fifty with an error.
Every step runs in a process of its own, alone; what is told is processor time, without starting Python. Small rounds
are measured `--rounds` times, and the table says how often each was. `--write` puts the table into docs/scale.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
from collections import defaultdict
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import rounds
from benchmarks.measuring import SCALE, step_alone, tell_step, write_table

from toolkit.campaign.board.board import make_board, read_round
from toolkit.campaign.merge.consolidated import merge_round
from toolkit.campaign.merge.shard_totals import total_shards
from toolkit.campaign.merge.shards import write_shards
from toolkit.campaign.merge.tracing import trace
from toolkit.campaign.round.folder import open_campaign
from toolkit.cli.printing.boards import write_boards
from toolkit.workbook.filling import fill_workbook
from toolkit.workbook.template.blank import blank_filing
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmarks.rounds import Work

FORMS = Path(__file__).with_name("forms")
FIELDS = ("handling.received.all", "handling.closed.all")
FILLINGS = 1000  # different figures; beyond that organs have the same, and are told by name, code and seal
BROKEN = rounds.ROUND["BROKEN"]
TIMES_UP_TO = 1000  # organs, up to which a step is measured several times
LINEAR = 1.15  # times as dear an organ as in the smaller round


def return_all(folder: Path) -> Work:
    """Put a filled workbook of every organ into inbox/."""
    campaign = open_campaign(folder)
    organ, code, seal = (rounds.ROUND[name] for name in ("ORGAN", "CODE", "SEAL"))
    blank, _ = blank_filing(campaign.form, organ, code, campaign.year)
    issued = write_workbook(blank, seal=seal, password=campaign.key.password)
    count = min(len(campaign.roster.organs), FILLINGS)

    def filled(number: int) -> bytes:
        figures = {FIELDS[0]: number, FIELDS[1]: number + (number % BROKEN == 0)}
        return fill_workbook(issued, "a.xlsx", lambda _: figures, campaign.forms)

    return partial(rounds.ROUND["return_copies"], campaign, map(filled, range(count)), lambda place: place % count), 1


def status(folder: Path) -> Work:
    def work() -> None:
        state = read_round(open_campaign(folder), rounds.TODAY)
        write_boards(folder, make_board(state, rounds.TODAY))

    return work, 1


def why(folder: Path) -> Work:
    def work() -> None:
        state = read_round(open_campaign(folder), rounds.TODAY)
        trace(state, merge_round(state), FIELDS[0])

    return work, 1


# In the order of a round: what is done, and the step; of a step without words only what it leaves matters.
STEPS: Mapping[str, tuple[str, Callable[[Path], Work]]] = {
    "issue": ("下发", rounds.issue),
    "returns": ("", return_all),
    "collect": ("收件", rounds.collect),
    "collect again": ("再收一次，没有新的", rounds.collect_again),
    "collect changed": ("再收一次，改了 1 份", partial(rounds.collect_changed, fields=FIELDS)),
    "status": ("看进度", status),
    "shards": ("写分片", lambda folder: (partial(write_shards, open_campaign(folder), str(folder / "shards")), 1)),
    "total": ("加总分片", lambda folder: (partial(total_shards, [str(folder / "shards")], FORMS), 1)),
    "why": ("追查一个合计数", why),
    "merge": ("汇总", rounds.merge),
}
Told = dict[str, float]


def measured(organs: int, rounds_wanted: int, place: Path) -> Mapping[str, Told]:
    """Return for every step its processor seconds (the median of several rounds if they are small) and peak memory."""
    told: dict[str, list[Told]] = defaultdict(list)
    with tempfile.TemporaryDirectory(dir=place) as home:
        folder = Path(home) / "round"
        rounds.ROUND["set_up"](folder, organs, FORMS)
        for _ in range(times(organs, rounds_wanted)):
            for name in STEPS:
                told[name].append(step_alone(__file__, "--step", name, str(folder)))
                seconds, memory = told[name][-1]["seconds"], told[name][-1]["memory"]
                each = f"{seconds / organs * 1000:9.3f} ms an organ"
                print(f"{organs:8} {name:16} {seconds:9.2f} s {each} {memory:6.0f} MB", flush=True)  # noqa: T201
    return {
        name: {kind: statistics.median(one[kind] for one in found) for kind in ("seconds", "memory")}
        for name, found in told.items()
    }


def times(organs: int, rounds_wanted: int) -> int:
    """Return how often a round of so many organs is measured."""
    return rounds_wanted if organs <= TIMES_UP_TO else 1


def often(sizes: Sequence[int], rounds_wanted: int) -> str:
    """Return in words how often each size was measured."""
    several = [f"{size:,}" for size in sizes if times(size, rounds_wanted) > 1]
    return f"{'、'.join(several)} 家取 {rounds_wanted} 轮的中位数，其余只量一次" if several else "每步只量一次"


def lines(sizes: Sequence[int], found: Sequence[Mapping[str, Told]], rounds_wanted: int) -> Iterator[str]:
    """Yield the lines of the table."""
    yield (
        f"处理器时间，一个进程，每一步各在一个进程里；{often(sizes, rounds_wanted)}；{os.cpu_count()} 个处理器；"
        f"Python {platform.python_version()}。"
    )
    yield ""
    yield f"| 一步 | {' | '.join(f'{size:,} 家' for size in sizes)} | 不按比例的 |"
    yield "|---" * (len(sizes) + 2) + "|"
    for name, (words, _) in STEPS.items():
        if words:
            cells = [cell(size, told[name]) for size, told in zip(sizes, found, strict=True)]
            yield f"| {words} | {' | '.join(cells)} | {' '.join(beyond(sizes, found, name)) or '无'} |"


def cell(size: int, told: Told) -> str:
    return f"{told['seconds'] / size * 1000:.2f} 毫秒，{told['memory']:.0f} MB"


def beyond(sizes: Sequence[int], found: Sequence[Mapping[str, Told]], name: str) -> Iterator[str]:
    """Yield where a step costs an organ more than in the smaller round, by more than counts as linear."""
    each = {size: told[name]["seconds"] / size for size, told in zip(sizes, found, strict=True)}
    for small, large in pairwise(each):
        if each[large] > LINEAR * each[small]:
            yield f"{large:,} 家：{each[large] / each[small]:.2f} 倍"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--organs", type=int, nargs="+", default=[100, 1000, 10_000, 100_000])
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where to work")
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    found = [measured(size, given.rounds, given.folder) for size in given.organs]
    text = "\n".join(lines(given.organs, found, given.rounds))
    print(text)  # noqa: T201
    if given.write:
        write_table("growth", text, SCALE)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        tell_step(*STEPS[sys.argv[2]][1](Path(sys.argv[3])))
    else:
        main()
