"""The report as plain text, laid out as such reports are exchanged, and as Markdown for repositories and wikis."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.form.grid import Role, heads_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.form.grid import GridCell
    from toolkit.form.values import Paragraph
    from toolkit.report.document import Report, ReportTable

_INDENT = "\u3000\u3000"
# What Markdown would read as markup anywhere in a line, and what it would read so at its beginning.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>&~|$])")
_OPENING = re.compile(r"^([#+=-]|\d+[.)](?=\s))")


def render_text(report: Report) -> str:
    """Return the report as plain text ending in a newline.

    A table is rows of consecutive lines that each begin with a TAB, rows apart by an empty line; what is merged across
    stands once, what is merged down is an empty cell below.
    """
    lines = [report.title, *([report.provisional] if report.provisional else []), "", _body(report, report.preamble)]
    for section in report.sections:
        lines += ["", section.heading]
        lines += [_text_paragraph(report, paragraph) for paragraph in section.paragraphs]
        lines += _text_table(section.table) if section.table else []
    ending = [text for text in (report.signature, report.dated) if text]
    note = ["", _body(report, report.contact_note)] if report.contact_note else []
    return "\n".join([*lines, "", *(f"{_INDENT * 8}{text}" for text in ending), *note]) + "\n"


def _body(report: Report, text: str) -> str:
    return f"{_INDENT}{text}" if report.is_chinese else text


def _text_paragraph(report: Report, paragraph: Paragraph) -> str:
    return paragraph.text if paragraph.level else _body(report, paragraph.text)


def _text_table(table: ReportTable) -> Iterator[str]:
    for row in range(table.grid.height):
        yield ""
        for cell in table.across(row):
            yield "\t" + (table.text(cell) if cell.row == row else "")
    yield ""


def render_markdown(report: Report) -> str:
    """Return the report as Markdown. Pipe tables know no merged cells, so every head and row names its whole path."""
    blocks = [f"# {_escape(report.title)}"]
    blocks += [f"**{_escape(report.provisional)}**"] if report.provisional else []
    blocks.append(_escape_line(report.preamble))
    for section in report.sections:
        blocks.append(f"## {_escape(section.heading)}")
        blocks += [_markdown_paragraph(paragraph) for paragraph in section.paragraphs]
        blocks += _markdown_tables(section.table) if section.table else []
    blocks += [_escape_line(text) for text in (report.signature, report.dated, report.contact_note) if text]
    return "\n\n".join(blocks) + "\n"


def _markdown_paragraph(paragraph: Paragraph) -> str:
    if paragraph.level:
        return f"{'#' * (paragraph.level + 2)} {_escape(paragraph.text)}"
    return _escape_line(paragraph.text)


def _escape(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


def _escape_line(text: str) -> str:
    """Return text whose first characters open no heading, list or rule either."""
    return _OPENING.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", _escape(text))


def _markdown_tables(table: ReportTable) -> Iterator[str]:
    """Yield one pipe table for each band, under the band's title where it has one."""
    for band in dict.fromkeys(cell.band for cell in table.grid.cells):
        cells = [cell for cell in table.grid.cells if cell.band == band]
        for title in (cell for cell in cells if cell.role is Role.BAND):
            yield f"**{_escape(title.text)}**"
        yield _pipe_table(table, cells)


def _pipe_table(table: ReportTable, cells: list[GridCell]) -> str:
    data = [cell for cell in cells if cell.role is Role.DATA]
    top = [cell for cell in data if cell.row == data[0].row]
    corner = [_escape(cell.text) for cell in cells if cell.role is Role.CORNER]
    rows = [[*corner, *(_path(table, cell, Role.HEAD) for cell in top)]]
    rows.append([*("---" for _ in corner), *("---:" for _ in top)])
    for row in dict.fromkeys(cell.row for cell in data):
        across = [cell for cell in data if cell.row == row]
        stub = [_path(table, across[0], Role.STUB)] if corner else []
        rows.append([*stub, *(_escape(table.text(cell)) for cell in across)])
    return "\n".join(_pipe_row(row) for row in rows)


def _path(table: ReportTable, cell: GridCell, role: Role) -> str:
    return " / ".join(_escape(head.text) for head in heads_of(table.grid, cell) if head.role is role)


def _pipe_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
