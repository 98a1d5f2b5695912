"""Where a figure comes from, exactly; and what would change with it, foretold as it then happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from campaigncases import asked, county, filled, hand_in, make_campaign, receipt_of
from rounds import begin, put
from rounds import filled as filled_workbook

from toolkit.campaign.merge.consolidated import merge_round
from toolkit.campaign.merge.tracing import effects_json, trace, trace_json, what_if
from toolkit.errors import InputError
from toolkit.workbook.layout import lay_out

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli

NEW, TOTAL = "requests.new.natural_person", "requests.new.total"
NUMBERS = {"1": 20, "2": 7, "21": 3, "3": 100, "31": 60}


def test_every_figure_is_exactly_the_sum_of_its_contributions(tmp_path: Path) -> None:
    state = county(tmp_path / "round", NUMBERS)
    merged = merge_round(state)
    for name, figure in merged.whole.figures().items():
        found = trace(state, merged, name)
        assert found.value == figure == sum(entry.value for entry in found.contributions)
        assert all(sum(piece.value or 0 for piece in entry.parts) == entry.value for entry in found.contributions)


def test_a_contribution_names_organ_file_hash_sheet_and_cell(tmp_path: Path) -> None:
    state = county(tmp_path / "round", NUMBERS)
    document = trace_json(trace(state, merge_round(state), TOTAL))
    spots = lay_out(state.campaign.form).spots
    first = document["contributions"][0]
    assert (first["code"], first["organ"], first["file"], first["value"]) == (
        "1",
        "甲县财政局",
        "inbox/甲县财政局.xlsx",
        20,
    )
    assert first["sha256"] == state.accepted["1"].sha256
    assert (first["sheet"], first["cell"]) == (spots[TOTAL].sheet, spots[TOTAL].cell)
    assert first["parts"][0]["cell"] == spots[NEW].cell
    assert [entry["code"] for entry in document["contributions"]] == ["1", "2", "21", "3"]


@pytest.mark.parametrize(("code", "value", "codes"), [("2", 10, ["2", "21"]), ("1", 20, ["1"]), ("3", 100, ["3"])])
def test_a_level_can_be_traced_by_its_organ(tmp_path: Path, code: str, value: int, codes: list[str]) -> None:
    state = county(tmp_path / "round", NUMBERS)
    found = trace(state, merge_round(state), NEW, code)
    assert bool(found.provisional) is (code == "2")  # one of its schools is missing
    assert (found.value, [entry.code for entry in found.contributions]) == (value, codes)


@pytest.mark.parametrize(("field", "code"), [("requests.new.totl", ""), ("overview", ""), (NEW, "22"), (NEW, "9")])
def test_what_cannot_be_traced_is_refused(tmp_path: Path, field: str, code: str) -> None:
    state = county(tmp_path / "round", NUMBERS)
    with pytest.raises(InputError):
        trace(state, merge_round(state), field, code)


def test_a_change_is_foretold_exactly_as_it_then_happens(tmp_path: Path) -> None:
    state = county(tmp_path / "round", NUMBERS)
    before = merge_round(state)
    outlook = what_if(state, before, "第一中学", f"{NEW}=30")
    told = {(change.scope, change.code, change.field): change.after for change in outlook.changes}
    changed = state.returns["21"].with_answers({NEW: 30})
    after = merge_round(hand_in(state.campaign, [receipt_of(changed, mark="改")]))
    happened = {("whole", "0", name): figure for name, figure in after.whole.figures().items()}
    happened |= {("own", "21", name): figure for name, figure in changed.figures().items()}
    for level in after.levels:
        happened |= {("subtotal", level.organ.code, name): f for name, f in level.filing.figures().items()}
    was = {("whole", "0", name): figure for name, figure in before.whole.figures().items()}
    was |= {("own", "21", name): figure for name, figure in state.returns["21"].figures().items()}
    for level in before.levels:
        was |= {("subtotal", level.organ.code, name): f for name, f in level.filing.figures().items()}
    assert told == {key: figure for key, figure in happened.items() if was[key] != figure}
    assert len(told) == 6
    assert any("新收加结转" in message for message in outlook.findings)


def test_a_change_below_a_covering_return_reaches_no_sum(tmp_path: Path) -> None:
    state = county(tmp_path / "round", NUMBERS)
    document = effects_json(what_if(state, merge_round(state), "31", f"{NEW}=61"))
    assert {change["scope"] for change in document["changes"]} == {"own"}


@pytest.mark.parametrize(
    ("organ", "assignment"),
    [
        ("21", f"{NEW}"),
        ("21", f"{NEW}=多"),
        ("21", f"{NEW}=-1"),
        ("21", f"{NEW}=NaN"),
        ("21", f"{TOTAL}=3"),
        ("22", f"{NEW}=1"),
        ("9", f"{NEW}=1"),
    ],
)
def test_a_change_that_cannot_be_is_refused(tmp_path: Path, organ: str, assignment: str) -> None:
    state = county(tmp_path / "round", NUMBERS)
    with pytest.raises(InputError):
        what_if(state, merge_round(state), organ, assignment)


def test_an_unchanged_figure_changes_nothing(tmp_path: Path) -> None:
    state = county(tmp_path / "round", {"1": 20})
    assert what_if(state, merge_round(state), "1", f"{NEW}=20").changes == ()
    assert asked(state.campaign.form, "1", 20).figure(NEW) == 20


def test_a_blank_figure_contributes_nothing_and_is_no_zero(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "round")
    state = hand_in(campaign, [receipt_of(filled(campaign.form, "1", requests__new__natural_person=None))])
    found = trace(state, merge_round(state), NEW)
    assert (found.value, found.contributions) == (None, ())


def test_who_stands_in_a_return_of_the_other_hierarchy_is_named_and_not_added(xxgk: Cli, tmp_path: Path) -> None:
    lines = "代码,名称,上级代码,类型,条线上级代码\n1,甲局,,条线汇总,\n2,乙镇,,,\n21,乙镇学校,2,,1\n22,乙镇站,2,,\n"
    campaign = begin(tmp_path / "a", lines)
    for code in ("1", "2", "21", "22"):
        put(campaign, f"{code}.xlsx", filled_workbook(campaign, code))
    xxgk("collect", campaign.folder)
    assert "要写明追查哪个合计数" in xxgk("why", campaign.folder).err
    ran = xxgk("why", campaign.folder, "handling.received.all_channels", "--organ", "2")
    assert "另有“乙镇学校”（21）由“甲局”汇总报送，不在这里" in ran.out
    found = xxgk("why", campaign.folder, "handling.received.all_channels", "--organ", "2", "--json").json
    assert (found["value"], found["elsewhere"]) == (10, [{"code": "21", "organ": "乙镇学校", "by": "甲局"}])
    whole = xxgk("why", campaign.folder, "handling.received.all_channels", "--json").json
    assert (whole["value"], whole["elsewhere"]) == (15, [])
