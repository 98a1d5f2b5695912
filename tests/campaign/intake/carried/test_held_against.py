"""Last year's figures in a return are held against the record; where they differ the record counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from casebook import full_filing
from rounds import YEAR, begin, filled, put, roster_file
from workbooks import with_cells

from toolkit.campaign.board.board import read_round
from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.intake.campaign_checks import CampaignChecker
from toolkit.campaign.intake.carried.last_year import LastYear
from toolkit.campaign.intake.receipts import Receipt
from toolkit.campaign.merge.consolidated import merge_round
from toolkit.campaign.round.folder import init_campaign
from toolkit.filing.findings import raise_finding
from toolkit.workbook.examining import finding_json, judge
from toolkit.workbook.layout import FIELD_PREVIOUS, KEYS_SHEET, Spot, lay_out
from toolkit.workbook.template.blank import carried_fields

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from toolkit.campaign.round.folder import Campaign
    from toolkit.form.values import Figure

DIFFERS, MOVED = "last_year_differs", "requests_moved"
NEW, NEW_TOTAL = "requests.new.natural_person", "requests.new.total"
ORGAN = "云溪县财政局"


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    roster = roster_file(tmp_path, f"代码,名称,类型\n01,{ORGAN},\n02,云溪县乙镇,汇总\n")
    return init_campaign(tmp_path / "a", year=2024, organ="云溪县公开办", code="00", roster=roster)


def last_year(campaign: Campaign, new: int = 300) -> Mapping[str, Figure]:
    return full_filing(campaign.form).with_answers({NEW: new, "requests.granted.natural_person": new}).figures()


def came(campaign: Campaign, previous: Mapping[str, Figure], code: str = "01") -> Receipt:
    """Return the receipt of an organ that was asked 300 times and carries these figures of last year."""
    filing = full_filing(campaign.form).with_answers({NEW: 300, "requests.granted.natural_person": 300})
    organ = campaign.roster.by_code[code].name
    filing = replace(filing, organ=organ, code=code, year=2024, previous=previous)
    findings = tuple(map(finding_json, judge(filing)))
    return Receipt(
        "1", "a.xlsx", code, organ, 2024, "accepted", "", values=filing.values, previous=previous, findings=findings,
    )  # fmt: skip


def checked(campaign: Campaign, receipt: Receipt, recorded: Mapping[str, Figure]) -> Receipt:
    """Return what the campaign says by this record; judging twice says the same."""
    checker = CampaignChecker(campaign, LastYear(frozenset({receipt.code}), {receipt.code: recorded}))
    once = checker.checked(receipt)
    assert checker.checked(once).findings == once.findings
    return once


def names(receipt: Receipt) -> set[str]:
    return {finding["name"] for finding in receipt.findings} & {DIFFERS, MOVED, "record_differs", "requests_carried_in"}


def test_what_is_as_recorded_is_nothing_to_tell_of(campaign: Campaign) -> None:
    known = last_year(campaign)
    assert names(checked(campaign, came(campaign, known), known)) == set()
    more = {**known, "requests.a_field_of_another_edition.total": 4}
    assert names(checked(campaign, came(campaign, known), more)) == set()
    few = {name: known[name] for name in carried_fields(campaign.form).values()}
    assert names(checked(campaign, came(campaign, few), few)) == set()


@pytest.mark.parametrize("altered", [{NEW: 60}, {NEW: None}, {"disclosure.licensing.decisions": 7}])
def test_another_figure_of_last_year_is_told_and_does_not_stop_the_return(
    campaign: Campaign, altered: Mapping[str, Figure | None]
) -> None:
    known = last_year(campaign)
    carried = {name: one for name, one in {**known, **altered}.items() if one is not None}
    found = checked(campaign, came(campaign, carried), known)
    (finding,) = (one for one in found.findings if one["name"] == DIFFERS)
    (field,) = altered
    assert finding["severity"] == "warning"
    assert [(place["field"], place["cell"]) for place in finding["places"]] == [(field, "")]
    assert f"“{campaign.form.fields[field].label}”带的是" in finding["message"]
    assert f"记录是 {known[field]}" in finding["message"]


def test_many_of_them_are_one_finding(campaign: Campaign) -> None:
    known = last_year(campaign)
    found = checked(campaign, came(campaign, {name: figure + 1 for name, figure in known.items()}), known)
    (finding,) = (one for one in found.findings if one["name"] == DIFFERS)
    assert len(finding["places"]) == len(known)
    assert finding["message"].count("带的是") == 3


def test_what_was_altered_so_that_nothing_stands_out_stands_out_by_the_record(campaign: Campaign) -> None:
    known = last_year(campaign, 20)
    assert names(came(campaign, last_year(campaign, 290))) == set()
    hidden = checked(campaign, came(campaign, last_year(campaign, 290)), known)
    assert names(hidden) == {DIFFERS, MOVED}
    assert names(checked(campaign, hidden, last_year(campaign, 290))) == set()
    told = came(campaign, known)
    assert names(told) == {MOVED}
    corrected = checked(campaign, told, last_year(campaign))
    assert names(corrected) == {DIFFERS}
    assert names(checked(campaign, corrected, known)) == {MOVED}


def test_a_return_that_carries_nothing_is_judged_by_the_record_without_more_words(campaign: Campaign) -> None:
    assert names(checked(campaign, came(campaign, {}), last_year(campaign, 20))) == {MOVED}
    assert names(checked(campaign, came(campaign, {}), {})) == set()


def test_what_must_carry_over_is_told_by_the_record_alone(campaign: Campaign) -> None:
    known = last_year(campaign)
    mine, theirs = next(iter(carried_fields(campaign.form).items()))
    altered = checked(campaign, came(campaign, {**known, theirs: 7}), known)
    assert names(altered) == {DIFFERS}  # 0 was typed, as the record has it
    wrong = checked(campaign, came(campaign, known), {**known, theirs: 7})
    assert {DIFFERS, "record_differs"} <= names(wrong)
    (finding,) = (one for one in wrong.findings if one["name"] == "record_differs")
    assert [place["field"] for place in finding["places"]] == [mine]
    assert "requests_carried_in" not in names(wrong)


def test_what_could_not_be_read_is_not_told_twice(campaign: Campaign) -> None:
    known = last_year(campaign)
    receipt = came(campaign, {name: figure for name, figure in known.items() if name != NEW})
    places = [{"sheet": "", "cell": "", "field": NEW, "label": ""}]
    unreadable = {**finding_json(raise_finding("last_year_unreadable", count=1, shown="")), "places": places}
    found = checked(campaign, replace(receipt, findings=(*receipt.findings, unreadable)), known)
    assert DIFFERS not in names(found)


@pytest.mark.parametrize(("carried", "told"), [({}, set()), ({NEW: 300}, set()), ({NEW: 60}, {DIFFERS})])
def test_a_sum_made_below_need_not_carry_what_not_all_of_its_organs_have(
    campaign: Campaign, carried: Mapping[str, Figure], told: set[str]
) -> None:
    receipt = came(campaign, carried, "02")
    sum_below = finding_json(raise_finding("consolidated_return", count=2, sheet="各机关明细"))
    receipt = replace(receipt, seal="其下一级的", findings=(*receipt.findings, sum_below))
    assert names(checked(campaign, receipt, last_year(campaign))) & {DIFFERS} == told


def test_last_year_altered_in_a_workbook_is_told_and_not_added(tmp_path: Path) -> None:
    first = begin(tmp_path / "first")
    put(first, "01.xlsx", filled(first, "01"))
    collect_returns(first.folder)
    campaign, field = begin(tmp_path / "second", year=YEAR + 1, previous=first.folder), "handling.received.post"
    hidden = Spot(KEYS_SHEET, lay_out(campaign.form).field_rows[field], FIELD_PREVIOUS)
    put(campaign, "01.xlsx", with_cells(filled(campaign, "01", {"handling.in_full.post": 2}), {hidden: 77}))
    (receipt,) = collect_returns(campaign.folder).new
    assert receipt.verdict == "accepted"
    assert DIFFERS in names(receipt)
    assert merge_round(read_round(campaign)).whole.previous[field] == 5


def test_an_organ_the_record_does_not_know_carries_nothing(campaign: Campaign) -> None:
    """It was issued with no figures of last year: what stands there was put there, and is not judged by."""
    known = LastYear(frozenset({"09"}), {"09": last_year(campaign)})
    receipt = CampaignChecker(campaign, known).checked(came(campaign, last_year(campaign, 3)))
    names = [finding["name"] for finding in receipt.findings]
    assert DIFFERS in names
    assert MOVED not in names
    assert DIFFERS not in {one["name"] for one in CampaignChecker(campaign, LastYear()).checked(receipt).findings}
