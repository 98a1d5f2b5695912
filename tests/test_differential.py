"""The sheet and Python judge alike: random workbooks, recalculated by LibreOffice, compared cell by cell.

XXGK_FILLINGS sets how many workbooks per edition.
"""

from __future__ import annotations

import os
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from casebook import SMALL
from fillings import as_read, random_filing
from office import convert

from toolkit.filing.checking import check_filing
from toolkit.filing.findings import has_errors
from toolkit.form.checks import is_number, prose_is_blank
from toolkit.form.registry import form_of_edition
from toolkit.workbook.layout import lay_out
from toolkit.workbook.returned.reading import read_workbook
from toolkit.workbook.template.formulas.sheet_results import SheetResults
from toolkit.workbook.template.formulas.sheets import formula_cells
from toolkit.workbook.template.workbook import write_workbook
from toolkit.workbook.wording.languages import wording_of
from toolkit.xlsx.package import NewCell, open_package

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.filing.filing import Filing

FILLINGS = int(os.environ.get("XXGK_FILLINGS", "16"))
EDITIONS = {"2019": 2020, "2021": 2024, "small": 2050}


def _without_results(data: bytes, filing: Filing) -> bytes:
    """Wipe every stored result, so that what LibreOffice saves it must have computed."""
    changes: dict[str, dict[str, NewCell]] = {}
    for live in formula_cells(lay_out(filing.form), filing):
        changes.setdefault(live.spot.sheet, {})[live.spot.cell] = NewCell(0, cached_only=True)
    return open_package(data).patched(changes)


@pytest.mark.office
@pytest.mark.parametrize("edition", EDITIONS)
def test_sheet_and_python_agree_on_every_cell_and_verdict(edition: str, tmp_path: Path) -> None:
    form = form_of_edition(edition, SMALL)
    filings = {f"{edition}-{seed}": random_filing(form, EDITIONS[edition], seed) for seed in range(FILLINGS)}
    sources = []
    for stem, filing in filings.items():
        sources.append(tmp_path / f"{stem}.xlsx")
        sources[-1].write_bytes(_without_results(write_workbook(filing), filing))
    wrong, verdicts = [], set()
    for path in convert(sources, tmp_path / "saved"):
        filing, package = filings[path.stem], open_package(path.read_bytes())
        for live in formula_cells(lay_out(form), filing):
            cell = package.cells(live.spot.sheet).get(live.spot.cell)
            if cell is None or not _same(cell.value, live.value):
                wrong.append(f"{path.stem} {live.spot.reference} ={live.formula} gives {cell}, we say {live.value!r}")
        sheet_verdict = SheetResults(lay_out(form), filing).verdict
        ready = wording_of(form).states.ready
        assert sheet_verdict.startswith(ready) != has_errors(check_filing(filing)), (path.stem, sheet_verdict)
        verdicts.add(sheet_verdict.startswith(ready))
        read = read_workbook(path.read_bytes(), path.name, SMALL)
        assert read.filing is not None
        wrong += [
            f"{path.stem} {name} read as {read.filing.values[name]!r}, was {value!r}"
            for name, value in as_read(filing).values.items()
            if not _same(read.filing.values[name], value)
        ]
        assert read.filing.previous == filing.previous
    assert not wrong, f"{len(wrong)} cells differ:\n" + "\n".join(wrong[:10])
    assert verdicts == {True, False}, "the fillings must give both verdicts, or the test proves little"


def _same(found: object, ours: object) -> bool:
    if found == ours:
        return True
    if not is_number(ours):
        return _is_nothing(found) and _is_nothing(ours)
    # A sheet adds in binary, we in decimal: the fourteenth digit may differ, no more.
    return is_number(found) and abs(Decimal(found) - Decimal(ours)) <= abs(Decimal(ours)) * Decimal("1e-14")


def _is_nothing(value: object) -> bool:
    """A prose section of white space is read as no paragraphs; both count as blank."""
    return value is None or (isinstance(value, tuple) and prose_is_blank(value))
