"""A sum that is not complete says so wherever it goes: into its file, one level up, and into every report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from campaigncases import ALL_IN, NEW, TODAY, asked, county, hand_in, make_campaign, receipt_of, with_prose, written
from typer.testing import CliRunner

from toolkit.campaign.board.board import read_round
from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.merge.consolidated import merge_round
from toolkit.campaign.merge.tracing import trace
from toolkit.campaign.publish.reports import provisional_of, publish_organs
from toolkit.cli import app
from toolkit.files import write_file
from toolkit.filing.findings import Severity
from toolkit.workbook import layout as at
from toolkit.workbook.examining import Verdict, examine
from toolkit.workbook.identity import IDENTITY_FACTS
from toolkit.xlsx.package import NewCell, open_package

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.campaign.board.board import Round

SHORT = {"1": 20, "2": 7, "21": 3, "3": 100}
STAMP = "暂定：应计入 5 家，已计入 4 家，尚缺 1 家"
CITY = ("0,甲县人民政府办公室,,汇总,,,", "9,市教育局,,,,,")


def county_file(folder: Path, numbers: dict[str, int]) -> bytes:
    """Return a county's consolidated workbook with its prose written."""
    return with_prose(written(county(folder, numbers)))


def city(folder: Path, data: bytes) -> Round:
    """Return a city's round into which the county and the city's own office handed in."""
    campaign = make_campaign(folder, CITY)
    write_file(campaign.inbox / "甲县汇总.xlsx", data)
    collect_returns(campaign.folder)
    return hand_in(campaign, [receipt_of(asked(campaign.form, "9", 5, "市教育局"))])


def test_the_file_of_an_incomplete_sum_is_taken_with_a_warning_that_says_how_far_it_is(tmp_path: Path) -> None:
    examined = examine(county_file(tmp_path / "county", SHORT), "汇总.xlsx")
    (found,) = (finding for finding in examined.findings if finding.name == "provisional_total")
    assert examined.verdict is Verdict.ACCEPTED
    assert found.severity is Severity.WARNING
    assert STAMP in found.message
    assert examined.provisional == STAMP


def test_the_file_of_a_complete_sum_has_no_stamp(tmp_path: Path) -> None:
    examined = examine(county_file(tmp_path / "county", ALL_IN), "汇总.xlsx")
    assert examined.provisional == ""
    assert "provisional_total" not in {finding.name for finding in examined.findings}


def test_the_stamp_outlives_its_loss_from_one_of_its_places(tmp_path: Path) -> None:
    package = open_package(county_file(tmp_path / "county", SHORT))
    row = at.IDENTITY_FIRST_ROW + IDENTITY_FACTS.index("stamp")
    gone = {at.KEYS_SHEET: {at.cell_name(row, column): NewCell("") for column in (0, at.IDENTITY_VALUE)}}
    examined = examine(package.patched(gone), "汇总.xlsx")
    assert examined.provisional == STAMP


def test_one_level_up_a_provisional_return_counts_and_makes_the_whole_provisional(tmp_path: Path) -> None:
    state = city(tmp_path / "city", county_file(tmp_path / "county", SHORT))
    merged = merge_round(state)
    assert merged.whole.figure(NEW) == 135
    assert merged.missing == ()
    assert merged.provisional == ("暂定：应计入 2 家，已计入 2 家，其中“甲县人民政府办公室”报来的合计本身还是暂定的")
    assert [(found.name, STAMP in found.message) for found in merged.findings] == [("provisional_total", True)]
    assert not merged.has_errors
    assert provisional_of(merged) == merged.provisional
    assert trace(state, merged, NEW, "0").provisional == STAMP
    assert trace(state, merged, NEW, "9").provisional == ""


def test_it_goes_on_up_level_by_level(tmp_path: Path) -> None:
    state = city(tmp_path / "city", county_file(tmp_path / "county", SHORT))
    examined = examine(with_prose(written(state)), "汇总.xlsx")
    assert "本身还是暂定的" in examined.provisional


def test_a_mended_return_makes_the_whole_final_again(tmp_path: Path) -> None:
    state = city(tmp_path / "city", county_file(tmp_path / "county", SHORT))
    write_file(state.campaign.inbox / "甲县汇总（全）.xlsx", county_file(tmp_path / "again", ALL_IN))
    collect_returns(state.campaign.folder)
    assert merge_round(read_round(state.campaign, TODAY)).provisional == ""


def test_a_stamp_stays_within_what_a_document_property_holds(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "round", [f"{code},{'长' * 60}{code},,汇总,,," for code in "12345"])
    finding = {"name": "provisional_total", "severity": "warning", "figures": {"汇总范围": STAMP}}
    receipts = [receipt_of(asked(campaign.form, code, 1), findings=(finding,)) for code in "12345"]
    said = merge_round(hand_in(campaign, receipts)).provisional
    assert "等 5 家报来的合计本身还是暂定的" in said
    assert len(said) <= 255


def test_reports_of_it_bear_the_stamp(tmp_path: Path) -> None:
    state = city(tmp_path / "city", county_file(tmp_path / "county", SHORT))
    publish_organs(state, ["json"], tmp_path / "reports")
    told = {path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in tmp_path.rglob("reports/*/*/*")}
    assert {name: report["provisional"] for name, report in told.items()} == {
        "甲县人民政府办公室": STAMP,
        "市教育局": None,
    }


@pytest.mark.parametrize(("numbers", "said"), [(SHORT, STAMP), (ALL_IN, None)])
def test_xxgk_report_of_it_bears_the_stamp(tmp_path: Path, numbers: dict[str, int], said: str | None) -> None:
    path, out = tmp_path / "汇总.xlsx", tmp_path / "报告.json"
    write_file(path, county_file(tmp_path / "county", numbers))
    result = CliRunner().invoke(app, ["report", str(path), "--to", "json", "--out", str(out)])
    assert result.exit_code == 0
    assert json.loads(out.read_text(encoding="utf-8"))["provisional"] == said
