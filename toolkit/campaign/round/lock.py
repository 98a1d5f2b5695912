"""One command at a time writes into a campaign folder; a second one is told who is at work."""

from __future__ import annotations

import errno
import json
import os
import platform
import sys
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from toolkit.errors import InputError, OutputError
from toolkit.files import system_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK = ".lock"
# Windows locks bytes, and locked bytes cannot be read: the one we lock lies far behind what the file says.
_BYTE = 1 << 30


@contextmanager
def exclusively(folder: Path, doing: str) -> Iterator[None]:
    """Hold the folder while something is done in it; `doing` is the command as others will read it.

    The system gives the lock back when the holder ends, however it ends: a lock is never stale.

    Raises:
        InputError: another command holds the folder; the message names it.
        OutputError: the folder cannot be written.
    """
    path = folder / LOCK
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise OutputError(f"不能写入“{folder}”：{system_words(error)}。请检查文件夹是否可写、磁盘是否已满。") from error
    try:
        if not _lock(handle):
            raise InputError(str(folder), [f"{_holder(path)}；请等它结束后重试"])
        _write(handle, {"doing": doing, "pid": os.getpid(), "host": platform.node(), "since": _now()})
        yield
        _write(handle, {})
    finally:
        os.close(handle)


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _write(handle: int, told: dict[str, object]) -> None:
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, json.dumps(told, ensure_ascii=False).encode())


def _holder(path: Path) -> str:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return f"{told['host']} 上的 {told['doing']}（进程 {told['pid']}，{told['since']} 开始）正在使用"
    except (OSError, ValueError, KeyError):  # it has only just begun, or has just ended
        return "另一个命令正在使用"


if sys.platform == "win32":  # pragma: no cover (tested where there is a Windows)
    import msvcrt

    def _lock(handle: int) -> bool:
        os.lseek(handle, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:  # a share that knows no locks: one at a time is then up to the people
            return error.errno in {errno.ENOLCK, errno.ENOTSUP}
        return True
