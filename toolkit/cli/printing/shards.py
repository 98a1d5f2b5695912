"""What is printed of shards and their sum."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from toolkit.cli.printing.findings import finding_lines
from toolkit.filing.findings import show
from toolkit.filing.headlines import headlines
from toolkit.workbook.examining import finding_json, json_value

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.campaign.merge.shard_totals import ShardTotal
    from toolkit.campaign.merge.shards import Shards


def say_shards(shards: Shards, place: str) -> None:
    """Print how many organs were written, into how many parts, and what to do with them."""
    typer.echo(f"已写出 {len(shards.parts)} 个分片到 {place}：{_words(shards.counted, shards.missing)}")
    typer.echo(f"下一步：xxgk total {place}，可以同时写很多处。")


def shards_json(shards: Shards) -> dict[str, Any]:
    """Return the list of the parts as plain data."""
    return asdict(shards)


def say_total(total: ShardTotal, out: Path | None) -> None:
    """Print how complete the sum is, its headline figures, what each set holds, and its findings."""
    kind = "暂定" if total.is_provisional else "最终"
    typer.echo(f"{total.whole.year} 年，{kind}：{len(total.sets)} 处，{_words(total.counted, total.missing)}")
    for line in headlines(total.form):
        typer.echo(f"  {line.label}　{show(line.of(total.whole.figure))}")
    for shards, _ in total.sets:
        below = "，有报来的合计本身还是暂定的" if any(part.provisional for part in shards.parts) else ""
        typer.echo(f"  {shards.organ}（{shards.code}）：{_words(shards.counted, shards.missing)}{below}")
    for finding in total.findings:
        for text in finding_lines(finding, total.form):
            typer.echo(f"  {text}")
    if out is not None:
        typer.echo(f"已生成 {out}")


def total_json(total: ShardTotal) -> dict[str, Any]:
    """Return the sum, the sets it is made of and the findings as plain data."""
    return {
        "year": total.whole.year,
        "form": f"{total.form.id}/{total.form.edition}",
        "provisional": total.is_provisional,
        "counted": total.counted,
        "missing": total.missing,
        "sets": [_about(shards) for shards, _ in total.sets],
        "values": {name: json_value(figure) for name, figure in total.whole.figures().items()},
        "findings": [finding_json(finding) for finding in total.findings],
    }


def _words(counted: int, missing: int) -> str:
    return f"计入 {counted} 家" + (f"，尚缺 {missing} 家" if missing else "，全部到齐")


def _about(shards: Shards) -> dict[str, Any]:
    about = ("organ", "code", "counted", "missing", "made_at")
    return {name: getattr(shards, name) for name in about}
