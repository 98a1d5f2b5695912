"""XlsxWriter, made strict: what it refuses with a warning or a negative number raises; the structure is locked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellBlankTuple, CellNumberTuple, CellStringTuple, Worksheet

from toolkit.errors import OutputError
from toolkit.xlsx.links import has_room

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

# Methods whose refusal leaves a sheet without content or without protection.
CHECKED = (
    "write_string",
    "write_number",
    "write_blank",
    "write_formula",
    "write_url",
    "merge_range",
    "data_validation",
    "conditional_format",
    "set_row",
    "set_column",
    "print_area",
    "repeat_rows",
)

# What a text must have for XlsxWriter to write it otherwise than as it stands: marks, control characters, what looks
# like the name of one, white space at an end.
_UNPLAIN = re.compile(r"[\x00-\x1f<>&\x7f-\x9f\ufffe\uffff]|_x|^\s|\s\Z")
_FUNCTION = re.compile(r"([\w.]+)\(")
# None of these is, nor ends as, one of the newer functions XlsxWriter gives a prefix.
_OLD_FUNCTIONS = frozenset(
    (
        "ABS", "AND", "CHAR", "CHOOSE", "COLUMN", "COLUMNS", "COUNT", "COUNTIF", "COUNTIFS", "EXACT", "FALSE",
        "FIND", "HYPERLINK", "IF", "IFERROR", "INDEX", "INT", "ISERROR", "ISNUMBER", "LEFT", "LEN", "MATCH",
        "MAX", "MID", "MIN", "MOD", "N", "NOT", "OR", "RIGHT", "ROUND", "ROW", "ROWS", "SUBSTITUTE", "SUM",
        "SUMPRODUCT", "TRIM", "TRUE",
    )
)  # fmt: skip


class LockedWorkbook(xlsxwriter.Workbook):  # type: ignore[misc]
    """A workbook whose sheets cannot be added, removed, renamed or moved, and whose writing never fails silently."""

    def add_worksheet(self, name: str | None = None, worksheet_class: type[Any] | None = None) -> Any:
        """Return a new sheet whose every refusal raises."""
        return super().add_worksheet(name, worksheet_class or StrictWorksheet)

    def add_long_worksheet(self, name: str) -> Any:
        """Return a new sheet that is written row by row, downwards: a row that is done leaves memory for the disk.

        Of ten thousand organs a ledger has 2.5 million cells, which take XlsxWriter some 600 MB otherwise.
        """
        self.constant_memory = True  # as XlsxWriter has it for all sheets of a book or none
        try:
            return self.add_worksheet(name, LongWorksheet)
        finally:
            self.constant_memory = False

    def define_name(self, name: str, formula: str) -> Any:
        """Define a name; OutputError when XlsxWriter refuses it."""
        return _checked("define_name", super().define_name(name, formula))

    def _write_workbook_pr(self) -> None:
        # XlsxWriter has no structure lock. The schema wants it right after workbookPr.
        super()._write_workbook_pr()
        self._xml_empty_tag("workbookProtection", [("lockStructure", "1")])


class StrictWorksheet(Worksheet):  # type: ignore[misc]
    """A sheet that raises where XlsxWriter returns a negative number and carries on."""

    def __init__(self) -> None:
        super().__init__()
        self._growing: set[int] = set()

    def grow_row(self, row: int, height: float) -> None:
        """Show a row that high, in points, and let it go on growing with its text."""
        self.set_row(row, height)
        self._growing.add(row + 1)

    def write_link(
        self, row: int, column: int, link: Any, looks: tuple[Any, Any], text: str, *, tip: str = "", alone: str = ""
    ) -> None:
        """Write a link shown as `text`, looking like the first of `looks`; past what a sheet takes, a text alone.

        That is `alone`, else `text`. `toolkit.xlsx.links.about_links` is what a list then says of itself.
        """
        if has_room(self.hlink_count):
            self.write_url(row, column, link, looks[0], text, tip or None)
        else:
            self.write_string(row, column, alone or text, looks[1])

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        # Where most time goes. To the letter what XlsxWriter writes, without its list of attributes for every cell.
        kind, look = type(cell), cell.format
        if look is None or kind not in _USUAL or (kind is CellStringTuple and self._is_unplain(cell.string)):
            super()._write_cell(row, col, cell)
            return
        start = f'<c r="{_column_name(col)}{row + 1}" s="{look._get_xf_index()}"'  # noqa: SLF001
        if kind is CellNumberTuple:
            self.fh.write(f"{start}><v>{cell.number:.16G}</v></c>")
        elif kind is CellBlankTuple:
            self.fh.write(f"{start}/>")
        elif self.constant_memory:
            self.fh.write(f'{start} t="inlineStr"><is><t>{cell.string}</t></is></c>')
        else:
            self.fh.write(f'{start} t="s"><v>{cell.string}</v></c>')

    def _is_unplain(self, text: Any) -> bool:
        """Return whether a text needs more than to be put between two tags; a shared one is only a number."""
        return self.constant_memory and _UNPLAIN.search(text) is not None

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: FBT001, FBT002
        # XlsxWriter looks for forty functions in every formula, one after the other.
        is_plain = formula[:1] == "=" and formula[-1:] != "}"
        if is_plain and _OLD_FUNCTIONS.issuperset(_FUNCTION.findall(formula)):
            return formula[1:]
        return str(super()._prepare_formula(formula, expand_future_functions))

    def _xml_start_tag_unencoded(self, tag: str, attributes: Any) -> None:
        # XlsxWriter marks every stated height as the user's own, which would stop the row from growing.
        if tag == "row" and dict(attributes).get("r") in self._growing:
            attributes = [pair for pair in attributes if pair[0] != "customHeight"]
        super()._xml_start_tag_unencoded(tag, attributes)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Numbers side by side, as one entry in XlsxWriter's table of cells."""

    column: int
    numbers: Sequence[int | Decimal | None]
    look: Any

    def xml(self, row: int) -> str:
        """Return the cells as XlsxWriter writes each of them."""
        index = self.look._get_xf_index()  # noqa: SLF001 (as XlsxWriter asks for it)
        if self._is_plain:
            return (_cells(self.column, len(self.numbers), index) % tuple(self.numbers)).replace(_MARK, str(row + 1))
        numbers = [
            number if type(number) is int and -_WIDE < number < _WIDE else f"{number:.16G}"
            for number in self.numbers
            if number is not None
        ]
        names = [_column_name(place) for place, number in enumerate(self.numbers, self.column) if number is not None]
        return "".join(
            [
                f'<c r="{name}{row + 1}" s="{index}"><v>{number}</v></c>'
                for name, number in zip(names, numbers, strict=True)
            ]
        )

    @property
    def _is_plain(self) -> bool:
        """Whether all are there, whole and of so many digits only."""
        numbers: Sequence[Any] = self.numbers
        if not {int}.issuperset(map(type, numbers)):
            return False
        return min(numbers, default=0) > -_WIDE and max(numbers, default=0) < _WIDE


