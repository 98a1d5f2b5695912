"""The whole: the merged tables as printed, what each figure is made of, the report as it will be, all downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, redirect, render_template, request, url_for

from toolkit.campaign.board.made_of import ORGANS, is_record
from toolkit.campaign.merge.errata import errata_of
from toolkit.campaign.merge.tracing import trace, what_if
from toolkit.campaign.publish.reports import provisional_of, published_whole
from toolkit.cli.printing.boards import SCOPES
from toolkit.desk import tasks
from toolkit.desk.files import document, files_in
from toolkit.desk.rounds import board_of, campaign_of, desk, folder_of, sum_of
from toolkit.desk.tables import draw_sections
from toolkit.desk.wording import part_of
from toolkit.errors import InputError
from toolkit.filing.headlines import headlines
from toolkit.report.document import build_report
from toolkit.report.html import render_html
from toolkit.report.publish import FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from toolkit.campaign.board.board import Round
    from toolkit.campaign.merge.adding import Merged
    from toolkit.campaign.merge.tracing import Effects
    from toolkit.campaign.round.folder import Campaign

LABELS = {
    "docx": "Word", "html": "网页", "pdf": "PDF", "txt": "文本", "md": "Markdown", "json": "JSON 数据",
    "csv": "CSV 表格", "fragment": "网页片段",
}  # fmt: skip
USUAL = ("docx", "html")


def whole(key: str) -> ResponseReturnValue:
    """The merged tables, and what has been and can be made of them."""
    state, board = board_of(key)
    context = {"key": key, "campaign": state.campaign, "board": board, **_made(state.campaign)}
    if not state.returns:
        return render_template("whole.html", merged=None, **context)
    merged = sum_of(key)
    return render_template(
        "whole.html",
        merged=merged,
        sections=draw_sections(merged.whole),
        headlines=[(line.label, line.of(merged.whole.figure)) for line in headlines(merged.whole.form)],
        provisional=provisional_of(merged),
        formats={name: LABELS[name] for name in FORMATS},
        usual=USUAL,
        **context,
    )


def _made(campaign: Campaign) -> dict[str, Any]:
    """Return what lies ready to be saved: data and reports of the whole, and how many organs have reports."""
    reports = files_in(campaign, (campaign.reports,))
    own = [name for name in reports if name.count("/") == 1 and not is_record(name)]
    organs = {name.split("/")[2] for name in reports if name.split("/")[1] == ORGANS}
    sums = files_in(campaign, (campaign.merged, campaign.merged_by_line))
    data = [name for name in sums if not is_record(name)]
    data.sort(key=lambda name: not name.endswith(".xlsx"))  # the return of the whole before the data behind it
    return {"data_files": data, "report_files": own, "organ_reports": len(organs)}


def why(key: str, field: str) -> ResponseReturnValue:
    """What a figure is made of; with `of`, `cell` and `value`, what would change if one figure were another."""
    state, board = board_of(key)
    by_line = "by_line" in request.args and state.campaign.roster.has_lines
    merged = _merged(key, state, by_line=by_line)
    if field not in merged.whole.form.fields:
        abort(404)
    organ = request.args.get("organ", "")
    known = {level.organ.code: level.organ.name for level in merged.levels}
    found = trace(state, merged, field, organ if organ in known else "")
    given = [entry for entry in found.contributions if entry.value]
    asked = {name: request.args.get(name, "").strip() for name in ("of", "cell", "value")}
    effects, problem = _effects(state, merged, asked)
    return render_template(
        "why.html", key=key, campaign=state.campaign, board=board, merged=merged, found=found, asked=asked,
        effects=effects, problem=problem, scopes=SCOPES, organ=organ, by_line=by_line,
        level=known.get(organ, ""), given=part_of(given, request.args.get("page", 1, int)),
    )  # fmt: skip


def _effects(state: Round, merged: Merged, asked: Mapping[str, str]) -> tuple[Effects | None, str]:
    if not all(asked.values()):
        return None, "三样都要填：哪一家、哪个数、改成多少。" if any(asked.values()) else ""
    try:
        return what_if(state, merged, asked["of"], f"{asked['cell']}={asked['value']}"), ""
    except InputError as error:
        return None, str(error)


def _merged(key: str, state: Round, *, by_line: bool = False) -> Merged:
    return sum_of(key, by_line=by_line) if state.returns else abort(404)


def errata(key: str) -> ResponseReturnValue:
    """What corrections touch since the sum was last published or merged, as `xxgk errata` tells it."""
    state, board = board_of(key)
    found = errata_of(state, _merged(key, state))
    return render_template(
        "errata.html", key=key, campaign=state.campaign, board=board, found=found, scopes=SCOPES,
        figures=part_of(found.figures, request.args.get("page", 1, int)),
    )  # fmt: skip


def preview(key: str) -> ResponseReturnValue:
    """The report as it would be published now."""
    state = board_of(key)[0]
    merged, preamble = _merged(key, state), state.campaign.preamble
    whole = published_whole(merged, state.campaign.government)
    return document(render_html(build_report(whole, provisional=provisional_of(merged), preamble=preamble)))


def merge(key: str) -> ResponseReturnValue:
    """Begin to write the consolidated workbook and the data."""
    folder, by_line = folder_of(key), "by_line" in request.form
    desk().jobs.start("汇总", key, lambda _: tasks.merge(folder, by_line=by_line))
    return redirect(url_for("whole.whole", key=key), 303)


def publish(key: str) -> ResponseReturnValue:
    """Begin to write the reports in the formats chosen."""
    folder = campaign_of(key).folder
    formats = [name for name in FORMATS if name in request.form.getlist("to")]
    if not formats:
        raise InputError("公布", ["请至少选一种格式"])
    with_organs, force = "all" in request.form, "force" in request.form
    desk().jobs.start("生成报告", key, lambda _: tasks.publish(folder, formats, with_organs=with_organs, force=force))
    return redirect(url_for("whole.whole", key=key), 303)
