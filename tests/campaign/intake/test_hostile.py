"""Nothing one file is or holds costs another its result."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from campaigncases import make_campaign
from casebook import full_filing
from exampleruns import START
from hostilefiles import FILES, OTHERS, packed, put_hostile

from toolkit.campaign.board.board import read_round
from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.intake.arrivals import open_archive
from toolkit.campaign.intake.standings import State
from toolkit.campaign.round.folder import open_campaign
from toolkit.campaign.round.seals import seal_of
from toolkit.errors import InputError, WorkbookError
from toolkit.files import read_file
from toolkit.workbook.template.workbook import write_workbook
from toolkit.xlsx.package import MAX_CELLS, MAX_SHEETS, open_package
from toolkit.xlsx.signatures import why_not_zip

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.campaign.round.folder import Campaign


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return make_campaign(tmp_path / "round")


def good(campaign: Campaign, code: str = "") -> bytes:
    leaves = (organ for organ in campaign.roster.organs if not campaign.roster.children(organ.code))
    organ = campaign.roster.by_code[code] if code else next(leaves)
    filing = full_filing(campaign.form)
    mine = type(filing)(filing.form, organ.name, organ.code, campaign.year, filing.answers)
    return write_workbook(mine, seal=seal_of(campaign, organ.code))


HOSTILE = (
    "新版的压缩包.zip",
    "新版的工作簿.xlsx",
    "坏的LZMA.zip",
    "包里还是包.zip",
    "只像压缩包.xlsx",
    "空的压缩包.xlsx",
)


@pytest.mark.parametrize("kind", HOSTILE)
def test_one_hostile_file_costs_no_other_its_result(campaign: Campaign, kind: str) -> None:
    sound = good(campaign)
    (campaign.inbox / "一.xlsx").write_bytes(FILES[kind](sound[:-30] + bytes(30)))
    (campaign.inbox / "二.xlsx").write_bytes(sound)
    collected = collect_returns(campaign.folder)
    assert collected.count(State.ACCEPTED) == 1
    assert collected.files == 2


def test_links_locked_folders_and_odd_names_are_told_and_the_rest_goes_on(campaign: Campaign) -> None:
    (campaign.inbox / "二.xlsx").write_bytes(good(campaign))
    (campaign.inbox / "链接.xlsx").symlink_to(campaign.inbox / "二.xlsx")
    (campaign.inbox / "夹").symlink_to(campaign.folder)
    odd = os.fsencode(campaign.inbox) + b"/" + "财政局".encode("gb18030")
    folder = type(campaign.inbox)(os.fsdecode(odd))
    folder.mkdir()
    (folder / "a.xlsx").write_bytes(b"x")
    collected = collect_returns(campaign.folder)
    assert collected.count(State.ACCEPTED) == 1
    assert sorted(reason[:2] for reason in collected.blocked.values()) == ["文件", "是链", "是链"]


# For all of them together, of which some take two seconds each.
MOST_SECONDS, MOST_KILOBYTES, MOST_DISK = 90, 500 << 10, 64 << 20
# A process begins with the memory of the one it comes from, so a small one stands between.
WATCH = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(code, used.ru_maxrss, used.ru_utime + used.ru_stime, file=sys.stderr)
"""
UNNAMED = {"国标码的文件夹"}  # it is called by the bytes of its own name


@pytest.mark.slow
def test_everything_hostile_at_once_costs_two_good_returns_nothing(campaign: Campaign) -> None:
    """In a process of its own, the memory and time of which are measured."""
    for name, code in (("一", "1"), ("二", "2")):
        (campaign.inbox / f"{name}.xlsx").write_bytes(good(campaign, code))
    put_hostile(campaign.inbox, good(campaign, "21"))
    try:
        before = size_of(campaign.folder)
        said, most, seconds = measured(campaign)
    finally:
        (campaign.inbox / "锁住的文件夹").chmod(0o755)
    assert most < MOST_KILOBYTES
    assert seconds < MOST_SECONDS
    assert size_of(campaign.folder) - before < MOST_DISK
    assert {"1", "2"} <= read_round(campaign).returns.keys()
    told = " ".join(one["file"] for kind in ("new", "blocked", "repeated") for one in said[kind])
    assert [name for name in (*FILES, *OTHERS) if name not in told and name not in UNNAMED] == []
    assert [one for one in said["new"] if "defect_of_ours" in json.dumps(one["findings"])] == []
    assert all(one["reason"] for one in said["blocked"])


def measured(campaign: Campaign) -> tuple[dict[str, Any], int, float]:
    """Return what `xxgk collect` says in a process of its own, and the kilobytes and seconds it took."""
    call = [sys.executable, "-c", START, "collect", str(campaign.folder), "--json", "--workers", "1"]
    done = subprocess.run([sys.executable, "-c", WATCH, *call], capture_output=True, check=False)
    said, _, used = done.stderr.decode().rstrip().rpartition("\n")
    code, most, seconds = used.split()
    assert "Traceback" not in said
    assert code == "1", said
    return json.loads(done.stdout), int(most), float(seconds)


