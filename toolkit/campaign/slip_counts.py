"""How people really mistyped: what was changed between a return that was sent back and the one that came after it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from toolkit.campaign.intake.receipts import ReceiptBook
from toolkit.campaign.intake.standings import is_stray
from toolkit.campaign.round.folder import open_campaign
from toolkit.errors import InputError
from toolkit.filing.locating.slips import Shares, counted_shares, named_shares, slip_between
from toolkit.workbook.examining import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.round.folder import Campaign
    from toolkit.form.values import Figure

MOST_CHANGED = 3  # cells; who changes more did not mend a slip of the fingers
UNNAMED = "说不出怎样打错的"


@dataclass(frozen=True)
class SlipCounts:
    """How often each way to mistype was mended.

    `mended` are the returns sent again after they were sent back, `few` those of them in which no more than three
    figures were changed; only these are counted in `ways`.
    """

    mended: int
    few: int
    ways: Mapping[str, int]

    @property
    def cells(self) -> int:
        """How many figures were changed in all."""
        return sum(self.ways.values())


def slips_of(folders: Iterable[Path]) -> SlipCounts:
    """Return the slips that were mended in these rounds.

    Raises:
        InputError: a folder holds no round, or its settings are not sound.
    """
    changes = [changed for folder in folders for changed in _changes(open_campaign(folder))]
    few = [changed for changed in changes if 0 < len(changed) <= MOST_CHANGED]
    ways = Counter(slip_between(old, new).words or UNNAMED for changed in few for old, new in changed)
    return SlipCounts(len(changes), len(few), dict(ways.most_common()))


def shares_for(campaign: Campaign) -> Shares:
    """Return the shares of the ways to mistype as the rounds before this one and what is assumed give them."""
    folders, known = [], campaign
    try:
        while (before := known.previous_campaign) is not None and before.folder not in folders:
            folders.append(before.folder)
            known = before
        return counted_shares(slips_of(folders).ways)
    except InputError:  # ranking does not rest on it
        return counted_shares({})


def _changes(campaign: Campaign) -> Iterator[list[tuple[Figure, Figure]]]:
    """Yield for every return that came after one to be mended the figures that differ, old and new."""
    if not campaign.receipts_file.exists():
        return
    by_organ: defaultdict[str, list[Receipt]] = defaultdict(list)
    with ReceiptBook(campaign.receipts_file) as book:
        for receipt in book.all():
            if not is_stray(campaign, receipt):
                by_organ[receipt.code].append(receipt)
    typed = [name for name, entry in campaign.form.fields.items() if entry.kind.is_required_figure]
    for receipts in by_organ.values():
        for old, new in pairwise(sorted(receipts, key=lambda receipt: (receipt.sent_at, receipt.seq))):
            if old.verdict == Verdict.NEEDS_FIXING:
                pairs = ((old.values.get(name), new.values.get(name)) for name in typed)
                numbers = [(a, b) for a, b in pairs if isinstance(a, int | Decimal) and isinstance(b, int | Decimal)]
                yield [(a, b) for a, b in numbers if a != b]


def slips_json(counts: SlipCounts) -> dict[str, Any]:
    """Return the counts as the JSON of `xxgk rules --slips` has them.

    `assumed` is the share that ranking assumes, `used` the one by which the round after these ranks.
    """
    assumed, used = named_shares(), named_shares(counted_shares(counts.ways))
    ways = [
        {"way": way, "count": counts.ways.get(way, 0), "assumed": assumed.get(way), "used": used.get(way)}
        for way in dict.fromkeys((*counts.ways, *assumed))
    ]
    return {"mended": counts.mended, "few": counts.few, "cells": counts.cells, "ways": ways}
