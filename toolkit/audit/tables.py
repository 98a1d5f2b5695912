"""A review as two tables, the same in the workbook and on the page: a row for every report, a row for every finding."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from itertools import accumulate, count
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.documents.figures import Sure
from toolkit.filing.findings import Severity, show
from toolkit.form.registry import form_of_edition
from toolkit.workbook.examining import finding_json
from toolkit.workbook.marking.cell_to_mend import told_with_follows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.audit.reviewing import Reviewed
    from toolkit.filing.findings import Finding

REPORTS, FINDINGS = "报告", "意见"
FILE_HEAD, VERDICT_HEAD = "文件（点击打开）", "结论"
_SUSPECTS = "疑似"
_SHOWN = 4
_HEADS = {
    REPORTS: (
        ("序号", 6), ("机关", 26), ("年度", 8), ("版本", 8), (VERDICT_HEAD, 10), ("错误", 7), ("提醒", 7),
        ("读出的格", 9), ("推断的格", 9), ("分不清的格", 9), ("没有的格", 9), (FILE_HEAD, 44),
    ),
    FINDINGS: (
        ("序号", 6), ("程度", 7), ("机关", 24), ("年度", 8), ("问题", 50), ("在哪里", 30), ("怎么改", 34),
        (_SUSPECTS, 30), ("依据", 24), ("名称", 24), (FILE_HEAD, 44),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the values by column, how bad it is (`error`, `warning`, `note`, or empty), and the file it is about.

    `leads_to` is the number of the finding a report's row leads to, 0 where it has none.
    """

    values: tuple[str | int, ...]
    severity: str
    file: str
    page: int = 0
    leads_to: int = 0


@dataclass(frozen=True)
class Table:
    """One table: its name, a sentence over it, heads with widths, rows."""

    name: str
    said: str
    heads: tuple[tuple[str, int], ...]
    rows: tuple[Row, ...]


def review_tables(reviewed: Sequence[Reviewed]) -> tuple[Table, Table]:
    """Return the table of reports and the table of findings."""
    firsts = accumulate((len(one.findings) for one in reviewed), initial=1)
    reports = tuple(map(_report_row, count(1), reviewed, firsts))
    findings = tuple(_finding_rows(reviewed))
    faulty = sum(one.count(Severity.ERROR) > 0 for one in reviewed)
    said = f"共 {len(reviewed)} 份报告，{faulty} 份有错误。"
    return (
        Table(REPORTS, said, _HEADS[REPORTS], reports),
        _without_empty(Table(FINDINGS, f"共 {len(findings)} 条。", _HEADS[FINDINGS], findings), _SUSPECTS),
    )


def _without_empty(table: Table, name: str) -> Table:
    """Return a table without one of its columns where no row has anything there: it would take room from the others."""
    at = next(place for place, (head, _) in enumerate(table.heads) if head == name)
    if any(row.values[at] for row in table.rows):
        return table
    rows = tuple(replace(row, values=row.values[:at] + row.values[at + 1 :]) for row in table.rows)
    return replace(table, heads=table.heads[:at] + table.heads[at + 1 :], rows=rows)


def link_of(file: str, out: Path) -> str:
    """Return the way from the folder of `out` to a file, with slashes on every system."""
    try:
        way = os.path.relpath(file, out.parent)
    except ValueError:  # another drive
        way = str(Path(file).resolve())
    return Path(way).as_posix()


def _report_row(number: int, one: Reviewed, first: int) -> Row:
    counts = [one.count(Severity.ERROR), one.count(Severity.WARNING)]
    cells = [one.cells.get(sure.value, 0) for sure in Sure]
    worst = "error" if counts[0] else "warning" if counts[1] else ""
    about = (one.organ or "（看不出）", one.year or "", one.edition, one.verdict.label)
    values = (number, *about, *counts, *cells, _named(one))
    return Row(values, worst, one.file, leads_to=first if one.findings else 0)


def _named(one: Reviewed) -> str:
    """Return the name of a file, and which of its reports is meant where it has several."""
    return Path(one.file).name + (f"（第 {one.report} 份）" if one.reports > 1 else "")


def _finding_rows(reviewed: Sequence[Reviewed]) -> Iterator[Row]:
    number = 0
    for one in reviewed:
        for finding in one.findings:
            number += 1
            about = (one.organ or "（看不出）", one.year or "")
            message = told_with_follows(finding_json(finding))
            said = (message, _where(finding), finding.advice, _suspects(finding), _source(one, finding))
            values = (number, finding.severity.label, *about, *said, finding.name, _named(one))
            yield Row(values, finding.severity.value, one.file, _page(finding))


def _where(finding: Finding) -> str:
    places = [f"{place.label}（{place.sheet}）" if place.sheet else place.label for place in finding.places]
    more = f" 等 {len(places)} 处" if len(places) > _SHOWN else ""
    return "、".join(places[:_SHOWN]) + more


def _suspects(finding: Finding) -> str:
    return "；".join(f"{one.label} 应为 {show(one.value)}" for one in finding.suspects[:_SHOWN])


def _source(one: Reviewed, finding: Finding) -> str:
    return form_of_edition(one.edition).citation(finding.source) if finding.source and one.edition else ""


def _page(finding: Finding) -> int:
    """Return the page of a PDF the first place stands on, 0 where there are no pages."""
    place = finding.places[0].sheet if finding.places else ""
    number = place.removeprefix("第 ").partition(" 页")[0]
    return int(number) if place.startswith("第 ") and " 页" in place and number.isdecimal() else 0