def size_of(folder: Path) -> int:
    """Return how many bytes of the disk the files of a folder take, the received ones as they came left out."""
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_blocks * 512 for path in paths if "inbox" not in path.parts)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_a_locked_folder_is_told(campaign: Campaign) -> None:
    locked = campaign.inbox / "锁"
    locked.mkdir(mode=0)
    try:
        assert [name for name in collect_returns(campaign.folder).blocked if "锁" in name]
    finally:
        locked.chmod(0o755)


def test_a_file_of_the_year_9999_is_taken(campaign: Campaign) -> None:
    path = campaign.inbox / "二.xlsx"
    path.write_bytes(good(campaign))
    os.utime(path, (253402300799, 253402300799))
    assert collect_returns(campaign.folder).count(State.ACCEPTED) == 1


def test_a_large_zip_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "大.zip"
    path.write_bytes(packed(b"x"))
    archive = open_archive(path)
    assert archive is not None
    archive.close()
    with path.open("r+b") as stream:
        stream.truncate(3 << 30)
    assert open_archive(path) is None


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管道")
    with pytest.raises(InputError, match="管道"):
        read_file(tmp_path / "管道")


def with_sheets(data: bytes, count: int, same_part: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "xl/workbook.xml":
                rows = "".join(f'<sheet name="又{n}" sheetId="{n + 90}" r:id="rId1"/>' for n in range(count))
                content = content.replace(b"</sheets>", f"{rows}</sheets>".encode())
            after.writestr(name, content)
    assert same_part
    return buffer.getvalue()


def test_a_part_listed_many_times_is_parsed_once_and_many_sheets_are_refused(campaign: Campaign) -> None:
    package = open_package(with_sheets(good(campaign), 50, "rId1"))
    cells = {id(package.cells(sheet.name)) for sheet in package.sheets if sheet.name.startswith("又")}
    assert len(cells) == 1
    with pytest.raises(WorkbookError, match="工作表超过"):
        _ = open_package(with_sheets(good(campaign), MAX_SHEETS, "rId1")).sheets


def test_a_sheet_of_a_million_cells_is_refused_unless_it_is_a_ledger(campaign: Campaign) -> None:
    cells = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(1, MAX_CELLS + 2))
    xml = f"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>{cells}</sheetData></worksheet>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good(campaign))) as before, zipfile.ZipFile(buffer, "w") as after:
        for name in before.namelist():
            after.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else before.read(name))
    package = open_package(buffer.getvalue())
    first = package.sheets[0].name
    with pytest.raises(WorkbookError, match="单元格超过"):
        package.cells(first)
    package.expect_large(first)
    assert len(package.cells(first)) == MAX_CELLS + 1


KINDS = {
    "这是一封邮件": b"From: a@b.cn\r\nTo: c@d.cn\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\n",
    "文档加密软件": b"\x00\x12E-SafeNet\x00LOCK" + bytes(300),
    "这是图片": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "CSV": "机关,数量\n甲,1\n".encode("gbk"),
    "纯文本": "说明".encode(),
    "这是改了扩展名的网页存档": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n",
    "看不出是什么文件": bytes(range(1, 200)),
}


@pytest.mark.parametrize("said", KINDS)
def test_what_a_file_is_is_said_with_a_remedy_of_its_own(said: str) -> None:
    assert said in why_not_zip(KINDS[said])


def test_zips_that_are_documents_are_called_by_name() -> None:
    for name, content, said in (
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet", ".ods"),
        ("word/document.xml", b"<x/>", "Word"),
        ("ofd.xml", b"<x/>", "OFD"),
        ("某局.xlsx", b"x", "某局.xlsx"),
        ("readme", b"x", "没有报表"),
    ):
        with pytest.raises(WorkbookError, match=said):
            open_package(packed(content, name=name))


def test_the_name_of_another_organ_in_the_file_name_is_asked_about(campaign: Campaign) -> None:
    sound, organs = good(campaign), campaign.roster.organs
    mine = next(organ for organ in organs if not campaign.roster.children(organ.code))
    other = next(organ for organ in organs if organ is not mine and organ.name not in mine.name)
    (campaign.inbox / f"{other.name}-年报.xlsx").write_bytes(sound)
    collected = collect_returns(campaign.folder)
    (receipt,) = collected.new
    assert "file_of_another" in {finding["name"] for finding in receipt.findings}
    assert collected.places[mine.code].state is State.HELD
    assert other.name in receipt.file
    (question,) = collected.questions
    assert (question.kind, question.organ.code) == ("held", mine.code)


def test_a_lost_key_leaves_a_note_and_the_count(campaign: Campaign) -> None:
    (campaign.inbox / "二.xlsx").write_bytes(good(campaign))
    (campaign.folder / "key.toml").unlink()
    collected = collect_returns(campaign.folder)
    assert collected.count(State.ACCEPTED) == 1
    assert "seal_not_checked" in {finding["name"] for finding in collected.new[0].findings}
    assert open_campaign(campaign.folder).key.is_lost
