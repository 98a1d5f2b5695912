"""The round on one page: what to do next, how everybody stands, whom to chase, what came in."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import abort, redirect, render_template, request, url_for

from toolkit.campaign.board.on_paper import paper_lines
from toolkit.campaign.board.page import SEGMENTS, bars_of
from toolkit.campaign.board.parts import Part
from toolkit.campaign.board.problems import by_finding
from toolkit.campaign.board.reminders import REMINDERS, group_texts
from toolkit.campaign.board.workbook import board_workbook, clock
from toolkit.campaign.collecting import look_into_inbox
from toolkit.campaign.history_lines import history_of
from toolkit.campaign.intake.arrivals import bring_in
from toolkit.campaign.intake.assigning import assign_file
from toolkit.campaign.intake.history import is_closed
from toolkit.desk import tasks
from toolkit.desk.files import files_in, keep_uploads, send, send_bytes
from toolkit.desk.rounds import board_of, campaign_of, desk, events_of, folder_of
from toolkit.desk.wording import ROWS, fits, next_step, part_of
from toolkit.errors import InputError
from toolkit.files import read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flask.typing import ResponseReturnValue

    from toolkit.campaign.board.board import Board, BoardRow
    from toolkit.campaign.history_lines import HistoryLine
    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.round.folder import Campaign
    from toolkit.desk.jobs import Outcome


def state_of(row: BoardRow) -> str:
    """Return the one state a row is counted under."""
    return Part.COVERED.value if row.part is Part.COVERED else row.state.value


FILTERS: Mapping[str, str] = {"": "全部", **dict(SEGMENTS), "late": "逾期"}


MOST_LISTED = 50  # of what is to be dealt with one by one
MOST_OFFERED = 500  # organs to choose from in a field; of more the name is typed


def is_among(row: BoardRow, name: str) -> bool:
    """Return whether a filter leaves a row in."""
    if name == "late":
        return row.late and row.part is not Part.COVERED
    return name in {"", state_of(row)}


def board(key: str) -> ResponseReturnValue:
    """The page of a round; `state`, `q` and `page` narrow the list of organs."""
    state, board = board_of(key)
    inbox = look_into_inbox(state.campaign)
    return render_template(
        "round.html",
        key=key,
        campaign=state.campaign,
        board=board,
        inbox=inbox,
        step=next_step(board, inbox),
        bars=tuple(bars_of(board)),
        chase=tuple(group_texts(state.campaign, board)),
        most_listed=MOST_LISTED,
        most_offered=MOST_OFFERED,
        reminders=_reminders(state.campaign),
        chase_apart=sum(row.is_awaited for row in board.rows) > ROWS,
        bundles=_bundles(state.campaign),
        history=history_of(state.campaign),
        papers=tuple(paper_lines(board.papers))[:1],
        is_frozen=is_closed(events_of(state.campaign)),
        state_of=state_of,
        **_narrowed(board),
    )


def _narrowed(board: Board) -> dict[str, Any]:
    """Return the rows asked for, a page of them, and the filters with how many rows each has."""
    chosen, words = request.args.get("state", ""), request.args.get("q", "").strip()
    if chosen not in FILTERS:
        abort(404)
    rows = [row for row in board.rows if is_among(row, chosen) and fits(words, *_texts(row))]
    counts = Counter({"": len(board.rows), "late": sum(is_among(row, "late") for row in board.rows)})
    counts.update(map(state_of, board.rows))
    filters = [(name, label, counts[name]) for name, label in FILTERS.items()]
    shown = part_of(rows, request.args.get("page", 1, int))
    return {"rows": shown, "filters": filters, "chosen": chosen, "q": words}


def _texts(row: BoardRow) -> tuple[str, ...]:
    """Return what a row is found by."""
    organ = row.organ
    return organ.name, organ.code, organ.contact, organ.phone, row.parent


def _bundles(campaign: Campaign) -> tuple[str, ...]:
    """Return the files of outbox/ that are no organ's own workbook: bundles, notes, the list."""
    own = {campaign.file_name(organ) for organ in campaign.roster.organs}
    if not campaign.outbox.is_dir():
        return ()
    found = (path.name for path in campaign.outbox.iterdir() if path.is_file() and path.name not in own)
    return tuple(sorted(name for name in found if not name.startswith(".")))


def issue(key: str) -> ResponseReturnValue:
    """Begin to issue the workbooks."""
    return _begin(key, "下发", tasks.issue)


def collect(key: str) -> ResponseReturnValue:
    """Begin to read what lies in inbox/."""
    return _begin(key, "收件", tasks.collect)


def inbox(key: str) -> ResponseReturnValue:
    """Put files into inbox/; with `then=collect` they are read at once."""
    campaign = campaign_of(key)
    with tempfile.TemporaryDirectory() as folder:
        paths = keep_uploads(request.files.getlist("files"), request.form.getlist("changed"), Path(folder))
        if not paths:
            raise InputError("收件", ["没有送来文件"])
        bring_in(campaign, paths)
    return collect(key) if request.form.get("then") == "collect" else ("", 204)


