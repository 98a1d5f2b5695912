"""What became of every value of a workbook carried over to another definition, as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from toolkit.workbook.versions.migrating import Fate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from toolkit.workbook.versions.migrating import Carry, Migration

_HEADS = {
    Fate.MOVED: "换了位置的",
    Fate.DROPPED: "现在的表式里没有、没有带过去的",
    Fate.NEEDS_ANSWER: "现在多出来、要补填的",
}


def say_migration(migrated: Migration, out: Path) -> None:
    """Print the values that moved, those that were dropped, those that need an answer, and what to do."""
    if migrated.is_current:
        typer.echo(f"本来就是现在的 {migrated.edition} 版表式，原样写入 {out}")
        return
    for fate, head in _HEADS.items():
        if entries := migrated.of(fate):
            typer.echo(f"{head}（{len(entries)} 项）：")
            for entry in entries:
                typer.echo(f"  {'　'.join(_parts(entry))}")
    kept = len(migrated.of(Fate.KEPT)) + len(migrated.of(Fate.MOVED))
    typer.echo(f"已转成现在的 {migrated.edition} 版表式，带过去 {kept} 项：{out}")
    if migrated.of(Fate.NEEDS_ANSWER):
        typer.echo("请补填上面的项目，再用 xxgk check 核对。")


def _parts(entry: Carry) -> Iterator[str]:
    yield entry.label
    if entry.value:
        yield entry.value
    places = ["!".join(place) for place in (entry.before, entry.after) if place]
    yield " → ".join(places)
