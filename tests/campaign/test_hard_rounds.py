"""Campaigns in hard times: killed, run twice at once, on a full or read-only disk, with an inbox full of odd things."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from exampleruns import START
from oddfiles import ACCEPTED, IGNORED, KINDS, OBSTACLES, UNREADABLE, put_odd
from rounds import BALANCED, BROKEN, MINUTE, begin, filled, put, zipped

from toolkit.campaign.board.board import read_round
from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.intake.receipts import ReceiptBook
from toolkit.campaign.intake.standings import standing
from toolkit.campaign.round.folder import open_campaign
from toolkit.xlsx.package import open_package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.campaign.round.folder import Campaign

ORGANS = 11
VERSIONS = 10  # of every organ: enough files for three chunks
FILES = ORGANS * VERSIONS + 2  # two more in a zip
ROSTER = "代码,名称\n" + "".join(f"{number:02d},云溪县第{number}局\n" for number in range(ORGANS))
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Scene:
    """A campaign with a full inbox nobody has collected yet, and the state in which an undisturbed collection ends."""

    folder: Path
    end: dict[str, Any]

    def copy(self, folder: Path) -> Path:
        """Return a copy of the campaign, times of change included."""
        return Path(shutil.copytree(self.folder, folder, dirs_exist_ok=True))


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Return the round: ten versions of every organ, each odd one broken, some in a zip, a second apart each."""
    folder = tmp_path_factory.mktemp("hard") / "round"
    campaign = begin(folder, ROSTER)
    moment = 1_700_000_000
    for version in range(VERSIONS):
        for organ in campaign.roster.organs:
            path = put(campaign, f"第{version}次/{organ.code}.xlsx", version_of(campaign, organ.code, version))
            os.utime(path, (moment, moment))
            moment += 1
    members = {f"第{code}局.xlsx": version_of(campaign, code, VERSIONS) for code in ("03", "04")}
    zipped(campaign.inbox / "最后两份.zip", members, "gbk")
    os.utime(campaign.inbox / "最后两份.zip", (moment, moment))
    undisturbed = Path(shutil.copytree(folder, folder.with_name("undisturbed")))
    finish(undisturbed)
    return Scene(folder, state_of(undisturbed))


def version_of(campaign: Campaign, code: str, version: int) -> bytes:
    """Return an organ's workbook as filled for the n-th time: every odd one does not balance."""
    return filled(campaign, code, {**(BROKEN if version % 2 else BALANCED), "cover.email": f"{version}@example.org"})


class Collection:
    """`xxgk collect` as it runs, with two processes of its own, in a session of its own."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-c", START, "collect", str(folder), "--workers", "2"]
        # A file, for a pipe would wait for workers that outlive a killed command.
        self.errors = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self.errors, start_new_session=True)

    def result(self, seconds: float = 120) -> tuple[int, str]:
        """Wait for its end and return the exit code and what it said on the error channel."""
        code = self.process.wait(seconds)
        self.errors.seek(0)
        with self.errors:
            return code, self.errors.read()

    def kill_when(self, received: Path, count: int) -> bool:
        """Kill the command, not its workers, once so many files are put by; return whether it had not ended before."""
        while self.process.poll() is None and sum(1 for _ in received.glob("*/*.xlsx")) < count:
            time.sleep(0.005)
        running = self.process.poll() is None
        self.process.kill()
        self.process.wait()
        self.errors.close()
        return running

    def survivors(self) -> list[int]:
        """Return the processes of its session that still live."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,stat=", "-s", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return [int(line.split()[0]) for line in listed.stdout.splitlines() if not line.split()[1].startswith("Z")]

    def clear(self) -> None:
        """End what is left of its session."""
        for survivor in self.survivors():
            with contextlib.suppress(ProcessLookupError):
                os.kill(survivor, signal.SIGKILL)


def finish(folder: Path) -> None:
    """Collect undisturbed; some returns of the round need mending, which is exit code 1."""
    assert Collection(folder).result() == (1, "")


def state_of(folder: Path) -> dict[str, Any]:
    """Return all that a collection leaves behind, apart from the time of day."""
    campaign = open_campaign(folder)
    with ReceiptBook(campaign.receipts_file) as book:
        receipts = [
            (one.seq, one.sha256, one.file, one.code, one.verdict, one.check_code, dict(one.values), one.findings)
            for one in book.all()
        ]
        places = {
            code: (place.state, place.counts and place.counts.sha256)
            for code, place in standing(campaign, book).items()
        }
        files = dict(book.files())
    return {
        "receipts": receipts,
        "places": places,
        "files": files,
        "received": contents_of(campaign.received),
        # A workbook's zip is compared by its parts: that is what its reader sees.
        "sendback": {name: parts_of(name, content) for name, content in contents_of(campaign.sendback).items()},
    }


