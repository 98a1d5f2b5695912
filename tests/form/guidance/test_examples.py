"""The invented example of every form keeps its own balance, and the answers are short."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from toolkit.form.consistency import LONGEST_ANSWER, find_mistakes
from toolkit.form.guidance.entries import ExampleRow, Question
from toolkit.form.guidance.examples import balance_of, example_figures, example_sides

if TYPE_CHECKING:
    from toolkit.form.model import Form


def test_the_example_balances(form: Form) -> None:
    left, right = example_sides(form)
    assert sum(left) == sum(right) > 0
    assert balance_of(form).kind == "balance"


def test_the_total_of_the_example_is_worked_out(form_2021: Form) -> None:
    assert example_figures(form_2021)["results_total"] == 9


def test_questions_have_short_answers(form: Form) -> None:
    assert form.questions
    assert all(question.ask and len(question.answer) <= LONGEST_ANSWER for question in form.questions)


@pytest.mark.parametrize(
    ("rows", "told"),
    [((("new", 8), ("carried_out", 1)), "不平衡"), ((("newest", 8),), "不在表")],
)
def test_an_example_that_cannot_be_drawn_is_told(form_2021: Form, rows: tuple[tuple[str, int], ...], told: str) -> None:
    changed = replace(form_2021, example=tuple(ExampleRow(*row) for row in rows))
    assert any(told in mistake for mistake in find_mistakes(changed))


def test_an_answer_that_nobody_would_read_is_told(form_2021: Form) -> None:
    changed = replace(form_2021, questions=(Question("为什么？", "因为" * 40),))
    assert any("最多 60 个字" in mistake for mistake in find_mistakes(changed))
