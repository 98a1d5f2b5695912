"""Plain text and Markdown, read back."""

from __future__ import annotations

import re

import pytest
from report_samples import SAMPLES, sample_filing, sample_report

from toolkit.form.grid import heads_of
from toolkit.report.document import Report, ReportTable, build_report
from toolkit.report.text import render_markdown, render_text


def text_rows(report: Report) -> list[list[list[str]]]:
    """Return the tables of the plain text: runs of lines that begin with a TAB are rows, empty lines part them."""
    tables: list[list[list[str]]] = [[]]
    blank = 0
    for line in render_text(report).splitlines():
        if line.startswith("\t"):
            if blank or not tables[-1]:
                tables[-1].append([])
            tables[-1][-1].append(line[1:])
            blank = 0
        elif line:
            tables += [[]] if tables[-1] else []
        blank += not line
    return [table for table in tables if table]


def expected_rows(table: ReportTable) -> list[list[str]]:
    return [
        [
            table.text(cell) if cell.row == row else ""
            for cell in sorted(table.grid.cells, key=lambda cell: cell.column)
            if cell.row <= row < cell.row + cell.row_span
        ]
        for row in range(table.grid.height)
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_tables_of_the_text_read_back_cell_by_cell(name: str) -> None:
    report = sample_report(name)
    assert text_rows(report) == [expected_rows(table) for table in report.tables]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_text_holds_every_paragraph_in_order(name: str) -> None:
    report = sample_report(name)
    text, at = render_text(report), 0
    for wanted in wanted_texts(report):
        at = text.index(wanted, at) + len(wanted)


def wanted_texts(report: Report) -> list[str]:
    prose = [text for section in report.sections for text in (section.heading, *(p.text for p in section.paragraphs))]
    ending = [text for text in (report.signature, report.dated, report.contact_note) if text]
    return [report.title, report.preamble, *prose, *ending]


def unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def pipe_rows(markdown: str) -> list[list[str]]:
    lines = [line for line in markdown.splitlines() if line.startswith("|")]
    return [[unescape(cell.strip()) for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_tables_of_the_markdown_name_the_path_and_the_figure_of_every_row(name: str) -> None:
    report = sample_report(name)
    rows = [row for row in pipe_rows(render_markdown(report)) if not set(row[-1]) <= set("-:") or row[-1] == ""]
    found = [row for row in rows if row[-1] == "" or re.fullmatch(r"[-\d./]+", row[-1])]
    expected = []
    for table in report.tables:
        for line in dict.fromkeys(cell.row for cell in table.grid.data()):
            across = [cell for cell in table.grid.data() if cell.row == line]
            stub = [head.text for head in heads_of(table.grid, across[0]) if head.role.value == "stub"]
            expected.append([*([" / ".join(stub)] if stub else []), *(table.text(cell) for cell in across)])
    assert found == expected


def test_markdown_gives_hostile_text_back_unchanged() -> None:
    report = sample_report("hostile")
    lines = [unescape(line) for line in render_markdown(report).splitlines()]
    assert report.signature in lines
    assert report.sections[0].paragraphs[0].text in lines


@pytest.mark.parametrize("start", ["1. 第一", "- 第一", "# 第一", "+ 第一", "=== 第一"])
def test_markdown_opens_no_list_or_heading_from_prose(start: str) -> None:
    filing = sample_filing("suqian_2023").with_answers({"overview": start})
    line = next(line for line in render_markdown(build_report(filing)).splitlines() if line.endswith("第一"))
    assert "\\" in line[:3]
    assert unescape(line) == start


@pytest.mark.parametrize("render", [render_text, render_markdown])
def test_a_provisional_report_says_so_under_the_title(render) -> None:
    report = build_report(sample_filing("suqian_2023"), provisional="（暂定）")
    lines = [line for line in render(report).splitlines() if line]
    assert report.title in lines[0]
    assert "（暂定）" in lines[1]
    assert "（暂定）" not in render(sample_report("suqian_2023"))
