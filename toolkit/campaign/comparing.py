"""Two versions of one organ's return, cell by cell, and what became of the findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.campaign.receipts import Receipt
    from toolkit.form.model import Value


@dataclass(frozen=True, slots=True)
class Change:
    """One field that holds something else now; sheet and cell as the newer version has them."""

    field: str
    sheet: str
    cell: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two versions: cells in the order of the form, findings by their fate."""

    changes: tuple[Change, ...]
    fixed: tuple[Mapping[str, Any], ...]
    new: tuple[Mapping[str, Any], ...]
    unchanged: tuple[Mapping[str, Any], ...]


def difference(old: Receipt, new: Receipt) -> Difference:
    """Return what changed from one version to a newer one. A finding is the same when name and places are."""
    names = dict.fromkeys((*new.values, *old.values))
    changes = (
        Change(name, *new.cells.get(name, ("", "")), old.values.get(name), new.values.get(name))
        for name in names
        if old.values.get(name) != new.values.get(name)
    )
    before, after = ({_key(finding): finding for finding in receipt.findings} for receipt in (old, new))
    return Difference(
        tuple(changes),
        fixed=tuple(finding for key, finding in before.items() if key not in after),
        new=tuple(finding for key, finding in after.items() if key not in before),
        unchanged=tuple(finding for key, finding in after.items() if key in before),
    )


def _key(finding: Mapping[str, Any]) -> tuple[str, ...]:
    return finding["name"], *(place["field"] or place["sheet"] for place in finding["places"])
