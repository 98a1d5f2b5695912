"""Findings and boards as a clerk reads them on the terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import typer

from toolkit.filing.explanations import EXPLAINED
from toolkit.filing.findings import Severity, show
from toolkit.workbook.remarks import REMARKS_SHEET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from toolkit.filing.findings import Finding
    from toolkit.form.model import Form
    from toolkit.workbook.examining import Examined

SHOWN_PLACES = 4
_CLOSED = {EXPLAINED: "（已说明）", "waived": "（准予通过）"}


def say_examined(examined: Examined) -> None:
    """Print one file's verdict and findings."""
    identity = examined.reading.identity
    who = f"{identity.organ} {identity.year} 年" if identity else "不知道是谁的报表"
    typer.echo(f"{examined.reading.name}（{who}）：{examined.verdict.label}{_counted(examined.findings)}")
    form = examined.filing.form if examined.filing else None
    for finding in examined.findings:
        for line in finding_lines(finding, form):
            typer.echo(f"  {line}")


def say_marked(examined: Examined, out: Path) -> None:
    """Tell what was marked in a workbook."""
    sent = [finding for finding in examined.findings if finding.severity is not Severity.NOTE]
    told = f"标出 {_counted(sent).lstrip('，')}，逐条见“{REMARKS_SHEET}”页。" if sent else "没有要改的，也没有标记。"
    typer.echo(f"已生成 {out}：{told}")


def say_draft(examined: Examined) -> None:
    """Tell that a report is a draft only, and why."""
    errors = _counted(examined.findings).lstrip("，")
    name = examined.reading.name
    typer.echo(f"注意：报表还没有通过核对（{errors}），报告只作草稿，标题下已注明。逐条见 xxgk check {name}", err=True)


def say_warnings(examined: Examined) -> None:
    """Tell on stderr what an accepted filing's report should be looked over for."""
    form = examined.filing.form if examined.filing else None
    for finding in examined.findings:
        if finding.severity is Severity.WARNING:
            typer.echo(f"  {next(finding_lines(finding, form))}", err=True)


def _counted(findings: Iterable[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    parts = [f"{counts[severity]} 条{severity.label}" for severity in Severity if counts[severity]]
    return f"，{'、'.join(parts)}" if parts else ""


def finding_lines(finding: Finding, form: Form | None) -> Iterator[str]:
    """Yield a finding as lines: what and where, then what to do, suspects and the clause."""
    places = [*dict.fromkeys(map(str, finding.places))]  # several fields may stand in one merged range
    where = "、".join(places[:SHOWN_PLACES])
    more = f" 等 {len(places)} 处" if len(places) > SHOWN_PLACES else ""
    label = f"{finding.severity.label}{_CLOSED.get(finding.closed, '')}"
    yield f"{label}  {finding.message}{f'  【{where}{more}】' if where else ''}  [{finding.name}]"
    yield f"      怎么办：{finding.advice}"
    for suspect in finding.suspects:
        where = f"【{suspect.sheet}!{suspect.cell}】" if suspect.cell else ""
        yield f"      疑似：{suspect.label}{where} 应为 {show(suspect.value)}（{suspect.reason}）"
    for follow in finding.follows:
        yield f"      由同一处引起：{follow.message}  [{follow.name}]"
    if finding.source and form is not None:
        yield f"      依据：{form.citation(finding.source)}"
