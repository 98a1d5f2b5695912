"""A finding about several organs at once: whom it is about, what it rests on, and whether it was let pass."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.campaign.intake.waivers import lapse_words, waived_words
from toolkit.filing.findings import WAIVED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.campaign.intake.waivers import SharedWaiver
    from toolkit.campaign.round.roster import Organ
    from toolkit.filing.findings import Finding


@dataclass(frozen=True, slots=True)
class RoundFinding:
    """A finding about one organ that rests on others' returns too.

    `codes` are all organs it rests on, `mark` changes with the values it rests on, `field` tells it from others of its
    name about the same organs.
    """

    organ: Organ
    finding: Finding
    codes: frozenset[str]
    mark: str
    field: str = ""

    @property
    def called(self) -> str:
        """What `xxgk waive` calls it among all about its organ."""
        first = self.finding.places[0] if self.finding.places else None
        place = self.field or (first.field or first.label if first else "")
        return f"{self.finding.name}@{place}" if place else self.finding.name

    @property
    def stated(self) -> str:
        """What a step that lets it pass states, as JSON; `shared_waivers` reads it again."""
        return json.dumps({"mark": self.mark, "field": self.field, "codes": sorted(self.codes)}, ensure_ascii=False)


def mark_of(*rested_on: object) -> str:
    """Return a mark of the values a finding rests on."""
    return hashlib.sha256(repr(rested_on).encode()).hexdigest()[:16]


def judged(one: RoundFinding, waivers: Iterable[SharedWaiver]) -> Finding:
    """Return the finding, closed and saying why where it was let pass, and saying so where it no longer is."""
    known = [waiver for waiver in waivers if waiver.is_about(one.finding.name, one.field, one.codes)]
    waiver = next((waiver for waiver in known if waiver.mark == one.mark and not waiver.is_over), None)
    message = one.finding.message
    if waiver is not None:
        return replace(one.finding, closed=WAIVED, message=f"{message}{waived_words(waiver.why)}")
    if known:
        return replace(one.finding, message=f"{message}{lapse_words(known[-1].until, is_over=known[-1].is_over)}")
    return one.finding
