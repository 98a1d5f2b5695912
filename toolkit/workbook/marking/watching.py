"""Whether a finding still stands, said by formulas: the sheet's own checks where there are any, else the cell's value.

A mark goes when its finding is settled or when its cell no longer holds what was found there.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from toolkit.form.cellrules import cell_checks
from toolkit.form.checks import State
from toolkit.form.rules import bind_rules
from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.rectangles import rectangles
from toolkit.workbook.wording.languages import wording_of
from toolkit.xlsx.sheet import split_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.form.checks import Check
    from toolkit.form.model import Form
    from toolkit.xlsx.package import Cell, Package

_LONGEST = 4000  # characters of a formula; programs take 8192
_COMPARED = 100  # characters of a text that are compared
_STANDING = (State.PENDING, State.BROKEN, State.DOUBTFUL)


@lru_cache(maxsize=16)
def checks_by_fields(form: Form) -> Mapping[tuple[str, tuple[str, ...]], Check]:
    """Return every check over tables by its rule and the fields in its relation, as findings name it."""
    return {(check.rule, check.fields): check for check in bind_rules(form)}


@lru_cache(maxsize=16)
def _cell_rules(form: Form) -> frozenset[str]:
    return frozenset(check.rule for checks in cell_checks(form).values() for check in checks)


@dataclass(frozen=True)
class Watch:
    """One workbook's cells that say how its checks stand, as formulas on other sheets name them."""

    form: Form
    package: Package

    def standing(self, finding: Mapping[str, Any], marked: Iterable[tuple[str, str]]) -> str:
        """Return an expression that is true while a finding stands; empty where no cell could ever tell.

        `marked` are the sheets and cells at which it is marked.
        """
        fields = tuple(place["field"] for place in finding["places"])
        check = checks_by_fields(self.form).get((finding["name"], fields))
        if check is not None and check.key in self._check_rows:
            state = self._state(self.form.words.checks, at.CHECK_STATE, self._check_rows[check.key])
            return f"OR({','.join(f'{state}={code:d}' for code in _STANDING)})"
        if finding["name"] in _cell_rules(self.form) and (flags := self._flags(fields)):
            return flags
        shown = list(marked)
        beside = [(place["sheet"], place["cell"]) for place in finding["places"] if self._shows(place)]
        held = _joined([self._unchanged_on(*one) for one in shown], "OR")
        totals = _joined([self._unchanged_on(*one) for one in beside if one not in shown], "AND")
        return f"AND({held},{totals})" if held and totals else held

    def _shows(self, place: Mapping[str, Any]) -> bool:
        return bool(place["cell"]) and place["sheet"] in self._sheets

    def _unchanged_on(self, sheet: str, area: str) -> str:
        return self.unchanged(sheet, area, f"{at.quoted(sheet)}!")

    def unchanged(self, sheet: str, area: str, prefix: str = "") -> str:
        """Return an expression that is true while the first cell of an area holds what it holds now."""
        address = area.partition(":")[0].replace("$", "")
        cell = self.package.cells(sheet).get(address)
        return _same(cell, f"{prefix}{address}")

    def explanation(self, finding: Mapping[str, Any]) -> str:
        """Return the reference of the cell of the checks' sheet that explains a finding; empty without one."""
        fields = tuple(place["field"] for place in finding["places"])
        check = checks_by_fields(self.form).get((finding["name"], fields))
        if check is None or not check.is_explainable or check.key not in self._check_rows:
            return ""
        return self._state(self.form.words.checks, self._explanation_column, self._check_rows[check.key])

    @cached_property
    def _explanation_column(self) -> int:
        """The column under the head of the explanations; workbooks issued before have it further right."""
        cells, head = self.package.cells(self.form.words.checks), wording_of(self.form).checks.explanation
        heads = (address for address, cell in cells.items() if cell.value == head)
        return next((split_address(address)[1] - 1 for address in heads), at.CHECK_EXPLANATION)

    def _state(self, sheet: str, column: int, row: int) -> str:
        return f"{at.quoted(sheet)}!{at.cell_name(row, column, fixed=True)}"

    def _flags(self, fields: tuple[str, ...]) -> str:
        """Return an expression over the hidden flags of typed cells; empty where a field has none."""
        rows = [self._field_rows.get(field) for field in fields]
        known = [(row, at.FIELD_FLAG) for row in rows if row is not None and self._has_flag(row)]
        if not fields or len(known) < len(fields):
            return ""
        counts = [
            f"COUNTIF({at.quoted(at.KEYS_SHEET)}!{_fixed(rectangle)},{code:d})"
            for rectangle in rectangles(known)
            for code in _STANDING
        ]
        return f"{_joined(counts, '+')}>0"

    def _has_flag(self, row: int) -> bool:
        cell = self.package.cells(at.KEYS_SHEET).get(at.cell_name(row, at.FIELD_FLAG))
        return cell is not None and bool(cell.formula or cell.shared)

    @cached_property
    def _check_rows(self) -> Mapping[str, int]:
        return self._keyed_rows(self.form.words.checks, at.KEY_COLUMN)

    @cached_property
    def _field_rows(self) -> Mapping[str, int]:
        return self._keyed_rows(at.KEYS_SHEET, at.FIELD_KEY)

    @cached_property
    def _sheets(self) -> frozenset[str]:
        return frozenset(info.name for info in self.package.sheets)

    def _keyed_rows(self, sheet: str, column: int) -> Mapping[str, int]:
        if sheet not in self._sheets:
            return {}
        letters = at.column_name(column)
        found: dict[str, int] = {}
        for address, cell in self.package.cells(sheet).items():
            if address.startswith(letters) and address[len(letters) :].isdigit() and isinstance(cell.value, str):
                found.setdefault(cell.value, int(address[len(letters) :]) - 1)
        return found


def _fixed(rectangle: tuple[int, int, int, int]) -> str:
    top, left, bottom, right = rectangle
    return f"{at.cell_name(top, left, fixed=True)}:{at.cell_name(bottom, right, fixed=True)}"


def _joined(parts: list[str], how: str) -> str:
    """Return the parts in one expression, as many as a formula can hold."""
    kept: list[str] = []
    length = 0
    for part in parts:
        length += len(part) + 1
        if kept and length > _LONGEST:
            break
        kept.append(part)
    if how == "+":
        return how.join(kept)
    return f"{how}({','.join(kept)})" if kept else ""


def _same(cell: Cell | None, reference: str) -> str:
    value = None if cell is None or (cell.formula and not cell.cached) else cell.value
    if cell is not None and cell.type == "e":
        return f"ISERROR({reference})"
    if value is None or value == "":
        return f"LEN({reference})=0"
    if isinstance(value, bool):
        return f"EXACT({reference},{'TRUE' if value else 'FALSE'})"
    if isinstance(value, int | Decimal):
        return f"IF(ISNUMBER({reference}),ROUND({reference}-({Decimal(value):f}),6)=0,FALSE)"
    head = value.split("\n")[0][:_COMPARED]
    quoted = head.replace('"', '""')
    return f'IF(ISERROR({reference}),FALSE,LEFT({reference},{len(head)})="{quoted}")'


def is_typed(form: Form, field: str) -> bool:
    """Return whether a field is one in which a clerk types."""
    return field in form.fields and form.fields[field].kind is not Kind.COMPUTED


def first_of(area: str) -> tuple[int, int]:
    """Return row and column, from 0, of the first cell of an area."""
    row, column = split_address(area.partition(":")[0].replace("$", ""))
    return row - 1, column - 1
