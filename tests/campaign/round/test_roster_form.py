"""The roster to fill in: what people write under its heads is read as they wrote it, its own page of help never is."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

import openpyxl
import pytest

from toolkit.campaign.round.roster_form import HELP, SHEET, roster_form
from toolkit.campaign.round.roster_reading import read_roster
from toolkit.campaign.round.roster_table import HEADS
from toolkit.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_filled_form_is_a_roster(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(roster_form()))
    sheet = book[SHEET]
    assert [cell.value for cell in sheet[1]] == [heads[0] for heads in HEADS.values()]
    for row in (["001", "甲局", "", "汇总", "张三", "0101", dt.date(2025, 1, 20), ""], ["002", "乙局", "001"]):
        sheet.append(row)
    book.save(tmp_path / "名册.xlsx")
    roster = read_roster(tmp_path / "名册.xlsx")
    assert [(organ.code, organ.name, organ.parent) for organ in roster.organs] == [
        ("001", "甲局", ""),
        ("002", "乙局", "001"),
    ]
    assert roster.organs[0].deadline == dt.date(2025, 1, 20)
    assert roster.organs[0].covers_all_below


def test_the_form_offers_kinds_and_keeps_noughts() -> None:
    book = openpyxl.load_workbook(io.BytesIO(roster_form()))
    (kinds,) = [rule for rule in book[SHEET].data_validations.dataValidation if rule.type == "list"]
    assert "汇总" in kinds.formula1
    assert book[SHEET].column_dimensions["A"].number_format in {"@", "General"}
    assert book[HELP].max_row == len(HEADS) + 1
    assert roster_form() == roster_form()


def test_an_empty_form_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "名册.xlsx").write_bytes(roster_form())
    with pytest.raises(InputError, match="名册里没有机关"):
        read_roster(tmp_path / "名册.xlsx")
