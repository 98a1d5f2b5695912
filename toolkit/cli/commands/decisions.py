"""Commands by which people decide: accept, withdraw, return, review, waive, freeze; history shows every step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.arguments import plain_date
from toolkit.cli.options import HERE, FolderArgument, JsonOption

if TYPE_CHECKING:
    from toolkit.campaign.deciding import Decision

RoundArgument = Annotated[Path, typer.Argument(metavar="文件夹", help="工作文件夹。")]
OrganArgument = Annotated[str, typer.Argument(metavar="机关", help="机关的代码或名称。")]
OneOrganArgument = Annotated[str, typer.Argument(metavar="[机关]", help="机关的代码或名称；不写就是整个一轮。")]
VersionOption = Annotated[
    int, typer.Option("--version", metavar="序号", min=0, help="第几份；各份的序号见 xxgk history。")
]
WhyOption = Annotated[str, typer.Option("--why", metavar="原因", help="为什么，记在历史里。")]
UndoOption = Annotated[bool, typer.Option("--undo", help="撤销上一次这样的决定。")]


def accept(
    folder: RoundArgument,
    organ: OrganArgument,
    version: VersionOption = 0,
    why: WhyOption = "",
    undo: UndoOption = False,
    json: JsonOption = False,
) -> None:
    """接受待定的一份报表，让它计入汇总；也可以指定改用哪一份。例：xxgk accept 2024年报 某县财政局 --version 1"""
    from toolkit.campaign.deciding import accept_return

    decision = accept_return(folder, organ, number=version, why=why, undo=undo)
    tell(folder, decision, json=json)


def withdraw(
    folder: RoundArgument,
    organ: OrganArgument,
    version: VersionOption = 0,
    why: WhyOption = "",
    undo: UndoOption = False,
    json: JsonOption = False,
) -> None:
    """作废已收的一份报表，不让它计入汇总；原件和记录都留着。例：xxgk withdraw 2024年报 某县财政局 --why 交错了"""
    from toolkit.campaign.deciding import withdraw_return

    decision = withdraw_return(folder, organ, number=version, why=why, undo=undo)
    tell(folder, decision, json=json)


def return_(
    folder: RoundArgument,
    organ: OrganArgument,
    version: VersionOption = 0,
    why: Annotated[str, typer.Option("--why", metavar="意见", help="审核意见，原样写进退回的话。")] = "",
    undo: UndoOption = False,
    json: JsonOption = False,
) -> None:
    """审核退回：数没有错、文字要改的，写明意见退回，改好的一份来了就不再算退回。

    例：xxgk return 2024年报 某县财政局 --why 第一部分没有写机制建设
    """
    from toolkit.campaign.deciding import return_for_wording

    tell(folder, return_for_wording(folder, organ, number=version, why=why, undo=undo), json=json)


def review(
    folder: RoundArgument,
    organ: OrganArgument,
    why: WhyOption = "",
    undo: UndoOption = False,
    json: JsonOption = False,
) -> None:
    """记下有人在看这一家的报表；看完用 accept 或 return。例：xxgk review 2024年报 某县财政局"""
    from toolkit.campaign.deciding import review_return

    tell(folder, review_return(folder, organ, why=why, undo=undo), json=json)


def waive(
    folder: RoundArgument,
    organ: OrganArgument,
    finding: Annotated[
        str,
        typer.Argument(
            metavar="意见", help="意见的名称或标题；同名的有几条时加 @ 和字段或格子，如 requests_balance@E9。"
        ),
    ],
    why: WhyOption = "",
    until: Annotated[
        str, typer.Option("--until", metavar="日期", help="准予到哪一天为止，按“年-月-日”写。", callback=plain_date)
    ] = "",
    undo: UndoOption = False,
    json: JsonOption = False,
) -> None:
    """准予一条意见通过；它所根据的数一变就作废。例：xxgk waive 2024年报 某县财政局 contact_missing --why 无专线"""
    from datetime import date

    from toolkit.campaign.waiving import waive_finding

    day = date.fromisoformat(until) if until else None
    decision = waive_finding(folder, organ, finding, why=why, until=day, undo=undo)
    tell(folder, decision, json=json)


def freeze(
    folder: RoundArgument,
    organ: OneOrganArgument = "",
    why: WhyOption = "",
    undo: UndoOption = False,
    json: JsonOption = False,
) -> None:
    """封存一轮或一个机关：以后来的文件都先待定；解除要写原因。例：xxgk freeze 2024年报 --why 已经公布"""
    from toolkit.campaign.deciding import freeze_round

    decision = freeze_round(folder, organ, why=why, undo=undo)
    tell(folder, decision, json=json)


def tell(folder: Path, decision: Decision, *, json: bool) -> None:
    """Print a decision, as JSON where that is asked for."""
    from toolkit.campaign.deciding import decision_json
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.decisions import say_decision

    say_json(decision_json(decision)) if json else say_decision(folder, decision)


def history(folder: FolderArgument = HERE, organ: OneOrganArgument = "", json: JsonOption = False) -> None:
    """看历史：谁在什么时候做了什么、为什么；写机关时只看它的。例：xxgk history 2024年报 某县财政局"""
    from toolkit.campaign.history_lines import history_json, history_of
    from toolkit.campaign.round.folder import open_campaign
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.decisions import say_history

    lines = history_of(open_campaign(folder), organ)
    say_json(history_json(lines)) if json else say_history(lines)
