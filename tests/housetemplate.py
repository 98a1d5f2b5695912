"""Make examples/house/template.docx, a small house template as an office would draw one in Word.

`python tests/housetemplate.py` rewrites the file.
"""

from __future__ import annotations

from typing import Any

from casebook import ROOT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from report_samples import sample_report

from toolkit.report.docx.package import open_base, to_bytes

PLACE = ROOT / "examples" / "house" / "template.docx"
BRAND = RGBColor(0x9C, 0x1C, 0x1C)
COLUMNS = ("natural_person", "total")
LINES = (("新收", "new"), ("予以公开", "granted"), ("部分公开", "partly_granted"), ("结转下年度", "carried_out"))


def make_template() -> bytes:
    """Return the template: a letterhead, prose that repeats per paragraph, a table of the office's own choosing."""
    document = open_base(sample_report("suqian_2024"))
    document.core_properties.title = document.core_properties.author = ""
    letterhead = document.add_paragraph("{{ organ }}", "Title")
    letterhead.runs[0].font.color.rgb = BRAND
    document.add_paragraph("{{ year }}年政府信息公开情况", "Title").runs[0].font.size = Pt(18)
    document.add_paragraph("{% if provisional %}【{{ provisional }}】{% endif %}{{ preamble }}", "Body Text")
    _prose(document, "overview")
    document.add_paragraph("{{ headings.disclosure }}", "Heading 1")
    text = "现行有效行政规范性文件{{ disclosure.normative_documents.in_force }}件。"
    document.add_paragraph(text, "Body Text")
    document.add_paragraph("{{ headings.requests }}", "Heading 1")
    document.add_paragraph("本年新收{{ marks.本年新收 }}件，结转下年度{{ marks.结转下年度 }}件，其中：", "Body Text")
    _requests(document)
    _prose(document, "problems", above=12)
    _prose(document, "other")
    for text in ("{{ signature }}", "{{ date }}", "{{ contacts.address }}"):
        document.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return to_bytes(document)


def _prose(document: Any, section: str, above: int = 0) -> None:
    document.add_paragraph(f"{{{{ headings.{section} }}}}", "Heading 1").paragraph_format.space_before = Pt(above)
    document.add_paragraph(f"{{%p for line in {section} %}}")
    for test, style in (("if line.level == 1", "Heading 2"), ("elif line.level", "Heading 3"), ("else", "Body Text")):
        document.add_paragraph(f"{{%p {test} %}}")
        document.add_paragraph("{{ line }}", style)
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p endfor %}")


def _requests(document: Any) -> None:
    heads = ("", "自然人", "总计")
    rows = [(label, *(f"{{{{ requests.{row}.{column} }}}}" for column in COLUMNS)) for label, row in LINES]
    table = document.add_table(1 + len(rows), len(heads))
    lines = "".join(f'<w:{edge} w:val="single" w:sz="4" w:color="9C1C1C"/>' for edge in ("top", "bottom", "insideH"))
    borders = f"<w:tblBorders {nsdecls('w')}>{lines}</w:tblBorders>"
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(parse_xml(borders))
    for line, texts in zip(table.rows, (heads, *rows), strict=True):
        line.height = Mm(10)
        for cell, text in zip(line.cells, texts, strict=True):
            cell.text = text
            for paragraph in cell.paragraphs:
                paragraph.alignment, paragraph.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, True


if __name__ == "__main__":
    PLACE.parent.mkdir(exist_ok=True)
    PLACE.write_bytes(make_template())
