"""Filling: what is written is read again, and what was not to be written is as it was, byte for byte."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from casebook import SMALL, full_filing, load_cases
from fillings import as_read, random_filing
from fillings import given as given_by
from hypothesis import given, settings
from hypothesis import strategies as st
from office import convert
from workbooks import NAME, YEARS, by_openpyxl, filled, issued, look_at, part_of, parts, same_value, shifted, with_part

from toolkit.errors import InputError, WorkbookError
from toolkit.filing.checking import DATE_FIELD, largest_table
from toolkit.filing.filing import Filing
from toolkit.form.ids import nought_id
from toolkit.form.registry import form_of_edition
from toolkit.form.values import Kind, Paragraph
from toolkit.workbook.examining import judge
from toolkit.workbook.filling import fill_workbook
from toolkit.workbook.layout import lay_out
from toolkit.workbook.template.blank import blank_filing
from toolkit.workbook.template.formulas.sheets import formula_cells
from toolkit.workbook.template.workbook import write_workbook
from toolkit.xlsx.package import open_package

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from toolkit.form.model import Form
    from toolkit.form.values import Value


def fill(data: bytes, answers: Mapping[str, Value]) -> bytes:
    return fill_workbook(data, NAME, lambda _: answers, SMALL)


def compressed(data: bytes) -> dict[str, bytes]:
    """Return every member as it stands compressed in the zip."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
            start = info.header_offset + 30 + name + extra
            found[info.filename] = data[start : start + info.compress_size]
    return found


def changed_parts(before: bytes, after: bytes) -> set[str]:
    old, new = compressed(before), compressed(after)
    assert list(old) == list(new)
    return {name for name in old if old[name] != new[name]}


@settings(max_examples=12, deadline=None)
@given(edition=st.sampled_from(sorted(YEARS)), seed=st.integers(0, 10**6))
def test_what_is_filled_in_is_read_again(edition: str, seed: int) -> None:
    form = form_of_edition(edition, SMALL)
    filing = random_filing(form, YEARS[edition], seed)
    read = look_at(fill(_blank_of(filing), given_by(filing))).filing
    wrong = {
        name: (read.values[name], value)
        for name, value in as_read(filing).values.items()
        if not same_value(read.values[name], value)
    }
    assert wrong == {}
    assert read.previous == filing.previous
    assert (read.organ, read.code, read.year) == (filing.organ, filing.code, filing.year)


@settings(max_examples=8, deadline=None)
@given(edition=st.sampled_from(sorted(YEARS)), seed=st.integers(0, 10**6))
def test_every_stored_result_of_a_filled_workbook_is_up_to_date(edition: str, seed: int) -> None:
    form = form_of_edition(edition, SMALL)
    filing = random_filing(form, YEARS[edition], seed)
    filing = replace(filing, pasted={})  # answers are written into the table, never on the sheet for pasting
    package = open_package(fill(_blank_of(filing), given_by(filing)))
    stale = [
        live.spot.reference
        for live in formula_cells(lay_out(form), filing)
        if not same_value(package.cells(live.spot.sheet)[live.spot.cell].value, live.value)
    ]
    assert stale == []


def test_filling_a_blank_workbook_equals_writing_a_full_one(form: Form) -> None:
    answers = {**full_filing(form).answers, nought_id(largest_table(form)): form.words.nought}
    if DATE_FIELD in answers:  # the blank workbook is of a later year than the example of a date
        answers[DATE_FIELD] = f"{YEARS[form.edition] + 1}-01-20"
    there = open_package(fill(issued(form.edition), answers))
    here = open_package(filled(form.edition))
    for sheet in here.sheets:
        ours, theirs = here.cells(sheet.name), there.cells(sheet.name)
        cells = {address: (cell.formula, cell.style) for address, cell in ours.items()}
        assert {address: (cell.formula, cell.style) for address, cell in theirs.items()} == cells
    assert look_at(there.patched({})).findings == ()


