"""One bound check and its four faces: formula for sheets, check for Python, terms for locating, sentence for people.

Both faces that judge, formula and check, follow the same definition of readiness: a relation is judged only when every
cell it rests on holds a number. Until then it is pending, and the blank or unreadable cell is the fault.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from toolkit.form.values import Figure, Paragraph, Value

# Differences are compared to this many places in the sheet and in Python alike, so that binary sums cannot disagree
# with decimal ones.
PLACES = 6
_STEP = Decimal(1).scaleb(-PLACES)
_FIGURES = frozenset({int, Decimal})  # a truth value is none
_CHECKS_KEPT = 1 << 10  # two editions have some two hundred


class State(IntEnum):
    """How a check stands; the numbers are the codes the workbook's formulas give."""

    HOLDS = 0
    PENDING = 1  # a cell it rests on is blank or no number
    BROKEN = 2
    DOUBTFUL = 3  # broken, but only a warning
    ABSENT = 4  # nothing to compare with: no figures of last year, no control total


class Relation(StrEnum):
    """What a check demands of its two sides."""

    EQUAL = "应等于"
    AT_LEAST = "应不小于"
    NOT_BY_CHANCE = "一般不会恰好等于"
    STEADY = "一般不会远离"


class Cells(Protocol):
    """How a formula learns where fields stand; toolkit.workbook.layout knows."""

    def sum(self, fields: Iterable[str]) -> str:
        """Return an expression for the sum of the numbers in these fields' cells, `0` for none."""

    def count(self, fields: Iterable[str]) -> str:
        """Return an expression for how many of these fields' cells hold numbers."""

    def ref(self, field: str) -> str:
        """Return the reference of one field's cell."""

    def previous(self, field: str) -> str:
        """Return the reference of the cell that holds last year's figure of a field."""


@dataclass(frozen=True, slots=True)
class Term:
    """One field of a relation with its sign; `previous` means last year's figure."""

    field: str
    sign: int = 1
    previous: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What judging one check gave; the sides are None where they could not be formed."""

    state: State
    left: Figure | None = None
    right: Figure | None = None

    @property
    def difference(self) -> Figure | None:
        """Left minus right, or None where a side is missing."""
        return None if self.left is None or self.right is None else self.left - self.right


_ABSENT, _PENDING = Outcome(State.ABSENT), Outcome(State.PENDING)


@dataclass(frozen=True, slots=True)
class Formula:
    """The sheet's face of a check. `state` refers to the cells of the two sides as `{left}` and `{right}`.

    `right` gives an empty text where there is nothing to compare with.
    """

    left: str
    right: str
    state: str


@dataclass(frozen=True, slots=True, eq=False)  # a key of mappings, by identity
class Check:
    """A rule bound to particular fields. `key` is unique in the form; `subject` names the row or column it is about.

    `inputs` are the typed fields the relation rests on (totals followed down to what was typed); `optional` are fields
    whose blank means there is nothing to compare with. `parts` maps each total to the fields it adds. `times` and
    `least` bound a movement: one side so many times the other, both counted one higher, and so much away from it.
    """

    key: str
    rule: str
    title: str
    subject: str
    source: str
    broken: State
    relation: Relation
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    left_label: str
    right_label: str
    inputs: tuple[str, ...]
    table: str
    row: str = ""
    column: str = ""
    optional: tuple[str, ...] = ()
    is_total: bool = False
    parts: Mapping[str, tuple[str, ...]] | None = None
    times: int = 0
    least: int = 0

    @property
    def is_explainable(self) -> bool:
        """Whether the clerk may say why the figures are right all the same; totals are made by formula."""
        return not self.is_total

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of this year that stand in the relation as written, left side first."""
        return tuple(dict.fromkeys(term.field for term in (*self.left, *self.right) if not term.previous))

    @property
    def previous_fields(self) -> tuple[str, ...]:
        """The fields whose figures of last year stand in the relation."""
        return _previous_fields(self)

    def formula(self, cells: Cells) -> Formula:
        """Return the two sides and the state code as expressions without functions younger than Excel 2010."""
        judged = f"IF({self._broken('{left}', '{right}', cells)},{self.broken:d},{State.HOLDS:d})"
        ready = f"{cells.count(self.inputs)}={len(self.inputs)}"
        state = f"IF({ready},{judged},{State.PENDING:d})"
        right = _side(self.right, cells)
        for absent in self._absent(cells):
            state = f"IF({absent},{State.ABSENT:d},{state})"
            right = f'IF({absent},"",{right})'
        return Formula(_side(self.left, cells), right, state)

    def check(self, values: Mapping[str, Value], previous: Mapping[str, Figure]) -> Outcome:
        """Judge the relation on figures of this year (totals included) and of last year."""
        if not all(map(previous.__contains__, self.previous_fields)):
            return _ABSENT
        if any(map(is_blank, map(values.get, self.optional))):
            return _ABSENT
        if not are_numbers(map(values.get, self.inputs)):
            return _PENDING
        left, right = self.sides(values, previous)
        return Outcome(self.broken if self._is_broken(left, right, values) else State.HOLDS, left, right)

    def sides(self, values: Mapping[str, Value], previous: Mapping[str, Figure]) -> tuple[Figure, Figure]:
        """Return both sides as the sheet shows them at any time, blanks and text counting nothing."""
        return _total(self.left, values, previous), _total(self.right, values, previous)

    def terms(self, stated: frozenset[str] = frozenset()) -> Mapping[Term, int]:
        """Return left minus right as coefficients of what was typed, totals followed down to their parts.

        Totals among `stated` were typed too and stand for themselves.
        """
        parts = {total: fields for total, fields in (self.parts or {}).items() if total not in stated}
        found: Counter[Term] = Counter()
        for side, weight in ((self.left, 1), (self.right, -1)):
            for term in side:
                for field in typed_parts(term.field, parts):
                    found[Term(field, previous=term.previous)] += weight * term.sign
        return {term: weight for term, weight in found.items() if weight}

    def sentence(self) -> str:
        """Return the demand in plain Chinese."""
        subject = f"{self.subject}：" if self.subject else ""
        return f"{subject}{self.left_label}{self.relation}{self.right_label}"

    def _absent(self, cells: Cells) -> Iterable[str]:
        if self.previous_fields:
            references = ",".join(cells.previous(field) for field in self.previous_fields)
            yield f"COUNT({references})<{len(self.previous_fields)}"
        for field in self.optional:
            yield f"LEN({cells.ref(field)})=0"

    def _broken(self, left: str, right: str, cells: Cells) -> str:
        match self.relation:
            case Relation.EQUAL:
                return f"ROUND({left}-{right},{PLACES})<>0"
            case Relation.AT_LEAST:
                return f"ROUND({left}-{right},{PLACES})<0"
            case Relation.NOT_BY_CHANCE:
                nonzero = ",".join(f"{cells.ref(field)}<>0" for field in self.fields)
                return f"AND(ROUND({left}-{right},{PLACES})=0,{nonzero})"
            case Relation.STEADY:
                away, apart = f"ABS({left}-{right})>={self.least}", f"{self.times}*(MIN({left},{right})+1)"
                return f"AND({away},MAX({left},{right})+1>={apart})"

    def _is_broken(self, left: Figure, right: Figure, values: Mapping[str, Value]) -> bool:
        difference = rounded(left - right)
        match self.relation:
            case Relation.EQUAL:
                return difference != 0
            case Relation.AT_LEAST:
                return difference < 0
            case Relation.NOT_BY_CHANCE:
                return difference == 0 and all(values[field] != 0 for field in self.fields)
            case Relation.STEADY:
                low, high = min(left, right), max(left, right)
                return high - low >= self.least and high + 1 >= self.times * (low + 1)


