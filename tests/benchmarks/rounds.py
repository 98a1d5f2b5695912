"""What the steps of a round cost against the least they can cost and against a peer, in one run.

Run: python tests/benchmarks/rounds.py [--organs N] [--rounds N] [--folder DIR] [--write]. Every step and every peer
runs in a process of its own, ours and the peer's in turn. What is told is processor time, that of children included,
without starting Python and importing the commonest modules. Peers that take one file after the other are measured on
some files and multiplied. Of more than two thousand organs collecting is measured once. `--write` puts the table into
docs/performance.md.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import random
import runpy
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.measuring import spent, step_alone, tell_step, write_table

from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.intake.receipts import ACCEPTED, Receipt, ReceiptBook
from toolkit.campaign.issue.issuing import issue_workbooks
from toolkit.campaign.round.folder import init_campaign, open_campaign
from toolkit.campaign.round.workers import Workers
from toolkit.filing.filing import Filing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

# The round of campaign.py, whose name the tests have given to another folder.
ROUND = runpy.run_path(str(Path(__file__).with_name("campaign.py")), run_name="round")
YEAR, TODAY, OFFICE = ROUND["YEAR"], ROUND["TODAY"], "示例市人民政府办公室"
ALONE = Workers(1)
WHEN = f"{YEAR + 1}-01-10T09:00:00+08:00"
SAMPLE, MANY = 20, 500  # files that stand for all of a slow peer, and of our own reading
ONCE_FROM = 2000  # organs, from which on collecting is measured once

Work = tuple["Callable[[], object]", float]  # what is timed, and how often it is to be counted


def again(folder: Path, *names: str) -> None:
    """Take away what a step has made, so that it makes it anew.

    Nothing is deleted before the end: for minutes after many files are gone ext4 is slow at making new ones, which made
    the same work cost from 0.3 to 1.6 ms of system time a workbook.
    """
    aside = folder.parent / "aside" / str(time.time_ns())
    aside.mkdir(parents=True)
    for name in names:
        path = folder / name
        if path.exists():
            was_folder = path.is_dir()
            path.rename(aside / name)
            if was_folder:
                path.mkdir()


def issue(folder: Path) -> Work:
    again(folder, "outbox")
    return partial(issue_workbooks, folder, ALONE), 1


def issue_prefilled(folder: Path) -> Work:
    """Issue the round after one in which no two organs have the same figures."""
    before, after = folder.parent / "before", folder.parent / "after"
    again(folder.parent, "before", "after")
    roster = folder.parent / "roster.csv"
    init_campaign(before, year=YEAR, organ=OFFICE, roster=roster)
    record_differing(before)
    init_campaign(after, year=YEAR + 1, organ=OFFICE, roster=roster, previous=before)
    return partial(issue_workbooks, after, ALONE), 1


def record_differing(folder: Path) -> None:
    """Write a receipt of an accepted return for every organ into the book, half of the figures of each nought."""
    campaign = open_campaign(folder)
    names = [name for name, field in campaign.form.fields.items() if field.kind.is_required_figure]
    receipts: list[Receipt] = []
    for place, organ in enumerate(campaign.roster.organs):
        dice = random.Random(place)  # noqa: S311
        answers = {name: dice.choice((0, dice.randrange(1, 400))) for name in names}
        values = dict(Filing(campaign.form, organ.name, organ.code, YEAR, answers).values)
        told = (f"{place:064x}", f"inbox/{organ.stem}.xlsx", organ.code, organ.name, YEAR, ACCEPTED, WHEN)
        receipts.append(Receipt(*told, values=values, saved_at=WHEN))
    with ReceiptBook(campaign.receipts_file) as book:
        book.add(receipts)


def write_bytes(outbox: Path) -> Work:
    """Write what issuing wrote once more, into as many files."""
    files = [path for path in sorted(outbox.rglob("*")) if path.is_file()]
    target = Path(tempfile.mkdtemp(dir=outbox.parent.parent))

    def work() -> float:
        timed = 0.0
        for number, path in enumerate(files):
            content = path.read_bytes()
            begun = spent()
            (target / str(number)).write_bytes(content)
            timed += spent() - begun
        return timed

    return work, 1


def one_by_one(folder: Path) -> Work:
    """Make workbooks with XlsxWriter one after the other."""
    from toolkit.workbook.template.blank import blank_filing
    from toolkit.workbook.template.workbook import write_workbook

    campaign = open_campaign(folder)
    organs = campaign.roster.organs[:SAMPLE]
    figures = {name: 3 for name, field in campaign.form.fields.items() if field.kind.is_figure}
    previous = figures if campaign.previous else {}
    with tempfile.TemporaryDirectory(dir=folder.parent) as target:
        place = Path(target)

    def work() -> None:
        place.mkdir()
        for organ in organs:
            filing, locked = blank_filing(campaign.form, organ.name, organ.code, campaign.year, previous)
            (place / organ.code).write_bytes(write_workbook(filing, locked=locked, password="a"))  # noqa: S106
        shutil.rmtree(place)

    return work, len(campaign.roster.organs) / len(organs)


def collect(folder: Path) -> Work:
    for path in (folder / "received").rglob("*.xlsx"):
        path.chmod(0o644)
    again(folder, "received", "sendback", "receipts.sqlite", "merged")
    return partial(collect_returns, folder, workers=ALONE), 1


def collect_again(folder: Path) -> Work:
    return partial(collect_returns, folder, workers=ALONE), 1


def collect_changed(
    folder: Path, fields: Sequence[str] = ("requests.new.natural_person", "requests.granted.natural_person")
) -> Work:
    """Collect again once one return has changed: another figure stands in fields that must be alike."""
    from toolkit.workbook.filling import fill_workbook

    path = next_file(folder)
    answers = dict.fromkeys(fields, time.time_ns() % 1000)
    filled = fill_workbook(path.read_bytes(), path.name, lambda _: answers, open_campaign(folder).forms)
    path.write_bytes(filled)
    return partial(collect_returns, folder, workers=ALONE), 1


def next_file(folder: Path) -> Path:
    return sorted((folder / "inbox").iterdir())[1]


def evenly(folder: Path, most: int) -> tuple[list[bytes], float]:
    """Return the content of some returns from all over inbox/, and for how many each of them stands."""
    files = sorted((folder / "inbox").iterdir())
    taken = files[:: max(1, len(files) // most)][:most]
    return [path.read_bytes() for path in taken], len(files) / len(taken)


def by_openpyxl(folder: Path) -> Work:
    import io

    import openpyxl

    files, times = evenly(folder, SAMPLE)

    def work() -> None:
        for data in files:
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            for sheet in book.worksheets:
                for _ in sheet.iter_rows(values_only=True):
                    pass

    return work, times


def bare_reading(folder: Path) -> Work:
    from toolkit.workbook.returned.reading import read_workbook

    files, times = evenly(folder, MANY)
    return lambda: [read_workbook(data, "a.xlsx") for data in files], times


def hashing(folder: Path) -> Work:
    files = sorted((folder / "inbox").iterdir())
    return lambda: [hashlib.sha256(path.read_bytes()).hexdigest() for path in files], 1


def merge(folder: Path) -> Work:
    again(folder, "merged")
    return partial(ROUND["merge"], folder), 1


def ledger_alone(folder: Path) -> Work:
    """Write the sheet of all organs, and nothing else, as anybody would with XlsxWriter."""
    import xlsxwriter

    from toolkit.campaign.board.board import read_round
    from toolkit.workbook.ledger import ledger_columns

    state = read_round(open_campaign(folder), TODAY)
    names = tuple(ledger_columns(state.campaign.form))
    rows = [
        (organ.code, organ.name, organ.parent, state.accepted[organ.code], [filing.figure(name) for name in names])
        for organ in state.campaign.roster.organs
        if (filing := state.returns.get(organ.code)) is not None
    ]

    def work() -> None:
        book = xlsxwriter.Workbook(folder.parent / "ledger.xlsx", {"constant_memory": True})
        sheet, text, number = book.add_worksheet(), book.add_format({"border": 1}), book.add_format({"num_format": "0"})
        for row, (*about, receipt, figures) in enumerate(rows):
            for column, word in enumerate((*about, receipt.check_code, receipt.sha256)):
                sheet.write_string(row, column, word, text)
            sheet.write_url(row, 5, f"external:../received/{receipt.sha256}.xlsx", text, receipt.file)
            for column, figure in enumerate(figures, 6):
                if figure is not None:
                    sheet.write_number(row, column, figure, number)
        book.close()

    return work, 1


def why(folder: Path) -> Work:
    return partial(ROUND["why"], folder), 1


def receipts_once(folder: Path) -> Work:
    def work() -> None:
        with ReceiptBook(folder / "receipts.sqlite") as book:
            book.all()

    return work, 1


STEPS: Mapping[str, Callable[[Path], Work]] = {
    "issue": issue,
    "write": lambda folder: write_bytes(folder / "outbox"),
    "one by one": one_by_one,
    "returns": lambda folder: (partial(ROUND["return_all"], folder), 1),
    "collect": collect,
    "openpyxl": by_openpyxl,
    "bare": bare_reading,
    "collect again": collect_again,
    "hashing": hashing,
    "collect changed": collect_changed,
    "hashing anew": hashing,
    "merge": merge,
    "ledger": ledger_alone,
    "why": why,
    "receipts": receipts_once,
    "issue prefilled": issue_prefilled,
    "write prefilled": lambda folder: write_bytes(folder.parent / "after" / "outbox"),
    "one by one prefilled": lambda folder: one_by_one(folder.parent / "after"),
}
LONG = frozenset({"collect", "openpyxl", "bare"})


@dataclass(frozen=True)
class Row:
    """A step of ours, the step it is held against, and what of it should stay."""

    work: str
    ours: str
    against: str
    theirs: str
    wanted: str
    inverted: bool = False  # the table says how many times faster


ROWS = (
    Row("下发 {n} 份", "issue", "只写同样多的字节", "write", "≤ 2"),
    Row("下发 {n} 份", "issue", "XlsxWriter 逐份重做", "one by one", "≥ 40", inverted=True),
    Row("下发 {n} 份，带上年数据，各家都不同", "issue prefilled", "只写同样多的字节", "write prefilled", "≤ 2"),
    Row(
        "下发 {n} 份，带上年数据，各家都不同",
        "issue prefilled",
        "XlsxWriter 逐份重做",
        "one by one prefilled",
        "≥ 40",
        inverted=True,
    ),
    Row("收件 {n} 份", "collect", "openpyxl 只读一遍", "openpyxl", "≥ 15", inverted=True),
    Row("收件 {n} 份", "collect", "本工具只读取", "bare", "≤ 2"),
    Row("再收一次，没有新的", "collect again", "把这些文件各算一遍指纹", "hashing", "≤ 3"),
    Row("再收一次，改了 1 份", "collect changed", "把这些文件各算一遍指纹", "hashing anew", "≤ 3"),
    Row("汇总 {n} 家", "merge", "XlsxWriter 只写明细一张表", "ledger", "≤ 1.3"),
    Row("追查一个合计数", "why", "把收件记录读一遍", "receipts", "≤ 3"),
)


def measured(folder: Path, organs: int, rounds: int) -> tuple[Mapping[str, list[float]], Mapping[str, float]]:
    """Return the seconds of every step, round by round, and the most memory it took."""
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    memory: defaultdict[str, float] = defaultdict(float)
    for number in range(rounds):
        for name in STEPS:
            if number and (name == "returns" or (name in LONG and organs > ONCE_FROM)):
                continue
            told = step_alone(__file__, "--step", name, str(folder))
            seconds[name].append(told["seconds"])
            memory[name] = max(memory[name], told["memory"])
            print(f"{name:22} {told['seconds']:9.2f} s {told['memory']:7.0f} MB", flush=True)  # noqa: T201
    return seconds, memory


def lines(organs: int, seconds: Mapping[str, list[float]], memory: Mapping[str, float]) -> Iterator[str]:
    names = ("openpyxl", "xlsxwriter", "pandas", "pyarrow")
    versions = "、".join(f"{name} {version(name)}" for name in names)
    yield (
        f"{organs:,} 个机关；处理器时间，中位数（最少，轮数），同一次里轮流量；{os.cpu_count()} 个处理器，一个进程；"
        f"Python {platform.python_version()}、{versions}。"
    )
    yield ""
    yield "| 做什么 | 和什么比 | 应当 | 量到 | 用时（秒） | 对方用时（秒） | 内存最多（MB） |"
    yield "|---|---|---|---|---|---|---|"
    for row in ROWS:
        ours, theirs = (statistics.median(seconds[name]) for name in (row.ours, row.theirs))
        ratio = theirs / ours if row.inverted else ours / theirs
        work = row.work.format(n=f"{organs:,}")
        yield (
            f"| {work} | {row.against} | {row.wanted} 倍 | {ratio:.2f} 倍 | {said(seconds[row.ours])} |"
            f" {said(seconds[row.theirs])} | {memory[row.ours]:.0f} |"
        )


def said(times: list[float]) -> str:
    return f"{statistics.median(times):,.2f}（{min(times):,.2f}，{len(times)}）"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--organs", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where to work")
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as home:
        folder = Path(home) / "round"
        ROUND["set_up"](folder, given.organs)
        text = "\n".join(lines(given.organs, *measured(folder, given.organs, given.rounds)))
    print(text)  # noqa: T201
    if given.write:
        write_table("rounds", text)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        tell_step(*STEPS[sys.argv[2]](Path(sys.argv[3])))
    else:
        main()
