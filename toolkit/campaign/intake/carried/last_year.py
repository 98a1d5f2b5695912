"""Last year's figures of every organ, from the round before: what carries over, renamed and merged organs included."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from toolkit.campaign.intake.carried.published_reports import kept_figures, kept_prose
from toolkit.campaign.intake.receipts import ReceiptBook, filing_of
from toolkit.campaign.intake.standings import standing
from toolkit.filing.possible import possible_figures
from toolkit.filing.prose.likeness import sentences_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ
    from toolkit.form.model import Form
    from toolkit.form.values import Figure


_COMMON, _FEW = 0.2, 2  # of the organs, and how many at least, that a sentence of the office's stands with


@dataclass(frozen=True)
class LastYear:
    """What the round before knows: `figures` by the codes of that round, and the codes its roster held.

    `awaiting` are the figures of corrections that nobody has accepted or set aside yet, with the file they came in.
    `prose` are the sentences of every organ, without figures and names.
    """

    codes: frozenset[str] = frozenset()
    figures: Mapping[str, Mapping[str, Figure]] = field(default_factory=dict)
    awaiting: Mapping[str, tuple[str, Mapping[str, Figure]]] = field(default_factory=dict)
    prose: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def _common(self) -> frozenset[str]:
        """The sentences that so many organs had that they are the office's, not an organ's own."""
        spread = Counter(sentence for sentences in self.prose.values() for sentence in sentences)
        limit = max(len(self.prose) * _COMMON, _FEW)
        return frozenset(sentence for sentence, organs in spread.items() if organs > limit)

    def prose_of(self, organ: Organ) -> frozenset[str]:
        """Return the sentences an organ or one of its predecessors had of its own last year."""
        found = (self.prose.get(code, frozenset()) for code in organ.ancestors)
        return frozenset(chain.from_iterable(found)) - self._common

    def own(self, sentences: frozenset[str]) -> frozenset[str]:
        """Return those sentences that are not everyone's."""
        return sentences - self._common

    def missing(self, organ: Organ) -> tuple[str, ...]:
        """Return the codes under which an organ should have figures of last year and has none."""
        return tuple(code for code in organ.ancestors if code in self.codes and code not in self.figures)

    def awaiting_of(self, organ: Organ) -> tuple[str, Mapping[str, Figure]] | None:
        """Return the file and the organ's figures of last year as they would be were every correction accepted."""
        held = {code: self.awaiting[code] for code in organ.ancestors if code in self.awaiting}
        if not held:
            return None
        figures = {code: self.figures[code] for code in organ.ancestors if code in self.figures}
        figures |= {code: corrected for code, (_, corrected) in held.items()}
        return [*held.values()][-1][0], LastYear(self.codes, figures).of(organ)

    def of(self, organ: Organ) -> Mapping[str, Figure]:
        """Return last year's figures of an organ, its predecessors' added up; none where a part of them is missing."""
        found = [self.figures[code] for code in organ.ancestors if code in self.figures]
        if not found or self.missing(organ):
            return {}
        return found[0] if len(found) == 1 else added_up(found)

    def of_form(self, organ: Organ, form: Form) -> Mapping[str, Figure]:
        """Return those of them that a form has too; the one of last year may have had others."""
        known, fields = self.of(organ), form.fields
        return known if known.keys() <= fields.keys() else {name: one for name, one in known.items() if name in fields}


def added_up(found: Sequence[Mapping[str, Figure]]) -> Mapping[str, Figure]:
    """Return the sum of several organs' figures, of those that every one of them has: a part would pass for a whole."""
    shared = [name for name in found[0] if all(name in figures for figures in found)] if found else []
    return {name: sum(figures[name] for figures in found) for name in shared}


def last_year_of(campaign: Campaign) -> LastYear:
    """Return the record of the round before; that of last year's reports, or an empty one, where there was none.

    Raises:
        InputError: the round before cannot be opened.
    """
    before = campaign.previous_campaign
    if before is None:
        kept = kept_figures(campaign.folder)
        return LastYear(frozenset(kept), kept, prose=kept_prose(campaign.folder))
    with ReceiptBook(before.receipts_file) as book:
        places = standing(before, book)
    form = before.form
    figures = {
        code: possible_figures(form, filing_of(place.counts, form).figures())
        for code, place in places.items()
        if place.counts
    }
    awaiting = {
        code: (last.file, possible_figures(form, filing_of(last, form).figures()))
        for code, place in places.items()
        if place.held and (last := place.held[-1].receipt)
    }
    prose = {
        code: sentences_of(form, place.counts.values, (place.organ.name, place.organ.stem))
        for code, place in places.items()
        if place.counts
    }
    return LastYear(frozenset(places), figures, awaiting, prose)
