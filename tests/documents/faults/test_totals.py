"""Printed totals: one wrong cell is always located; lines that were never filled are one finding."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from casebook import example_filing

from toolkit.documents.faults.totals import total_findings
from toolkit.documents.figures import Found, Sure
from toolkit.form.rules import total_parts

if TYPE_CHECKING:
    from toolkit.filing.findings import Finding
    from toolkit.form.model import Form
    from toolkit.form.values import Value


def printed(name: str) -> tuple[Form, dict[str, Found]]:
    """Return a published example's figures as a document prints them."""
    filing = example_filing(name)
    figures = {key: value for key, value in filing.values.items() if filing.form.fields[key].kind.is_figure}
    return filing.form, {key: found_at(key, 0 if value is None else value) for key, value in figures.items()}


def found_at(name: str, value: Value) -> Found:
    return Found(value, name, "" if value is None else str(value), Sure.READ)


def findings(form: Form, found: dict[str, Found], changes: dict[str, Value]) -> list[Finding]:
    return list(total_findings(form, found | {name: found_at(name, value) for name, value in changes.items()}))


@pytest.mark.parametrize("name", ["suqian_2024", "erqi_2020"])
def test_a_single_wrong_cell_of_the_crossed_table_is_located_always(name: str) -> None:
    form, found = printed(name)
    rng = random.Random(name)  # noqa: S311
    cells = [key for key in found if key.startswith("requests.")]
    for cell in rng.sample(cells, 60):
        right = found[cell].value
        assert isinstance(right, int)
        wrong = right + rng.choice((1, 9, 10, 100))
        (finding,) = findings(form, found, {cell: wrong})
        assert (finding.suspects[0].field, finding.suspects[0].value) == (cell, right)


def test_a_column_of_totals_that_was_never_filled_is_one_finding() -> None:
    form, found = printed("suqian_2024")
    column = [name for name in total_parts(form) if name.startswith("requests.") and name.endswith(".total")]
    (finding,) = findings(form, found, dict.fromkeys(column, None))
    assert finding.name == "total_line_unfilled"
    assert finding.message.startswith("“总计”没有填：")
    assert {one.field: one.value for one in finding.suspects} == {
        name: found[name].value for name in column if found[name].value
    }
    assert [(one.name, len(one.places)) for one in finding.follows] == [("totals_blank", len(column))]


def test_a_blank_total_beside_filled_ones_is_told_as_blank() -> None:
    form, found = printed("suqian_2024")
    named = findings(form, found, {"requests.new.total": None})
    assert [one.name for one in named] == ["total_differs", "totals_blank"]
    assert named[0].suspects[0].value == found["requests.new.total"].value
