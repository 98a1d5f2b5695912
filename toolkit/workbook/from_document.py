"""A report from any document: read, checked like a workbook, and turned into one of ours."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from toolkit.documents.faults.missing import one_cause
from toolkit.documents.figures import Found, Sure
from toolkit.documents.grids import plain
from toolkit.documents.opening import TEXT_ENDINGS, is_workbook, open_document
from toolkit.documents.several import recognise_all
from toolkit.errors import DocumentError, InputError
from toolkit.files import read_file
from toolkit.filing.bounding import few_of_each
from toolkit.filing.checking import ORDER
from toolkit.filing.findings import Finding, Place, has_errors, raise_finding
from toolkit.form.local.supplement import official
from toolkit.form.registry import load_forms, years_of
from toolkit.workbook.examining import (
    LONGEST_ERROR,
    Examined,
    Verdict,
    examine,
    examine_file,
    examined_json,
    finding_json,
    json_value,
    judge,
)
from toolkit.workbook.identity import identity_of
from toolkit.workbook.marking.cell_to_mend import Held
from toolkit.workbook.marking.marks import mark_workbook
from toolkit.workbook.returned.reading import Reading, read_workbook
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from toolkit.documents.recognise import Recognition
    from toolkit.filing.filing import Filing

# What a published report has no place for, the clerk's telephone and that there was nothing, is not asked of it.
NOT_PRINTED = frozenset({"contact_missing", "all_nought"})


_REFUSED = "document_unreadable"


@dataclass(frozen=True)
class ExaminedDocument:
    """A report of a document read and checked. `found` says for every figure where it stood and how sure it is.

    Of a document with several reports it is number `number` of `count`.
    """

    examined: Examined
    found: Mapping[str, Found] = field(default_factory=dict)
    number: int = 1
    count: int = 1

    @property
    def filing(self) -> Filing | None:
        """What was read, or None where the document holds no report."""
        return self.examined.filing

    @property
    def is_refused(self) -> bool:
        """Whether it is a text document by its name, and could not be opened: why is its first finding."""
        is_text = PurePath(self.examined.reading.name).suffix.lower() in TEXT_ENDINGS
        return is_text and any(finding.name == _REFUSED for finding in self.examined.findings)

    @property
    def unsure(self) -> tuple[str, ...]:
        """The figures somebody has to look at: inferred, with two readings, or not found."""
        return tuple(name for name, entry in self.found.items() if entry.sure is not Sure.READ)


def examine_reports(
    data: bytes,
    name: str,
    forms: Path | None = None,
    *,
    year: int | None = None,
    organ: str = "",
    otherwise: int | None = None,
) -> tuple[ExaminedDocument, ...]:
    """Return every report of a document read and checked; never raises for what the file holds.

    `year` and `organ` are what the caller knows, `otherwise` the year of a report that shows none.
    """
    if is_workbook(data) and (examined := examine(data, name, forms)).filing is not None:
        return (ExaminedDocument(examined, dict(_read_back(examined))),)
    try:
        editions = [official(form) for form in load_forms(forms)]
        recognised = recognise_all(open_document(data, name), editions, year, organ, otherwise)
    except DocumentError as error:
        return (_unreadable(name, raise_finding(_REFUSED, file=name, reason=error.reason)),)
    except (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError) as error:
        if os.environ.get("XXGK_DEBUG"):
            raise
        told = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
        return (_unreadable(name, raise_finding("defect_of_ours", file=name, error=told)),)
    return tuple(map(_examined, recognised))


def examine_document(
    data: bytes,
    name: str,
    forms: Path | None = None,
    *,
    year: int | None = None,
    organ: str = "",
    otherwise: int | None = None,
) -> ExaminedDocument:
    """Return one report of a document: of several the one of this organ and year, else the first."""
    reports = examine_reports(data, name, forms, year=year, organ=organ, otherwise=otherwise)
    return next((one for one in reports if _is_of(one.filing, organ, year)), reports[0])


def _is_of(filing: Filing | None, organ: str, year: int | None) -> bool:
    return filing is not None and year in {None, filing.year} and (not organ or plain(organ) == plain(filing.organ))


def examine_document_file(
    path: Path, forms: Path | None = None, *, year: int | None = None, organ: str = ""
) -> tuple[ExaminedDocument, ...]:
    """Return every report of a file read and checked, named by its path; one that cannot be had is unreadable."""
    try:
        data = read_file(path)
    except InputError as error:
        return (_unreadable(str(path), raise_finding("file_missing", file=path, reason="；".join(error.mistakes))),)
    return examine_reports(data, str(path), forms, year=year, organ=organ)


def check_file(path: Path, forms: Path | None = None, *, strict: bool = False) -> tuple[ExaminedDocument, ...]:
    """Return a workbook of ours, or every report of another document, checked; `found` is empty for a workbook."""
    examined = examine_file(path, forms, strict=strict)
    data = _content(path) if examined.filing is None else b""
    if data and not is_workbook(data):
        reports = examine_reports(data, str(path), forms)
        if any(one.found for one in reports) or path.suffix.lower() in TEXT_ENDINGS:
            return tuple(map(_as_published, reports))
    return (ExaminedDocument(examined),)


def _content(path: Path) -> bytes:
    """Return what a file holds; nothing where it cannot be had, which its examination has told already."""
    try:
        return read_file(path)
    except InputError:
        return b""


def _as_published(document: ExaminedDocument) -> ExaminedDocument:
    """Return a report without what is asked of a workbook's cover only: nobody prints the telephone of the clerk."""
    findings = tuple(one for one in document.examined.findings if one.name not in NOT_PRINTED)
    verdict = document.examined.verdict
    if verdict is not Verdict.UNREADABLE:
        verdict = Verdict.NEEDS_FIXING if has_errors(findings) else Verdict.ACCEPTED
    return replace(document, examined=replace(document.examined, findings=findings, verdict=verdict))


