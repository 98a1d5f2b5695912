"""What a round of many organs costs: issue, collect, collect again, merge, why; against writing the same bytes plainly.

Run: python tests/benchmarks/campaign.py [--organs N...] [--workers N] [--folder DIR]. Returns are stamped from twenty
different fillings, one in fifty with an error. Every step runs in a process of its own, so that its peak memory is its
own.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.campaign.board.board import make_board, read_round
from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.issue.copies import CODE, DUE, ORGAN, PLACEHOLDERS, SEAL
from toolkit.campaign.issue.issuing import issue_workbooks
from toolkit.campaign.merge.consolidated import merge_round, write_merged
from toolkit.campaign.merge.tracing import trace
from toolkit.campaign.round.folder import Campaign, init_campaign, open_campaign
from toolkit.campaign.round.seals import seal_of
from toolkit.campaign.round.workers import Workers
from toolkit.filing.filing import Filing
from toolkit.form.values import Kind, Paragraph
from toolkit.workbook.template.cache import CopyContent, prepare_template
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FILLINGS, BROKEN = 20, 50
YEAR = 2024
TODAY = date(YEAR + 1, 2, 1)
TOTAL = "requests.new.total"


def set_up(folder: Path, organs: int, forms: Path | None = None) -> None:
    roster = folder.parent / "roster.csv"
    lines = [f"{number:06d},示例市第{number:05d}号机关,{(number // 100) * 100:06d}" for number in range(organs)]
    lines = [line if int(line[:6]) % 100 else line.rpartition(",")[0] + "," for line in lines]
    roster.write_text("\n".join(["代码,名称,上级代码", *lines]), encoding="utf-8")
    init_campaign(folder, year=YEAR, organ="示例市人民政府办公室", roster=roster, forms=forms)


def filling(campaign: Campaign, seed: int) -> Filing:
    """Return a filing that balances, its figures different for every seed, broken for the last."""
    dice = random.Random(seed)  # noqa: S311
    form = campaign.form
    answers = {name: 0 for name, field in form.fields.items() if field.kind.is_required_figure}
    for column in ("natural_person", "commercial_enterprise"):
        count = dice.randrange(1, 400)
        answers[f"requests.new.{column}"] = answers[f"requests.granted.{column}"] = count
    answers["requests.new.natural_person"] += seed == FILLINGS
    prose = dict.fromkeys(
        (name for name, field in form.fields.items() if field.kind is Kind.TEXT), (Paragraph("本年度工作有序开展。"),)
    )
    contacts = {f"cover.{note.id}": "示例" for note in form.notes}
    return Filing(form, ORGAN, CODE, YEAR, {**answers, **prose, **contacts})


def return_all(folder: Path) -> None:
    """Put a filled workbook of every organ into inbox/."""
    campaign = open_campaign(folder)
    key = campaign.key.password
    books = [write_workbook(filling(campaign, seed), seal=SEAL, password=key) for seed in range(FILLINGS + 1)]
    return_copies(campaign, books, lambda place: FILLINGS if place % BROKEN == 0 else place % FILLINGS)


def return_copies(campaign: Campaign, books: Iterable[bytes], book_of: Callable[[int], int]) -> None:
    """Put a copy of one of these filled workbooks of no organ into inbox/ for every organ, made out to it.

    `book_of` says for the place of an organ in the roster the place of its workbook among them.
    """
    organs = defaultdict(list)
    for place, organ in enumerate(campaign.roster.organs):
        organs[book_of(place)].append(organ)
    for number, book in enumerate(books):
        template = prepare_template(book, PLACEHOLDERS, {})
        for organ in organs[number]:
            words = {ORGAN: organ.name, CODE: organ.code, SEAL: seal_of(campaign, organ.code), DUE: ""}
            (campaign.inbox / f"{organ.stem}.xlsx").write_bytes(template.make(CopyContent(words)))


def write_plainly(folder: Path) -> None:
    """Write what inbox/ holds once more, the least any step could cost."""
    files = [(path.name, path.read_bytes()) for path in sorted((folder / "inbox").iterdir())]
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=folder.parent) as other:
        for name, content in files:
            (Path(other) / name).write_bytes(content)
        print(f"{'of which writing':20} {time.perf_counter() - began:8.1f} s")  # noqa: T201


def next_year(folder: Path, workers: int) -> None:
    """Issue the next round, in which every workbook carries last year's figures."""
    after = folder.parent / "after"
    roster = folder.parent / "roster.csv"
    init_campaign(after, year=YEAR + 1, organ="示例市人民政府办公室", roster=roster, previous=folder)
    issue_workbooks(after, Workers(workers))


def merge(folder: Path) -> None:
    """Write the consolidated workbook and the files of data."""
    state = read_round(open_campaign(folder), TODAY)
    write_merged(merge_round(state), state, make_board(state, TODAY))


def why(folder: Path) -> None:
    """Trace one total to every cell it came from."""
    state = read_round(open_campaign(folder), TODAY)
    trace(state, merge_round(state), TOTAL)


def size_of(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


STEPS = {
    "issue": lambda folder, workers: issue_workbooks(folder, Workers(workers)),
    "issue again": lambda folder, workers: issue_workbooks(folder, Workers(workers)),
    "returns (stamped)": lambda folder, _: return_all(folder),
    "plain write": lambda folder, _: write_plainly(folder),
    "collect": lambda folder, workers: collect_returns(folder, workers=Workers(workers)),
    "collect again": lambda folder, workers: collect_returns(folder, workers=Workers(workers)),
    "merge": lambda folder, _: merge(folder),
    "why": lambda folder, _: why(folder),
    "issue next year": next_year,
}


def run_step(name: str, folder: Path, workers: int) -> None:
    began = time.perf_counter()
    STEPS[name](folder, workers)
    elapsed = time.perf_counter() - began
    own, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime
    peak = f"{own.ru_maxrss / 1024:6.0f} MB   worker {theirs.ru_maxrss / 1024:6.0f} MB"
    print(f"{name:20} {elapsed:8.1f} s   processors {busy:8.1f} s   {peak}", flush=True)  # noqa: T201


def main(organs: int, workers: int, place: Path) -> None:
    with tempfile.TemporaryDirectory(dir=place) as home:
        folder = Path(home) / "round"
        set_up(folder, organs)
        print(f"{organs} organs, {workers} workers, {os.cpu_count()} processors")  # noqa: T201
        for name in STEPS:
            subprocess.run([sys.executable, __file__, "--step", name, str(folder), str(workers)], check=True)
        for name in ("outbox", "inbox", "received", "sendback", "receipts.sqlite", "merged", "merged/tidy.csv"):
            path = folder / name
            print(f"{name:20} {size_of(path) if path.is_dir() else path.stat().st_size / 1e6:8.1f} MB")  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        run_step(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    else:
        options = argparse.ArgumentParser(description=__doc__)
        options.add_argument("--organs", type=int, nargs="+", default=[2000], help="sizes of the rounds")
        options.add_argument("--workers", type=int, default=0, help="processes; 0 leaves it to the program")
        options.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where to work")
        given = options.parse_args()
        for size in given.organs:
            main(size, given.workers, given.folder)
