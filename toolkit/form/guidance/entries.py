"""The entries of a form that help to fill it in, as its definition states them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """What clerks ask about the form, and the short answer."""

    ask: str
    answer: str


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """A row of the invented example on the help sheet, with the figure of one column."""

    row: str
    figure: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A standard sentence, with marks, that a clerk may use in a prose section."""

    section: str
    text: str
