"""Command lines as people write them: several formats after one `--to`, codes of organs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

TO = "--to"
SKIPPED = ("~$", ".")  # lock files of office programs, and hidden ones
_CODE = re.compile(r"[A-Za-z0-9._-]*")


def spread_formats(arguments: Sequence[str], formats: Iterable[str]) -> list[str]:
    """Return the arguments with `--to docx html` written out as `--to docx --to html`, which the parser can read.

    Only the names of formats are taken, so a file that follows stays a file.
    """
    known, spread, after = frozenset(formats), list[str](), False
    for argument in arguments:
        if after and argument in known and spread[-1] != TO:
            spread.append(TO)
        after = argument == TO or (after and argument in known)
        spread.append(argument)
    return spread


def plain_code(code: str) -> str:
    """Return the code of an organ as it was typed.

    Raises:
        InputError: it holds anything but letters, digits, hyphens, underscores and dots.
    """
    if not _CODE.fullmatch(code):
        raise InputError("--code", [f"代码“{code}”只能由英文字母、数字、连字符、下划线和点组成（不含空格），请核对"])
    return code


def plain_date(text: str) -> str:
    """Return a day as 2025-01-20; blank stays blank.

    Raises:
        InputError: it is no day of the calendar.
    """
    from toolkit.form.dates import read_date

    day = read_date(text) if text.strip() else None
    if text.strip() and day is None:
        raise InputError("日期", [f"“{text}”认不出是哪一天，请按“年-月-日”写"])
    return day.isoformat() if day else ""


def files_of(paths: Sequence[Path]) -> list[Path]:
    """Return the files meant: a folder stands for every workbook in it at any depth, for itself where it has none."""
    files: list[Path] = []
    for path in paths:
        inside = path.rglob("*.xlsx") if path.is_dir() else ()
        files += sorted(entry for entry in inside if entry.is_file() and not entry.name.startswith(SKIPPED)) or [path]
    return files
