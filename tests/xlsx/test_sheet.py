"""The two readers of a sheet part: the reference reads what is written, and the fast one never says anything else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packagecases import (
    MAIN,
    SAME,
    SHEET,
    SHEET_PART,
    SHEET_XML,
    by_openpyxl,
    by_xlsxwriter,
    with_sheet,
    without_places,
)

from toolkit.errors import WorkbookError
from toolkit.xlsx.archive import read_archive
from toolkit.xlsx.fast.parts import scan_names, scan_sheet, scan_strings
from toolkit.xlsx.package import NewCell, open_package
from toolkit.xlsx.patches import plan_sheet
from toolkit.xlsx.row import Cell, Row, Rows
from toolkit.xlsx.sheet import SharedStrings, Sheet, column_letters, column_number, read_sheet, read_strings
from toolkit.xlsx.xmltree import as_utf8

STRINGS = SharedStrings(("零", "一", ""))


def cell(xml: str) -> Cell:
    return read_sheet((SHEET_XML % f'<row r="1">{xml}</row>').encode(), "sheet", STRINGS).cells["A1"]


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ('<c r="A1"/>', Cell(None)),
        ('<c r="A1" s="4"/>', Cell(None, style=4)),
        ('<c r="A1"><v>0</v></c>', Cell(0)),
        ('<c r="A1"><v> 12 </v></c>', Cell(12)),
        ('<c r="A1"><v>12.0</v></c>', Cell(12)),
        ('<c r="A1"><v>1.2E3</v></c>', Cell(1200)),
        ('<c r="A1"><v>-0</v></c>', Cell(0)),
        ('<c r="A1"><v>0.10</v></c>', Cell(Decimal("0.10"))),
        ('<c r="A1"><v>2.5E-7</v></c>', Cell(Decimal("2.5E-7"))),
        ('<c r="A1"><v>NaN</v></c>', Cell("NaN", type="str")),
        ('<c r="A1"><v>١٢</v></c>', Cell("١٢", type="str")),
        ('<c r="A1"><v>1E999999999</v></c>', Cell("1E999999999", type="str")),
        ('<c r="A1"><v>1E9999</v></c>', Cell("1E9999", type="str")),
        (f'<c r="A1"><v>{"9" * 5000}</v></c>', Cell("9" * 5000, type="str")),
        ('<c r="A1" t="s"><v>1</v></c>', Cell("一", type="s")),
        ('<c r="A1" t="s"><v/></c>', Cell(None, type="s")),
        ('<c r="A1" t="str"><v>12</v></c>', Cell("12", type="str")),
        ('<c r="A1" t="str"><v></v></c>', Cell("", type="str")),
        ('<c r="A1" t="b"><v>1</v></c>', Cell(True, type="b")),  # noqa: FBT003
        ('<c r="A1" t="b"><v>false</v></c>', Cell(False, type="b")),  # noqa: FBT003
        ('<c r="A1" t="e"><v>#DIV/0!</v></c>', Cell("#DIV/0!", type="e")),
        ('<c r="A1" t="d"><v>2024-01-31</v></c>', Cell("2024-01-31", type="d")),
        ('<c r="A1" t="mystery"><v>x</v></c>', Cell("x", type="str")),
        ('<c r="A1" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c>', Cell(" a ", type="inlineStr")),
        ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', Cell("ab", type="inlineStr")),
        ('<c r="A1" t="inlineStr"><is><t>字</t><rPh><t>zi</t></rPh></is></c>', Cell("字", type="inlineStr")),
        ('<c r="A1" t="inlineStr"><is> <t/> </is></c>', Cell("", type="inlineStr")),
        ('<c r="A1" t="inlineStr"><is><t>a_x000D__x005F_x0041_</t></is></c>', Cell("a\r_x0041_", type="inlineStr")),
        ('<c r="A1" t="inlineStr"><is><t>_xD83D__xDE00__xD83D_</t></is></c>', Cell("😀\ufffd", type="inlineStr")),
        ('<c r="A1"><f>SUM(B1)</f><v>3</v></c>', Cell(3, "SUM(B1)")),
        ('<c r="A1"><f>=SUM(B1)</f><v>3</v></c>', Cell(3, "SUM(B1)")),
        ('<c r="A1"><f>SUM(B1)</f></c>', Cell(None, "SUM(B1)", cached=False)),
        ('<c r="A1"><f>SUM(B1)</f><v></v></c>', Cell(None, "SUM(B1)", cached=False)),
        ('<c r="A1" t="str"><f>B1</f><v></v></c>', Cell("", "B1", "str")),
        ('<c r="A1" t="str"><f>B1</f></c>', Cell(None, "B1", "str", cached=False)),
        ('<c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f><v>1</v></c>', Cell(1, "B1")),
        ('<c r="A1" t="b"><f t="shared" si="0"/><v>1</v></c>', Cell(True, type="b", shared=True)),  # noqa: FBT003
        ("<c><v>5</v></c>", Cell(5)),
    ],
)  # fmt: skip
def test_a_cell_says_what_is_written_in_it_and_both_readers_agree(xml: str, expected: Cell) -> None:
    found = cell(xml)
    assert found == expected
    assert type(found.value) is type(expected.value)
    assert agree((SHEET_XML % f'<row r="1">{xml}</row>').encode())


@pytest.mark.parametrize(
    "xml",
    [
        '<c r="A1" t="s"><v>3</v></c>',
        '<c r="A1" t="s"><v>-1</v></c>',
        '<c r="AAAA1"/>',
        '<c r="XFE1"/>',
        '<c r="A1048577"/>',
        '<c r="1"/>',
        '<c r="A1"',
    ],
)
def test_a_damaged_cell_stops_reading_with_a_sentence(xml: str) -> None:
    with pytest.raises(WorkbookError, match="损坏"):
        cell(xml)
    assert agree((SHEET_XML % f'<row r="1">{xml}</row>').encode())


def test_cells_of_another_vocabulary_are_no_cells() -> None:
    xml = f'<worksheet xmlns="{MAIN}"><sheetData/><extLst xmlns="urn:x"><c r="A1"><v>1</v></c></extLst></worksheet>'
    assert read_sheet(xml.encode(), "sheet", ()).cells == {}


MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
SEEN, OTHER = '<c r="A1"><v>1</v></c>', '<c r="B1"><v>2</v></c>'
CHOICE = f'<mc:AlternateContent {MC}><mc:Choice Requires="z" xmlns:z="urn:z">%s</mc:Choice></mc:AlternateContent>'


@pytest.mark.parametrize(
    ("inside", "behind"),
    [
        (f'<row r="1">{SEEN}{CHOICE % OTHER}</row>', ""),
        (f'<row r="1">{SEEN}<extLst><ext uri="x">{OTHER}</ext></extLst></row>', ""),
        (f'<row r="1">{SEEN}</row>{CHOICE % ("<row>" + OTHER + "</row>")}', ""),
        (f'<row r="1">{SEEN}</row>{OTHER}', ""),
        (f'<row r="1">{SEEN}</row>', f'<extLst><ext uri="x"><row r="1">{OTHER}</row></ext></extLst>'),
    ],
)
def test_a_cell_where_programs_do_not_agree_whether_it_is_shown_is_refused(inside: str, behind: str) -> None:
    """LibreOffice shows none of these; such a file passed with a figure that nobody sees."""
    xml = f'<worksheet xmlns="{MAIN}"><sheetData>{inside}</sheetData>{behind}</worksheet>'.encode()
    with pytest.raises(WorkbookError, match="格子以外"):
        read_sheet(xml, "sheet", ())
    assert scan_sheet(xml, "sheet", SharedStrings()) is None


@pytest.mark.parametrize(
    ("inside", "behind"),
    [
        (
            f'<row r="1">{SEEN}</row>',
            '<extLst><ext><mergeCell ref="A1:B1"/><sheetProtection sheet="1"/></ext></extLst>',
        ),
        ('<row r="1"><c r="A1"><v>1<x xmlns="urn:x">2</x></v></c></row>', ""),
        ('<row r="1"><c r="A1"><v>1</v><x xmlns="urn:x"><v>2</v><f>3</f></x></c></row>', ""),
    ],
)
def test_what_stands_where_no_program_shows_it_is_not_read(inside: str, behind: str) -> None:
    xml = f'<worksheet xmlns="{MAIN}"><sheetData>{inside}</sheetData>{behind}</worksheet>'.encode()
    found = read_sheet(xml, "sheet", ())
    assert (found.cells, found.merges, found.protected) == ({"A1": Cell(1)}, (), False)
    assert agree(xml)


def test_a_text_that_stands_where_no_program_shows_it_is_not_read() -> None:
    shown = "<si><t>甲</t></si><si><r><t>乙</t></r><rPh><t>yi</t></rPh><x xmlns='urn:x'><t>丙</t></x></si>"
    extension = "<extLst><ext><si><t>丁</t></si></ext></extLst>"
    xml = f'<sst xmlns="{MAIN}">{shown}{extension}</sst>'.encode()
    assert read_strings(xml, "strings") == ("甲", "乙")
    assert scan_strings(xml, "strings") in {None, SharedStrings(("甲", "乙"))}


def test_entities_are_refused_before_they_are_read() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + SHEET_XML % "&b;"
    with pytest.raises(WorkbookError, match="DTD"):
        read_sheet(bomb.encode(), "sheet", ())
    assert scan_sheet(bomb.encode(), "sheet", SharedStrings()) is None


def test_column_letters_and_numbers_are_inverse() -> None:
    assert [column_letters(number) for number in (1, 26, 27, 702, 703, 16384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert all(column_number(column_letters(number)) == number for number in range(1, 16385))


def outcome(sheet: Sheet) -> object:
    try:
        return dict(sheet.cells), sheet.protected, sheet.merges
    except WorkbookError:
        return "refused"


def agree(xml: bytes) -> bool:
    """Return whether the fast reader says nothing, or just what the reference says."""
    fast = scan_sheet(xml, "sheet", STRINGS)
    if fast is None:
        return True
    try:
        reference = outcome(read_sheet(xml, "sheet", STRINGS))
    except WorkbookError:
        reference = "refused"
    return outcome(fast) == reference


@pytest.mark.parametrize("make", [by_xlsxwriter, by_openpyxl])
def test_plain_files_of_real_programs_go_the_fast_way_and_read_the_same(make) -> None:
    archive = read_archive(make())
    has_strings = "xl/sharedStrings.xml" in archive.members
    strings = read_strings(archive.read("xl/sharedStrings.xml"), "strings") if has_strings else SharedStrings()
    for name in archive.members:
        if name.startswith("xl/worksheets/sheet"):
            fast = scan_sheet(archive.read(name), name, strings)
            assert fast is not None
            assert outcome(fast) == outcome(read_sheet(archive.read(name), name, strings))
    names, rest = scan_names(archive.read("xl/workbook.xml"))
    assert names["requests.new.natural_person"] == f"'{SHEET}'!$B$3"
    assert b"natural_person" not in rest


@pytest.mark.parametrize("name", SAME)
def test_the_same_facts_written_otherwise_read_the_same(name: str) -> None:
    plain = open_package(by_xlsxwriter())
    changed_bytes = with_sheet(by_xlsxwriter(), SAME[name])
    changed = open_package(changed_bytes)
    assert dict(changed.cells(SHEET)) == dict(plain.cells(SHEET))
    assert changed.merges(SHEET) == plain.merges(SHEET) == ("A6:C6",)
    assert changed.protection(SHEET)
    assert agree(read_archive(changed_bytes).read(SHEET_PART))


def test_cells_that_do_not_say_where_they_stand_are_counted_from_the_left() -> None:
    plain = open_package(by_xlsxwriter()).cells(SHEET)
    counted = open_package(with_sheet(by_xlsxwriter(), without_places)).cells(SHEET)
    assert {address: counted[address] for address in plain} == dict(plain)


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "gbk", "gb18030"])
@pytest.mark.parametrize("said", ['encoding="{}"', "encoding = '{}'", 'encoding\n=\n"{}"'])
def test_a_sheet_in_another_encoding_is_read_and_patched(encoding: str, said: str) -> None:
    def rewrite(xml: str) -> bytes:
        return xml.replace('encoding="UTF-8"', said.format(encoding)).encode(encoding, "replace")

    package = open_package(with_sheet(by_xlsxwriter(), rewrite))
    assert package.cells(SHEET)["B4"].value == ("??" if encoding == "iso-8859-1" else "待填")
    cells = open_package(package.patched({SHEET: {"B3": NewCell("汉字")}})).cells(SHEET)
    assert cells["B3"].value == "汉字"
    assert cells["B4"].value == package.cells(SHEET)["B4"].value


def test_an_encoding_that_is_only_guessed_is_not_patched() -> None:
    package = open_package(with_sheet(by_xlsxwriter(), lambda xml: xml[xml.index("?>") + 3 :].encode("utf-16-le")))
    assert package.cells(SHEET)["B4"].value == "待填"
    with pytest.raises(WorkbookError, match="定位"):
        package.patched({SHEET: {"B3": NewCell(1)}})


def test_an_encoding_nobody_knows_is_refused() -> None:
    with pytest.raises(WorkbookError, match="编码"):
        as_utf8(b'<?xml version="1.0" encoding="klingon"?><a/>')


NUMBERS = ["", "0", "12", "1.50", "1e3", " 3 ", "NaN", "2"]
WORDS = [
    "x",
    "二",
    "_x000D_",
    "&amp;",
    "&#65;",
    "&#0;",
    "&bad;",
    "a&b",
    "]]>",
    "\x01",
    "\r\n",
    "<b/>",
    "<!--c-->",
    "\ufffe",
]
TEXTS = st.sampled_from(NUMBERS + WORDS)
FORMULAS = st.sampled_from(
    ["", "<f>SUM(A1)</f>", '<f t="shared" si="0"/>', "<f/>", '<f t="array" ref="A1">B1</f>', "<f x>1</f>"]
)
KINDS = ["", ' t="s"', ' s="2" t="str"', ' t="n"', ' t="inlineStr"', ' t="b"', ' t="e"', ' t="odd"']
ODDITIES = [' s="1"', ' cm="1"', ' s="x"', ' xmlns="urn:x"', ' s="1" s="2"']
ATTRIBUTES = st.sampled_from(KINDS + ODDITIES)
SHELLS = st.sampled_from(
    ["<v>{}</v>", "<v/>", "", "<is><t>{}</t></is>", "<is><r><t>{}</t></r></is>", "<v>{}</v><v>{}</v>"]
)


@st.composite
def written_cells(draw: st.DrawFn) -> str:
    address = draw(st.sampled_from(["A1", "B2", "C3", "ZZ999", "AAA1", "A0", "a1"]))
    place = draw(st.sampled_from([f' r="{address}"', f" r='{address}'", f'  r="{address}"', ""]))
    inner = draw(FORMULAS) + draw(SHELLS).replace("{}", draw(TEXTS))
    return f"<c{place}{draw(ATTRIBUTES)}>{inner}</c>" if inner else f"<c{place}{draw(ATTRIBUTES)}/>"


VALUED = [
    '<c r="A1" s="1"><v>{}</v></c>',
    '<c r="B1" t="str"><f>C1&amp;D1</f><v>{}</v></c>',
    '<c r="C1" t="s"><v>{}</v></c>',
    '<c r="D1" t="s"><v>1</v></c>',
    '<c r="E1"><f>A1</f><v>{}</v></c>',
    '<c r="F1" t="inlineStr"><is><t>字</t></is></c>',
    '<c r="G1" s="3"/>',
    '<c r="H1" t="e"><v>{}</v></c>',
]
VALUES = st.sampled_from(["0", "1", "2", "7.50", "", "x", "&amp;", "#N/A", "\0", "&#0;", "_x0000_", "999999999"])


@settings(max_examples=300, deadline=None)
@given(
    shells=st.lists(st.sampled_from(VALUED), max_size=5, unique=True).map(sorted),
    fillings=st.lists(
        st.tuples(st.lists(VALUES, min_size=5, max_size=5), st.permutations(["零", "一", "二 "])),
        min_size=2,
        max_size=4,
    ),
)
def test_rows_remembered_from_other_files_are_read_as_if_for_the_first_time(
    shells: list[str], fillings: list[tuple[list[str], list[str]]]
) -> None:
    found: list[Row] = []
    for values, strings in fillings:
        cells = "".join(shell.replace("{}", value) for shell, value in zip(shells, values, strict=False))
        xml = (SHEET_XML % f'<row r="1" spans="1:8">{cells}</row>').encode()
        fast = scan_sheet(xml, "sheet", SharedStrings(strings))
        if fast is not None:
            reference = read_sheet(xml, "sheet", strings)
            assert outcome(fast) == outcome(reference)
            assert [row.number for row in fast.rows] == [1]
            assert all(row.cell(address) == cell for row in fast.rows for address, cell in row.cells.items())
            found += fast.rows
    for one in found:
        for other in found:
            assert alike(one, other)


def alike(one: Row, other: Row) -> bool:
    """Return whether two rows have in common what they say they have."""
    cells = [(one.cells.get(address), other.cells.get(address)) for address in {*one.cells, *other.cells}]
    both = [(first, second) for first, second in cells if first is not None and second is not None]
    shaped = len(both) == len(cells) and all(
        (first.formula, first.shared, first.style) == (second.formula, second.shared, second.style)
        for first, second in both
    )
    said = [(first, second) for first, second in both if {str} & {type(first.value), type(second.value)}]
    typed = shaped and all(first.value == second.value for first, second in said if not (first.formula or first.shared))
    return (
        (shaped or one.shape is not other.shape)
        and (typed or one.typing is not other.typing)
        and (one is not other or one.cells == other.cells)
    )


def test_a_row_that_two_files_have_is_one_object() -> None:
    row = '<row r="1"><c r="A1" t="s"><v>%d</v></c><c r="B1"><v>%d</v></c></row>'
    first, moved, other = (
        scan_sheet((SHEET_XML % row % numbers).encode(), "sheet", SharedStrings(strings))
        for numbers, strings in (((1, 5), ("零", "一")), ((0, 5), ("一", "零")), ((1, 6), ("零", "一")))
    )
    assert first is not None
    assert moved is not None
    assert other is not None
    assert first.rows[0] is moved.rows[0]  # although its string has another number
    assert first.rows[0] is not other.rows[0]
    assert first.rows[0].typing is other.rows[0].typing
    assert other.cells["B1"] == Cell(6)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('s="1"', 's="2"'),
        ("<v>5</v>", "<v>57</v>"),
        ("<v>5</v>", '<v xml:space="preserve">5</v>'),
        ("<v>5</v>", "<v>5<!----></v>"),
        ("<v>5</v>", "<v></v>"),
        ("<v> 二</v>", '<v xml:space="preserve"> 三</v>'),
        ('<v xml:space="preserve"> 一', "<v> 一"),
        ("</v></c></row>", "</v></c> </row>"),
        ("</row>", '</row><row r="2"/>'),
        ('B1" t="s"', 'B1"'),
    ],
)
def test_a_sheet_like_the_one_read_before_but_for_one_place_is_read_as_it_is(was: str, now: str) -> None:
    cells = (
        '<c r="A1" s="1"><v>5</v></c><c r="B1" t="s"><v>0</v></c><c r="C1" t="str"><v> 二</v></c>'
        '<c r="D1" t="str"><v xml:space="preserve"> 一</v></c><c r="E1"><v>8</v></c>'
    )
    usual = SHEET_XML % f'<row r="1">{cells}</row>'
    assert was in usual
    for text in (usual, usual.replace(was, now), usual):
        assert agree(text.encode())
    assert scan_sheet(usual.encode(), "sheet", STRINGS) is not None


def test_what_somebody_blew_up_is_read_and_not_kept() -> None:
    long, longer = "甲" * 20_000, '<row r="1"><c r="A1" t="str"><v>%s</v></c></row>' % ("乙" * 20_000)
    for xml, strings in (('<row r="7"><c r="A7" t="s"><v>0</v></c></row>', (long,)), (longer, ())):
        sheet = (SHEET_XML % xml).encode()
        fast = scan_sheet(sheet, "sheet", SharedStrings(strings))
        assert fast is not None
        assert outcome(fast) == outcome(read_sheet(sheet, "sheet", strings))
        assert fast.rows[0].facts is fast.rows.typing.facts is None
        assert fast.rows[0].typing is fast.rows[0]
        assert type(fast.rows) is Rows  # that kind which keeps nothing


def test_a_row_that_stands_twice_is_left_to_the_reference() -> None:
    xml = (SHEET_XML % '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="B1"><v>2</v></c></row>').encode()
    assert scan_sheet(xml, "sheet", SharedStrings()) is None
    assert [list(row.cells) for row in read_sheet(xml, "sheet", ()).rows] == [["A1", "B1"]]


@pytest.mark.parametrize("attribute", [' x14ac:dyDescent="0.25"', ' spans="1:1" spans="1:1"', ' a:b="1" c:b="1"'])
def test_an_attribute_the_part_does_not_declare_is_left_to_the_reference(attribute: str) -> None:
    xml = SHEET_XML % f'<row r="1"{attribute}><c r="A1"/></row>'
    assert scan_sheet(xml.encode(), "sheet", SharedStrings()) is None
    declared = xml.replace("<worksheet ", '<worksheet xmlns:x14ac="urn:x14ac" ')
    assert (scan_sheet(declared.encode(), "sheet", SharedStrings()) is not None) == ("x14ac" in attribute)


@pytest.mark.parametrize("said", ['encoding = "ISO-8859-1"', "encoding\n='us-ascii'", 'encoding ="windows-1252"'])
def test_a_part_that_says_it_is_in_another_encoding_is_left_to_the_reference(said: str) -> None:
    declared = f'<?xml version="1.0" {said}?>'
    sheet = declared + SHEET_XML % '<row r="1"><c r="A1" t="str"><v>胡</v></c></row>'
    assert scan_sheet(sheet.encode(), "sheet", SharedStrings()) is None
    assert scan_strings(f'{declared}<sst xmlns="{MAIN}"><si><t>胡</t></si></sst>'.encode(), "strings") is None
    names = (
        f'<workbook xmlns="{MAIN}"><definedNames><definedName name="胡">甲!$A$1</definedName></definedNames></workbook>'
    )
    assert scan_names(f"{declared}{names}".encode())[0] == {}


@pytest.mark.parametrize(
    "row",
    [
        '<row r="1" 9pans="1:1"><c r="A1"/></row>',
        '<row r="1" a:9b="1"><c r="A1"/></row>',
        '<row r="1"><c r="A1"><f 9a="1">1+1</f><v>2</v></c></row>',
    ],
)
def test_an_attribute_whose_name_is_none_is_left_to_the_reference(row: str) -> None:
    xml = (SHEET_XML % row).encode()
    assert scan_sheet(xml, "sheet", SharedStrings()) is None
    with pytest.raises(WorkbookError, match="损坏"):
        read_sheet(xml, "sheet", ())


def test_text_in_runs_is_read_the_fast_way_too() -> None:
    runs = "<si><r><rPr><strike/></rPr><t>甲</t></r><r><t>乙</t></r></si><si><t>丙</t><rPh><t>bing</t></rPh></si>"
    xml = f'<sst xmlns="{MAIN}">{runs}</sst>'.encode()
    assert scan_strings(xml, "strings") == read_strings(xml, "strings") == ("甲\u0336乙", "丙")
    assert scan_strings(xml.replace(b"<t>", b"<x:t>"), "strings") is None


def test_names_with_further_attributes_are_read_the_fast_way_too() -> None:
    names = '<definedName function="false" name="a">甲!$A$1 </definedName>'
    names += '<definedName name="b" localSheetId="1">乙</definedName>'
    xml = f'<workbook xmlns="{MAIN}"><definedNames>{names}</definedNames></workbook>'.encode()
    found, rest = scan_names(xml)
    assert dict(found) == {"a": "甲!$A$1"}
    assert b"definedName " not in rest
    assert scan_names(xml.replace(b'name="b"', b'name="b" name="c"'))[0] == {}


def test_a_damaged_table_of_strings_is_left_to_the_reference() -> None:
    broken = f'<sst xmlns="{MAIN}"><si><t>a</t></si><si></sst>'.encode()
    assert scan_strings(broken, "strings") is None
    with pytest.raises(WorkbookError, match="损坏"):
        read_strings(broken, "strings")


@settings(max_examples=600, deadline=None)
@given(cells=st.lists(written_cells(), max_size=5), data=st.data())
def test_the_fast_reader_never_contradicts_the_reference(cells: list[str], data: st.DataObject) -> None:
    row = data.draw(
        st.sampled_from(['<row r="1">', "<row>", '<row r="1" spans="1:3">', '<row r="0">', '<row xmlns="urn:x">'])
    )
    xml = SHEET_XML % (row + "".join(cells) + "</row>")
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(xml)))
        xml = (
            xml[:at]
            + data.draw(st.sampled_from(["<", ">", "/", '"', "<c", "x:", "", " ", "</c>", "&"]))
            + xml[at + 1 :]
        )
    assert agree(xml.encode())


@settings(max_examples=200, deadline=None)
@given(
    st.lists(written_cells(), max_size=4), st.sampled_from(['<row r="1">', "<row>", '<row r="x">', '<row r="2" s="y">'])
)
def test_a_patch_of_any_sheet_succeeds_or_says_why_not(cells: list[str], row: str) -> None:
    xml = (SHEET_XML % f"{row}{''.join(cells)}</row>").encode()
    changes = {"A1": NewCell("甲"), "B2": NewCell(2), "ZZ999": NewCell(None)}
    try:
        before = read_sheet(xml, "sheet", STRINGS).cells
        after = read_sheet(plan_sheet(xml, "sheet", changes).fill(changes), "sheet", STRINGS).cells
    except WorkbookError:
        return
    assert {address: after[address].value for address in changes} == {"A1": "甲", "B2": 2, "ZZ999": None}
    assert all(after[address] == before[address] for address in before.keys() - changes.keys())


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.sampled_from(["<si><t>{}</t></si>", "<si><r><t>{}</t></r></si>", "<si/>",
                                                  "<si><t>a</t><rPh><t>{}</t></rPh></si>"])), max_size=5))  # fmt: skip
def test_the_fast_reader_of_strings_never_contradicts_the_reference(items: list[tuple[str, str]]) -> None:
    xml = f'<sst xmlns="{MAIN}">{"".join(shell.replace("{}", text) for text, shell in items)}</sst>'.encode()
    fast = scan_strings(xml, "strings")
    assert fast is None or fast == read_strings(xml, "strings")
