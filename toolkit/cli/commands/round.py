"""Commands on a campaign folder that go out and come in: init, issue, collect."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (Typer reads annotations when it starts)
from typing import Annotated, Any

import typer

from toolkit.cli.arguments import plain_code
from toolkit.cli.options import HERE, FolderArgument, FormsOption, JsonOption, SchedulerOption, WorkersOption


def init(
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="要建立的工作文件夹。")],
    year: Annotated[int, typer.Option("--year", metavar="年度", help="报告年度，四位数字。")],
    organ: Annotated[str, typer.Option("--organ", metavar="机关", help="主管部门或本级政府全称。")],
    roster: Annotated[Path, typer.Option("--roster", metavar="文件", help="名册，.xlsx 或 .csv。")],
    code: Annotated[str, typer.Option("--code", metavar="代码", help="主管部门的代码。", callback=plain_code)] = "",
    previous: Annotated[
        Path | None, typer.Option("--previous", metavar="文件夹", help="上一年的工作文件夹，用来结转上年数据。")
    ] = None,
    previous_reports: Annotated[
        Path | None,
        typer.Option(
            "--previous-reports", metavar="文件夹", help="上一年公布的报告（Word、网页、PDF），没有上一轮时用。"
        ),
    ] = None,
    carry_over: Annotated[
        Path | None,
        typer.Option(
            "--carry-over", metavar="文件", help="一张表（每行一个机关，每列一个上年结转数），没有上一轮时用。"
        ),
    ] = None,
    forms: FormsOption = None,
) -> None:
    """由名册建立一年的工作文件夹。例：xxgk init 2024年报 --year 2024 --organ 某县人民政府 --roster 名册.xlsx"""
    from toolkit.audit.reviewing import files_in
    from toolkit.campaign.intake.carried.published_reports import carry_from_reports
    from toolkit.campaign.intake.carried.table import init_with_table
    from toolkit.campaign.round.folder import init_campaign
    from toolkit.cli.guarding import only_one
    from toolkit.cli.printing.rounds import say_begun, say_carried

    only_one({"--previous": previous, "--previous-reports": previous_reports, "--carry-over": carry_over})
    begun: dict[str, Any] = {
        "year": year,
        "organ": organ,
        "code": code,
        "roster": roster,
        "previous": previous,
        "forms": forms,
    }
    reports = files_in([previous_reports]) if previous_reports is not None else ()
    made, carried = (
        init_with_table(folder, carry_over, **begun) if carry_over else (init_campaign(folder, **begun), None)
    )
    if reports:
        carried = carry_from_reports(made, reports)
    say_begun(folder, made)
    if carried is not None:
        say_carried(made, carried)
    typer.echo(f"下一步：xxgk issue {folder}。请备份好里面的 key.toml，不要发给别人。")


def issue(folder: FolderArgument = HERE, workers: WorkersOption = 0, json: JsonOption = False) -> None:
    """给名册里每个机关生成一份锁定的报表，放进 outbox。例：xxgk issue 2024年报"""
    from toolkit.campaign.issue.issuing import issue_workbooks
    from toolkit.campaign.round.workers import Workers
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.rounds import issued_json, say_issued

    issued = issue_workbooks(folder, Workers(workers))
    if json:
        say_json(issued_json(issued))
    else:
        say_issued(folder, issued)


def collect(
    folder: FolderArgument = HERE,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[文件…]", help="另外要收的文件，先复制进 inbox。")
    ] = None,
    workers: WorkersOption = 0,
    scheduler: SchedulerOption = None,
    as_: Annotated[str, typer.Option("--as", metavar="代码", help="后面的文件看不出是谁的：按这个代码的机关收。")] = "",
    json: JsonOption = False,
) -> None:
    """收件：读取 inbox 里的新文件，登记、核对，把要改的写进 sendback。例：xxgk collect 2024年报"""
    from toolkit.campaign.collecting import collect_as, collect_returns
    from toolkit.campaign.round.workers import Workers
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.rounds import collected_json, say_collected
    from toolkit.errors import InputError

    spread = Workers(workers, scheduler)
    if as_ and len(files or ()) != 1:
        raise InputError("--as", [f"要写一个文件，现在写了 {len(files or ())} 个"])
    collected = (
        collect_as(folder, files[0], as_, spread) if as_ and files else collect_returns(folder, files or (), spread)
    )
    if json:
        say_json(collected_json(collected))
    else:
        say_collected(collected)
    raise typer.Exit(0 if collected.is_clean else 1)
