"""What a workbook that came back says of itself: its formulas, its verdict and its 校验码, held against ours."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from toolkit.filing.checkcode import check_code
from toolkit.filing.findings import Place, raise_finding
from toolkit.workbook import layout as at
from toolkit.workbook.layout import lay_out
from toolkit.workbook.template.formulas.sheet_results import SheetResults
from toolkit.workbook.template.formulas.sheets import verdict_formulas
from toolkit.xlsx.row import Rows, by_shape
from toolkit.xlsx.sheet import column_letters, split_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding
    from toolkit.form.values import Value
    from toolkit.workbook.layout import Layout
    from toolkit.xlsx.package import Cell, Package


class Shown(NamedTuple):
    """What a workbook shows of itself: the cell on its cover, and what stands in it as stored."""

    cell: str
    text: str


_Formulas = tuple[tuple[int, str, str], ...]  # row, cell, formula


def cells_of(package: Package, sheet: str) -> Mapping[str, Cell]:
    """Return the cells of a sheet, none where there is no such sheet."""
    return package.cells(sheet) if package.has_sheet(sheet) else {}


def is_first_layout(package: Package) -> bool:
    """Return whether a workbook was issued before layouts were numbered; its totals add the inputs themselves."""
    return _layout_number(package) is None


def is_present_layout(package: Package) -> bool:
    """Return whether a workbook is laid out as we now issue them; earlier ones have other formulas and cells."""
    return _layout_number(package) == at.LAYOUT


def _layout_number(package: Package) -> object:
    rows = package.rows(at.KEYS_SHEET).by_number if package.has_sheet(at.KEYS_SHEET) else {}
    row = rows.get(at.LAYOUT_ROW + 1)
    cell = None if row is None else row.cell(at.cell_name(at.LAYOUT_ROW, at.IDENTITY_VALUE))
    return None if cell is None else cell.value


def about_formulas(package: Package, layout: Layout) -> Iterator[Finding]:
    """Tell where the formulas that give the verdict were changed; ours is worked out anew and does not rest on them."""
    if not is_present_layout(package):
        return
    names = {sheet.name for sheet in package.sheets}
    unlike: set[tuple[str, str]] = set()
    for sheet, formulas in _verdict_rows(layout).items():
        rows = package.rows(sheet) if sheet in names else Rows()
        unlike |= {(sheet, cell) for cell in _unlike(rows, formulas)}
    order = verdict_formulas(layout) if unlike else ()
    altered = [Place("", spot.sheet, spot.sheet, spot.cell) for spot in order if (spot.sheet, spot.cell) in unlike]
    if altered:
        yield raise_finding("verdict_altered", altered, count=len(altered), where=str(altered[0]))


@lru_cache(maxsize=16)
def _verdict_rows(layout: Layout) -> Mapping[str, _Formulas]:
    """Return the formulas of the verdict, each with its row and cell, by sheet."""
    sheets: dict[str, list[tuple[int, str, str]]] = {}
    for spot, formula in verdict_formulas(layout).items():
        sheets.setdefault(spot.sheet, []).append((split_address(spot.cell)[0], spot.cell, formula))
    return {sheet: tuple(formulas) for sheet, formulas in sheets.items()}


@by_shape
def _unlike(rows: Rows, formulas: _Formulas) -> tuple[str, ...]:
    """Return the cells of a sheet that do not hold these formulas."""
    placed = ((address, rows.by_number.get(number), formula) for number, address, formula in formulas)
    found = ((address, None if row is None else row.cell(address), formula) for address, row, formula in placed)
    return tuple(
        address
        for address, cell, formula in found
        if cell is None or not (cell.shared or cell.formula == formula or written(cell.formula) == written(formula))
    )


def read_shown(package: Package, layout: Layout) -> Iterator[tuple[str, Shown]]:
    """Yield the verdict and the 校验码 that the cover shows as stored, by their labels."""
    cover, words = layout.form.words.cover, layout.wording.cover
    cells = cells_of(package, cover)
    labels = {cell.value: beside(address) for address, cell in reversed([*cells.items()])}
    for label in (words.verdict_label, words.code_label):
        address = labels.get(label, "")
        cell = cells.get(address)
        if cell is not None and cell.cached and isinstance(cell.value, str):
            yield label, Shown(address, cell.value)


def about_shown(shown: Mapping[str, Shown], filing: Filing) -> Iterator[Finding]:
    """Tell where the verdict or the 校验码 that a workbook shows differs from what its figures give."""
    if not shown:
        return
    layout = lay_out(filing.form)
    words = layout.wording.cover
    ours = {
        words.verdict_label: SheetResults(layout, filing).verdict,
        words.code_label: check_code(filing),
    }
    for label, expected in ours.items():
        one = shown.get(label)
        if one is not None and one.text != expected:
            places = [Place("", label, filing.form.words.cover, one.cell)]
            figures: dict[str, Value] = {"封面": one.text, "重新核对": expected}
            yield raise_finding("shown_result_differs", places, figures, what=label, found=one.text, expected=expected)


def beside(address: str) -> str:
    """Return the address of the cell to the right."""
    row, column = split_address(address)
    return f"{column_letters(column + 1)}{row}"


@lru_cache(maxsize=4096)
def written(formula: str) -> str:
    """Return a formula without what office programs change when they save it."""
    plain = re.sub(r"[\s$']", "", formula).upper().replace(";", ",")
    return plain.replace("TRUE()", "TRUE").replace("FALSE()", "FALSE")
