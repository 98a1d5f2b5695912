"""The history of a round: every step that people took, who and when and why. It is only ever added to."""

from __future__ import annotations

import getpass
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NOBODY = "（不知道登录名）"


class Step(StrEnum):
    """What somebody did."""

    COLLECT = "collect"
    ACCEPT = "accept"
    WITHDRAW = "withdraw"
    WAIVE = "waive"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    MERGE = "merge"
    PUBLISH = "publish"
    REMIND = "remind"
    RETURN = "return"
    REVIEW = "review"
    SIGN = "sign"
    PUBLISHED = "published"
    UNDO = "undo"

    @property
    def label(self) -> str:
        """The words people read."""
        return _LABELS[self]


_LABELS = {
    Step.COLLECT: "收件",
    Step.ACCEPT: "接受",
    Step.WITHDRAW: "作废",
    Step.WAIVE: "准予通过",
    Step.FREEZE: "封存",
    Step.UNFREEZE: "解除封存",
    Step.MERGE: "汇总",
    Step.PUBLISH: "出报告",
    Step.REMIND: "催报",
    Step.RETURN: "退回",
    Step.REVIEW: "审核",
    Step.SIGN: "签发",
    Step.PUBLISHED: "公布",
    Step.UNDO: "撤销",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One step. `code` is the organ's, empty where the whole round is meant; `sha256` the version that is meant.

    `after` is the number of the last receipt there was then, which puts steps and receipts into one order; `undoes` the
    number of the step that is taken back, 0 for none; `told` what the step did, in words; `details` what else was
    stated, as JSON.
    """

    step: Step
    code: str = ""
    sha256: str = ""
    why: str = ""
    told: str = ""
    undoes: int = 0
    who: str = ""
    at: str = ""
    seq: int = 0
    after: int = 0
    details: str = ""

    @property
    def words(self) -> str:
        """What the step did as people read it: a waiver without the key by which it is found again."""
        if self.step is not Step.WAIVE:
            return self.told
        key, _, message = self.told.partition("：")
        until = key.partition("~")[2]
        return f"{message}（到 {until} 为止）" if until else message

    @property
    def stated(self) -> Mapping[str, Any]:
        """What was stated with the step beside the words."""
        return dict(json.loads(self.details)) if self.details else {}


def login_name() -> str:
    """Return the name under which the person at work is logged in."""
    try:
        return getpass.getuser() or NOBODY
    except (OSError, KeyError, ImportError):  # a container without users, Windows without the variable
        return NOBODY


def now() -> str:
    """Return the time as the receipt book writes it: ISO, with zone, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def standing_events(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the steps that hold: those that were taken back, and the taking back, are left out."""
    known = tuple(events)
    undone = {event.undoes for event in known if event.undoes}
    return tuple(event for event in known if event.seq not in undone and event.step is not Step.UNDO)


def steps_to_undo(events: Iterable[Event], code: str) -> tuple[Step, ...]:
    """Return the kinds of steps about an organ that can be taken back, the one that was taken last first."""
    taken = [event.step for event in standing_events(events) if event.code == code]
    return tuple(dict.fromkeys(reversed(taken)))


def is_closed(events: Iterable[Event], code: str = "") -> bool:
    """Return whether the round, or with `code` an organ by itself, is closed."""
    steps = [event.step for event in events if event.code == code and event.step in {Step.FREEZE, Step.UNFREEZE}]
    return steps[-1:] == [Step.FREEZE]
