"""Last year's figures of every organ, from the round before: what carries over, renamed and merged organs included."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.campaign.intake.receipts import ReceiptBook, filing_of, standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ
    from toolkit.form.values import Figure


@dataclass(frozen=True)
class LastYear:
    """What the round before knows: `figures` by the codes of that round, and the codes its roster held."""

    codes: frozenset[str] = frozenset()
    figures: Mapping[str, Mapping[str, Figure]] = field(default_factory=dict)

    def missing(self, organ: Organ) -> tuple[str, ...]:
        """Return the codes under which an organ should have figures of last year and has none."""
        return tuple(code for code in organ.ancestors if code in self.codes and code not in self.figures)

    def of(self, organ: Organ) -> Mapping[str, Figure]:
        """Return last year's figures of an organ, its predecessors' added up; none where a part of them is missing."""
        found = [self.figures[code] for code in organ.ancestors if code in self.figures]
        if not found or self.missing(organ):
            return {}
        shared = [name for name in found[0] if all(name in figures for figures in found)]
        return {name: sum(figures[name] for figures in found) for name in shared}


def last_year_of(campaign: Campaign) -> LastYear:
    """Return the record of the round before; an empty one where the campaign has none.

    Raises:
        InputError: the round before cannot be opened.
    """
    before = campaign.previous_campaign
    if before is None:
        return LastYear()
    with ReceiptBook(before.receipts_file) as book:
        places = standing(before, book)
    figures = {code: filing_of(place.counts, before.form).figures() for code, place in places.items() if place.counts}
    return LastYear(frozenset(places), figures)
