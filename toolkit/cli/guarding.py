"""What a command reads it does not overwrite: a slip of `--out` must not cost the clerk's own file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from toolkit.workbook.returned.reading import Reading

_BLANK = (None, "", ())


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


def refuse_other_answers(out: Path, new: bytes, *, force: bool) -> None:
    """Refuse to write a workbook over another file, or over one whose answers or explanations would be lost.

    Raises:
        InputError: `out` is no workbook of ours, or holds an answer that `new` does not hold, and `force` is not given.
    """
    reading = None if force else _standing(out)
    if reading is None or reading.filing is None:
        return
    from toolkit.workbook.returned.reading import read_workbook

    held, written = reading.filing, read_workbook(new, out.name)
    answers = written.filing.answers if written.filing else {}
    lost = [held.form.fields[name].label for name, value in held.answers.items() if value not in _BLANK
            and value != answers.get(name)]  # fmt: skip
    kept = {(one.name, one.text) for one in written.explained}
    lost += [one.text for one in reading.explained if (one.name, one.text) not in kept]
    if lost:
        said = f"那里的报表有 {len(lost)} 处填的和这次要写的不同（如“{lost[0]}”），没有覆盖"
        raise InputError(str(out), [f"{said}；请换一个文件名，确实要覆盖的加 --force"])


def refuse_filled(out: Path, *, force: bool) -> None:
    """Refuse to write a blank workbook over another file, or over one that somebody has begun to fill.

    Raises:
        InputError: `out` is no workbook of ours, or holds answers, and `force` is not given.
    """
    reading = None if force else _standing(out)
    if reading is None or reading.filing is None:
        return
    if any(value not in _BLANK for value in reading.filing.answers.values()):
        raise InputError(str(out), ["这份报表已经有人填过，没有覆盖；请换一个文件名，确实要覆盖的加 --force"])


def _standing(out: Path) -> Reading | None:
    """Return the workbook of ours that stands where one is to be written, None where nothing stands.

    Raises:
        InputError: another file stands there.
    """
    if not out.is_file() or out.stat().st_size == 0:
        return None
    from toolkit.files import read_file
    from toolkit.workbook.returned.reading import read_workbook

    reading = read_workbook(read_file(out), out.name)
    if reading.filing is None:
        said = "那里已有另一个文件，不是本工具的报表，没有覆盖"
        raise InputError(str(out), [f"{said}；请换一个文件名，确实要覆盖的加 --force"])
    return reading


def only_one(given: Mapping[str, object]) -> None:
    """Refuse options that say the same thing in different ways.

    Raises:
        InputError: more than one of the options has a value.
    """
    named = [option for option, value in given.items() if value is not None]
    if len(named) > 1:
        raise InputError(named[1], [f"不能与 {named[0]} 同时用；上年数据只能取自一处"])
