"""Filings kept by the ten thousand: in one row each, and to the last digit what any filing holds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from casebook import EDITIONS
from fillings import random_filing

from toolkit.filing.compact import (
    CompactFiling,
    ValuesByName,
    figure_columns,
    figure_row,
    places_of,
    typed_among,
    value_row,
)
from toolkit.filing.filing import Filing
from toolkit.form.registry import form_of_edition


def kept(filing: Filing, recorded: ValuesByName | None = None) -> CompactFiling:
    """Return the filing as a round keeps it."""
    told = (filing.form, filing.organ, filing.code, filing.year, filing.answers, filing.previous)
    return CompactFiling(*told, recorded=recorded)


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_compact_filing_holds_what_any_filing_holds(edition: str) -> None:
    form = form_of_edition(edition)
    for seed in range(20):
        filing = replace(random_filing(form, 2024, seed), declared=frozenset(), pasted={})
        compact = kept(filing)
        assert {name: repr(value) for name, value in compact.values.items()} == {
            name: repr(value) for name, value in filing.values.items()
        }
        assert compact.figures() == filing.figures()
        assert list(compact.values) == list(form.fields)
        names = tuple(form.fields)
        assert figure_row(compact, names) == figure_row(filing, names) == [filing.figure(name) for name in names]
        assert value_row(compact.values, (*names, "nowhere")) == (*filing.values.values(), None)
        assert dict(typed_among(compact.values, form)) == typed_among(dict(filing.values), form)


def test_the_row_of_the_receipt_is_kept_only_where_it_is_the_same_to_the_last_digit() -> None:
    form = form_of_edition("2021")
    answers = dict.fromkeys((name for name, field in form.fields.items() if field.kind.is_required_figure), 2)
    filing = Filing(form, "甲局", "1", 2024, answers)
    row = list(filing.values.values())
    recorded = ValuesByName(places_of(tuple(form.fields)), row)
    same = kept(filing, recorded).values
    assert isinstance(same, ValuesByName)
    assert same.row is row
    total = list(form.fields).index("requests.new.total")
    for other in (15, Decimal(14), None):
        changed = ValuesByName(recorded.places, [*row[:total], other, *row[total + 1 :]])
        assert kept(filing, changed).values["requests.new.total"] == filing.values["requests.new.total"]
        assert type(kept(filing, changed).values["requests.new.total"]) is int


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_return_as_it_was_read_keeps_its_row_if_its_totals_are_right_and_nothing_was_left_out(edition: str) -> None:
    form = form_of_edition(edition)
    for seed in range(20):
        filing = replace(random_filing(form, 2024, seed), declared=frozenset(), pasted={})
        names, row = list(form.fields), list(filing.values.values())
        recorded = ValuesByName(places_of(tuple(names)), row)
        read = replace(kept(filing, recorded), answers=typed_among(recorded, form))
        assert read.values is recorded
        total = next(place for place, name in enumerate(names) if name.endswith(".total"))
        wrong = ValuesByName(recorded.places, [*row[:total], 10**9, *row[total + 1 :]])
        mended = replace(kept(filing, wrong), answers=typed_among(wrong, form)).values
        assert list(map(repr, mended.values())) == list(map(repr, row))
        given = tuple(typed_among(recorded, form))
        fewer = replace(read, answers=recorded.among(given[1:]))
        plain = replace(filing, answers={name: filing.answers[name] for name in given[1:]})
        assert list(map(repr, fewer.values.values())) == list(map(repr, plain.values.values()))


def test_the_ledger_by_columns_has_every_figure_and_nothing_else() -> None:
    form = form_of_edition("2021")
    filings = [replace(random_filing(form, 2024, seed), declared=frozenset()) for seed in range(5)]
    names = [name for name, field in form.fields.items() if field.kind.is_figure]
    columns = list(figure_columns([kept(filings[0]), *filings[1:]], names))
    assert columns == [[filing.figure(name) for filing in filings] for name in names]
    assert list(figure_columns([], names)) == []
    assert list(figure_columns(filings, [])) == []


def test_a_changed_answer_changes_the_totals() -> None:
    form = form_of_edition("2021")
    answers = dict.fromkeys((name for name, field in form.fields.items() if field.kind.is_required_figure), 1)
    plain = Filing(form, "甲局", "1", 2024, answers)
    compact = kept(plain, ValuesByName(places_of(tuple(form.fields)), list(plain.values.values())))
    after = compact.with_answers({"requests.new.natural_person": 10})
    assert after.figure("requests.new.total") == (compact.figure("requests.new.total") or 0) + 9
