"""What last year's figures of a sum are taken from: the returns that carry them, the record where they do not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.campaign.intake.carried.held_against import DOUBTS_OF_LAST_YEAR
from toolkit.campaign.intake.carried.last_year import added_up
from toolkit.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from toolkit.campaign.board.board import Round
    from toolkit.campaign.board.parts import Share
    from toolkit.campaign.intake.carried.last_year import LastYear
    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.round.folder import Campaign
    from toolkit.form.values import Figure


@dataclass(frozen=True)
class YearBefore:
    """What a round knows of last year besides what its returns carry.

    `recorded` are the figures, by code, of organs whose return carries none or such as are doubted; they hold in place
    of its own, and where they are blank nothing is known. `new` are the codes of organs that last year's roster did not
    have: they had nothing that could be lacking.
    """

    recorded: Mapping[str, Mapping[str, Figure]] = field(default_factory=dict)
    new: frozenset[str] = frozenset()

    def of(self, share: Share) -> Mapping[str, Figure]:
        """Return last year's figures of a counted organ; none where they are not known, or it is new."""
        known = self.recorded.get(share.organ.code)
        if known is not None:
            return known
        return share.filing.previous if share.filing is not None else {}

    def unknown(self, shares: Iterable[Share]) -> int:
        """Return of how many organs figures of last year are lacking."""
        return sum(not self.of(share) and share.organ.code not in self.new for share in shares)

    def added(self, shares: Iterable[Share]) -> Mapping[str, Figure]:
        """Return the sum of those figures of last year that are known of every organ that was there."""
        return added_up([known for share in shares if (known := self.of(share)) or share.organ.code not in self.new])


def year_before(state: Round, record: Callable[[], LastYear]) -> YearBefore:
    """Return what a round knows of last year; the record is only read where a return does not say it for sure."""
    try:
        return _year_before(state, state.campaign.previous_campaign, record)
    except InputError:  # the round before cannot be opened, and the sum can do without
        return YearBefore()


def _year_before(state: Round, before: Campaign | None, record: Callable[[], LastYear]) -> YearBefore:
    campaign, organs = state.campaign, state.campaign.roster.organs
    known = frozenset(before.roster.by_code) if before is not None else None
    new = {organ.code for organ in organs if known is not None and known.isdisjoint(organ.ancestors)}
    doubted = {
        code for code, receipt in state.accepted.items()
        if (not receipt.previous and code not in new) or _is_doubted(receipt)
    }  # fmt: skip
    if not doubted:
        return YearBefore(new=frozenset(new))
    book = record()
    recorded = {organ.code: book.of_form(organ, campaign.form) for organ in organs if organ.code in doubted}
    return YearBefore(recorded, frozenset(new))


def _is_doubted(receipt: Receipt) -> bool:
    """Return whether a finding, shown or not, says that last year's figures are not what was issued."""
    return any(finding["name"] in DOUBTS_OF_LAST_YEAR for finding in (*receipt.findings, *receipt.kept))
