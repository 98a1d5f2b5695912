"""Where every organ stands: which of its versions counts, which waits for somebody's word, what must be mended.

Receipts and the steps people took are gone through in one order, so that the answer follows from what is recorded.
What was accepted stays until someone says otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from toolkit.campaign.intake.history import Event, Step, standing_events
from toolkit.campaign.intake.holds import DOUBTFUL, OF_ANOTHER, Hold
from toolkit.campaign.intake.receipts import UNREADABLE, Receipt, ReceiptBook
from toolkit.filing.findings import WAIVED, raise_finding
from toolkit.workbook.examining import finding_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ


class State(StrEnum):
    """How an organ stands in the round."""

    MISSING = "missing"
    NEEDS_FIXING = "needs-fixing"
    ACCEPTED = "accepted"
    HELD = "held"
    EXEMPT = "exempt"


class Stage(StrEnum):
    """What people have come to say of an organ's return; an organ that sent nothing has none."""

    RECEIVED = "received"
    IN_REVIEW = "in-review"
    SENT_BACK = "sent-back"
    ACCEPTED = "accepted"
    WAIVED = "accepted-with-waiver"

    @property
    def label(self) -> str:
        """The words people read."""
        return _STAGES[self]


REMARK = "returned_by_reviewer"  # the finding that a reviewer's remark becomes
_NONE_WAITED: Mapping[str, Hold] = {}  # of nearly every organ, and one for all
_STAGES = {
    Stage.RECEIVED: "已收到，还没有人看过",
    Stage.IN_REVIEW: "审核中",
    Stage.SENT_BACK: "已退回",
    Stage.ACCEPTED: "已通过",
    Stage.WAIVED: "已通过，有准予通过的意见",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A sound file that does not count until somebody says so, and why."""

    receipt: Receipt
    reason: Hold


@dataclass(frozen=True, slots=True)
class Remark:
    """What a reviewer said when sending a return back: about which version, what, who and when."""

    receipt: Receipt
    why: str
    who: str
    at: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one organ stands; `versions` are all its files, the newest first.

    `counts` is the version whose figures are added. `replaced` is the sound one it took the place of by itself, until
    somebody has said which is right. `held` are sound versions that wait for a word. `unfit` is the newest version
    where that must be mended; `kept` the accepted one that does not count meanwhile. `before` is the version right
    before `unfit`, else before the newest; `superseded` are those before the one that counts, `withdrawn` those set
    aside. `late` says that the deadline passed before an acceptable version was saved. `returned` is what a reviewer
    has sent back and is not answered yet, `reviewing` who has taken the return up, `is_seen` whether somebody has
    accepted it or nobody has to; `waited` why versions were held when they came, by hash, whatever was decided since.
    """

    organ: Organ
    state: State
    counts: Receipt | None = None
    latest: Receipt | None = None
    before: Receipt | None = None
    superseded: tuple[Receipt, ...] = ()
    late: bool = False
    versions: tuple[Receipt, ...] = ()
    held: tuple[Held, ...] = ()
    unfit: Receipt | None = None
    kept: Receipt | None = None
    replaced: Receipt | None = None
    withdrawn: tuple[Receipt, ...] = ()
    frozen: bool = False
    returned: Remark | None = None
    reviewing: str = ""
    is_seen: bool = True
    waited: Mapping[str, Hold] = field(default_factory=dict)

    @property
    def stage(self) -> Stage | None:
        """What people have come to say of it."""
        if self.unfit is not None:
            return Stage.SENT_BACK
        if self.held or self.replaced or self.reviewing:
            return Stage.IN_REVIEW
        if self.counts is None:
            return None
        if not self.is_seen:
            return Stage.RECEIVED
        is_waived = any(finding.get("closed") == WAIVED for finding in self.counts.findings)
        return Stage.WAIVED if is_waived else Stage.ACCEPTED

    def with_remark(self, receipt: Receipt) -> Receipt:
        """Return a version with what a reviewer said about it as its first finding."""
        if self.returned is None or self.returned.receipt.sha256 != receipt.sha256:
            return receipt
        remark = finding_json(raise_finding(REMARK, why=self.returned.why))
        return replace(receipt, findings=(remark, *receipt.findings))

    def number(self, receipt: Receipt) -> int:
        """Return which version a receipt is, the first being 1."""
        return len(self.versions) - self.versions.index(receipt)

    @property
    def chief(self) -> Receipt | None:
        """The version people should look at: what must be mended, what counts, what is held, the newest."""
        held = self.held[-1].receipt if self.held else None
        return self.unfit or self.counts or held or self.latest


def is_stray(campaign: Campaign, receipt: Receipt) -> bool:
    """Return whether a file counts for no organ of this round: unreadable, of another year, of none of the roster."""
    return receipt.verdict == UNREADABLE or receipt.year != campaign.year or receipt.code not in campaign.roster.by_code


def standing(campaign: Campaign, book: ReceiptBook, today: date | None = None) -> Mapping[str, Standing]:
    """Return where every organ of the roster stands, by code, in roster order. `today` decides what is late."""
    return standing_by(campaign, book.all(), book.events(), today)


def standing_by(
    campaign: Campaign, receipts: Iterable[Receipt], events: Iterable[Event] = (), today: date | None = None
) -> Mapping[str, Standing]:
    """Return where every organ stands by these receipts and the steps people took."""
    day = today or datetime.now().astimezone().date()
    versions: dict[str, list[Receipt]] = {code: [] for code in campaign.roster.by_code}
    for receipt in receipts:
        if not is_stray(campaign, receipt):
            versions[receipt.code].append(receipt)
    steps: dict[str, list[Event]] = defaultdict(list)
    for event in standing_events(events):
        steps[event.code].append(event)
    places: dict[str, Standing] = {}
    for code, found in versions.items():
        found.sort(key=lambda one: (one.collection, one.sent_at, one.seq))
        course = _Course(campaign, campaign.roster.by_code[code], tuple(found))
        places[code] = course.run(sorted((*steps[""], *steps[code]), key=lambda event: event.seq), day)
    return places


@dataclass
class _Course:
    """What one organ's files and the steps about them come to, one after the other."""

    campaign: Campaign
    organ: Organ
    versions: tuple[Receipt, ...]
    counts: Receipt | None = None
    kept: Receipt | None = None
    unfit: Receipt | None = None
    replaced: Receipt | None = None
    held: dict[str, Held] = field(default_factory=dict)
    withdrawn: dict[str, Receipt] = field(default_factory=dict)
    has_merged: bool = False
    frozen: set[str] = field(default_factory=set)
    returned: Remark | None = None
    reviewing: str = ""
    is_seen: bool = False
    waited: dict[str, Hold] = field(default_factory=dict)

    def run(self, steps: Sequence[Event], day: date) -> Standing:
        waiting = list(steps)
        for receipt in self.versions:
            while waiting and waiting[0].after < receipt.seq:
                self._apply(waiting.pop(0))
            self._arrive(receipt)
        for event in waiting:
            self._apply(event)
        return self._ended(day)

    def _arrive(self, receipt: Receipt) -> None:
        stands = self.counts or self.kept or (self.returned.receipt if self.returned else None)
        if receipt.is_accepted:
            self._arrive_sound(receipt, stands)
        elif stands is None or not (self.frozen or receipt.doubt in OF_ANOTHER or _is_older(receipt, stands)):
            self.unfit = receipt
            if self.counts is not None and not self.campaign.keeps_older:
                self.kept, self.counts = self.counts, None

    def _arrive_sound(self, receipt: Receipt, stands: Receipt | None) -> None:
        if self.returned is not None and receipt.answers == self.returned.receipt.answers:
            return  # nothing was changed, so the remark is not answered
        is_twin = stands is not None and receipt.answers == stands.answers
        reason = None if is_twin else self._reason_to_hold(receipt, stands)
        if reason in DOUBTFUL or (reason is not None and self.returned is not None):
            self._hold(receipt, reason)
            return
        if is_twin and self.unfit is not None and _is_older(receipt, self.unfit):
            return  # an old copy of what was accepted, come late
        self.counts, self.kept, self.unfit = stands, None, None
        if reason is not None:
            self._hold(receipt, reason)
        elif not is_twin:
            # An answer to a remark takes the place of what was sent back, and nobody has to say which is right.
            self.counts, self.replaced = receipt, None if self.returned else stands
            self.reviewing, self.is_seen = "", False
        self.returned = None

    def _reason_to_hold(self, receipt: Receipt, stands: Receipt | None) -> Hold | None:
        is_unasked = stands is not None and self.returned is None
        same_as_withdrawn = any(receipt.answers == one.answers for one in self.withdrawn.values())
        reasons = {
            Hold.EXEMPT: bool(self.organ.ground),
            Hold.WITHDRAWN: same_as_withdrawn,
            Hold.SEAL: receipt.doubt == Hold.SEAL,
            Hold.NAME: receipt.doubt == Hold.NAME,
            Hold.AHEAD: stands is not None and receipt.doubt == Hold.AHEAD,
            Hold.OLDER: stands is not None and _is_older(receipt, stands),
            Hold.FROZEN: bool(self.frozen),
            Hold.MERGED: is_unasked and self.has_merged,
            Hold.SETTING: is_unasked and not self.campaign.takes_newer,
        }
        return next((reason for reason, holds in reasons.items() if holds), None)

    def _hold(self, receipt: Receipt, reason: Hold | None) -> None:
        if reason is not None:
            self.waited[receipt.sha256] = reason
        if reason is not None and all(receipt.answers != one.receipt.answers for one in self.held.values()):
            self.held[receipt.sha256] = Held(receipt, reason)

    def _apply(self, event: Event) -> None:
        match event.step:
            case Step.MERGE:
                self.has_merged = True
            case Step.FREEZE:
                self.frozen.add(event.code)
            case Step.UNFREEZE:
                self.frozen.discard(event.code)
            case Step.ACCEPT | Step.WITHDRAW | Step.RETURN | Step.REVIEW:
                meant = next((one for one in self.versions if one.sha256 == event.sha256), None)
                if meant is not None:
                    self._apply_to(meant, event)

    def _apply_to(self, meant: Receipt, event: Event) -> None:
        match event.step:
            case Step.ACCEPT:
                self._accept(meant)
            case Step.WITHDRAW:
                self._withdraw(meant)
            case Step.RETURN:
                self._return(meant, event)
            case Step.REVIEW:
                self.reviewing = event.who

    def _return(self, meant: Receipt, event: Event) -> None:
        self.returned, self.unfit, self.reviewing = Remark(meant, event.why, event.who, event.at), meant, ""
        self.held.pop(meant.sha256, None)
        if meant is self.counts:
            self.replaced = None
            self.counts = meant if self.campaign.keeps_older else None

    def _accept(self, meant: Receipt) -> None:
        if not meant.is_accepted:  # judged anew since: the roster or last year's record has changed
            return
        self.withdrawn.pop(meant.sha256, None)
        self.held.clear()
        self.counts, self.kept, self.replaced = meant, None, None
        self.reviewing, self.is_seen = "", True
        if self.unfit is not None and self.versions.index(self.unfit) <= self.versions.index(meant):
            self.unfit, self.returned = None, None

    def _withdraw(self, meant: Receipt) -> None:
        self.withdrawn[meant.sha256] = meant
        self.held.pop(meant.sha256, None)
        if meant is self.counts:
            self.counts, self.replaced = None, None
        if meant is self.kept:
            self.kept = None
        if meant is self.replaced:
            self.replaced = None
        if self.returned is not None and meant is self.returned.receipt:
            self.returned = None
        if meant is self.unfit:
            self.unfit, self.counts, self.kept = None, self.counts or self.kept, None

    def _ended(self, day: date) -> Standing:
        counts = None if self.organ.is_within_parent else self.counts
        newest = self.versions[::-1]
        latest = newest[0] if newest else None
        chief = self.counts or self.kept or latest
        place = self.versions.index(chief) if chief else 0
        asked = self.versions.index(self.unfit or newest[0]) if newest else 0
        return Standing(
            organ=self.organ,
            state=self._state(counts),
            counts=counts,
            latest=latest,
            before=self.versions[asked - 1] if asked else None,
            superseded=tuple(
                one for one in self.versions[:place][::-1] if one.sha256 not in (self.held | self.withdrawn)
            ),
            late=not (self.organ.ground and counts is None) and self._is_late(day),
            versions=newest,
            held=tuple(self.held.values()),
            unfit=self.unfit,
            kept=self.kept,
            replaced=self.replaced,
            withdrawn=tuple(self.withdrawn.values()),
            frozen=bool(self.frozen),
            returned=self.returned if self.returned and self.returned.receipt is self.unfit else None,
            reviewing=self.reviewing if self.counts else "",
            is_seen=self.is_seen or not self.campaign.reviewed,
            waited=self.waited or _NONE_WAITED,
        )

    def _state(self, counts: Receipt | None) -> State:
        if self.organ.ground and counts is None:
            return State.EXEMPT
        if self.unfit is not None:
            return State.NEEDS_FIXING
        if self.held:
            return State.HELD
        return State.ACCEPTED if counts is not None else State.MISSING

    def _is_late(self, day: date) -> bool:
        deadline = self.organ.deadline
        if deadline is None:
            return False
        sound = (
            one
            for one in self.versions
            if one.is_accepted
            and one.sha256 not in self.withdrawn
            and (one is self.counts or one.doubt != Hold.SEAL.value)
        )
        return min((one.sent_on for one in sound), default=day) > deadline


def _is_older(receipt: Receipt, other: Receipt) -> bool:
    """Return whether a file was saved before one that had been collected earlier: an old draft that arrives late."""
    return receipt.collection != other.collection and receipt.sent_at < other.sent_at
