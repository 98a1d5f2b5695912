"""What lies in inbox/: every file worth reading, and what is inside zips, whatever their names and nesting."""

from __future__ import annotations

import filecmp
import io
import lzma
import os
import shutil
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.campaign.round.output_files import free_name
from toolkit.errors import InputError, OutputError, ToolkitError
from toolkit.files import system_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.campaign.intake.receipts import KnownFile
    from toolkit.campaign.round.folder import Campaign

MAX_FILE = 100 << 20  # no workbook is larger; a zip of a whole city's may be
MAX_MEMBERS = 20_000
LATEST = 2**63 - 1  # in nanoseconds, what the receipt book can hold: a file of the year 2262 or later is of then
MAX_TOTAL = 4 << 30
# What systems and office programs leave in folders; never a return.
_JUNK_NAMES = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
# Parts that make a zip a document: a workbook, an OpenDocument file.
_DOCUMENT_PARTS = frozenset({"[Content_Types].xml", "mimetype", "xl/workbook.xml"})
_UTF8 = 0x800
# What Python's zip reader raises for files damaged or written by a newer program.
_UNREADABLE = (
    zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError, struct.error, zlib.error,
    lzma.LZMAError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file in inbox/: its path relative to the campaign folder with `/`, size in bytes, time of change in ns."""

    path: str
    size: int
    mtime_ns: int

    @property
    def changed(self) -> datetime | None:
        """The file's own date; None where it is beyond the calendar."""
        try:
            return datetime.fromtimestamp(self.mtime_ns // 10**9).astimezone()
        except (ValueError, OverflowError, OSError):
            return None

    @property
    def known(self) -> KnownFile:
        """How the receipt book knows the file again without reading it."""
        return self.path, self.size, self.mtime_ns


@dataclass(frozen=True, slots=True)
class Member:
    """One file out of a zip: its name inside, and its bytes or why they cannot be had.

    `changed` is its date in the zip, in local time as zips have it; None where the zip gives none.
    """

    name: str
    content: bytes = b""
    problem: str = ""
    changed: datetime | None = None


class ArchiveError(ToolkitError):
    """A zip that came in cannot be opened; the text says why and what to do."""


def list_arrivals(campaign: Campaign) -> tuple[tuple[Arrival, ...], dict[str, str]]:
    """Return every file of inbox/ that may be a return, and what else lies there and is not taken in.

    The files come oldest change first, so that the newest version comes last; odd names, links and locked folders come
    with what to do about them.

    Raises:
        InputError: inbox/ cannot be listed.
    """
    found: list[Arrival] = []
    refused: dict[str, str] = {}
    for path, name in _walk(campaign.inbox, refused):
        if not is_text(name):
            shown = os.fsencode(name).decode("gb18030", errors="replace")
            refused[shown] = "文件名是乱码，不能登记；请改成正常的名字后再收一次"
            continue
        try:
            known = os.lstat(path)
        except OSError:  # gone since it was listed
            continue
        if stat.S_ISREG(known.st_mode):  # a pipe would be waited for without end
            found.append(Arrival(name, known.st_size, min(known.st_mtime_ns, LATEST)))
        else:
            refused[name] = _LINK if stat.S_ISLNK(known.st_mode) else _NO_FILE
    return tuple(sorted(found, key=lambda one: (one.mtime_ns, one.path))), refused


def is_text(name: str) -> bool:
    """Return whether a file name can be written down."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _walk(folder: Path, refused: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield every file under a folder, links included, with its path and the same from the folder on with `/`.

    A folder that cannot be listed goes into `refused`. Paths are texts: to make and compare `Path`s of ten thousand
    files took longer than to look at them.
    """

    def fail(error: OSError) -> None:
        if Path(error.filename) == folder:
            raise InputError(str(folder), [f"不能列出里面的文件（{system_words(error)}），请检查权限"]) from error
        name = os.fsencode(Path(error.filename).relative_to(folder.parent)).decode("utf-8", errors="replace")
        refused[name] = f"文件夹打不开（{system_words(error)}），里面的文件没有收；请检查权限后再收一次"

    for place, folders, names in os.walk(folder, onerror=fail):
        linked = [name for name in folders if (Path(place) / name).is_symlink()]
        folders[:] = sorted(name for name in folders if not is_junk(name) and name not in linked)
        inside = f"{folder.name}{place.removeprefix(str(folder)).replace(os.sep, '/')}"
        yield from (
            (f"{place}{os.sep}{name}", f"{inside}/{name}") for name in sorted([*names, *linked]) if not is_junk(name)
        )


_LINK = "是链接，没有收；请把文件本身放进 inbox"
_NO_FILE = "不是普通文件（是管道或设备），没有收；请先存成文件再放进 inbox"
_UPWARDS = frozenset({".", ".."})  # steps of a path, no hidden names; nothing is unpacked by its path


def is_junk(name: str) -> bool:
    """Return whether a file or folder is hidden, a lock file of an office program, or a system's own."""
    return name.startswith((".", "~$")) or name.lower() in _JUNK_NAMES


def bring_in(campaign: Campaign, files: Iterable[Path]) -> tuple[Path, ...]:
    """Copy files given by hand into inbox/, never over another; return where each stands.

    Raises:
        InputError: a file does not exist; nothing has been copied then.
        OutputError: a file cannot be copied.
    """
    given = list(files)
    if missing := [path for path in given if not path.is_file()]:
        raise InputError("收件", [f"找不到文件“{path}”" for path in missing])
    return tuple(_bring(campaign.inbox, path) for path in given)


def _bring(inbox: Path, path: Path) -> Path:
    if inbox.resolve() in path.resolve().parents:
        return path
    target = inbox / path.name
    try:
        if target.is_file() and filecmp.cmp(path, target, shallow=False):
            return target
        target = free_name(target)
        part = target.with_name(f".{target.name}.part")  # hidden until whole, so that nobody reads half of it
        shutil.copy2(path, part)
        part.replace(target)
    except OSError as error:
        reason = f"不能把“{path}”复制到 inbox：{system_words(error)}。请检查磁盘是否已满，然后重试。"
        raise OutputError(reason) from error
    return target


def open_archive(source: bytes | Path) -> zipfile.ZipFile | None:
    """Return a zip of files, opened; None for anything else, a document that happens to be a zip among it.

    A path is not read into memory. The caller closes what it is given.
    """
    try:
        begins = source[:2] if isinstance(source, bytes) else _beginning(source)
        if begins != b"PK":
            return None
        archive = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
    except _UNREADABLE:  # a damaged workbook: its reader says so better
        return None
    if _DOCUMENT_PARTS & set(archive.namelist()):
        archive.close()
        return None
    return archive


def _beginning(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(2)


def read_archive(archive: zipfile.ZipFile) -> Iterator[Member]:
    """Yield the files of a zip in the order of their names, one in memory at a time.

    Raises:
        ArchiveError: the zip as a whole is refused.
    """
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_MEMBERS or sum(entry.file_size for entry in entries) > MAX_TOTAL:
        raise ArchiveError("压缩包里的文件太多或展开后异常巨大，已拒绝读取；请解压后把报表放进 inbox")
    if not entries:
        raise ArchiveError("压缩包是空的；请对方重新打包发送")
    for name, entry in sorted(((_name(entry), entry) for entry in entries), key=itemgetter(0)):
        if not any(is_junk(part) for part in name.split("/") if part not in _UPWARDS):
            yield _member(archive, name, entry)


def _name(entry: zipfile.ZipInfo) -> str:
    """Return a member's name. Chinese Windows writes GBK without saying so, which Python takes for code page 437."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:  # Python already had a better source for the name
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return entry.filename


def _member(archive: zipfile.ZipFile, name: str, entry: zipfile.ZipInfo) -> Member:
    if entry.flag_bits & 1:
        return Member(name, problem="压缩包带有密码，无法读取；请对方去掉密码后重新发送")
    if entry.file_size > MAX_FILE:
        return Member(name, problem="文件超过 100 MB，不会是年报表，已拒绝读取")
    try:
        with archive.open(entry) as stream:
            content = stream.read(MAX_FILE + 1)
    except NotImplementedError:
        return Member(name, problem="压缩包用了不认识的压缩方式；请解压后把报表放进 inbox")
    except _UNREADABLE:
        return Member(name, problem="压缩包里的这个文件已损坏，可能没有传完；请对方重新发送")
    if (inner := open_archive(content)) is not None:
        inner.close()
        return Member(name, problem="压缩包里又套着压缩包；请解压后把报表放进 inbox")
    return Member(name, content, changed=_date(entry))


_NO_DATE = 1980  # what programs write that know no date


def _date(entry: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*entry.date_time).astimezone() if entry.date_time[0] > _NO_DATE else None
    except (ValueError, OverflowError, OSError):  # no such day
        return None
