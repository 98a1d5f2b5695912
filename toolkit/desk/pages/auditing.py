"""Reports of any origin reviewed by the hundred, as `xxgk audit` does; a folder for each review, with what was sent."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from flask import abort, redirect, render_template, request, url_for

from toolkit.desk import tasks
from toolkit.desk.files import document, files_below, keep_uploads, send
from toolkit.desk.rounds import desk
from toolkit.errors import InputError
from toolkit.files import read_file

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from toolkit.desk.jobs import Job, Outcome

RESULTS, SENT = "审核结果", "原件"


def audit() -> ResponseReturnValue:
    """What can be reviewed, and every review so far, the newest first."""
    known = [name for name in files_below(desk().base, _results()) if name.endswith(tasks.REVIEW_PAGE)]
    reviews = [name.split("/")[1] for name in sorted(known, reverse=True) if name.count("/") == 2]  # noqa: PLR2004
    return render_template("audit.html", reviews=reviews, page=tasks.REVIEW_PAGE, workbook=tasks.REVIEW_WORKBOOK)


def _results() -> tuple[Path, ...]:
    return (desk().base / RESULTS,)


def review() -> ResponseReturnValue:
    """Begin to review the files sent."""
    desk().jobs.refuse_second("审核")
    folder = Path(tempfile.mkdtemp(prefix="xxgk-"))
    try:
        files = keep_uploads(request.files.getlist("files"), (), folder)
        if not files:
            raise InputError("审核", ["还没有选报告"])
        out = desk().base / RESULTS / dt.datetime.now().astimezone().strftime("%Y-%m-%d %H.%M.%S")
        shutil.copytree(folder, out / SENT)
    finally:
        shutil.rmtree(folder)
    kept = [out / SENT / path.relative_to(folder) for path in files]

    def work(_: Job) -> Outcome:
        return tasks.review(kept, out)

    desk().jobs.start("审核", "", work)
    return redirect(url_for("auditing.audit"), 303)


def reviewed(name: str) -> ResponseReturnValue:
    """A file of a review: its page to look at, all else to be saved."""
    path = files_below(desk().base, _results()).get(f"{RESULTS}/{name}")
    if path is None:
        abort(404)
    return document(read_file(path).decode()) if name.count("/") == 1 and path.suffix == ".html" else send(path)
