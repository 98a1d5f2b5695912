"""Everything our renderers write is read back to the exact filing."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest
from report_samples import CHINESE, figures_of, needs_fonts, sample_filing, sample_report

from toolkit.documents.figures import Sure
from toolkit.documents.opening import open_document
from toolkit.documents.recognise import recognise
from toolkit.filing.checkcode import CHECK_CODE
from toolkit.form.registry import load_forms
from toolkit.form.values import Paragraph
from toolkit.report.docx.document import render_docx
from toolkit.report.html import render_html, render_html_fragment
from toolkit.report.pdf import render_pdf
from toolkit.report.text import render_markdown, render_text
from toolkit.workbook.from_document import examine_document, unsure_in
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    from toolkit.documents.recognise import Recognition
    from toolkit.report.document import Report

RENDERERS = {
    "docx": render_docx,
    "html": lambda report: render_html(report).encode(),
    "fragment.html": lambda report: render_html_fragment(report).encode(),
    "gb18030.html": lambda report: render_html_fragment(report).encode("gb18030"),
    "txt": lambda report: render_text(report).encode(),
    "indented.txt": lambda report: textwrap.indent(render_text(report), "    ").encode("gb18030"),
    "md": lambda report: render_markdown(report).encode(),
}


def read_back(report: Report, ending: str) -> Recognition:
    return recognise(open_document(RENDERERS[ending](report), f"报告.{ending}"), load_forms())


@pytest.mark.parametrize("name", CHINESE)
@pytest.mark.parametrize("ending", RENDERERS)
def test_a_rendered_report_is_read_back_to_the_exact_filing(name: str, ending: str) -> None:
    filing, report = sample_filing(name), sample_report(name)
    read = read_back(report, ending)
    assert read.filing is not None
    assert (read.filing.form.edition, read.filing.organ, read.filing.year) == (
        filing.form.edition, report.organ, filing.year,
    )  # fmt: skip
    assert {entry.sure for entry in read.found.values()} == {Sure.READ}
    assert figures_of(read.filing) == figures_of(filing)
    for section in report.sections:
        if not section.table:
            assert read.filing.paragraphs(section.id) == tuple(_levelled(section.paragraphs, ending))
    public = {f"cover.{contact.id}": contact.text for contact in report.contacts if contact.id != CHECK_CODE}
    assert {name: read.filing.text(name) for name in public} == public
    assert read.filing.issued_on == filing.issued_on


def _levelled(paragraphs: tuple[Paragraph, ...], ending: str) -> list[Paragraph]:
    """Return the paragraphs with the levels a format can tell: plain text tells a heading by its number alone."""
    if not ending.endswith("txt"):
        return list(paragraphs)
    numbered = {one: one.text.startswith("（") and not one.text.endswith("。") for one in paragraphs}
    return [Paragraph(one.text, one.level if numbered[one] else 0) for one in paragraphs]


@needs_fonts
@pytest.mark.parametrize("name", [name for name in CHINESE if name != "hostile"])
def test_a_report_in_pdf_is_read_back_to_every_figure_and_word(name: str) -> None:
    filing, report = sample_filing(name), sample_report(name)
    read = recognise(open_document(render_pdf(report), "报告.pdf"), load_forms())
    assert read.filing is not None
    assert (read.filing.form.edition, read.filing.organ, read.filing.year) == (
        filing.form.edition, report.organ, filing.year,
    )  # fmt: skip
    assert {entry.sure for entry in read.found.values()} == {Sure.READ}
    assert figures_of(read.filing) == figures_of(filing)
    assert read.filing.issued_on == filing.issued_on
    for section in report.sections:
        printed = "".join(paragraph.text for paragraph in section.paragraphs)
        found = "".join(paragraph.text for paragraph in read.filing.paragraphs(section.id)) if printed else ""
        assert found.replace(" ", "").startswith(printed.replace(" ", ""))


@pytest.mark.parametrize("name", ["suqian_2024", "erqi_2020"])
def test_a_workbook_of_ours_is_read_as_a_document_too(name: str) -> None:
    filing = sample_filing(name)
    read = examine_document(write_workbook(filing), "报表.xlsx")
    assert read.filing is not None
    assert figures_of(read.filing) == figures_of(filing)
    assert unsure_in(read) == ()
    assert read.found["requests.new.business"].place == "三、申请办理!F9"
