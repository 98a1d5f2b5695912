"""Last year's figures, which travel on the very hidden sheet, and whether they are still as a workbook is issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.filing.findings import Place, raise_finding, show
from toolkit.filing.possible import is_possible
from toolkit.form.checks import is_number, number
from toolkit.workbook import layout as at
from toolkit.xlsx.row import Rows, by_shape

if TYPE_CHECKING:
    from toolkit.filing.findings import Finding
    from toolkit.form.model import Form
    from toolkit.form.values import Figure
    from toolkit.xlsx.package import Cell, Package

_SHOWN = 3


def read_last_year(package: Package, form: Form, findings: list[Finding]) -> dict[str, Figure]:
    """Return last year's figures by the field they belong to, without those that cannot be any, which are told.

    An empty cell says nothing: programs write such cells where a workbook was issued with none. In a round what is
    missing is held against the record.
    """
    found: dict[str, Figure] = {}
    wrong: list[tuple[Place, str]] = []
    rows = package.rows(at.KEYS_SHEET) if package.has_sheet(at.KEYS_SHEET) else Rows()
    for place in _with_previous(rows):  # of many fields, most have no figure of last year
        row = rows[place]
        columns = map(at.column_name, (at.FIELD_KEY, at.FIELD_PREVIOUS))
        key, figure = (row.cell(f"{letters}{row.number}") for letters in columns)
        if key is None or key.value not in form.fields or figure is None or _is_empty(figure):
            continue
        name = str(key.value)
        is_issued = is_number(figure.value) and not (figure.formula or figure.shared)
        if is_issued and is_possible(form, name, number(figure.value)):
            found[name] = number(figure.value)
        else:
            where = Place(name, form.fields[name].label, at.KEYS_SHEET, at.cell_name(row.number - 1, at.FIELD_PREVIOUS))
            wrong.append((where, f"={figure.formula}" if figure.formula else show(figure.value)))
    if wrong:
        shown = "、".join(f"“{where.label}”是{text}" for where, text in wrong[:_SHOWN])
        findings.append(
            raise_finding("last_year_unreadable", [where for where, _ in wrong], count=len(wrong), shown=shown)
        )
    return found


def _is_empty(cell: Cell) -> bool:
    """Return whether a cell holds neither a value nor a formula."""
    return cell.value is None and not (cell.formula or cell.shared)


@by_shape
def _with_previous(rows: Rows) -> tuple[int, ...]:
    """Return the places of the rows that have a cell for last year's figure."""
    column = at.column_name(at.FIELD_PREVIOUS)
    return tuple(place for place, row in enumerate(rows) if row.cell(f"{column}{row.number}") is not None)
