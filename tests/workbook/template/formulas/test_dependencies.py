"""What a result rests on: every figure and state it looks up is named, so that no change of one goes unseen."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from workbooks import YEARS

from toolkit.workbook.layout import lay_out
from toolkit.workbook.template.blank import blank_filing
from toolkit.workbook.template.formulas.dependencies import items_read, state_of
from toolkit.workbook.template.formulas.sheet_results import SheetResults
from toolkit.workbook.template.formulas.sheets import live_formulas

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.form.model import Form
    from toolkit.form.values import Figure

ODD: tuple[Figure, ...] = (-3, Decimal("2.5"), 10**12)


def blank(form: Form, previous: Mapping[str, Figure]) -> SheetResults:
    return SheetResults(lay_out(form), blank_filing(form, "甲局", "01", YEARS[form.edition], previous)[0])


@pytest.mark.parametrize("seed", range(6))
def test_a_result_is_the_same_while_all_it_looked_up_is(form: Form, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 (the same every time)
    figures = [name for name, field in form.fields.items() if field.kind.is_figure]
    before: dict[str, Figure] = {name: dice.choice((0, dice.randrange(1, 400))) for name in figures}
    changed = {name: dice.choice((0, 5, *ODD)) for name in dice.sample(figures, min(len(figures), 8 + seed * 8))}
    one, other = blank(form, before), blank(form, {**before, **changed})
    states = state_of(one), state_of(other)
    told = {False: 0, True: 0}
    for live in live_formulas(lay_out(form)):
        items = items_read(live.result, one)
        same = all(states[0][name].get(key) == states[1][name].get(key) for name, key in items)
        told[same] += 1
        assert not same or live.result(one) == live.result(other), live.spot
    assert told[True] > 100
    assert told[False] > 0


def test_what_was_not_there_and_what_was_gone_through_are_named(form: Form) -> None:
    now = blank(form, {})
    assert items_read(lambda seen: seen.filing.previous.get("nothing"), now) == {("previous", "nothing")}
    whole = items_read(lambda seen: list(seen.filing.values), now)
    assert whole == {("values", name) for name in form.fields}
    assert items_read(lambda seen: len(seen.filing.values), now) == whole
