"""Two versions of one organ's return: what the clerk typed anew, and what became of the findings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.form.model import Form
    from toolkit.form.values import Value

Findings = tuple["Mapping[str, Any]", ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One typed field that holds something else now; sheet and cell as the newer version has them."""

    field: str
    sheet: str
    cell: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two versions: typed cells in the order of the form, findings by their fate."""

    changes: tuple[Change, ...]
    fixed: Findings
    new: Findings
    unchanged: Findings


def difference(form: Form, old: Receipt, new: Receipt) -> Difference:
    """Return what changed from one version to a newer one. A finding is the same when name and places are."""
    typed = (field.id for field in form.fields.values() if field.kind is not Kind.COMPUTED)
    changes = (
        Change(name, *new.cells.get(name, ("", "")), old.values.get(name), new.values.get(name))
        for name in typed
        if old.values.get(name) != new.values.get(name)
    )
    unchanged, fresh = _parted(new.findings, old.findings)
    _, fixed = _parted(old.findings, new.findings)
    return Difference(tuple(changes), fixed, fresh, unchanged)


def _parted(findings: Findings, others: Findings) -> tuple[Findings, Findings]:
    """Return the findings that the others have too, and those they do not have, or not as often."""
    left = Counter(map(_key, others))
    common: list[Mapping[str, Any]] = []
    beyond: list[Mapping[str, Any]] = []
    for finding in findings:
        key = _key(finding)
        (common if left[key] else beyond).append(finding)
        left[key] = max(0, left[key] - 1)
    return tuple(common), tuple(beyond)


def _key(finding: Mapping[str, Any]) -> tuple[str, ...]:
    return finding["name"], *(place["field"] or place["sheet"] for place in finding["places"])