def _read_back(examined: Examined) -> Iterator[tuple[str, Found]]:
    """Yield for every figure of a workbook of ours where it stands; our own reader has read it."""
    filing = examined.filing
    for name, entry in filing.form.fields.items() if filing else ():
        if entry.kind.is_figure and filing is not None:
            value = filing.values[name]
            place = "!".join(examined.reading.cells.get(name, ()))
            text = "" if value is None or isinstance(value, tuple) else str(value)
            yield name, Found(value, place, text, Sure.READ if place else Sure.NOT_FOUND)


def _unreadable(name: str, finding: Finding) -> ExaminedDocument:
    return ExaminedDocument(Examined(Reading(name, (finding,)), (finding,), Verdict.UNREADABLE))


def _examined(recognised: Recognition) -> ExaminedDocument:
    filing = recognised.filing
    if filing is None:
        reading = Reading(recognised.name, recognised.findings)
        unreadable = Examined(reading, _sorted(recognised.findings), Verdict.UNREADABLE)
        return ExaminedDocument(unreadable, recognised.found, recognised.number, recognised.count)
    judged = _placed(judge(filing, recognised.findings), recognised.found)
    findings = _sorted(one_cause((*_edition(filing), *judged), filing.form))
    identity = identity_of(filing.form, filing.organ, filing.code, filing.year)
    verdict = Verdict.NEEDS_FIXING if has_errors(findings) else Verdict.ACCEPTED
    reading = Reading(recognised.name, recognised.findings, filing, identity)
    return ExaminedDocument(Examined(reading, findings, verdict), recognised.found, recognised.number, recognised.count)


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return few_of_each(sorted(findings, key=lambda finding: ORDER[finding.severity]))


def _edition(filing: Filing) -> Iterable[Finding]:
    if not filing.form.serves(filing.year):
        years = years_of(filing.form)
        yield raise_finding("edition_not_for_year", edition=filing.form.edition, years=years, year=filing.year)


def _placed(findings: Iterable[Finding], found: Mapping[str, Found]) -> Iterable[Finding]:
    """Yield findings with the place in the document in the sheet's stead."""

    def placed(place: Place) -> Place:
        return replace(place, sheet=found[place.field].place) if place.field in found and not place.sheet else place

    for finding in findings:
        yield replace(finding, places=tuple(map(placed, finding.places)))


def document_json(document: ExaminedDocument) -> dict[str, Any]:
    """Return one entry of `files` in the JSON of `xxgk read` and `check`.

    A document's has where every figure stood, and which of its reports it is.
    """
    if not document.found:
        return examined_json(document.examined)
    provenance = {
        name: {"place": entry.place, "text": entry.text, "sure": entry.sure.value, "value": json_value(entry.value)}
        for name, entry in document.found.items()
    }
    which = {"report": document.number, "reports": document.count}
    return examined_json(document.examined) | which | {"provenance": provenance}


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
