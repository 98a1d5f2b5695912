"""What of a sheet is not seen as it is stored: hidden rows and columns, numbers shown otherwise under a condition."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

from toolkit.errors import WorkbookError
from toolkit.xlsx.cell_formats import number_code
from toolkit.xlsx.row import by_shape
from toolkit.xlsx.sheet import MAX_COLUMN, MAX_ROW, split_address
from toolkit.xlsx.xmltree import as_utf8, parse, safe_parser

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.xlsx.row import Rows
    from toolkit.xlsx.sheet import Sheet

_SMALL = 1 << 16  # bytes; what has more is nothing that many workbooks have
_SHEETS_KEPT = 1 << 8  # all workbooks of a form have the same dozen
_MOST_AREAS = 2_000  # of one condition; what lists more is taken to mean the whole sheet
# A sheet is parsed once, for its cells: its rows and columns are searched for, which a comment in it may mislead.
_ROW = re.compile(rb"<(?:\w+:)?row\b([^<]*)")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^<]*)")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_EVERYWHERE = (1, 1, MAX_ROW, MAX_COLUMN)
Area = tuple[int, int, int, int]  # first row and column, last row and column, counted from 1


@dataclass(frozen=True, slots=True)
class Conditional:
    """A number format of some areas while a condition holds, as code; a built-in one as `#` and its number."""

    code: str
    areas: tuple[Area, ...]

    def covers(self, row: int, column: int) -> bool:
        """Return whether a cell lies in one of the areas."""
        return any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in self.areas)


@dataclass(frozen=True, slots=True)
class Sights:
    """What is hidden on a sheet, rows and columns counted from 1, and what conditions show otherwise."""

    rows: frozenset[int]
    columns: tuple[range, ...]
    conditionals: tuple[Conditional, ...]

    def hides(self, row: int, column: int) -> bool:
        """Return whether the row or the column of a cell is hidden."""
        return row in self.rows or any(column in columns for columns in self.columns)


def read_sights(xml: bytes, part: str, differences: tuple[str, ...]) -> Sights:
    """Return what a sheet part hides, and the number formats it gives under a condition.

    `differences` are the number formats of the styles' differences, in order.
    """
    text = as_utf8(xml)
    return Sights(frozenset(_rows(text)), *_around(text, part, differences))


def sights_of(sheet: Sheet, part: str, differences: tuple[str, ...]) -> Sights:
    """Return the same of a sheet that was cut into rows."""
    around = (_usual_around if len(sheet.around) < _SMALL else _around)(sheet.around, part, differences)
    return Sights(_hidden(sheet.rows), *around)


@by_shape
def _hidden(rows: Rows) -> frozenset[int]:
    return frozenset(row.number for row in rows if _is_hidden_by(row.attributes))


@lru_cache(maxsize=_SHEETS_KEPT)
def _is_hidden_by(attributes: str) -> bool:
    return _is_hidden(_attributes(attributes.encode()), "ht")


def _around(xml: bytes, part: str, differences: tuple[str, ...]) -> tuple[tuple[range, ...], tuple[Conditional, ...]]:
    return tuple(_columns(xml)), tuple(_conditionals(xml, part, differences))


_usual_around = lru_cache(maxsize=_SHEETS_KEPT)(_around)


def _rows(xml: bytes) -> Iterator[int]:
    row = 0
    for found in _ROW.finditer(xml):
        told = _attributes(found[1])
        row = int(told["r"]) if _counts(told.get("r", "")) else row + 1
        if _is_hidden(told, "ht"):
            yield row


def _columns(xml: bytes) -> Iterator[range]:
    for found in _COLUMN.finditer(xml):
        told = _attributes(found[1])
        least, most = told.get("min", ""), told.get("max", "")
        if _is_hidden(told, "width") and _counts(least, most):
            yield range(int(least), min(int(most), MAX_COLUMN) + 1)


def _conditionals(xml: bytes, part: str, differences: tuple[str, ...]) -> list[Conditional]:
    if not any(differences) and b"numFmt" not in xml:
        return []
    reader = _Reader(differences)
    parser = safe_parser()
    parser.StartElementHandler, parser.EndElementHandler = reader.begin, reader.end
    parser.CharacterDataHandler = reader.text
    parse(parser, xml, part)
    return reader.found


class _Reader:
    """Gathers what conditions say, those of the format's extensions too, which hold format and areas within."""

    def __init__(self, differences: tuple[str, ...]) -> None:
        self.found: list[Conditional] = []
        self._differences = differences
        self._codes: list[str] = []
        self._areas = ""
        self._said = ""

    def begin(self, name: str, told: dict[str, str]) -> None:
        """Take in the beginning of an element."""
        tag = name.rpartition(" ")[2]
        self._said = ""
        if tag == "conditionalFormatting":
            self._codes, self._areas = [], told.get("sqref", "")
        elif tag == "cfRule" and _counts(number := told.get("dxfId", "")) and int(number) < len(self._differences):
            self._codes.append(self._differences[int(number)])
        elif tag == "numFmt":
            self._codes.append(number_code(told))

    def text(self, said: str) -> None:
        """Take in text, which the parser gives unbroken."""
        self._said = said

    def end(self, name: str) -> None:
        """Take in the end of an element."""
        tag = name.rpartition(" ")[2]
        if tag == "sqref":
            self._areas = self._said
        elif tag == "conditionalFormatting":
            areas = tuple(_areas(self._areas.split()))
            self.found += [Conditional(code, areas) for code in dict.fromkeys(filter(None, self._codes))]


def _areas(names: list[str]) -> Iterable[Area]:
    if len(names) > _MOST_AREAS:
        return [_EVERYWHERE]
    return map(_area, names)


def _area(name: str) -> Area:
    first, _, last = name.replace("$", "").partition(":")
    try:
        return (*split_address(first), *split_address(last or first))
    except WorkbookError:  # whole columns or rows, or nothing a sheet has
        return _EVERYWHERE


def _attributes(text: bytes) -> dict[str, str]:
    """Return attributes by their names without prefix."""
    return {
        name.rpartition(b":")[2].decode(errors="replace"): unescape((double or single).decode(errors="replace"))
        for name, double, single in _ATTRIBUTE.findall(text)
    }


def _is_hidden(told: dict[str, str], size: str) -> bool:
    if told.get("hidden") in {"1", "true"}:
        return True
    try:
        return float(told.get(size, "1")) == 0
    except ValueError:
        return False


def _counts(*numbers: str) -> bool:
    return all(number.isdecimal() and len(number) < len(str(MAX_ROW)) + 1 for number in numbers)
