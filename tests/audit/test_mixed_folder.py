"""A folder of sound and faulty reports of both editions in many formats: each fault on its row, nobody accused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from casebook import EDITIONS, full_filing

from toolkit.audit.reviewing import files_in, review_files
from toolkit.audit.tables import review_tables
from toolkit.campaign.round.workers import Workers
from toolkit.filing.findings import Severity
from toolkit.form.registry import form_of_edition
from toolkit.form.values import Paragraph
from toolkit.report.document import Report, build_report
from toolkit.report.docx.document import render_docx
from toolkit.report.html import render_html, render_html_fragment
from toolkit.report.text import render_markdown, render_text
from toolkit.workbook.examining import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolkit.audit.reviewing import Reviewed
    from toolkit.filing.filing import Filing

RENDERERS: dict[str, Callable[[Report], bytes]] = {
    "docx": render_docx,
    "html": lambda report: render_html(report).encode(),
    "htm": lambda report: render_html_fragment(report).encode(),
    "txt": lambda report: render_text(report).encode(),
    "md": lambda report: render_markdown(report).encode(),
}
CELL, TOTAL = "requests.granted.business", "requests.granted.total"
BLANKED = "requests.granted.research"


def sound(edition: str, organ: str) -> Filing:
    """Return a filing in which something was asked and granted, told in its words too."""
    filing = replace(full_filing(form_of_edition(edition)), organ=organ)
    said = Paragraph(f"{filing.year}年，本机关全年新收政府信息公开申请43件，予以公开43件。")
    answers = {"requests.new.business": 43, CELL: 43, "overview": (said, *filing.paragraphs("overview"))}
    return filing.with_answers(answers)


def printed(report: Report, field: str, text: str) -> Report:
    """Return a report that prints something else in one cell."""
    changed = [
        replace(section, table=replace(section.table, figures={**section.table.figures, field: text}))
        if section.table and field in section.table.figures
        else section
        for section in report.sections
    ]
    return replace(report, sections=tuple(changed))


def said_otherwise(report: Report) -> Report:
    """Return a report whose words tell another number than its table."""
    overview = report.sections[0]
    first = replace(overview.paragraphs[0], text=overview.paragraphs[0].text.replace("申请43件", "申请45件"))
    return replace(
        report, sections=(replace(overview, paragraphs=(first, *overview.paragraphs[1:])), *report.sections[1:])
    )


def without_last(report: Report) -> Report:
    return replace(report, sections=report.sections[:-1])


def exchanged(report: Report) -> Report:
    return replace(report, sections=(*report.sections[:4], report.sections[5], report.sections[4]))


# What is done to a report, the finding that must come, and the place it must name.
FAULTS: dict[str, tuple[Callable[[Report], Report], str, str]] = {
    "错合计": (lambda report: printed(report, TOTAL, "34"), "total_differs", TOTAL),
    "错一格": (lambda report: printed(report, CELL, "34"), "total_differs", CELL),
    "空一格": (lambda report: printed(report, BLANKED, ""), "blank_figure", BLANKED),
    "写了字": (lambda report: printed(report, CELL, "若干"), "not_a_count", CELL),
    "说错数": (said_otherwise, "prose_differs", "requests.new.total"),
    "少一章": (without_last, "blank_section", "other"),
    "换次序": (exchanged, "heading_out_of_order", ""),
    "错年度": (lambda report: replace(report, title=report.title.replace(str(report.year), "2035")), "", ""),
}


def write_folder(folder: Path) -> dict[str, str]:
    """Write a sound and a faulty report for every fault and edition; return the fault of each file."""
    made: dict[str, str] = {}
    formats = list(RENDERERS)
    for edition in EDITIONS:
        for fault, (change, _, _) in FAULTS.items():
            for name, report_of in ((fault, change), ("", lambda report: report)):
                ending = formats[len(made) % len(formats)]
                file = f"{len(made):02}-{edition}.{ending}"
                report = report_of(build_report(sound(edition, f"示例{len(made)}县财政局")))
                (folder / file).write_bytes(RENDERERS[ending](report))
                made[file] = name
    return made


def places_of(one: Reviewed, name: str) -> set[str]:
    """Return the fields a finding of a report names as place or as suspect."""
    return {
        entry.field
        for finding in one.findings
        if finding.name == name
        for entry in (*finding.places, *finding.suspects)
    }


def test_every_fault_is_found_and_no_sound_report_accused(tmp_path: Path) -> None:
    made = write_folder(tmp_path)
    reviewed = review_files(files_in([tmp_path]), Workers(1))
    for one in reviewed:
        fault = made[one.file.rpartition("/")[2]]
        serious = {finding.name for finding in one.findings if finding.severity is not Severity.NOTE}
        if not fault:
            assert (one.verdict, serious) == (Verdict.ACCEPTED, set()), one.file
            continue
        _, name, place = FAULTS[fault]
        assert (name or "edition_not_for_year" if "2019" in one.file else name or "year_slip") in serious, one.file
        assert not place or place in places_of(one, name), one.file
    reports, findings = review_tables(reviewed)
    rows = iter(findings.rows)
    for row, one in zip(reports.rows, reviewed, strict=True):
        mine = [next(rows) for _ in one.findings]
        assert {entry.file for entry in mine} <= {row.file}
        assert row.leads_to == (mine[0].values[0] if mine else 0)
