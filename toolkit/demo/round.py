"""The whole round of `xxgk demo` on the example district: two years, from the roster to the reports of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.issue.issuing import issue_workbooks
from toolkit.campaign.merge.consolidated import merge_round, write_merged
from toolkit.campaign.merge.tracing import trace
from toolkit.campaign.publish.reports import note_published, provisional_of, publish_whole
from toolkit.campaign.round.folder import init_campaign, open_campaign
from toolkit.campaign.round.output_files import free_name
from toolkit.cli.printing.boards import (
    open_board,
    say_board,
    say_merged,
    say_published,
    say_trace,
    say_whole,
    write_boards,
)
from toolkit.cli.printing.rounds import say_collected, say_issued
from toolkit.demo.district import load_round
from toolkit.demo.returns import deliver
from toolkit.demo.year_end import play_year_end
from toolkit.files import write_file
from toolkit.form.local.supplement import SUPPLEMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from toolkit.demo.district import ExampleRound, Wave

    Say = Callable[[str], None]


def run_district(home: Path, plan: Mapping[str, Any], say: Say) -> Path:
    """Play the rounds of `plan["years"]` in a new folder, telling every step; return the folder of the last year.

    A folder of an earlier demonstration is left as it is: `home` gets a number where it exists.
    """
    home = free_name(home)
    for entry in map(load_round, plan["years"]):
        say(f"\n■ {entry.organ} {entry.year} 年：名册里 {len(entry.answers)} 个单位")
        folder = _folder(home, entry.year)
        _begin(entry, home, folder, say)
        for place, wave in enumerate(entry.waves):
            _collect(entry, wave, folder, say, is_first=place == 0)
    last = _folder(home, plan["years"][-1])
    _finish(last, plan, say)
    play_year_end(load_round(plan["years"][-1]), last, plan["year_end"], say)
    return last


def _folder(home: Path, year: int) -> Path:
    return home / f"{year}年报"


def _begin(entry: ExampleRound, home: Path, folder: Path, say: Say) -> None:
    before = _folder(home, entry.previous) if entry.previous else None
    roster = home / f"名册{entry.year}.csv"
    write_file(roster, entry.roster.encode("utf-8-sig"))
    if entry.supplement:
        write_file(home / SUPPLEMENT, entry.supplement.encode())
        say(f"{SUPPLEMENT} 和名册放在一起：国家的表以外，本区另问几个数")
    previous = f" --previous {before}" if before else ""
    say(f"$ xxgk init {folder} --year {entry.year} --organ {entry.organ} --roster {roster}{previous}")
    init_campaign(folder, year=entry.year, organ=entry.organ, code=entry.code, roster=roster, previous=before)
    say(f"$ xxgk issue {folder}")
    say_issued(folder, issue_workbooks(folder))


def _collect(entry: ExampleRound, wave: Wave, folder: Path, say: Say, *, is_first: bool) -> None:
    count = deliver(entry, wave, open_campaign(folder), everyone=is_first)
    say(f"\n{wave.title}（{count} 个文件放进 inbox）")
    for arrival in wave.arrivals:
        if arrival.story:
            say(f"  · {arrival.story}")
    say(f"$ xxgk collect {folder}")
    say_collected(collect_returns(folder))
    if wave.arrivals:
        say(f"$ xxgk status {folder}")
        _, board = open_board(folder)
        say_board(board, write_boards(folder, board))


def _finish(folder: Path, plan: Mapping[str, Any], say: Say) -> None:
    say(f"\n$ xxgk merge {folder}")
    state, board = open_board(folder)
    merged = merge_round(state)
    say_merged(merged, write_merged(merged, state, board))
    field, organ = plan["trace"]["field"], plan["trace"]["organ"]
    say(f"\n$ xxgk why {folder} {field} --organ {organ}")
    say_trace(trace(state, merged, field, organ))
    field, organ = plan["local"]["field"], plan["local"]["organ"]
    say(f"\n$ xxgk why {folder} {field} --organ {organ}")
    say_trace(trace(state, merged, field, organ))
    formats = " ".join(f"--to {name}" for name in plan["formats"])
    say(f"\n$ xxgk publish {folder} {formats}")
    reports = state.campaign.reports
    made = publish_whole(merged, plan["formats"], reports)
    note_published(state, merged, made, plan["formats"], is_of_all=False)
    say_whole(made)
    say_published(provisional_of(merged), 0, reports)
