"""Files a campaign writes again and again: left untouched where nothing changed, moved aside rather than deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.errors import OutputError
from toolkit.files import system_words, write_file, write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


def write_if_new(path: Path, content: bytes) -> bool:
    """Write a file unless it already holds these bytes; return whether it was written."""
    try:
        if path.stat().st_size == len(content) and path.read_bytes() == content:
            return False
    except OSError:  # not there, or not readable: writing will say what is wrong
        pass
    write_file(path, content)
    return True


def write_pieces_if_new(path: Path, pieces: Callable[[], Iterable[bytes]]) -> bool:
    """Do the same for a file too long to be held at once; the pieces are asked for again where it has to be written."""
    try:
        with path.open("rb") as stream:
            if all(stream.read(len(piece)) == piece for piece in pieces()) and not stream.read(1):
                return False
    except OSError:  # as above
        pass
    write_files({path: pieces()})
    return True


def move_aside(path: Path, target: Path) -> None:
    """Move a file, beside an older one of that name where there is one.

    Raises:
        OutputError: it cannot be moved.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(free_name(target))
    except OSError as error:
        raise OutputError(f"不能移动“{path}”：{system_words(error)}。请关闭正在使用它的程序，然后重试。") from error


def free_name(path: Path) -> Path:
    """Return the path, or with a number behind its stem where a file of that name stands already."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem}({number})")
    return free
