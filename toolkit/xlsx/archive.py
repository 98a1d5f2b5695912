"""The zip around a workbook: read from bytes, every promise of its directory checked, and rewritten member by member.

A member that is not replaced keeps its compressed bytes; nothing is inflated that nobody asks for.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from isal import isal_zlib

from toolkit.errors import WorkbookError
from toolkit.xlsx.signatures import why_not_zip

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

MAX_FILE = 100 << 20
MAX_PART = 64 << 20
MAX_TOTAL = 512 << 20
MAX_MEMBERS = 5000
MAX_RATIO = 300  # XML of many like rows reaches about a hundred; deflate itself stops near a thousand
_RATIO_FROM = 1 << 20  # small parts may be as repetitive as they like
# Styles, relations and the list of sheets are the same in all workbooks of a round, and small.
_PARTS_KEPT, _SMALL, _SMALL_SIZE = 1 << 6, 1 << 13, 1 << 17

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 1, 8, 0x800
_ZIP64 = 1
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_EPOCH = 0x21  # 1980-01-01, the first day a zip can state
_DAMAGED = "文件已损坏或不完整（压缩包目录对不上）。请让对方重新发送，或用 Excel、WPS 打开后另存。"
_BOMB = "文件展开后异常巨大，可能是恶意构造的压缩炸弹，已拒绝读取。请核实来历，让对方重新发送原文件。"


class Member(NamedTuple):
    """One file in the zip: what its directory entry says, and where its compressed bytes stand."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    time: int
    date: int
    crc: int
    packed: int
    size: int
    header: int
    start: int = 0
    made_by: int = 20
    needs: int = 20
    inside: int = 0
    outside: int = 0
    extra: bytes = b""
    local_extra: bytes = b""
    comment: bytes = b""

    def local_entry(self) -> bytes:
        """Return the local header with sizes and checksum known, so that no data descriptor has to follow."""
        numbers = (self.needs, self.flags, self.method, self.time, self.date, self.crc, self.packed, self.size)
        head = _LOCAL.pack(b"PK\3\4", *numbers, len(self.raw_name), len(self.local_extra))
        return head + self.raw_name + self.local_extra

    def central_entry(self, offset: int) -> bytes:
        """Return the directory entry for a member whose local header stands at `offset`."""
        numbers = (self.needs, self.flags, self.method, self.time, self.date, self.crc, self.packed, self.size)
        lengths = (len(self.raw_name), len(self.extra), len(self.comment))
        head = _CENTRAL.pack(b"PK\1\2", self.made_by, *numbers, *lengths, 0, self.inside, self.outside, offset)
        return head + self.raw_name + self.extra + self.comment


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip in memory. `members` holds its files by name, in the order in which they stand."""

    data: bytes
    members: Mapping[str, Member]
    comment: bytes = b""

    def read(self, name: str) -> bytes:
        """Return a member inflated; its size and checksum must be the ones the directory states."""
        member = self.members[name]
        if member.size > MAX_PART or (member.size > _RATIO_FROM and member.size > MAX_RATIO * member.packed):
            raise WorkbookError(_BOMB)
        raw = self.packed_bytes(member)
        inflate = _kept if len(raw) < _SMALL and member.size < _SMALL_SIZE else _inflated
        content = inflate(raw, member.method, member.size, member.crc)
        if content is None:
            raise WorkbookError(f"文件已损坏：内部部件 {name} 的校验值不符。请让对方重新发送。")
        return content

    def packed_bytes(self, member: Member) -> bytes:
        """Return a member as it stands compressed."""
        return self.data[member.start : member.start + member.packed]

    def rewritten(self, changed: Mapping[str, bytes], removed: Iterable[str] = ()) -> bytes:
        """Return the zip with some contents changed, some members gone, new ones at the end, the rest as it was."""
        gone = frozenset(removed)
        writer = Writer()
        for name, member in self.members.items():
            if name in changed:
                writer.add(*deflated(member, changed[name]))
            elif name not in gone:
                writer.add(member, self.packed_bytes(member))
        for name in (name for name in changed if name not in self.members):
            writer.add(*deflated(new_member(name), changed[name]))
        return writer.finished(self.comment)


class Writer:
    """Puts members one after the other and the directory behind them. `copy()` lets many files share one beginning."""

    def __init__(self, body: Iterable[bytes] = (), directory: Iterable[bytes] = (), offset: int = 0) -> None:
        self._body = list(body)
        self._directory = list(directory)
        self._offset = offset

    def add(self, member: Member, packed: bytes) -> None:
        """Add a member whose compressed bytes are given."""
        head = member.local_entry()
        self._directory.append(member.central_entry(self._offset))
        self._body += (head, packed)
        self._offset += len(head) + len(packed)

    def copy(self) -> Writer:
        """Return a writer that goes on from here, this one being left as it is."""
        return Writer(self._body, self._directory, self._offset)

    def joined(self) -> Writer:
        """Return a writer that holds the same as one piece."""
        return Writer((b"".join(self._body),), self._directory, self._offset)

    def finished(self, comment: bytes = b"") -> bytes:
        """Return the whole zip."""
        directory = b"".join(self._directory)
        count = len(self._directory)
        end = _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), self._offset, len(comment))
        return b"".join((*self._body, directory, end, comment))


@dataclass(frozen=True, slots=True)
class SharedMembers:
    """The members that all copies of a zip share, joined once; what differs is added behind them."""

    constant: Writer
    comment: bytes

    @classmethod
    def of(cls, archive: Archive, parts: Collection[str]) -> SharedMembers:
        """Return what the copies of an archive share when these parts vary; WorkbookError for a part it lacks."""
        if unknown := [name for name in parts if name not in archive.members]:
            raise WorkbookError(f"模板里没有部件 {unknown[0]}，无法批量生成。")
        constant = Writer()
        for name, member in archive.members.items():
            if name not in parts:
                constant.add(member, archive.packed_bytes(member))
        return cls(constant.joined(), archive.comment)


def new_member(name: str) -> Member:
    """Return an entry for a file that the zip did not have."""
    return Member(name, name.encode(), _UTF8, _DEFLATED, 0, _EPOCH, 0, 0, 0, 0)


def deflated(member: Member, content: bytes) -> tuple[Member, bytes]:
    """Return the entry and the compressed bytes of a member with new content; its name, date and attributes stay."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(content) + packer.flush()
    entry = member._replace(method=_DEFLATED, crc=zlib.crc32(content), packed=len(packed), size=len(content))
    return entry, packed


