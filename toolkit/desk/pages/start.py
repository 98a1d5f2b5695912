"""The start page: begin a round from a roster, open one, play the example; and the job in hand, from every page."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import jsonify, redirect, render_template, request, url_for

from toolkit.campaign.round.folder import init_campaign, open_campaign
from toolkit.desk.files import keep_uploads, send_bytes
from toolkit.desk.rounds import desk, key_of
from toolkit.errors import InputError, ToolkitError
from toolkit.files import safe_stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask.typing import ResponseReturnValue

ASKED = ("year", "organ", "code", "name", "previous")


def start() -> ResponseReturnValue:
    """The start page, or the round itself where the desk was started in one."""
    if desk().is_one_round:
        return redirect(url_for("round.board", key=next(iter(desk().folders()))))
    last_year = dt.datetime.now().astimezone().year - 1
    return _page({"year": str(last_year), "organ": "", "code": "", "name": f"{last_year}年报", "previous": ""})


def _page(asked: Mapping[str, str], mistakes: tuple[str, ...] = (), file: str = "") -> str:
    rounds = tuple(_rounds())
    return render_template("start.html", rounds=rounds, asked=asked, mistakes=mistakes, file=file)


def _rounds() -> Iterator[dict[str, Any]]:
    """Yield every round here; one that cannot be opened says why."""
    for key, folder in desk().folders().items():
        told: dict[str, Any] = {"key": key, "folder": folder.relative_to(desk().base).as_posix(), "problem": ""}
        try:
            campaign = open_campaign(folder)
        except ToolkitError as error:
            yield {**told, "problem": str(error), "organ": "", "year": 0, "count": 0}
            continue
        yield {**told, "organ": campaign.organ, "year": campaign.year, "count": len(campaign.roster.organs)}


def roster() -> ResponseReturnValue:
    """An empty roster to fill in."""
    from toolkit.campaign.round.roster_form import roster_form

    return send_bytes(roster_form(), "名册.xlsx")


def new() -> ResponseReturnValue:
    """Begin a round from a roster; where the roster has faults, the page with all of them and what was typed."""
    asked = {name: request.form.get(name, "").strip() for name in ASKED}
    uploads = request.files.getlist("roster")
    file = uploads[0].filename or "" if uploads else ""
    try:
        with tempfile.TemporaryDirectory() as folder:
            rosters = keep_uploads(uploads, (), Path(folder))
            made = _begin(asked, rosters[0] if rosters else None)
    except InputError as error:
        return _page(asked, error.mistakes, file), 400
    return redirect(url_for("round.board", key=key_of(desk().base, made)), 303)


def _begin(asked: Mapping[str, str], roster: Path | None) -> Path:
    if roster is None:
        raise InputError("名册", ["还没有选名册：把 .xlsx 或 .csv 拖进来，或点“选择文件”"])
    if not (asked["year"].isascii() and asked["year"].isdigit()):
        raise InputError("年度", ["年度应是四位数字"])
    folder = desk().base / safe_stem(asked["name"])
    if folder.exists():
        raise InputError("文件夹", [f"已经有“{folder.name}”这个文件夹，请换一个名字"])
    previous = desk().folders().get(asked["previous"])
    return init_campaign(
        folder, year=int(asked["year"]), organ=asked["organ"], code=asked["code"], roster=roster, previous=previous
    ).folder


def example() -> ResponseReturnValue:
    """Begin to play the example district."""
    from toolkit.desk.tasks import begin_example

    begin_example(desk().jobs, desk().base)
    return redirect(url_for("start.start"), 303)


def job() -> ResponseReturnValue:
    """How far the job in hand is, for the script of the pages."""
    latest = desk().jobs.latest
    if latest is None:
        return jsonify(number=0, running=False, said="", done=0, total=0)
    return jsonify(
        number=latest.number,
        running=latest.is_running,
        said=f"正在{latest.title}：{latest.said}",
        done=latest.done,
        total=latest.total,
    )


def read(number: int) -> ResponseReturnValue:
    """Put the outcome of a job away."""
    desk().jobs.forget(number)
    back = request.form.get("back", "")
    return redirect(url_for("round.board", key=back) if back in desk().folders() else url_for("start.start"), 303)
