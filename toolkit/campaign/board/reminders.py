"""Reminders for those who have not sent what they must: a text each, one for every parent, and a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.campaign.board.board import TOP
from toolkit.campaign.issue.letters import when_and_where
from toolkit.campaign.sendback.messages import text_bytes
from toolkit.files import csv_bytes, safe_stem, write_files

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from pathlib import Path

    from toolkit.campaign.board.board import Board, BoardRow
    from toolkit.campaign.round.folder import Campaign

REMINDERS, ORGANS, TABLE = "reminders", "各机关", "催报.csv"
HEADS = (
    "机关代码", "机关名称", "上级机关", "联系人", "电话", "截止日期", "公布期限", "逾期天数", "事由", "错误数",
    "交回到", "咨询", "催报全文",
)  # fmt: skip


@dataclass(frozen=True)
class Reminders:
    """What was written: where, and how many organs and parents are reminded, how many of them to publish."""

    folder: Path
    organs: int
    parents: int
    unpublished: int = 0


def write_reminders(campaign: Campaign, board: Board) -> Reminders:
    """Write the reminders of a day into reminders/ of the campaign folder; those of another day are replaced.

    Raises:
        OutputError: a file cannot be written.
    """
    folder = campaign.folder / REMINDERS
    due = _due(board)
    chased = [row for rows in due.values() for row in rows]
    files = {folder / ORGANS / f"{row.organ.stem}.txt": text_bytes(_to_organ(campaign, board, row)) for row in chased}
    for parent, rows in due.items():
        if parent != TOP:
            files[folder / f"{safe_stem(parent)}.txt"] = text_bytes(_to_parent(campaign, board, parent, rows))
    files[folder / TABLE] = csv_bytes([HEADS, *(_table_row(campaign, board, row) for row in chased)])
    _clear(folder, files.keys())
    write_files(files)
    unpublished = sum(map(len, board.unpublished.values()))
    return Reminders(folder, len(chased), sum(parent != TOP for parent in due), unpublished)


def group_texts(campaign: Campaign, board: Board) -> Iterator[tuple[str, Sequence[BoardRow], str]]:
    """Yield for every organ above whom to remind under it, and the words: to it, or to all we speak to ourselves."""
    for parent, rows in _due(board).items():
        yield parent, rows, "\n".join(_to_parent(campaign, board, parent, rows))


def _due(board: Board) -> Mapping[str, tuple[BoardRow, ...]]:
    """Return whom to remind by the organ above: of their return, then of publishing."""
    above = dict.fromkeys((*board.chase, *board.unpublished))
    return {parent: (*board.chase.get(parent, ()), *board.unpublished.get(parent, ())) for parent in above}


def _clear(folder: Path, kept: Container[Path]) -> None:
    """Remove reminders of an earlier day for those who have sent since; only texts of ours lie there."""
    for path in (*folder.glob("*.txt"), *(folder / ORGANS).glob("*.txt")):
        if path not in kept:
            path.unlink(missing_ok=True)


def _days_late(board: Board, row: BoardRow) -> int:
    if row.owes_publication:
        return (board.day - row.organ.publish_by).days if row.organ.publish_by and row.paper.is_late else 0
    return (board.day - row.organ.deadline).days if row.organ.deadline and row.late else 0


def _matter(row: BoardRow) -> str:
    if row.owes_publication:
        return (
            "公布的报告与报表不同，还没有改" if row.paper.papers.published else "报表已经通过，还没有告知公布报告的网址"
        )
    if row.must_mend:
        return f"报来的一份有 {row.errors} 处要改，还没有改好重报"
    return "报来的一份已经作废，还没有重新报来" if row.standing.withdrawn else "还没有报来"


def _to_organ(campaign: Campaign, board: Board, row: BoardRow) -> Iterator[str]:
    organ = row.organ
    yield f"{organ.name}（{organ.contact}）：" if organ.contact else f"{organ.name}："
    yield ""
    of = "公布期限" if row.owes_publication else "截止日期"
    late = f"，已过{of} {_days_late(board, row)} 天" if _days_late(board, row) else ""
    yield f"{campaign.year} 年{campaign.form.title}填报表，贵单位{_matter(row)}（截至 {board.day.isoformat()}）{late}。"
    if row.must_mend:
        yield "要改的地方前面已经退回，逐条写明了格子；改好后封面显示“可以报送”，再把文件发来。"
    yield _ask(campaign, row, is_past=bool(late))
    yield ""
    yield campaign.organ


def _ask(campaign: Campaign, row: BoardRow, *, is_past: bool) -> str:
    if row.owes_publication and row.organ.publish_by:
        until = "尽快" if is_past else f"于 {row.organ.publish_by.isoformat()} 前"
        ask = f"请{until}公布报告，把网址和公布日期告诉我们。"
        return f"{ask}{f'有疑问请联系 {campaign.call}。' if campaign.call else ''}"
    if not is_past:
        return when_and_where(campaign, row.organ)
    where = f"发到 {campaign.return_to}" if campaign.return_to else "交回"
    return f"请尽快{where}。{f'有疑问请联系 {campaign.call}。' if campaign.call else ''}"


def _to_parent(campaign: Campaign, board: Board, parent: str, rows: Sequence[BoardRow]) -> Iterator[str]:
    yield "各单位：" if parent == TOP else f"{parent}："
    yield ""
    whose, asked = ("", "请尽快办") if parent == TOP else ("贵单位下面", "请帮助催办")
    yield (
        f"{campaign.year} 年{campaign.form.title}填报表，{whose}还有 {len(rows)} 家没有办完"
        f"（截至 {board.day.isoformat()}），{asked}："
    )
    for row in rows:
        organ = row.organ
        day = organ.publish_by if row.owes_publication else organ.deadline
        until = f"，截止 {day.isoformat()}" if day else ""
        late = f"，逾期 {_days_late(board, row)} 天" if _days_late(board, row) else ""
        yield f"  {organ.name}：{_matter(row)}{until}{late}　{organ.contact} {organ.phone}".rstrip()
    yield ""
    yield campaign.organ


def _table_row(campaign: Campaign, board: Board, row: BoardRow) -> tuple[object, ...]:
    organ = row.organ
    return (
        organ.code, organ.name, row.parent, organ.contact, organ.phone,
        organ.deadline.isoformat() if organ.deadline else "",
        organ.publish_by.isoformat() if organ.publish_by else "", _days_late(board, row) or None, _matter(row),
        row.errors or None, campaign.return_to, campaign.call, "\n".join(_to_organ(campaign, board, row)),
    )  # fmt: skip
