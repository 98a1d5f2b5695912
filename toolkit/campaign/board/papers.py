"""What is known of a report beyond its file: who signed the stamped copy, and where and when it was published."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from toolkit.campaign.intake.history import Step, standing_events

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.campaign.intake.history import Event

PAPER_STEPS = frozenset({Step.SIGN, Step.PUBLISHED})


@dataclass(frozen=True, slots=True)
class SignOff:
    """Who signed the stamped copy when. `sha256` is the version whose 校验码 stands on it.

    `scan` is where the scan lies, relative to the campaign folder, empty without one.
    """

    signer: str
    day: date
    check_code: str
    sha256: str
    scan: str


@dataclass(frozen=True, slots=True)
class Unequal:
    """One cell or section of a published page that says something else than the return, both as shown."""

    field: str
    label: str
    returned: str
    published: str


@dataclass(frozen=True, slots=True)
class Publication:
    """Where and when a report was published. `answers` is the mark of the return that counted then.

    `page` is where a saved copy of the page lies, relative to the campaign folder, empty without one; then `compared`
    cells were held against the return, `unread` could not be read for certain, and `unequal` differ.
    """

    address: str
    day: date
    sha256: str
    answers: str
    page: str
    compared: int
    unread: int
    unequal: tuple[Unequal, ...]


@dataclass(frozen=True, slots=True)
class Papers:
    """What is on paper of one organ."""

    signed: SignOff | None = None
    published: Publication | None = None


NONE = Papers()  # of nearly every organ, and one for all


def papers_of(events: Iterable[Event]) -> Mapping[str, Papers]:
    """Return what is on paper, by the organ's code; the newest step that was not taken back holds."""
    found: defaultdict[str, Papers] = defaultdict(Papers)
    for event in standing_events(events):
        if event.step is Step.SIGN:
            found[event.code] = replace(found[event.code], signed=_sign_off(event))
        elif event.step is Step.PUBLISHED:
            found[event.code] = replace(found[event.code], published=_publication(event))
    return found


def _sign_off(event: Event) -> SignOff:
    known = event.stated
    day = date.fromisoformat(known["day"])
    return SignOff(known["signer"], day, known["check_code"], event.sha256, known["scan"])


def _publication(event: Event) -> Publication:
    known = event.stated
    return Publication(
        known["address"], date.fromisoformat(known["day"]), event.sha256, known["answers"], known["page"],
        known["compared"], known["unread"], tuple(Unequal(*one) for one in known["unequal"]),
    )  # fmt: skip
