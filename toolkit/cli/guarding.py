"""What a command reads it does not overwrite: a slip of `--out` must not cost the clerk's own file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def refuse_own_input(out: Path, *inputs: Path | None) -> None:
    """Refuse an output that is one of the command's inputs.

    Raises:
        InputError: `out` names the same file as an input.
    """
    for source in inputs:
        if source is not None and source.exists() and out.exists() and out.samefile(source):
            raise InputError(str(out), ["这是要读取的文件，写入会把它覆盖；请用 --out 指定另一个文件名"])


def require_ending(out: Path, ending: str) -> None:
    """Refuse a name that says another kind of file than the one that is written.

    Raises:
        InputError: `out` does not end in `ending`.
    """
    if out.suffix.lower() != ending:
        raise InputError(str(out), [f"生成的是 {ending} 文件，请把文件名写成“{out.stem or '报表'}{ending}”"])
