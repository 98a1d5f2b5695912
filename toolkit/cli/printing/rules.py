"""The rules of a round, as a coordinator reads them on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from toolkit.campaign.round.lives import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.campaign.round.lives import Life
    from toolkit.campaign.rule_list import RuleLine

_NOTE = "说明"


def say_rules(lines: Iterable[RuleLine], *, of_round: bool) -> None:
    """Print the rules, a line each; of a round with the lives stated for them and how often they were hit."""
    for line in lines:
        stage = told_stage(line.stage)
        hits = f"  命中 {line.hits} 条，{line.organs} 家" if line.hits else "  没有命中" if of_round else ""
        before = f"（先后共 {line.ever} 家）" if line.ever > line.organs else ""
        lives = f"  {'；'.join(map(told_life, line.lives))}" if line.lives else ""
        typer.echo(f"{stage}  {line.title}  [{line.name}]{hits}{before}{lives}")


def say_slips(counted: Mapping[str, Any]) -> None:
    """Print how often each way to mistype was mended, beside the shares ranking assumes and uses next."""
    typer.echo(
        f"退回后重报的 {counted['mended']} 份，其中只改了一至三格的 {counted['few']} 份，共改 {counted['cells']} 格："
    )
    for way in counted["ways"]:
        share = f"{way['count'] / counted['cells']:.0%}" if counted["cells"] else "—"
        assumed = (
            f"假定 {way['assumed']:.0%}，合起来按 {way['used']:.0%}" if way["assumed"] is not None else "没有单列的假定"
        )
        typer.echo(f"  {way['way']}  {way['count']} 格，{share}（{assumed}）")


def told_stage(stage: str) -> str:
    """Return what becomes of what a rule finds, in a word."""
    return Stage(stage).label if stage in set(Stage) else _NOTE


def told_life(life: Life) -> str:
    """Return a stage the round states for a rule, with its days."""
    days = f"{life.start or ''}～{life.until or ''}" if life.start or life.until else "整轮"
    return f"campaign.toml：{life.stage.label} {days}"
