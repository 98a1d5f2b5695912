"""The Word document: its structure read back, validated, and laid out by LibreOffice."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections import Counter
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import docx
import pypdfium2
import pytest
from openxml_audit import OpenXmlValidator
from report_samples import HOSTILE, SAMPLES, sample_filing, sample_report

from toolkit.filing.checkcode import check_code
from toolkit.form.grid import Role
from toolkit.form.values import Paragraph
from toolkit.report.document import build_report
from toolkit.report.docx.document import render_docx
from toolkit.report.measures import TEXT_WIDTH, is_paired

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.report.document import Report, ReportTable

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def part(data: bytes, name: str) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return ET.fromstring(package.read(name))


def value(element: ET.Element | None, attribute: str = "val") -> str:
    return "" if element is None else element.get(f"{W}{attribute}", "")


def text_of(element: ET.Element) -> str:
    return "".join(found.text or "" for found in element.iter(f"{W}t"))


def drawn_tables(report: Report) -> list[tuple[ReportTable, ET.Element]]:
    body = part(render_docx(report), "word/document.xml")
    return list(zip(report.tables, body.iter(f"{W}tbl"), strict=True))


def cells_of(drawn: ET.Element) -> dict[tuple[int, int], ET.Element]:
    """Return every cell of a table by its row and first column, counting the columns it spans."""
    cells = {}
    for row, line in enumerate(drawn.findall(f"{W}tr")):
        column = 0
        for cell in line.findall(f"{W}tc"):
            cells[row, column] = cell
            column += int(value(cell.find(f"{W}tcPr/{W}gridSpan")) or 1)
    return cells


@pytest.mark.parametrize("name", SAMPLES)
def test_every_cell_stands_where_the_grid_has_it(name: str) -> None:
    for table, drawn in drawn_tables(sample_report(name)):
        begins = {(cell.row, cell.column): cell for cell in table.grid.cells}
        for place, cell in cells_of(drawn).items():
            assert text_of(cell) == (table.text(begins[place]) if place in begins else "")
        assert set(begins) <= set(cells_of(drawn))


@pytest.mark.parametrize("name", SAMPLES)
def test_spans_and_widths_agree_with_the_columns(name: str) -> None:
    for table, drawn in drawn_tables(sample_report(name)):
        widths = [int(value(column, "w")) for column in drawn.find(f"{W}tblGrid") or []]
        assert sum(widths) == TEXT_WIDTH
        ends: Counter[int] = Counter()
        for (row, column), cell in cells_of(drawn).items():
            span = int(value(cell.find(f"{W}tcPr/{W}gridSpan")) or 1)
            assert int(value(cell.find(f"{W}tcPr/{W}tcW"), "w")) == sum(widths[column : column + span])
            ends[row] += span
        assert dict(ends) == dict.fromkeys(range(table.grid.height), table.grid.width)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_vertical_merge_goes_on_under_the_cell_it_began_with(name: str) -> None:
    for table, drawn in drawn_tables(sample_report(name)):
        cells = cells_of(drawn)
        spans = {(cell.row + down, cell.column): down for cell in table.grid.cells for down in range(cell.row_span)}
        for place, cell in cells.items():
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            tall = next(c for c in table.grid.cells if c.column == place[1] and c.row <= place[0] < c.row + c.row_span)
            expected = None if tall.row_span == 1 else "" if spans[place] else "restart"
            assert (None if merge is None else value(merge)) == expected
            assert [child.tag for child in cell][-1] == f"{W}p"


@pytest.mark.parametrize("name", SAMPLES)
def test_head_rows_repeat_and_no_row_is_torn(name: str) -> None:
    for table, drawn in drawn_tables(sample_report(name)):
        rows = drawn.findall(f"{W}tr")
        repeated = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows]
        assert repeated == [number < table.grid.head_rows for number in range(table.grid.height)]
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_table_is_fixed_captioned_and_centred_in_its_cells(name: str) -> None:
    for table, drawn in drawn_tables(sample_report(name)):
        assert value(drawn.find(f"{W}tblPr/{W}tblLayout"), "type") == "fixed"
        assert value(drawn.find(f"{W}tblPr/{W}tblCaption")) == table.caption
        assert {value(cell.find(f"{W}tcPr/{W}vAlign")) for cell in cells_of(drawn).values()} == {"center"}


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_of_a_program_s_own_is_printed(name: str) -> None:
    text = text_of(part(render_docx(sample_report(name)), "word/document.xml"))
    typed = "".join(paragraph.text for section in sample_report(name).sections for paragraph in section.paragraphs)
    leaked = [word for word in ("None", "nan", "\ufffd", "{{") if word in text and word not in typed]
    assert leaked == []


@pytest.mark.parametrize("name", ["suqian_2023", "erqi_2020"])
def test_a_page_may_end_between_two_bands_above_enough_rows_and_nowhere_else_in_a_table(name: str) -> None:
    for table, drawn in drawn_tables(sample_report(name)):
        loose = [number for number, row in enumerate(drawn.findall(f"{W}tr")) if row.find(f".//{W}keepNext") is None]
        bands = [cell.row - 1 for cell in table.grid.cells if cell.role is Role.BAND and cell.row]
        assert loose == [*(row for row in bands if table.grid.height - 1 - row >= 10), table.grid.height - 1]
        assert len(loose) > 1 or not bands


@pytest.mark.parametrize("name", SAMPLES)
def test_the_validator_of_open_xml_finds_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(render_docx(sample_report(name)))
    result = OpenXmlValidator().validate(path)
    assert (result.is_valid, [str(error) for error in result.errors]) == (True, [])


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_report_gives_the_same_bytes(name: str) -> None:
    assert render_docx(sample_report(name)) == render_docx(sample_report(name))


@pytest.mark.parametrize("name", SAMPLES)
def test_headings_and_prose_stand_in_order_in_real_styles(name: str) -> None:
    report = sample_report(name)
    document = docx.Document(io.BytesIO(render_docx(report)))
    shown = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs]
    wanted = [("Body Text", report.preamble)]
    for section in report.sections:
        wanted.append(("Heading 1", section.heading))
        wanted += [(("Body Text", "Heading 2", "Heading 3")[p.level], p.text) for p in section.paragraphs]
    wanted += [("Signature", text) for text in (report.signature, report.dated) if text]
    assert shown[0][1].replace("\n", "") == report.title
    assert shown[1:] == [*wanted, ("Body Text", report.contact_note)]


@pytest.mark.parametrize(("length", "is_kept"), [(10, True), (27 * 14 - 2, True), (27 * 14 - 1, False), (2000, False)])
def test_the_signature_keeps_the_end_of_the_report_with_it(length: int, *, is_kept: bool) -> None:
    report = build_report(sample_filing("large").with_answers({"other": (Paragraph("字" * length),)}))
    last = docx.Document(io.BytesIO(render_docx(report))).paragraphs[-4:]
    assert [paragraph.paragraph_format.keep_with_next for paragraph in last] == [is_kept, True, True, None]
    assert last[0].paragraph_format.widow_control


def test_a_long_heading_may_go_over_the_page() -> None:
    styles = docx.Document(io.BytesIO(render_docx(sample_report("large")))).styles
    formats = [styles[f"Heading {level}"].paragraph_format for level in (1, 2, 3)]
    assert [(entry.keep_with_next, entry.keep_together) for entry in formats] == [(True, None)] * 3


def test_without_contacts_the_check_code_ends_the_document() -> None:
    filing = sample_filing("suqian_2023")
    notes = {name: None for name in filing.answers if name.startswith("cover.") and name != "cover.date"}
    report = build_report(filing.with_answers(notes))
    dated, code = docx.Document(io.BytesIO(render_docx(report))).paragraphs[-2:]
    assert dated.text == report.dated != ""
    assert code.text == f"（校验码：{check_code(filing)}）"


def test_the_page_is_that_of_official_papers() -> None:
    document = docx.Document(io.BytesIO(render_docx(sample_report("suqian_2023"))))
    section = document.sections[0]
    millimetres = [round(length.mm) for length in (section.page_width, section.page_height)]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert (millimetres, [round(margin.mm) for margin in margins]) == ([210, 297], [37, 35, 28, 26])
    assert document.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        fields = [found.text.strip() for found in paragraph._p.iter(f"{W}instrText")]
        assert (paragraph.text, fields) == ("— 1 —", ["PAGE"])
        assert value(paragraph._p.find(f"{W}pPr/{W}jc")) == side


@pytest.mark.parametrize(
    ("style", "face", "half_points"),
    [
        ("Title", "方正小标宋简体", 44),
        ("Heading1", "黑体", 32),
        ("Heading2", "楷体_GB2312", 32),
        ("Normal", "仿宋_GB2312", 32),
    ],
)
def test_styles_name_the_official_faces_in_all_four_slots(style: str, face: str, half_points: int) -> None:
    styles = part(render_docx(sample_report("suqian_2023")), "word/styles.xml")
    found = next(entry for entry in styles.iter(f"{W}style") if value(entry, "styleId") == style)
    faces = found.find(f"{W}rPr/{W}rFonts")
    assert [value(faces, slot) for slot in ("eastAsia", "ascii", "hAnsi", "cs")] == [face, *["Times New Roman"] * 3]
    size = found.find(f"{W}rPr/{W}sz")
    normal = next(entry for entry in styles.iter(f"{W}style") if value(entry, "styleId") == "Normal")
    assert int(value(size if size is not None else normal.find(f"{W}rPr/{W}sz"))) == half_points


def test_body_lines_are_exactly_28_points_and_no_face_comes_from_the_theme() -> None:
    data = render_docx(sample_report("suqian_2023"))
    styles = part(data, "word/styles.xml")
    body = next(entry for entry in styles.iter(f"{W}style") if value(entry, "styleId") == "Normal")
    spacing = body.find(f"{W}pPr/{W}spacing")
    assert (value(spacing, "line"), value(spacing, "lineRule")) == ("560", "exact")
    slots = [slot for name in ("styles", "document") for found in part(data, f"word/{name}.xml").iter(f"{W}rFonts")
             for slot in found.attrib if slot.endswith("Theme")]  # fmt: skip
    assert slots == []
    languages = [*styles.iter(f"{W}lang"), *part(data, "word/settings.xml").iter(f"{W}themeFontLang")]
    assert {value(found, "eastAsia") for found in languages} == {"zh-CN"}


def test_the_package_holds_only_what_we_name() -> None:
    with zipfile.ZipFile(io.BytesIO(render_docx(sample_report("suqian_2023")))) as package:
        names = set(package.namelist())
        settings = package.read("word/settings.xml").decode()
    assert names == {
        *("[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/_rels/document.xml.rels"),
        *(f"word/{name}.xml" for name in ("document", "styles", "settings", "fontTable", "footer1", "footer2")),
        "word/theme/theme1.xml",
    }
    assert re.search(r'compatibilityMode"[^>]*w:val="15"', settings)


def test_the_properties_name_title_organ_and_language() -> None:
    properties = docx.Document(io.BytesIO(render_docx(sample_report("hostile")))).core_properties
    assert (properties.author, properties.language) == (HOSTILE, "zh-CN")
    assert properties.title == sample_report("hostile").title


def test_a_provisional_document_says_so_under_the_title() -> None:
    report = build_report(sample_filing("suqian_2023"), provisional="（暂定）")
    document = docx.Document(io.BytesIO(render_docx(report)))
    assert (document.paragraphs[1].text, document.paragraphs[1].style.name) == ("（暂定）", "Subtitle")


# Prose, table 二, table 三 on a page of its own, the rest: a real report of ordinary length.
PAGES = {"suqian_2023": 4, "erqi_2020": 4}


def laid_out(report: Report, folder: Path) -> list[str]:
    """Return the text of each page as LibreOffice lays the document out, as the PDF it makes reads back."""
    (folder / "report.docx").write_bytes(render_docx(report))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), "report.docx"]
    subprocess.run(command, cwd=folder, capture_output=True, timeout=180, check=True)
    document = pypdfium2.PdfDocument(folder / "report.pdf")
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return pages


def squeezed(text: str) -> str:
    return re.sub(r"\s|[\u3000\ufffe\u0002]", "", text)


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize("name", ["suqian_2023", "erqi_2020", "large"])
def test_no_character_is_lost_when_an_office_program_lays_it_out(name: str, tmp_path: Path) -> None:
    report = sample_report(name)
    pages = laid_out(report, tmp_path)
    # The page number stands at the end of every page.
    text = "".join(re.sub(r"—\d+—$", "", squeezed(page)) for page in pages)
    for section in report.sections:
        for wanted in (section.heading, *(paragraph.text for paragraph in section.paragraphs)):
            assert squeezed(wanted) in text, wanted
    labels = {cell.text for table in report.tables for cell in table.grid.cells if not cell.field}
    # A head of two-character words is read line by line, across its neighbours.
    words = {word for label in labels for word in (re.findall("..", label) if is_paired(label) else [label])}
    assert [word for word in words if squeezed(word) not in text] == []
    figures = Counter(figure for table in report.tables for figure in table.figures.values() if figure)
    numbers = Counter(word for page in pages for word in re.split(r"\s+", page))
    assert {figure: times for figure, times in figures.items() if numbers[figure] < times} == {}
    if name in PAGES:
        assert len(pages) == PAGES[name]
    assert squeezed(report.signature) in squeezed(pages[-1])
    assert not squeezed(pages[-1]).startswith(squeezed(report.signature))


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize(("name", "paragraphs"), [("suqian_2024", 21), ("erqi_2020", 20)])
def test_what_goes_over_of_a_table_of_blocks_fills_a_third_of_its_page(
    name: str, paragraphs: int, tmp_path: Path
) -> None:
    prose = tuple(Paragraph("全年按照要求公开政府信息。") for _ in range(paragraphs))
    report = build_report(sample_filing(name).with_answers({"overview": prose}))
    pages = [squeezed(page) for page in laid_out(report, tmp_path)]
    rest = next(page for page in pages if "第（八）项" in page)
    assert "第（六）项" in rest


def test_quotation_marks_and_dashes_are_set_in_the_chinese_font() -> None:
    filing = sample_filing("suqian_2024").with_answers(
        {"overview": (Paragraph("推进“双公示”——共3次…"), Paragraph("没有引号。"))}
    )
    document = docx.Document(io.BytesIO(render_docx(build_report(filing))))
    hints = {
        paragraph.text: [fonts.get(f"{W}hint") for fonts in paragraph._p.iter(f"{W}rFonts")]
        for paragraph in document.paragraphs
    }
    assert hints["推进“双公示”——共3次…"] == ["eastAsia"]
    assert hints["没有引号。"] == []
