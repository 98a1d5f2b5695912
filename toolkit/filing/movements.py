"""Figures held against last year's: by another last year than a return carries, by another bound than the form's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.filing.checking import SEVERITIES, relation_finding
from toolkit.filing.explanations import with_explanations
from toolkit.form.checks import Relation
from toolkit.form.rules import bind_rules, table_rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding
    from toolkit.form.checks import Check
    from toolkit.form.model import Form
    from toolkit.form.values import Figure


def rules_across_years(form: Form) -> frozenset[str]:
    """Return the names of the findings that hold figures against last year's."""
    return frozenset(check.rule for check in bind_rules(form) if check.previous_fields)


def across_years(filing: Filing, *, with_carried: bool) -> tuple[Finding, ...]:
    """Return what the form finds where figures are held against last year's; what must carry over as one is asked."""
    found = [
        relation_finding(filing, check, outcome)
        for check, outcome in filing.outcomes.items()
        if check.previous_fields and outcome.state in SEVERITIES and (with_carried or not _settles(filing.form, check))
    ]
    return with_explanations(found, lambda _: "")


def _settles(form: Form, check: Check) -> bool:
    kind = table_rule(form.rule(check.rule))
    return kind is not None and kind.settles


def movement_rules(form: Form) -> frozenset[str]:
    """Return the names of the findings that say a figure is far from last year's."""
    return frozenset(check.rule for check in bind_rules(form) if check.relation is Relation.STEADY)


def moved(filing: Filing, previous: Mapping[str, Figure], times: int) -> tuple[Finding, ...]:
    """Return a finding for every figure the form holds against last year's that is `times` it or one `times`th.

    One whose explanation says something is closed.
    """
    found = []
    for check in bind_rules(filing.form):
        if check.relation is Relation.STEADY:
            bound = replace(check, times=times)
            outcome = bound.check(filing.values, previous)
            if outcome.state in SEVERITIES:
                found.append(relation_finding(filing, bound, outcome))
    return with_explanations(found, lambda _: "")
