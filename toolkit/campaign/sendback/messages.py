"""What goes back to an organ that must mend something: its own workbook marked, a sheet of findings, a message."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from toolkit.campaign.intake.copied import Copies
from toolkit.campaign.intake.documents import is_read_by_labels, is_to_confirm
from toolkit.campaign.intake.holds import Hold
from toolkit.campaign.intake.receipts import filing_of
from toolkit.campaign.intake.standings import REMARK
from toolkit.campaign.intake.waivers import is_open
from toolkit.campaign.round.output_files import move_aside, write_if_new
from toolkit.campaign.sendback.findings_workbook import CHANGES, findings_sheet
from toolkit.campaign.sendback.versions import difference
from toolkit.errors import InputError, WorkbookError
from toolkit.files import digest_of, read_file
from toolkit.filing.findings import Severity, is_let_pass
from toolkit.workbook.filling import fill_workbook
from toolkit.workbook.marking.cell_to_mend import Held, cell_to_mend, suspect_demand, suspect_where
from toolkit.workbook.marking.marks import mark_workbook
from toolkit.workbook.remarks import REMARKS_SHEET
from toolkit.workbook.returned.reading import read_workbook
from toolkit.workbook.template.blank import carried_figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolkit.campaign.intake.receipts import Receipt, ReceiptBook
    from toolkit.campaign.intake.standings import Standing
    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.sendback.versions import Difference
    from toolkit.form.model import Form
    from toolkit.workbook.marking.cell_to_mend import Returned

DONE = "已处理"
UNPLACED = "无法归入机关的文件.txt"
SHEET, MESSAGE, MARKED, HELD = ".xlsx", ".txt", "-请改这份.xlsx", "-待核实.txt"
# What an organ can do about a sound file that waits for the office's word.
_TO_SAY = {
    Hold.SEAL: (
        "不是这次下发给贵单位的报表（没有下发标记，或标记不符）",
        "请把里面的数填进下发给贵单位的“{issued}”，封面显示“可以报送”后把那一份发来；确实要用这一份的，请说明来历。",
    ),
    Hold.NAME: (
        "文件名像是别的机关的",
        "请核对填的是不是贵单位的数；拿错了表的，请填进下发给贵单位的“{issued}”再发来，没有拿错的请说明。",
    ),
    Hold.AHEAD: (
        "文件日期比收件的日子还晚，分不清是不是定稿",
        "请说明这一份是不是定稿；电脑日期不准的，请校准后重新保存一次再发来。",
    ),
}
FILLED = "-已填好.xlsx"  # the workbook issued to an organ with what its own tables held
_OWN, _FILLED_IN = "它就是您报来的那一份", "它是下发给贵单位的报表，从您报来的文件里读出的数已经填好"
_MARKS = "4"  # changes when the same return would be marked otherwise
_SHEETS = "1"  # changes when the same two returns would give another sheet
_LISTED = 20  # a message longer than this is not read; the sheet holds everything


def send_back(
    campaign: Campaign, book: ReceiptBook, places: Mapping[str, Standing], unplaced: Sequence[Receipt]
) -> None:
    """Write what goes back to every organ whose newest version needs mending; move what is settled into 已处理/.

    The receipts of `places` and `unplaced` may come without values and findings; the book gives them.

    Raises:
        OutputError: a file cannot be written or moved.
    """
    lying = {path.name for path in campaign.sendback.iterdir()} if campaign.sendback.is_dir() else set()
    settled, copies = set() if unplaced else lying & {UNPLACED}, Copies(book, places)
    for place in places.values():  # of a hundred thousand organs few have a file, and the names of all fill memory
        settled |= lying & _send_to(campaign, book, place, copies)
    if unplaced:
        write_if_new(campaign.sendback / UNPLACED, text_bytes(_strangers(campaign.form, map(book.whole, unplaced))))
    _settle(campaign, settled)


def send_back_one(campaign: Campaign, book: ReceiptBook, places: Mapping[str, Standing], code: str) -> None:
    """Write what goes back to one of these organs, or move it into 已处理/ where nothing has to be mended any more.

    Raises:
        OutputError: a file cannot be written or moved.
    """
    _settle(campaign, _send_to(campaign, book, places[code], Copies(book, places)))


def _send_to(campaign: Campaign, book: ReceiptBook, place: Standing, copies: Copies) -> set[str]:
    """Write what goes back to an organ; return the names of what would, were there more to mend."""
    settled: set[str] = set()
    if place.unfit:
        _write(campaign, book, place, copies)
    else:
        settled |= {f"{place.organ.stem}{suffix}" for suffix in (SHEET, MESSAGE, MARKED)}
    if place.held:
        _write_filled(campaign, book.whole(place.held[-1].receipt), place)
    if lines := tuple(_about_held(campaign, place)):
        write_if_new(campaign.sendback / f"{place.organ.stem}{HELD}", text_bytes(lines))
    else:
        settled.add(f"{place.organ.stem}{HELD}")
    return settled


def _settle(campaign: Campaign, names: Iterable[str]) -> None:
    for name in sorted(names):
        path = campaign.sendback / name
        if path.exists():
            move_aside(path, campaign.sendback / DONE / name)


def _about_held(campaign: Campaign, place: Standing) -> Iterator[str]:
    """Yield what to send to an organ about its files that do not count until the office has a word about them."""
    held = [one for one in place.held if one.reason in _TO_SAY]
    for one in held:
        why, advice = _TO_SAY[one.reason]
        title = f"{campaign.year} 年{campaign.form.title}填报表（{one.receipt.name}）"
        yield f"{place.organ.name}：{title}收到了，但{why}，核实以前不计入汇总。"
        if place.counts is not None:
            yield f"现在计入的仍是“{place.counts.name}”。"
        yield f"怎么办：{advice.format(issued=campaign.file_name(place.organ))}"
        yield ""
    if held:
        yield from _when_and_whom(campaign, place)


def _write(campaign: Campaign, book: ReceiptBook, place: Standing, copies: Copies) -> None:
    if place.unfit is None:
        return
    organ, stem = place.organ, place.organ.stem
    latest = place.with_remark(copies.judged(organ, book.whole(place.unfit)))
    before = copies.judged(organ, book.whole(place.before)) if place.before else None
    made: dict[str, str] = {}
    _write_sheet(campaign, book, place, (latest, before), made)
    is_marked = _write_marked(campaign, book, place, latest, made)
    if made:
        book.set_facts(made)
    message = _message(campaign.form, latest, before, stem, is_marked=is_marked)
    write_if_new(campaign.sendback / f"{stem}{MESSAGE}", text_bytes((*message, *_when_and_whom(campaign, place))))


def _write_sheet(
    campaign: Campaign,
    book: ReceiptBook,
    place: Standing,
    versions: tuple[Receipt, Receipt | None],
    made: dict[str, str],
) -> None:
    """Write the sheet of findings, unless the one that lies there was made of the same two versions."""
    path, fact = campaign.sendback / f"{place.organ.stem}{SHEET}", f"sheet {place.organ.code}"
    told = [[one.file, one.sha256, one.received_at, one.saved_at, one.findings] for one in versions if one]
    mark = _mark_of(_SHEETS, told)
    if not (path.is_file() and book.fact(fact) == mark):
        write_if_new(path, findings_sheet(campaign.form, *versions))
        made[fact] = mark


def _when_and_whom(campaign: Campaign, place: Standing) -> Iterator[str]:
    """Yield by when to send it again, where to and whom to call, as far as the roster and campaign.toml say so."""
    deadline = place.organ.deadline
    until = f"请于 {deadline.isoformat()} 前发来" if deadline and not place.late else "请尽快发来"
    where = f"（发到 {campaign.return_to}）" if campaign.return_to else ""
    if deadline or where:
        yield f"{until}{where}。"
    if campaign.call:
        yield f"有疑问请联系 {campaign.call}。"


def _write_marked(
    campaign: Campaign, book: ReceiptBook, place: Standing, latest: Receipt, made: dict[str, str]
) -> bool:
    """Write the organ's own workbook with the findings marked in it; return False where it cannot be marked."""
    path = campaign.sendback / f"{place.organ.stem}{MARKED}"
    by = f"{place.organ.deadline.isoformat()} 前" if place.organ.deadline else ""
    issued = _issued_hash(campaign, place) if is_read_by_labels(latest.findings) else ""
    mark = _mark_of(_MARKS, latest.sha256, by, issued, list(latest.findings))
    if path.is_file() and book.fact(f"marked {place.organ.code}") == mark:
        return True  # marking takes longer than all else, and a round is collected again and again
    try:
        data, held, findings = _to_mark(campaign, place, latest)
        marked = mark_workbook(data, latest.file, campaign.form, held, findings, by)
    except (InputError, WorkbookError):  # the copy is gone, or a sheet of theirs is in the way: the rest still goes out
        return False
    write_if_new(path, marked)
    made[f"marked {place.organ.code}"] = mark
    return True


