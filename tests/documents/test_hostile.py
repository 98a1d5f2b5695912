"""Documents made to harm: each is refused in words, quickly, and nothing outside of it is ever touched."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from wordfiles import MC, W, docx, p

from toolkit.documents import grids
from toolkit.documents.opening import open_document
from toolkit.errors import DocumentError
from toolkit.filing.findings import Severity
from toolkit.workbook.examining import Verdict
from toolkit.workbook.from_document import examine_document

if TYPE_CHECKING:
    from collections.abc import Iterator


def with_document(xml: str | bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", xml)
    return content.getvalue()


def many_pages(count: int) -> bytes:
    book = pypdfium2.PdfDocument.new()
    for _ in range(count):
        book.new_page(100, 100).close()
    content = io.BytesIO()
    book.save(content)
    book.close()
    return content.getvalue()


def drawn(content: bytes) -> bytes:
    """Return a PDF of one page with this on it."""
    font = b"<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 999 999]/Resources " + font + b"/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length %d>>stream\n" % len(content) + content + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n"
    )


def grating(count: int) -> Iterator[bytes]:
    """Yield lines across and down, so close that their fields are many."""
    for at in range(count):
        yield b"0 %d m 999 %d l S %d 0 m %d 999 l S " % (at * 3, at * 3, at * 3, at * 3)


def with_sheet(rows: str) -> bytes:
    """Return an open spreadsheet with these rows."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    body = f"<office:spreadsheet><table:table table:name='a'>{rows}</table:table></office:spreadsheet>"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        text = f"<office:document-content {names}><office:body>{body}</office:body></office:document-content>"
        archive.writestr("content.xml", text)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return content.getvalue()


def sheet_cell(repeated: int, text: str) -> str:
    return (
        f'<table:table-cell table:number-columns-repeated="{repeated}" office:value-type="string">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


OUTSIDE = '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
ENTITY = f"{OUTSIDE}<w:document {W} {MC}><w:body>{p('&x;')}</w:body></w:document>"
GROWN = ["ha", *(f"&a{n};" * 10 for n in range(8))]
LAUGHS = "".join(f'<!ENTITY a{n} "{text}">' for n, text in enumerate(GROWN))
HARMS = {
    "a zip bomb": (lambda: with_document(b"<a>" + b" " * (60 << 20)), "炸弹"),
    "an outside entity": (lambda: with_document(ENTITY), "DOCTYPE"),
    "entities that grow": (lambda: with_document(f"<!DOCTYPE a [{LAUGHS}]><a>&a8;</a>"), "XML|DOCTYPE"),
    "deep nesting": (
        lambda: docx("<w:sdt><w:sdtContent>" * 110 + p("x") + "</w:sdtContent></w:sdt>" * 110),
        "嵌套太深|完整的 XML",
    ),
    "an archive in an archive": (
        lambda: (
            b"MIME-Version: 1.0\r\n"
            + b"".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n".encode() for n in range(500))
            + b"Content-Type: text/html-not\r\n\r\ntext/html"
        ),
        "没有网页|嵌套",
    ),
    "cells repeated": (lambda: with_sheet(f"<table:table-row>{sheet_cell(16_000_000, '1')}</table:table-row>"), "重复"),
    "rows repeated": (
        lambda: with_sheet(
            f'<table:table-row table:number-rows-repeated="1048576">{sheet_cell(200, "1")}</table:table-row>'
        ),
        "重复",
    ),
    "a cell of a million characters": (lambda: b"a," + b"1" * 1_000_000, "十万字"),
    "a text of a book": (lambda: "一".encode() * (7 << 20), "文本超过"),
    "a page of a book": (lambda: b"<html>" + b"<p>1</p>" * (6 << 20), "网页超过"),
    "a page of a million marks": (lambda: b"<html>" + b"<p>1</p>" * 250_000, "标记超过"),
    "ten thousand pages": (lambda: many_pages(450), "450 页"),
    "a text of a million lines": (lambda: b"\t1\n" * 250_000, "200000 行"),
    "a text of a million cells": (lambda: b"\t1" * 500_000, "400000 格"),
    "a document of a hundred thousand paragraphs": (
        lambda: docx("".join(p(f"收到{at}件") for at in range(130_000))),
        "标记超过",
    ),
    "an archive of ten thousand parts": (
        lambda: (
            b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n'
            + b"--b\nContent-Type: text/html\n\n<p>x</p>\n" * 11_000
        ),
        "10000 个",
    ),
    "an archive of a million lines": (
        lambda: b"MIME-Version: 1.0\nContent-Type: text/html\n\n<p>" + b"x\n" * 700_000,
        "600000 行",
    ),
    "pages of characters": (lambda: drawn(b"BT /F1 1 Tf " + b"(%s) Tj " % (b"a" * 1000) * 300 + b"ET"), "250000 字"),
    "pages of lines": (lambda: drawn(b"9 9 9 9 re S " * 110_000), "100000 条线"),
    "pages of fields": (lambda: drawn(b"".join(grating(150))), "20000 格"),
    "a page of spans": (
        lambda: b"<table><tr><td rowspan=9999 colspan=200>1</td><td>2</td>" + b"</tr><tr><td>" * 9000 + b"</table>",
        "格",
    ),
}


# What cannot be told from the content is told from the name.
ENDINGS = {"a page of spans": "a.html", "a cell of a million characters": "a.csv"}


@pytest.mark.parametrize("name", HARMS)
def test_a_harm_is_refused_in_words(name: str) -> None:
    make, reason = HARMS[name]
    with pytest.raises(DocumentError, match=reason):
        open_document(make(), ENDINGS.get(name, "a"))


def test_tables_of_a_document_are_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grids, "MOST_POSITIONS", 30)
    page = b"<html><body>" + b"<table><tr><td>1</td><td>2</td></tr></table>" * 20
    with pytest.raises(DocumentError, match="合计超过 30 格"):
        open_document(page, "a.html")


