"""The report as a Word document in the typography of official papers (GB/T 9704), with real heading styles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.report.docx.package import open_base, set_shared_marks_in_chinese, to_bytes
from toolkit.report.docx.tables import table_xml
from toolkit.report.measures import body_lines, signature_indents

if TYPE_CHECKING:
    from toolkit.report.document import Report, ReportSection

_STYLES = ("Body Text", "Heading 2", "Heading 3")  # by the level of a paragraph
_TITLE_EMS = 20  # characters of the title size on one line
# Lines a paragraph may have to stand on one page with the signature. Word keeps only its last two lines with the
# signature; LibreOffice 7.4 moves it whole, and where that needs more than a page it tears date and signature apart.
_MOST_KEPT_LINES = 14
# Lengths in EMU, as python-docx takes them. An empty paragraph after a table would land on top of the next page.
_POINT = 12700
_TENTH_EM = 16 * _POINT // 10  # of body text
_BEFORE_TABLE, _AFTER_TABLE, _BEFORE_SIGNATURE = 4 * _POINT, 12 * _POINT, 24 * _POINT


def render_docx(report: Report) -> bytes:
    """Return the report as the bytes of a .docx file; the same report gives the same bytes."""
    document = open_base(report)
    _add_title(document, report)
    document.add_paragraph(report.preamble, "Body Text")
    for section, before in zip(report.sections, (None, *report.sections), strict=False):
        heading = document.add_paragraph(section.heading, "Heading 1").paragraph_format
        heading.space_before = _AFTER_TABLE if before and before.table else None
        heading.space_after = _BEFORE_TABLE if section.table else None
        _add_content(document, section, is_last=section is report.sections[-1])
    _add_signature(document, report)
    if report.is_chinese:
        set_shared_marks_in_chinese(document)
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


def _add_content(document: Any, section: ReportSection, *, is_last: bool) -> None:
    from docx.oxml import parse_xml

    for paragraph in section.paragraphs:
        document.add_paragraph(paragraph.text, _STYLES[paragraph.level])
    if section.table:
        body = document.element.body  # ends in the properties of the page
        body.insert(len(body) - 1, parse_xml(table_xml(section.table, keep_with_next=is_last)))


def _add_signature(document: Any, report: Report) -> None:
    """Add signature, date and contacts, tied to the end of the last paragraph so that they do not stand alone."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    last = document.paragraphs[-1]
    last.paragraph_format.widow_control = True
    last.paragraph_format.keep_with_next = body_lines(last.text) <= _MOST_KEPT_LINES
    lines = [text for text in (report.signature, report.dated) if text]
    for text, indent in zip(lines, signature_indents(report), strict=False):
        paragraph = document.add_paragraph(text, "Signature")
        paragraph.paragraph_format.right_indent = indent * _TENTH_EM
        paragraph.paragraph_format.keep_with_next = True
        if text is report.signature:
            paragraph.paragraph_format.space_before = _BEFORE_SIGNATURE
    if report.contact_note:
        note = document.add_paragraph(report.contact_note, "Body Text").paragraph_format
        note.alignment = WD_ALIGN_PARAGRAPH.LEFT  # addresses justify badly
        note.keep_together = True
