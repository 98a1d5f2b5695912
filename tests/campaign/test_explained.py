"""A warning that was explained is closed: nobody is asked about it again, and it is counted no more."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from casebook import SENTENCE, full_filing
from rounds import put, roster_file

from toolkit.campaign.board.board import make_board, read_round
from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.issue.issuing import issue_workbooks
from toolkit.campaign.round.folder import init_campaign, open_campaign
from toolkit.form.ids import explanation_id
from toolkit.form.registry import form_of_edition
from toolkit.form.values import Paragraph
from toolkit.workbook.filling import fill_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.campaign.round.folder import Campaign

ROW = "disclosure.normative_documents"
FIGURES = {f"{ROW}.issued": 3, f"{ROW}.repealed": 0, f"{ROW}.in_force": 1, "requests.new.business": 1}
EXPLANATION = explanation_id("disclosure_in_force.normative_documents")


def round_with(tmp_path: Path, said: str) -> Campaign:
    """Return a round in which one return has an error and a warning that `said` explains."""
    table = roster_file(tmp_path, "代码,名称\n01,示例县财政局\n")
    campaign = init_campaign(tmp_path / "a", year=2024, organ="示例县", code="00", roster=table)
    issue_workbooks(campaign.folder)
    issued = next(campaign.outbox.glob("*财政局*.xlsx"))
    noughts = full_filing(form_of_edition("2021")).answers
    answers = {**dict.fromkeys(noughts, None), **noughts, **FIGURES, "overview": (Paragraph(SENTENCE),)}
    data = fill_workbook(issued.read_bytes(), "a", lambda _: answers | {EXPLANATION: said})
    put(campaign, "财政.xlsx", data)
    collect_returns(campaign.folder)
    return campaign


def test_an_explained_warning_is_not_asked_about_again(tmp_path: Path) -> None:
    for number, (said, is_asked) in enumerate((("两件当年即宣布失效", False), ("已核实", True))):
        campaign = round_with(tmp_path / str(number), said)
        message = (campaign.sendback / "示例县财政局.txt").read_text(encoding="utf-8-sig")
        assert "两边应相等" in message
        assert ("现行有效＋本年废止＝1" in message) is is_asked
        (row,) = make_board(read_round(open_campaign(campaign.folder)), date(2025, 1, 1)).rows
        warnings = [one for one in row.latest.findings if one["severity"] == "warning"]
        assert row.doubts == sum(not one["closed"] for one in warnings)
        assert any(one["closed"] == "explained" for one in warnings) is not is_asked
