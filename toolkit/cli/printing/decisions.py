"""Decisions about returns and the history of a round, as a coordinator reads them on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from toolkit.campaign.board.board import LABELS
from toolkit.campaign.board.papers import PAPER_STEPS
from toolkit.campaign.deciding import told_version
from toolkit.campaign.intake.history import Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from toolkit.campaign.deciding import Decision
    from toolkit.campaign.history_lines import HistoryLine
    from toolkit.campaign.intake.standings import Standing


def decision_lines(decision: Decision) -> Iterator[str]:
    """Yield what was decided, what to look at, and how the organ stood before and stands now."""
    event = decision.event
    why = f"，原因：{event.why}" if event.why else ""
    who = f"{decision.organ.name}（{decision.organ.code}）" if decision.organ else ""
    told = event.words if decision.organ is None or event.words != decision.organ.name else ""
    yield f"{event.step.label} {who}{told}（{event.who}，{_moment(event.at)}{why}）"
    yield from (f"请看：{remark}" for remark in decision.remarks)
    if decision.before and decision.after and event.step not in PAPER_STEPS:
        yield f"原来：{_stands(decision.before)}"
        yield f"现在：{_stands(decision.after)}"


def say_decision(folder: Path, decision: Decision) -> None:
    """Print what was decided and how the organ stands now, or what comes next."""
    typer.echo("已记下：" + "\n  ".join(decision_lines(decision)))
    event = decision.event
    if decision.before and decision.after and event.step not in PAPER_STEPS:
        if event.step is Step.RETURN:
            typer.echo(f"  退回的话和标好的报表在 {folder / 'sendback'}")
        if _counted(decision.before) != _counted(decision.after):
            typer.echo(f"  计入的变了，已经汇总或出过报告的要重新做：xxgk merge {folder}")
        if event.step is not Step.RETURN and _has_another(decision.after):
            typer.echo("  还有别的合格的一份；要用它，请用 xxgk accept 加 --version。")


def _has_another(place: Standing) -> bool:
    """Return whether nothing counts though a sound version is there that was not withdrawn."""
    left = (one for one in place.versions if one not in place.withdrawn)
    return place.counts is None and any(one.is_accepted for one in left)


def _counted(place: Standing) -> str:
    return place.counts.sha256 if place.counts else ""


def _stands(place: Standing) -> str:
    counts = f"计入{told_version(place, place.counts)}" if place.counts else "没有计入的"
    reviewing = f"，{place.reviewing} 审核中" if place.reviewing else ""
    return f"{LABELS[place.state]}，{counts}{reviewing}{'，已封存' if place.frozen else ''}"


def say_history(lines: Iterable[HistoryLine]) -> None:
    """Print what happened, a line each, the oldest first."""
    known = list(lines)
    if not known:
        typer.echo("还没有做过什么。")
    for line in known:
        who = f"　{line.who}" if line.who else ""
        why = f"　原因：{line.why}" if line.why else ""
        said = "　".join(dict.fromkeys(filter(None, (line.what, line.organ, line.told))))
        typer.echo(f"{_moment(line.at)}{who}　{said}{why}")


def _moment(at: str) -> str:
    return at[:16].replace("T", " ")
