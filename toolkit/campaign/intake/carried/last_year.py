"""Last year's figures of every organ, from the round before: what carries over, renamed and merged organs included."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.campaign.intake.carried.published_reports import kept_figures
from toolkit.campaign.intake.receipts import ReceiptBook, filing_of
from toolkit.campaign.intake.standings import standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ
    from toolkit.form.values import Figure


@dataclass(frozen=True)
class LastYear:
    """What the round before knows: `figures` by the codes of that round, and the codes its roster held.

    `awaiting` are the figures of corrections that nobody has accepted or set aside yet, with the file they came in.
    """

    codes: frozenset[str] = frozenset()
    figures: Mapping[str, Mapping[str, Figure]] = field(default_factory=dict)
    awaiting: Mapping[str, tuple[str, Mapping[str, Figure]]] = field(default_factory=dict)

    def missing(self, organ: Organ) -> tuple[str, ...]:
        """Return the codes under which an organ should have figures of last year and has none."""
        return tuple(code for code in organ.ancestors if code in self.codes and code not in self.figures)

    def awaiting_of(self, organ: Organ) -> tuple[str, Mapping[str, Figure]] | None:
        """Return the file and the organ's figures of last year as they would be were every correction accepted."""
        files = [self.awaiting[code][0] for code in organ.ancestors if code in self.awaiting]
        figures = {**self.figures, **{code: held for code, (_, held) in self.awaiting.items()}}
        return (files[-1], LastYear(self.codes, figures).of(organ)) if files else None

    def of(self, organ: Organ) -> Mapping[str, Figure]:
        """Return last year's figures of an organ, its predecessors' added up; none where a part of them is missing."""
        found = [self.figures[code] for code in organ.ancestors if code in self.figures]
        if not found or self.missing(organ):
            return {}
        shared = [name for name in found[0] if all(name in figures for figures in found)]
        return {name: sum(figures[name] for figures in found) for name in shared}


def last_year_of(campaign: Campaign) -> LastYear:
    """Return the record of the round before; that of last year's reports, or an empty one, where there was none.

    Raises:
        InputError: the round before cannot be opened.
    """
    before = campaign.previous_campaign
    if before is None:
        kept = kept_figures(campaign.folder)
        return LastYear(frozenset(kept), kept)
    with ReceiptBook(before.receipts_file) as book:
        places = standing(before, book)
    figures = {code: filing_of(place.counts, before.form).figures() for code, place in places.items() if place.counts}
    awaiting = {
        code: (last.file, filing_of(last, before.form).figures())
        for code, place in places.items()
        if place.held and (last := place.held[-1].receipt)
    }
    return LastYear(frozenset(places), figures, awaiting)
