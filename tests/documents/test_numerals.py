"""Numbers as people write them: what is taken, in what manner, and what is asked, with cause and likely number."""

from __future__ import annotations

import tomllib
from decimal import Decimal

import pytest
from casebook import ROOT
from hypothesis import given
from hypothesis import strategies as st

from toolkit.documents.numerals import Doubt, Manner, read_number

CASES = tomllib.loads((ROOT / "tests" / "documents" / "numerals.toml").read_text(encoding="utf-8"), parse_float=Decimal)


@pytest.mark.parametrize("case", CASES["taken"], ids=lambda case: repr(case["text"]))
def test_what_is_unmistakable_is_taken(case: dict[str, object]) -> None:
    found = read_number(str(case["text"]), str(case.get("unit", "件")))
    assert (found.value, found.manner, found.doubt) == (case["value"], Manner(str(case["manner"])), None)
    assert not isinstance(found.value, float)


@pytest.mark.parametrize("case", CASES["asked"], ids=lambda case: repr(case["text"]))
def test_what_is_not_is_asked_with_its_cause(case: dict[str, object]) -> None:
    found = read_number(str(case["text"]), str(case.get("unit", "件")))
    assert (found.value, found.doubt, found.likely) == (None, Doubt(str(case["doubt"])), case.get("likely"))


def test_every_manner_and_every_doubt_has_a_case_and_words() -> None:
    assert {case["manner"] for case in CASES["taken"]} == set(Manner)
    assert {case["doubt"] for case in CASES["asked"]} == set(Doubt)
    assert all(one.label for one in (*Manner, *Doubt))


@pytest.mark.parametrize("text", ["", " ", "\u3000\u200b", "\n"])
def test_what_shows_nothing_is_blank(text: str) -> None:
    assert read_number(text) == read_number("")
    assert read_number(text).doubt is None


FULL_WIDTH = str.maketrans("0123456789,", "０１２３４５６７８９，")
SIGNS = "0123456789０①〇一十万亿元件,，. +-—/约余TRUE#%()\u200b\n=oOl"


@given(st.integers(0, 10**12), st.sampled_from(["{:,}", "{}", "+{}", "{:,}件", "{} 件"]))
def test_a_number_dressed_up_is_the_number(value: int, manner: str) -> None:
    written = manner.format(value)
    for text in (written, f"\u3000{written}\n", written.translate(FULL_WIDTH)):
        assert read_number(text, "件").value == value


@given(st.text(alphabet=SIGNS, max_size=100), st.sampled_from(["件", "万元", ""]))
def test_any_text_is_taken_asked_or_blank(text: str, unit: str) -> None:
    found = read_number(text, unit)
    assert (found.value is None) == (found.manner is None)
    assert found.value is None or found.doubt is None


@given(st.text(max_size=60))
def test_no_text_stops_it(text: str) -> None:
    found = read_number(text, "万元")
    assert not isinstance(found.value, float)
    assert not isinstance(found.likely, float)
