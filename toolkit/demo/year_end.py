"""What comes after the first sum of the example round: corrections, remarks, signatures, publication, judgement.

Each is played once; which organ it happens to is data in examples/demo.toml.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from toolkit.campaign.assess.assessing import assess_round
from toolkit.campaign.assess.output import write_assessment
from toolkit.campaign.board.board import read_round
from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.deciding import accept_return, freeze_round, return_for_wording
from toolkit.campaign.merge.consolidated import merge_round, write_merged
from toolkit.campaign.merge.errata import errata_of
from toolkit.campaign.paperwork import Seen, Stamped, note_publication, sign_return
from toolkit.campaign.round.folder import open_campaign
from toolkit.campaign.waiving import waive_finding
from toolkit.cli.printing.boards import open_board, say_assessment, say_board, say_errata, say_merged, write_boards
from toolkit.cli.printing.decisions import say_decision
from toolkit.cli.printing.rounds import say_collected
from toolkit.demo.district import ExampleReturn, Wave
from toolkit.demo.returns import deliver
from toolkit.files import read_file, write_file
from toolkit.report.publish import publish

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from toolkit.demo.district import ExampleRound

    Say = Callable[[str], None]


def play_year_end(entry: ExampleRound, folder: Path, plan: Mapping[str, Any], say: Say) -> None:
    """Play what happens to the example round once its reports are made, telling every step."""
    _correct(entry, folder, plan["correction"], say)
    _return(entry, folder, plan["returned"], say)
    _waive(folder, plan["waived"], say)
    _merge_both_ways(folder, say)
    _put_on_paper(folder, plan["paper"], say)
    organ, why = plan["paper"]["organ"], plan["frozen"]
    say(f"\n$ xxgk freeze {folder} {organ} --why {why}")
    say_decision(folder, freeze_round(folder, organ, why=why))
    _assess(folder, plan["rules"], say)


def _deliver(entry: ExampleRound, folder: Path, told: Mapping[str, Any], say: Say) -> None:
    arrival = ExampleReturn(organ=told["organ"], file=told["file"], change=told["change"])
    deliver(entry, Wave(told["story"], (arrival,), frozenset()), open_campaign(folder), everyone=False)
    say(f"\n{told['story']}")
    say(f"$ xxgk collect {folder}")
    say_collected(collect_returns(folder))


def _correct(entry: ExampleRound, folder: Path, told: Mapping[str, Any], say: Say) -> None:
    """A correction comes after the sum: it is held, then accepted, and what was published is stale."""
    _deliver(entry, folder, told, say)
    say(f"$ xxgk accept {folder} {told['organ']} --why {told['why']}")
    say_decision(folder, accept_return(folder, told["organ"], why=told["why"]))
    say(f"$ xxgk status {folder}")
    state, board = open_board(folder)
    say_board(board, write_boards(folder, board))
    say(f"$ xxgk errata {folder}")
    say_errata(errata_of(state, merge_round(state)))


def _return(entry: ExampleRound, folder: Path, told: Mapping[str, Any], say: Say) -> None:
    say(f"\n$ xxgk return {folder} {told['organ']} --why {told['why']}")
    say_decision(folder, return_for_wording(folder, told["organ"], why=told["why"]))
    _deliver(entry, folder, told, say)


def _waive(folder: Path, told: Mapping[str, Any], say: Say) -> None:
    say(f"\n$ xxgk waive {folder} {told['organ']} {told['finding']} --why {told['why']}")
    say_decision(folder, waive_finding(folder, told["organ"], told["finding"], why=told["why"]))


def _merge_both_ways(folder: Path, say: Say) -> None:
    state, board = open_board(folder)
    for by_line in (False, True):
        say(f"\n$ xxgk merge {folder}{' --by-line' if by_line else ''}")
        merged = merge_round(state, by_line=by_line)
        say_merged(merged, write_merged(merged, state, board, by_line=by_line))


def _put_on_paper(folder: Path, told: Mapping[str, Any], say: Say) -> None:
    """Sign a return by the code of the paper, and hold the page that was put on the web against it."""
    today = dt.datetime.now().astimezone().date()
    state = read_round(open_campaign(folder))
    receipt, filing = state.accepted[told["organ"]], state.returns[told["organ"]]
    say(f"\n$ xxgk sign {folder} {told['organ']} --code {receipt.check_code} --signer {told['signer']} --date {today}")
    say_decision(folder, sign_return(folder, told["organ"], Stamped(receipt.check_code, told["signer"], today)))
    (page,) = publish(filing, ("html",), folder / "网上存下的")
    write_file(page, read_file(page).replace(told["printed"].encode(), told["mistaken"].encode(), 1))
    say(f"$ xxgk published {folder} {told['organ']} --address {told['address']} --date {today} --page {page}")
    say_decision(folder, note_publication(folder, told["organ"], Seen(told["address"], today, page)))


def _assess(folder: Path, rules: str, say: Say) -> None:
    settings = folder / "campaign.toml"
    write_file(settings, read_file(settings) + b"\n" + rules.encode())
    out = folder / "考核.xlsx"
    say(f"\n$ xxgk assess {folder} --out {out}")
    state, board = open_board(folder)
    found = assess_round(state.campaign, board)
    say_assessment(found, write_assessment(found, folder, out))
    say(f"\n$ xxgk status {folder}")
    write_boards(folder, board)  # the page one is led to is that of the round as it ends
