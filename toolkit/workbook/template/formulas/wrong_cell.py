"""What is wrong with a table's first wrong cell, in words: text for a number, a space, a unit, a sign, a fraction.

Colours go where a cell is pasted in from another book; the line above the table rests on positions and stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.form.checks import is_number, number
from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.addresses import ERROR, copy_area
from toolkit.workbook.template.formulas.results import FormulaCell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.filing.filing import Filing
    from toolkit.form.model import Field
    from toolkit.form.values import Figure, Value
    from toolkit.workbook.layout import Layout, Spot

WRONG_COLUMNS = (at.SECTION_WRONG, at.SECTION_VALUE, at.SECTION_REST, at.SECTION_WORDS)
_DIGITS = "0123456789"
_SPACES = (" ", "\u3000", "\u00a0")
_LONGEST = 12  # characters of a text that are shown


@dataclass(frozen=True)
class WrongCell:
    """The first wrong cell of a table: its place among the rows of the fields, 0 for none, and what stands there."""

    layout: Layout
    place: int
    cell: str
    kind: Kind | None
    value: Figure | str

    @classmethod
    def of(cls, layout: Layout, filing: Filing, field: Field | None, judged: Sequence[Field]) -> WrongCell:
        """Return the wrong cell of these fields; `field` is None where none is wrong."""
        if field is None:
            return cls(layout, 0, "", None, "")
        value = _held(filing.values[field.id])
        first = min(layout.field_rows[one.id] for one in judged)  # among them stand the totals, which nobody judges
        return cls(layout, layout.field_rows[field.id] - first + 1, layout.spots[field.id].cell, field.kind, value)

    @property
    def rest(self) -> str:
        """What stands there without its digits."""
        return "" if self.place == 0 or is_number(self.value) else _without(str(self.value), _DIGITS)

    @property
    def words(self) -> str:
        """What is wrong, nothing where nothing is."""
        return f"{self.cell} {self._fault()}" if self.place else ""

    def _fault(self) -> str:
        if is_number(self.value):
            figure = Decimal(number(self.value))
            if figure < 0 and self.kind is not Kind.SIGNED:
                return "是负数"
            return "有小数" if self.kind is not Kind.AMOUNT and figure != int(figure) else "的数太大"
        text, rest = str(self.value), self.rest
        if text.startswith(ERROR):
            return "是错误值"
        if not rest:
            return "的数是文字格式，请重新输入"
        if not _without(rest, _SPACES):
            return "只有空格" if rest == text else "的数带空格"
        return f"是文字“{text[:_LONGEST]}”" if rest == text else f"的“{text[:_LONGEST]}”里多了“{rest[:_LONGEST]}”"

    def cells(self, spots: Sequence[Spot], *ranges: str) -> Iterator[FormulaCell]:
        """Yield the four formulas; `ranges` are those of the fields' flags, cells, kinds, copies' rows and columns."""
        flags, addresses, kinds, rows, columns = ranges
        place, value, rest, *_ = (spot.cell for spot in spots)
        copy = f"INDEX({copy_area(self.layout)},INDEX({rows},{place}),INDEX({columns},{place}))"
        yield FormulaCell(spots[0], f"IFERROR(MATCH(2,{flags},0),0)", self.place)
        yield FormulaCell(spots[1], f'IF({place}=0,"",{copy})', self.value)
        yield FormulaCell(spots[2], f'IF(ISNUMBER({value}),"",{_replaced(value, _DIGITS)})', self.rest)
        fault = _fault_formula(value, rest, f"INDEX({kinds},{place})")
        told = f'INDEX({addresses},{place})&" "&{fault}'
        yield FormulaCell(spots[3], f'IF({place}=0,"",{told})', self.words)


def _held(value: Value) -> Figure | str:
    return "" if value is None or isinstance(value, tuple) else value


def _without(text: str, signs: Sequence[str]) -> str:
    return "".join(sign for sign in text if sign not in signs)


def _replaced(cell: str, signs: Sequence[str]) -> str:
    for sign in signs:
        cell = f'SUBSTITUTE({cell},"{sign}","")'
    return cell


def _fault_formula(value: str, rest: str, kind: str) -> str:
    shown = f"LEFT({value},{_LONGEST})"
    fraction = f'IF(AND({kind}<>"{Kind.AMOUNT}",{value}<>INT({value})),"有小数","的数太大")'
    figure = f'IF(AND({kind}<>"{Kind.SIGNED}",{value}<0),"是负数",{fraction})'
    text = f'IF({rest}={value},"是文字“"&{shown}&"”","的“"&{shown}&"”里多了“"&LEFT({rest},{_LONGEST})&"”")'
    spaces = f'IF({rest}={value},"只有空格","的数带空格")'
    blank = f"IF(LEN({_replaced(rest, _SPACES)})=0,{spaces},{text})"
    typed = f'IF(LEFT({value},1)="{ERROR}","是错误值",IF(LEN({rest})=0,"的数是文字格式，请重新输入",{blank}))'
    return f"IF(ISNUMBER({value}),{figure},{typed})"
