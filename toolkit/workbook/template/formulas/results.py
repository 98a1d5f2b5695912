"""How results read in the workbook: the words for each state, as values and as the expressions that give them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from toolkit.filing.findings import show
from toolkit.form.checks import State, rounded
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolkit.filing.filing import Filing
    from toolkit.form.checks import Check, Outcome
    from toolkit.form.values import Figure
    from toolkit.workbook.layout import Layout, Spot
    from toolkit.workbook.wording.words import StateWords

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class FormulaCell:
    """One formula cell: where, what it says (without `=`), what it gives."""

    spot: Spot
    formula: str
    value: Figure | str


@dataclass(frozen=True)
class SheetCounts:
    """How many errors, blanks and doubts a part of the workbook has."""

    errors: int = 0
    blanks: int = 0
    doubts: int = 0

    def __add__(self, other: SheetCounts) -> SheetCounts:
        """Return the sum of two sheet_counts."""
        return SheetCounts(self.errors + other.errors, self.blanks + other.blanks, self.doubts + other.doubts)

    def text(self, words: StateWords) -> str:
        """Return how a sheet stands, as it shows it."""
        if self.errors + self.blanks == 0:
            return words.sound if self.doubts == 0 else words.sound_doubts.format(doubts=self.doubts)
        parts = [words.errors.format(errors=self.errors)] if self.errors else []
        return words.comma.join([*parts, words.blanks.format(blanks=self.blanks)] if self.blanks else parts)

    def verdict(self, words: StateWords) -> str:
        """Return the verdict on the whole workbook, as the cover shows it."""
        if self.errors + self.blanks == 0:
            return words.ready if self.doubts == 0 else words.ready_doubts.format(doubts=self.doubts)
        return words.wanting.format(errors=self.errors, blanks=self.blanks)


def said(template: str, **references: str) -> str:
    """Return an expression that gives a text, what its cells hold standing for the names in braces."""
    pieces = _PLACEHOLDER.split(template)
    return "&".join(
        references[piece] if place % 2 else f'"{piece}"' for place, piece in enumerate(pieces) if place % 2 or piece
    )


def text_formula(cells: Sequence[str], words: StateWords) -> str:
    """Return an expression for `SheetCounts.text` from the cells of the three counts."""
    errors, blanks, doubts = cells
    sound = f'IF({doubts}=0,"{words.sound}",{said(words.sound_doubts, doubts=doubts)})'
    wrong = f'IF({errors}=0,"",{said(words.errors, errors=errors)}&IF({blanks}=0,"","{words.comma}"))'
    waiting = f'{wrong}&IF({blanks}=0,"",{said(words.blanks, blanks=blanks)})'
    return f"IF({errors}+{blanks}=0,{sound},{waiting})"


def verdict_formula(cells: Sequence[str], words: StateWords) -> str:
    """Return an expression for `SheetCounts.verdict` from the cells of the three counts."""
    errors, blanks, doubts = cells
    ready = f'IF({doubts}=0,"{words.ready}",{said(words.ready_doubts, doubts=doubts)})'
    return f"IF({errors}+{blanks}=0,{ready},{said(words.wanting, errors=errors, blanks=blanks)})"


def choose(state: str, words: StateWords) -> str:
    """Return an expression for the words of a state code."""
    texts = ",".join(f'"{words.results[code]}"' for code in State)
    return f"CHOOSE({state}+1,{texts})"


def told(state: str, texts: Mapping[State, str], words: StateWords) -> str:
    """Return an expression that tells the sides where a check is broken and otherwise only how it stands."""
    formula = choose(state, words)
    for code, text in texts.items():
        formula = f"IF({state}={code:d},{text},{formula})"
    return formula


def marks(words: StateWords) -> Mapping[State, str]:
    """Return the signs before what is to be mended and what is to be looked at."""
    return {state: words.results[state][0] for state in (State.BROKEN, State.DOUBTFUL)}


def gap_told(state: str, gap: str, words: StateWords) -> str:
    """Return an expression that tells the difference of a broken check and otherwise only how it stands."""
    return told(
        state, {code: said(words.gap.replace("{mark}", mark), gap=gap) for code, mark in marks(words).items()}, words
    )


def gap_text(outcome: Outcome, words: StateWords) -> str:
    """Return what `gap_told` gives."""
    if outcome.state not in marks(words):
        return words.results[outcome.state]
    gap = outcome.difference
    return words.gap.format(mark=marks(words)[outcome.state], gap=show(rounded(gap if gap is not None else 0)))


def sides_shown(check: Check, outcome: Outcome, filing: Filing) -> tuple[Figure, Figure | str]:
    """Return the two sides of a check as the sheet shows them: no right side where there is nothing to compare with."""
    if outcome.left is not None and outcome.right is not None:
        return outcome.left, outcome.right
    left, right = check.sides(filing.values, filing.previous)
    return left, "" if outcome.state is State.ABSENT else right


@cache
def judged_fields(layout: Layout, section: str) -> tuple[str, ...]:
    """Return the fields of a section that stand by themselves, its register's among them."""
    fields = layout.form.fields.values()
    mine = [field.id for field in fields if field.table == section and field.kind is not Kind.COMPUTED]
    controls = layout.tables[section].table.controls if section in layout.tables else ()
    names = {control.id for control in controls}
    return (*mine, *(field.id for field in fields if field.kind is Kind.CONTROL and field.row in names))
