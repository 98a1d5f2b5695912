"""A file comes in: read it, check it, say what is to be done. One call for the command line and for campaigns."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from toolkit.errors import InputError
from toolkit.files import read_file
from toolkit.filing.bounding import few_of_each
from toolkit.filing.checkcode import check_code
from toolkit.filing.checking import ORDER, check_filing
from toolkit.filing.explanations import with_explanations
from toolkit.filing.findings import Finding, has_errors, locate, raise_finding
from toolkit.filing.locating.search import with_suspects
from toolkit.filing.locating.slips import ASSUMED, Shares
from toolkit.filing.prose.agreement import check_prose, statements
from toolkit.filing.prose.duties import check_duties
from toolkit.filing.prose.headings import check_headings
from toolkit.filing.prose.marks import check_marks
from toolkit.filing.prose.personal import check_personal
from toolkit.filing.prose.witness import with_witness
from toolkit.filing.prose.wording import check_wording
from toolkit.workbook.following import grouped
from toolkit.workbook.remarks import digest_of
from toolkit.workbook.returned.normalising import strictly, with_causes
from toolkit.workbook.returned.reading import Reading, read_workbook
from toolkit.workbook.returned.results import about_shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from toolkit.filing.filing import Filing
    from toolkit.filing.prose.agreement import Statement
    from toolkit.form.values import Paragraph, Value


DRAFT = "草稿：报表还没有通过核对"  # what a report says under its title until its filing is accepted


LONGEST_ERROR = 200


class Verdict(StrEnum):
    """What becomes of a file."""

    ACCEPTED = "accepted"
    NEEDS_FIXING = "needs-fixing"
    UNREADABLE = "unreadable"

    @property
    def label(self) -> str:
        """The words a clerk reads."""
        return {"accepted": "可以报送", "needs-fixing": "需要修改", "unreadable": "无法读取"}[self.value]


@dataclass(frozen=True)
class Examined:
    """One file examined: what it holds, every finding with sheet and cell, and the verdict."""

    reading: Reading
    findings: tuple[Finding, ...]
    verdict: Verdict

    @property
    def filing(self) -> Filing | None:
        """What the organ answered, or None where the file is unreadable."""
        return self.reading.filing

    @property
    def provisional(self) -> str:
        """What a report of it says under its title while it is not final: an incomplete sum, a draft, or both."""
        words = self.reading.identity.provisional if self.reading.identity else ""
        draft = "" if self.verdict is Verdict.ACCEPTED else DRAFT
        return "；".join(filter(None, (words, draft)))


def examine(
    data: bytes, name: str, forms: Path | None = None, *, strict: bool = False, shares: Shares = ASSUMED
) -> Examined:
    """Return a file read and checked; never raises for what the file holds.

    With `strict`, a number written in another way than as a number is an error, though nobody could misunderstand it.
    `shares` are those of the ways to mistype, by which suspects are ranked.
    A defect of ours that one file brings to light is a finding about that file, so that no other loses its result.
    """
    try:
        return examine_reading(read_workbook(data, name, forms), shares, strict=strict)
    except Exception as error:  # a defect met in one file, of ours or of a library, must not cost the others
        if os.environ.get("XXGK_DEBUG"):
            raise
        defect = raise_finding("defect_of_ours", file=name, error=f"{type(error).__name__}: {error}"[:LONGEST_ERROR])
        return Examined(Reading(name, (defect,)), (defect,), Verdict.UNREADABLE)


def examine_reading(reading: Reading, shares: Shares = ASSUMED, *, strict: bool = False) -> Examined:
    """Return what was read of a file checked, as `examine` does."""
    if reading.filing is None:
        return Examined(reading, few_of_each(reading.findings), Verdict.UNREADABLE)
    filing = reading.filing
    read = (*(strictly(reading.findings) if strict else reading.findings), *about_shown(reading.shown, filing))
    located = locate(few_of_each(judge(filing, read, shares)), reading.cells, reading.paragraphs)
    findings = with_explanations(located, lambda finding: _written(reading, filing, finding))
    ordered = tuple(sorted(findings, key=lambda finding: ORDER[finding.severity]))
    return Examined(reading, ordered, Verdict.NEEDS_FIXING if has_errors(ordered) else Verdict.ACCEPTED)


def judge(filing: Filing, read: Iterable[Finding] = (), shares: Shares = ASSUMED) -> tuple[Finding, ...]:
    """Return every finding about what a filing says, in figures and words, wherever it was read from.

    `read` are those that reading it gave: one slip is one finding over all of them.
    """
    said = statements(filing)
    suspected = with_witness(with_suspects((*read, *check_filing(filing)), filing, shares), filing, said)
    return grouped((*with_causes(suspected, filing), *judge_words(filing, said)), filing)


def judge_words(filing: Filing, said: tuple[Statement, ...]) -> tuple[Finding, ...]:
    """Return every finding about the prose and the cover of a filing, whose statements are `said`."""
    return (
        *check_marks(filing), *check_headings(filing), *check_wording(filing), *check_prose(filing, said),
        *check_duties(filing), *check_personal(filing),
    )  # fmt: skip


def _written(reading: Reading, filing: Filing, finding: Finding) -> str:
    """Return what stands beside the remark about a finding, as long as its figures are the ones remarked on."""
    if not reading.explained:
        return ""
    fields = tuple(place.field for place in finding.places if place.field)
    digest = digest_of(fields, filing.values, finding_json(finding)["figures"])
    known = (finding.name, fields, digest)
    return next((one.text for one in reading.explained if (one.name, one.fields, one.digest) == known), "")


def examine_file(path: Path, forms: Path | None = None, *, strict: bool = False) -> Examined:
    """Return a file examined, named by its path; one that cannot be had is unreadable, with a finding that says why."""
    try:
        data = read_file(path)
    except InputError as error:
        missing = raise_finding("file_missing", file=path, reason="；".join(error.mistakes))
        return Examined(Reading(str(path), (missing,)), (missing,), Verdict.UNREADABLE)
    return examine(data, str(path), forms, strict=strict)


def examined_json(examined: Examined) -> dict[str, Any]:
    """Return one entry of `files` in the JSON of `xxgk check`."""
    filing = examined.filing
    identity = examined.reading.identity
    return {
        "file": examined.reading.name,
        "organ": identity.organ if identity else None,
        "code": identity.code if identity else None,
        "year": identity.year if identity else None,
        "form": f"{identity.form}/{identity.edition}" if identity else None,
        "verdict": examined.verdict.value,
        "check_code": check_code(filing) if filing else None,
        "declared_nought": sorted(filing.declared) if filing else [],
        "values": {name: json_value(value) for name, value in filing.values.items()} if filing else {},
        "findings": [finding_json(finding) for finding in examined.findings],
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as the JSON contract has it."""
    return {
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "advice": finding.advice,
        "places": [
            {"sheet": place.sheet, "cell": place.cell, "field": place.field, "label": place.label}
            for place in finding.places
        ],
        "figures": {name: json_value(value) for name, value in finding.figures.items()},
        "source": finding.source,
        "suspects": [
            {
                "field": entry.field,
                "label": entry.label,
                "value": json_value(entry.value),
                "reason": entry.reason,
                "sheet": entry.sheet,
                "cell": entry.cell,
                "together": entry.together,
                "equal": entry.equal,
            }
            for entry in finding.suspects
        ],
        "follows": [finding_json(follow) for follow in finding.follows],
        "explanation": finding.explanation,
        "closed": finding.closed,
    }


def json_value(value: Value) -> Any:
    """Return a value for JSON: a body paragraph is a string, a sub-heading an object, an amount a number.

    Amounts become binary numbers only here, at the edge: the shortest decimal that names such a number is the one that
    was written, for up to 15 digits, and a sheet holds no more.
    """
    if isinstance(value, tuple):
        return [_paragraph(paragraph) for paragraph in value]
    return value if value is None or isinstance(value, int | str) else float(value)


def _paragraph(paragraph: Paragraph) -> str | dict[str, object]:
    return paragraph.text if paragraph.level == 0 else {"level": paragraph.level, "text": paragraph.text}
