"""The package as a whole: strangers' zips, what is refused and in which words, patches that touch nothing else."""

from __future__ import annotations

import io
import re
import shutil
import struct
import subprocess
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from packagecases import (
    SHEET,
    SHEET_PART,
    by_openpyxl,
    by_xlsxwriter,
    by_xlsxwriter_once,
    change,
    prefixed,
    rezipped,
    with_member,
    with_sheet,
)

from toolkit.errors import WorkbookError
from toolkit.xlsx.archive import read_archive
from toolkit.xlsx.fast.parts import scan_sheet
from toolkit.xlsx.package import Cell, NewCell, SheetInfo, open_package
from toolkit.xlsx.sheet import read_sheet, read_strings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def members(data: bytes) -> dict[str, tuple[bytes, int, tuple[int, ...]]]:
    """Return, by Python's own zip reader's directory, each member's compressed bytes, checksum and date."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        for info in archive.infolist():
            names, extras = struct.unpack_from("<HH", data, info.header_offset + 26)
            start = info.header_offset + 30 + names + extras
            found[info.filename] = (data[start : start + info.compress_size], info.CRC, info.date_time)
    return found


def test_every_fact_of_a_workbook_is_told() -> None:
    package = open_package(by_xlsxwriter())
    assert package.sheets == (
        SheetInfo(SHEET, SHEET_PART, "visible"),
        SheetInfo("_meta", "xl/worksheets/sheet2.xml", "veryHidden"),
    )
    assert package.names == {"requests.new.natural_person": f"'{SHEET}'!$B$3"}
    assert package.properties == {"code": "11000000"}
    assert package.application == "Microsoft Excel"
    assert not package.structure_locked
    assert package.protection(SHEET)
    assert not package.protection("_meta")
    assert package.merges(SHEET) == ("A6:C6",)
    assert package.hazards() == ()
    cells = package.cells(SHEET)
    assert len(cells) == 24
    assert not package.is_locked(cells["B3"].style)
    assert package.is_locked(cells["A2"].style)
    assert package.is_locked(9999)
    assert cells["F1"].value == "富文本"
    assert cells["G2"] == Cell(Decimal("2.5e-07"))
    assert cells["D4"] == Cell("#DIV/0!", "1/0", "e")
    assert cells.get("Z99") is None


def test_a_sheet_that_is_not_there_is_named() -> None:
    with pytest.raises(WorkbookError, match="“不存在”"):
        open_package(by_xlsxwriter()).cells("不存在")


def test_a_workbook_without_styles_or_strings_is_read() -> None:
    bare = with_sheet(by_openpyxl(), lambda xml: xml)
    bare = change("xl/_rels/workbook.xml.rels", "relationships/styles", "relationships/forgotten")(bare)
    package = open_package(bare)
    assert package.is_locked(0)
    assert package.cells(SHEET)["B2"].value == 12
    formula = open_package(bare).patched({SHEET: {"A4": NewCell(3)}})
    assert open_package(formula).cells(SHEET)["A4"] == Cell(3)


def test_a_sheet_of_charts_has_no_cells_and_takes_none() -> None:
    package = open_package(with_sheet(by_xlsxwriter(), lambda xml: re.sub(r"<sheetData>.*</sheetData>", "", xml)))
    assert package.cells(SHEET) == {}
    with pytest.raises(WorkbookError, match="不是普通表格"):
        package.patched({SHEET: {"A1": NewCell(1)}})


def test_names_with_a_vocabulary_of_their_own_are_left_to_the_parser() -> None:
    odd = change("xl/workbook.xml", "<definedNames>", '<definedNames><x xmlns="urn:x"/>')(by_xlsxwriter())
    assert open_package(odd).names == {"requests.new.natural_person": f"'{SHEET}'!$B$3"}


def test_hazards_are_told_by_what_parts_are_for_and_not_by_their_names() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_comment("A1", "批注")
    sheet.write_url("A2", "https://example.org/")
    book.close()
    told = open_package(buffer.getvalue())
    assert told.hazards() == ()
    assert {cell: note.text for cell, note in told.comments("Sheet1").items()} == {"A1": "批注"}
    relation = '<Relationship Id="rId99" Type="http://a.example/vbaProject" Target="a.bin"/>'
    data = change("xl/_rels/workbook.xml.rels", "</Relationships>", relation + "</Relationships>")(by_xlsxwriter())
    assert open_package(data).hazards() == ("xl/a.bin",)
    loose = rezipped(
        by_xlsxwriter(), lambda _, content: content, lambda name: name.replace("app.xml", "vbaProject.bin")
    )
    assert open_package(loose).hazards() == ("docProps/vbaProject.bin",)


def test_structure_lock_and_inherited_locks_are_seen() -> None:
    data = change("xl/workbook.xml", "<bookViews>", '<workbookProtection lockStructure="1"/><bookViews>')(
        by_xlsxwriter()
    )
    assert open_package(data).structure_locked
    parent = '<cellStyleXfs count="1"><xf><protection locked="0"/></xf></cellStyleXfs><cellXfs'
    renamed = change("xl/styles.xml", "cellStyleXfs", "forgotten")(by_xlsxwriter())
    bare = change("xl/styles.xml", "<cellXfs", parent)(renamed)
    assert not open_package(bare).is_locked(0)


CHANGES = {
    "B3": NewCell(41),
    "A3": NewCell("  -甲&<乙>\n第二行  "),
    "A2": NewCell(Decimal("0.10")),
    "C3": NewCell(False),  # noqa: FBT003
    "B1": NewCell(None),
    "A4": NewCell(None),
    "C4": NewCell(7),
    "A5": NewCell("新行"),
    "K2": NewCell("行尾"),
    "C900": NewCell(1),
    "D3": NewCell("=1+1"),
    "B4": NewCell("可以报送", cached_only=True),
    "E4": NewCell(True, cached_only=True),  # noqa: FBT003
    "F4": NewCell(5, cached_only=True),
}


@pytest.mark.parametrize("write", [str, prefixed])
def test_a_patch_changes_the_named_cells_and_nothing_else(write: Callable[[str], str]) -> None:
    before = with_sheet(by_xlsxwriter(), write)
    after = open_package(before).patched({SHEET: CHANGES})
    old, new = open_package(before).cells(SHEET), open_package(after).cells(SHEET)
    assert set(new) == set(old) | set(CHANGES)
    for address, cell in new.items():
        if address not in CHANGES:
            assert cell == old[address]
            continue
        assert cell.value == CHANGES[address].value
        assert type(cell.value) is type(CHANGES[address].value)
        assert cell.style == (old[address].style if address in old else 0)
        assert cell.formula == (old[address].formula if CHANGES[address].cached_only else "")
    assert {name: one for name, one in members(after).items() if name != SHEET_PART} == {
        name: one for name, one in members(before).items() if name != SHEET_PART
    }
    assert list(members(after)) == list(members(before))


def test_bytes_of_cells_that_are_not_changed_stay() -> None:
    before = read_archive(by_xlsxwriter()).read(SHEET_PART)
    after = read_archive(open_package(by_xlsxwriter()).patched({SHEET: {"B3": NewCell(41)}})).read(SHEET_PART)
    assert after == before.replace(b'<c r="B3" s="1"><v>7</v></c>', b'<c r="B3" s="1"><v>41</v></c>')


def test_rows_and_cells_are_inserted_in_order() -> None:
    after = open_package(by_xlsxwriter()).patched({SHEET: CHANGES})
    xml = read_archive(after).read(SHEET_PART).decode()
    rows = [int(row) for row in re.findall(r'<row r="(\d+)"', xml)]
    assert rows == sorted(rows) == [1, 2, 3, 4, 5, 6, 900]
    places = [(int(row), len(letters), letters) for letters, row in re.findall(r'<c r="([A-Z]+)(\d+)"', xml)]
    assert places == sorted(places)
    assert "<dimension" not in xml


@pytest.mark.parametrize(
    "empty",
    [
        "<sheetData/>",
        "<sheetData></sheetData>",
        '<sheetData><row r="5"/></sheetData>',
        "<sheetData><row><f>1</f></row></sheetData>",
    ],
)
def test_an_empty_sheet_or_row_is_opened_for_new_cells(empty: str) -> None:
    data = with_sheet(by_xlsxwriter(), lambda xml: re.sub(r"<sheetData>.*</sheetData>", empty, xml))
    changes = {address: NewCell(address) for address in ("B5", "A5", "C7", "A1", "AA5")}
    after = open_package(data).patched({SHEET: changes})
    assert {address: cell.value for address, cell in open_package(after).cells(SHEET).items()} == {
        address: address for address in changes
    }
    sheet = openpyxl.load_workbook(io.BytesIO(after))[SHEET]
    assert [sheet[address].value for address in changes] == list(changes)


def test_a_new_cell_takes_the_style_of_its_row_or_column() -> None:
    data = with_sheet(by_xlsxwriter(), lambda xml: xml.replace(
        "<sheetData>", '<cols><col min="1" max="2"/><col min="26" max="27" style="1"/></cols><sheetData>').replace(
        '<row r="6"', '<row r="6" s="2" customFormat="1"'))  # fmt: skip
    cells = open_package(open_package(data).patched({SHEET: {"Z2": NewCell(1), "Z6": NewCell(1)}})).cells(SHEET)
    assert (cells["Z2"].style, cells["Z6"].style) == (1, 2)


def test_openpyxl_reads_a_patched_workbook_as_it_was_meant() -> None:
    after = open_package(by_xlsxwriter()).patched({SHEET: CHANGES}, {"code": "22000000", "收件": "甲&乙"})
    values = openpyxl.load_workbook(io.BytesIO(after), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(after))
    for address, new in CHANGES.items():
        expected = float(new.value) if isinstance(new.value, Decimal) else new.value
        assert values[SHEET][address].value == expected
    assert formulas[SHEET]["B4"].value == '=IF(A2=0,"待填","")'
    assert formulas[SHEET]["D3"].data_type == "s"
    assert [(one.name, one.value) for one in values.custom_doc_props.props] == [("code", "22000000"), ("收件", "甲&乙")]


@pytest.mark.office
@pytest.mark.slow
def test_libreoffice_reads_a_patched_workbook_and_we_read_libreoffice(tmp_path: Path) -> None:
    office = shutil.which("soffice") or ""
    source = tmp_path / "patched.xlsx"
    source.write_bytes(open_package(by_openpyxl()).patched({SHEET: CHANGES}))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    data = (tmp_path / "out" / "patched.xlsx").read_bytes()
    package = open_package(data)
    cells = package.cells(SHEET)
    assert "LibreOffice" in package.application
    for address in ("B3", "A3", "A2", "C3", "C4", "A5", "K2", "C900", "D3"):
        assert cells[address].value == CHANGES[address].value
    assert cells["B2"].value == 12
    assert package.protection(SHEET)
    assert not package.is_locked(cells["B3"].style)
    assert package.names["requests.new.natural_person"].endswith("!$B$3")
    archive = read_archive(data)
    strings = read_strings(archive.read("xl/sharedStrings.xml"), "strings")
    fast = scan_sheet(archive.read(SHEET_PART), SHEET_PART, strings)
    assert fast is not None
    assert dict(fast.cells) == dict(read_sheet(archive.read(SHEET_PART), SHEET_PART, strings).cells)


def test_properties_are_set_added_and_begun() -> None:
    again = open_package(by_xlsxwriter()).patched({}, {"code": "1", "年份": "2024"})
    assert open_package(again).properties == {"code": "1", "年份": "2024"}
    buffer = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.title = "甲"
    book.save(buffer)
    package = open_package(buffer.getvalue())
    assert package.properties == {}
    begun = package.patched({"甲": {"A1": NewCell(1)}}, {"code": 'a"b'})
    assert open_package(begun).properties == {"code": 'a"b'}
    assert openpyxl.load_workbook(io.BytesIO(begun)).custom_doc_props["code"].value == 'a"b'


def with_chain() -> bytes:
    """Return the workbook as Excel would save it, with a calculation chain."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    override = f'<Override PartName="/xl/calcChain.xml" ContentType="{kind}"/></Types>'
    link = f'<Relationship Id="rId77" Type="{relation}" Target="calcChain.xml"/></Relationships>'
    data = change("[Content_Types].xml", "</Types>", override)(by_xlsxwriter())
    buffer = io.BytesIO(change("xl/_rels/workbook.xml.rels", "</Relationships>", link)(data))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/calcChain.xml", '<calcChain xmlns="x"><c r="A4" i="1"/></calcChain>')
    return buffer.getvalue()