def contents_of(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder that is not hidden; a killed writer may leave a hidden part behind."""
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): MINUTE.sub(b"", path.read_bytes()) for path in paths}


def parts_of(name: str, content: bytes) -> object:
    if not name.endswith(".xlsx"):
        return content
    package = open_package(content, name)
    return {sheet.name: package.cells(sheet.name) for sheet in package.sheets}


# ---- killed


@pytest.mark.parametrize("seed", range(3))
def test_a_collection_killed_again_and_again_ends_as_if_left_alone(scene: Scene, tmp_path: Path, seed: int) -> None:
    folder = scene.copy(tmp_path / "round")
    dice = random.Random(seed)  # noqa: S311
    runs: list[Collection] = []
    for count in sorted(dice.choices(range(FILES + 1), k=4)):
        runs.append(Collection(folder))
        runs[-1].kill_when(folder / "received", count)
    finish(folder)
    state = state_of(folder)
    for run in runs:
        run.clear()
    assert state == scene.end


def test_a_killed_collection_leaves_no_process_behind(scene: Scene, tmp_path: Path) -> None:
    folder = scene.copy(tmp_path / "round")
    run = Collection(folder)
    assert run.kill_when(folder / "received", FILES // 3)
    deadline = time.monotonic() + 10
    while run.survivors() and time.monotonic() < deadline:
        time.sleep(0.1)
    survivors = run.survivors()
    run.clear()
    assert survivors == []


# ---- at once


def test_of_three_collections_at_once_the_others_are_told_who_is_at_work(scene: Scene, tmp_path: Path) -> None:
    folder = scene.copy(tmp_path / "round")
    results = [run.result() for run in [Collection(folder) for _ in range(3)]]
    codes = [code for code, _ in results]
    assert codes.count(1) >= 1
    assert set(codes) <= {1, 2}
    for code, told in results:
        assert ("正在使用" in told) == (code == 2), told
    assert state_of(folder) == scene.end


# ---- order


@pytest.mark.parametrize("seed", range(3))
def test_the_order_in_which_organs_arrive_does_not_matter(scene: Scene, tmp_path: Path, seed: int) -> None:
    """Every organ's versions come in their order, but those of different organs in any, in three collections."""
    folder = scene.copy(tmp_path / "round")
    dice = random.Random(seed)  # noqa: S311
    campaign = open_campaign(folder)
    waiting = tmp_path / "waiting"
    campaign.inbox.rename(waiting)
    campaign.inbox.mkdir()
    cuts = {organ.code: sorted(dice.choices(range(VERSIONS + 1), k=2)) for organ in campaign.roster.organs}
    for batch in range(3):
        for path in sorted(waiting.rglob("*.xlsx"), key=lambda _: dice.random()):
            version = int(path.parent.name[1:-1])
            if sum(version >= cut for cut in cuts[path.stem]) == batch:
                shutil.copy2(path, campaign.inbox / f"{dice.random()}.xlsx")
        if batch == 2:
            shutil.copy2(waiting / "最后两份.zip", campaign.inbox / "包.zip")
        collect_returns(folder)
    state = state_of(folder)
    assert state["places"] == scene.end["places"]
    assert set(state["received"]) == set(scene.end["received"])
    expected = [receipt[1:2] + receipt[3:] for receipt in scene.end["receipts"]]
    assert sorted(map(repr, (one[1:2] + one[3:] for one in state["receipts"]))) == sorted(map(repr, expected))


def test_a_second_collection_reads_nothing_and_changes_nothing(scene: Scene, tmp_path: Path) -> None:
    folder = scene.copy(tmp_path / "round")
    first = collect_returns(folder)
    before = state_of(folder)
    second = collect_returns(folder)
    assert (len(first.new), second.new, second.repeated) == (FILES, (), ())
    assert state_of(folder) == before


# ---- the disk


def stopped(folder: Path) -> str:
    """Run a collection that must not succeed and return what it says."""
    code, text = Collection(folder).result()
    assert code == 2, text
    assert "Traceback" not in text
    assert "程序内部出错" not in text
    return text


@pytest.mark.parametrize("name", ["received", "sendback", "inbox"])
def test_a_file_where_a_folder_should_be_stops_it_and_once_gone_nothing_is_lost(
    scene: Scene, tmp_path: Path, name: str
) -> None:
    folder = scene.copy(tmp_path / "round")
    (folder / name).rename(tmp_path / "aside")
    (folder / name).write_text("挡路")
    assert name in stopped(folder)
    (folder / name).unlink()
    (tmp_path / "aside").rename(folder / name)
    finish(folder)
    assert state_of(folder) == scene.end


def test_a_spoilt_receipt_book_is_named_and_can_be_made_again(scene: Scene, tmp_path: Path) -> None:
    folder = scene.copy(tmp_path / "round")
    book = folder / "receipts.sqlite"
    collect_returns(folder)
    content = book.read_bytes()
    book.write_bytes(b"\xa5" * 8192 + content[8192:])
    assert "receipts.sqlite" in stopped(folder)
    book.rename(tmp_path / "spoilt.sqlite")
    finish(folder)
    assert state_of(folder) == scene.end


@contextlib.contextmanager
def small_disk(place: Path, size: int) -> Iterator[None]:
    """Mount a file system of so many bytes on a new folder, where the system lets us."""
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", place], check=True)


def remount(place: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", place], check=True)


def size_of(folder: Path) -> int:
    """Return what a folder takes on a file system with pages of four kilobytes."""
    return sum(-(-path.stat().st_size // 4096) * 4096 for path in folder.rglob("*"))


def test_a_full_disk_stops_it_and_with_room_again_nothing_is_lost(scene: Scene, tmp_path: Path) -> None:
    folder = tmp_path / "round"
    with small_disk(folder, size_of(scene.folder) + (1 << 20)):
        scene.copy(folder)
        assert "磁盘" in stopped(folder)
        remount(folder, "size=200m")
        finish(folder)
        assert state_of(folder) == scene.end


def test_a_read_only_folder_stops_it_and_is_named(scene: Scene, tmp_path: Path) -> None:
    folder = tmp_path / "round"
    with small_disk(folder, 200 << 20):
        scene.copy(folder)
        remount(folder, "ro")
        assert "可写" in stopped(folder)
        remount(folder, "rw")
        finish(folder)
        assert state_of(folder) == scene.end


# ---- odd files


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """Return a round with every kind of odd file after a collection, and what lay in inbox/ before it."""
    folder = tmp_path_factory.mktemp("odd") / "round"
    campaign = begin(folder, "代码,名称\n" + "".join(f"{place:03d},机关{place}\n" for place in range(len(KINDS))))
    for place, name in enumerate(KINDS):
        put_odd(campaign.inbox, name, filled(campaign, f"{place:03d}"))
    before = contents_of(campaign.inbox)
    finish(folder)
    return folder, before


def receipts_of(folder: Path) -> dict[str, list[str]]:
    """Return the verdicts of the receipts by the first part of the path in inbox/, inside zips too."""
    found: dict[str, list[str]] = {}
    with ReceiptBook(open_campaign(folder).receipts_file) as book:
        for receipt in book.all():
            found.setdefault(receipt.file.removeprefix("inbox/"), []).append(receipt.verdict)
    return found


def test_there_are_thirty_kinds_of_odd_files() -> None:
    assert len(KINDS) >= 30


@pytest.mark.parametrize("place", range(len(KINDS)), ids=[name.partition("\n")[0] for name in KINDS])
def test_every_odd_file_ends_as_it_should(odd: tuple[Path, dict[str, bytes]], place: int) -> None:
    name, mark = list(KINDS.items())[place]
    folder, _ = odd
    verdicts = [
        verdict
        for file, found in receipts_of(folder).items()
        if file == name or file.startswith(f"{name}/")
        for verdict in found
    ]
    state = read_round(open_campaign(folder)).standings[f"{place:03d}"].state.value
    if mark == ACCEPTED:
        assert state == ACCEPTED
    else:
        assert state == "missing"
        assert verdicts == ([] if mark == IGNORED else [UNREADABLE])


def test_no_odd_file_is_changed_moved_or_removed(odd: tuple[Path, dict[str, bytes]]) -> None:
    folder, before = odd
    assert contents_of(folder / "inbox") == before


def test_nothing_is_written_outside_the_campaign_folder(odd: tuple[Path, dict[str, bytes]]) -> None:
    folder, _ = odd
    assert {path.name for path in folder.parent.iterdir()} == {"round", "round.csv"}


def test_collecting_odd_files_again_reads_nothing(odd: tuple[Path, dict[str, bytes]]) -> None:
    folder, _ = odd
    before = state_of(folder)
    again = collect_returns(folder)
    assert (again.new, again.repeated) == ((), ())
    assert state_of(folder) == before


@pytest.mark.parametrize("place", range(len(OBSTACLES)), ids=["pipe", "undecodable name"])
def test_an_obstacle_does_not_stop_the_collection_of_the_rest(tmp_path: Path, place: int) -> None:
    campaign = begin(tmp_path / "round")
    name, make = list(OBSTACLES.items())[place]
    make(campaign.inbox / name)
    put(campaign, "表.xlsx", filled(campaign, "01"))
    run = Collection(campaign.folder)
    try:
        code, _ = run.result(20)
    finally:
        run.clear()
    assert code in {0, 1}
    assert read_round(campaign).standings["01"].state.value == ACCEPTED
