"""A report from any document: read, and checked like a workbook."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from toolkit.documents.faults.missing import one_cause
from toolkit.documents.figures import Found, Sure
from toolkit.documents.grids import plain
from toolkit.documents.opening import TEXT_ENDINGS, is_workbook, open_document
from toolkit.documents.several import recognise_all
from toolkit.errors import DocumentError, InputError
from toolkit.files import read_file
from toolkit.filing.bounding import few_of_each
from toolkit.filing.checking import ORDER, as_printed
from toolkit.filing.findings import Finding, Place, has_errors, raise_finding
from toolkit.form.local.supplement import official
from toolkit.form.registry import load_forms, years_of
from toolkit.workbook.examined_document import ExaminedDocument
from toolkit.workbook.examining import LONGEST_ERROR, Examined, Verdict, examine, judge
from toolkit.workbook.identity import identity_of
from toolkit.workbook.returned.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from toolkit.documents.recognise import Recognition
    from toolkit.filing.filing import Filing

# What a published report has no place for, the clerk's telephone and that there was nothing, is not asked of it.
NOT_PRINTED = frozenset({"contact_missing", "all_nought"})


_REFUSED = "document_unreadable"


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


def check_document(path: Path, examined: Examined, forms: Path | None = None) -> tuple[ExaminedDocument, ...]:
    """Return every report of a file checked that is no workbook of ours, as its examination has told."""
    data = _content(path)
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


def is_refused(document: ExaminedDocument) -> bool:
    """Return whether it is a text document by its name, and could not be opened: why is its first finding."""
    is_text = PurePath(document.examined.reading.name).suffix.lower() in TEXT_ENDINGS
    return is_text and any(finding.name == _REFUSED for finding in document.examined.findings)


def unsure_in(document: ExaminedDocument) -> tuple[str, ...]:
    """Return the figures somebody has to look at: inferred, with two readings, or not found."""
    return tuple(name for name, entry in document.found.items() if entry.sure is not Sure.READ)


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
    told = (as_printed(finding, filing.form) for finding in judged)
    findings = _sorted(one_cause((*_edition(filing), *told), filing.form))
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
