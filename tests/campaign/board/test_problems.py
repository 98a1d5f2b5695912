"""Every finding and explanation of a round: in one list, by finding and by organ, in sheet, page, JSON and terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest
from rounds import BALANCED, BROKEN, begin, filled, put
from terminal import FINDINGS

from toolkit.campaign.board.board import Board, make_board, read_round
from toolkit.campaign.board.problems import EXPLAINED, by_finding, by_organ
from toolkit.campaign.board.workbook import PROBLEM_HEADS, PROBLEM_SHEET
from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.round.folder import open_campaign
from toolkit.filing.findings import CATALOGUE
from toolkit.form.ids import explanation_id
from toolkit.form.rules import bind_rules

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli

    from toolkit.campaign.round.folder import Campaign


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    """Return a round with an error, a doubtful file, an explained warning, an explanation of nothing, a stranger."""
    campaign, other = begin(tmp_path / "a"), begin(tmp_path / "b")
    check = next(check for check in bind_rules(campaign.form) if check.is_explainable)
    explained = {explanation_id(check.key): "来件本来就少"}
    put(campaign, "财政.xlsx", filled(campaign, "01", BROKEN))
    put(campaign, "教育.xlsx", filled(other, "02"))
    put(campaign, "教研.xlsx", filled(campaign, "0201", BALANCED | explained))
    put(campaign, "通知.doc", b"x")
    collect_returns(campaign.folder)
    return campaign


def board_of(campaign: Campaign) -> Board:
    state = read_round(open_campaign(campaign.folder))
    return make_board(state, state.campaign.deadline or __import__("datetime").date(2051, 1, 1))


def test_every_finding_and_explanation_is_in_the_list(campaign: Campaign) -> None:
    problems = board_of(campaign).problems
    told = {(one.code, one.name, one.state) for one in problems}
    assert ("01", "handling_balance", "要改") in told
    assert ("02", "seal_differs", "待核对") in told
    assert ("", "not_a_workbook", "要改") in told
    said = [one for one in problems if one.explanation]
    assert [(one.code, one.explanation, one.state) for one in said] == [("0201", "来件本来就少", "已说明")]
    error = next(one for one in problems if one.name == "handling_balance")
    assert error.cell
    assert error.title != error.name
    assert CATALOGUE["seal_differs"].title in {one.title for one in problems}


def test_they_are_counted_by_finding_and_by_organ(campaign: Campaign) -> None:
    problems = board_of(campaign).problems
    findings, organs = by_finding(problems), by_organ(problems)
    assert sum(one.problems for one in findings) == sum(one.problems for one in organs) == len(problems)
    assert findings[0].errors
    assert [one.name for one in organs] == ["01", "02", "0201", ""]


def test_they_stand_in_sheet_page_json_and_terminal_without_internal_names(campaign: Campaign, xxgk: Cli) -> None:
    ran = xxgk("status", campaign.folder, "--problems")
    assert ran.code == FINDINGS
    found = xxgk("status", campaign.folder, "--problems", "--json").json
    sheet = openpyxl.load_workbook(campaign.folder / "status.xlsx")[PROBLEM_SHEET]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    page = (campaign.folder / "status.html").read_text(encoding="utf-8")
    heads = [head for head, _ in PROBLEM_HEADS]
    assert len(rows) == len(found["problems"]) == len(board_of(campaign).problems)
    assert [dict(zip(heads, row, strict=True))["怎么回事"] for row in rows] == [
        one["message"] for one in found["problems"]
    ]
    assert {one["name"] for one in found["by_finding"]} >= {"handling_balance", "seal_differs", EXPLAINED}
    assert [one["code"] for one in found["by_organ"]] == ["01", "02", "0201", None]
    shown = str(rows) + page + ran.out
    assert "来件本来就少" in ran.out
    assert "来件本来就少" in page
    for name in {one["name"] for one in found["problems"]}:
        assert name not in shown


def test_a_round_without_problems_says_so(tmp_path: Path, xxgk: Cli) -> None:
    campaign = begin(tmp_path / "c")
    assert "没有意见" in xxgk("status", campaign.folder, "--problems").out
    assert xxgk("status", campaign.folder, "--problems", "--json").json["problems"] == []
