"""What the reports of a round hold that nobody may publish: private data and the office's forbidden words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.filing.bounding import few_of_each
from toolkit.filing.prose.personal import check_personal, forbidden_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.campaign.board.board import Round
    from toolkit.campaign.merge.adding import Merged
    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding


@dataclass(frozen=True, slots=True)
class Private:
    """One finding about what a report would make public, and whose report; `code` is '' for the report of the whole."""

    organ: str
    code: str
    finding: Finding


def private_findings(state: Round, merged: Merged, *, is_of_all: bool) -> tuple[Private, ...]:
    """Return what the report of the whole holds that nobody may publish, and on request what every organ's holds."""
    campaign = state.campaign
    filings: list[tuple[str, str, Filing]] = [(campaign.government or merged.whole.organ, "", merged.whole)]
    if is_of_all:
        organs = campaign.roster.depth_first()
        filings += [(one.name, one.code, state.returns[one.code]) for one in organs if one.code in state.returns]
    return tuple(
        Private(organ, code, finding)
        for organ, code, filing in filings
        for finding in few_of_each(_findings(filing, campaign.forbidden))
    )


def _findings(filing: Filing, forbidden: tuple[str, ...]) -> Iterator[Finding]:
    yield from check_personal(filing)
    yield from forbidden_words(filing, forbidden)
