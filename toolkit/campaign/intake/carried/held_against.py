"""What a return carries of last year, held against the record: what differs, and what the checks say by the record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.campaign.intake.receipts import filing_of
from toolkit.filing.findings import Place, locate, raise_finding, show
from toolkit.filing.movements import across_years, rules_across_years
from toolkit.workbook.examining import finding_json
from toolkit.workbook.template.blank import carried_figures

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.filing.findings import Finding
    from toolkit.form.model import Form
    from toolkit.form.values import Figure

    Found = list[Mapping[str, Any]]

DIFFERS, UNREADABLE = "last_year_differs", "last_year_unreadable"
# What says that the figures of last year a return carries are not those that were issued, so that nobody adds them.
DOUBTS_OF_LAST_YEAR = frozenset({DIFFERS, UNREADABLE})
_SHOWN = 3


def differing(receipt: Receipt, recorded: Mapping[str, Figure], form: Form, *, is_sum: bool = False) -> tuple[str, ...]:
    """Return the fields of which a return carries another figure of last year than the record has.

    A return that carries nothing was issued before there was a record, or is a document. Where the record has nothing
    of an organ, its workbook was issued with nothing. A sum made below (`is_sum`) carries what all its organs have.
    """
    carried = receipt.previous
    if not carried or carried == recorded:
        return ()
    told = {
        place["field"] for finding in receipt.findings if finding["name"] == UNREADABLE for place in finding["places"]
    }
    names = (name for name in form.fields if (name in recorded or name in carried) and name not in told)
    found = (name for name in names if recorded.get(name) != carried.get(name))
    return tuple(name for name in found if not is_sum or (name in recorded and name in carried))


def about_differing(names: tuple[str, ...], receipt: Receipt, recorded: Mapping[str, Figure], form: Form) -> Finding:
    """Return the one finding about all these fields; they stand where nobody types, so that it names no cell."""
    labels = {name: form.fields[name].label for name in names}
    shown = "、".join(
        f"“{labels[name]}”带的是 {show(receipt.previous.get(name))}，记录是 {show(recorded.get(name))}"
        for name in names[:_SHOWN]
    )
    return raise_finding(DIFFERS, [Place(name, labels[name]) for name in names], count=len(names), shown=shown)


def by_record(receipt: Receipt, found: Found, recorded: Mapping[str, Figure], form: Form, *, differs: bool) -> Found:
    """Return the findings with those across the years drawn by the record, where the return does not carry the same.

    What must carry over is held against the record by a finding of its own where the return carries something else.
    """
    rules = rules_across_years(form)
    was_drawn = any(finding["name"] == DIFFERS for finding in (*receipt.findings, *receipt.kept))
    is_bare = not receipt.previous and (recorded or any(finding["name"] in rules for finding in found))
    if not (differs or was_drawn or is_bare):
        return found
    previous = recorded if differs else recorded or receipt.previous
    is_own = carried_figures(form, previous) == carried_figures(form, receipt.previous)
    filing = replace(filing_of(receipt, form), previous=previous)
    drawn = locate(across_years(filing, with_carried=is_own), receipt.cells)
    return [*(one for one in found if one["name"] not in rules), *map(finding_json, drawn)]