def test_a_calculation_chain_that_would_name_a_lost_formula_is_dropped_and_only_then() -> None:
    kept = open_package(with_chain()).patched({SHEET: {"B3": NewCell(1), "A4": NewCell(3, cached_only=True)}})
    assert "xl/calcChain.xml" in members(kept)
    lost = open_package(with_chain()).patched({SHEET: {"A4": NewCell(3)}})
    assert "xl/calcChain.xml" not in members(lost)
    archive = read_archive(lost)
    assert not any(b"calcChain" in archive.read(name) for name in archive.members)
    assert openpyxl.load_workbook(io.BytesIO(lost))[SHEET]["A4"].value == 3


def test_a_formula_that_others_borrow_is_not_replaced_alone() -> None:
    home = '<f t="shared" ref="A4:A5" si="0">SUM(A2:B2)</f><v>12</v></c></row>'
    borrower = '<row r="5"><c r="A5"><f t="shared" si="0"/><v>1</v></c></row>'
    data = with_sheet(by_xlsxwriter(), lambda xml: re.sub(r"<f>SUM\(A2:B2\)</f>.*?</row>", home + borrower, xml))
    package = open_package(data)
    assert package.cells(SHEET)["A5"] == Cell(1, shared=True)
    with pytest.raises(WorkbookError, match="A4 的公式"):
        package.patched({SHEET: {"A4": NewCell(1)}})
    both = package.patched({SHEET: {"A4": NewCell(1), "A5": NewCell(2)}})
    assert open_package(both).cells(SHEET)["A5"] == Cell(2)
    child = package.patched({SHEET: {"A5": NewCell(9, cached_only=True)}})
    assert open_package(child).cells(SHEET)["A5"] == Cell(9, shared=True)


