"""Rounds for tests of what a campaign gives: a folder, a roster, returns put straight into the receipt book."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Any

from casebook import full_answers

from toolkit.campaign.board.board import Round, make_board, read_round
from toolkit.campaign.intake.receipts import Receipt, ReceiptBook
from toolkit.campaign.merge.consolidated import consolidated_workbook, merge_round
from toolkit.campaign.round.folder import init_campaign, open_campaign
from toolkit.filing.checkcode import check_code
from toolkit.filing.filing import Filing
from toolkit.form.values import Paragraph
from toolkit.workbook.filling import fill_workbook
from toolkit.workbook.layout import lay_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from toolkit.campaign.round.folder import Campaign
    from toolkit.form.model import Form
    from toolkit.form.values import Value

YEAR = 2024
TODAY = date(2025, 2, 1)
HEADS = "代码,名称,上级代码,类型,联系人,电话,截止日期"
# A county whose town 3 hands in one return for itself and its two villages.
COUNTY = (
    "1,甲县财政局,,,张三,0101,2025-01-20",
    "2,甲县教育局,,,李四,0102,2025-01-20",
    "21,第一中学,2,,王五,0121,2025-02-20",
    "22,第二中学,2,,赵六,0122,2025-02-20",
    "3,乙镇人民政府,,汇总,孙七,0103,2025-01-20",
    "31,乙镇东村,3,,,,",
    "32,乙镇西村,3,,,,",
)


def make_campaign(
    folder: Path, roster: Iterable[str] = COUNTY, *, year: int = YEAR, forms: Path | None = None
) -> Campaign:
    """Return a fresh campaign of a county office."""
    folder.mkdir(parents=True, exist_ok=True)
    table = folder.with_name(f"{folder.name}.csv")
    table.write_text("\n".join((HEADS, *roster)) + "\n", encoding="utf-8")
    return init_campaign(folder, year=year, organ="甲县人民政府办公室", code="0", roster=table, forms=forms)


def filled(form: Form, code: str, organ: str = "示例机关", **typed: Value) -> Filing:
    """Return a sound filing with zeros except for `typed`, whose names have `__` for the dots of a field id."""
    named = {name.replace("__", "."): value for name, value in typed.items()}
    assert named.keys() <= form.fields.keys()
    answers = full_answers(form) | named
    return Filing(form, organ, code, YEAR, answers)


def asked(form: Form, code: str, number: int, organ: str = "示例机关") -> Filing:
    """Return a sound filing in which people made `number` requests, all granted."""
    requests = {"requests__new__natural_person": number, "requests__granted__natural_person": number}
    return filled(form, code, organ, **requests)


def receipt_of(
    filing: Filing,
    *,
    verdict: str = "accepted",
    day: str = "2025-01-10",
    mark: str = "",
    findings: tuple[Mapping[str, Any], ...] = (),
) -> Receipt:
    """Return the receipt of a filing's workbook; `mark` makes another file of the same figures."""
    spots = lay_out(filing.form).spots
    values = dict(filing.values)
    if verdict != "accepted":
        findings = ({"name": "requests_balance", "severity": "error"},)
    return Receipt(
        sha256=hashlib.sha256(f"{filing.code}{mark}{values}".encode()).hexdigest(),
        file=f"inbox/{filing.organ}{mark}.xlsx",
        code=filing.code,
        organ=filing.organ,
        year=filing.year,
        verdict=verdict,
        received_at=f"{day}T09:00:00+08:00",
        check_code=check_code(filing),
        values=values,
        findings=findings,
        cells={name: (spot.sheet, spot.cell) for name, spot in spots.items()},
        previous=filing.previous,
    )


def hand_in(campaign: Campaign, receipts: Iterable[Receipt]) -> Round:
    """Put receipts into the book in this order and return how the round stands."""
    with ReceiptBook(campaign.receipts_file) as book:
        book.add(receipts)
    return read_round(open_campaign(campaign.folder), TODAY)


def county(folder: Path, numbers: Mapping[str, int]) -> Round:
    """Return the round of the county in which these organs handed in, with how many requests each had."""
    campaign = make_campaign(folder)
    names = {organ.code: organ.name for organ in campaign.roster.organs}
    filings = [asked(campaign.form, code, number, names[code]) for code, number in numbers.items()]
    return hand_in(campaign, [receipt_of(filing) for filing in filings])


NEW, FEES = "requests.new.natural_person", "disclosure.charges.fees"
ALL_IN = {"1": 20, "2": 7, "21": 3, "22": 1, "3": 100}
PROSE = (Paragraph("全县政府信息公开工作有序开展。"),)


def written(state: Round) -> bytes:
    """Return the consolidated workbook of a round."""
    return consolidated_workbook(merge_round(state), state, make_board(state, TODAY))


def with_prose(data: bytes) -> bytes:
    """Return a consolidated workbook as the coordinator completes it."""
    answers = {"overview": PROSE, "problems": PROSE, "other": PROSE}
    return fill_workbook(data, "汇总.xlsx", lambda _: answers)