def test_a_sheet_that_ends_in_blanks_to_its_edge_is_read() -> None:
    blanks = '<table:table-cell table:number-columns-repeated="16383"/>'
    rest = '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>'
    row = f"<table:table-row>{sheet_cell(1, '年报')}{blanks}</table:table-row>"
    assert "年报" in [getattr(block, "text", "") for block in open_document(with_sheet(row + rest), "a.ods").blocks]


def test_what_cannot_be_read_is_a_finding_and_no_exception() -> None:
    found = examine_document(with_document(ENTITY), "a.docx").examined
    assert found.verdict is Verdict.UNREADABLE
    assert [(one.name, one.severity) for one in found.findings] == [("document_unreadable", Severity.ERROR)]


def test_a_page_nested_deeper_than_any_is_read_or_refused() -> None:
    page = b"<html><body>" + b"<div>" * 3000 + b"x"
    assert examine_document(page, "a.html").examined.verdict is Verdict.UNREADABLE


def test_a_scanned_page_is_told() -> None:
    book = pypdfium2.PdfDocument.new()
    page = book.new_page(200, 200)
    image = pypdfium2.PdfImage.new(book)
    bitmap = pypdfium2.PdfBitmap.new_native(10, 10, pypdfium2.raw.FPDFBitmap_BGR)
    image.set_bitmap(bitmap)
    image.set_matrix(pypdfium2.PdfMatrix().scale(200, 200))
    page.insert_obj(image)
    page.gen_content()
    content = io.BytesIO()
    book.save(content)
    page.close()
    book.close()
    found = {one.name: one.message for one in examine_document(content.getvalue(), "a.pdf").examined.findings}
    assert set(found) == {"pages_scanned", "tables_not_found"}
    assert "第 1 页" in found["pages_scanned"]


def test_words_set_clear_over_a_picture_are_said_to_be_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.documents.sources.looks.pdf.CharacterLooks._mode", lambda *_: 3)
    monkeypatch.setattr("toolkit.documents.sources.looks.pdf.Grounds.is_pictured", lambda *_: True)
    published = Path(__file__).parent / "published" / "hongze-2023.pdf"
    found = {one.name: one.message for one in examine_document(published.read_bytes(), "a.pdf").examined.findings}
    assert "共 5 页" in found["pages_recognised"]


def test_a_pdf_with_a_page_that_cannot_be_had_is_damaged() -> None:
    objects = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1>>endobj\n"
    examined = examine_document(b"%PDF-1.4\n" + objects + b"trailer<</Root 1 0 R>>\n%%EOF", "a.pdf").examined
    assert [finding.name for finding in examined.findings] == ["document_unreadable"]
    assert "已损坏" in examined.findings[0].message