@lru_cache(maxsize=_CHECKS_KEPT)
def _previous_fields(check: Check) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term.field for term in (*check.left, *check.right) if term.previous))


def _side(terms: tuple[Term, ...], cells: Cells) -> str:
    plus = [term.field for term in terms if term.sign > 0 and not term.previous]
    minus = [term.field for term in terms if term.sign < 0 and not term.previous]
    old = "".join(f"{'+' if term.sign > 0 else '-'}N({cells.previous(term.field)})" for term in terms if term.previous)
    return cells.sum(plus) + (f"-{cells.sum(minus)}" if minus else "") + old


def _total(terms: tuple[Term, ...], values: Mapping[str, Value], previous: Mapping[str, Figure]) -> Figure:
    total: Figure = 0
    for term in terms:
        figure = number((previous if term.previous else values).get(term.field))
        total = total + figure if term.sign > 0 else total - figure
    return total


def typed_parts(field: str, parts: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the typed fields a total rests on, through totals of totals; a typed field rests on itself."""
    if field not in parts:
        return (field,)
    return tuple(typed for part in parts[field] for typed in typed_parts(part, parts))


def is_blank(value: Value) -> bool:
    """Return whether nothing was typed; white space is something."""
    return value is None or value in ("", ())


def is_number(value: object) -> bool:
    """Return whether a value is a figure; truth values are not."""
    return type(value) in _FIGURES


def are_numbers(values: Iterable[object]) -> bool:
    """Return whether all of many values are figures; quicker than to ask of each."""
    return _FIGURES.issuperset(map(type, values))


def number(value: Value) -> Figure:
    """Return a figure as the sheet's SUM sees it: text and blanks count nothing."""
    return value if type(value) in _FIGURES else 0  # type: ignore[return-value] # these types alone


def rounded(value: Figure) -> Figure:
    """Return a difference at the precision of comparison, halves away from zero as in the sheet."""
    return value if isinstance(value, int) else value.quantize(_STEP, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class CellCheck:
    """A demand on one kind of cell by itself. Same four faces; `formula` and `check` say whether it is broken."""

    rule: str
    title: str
    source: str
    advice: str
    broken: State
    expression: str  # with {cell} for the reference
    judge: Callable[[Value], bool]

    @property
    def code(self) -> State:
        """The state the sheet shows for a cell that breaks the demand: pending where the fault is to be blank."""
        return State.PENDING if self.judge(None) else self.broken

    def formula(self, cell: str) -> str:
        """Return an expression that is TRUE where the cell breaks the demand."""
        return self.expression.format(cell=cell)

    def check(self, value: Value) -> State:
        """Judge one value by itself."""
        return self.broken if self.judge(value) else State.HOLDS

    def terms(self) -> Mapping[Term, int]:
        """Return no terms: a demand on one cell relates it to no other."""
        return {}

    def sentence(self) -> str:
        """Return the demand in plain Chinese."""
        return self.title


# White space that paste brings and eyes do not see, one list for sheet and Python: prose of nothing else is blank.
INVISIBLE = ("\u3000", "\u00a0", "\t", "\n", "\r", "\u2002", "\u2003", "\u2009", "\u200b", "\u200c", "\u200d", "\ufeff")


def prose_is_blank(paragraphs: tuple[Paragraph, ...]) -> bool:
    """Return whether no paragraph holds a visible character."""
    return not any(paragraph.text.strip(" " + "".join(INVISIBLE)) for paragraph in paragraphs)
