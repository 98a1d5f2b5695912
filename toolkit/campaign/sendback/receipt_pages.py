"""Receipts people can keep: for every return that counts, a page to print and a text to paste, in sendback/已收/."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.campaign.intake.documents import is_read_by_labels
from toolkit.campaign.intake.receipts import filing_of
from toolkit.campaign.round.output_files import move_aside, write_if_new
from toolkit.campaign.sendback.messages import DONE, text_bytes
from toolkit.filing.findings import is_let_pass, show
from toolkit.filing.headlines import headlines
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jinja2 import Template

    from toolkit.campaign.intake.receipts import Receipt, ReceiptBook
    from toolkit.campaign.intake.standings import Standing
    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ
    from toolkit.form.model import Form

FOLDER = "已收"
PAGE, TEXT = "-回执.html", "-回执.txt"
TEMPLATES = Path(__file__).parent / "templates"
_FACT = "receipt page "  # with the code: what the files were made of, and their stem
_ALL_PAGES = "receipt_pages"  # the fact that held all of them in earlier versions
_KEPT_AT_ONCE = 500  # pages; of a run that is killed those since are made again
_MADE_AS = "2"  # changes when the same return would have another page
_PIECE = 16  # digits of a hash in a row, as people compare them


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """What a receipt says. `totals` are the form's headlines, then the totals of the tables that name none."""

    organ: str
    code: str
    year: int
    title: str
    file: str
    received: str
    saved: str
    sha256: tuple[str, ...]
    check_code: str
    totals: tuple[tuple[str, str], ...]
    issuer: str
    call: str
    number: int
    by_labels: bool
    let_pass: int  # errors that the office let pass


def write_receipts(campaign: Campaign, book: ReceiptBook, places: Mapping[str, Standing]) -> None:
    """Write the receipts of these organs' returns that count; move those of the others aside, and of codes now unknown.

    Raises:
        OutputError: a file cannot be written or moved.
    """
    _bring_up(book)
    made: dict[str, str] = {}
    for code, told in book.facts(_FACT):
        if told and code not in campaign.roster.by_code:
            _take_away(campaign, told)
            made[f"{_FACT}{code}"] = ""
    for code, place in places.items():
        before, now = book.fact(f"{_FACT}{code}"), _told(campaign, place)
        if before and (not now or _stem(before) != _stem(now)):
            _take_away(campaign, before)
        if place.counts and not (before == now and _lie_there(campaign, place.organ.stem)):
            _write(campaign, book.whole(place.counts), place, place.number(place.counts))
        if before != now:
            made[f"{_FACT}{code}"] = now
        if len(made) >= _KEPT_AT_ONCE:
            book.set_facts(made)
            made.clear()
    book.set_facts(made)


def _bring_up(book: ReceiptBook) -> None:
    """Keep apart what earlier versions kept together, which was written anew as a whole for every page."""
    together = json.loads(book.fact(_ALL_PAGES) or "{}")
    if together:
        apart = {f"{_FACT}{code}": f"{mark} {stem}" for code, (stem, mark) in together.items()}
        book.set_facts({**apart, _ALL_PAGES: ""})


def _told(campaign: Campaign, place: Standing) -> str:
    """Return what the book keeps of a receipt: its mark and the stem of its files; empty where nothing counts."""
    mark = _mark(campaign, place)
    return f"{mark} {place.organ.stem}" if mark else ""


def _stem(told: str) -> str:
    return told.partition(" ")[2]


def _mark(campaign: Campaign, place: Standing) -> str:
    """Return what changes whenever the receipt would say something else; '' where nothing counts."""
    if place.counts is None:
        return ""
    told = (_MADE_AS, place.counts.sha256, place.organ.name, place.number(place.counts), campaign.organ, campaign.call)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:_PIECE]


def _lie_there(campaign: Campaign, stem: str) -> bool:
    # Asked of every organ whenever one return has changed; a Path each takes five times as long.
    place = f"{campaign.sendback}{os.sep}{FOLDER}{os.sep}{stem}"
    return os.path.isfile(f"{place}{PAGE}") and os.path.isfile(f"{place}{TEXT}")  # noqa: PTH113


def _take_away(campaign: Campaign, told: str) -> None:
    for ending in (PAGE, TEXT):
        path = campaign.sendback / FOLDER / f"{_stem(told)}{ending}"
        if path.is_file():
            move_aside(path, campaign.sendback / DONE / path.name)


def _write(campaign: Campaign, receipt: Receipt, place: Standing, number: int) -> None:
    page = _page(campaign, receipt, place.organ, number)
    stem = campaign.sendback / FOLDER / place.organ.stem
    write_if_new(stem.with_name(f"{stem.name}{PAGE}"), _template().render(page=page).encode())
    write_if_new(stem.with_name(f"{stem.name}{TEXT}"), text_bytes(_message(page, place.organ.stem)))


def _page(campaign: Campaign, receipt: Receipt, organ: Organ, number: int) -> ReceiptPage:
    sha256 = receipt.sha256
    return ReceiptPage(
        organ=organ.name,
        code=organ.code,
        year=campaign.year,
        title=campaign.form.title,
        file=receipt.name,
        received=_minute(receipt.received_at),
        saved=_minute(receipt.saved_at or receipt.received_at),
        sha256=tuple(sha256[start : start + _PIECE] for start in range(0, len(sha256), _PIECE)),
        check_code=receipt.check_code,
        totals=tuple(_totals(campaign.form, receipt)),
        issuer=campaign.organ,
        call=campaign.call,
        number=number,
        by_labels=is_read_by_labels(receipt.findings),
        let_pass=sum(map(is_let_pass, receipt.findings)),
    )


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _totals(form: Form, receipt: Receipt) -> Iterator[tuple[str, str]]:
    filing = filing_of(receipt, form)
    for line in headlines(form):
        yield line.label, show(line.of(filing.figure))
    told = {table.id for table in form.tables if table.controls}
    for field in form.fields.values():
        if field.kind is Kind.COMPUTED and field.table not in told:
            yield field.label, show(filing.values[field.id])


def _message(page: ReceiptPage, stem: str) -> Iterator[str]:
    judged = f"有 {page.let_pass} 处准予通过" if page.let_pass else "已通过核对"
    yield f"{page.organ}：{page.year} 年{page.title}填报表（{page.file}）收到了，{judged}，已经计入。"
    yield f"校验码 {page.check_code}。盖章的纸质件上应当是同一个校验码；不同的，请把盖章的那一份文件再发来。"
    if page.totals:
        yield f"合计：{'，'.join(f'{label} {figure}' for label, figure in page.totals)}。"
    yield f"收件时间 {page.received}，文件指纹（SHA-256）开头是 {page.sha256[0]}。"
    yield f"回执见“{stem}{PAGE}”，可以打印留存。"
    if page.call:
        yield f"有疑问请联系 {page.call}。"


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("receipt.html.jinja")
