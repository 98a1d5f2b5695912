"""One organ: its versions and what changed between them, what is wrong with the newest, and where in the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from flask import abort, render_template, request

from toolkit.campaign.board.made_of import ORGANS
from toolkit.campaign.board.problems import closed_label
from toolkit.campaign.history_lines import history_of
from toolkit.campaign.intake.history import is_closed, steps_to_undo
from toolkit.campaign.intake.receipts import filing_of
from toolkit.campaign.intake.waivers import first_place, is_open
from toolkit.campaign.sendback.messages import MARKED, MESSAGE, SHEET
from toolkit.campaign.sendback.receipt_pages import FOLDER, PAGE, TEXT
from toolkit.campaign.sendback.versions import difference
from toolkit.desk.files import files_in
from toolkit.desk.rounds import board_of, events_of
from toolkit.desk.tables import Mark, draw_sections, marks_of
from toolkit.files import read_file
from toolkit.filing.checking import check_filing
from toolkit.filing.findings import WAIVED, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask.typing import ResponseReturnValue

    from toolkit.campaign.board.board import BoardRow
    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.sendback.versions import Difference
    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form
    from toolkit.form.values import Value


Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Trial:
    """The tables as they would be with suspects put right: what was changed, and how many errors are left."""

    changes: tuple[tuple[str, Value, Value], ...]
    filing: Filing
    fields: frozenset[str]
    errors: int


def organ(key: str, code: str) -> ResponseReturnValue:
    """The page of an organ; `version` chooses one of its files, `try` shows the tables with suspects put right."""
    state, board = board_of(key)
    row = next((row for row in board.rows if row.organ.code == code), None)
    if row is None:
        abort(404)
    campaign, shown = state.campaign, _chosen(row)
    context: dict[str, Any] = {"key": key, "campaign": campaign, "board": board, "row": row, "shown": None}
    events = events_of(campaign)
    context |= {"history": history_of(campaign, code), "undoable": steps_to_undo(events, code)}
    context["round_is_frozen"] = row.standing.frozen and not is_closed(events, code)
    if shown is None:
        return render_template("organ.html", **context)
    receipt = row.history[shown].receipt
    before = row.history[shown + 1].receipt if shown + 1 < len(row.history) else None
    trial = _trial(campaign.form, receipt, request.args.get("try", ""))
    filing = trial.filing if trial else filing_of(receipt, campaign.form)
    marks = dict.fromkeys(trial.fields, Mark("changed")) if trial else marks_of(receipt.findings)
    return render_template(
        "organ.html",
        **(context | {"shown": row.history[shown]}),
        receipt=receipt,
        trial=trial,
        sections=draw_sections(filing),
        marks=marks,
        fields=campaign.form.fields,
        changed=difference(campaign.form, before, receipt) if before else None,
        counts=_counts(receipt.findings),
        fates=_fates,
        closed_label=closed_label,
        ways_of=ways_of,
        waived=WAIVED,
        reports=_reports(campaign, row),
        shared=[one for one in board.problems if one.is_shared and one.code == code],
        waivable=_waivable(receipt.findings) if shown == 0 and not trial else {},
        receipt_files=_receipt_files(campaign, row),
        **_sent_back(campaign, row),
    )


def _chosen(row: BoardRow) -> int | None:
    """Return which version to show, from 0 as they are listed; the newest unless another is asked for."""
    if not row.history:
        return None
    number = request.args.get("version", len(row.history), int)
    if not 1 <= number <= len(row.history):
        abort(404)
    return len(row.history) - number


def _counts(findings: Sequence[Mapping[str, Any]]) -> Mapping[str, int]:
    left = [found for found in findings if is_open(found)]
    counts = {severity.value: sum(found["severity"] == severity for found in left) for severity in Severity}
    return {**counts, "closed": len(findings) - len(left)}


def _fates(changed: Difference) -> tuple[tuple[str, int], ...]:
    """Return what became of the findings of the version before, in numbers."""
    return ("解决", len(changed.fixed)), ("新出现", len(changed.new)), ("还在", len(changed.unchanged))


def _trial(form: Form, receipt: Receipt, said: str) -> Trial | None:
    """Return the trial asked for as `finding-way`, both counted from 1; 404 for one that is not."""
    if not said:
        return None
    finding, _, way = said.partition("-")
    chosen = _nth(ways_of(_nth(receipt.findings, finding)["suspects"]), way)
    before = filing_of(receipt, form)
    after = before.with_answers({entry["field"]: _figure(form, entry) for entry in chosen})
    changes = tuple((entry["label"], before.values[entry["field"]], after.values[entry["field"]]) for entry in chosen)
    errors = sum(found.severity is Severity.ERROR for found in check_filing(after))
    return Trial(changes, after, frozenset(entry["field"] for entry in chosen), errors)


def ways_of(suspects: Sequence[Mapping[str, Any]]) -> tuple[tuple[Mapping[str, Any], ...], ...]:
    """Return the ways to mend a finding, the likeliest first: each the cells that are to be changed together."""
    ways: list[tuple[Mapping[str, Any], ...]] = []
    way: tuple[Mapping[str, Any], ...] = ()
    for suspect in suspects:
        way = (*way, suspect)
        if not suspect.get("together"):
            ways, way = [*ways, way], ()
    return (*ways, way) if way else tuple(ways)


def _nth(entries: Sequence[Entry], said: str) -> Entry:
    if not (said.isascii() and said.isdigit() and 1 <= int(said) <= len(entries)):
        abort(404)
    return entries[int(said) - 1]


def _figure(form: Form, suspect: Mapping[str, Any]) -> Value:
    from decimal import Decimal

    value = suspect["value"]
    if suspect["field"] not in form.fields:
        abort(404)
    return Decimal(str(value)) if isinstance(value, float) else value


def _sent_back(campaign: Campaign, row: BoardRow) -> dict[str, Any]:
    """Return the message of sendback/ to copy and the files to send with it, as `collect` wrote them."""
    found = files_in(campaign, (campaign.sendback,))
    names = [f"{campaign.sendback.name}/{row.organ.stem}{ending}" for ending in (MESSAGE, MARKED, SHEET)]
    message = found.get(names[0])
    text = read_file(message).decode("utf-8-sig").replace("\r\n", "\n") if message else ""
    return {"message": text, "attachments": [name for name in names[1:] if name in found]}


def _waivable(findings: Sequence[Mapping[str, Any]]) -> Mapping[int, str]:
    """Return what `xxgk waive` calls the findings that may be let pass, by their numbers."""
    return {
        number: f"{finding['name']}@{place}" if (place := first_place(finding)) else finding["name"]
        for number, finding in enumerate(findings, 1)
        if finding["severity"] != Severity.NOTE
    }


def _receipt_files(campaign: Campaign, row: BoardRow) -> list[str]:
    """Return the receipt of what counts, as a page and as words to paste."""
    found = files_in(campaign, (campaign.sendback / FOLDER,))
    names = [f"{campaign.sendback.name}/{FOLDER}/{row.organ.stem}{ending}" for ending in (PAGE, TEXT)]
    return [name for name in names if name in found]


def _reports(campaign: Campaign, row: BoardRow) -> list[str]:
    """Return the organ's own reports, as `publish --all` wrote them."""
    return [*files_in(campaign, (campaign.reports / ORGANS / row.organ.stem,))]
