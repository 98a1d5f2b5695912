"""Returns that are no workbook of ours: tables pasted into any book, Word, web pages, PDF, read by their labels.

What is shown says whose such a file is, and only where the roster leaves one answer.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from toolkit.documents.grids import plain
from toolkit.documents.opening import is_spreadsheet, is_workbook
from toolkit.filing.findings import raise_finding
from toolkit.workbook.examining import Examined, Verdict
from toolkit.workbook.from_document import examine_document, is_refused, unsure_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import Any

    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.round.roster import Organ

BY_LABELS, TO_CONFIRM = "read_by_labels", "document_to_confirm"


def may_be_document(data: bytes, examined: Examined) -> bool:
    """Return whether a file that is no workbook of ours is to be read by its labels; one that is damaged is not."""
    is_damaged = is_workbook(data) and any(finding.name == "not_a_workbook" for finding in examined.findings)
    return examined.filing is None and bool(data) and not is_damaged


def examine_as_document(data: bytes, name: str, forms: Path | None, year: int) -> Examined | None:
    """Return a file read by its labels, or None where it holds no report; `year` is taken where the file shows none.

    A spreadsheet says so and may be accepted; any other document is an error until somebody has confirmed it. A text
    document that cannot be opened says why, and what to do.
    """
    document = examine_document(data, name, forms, otherwise=year)
    filing = document.filing
    if filing is None:
        return document.examined if is_refused(document) else None
    unsure = len(unsure_in(document))
    told = raise_finding(BY_LABELS if is_spreadsheet(data) else TO_CONFIRM, file=name, unsure=unsure)
    found = document.examined
    findings = (told, *found.findings)
    verdict = Verdict.NEEDS_FIXING if told.severity == "error" else found.verdict
    return Examined(replace(found.reading, findings=findings), findings, verdict)


def is_read_by_labels(findings: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether a receipt's findings say that it is no workbook of ours."""
    return any(finding["name"] in {BY_LABELS, TO_CONFIRM} for finding in findings)


def is_to_confirm(findings: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether a receipt's findings say that it is a document whose figures somebody has to confirm."""
    return any(finding["name"] == TO_CONFIRM for finding in findings)


def organ_shown(receipt: Receipt, organs: Iterable[Organ]) -> Organ | None:
    """Return the one organ of the roster that a file shows, by its title and signature, else by its name; else None."""
    known = list(organs)
    shown = plain(receipt.organ)
    named = [organ for organ in known if shown and plain(organ.name) == shown]
    if not named:
        file = plain(PurePosixPath(receipt.file).name)
        named = [organ for organ in known if plain(organ.name) in file or plain(organ.stem) in file]
        longest = max((len(organ.name) for organ in named), default=0)
        named = [organ for organ in named if len(organ.name) == longest]
        if receipt.organ and any(plain(organ.name) != shown for organ in named):
            return None  # the file's name says one organ and its title another
    return named[0] if len(named) == 1 else None
