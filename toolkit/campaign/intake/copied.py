"""Explanations that several organs give word for word: they explain nothing, and what they closed is open again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.campaign.intake.standings import standing_by
from toolkit.filing.explanations import COPIED_WORDS, EXPLAINED, LEAST_EXPLANATION, bare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from toolkit.campaign.intake.history import Event
    from toolkit.campaign.intake.receipts import Receipt, ReceiptBook
    from toolkit.campaign.intake.standings import Standing
    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ

_PIECE = 1_000  # receipts read at a time


def bare_of(organ: Organ, written: str) -> str:
    """Return what of an explanation is compared: neither the organ's own name nor punctuation; '' if hardly any."""
    if not written:
        return ""
    said = bare(written.replace(organ.name, "").replace(organ.stem, ""))
    return said if len(said) >= LEAST_EXPLANATION else ""


def copied_by(told: Iterable[tuple[Organ, Receipt]]) -> Mapping[str, frozenset[str]]:
    """Return by the code of each organ which of its explanations, as `bare_of` leaves them, another organ gives too."""
    givers: defaultdict[str, set[str]] = defaultdict(set)
    for organ, receipt in told:
        for finding in receipt.findings:
            if said := bare_of(organ, finding.get("explanation", "")):
                givers[said].add(organ.code)
    copied: defaultdict[str, set[str]] = defaultdict(set)
    for said, codes in givers.items():
        for code in codes if len(codes) > 1 else ():
            copied[code].add(said)
    return {code: frozenset(said) for code, said in copied.items()}


def reopened(organ: Organ, receipt: Receipt, copied: Mapping[str, frozenset[str]]) -> Receipt:
    """Return a receipt; what nothing but a copied explanation closed is open again and says why."""
    known = copied.get(organ.code)
    if not known:
        return receipt
    findings = tuple(
        {**finding, "closed": "", "message": f"{finding['message']}{COPIED_WORDS}"}
        if finding.get("closed") == EXPLAINED and bare_of(organ, finding["explanation"]) in known
        else finding
        for finding in receipt.findings
    )
    return replace(receipt, findings=findings)


def told_of(place: Standing) -> Iterator[Receipt]:
    """Yield the versions of an organ whose explanations are its word: what must be mended, and what counts."""
    if place.unfit is not None:
        yield place.unfit
    if place.counts is not None and place.counts is not place.unfit:
        yield place.counts


def judged_standings(
    campaign: Campaign, receipts: Sequence[Receipt], events: Sequence[Event], today: date
) -> Mapping[str, Standing]:
    """Return where every organ stands, as `standing_by` does, no finding closed by an explanation that is copied."""
    places = standing_by(campaign, receipts, events, today)
    copied = copied_by((place.organ, receipt) for place in places.values() for receipt in told_of(place))
    if not copied:
        return places
    roster = campaign.roster.by_code
    judged = [reopened(roster[one.code], one, copied) if one.code in copied else one for one in receipts]
    return standing_by(campaign, judged, events, today)


@dataclass(frozen=True)
class Copies:
    """The explanations of a round, read from its book only when a return is met whose findings one of them closes."""

    book: ReceiptBook
    places: Mapping[str, Standing]

    def judged(self, organ: Organ, receipt: Receipt) -> Receipt:
        """Return a receipt; what nothing but a copied explanation closed is open again and says why."""
        is_explained = any(finding.get("closed") == EXPLAINED for finding in receipt.findings)
        return reopened(organ, receipt, self._copied) if is_explained else receipt

    @cached_property
    def _copied(self) -> Mapping[str, frozenset[str]]:
        return copied_by(self._told())

    def _told(self) -> Iterator[tuple[Organ, Receipt]]:
        heads = [(place.organ, head) for place in self.places.values() for head in told_of(place)]
        for start in range(0, len(heads), _PIECE):
            piece = heads[start : start + _PIECE]
            whole = self.book.wholes([head for _, head in piece])
            yield from zip((organ for organ, _ in piece), whole, strict=True)
