"""References of formulas, written anew after the cells of a sheet went elsewhere, as office programs do it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from toolkit.xlsx.sheet import column_letters, split_address

Position = tuple[int, int]  # row, column
Numbers = dict[int, int | None]  # old and new; None where it was deleted, itself where it is left out
_REFERENCE = re.compile(
    r"(?<![\w.\"])(?P<sheet>'(?:[^']|'')+'!|[\w、]+!)?(?P<first>\$?[A-Z]{1,3}\$?[0-9]+)"
    r"(?::(?P<last>\$?[A-Z]{1,3}\$?[0-9]+))?(?![\w(!])"
)
_PIECES = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]+)")
_WHOLE = 200_000  # cells: what refers to more means all there are, and stays


@dataclass(frozen=True)
class Renumbered:
    """A sheet whose rows and columns have new numbers."""

    sheet: str
    rows: Numbers
    columns: Numbers

    def __call__(self, position: Position) -> Position | None:
        row, column = self.rows.get(position[0], position[0]), self.columns.get(position[1], position[1])
        return None if row is None or column is None else (row, column)

    def is_named_in(self, formula: str) -> bool:
        """Return whether a formula of another sheet can refer to this one."""
        return self.sheet.replace("'", "''") in formula

    def referring(self, formula: str, home: str) -> str:
        """Return a formula or reference written on sheet `home`, which follows the cells."""
        if home != self.sheet and not self.is_named_in(formula):
            return formula
        return _REFERENCE.sub(lambda found: self._changed(found, home), formula)

    def _changed(self, found: re.Match[str], home: str) -> str:
        prefix = found["sheet"] or ""
        if (_unquoted(prefix) if prefix else home) != self.sheet:
            return found[0]
        first, last = found["first"], found["last"] or found["first"]
        (top, left), (bottom, right) = split_address(first.replace("$", "")), split_address(last.replace("$", ""))
        if (bottom - top + 1) * (right - left + 1) > _WHOLE:
            return found[0]
        rows, columns = _edges(top, bottom, self.rows), _edges(left, right, self.columns)
        if rows is None or columns is None:
            return f"{prefix}#REF!"
        told = _like(first, rows[0], columns[0])
        return prefix + (f"{told}:{_like(last, rows[1], columns[1])}" if found["last"] else told)


def _edges(first: int, last: int, numbers: Numbers) -> tuple[int, int] | None:
    """Return the lowest and the highest new number of what is left of a span."""
    kept = [new for old in range(first, last + 1) if (new := numbers.get(old, old)) is not None]
    return (min(kept), max(kept)) if kept else None


def _unquoted(prefix: str) -> str:
    return prefix.removesuffix("!").strip("'").replace("''", "'")


def _like(text: str, row: int, column: int) -> str:
    """Return an address with the dollars of another."""
    match = _PIECES.fullmatch(text)
    assert match, text
    return f"{match[1]}{column_letters(column)}{match[3]}{row}"
