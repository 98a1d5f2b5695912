"""What goes back to an organ that must mend something: a sheet of findings, and a message to paste into a chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.campaign.comparing import difference
from toolkit.campaign.findingsheet import figure_text, findings_sheet, place_text
from toolkit.campaign.outfiles import move_aside, write_if_new
from toolkit.filing.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolkit.campaign.folder import Campaign
    from toolkit.campaign.receipts import Receipt, ReceiptBook, Standing

DONE = "已处理"
UNPLACED = "无法归入机关的文件.txt"
SHEET, MESSAGE = ".xlsx", ".txt"
_LISTED = 20  # a message longer than this is not read; the sheet holds everything


def send_back(
    campaign: Campaign, book: ReceiptBook, places: Mapping[str, Standing], unplaced: Sequence[Receipt]
) -> None:
    """Write sheet and message for every organ whose newest version needs mending; move what is settled into 已处理/.

    The receipts of `places` and `unplaced` may come without values and findings; the book gives them.

    Raises:
        OutputError: a file cannot be written or moved.
    """
    settled = set() if unplaced else {UNPLACED}
    for place in places.values():
        if place.latest and not place.latest.is_accepted:
            _write(campaign, book, place, place.latest)
        else:
            settled |= {f"{place.organ.stem}{suffix}" for suffix in (SHEET, MESSAGE)}
    if unplaced:
        write_if_new(campaign.sendback / UNPLACED, _text(_strangers(map(book.whole, unplaced))))
    if campaign.sendback.is_dir():
        for path in sorted(campaign.sendback.iterdir()):
            if path.name in settled:
                move_aside(path, campaign.sendback / DONE / path.name)


def _write(campaign: Campaign, book: ReceiptBook, place: Standing, head: Receipt) -> None:
    latest = book.whole(head)
    versions = (*((place.counts,) if place.counts else ()), *place.superseded)
    before = max((one for one in versions if one.seq < head.seq), key=lambda one: one.seq, default=None)
    stem = place.organ.stem
    write_if_new(campaign.sendback / f"{stem}{SHEET}", findings_sheet(campaign.form, latest))
    lines = _message(campaign, latest, book.whole(before) if before else None)
    write_if_new(campaign.sendback / f"{stem}{MESSAGE}", _text(lines))


def _text(lines: Iterable[str]) -> bytes:
    # With the mark and line ends that every Windows editor understands.
    return "\r\n".join((*lines, "")).encode("utf-8-sig")


def _message(campaign: Campaign, latest: Receipt, before: Receipt | None) -> Iterator[str]:
    errors = [finding for finding in latest.findings if finding["severity"] == Severity.ERROR]
    doubts = [finding for finding in latest.findings if finding["severity"] == Severity.WARNING]
    name = latest.file.rpartition("/")[2]
    yield f"{latest.organ}：{latest.year} 年{campaign.form.title}填报表（{name}）收到了，有 {len(errors)} 处需要修改。"
    if before is not None:
        changed = difference(before, latest)
        yield (
            f"与上一次报来的相比：改了 {len(changed.changes)} 格，已解决 {len(changed.fixed)} 条，"
            f"仍有 {len(changed.unchanged)} 条，新出现 {len(changed.new)} 条。"
        )
    yield ""
    for number, finding in enumerate(errors[:_LISTED], 1):
        yield from _item(f"{number}. ", finding)
    if len(errors) > _LISTED:
        yield f"其余 {len(errors) - _LISTED} 处见意见表。"
    if doubts:
        yield ""
        yield f"另有 {len(doubts)} 处请核对（数据确实如此的，在“{campaign.form.words.checks}”页写明原因）："
        for finding in doubts[:_LISTED]:
            yield from _item("· ", finding)
    yield ""
    yield f"每一格的位置见意见表“{latest.organ}{SHEET}”。请在原来的填报表里改好，封面显示“可以报送”后把文件再发来。"


def _item(mark: str, finding: Mapping[str, Any]) -> Iterator[str]:
    places = finding["places"]
    where = f"【{place_text(places[0])}{f' 等 {len(places)} 格' if len(places) > 1 else ''}】" if places else ""
    yield f"{mark}{finding['message']}{where}"
    yield f"   怎么改：{finding['advice']}"
    for suspect in finding["suspects"]:
        yield f"   可能是：{suspect['label']} 应为 {figure_text(suspect['value'])}（{suspect['reason']}）"


def _strangers(receipts: Iterable[Receipt]) -> Iterator[str]:
    yield "下面的文件不能归入名册里的机关，没有参加汇总。处理好后把文件移出 inbox，再收件一次，这里就不再列出。"
    for receipt in receipts:
        yield ""
        yield f"文件：{receipt.file}{f'（{receipt.organ} {receipt.year} 年）' if receipt.organ else ''}"
        for finding in receipt.findings:
            if finding["severity"] == Severity.ERROR:
                yield from _item("  · ", finding)
