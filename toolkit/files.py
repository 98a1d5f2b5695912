"""Files in and out: read whole, written whole or not at all, with names every system accepts."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)")
# File systems allow 255 bytes, a Chinese character takes three; the rest is for what follows the stem.
_STEM_BYTES = 190


def safe_stem(title: str) -> str:
    """Return a title as a file name without suffix that Windows, Linux and zip programs all accept."""
    plain = _FORBIDDEN.sub("_", title).strip(" .")
    plain = _RESERVED.sub(r"\1_", plain)
    cut = plain.encode()[:_STEM_BYTES].decode(errors="ignore").rstrip(" .")
    return cut or "_"


def read_file(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        InputError: there is no such file, or it cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(str(path), ["找不到这个文件，请核对文件名和所在文件夹"]) from error
    except IsADirectoryError as error:
        raise InputError(str(path), ["这是文件夹，请指定文件"]) from error
    except OSError as error:
        raise InputError(str(path), [f"不能读取（{error.strerror}），请检查权限或是否被别的程序占用"]) from error


def write_file(path: Path, content: bytes) -> None:
    """Write one file whole or not at all; see `write_files`."""
    write_files({path: content})


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write every file under a temporary name beside its place, then put all in place.

    Raises:
        OutputError: a folder or file cannot be written; no temporary file stays behind.
    """
    waiting: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            waiting[_write_beside(path, content)] = path
        for temporary, path in waiting.items():
            temporary.replace(path)
    except OSError as error:
        raise OutputError(
            f"不能写入“{error.filename}”：{error.strerror}。请检查文件夹是否可写、磁盘是否已满、文件是否正被别的程序打开，然后重试。"
        ) from error
    finally:
        _remove(waiting)


def _write_beside(path: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix=".xxgk-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        temporary.chmod(0o644)  # mkstemp makes files only their owner can read; these are for everybody
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
