"""The check code: what it tells apart, and that the sheet says the same as Python."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from casebook import SMALL, full_answers, full_filing, undeclared
from fillings import random_filing
from hypothesis import given, settings
from hypothesis import strategies as st
from workbooks import YEARS, look_at

from toolkit.filing.checkcode import MODULUS, PRIME, check_code, coded_fields, weight
from toolkit.filing.filing import Filing
from toolkit.form.registry import form_of_edition
from toolkit.form.values import Kind
from toolkit.workbook.examining import examined_json
from toolkit.workbook.layout import COVER_CODE_LINE_ROW, COVER_VALUE, cell_name, lay_out
from toolkit.workbook.template.formulas.sheets import foot_row
from toolkit.workbook.template.workbook import write_workbook
from toolkit.xlsx.package import open_package

if TYPE_CHECKING:
    from toolkit.form.model import Form

EDITIONS = st.sampled_from(sorted(YEARS))
FIGURES = st.one_of(st.none(), st.integers(0, 30), st.integers(0, MODULUS - 1))


def drawn(draw: st.DataObject, edition: str) -> tuple[Filing, str]:
    """Return a random filing of an edition and one of its typed figures."""
    form = form_of_edition(edition, SMALL)
    seed = draw.draw(st.integers(0, 200), label="seed")
    # Where a blank is declared nought, or another cell is taken, a typed figure may change without changing a value.
    filing = replace(random_filing(form, YEARS[edition], seed), declared=frozenset(), pasted={})
    field = draw.draw(st.sampled_from([field.id for field in coded_fields(form)]), label="field")
    return filing, field


@settings(max_examples=150, deadline=None)
@given(EDITIONS, st.data(), FIGURES, FIGURES)
def test_any_one_figure_changed_gives_another_code(edition: str, draw: st.DataObject, one: int, other: int) -> None:
    filing, name = drawn(draw, edition)
    if filing.form.fields[name].kind is Kind.AMOUNT:
        one, other = (None if value is None else value % 9 for value in (one, other))
    if one != other:
        assert check_code(filing.with_answers({name: one})) != check_code(filing.with_answers({name: other}))


@settings(max_examples=150, deadline=None)
@given(EDITIONS, st.data())
def test_two_figures_swapped_give_another_code(edition: str, draw: st.DataObject) -> None:
    filing, one = drawn(draw, edition)
    other = draw.draw(st.sampled_from([field.id for field in coded_fields(filing.form)]), label="other")
    values = {one: filing.values[other], other: filing.values[one]}
    kinds = {filing.form.fields[name].kind for name in (one, other)}
    numbers = all(isinstance(value, int) and 0 <= value < MODULUS for value in values.values())
    if len(kinds) == 1 and numbers and len(set(values.values())) > 1:
        assert check_code(filing.with_answers(values)) != check_code(filing)


@pytest.mark.parametrize("edition", YEARS)
def test_every_neighbour_swapped_and_every_blank_gives_another_code(edition: str) -> None:
    form = form_of_edition(edition, SMALL)
    fields = [field.id for field in coded_fields(form) if field.kind is not Kind.AMOUNT]
    filing = full_filing(form).with_answers({name: place % 7 + 1 for place, name in enumerate(fields)})
    plain = check_code(filing)
    for one, other in itertools.pairwise(fields):
        swapped = {one: filing.answers[other], other: filing.answers[one]}
        if filing.answers[one] != filing.answers[other]:
            assert check_code(filing.with_answers(swapped)) != plain
    noughts = undeclared(form)
    blanks = [check_code(noughts.with_answers({field.id: None})) for field in coded_fields(form)]
    assert check_code(noughts) not in blanks
    assert len(set(blanks)) == len(blanks)


def test_last_digits_of_an_amount_count(form: Form) -> None:
    for field in (field for field in form.fields.values() if field.kind is Kind.AMOUNT):
        codes = {
            check_code(full_filing(form).with_answers({field.id: Decimal(amount)}))
            for amount in ("0", "0.000001", "0.01", "59237.2449", "59237.2440")
        }
        assert len(codes) == 5


def test_the_year_counts_and_what_is_not_a_figure_does_not(form: Form) -> None:
    filing = full_filing(form)
    later = Filing(form, filing.organ, filing.code, filing.year + 1, filing.answers)
    assert check_code(later) != check_code(filing)
    prose = next(field.id for field in form.fields.values() if field.kind is Kind.TEXT)
    assert check_code(filing.with_answers({prose: None})) == check_code(filing)


def test_the_code_is_seven_digits_to_read_out(form: Form) -> None:
    for seed in range(20):
        assert re.fullmatch(r"\d{3}-\d{4}", check_code(random_filing(form, YEARS[form.edition], seed)))


def test_the_sheet_computes_exactly(form: Form) -> None:
    # Weight times figure, and the sum of all terms, stay where binary numbers are exact.
    weights = [weight(place) for place, _ in enumerate(coded_fields(form))]
    assert len(set(weights)) == len(weights)
    assert max(weights) * (MODULUS + 1) < 2**53
    assert all(0 < one < PRIME for one in weights)


def test_the_code_is_on_the_cover_at_the_foot_of_every_sheet_and_in_the_json(form: Form) -> None:
    filing = random_filing(form, YEARS[form.edition], 8)
    code, data = check_code(filing), write_workbook(filing)
    package = open_package(data)
    assert package.cells(form.words.cover)[cell_name(COVER_CODE_LINE_ROW, COVER_VALUE)].value == code
    for section in form.sections:
        foot = cell_name(foot_row(lay_out(form), section), 1)
        assert package.cells(section.sheet)[foot].value == lay_out(form).wording.lines.code.format(code=code)
    assert examined_json(look_at(data))["check_code"] == code


def test_the_code_of_a_given_filing_never_changes(form_2021: Form) -> None:
    """Paper is stamped with it: a release that computes another code breaks every receipt."""
    fixed = Filing(form_2021, "甲", "1", 2024, full_answers(form_2021) | {"requests.new.natural_person": 12})
    assert check_code(fixed) == "492-0996"
