"""The labels people see always vote: figures that moved with their labels are never taken for another's in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from casebook import full_filing
from workbooks import by_openpyxl, filled, look_at, names_of

from toolkit.form.values import Kind
from toolkit.workbook.examining import Verdict
from toolkit.workbook.layout import lay_out
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable

    import openpyxl

    from toolkit.form.model import Form

ROWS = ("refused_state_secret", "refused_forbidden_by_law")
COLUMNS = ("business", "research")


def told(data: bytes, change: Callable[[openpyxl.Workbook], object], name: str) -> set[tuple[str, str]]:
    """Return the cells and fields at which a finding of that name stands after a change."""
    examined = look_at(by_openpyxl(data, change))
    found = [place for finding in examined.findings if finding.name == name for place in finding.places]
    return {(place.cell, place.field) for place in found}


@pytest.fixture
def data(form_2021: Form) -> bytes:
    return filled(form_2021.edition, 3)


def swap(sheet: object, first: str, second: str) -> None:
    sheet[first].value, sheet[second].value = sheet[second].value, sheet[first].value  # type: ignore[index]


def test_rows_exchanged_with_their_labels_are_an_error_at_their_cells(form_2021: Form, data: bytes) -> None:
    spots = lay_out(form_2021).spots
    rows = [spots[f"requests.{row}.natural_person"] for row in ROWS]

    def change(book: openpyxl.Workbook) -> None:
        sheet = book[rows[0].sheet]
        for column in "BCDEFGHIJ":
            if not column.startswith(("B", "C")):
                swap(sheet, f"{column}{rows[0].row + 1}", f"{column}{rows[1].row + 1}")

    found = told(data, change, "label_of_another")
    fields = {f"requests.{row}.{column}" for row in ROWS for column in ("natural_person", "business", "total")}
    assert fields <= {field for _, field in found}
    assert look_at(by_openpyxl(data, change)).verdict is Verdict.NEEDS_FIXING


def test_columns_exchanged_with_their_heads_are_an_error(form_2021: Form, data: bytes) -> None:
    spots = lay_out(form_2021).spots
    first, second = (spots[f"requests.new.{column}"] for column in COLUMNS)

    def change(book: openpyxl.Workbook) -> None:
        swap(book[first.sheet], f"{first.cell[0]}{first.row}", f"{second.cell[0]}{second.row}")

    found = {field for _, field in told(data, change, "label_of_another")}
    assert {"requests.new.business", "requests.carried_out.research"} <= found


@pytest.mark.parametrize("words", ["一、本年新收申请（件）", "x"])
def test_an_edited_label_is_a_note(form_2021: Form, data: bytes, words: str) -> None:
    spot = lay_out(form_2021).spots["requests.new.natural_person"]
    examined = look_at(by_openpyxl(data, lambda book: book[spot.sheet].__setitem__(f"B{spot.row + 1}", words)))
    (finding,) = [finding for finding in examined.findings if finding.name == "label_edited"]
    assert (finding.severity.value, finding.places[0].cell) == ("note", f"B{spot.row + 1}")


@pytest.mark.parametrize("value", [None, "", " ", "\u200b", 3, "=IF(1,1)"])
def test_figures_under_a_label_that_is_gone_are_asked_about(form_2021: Form, data: bytes, value: object) -> None:
    spot = lay_out(form_2021).spots["requests.new.natural_person"]
    cell = f"B{spot.row + 1}"
    examined = look_at(by_openpyxl(data, lambda book: book[spot.sheet].__setitem__(cell, value)))
    (finding,) = [finding for finding in examined.findings if finding.name == "label_wiped"]
    assert finding.severity.value == "warning"
    assert finding.places[0].cell == cell
    assert "requests.new.business" in {place.field for place in finding.places}
    assert "一、本年新收政府信息公开申请数量" in finding.message
    assert "label_edited" not in names_of(examined)


def test_a_head_that_is_gone_is_asked_about_and_one_moved_up_is_not(form_2021: Form, data: bytes) -> None:
    spot = lay_out(form_2021).spots["requests.new.business"]
    column, row = spot.cell.rstrip("0123456789"), spot.row  # the head stands right over the first figure

    def wipe(book: openpyxl.Workbook) -> None:
        book[spot.sheet][f"{column}{row}"] = None

    found = {field for _, field in told(data, wipe, "label_wiped")}
    assert {"requests.new.business", "requests.carried_out.business"} <= found
    assert "requests.new.research" not in found


def test_a_label_that_is_gone_where_nothing_was_filled_in_is_not_asked_about(form_2021: Form) -> None:
    spot = lay_out(form_2021).spots["requests.new.natural_person"]
    blank = write_workbook(full_filing(form_2021, None))

    def wipe(book: openpyxl.Workbook) -> None:
        book[spot.sheet][f"B{spot.row + 1}"] = None

    assert "label_wiped" not in names_of(look_at(by_openpyxl(blank, wipe)))


@pytest.mark.parametrize(
    "words",
    [
        "行政许可",
        "2.其它法律、行政法规禁止公开的",
        "其他法律行政法规禁止公开",
        "1.其他法律行政法规禁止公开",
        "法律行政法规禁止公开",
    ],
)
def test_a_row_with_nearly_anothers_words_is_an_error(form_2021: Form, data: bytes, words: str) -> None:
    row = lay_out(form_2021).spots["requests.refused_state_secret.natural_person"].row + 1
    found = told(data, lambda book: book["三、申请办理"].__setitem__(f"D{row}", words), "label_of_another")
    assert (f"D{row}", "") in found
    assert ("", "requests.refused_state_secret.business") in {("", field) for _, field in found}


@pytest.mark.parametrize("words", ["1.国家秘密", "1.属于国家秘密（不公开）", "1.涉及国家机密", "国家秘密类"])
def test_a_row_in_words_of_ones_own_is_only_a_note(form_2021: Form, data: bytes, words: str) -> None:
    row = lay_out(form_2021).spots["requests.refused_state_secret.natural_person"].row + 1
    examined = look_at(by_openpyxl(data, lambda book: book["三、申请办理"].__setitem__(f"D{row}", words)))
    assert {"label_edited", "label_of_another"} & set(names_of(examined)) == {"label_edited"}


@pytest.mark.parametrize(
    ("unit", "finding"), [("元", "unit_retyped"), ("亿元", "unit_retyped"), ("万元人民币", "label_edited")]
)
def test_another_unit_is_an_error_at_its_figures(form_2021: Form, data: bytes, unit: str, finding: str) -> None:
    field = next(key for key, entry in form_2021.fields.items() if entry.kind is Kind.AMOUNT)
    spot = lay_out(form_2021).spots[field]

    def change(book: openpyxl.Workbook) -> None:
        sheet = book[spot.sheet]
        above = (sheet.cell(row, column) for row in range(spot.row, 0, -1) for column in (spot.column + 1, 2))
        head = next(cell for cell in above if "万元" in str(cell.value))
        head.value = str(head.value).replace("万元", unit)

    examined = look_at(by_openpyxl(data, change))
    assert {"unit_retyped", "label_edited"} & set(names_of(examined)) == {finding}
    if finding == "unit_retyped":
        (one,) = [one for one in examined.findings if one.name == finding]
        assert field in {place.field for place in one.places}
        assert examined.verdict is Verdict.NEEDS_FIXING


@pytest.mark.parametrize("before", [3, 4, 5])
def test_groups_are_found_with_a_column_inserted(data: bytes, before: int) -> None:
    def insert(book: openpyxl.Workbook) -> None:
        sheet = book["三、申请办理"]
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        sheet.insert_cols(before)

    def and_exchange(book: openpyxl.Workbook) -> None:
        swap(book["三、申请办理"], "C13", "C21")
        insert(book)

    assert {"label_edited", "label_of_another"} & set(names_of(look_at(by_openpyxl(data, insert)))) == set()
    assert "requests.refused_state_secret.business" in {
        field for _, field in told(data, and_exchange, "label_of_another")
    }


@pytest.mark.parametrize("words", ["一、 本年新收政府信息公开申请数量", "一,本年新收政府信息公开申请数量"])
def test_spaces_and_marks_do_not_make_another_label(form_2021: Form, data: bytes, words: str) -> None:
    spot = lay_out(form_2021).spots["requests.new.natural_person"]
    examined = look_at(by_openpyxl(data, lambda book: book[spot.sheet].__setitem__(f"B{spot.row + 1}", words)))
    assert "label_edited" not in names_of(examined)


def test_nothing_is_said_of_labels_as_they_were_issued(form: Form) -> None:
    examined = look_at(filled(form.edition, 3))
    assert {"label_of_another", "label_edited", "anchors_undecided"} & set(names_of(examined)) == set()


def test_keys_exchanged_and_names_lost_is_an_error(form_2021: Form, data: bytes) -> None:
    spots = lay_out(form_2021).spots
    rows = [spots[f"requests.{row}.natural_person"].row + 1 for row in ROWS]

    def change(book: openpyxl.Workbook) -> None:
        swap(book["三、申请办理"], f"A{rows[0]}", f"A{rows[1]}")
        for name in list(book.defined_names):
            del book.defined_names[name]

    assert "label_of_another" in names_of(look_at(by_openpyxl(data, change)))


def test_a_copied_sheet_with_other_figures_is_a_question(form_2021: Form, data: bytes) -> None:
    spot = lay_out(form_2021).spots["requests.new.natural_person"]

    def copy(book: openpyxl.Workbook, figure: int) -> None:
        book.copy_worksheet(book[spot.sheet])[spot.cell] = figure

    same = look_at(by_openpyxl(data, lambda book: copy(book, 3)))
    other = look_at(by_openpyxl(data, lambda book: copy(book, 4)))
    assert "sheet_copied" not in names_of(same)
    (finding,) = [finding for finding in other.findings if finding.name == "sheet_copied"]
    assert spot.cell in {place.cell for place in finding.places}
    assert "原表是 3，副本是 4" in finding.message


def test_a_merged_input_is_named(form_2021: Form, data: bytes) -> None:
    spot = lay_out(form_2021).spots["requests.new.natural_person"]
    merged = f"E{spot.row + 1}:F{spot.row + 1}"
    examined = look_at(by_openpyxl(data, lambda book: book[spot.sheet].merge_cells(merged)))
    (finding,) = [finding for finding in examined.findings if finding.name == "inputs_merged"]
    assert merged in finding.message
    assert finding.severity.value == "error"


def test_a_title_merged_over_an_input_is_named(form_2021: Form, data: bytes) -> None:
    """What stands there is kept in the file and seen by nobody, or gone with the next program that saves it."""
    spot = lay_out(form_2021).spots["control.new"]
    merged = f"B{spot.row + 1}:{spot.cell.rstrip('0123456789')}{spot.row + 1}"

    def change(book: openpyxl.Workbook) -> None:
        sheet = book[spot.sheet]
        for one in [one for one in sheet.merged_cells.ranges if str(one).startswith(f"B{spot.row + 1}:")]:
            sheet.unmerge_cells(str(one))
        sheet.merge_cells(merged)

    examined = look_at(by_openpyxl(data, change))
    (finding,) = [finding for finding in examined.findings if finding.name == "inputs_merged"]
    assert (finding.severity.value, finding.places[0].field) == ("error", "control.new")


@pytest.mark.parametrize("code", ["yyyy-mm-dd", "0.00%", 'yyyy"年"m"月"', "h:mm"])
def test_a_figure_shown_as_a_day_or_per_cent_is_an_error(form_2021: Form, data: bytes, code: str) -> None:
    spot = lay_out(form_2021).spots["disclosure.regulations.in_force"]

    def change(book: openpyxl.Workbook) -> None:
        book[spot.sheet][spot.cell].number_format = code

    assert "shown_as_date" in names_of(look_at(by_openpyxl(data, change)))


@pytest.mark.parametrize("code", ["0", "#,##0.00", "General", '0"件"', "[Red]0;-0", "_ * #,##0_ "])
def test_a_figure_shown_as_a_figure_is_none(form_2021: Form, data: bytes, code: str) -> None:
    spot = lay_out(form_2021).spots["disclosure.regulations.in_force"]

    def change(book: openpyxl.Workbook) -> None:
        book[spot.sheet][spot.cell].number_format = code

    assert "shown_as_date" not in names_of(look_at(by_openpyxl(data, change)))


def test_a_comment_is_shown_beside_its_cell(form_2021: Form, data: bytes) -> None:
    from openpyxl.comments import Comment

    spot = lay_out(form_2021).spots["requests.new.natural_person"]

    def change(book: openpyxl.Workbook) -> None:
        book[spot.sheet][spot.cell].comment = Comment("待核实", "张")

    examined = look_at(by_openpyxl(data, change))
    (finding,) = [finding for finding in examined.findings if finding.name == "comment_found"]
    assert "extra_content" not in names_of(examined)
    assert "待核实" in finding.message
    assert (finding.places[0].sheet, finding.places[0].cell) == (spot.sheet, spot.cell)


def test_names_and_keys_that_disagree_without_labels_name_both_cells(form_2021: Form, data: bytes) -> None:
    spots = lay_out(form_2021).spots
    here, there = spots["requests.new.natural_person"], spots["requests.new.business"]

    def change(book: openpyxl.Workbook) -> None:
        book[here.sheet][there.cell] = 8
        book.defined_names["requests.new.natural_person"].attr_text = there.reference
        book[here.sheet][f"F{here.row}"] = "某列"  # one label that is none leaves the table without its labels

    examined = look_at(by_openpyxl(data, change))
    (finding,) = [finding for finding in examined.findings if finding.name == "anchors_undecided"]
    assert {place.cell for place in finding.places} == {here.cell, there.cell}
    assert Kind.COUNT is form_2021.fields["requests.new.natural_person"].kind