@pytest.mark.parametrize(
    ("address", "new", "reason"),
    [
        ("A2", NewCell(1, cached_only=True), "没有公式"),
        ("A2", NewCell("长" * 32768), "分段"),
        ("A2", NewCell(Decimal("NaN")), "有限"),
        ("a2", NewCell(1), "不合规"),
        ("XFE1", NewCell(1), "超出"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused(address: str, new: NewCell, reason: str) -> None:
    with pytest.raises(WorkbookError, match=reason):
        open_package(by_xlsxwriter()).patched({SHEET: {address: new}})


VALUES = st.one_of(
    st.text(max_size=40),
    st.from_regex(r"_x[0-9A-Fa-f]{4}_", fullmatch=True),
    st.integers(-(10**20), 10**20),
    st.decimals(-(10**9), 10**9, places=2),
    st.booleans(),
    st.none(),
)


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_what_is_written_is_what_is_read(value: int | Decimal | str | bool | None) -> None:  # noqa: FBT001 - a value
    after = open_package(by_xlsxwriter_once()).patched({SHEET: {"B3": NewCell(value)}})
    cell = open_package(after).cells(SHEET)["B3"]
    expected = value
    if isinstance(value, str):
        expected = value.replace("\r\n", "\n").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert cell.value == expected
    assert cell.type == {str: "inlineStr", bool: "b"}.get(type(value), "n")


def test_links_to_every_file_of_ten_thousand_organs_do_not_make_a_workbook_unlikely() -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    links = "".join(
        f'<Relationship Id="l{number}" Type="{kind}" Target="../received/{number:064x}.xlsx" TargetMode="External"/>'
        for number in range(20_000)
    )
    root = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    plain, of_sheet = by_xlsxwriter(), "xl/worksheets/_rels/sheet1.xml.rels"
    data = with_member(plain, of_sheet, f"{root}{links}</Relationships>".encode())
    assert open_package(data).cells(SHEET) == open_package(plain).cells(SHEET)
    for part, more in ((of_sheet, links * 4), ("xl/worksheets/_rels/sheet99.xml.rels", links)):  # of no sheet there is
        with pytest.raises(WorkbookError, match="异常庞大"):
            open_package(with_member(plain, part, f"{root}{more}</Relationships>".encode()))