def _mark_of(*told: object) -> str:
    """Return a mark of what a file is made of, by which it is known whether it would be the same."""
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _issued_hash(campaign: Campaign, place: Standing) -> str:
    """Return the hash of the workbook that was issued to an organ, empty where it is gone."""
    try:
        return digest_of(campaign.outbox / campaign.file_name(place.organ))
    except InputError:
        return ""


def _write_filled(campaign: Campaign, receipt: Receipt, place: Standing) -> None:
    """Write the issued workbook filled where a sound return is no workbook of ours, to be kept and gone on with."""
    if not is_read_by_labels(receipt.findings):
        return
    try:
        data, _, _ = _to_mark(campaign, place, receipt)
    except (InputError, WorkbookError):  # the issued workbook is gone: the return waits all the same
        return
    write_if_new(campaign.sendback / f"{place.organ.stem}{FILLED}", data)


def _to_mark(
    campaign: Campaign, place: Standing, latest: Receipt
) -> tuple[bytes, Returned, Sequence[Mapping[str, Any]]]:
    """Return the workbook to mark: the clerk's own, or the one issued to the organ filled with what a document held."""
    if not is_read_by_labels(latest.findings):
        return read_file(campaign.received_copy(latest.sha256)), latest, latest.findings
    issued = campaign.outbox / campaign.file_name(place.organ)
    blank = read_workbook(read_file(issued), issued.name, campaign.forms)
    locked = set(carried_figures(campaign.form, blank.filing.previous)) if blank.filing else set()
    answers = {name: value for name, value in filing_of(latest, campaign.form).answers.items() if name not in locked}
    data = fill_workbook(read_file(issued), issued.name, lambda _: answers, campaign.forms)
    found = [
        {**finding, "places": [_moved(one, blank.cells) for one in finding["places"]]} for finding in latest.findings
    ]
    return data, Held(latest.values, latest.previous, blank.cells), found