def remind(key: str) -> ResponseReturnValue:
    """Begin to write the words to everybody who is late, and the table to send them by."""
    return _begin(key, "写催报的话", tasks.remind)


def assign(key: str) -> ResponseReturnValue:
    """Give a file that counts for nobody to an organ, and read it as that organ's return."""
    campaign = campaign_of(key)
    unplaced = {receipt.sha256: receipt for receipt in look_into_inbox(campaign).unplaced}
    receipt = unplaced.get(request.form.get("sha256", ""))
    if receipt is None:
        abort(404)
    assign_file(campaign, receipt, _code(campaign, request.form.get("organ", "")))
    return collect(key)


def _code(campaign: Campaign, said: str) -> str:
    """Return the code of an organ that is named by code or by name."""
    return next((organ.code for organ in campaign.roster.organs if said.strip() in {organ.code, organ.name}), said)


def problems(key: str) -> ResponseReturnValue:
    """Every finding and explanation of the round; `name` narrows the list to one finding, `q` to some organs."""
    state, board = board_of(key)
    name, words = request.args.get("name", ""), request.args.get("q", "").strip()
    tallies = by_finding(board.problems)
    if name and name not in {tally.name for tally in tallies}:
        abort(404)
    found = [one for one in board.problems if name in {"", one.name} and fits(words, one.organ, one.code)]
    return render_template(
        "problems.html", key=key, campaign=state.campaign, board=board, tallies=tallies, name=name, q=words,
        shown=part_of(found, request.args.get("page", 1, int)),
    )  # fmt: skip


def chase(key: str, number: int) -> ResponseReturnValue:
    """The words to chase those under one organ, where all would make the board too heavy; counted from 1."""
    state, board = board_of(key)
    found = tuple(group_texts(state.campaign, board))
    if not 1 <= number <= len(found):
        abort(404)
    return render_template("chase.html", key=key, campaign=state.campaign, board=board, chosen=found[number - 1])


def history(key: str) -> ResponseReturnValue:
    """Every step of the round, or with `organ` of one organ, the newest first; `q` narrows the list."""
    state, board = board_of(key)
    code, words = request.args.get("organ", ""), request.args.get("q", "").strip()
    if code and code not in state.campaign.roster.by_code:
        abort(404)
    name = state.campaign.roster.by_code[code].name if code else ""
    lines = [line for line in reversed(history_of(state.campaign, code)) if fits(words, *_told(line))]
    return render_template(
        "history.html", key=key, campaign=state.campaign, board=board, q=words, organ=code, name=name,
        shown=part_of(lines, request.args.get("page", 1, int)),
    )  # fmt: skip


def _told(line: HistoryLine) -> tuple[str, ...]:
    return line.at[:16].replace("T", " "), line.what, line.organ, line.told, line.why, line.who


def status(key: str) -> ResponseReturnValue:
    """The board as the workbook that `xxgk status` writes."""
    _, board = board_of(key)
    return send_bytes(b"".join(board_workbook(board, clock())), "status.xlsx")


def _given(campaign: Campaign) -> Sequence[Path]:
    own = campaign.outbox, campaign.sendback, campaign.merged, campaign.merged_by_line, campaign.reports
    return *own, campaign.papers, campaign.folder / REMINDERS


def _reminders(campaign: Campaign) -> list[str]:
    """Return the words and the table that were written to remind people, without those to single organs."""
    return [name for name in files_in(campaign, (campaign.folder / REMINDERS,)) if name.count("/") == 1]


def file(key: str, name: str) -> ResponseReturnValue:
    """One of the round's files that go out, to be saved."""
    campaign = campaign_of(key)
    found = files_in(campaign, _given(campaign)).get(name)
    return abort(404) if found is None else send(found)


def received(key: str, sha256: str) -> ResponseReturnValue:
    """A received file as it came, under the name it came with."""
    campaign, receipt = _known(key, sha256)
    return send(campaign.received_copy(receipt.sha256), receipt.file.rpartition("/")[2])


def migrated(key: str, sha256: str) -> ResponseReturnValue:
    """A received workbook of an earlier definition, carried over to the present one as `xxgk migrate` does."""
    from toolkit.workbook.versions.migrating import migrate

    campaign, receipt = _known(key, sha256)
    name = receipt.file.rpartition("/")[2]
    content = migrate(read_file(campaign.received_copy(receipt.sha256)), name, campaign.forms).content
    return send_bytes(content, f"{Path(name).stem}（转成现在的表式）.xlsx")


def _known(key: str, sha256: str) -> tuple[Campaign, Receipt]:
    """Return a received file looked up among those the round knows; 404 for another."""
    state, _ = board_of(key)
    known = [receipt for place in state.standings.values() for receipt in place.versions]
    known += look_into_inbox(state.campaign).unplaced
    receipt = next((one for one in known if one.sha256 == sha256), None)
    return abort(404) if receipt is None else (state.campaign, receipt)


def _begin(key: str, name: str, work: Callable[[Path], Outcome]) -> ResponseReturnValue:
    folder = folder_of(key)
    desk().jobs.start(name, key, lambda _: work(folder))
    return _back(key)


def _back(key: str) -> ResponseReturnValue:
    return redirect(url_for("round.board", key=key), 303)
