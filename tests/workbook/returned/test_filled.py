"""Workbooks as real programs save them, kept for good: every figure is still read, and what was lost is harmless."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from casebook import ROOT
from workbooks import look_at, names_of, same_value

from toolkit.workbook.answers.values import parse_answers, parse_json
from toolkit.workbook.examining import judge
from toolkit.xlsx.package import open_package

if TYPE_CHECKING:
    from pathlib import Path

FILLED = sorted((ROOT / "tests" / "filled").glob("*.xlsx"))
# What may be said of a file besides what its figures deserve: the definition may have moved on since.
HARMLESS = {"definition_differs"}


@pytest.fixture(params=FILLED, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_every_figure_and_paragraph_typed_is_read(path: Path) -> None:
    filing = look_at(path.read_bytes(), path.name).filing
    source = path.parent / f"{path.stem.partition('_')[2]}.json"
    typed = parse_answers(filing.form, parse_json(source.read_bytes(), source.name), source.name)
    assert {name: filing.values[name] for name in typed if not same_value(filing.values[name], typed[name])} == {}
    figures = [field.id for field in filing.form.fields.values() if field.kind.is_required_figure]
    assert [name for name in figures if filing.answers.get(name) is not None and typed.get(name) is None] == []


def test_nothing_is_found_but_what_the_figures_deserve(path: Path) -> None:
    examined = look_at(path.read_bytes(), path.name)
    deserved = {finding.name for finding in judge(examined.filing)}
    assert set(names_of(examined)) - HARMLESS == deserved - HARMLESS
    assert examined.reading.identity.organ == "示例市"
    lacking = set(examined.filing.form.fields) - set(examined.reading.cells)  # checks that came later
    assert all(name.startswith("explanation.") for name in lacking)


def test_libreoffice_is_known_to_drop_the_structure_lock_and_to_show_the_keys_sheet_as_merely_hidden() -> None:
    """Not our fault and not the clerk's: the reader must mind neither."""
    saved = [open_package(path.read_bytes()) for path in FILLED if path.stem.startswith("libreoffice")]
    assert saved
    assert [package.structure_locked for package in saved] == [False] * len(saved)
    assert [package.sheets[-1].state for package in saved] == ["hidden"] * len(saved)


def test_openpyxl_stores_no_results_and_every_total_is_computed() -> None:
    (path,) = (path for path in FILLED if path.stem.startswith("openpyxl"))
    package = open_package(path.read_bytes())
    formulas = [cell for sheet in package.sheets for cell in package.cells(sheet.name).values() if cell.formula]
    assert formulas
    assert not any(cell.cached for cell in formulas)
    filing = look_at(path.read_bytes()).filing
    assert filing.values["requests.new.total"] == sum(
        value for name, value in filing.answers.items() if name.startswith("requests.new.")
    )