def _inflated(raw: bytes, method: int, size: int, crc: int) -> bytes | None:
    """Return what a member's bytes are inflated; None where it is not what the directory states."""
    content = raw if method == _STORED else _inflate(raw, method, size)
    return content if len(content) == size and isal_zlib.crc32(content) == crc else None


_kept = lru_cache(maxsize=_PARTS_KEPT)(_inflated)


def _inflate(raw: bytes, method: int, size: int) -> bytes:
    if method != _DEFLATED:
        raise WorkbookError("文件使用了不认识的压缩方式。请用 Excel 或 WPS 打开后另存为 .xlsx 再试。")
    try:  # in some six tenths of the time
        content = isal_zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, size + 1)
        if len(content) == size:
            return content
    except isal_zlib.error:  # type: ignore[misc] # its stub does not say that this is a class
        pass  # zlib has the last word on what it refuses, or finds too long or too short
    worker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = worker.decompress(raw, size + 1)
    except zlib.error as error:
        raise WorkbookError(_DAMAGED) from error
    if len(content) > size:
        raise WorkbookError(_BOMB)
    return content


def read_archive(data: bytes) -> Archive:
    """Return the zip in `data`; WorkbookError if its directory does not hold together, lies, or describes a bomb."""
    if reason := why_not_zip(data):
        raise WorkbookError(reason)
    if len(data) > MAX_FILE:
        raise WorkbookError("文件超过 100 MB，不会是年报表，已拒绝读取。")
    try:
        end, count, size, offset, comment = _find_end(data)
        shift = end - size - offset  # something may stand before the zip; every offset then counts from where it begins
        if shift < 0 or count > MAX_MEMBERS:
            raise WorkbookError(_DAMAGED if shift < 0 else _BOMB)
        found = [_located(data, member, shift) for member in _entries(data, end - size, end, count)]
    except (struct.error, UnicodeDecodeError) as error:
        raise WorkbookError(_DAMAGED) from error
    found.sort(key=lambda member: member.header)
    _check_members(found, end - size)
    return Archive(data, {member.name: member for member in found}, comment)


