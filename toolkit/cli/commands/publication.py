"""Commands about what is published, and how organs did: publish, errata, compare, assess."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.options import (
    HERE,
    FolderArgument,
    FontDirOption,
    ForceOption,
    FormsOption,
    JsonOption,
    ReportFormats,
    WorkersOption,
)


def publish(
    folder: FolderArgument = HERE,
    to: Annotated[list[str] | None, ReportFormats] = None,
    all_: Annotated[bool, typer.Option("--all", help="每个已通过的机关也各出一份报告。")] = False,
    workers: WorkersOption = 0,
    font_dir: FontDirOption = None,
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """出汇总报告（没到齐时盖“暂定”），加 --all 时各机关的报告也一起出。例：xxgk publish 2024年报 --to docx --all"""
    from toolkit.campaign.merge.consolidated import merge_round
    from toolkit.campaign.publish.private import private_findings
    from toolkit.campaign.publish.reports import note_published, provisional_of, publish_organs, publish_whole
    from toolkit.campaign.round.workers import Workers
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.boards import open_board, published_json, say_published, say_whole, split_names

    state, _ = open_board(folder)
    merged, out = merge_round(state), state.campaign.reports
    formats = split_names(to or ["docx", "html"])
    government, preamble = state.campaign.government, state.campaign.preamble
    paths = publish_whole(
        merged, formats, out, government=government, preamble=preamble, font_dir=font_dir, force=force
    )
    if not json:
        say_whole(paths)  # before the organs' reports, one of which may fail
    organs = 0
    if all_:
        organs = publish_organs(state, formats, out, workers=Workers(workers), font_dir=font_dir, force=force)
    note_published(state, merged, paths, formats, is_of_all=all_)
    private = private_findings(state, merged, is_of_all=all_)
    if json:
        say_json(published_json(paths, provisional_of(merged), organs, out, private))
    else:
        say_published(provisional_of(merged), organs, out, private)


def errata(folder: FolderArgument = HERE, json: JsonOption = False) -> None:
    """列出更正：上次出报告以后改了的每一个数、每一句话、每一份报告，改前和改后。

    没有出过报告的，和上次汇总比。例：xxgk errata 2024年报
    """
    from toolkit.campaign.merge.consolidated import merge_round
    from toolkit.campaign.merge.errata import errata_json, errata_of
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.boards import open_board, say_errata

    state, _ = open_board(folder)
    found = errata_of(state, merge_round(state))
    say_json(errata_json(found)) if json else say_errata(found)


def assess(
    folder: FolderArgument = HERE,
    out: Annotated[Path, typer.Option("--out", metavar="文件", help="考核表，写成 .xlsx，旁边另有一页 .html。")] = Path(
        "考核.xlsx"
    ),
    json: JsonOption = False,
) -> None:
    """考核：按时、退回、错误、雷同、公布，逐家列出事实和依据，按 campaign.toml 里的规则打分。

    例：xxgk assess 2024年报 --out 考核.xlsx
    """
    from toolkit.campaign.assess.assessing import assess_round, assessment_json
    from toolkit.campaign.assess.output import write_assessment
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.boards import open_board, say_assessment
    from toolkit.errors import InputError

    if out.suffix.lower() != ".xlsx":
        raise InputError(str(out), ["考核表写成 .xlsx，请在 --out 后面写以 .xlsx 结尾的文件名"])
    state, board = open_board(folder)
    found = assess_round(state.campaign, board)
    paths = write_assessment(found, folder, out)
    if json:
        say_json(assessment_json(found) | {"files": [str(path) for path in paths]})
    else:
        say_assessment(found, paths)


def compare(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="报表或文件夹…", help="两份报表，或两年的工作文件夹；只给一个文件夹时与上一轮比。"),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="文件夹", help="放对比结果的文件夹。")],
    to: Annotated[
        list[str] | None, typer.Option("--to", metavar="格式", help="xlsx、html，可写多次；不写就两种都要。")
    ] = None,
    json: JsonOption = False,
    forms: FormsOption = None,
) -> None:
    """今年与去年、机关与机关对比：增减、占比、名次，异常的标出来。例：xxgk compare 今年.xlsx 去年.xlsx --out 对比"""
    from toolkit.campaign.compare.comparison import compare_paths, comparison_json
    from toolkit.campaign.compare.files import write_comparison
    from toolkit.campaign.compare.tables import summary
    from toolkit.cli.printing.as_json import say_json
    from toolkit.cli.printing.boards import split_names

    found = compare_paths(files, forms)
    paths = write_comparison(found, out, split_names(to or ()))
    if json:
        say_json(comparison_json(found) | {"files": [str(path) for path in paths]})
    else:
        typer.echo("\n".join((summary(found), *(f"已生成 {path}" for path in paths))))
    for label in found.drafts:
        typer.echo(f"注意：{label}的报表还没有通过核对，对比只供参考，结果里已注明。", err=True)
    raise typer.Exit(int(bool(found.drafts)))
