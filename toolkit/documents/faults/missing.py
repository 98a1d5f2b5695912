"""What lacks is one finding: the blanks of a table or row that is not there, and a heading lost with its words.

A cell of which nobody can say what stands in it is no blank either.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from toolkit.filing.findings import Finding
    from toolkit.form.model import Form

TABLE, HEADING = "table_missing", "heading_missing"
UNREAD = frozenset(
    {TABLE, "row_missing", "rows_alike", "column_missing", "rows_joined", "cells_unclear", "cells_merged"}
)


def one_cause(findings: Iterable[Finding], form: Form) -> tuple[Finding, ...]:
    """Return findings with those that only say again what is missing put under the finding that says it."""
    every = list(findings)
    causes = {id(effect): cause for effect in every if (cause := _cause_of(effect, every, form)) is not None}
    grouped: Mapping[int, list[Finding]] = {id(cause): [] for cause in causes.values()}
    for effect in every:
        if id(effect) in causes:
            grouped[id(causes[id(effect)])].append(effect)
    return tuple(
        replace(one, follows=(*one.follows, *grouped.get(id(one), ()))) for one in every if id(one) not in causes
    )


def _cause_of(effect: Finding, every: Sequence[Finding], form: Form) -> Finding | None:
    fields = {place.field for place in effect.places}
    if effect.name in _rules(form, "required"):
        missing = {id(one): _missing_fields(one, form) for one in every if one.name in UNREAD}
        if fields <= set().union(*missing.values()):
            return next((one for one in every if fields & missing.get(id(one), set())), None)
    if effect.name == HEADING:
        silent = (one for one in every if one.name in {TABLE, *_rules(form, "required_prose")})
        return next((one for one in silent if fields == {place.field for place in one.places}), None)
    return None


def _rules(form: Form, kind: str) -> set[str]:
    return {rule.id for rule in form.rules if rule.kind == kind}


def _missing_fields(finding: Finding, form: Form) -> set[str]:
    """Return the cells that are not there; of a table named as a whole, all of them."""
    named = {place.field for place in finding.places}
    whole = {entry.id for entry in form.fields.values() if entry.table in named and entry.kind is not Kind.TEXT}
    return named | whole
