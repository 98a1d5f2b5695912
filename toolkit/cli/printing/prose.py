"""The numbers of the prose, sentence by sentence, each with what it states."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import typer

from toolkit.filing.findings import show
from toolkit.filing.prose.agreement import Standing, statements
from toolkit.filing.prose.duties import with_proportions
from toolkit.workbook.examining import json_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.filing.filing import Filing
    from toolkit.filing.prose.agreement import Statement
    from toolkit.workbook.examining import Examined

LABELS = {
    Standing.EQUAL: "✓ 与表一致",
    Standing.DIFFERENT: "✗ 与表不同",
    Standing.PENDING: "… 表里还没有填",
    Standing.DATE: "— 日期、期限或文号",
    Standing.OTHER: "— 不是表里的数",
    Standing.UNKNOWN: "？ 没有认出",
}
_BOUND = frozenset({Standing.EQUAL, Standing.DIFFERENT, Standing.PENDING})


def say_prose(examined: Examined) -> None:
    """Print every number of the prose under its sentence, and how many of them state a figure of the tables."""
    if examined.filing is None:
        return
    found = _numbers(examined.filing)
    sentence = ""
    for statement in found:
        if statement.sentence != sentence:
            sentence = statement.sentence
            typer.echo(f"  {sentence}")
        typer.echo(f"      {_line(examined.filing, statement)}")
    typer.echo(f"  {summary(found)}")


def _numbers(filing: Filing) -> tuple[Statement, ...]:
    return with_proportions(filing, statements(filing))


def summary(found: Sequence[Statement]) -> str:
    """Return how many of the numbers state a figure of the tables, and what the others are."""
    counts = Counter(statement.standing for statement in found)
    bound = sum(counts[standing] for standing in _BOUND)
    share = f"（{bound * 100 // len(found)}%）" if found else ""
    return (
        f"文字里共有 {len(found)} 个带单位的数，{bound} 个对应表里的数{share}，"
        f"{counts[Standing.OTHER] + counts[Standing.DATE]} 个是别的数或日期，{counts[Standing.UNKNOWN]} 个没有认出。"
    )


def _line(filing: Filing, statement: Statement) -> str:
    said = f"{statement.numeral.text}　{LABELS[statement.standing]}"
    if not statement.fields:
        return said
    labels = _labels(filing, statement.fields)
    if statement.whole is not None:
        return f"{said}（{labels} {show(statement.value)} ÷ {_labels(filing, statement.of)} {show(statement.whole)}）"
    if statement.before is not None:
        told = "与两年的数一致" if statement.standing is Standing.EQUAL else "与两年的数不同"
        sign = LABELS[statement.standing][0]
        years = f"本年 {show(statement.value)}，上年 {show(statement.before)}"
        return f"{statement.numeral.text}　{sign} {told}（{labels}：{years}）"
    manner = f"；口径：{statement.convention}" if statement.convention else ""
    return f"{said}（{labels} {show(statement.value)}{manner}）"


def _labels(filing: Filing, fields: Sequence[str]) -> str:
    more = f"等 {len(fields)} 格之和" if len(fields) > 2 else ""  # noqa: PLR2004 - shown in full
    return "＋".join(filing.form.fields[name].label for name in fields[:2]) + more


def prose_json(examined: Examined) -> dict[str, Any]:
    """Return the numbers of the prose as the key `prose` of a file's JSON."""
    found = _numbers(examined.filing) if examined.filing is not None else ()
    return {"prose": [_statement_json(statement) for statement in found]}


def _statement_json(statement: Statement) -> dict[str, Any]:
    return {
        "section": statement.section,
        "paragraph": statement.paragraph,
        "sentence": statement.sentence,
        "text": statement.numeral.text,
        "said": json_value(statement.numeral.value),
        "unit": statement.numeral.unit,
        "standing": statement.standing.value,
        "fields": list(statement.fields),
        "value": json_value(statement.value),
        "previous": json_value(statement.before),
        "of": list(statement.of),
        "whole": json_value(statement.whole),
        "convention": statement.convention or None,
    }
