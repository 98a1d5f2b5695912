"""Text nobody can see is no text of a document, whatever it is set in; in a table it is kept apart, to be named."""

from __future__ import annotations

import io

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from wordfiles import docx

from toolkit.documents.grids import Grid, Line
from toolkit.documents.opening import open_document


def cells_of(data: bytes, name: str) -> list[tuple[str, str]]:
    grid = next(block for block in open_document(data, name).blocks if isinstance(block, Grid))
    return [(cell.text.strip(), cell.unseen.strip()) for cell in grid.lines[0]]


def page(cell: str, *, style: str = "") -> bytes:
    return f"<html><style>{style}</style><table><tr><td>一</td><td>{cell}</td></tr></table></html>".encode()


@pytest.mark.parametrize(
    ("cell", "style"),
    [
        ('<span style="color:#FFFFFF">9</span>5', ""),
        ('<span style="color:rgba(0,0,0,0)">9</span>5', ""),
        ('<i class="x">9</i>5', "td .x { color: white }"),
        ('<i class="x">9</i>5', ".x{display:none!important}"),
        ('<span style="visibility:hidden">9</span>5', ""),
        ('<span style="font-size:0.5pt">9</span>5', ""),
        ('<span style="width:1px;height:1px;overflow:hidden;display:inline-block">9</span>5', ""),
        ('<span style="background:#ff0;color:#ffff00">9</span>5', ""),
    ],
)
def test_digits_of_a_page_that_cannot_be_seen_are_kept_apart(cell: str, style: str) -> None:
    assert cells_of(page(cell, style=style), "a.html")[1] == ("5", "9")


@pytest.mark.parametrize(
    ("cell", "style"),
    [
        ('<b style="background:#036;color:#fff">5</b>', ""),
        ('<b class="x">5</b>', "@media print { .x { display: none } }"),
        ('<span style="visibility:hidden"><b style="visibility:visible">5</b></span>', ""),
        ('<span style="font-size:0"><b style="font-size:12px">5</b></span>', ""),
        ('<b style="background:url(a.png);color:#fff">5</b>', ""),
    ],
)
def test_what_can_be_seen_is_read(cell: str, style: str) -> None:
    assert cells_of(page(cell, style=style), "a.html")[1] == ("5", "")


def test_white_words_stay_where_a_style_sheet_outside_may_lay_the_ground() -> None:
    content = page('<b style="color:#fff">自然人</b>').replace(
        b"<style>", b'<link rel="stylesheet" href="a.css"><style>'
    )
    assert cells_of(content, "a.html")[1] == ("自然人", "")


def word(run: str, *, shade: str = "", styles: str = "") -> bytes:
    own = f'<w:tcPr><w:shd w:fill="{shade}"/></w:tcPr>' if shade else ""
    cell = f"<w:tc>{own}<w:p><w:r><w:rPr>{run}</w:rPr><w:t>9</w:t></w:r><w:r><w:t>5</w:t></w:r></w:p></w:tc>"
    first = "<w:tc><w:p><w:r><w:t>一</w:t></w:r></w:p></w:tc>"
    return docx(f"<w:tbl><w:tr>{first}{cell}</w:tr></w:tbl>", styles)


HIDDEN = '<w:style w:type="character" w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style>'


@pytest.mark.parametrize(
    ("run", "shade", "styles"),
    [
        ('<w:color w:val="FFFFFF"/>', "", ""),
        ('<w:color w:val="FFFF00"/>', "FFFF00", ""),
        ('<w:sz w:val="2"/>', "", ""),
        ("<w:vanish/>", "", ""),
        ('<w:rStyle w:val="H"/>', "", HIDDEN),
    ],
)
def test_digits_of_a_word_document_that_cannot_be_seen_are_kept_apart(run: str, shade: str, styles: str) -> None:
    assert cells_of(word(run, shade=shade, styles=styles), "a.docx")[1] == ("5", "9")


def test_white_on_dark_is_read() -> None:
    assert cells_of(word('<w:color w:val="FFFFFF"/>', shade="1F4E79"), "a.docx")[1] == ("95", "")


@pytest.mark.parametrize("look", ["white", "tiny", "format", "ground"])
def test_figures_of_a_sheet_that_cannot_be_seen_are_kept_apart(look: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["一", 9, 5])
    cell = sheet["B1"]
    cell.font = Font(color="FFFFFFFF" if look == "white" else "FFFFFF00", size=1 if look == "tiny" else 11)
    cell.number_format = ";;;" if look == "format" else "General"
    cell.fill = PatternFill("solid", fgColor="FFFFFF00") if look == "ground" else PatternFill()
    content = io.BytesIO()
    book.save(content)
    assert cells_of(content.getvalue(), "a.xlsx") == [("一", ""), ("", "9"), ("5", "")]


def test_a_paragraph_nobody_can_see_is_none() -> None:
    content = b'<p style="color:white">2021</p><p>text</p>'
    lines = [block.text for block in open_document(content, "a.html").blocks if isinstance(block, Line)]
    assert lines == ["text"]
