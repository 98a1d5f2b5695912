"""What is said to an organ when its workbook is handed out: a letter each, and a table for a mail merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.campaign.round.output_files import write_if_new, write_pieces_if_new
from toolkit.files import csv_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ

LETTERS, TABLE = "通知", "发放表.csv"
HEADS = ("机关代码", "机关名称", "上级机关", "联系人", "电话", "报表文件", "截止日期", "交回到", "咨询", "通知全文")
_NAMED = 10
HOW = (
    "1. 只用发给本机关的这一份，不要另建表格，不要改文件里的机关名称和代码。",
    "2. 用 Excel、WPS 或 LibreOffice 打开，只填浅黄色的格子；没有发生的填 0。",
    "3. 封面显示“可以报送”后保存，把文件原样交回；文件名改了也没有关系。",
)


def write_letters(campaign: Campaign) -> None:
    """Write a letter for every organ that has to report, and the table with all of them.

    Raises:
        OutputError: a file cannot be written.
    """
    for organ in campaign.roster.expected:
        letter = "\r\n".join((*_letter(campaign, organ), ""))
        write_if_new(campaign.outbox / LETTERS / f"{organ.stem}.txt", letter.encode("utf-8-sig"))
    write_pieces_if_new(campaign.outbox / TABLE, lambda: csv_pieces(_rows(campaign)))


def _rows(campaign: Campaign) -> Iterator[tuple[str, ...]]:
    """Yield the table for a mail merge: heads, then every organ with its letter."""
    by_code = campaign.roster.by_code
    yield HEADS
    for organ in campaign.roster.expected:
        until = organ.deadline.isoformat() if organ.deadline else ""
        yield (
            organ.code, organ.name, _name(by_code.get(organ.parent)), organ.contact, organ.phone,
            campaign.file_name(organ), until, campaign.return_to, campaign.call, "\n".join(_letter(campaign, organ)),
        )  # fmt: skip


def _letter(campaign: Campaign, organ: Organ) -> Iterator[str]:
    yield f"{organ.name}：" if not organ.contact else f"{organ.name}（{organ.contact}）："
    yield ""
    yield f"现发去 {campaign.year} 年{campaign.form.title}填报表一份：{campaign.file_name(organ)}。"
    yield when_and_where(campaign, organ)
    yield from what_to_include(campaign, organ)
    yield ""
    yield "怎样填："
    yield from (f"  {line}" for line in HOW)
    yield ""
    yield campaign.organ


def what_to_include(campaign: Campaign, organ: Organ) -> Iterator[str]:
    """Yield whose figures belong into an organ's return beside or instead of its own, where the roster states it."""
    roster = campaign.roster
    if organ.is_own_share:
        yield f"这一份只填{_name(roster.by_code.get(organ.parent)) or '本级'}本级自己的数，不含下面各机关的。"
    if organ.is_consolidated:
        view = roster if organ.covers_all_below else roster.by_line()
        if below := [one.name for one in view.under(organ.code)[1:] if not (one.ground or one.is_own_share)]:
            yield f"这一份是汇总，要包括贵单位自己和下面各机关的数：{_named(below)}。"
    if within := [one.name for one in roster.children(organ.code) if one.is_within_parent]:
        yield f"{_named(within)}不单独报送，数请并入贵单位的这一份。"


def _name(organ: Organ | None) -> str:
    return organ.name if organ else ""


def _named(names: list[str]) -> str:
    return "、".join(names[:_NAMED]) + (f"等 {len(names)} 家" if len(names) > _NAMED else "")


def when_and_where(campaign: Campaign, organ: Organ) -> str:
    """Return by when a return is due, where to send it and whom to call; what is not known is left out."""
    until = f"{organ.deadline.isoformat()} 前" if organ.deadline else ""
    where = f"发到 {campaign.return_to}" if campaign.return_to else "交回"
    due = f"请于 {until}{where}。" if until else f"填好后请{where}。"
    return f"{due}{f'有疑问请联系 {campaign.call}。' if campaign.call else ''}"
