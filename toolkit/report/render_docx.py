"""The report as a Word document in the typography of official papers (GB/T 9704), with real heading styles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.report.docx_package import open_base, to_bytes
from toolkit.report.docx_tables import table_xml
from toolkit.report.measures import signature_indents

if TYPE_CHECKING:
    from toolkit.report.document import Report, ReportSection

_STYLES = ("Body Text", "Heading 2", "Heading 3")  # by the level of a paragraph
_TITLE_EMS = 20  # characters of the title size on one line
_TENTH_EM = 32  # twips, at the 16 points of body text
_BEFORE_TABLE = 80
_AFTER_TABLE = 240  # twips of air; an empty paragraph would land on top of the next page


def render_docx(report: Report) -> bytes:
    """Return the report as the bytes of a .docx file; the same report gives the same bytes."""
    document = open_base(report)
    _add_title(document, report)
    document.add_paragraph(report.preamble, "Body Text")
    for section in report.sections:
        _add_section(document, section, is_last=section is report.sections[-1])
    _add_signature(document, report)
    return to_bytes(document)


def _add_title(document: Any, report: Report) -> None:
    title = document.add_paragraph(style="Title")
    parts = report.title_parts if len(report.title) > _TITLE_EMS else (report.title,)
    run = title.add_run(parts[0])
    for part in parts[1:]:
        run.add_break()
        run = title.add_run(part)
    if report.provisional:
        document.add_paragraph(report.provisional, "Subtitle")


def _add_section(document: Any, section: ReportSection, *, is_last: bool) -> None:
    from docx.oxml import parse_xml
    from docx.shared import Twips

    body = document.element.body
    heading = document.add_paragraph(section.heading, "Heading 1")
    if heading._p.getprevious().tag.endswith("}tbl"):  # noqa: SLF001 - python-docx shows no neighbours
        heading.paragraph_format.space_before = Twips(_AFTER_TABLE)
    for paragraph in section.paragraphs:
        document.add_paragraph(paragraph.text, _STYLES[paragraph.level])
    if section.table:
        heading.paragraph_format.space_after = Twips(_BEFORE_TABLE)
        body.insert(len(body) - 1, parse_xml(table_xml(section.table, keep_with_next=is_last)))


def _add_signature(document: Any, report: Report) -> None:
    """Add signature, date and contacts, tied to the last paragraph so that they never stand alone on a page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Twips

    document.paragraphs[-1].paragraph_format.keep_with_next = True
    lines = [text for text in (report.signature, report.dated) if text]
    for text, indent in zip(lines, signature_indents(report), strict=False):
        paragraph = document.add_paragraph(text, "Signature")
        paragraph.paragraph_format.right_indent = Twips(indent * _TENTH_EM)
        paragraph.paragraph_format.keep_with_next = True
        if text is report.signature:
            paragraph.paragraph_format.space_before = Twips(2 * _AFTER_TABLE)
    if report.contact_note:
        note = document.add_paragraph(report.contact_note, "Body Text").paragraph_format
        note.alignment = WD_ALIGN_PARAGRAPH.LEFT  # addresses justify badly
        note.keep_together = True
