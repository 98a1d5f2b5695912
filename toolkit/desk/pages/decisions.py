"""What the coordinator decides on the pages: one address for every step, each calling what its command calls."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from flask import abort, redirect, request, url_for

from toolkit.campaign.deciding import (
    accept_return,
    freeze_round,
    return_for_wording,
    review_return,
    withdraw_return,
)
from toolkit.campaign.intake.history import Step
from toolkit.campaign.paperwork import Seen, Stamped, note_publication, sign_return
from toolkit.campaign.waiving import waive_finding
from toolkit.cli.printing.decisions import decision_lines
from toolkit.desk.files import keep_uploads
from toolkit.desk.jobs import Outcome
from toolkit.desk.rounds import desk, folder_of
from toolkit.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.typing import ResponseReturnValue

    from toolkit.campaign.deciding import Decision


def decide(key: str) -> ResponseReturnValue:
    """Take one step about an organ, or about the round where none is named, or take the last such step back."""
    folder, organ = folder_of(key), _said("organ")
    step = STEPS.get(_said("step"))
    if step is None or not (organ or _said("step") == Step.FREEZE):
        abort(400)
    decision = step(folder, organ)
    # Nobody is at work in the folder now, and what another window's work in hand brings is told when it ends.
    desk().jobs.note(f"{decision.event.step.label}，已记下", key, Outcome(tuple(decision_lines(decision))))
    back = url_for("organ.organ", key=key, code=organ) if organ else url_for("round.board", key=key)
    return redirect(back, 303)


def _said(name: str) -> str:
    return request.form.get(name, "").strip()


def _is_undone() -> bool:
    return "undo" in request.form


def _version() -> int:
    return request.form.get("version", 0, int)


def _day(name: str) -> dt.date | None:
    said = _said(name)
    if not said:
        return None
    try:
        return dt.date.fromisoformat(said)
    except ValueError as error:
        raise InputError("日期", [f"“{said}”不是日期，请按“年-月-日”写"]) from error


def _accept(folder: Path, organ: str) -> Decision:
    return accept_return(folder, organ, number=_version(), why=_said("why"), undo=_is_undone())


def _withdraw(folder: Path, organ: str) -> Decision:
    return withdraw_return(folder, organ, number=_version(), why=_said("why"), undo=_is_undone())


def _return(folder: Path, organ: str) -> Decision:
    return return_for_wording(folder, organ, number=_version(), why=_said("why"), undo=_is_undone())


def _review(folder: Path, organ: str) -> Decision:
    return review_return(folder, organ, why=_said("why"), undo=_is_undone())


def _waive(folder: Path, organ: str) -> Decision:
    until = _day("until")
    return waive_finding(folder, organ, _said("finding"), why=_said("why"), until=until, undo=_is_undone())


def _freeze(folder: Path, organ: str) -> Decision:
    return freeze_round(folder, organ, why=_said("why"), undo=_is_undone())


def _sign(folder: Path, organ: str) -> Decision:
    day = _day("day")

    def sign(scan: Path | None) -> Decision:
        stamped = Stamped(_said("code"), _said("signer"), day, scan)
        return sign_return(folder, organ, stamped, undo=_is_undone(), why=_said("why"))

    return _with_file("scan", sign)


def _published(folder: Path, organ: str) -> Decision:
    day = _day("day")

    def note(page: Path | None) -> Decision:
        return note_publication(folder, organ, Seen(_said("address"), day, page), undo=_is_undone(), why=_said("why"))

    return _with_file("page", note)


def _with_file(name: str, step: Callable[[Path | None], Decision]) -> Decision:
    """Return what a step comes to with the file sent under a name, None where none was; a fault names it as it came."""
    with tempfile.TemporaryDirectory() as folder:
        files = keep_uploads(request.files.getlist(name), (), Path(folder))
        file = files[0] if files else None
        try:
            return step(file)
        except InputError as error:
            if file is None or error.where != str(file):
                raise
            raise InputError(file.name, error.mistakes) from error


STEPS: Mapping[str, Callable[[Path, str], Decision]] = {
    Step.ACCEPT: _accept,
    Step.WITHDRAW: _withdraw,
    Step.RETURN: _return,
    Step.REVIEW: _review,
    Step.WAIVE: _waive,
    Step.FREEZE: _freeze,
    Step.SIGN: _sign,
    Step.PUBLISHED: _published,
}
