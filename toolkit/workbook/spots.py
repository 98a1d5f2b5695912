"""One cell of a workbook: positions counted from 0, addresses as people and formulas write them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@cache
def column_name(column: int) -> str:
    """Return the letters of a column."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def cell_name(row: int, column: int, *, fixed: bool = False) -> str:
    """Return an address such as `D6`, or `$D$6` when fixed."""
    return f"${column_name(column)}${row + 1}" if fixed else f"{column_name(column)}{row + 1}"


def quoted(sheet: str) -> str:
    """Return a sheet's name as formulas write it."""
    return "'" + sheet.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Spot:
    """One cell, or for prose the first of a column of cells."""

    sheet: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """The address within the sheet."""
        return cell_name(self.row, self.column)

    @property
    def position(self) -> tuple[int, int]:
        """Row and column, from 0."""
        return self.row, self.column

    @property
    def reference(self) -> str:
        """The address with its sheet, fixed."""
        return f"{quoted(self.sheet)}!{cell_name(self.row, self.column, fixed=True)}"
