"""An explanation that another organ gives word for word closes nothing, wherever it is counted or told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from casebook import SENTENCE, full_filing
from rounds import put, roster_file

from toolkit.campaign.board.as_json import board_json
from toolkit.campaign.board.board import make_board, read_round
from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.deciding import return_for_wording
from toolkit.campaign.issue.issuing import issue_workbooks
from toolkit.campaign.round.folder import init_campaign, open_campaign
from toolkit.campaign.waiving import waive_finding
from toolkit.form.ids import explanation_id
from toolkit.form.registry import form_of_edition
from toolkit.form.values import Paragraph
from toolkit.workbook import remarks as at
from toolkit.workbook.filling import fill_workbook
from toolkit.workbook.layout import cell_name
from toolkit.workbook.remarks import REMARKS_SHEET
from toolkit.xlsx.package import open_package

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from toolkit.campaign.board.board import Board
    from toolkit.campaign.round.folder import Campaign
    from toolkit.form.values import Value

ROW = "disclosure.normative_documents"
DOUBT = {f"{ROW}.issued": 3, f"{ROW}.repealed": 0, f"{ROW}.in_force": 1}
ERROR = {"requests.new.business": 1}
EXPLANATION = explanation_id("disclosure_in_force.normative_documents")
NAME = "disclosure_in_force"
COPIED = "和别的单位写的一样"
NAMES = {"01": "财政局", "02": "民政局", "03": "教育局"}


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    """Return a round that has issued its workbooks to three organs."""
    lines = "".join(f"{code},示例县{name}\n" for code, name in NAMES.items())
    made = init_campaign(
        tmp_path / "a", year=2024, organ="示例县", code="00", roster=roster_file(tmp_path, f"代码,名称\n{lines}")
    )
    issue_workbooks(made.folder)
    return open_campaign(made.folder)


def send(
    campaign: Campaign, code: str, said: str, more: Mapping[str, Value] | None = None, *, is_wrong: bool = False
) -> None:
    """Have an organ send a return with a warning that `said` explains, and an error on demand."""
    issued = next(campaign.outbox.glob(f"*{NAMES[code]}*.xlsx"))
    noughts = full_filing(form_of_edition("2021")).answers
    prose = {"overview": (Paragraph(f"{code}：{SENTENCE}"),)}
    answers = {**dict.fromkeys(noughts, None), **noughts, **DOUBT, **(ERROR if is_wrong else {}), **prose}
    data = fill_workbook(issued.read_bytes(), "a", lambda _: answers | {EXPLANATION: said} | dict(more or {}))
    put(campaign, f"{NAMES[code]}.xlsx", data)


def board_of(campaign: Campaign) -> Board:
    return make_board(read_round(open_campaign(campaign.folder)), date(2025, 1, 1))


def open_warnings(board: Board, code: str) -> int:
    """Return how many warnings of an organ the list of problems has open, those over all organs among them."""
    return sum(one.code == code and one.state == "待核对" for one in board.problems)


def asked(board: Board) -> set[str]:
    """Return which organs are still asked about the warning; the board and the list of problems count alike."""
    rows = {row.organ.code: row for row in board.rows if row.latest}
    assert {code: row.doubts for code, row in rows.items()} == {code: open_warnings(board, code) for code in rows}
    listed = {one.code for one in board.problems if one.name == NAME and one.state == "待核对"}
    left = [(code, one) for code, row in rows.items() if row.latest for one in row.latest.findings]
    assert listed == {code for code, one in left if one["name"] == NAME and not one["closed"]}
    return listed


def test_the_board_and_the_list_of_problems_count_alike(campaign: Campaign) -> None:
    for code, said in (("01", "两件当年即宣布失效"), ("02", "两件当年即宣布失效。"), ("03", "缺了一份台账")):
        send(campaign, code, said)
    collect_returns(campaign.folder)
    board = board_of(campaign)
    found = {row.organ.code: row.doubts for row in board.rows}
    assert found == {code: open_warnings(board, code) for code in NAMES}
    # Of the two that say the same, each is asked again, and it is told as a finding about both.
    assert found["01"] == found["02"] == found["03"] + 2
    assert {row["code"]: row["warnings"] for row in board_json(board)["organs"]} == found
    assert {one.organ for one in board.problems if COPIED in one.message} == {"示例县财政局", "示例县民政局"}


def marked_state(campaign: Campaign) -> dict[str, object]:
    """Return the state of every remark in the workbook sent back to the first organ, by the finding's name."""
    package = open_package((campaign.sendback / "示例县财政局-请改这份.xlsx").read_bytes())
    cells = package.cells(REMARKS_SHEET)
    rows = [row for row in range(at.FIRST_ROW, at.FIRST_ROW + 20) if cell_name(row, at.NAME) in cells]
    return {cells[cell_name(row, at.NAME)].value: cells[cell_name(row, at.STATUS)].value for row in rows}


def test_what_is_sent_back_asks_again_as_soon_as_another_says_the_same(campaign: Campaign) -> None:
    send(campaign, "01", "两件当年即宣布失效", is_wrong=True)
    collect_returns(campaign.folder)
    message = campaign.sendback / "示例县财政局.txt"
    assert "现行有效＋本年废止＝1" not in message.read_text(encoding="utf-8-sig")
    assert marked_state(campaign)[NAME] == "✓ 已处理"
    send(campaign, "02", "两件当年即宣布失效")
    collect_returns(campaign.folder)
    told = message.read_text(encoding="utf-8-sig")
    assert "现行有效＋本年废止＝1" in told
    assert COPIED in told
    assert marked_state(campaign)[NAME] == "待核对"
    assert asked(board_of(campaign)) == {"01", "02"}


def test_a_return_sent_back_by_a_reviewer_asks_it_too(campaign: Campaign) -> None:
    for code in ("01", "02"):
        send(campaign, code, "两件当年即宣布失效")
    collect_returns(campaign.folder)
    return_for_wording(campaign.folder, "01", why="第一部分太短")
    told = (campaign.sendback / "示例县财政局.txt").read_text(encoding="utf-8-sig")
    assert COPIED in told


def test_what_was_let_pass_stays_so_though_its_explanation_is_copied(campaign: Campaign) -> None:
    for code in ("01", "02"):
        send(campaign, code, "两件当年即宣布失效")
    collect_returns(campaign.folder)
    waive_finding(campaign.folder, "01", NAME, why="台账原件已核")
    assert asked(board_of(campaign)) == {"02"}


def test_of_several_copied_explanations_each_is_let_pass_by_itself(campaign: Campaign) -> None:
    rules = {"disclosure.regulations.issued": 3, "disclosure.regulations.in_force": 1}
    other = rules | {explanation_id("disclosure_in_force.regulations"): "三件规章同日废止"}
    for code in ("01", "02"):
        send(campaign, code, "两件当年即宣布失效", other)
    collect_returns(campaign.folder)
    shared = [one for one in board_of(campaign).problems if one.name == "explanation_copied"]
    assert len({(one.code, one.called) for one in shared}) == len(shared) == 4
    named = next(one.called for one in shared if "三件规章同日废止" in one.message)
    waive_finding(campaign.folder, "02", named, why="两家是同一次清理")
    left = [one for one in board_of(campaign).problems if one.name == "explanation_copied" and not one.is_waived]
    assert {one.code for one in left} == {"01", "02"}
    assert all("两件当年即宣布失效" in one.message for one in left)