def test_only_the_sheets_concerned_change(form: Form) -> None:
    note = next(field.id for field in form.fields.values() if field.kind is Kind.NOTE)
    before = filled(form.edition)
    after = fill(before, {note: "另一位同志"})
    spot = lay_out(form).spots[note]
    assert changed_parts(before, after) == {next(s.part for s in open_package(before).sheets if s.name == spot.sheet)}
    # Within the part, nothing but that cell.
    part = changed_parts(before, after).pop()
    old, new = (parts(data)[part].decode() for data in (before, after))
    start = next(place for place in range(len(old)) if old[place] != new[place])
    assert 0 <= start - old.index(f'<c r="{spot.cell}"') < 60
    assert old[old.index("</c>", start) :].endswith(new[new.index("</c>", start) :][-2000:])


def test_filling_in_what_stands_there_changes_no_byte(form: Form) -> None:
    figures = {name: value for name, value in full_filing(form).answers.items() if not isinstance(value, str)}
    once = fill(filled(form.edition), figures)
    assert fill(once, figures) == once
    assert fill(filled(form.edition), {}) == filled(form.edition)


def test_shorter_prose_clears_what_stood_below(form: Form) -> None:
    section = next(field.id for field in form.fields.values() if field.kind is Kind.TEXT)
    long = tuple(Paragraph(f"第{place}段", place % 3) for place in range(60))
    data = fill(filled(form.edition), {section: long})
    assert look_at(data).filing.paragraphs(section) == long
    data = fill(data, {section: (Paragraph("一段"),)})
    assert look_at(data).filing.paragraphs(section) == (Paragraph("一段"),)
    data = fill(data, {section: None})
    assert look_at(data).filing.paragraphs(section) == ()
    cells = open_package(data).cells(lay_out(form).spots[section].sheet)
    assert not [
        cell
        for address, cell in cells.items()
        if address.startswith("C") and "段" in str(cell.value) and address != "C5"
    ]


def test_null_clears_a_figure(form: Form) -> None:
    name = next(field.id for field in form.fields.values() if field.kind.is_required_figure)
    examined = look_at(fill(filled(form.edition), {name: None, nought_id(largest_table(form)): None}))
    assert examined.filing.values[name] is None
    assert examined.verdict.value == "needs-fixing"


@pytest.mark.parametrize(
    "text", ["=1+1", "-减", "+加", "@某", "a&b<c>\"d'e", "第一行\n第二行", "  两边空格  ", "_x000D_", "𠮷𠀀"]
)
def test_text_comes_back_as_it_was_typed(text: str) -> None:
    data = fill(issued("2021"), {"cover.contact": text, "overview": (Paragraph(text),)})
    filing = look_at(data).filing
    assert filing.values["cover.contact"] == text
    assert [paragraph.text for paragraph in filing.paragraphs("overview")] == [text]


def test_what_last_year_settles_cannot_be_filled_otherwise(form: Form) -> None:
    filing, locked = blank_filing(form, "甲", "1", YEARS[form.edition], full_filing(form, 3).figures())
    data = write_workbook(filing, locked=locked)
    name = min(locked)
    spot = lay_out(form).spots[name]
    with pytest.raises(InputError) as raised:
        fill(data, dict.fromkeys(sorted(locked), 9))
    assert len(raised.value.mistakes) == len(locked)
    assert f"{spot.sheet}!{spot.cell}" in str(raised.value)
    assert look_at(fill(data, {name: 3})).filing.values[name] == 3


def test_a_field_whose_sheet_is_gone_cannot_be_filled(form: Form) -> None:
    section = next(section for section in form.sections if section.is_table)
    data = by_openpyxl(filled(form.edition), lambda book: book.remove(book[section.sheet]))
    name = next(field.id for field in form.fields.values() if field.table == section.id)
    with pytest.raises(InputError, match=name):
        fill(data, {name: 1})


def test_a_stranger_cannot_be_filled() -> None:
    with pytest.raises(WorkbookError, match="不是能读取的"):
        fill(b"hello", {})


def test_a_workbook_without_stored_results_can_be_filled(form: Form) -> None:
    name = next(field.id for field in form.fields.values() if field.kind is Kind.COUNT)
    data = by_openpyxl(issued(form.edition), lambda _: None)
    filing = full_filing(form).with_answers({name: 5})
    read = look_at(fill(data, given_by(filing))).filing
    assert dict(read.values) == dict(filing.values)


