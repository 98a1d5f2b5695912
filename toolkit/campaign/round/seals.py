"""The campaign's mark on a workbook: shows, when it comes back, that this campaign issued it to this organ."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.campaign.round.folder import Campaign

_LENGTH = 24  # of 64 hexadecimal digits; nobody guesses 96 bits, and the mark stays readable


def seal_of(campaign: Campaign, code: str) -> str:
    """Return the seal of an organ's workbook: a keyed hash over code, year and edition; empty where the key is lost."""
    if campaign.key.is_lost:
        return ""
    told = f"{code}|{campaign.year}|{campaign.form.edition}"
    return hmac.new(campaign.key.seal.encode(), told.encode(), hashlib.sha256).hexdigest()[:_LENGTH]
