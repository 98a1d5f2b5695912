"""What stops the program. Faults in people's figures are findings (toolkit.filing.findings), never these.

Every class builds its whole Chinese sentence from what it is given; the command line prints it and ends with code 2.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# What is said when the user stops a command; every file is written whole or not at all.
INTERRUPTED = "已中断，没有写到一半的文件；可以再运行一次。"


class ToolkitError(Exception):
    """The program cannot go on; the text says where, what was found, what was expected and what to do."""


class DefinitionError(ToolkitError):
    """A form definition is wrong. Carries every mistake found, one line each."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        lines = "\n".join(f"  · {mistake}" for mistake in self.mistakes)
        super().__init__(f"表式定义有 {len(self.mistakes)} 处错误：\n{lines}")


class WorkbookError(ToolkitError):
    """A file is not a workbook this toolkit can read, or not one of its own."""


class DocumentError(ToolkitError):
    """A document cannot be read as text and tables; `reason` says why and what to do, without the file's name."""

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(f"{name}：{reason}")

    def __reduce__(self) -> tuple[type[DocumentError], tuple[str, str]]:
        """Return how to make it again: an exception crosses from one process to another by its own arguments."""
        return type(self), (self.name, self.reason)


class InputError(ToolkitError):
    """What the caller gave (an option, a values file, a roster) cannot be used. Carries every mistake found."""

    def __init__(self, where: str, mistakes: Iterable[str]) -> None:
        self.where, self.mistakes = where, tuple(mistakes)
        lines = "；\n  ".join(self.mistakes)
        super().__init__(f"{where}：{lines}")

    def __reduce__(self) -> tuple[type[InputError], tuple[str, tuple[str, ...]]]:
        """Return how to make it again: an exception crosses from one process to another by its own arguments."""
        return type(self), (self.where, self.mistakes)


class OutputError(ToolkitError):
    """A result cannot be written; nothing was left half-written."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint naming the known spelling nearest to `word`, or an empty string when none is near."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"，是否想写“{close[0]}”" if close else ""
