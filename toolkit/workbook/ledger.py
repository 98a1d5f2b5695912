"""The ledger of a consolidated return: one row per organ, one column per typed figure; the official cells add it up.

A sum over the ledger can be verified in the file itself, so the reader takes it where it refuses any other formula.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from toolkit.errors import WorkbookError
from toolkit.form.checks import PLACES, is_number, number, rounded
from toolkit.form.values import Kind
from toolkit.workbook.layout import cell_name, quoted
from toolkit.xlsx.package import open_package
from toolkit.xlsx.parts import relations_part

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from toolkit.form.model import Form
    from toolkit.form.values import Figure
    from toolkit.xlsx.package import Cell, Package

LEDGER_SHEET = "各机关明细"
# Positions counted from 0. Column A stays empty: on other sheets it holds the keys the reader looks for.
KEY_ROW, HEAD_ROW, FIRST_ROW = 2, 5, 6
CODE, NAME, PARENT, FILE, CHECK_CODE, HASH, FIRST_FIGURE = range(1, 8)
_SUM = rf"SUM\({LEDGER_SHEET}[!.]([A-Z]+)(\d+):([A-Z]+)(\d+)\)"
_FORMULA = re.compile(rf"{_SUM}|ROUND\({_SUM}[,;]{PLACES}\)")


@lru_cache(maxsize=16)
def ledger_columns(form: Form) -> Mapping[str, int]:
    """Return the ledger's column of every typed figure."""
    typed = [field.id for field in form.fields.values() if field.kind.is_required_figure]
    return {name: FIRST_FIGURE + place for place, name in enumerate(typed)}


def ledger_formula(form: Form, field: str, first: int, stop: int) -> str:
    """Return the formula, without `=`, that adds a field over the organs from place `first` up to `stop`."""
    column = ledger_columns(form)[field]
    top, bottom = cell_name(FIRST_ROW + first, column), cell_name(FIRST_ROW + stop - 1, column)
    total = f"SUM({quoted(LEDGER_SHEET)}!{top}:{bottom})"
    # Binary sums of amounts carry dust in the last places; counts are exact.
    return f"ROUND({total},{PLACES})" if form.fields[field].kind is Kind.AMOUNT else total


def without_sheets(data: bytes, names: Container[str]) -> bytes:
    """Return a workbook with the cells of some sheets left out, for whoever wants to know of the others only.

    Of ten thousand organs the ledger alone takes twenty seconds to read. What cannot be opened comes back as it is.
    """
    try:
        package = open_package(data)
        parts = [info.part for info in package.sheets if info.name in names and info.part in package.archive.members]
    except WorkbookError:
        return data
    return package.archive.rewritten(dict.fromkeys(parts, _BARE), [relations_part(part) for part in parts])


_BARE = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'


@dataclass(frozen=True)
class Ledger:
    """The ledger of a workbook that came back, if it has one."""

    package: Package

    @property
    def exists(self) -> bool:
        """Whether the workbook has a ledger, which makes it a consolidated return."""
        return bool(self._cells)

    @cached_property
    def _cells(self) -> Mapping[str, Cell]:
        has_one = LEDGER_SHEET in {sheet.name for sheet in self.package.sheets}
        return self.package.cells(LEDGER_SHEET) if has_one else {}

    @cached_property
    def _last_row(self) -> int:
        """The number, from 1, of the last row that names an organ."""
        row = FIRST_ROW
        while (cell := self._cells.get(cell_name(row, CODE))) is not None and cell.value is not None:
            row += 1
        return row

    def sum(self, field: str, formula: str) -> Figure | None:
        """Return what a formula gives when it adds the whole column of a field, recomputed from the ledger.

        None when it is another formula, leaves rows out, adds another field's column, or a row holds no plain number.
        """
        found = _FORMULA.fullmatch(re.sub(r"[\s$']", "", formula))
        if found is None:
            return None
        left, first, right, last = (part for part in found.groups() if part is not None)
        key = self._cells.get(f"{left}{KEY_ROW + 1}")
        if left != right or key is None or key.value != field:
            return None
        if (int(first), int(last)) != (FIRST_ROW + 1, self._last_row):
            return None
        column = list(self._figures(left))
        return None if None in column else rounded(sum(number(figure) for figure in column))

    def _figures(self, column: str) -> Iterator[Figure | None]:
        for row in range(FIRST_ROW + 1, self._last_row + 1):
            cell = self._cells.get(f"{column}{row}")
            is_plain = cell is not None and not (cell.formula or cell.shared) and is_number(cell.value)
            yield number(cell.value) if cell is not None and is_plain else None
