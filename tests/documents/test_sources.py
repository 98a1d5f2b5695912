"""Each format as lines and grids."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING

import openpyxl
import pytest
from office import convert
from report_samples import figures_of, sample_filing, sample_report
from wordfiles import docx, p, tc, tr

from toolkit.documents.figures import Sure
from toolkit.documents.grids import Grid, Line, Raw, build_grid
from toolkit.documents.opening import open_document
from toolkit.documents.recognise import recognise
from toolkit.documents.sources.converting import converted_together
from toolkit.errors import DocumentError
from toolkit.form.registry import load_forms
from toolkit.report.docx.document import render_docx

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.documents.grids import Document


def shown(document: Document) -> list[object]:
    """Return a document as texts, a grid as rows of texts with merged cells at every position."""
    return [
        block.text if isinstance(block, Line) else [[cell.text.strip() for cell in row] for row in block.rows]
        for block in document.blocks
    ]


TWO_WIDE, BEGINS = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>'
RAISED = '<w:vertAlign w:val="superscript"/>'
RUN = "<w:r><w:t>12</w:t></w:r>"
LATER, DELETED = '<w:gridBefore w:val="1"/>', '<w:del w:id="3"/>'
DOCX = {
    "paragraphs and a table": (
        p("一") + f"<w:tbl>{tr(tc('a'), tc('b'))}</w:tbl>" + p("二"),
        ["一", [["a", "b"]], "二"],
    ),
    "merged across and down": (
        f"<w:tbl>{tr(tc('a', TWO_WIDE), tc('b', BEGINS))}{tr(tc('c'), tc('d'), tc('', '<w:vMerge/>'))}</w:tbl>",
        [[["a", "a", "b"], ["c", "d", "b"]]],
    ),
    "a row that begins later": (
        f"<w:tbl>{tr(tc('a'), tc('b'))}{tr(tc('c'), properties=LATER)}</w:tbl>",
        [[["a", "b"], ["", "c"]]],
    ),
    "changes as accepted": (
        (
            f'<w:p><w:r><w:t>收到</w:t></w:r><w:del w:id="1"><w:r><w:delText>3</w:delText></w:r></w:del>'
            '<w:ins w:id="2"><w:r><w:t>5</w:t></w:r></w:ins><w:r><w:t>件</w:t></w:r></w:p>'
            f"<w:tbl>{tr(tc('a'), tc('1'))}{tr(tc('b'), tc('2'), properties=DELETED)}</w:tbl>"
        ),
        ["收到5件", [["a", "1"]]],
    ),
    "moved text stands where it went": (
        (
            '<w:p><w:moveFrom w:id="1"><w:r><w:t>旧</w:t></w:r></w:moveFrom>'
            '<w:moveTo w:id="2"><w:r><w:t>新</w:t></w:r></w:moveTo></w:p>'
        ),
        ["新"],
    ),
    "a table in a table": (
        "<w:tbl>" + tr(f"<w:tc>{p('外')}<w:tbl>{tr(tc('a'), tc('b'))}</w:tbl>{p('后')}</w:tc>") + "</w:tbl>",
        ["外", [["a", "b"]], "后"],
    ),
    "a text box once": (
        (
            f"<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{p('框')}</w:txbxContent></mc:Choice>"
            f"<mc:Fallback><w:txbxContent>{p('框')}</w:txbxContent></mc:Fallback></mc:AlternateContent><w:t>外</w:t></w:r></w:p>"
        ),
        ["外", "框"],
    ),
    "content controls": (f"<w:sdt><w:sdtContent>{p('一')}</w:sdtContent></w:sdt>", ["一"]),
    "hidden text is not read": (
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:r><w:t>显</w:t></w:r></w:p>", ["显"],
    ),
    "a property that is switched off": (
        '<w:p><w:r><w:rPr><w:vanish w:val="0"/><w:strike w:val="false"/></w:rPr><w:t>12</w:t></w:r></w:p>', ["12"],
    ),
    "a note's number is no digit": (
        f"<w:p><w:r><w:t>12</w:t></w:r><w:r><w:rPr>{RAISED}</w:rPr><w:t>1</w:t></w:r></w:p>", ["12〔1〕"],
    ),
    "what is struck out is told": (
        "<w:p><w:r><w:rPr><w:strike/></w:rPr><w:t>9</w:t></w:r><w:r><w:t>12</w:t></w:r></w:p>", ["〔划去：9〕12"],
    ),
    "what is printed over characters is no text": (
        f"<w:p><w:r><w:ruby><w:rt>{RUN}</w:rt><w:rubyBase>{RUN}</w:rubyBase></w:ruby></w:r></w:p>", ["12"],
    ),
    "line breaks part paragraphs": ("<w:p><w:r><w:t>一</w:t><w:br/><w:t>二</w:t></w:r></w:p>", ["一", "二"]),
}  # fmt: skip


@pytest.mark.parametrize("name", DOCX)
def test_a_word_document_is_lines_and_grids(name: str) -> None:
    body, wanted = DOCX[name]
    assert shown(open_document(docx(body), "a.docx")) == wanted


def test_heading_styles_give_ranks() -> None:
    styles = (
        '<w:style w:styleId="2"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:styleId="x"><w:name w:val="标题样式"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    )
    document = open_document(docx(p("甲", "x") + p("乙", "2") + p("丙"), styles), "a.docx")
    assert [(block.text, block.rank) for block in document.blocks if isinstance(block, Line)] == [
        ("甲", 1), ("乙", 2), ("丙", 0),
    ]  # fmt: skip


PAGES = {
    "spans": (
        "<table><tr><td rowspan=2>a</td><td colspan='2'>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
        [[["a", "b", "b"], ["a", "c", "d"]]],
    ),
    "what is no article": (
        "<nav>首页</nav><script>x</script><style>y</style><div style='display: none'>隐</div><p>文</p>",
        ["文"],
    ),
    "inline parts run on": ("<p>收到<b>5</b><span>件</span></p><p>二</p>", ["收到5件", "二"]),
    "line breaks": ("<p>一<br>二</p>", ["一", "二"]),
    "a table that only places": (
        "<table><tr><td><p>外</p><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>",
        ["外", [["a", "b"]]],
    ),
    "a note's number is no digit": ("<p>收到12<sup>1</sup>件</p>", ["收到12〔1〕件"]),
    "what is struck out is told": (
        "<p>收到<s>9</s>12件<del>吗</del></p><p><span style='text-decoration: line-through'>5</span>6</p>",
        ["收到〔划去：9〕12件", "〔划去：5〕6"],
    ),
    "what is printed over characters is no text": (
        "<p><ruby>洪<rp>(</rp><rt>hóng</rt><rp>)</rp></ruby>泽</p>",
        ["洪泽"],
    ),
    "a foot written first stands last": (
        "<table><tfoot><tr><td>c<td>d</tfoot><tbody><tr><td>a<td>b</tbody></table>",
        [[["a", "b"], ["c", "d"]]],
    ),
    "a frame around a figure": (
        "<table><tr><td>a<td><table><tr><td>5</table></tr><tr><td>b<td>6</table>",
        [[["a", "5"], ["b", "6"]]],
    ),
    "a form to fill in": (
        "<table><tr><td>a<td><input value=5><td><input type=hidden value=7></table>",
        [[["a", "5", ""]]],
    ),
    "tags left open": ("<table><tr><td>a<td>b<tr><td>c<td>d</table><p>文", [[["a", "b"], ["c", "d"]], "文"]),
    "what follows the end": ("<p>一</p></body></html><p>二</p>", ["一", "二"]),
    "odd spans": (
        "<table><tr><td rowspan=0>a</td><td colspan=x>b</td></tr><tr><td colspan=99999>c</td></tr></table>",
        [[["a", "b"], ["a", *["c"] * 200]]],
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_lines_and_grids(name: str) -> None:
    page, wanted = PAGES[name]
    assert shown(open_document(f"<html><body>{page}".encode(), "a.html")) == wanted


WORDS = "镕𬭎年报"
ENCODED = {
    "utf-8": f"<html><p>{WORDS}".encode(),
    "utf-8 declared otherwise": f"<html><meta charset=gb2312><p>{WORDS}".encode(),
    "utf-8 with a mark": f"<html><p>{WORDS}".encode("utf-8-sig"),
    "gb18030 undeclared": f"<html><p>{WORDS}".encode("gb18030"),
    "gb18030 declared gb2312": f"<html><meta charset='gb2312'><p>{WORDS}".encode("gb18030"),
    "gb18030 declared western": f"<html><meta charset=iso-8859-1><p>{WORDS}".encode("gb18030"),
    "utf-16": f"<html><p>{WORDS}".encode("utf-16"),
    "xml declaration": f"<?xml version='1.0' encoding='utf-8'?><html><p>{WORDS}".encode(),
    "an unknown name": f"<html><meta charset=nonsense><p>{WORDS}".encode("gb18030"),
}


@pytest.mark.parametrize("name", ENCODED)
def test_a_page_is_decoded_whatever_it_declares(name: str) -> None:
    assert shown(open_document(ENCODED[name], "a.html")) == [WORDS]


def test_a_web_archive_gives_its_page() -> None:
    archive = (
        "From: saved\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        "<html><p>=C4=EA=B1=A8</p></html>\r\n--b--\r\n"
    )
    assert shown(open_document(archive.encode(), "a.mht")) == ["年报"]


def test_the_page_in_a_frame_of_a_web_archive_is_read_behind_it() -> None:
    parts = [
        "<html><body>站点</body></html>",
        "<html><body>年报<table><tr><td>1</td><td>2</td></tr></table></body></html>",
    ]
    archive = 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n' + "".join(
        f"--b\nContent-Type: text/html; charset=utf-8\n\n{part}\n" for part in parts
    )
    assert shown(open_document(f"{archive}--b--\n".encode(), "a.mht"))[:2] == ["站点", "年报"]


TEXTS = {
    "a cell a line": ("题\n\n\ta\n\tb\n\n\tc\n\td续\n写\n\n文", ["题", [["a", "b"], ["c", "d续写"]], "文"]),
    "an empty line behind every line": (
        "题\n\n\n\n\ta\n\n\tb\n\n\n\n\tc\n\n\td续\n\n写\n\n\n\n文",
        ["题", [["a", "b"], ["c", "d续写"]], "文"],
    ),
    "tabs between cells": ("a\tb\nc\td\n\n文", [[["a", "b"], ["c", "d"]], "文"]),
    "pipes": (
        "# 题\n\n**带**\n\n| a | b / c | b / d |\n| --- | ---: | --- |\n| x / y | 1 | \\| |\n\n文",
        ["题", [["带"], ["a", "a", "b", "b"], ["a", "a", "c", "d"], ["x", "y", "1", "|"]], "文"],
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_lines_and_grids(name: str) -> None:
    text, wanted = TEXTS[name]
    assert shown(open_document(text.encode(), "a.txt")) == wanted


def test_a_sheet_is_lines_and_a_grid_with_its_merged_cells() -> None:
    book = openpyxl.Workbook()
    book.active.append(["题"])
    book.active.append(["a", None, 1.5])
    book.active.append(["b", "c", 10])
    book.active.merge_cells("A2:B2")
    hidden = book.create_sheet("隐")
    hidden.append(["x", "y"])
    hidden.sheet_state = "hidden"
    content = io.BytesIO()
    book.save(content)
    document = open_document(content.getvalue(), "a.xlsx")
    assert shown(document) == ["题", [["题", "", ""], ["a", "a", "1.5"], ["b", "c", "10"]]]
    grid = next(block for block in document.blocks if isinstance(block, Grid))
    assert grid.rows[2][2].place == "Sheet!C3"


def test_a_table_with_separators() -> None:
    assert shown(open_document("a;b\n1;2\n".encode("gb18030"), "a.csv")) == [[["a", "b"], ["1", "2"]]]


def test_spans_that_run_into_each_other_are_cut() -> None:
    grid = build_grid("表", [[Raw("a", 3, 1), Raw("b", 1, 9)], [Raw("c", 1, 2)], [Raw("d")]])
    assert [[cell.text for cell in row] for row in grid.rows] == [["a", *["b"] * 9], ["a", "c", "c"], ["a", "d"]]


UNREADABLE = {
    "empty": (b"", "0 字节"),
    "a picture": (b"\x89PNG\r\n", "图片"),
    "packed": (b"Rar!\x1a", "压缩包"),
    "a zip of something else": (docx("").replace(b"word/document.xml", b"word/xocument.xml"), "没有 Word 文档"),
    "a broken PDF": (b"%PDF-1.7 nothing", "损坏"),
    "a program": (b"MZ\0\0\0\0" * 10, "看不出"),
    "a broken document": (docx("<w:p>"), "不是完整的 XML"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_says_why_and_what_to_do(name: str) -> None:
    data, reason = UNREADABLE[name]
    with pytest.raises(DocumentError, match=reason):
        open_document(data, "a.docx")


OLD_WORD = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600 + "WordDocument".encode("utf-16-le")


def test_old_word_files_need_an_office_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(DocumentError, match=r"另存为“Word 文档（\.docx）”"):
        open_document(OLD_WORD, "a.doc")


def test_an_office_program_that_hangs_is_ended_with_all_it_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program, mark = tmp_path / "soffice", tmp_path / "still-there"
    program.write_text(f"#!/bin/sh\n(sleep 3; touch {mark}) &\nsleep 60\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda _: str(program))
    monkeypatch.setattr("toolkit.documents.sources.converting._CONVERT_SECONDS", 0.5)
    began = time.monotonic()
    with pytest.raises(DocumentError, match=r"LibreOffice 用了 0\.5 秒还没有转换完"):
        open_document(OLD_WORD, "a.doc")
    time.sleep(max(0.0, 5 - (time.monotonic() - began)))
    assert not mark.exists()


@pytest.mark.office
def test_a_report_in_an_older_or_open_format_is_read_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Our own reports as LibreOffice saves them; a document of WPS Office is one of old Word under another ending.

    One is converted by itself when it is read, the others in one run.
    """
    monkeypatch.setattr("toolkit.documents.sources.converting._CONVERT_SECONDS", 1200)  # however busy the machine is
    sources = [tmp_path / f"{name}.docx" for name in ("suqian_2024", "erqi_2020")]
    for source in sources:
        source.write_bytes(render_docx(sample_report(source.stem)))
    first, *others = [path for ending in ("doc", "rtf", "odt") for path in convert(sources, tmp_path, ending)]
    read_whole(first)
    with converted_together([path.read_bytes() for path in others]):
        for path in others:
            read_whole(path)


def read_whole(saved: Path) -> None:
    filing = sample_filing(saved.stem)
    found = recognise(open_document(saved.read_bytes(), saved.name.replace(".doc", ".wps")), load_forms())
    assert found.filing is not None
    assert {entry.sure for entry in found.found.values()} == {Sure.READ}
    assert figures_of(found.filing) == figures_of(filing)
    assert (found.filing.organ, found.filing.year) == ("示例市人民政府办公厅", filing.year)
