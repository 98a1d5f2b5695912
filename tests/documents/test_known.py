"""What was made out of a document before is used again, and says what reading anew would have said."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import product

import pytest
from layouts import HARMFUL, HARMLESS, laid_out
from report_samples import numbered, sample_report
from wordfiles import docx, p, tc, tr

from toolkit.documents.grids import Grid, Line
from toolkit.documents.labels import can_be_like, label_of
from toolkit.documents.official.remembered import Tables
from toolkit.documents.official.tables import TableReader
from toolkit.documents.opening import open_document
from toolkit.documents.recognise import official_tables
from toolkit.documents.sources import docx as reader
from toolkit.documents.sources.docx_known import KnownTables
from toolkit.form.grid import table_grid
from toolkit.form.registry import form_of_edition, load_forms
from toolkit.report.docx.document import render_docx

FORM = form_of_edition("2021")
ORGAN = "示例区教育局"
TEXTS = ("12", "  ", "", "甲〔注〕", "a]b", "&amp;&#49;", "两\n行", "\ue0000\ue001", "字")
HIDDEN = '<w:style w:styleId="h" w:type="paragraph"><w:rPr><w:vanish/></w:rPr></w:style>'


def run(text: str, look: str) -> str:
    return f"<w:tc><w:p><w:r><w:rPr>{look}</w:rPr><w:t>{text}</w:t></w:r><w:r><w:t>5</w:t></w:r></w:p></w:tc>"


TABLES = {
    "plain": lambda text: tr(tc("一"), tc(text)),
    "merged": lambda text: tr(tc(text, '<w:gridSpan w:val="2"/>'), tc("三")) + tr(tc("一"), tc(text), tc("三")),
    "hidden": lambda text: tr(tc("一"), run(text, "<w:vanish/>")),
    "struck": lambda text: tr(tc("一"), run(text, "<w:strike/>")),
    "raised": lambda text: tr(tc("一"), run(text, '<w:vertAlign w:val="superscript"/>')),
    "in a hidden style": lambda text: tr(tc("一"), f"<w:tc>{p(text, 'h')}</w:tc>"),
    "a row deleted": lambda text: tr(tc("一"), tc(text), properties="<w:del/>") + tr(tc("一"), tc(text)),
    "one cell a row": lambda text: tr(tc(text)) + tr(tc("一")),
    "a table in it": lambda text: tr(tc("一"), f"<w:tc><w:tbl>{tr(tc('二'), tc(text))}</w:tbl></w:tc>"),
}
AROUND = {
    "body": "{}",
    "control": "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
    "deleted": "<w:del>{}</w:del>",
    "another table": "{}<w:tbl><w:tr><w:tc/><w:tc/></w:tr></w:tbl>",
    "comment": "{}<!-- <w:tbl>x</w:tbl> -->",
}


def content_of(data: bytes, name: str = "a.docx") -> list[object]:
    return [
        block if isinstance(block, Line)
        else [[(cell.row, cell.column, cell.text, cell.unseen, cell.place) for cell in row] for row in block.rows]
        for block in open_document(data, name).blocks
    ]  # fmt: skip


@pytest.mark.parametrize(("table", "around"), [*product(TABLES, AROUND)])
def test_a_table_of_word_known_before_reads_as_if_it_were_new(
    table: str, around: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = (AROUND[around].format(f"<w:tbl>{TABLES[table](text)}</w:tbl>") for text in TEXTS)
    files = [docx(f"{p('前')}{body}{p('后')}", HIDDEN) for body in written]
    found = [content_of(data) for data in (*files, *files)]
    monkeypatch.setattr(reader, "known_tables", lambda content, _: KnownTables(content))
    assert found == [content_of(data) for data in (*files, *files)]


def test_tables_of_our_own_reports_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    data = render_docx(sample_report("suqian_2024"))
    anew = content_of(data), content_of(data)
    monkeypatch.setattr(reader, "rows_of", lambda *_: pytest.fail("a table was read again"))
    assert (content_of(data), content_of(data)) == anew


@pytest.mark.parametrize("name", [*HARMLESS, *HARMFUL])
def test_a_table_laid_out_as_another_reads_as_if_it_were_new(name: str) -> None:
    fault = (HARMLESS | HARMFUL)[name]
    for first in (1, 5001):
        page = laid_out(numbered(FORM, ORGAN, first), fault)
        tape = official_tables(open_document(page.encode(), "页面.html"), load_forms()).tape
        tables = Tables(tape)
        for table in (table for form in load_forms() for table in form.tables):
            anew = TableReader(table, tape).read()
            assert tables.fit(table) == anew.fit
            assert tables.read(table) == anew
            assert list(tables.read(table).found) == list(anew.found)


def test_what_is_set_alike_under_other_elements_is_not_set_alike() -> None:
    sheet = "<style>.w td { color: white } .w .b { color: black }</style>"
    cells = "<table><tr><td>一</td><td>5</td><td class=b>6</td></tr></table>"
    pages = [f"<html>{sheet}<div class={name}>{cells}</div></html>".encode() for name in ("w", "v", "w", "v")]
    grids = [block for page in pages for block in open_document(page, "a.html").blocks if isinstance(block, Grid)]
    found = [[(cell.text, cell.unseen) for cell in grid.lines[0]] for grid in grids]
    white, black = [("", "一"), ("", "5"), ("6", "")], [("一", ""), ("5", ""), ("6", "")]
    assert found == [white, black, white, black]


def test_what_is_set_by_an_id_is_not_set_as_what_has_another() -> None:
    sheet = "<style>#w { color: white } #v td { color: white }</style>"
    row = '<tr><td>一</td><td id="{}">5</td></tr>'
    pages = [
        f'<html>{sheet}<table id="{outer}">{row.format(inner)}</table></html>'.encode()
        for outer, inner in (("a", "b"), ("a", "w"), ("v", "b"), ("c", "d"), ("a", "w"))
    ]
    grids = [block for page in pages for block in open_document(page, "a.html").blocks if isinstance(block, Grid)]
    assert [grid.lines[0][1].unseen for grid in grids] == ["", "5", "5", "", "5"]


def test_no_two_labels_are_more_alike_than_their_letters_let_them_be() -> None:
    labels = {cell.text for form in load_forms() for table in form.tables for cell in table_grid(table).cells}
    cores = sorted({label_of(text).core for text in labels} | {"", "甲", "其他处理乙", "自然人人人"})
    for one, other in product(cores, cores):
        ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
        assert can_be_like(one, other, ratio)
