"""No sentence gets lost: read where it plainly belongs, quoted as an error where it cannot be placed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from casebook import SENTENCE
from mangled.scene import Scene
from workbooks import by_openpyxl, filled, look_at, names_of

from toolkit.workbook.examining import Verdict, examine
from toolkit.workbook.layout import lay_out

if TYPE_CHECKING:
    import openpyxl

    from toolkit.form.model import Form

TEXT = "这一段写在别的地方。"


def with_text(form: Form, cell: str, text: str = TEXT, section: str = "overview") -> bytes:
    return by_openpyxl(filled("2021"), lambda book: book[form.section(section).sheet].__setitem__(cell, text))


@pytest.mark.parametrize("cell", ["C70", "B8", "D9", "C65"])
def test_a_paragraph_near_its_place_is_read_and_said(form_2021: Form, cell: str) -> None:
    examined = look_at(with_text(form_2021, cell))
    assert [paragraph.text for paragraph in examined.filing.paragraphs("overview")] == [SENTENCE, TEXT]
    assert ("prose_elsewhere" in names_of(examined)) is (cell != "C65")
    assert examined.verdict is Verdict.ACCEPTED


def test_a_paragraph_in_an_inserted_row_keeps_its_order(form_2021: Form) -> None:
    sheet, first = form_2021.section("overview").sheet, lay_out(form_2021).spots["overview"].row + 1

    def change(book: openpyxl.Workbook) -> None:
        book[sheet][f"C{first + 1}"] = "后一段。"
        book[sheet].insert_rows(first + 1)
        book[sheet][f"C{first + 1}"] = TEXT

    texts = [p.text for p in look_at(by_openpyxl(filled("2021"), change)).filing.paragraphs("overview")]
    assert texts == [SENTENCE, TEXT, "后一段。"]


@pytest.mark.parametrize("cell", ["B6", "D6", "H12", "E30"])
def test_a_text_that_cannot_be_placed_is_quoted(form_2021: Form, cell: str) -> None:
    data = by_openpyxl(
        with_text(form_2021, cell), lambda book: book[form_2021.section("overview").sheet].__setitem__("C6", "本段。")
    )
    examined = look_at(data)
    (finding,) = [finding for finding in examined.findings if finding.name == "prose_not_read"]
    assert TEXT in finding.message
    assert finding.places[0].cell == cell
    assert examined.verdict is Verdict.NEEDS_FIXING


@pytest.mark.parametrize("text", ["=本年度收到12件", "=1+1", "#NAME?"])
def test_a_formula_or_an_error_is_no_prose(form_2021: Form, text: str) -> None:
    def change(book: openpyxl.Workbook) -> None:
        cell = book[form_2021.section("overview").sheet]["C7"]
        cell.value = text
        if text.startswith("#"):
            cell.data_type = "e"

    examined = look_at(by_openpyxl(filled("2021"), change))
    assert "prose_is_formula" in names_of(examined)
    assert examined.verdict is Verdict.NEEDS_FIXING
    assert [paragraph.text for paragraph in examined.filing.paragraphs("overview")] == [SENTENCE]


def test_what_the_form_prints_beside_the_paragraphs_is_no_paragraph(form: Form) -> None:
    examined = look_at(filled(form.edition))
    assert {"prose_elsewhere", "prose_not_read", "prose_is_formula"} & set(names_of(examined)) == set()
    for section in form.sections:
        if not section.is_table:
            assert [paragraph.text for paragraph in examined.filing.paragraphs(section.id)] == [SENTENCE]
    assert lay_out(form).wording.prose.text_head not in str(examined.filing.answers)


def test_a_text_box_is_quoted(form_2021: Form) -> None:
    import io
    import zipfile

    drawing = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:sp><xdr:txBody><a:p><a:r>'
        f"<a:t>{TEXT}</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>"
    )
    buffer = io.BytesIO(filled("2021"))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/drawings/drawing9.xml", drawing)
    examined = look_at(buffer.getvalue())
    (finding,) = [finding for finding in examined.findings if finding.name == "text_in_shape"]
    assert TEXT in finding.message
    assert examined.verdict is Verdict.NEEDS_FIXING
    assert form_2021.section("overview").sheet


def test_findings_about_a_paragraph_lead_to_its_own_row(form_2021: Form) -> None:
    sheet = form_2021.section("overview").sheet

    def change(book: openpyxl.Workbook) -> None:
        book[sheet]["C7"] = "今年做了许多工作。"
        book[sheet]["C10"] = "全年新收{新收}件。"  # two rows left free between them
        book[sheet]["C11"] = "【草稿，请改写】"

    found = {finding.name: finding.places[0] for finding in look_at(by_openpyxl(filled("2021"), change)).findings}
    assert [(found[name].sheet, found[name].cell) for name in ("unknown_mark", "draft_left")] == [
        (sheet, "C10"), (sheet, "C11")
    ]  # fmt: skip


@pytest.mark.parametrize(("length", "is_said"), [(900, False), (4000, True)])
def test_a_paragraph_too_long_for_a_row_is_said(form_2021: Form, length: int, is_said: bool) -> None:  # noqa: FBT001
    sheet = form_2021.section("overview").sheet
    data = by_openpyxl(filled("2021"), lambda book: book[sheet].__setitem__("C7", "工作。" * (length // 3)))
    found = [finding for finding in look_at(data).findings if finding.name == "paragraph_too_long"]
    assert [place.cell for finding in found for place in finding.places] == ["C7"] * is_said


@pytest.mark.parametrize(("count", "length"), [(4000, 3), (1, 600_000)])
def test_prose_without_end_is_refused_with_its_sheet(count: int, length: int) -> None:
    """Tens of thousands of paragraphs took half a minute and as many lines of answers."""
    scene = Scene.of("suqian_2024", random.Random(1))  # noqa: S311 - nothing is drawn
    sheet, (row, column) = scene.pin("overview")
    for number in range(count):
        sheet.put(row + number, column, "文" * length, "inlineStr")
    examined = examine(scene.book.save(), "报表.xlsx")
    assert examined.filing is None
    assert "一、总体情况" in examined.findings[-1].message


def test_merged_ranges_without_end_are_refused() -> None:
    scene = Scene.of("suqian_2024", random.Random(1))  # noqa: S311 - nothing is drawn
    sheet = scene.table_sheet("requests")
    for number in range(1200):
        sheet.merge((1 + number % 60, 1), (5000 + number, 40))
    examined = examine(scene.book.save(), "报表.xlsx")
    assert examined.filing is None
    assert "合并单元格" in examined.findings[-1].message
