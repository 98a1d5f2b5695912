"""What the coordinator lets pass: a finding of one return, or one that only a look over all organs shows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from toolkit.campaign.board.board import across, read_round
from toolkit.campaign.board.problems import title_of
from toolkit.campaign.deciding import Decision, at_work, refuse_frozen
from toolkit.campaign.intake.campaign_checks import CampaignChecker
from toolkit.campaign.intake.carried.last_year import last_year_of
from toolkit.campaign.intake.history import Event, Step, standing_events
from toolkit.campaign.intake.waivers import first_place, waiver_key, waivers_of
from toolkit.errors import InputError
from toolkit.filing.findings import Severity
from toolkit.workbook.examining import finding_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from toolkit.campaign.board.across.round_findings import RoundFinding
    from toolkit.campaign.deciding import Desk
    from toolkit.campaign.intake.standings import Standing
    from toolkit.campaign.round.roster import Organ
    from toolkit.form.model import Form

_Found = tuple["Mapping[str, Any]", "RoundFinding | None"]


def waive_finding(
    folder: Path, organ: str, finding: str, *, why: str = "", until: date | None = None, undo: bool = False
) -> Decision:
    """Let a finding about an organ's return pass, until the figures it rests on change.

    `finding` is its name or title, with `@` and a field or cell behind it where there are several of that name. One
    about several organs is let pass for all of them.

    Raises:
        InputError: no such organ or finding, several fit, no reason is given, the day is over, or the round is frozen.
        OutputError: the receipt book cannot be written.
    """
    with at_work(folder, "准予通过（xxgk waive）") as desk:
        meant = desk.campaign.roster.named(organ)
        place = desk.place(meant.code)
        refuse_frozen(place)
        if not undo:
            _refuse_groundless(why, until)
        if place.latest is None:
            raise InputError(meant.name, ["还没有收到过它的报表"])
        chosen, shared = _chosen(desk.campaign.form, _findings(desk, place), finding)
        event = _undone(desk, meant, chosen, shared, why) if undo else _waived(place, chosen, shared, why, until)
        recorded = desk.book.record(event)
        if shared is None:
            _judge_anew(desk, place)
        others = sorted(shared.codes - {meant.code}) if shared else ()
        return Decision(recorded, meant, place, desk.renewed(meant.code, *others))


def _refuse_groundless(why: str, until: date | None) -> None:
    if not why.strip():
        raise InputError("--why", ["准予通过要写明原因，例如 --why 台账原件已核"])
    today = datetime.now().astimezone().date()
    if until is not None and until < today:
        raise InputError("日期", [f"{until} 已经过去（今天是 {today}），准予一写下就作废；请写今天或以后的一天"])


def _waived(
    place: Standing, finding: Mapping[str, Any], shared: RoundFinding | None, why: str, until: date | None
) -> Event:
    receipt = place.counts if shared and place.counts else place.latest
    sha256 = receipt.sha256 if receipt else ""
    told = waiver_key(finding, "" if shared else first_place(finding), until)
    return Event(
        Step.WAIVE, place.organ.code, sha256, " ".join(why.split()), told, details=shared.stated if shared else ""
    )


def _judge_anew(desk: Desk, place: Standing) -> None:
    judge = CampaignChecker(desk.campaign, last_year_of(desk.campaign), waivers_of(desk.book))
    returns = [desk.book.whole(version) for version in place.versions]
    desk.book.check_anew([judge.checked(one) for one in returns])


def _findings(desk: Desk, place: Standing) -> list[_Found]:
    """Return what may be let pass about an organ: findings of its newest return, and those it shares with others."""
    own = desk.book.whole(place.latest).findings if place.latest else ()
    code = place.organ.code
    shared = [one for one in across(read_round(desk.campaign)) if one.organ.code == code]
    found: list[_Found] = [(one, None) for one in own]
    found += [(finding_json(one.finding), one) for one in shared]
    return [entry for entry in found if entry[0]["severity"] != Severity.NOTE]


def _undone(desk: Desk, organ: Organ, finding: Mapping[str, Any], shared: RoundFinding | None, why: str) -> Event:
    """Return the step that takes back the newest waiver of a finding."""
    steps = [event for event in standing_events(desk.book.events()) if event.step is Step.WAIVE]
    if shared is None:
        named = waiver_key(finding, first_place(finding), None).partition("：")[0]
        mine = [one for one in steps if one.code == organ.code and "mark" not in one.stated]
        fitting = [one for one in mine if one.told.partition("：")[0].partition("~")[0] == named]
    else:
        same = [one for one in steps if one.told.startswith((f"{finding['name']}：", f"{finding['name']}~"))]
        wanted = (shared.field, sorted(shared.codes))
        fitting = [one for one in same if (one.stated.get("field"), one.stated.get("codes")) == wanted]
    if not fitting:
        raise InputError(organ.name, [f"没有准予过“{finding['name']}”；做过什么见 xxgk history"])
    last = fitting[-1]
    told = f"撤销“{Step.WAIVE.label}”：{last.words}"
    return Event(Step.UNDO, last.code, last.sha256, why, told, last.seq, details=last.details)


def _chosen(form: Form, known: Sequence[_Found], said: str) -> _Found:
    name, _, where = said.partition("@")
    found = [entry for entry in known if name in {entry[0]["name"], title_of(form, entry[0]["name"])}]
    chosen = [entry for entry in found if not where or where in _places(*entry)]
    if len(chosen) == 1:
        return chosen[0]
    if not chosen:
        raise InputError(said, [f"最近一份报表没有这条意见；有的是：{_names(form, known) or '没有意见'}"])
    listed = "、".join(f"{name}@{next(iter(_places(*entry)), '')}" for entry in chosen)
    raise InputError(said, [f"这样的意见有 {len(chosen)} 条，请写明是哪一条：{listed}"])


def _names(form: Form, known: Iterable[_Found]) -> str:
    names = dict.fromkeys(finding["name"] for finding, _ in known)
    return "、".join(f"{name}（{title_of(form, name)}）" for name in names)


def _places(finding: Mapping[str, Any], shared: RoundFinding | None) -> list[str]:
    """Return by what a finding may be named: what tells it from others, field, cell with and without its sheet."""
    told = [shared.field] if shared and shared.field else []
    return told + [
        word
        for place in finding["places"]
        for word in (place["field"], f"{place['sheet']}!{place['cell']}", place["cell"], place["label"])
        if word.strip("!")
    ]
