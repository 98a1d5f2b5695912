"""Commands on what has come in: status, remind, merge, why, and what many rounds need: shards, total."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (Typer reads annotations when it starts)
from typing import Annotated

import typer

from toolkit.cli.options import HERE, FolderArgument, FormsOption, JsonOption, SchedulerOption, WorkersOption

LineOption = Annotated[
    bool, typer.Option("--by-line", help="按条线汇总：小计按名册的“条线上级代码”，写到 merged_line；合计不变。")
]


def status(
    folder: FolderArgument = HERE,
    problems: Annotated[bool, typer.Option("--problems", help="列出全部意见和填报人的说明，按规则、按机关。")] = False,
    json: JsonOption = False,
) -> None:
    """看进度：谁报了、谁没报、谁要改，并生成 status.xlsx 和 status.html。

    有机关要改、有报表待定时退出码是 1，只是没报齐时是 0。例：xxgk status 2024年报
    """
    from toolkit.campaign.board.as_json import board_json
    from toolkit.campaign.board.problems import problems_json
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.boards import open_board, say_board, say_problems, write_boards

    _, board = open_board(folder)
    paths = write_boards(folder, board)
    if json:
        say_json(board_json(board) | (problems_json(board.problems) if problems else {}))
    else:
        say_board(board, paths)
        if problems:
            say_problems(board.problems)
    raise typer.Exit(int(board.must_mend or board.has_held or bool(board.contradicted)))


def remind(folder: FolderArgument = HERE, json: JsonOption = False) -> None:
    """写催报的话：没有报的、没有改好的、快到期还没有公布的每家一段，每个上级一段，另有一张可以批量发送的表。

    例：xxgk remind 2024年报
    """
    from toolkit.campaign.board.reminders import write_reminders
    from toolkit.campaign.deciding import record_step
    from toolkit.campaign.intake.history import Step
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.boards import open_board, say_reminders

    state, board = open_board(folder)
    made = write_reminders(state.campaign, board)
    record_step(state.campaign, Step.REMIND, f"{made.organs} 家")
    if json:
        say_json(
            {
                "folder": str(made.folder),
                "organs": made.organs,
                "parents": made.parents,
                "unpublished": made.unpublished,
            }
        )
    else:
        say_reminders(made)


def merge(
    folder: FolderArgument = HERE,
    by_line: LineOption = False,
    force: Annotated[bool, typer.Option("--force", help="汇总以后有人改过的数据文件也覆盖。")] = False,
    json: JsonOption = False,
) -> None:
    """汇总已通过的报表：生成可上报的汇总报表和数据文件。

    合计数本身有错误时退出码是 1，只是没到齐（暂定）时是 0。例：xxgk merge 2024年报
    """
    from toolkit.campaign.board.questions import question_json
    from toolkit.campaign.merge.consolidated import merge_round, write_merged
    from toolkit.campaign.merge.data import whole_json
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.boards import open_board, say_merged
    from toolkit.cli.printing.rounds import say_questions

    state, board = open_board(folder)
    merged = merge_round(state, by_line=by_line)
    paths = write_merged(merged, state, board, by_line=by_line, force=force)
    if json:
        questions = [question_json(question) for question in board.questions]
        say_json(whole_json(merged) | {"files": [str(path) for path in paths], "questions": questions})
    else:
        say_merged(merged, paths)
        say_questions(board.questions)
    raise typer.Exit(int(merged.has_errors))


def why(
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="工作文件夹。")],
    field: Annotated[
        str, typer.Argument(metavar="[字段]", help="要追查的字段，如 requests.new.total；与 --if 同写时只看它怎么变。")
    ] = "",
    organ: Annotated[
        str, typer.Option("--organ", metavar="代码", help="只查这个机关连同它下面机关的合计；不写就查全部合计。")
    ] = "",
    if_: Annotated[
        tuple[str, str] | None,
        typer.Option("--if", metavar="机关 字段=数", help="假如这个机关的这个数改成另一个数，哪些公布的数会变。"),
    ] = None,
    by_line: LineOption = False,
    json: JsonOption = False,
) -> None:
    """追查一个合计数：由哪些机关、哪份文件、哪一格的数相加而来。例：xxgk why 2024年报 requests.new.total"""
    from toolkit.campaign.merge.consolidated import merge_round
    from toolkit.campaign.merge.tracing import effects_json, trace, trace_json, what_if
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.boards import open_board, say_effects, say_trace
    from toolkit.errors import InputError

    if not field and if_ is None:
        raise InputError("字段", ["要写明追查哪个合计数，如 requests.new.total"])
    state, _ = open_board(folder)
    merged = merge_round(state, by_line=by_line)
    if if_ is not None:
        if organ:
            raise InputError("--organ", ["不能与 --if 同时用；--if 已列出本机关、每一级小计和全部合计的变化"])
        effects = what_if(state, merged, *if_, only=field)
        say_json(effects_json(effects)) if json else say_effects(effects)
        return
    found = trace(state, merged, field, organ)
    say_json(trace_json(found)) if json else say_trace(found)


def shards(
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="工作文件夹。")],
    place: Annotated[str, typer.Argument(metavar="位置", help="写到哪里：文件夹，或 s3:// 一类的网址。")],
    workers: WorkersOption = 0,
    scheduler: SchedulerOption = None,
    json: JsonOption = False,
) -> None:
    """把计入的数写成 Parquet 分片，一家一行，供很多轮次合并。例：xxgk shards 2024年报 分片/某市"""
    from toolkit.campaign.merge.shards import write_shards
    from toolkit.campaign.round.folder import open_campaign
    from toolkit.campaign.round.workers import Workers
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.shards import say_shards, shards_json
    from toolkit.errors import InputError

    if place.startswith("memory:"):
        raise InputError(place, ["内存里的程序一结束就没有了；请写文件夹，或 s3:// 一类的网址"])
    written = write_shards(open_campaign(folder), place, Workers(workers, scheduler))
    if json:
        say_json(shards_json(written))
    else:
        say_shards(written, place)


def total(
    places: Annotated[list[str], typer.Argument(metavar="位置…", help="xxgk shards 写出的分片，一处或多处。")],
    out: Annotated[Path | None, typer.Option("--out", metavar="文件", help="合计写成 CSV，各处各一列。")] = None,
    forms: FormsOption = None,
    json: JsonOption = False,
) -> None:
    """把一处或多处的分片加起来，每家只能有一次。

    合计数本身有错误时退出码是 1，只是没到齐（暂定）时是 0。例：xxgk total 分片/某市 --out 合计.csv
    """
    from toolkit.campaign.merge.shard_totals import total_csv, total_shards
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.shards import say_total, total_json
    from toolkit.files import write_file
    from toolkit.filing.findings import has_errors

    found = total_shards(places, forms)
    if out is not None:
        write_file(out, total_csv(found))
    if json:
        say_json(total_json(found))
    else:
        say_total(found, out)
    raise typer.Exit(int(has_errors(found.findings)))
