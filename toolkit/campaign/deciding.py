"""What the coordinator decides about returns: accept, withdraw, return, freeze; recorded with who, when and why."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.campaign.board.board import LABELS
from toolkit.campaign.intake.history import Event, Step, is_closed, standing_events
from toolkit.campaign.intake.receipts import Receipt, ReceiptBook
from toolkit.campaign.intake.standings import Stage, Standing, standing
from toolkit.campaign.round.folder import Campaign, open_campaign
from toolkit.campaign.round.lock import exclusively
from toolkit.campaign.sendback.messages import send_back_one
from toolkit.campaign.sendback.receipt_pages import write_receipts
from toolkit.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from toolkit.campaign.round.roster import Organ


@dataclass(frozen=True)
class Decision:
    """A step that was taken, and how the organ stood before and stands after; both None for the whole round.

    `remarks` are what to look at, in sentences; there are none when all is well.
    """

    event: Event
    organ: Organ | None
    before: Standing | None
    after: Standing | None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Desk:
    """A round opened for a decision."""

    campaign: Campaign
    book: ReceiptBook

    def place(self, code: str) -> Standing:
        """Return where an organ stands."""
        return standing(self.campaign, self.book)[code]

    def decide(self, organ: Organ, event: Event) -> Decision:
        """Put a step about an organ into the history and return what it came to."""
        before = self.place(organ.code)
        recorded = self.book.record(event)
        return Decision(recorded, organ, before, self.renewed(organ.code))

    def renewed(self, *codes: str) -> Standing:
        """Bring what goes back to these organs up to what was just decided; return where the first of them stands.

        Raises:
            OutputError: a file cannot be written or moved; the decision stands.
        """
        places = standing(self.campaign, self.book)
        try:
            for code in codes:
                send_back_one(self.campaign, self.book, places, code)
                write_receipts(self.campaign, self.book, {code: places[code]})
        except OutputError as error:
            raise OutputError(f"已经记下，但回执和退回的文件还没有更新：{error}下一次收件时会再更新。") from error
        return places[codes[0]]

    def undo(self, organ: Organ, step: Step, number: int, why: str) -> Decision:
        """Take back the newest step of a kind about an organ, or about one version of its return."""
        wanted = _version(self.place(organ.code), number).sha256 if number else ""
        steps = [
            event
            for event in standing_events(self.book.events())
            if event.step is step and event.code == organ.code and wanted in {"", event.sha256}
        ]
        if not steps:
            raise InputError(organ.name, [f"没有可以撤销的“{step.label}”；做过什么见 xxgk history"])
        told = f"撤销“{step.label}”：{steps[-1].words}"
        return self.decide(organ, Event(Step.UNDO, organ.code, steps[-1].sha256, why, told, steps[-1].seq))


@contextmanager
def at_work(folder: Path, doing: str) -> Iterator[Desk]:
    """Open a round for a decision; nobody else can be at work in it meanwhile."""
    campaign = open_campaign(folder)
    with exclusively(folder, doing), ReceiptBook(campaign.receipts_file) as book:
        yield Desk(campaign, book)


def accept_return(folder: Path, organ: str, *, number: int = 0, why: str = "", undo: bool = False) -> Decision:
    """Let a version count: the one of that number, else the newest that is held, else what is in question.

    Raises:
        InputError: no such organ or version, it has errors, the round is frozen, or there is nothing to accept.
        OutputError: the receipt book cannot be written.
    """
    with at_work(folder, "接受（xxgk accept）") as desk:
        meant = desk.campaign.roster.named(organ)
        if undo:
            return desk.undo(meant, Step.ACCEPT, number, why)
        place = desk.place(meant.code)
        refuse_frozen(place)
        if meant.is_within_parent:
            raise InputError(
                meant.name, [f"名册写明它{meant.ground}，再计入就重复了；要单独计入的，先改名册的“不报原因”"]
            )
        chosen = _version(place, number) if number else _in_question(place)
        if not chosen.is_accepted:
            raise InputError(meant.name, [f"{told_version(place, chosen)}还有错误，不能接受；请退回修改"])
        return desk.decide(meant, Event(Step.ACCEPT, meant.code, chosen.sha256, why, told_version(place, chosen)))


def withdraw_return(folder: Path, organ: str, *, number: int = 0, why: str = "", undo: bool = False) -> Decision:
    """Set a version aside: the one of that number, else the one that counts, else the newest.

    Raises:
        InputError: no such organ or version, no reason is given, the round is frozen, or nothing is there.
        OutputError: the receipt book cannot be written.
    """
    with at_work(folder, "作废（xxgk withdraw）") as desk:
        meant = desk.campaign.roster.named(organ)
        if undo:
            return desk.undo(meant, Step.WITHDRAW, number, why)
        place = desk.place(meant.code)
        refuse_frozen(place)
        if not why.strip():
            raise InputError("--why", ["作废要写明原因，例如 --why 交错了"])
        chosen = _version(place, number) if number else _to_review(place)
        if chosen in place.withdrawn:
            raise InputError(meant.name, [f"{told_version(place, chosen)}已经作废过了；要恢复请加 --undo"])
        return desk.decide(meant, Event(Step.WITHDRAW, meant.code, chosen.sha256, why, told_version(place, chosen)))


def return_for_wording(folder: Path, organ: str, *, number: int = 0, why: str = "", undo: bool = False) -> Decision:
    """Send a version back with a reviewer's remark: the one of that number, else the one people should look at.

    What goes back to the organ is written at once; a new file with other answers lifts it.

    Raises:
        InputError: no such organ or version, no remark is given, the round is frozen, or nothing is there.
        OutputError: the receipt book or what goes back cannot be written.
    """
    with at_work(folder, "退回（xxgk return）") as desk:
        meant = desk.campaign.roster.named(organ)
        if undo:
            return desk.undo(meant, Step.RETURN, number, why)
        place = desk.place(meant.code)
        refuse_frozen(place)
        if not why.strip():
            raise InputError("--why", ["退回要写明审核意见，例如 --why 第一部分没有写机制建设"])
        chosen = _version(place, number) if number else _to_review(place)
        told, said = told_version(place, chosen), " ".join(why.split())
        return desk.decide(meant, Event(Step.RETURN, meant.code, chosen.sha256, said, told))


def review_return(folder: Path, organ: str, *, why: str = "", undo: bool = False) -> Decision:
    """Note that somebody has taken up an organ's return and is looking at it.

    Raises:
        InputError: no such organ, or nothing is there.
        OutputError: the receipt book cannot be written.
    """
    with at_work(folder, "审核（xxgk review）") as desk:
        meant = desk.campaign.roster.named(organ)
        if undo:
            return desk.undo(meant, Step.REVIEW, 0, why)
        place = desk.place(meant.code)
        chosen = _to_review(place)
        return desk.decide(meant, Event(Step.REVIEW, meant.code, chosen.sha256, why, told_version(place, chosen)))


def _to_review(place: Standing) -> Receipt:
    if place.chief is None:
        raise InputError(place.organ.name, ["还没有收到过它的报表"])
    return place.chief


def freeze_round(folder: Path, organ: str = "", *, why: str = "", undo: bool = False) -> Decision:
    """Close the round or one organ, or open it again: what comes while it is closed is held.

    Raises:
        InputError: no such organ, it is closed (open) already, or it is to be opened without a reason.
        OutputError: the receipt book cannot be written.
    """
    with at_work(folder, "封存（xxgk freeze）") as desk:
        meant = desk.campaign.roster.named(organ) if organ else None
        code, who = (meant.code, meant.name) if meant else ("", "这一轮")
        was_closed = is_closed(desk.book.events(), code)
        if undo and not why.strip():
            raise InputError("--why", ["解除封存要写明原因，例如 --why 县教育局更正"])
        if undo is not was_closed:
            raise InputError(who, ["没有封存，不用解除" if undo else "已经封存了"])
        event = Event(Step.UNFREEZE if undo else Step.FREEZE, code, why=why, told=who)
        if meant is not None:
            return desk.decide(meant, event)
        return Decision(desk.book.record(event), None, None, None)


def refuse_frozen(place: Standing) -> None:
    """Refuse to decide anything about an organ that is closed.

    Raises:
        InputError: it is.
    """
    if place.frozen:
        raise InputError(place.organ.name, ["已经封存；确要改动，先用 xxgk freeze --undo --why 原因 解除封存"])


def _version(place: Standing, number: int) -> Receipt:
    if not 1 <= number <= len(place.versions):
        known = f"只有第 1 到第 {len(place.versions)} 份" if place.versions else "还没有收到过它的报表"
        raise InputError(place.organ.name, [f"没有第 {number} 份，{known}"])
    return place.versions[len(place.versions) - number]


def _in_question(place: Standing) -> Receipt:
    if place.held:
        return place.held[-1].receipt
    if place.replaced and place.counts:
        return place.counts
    if place.kept:
        return place.kept
    if place.returned:
        return place.returned.receipt
    if place.counts and place.stage in {Stage.RECEIVED, Stage.IN_REVIEW}:
        return place.counts
    raise InputError(place.organ.name, ["没有待定的报表；要指定某一份，请加 --version，各份的序号见 xxgk history"])


def told_version(place: Standing, receipt: Receipt) -> str:
    """Return which version a receipt is, in words."""
    return f"第 {place.number(receipt)} 份“{receipt.name}”"


def record_step(campaign: Campaign, step: Step, told: str) -> None:
    """Write into the history that something was done about the whole round.

    Raises:
        OutputError: the receipt book cannot be written.
    """
    with ReceiptBook(campaign.receipts_file) as book:
        book.record(Event(step, told=told))


def decision_json(decision: Decision) -> dict[str, Any]:
    """Return a decision as JSON has it: the step, and how the organ stands now."""
    event, after = decision.event, decision.after
    return {
        "step": event.step.value,
        "code": event.code or None,
        "sha256": event.sha256 or None,
        "told": event.told,
        "who": event.who,
        "at": event.at,
        "why": event.why or None,
        "state": after.state.value if after else None,
        "told_state": LABELS[after.state] if after else None,
        "counts": after.counts.file if after and after.counts else None,
        "remarks": list(decision.remarks),
    }
