"""Commands about the year on paper: sign, published."""

from __future__ import annotations

from datetime import date
from pathlib import Path  # noqa: TC003 (Typer reads annotations when it starts)
from typing import Annotated

import typer

from toolkit.cli.arguments import plain_date
from toolkit.cli.commands.decisions import OrganArgument, RoundArgument, UndoOption, WhyOption, tell
from toolkit.cli.options import JsonOption  # noqa: TC001 (Typer reads annotations when it starts)

DayOption = Annotated[str, typer.Option("--date", metavar="日期", help="哪一天，按“年-月-日”写。", callback=plain_date)]


def sign(
    folder: RoundArgument,
    organ: OrganArgument,
    code: Annotated[str, typer.Option("--code", metavar="校验码", help="盖章件上印的校验码。")] = "",
    signer: Annotated[str, typer.Option("--signer", metavar="姓名", help="签发人。")] = "",
    day: DayOption = "",
    scan: Annotated[Path | None, typer.Option("--scan", metavar="文件", help="盖章件的扫描件，存一份。")] = None,
    why: WhyOption = "",
    undo: UndoOption = False,
    json: JsonOption = False,
) -> None:
    """登记盖章件：谁签发的，纸上的校验码和哪一份报表相同。

    与计入的一份不同时退出码是 1。例：xxgk sign 2024年报 某县财政局 --code 516-3965 --signer 张三 --date 2025-01-18
    """
    from toolkit.campaign.paperwork import Stamped, sign_return

    decision = sign_return(folder, organ, Stamped(code, signer, _day(day), scan), undo=undo, why=why)
    tell(folder, decision, json=json)
    raise typer.Exit(int(bool(decision.remarks)))


def published(
    folder: RoundArgument,
    organ: OrganArgument,
    address: Annotated[str, typer.Option("--address", metavar="网址", help="公布在哪里。")] = "",
    day: DayOption = "",
    page: Annotated[
        Path | None, typer.Option("--page", metavar="文件", help="存下的网页（或 Word、PDF），逐格与报表核对。")
    ] = None,
    why: WhyOption = "",
    undo: UndoOption = False,
    json: JsonOption = False,
) -> None:
    """登记公布：在哪里、哪一天；给了存下的网页就逐格核对，有不同时退出码是 1。

    例：xxgk published 2024年报 某县财政局 --address https://某县.cn/nb --date 2025-01-20
    """
    from toolkit.campaign.paperwork import Seen, note_publication

    decision = note_publication(folder, organ, Seen(address, _day(day), page), undo=undo, why=why)
    tell(folder, decision, json=json)
    raise typer.Exit(int(bool(decision.remarks)))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
