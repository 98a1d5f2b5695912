"""Last year beside this one in a sum: nothing that is not known of every organ is passed off as whole."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from campaigncases import YEAR, asked, hand_in, make_campaign, receipt_of, written

from toolkit.campaign.intake.carried.held_against import DOUBTS_OF_LAST_YEAR
from toolkit.campaign.merge import consolidated
from toolkit.campaign.merge.bounds import bound_of
from toolkit.campaign.merge.chart_sheet import CHART_SHEET, NOT_WHOLE, TOTAL_ROW
from toolkit.campaign.merge.consolidated import merge_round
from toolkit.campaign.merge.tracing import what_if
from toolkit.campaign.round.folder import open_campaign
from toolkit.files import write_file
from toolkit.filing.headlines import headlines
from toolkit.workbook.template.blank import carried_fields

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from toolkit.campaign.board.board import Round
    from toolkit.campaign.round.folder import Campaign
    from toolkit.form.model import Form
    from toolkit.form.values import Figure

ORGANS = [f"{code},第{code}局,,,,," for code in "123"]
NEW = "requests.new.natural_person"


def shown(state: Round) -> tuple[str, dict[str, tuple[Any, ...]], int]:
    """Return what the sheet of charts says, its lines by label, and how many charts it has."""
    sheet = openpyxl.load_workbook(io.BytesIO(written(state)))[CHART_SHEET]
    rows = sheet.iter_rows(min_row=TOTAL_ROW + 1, max_row=TOTAL_ROW + len(headlines(state.campaign.form)), max_col=4)
    return (
        sheet["A2"].value,
        {str(row[0].value): tuple(cell.value for cell in row[2:]) for row in rows},
        len(sheet._charts),
    )


def carrying(campaign: Campaign, previous: Mapping[str, Figure], organs: str = "123") -> Round:
    """Return a round in which every organ asked 9 times and these carry figures of last year."""
    returns = [asked(campaign.form, code, 9, f"第{code}局") for code in "123"]
    known = [replace(one, previous=previous if one.code in organs else {}) for one in returns]
    return hand_in(campaign, map(receipt_of, known))


def continued(folder: Path, last: Mapping[str, int], roster: list[str] = ORGANS) -> Campaign:
    """Return a round after one in which these organs asked so often."""
    before = make_campaign(folder / "before", roster, year=YEAR - 1)
    returns = [asked(before.form, code, number, f"第{code}局") for code, number in last.items()]
    hand_in(before, [receipt_of(replace(one, year=YEAR - 1)) for one in returns])
    campaign = make_campaign(folder / "now", ORGANS)
    settings = campaign.folder / "campaign.toml"
    write_file(settings, f'{settings.read_text(encoding="utf-8")}previous = "../before"\n'.encode())
    return open_campaign(campaign.folder)


def test_where_only_what_carries_over_is_known_of_last_year_the_rest_is_not_nought(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "a", ORGANS)
    carried = dict.fromkeys(carried_fields(campaign.form).values(), 2)
    said, lines, charts = shown(carrying(campaign, carried))
    assert {label: line for label, line in lines.items() if line[1] is None} == {"结转下年度": (36, None)}
    assert {line for label, line in lines.items() if label != "结转下年度"} == {(None, NOT_WHOLE)}
    assert "这 3 家上年的合计" in said
    assert NOT_WHOLE in said
    assert charts == 3


def test_what_the_edition_of_last_year_did_not_ask_so_is_not_nought(
    tmp_path: Path, form_2019: Form, form_2021: Form
) -> None:
    before = asked(form_2019, "1", 5).figures()
    campaign = make_campaign(tmp_path / "a", ORGANS)
    _, lines, _ = shown(carrying(campaign, {name: one for name, one in before.items() if name in form_2021.fields}))
    assert lines["本年新收"] == (15, None)
    assert lines["其他处理"] == (None, NOT_WHOLE)


@pytest.mark.parametrize("last", [{"1": 5, "2": 5, "3": 5}, {"1": 5, "2": 5}])
def test_an_organ_whose_last_year_is_lacking_is_not_left_out_in_silence(tmp_path: Path, last: dict[str, int]) -> None:
    campaign = continued(tmp_path, last)
    previous = asked(campaign.form, "1", 5).figures()
    said, lines, charts = shown(carrying(campaign, previous, "".join(last)))
    if len(last) == len(ORGANS):
        assert (lines["本年新收"], charts) == ((15, None), 3)
        assert "这 3 家上年的合计。" in said
    else:
        assert (set(lines.values()), charts) == ({(None, None)}, 2)
        assert f"3 家中有 1 家没有上年的数，{NOT_WHOLE}" in said


def test_a_new_organ_had_nothing_that_could_be_lacking(tmp_path: Path) -> None:
    campaign = continued(tmp_path, {"1": 5, "2": 5}, ORGANS[:2])
    said, lines, _ = shown(carrying(campaign, asked(campaign.form, "1", 5).figures(), "12"))
    assert lines["本年新收"] == (10, None)
    assert "2 家上年的合计，另 1 家是今年新列入名册的" in said


@pytest.mark.parametrize("name", ["", *sorted(DOUBTS_OF_LAST_YEAR)])
def test_the_record_is_added_where_a_return_carries_nothing_or_something_else(tmp_path: Path, name: str) -> None:
    campaign = continued(tmp_path, {"1": 5, "2": 5, "3": 5})
    previous = asked(campaign.form, "1", 5).figures()
    state = carrying(campaign, previous, "12")
    if name:
        altered = replace(asked(campaign.form, "3", 9, "第3局"), previous={**previous, NEW: 700})
        found = ({"name": name, "severity": "warning", "message": "", "places": []},)
        again = replace(receipt_of(altered, mark="b", findings=found), received_at="2025-01-11T09:00:00+08:00")
        state = hand_in(campaign, [again])
    merged = merge_round(state)
    assert merged.whole.previous[NEW] == 15
    assert what_if(state, merged, "1", f"{NEW}=9").changes == ()


def test_the_record_is_not_read_where_every_return_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = continued(tmp_path, {"1": 5, "2": 5, "3": 5})
    state = carrying(campaign, asked(campaign.form, "1", 5).figures())

    def read(_: Campaign) -> None:
        raise AssertionError

    monkeypatch.setattr(consolidated, "last_year_of", read)
    assert merge_round(state).whole.previous[NEW] == 15


def test_a_figure_of_last_year_that_is_not_known_is_no_nought_in_an_interval(tmp_path: Path) -> None:
    roster = [f"{code},第{code}局,,,,," for code in range(1, 10)]
    campaign = make_campaign(tmp_path / "a", roster)
    merged = merge_round(
        hand_in(campaign, [receipt_of(asked(campaign.form, str(code), 10, f"第{code}局")) for code in range(1, 8)])
    )
    line = headlines(campaign.form)[0]
    known = dict.fromkeys(line.fields, 5)
    last = {str(code): known for code in range(1, 9)}
    bound = bound_of(replace(merged, last_year=last), line.known)
    assert bound is not None
    assert (bound.compared, bound.missing, bound.without) == (7, 1, 1)
    last = {**last, "1": {line.fields[0]: 5}, "9": {line.fields[0]: 5}}
    bound = bound_of(replace(merged, last_year=last), line.known)
    assert bound is not None
    assert (bound.compared, bound.missing, bound.without) == (6, 1, 1)
