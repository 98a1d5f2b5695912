"""The year on paper: the stamped copy that was signed, and the report as it was published, held against the return."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.campaign.board.papers import Unequal
from toolkit.campaign.deciding import Decision, at_work, told_version
from toolkit.campaign.intake.history import Event, Step
from toolkit.campaign.intake.receipts import filing_of
from toolkit.campaign.round.output_files import free_name
from toolkit.documents.figures import Sure
from toolkit.errors import InputError
from toolkit.files import read_file, write_file
from toolkit.filing.findings import show
from toolkit.filing.prose.marks import filled_paragraphs
from toolkit.form.checks import is_number
from toolkit.form.local.supplement import official
from toolkit.workbook.from_document import examine_document, unsure_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.intake.standings import Standing
    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ
    from toolkit.filing.filing import Filing
    from toolkit.workbook.examined_document import ExaminedDocument

_SHOWN = 5
_LONGEST = 60  # characters of a published paragraph that are kept


@dataclass(frozen=True, slots=True)
class Stamped:
    """What somebody reads off a stamped copy: its 校验码, who signed it when; and the scan of it."""

    check_code: str = ""
    signer: str = ""
    day: date | None = None
    scan: Path | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Where and when a report was seen published; and the saved copy of the page."""

    address: str = ""
    day: date | None = None
    page: Path | None = None


def sign_return(folder: Path, organ: str, stamped: Stamped, *, undo: bool = False, why: str = "") -> Decision:
    """Note who signed the stamped copy of an organ's return; the 校验码 on it says which version that is.

    Raises:
        InputError: no such organ, something is not stated, no version has that code, or the scan cannot be read.
        OutputError: the receipt book or the copy of the scan cannot be written.
    """
    with at_work(folder, "登记签发（xxgk sign）") as desk:
        meant = desk.campaign.roster.named(organ)
        if undo:
            return desk.undo(meant, Step.SIGN, 0, why)
        signer, day = " ".join(stamped.signer.split()), stamped.day
        if not (stamped.check_code.strip() and signer and day):
            raise InputError("签发", ["要写明校验码、签发人和日期：--code 123-4567 --signer 张三 --date 年-月-日"])
        place = desk.place(meant.code)
        chosen = _of_code(place, stamped.check_code)
        kept = _keep(desk.campaign, meant, stamped.scan)
        stated = {"signer": signer, "day": day.isoformat(), "check_code": chosen.check_code, "scan": kept}
        scanned = "，附扫描件" if kept else ""
        told = (
            f"{signer} {day.isoformat()} 签发，校验码 {chosen.check_code} 与{told_version(place, chosen)}相符{scanned}"
        )
        decision = desk.decide(meant, _stated(Step.SIGN, meant, chosen, why, told, stated))
        return _with_remarks(decision, _other_version(place, chosen))


