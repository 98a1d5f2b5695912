"""Prose broken into printed lines: nothing lost, nothing twice, no line that begins with a comma."""

from __future__ import annotations

import pytest

from toolkit.workbook.template.printed.breaking import Line, broken, width_of, widths
from toolkit.workbook.wording.languages import WORDINGS

CHINESE, ENGLISH = WORDINGS["zh-CN"].printed, WORDINGS["en"].printed
LONG = "本机关依法公开" * 40


def lines(text: str, count: int = 60, words: object = CHINESE) -> list[str]:
    found = broken(text, width_of(text, count, words), count, words)  # type: ignore[arg-type]
    return [line.text for line in found if line.taken]


@pytest.mark.parametrize("text", ["", "一段\n", "一段\n\n二段\n", f"{LONG}\n", f"{LONG}\n短\n{LONG}\n"])
def test_nothing_is_lost_and_nothing_stands_twice(text: str) -> None:
    assert "".join(lines(text)) == text.replace("\n", "")


def test_a_paragraph_begins_a_line() -> None:
    assert lines("甲\n乙\n") == ["甲", "乙"]


def test_a_line_holds_more_where_half_of_it_are_digits() -> None:
    plain, figures = lines("字" * 100 + "\n")[0], lines("12345" * 40 + "\n")[0]
    assert len(plain) == CHINESE.line
    assert len(figures) > len(plain)


def test_no_line_begins_with_a_closing_mark() -> None:
    first, second = lines("字" * CHINESE.line + "，后面" + "\n")
    assert first.endswith("，")
    assert second == "后面"


def test_english_is_broken_between_words() -> None:
    text = "word " * 60
    found = lines(f"{text}\n", words=ENGLISH)
    assert "".join(found) == text
    assert all(line.endswith(" ") for line in found)


def test_a_long_text_is_printed_smaller_and_one_that_is_too_long_says_so() -> None:
    usual, *_, most = widths(CHINESE)
    assert width_of("字" * 100 + "\n", 10, CHINESE) == usual
    assert usual < width_of("字" * usual * 12 + "\n", 10, CHINESE) < most
    endless = "字" * most * 20 + "\n"
    *_, last = broken(endless, width_of(endless, 10, CHINESE), 10, CHINESE)
    assert last.text == CHINESE.cut


def test_a_line_says_where_it_starts() -> None:
    first, second, third = broken("甲乙\n丙\n", 42, 3, CHINESE)
    assert (first, second) == (Line(1, 42, 2, "甲乙"), Line(4, 42, 1, "丙"))
    assert (third.start, third.taken, third.text) == (6, 0, "")