_WIDE = 10**15  # below it a whole number is written digit for digit
_MARK = "\0"  # stands for the number of the row
_USUAL = frozenset({CellStringTuple, CellNumberTuple, CellBlankTuple})
_column_name = cache(xl_col_to_name)


@cache
def _cells(first: int, count: int, index: int) -> str:
    """Return cells side by side, with a place for the number of the row and of each cell's number."""
    names = map(_column_name, range(first, first + count))
    return "".join([f'<c r="{name}{_MARK}" s="{index}"><v>%d</v></c>' for name in names])


class LongWorksheet(StrictWorksheet):
    """A sheet of ten thousand rows that are mostly numbers."""

    dim_colmin: Any
    dim_colmax: Any

    def write_numbers(self, row: int, column: int, numbers: Sequence[int | Decimal | None], look: Any) -> None:
        """Write numbers side by side, no cell where there is none; to the letter what `write_number` writes of each.

        It takes a quarter of the time.
        """
        for edge in (column, column + len(numbers) - 1):
            _checked("write_numbers", self._check_dimensions(row, edge))
        if row > self.previous_row:
            self._write_single_row(row)
        self.table[row][column] = _Numbers(column, numbers, look)

    def _write_single_row(self, current_row_num: int = 0) -> None:
        # XlsxWriter goes through all columns the sheet has; most of them hold nothing of their own.
        columns = self.dim_colmin, self.dim_colmax
        if row := self.table.get(self.previous_row):
            self.dim_colmin, self.dim_colmax = min(row), max(row)
        super()._write_single_row(current_row_num)
        self.dim_colmin, self.dim_colmax = columns

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        if isinstance(cell, _Numbers):
            self.fh.write(cell.xml(row))
        else:
            super()._write_cell(row, col, cell)


def _strict(name: str) -> Any:
    # The decorated methods only turn names of cells into rows and columns, which we never give.
    original = getattr(Worksheet, f"_{name}", None) or getattr(Worksheet, name)

    def method(self: StrictWorksheet, *arguments: Any, **options: Any) -> Any:
        return _checked(name, original(self, *arguments, **options))

    return method


def _checked(name: str, result: Any) -> Any:
    if isinstance(result, int) and result < 0:
        raise OutputError(f"工作簿没有写成：{name} 返回 {result}")
    return result


for _name in CHECKED:
    setattr(StrictWorksheet, _name, _strict(_name))
