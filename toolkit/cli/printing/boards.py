"""Boards, sums and traces as a coordinator reads them on the terminal."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import typer

from toolkit.campaign.assess.output import told_rules
from toolkit.campaign.board.board import make_board, read_round
from toolkit.campaign.board.made_of import ORGANS
from toolkit.campaign.board.on_paper import paper_lines
from toolkit.campaign.board.page import board_page
from toolkit.campaign.board.problems import by_finding, by_organ, of_organs
from toolkit.campaign.board.workbook import board_workbook, clock, headline
from toolkit.campaign.merge.data import has_parquet
from toolkit.campaign.round.folder import open_campaign
from toolkit.cli.printing.findings import finding_lines
from toolkit.cli.printing.rounds import SHOWN, say_questions
from toolkit.errors import OutputError
from toolkit.files import write_files
from toolkit.filing.findings import show
from toolkit.filing.headlines import headlines
from toolkit.workbook.examining import finding_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from toolkit.campaign.assess.assessing import Assessment
    from toolkit.campaign.board.board import Board, BoardRow, Round
    from toolkit.campaign.board.problems import Problem, Tally
    from toolkit.campaign.board.reminders import Reminders
    from toolkit.campaign.merge.adding import Merged
    from toolkit.campaign.merge.errata import Errata
    from toolkit.campaign.merge.tracing import Contribution, Effects, Trace
    from toolkit.campaign.publish.private import Private

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
    at = clock()
    files = {
        folder / "status.xlsx": board_workbook(board, at),
        folder / "status.html": (piece.encode() for piece in board_page(board, at)),
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
    for stale in board.stale:
        typer.echo(f"\n{stale.told}")
        _say_some(stale.reasons)
    say_questions(board.questions)
    for place, line in enumerate(paper_lines(board.papers)):
        typer.echo(f"  {line}" if place else f"\n{line}")
    for parent, rows in board.chase.items():
        typer.echo(f"\n要催的——{parent}：")
        for row in rows:
            typer.echo(f"  {_chase_line(row)}")
    if board.contradicted:
        typer.echo(f"\n{board.contradicted}")
        typer.echo("  差在哪里见 xxgk status --problems；要改的用 xxgk return 退回，确实如此的用 xxgk waive 准予")
    if board.is_complete:
        first = f"先决定上面的 {len(board.questions)} 项，再" if board.questions else "可以"
        typer.echo(f"全部到齐，{first}汇总：xxgk merge")
    if files := "、".join(str(path) for path in paths):
        typer.echo(f"\n详见 {files}")


def _say_some(texts: Sequence[str]) -> None:
    for text in texts[:SHOWN]:
        typer.echo(f"  {text}")
    if len(texts) > SHOWN:
        typer.echo(f"  ……共 {len(texts)} 项")


def say_reminders(made: Reminders) -> None:
    """Print who is reminded and where the texts lie."""
    typer.echo(reminders_line(made, str(made.folder)))


def reminders_line(made: Reminders, place: str) -> str:
    """Return in a sentence who is reminded, and that the texts lie in `place`."""
    if not made.organs:
        return "没有要催的：该报的都已通过，该公布的没有临近或过了期限的。"
    parents = f"，{made.parents} 个上级" if made.parents else ""
    publish = f"，其中催公布 {made.unpublished} 家" if made.unpublished else ""
    return f"要催的 {made.organs} 家{parents}{publish}，话都写在 {place}；催报.csv 可以用来批量发送。"


def say_problems(problems: Iterable[Problem]) -> None:
    """Print every problem: how often each finding was made, then organ by organ."""
    known = list(problems)
    if not known:
        typer.echo("\n没有意见，也没有填报人的说明。")
        return
    typer.echo("\n按规则：")
    for tally in by_finding(known):
        typer.echo(f"  {tally.title}　{tally.problems} 条，{tally.organs} 家{_counted(tally)}")
    for tally, found in zip(by_organ(known), of_organs(known).values(), strict=True):
        who = f"{tally.title}（{tally.name}）" if tally.name else tally.title
        typer.echo(f"\n{who}：{tally.problems} 条{_counted(tally)}")
        for problem in found:
            typer.echo(f"  {_problem_line(problem)}")


def _counted(tally: Tally) -> str:
    counts = ((tally.errors, "要改"), (tally.unexplained, "待核对"))
    told = "，".join(f"{count} 条{label}" for count, label in counts if count)
    return f"（{told}）" if told else ""


def _problem_line(problem: Problem) -> str:
    where = f"【{problem.where}】" if problem.where else ""
    is_new = problem.explanation and problem.explanation not in problem.message
    said = f"　填报人说明：{problem.explanation}" if is_new else ""
    file = "" if problem.version else f"{problem.file}　"
    number = f"（第 {problem.version} 份）" if problem.version > 1 else ""
    return f"{problem.severity.label}　{file}{problem.message}{where}{number}{said}　{problem.state}"


def say_errata(found: Errata) -> None:
    """Print what corrections touch: why, the figures, the sentences, the reports."""
    made = f"{found.folder}（{found.made_at[:16].replace('T', ' ')}）"
    if not (found.causes or found.figures or found.sentences):
        typer.echo(f"{made}以来没有更正。")
        return
    typer.echo(f"{made}以来的更正：")
    for cause in found.causes:
        typer.echo(f"  {cause}")
    if found.figures:
        typer.echo(f"改了的数（{len(found.figures)} 个）：")
    for one in found.figures:
        who = "全部合计" if one.scope == "whole" else f"{one.organ}（{one.code}）{SCOPES[one.scope]}"
        typer.echo(f"  {who}　{one.label}　{show(one.before)} → {show(one.after)}")
    if found.sentences:
        typer.echo(f"牵涉的文字（{len(found.sentences)} 处）：")
    for sentence in found.sentences:
        typer.echo(f"  {sentence.organ}　{sentence.section}\n    原来：{sentence.old or '（没有）'}")
        if sentence.new:
            typer.echo(f"    现在：{sentence.new}")
    if found.reports:
        typer.echo(f"要重新发布的（{len(found.reports)} 处）：")
    for report in found.reports:
        typer.echo(f"  {report}")


def say_assessment(found: Assessment, paths: Iterable[Path]) -> None:
    """Print how every organ did, the best first, a line each with what gave or took points."""
    typer.echo(f"{found.title}（{found.day}）")
    typer.echo(told_rules(found))
    for one in found.organs[:SHOWN]:
        lines = (line for line in one.lines if line.amount)
        told = "，".join(
            f"{line.title} {line.amount} {line.unit}{'' if line.points is None else f'（{line.points:+} 分）'}"
            for line in lines
        )
        total = "" if one.total is None else f"　{one.total} 分（第 {one.rank}）"
        typer.echo(f"  {one.organ.name}（{one.organ.code}）{total}　{told or '没有要记的'}")
    if len(found.organs) > SHOWN:
        typer.echo(f"  ……共 {len(found.organs)} 家，全部见考核表")
    for path in paths:
        typer.echo(f"已生成 {path}")


def _chase_line(row: BoardRow) -> str:
    organ = row.organ
    what = f"{row.label}（{row.errors} 处错误）" if row.must_mend else row.label
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
    if found.bound:
        typer.echo(found.bound.words)
    for entry in found.contributions:
        typer.echo(f"  {_contribution_line(entry)}")
    for organ, holder in found.elsewhere:
        typer.echo(f"  另有“{organ.name}”（{organ.code}）由“{holder.name}”汇总报送，不在这里")


def _contribution_line(entry: Contribution) -> str:
    added = [piece for piece in entry.parts if piece.value]
    parts = "＋".join(f"{piece.cell}（{show(piece.value)}）" for piece in added)
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


def say_published(provisional: str, organs: int, out: Path, private: Sequence[Private] = ()) -> None:
    """Print where the organs' reports lie, whether the whole's is final, and what nobody may publish."""
    if organs:
        typer.echo(f"已生成 {organs} 家机关的报告，在 {out}")
    if provisional:
        typer.echo(f"注意：汇总报告还不是定稿，标题下注明了“{provisional}”。", err=True)
    if private:
        typer.echo(f"注意：报告里有 {len(private)} 处像是不得公开的内容，公布前请改：", err=True)
        for one in private:
            typer.echo(f"  {one.organ}{f'（{one.code}）' if one.code else '（汇总）'}　{one.finding.message}", err=True)


def published_json(
    paths: Iterable[Path], provisional: str, organs: int, out: Path, private: Sequence[Private] = ()
) -> dict[str, Any]:
    """Return what was published as JSON has it: files, how provisional the whole is, where organs' reports lie.

    `private` is what they hold that nobody may publish.
    """
    return {
        "files": [str(path) for path in paths],
        "provisional": provisional or None,
        "organs": organs,
        "organs_folder": str(out / ORGANS) if organs else None,
        "private": [{"organ": one.organ, "code": one.code or None, **finding_json(one.finding)} for one in private],
    }


def split_names(given: Iterable[str]) -> list[str]:
    """Return names given one by one or separated by commas."""
    return [name.strip() for names in given for name in names.replace("，", ",").split(",") if name.strip()]
