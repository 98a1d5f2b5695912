"""Sentences, pictures and heads that no cell of ours holds, and second copies: nothing of them passes in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from casebook import full_filing
from packagecases import with_member
from workbooks import by_openpyxl, filled, look_at, names_of

from toolkit.workbook.examining import Verdict
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    import openpyxl

    from toolkit.form.model import Form

TABLE = "三、申请办理"
SENTENCE = "另有三件申请经补正后重复登记，已在台账中合并。"


@pytest.fixture
def data(form_2021: Form) -> bytes:
    return filled(form_2021.edition, 3)


@pytest.mark.parametrize(
    ("sheet", "cell", "text", "told"),
    [
        (TABLE, "B62", SENTENCE, True),
        (TABLE, "N12", SENTENCE, True),
        ("二、主动公开", "B26", "这一年规章清理工作还没有结束，现行有效件数按年底目录填报", True),
        ("另加一页", "A1", SENTENCE, True),
        (TABLE, "N12", "已核对", False),
        (TABLE, "N12", "与上年一致，张三核过", False),
        ("另加一页", "A1", "台账", False),
        ("填报说明", "H2", SENTENCE, False),
    ],
)
def test_a_sentence_that_nobody_reads_is_quoted(data: bytes, sheet: str, cell: str, text: str, *, told: bool) -> None:
    def write(book: openpyxl.Workbook) -> None:
        (book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet))[cell] = text

    found = [one for one in look_at(by_openpyxl(data, write)).findings if one.name == "text_not_read"]
    assert [(one.places[0].sheet, one.places[0].cell) for one in found] == ([(sheet, cell)] if told else [])
    assert all(text in one.message for one in found)


def test_nothing_is_said_of_what_we_print_ourselves(form: Form) -> None:
    examined = look_at(filled(form.edition, 3))
    told = {"text_not_read", "picture_not_read", "head_contradicts", "sheet_copied", "date_unlikely"}
    assert told & set(names_of(examined)) == set()


def test_a_picture_is_said(data: bytes) -> None:
    assert "picture_not_read" in names_of(look_at(with_member(data, "xl/media/image1.png", b"png")))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("行政机关：邻县财政局　　报告年度：{year}", True),
        ("行政机关：{organ}　　报告年度：2019", True),
        ("行政机关：{organ}　　报告年度：{year}", False),
        ("行政机关: {organ} 报告年度: {year}", False),
        ("制表：{organ}", False),
    ],
)
def test_a_table_pasted_whole_from_anothers_book_is_an_error(data: bytes, line: str, *, told: bool) -> None:
    identity = look_at(data).reading.identity
    assert identity is not None
    text = line.format(organ=identity.organ, year=identity.year)
    examined = look_at(by_openpyxl(data, lambda book: book[TABLE].__setitem__("B2", text)))
    found = [one for one in examined.findings if one.name == "head_contradicts"]
    assert bool(found) == told
    if found:
        assert examined.verdict is Verdict.NEEDS_FIXING
        assert "requests.new.natural_person" in {place.field for place in found[0].places}


def copied(data: bytes, sheet: str, *, cut: bool = False, relabelled: bool = False) -> bytes:
    def change(book: openpyxl.Workbook) -> None:
        copy = book.copy_worksheet(book[sheet])
        copy.title = "定稿"
        if sheet == TABLE:
            copy["E9"] = 77
        else:
            copy["C27"] = "李四"
        if relabelled:
            copy["B1"], copy["B9"], copy["B10"] = "定稿", "新收", "结转"
        if cut:
            copy.delete_cols(1)
            copy.delete_rows(1, 4)

    return by_openpyxl(data, change)


@pytest.mark.parametrize(
    ("sheet", "cut", "relabelled", "cell", "field"),
    [
        ("封面", False, False, "C27", "cover.contact"),
        ("封面", True, False, "B23", "cover.contact"),
        (TABLE, True, False, "D5", "requests.new.natural_person"),
        (TABLE, True, True, "D5", "requests.new.natural_person"),
        (TABLE, False, True, "E9", "requests.new.natural_person"),
    ],
)
def test_a_copy_with_other_answers_is_asked_about(
    data: bytes, sheet: str, cell: str, field: str, *, cut: bool, relabelled: bool
) -> None:
    examined = look_at(copied(data, sheet, cut=cut, relabelled=relabelled))
    (found,) = [one for one in examined.findings if one.name == "sheet_copied"]
    assert [(place.cell, place.field) for place in found.places] == [(cell, field)]


@pytest.mark.parametrize(
    ("year", "told"),
    [("{year}", False), ("{year}年", False), ("{year} 年度", False), ("2019年", True), ("二〇一九", True)],
)
def test_the_year_on_the_cover_is_read_as_people_write_it(data: bytes, year: str, *, told: bool) -> None:
    identity = look_at(data).reading.identity
    assert identity is not None
    text = year.format(year=identity.year)
    names = names_of(look_at(by_openpyxl(data, lambda book: book["封面"].__setitem__("C5", text))))
    assert ("cover_contradicts" in names) == told


def test_the_year_in_chinese_digits_is_the_year(data: bytes) -> None:
    identity = look_at(data).reading.identity
    assert identity is not None
    digits = str(identity.year).translate(str.maketrans("0123456789", "〇一二三四五六七八九"))
    changed = by_openpyxl(data, lambda book: book["封面"].__setitem__("C5", f"{digits}年"))
    assert "cover_contradicts" not in names_of(look_at(changed))


def test_what_we_print_beside_a_blank_note_is_not_its_answer(form: Form) -> None:
    blank = full_filing(form, 3).with_answers({f"cover.{note.id}": None for note in form.notes})
    examined = look_at(write_workbook(blank))
    assert examined.filing is not None
    explained = [note.id for note in form.notes if note.help]
    assert [examined.filing.text(f"cover.{name}") for name in explained] == [""] * len(explained)
    assert "note_not_read" not in names_of(examined)
