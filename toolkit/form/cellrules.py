"""The kinds of rule on single cells: what may stand there, as one expression for the sheet and one test in Python."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from toolkit.form.checks import INVISIBLE, PLACES, CellCheck, State, is_blank, is_number, prose_is_blank, rounded
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from toolkit.form.model import Form
    from toolkit.form.values import Value

BROKEN = {"error": State.BROKEN, "warning": State.DOUBTFUL}


@dataclass(frozen=True)
class CellRule:
    """A kind of rule on cells by themselves: which kinds of field it judges, and how, in the sheet and in Python."""

    expression: ClassVar[str]
    kinds: ClassVar[tuple[Kind, ...]] = ()
    says_what_may_stand: ClassVar[bool] = False

    @staticmethod
    def judge(value: Value) -> bool:
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

    @staticmethod
    def judge(value: Value) -> bool:
        """Return whether a typed value is no whole number from 0 up."""
        return _breaks_number(value, lambda figure: figure < 0 or figure != figure.to_integral_value())


@dataclass(frozen=True)
class SignedNumber(CellRule):
    """A change is a whole number with its sign."""

    expression = _unless_number("{cell}<>INT({cell})")
    kinds = (Kind.SIGNED,)
    says_what_may_stand = True

    @staticmethod
    def judge(value: Value) -> bool:
        """Return whether a typed value is no whole number."""
        return _breaks_number(value, lambda figure: figure != figure.to_integral_value())


@dataclass(frozen=True)
class Amount(CellRule):
    """An amount is a number, not negative, in the unit the form prints."""

    expression = _unless_number("{cell}<0")
    kinds = (Kind.AMOUNT,)
    says_what_may_stand = True

    @staticmethod
    def judge(value: Value) -> bool:
        """Return whether a typed value is no number from 0 up."""
        return _breaks_number(value, lambda figure: figure < 0)


@dataclass(frozen=True)
class FinerThanUnit(CellRule):
    """An amount has more decimal places than the smallest coin of its unit."""

    expression = f"IF(ISNUMBER({{cell}}),ABS({{cell}}-ROUND({{cell}},{PLACES}))>1E-10,FALSE)"
    kinds = (Kind.AMOUNT,)

    @staticmethod
    def judge(value: Value) -> bool:
        """Return whether a number has more places than are compared."""
        return is_number(value) and Decimal(value) != rounded(Decimal(value))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Required(CellRule):
    """Every figure the clerk types must be typed; nothing is not zero."""

    expression = "IF(ISERROR({cell}),FALSE,LEN({cell})=0)"
    kinds = (Kind.COUNT, Kind.AMOUNT, Kind.SIGNED)

    @staticmethod
    def judge(value: Value) -> bool:
        """Return whether nothing was typed."""
        return is_blank(value)


def _visible(cell: str) -> str:
    for invisible in INVISIBLE:
        cell = f'SUBSTITUTE({cell},"{invisible}","")'
    return f"LEN(TRIM({cell}))"


@dataclass(frozen=True)
class RequiredProse(CellRule):
    """Every prose section holds at least one visible character."""

    expression = f"SUMPRODUCT({_visible('{cell}')})=0"
    kinds = (Kind.TEXT,)

    @staticmethod
    def judge(value: Value) -> bool:
        """Return whether a section has no visible text."""
        return prose_is_blank(value) if isinstance(value, tuple) else is_blank(value)


CELL_KINDS: Mapping[str, type[CellRule]] = {
    "whole_number": WholeNumber,
    "signed_number": SignedNumber,
    "amount": Amount,
    "finer_than_unit": FinerThanUnit,
    "required": Required,
    "required_prose": RequiredProse,
}


@lru_cache(maxsize=16)
def cell_checks(form: Form) -> Mapping[Kind, tuple[CellCheck, ...]]:
    """Return for each kind of field the demands on its cells: blank first, then what kind of number, then warnings."""
    found: dict[Kind, tuple[CellCheck, ...]] = dict.fromkeys(Kind, ())
    for rule in form.rules:
        if rule.kind in CELL_KINDS:
            kind = CELL_KINDS[rule.kind]
            check = CellCheck(
                rule.id, rule.title, rule.source, rule.advice, BROKEN[rule.severity], kind.expression, kind.judge
            )
            for name in kind.kinds:
                found[name] = (*found[name], check)
    return found