def _of_code(place: Standing, typed: str) -> Receipt:
    """Return the version that bears a 校验码: the one that counts, else the newest."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", typed))
    known = [place.counts, *place.versions] if place.counts else [*place.versions]
    found = next((one for one in known if one and digits and one.check_code.replace("-", "") == digits), None)
    if found is not None:
        return found
    expected = f"计入的一份是 {place.counts.check_code}" if place.counts else "现在没有计入的一份"
    raise InputError(
        place.organ.name,
        [f"收到过的各份，校验码都不是“{typed}”（{expected}）；请核对纸上的数，看是不是用别的一份打印的"],
    )


def _other_version(place: Standing, chosen: Receipt) -> Iterator[str]:
    if place.counts is None:
        yield "现在没有计入的一份，纸上签的还不算数"
    elif chosen.check_code != place.counts.check_code:
        yield (
            f"纸上签的是{told_version(place, chosen)}，计入的是{told_version(place, place.counts)}"
            f"（校验码 {place.counts.check_code}）；请按计入的一份重新打印、签字"
        )


def note_publication(folder: Path, organ: str, seen: Seen, *, undo: bool = False, why: str = "") -> Decision:
    """Note where and when an organ published its report; a saved copy of the page is read and held against the return.

    Raises:
        InputError: no such organ, nothing counts, something is not stated, or the copy holds no such report.
        OutputError: the receipt book or the copy of the page cannot be written.
    """
    with at_work(folder, "登记公布（xxgk published）") as desk:
        meant = desk.campaign.roster.named(organ)
        if undo:
            return desk.undo(meant, Step.PUBLISHED, 0, why)
        address, day = seen.address.strip(), seen.day
        if not (address and day):
            raise InputError("公布", ["要写明网址（或刊登在哪里）和日期：--address 网址 --date 年-月-日"])
        place = desk.place(meant.code)
        if place.counts is None:
            raise InputError(meant.name, ["还没有计入的报表，没有可以核对的；请先收件，或用 xxgk accept 接受"])
        receipt = desk.book.whole(place.counts)
        document = _read(desk.campaign, meant, seen.page) if seen.page else None
        unequal = tuple(_unequal(document, filing_of(receipt, desk.campaign.form))) if document else ()
        compared, unread = _read_cells(document) if document else (0, 0)
        stated = {
            "address": address, "day": day.isoformat(), "answers": receipt.answers,
            "page": _keep(desk.campaign, meant, seen.page), "compared": compared, "unread": unread,
            "unequal": [(one.field, one.label, one.returned, one.published) for one in unequal],
        }  # fmt: skip
        told = f"{day.isoformat()} 公布在 {address}{_told_page(document, compared, len(unequal))}"
        decision = desk.decide(meant, _stated(Step.PUBLISHED, meant, receipt, why, told, stated))
        return _with_remarks(decision, _published_remarks(meant, document, unequal, unread))


def _read(campaign: Campaign, organ: Organ, page: Path) -> ExaminedDocument:
    found = examine_document(read_file(page), page.name, campaign.forms, year=campaign.year, organ=organ.name)
    filing = found.filing
    if filing is None:
        reasons = [finding.message for finding in found.examined.findings[:1]]
        raise InputError(str(page), [*reasons, "读不出报告，没有登记；可以不给网页，只登记网址和日期"])
    if filing.year != campaign.year or filing.form.edition != campaign.form.edition:
        raise InputError(str(page), [f"是 {filing.year} 年的报告，不是 {campaign.year} 年的，没有登记"])
    return found


def _unequal(document: ExaminedDocument, returned: Filing) -> Iterator[Unequal]:
    """Yield every figure and section of a page that says something else than the return."""
    published = document.filing
    for field in returned.form.fields.values() if published else ():
        found = document.found.get(field.id)
        if field.kind.is_figure and found is not None and found.sure is not Sure.NOT_FOUND:
            mine = returned.figure(field.id)
            if not is_number(found.value) or found.value != mine:
                yield Unequal(
                    field.id, field.label, "" if mine is None else show(mine), found.text or show(found.value)
                )
    for section in official(returned.form).sections if published else ():
        if published is not None and not section.is_table:
            pairs = zip(_lines(returned, section.id), _lines(published, section.id), strict=False)
            differing = next((pair for pair in pairs if _plain(pair[0]) != _plain(pair[1])), None)
            whole, there = (_plain("".join(_lines(one, section.id))) for one in (returned, published))
            if whole != there:
                old, new = differing or ("（多或少了段落）", "（多或少了段落）")
                yield Unequal(section.id, section.heading, old[:_LONGEST], new[:_LONGEST])


def _lines(filing: Filing, section: str) -> list[str]:
    return [paragraph.text for paragraph in filled_paragraphs(filing, section)]


def _plain(text: str) -> str:
    """Return a text as far as it can be told apart on a page: no blanks, no numbering of headings, one width."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _read_cells(document: ExaminedDocument) -> tuple[int, int]:
    """Return how many figures of a page could be read, and how many could not or not for certain."""
    unread = len(unsure_in(document))
    return len(document.found) - unread, unread


def _told_page(document: ExaminedDocument | None, compared: int, unequal: int) -> str:
    if document is None:
        return "，没有核对网页"
    return f"，网页核对了 {compared} 格，{f'{unequal} 处不同' if unequal else '都相同'}"


def _published_remarks(
    organ: Organ, document: ExaminedDocument | None, unequal: tuple[Unequal, ...], unread: int
) -> Iterator[str]:
    if document is None or document.filing is None:
        return
    if document.filing.organ and _plain(document.filing.organ) != _plain(organ.name):
        yield f"网页上写的是“{document.filing.organ}”，不是“{organ.name}”"
    yield from (
        f"{one.label}：报表是 {one.returned or '空白'}，公布的是 {one.published or '空白'}" for one in unequal[:_SHOWN]
    )
    if len(unequal) > _SHOWN:
        yield f"……共 {len(unequal)} 处不同，全部见 status.xlsx 的“签发和公布”"
    if unread:
        yield f"有 {unread} 格没有读准，请对照网页看一看"


def _keep(campaign: Campaign, organ: Organ, file: Path | None) -> str:
    """Copy a file beside what is known of an organ and return where it lies; an older one of that name stays."""
    if file is None:
        return ""
    content = read_file(file)
    if not content:
        raise InputError(str(file), ["是空的，请核对"])
    wanted = campaign.papers / organ.stem / file.name
    path = wanted if wanted.is_file() and wanted.read_bytes() == content else free_name(wanted)
    if path != wanted or not path.exists():
        write_file(path, content)
    return path.relative_to(campaign.folder).as_posix()


def _stated(step: Step, organ: Organ, receipt: Receipt, why: str, told: str, stated: object) -> Event:
    return Event(step, organ.code, receipt.sha256, why, told, details=json.dumps(stated, ensure_ascii=False))


def _with_remarks(decision: Decision, remarks: Iterator[str]) -> Decision:
    return Decision(decision.event, decision.organ, decision.before, decision.after, tuple(remarks))
