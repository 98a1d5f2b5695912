"""Last year's figures, taken from last year's workbook for this year's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.documents.faults.totals import TOTAL_FAULTS
from toolkit.documents.figures import Sure
from toolkit.documents.grids import plain
from toolkit.errors import InputError, WorkbookError
from toolkit.filing.possible import possible_figures
from toolkit.workbook.examining import Verdict, examine
from toolkit.workbook.from_document import examine_reports, is_refused, unsure_in
from toolkit.workbook.template.blank import carried_fields

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from toolkit.form.values import Figure
    from toolkit.workbook.examined_document import ExaminedDocument


def previous_figures(
    data: bytes, name: str, organ: str, code: str, year: int, forms: Path | None = None
) -> Mapping[str, Figure]:
    """Return every figure of last year's workbook, or of last year's report in any other document, by field id.

    Raises:
        WorkbookError: the file is not a workbook of ours and no document either.
        InputError: it is another organ's or another year's, it was never fit to be accepted, or a figure that carries
            over could not be read for certain.
    """
    examined = examine(data, name, forms)
    reports = examine_reports(data, name, forms) if examined.reading.identity is None else ()
    if read := [(report, report.filing) for report in reports if report.filing is not None]:
        wanted = (report for report, filing in read if filing.year == year - 1 and is_same_organ(filing.organ, organ))
        return report_figures(next(wanted, read[0][0]), name, organ, year)
    identity, filing = examined.reading.identity, examined.filing
    if identity is None or filing is None:
        refused = next((report.examined for report in reports if is_refused(report)), examined)
        raise WorkbookError(refused.findings[-1].message)
    mistakes = []
    if identity.year != year - 1:
        mistakes.append(f"是 {identity.year} 年的报表，{year} 年的上年数据应取自 {year - 1} 年的报表")
    if (identity.code != code) if code and identity.code else (identity.organ != organ):
        mistakes.append(
            f"是“{identity.organ}”（{identity.code or '无代码'}）的报表，不是“{organ}”（{code or '无代码'}）的"
        )
    if examined.verdict is not Verdict.ACCEPTED:
        mistakes.append("还没有通过核对，不能作为上年数据；请先用 xxgk check 核对并改好")
    if mistakes:
        raise InputError(name, mistakes)
    return filing.figures()


def report_figures(document: ExaminedDocument, name: str, organ: str, year: int) -> Mapping[str, Figure]:
    """Return the figures of a published report that were read for certain.

    A report may be faulty in many ways and still tell what carries over; only the figures that do must be sound.

    Raises:
        InputError: it is another organ's or another year's, or a figure that carries over is not certain.
    """
    filing = document.filing
    if filing is None:
        return {}
    mistakes = []
    if filing.year != year - 1:
        mistakes.append(f"是 {filing.year} 年的报告，{year} 年的上年数据应取自 {year - 1} 年的报告")
    if not is_same_organ(filing.organ, organ):
        mistakes.append(f"是“{filing.organ}”的报告，不是“{organ}”的")
    sources = carried_fields(filing.form).values()
    doubtful = [filing.form.fields[field].label for field in sources if not _is_sound(document, field)]
    if doubtful:
        mistakes.append(
            f"要结转的 {len(doubtful)} 格没有读准或与合计不符（{'、'.join(doubtful[:3])}），请改用核对过的报表"
        )
    if mistakes:
        raise InputError(name, mistakes)
    unsure = set(unsure_in(document))
    figures = possible_figures(filing.form, filing.figures())
    return {field: figure for field, figure in figures.items() if field not in unsure}


def is_same_organ(one: str, other: str) -> bool:
    """Return whether two names are one organ's; a report may leave out the city before the district's name."""
    first, second = plain(one), plain(other)
    return bool(first and second) and (first.endswith(second) or second.endswith(first))


def _is_sound(document: ExaminedDocument, field: str) -> bool:
    entry = document.found.get(field)
    if entry is None or entry.sure is not Sure.READ or isinstance(entry.value, str):
        return False
    faults = (one for one in document.examined.findings if one.name in TOTAL_FAULTS)
    return all(field not in {place.field for place in one.places} for one in faults)
