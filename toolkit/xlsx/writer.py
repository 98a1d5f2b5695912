"""XlsxWriter, made strict: what it refuses with a warning or a negative number raises; the structure is locked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

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
        rest = f'{row + 1}" s="{self.look._get_xf_index()}"><v>'  # noqa: SLF001 (as XlsxWriter asks for it)
        names = _column_names(self.column, len(self.numbers))
        return "".join(
            [
                f'<c r="{name}{rest}{number if type(number) is int and -_WIDE < number < _WIDE else f"{number:.16G}"}'
                "</v></c>"
                for name, number in zip(names, self.numbers, strict=True)
                if number is not None
            ]
        )


_WIDE = 10**15  # below it a whole number is written digit for digit


@cache
def _column_names(first: int, count: int) -> tuple[str, ...]:
    return tuple(xl_col_to_name(place) for place in range(first, first + count))


class LongWorksheet(StrictWorksheet):
    """A sheet of ten thousand rows that are mostly numbers."""

    def write_numbers(self, row: int, column: int, numbers: Sequence[int | Decimal | None], look: Any) -> None:
        """Write numbers side by side, no cell where there is none; to the letter what `write_number` writes of each.

        It takes a quarter of the time.
        """
        for edge in (column, column + len(numbers) - 1):
            _checked("write_numbers", self._check_dimensions(row, edge))
        if row > self.previous_row:
            self._write_single_row(row)
        self.table[row][column] = _Numbers(column, numbers, look)

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        if isinstance(cell, _Numbers):
            self.fh.write(cell.xml(row))
        else:
            super()._write_cell(row, col, cell)


def _strict(name: str) -> Any:
    original = getattr(Worksheet, name)

    def method(self: StrictWorksheet, *arguments: Any, **options: Any) -> Any:
        return _checked(name, original(self, *arguments, **options))

    return method


def _checked(name: str, result: Any) -> Any:
    if isinstance(result, int) and result < 0:
        raise OutputError(f"工作簿没有写成：{name} 返回 {result}")
    return result


for _name in CHECKED:
    setattr(StrictWorksheet, _name, _strict(_name))