def _find_end(data: bytes) -> tuple[int, int, int, int, bytes]:
    """Return where the directory ends, its count of entries, its size, its stated offset, and the zip's comment."""
    at = len(data)
    lowest = max(0, len(data) - _FULL16 - _END.size)
    while (at := data.rfind(b"PK\5\6", lowest, at)) >= 0:
        # A comment may itself contain the mark, and programs may leave bytes behind the end: what counts is whether a
        # directory ends here. Only an empty zip has none.
        if at + _END.size > len(data):
            continue
        _, _, _, _, count, size, offset, length = _END.unpack_from(data, at)
        comment = data[at + _END.size : at + _END.size + length]
        if at >= _LOCATOR64.size and data.startswith(b"PK\6\7", at - _LOCATOR64.size):
            return (*_find_end64(data, at - _LOCATOR64.size), comment)
        if at == 0 or (count and size <= at and data.startswith(b"PK\1\2", at - size)):
            return at, count, size, offset, comment
    raise WorkbookError("文件不完整（可能没有传完或被截断），请让对方重新发送。")


def _find_end64(data: bytes, locator: int) -> tuple[int, int, int, int]:
    """Return the same four numbers from the 64-bit end record, which stands right before its locator."""
    at = locator - _END64.size
    if at < 0 or not data.startswith(b"PK\6\6", at):
        raise WorkbookError(_DAMAGED)
    *_, count, size, offset = _END64.unpack_from(data, at)
    return at, count, size, offset


def _entries(data: bytes, at: int, end: int, count: int) -> Iterator[Member]:
    for _ in range(count):
        mark, made, needs, flags, method, time, date, crc, packed, size, *rest = _CENTRAL.unpack_from(data, at)
        names, extras, comments, _, inside, outside, header = rest
        at += _CENTRAL.size
        raw_name, extra = data[at : at + names], data[at + names : at + names + extras]
        comment = data[at + names + extras : at + names + extras + comments]
        at += names + extras + comments
        if mark != b"PK\1\2" or at > end:
            raise WorkbookError(_DAMAGED)
        if _FULL32 in (packed, size, header):
            size, packed, header = _wide_numbers(extra, size, packed, header)
        encoding = "ascii" if raw_name.isascii() else "utf-8" if flags & _UTF8 else "cp437"
        name = raw_name.decode(encoding).replace("\\", "/").lstrip("/")
        yield Member(
            name, raw_name, flags, method, time, date, crc, packed, size, header,
            made_by=made, needs=needs, inside=inside, outside=outside, extra=_plain(extra), comment=comment,
        )  # fmt: skip


def _wide_numbers(extra: bytes, *numbers: int) -> list[int]:
    """Return the numbers with every one that did not fit 32 bits taken from the 64-bit extra field."""
    wide = next((body for kind, body in _extras(extra) if kind == _ZIP64), b"")
    values = iter(struct.unpack(f"<{len(wide) // 8}Q", wide[: len(wide) // 8 * 8]))
    try:
        return [next(values) if number == _FULL32 else number for number in numbers]
    except StopIteration as error:
        raise WorkbookError(_DAMAGED) from error


def _extras(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        yield kind, extra[at + 4 : at + 4 + length]
        at += 4 + length


def _plain(extra: bytes) -> bytes:
    """Return extra fields without the 64-bit one: what we write always fits 32 bits."""
    return b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in _extras(extra) if kind != _ZIP64)


def _located(data: bytes, member: Member, shift: int) -> Member:
    """Return the member with the place of its bytes; a local header that names another file is a trick."""
    header = member.header + shift
    mark, *_, names, extras = _LOCAL.unpack_from(data, header)
    at = header + _LOCAL.size
    if mark != b"PK\3\4" or data[at : at + names] != member.raw_name:
        raise WorkbookError(_DAMAGED)
    return member._replace(
        flags=member.flags & ~_DESCRIPTOR,
        header=header,
        start=at + names + extras,
        local_extra=_plain(data[at + names : at + names + extras]),
    )


def _check_members(members: list[Member], directory: int) -> None:
    """Refuse encrypted, overlapping or twice-named members and sizes no workbook has."""
    if any(member.flags & _ENCRYPTED for member in members):
        raise WorkbookError("文件带有压缩包密码，无法读取。请去掉密码后重新报送。")
    if sum(member.size for member in members) > MAX_TOTAL:
        raise WorkbookError(_BOMB)
    if len({member.name.lower() for member in members}) < len(members):
        raise WorkbookError("文件内部有重名的部件，可能被改动过，已拒绝读取。请用 Excel 或 WPS 打开后另存再试。")
    ends = [*(member.header for member in members[1:]), directory]
    if any(member.start + member.packed > end for member, end in zip(members, ends, strict=False)):
        raise WorkbookError(_DAMAGED)
