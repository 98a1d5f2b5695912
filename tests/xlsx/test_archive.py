"""Strangers' zips: every way of packing is read, and what is no workbook is refused in words that say why."""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packagecases import (
    SHEET,
    SHEET_PART,
    SHEET_XML,
    by_xlsxwriter,
    by_xlsxwriter_once,
    change,
    prefixed,
    rezipped,
    same,
    with_sheet,
)

from toolkit.errors import WorkbookError
from toolkit.xlsx import archive as zipparts
from toolkit.xlsx import patches, xmltree
from toolkit.xlsx import sheet as sheetxml
from toolkit.xlsx.archive import Archive, read_archive
from toolkit.xlsx.package import NewCell, open_package

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


def commented(data: bytes, comment: bytes) -> bytes:
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = comment
    return buffer.getvalue()


def wide(data: bytes) -> bytes:
    """Return the zip written as if it had passed four gigabytes: every limit of zipfile lowered for a moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zipfile, "ZIP64_LIMIT", 10)
        patch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 2)
        buffer = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
            for info in old.infolist():
                with new.open(info.filename, "w", force_zip64=True) as member:
                    member.write(old.read(info))
    assert b"PK\6\6" in buffer.getvalue()
    return buffer.getvalue()


def stored(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info))
    return buffer.getvalue()


CONTAINERS: dict[str, Callable[[bytes], bytes]] = {
    "data descriptors": lambda data: rezipped(data, lambda _, content: content, streamed=True),
    "a trailing comment": lambda data: commented(data, b"saved by somebody"),
    "bytes after the end": lambda data: data + b"\0" * 100,
    "bytes before the beginning": lambda data: b"PK\3\4" + b"x" * 99 + data,
    "64-bit fields": wide,
    "backslashes": lambda data: rezipped(data, lambda _, content: content, lambda name: name.replace("/", "\\")),
    "capitals": lambda data: rezipped(data, lambda _, content: content, lambda name: name.replace("sheet1", "Sheet1")),
    "absolute targets": change("xl/_rels/workbook.xml.rels", 'Target="', 'Target="/xl/'),
    "dotted targets": change("xl/_rels/workbook.xml.rels", 'Target="', 'Target="../xl/./'),
    "stored members": stored,
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_way_of_packing_reads_the_same_and_can_be_patched(name: str) -> None:
    package = open_package(CONTAINERS[name](by_xlsxwriter()))
    assert dict(package.cells(SHEET)) == dict(open_package(by_xlsxwriter()).cells(SHEET))
    patched = package.patched({SHEET: {"B3": NewCell(41)}})
    assert open_package(patched).cells(SHEET)["B3"].value == 41
    with zipfile.ZipFile(io.BytesIO(patched)) as archive:
        assert archive.testzip() is None


def test_a_comment_that_looks_like_an_end_is_not_taken_for_one() -> None:
    data = commented(by_xlsxwriter(), b"by PK\5\6 " + b"\0" * 30)
    assert dict(open_package(data).cells(SHEET)) == dict(open_package(by_xlsxwriter()).cells(SHEET))


def renumbered(data: bytes) -> bytes:
    """Return the zip with its 64-bit fields under a number that means something else."""
    return re.sub(rb"\x01\x00([\x10\x18])\x00", lambda found: b"\x02\x00" + found[1] + b"\x00", data)


def one_more(data: bytes) -> bytes:
    """Return the zip with its directory announcing one more member than it has."""
    at = data.rfind(b"PK\5\6") + 10
    return data[:at] + struct.pack("<H", struct.unpack_from("<H", data, at)[0] + 1) + data[at + 2 :]


def encrypted(data: bytes) -> bytes:
    changed = bytearray(data)
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = changed.find(mark)
        changed[at + place] |= 1
    return bytes(changed)


def bomb(size: int, count: int = 1) -> bytes:
    def edit(name: str, content: bytes) -> bytes:
        return b" " * size if name == "docProps/app.xml" else content

    data = rezipped(by_xlsxwriter(), edit)
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count - 1):
            archive.writestr(f"x{number}", b"")
    return buffer.getvalue()


def lying_size(data: bytes) -> bytes:
    """Return a zip whose first member states one byte less than it inflates to."""
    changed = bytearray(data)
    at = changed.find(b"PK\1\2")
    size = struct.unpack_from("<L", changed, at + 24)[0]
    struct.pack_into("<L", changed, at + 24, size - 1)
    return bytes(changed)


def overlapping(data: bytes) -> bytes:
    """Return a zip whose first member claims to reach into the second."""
    changed = bytearray(data)
    at = changed.find(b"PK\1\2")
    packed = struct.unpack_from("<L", changed, at + 20)[0]
    struct.pack_into("<L", changed, at + 20, packed + 40)
    return bytes(changed)


def doubled(data: bytes) -> bytes:
    buffer = io.BytesIO(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.writestr(SHEET_PART.upper(), "<x/>")
    return buffer.getvalue()


OLE = bytes.fromhex("D0CF11E0A1B11AE1")
DOCTYPE = '<!DOCTYPE workbook [<!ENTITY e SYSTEM "file:///etc/hostname">]><workbook'
REFUSED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "nothing": (lambda _: b"", "空的"),
    "an old workbook": (lambda _: OLE + "Workbook".encode("utf-16-le"), "旧格式"),
    "an encrypted workbook": (lambda _: OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
    "an old document": (lambda _: OLE + "WordDocument".encode("utf-16-le"), "Word"),
    "a web page": (lambda _: b"\xef\xbb\xbf\r\n<HTML><table></table></HTML>", "网页"),
    "a web page in utf-16": (lambda _: "<html>".encode("utf-16"), "网页"),
    "a web archive": (lambda _: b"MIME-Version: 1.0\r\n", "网页"),
    "an XML spreadsheet": (lambda _: b'<?xml?><W xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML"),
    "a PDF": (lambda _: b"%PDF-1.7", "PDF"),
    "a RAR": (lambda _: b"Rar!\x1a\7", "RAR"),
    "text": (lambda _: "机关,数量\n".encode(), "CSV"),
    "the first half": (lambda data: data[: len(data) // 2], "不完整"),
    "a cut end": (lambda data: data[:-10], "不完整"),
    "another zip": (lambda _: rezipped(by_xlsxwriter(), lambda name, _: b"" if name == "a" else None), "没有报表"),
    "a text document": (lambda data: change("xl/workbook.xml", "<workbook", "<document")(change(
        "xl/workbook.xml", "</workbook", "</document")(data)), "没有工作簿"),
    "a binary workbook": (lambda data: rezipped(change("_rels/.rels", "workbook.xml", "workbook.bin")(data),
        lambda _, content: content, lambda name: name.replace("workbook.xml", "workbook.bin")), "xlsb"),
    "a compression of its own": (lambda data: rezipped(data, same, method=zipfile.ZIP_BZIP2), "压缩方式"),
    "a lost 64-bit directory": (lambda data: wide(data).replace(b"PK\6\6", b"PK\6\0"), "损坏"),
    "lost 64-bit sizes": (lambda data: renumbered(wide(data)), "损坏"),
    "a directory that runs on": (lambda data: one_more(commented(data, b"x" * 60)), "损坏"),
    "a directory before the beginning": (lambda data: data[:-6] + b"\xff\xff\xff\x7f" + data[-2:], "损坏"),
    "a directory that is too short": (lambda data: data[:-14] + b"\x63\0\x63\0" + data[-10:], "损坏"),
    "a password on the zip": (encrypted, "密码"),
    "overlapping members": (overlapping, "损坏"),
    "a part named twice": (doubled, "重名"),
    "too many parts": (lambda _: bomb(1, 5001), "异常巨大"),
    "a document type": (change("xl/workbook.xml", "<workbook", DOCTYPE), "DTD"),
    "a broken workbook part": (change("xl/workbook.xml", "</workbook>", ""), "损坏"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_workbook_is_refused_with_the_reason(name: str) -> None:
    spoil, reason = REFUSED[name]
    with pytest.raises(WorkbookError, match=reason) as refusal:
        open_package(spoil(by_xlsxwriter()), "某局.xlsx")
    assert str(refusal.value).startswith("某局.xlsx：")
    assert str(refusal.value).endswith("。")


def test_a_part_that_would_inflate_without_end_is_refused_when_asked_for() -> None:
    package = open_package(bomb(40 << 20))
    with pytest.raises(WorkbookError, match="异常巨大"):
        _ = package.application


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("docProps/app.xml", b"<a>" * 100_000),
        ("docProps/app.xml", b"<a>" + b"<b/>" * 400_000 + b"</a>"),
        (SHEET_PART, b"<a>" * 100_000),
        (SHEET_PART, SHEET_XML.encode() % (b"<row>" + b"<c/>" * 1_100_000 + b"</row>")),
        ("xl/sharedStrings.xml", b"<a>" * 100_000),
    ],
)
def test_a_part_made_to_exhaust_the_reader_is_refused_soon(part: str, content: bytes) -> None:
    def edit(name: str, old: bytes) -> bytes:
        return content if name == part else old

    package = open_package(rezipped(by_xlsxwriter(), edit))
    with pytest.raises(WorkbookError, match="拒绝读取"):
        _ = package.application, list(package.cells(SHEET))


@pytest.mark.parametrize(
    ("module", "limit", "most"),
    [
        (zipparts, "MAX_FILE", 100),
        (zipparts, "MAX_TOTAL", 100),
        (xmltree, "_MOST_NODES", 5),
        (sheetxml, "MAX_CELLS", 20),
    ],
)
def test_nothing_passes_its_limit(monkeypatch: pytest.MonkeyPatch, module: ModuleType, limit: str, most: int) -> None:
    monkeypatch.setattr(module, limit, most)
    xmltree._kept_tree.cache_clear()  # what was read before was within the limit of then
    with pytest.raises(WorkbookError, match="拒绝读取"):
        open_package(with_sheet(by_xlsxwriter(), prefixed)).cells(SHEET)


def test_a_part_with_more_places_than_a_sheet_can_hold_is_not_patched(monkeypatch: pytest.MonkeyPatch) -> None:
    package = open_package(by_xlsxwriter())
    monkeypatch.setattr(xmltree, "_MOST_SPANS", 20)
    patches._kept_map.cache_clear()  # what was mapped before was within the limit of then
    with pytest.raises(WorkbookError, match="拒绝读取"):
        package.patched({SHEET: {"B3": NewCell(1)}})


def test_a_part_that_inflates_to_more_than_it_states_is_refused() -> None:
    archive = read_archive(lying_size(by_xlsxwriter()))
    with pytest.raises(WorkbookError, match="异常巨大"):
        archive.read(next(iter(archive.members)))


def test_a_flipped_bit_is_noticed() -> None:
    data = bytearray(stored(by_xlsxwriter()))
    at = data.find(b"<sheetData>")
    data[at + 1] ^= 1
    package = open_package(bytes(data))
    with pytest.raises(WorkbookError, match="校验值"):
        package.cells(SHEET)


def test_a_sheet_without_its_part_is_named() -> None:
    data = rezipped(by_xlsxwriter(), lambda name, content: None if name == SHEET_PART else content)
    with pytest.raises(WorkbookError, match=SHEET):
        _ = open_package(data).sheets


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_damage_escapes_as_anything_but_a_workbook_error(data: st.DataObject) -> None:
    spoilt = bytearray(by_xlsxwriter_once())
    for _ in range(data.draw(st.integers(1, 4))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    try:
        package = open_package(
            bytes(spoilt[: data.draw(st.integers(0, len(spoilt)))] if data.draw(st.booleans()) else spoilt)
        )
        for info in package.sheets:
            list(package.cells(info.name).values())
        _ = package.names, package.properties, package.hazards(), package.is_locked(1), package.application
    except WorkbookError:
        pass


def test_new_parts_stand_in_the_order_in_which_they_were_given() -> None:
    """The order of a set would be another in every run, and with it the bytes of the file."""
    archive = read_archive(by_xlsxwriter_once())
    new = [f"xl/new{number}.xml" for number in (3, 1, 2, 9, 4)]
    members = read_archive(archive.rewritten(dict.fromkeys(new, b"<a/>"))).members
    assert [name for name in members if name in new] == new


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_what_inflates_faster_gives_what_zlib_gives(data: st.DataObject) -> None:
    """Spoilt streams too: of what one refuses the other gives nothing either."""
    archive = read_archive(by_xlsxwriter_once())
    member = archive.members[data.draw(st.sampled_from(sorted(archive.members)))]
    spoilt = bytearray(archive.data)
    for _ in range(data.draw(st.integers(0, 3))):
        spoilt[data.draw(st.integers(member.start, member.start + member.packed - 1))] ^= data.draw(st.integers(1, 255))
    size = member.size + data.draw(st.sampled_from((0, 0, -1, 1, 100)))
    found = replace(archive, data=bytes(spoilt), members={"a": member._replace(size=size)})
    quick = read_or_refused(found)
    with mock.patch.object(zipparts.isal_zlib, "decompressobj", side_effect=zipparts.isal_zlib.error):
        assert quick == read_or_refused(found)


def read_or_refused(archive: Archive) -> bytes | None:
    try:
        return archive.read("a")
    except WorkbookError:
        return None
