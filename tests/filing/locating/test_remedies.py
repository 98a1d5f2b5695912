"""What a cell may be changed to: worked out from the cells a check looks at, and the same as over the whole filing."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from toolkit.filing.checking import SEVERITIES
from toolkit.filing.filing import Filing
from toolkit.filing.locating.remedies import is_allowed
from toolkit.form.cellrules import cell_checks
from toolkit.form.checks import Relation
from toolkit.form.registry import form_of_edition
from toolkit.form.rules import total_parts
from toolkit.form.values import Kind


def breaks_nothing(filing: Filing, changes: dict[str, int]) -> bool:
    """Say the same as `is_allowed`, over every value and every check of the filing that is meant."""
    meant = {field: filing.typed_figure(field) + change for field, change in changes.items()}
    kinds = {field: filing.form.fields[field].kind for field in meant}
    judges = cell_checks(filing.form)
    if any(check.judge(value) for field, value in meant.items() for check in judges.get(kinds[field], ())):
        return False
    if any(kinds[field] is Kind.COMPUTED and value < 0 <= filing.typed_figure(field) for field, value in meant.items()):
        return False
    after = filing.mended(meant).outcomes
    return not any(
        outcome.state not in SEVERITIES and after[check].state in SEVERITIES
        for check, outcome in filing.outcomes.items()
        if check.relation is not Relation.EQUAL
    )


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_what_a_change_breaks_is_the_same_as_over_the_whole_filing(edition: str):
    form, dice = form_of_edition(edition), random.Random(f"allowed {edition}")  # noqa: S311
    typed = [name for name, field in form.fields.items() if field.kind.is_required_figure]
    totals = list(total_parts(form))
    said = set()
    for _ in range(60):
        answers = {name: dice.choice((0, 0, 1, 5, 40, None)) for name in typed}
        before = {name: dice.choice((0, 3, 60)) for name in (*typed, *totals)}
        filing = Filing(form, "某局", "", form.first_year, answers, before)
        if dice.random() < 0.5:
            filing = replace(filing, stated={name: filing.values[name] for name in totals})
        fields = [*typed, *filing.stated]
        for _ in range(20):
            changes = {name: dice.choice((-30, -1, 1, 30)) for name in dice.sample(fields, dice.choice((1, 1, 2)))}
            said.add(is_allowed(filing, changes))
            assert is_allowed(filing, changes) is breaks_nothing(filing, changes), changes
    assert said == {True, False}
