"""What is known to go wrong in batch files of Windows, held against one: there is no Windows here to run it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARIABLE = re.compile(r"%%|%~dp0|%[A-Z_]+%")


def faults_of(content: bytes) -> Iterator[str]:
    """Yield every fault of a batch file, each with its line."""
    if content.startswith(b"\xef\xbb\xbf"):
        yield "a mark of UTF-8 is taken for a command"
    if content.count(b"\r\n") != content.count(b"\n"):
        yield "a line does not end as Windows ends it"
    lines = content.decode().split("\r\n")
    if lines[0] != "@echo off" or "chcp 65001 >nul" not in lines[:3]:
        yield "it does not say first that it is UTF-8"
    if "setlocal" not in lines[:3]:
        yield "what it sets stays behind"
    labels = {line[1:] for line in lines if line.startswith(":")}
    asked = set(re.findall(r"\bgoto (\S+)", "\n".join(lines)))
    yield from (f"no label {name}" for name in asked - labels)
    for number, line in enumerate(lines, 1):
        yield from (f"line {number}: {fault}: {line}" for fault in _in_line(line))
        is_last = not any(lines[number:])
        if labels and not line.isascii() and not is_last:
            yield f"line {number}: letters before a label or another line that cmd counts by bytes: {line}"
    bare = re.sub(r'"[^"]*"', "", "\n".join(lines))
    if bare.count("(") != bare.count(")"):
        yield "brackets that do not close"


def _in_line(line: str) -> Iterator[str]:
    if line.count('"') % 2:
        yield "a quote that does not close"
    if "%" in _VARIABLE.sub("", line):
        yield "a sign of per cent that is no variable"
    unquoted = re.sub(r'"[^"]*"', "", line)
    for name in re.findall(r"%(?!PYTHON)[A-Z_]+%|%~dp0", unquoted):
        yield f"{name} may hold a space and is not quoted"
    if re.match(r"\s*set (?!\")", line):
        yield "a setting that is not quoted as a whole"
