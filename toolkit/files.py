"""Files in and out: read whole, written whole or not at all, with names every system accepts."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import os
import re
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)")
# File systems allow 255 bytes, a Chinese character takes three; the rest is for what follows the stem.
_STEM_BYTES = 190
_MOST_BYTES = 300 << 20  # of a file read whole; the sum of ten thousand organs is smaller
_TEMPORARY = ".xxgk-"  # begins the name under which a file is written
_PIECE = 1 << 20  # characters of a long table written at once
_NOT_PERMITTED, _IN_USE, _PART_IS_FILE = "没有权限", "正被别的程序占用", "所在位置中有一段是文件，不是文件夹"
_WORDS = {
    errno.EACCES: _NOT_PERMITTED,
    errno.EPERM: _NOT_PERMITTED,
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EISDIR: "是文件夹，不是文件",
    errno.ENOTDIR: _PART_IS_FILE,
    errno.EEXIST: _PART_IS_FILE,  # met only where a folder is to be made
    errno.ENOENT: "位置不存在",
    errno.EROFS: "位置是只读的",
    errno.EBUSY: _IN_USE,
    errno.ETXTBSY: _IN_USE,
    errno.ENAMETOOLONG: "文件名太长",
}


def data_folder(name: str) -> Path:
    """Return a folder of shipped data: inside the package once installed, beside it in a checkout."""
    package = Path(__file__).parent
    packaged = package / "_data" / name
    return packaged if packaged.is_dir() else package.parent / name


def safe_stem(title: str) -> str:
    """Return a title as a file name without suffix that Windows, Linux and zip programs all accept."""
    plain = _FORBIDDEN.sub("_", title).strip(" .")
    plain = _RESERVED.sub(r"\1_", plain)
    cut = plain.encode()[:_STEM_BYTES].decode(errors="ignore").rstrip(" .")
    return cut or "_"


def system_words(error: OSError) -> str:
    """Return what the operating system reports, in Chinese; what has no words here keeps its number."""
    return _WORDS.get(error.errno or 0, f"系统错误 {error.errno}")


def read_file(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        InputError: there is no such file, or it cannot be read or is larger than any we take.
    """
    try:
        known = path.stat()
        if not stat.S_ISREG(known.st_mode) and not path.is_dir():  # a pipe would be waited for without end
            raise InputError(str(path), ["不是普通文件（是管道或设备），请先存成文件"])
        if known.st_size > _MOST_BYTES:
            sizes = f"文件有 {known.st_size >> 20} MB，超过 {_MOST_BYTES >> 20} MB"
            raise InputError(str(path), [f"{sizes}，没有读取；请核对是不是拿错了文件"])
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(str(path), ["找不到这个文件，请核对文件名和所在文件夹"]) from error
    except IsADirectoryError as error:
        raise InputError(str(path), ["这是文件夹，请指定文件"]) from error
    except OSError as error:
        raise InputError(str(path), [f"不能读取（{system_words(error)}），请检查权限或是否被别的程序占用"]) from error


def digest_of(path: Path) -> str:
    """Return the hash (SHA-256) of a file's content, which need not fit into memory.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputError(str(path), [f"不能读取：{system_words(error)}"]) from error


def write_file(path: Path, content: bytes) -> None:
    """Write one file whole or not at all; see `write_files`."""
    write_files({path: content})


def write_files(files: Mapping[Path, bytes | Iterable[bytes]]) -> None:
    """Write every file under a temporary name beside its place, then put all in place.

    What is too long to be held at once comes in pieces, which are taken in the order of the files.

    Raises:
        OutputError: a folder or file cannot be written; no temporary file stays behind.
    """
    waiting: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            with _saying(path):
                waiting[_write_beside(path, content)] = path
        for temporary, path in list(waiting.items()):
            with _saying(path):
                temporary.replace(path)
            del waiting[temporary]
    finally:
        _remove(waiting)


@contextmanager
def _saying(path: Path) -> Iterator[None]:
    """Name the file that was asked for, whichever temporary one the system names."""
    if os.path.isdir(path):  # noqa: PTH112 (Path.is_dir raises where the name is too long)
        raise OutputError(f"不能写入“{path}”：这是文件夹，请在后面写上文件名。")
    try:
        yield
    except OSError as error:
        advice = "请检查文件夹是否可写、磁盘是否已满、文件是否正被别的程序打开，然后重试。"
        raise OutputError(f"不能写入“{path}”：{system_words(error)}。{advice}") from error


def _write_beside(path: Path, content: bytes | Iterable[bytes]) -> Path:
    try:
        handle, name = tempfile.mkstemp(prefix=_TEMPORARY, dir=path.parent)
    except FileNotFoundError:  # asked for first, it would be asked for every one of many files
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=_TEMPORARY, dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.writelines([content] if isinstance(content, bytes) else content)
        temporary.chmod(0o644)  # mkstemp makes files only their owner can read; these are for everybody
    except BaseException:  # Ctrl+C too
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


# What makes a spreadsheet take a text for a formula; a tab or line end before it does not help.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_BELOW_NOUGHT = re.compile(r"-\d+(\.\d+)?")


def csv_bytes(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as CSV that every spreadsheet opens as text and numbers: UTF-8 with a mark, never a formula.

    A text that begins like a formula has an apostrophe before it; a number below nought is none. None is an empty cell.
    """
    return b"".join(csv_pieces(rows))


def csv_pieces(rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """Yield what `csv_bytes` returns in pieces, for tables of more lines than memory should hold."""
    text = io.StringIO("\ufeff", newline="")
    text.seek(1)
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        writer.writerow([*map(csv_cell, row)])
        if text.tell() > _PIECE:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def csv_cell(value: object) -> object:
    """Return a value as a CSV cell that is no formula."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS) and not _BELOW_NOUGHT.fullmatch(value):
        return f"'{value}"
    return value
