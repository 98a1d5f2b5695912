"""XlsxWriter, made strict: what it refuses with a warning or a negative number raises; the structure is locked."""

from __future__ import annotations

from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from toolkit.errors import OutputError

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
            return self.add_worksheet(name)
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

    def _xml_start_tag_unencoded(self, tag: str, attributes: Any) -> None:
        # XlsxWriter marks every stated height as the user's own, which would stop the row from growing.
        if tag == "row" and dict(attributes).get("r") in self._growing:
            attributes = [pair for pair in attributes if pair[0] != "customHeight"]
        super()._xml_start_tag_unencoded(tag, attributes)


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
