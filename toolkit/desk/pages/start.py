"""The start page: begin a round from a roster, open one, play the example; and the job in hand, from every page."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import jsonify, redirect, render_template, request, url_for

from toolkit.campaign.round.folder import init_campaign, open_campaign
from toolkit.desk.files import keep_uploads, send_bytes
from toolkit.desk.jobs import Outcome
from toolkit.desk.remedies import here
from toolkit.desk.rounds import desk, key_of
from toolkit.errors import InputError, ToolkitError
from toolkit.files import safe_stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask.typing import ResponseReturnValue

    from toolkit.campaign.round.folder import Campaign
    from toolkit.desk.jobs import Job

ASKED = ("year", "organ", "code", "name", "previous")
SENT = ("roster", "reports", "table")  # files


def start() -> ResponseReturnValue:
    """The start page, or the round itself where the desk was started in one."""
    if desk().is_one_round:
        return redirect(url_for("round.board", key=next(iter(desk().folders()))))
    last_year = dt.datetime.now().astimezone().year - 1
    return _page({"year": str(last_year), "organ": "", "code": "", "name": f"{last_year}年报", "previous": ""})


def _page(asked: Mapping[str, str], mistakes: tuple[str, ...] = (), file: str = "", *, again: bool = False) -> str:
    rounds = tuple(_rounds())
    return render_template("start.html", rounds=rounds, asked=asked, mistakes=mistakes, file=file, again=again)


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
    """Begin a round from a roster; where what was given has faults, the page with all of them and what was typed."""
    asked = {name: request.form.get(name, "").strip() for name in ASKED}
    folder = Path(tempfile.mkdtemp(prefix="xxgk-"))  # until what was sent is read, at once or by a job
    sent, made = {name: _kept(name, folder) for name in SENT}, None
    try:
        made, lines = _begin(asked, sent)
        key = key_of(desk().base, made.folder)
    except InputError as error:
        file = next((path.name for paths in sent.values() for path in paths if error.where == str(path)), "")
        return _page(asked, error.mistakes, file, again=bool(sent["reports"] or sent["table"])), 400
    finally:
        if not (made and sent["reports"]):
            shutil.rmtree(folder)
    if sent["reports"]:
        _carry(made.folder, key, sent["reports"], folder, lines)
    return redirect(url_for("round.board", key=key), 303)


def _kept(name: str, folder: Path) -> tuple[Path, ...]:
    place = folder / name
    place.mkdir()
    return keep_uploads(request.files.getlist(name), (), place)


def _begin(asked: Mapping[str, str], sent: Mapping[str, Sequence[Path]]) -> tuple[Campaign, tuple[str, ...]]:
    from toolkit.cli.printing.rounds import begun_lines, carried_lines

    previous = desk().folders().get(asked["previous"])
    _refuse(asked, sent)
    begun: dict[str, Any] = {name: asked[name] for name in ("organ", "code")}
    begun |= {"year": int(asked["year"]), "roster": sent["roster"][0], "previous": previous}
    folder = desk().base / safe_stem(asked["name"])
    if sent["table"]:
        from toolkit.campaign.intake.carried.table import init_with_table

        made, carried = init_with_table(folder, sent["table"][0], **begun)
        told = tuple(carried_lines(made, carried))
    else:
        made, told = init_campaign(folder, **begun), ()
    lines = (*begun_lines(made), *told, "请备份好这个文件夹里的 key.toml，不要发给别人。")
    desk().jobs.note("已建立", key_of(desk().base, made.folder), Outcome(lines))
    return made, lines


def _refuse(asked: Mapping[str, str], sent: Mapping[str, Sequence[Path]]) -> None:
    """Refuse what cannot begin a round, before anything is written."""
    if not sent["roster"]:
        raise InputError("名册", ["还没有选名册：把 .xlsx 或 .csv 拖进来，或点“选择文件”"])
    if not (asked["year"].isascii() and asked["year"].isdigit()):
        raise InputError("年度", ["年度应是四位数字"])
    name = safe_stem(asked["name"])
    if (desk().base / name).exists():
        raise InputError("文件夹", [f"已经有“{name}”这个文件夹，请换一个名字"])
    if len([one for one in (asked["previous"], sent["reports"], sent["table"]) if one]) > 1:
        raise InputError("上一年", ["上年数据只能取自一处：上一轮、公布的报告、结转表，请只留一样"])
    if sent["reports"]:
        desk().jobs.refuse_second("读上年的报告")


def _carry(folder: Path, key: str, reports: Sequence[Path], sent: Path, lines: Sequence[str]) -> None:
    """Begin to read last year's reports, and put them away then; `lines` are what is told of the round besides."""
    from toolkit.desk import tasks

    def work(_: Job) -> Outcome:
        try:
            return Outcome((*lines, *tasks.carry_reports(folder, reports).sentences))
        finally:
            shutil.rmtree(sent)

    desk().jobs.start("读上年的报告", key, work)


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
        said=f"正在{latest.title}：{here(latest.said)}",
        done=latest.done,
        total=latest.total,
    )


def read(number: int) -> ResponseReturnValue:
    """Put the outcome of a job away."""
    desk().jobs.forget(number)
    back = request.form.get("back", "")
    return redirect(url_for("round.board", key=back) if back in desk().folders() else url_for("start.start"), 303)
