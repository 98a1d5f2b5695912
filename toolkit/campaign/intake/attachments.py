"""Files that came beside a sound return and are none themselves: scans, letters, our own note to those who fill in."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from toolkit.campaign.intake.receipts import ACCEPTED, UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.round.folder import Campaign

# What a return may be, however damaged; such a file is never taken for an attachment.
_TABLES = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv", ".zip", ".rar", ".7z", ""})
_INBOX = PurePosixPath("inbox")


def attachments_among(campaign: Campaign, heads: Iterable[Receipt], unplaced: Iterable[Receipt]) -> Iterator[Receipt]:
    """Yield those of the files that count for no organ that came beside an accepted return.

    A file does if it lies with one in a folder or zip, or its name holds the name of an organ whose return is
    accepted. One that names another organ, or could be a return itself, is no attachment.
    """
    accepted = [head for head in heads if head.verdict == ACCEPTED and head.year == campaign.year]
    organs = {head.code for head in accepted}
    folders = {parent for head in accepted if (parent := PurePosixPath(head.file).parent) != _INBOX}
    for receipt in unplaced:
        path = PurePosixPath(receipt.file)
        if receipt.verdict != UNREADABLE or path.suffix.lower() in _TABLES:
            continue
        named = {organ.code for organ in campaign.roster.organs if organ.name in path.name or organ.stem in path.name}
        if named <= organs and (named or path.parent in folders):
            yield receipt
