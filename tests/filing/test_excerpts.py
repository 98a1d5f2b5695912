"""A finding's quotation: a number is never cut in two, and what was left out is told by dots."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.filing.excerpts import DOTS, beginning, passage


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("已办结3521件", 20, "已办结3521件"),
        ("已办结3521件", 5, "已办结……"),
        ("已办结3521件", 7, "已办结3521……"),
        ("1234567890" * 5, 20, f"{'1234567890' * 2}……"),  # no number, and cut where it must be
        ("3521件", 2, "35……"),
        ("", 5, ""),
    ],
)
def test_a_beginning_stops_before_a_number_it_would_cut(text: str, most: int, shown: str) -> None:
    assert beginning(text, most) == shown


@pytest.mark.parametrize(
    ("text", "start", "end", "shown"),
    [
        ("其中予以公开1431件，部分公开9件。", 2, 8, "……予以公开1431……"),
        ("共3,521.5元。", 2, 4, "……3,521.5……"),
        ("  予以公开  ", 2, 6, "予以公开"),
        ("予以公开", -5, 50, "予以公开"),
    ],
)
def test_a_passage_has_its_numbers_whole(text: str, start: int, end: int, shown: str) -> None:
    assert passage(text, start, end) == shown


@given(st.text("甲乙12.，", max_size=80), st.integers(0, 90))
def test_a_beginning_is_never_longer_than_asked(text: str, most: int) -> None:
    shown = beginning(text, most)
    assert len(shown.removesuffix(DOTS)) <= most
    assert shown == text or (shown.endswith(DOTS) and text.startswith(shown.removesuffix(DOTS)))
