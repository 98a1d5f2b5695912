"""Documents made to harm: each is refused in words, quickly, and nothing outside of it is ever touched."""

from __future__ import annotations

import io
import zipfile

import pypdfium2
import pytest
from wordfiles import MC, W, docx, p

from toolkit.documents import grids
from toolkit.documents.opening import open_document
from toolkit.errors import DocumentError
from toolkit.filing.findings import Severity
from toolkit.workbook.examining import Verdict
from toolkit.workbook.from_document import examine_document


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
    "ten thousand pages": (lambda: many_pages(450), "450 页"),
    "a page of spans": (
        lambda: b"<table><tr><td rowspan=9999 colspan=200>1</td><td>2</td>" + b"</tr><tr><td>" * 9000 + b"</table>",
        "格",
    ),
}


@pytest.mark.parametrize("name", HARMS)
def test_a_harm_is_refused_in_words(name: str) -> None:
    make, reason = HARMS[name]
    with pytest.raises(DocumentError, match=reason):
        open_document(make(), "a.html" if name == "a page of spans" else "a")


def test_tables_of_a_document_are_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grids, "MOST_POSITIONS", 30)
    page = b"<html><body>" + b"<table><tr><td>1</td><td>2</td></tr></table>" * 20
    with pytest.raises(DocumentError, match="合计超过 30 格"):
        open_document(page, "a.html")


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
