"""The kinds of rule on single cells: what may stand there, as one expression for the sheet and one test in Python."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from toolkit.form.checks import INVISIBLE, PLACES, CellCheck, State, is_blank, is_number, prose_is_blank, rounded
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from toolkit.form.model import Form, Rule
    from toolkit.form.values import Value

BROKEN = {"error": State.BROKEN, "warning": State.DOUBTFUL}


@dataclass(frozen=True)
class CellRule:
    """A kind of rule on cells by themselves: which kinds of field it judges, and how, in the sheet and in Python.

    Attributes of a kind are the keys it takes in rules.toml; `{name}` in the expression is filled with their values.
    """

    expression: ClassVar[str]
    kinds: ClassVar[tuple[Kind, ...]] = ()
    says_what_may_stand: ClassVar[bool] = False

    def sheet_expression(self) -> str:
        """Return the expression for the sheet, `{cell}` standing for the reference."""
        text = self.expression
        for parameter in fields(self):
            text = text.replace(f"{{{parameter.name}}}", str(getattr(self, parameter.name)))
        return text

    def judge(self, value: Value) -> bool:
        """Return whether the value breaks the demand."""
        raise NotImplementedError


def _unless_number(test: str) -> str:
    """Return an expression that is TRUE for text and errors, `test` for numbers, FALSE for blanks."""
    return f"IF(ISERROR({{cell}}),TRUE,IF(ISNUMBER({{cell}}),{test},LEN({{cell}})>0))"


def _breaks_number(value: Value, test: Callable[[Decimal], bool]) -> bool:
    if is_number(value):
        return test(Decimal(value))  # type: ignore[arg-type]
    return not is_blank(value)


@dataclass(frozen=True)
class WholeNumber(CellRule):
    """A count is a whole number, not negative."""

    expression = _unless_number("OR({cell}<0,{cell}<>INT({cell}))")
    kinds = (Kind.COUNT, Kind.CONTROL)
    says_what_may_stand = True

    def judge(self, value: Value) -> bool:
        """Return whether a typed value is no whole number from 0 up."""
        return _breaks_number(value, lambda figure: figure < 0 or figure != figure.to_integral_value())


@dataclass(frozen=True)
class SignedNumber(CellRule):
    """A change is a whole number with its sign."""

    expression = _unless_number("{cell}<>INT({cell})")
    kinds = (Kind.SIGNED,)
    says_what_may_stand = True

    def judge(self, value: Value) -> bool:
        """Return whether a typed value is no whole number."""
        return _breaks_number(value, lambda figure: figure != figure.to_integral_value())


@dataclass(frozen=True)
class Amount(CellRule):
    """An amount is a number, not negative, in the unit the form prints."""

    expression = _unless_number("{cell}<0")
    kinds = (Kind.AMOUNT,)
    says_what_may_stand = True

    def judge(self, value: Value) -> bool:
        """Return whether a typed value is no number from 0 up."""
        return _breaks_number(value, lambda figure: figure < 0)


@dataclass(frozen=True)
class FinerThanUnit(CellRule):
    """An amount has more decimal places than the smallest coin of its unit."""

    expression = f"IF(ISNUMBER({{cell}}),ABS({{cell}}-ROUND({{cell}},{PLACES}))>0.0000000001,FALSE)"
    kinds = (Kind.AMOUNT,)

    def judge(self, value: Value) -> bool:
        """Return whether a number has more places than are compared."""
        return is_number(value) and Decimal(value) != rounded(Decimal(value))  # type: ignore[arg-type]


@dataclass(frozen=True)
class CountAtMost(CellRule):
    """A count is no larger than any organ can have; what is larger is a date, a telephone number or a slip."""

    limit: int = 0
    expression = "IF(ISNUMBER({cell}),ABS({cell})>{limit},FALSE)"
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.COUNT, Kind.CONTROL, Kind.SIGNED)

    def judge(self, value: Value) -> bool:
        """Return whether a number is beyond the limit, either way."""
        return is_number(value) and abs(Decimal(value)) > self.limit  # type: ignore[arg-type]


@dataclass(frozen=True)
class AmountAtMost(CountAtMost):
    """An amount is no larger than any organ can have, in the unit the form prints."""

    kinds: ClassVar[tuple[Kind, ...]] = (Kind.AMOUNT,)


@dataclass(frozen=True)
class Required(CellRule):
    """Every figure the clerk types must be typed; nothing is not zero."""

    expression = "IF(ISERROR({cell}),FALSE,LEN({cell})=0)"
    kinds = (Kind.COUNT, Kind.AMOUNT, Kind.SIGNED)

    def judge(self, value: Value) -> bool:
        """Return whether nothing was typed."""
        return is_blank(value)


_FIRST_PRINTED = 32


def _visible(cell: str) -> str:
    for invisible in INVISIBLE:
        # Control characters cannot stand in a formula's text; UNICHAR is no function of Excel 2010.
        written = f"CHAR({ord(invisible)})" if ord(invisible) < _FIRST_PRINTED else f'"{invisible}"'
        cell = f'SUBSTITUTE({cell},{written},"")'
    return f"LEN(TRIM({cell}))"


@dataclass(frozen=True)
class RequiredProse(CellRule):
    """Every prose section holds at least one visible character."""

    expression = f"SUMPRODUCT({_visible('{cell}')})=0"
    kinds = (Kind.TEXT,)

    def judge(self, value: Value) -> bool:
        """Return whether a section has no visible text."""
        return prose_is_blank(value) if isinstance(value, tuple) else is_blank(value)


CELL_KINDS: Mapping[str, type[CellRule]] = {
    "whole_number": WholeNumber,
    "signed_number": SignedNumber,
    "amount": Amount,
    "count_at_most": CountAtMost,
    "amount_at_most": AmountAtMost,
    "finer_than_unit": FinerThanUnit,
    "required": Required,
    "required_prose": RequiredProse,
}


def cell_rule(rule: Rule) -> CellRule | None:
    """Return a rule as its kind with the parameters filled in, or None when it is a rule on tables."""
    if rule.kind not in CELL_KINDS:
        return None
    kind = CELL_KINDS[rule.kind]
    taken = {parameter.name for parameter in fields(kind)}
    return kind(**{name: value for name, value in rule.parameters if name in taken})


@lru_cache(maxsize=16)
def cell_checks(form: Form) -> Mapping[Kind, tuple[CellCheck, ...]]:
    """Return for each kind of field the demands on its cells, as the form states them."""
    found: dict[Kind, tuple[CellCheck, ...]] = dict.fromkeys(Kind, ())
    for rule in form.rules:
        kind = cell_rule(rule)
        if kind is not None:
            check = CellCheck(
                rule.id,
                rule.title,
                rule.source,
                rule.advice,
                BROKEN[rule.severity],
                kind.sheet_expression(),
                kind.judge,
            )
            for name in kind.kinds:
                found[name] = (*found[name], check)
    return found
