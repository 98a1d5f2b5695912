"""What a PDF says of itself to archives and screen readers, read from its catalog, its metadata and its tags."""

from __future__ import annotations

import re
from ctypes import create_string_buffer
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from report_samples import SAMPLES, needs_fonts, sample_filing, sample_report

from toolkit.form.grid import Role
from toolkit.form.values import Paragraph
from toolkit.report.document import build_report
from toolkit.report.pdf import render_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.report.document import Report

RDF, DC = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}", "{http://purl.org/dc/elements/1.1/}"
PDFA, PDFUA = "{http://www.aiim.org/pdfa/ns/id/}", "{http://www.aiim.org/pdfua/ns/id/}"


def object_of(data: bytes, number: bytes) -> bytes:
    found = re.search(rb"\n%s 0 obj\s(.*?)\sendobj" % number, data, re.DOTALL)
    assert found
    return found[1]


def catalog(data: bytes) -> bytes:
    root = re.findall(rb"/Root (\d+) 0 R", data)[-1]
    return object_of(data, root)


def entry(data: bytes, name: bytes) -> bytes:
    """Return the object that an entry of the catalog refers to."""
    found = re.search(rb"/%s (\d+) 0 R" % name, catalog(data))
    assert found
    return object_of(data, found[1])


def tags(data: bytes) -> list[tuple[str, ...]]:
    """Return every tag of the document, in reading order, each as the path of tags that leads to it."""
    document = pypdfium2.PdfDocument(data)
    found = []
    for page in document:
        tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
        for index in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            found += below(pdfium.FPDF_StructTree_GetChildAtIndex(tree, index), ())
        pdfium.FPDF_StructTree_Close(tree)
        page.close()
    document.close()
    return found


def below(element: Any, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    buffer = create_string_buffer(64)
    length = pdfium.FPDF_StructElement_GetType(element, buffer, 64)
    path = (*above, buffer.raw[: max(0, length - 2)].decode("utf-16-le"))
    yield path
    for index in range(pdfium.FPDF_StructElement_CountChildren(element)):
        if child := pdfium.FPDF_StructElement_GetChildAtIndex(element, index):
            yield from below(child, path)


@needs_fonts
@pytest.mark.parametrize("name", SAMPLES)
def test_the_catalog_is_marked_tagged_and_in_its_language(name: str) -> None:
    report = sample_report(name)
    data = render_pdf(report)
    assert re.search(rb"/MarkInfo\s*<<[^>]*/Marked true", catalog(data))
    assert f"/Lang({report.language})".encode() in catalog(data)
    assert b"/DisplayDocTitle true" in catalog(data)
    assert b"/Type/StructTreeRoot" in entry(data, b"StructTreeRoot")
    (intent,) = re.findall(rb"(\d+) 0 R", entry(data, b"OutputIntents"))
    assert b"/GTS_PDFA1" in object_of(data, intent)
    document = pypdfium2.PdfDocument(data)
    assert pdfium.FPDFCatalog_IsTagged(document.raw)
    document.close()


@needs_fonts
@pytest.mark.parametrize("name", SAMPLES)
def test_the_metadata_claims_the_standards_and_names_the_report(name: str) -> None:
    report = sample_report(name)
    packet = entry(render_pdf(report), b"Metadata")
    metadata = ET.fromstring(packet[packet.index(b"<x:xmpmeta") : packet.index(b"</x:xmpmeta>") + len(b"</x:xmpmeta>")])
    said = {element.tag: element.text for element in metadata.iter()}
    assert (said[f"{PDFA}part"], said[f"{PDFA}conformance"], said[f"{PDFUA}part"]) == ("2", "A", "1")
    lists = {tag: [item.text for item in metadata.iterfind(f".//{DC}{tag}//{RDF}li")] for tag in ("title", "creator")}
    assert lists == {"title": [report.title], "creator": [report.organ]}


def outlined() -> Report:
    """Return a report whose prose begins with an inner heading and goes up and down."""
    prose = tuple(Paragraph(f"文字{number}", level) for number, level in enumerate((2, 0, 2, 1, 2, 0)))
    return build_report(sample_filing("suqian_2023").with_answers({"overview": prose, "other": prose}))


@needs_fonts
@pytest.mark.parametrize("name", [*SAMPLES, "outlined"])
def test_headings_never_skip_a_level_and_tables_have_heads(name: str) -> None:
    report = outlined() if name == "outlined" else sample_report(name)
    paths = tags(render_pdf(report))
    kinds = [path[-1] for path in paths]
    levels = [int(kind[1:]) for kind in kinds if re.fullmatch(r"H\d", kind)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert {"TH", "TD", "TR"} <= set(kinds)
    assert all("Table" in path for path in paths if path[-1] in {"TH", "TD", "TR"})
    # A blank cell has nothing on the page its tag could be found by; row labels are cells to typst, not heads.
    shown = [cell for table in report.tables for cell in table.grid.cells if table.text(cell)]
    assert kinds.count("TD") == len([cell for cell in shown if cell.role in {Role.DATA, Role.STUB}])
