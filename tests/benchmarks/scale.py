"""What shards and their sum cost as a round grows, and what of it stands in memory.

Run: python tests/benchmarks/scale.py [--organs N...] [--workers N] [--folder DIR]. The receipts are written straight
into the book, from twenty fillings, since only what comes after reading is measured here; `campaign.py` measures the
rest. Every step runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import runpy
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.campaign.intake.receipts import ACCEPTED, Receipt, ReceiptBook
from toolkit.campaign.intake.standings import standing_by
from toolkit.campaign.merge.shard_totals import total_shards
from toolkit.campaign.merge.shards import write_shards
from toolkit.campaign.round.folder import open_campaign
from toolkit.campaign.round.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.campaign.round.folder import Campaign

# The round of campaign.py, whose name the tests have given to another folder.
ROUND = runpy.run_path(str(Path(__file__).with_name("campaign.py")), run_name="round")
FILLINGS, YEAR = ROUND["FILLINGS"], ROUND["YEAR"]
WHEN, AT_ONCE = f"{YEAR + 1}-01-10T09:00:00+08:00", 5000


def record(folder: Path, missing: int = 0) -> None:
    """Write a receipt of an accepted return for every organ into the book; of so many, one has none."""
    campaign = open_campaign(folder)
    receipts = [one for place, one in enumerate(_receipts(campaign), 1) if not missing or place % missing]
    with ReceiptBook(campaign.receipts_file) as book:
        for start in range(0, len(receipts), AT_ONCE):
            book.add(receipts[start : start + AT_ONCE])


def _receipts(campaign: Campaign) -> Iterator[Receipt]:
    values = [dict(ROUND["filling"](campaign, seed).values) for seed in range(FILLINGS)]
    for place, organ in enumerate(campaign.roster.organs):
        file = f"inbox/{organ.stem}.xlsx"
        told = (f"{place:064x}", file, organ.code, organ.name, YEAR, ACCEPTED, WHEN)
        yield Receipt(*told, values=values[place % FILLINGS], saved_at=WHEN)


def stand(folder: Path) -> None:
    """Work out where every organ stands."""
    campaign = open_campaign(folder)
    with ReceiptBook(campaign.receipts_file) as book:
        standing_by(campaign, book.heads(), book.events())


STEPS = {
    "record": lambda folder, _: record(folder),
    "stand": lambda folder, _: stand(folder),
    "shards": lambda folder, workers: write_shards(open_campaign(folder), str(folder / "shards"), Workers(workers)),
    "total": lambda folder, _: total_shards([str(folder / "shards")]),
}


def run_step(name: str, folder: Path, workers: int) -> None:
    began = time.perf_counter()
    STEPS[name](folder, workers)
    own, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    told = {
        "elapsed": time.perf_counter() - began,
        "processors": own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime,
        "memory": own.ru_maxrss / 1024,
        "worker": theirs.ru_maxrss / 1024,
    }
    print(json.dumps(told))  # noqa: T201


def main(organs: int, workers: int, place: Path) -> None:
    with tempfile.TemporaryDirectory(dir=place) as home:
        folder = Path(home) / "round"
        ROUND["set_up"](folder, organs)
        print(f"{organs} organs, {workers} workers, {os.cpu_count()} processors")  # noqa: T201
        for name in STEPS:
            command = [sys.executable, __file__, "--step", name, str(folder), str(workers)]
            told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            each = told["processors"] / organs * 1000
            print(  # noqa: T201
                f"{name:8} {told['elapsed']:8.1f} s   processors {told['processors']:8.1f} s"
                f" ({each:.2f} ms an organ)   {told['memory']:6.0f} MB   worker {told['worker']:6.0f} MB",
                flush=True,
            )
        parts = sum(path.stat().st_size for path in (folder / "shards").iterdir())
        book = (folder / "receipts.sqlite").stat().st_size
        print(f"shards {parts / 1e6:.1f} MB, receipt book {book / 1e6:.1f} MB")  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        run_step(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    else:
        options = argparse.ArgumentParser(description=__doc__)
        options.add_argument("--organs", type=int, nargs="+", default=[1000, 10_000], help="sizes of the rounds")
        options.add_argument("--workers", type=int, default=0, help="processes; 0 leaves it to the program")
        options.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where to work")
        given = options.parse_args()
        for size in given.organs:
            main(size, given.workers, given.folder)
