"""What was read from documents, as a clerk reads it on the terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import typer

from toolkit.cli.printing.findings import say_examined
from toolkit.filing.findings import Severity
from toolkit.workbook.examining import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from toolkit.audit.reviewing import Reviewed
    from toolkit.workbook.examined_document import ExaminedDocument


def say_document(document: ExaminedDocument) -> None:
    """Print one document's verdict, how many figures are how sure, and its findings."""
    say_examined(document.examined)
    if document.found:  # never for a workbook of ours, which is checked without what reads documents
        typer.echo(f"  表格：{_sureness(document)}")


def _sureness(document: ExaminedDocument) -> str:
    from toolkit.documents.figures import Sure

    words = {Sure.READ: "读出", Sure.INFERRED: "推断", Sure.TWO_READINGS: "分不清", Sure.NOT_FOUND: "没有找到"}
    counts = Counter(entry.sure for entry in document.found.values())
    return "，".join(f"{word} {counts[sure]} 格" for sure, word in words.items() if counts[sure])


def say_review(reviewed: Sequence[Reviewed], out: Iterable[Path]) -> None:
    """Print a line for every report, and where all is listed."""
    for line in review_lines(reviewed):
        typer.echo(line)
    for path in out:
        typer.echo(f"已写入 {path}")


def review_lines(reviewed: Sequence[Reviewed]) -> list[str]:
    """Return a line for every report, why where it could not be read, and how many are faulty."""
    told = []
    for one in reviewed:
        who = f"{one.organ or '看不出是哪个机关'} {one.year or ''}".strip()
        counts = f"{one.count(Severity.ERROR)} 条错误，{one.count(Severity.WARNING)} 条提醒"
        told.append(f"{one.file}（{who}）：{one.verdict.label}，{counts}{_reason(one)}")
    faulty = sum(one.count(Severity.ERROR) > 0 for one in reviewed)
    return [*told, f"共 {len(reviewed)} 份，{faulty} 份有错误。"]


def _reason(one: Reviewed) -> str:
    """Return why a file could not be read, as a clause; empty for one that was."""
    if one.verdict is not Verdict.UNREADABLE:
        return ""
    return "".join(f"：{finding.message}" for finding in one.findings[:1])
