"""Sheets, names, styles and notes that come and go, in workbooks other programs wrote."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from workbooks import parts, with_part

from toolkit.xlsx.changes.book import MAIN, BookChange
from toolkit.xlsx.changes.notes import with_notes, without_notes
from toolkit.xlsx.changes.sheet_elements import (
    Condition,
    inserted,
    with_conditions,
    with_link,
    without_conditions,
    without_links,
)
from toolkit.xlsx.changes.styles import Styles
from toolkit.xlsx.package import open_package

SHEET = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode()


def three_sheets() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    for name in ("甲", "乙", "丙"):
        sheet = book.add_worksheet(name)
        sheet.write("A1", name)
        sheet.print_area("A1:B2")
        sheet.autofilter("A1:B2")
    book.worksheets()[2].activate()
    book.define_name("total", "=丙!$A$1")
    book.close()
    return buffer.getvalue()


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_a_sheet_comes_and_goes_without_a_trace_in_the_others() -> None:
    data = three_sheets()
    change = BookChange(open_package(data))
    change.add_sheet("丁", SHEET)
    change.set_name("mark", "丁!$A$1")
    more = change.finished()
    assert opened(more).sheetnames == ["甲", "乙", "丙", "丁"]
    assert open_package(more).names["mark"] == "丁!$A$1"
    back = BookChange(open_package(more))
    back.remove_sheet("丁")
    back.set_name("mark", None)
    assert parts(back.finished()) == parts(data)


def test_names_and_views_that_count_sheets_follow_when_one_goes() -> None:
    change = BookChange(open_package(three_sheets()))
    change.remove_sheet("乙")
    book = opened(change.finished())
    assert book.sheetnames == ["甲", "丙"]
    assert book.active.title == "丙"
    assert [sheet.print_area for sheet in book] == ["'甲'!$A$1:$B$2", "'丙'!$A$1:$B$2"]
    xml = parts(change.finished())["xl/workbook.xml"].decode()
    assert sorted(re.findall(r'localSheetId="(\d)"', xml)) == ["0", "0", "1", "1"]


def test_a_sheet_that_is_not_there_is_nothing_to_remove() -> None:
    change = BookChange(open_package(three_sheets()))
    change.remove_sheet("戊")
    assert change.finished() == three_sheets()


def test_the_chain_of_calculation_goes_when_anything_changes() -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    first = BookChange(open_package(three_sheets()))
    first.add("xl/calcChain.xml", f'<calcChain xmlns="{MAIN}"><c r="A1" i="1"/></calcChain>'.encode(), kind)
    first.relate("xl/workbook.xml", "calcChain", "xl/calcChain.xml")
    chained = first._archive.rewritten(first._changed)  # as a program that calculates saves it
    change = BookChange(open_package(chained))
    change.add_sheet("丁", SHEET)
    assert "xl/calcChain.xml" not in parts(change.finished())
    assert b"calcChain" not in parts(change.finished())["xl/_rels/workbook.xml.rels"]


def test_a_style_is_added_once() -> None:
    xml = parts(three_sheets())["xl/styles.xml"]
    font = '<font><b/><sz val="9"/></font>'
    styles = Styles(xml)
    number = styles.add("fonts", font)
    assert styles.add("fonts", font) == number
    format_ = styles.add("dxfs", "<dxf><font><b/></font></dxf>")
    again = Styles(styles.finished())
    assert (again.add("fonts", font), again.add("dxfs", "<dxf><font><b/></font></dxf>")) == (number, format_)
    assert again.finished() == styles.finished()
    assert f'<fonts count="{number + 1}">'.encode() in styles.finished()
    assert Styles(xml).finished() == xml


def test_a_part_of_styles_without_differential_formats_gets_some() -> None:
    xml = f'<x:styleSheet xmlns:x="{MAIN}"><x:fonts count="0"/><x:tableStyles/></x:styleSheet>'.encode()
    styles = Styles(xml)
    assert styles.add("dxfs", "<dxf><font><b/></font></dxf>") == 0
    assert styles.add("fonts", "<font><b/></font>") == 0
    assert styles.finished().decode() == (
        f'<x:styleSheet xmlns:x="{MAIN}"><x:fonts count="1"><x:font><x:b/></x:font></x:fonts>'
        '<x:dxfs count="1"><x:dxf><x:font><x:b/></x:font></x:dxf></x:dxfs><x:tableStyles/></x:styleSheet>'
    )


def test_conditions_go_before_those_that_were_there_and_leave_again() -> None:
    rule = '<cfRule type="expression" dxfId="0" priority="1"><formula>A1=1</formula></cfRule>'
    old = f'<conditionalFormatting sqref="A1">{rule}</conditionalFormatting>'
    xml = f'<worksheet xmlns="{MAIN}"><sheetData/>{old}<pageMargins/></worksheet>'.encode()
    more = with_conditions(xml, "s", [Condition("B2", "mark=1", 3), Condition("B3", 'mark="a"', 4)])
    assert re.findall(rb'priority="(\d)"', more) == [b"1", b"2", b"3"]
    assert more.index(b'sqref="B2"') < more.index(b'sqref="A1"') < more.index(b"<pageMargins/>")
    assert without_conditions(more, "s", "mark") == xml.replace(b'priority="1"', b'priority="3"')
    both = more.replace(b"A1=1</formula></cfRule>", b"A1=1</formula></cfRule>" + rule.replace("A1=1", "mark").encode())
    assert without_conditions(both, "s", "mark") == xml.replace(b'priority="1"', b'priority="3"')


def test_an_element_stands_where_its_kind_belongs_and_links_come_and_go() -> None:
    xml = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData/><x:pageMargins/><x:extLst/></x:worksheet>'.encode()
    assert b"<x:pageMargins/><x:drawing/><x:extLst/>" in inserted(xml, "s", "drawing", b"<x:drawing/>")
    linked = with_link(with_link(xml, "s", "A1", "'甲'!A1"), "s", "A2", "'乙'!A1")
    assert b'<x:sheetData/><x:hyperlinks><x:hyperlink ref="A1"' in linked
    assert without_links(without_links(linked, "s", "甲"), "s", "乙") == xml


@pytest.mark.parametrize("own", [False, True])
def test_notes_come_and_go_beside_those_of_others(own: bool) -> None:  # noqa: FBT001
    book = opened(three_sheets())
    if own:
        book["甲"]["A1"].comment = Comment("看附件", "王五")
    buffer = io.BytesIO()
    book.save(buffer)
    data = buffer.getvalue()
    part = open_package(data).sheets[0].part
    change = BookChange(open_package(data))
    with_notes(change, part, {"A1": "甲一", "C3": "第一行\n第二行"}, "我们")
    noted = change.finished()
    found = {cell: (note.author, note.text) for cell, note in open_package(noted).comments("甲").items()}
    assert found == {"A1": ("王五", "看附件") if own else ("我们", "甲一"), "C3": ("我们", "第一行\n第二行")}
    read = opened(noted)["甲"]["C3"].comment
    assert (read.text, read.author) == ("第一行\n第二行", "我们")
    back = BookChange(open_package(noted))
    without_notes(back, part, lambda author, _: author == "我们")
    left = open_package(back.finished()).comments("甲")
    assert {cell: note.text for cell, note in left.items()} == ({"A1": "看附件"} if own else {})
    vml = [name for name in parts(back.finished()) if name.endswith(".vml") or "legacyDrawing" in name]
    assert bool(vml) is own
    assert (b"legacyDrawing" in parts(back.finished())[part]) is own


def test_a_workbook_of_the_strict_kind_gets_strict_relationships() -> None:
    strict = with_part(three_sheets(), "xl/workbook.xml", lambda xml: xml.replace(MAIN, _STRICT))
    change = BookChange(open_package(strict))
    assert change.links == "http://purl.oclc.org/ooxml/officeDocument/relationships"


_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
