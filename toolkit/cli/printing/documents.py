"""What was read from documents, as a clerk reads it on the terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import typer

from toolkit.cli.printing.findings import say_examined
from toolkit.documents.figures import Sure

if TYPE_CHECKING:
    from toolkit.workbook.from_document import ExaminedDocument

_WORDS = {
    Sure.READ: "读出", Sure.INFERRED: "推断", Sure.TWO_READINGS: "分不清", Sure.NOT_FOUND: "没有找到",
}  # fmt: skip


def say_document(document: ExaminedDocument) -> None:
    """Print one document's verdict, how many figures are how sure, and its findings."""
    say_examined(document.examined)
    counts = Counter(entry.sure for entry in document.found.values())
    if counts:
        typer.echo("  表格：" + "，".join(f"{word} {counts[sure]} 格" for sure, word in _WORDS.items() if counts[sure]))
