"""Plain text with tables as people paste them: a cell a line behind a TAB, a row a line between TABs, or pipes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.documents.grids import Collector, Raw
from toolkit.documents.sources.decoding import decode
from toolkit.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.documents.grids import Document

_LARGEST = 20 << 20
_MOST_LINES, _MOST_CELLS = 200_000, 400_000
_RULE = re.compile(r"\s*\|?\s*:?-{3,}:?\s*(\|\s*:?-{3,}:?\s*)*\|?\s*")
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_BOLD = re.compile(r"\*\*(.+)\*\*")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()<>#+\-.!|~$&=^])")
_PATH = " / "
_INDENT = re.compile(r"^[ \u3000\u00a0]{2,}|^\u3000")


def read_text(data: bytes, name: str) -> Document:
    """Return the document of a plain text or Markdown file.

    Raises:
        DocumentError: it is larger than any report.
    """
    if len(data) > _LARGEST:
        raise DocumentError(name, f"文本超过 {_LARGEST >> 20} MB，不是年度报告。")
    if data.count(b"\n") > _MOST_LINES or max(data.count(b"\t"), data.count(b"|")) > _MOST_CELLS:
        told = f"文本超过 {_MOST_LINES} 行，或表格超过 {_MOST_CELLS} 格，不是年度报告。请只留报告部分另存后再试。"
        raise DocumentError(name, told)
    lines = _without_margin(decode(data).splitlines())
    collector = Collector(name)
    if any("|" in line and _RULE.fullmatch(line) for line in lines):
        _markdown(lines, collector)
        return collector.document("md")
    step = 2 if _is_doubled(lines) else 1
    read_lines(lines[::step], collector, step)
    return collector.document("txt")


def _is_doubled(lines: Sequence[str]) -> bool:
    """Return whether an empty line was put behind every line, empty ones too: then half of them say nothing."""
    empty = [not line.strip() and "\t" not in line for line in lines]  # a TAB alone is a cell that holds nothing
    return all(empty[1::2]) and any(empty[:-1:2])


def _without_margin(lines: Sequence[str]) -> list[str]:
    """Return lines without the spaces that all of them begin with, as a text quoted in a message has."""
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return [line.removeprefix(" " * margin) for line in lines]


def read_lines(lines: Sequence[str], collector: Collector, step: int = 1) -> None:
    """Hand over lines and tables; a table ends at the first line behind an empty one that begins no row.

    The lines are every `step`th of the file.
    """
    rows: list[list[str]] = []
    begins, in_row = 0, False
    for at, line in enumerate([*lines, "end"]):
        number = at * step + 1
        if "\t" in line and (rows or line.startswith("\t") or line.strip()):
            begins = begins or number
            cells = line.split("\t")
            if line.startswith("\t") and len(cells) == 2:  # noqa: PLR2004 - a TAB and what follows
                if not in_row:
                    rows.append([])
                rows[-1].append(cells[1])
                in_row = True
            else:
                rows.append(cells)
                in_row = False
        elif in_row and line.strip():
            rows[-1][-1] += line
        elif not line.strip() and line != "end" and rows:
            in_row = False
        else:
            if rows:
                _hand_over(rows, begins, collector)
                rows, begins, in_row = [], 0, False
            if at < len(lines):
                collector.line(line, place=f"第 {number} 行", is_indented=bool(_INDENT.match(line)))


def _hand_over(rows: Sequence[Sequence[str]], begins: int, collector: Collector) -> None:
    """Hand over a table; one cell a row is none, but cells of one with empty lines between them."""
    if max(map(len, rows)) > 1:
        collector.table([[Raw(cell) for cell in row] for row in rows], name=f"第 {begins} 行起的表格")
        return
    for row in rows:
        collector.line("".join(row), place=f"第 {begins} 行起")


def _markdown(lines: Sequence[str], collector: Collector) -> None:
    table: list[str] = []
    title = ""
    for number, line in enumerate([*lines, ""], 1):
        text = line.strip()
        if text.startswith("|"):
            table.append(text)
            continue
        if table:
            collector.table([*([[Raw(title)]] if title else []), *_pipe_rows(table)])
            table, title = [], ""
        if not text:
            continue
        if title:
            collector.line(title)
        bold, heading = _BOLD.fullmatch(text), _HEADING.fullmatch(text)
        title = _unescaped(bold[1]) if bold else ""
        if heading:
            collector.line(_unescaped(heading[2]), len(heading[1]), f"第 {number} 行")
        elif not bold:
            collector.line(_unescaped(text), 0, f"第 {number} 行")
    if title:
        collector.line(title)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _pipe_rows(lines: Sequence[str]) -> Iterator[list[Raw]]:
    """Yield the rows of a pipe table; heads and row labels that name a path get a cell for every step of it."""
    rows = [_pipe_cells(line) for line in lines]
    rule = next((at for at, line in enumerate(lines) if _RULE.fullmatch(line)), -1)
    heads = [[cell.split(_PATH) for cell in row] for row in rows[: max(rule, 0)]]
    body = [[row[0].split(_PATH), *row[1:]] for row in rows[rule + 1 :] if row]
    stub = max((len(row[0]) for row in body), default=1)
    for row in heads:
        depth = max(map(len, row), default=1)
        for level in range(depth):
            yield list(_head_line(row, level, depth, stub))
    for path, *cells in body:
        steps = [Raw(_unescaped(step)) for step in path[:-1]]
        label = Raw(_unescaped(path[-1]), 1, stub - len(steps))
        yield [*steps, label, *(Raw(_unescaped(str(cell))) for cell in cells)]


def _head_line(row: Sequence[Sequence[str]], level: int, depth: int, stub: int) -> Iterator[Raw]:
    for at, path in enumerate(row):
        if level < len(path):
            is_last = level == len(path) - 1
            yield Raw(_unescaped(path[level]), depth - level if is_last else 1, stub if at == 0 else 1)


def _pipe_cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    parts = re.split(r"(?<!\\)(?:\\\\)*\|", inner)
    return [part.strip() for part in (parts[:-1] if not parts[-1].strip() else parts)]
