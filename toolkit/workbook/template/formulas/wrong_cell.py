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
from toolkit.workbook.template.formulas.results import said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from toolkit.filing.filing import Filing
    from toolkit.form.model import Field
    from toolkit.form.values import Figure, Value
    from toolkit.workbook.layout import Layout, Spot
    from toolkit.workbook.wording.words import WrongWords

    WrongCellFormula = tuple[Spot, str, Callable[["WrongCell"], Figure | str]]  # where, what it says, what it gives

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
        words = self.layout.wording.wrong
        if is_number(self.value):
            figure = Decimal(number(self.value))
            if figure < 0 and self.kind is not Kind.SIGNED:
                return words.negative
            return words.fraction if self.kind is not Kind.AMOUNT and figure != int(figure) else words.too_large
        text, rest = str(self.value), self.rest
        if text.startswith(ERROR):
            return words.error
        if not rest:
            return words.as_text
        if not _without(rest, _SPACES):
            return words.only_spaces if rest == text else words.spaces
        template = words.text if rest == text else words.extra
        return template.format(text=text[:_LONGEST], rest=rest[:_LONGEST])


def wrong_cell_formulas(layout: Layout, table: str, *ranges: str) -> Iterator[WrongCellFormula]:
    """Yield a table's four formulas; `ranges` are those of the fields' flags, cells, kinds, copies' rows, columns."""
    flags, addresses, kinds, rows, columns = ranges
    spots = [layout.section_cell(table, column) for column in WRONG_COLUMNS]
    place, value, rest, *_ = (spot.cell for spot in spots)
    copy = f"INDEX({copy_area(layout)},INDEX({rows},{place}),INDEX({columns},{place}))"
    yield spots[0], f"IFERROR(MATCH(2,{flags},0),0)", lambda wrong: wrong.place
    yield spots[1], f'IF({place}=0,"",{copy})', lambda wrong: wrong.value
    yield spots[2], f'IF(ISNUMBER({value}),"",{_replaced(value, _DIGITS)})', lambda wrong: wrong.rest
    fault = _fault_formula(value, rest, f"INDEX({kinds},{place})", layout.wording.wrong)
    yield spots[3], f'IF({place}=0,"",INDEX({addresses},{place})&" "&{fault})', lambda wrong: wrong.words


def _held(value: Value) -> Figure | str:
    return "" if value is None or isinstance(value, tuple) else value


def _without(text: str, signs: Sequence[str]) -> str:
    return "".join(sign for sign in text if sign not in signs)


def _replaced(cell: str, signs: Sequence[str]) -> str:
    for sign in signs:
        cell = f'SUBSTITUTE({cell},"{sign}","")'
    return cell


def _fault_formula(value: str, rest: str, kind: str, words: WrongWords) -> str:
    shown = f"LEFT({value},{_LONGEST})"
    fraction = f'IF(AND({kind}<>"{Kind.AMOUNT}",{value}<>INT({value})),"{words.fraction}","{words.too_large}")'
    figure = f'IF(AND({kind}<>"{Kind.SIGNED}",{value}<0),"{words.negative}",{fraction})'
    extra = said(words.extra, text=shown, rest=f"LEFT({rest},{_LONGEST})")
    text = f"IF({rest}={value},{said(words.text, text=shown)},{extra})"
    spaces = f'IF({rest}={value},"{words.only_spaces}","{words.spaces}")'
    blank = f"IF(LEN({_replaced(rest, _SPACES)})=0,{spaces},{text})"
    typed = f'IF(LEFT({value},1)="{ERROR}","{words.error}",IF(LEN({rest})=0,"{words.as_text}",{blank}))'
    return f"IF(ISNUMBER({value}),{figure},{typed})"
