"""A report read from a document as one of our workbooks, for the clerk to confirm."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.errors import InputError
from toolkit.workbook.examining import finding_json
from toolkit.workbook.marking.cell_to_mend import Held
from toolkit.workbook.marking.marks import mark_workbook
from toolkit.workbook.returned.reading import read_workbook
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.filing.findings import Finding, Place
    from toolkit.workbook.examined_document import ExaminedDocument


def workbook_of(document: ExaminedDocument) -> bytes:
    """Return our locked workbook filled with what was read, every cell to look at marked for the clerk to confirm.

    Raises:
        InputError: the document holds no report, or nobody knows whose it is.
    """
    filing, name = document.filing, document.examined.reading.name
    if filing is None or not filing.organ:
        raise InputError(name, [finding.message for finding in document.examined.findings[:1]])
    if not filing.form.serves(filing.year):
        used = f"用的是 {filing.form.edition} 版的表格，{filing.year} 年不用这一版，不能直接转成报表"
        raise InputError(name, [f"{used}；年度读错了的，请用 --year 写明"])
    written = write_workbook(filing)
    cells = read_workbook(written, name).cells
    findings = [finding_json(_moved(finding, cells)) for finding in document.examined.findings]
    return mark_workbook(written, name, filing.form, Held(filing.values, filing.previous, cells), findings)


def _moved(finding: Finding, cells: Mapping[str, tuple[str, str]]) -> Finding:
    """Return a finding about the document with the cells of the workbook its figures were written to."""

    def moved(place: Place) -> Place:
        sheet, cell = cells.get(place.field, ("", ""))
        return replace(place, sheet=sheet, cell=cell)

    suspects = [replace(one, sheet=cells[one.field][0], cell=cells[one.field][1]) for one in finding.suspects]
    return replace(finding, places=tuple(map(moved, finding.places)), suspects=tuple(suspects))
