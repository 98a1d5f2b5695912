"""Read and check many reports of any format; a year is held against the year before where both are given."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from toolkit.campaign.round.workers import Workers, run_chunks
from toolkit.documents.figures import Sure
from toolkit.documents.sources.converting import converting_together
from toolkit.errors import InputError
from toolkit.filing.checking import check_filing
from toolkit.filing.filing import Filing
from toolkit.filing.findings import Finding, Severity, has_errors
from toolkit.form.registry import form_of_edition
from toolkit.workbook.examining import Verdict, finding_json
from toolkit.workbook.from_document import NOT_PRINTED, examine_document_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from toolkit.form.values import Figure, Value
    from toolkit.workbook.examined_document import ExaminedDocument

# The kinds of file a folder is searched for.
ENDINGS = frozenset(
    ".docx .doc .wps .rtf .odt .html .htm .mht .mhtml .pdf .xlsx .xls .et .ods .csv .txt .md".split()  # noqa: SIM905
)
SKIPPED = ("~$", ".")  # lock files of office programs, and hidden ones


@dataclass(frozen=True)
class Reviewed:
    """One report read and checked. `cells` counts its figures by how sure they are.

    Of a file with several reports it is number `report` of `reports`.
    """

    file: str
    organ: str
    year: int | None
    edition: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    cells: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, Value] = field(default_factory=dict)
    report: int = 1
    reports: int = 1

    def count(self, severity: Severity) -> int:
        """Return how many findings there are of a severity."""
        return sum(finding.severity is severity for finding in self.findings)


def files_in(paths: Sequence[Path]) -> list[Path]:
    """Return the files meant; a folder stands for every document in it at any depth.

    Raises:
        InputError: there is not one.
    """
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        wanted = (entry for entry in inside if not path.is_dir() or entry.suffix.lower() in ENDINGS)
        found += [entry for entry in wanted if not entry.is_dir() and not entry.name.startswith(SKIPPED)]
    if not found:
        kinds = "、".join(sorted(ENDINGS))
        raise InputError("、".join(map(str, paths)), [f"里面没有可以读的报告（{kinds}）"])
    return found


def review_files(
    files: Sequence[Path], workers: Workers, forms: Path | None = None, tell: Callable[[int], None] = lambda _: None
) -> tuple[Reviewed, ...]:
    """Return every file reviewed, in order; `tell` is told how many more are done."""
    found: list[Reviewed] = []
    for chunk, reviewed in run_chunks(partial(_review, forms=forms), files, workers):
        found += reviewed
        tell(len(chunk))
    return tuple(_against_year_before(one, found, forms) for one in found)


def _review(files: Iterable[Path], forms: Path | None) -> list[Reviewed]:
    opened = converting_together(list(files))
    return [_reviewed(path, document) for path in opened for document in examine_document_file(path, forms)]


def _reviewed(path: Path, document: ExaminedDocument) -> Reviewed:
    filing = document.filing
    findings = tuple(one for one in document.examined.findings if one.name not in NOT_PRINTED)
    found = Reviewed(
        str(path),
        "",
        None,
        "",
        Verdict.UNREADABLE,
        findings,
        Counter(entry.sure.value for entry in document.found.values()),
        report=document.number,
        reports=document.count,
    )
    if filing is None:
        return found
    verdict = Verdict.NEEDS_FIXING if has_errors(findings) else Verdict.ACCEPTED
    edition, answers = filing.form.edition, dict(filing.answers)
    return replace(found, organ=filing.organ, year=filing.year, edition=edition, verdict=verdict, answers=answers)


def _against_year_before(one: Reviewed, others: Sequence[Reviewed], forms: Path | None) -> Reviewed:
    """Return a report with what the report of the year before says against it, where there is just one."""
    before = [
        other for other in others if one.year is not None and (other.organ, other.year) == (one.organ, one.year - 1)
    ]
    if len(before) != 1 or not one.organ:
        return one
    filing = _filing(one, {}, forms)
    compared = _filing(one, _filing(before[0], {}, forms).figures(), forms)
    known = {(finding.name, finding.message) for finding in check_filing(filing)}
    more = [finding for finding in check_filing(compared) if (finding.name, finding.message) not in known]
    findings = (*one.findings, *(finding for finding in more if finding.name not in NOT_PRINTED))
    verdict = Verdict.NEEDS_FIXING if has_errors(findings) else one.verdict
    return replace(one, findings=findings, verdict=verdict)


def _filing(one: Reviewed, previous: Mapping[str, Figure], forms: Path | None) -> Filing:
    return Filing(form_of_edition(one.edition, forms), one.organ, "", one.year or 0, one.answers, previous)


def reviewed_json(one: Reviewed) -> dict[str, Any]:
    """Return a report as the JSON of `xxgk audit` has it."""
    return {
        "file": one.file,
        "report": one.report,
        "reports": one.reports,
        "organ": one.organ,
        "year": one.year,
        "edition": one.edition,
        "verdict": one.verdict.value,
        "errors": one.count(Severity.ERROR),
        "warnings": one.count(Severity.WARNING),
        "cells": {sure.value: one.cells.get(sure.value, 0) for sure in Sure},
        "findings": [finding_json(finding) for finding in one.findings],
    }
