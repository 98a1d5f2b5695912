"""How results read in the workbook: the words for each state, as values and as the expressions that give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.filing.findings import show
from toolkit.form.checks import State, rounded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.filing.filing import Filing
    from toolkit.form.checks import Check, Outcome
    from toolkit.form.values import Figure
    from toolkit.workbook.layout import Spot

RESULTS = {
    State.HOLDS: "✓ 相符",
    State.PENDING: "… 待填",
    State.BROKEN: "✗ 不符",
    State.DOUBTFUL: "！请核对",
    State.ABSENT: "— 无对照",
}
MARKS = {State.BROKEN: "✗", State.DOUBTFUL: "！"}
READY = "可以报送"


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

    @property
    def text(self) -> str:
        """The state in words, as the sheet shows it."""
        if self.errors + self.blanks == 0:
            return "✓ 已填好" if self.doubts == 0 else f"！有 {self.doubts} 处请核对"
        parts = [f"✗ {self.errors} 处错误"] if self.errors else []
        return "，".join([*parts, f"… {self.blanks} 处待填"] if self.blanks else parts)

    @property
    def verdict(self) -> str:
        """The verdict on the whole workbook, as the cover shows it."""
        if self.errors + self.blanks == 0:
            return READY if self.doubts == 0 else f"{READY}（有 {self.doubts} 处请核对）"
        return f"有 {self.errors} 处错误，{self.blanks} 处待填"


def choose(state: str) -> str:
    """Return an expression for the words of a state code."""
    texts = ",".join(f'"{RESULTS[code]}"' for code in State)
    return f"CHOOSE({state}+1,{texts})"


def told(state: str, texts: Mapping[State, str]) -> str:
    """Return an expression that tells the sides where a check is broken and otherwise only how it stands."""
    formula = choose(state)
    for code, text in texts.items():
        formula = f"IF({state}={code:d},{text},{formula})"
    return formula


def gap_text(outcome: Outcome) -> str:
    """Return what `told` gives where a broken check tells its difference."""
    if outcome.state not in MARKS:
        return RESULTS[outcome.state]
    gap = outcome.difference
    return f"{MARKS[outcome.state]} 差 {show(rounded(gap if gap is not None else 0))}"


def sides_shown(check: Check, outcome: Outcome, filing: Filing) -> tuple[Figure, Figure | str]:
    """Return the two sides of a check as the sheet shows them: no right side where there is nothing to compare with."""
    left, right = check.sides(filing.values, filing.previous)
    return left, "" if outcome.state is State.ABSENT else right
