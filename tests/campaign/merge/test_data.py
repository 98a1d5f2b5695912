"""The data beside the consolidated workbook: complete, exact, and described field by field."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from campaigncases import county, filled, hand_in, make_campaign, receipt_of

from toolkit.campaign.board.parts import shares_of
from toolkit.campaign.merge import data as tidy
from toolkit.campaign.merge.adding import merge_filings
from toolkit.campaign.merge.consolidated import merge_round
from toolkit.campaign.merge.data import tidy_files
from toolkit.campaign.round.roster import Organ

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.campaign.merge.adding import Merged

FEES, ASKED = "disclosure.charges.fees", "requests.new.natural_person"


def files_of(merged: Merged) -> dict[str, bytes]:
    return {name: b"".join(pieces) for name, pieces in tidy_files(merged).items()}


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_lines_of_the_organs_add_up_to_the_totals(tmp_path: Path) -> None:
    merged = merge_round(county(tmp_path / "round", {"1": 20, "2": 7, "21": 3, "3": 100}))
    files = files_of(merged)
    sums: dict[str, Decimal] = {}
    for row in rows_of(files["tidy.csv"]):
        sums[row["field"]] = sums.get(row["field"], Decimal(0)) + Decimal(row["value"])
    whole = {row["field"]: row for row in rows_of(files["totals.csv"]) if row["scope"] == "whole"}
    assert {field: Decimal(row["value"]) for field, row in whole.items()} == sums == merged.whole.figures()
    assert {(row["counted"], row["missing"]) for row in whole.values()} == {("4", "1")}
    assert whole["requests.new.total"]["column"] == "申请人情况/总计"


def test_figures_below_nought_are_numbers_for_every_program(tmp_path: Path) -> None:
    """A correction that was let pass; a text that begins like a formula still has its apostrophe."""
    state = county(tmp_path / "round", {"1": 20, "2": 7})
    below = state.returns["2"].with_answers({FEES: Decimal("-3.50"), ASKED: -2})
    merged = replace(
        merge_filings(state.campaign.roster, {"2": below}, below),
        shares=tuple(shares_of([named_like_a_formula()], {"9": below})),
    )
    files = files_of(merged)
    lines = {row["field"]: row for row in rows_of(files["tidy.csv"])}
    assert (lines[FEES]["value"], lines[ASKED]["value"], lines[FEES]["organ"]) == ("-3.5", "-2", "'-3号机关")
    whole = {row["field"]: row["value"] for row in rows_of(files["totals.csv"]) if row["scope"] == "whole"}
    assert (whole[FEES], whole[ASKED]) == ("-3.5", "-2")


def named_like_a_formula() -> Organ:
    return Organ("9", "-3号机关")


def test_the_json_says_who_is_in_and_who_is_not(tmp_path: Path) -> None:
    files = files_of(merge_round(county(tmp_path / "round", {"1": 20})))
    document = json.loads(files["merged.json"])
    assert [organ["code"] for organ in document["counted"]] == ["1"]
    assert [organ["code"] for organ in document["missing"]] == ["2", "21", "22", "3", "31", "32"]
    assert document["values"]["requests.new.total"] == 20
    assert document["provisional"]


def test_the_dictionary_describes_every_column_of_every_file(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    files = files_of(merge_round(county(tmp_path / "round", {"1": 20, "2": 1})))
    package = json.loads(files["datapackage.json"])
    for resource in package["resources"]:
        content, names = files[resource["path"]], [field["name"] for field in resource["schema"]["fields"]]
        assert resource["bytes"] == len(content)
        if resource["format"] == "csv":
            assert list(rows_of(content)[0]) == names
        else:
            assert list(pandas.read_parquet(io.BytesIO(content)).columns) == names
    wide = next(resource for resource in package["resources"] if resource["format"] == "parquet")
    described = {field["name"]: field for field in wide["schema"]["fields"]}
    assert described[FEES]["type"] == "number"
    assert "万元" in described[FEES]["description"]
    assert described[FEES]["source"].startswith("《")


def test_parquet_keeps_counts_whole_and_amounts_exact(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    campaign = make_campaign(tmp_path / "round")
    filings = [filled(campaign.form, code, **{FEES: Decimal(fee)}) for code, fee in (("1", "0.1"), ("2", "59237.2449"))]
    files = files_of(merge_round(hand_in(campaign, [receipt_of(filing) for filing in filings])))
    table = parquet.read_table(io.BytesIO(files["wide.parquet"]))
    assert table[FEES].to_pylist() == [Decimal("0.1"), Decimal("59237.2449")]
    assert str(table["requests.new.total"].type) == "int64"


def test_without_the_parquet_library_the_other_files_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidy, "has_parquet", lambda: False)
    files = files_of(merge_round(county(tmp_path / "round", {"1": 20})))
    assert set(files) == {"tidy.csv", "totals.csv", "merged.json", "datapackage.json"}
    assert len(json.loads(files["datapackage.json"])["resources"]) == 2
