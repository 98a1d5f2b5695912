"""Collection and shards over a real Dask scheduler and two worker processes, one of them killed half way."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError, Executor, Future
from datetime import date
from typing import TYPE_CHECKING

import pytest
from campaigncases import asked, hand_in, make_campaign, receipt_of
from rounds import begin, filled, put

from toolkit.campaign.board.board import read_round
from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.intake.receipts import ReceiptBook
from toolkit.campaign.merge.consolidated import merge_round
from toolkit.campaign.merge.shard_totals import total_shards
from toolkit.campaign.merge.shards import write_shards
from toolkit.campaign.round import workers
from toolkit.campaign.round.folder import open_campaign
from toolkit.campaign.round.workers import Workers
from toolkit.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ORGANS = 60
DAY = date(2051, 1, 15)
ROSTER = "代码,名称\n" + "".join(f"{number:03d},云溪县第{number:03d}局\n" for number in range(ORGANS))


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and two workers; yield its address, then the workers and behind them the scheduler."""
    file = tmp_path / "scheduler.json"
    run = [
        sys.executable,
        "-m",
        "distributed.cli.dask_scheduler",
        "--port",
        "0",
        "--no-dashboard",
        "--host",
        "127.0.0.1",
    ]
    run += ["--host", "127.0.0.1"]
    started = [subprocess.Popen([*run, "--scheduler-file", str(file)], stderr=subprocess.DEVNULL)]
    work = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(file), "--no-nanny"]
    options = ["--nthreads", "1", "--no-dashboard", "--local-directory", str(tmp_path)]
    machines = [subprocess.Popen([*work, *options], stderr=subprocess.DEVNULL) for _ in range(2)]
    started += machines
    try:
        yield address_of(file, 2), [*machines, started[0]]
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def address_of(file: Path, workers: int) -> str:
    from distributed import Client  # heavy, and for this test only

    for _ in range(600):
        if file.exists() and file.stat().st_size:
            break
        time.sleep(0.1)
    with Client(scheduler_file=str(file)) as client:
        client.wait_for_workers(workers, timeout=60)
        return str(client.scheduler.address)


def total(folder: Path) -> object:
    return merge_round(read_round(open_campaign(folder), DAY)).whole.values["handling.received.post"]


def test_a_machine_lost_half_way_loses_nothing_and_counts_nothing_twice(
    tmp_path: Path, scheduler: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, machines = scheduler
    campaign = begin(tmp_path / "round", ROSTER)
    for number in range(ORGANS):
        change = {"handling.received.post": number + 2, "handling.in_full.post": number, "handling.open_after.post": 2}
        put(campaign, f"{number}.xlsx", filled(campaign, f"{number:03d}", change))
    killer = threading.Thread(target=kill_when_begun, args=(campaign.receipts_file, machines[0]))
    killer.start()
    collected = collect_returns(campaign.folder, workers=Workers(scheduler=address, chunk=3))
    killer.join()
    assert machines[0].returncode is not None
    assert machines[1].poll() is None
    assert collected.files == len(collected.new) == ORGANS
    assert collected.is_clean
    assert total(campaign.folder) == sum(range(2, ORGANS + 2))
    again = collect_returns(campaign.folder, workers=Workers(scheduler=address, chunk=3))
    assert (again.new, again.repeated) == ((), ())


def test_shards_written_by_machines_one_of_which_is_lost_hold_every_organ_once(
    tmp_path: Path, scheduler: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, machines = scheduler
    roster = [f"{number:03d},云溪县第{number:03d}局,,,,," for number in range(ORGANS)]
    campaign = make_campaign(tmp_path / "round", roster)
    filings = [asked(campaign.form, f"{number:03d}", number + 2, f"云溪县第{number:03d}局") for number in range(ORGANS)]
    hand_in(campaign, [receipt_of(filing) for filing in filings])
    place = tmp_path / "shards"
    killer = threading.Thread(target=kill_when, args=(lambda: any(place.glob("part-*")), machines[0]))
    killer.start()
    written = write_shards(campaign, str(place), Workers(scheduler=address, chunk=1))
    killer.join()
    assert machines[0].returncode is not None
    assert (written.counted, len(written.parts)) == (ORGANS, ORGANS)
    added = total_shards([str(place)])
    assert added.whole.figure("requests.new.total") == sum(range(2, ORGANS + 2))


def test_a_scheduler_that_goes_away_is_told_and_the_next_run_goes_on(
    tmp_path: Path, scheduler: tuple[str, list[subprocess.Popen[bytes]]], capfd: pytest.CaptureFixture[str]
) -> None:
    address, machines = scheduler
    campaign = begin(tmp_path / "round", ROSTER)
    for number in range(ORGANS):
        put(campaign, f"{number}.xlsx", filled(campaign, f"{number:03d}"))
    killer = threading.Thread(target=kill_when_begun, args=(campaign.receipts_file, machines[-1]))
    killer.start()
    with pytest.raises(OutputError, match=r"断开了；已经收下的不会丢"):
        collect_returns(campaign.folder, workers=Workers(scheduler=address, chunk=1))
    killer.join()
    assert "Traceback" not in "".join(capfd.readouterr())
    begun = recorded(campaign.receipts_file)
    again = collect_returns(campaign.folder, workers=Workers(1))
    assert (len(again.new), again.is_clean) == (ORGANS - begun, True)


class Idle(Executor):
    """Takes work and never does it, as Dask's does with what it is given just when its scheduler goes away."""

    def submit(self, *_: object, **__: object) -> Future[int]:  # type: ignore[override]
        return Future()


def test_what_nobody_works_at_any_more_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_ANSWER", 0.01)
    looks = iter([False, False, False, True])
    with pytest.raises(CancelledError):
        list(workers._in_order(Idle(), len, [[1], [2]], 2, lambda: next(looks)))
    assert not list(looks)


def kill_when(is_time: Callable[[], bool], machine: subprocess.Popen[bytes]) -> None:
    """Kill a worker as soon as it is time."""
    while not is_time():
        time.sleep(0.02)
    machine.kill()
    machine.wait()


def kill_when_begun(receipts: Path, machine: subprocess.Popen[bytes]) -> None:
    """Kill a worker as soon as some of the receipts are recorded."""
    kill_when(lambda: receipts.exists() and bool(recorded(receipts)), machine)


def recorded(receipts: Path) -> int:
    with ReceiptBook(receipts) as book:
        return len(book.heads())
