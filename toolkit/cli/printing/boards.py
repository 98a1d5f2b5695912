"""Boards, sums and traces as a coordinator reads them on the terminal."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import typer

from toolkit.campaign.board.board import make_board, read_round
from toolkit.campaign.board.page import board_page
from toolkit.campaign.board.workbook import board_workbook, headline
from toolkit.campaign.merge.data import has_parquet
from toolkit.campaign.merge.headlines import headlines
from toolkit.campaign.publish.reports import ORGANS
from toolkit.campaign.round.folder import open_campaign
from toolkit.cli.printing.findings import finding_lines
from toolkit.cli.printing.rounds import say_questions
from toolkit.errors import OutputError
from toolkit.files import write_files
from toolkit.filing.findings import show

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from toolkit.campaign.board.board import Board, BoardRow, Round
    from toolkit.campaign.merge.adding import Merged
    from toolkit.campaign.merge.tracing import Contribution, Effects, Trace

SCOPES = {"own": "本机关", "subtotal": "小计", "whole": "全部"}


def open_board(folder: Path) -> tuple[Round, Board]:
    """Return how the campaign in a folder stands today."""
    today = dt.datetime.now().astimezone().date()
    state = read_round(open_campaign(folder), today)
    return state, make_board(state, today)


def write_boards(folder: Path, board: Board) -> tuple[Path, ...]:
    """Write status.xlsx and status.html into the campaign folder and return where.

    Where they cannot be written a note on stderr says so, and nothing is returned: who stands where is still known.
    """
    files = {
        folder / "status.xlsx": board_workbook(board),
        folder / "status.html": board_page(board).encode(),
    }
    try:
        write_files(files)
    except OutputError as error:
        typer.echo(f"注意：进度表 status.xlsx 和 status.html 没有写成，下面的数不受影响。{error}", err=True)
        return ()
    return tuple(files)


def say_board(board: Board, paths: Iterable[Path]) -> None:
    """Print the counts and whom to chase."""
    typer.echo(f"{board.organ} {board.year} 年度（截至 {board.day.isoformat()}）")
    typer.echo(headline(board))
    counts = board.counts
    typer.echo(
        f"已下发 {counts['issued']} 家，收到过 {counts['received']} 家，被新版替换的旧版本 {counts['superseded']} 份。"
    )
    say_questions(board.questions)
    for parent, rows in board.chase.items():
        typer.echo(f"\n要催的——{parent}：")
        for row in rows:
            typer.echo(f"  {_chase_line(row)}")
    if board.is_complete:
        typer.echo("全部到齐，可以汇总：xxgk merge")
    if files := "、".join(str(path) for path in paths):
        typer.echo(f"\n详见 {files}")


def _chase_line(row: BoardRow) -> str:
    organ = row.organ
    what = f"{row.label}（{row.errors} 处错误）" if row.versions else row.label
    late = "，逾期" if row.late else ""
    until = f"，截止 {organ.deadline.isoformat()}" if organ.deadline else ""
    contact = f"　{organ.contact} {organ.phone}".rstrip()
    return f"{organ.name}（{organ.code}）：{what}{until}{late}{contact}"


def say_merged(merged: Merged, paths: Iterable[Path]) -> None:
    """Print how complete the sum is, its headline figures, its findings, and where everything lies."""
    typer.echo(merged.provisional or f"应计入 {merged.expected} 家，全部到齐。")
    for line in headlines(merged.whole.form):
        typer.echo(f"  {line.label}　{show(line.of(merged.whole.figure))}")
    for share in merged.missing:
        typer.echo(f"  尚缺　{share.organ.name}（{share.organ.code}）")
    for finding in merged.findings:
        for text in finding_lines(finding, merged.whole.form):
            typer.echo(f"  {text}")
    for path in paths:
        typer.echo(f"已生成 {path}")
    if not has_parquet():
        typer.echo("没有安装 pyarrow，未生成 wide.parquet；需要时先运行 pip install 'xxgk-toolkit[parquet]'。")
    typer.echo("汇总报表里还要填写文字部分和联系人，填好后用 xxgk check 核对；以后再汇总会保留已填的内容。")


def say_trace(found: Trace) -> None:
    """Print a figure and everything it is added from."""
    value = "没有数" if found.value is None else show(found.value)
    typer.echo(f"{found.field.label}（{found.field.id}）＝ {value}，由 {len(found.contributions)} 家相加")
    if found.provisional:
        typer.echo(found.provisional)
    for entry in found.contributions:
        typer.echo(f"  {_contribution_line(entry)}")


def _contribution_line(entry: Contribution) -> str:
    added = [piece for piece in entry.parts if piece.value]
    parts = "＋".join(f"{piece.cell} {show(piece.value)}" for piece in added)
    detail = f"（{parts}）" if len(entry.parts) > 1 and added else ""
    where = f"{entry.file}　{entry.sheet}!{entry.cell}　{entry.sha256[:12]}"
    return f"{show(entry.value)}{detail}　{entry.organ}（{entry.code}）　{where}"


def say_effects(effects: Effects) -> None:
    """Print what would change."""
    none = "这个数不会变化。" if effects.only else "没有数会变化。"
    typer.echo(f"会有 {len(effects.changes)} 个数变化：" if effects.changes else none)
    for change in effects.changes:
        who = "全部合计" if change.scope == "whole" else f"{change.organ}（{change.code}）{SCOPES[change.scope]}"
        typer.echo(f"  {who}　{change.label}（{change.field}）　{show(change.before)} → {show(change.after)}")
    for message in effects.findings:
        typer.echo(f"  还会出现问题：{message}")


def say_whole(paths: Iterable[Path]) -> None:
    """Print where the reports of the whole lie."""
    for path in paths:
        typer.echo(f"已生成 {path}")


def say_published(provisional: str, organs: int, out: Path) -> None:
    """Print where the organs' reports lie, and whether the whole's is final."""
    if organs:
        typer.echo(f"已生成 {organs} 家机关的报告，在 {out}")
    if provisional:
        typer.echo(f"注意：汇总报告还不是定稿，标题下注明了“{provisional}”。", err=True)


def published_json(paths: Iterable[Path], provisional: str, organs: int, out: Path) -> dict[str, Any]:
    """Return what was published as JSON has it: files, how provisional the whole is, where organs' reports lie."""
    return {
        "files": [str(path) for path in paths],
        "provisional": provisional or None,
        "organs": organs,
        "organs_folder": str(out / ORGANS) if organs else None,
    }


def split_names(given: Iterable[str]) -> list[str]:
    """Return names given one by one or separated by commas."""
    return [name.strip() for names in given for name in names.replace("，", ",").split(",") if name.strip()]