def test_a_workbook_whose_rows_moved_is_filled_where_the_keys_are(form: Form) -> None:
    name = next(field.id for field in form.fields.values() if field.kind is Kind.COUNT)
    spot = lay_out(form).spots[name]
    part = next(sheet.part for sheet in open_package(filled(form.edition)).sheets if sheet.name == spot.sheet)
    data = with_part(filled(form.edition), part, lambda xml: shifted(xml, spot.row + 1))
    assert look_at(fill(data, {name: 31})).filing.values[name] == 31


EXTENSION = (
    '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"'
    ' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:dataValidations count="1"/></ext></extLst>'
)


def test_what_other_programs_added_stays_in_the_file(form: Form) -> None:
    """Excel and WPS move validations into an extension and add parts of their own; a plain reload would lose both."""
    name = next(field.id for field in form.fields.values() if field.kind is Kind.COUNT)
    part = part_of(filled(form.edition), lay_out(form).spots[name].sheet)
    data = with_part(filled(form.edition), part, lambda xml: xml.replace("</worksheet>", f"{EXTENSION}</worksheet>"))
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("customXml/item1.xml", "<kept/>")
    after = parts(fill(buffer.getvalue(), {name: 1}))
    assert after[part].decode().endswith(f"{EXTENSION}</worksheet>")
    assert after["customXml/item1.xml"] == b"<kept/>"
    assert set(after) == set(parts(buffer.getvalue()))


def test_a_paste_that_took_the_validation_away_changes_nothing_for_us(form: Form) -> None:
    name = next(field.id for field in form.fields.values() if field.kind is Kind.COUNT)
    part = part_of(filled(form.edition), lay_out(form).spots[name].sheet)
    pattern = re.compile(r"<dataValidations.*</dataValidations>", re.DOTALL)
    data = with_part(filled(form.edition), part, lambda xml: pattern.sub("", xml))
    examined = look_at(fill(data, {name: -1}))
    assert examined.filing.values[name] == -1
    assert examined.verdict.value == "needs-fixing"


@pytest.mark.office
def test_a_workbook_saved_by_libreoffice_is_filled_and_judged_alike(tmp_path: Path) -> None:
    """Issue, save in LibreOffice, fill, save again: the same values, verdict and findings as straight from us."""
    filings = []
    for edition, year in YEARS.items():
        form = form_of_edition(edition, SMALL)
        filings += [random_filing(form, year, 3), random_filing(form, year, 5), full_filing(form)]
    blanks = []
    for place, filing in enumerate(filings):
        blanks.append(tmp_path / f"{place}.xlsx")
        blanks[-1].write_bytes(_blank_of(filing))
    saved = convert(blanks, tmp_path / "saved")
    for path, filing in zip(saved, filings, strict=True):
        path.write_bytes(fill(path.read_bytes(), given_by(filing)))
    for path, filing in zip(convert(saved, tmp_path / "again"), filings, strict=True):
        ours, theirs = look_at(write_workbook(filing)), look_at(path.read_bytes())
        wrong = {
            n: v
            for n, v in as_read(filing).values.items()
            if not same_value(_digits(theirs.filing.values[n]), _digits(v))
        }
        assert wrong == {}
        assert theirs.verdict is ours.verdict
        assert [finding.name for finding in theirs.findings] == [finding.name for finding in ours.findings]


def _blank_of(filing: Filing) -> bytes:
    return write_workbook(Filing(filing.form, filing.organ, filing.code, filing.year, {}, filing.previous))


def _digits(value: Value) -> Value:
    """Return a figure to the twelfth digit: a sheet adds in binary."""
    return value if isinstance(value, str | tuple) or value is None else float(f"{float(value):.12g}")


def test_the_cases_read_from_a_workbook_give_the_findings_they_name() -> None:
    """Every case of the tables, written into a sheet and read again: the same findings as on the bare figures."""
    for case in load_cases()[::16]:
        bare = [(finding.name, finding.message) for finding in judge(as_read(case.filing))]
        read = [(f.name, f.message) for f in look_at(write_workbook(case.filing)).findings]
        assert sorted(found for found in read if found[0] != "number_normalised") == sorted(bare), case
