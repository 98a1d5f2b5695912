"""What the coordinator lets pass: a finding about an organ, as long as the figures it rests on stay as they were."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from toolkit.campaign.intake.history import Step, standing_events
from toolkit.filing.findings import WAIVED
from toolkit.workbook.remarks import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.campaign.intake.history import Event
    from toolkit.campaign.intake.receipts import Receipt, ReceiptBook

_TOLD, _LAPSED = "（主管部门准予通过：", "（原来准予通过，"
_KEY = re.compile(r"(?P<name>[a-z0-9_]+)(?:@(?P<place>[^~：]*))?(?:~(?P<until>[0-9-]+))?：")


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding let pass: its name, the field or label of its first place, a mark of its values, and until when."""

    name: str
    place: str
    digest: str
    why: str
    until: date | None = None

    def covers(self, receipt: Receipt, finding: Mapping[str, Any], today: date) -> bool:
        """Return whether a finding of a receipt is the one let pass, its figures unchanged and the day not over."""
        is_same = self.is_about(finding) and values_mark(receipt, finding) == self.digest
        return is_same and not self.is_over(today)

    def is_about(self, finding: Mapping[str, Any]) -> bool:
        """Return whether it is this finding that was let pass, with whatever figures."""
        return (finding["name"], first_place(finding)) == (self.name, self.place)

    def is_over(self, today: date) -> bool:
        """Return whether the last day for which it was let pass is over."""
        return self.until is not None and today > self.until


def first_place(finding: Mapping[str, Any]) -> str:
    """Return by what a finding is told from others of its name: its first field, else the words for its place."""
    return next((place["field"] or place["label"] or place["sheet"] for place in finding["places"]), "")


@dataclass(frozen=True, slots=True)
class SharedWaiver:
    """A finding about several organs let pass: its name, what tells it from others, the organs, a mark of its values.

    `is_over` says that the last day for which it was let pass is over.
    """

    name: str
    field: str
    codes: frozenset[str]
    mark: str
    why: str
    until: date | None
    is_over: bool

    def is_about(self, name: str, field: str, codes: frozenset[str]) -> bool:
        """Return whether it is the finding of that name about these organs, with whatever values."""
        return (name, field, codes) == (self.name, self.field, self.codes)


def shared_waivers(events: Iterable[Event], today: date) -> tuple[SharedWaiver, ...]:
    """Return what is let pass of what only a look over all organs shows; of several on the same the last one holds."""
    found: dict[tuple[str, str, frozenset[str], str], SharedWaiver] = {}
    for event in standing_events(events):
        match = _KEY.match(event.told) if event.step is Step.WAIVE and "mark" in event.stated else None
        if match is not None:
            until = date.fromisoformat(match["until"]) if match["until"] else None
            stated, is_over = event.stated, until is not None and today > until
            codes, field, mark = frozenset(stated["codes"]), stated["field"], stated["mark"]
            key = match["name"], field, codes, mark
            found[key] = SharedWaiver(*key, event.why, until, is_over)
    return tuple(found.values())


def values_mark(receipt: Receipt, finding: Mapping[str, Any]) -> str:
    """Return a mark of the values a finding rests on."""
    fields = [place["field"] for place in finding["places"] if place["field"]]
    return digest_of(fields, receipt.values, finding["figures"])


def waiver_key(finding: Mapping[str, Any], place: str, until: date | None) -> str:
    """Return how the history names a finding that is let pass; `waivers_of` and `shared_waivers` read it again."""
    where, day = f"@{place}" if place else "", f"~{until.isoformat()}" if until else ""
    return f"{finding['name']}{where}{day}：{_bare(finding['message'])}"


def _bare(message: str) -> str:
    """Return a message without what was said of it being let pass."""
    return message.partition(_TOLD)[0].partition(_LAPSED)[0]


def waivers_of(book: ReceiptBook) -> Mapping[str, tuple[Waiver, ...]]:
    """Return what is let pass, by the code of the organ; of several words on the same figures the last one holds."""
    standing = standing_events(book.events())
    events = [event for event in standing if event.step is Step.WAIVE and "mark" not in event.stated]
    if not events:
        return {}
    heads = {head.sha256: head for head in book.heads()}
    found: dict[str, dict[tuple[str, str, str], Waiver]] = {}
    for event in events:
        if event.sha256 in heads:
            known = found.setdefault(event.code, {})
            known |= {
                (one.name, one.place, one.digest): one for one in _waivers(event, book.whole(heads[event.sha256]))
            }
    return {code: tuple(known.values()) for code, known in found.items()}


def _waivers(event: Event, receipt: Receipt) -> Iterator[Waiver]:
    match = _KEY.match(event.told)
    if match is None:
        return
    name, place, until = match["name"], match["place"] or "", match["until"]
    for finding in receipt.findings:
        if (finding["name"], first_place(finding)) == (name, place):
            day = date.fromisoformat(until) if until else None
            yield Waiver(name, place, values_mark(receipt, finding), event.why, day)


def with_waivers(receipt: Receipt, waivers: Iterable[Waiver], today: date) -> tuple[Mapping[str, Any], ...]:
    """Return the findings of a receipt, those let pass closed and saying why, and those no longer let pass open.

    The latter say why they are no longer.
    """
    known = tuple(waivers)

    def judged(finding: Mapping[str, Any]) -> Mapping[str, Any]:
        if finding.get("closed") == WAIVED:
            finding = {**finding, "closed": ""}
        if _bare(finding["message"]) != finding["message"]:
            finding = {**finding, "message": _bare(finding["message"])}
        waiver = next((one for one in known if one.covers(receipt, finding, today)), None)
        if waiver is None:
            lapsed = next((one for one in known if one.is_about(finding)), None)
            return finding if lapsed is None else _with_lapse(finding, lapsed, today)
        return {**finding, "closed": WAIVED, "message": f"{finding['message']}{waived_words(waiver.why)}"}

    return tuple(map(judged, receipt.findings))


def _with_lapse(finding: Mapping[str, Any], lapsed: Waiver, today: date) -> Mapping[str, Any]:
    words = lapse_words(lapsed.until, is_over=lapsed.is_over(today))
    return {**finding, "message": f"{finding['message']}{words}"}


def waived_words(why: str) -> str:
    """Return what is put behind the words of a finding that is let pass."""
    return f"{_TOLD}{why}）"


def lapse_words(until: date | None, *, is_over: bool) -> str:
    """Return what is put behind the words of a finding that is no longer let pass."""
    why = f"到 {until} 为止" if is_over else "所根据的数改了"
    return f"{_LAPSED}{why}，不再有效）"


def is_open(finding: Mapping[str, Any]) -> bool:
    """Return whether a finding was neither let pass nor explained."""
    return not finding.get("closed")


def is_wrong(finding: Mapping[str, Any]) -> bool:
    """Return whether a finding keeps a return from being accepted."""
    return finding["severity"] == "error" and finding.get("closed") != WAIVED


def waivers_mark(waivers: Mapping[str, tuple[Waiver, ...]], today: date) -> str:
    """Return a mark that changes when what is let pass changes, by a decision or by a day going by."""
    lapsing = [one.until for group in waivers.values() for one in group if one.until is not None]
    over = sum(day < today for day in lapsing)
    listed = sorted(
        (code, one.name, one.place, one.digest, str(one.until)) for code, group in waivers.items() for one in group
    )
    return hashlib.sha256(repr((listed, over)).encode()).hexdigest()[:16] if listed else ""
