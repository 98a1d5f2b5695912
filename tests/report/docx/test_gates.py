"""Faults planted in a Word document, and which of three gates catches each: none catches all of them."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

import pytest
from nodetools import check_files, need_node
from openxml_audit import OpenXmlValidator
from report_samples import SAMPLES, sample_report

from toolkit.report.docx.document import render_docx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from toolkit.report.document import Report

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SAMPLE = "suqian_2024"
AUDIT, SDK, OWN = "openxml-audit", "Open XML SDK", "our own reading"


class Fault(NamedTuple):
    """What is replaced once in a part of the document, and the gates that notice."""

    part: str
    pattern: str
    replacement: str
    gates: frozenset[str]


DOCUMENT, STYLES = "word/document.xml", "word/styles.xml"
FAULTS = {
    "children of tcPr in another order": Fault(
        DOCUMENT,
        r"(<w:tcW [^>]*/>)(<w:gridSpan [^>]*/>)?((?:<w:vMerge[^>]*/>)?)(<w:vAlign [^>]*/>)",
        r"\4\1\2\3",
        frozenset({AUDIT, SDK}),
    ),
    "a cell without a paragraph": Fault(
        DOCUMENT, r"(</w:tcPr>)<w:p>.*?</w:p>(</w:tc>)", r"\1\2", frozenset({AUDIT, OWN})
    ),
    "a span too wide": Fault(DOCUMENT, r'<w:gridSpan w:val="3"/>', '<w:gridSpan w:val="4"/>', frozenset({OWN})),
    "a merge that goes on from nothing": Fault(
        DOCUMENT, r'<w:vMerge w:val="restart"/>', "<w:vMerge/>", frozenset({OWN})
    ),
    "a head row that does not repeat": Fault(DOCUMENT, r"<w:tblHeader/>", "", frozenset({OWN})),
    "another face for Chinese": Fault(STYLES, r'w:eastAsia="黑体"', 'w:eastAsia="Calibri"', frozenset({OWN})),
    "nan in a cell": Fault(
        DOCUMENT, r'(<w:pStyle w:val="TableFigure"/>.*?<w:t xml:space="preserve">)[^<]*', r"\1nan", frozenset({OWN})
    ),
    "nothing": Fault(DOCUMENT, r"^", "", frozenset()),
}
FACES = {"Title": "方正小标宋简体", "Heading1": "黑体", "Heading2": "楷体_GB2312", "TableHead": "黑体"}


def planted(fault: Fault) -> bytes:
    """Return the sample's document with a fault in it."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(render_docx(sample_report(SAMPLE)))) as source,
        zipfile.ZipFile(made, "w") as target,
    ):
        for name in source.namelist():
            content = source.read(name).decode()
            if name == fault.part:
                content, times = re.subn(fault.pattern, fault.replacement, content, count=1, flags=re.DOTALL)
                assert times == 1
            target.writestr(name, content)
    return made.getvalue()


def own_faults(data: bytes, report: Report) -> list[str]:
    """Return what reading a document back finds wrong with its tables and faces."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        body, styles = (ET.fromstring(package.read(name)) for name in (DOCUMENT, STYLES))
    found = [
        fault for number, drawn in enumerate(body.iter(f"{W}tbl")) for fault in table_faults(drawn, report, number)
    ]
    for style in styles.iter(f"{W}style"):
        faces, name = style.find(f"{W}rPr/{W}rFonts"), style.get(f"{W}styleId", "")
        if name in FACES and (faces is None or faces.get(f"{W}eastAsia") != FACES[name]):
            found.append(f"face of {name}")
    return found


def table_faults(drawn: ET.Element, report: Report, number: int) -> Iterator[str]:
    table = report.tables[number]
    begun: dict[int, int] = {}  # the span of what runs down, by its first column
    texts = []
    for row, line in enumerate(drawn.findall(f"{W}tr")):
        if (line.find(f"{W}trPr/{W}tblHeader") is not None) != (row < table.grid.head_rows):
            yield f"{table.id} {row}: head"
        column = 0
        for cell in line.findall(f"{W}tc"):
            span = int(attribute(cell.find(f"{W}tcPr/{W}gridSpan")) or 1)
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            if merge is not None and not attribute(merge) and begun.get(column) != span:
                yield f"{table.id} {row}: merge"
            elif merge is None or attribute(merge):
                texts.append("".join(text.text or "" for text in cell.iter(f"{W}t")))
            begun[column] = span if merge is not None else 0
            if cell[-1].tag != f"{W}p":
                yield f"{table.id} {row}: no paragraph"
            column += span
        if column != table.grid.width:
            yield f"{table.id} {row}: {column} columns"
    if texts != [table.text(cell) for cell in sorted(table.grid.cells, key=lambda cell: (cell.row, cell.column))]:
        yield f"{table.id}: texts"


def attribute(element: ET.Element | None) -> str:
    return "" if element is None else element.get(f"{W}val", "")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The file of every fault."""
    folder = tmp_path_factory.mktemp("faults")
    paths = {name: folder / f"{number}.docx" for number, name in enumerate(FAULTS)}
    for name, path in paths.items():
        path.write_bytes(planted(FAULTS[name]))
    return paths


@pytest.fixture(scope="module")
def refused_by_sdk(files: Mapping[str, Path]) -> Mapping[str, list[str]]:
    """What the Open XML SDK has against each; one start of its runtime for all."""
    need_node()
    found = check_files(list(files.values()))
    return {name: found[path.name] for name, path in files.items()}


@pytest.mark.parametrize("name", FAULTS)
def test_the_validator_of_open_xml_catches_what_it_can(name: str, files: Mapping[str, Path]) -> None:
    result = OpenXmlValidator().validate(files[name])
    assert bool(result.errors) == (AUDIT in FAULTS[name].gates)


@pytest.mark.parametrize("name", FAULTS)
def test_the_sdk_catches_what_it_can(name: str, refused_by_sdk: Mapping[str, list[str]]) -> None:
    assert bool(refused_by_sdk[name]) == (SDK in FAULTS[name].gates)


@pytest.mark.parametrize("name", FAULTS)
def test_reading_the_document_back_catches_the_rest(name: str, files: Mapping[str, Path]) -> None:
    assert bool(own_faults(files[name].read_bytes(), sample_report(SAMPLE))) == (OWN in FAULTS[name].gates)


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "small"])
def test_our_own_documents_pass(name: str) -> None:
    assert own_faults(render_docx(sample_report(name)), sample_report(name)) == []
