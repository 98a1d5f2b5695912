"""What returns and organs are judged by: the rules with their hits, each explained; the assessment with evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, request, url_for

from toolkit.campaign.assess.output import assessment_workbook, told_rules
from toolkit.campaign.board.problems import by_finding
from toolkit.cli.printing.explanations import explanation_of, is_explained
from toolkit.cli.printing.rules import told_life, told_stage
from toolkit.desk.files import send_bytes
from toolkit.desk.rounds import assessment_of, board_of, rules_of
from toolkit.desk.wording import fits, part_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


def rules(key: str) -> ResponseReturnValue:
    """The rules of the round as `xxgk rules` lists them, and the slips that were mended."""
    state, board = board_of(key)
    lines, slips = rules_of(key)
    return render_template(
        "rules.html",
        key=key,
        campaign=state.campaign,
        board=board,
        hit=[line for line in lines if line.ever],
        others=[line for line in lines if not line.ever],
        listed={tally.name for tally in by_finding(board.problems)},
        slips=slips,
        told_stage=told_stage,
        told_life=told_life,
    )


def rule(key: str, name: str) -> ResponseReturnValue:
    """One finding or rule explained, as `xxgk explain` does."""
    state, board = board_of(key)
    forms = state.campaign.forms
    if not is_explained(name, forms):
        abort(404)
    found = explanation_of(name, forms)
    tally = next((tally for tally in by_finding(board.problems) if tally.name == found.name), None)
    return render_template("rule.html", key=key, campaign=state.campaign, board=board, found=found, tally=tally)


def assess(key: str) -> ResponseReturnValue:
    """How organs did: one row each, the best first; `q` narrows the list."""
    state, board = board_of(key)
    found, words = assessment_of(key), request.args.get("q", "").strip()
    shown = [one for one in found.organs if fits(words, one.organ.name, one.organ.code, one.parent)]
    return render_template(
        "assess.html", key=key, campaign=state.campaign, board=board, found=found, rules=told_rules(found), q=words,
        shown=part_of(shown, request.args.get("page", 1, int)),
    )  # fmt: skip


def assessed(key: str, code: str) -> ResponseReturnValue:
    """What one organ is judged by, piece by piece, each with the file that shows it."""
    state, board = board_of(key)
    found = assessment_of(key)
    one = next((one for one in found.organs if one.organ.code == code), None)
    if one is None:
        abort(404)
    return render_template(
        "assessed.html", key=key, campaign=state.campaign, board=board, found=found, one=one,
        address=lambda path: _address(key, path),
    )  # fmt: skip


def _address(key: str, path: str) -> str:
    """Return where a file of the round is offered, given by its path in the folder: a received one by its content."""
    folder, _, rest = path.partition("/")
    if folder == "received":
        return url_for("round.received", key=key, sha256=rest.rpartition("/")[2].partition(".")[0])
    return url_for("round.file", key=key, name=path)


def assess_file(key: str) -> ResponseReturnValue:
    """How organs did, as the workbook that `xxgk assess` writes into the folder of the round."""
    return send_bytes(assessment_workbook(assessment_of(key), "."), "考核.xlsx")