def _moved(place: Mapping[str, Any], cells: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    sheet, cell = cells.get(place["field"], ("", ""))
    return {**place, "sheet": sheet, "cell": cell}


def text_bytes(lines: Iterable[str]) -> bytes:
    """Return a text to paste as a file."""
    # With the mark and line ends that every Windows editor understands.
    return "\r\n".join((*lines, "")).encode("utf-8-sig")


def _message(form: Form, latest: Receipt, before: Receipt | None, stem: str, *, is_marked: bool) -> Iterator[str]:
    errors, doubts = _of(latest.findings, Severity.ERROR), _of(latest.findings, Severity.WARNING)
    if is_to_confirm(latest.findings):  # no document bears a mark of ours, and what is sent back does
        doubts = [one for one in doubts if one["name"] != "seal_differs"]
    name = latest.file.rpartition("/")[2]
    yield f"{latest.organ}：{latest.year} 年{form.title}填报表（{name}）收到了，有 {len(errors)} 处需要修改。"
    if before is not None:
        yield _progress(difference(form, before, latest))
    yield ""
    first: dict[object, int] = {}  # which finding named just these suspects first
    for number, finding in enumerate(errors[:_LISTED], 1):
        known = first.setdefault(_suspicion(finding) or number, number)
        yield from _item(f"{number}. ", finding, latest, form, known if known < number else 0)
    if len(errors) > _LISTED:
        yield f"其余 {len(errors) - _LISTED} 处见意见表。"
    if doubts:
        yield ""
        yield f"另有 {len(doubts)} 处请核对（数据确实如此的，在“{form.words.checks}”页写明原因）："
        for finding in doubts[:_LISTED]:
            yield from _item("· ", finding, latest, form)
    yield ""
    yield from _way_back(form, latest, [*errors, *doubts], stem, has_before=before is not None, is_marked=is_marked)


def _way_back(
    form: Form,
    latest: Receipt,
    found: Sequence[Mapping[str, Any]],
    stem: str,
    *,
    has_before: bool,
    is_marked: bool,
) -> Iterator[str]:
    """Yield in which file these findings are to be mended, and when it is to be sent."""
    more, until = f"，改了哪些见其中的“{CHANGES}”" if has_before else "", _until(latest, found)
    if not is_marked:
        yield f"每一格的位置见意见表“{stem}{SHEET}”{more}。请在原来的填报表里改好，{until}把文件再发来。"
        return
    which = _FILLED_IN if is_read_by_labels(latest.findings) else _OWN
    coloured = "要改的格子标了颜色，" if any(cell_to_mend(form, latest, one).cell for one in found) else ""
    yield f"请直接在“{stem}{MARKED}”里改：{which}，{coloured}逐条见“{REMARKS_SHEET}”页。"
    yield f"{until}把改好的这一份发来。"
    yield f"意见另列在“{stem}{SHEET}”，可以打印{more}。"


def _until(latest: Receipt, found: Sequence[Mapping[str, Any]]) -> str:
    """Return when it is ready to be sent: what was let pass the cover goes on counting, a remark it never does."""
    if let_pass := sum(is_let_pass(finding) for finding in latest.findings):
        return f"意见都处理好后（准予通过的 {let_pass} 处不用改，封面因此不显示“可以报送”也可以），"
    is_counted = any(finding["severity"] == Severity.ERROR and finding["name"] != REMARK for finding in found)
    return "封面显示“可以报送”后，" if is_counted else "照意见改好后，"


def _of(findings: Iterable[Mapping[str, Any]], severity: Severity) -> list[Mapping[str, Any]]:
    return [finding for finding in findings if finding["severity"] == severity and is_open(finding)]


def _progress(changed: Difference) -> str:
    fixed, new, unchanged = (
        len(_of(findings, Severity.ERROR)) for findings in (changed.fixed, changed.new, changed.unchanged)
    )
    fresh = f"（其中 {new} 处是新出现的）" if new else ""
    return f"与上一版相比：改了 {len(changed.changes)} 格；解决 {fixed} 处错误，还有 {new + unchanged} 处{fresh}。"


def _suspicion(finding: Mapping[str, Any]) -> tuple[tuple[str, object], ...]:
    return tuple((suspect["field"], suspect["value"]) for suspect in finding["suspects"])


def _item(mark: str, finding: Mapping[str, Any], receipt: Receipt, form: Form, same_as: int = 0) -> Iterator[str]:
    """Yield what one finding says; `same_as` is the number of an earlier one that suspects the same cells."""
    at, suspects = cell_to_mend(form, receipt, finding), finding["suspects"]
    more = f" 等 {len(finding['places'])} 格" if len(finding["places"]) > 1 and not suspects else ""
    yield f"{mark}{finding['message']}{f'【{at.where}{more}】' if at.where else ''}"
    if same_as:
        yield f"   可能和第 {same_as} 条是同一处错误，改好那一处就都对了。"
        return
    for suspect in suspects:
        yield f"   可能是：{suspect_where(receipt, suspect)}{suspect_demand(suspect)}"
    if follows := finding.get("follows", ()):
        yield f"   另有 {len(follows)} 处由它引起，改好这一处就一起对上。"
    yield f"   怎么改：{finding['advice']}"


def _strangers(form: Form, receipts: Iterable[Receipt]) -> Iterator[str]:
    yield "下面的文件不能归入名册里的机关，没有参加汇总。处理好后把文件移出 inbox，再收件一次，这里就不再列出。"
    for receipt in receipts:
        yield ""
        yield f"文件：{receipt.file}{f'（{receipt.organ} {receipt.year} 年）' if receipt.organ else ''}"
        for finding in _of(receipt.findings, Severity.ERROR):
            yield from _item("  · ", finding, receipt, form)
