"""The history of a round as lines to read: every step, and of one organ every file that came."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from toolkit.campaign.intake.history import Event, Step
from toolkit.campaign.intake.holds import Hold
from toolkit.campaign.intake.outcomes import HELD
from toolkit.campaign.intake.receipts import ReceiptBook
from toolkit.campaign.intake.standings import is_stray, standing_by
from toolkit.campaign.intake.waivers import is_wrong
from toolkit.campaign.round.roster import Roster
from toolkit.workbook.examining import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.intake.standings import Standing
    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of a round's history: what happened when, by whom, to whom and why."""

    at: str
    who: str
    what: str
    organ: str
    told: str
    why: str


def history_of(campaign: Campaign, organ: str = "") -> tuple[HistoryLine, ...]:
    """Return what happened in a round, or to one organ with what was done to the whole, the oldest first.

    Raises:
        InputError: there is no such organ.
    """
    meant = campaign.roster.named(organ) if organ else None
    if not campaign.receipts_file.exists():
        return ()
    with ReceiptBook(campaign.receipts_file) as book:
        events = book.events()
        receipts = [book.whole(head) for head in book.heads(meant.code)] if meant else []
    names = {one.code: one.name for one in campaign.roster.organs}
    lines = [
        (event.after, 1, _event_line(event, names)) for event in events if meant is None or _concerns(event, meant)
    ]
    if meant is not None:
        alone = replace(campaign, roster=Roster((meant,)))  # where the others stand is not asked
        place = standing_by(alone, receipts, events)[meant.code]
        lines += [(one.seq, 0, _receipt_line(one, place)) for one in receipts if not is_stray(alone, one)]
    return tuple(line for *_, line in sorted(lines, key=lambda entry: entry[:2]))


def _concerns(event: Event, organ: Organ) -> bool:
    is_of_all = not event.code and event.step is not Step.COLLECT
    return is_of_all or organ.code in {event.code, *event.stated.get("codes", ())}


def _event_line(event: Event, names: Mapping[str, str]) -> HistoryLine:
    organ = names.get(event.code, event.code)
    return HistoryLine(event.at, event.who, event.step.label, organ, event.words, event.why)


def _receipt_line(head: Receipt, place: Standing) -> HistoryLine:
    numbers = {one.sha256: place.number(one) for one in place.versions}
    number = f"第 {numbers[head.sha256]} 份" if head.sha256 in numbers else ""
    day = "在将来" if head.doubt == Hold.AHEAD else f" {head.sent_on.isoformat()}"
    waived = sum(finding["severity"] == "error" and not is_wrong(finding) for finding in head.findings)
    passed = f"（有 {waived} 处准予通过）" if waived else ""
    waits = f"；{HELD}：{place.waited[head.sha256].label}" if head.sha256 in place.waited else ""
    told = f"{number}“{head.name}”（文件日期{day}），{Verdict(head.verdict).label}{passed}{waits}"
    return HistoryLine(head.received_at, "", "收到", place.organ.name, told, "")


def history_json(lines: Iterable[HistoryLine]) -> list[dict[str, Any]]:
    """Return a history as the JSON of `xxgk history`."""
    return [
        {
            "at": line.at,
            "who": line.who or None,
            "what": line.what,
            "organ": line.organ or None,
            "told": line.told,
            "why": line.why or None,
        }
        for line in lines
    ]
