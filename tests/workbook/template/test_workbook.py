"""The workbook as issued: what is open, what is locked, what it says, how it prints, and that it is always the same."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from casebook import ROOT, full_filing
from fillings import random_filing
from openpyxl.utils import range_boundaries
from openxml_audit import OpenXmlValidator
from workbooks import CODE, ORGAN, YEARS, filled, issued, look_at, part_of, parts, same_value, with_part

from toolkit.errors import InputError, OutputError
from toolkit.form.rules import bind_rules
from toolkit.form.values import Kind, Paragraph
from toolkit.workbook import layout as at
from toolkit.workbook.examining import Verdict
from toolkit.workbook.layout import KEYS_SHEET, LEVEL_COLUMN, PARAGRAPHS, TEXT_COLUMN, cell_name, lay_out, typed_fields
from toolkit.workbook.returned.anchors import find_anchors
from toolkit.workbook.template.blank import blank_filing
from toolkit.workbook.template.formulas.sheets import foot_row, formula_cells
from toolkit.workbook.template.tables import MANY_ROWS, help_column
from toolkit.workbook.template.workbook import write_workbook
from toolkit.workbook.wording.languages import wording_of
from toolkit.xlsx.package import open_package

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from toolkit.form.model import Form
    from toolkit.workbook.layout import Layout

NUMBERS = {Kind.COUNT: "whole", Kind.CONTROL: "whole", Kind.SIGNED: "whole", Kind.AMOUNT: "decimal"}
LONGEST_TITLE, LONGEST_MESSAGE, LONGEST_SHEET_NAME = 32, 255, 31
WORD = "一二三"


@lru_cache(maxsize=8)
def book_of(data: bytes) -> openpyxl.Workbook:
    """Return a workbook as openpyxl reads it, to be looked at only."""
    return openpyxl.load_workbook(io.BytesIO(data))


def input_cells(layout: Layout) -> set[tuple[str, str]]:
    """Return sheet and address of every cell the clerk may type into."""
    found: set[tuple[str, str]] = set()
    for field in typed_fields(layout.form):
        spot = layout.spots[field.id]
        if field.kind is Kind.TEXT:
            rows = range(spot.row, spot.row + PARAGRAPHS)
            found |= {(spot.sheet, cell_name(row, column)) for row in rows for column in (LEVEL_COLUMN, TEXT_COLUMN)}
        else:
            found.add((spot.sheet, spot.cell))
    for here in layout.tables.values():
        found |= {(spot.sheet, spot.cell) for spot in (here.nought, here.paste_switch)}
        found |= {(here.paste_sheet, layout.spots[cell.field].cell) for cell in here.grid.data()}
    return found


def merged_with(sheet: Worksheet, inputs: set[tuple[str, str]]) -> set[str]:
    """Return the cells hidden under an input that is merged; they follow the first."""
    found: set[str] = set()
    for area in sheet.merged_cells.ranges:
        if (sheet.title, area.start_cell.coordinate) in inputs:
            found |= {cell_name(row - 1, column - 1) for row, column in area.cells}
    return found


def test_exactly_the_inputs_are_unlocked(form: Form) -> None:
    inputs = input_cells(lay_out(form))
    book = book_of(issued(form.edition))
    package = open_package(issued(form.edition))
    unlocked = {
        (sheet.name, address)
        for sheet in package.sheets
        for address, cell in package.cells(sheet.name).items()
        if not package.is_locked(cell.style)
    }
    under = {(sheet.title, address) for sheet in book for address in merged_with(sheet, inputs)}
    assert inputs <= unlocked
    assert unlocked - under == inputs - under
    by_openpyxl = {
        (s.title, c.coordinate) for s in book for row in s.iter_rows() for c in row if not c.protection.locked
    }
    assert by_openpyxl | under == unlocked | under


def test_no_row_or_column_is_open_as_a_whole(form: Form) -> None:
    for sheet in book_of(issued(form.edition)):
        lines = [*sheet.column_dimensions.values(), *sheet.row_dimensions.values()]
        assert all(line.protection.locked for line in lines)


def test_structure_and_every_sheet_are_locked_and_the_keys_out_of_sight(form: Form) -> None:
    book = book_of(issued(form.edition))
    assert book.security.lockStructure
    assert all(sheet.protection.sheet for sheet in book)
    assert {sheet.title for sheet in book if sheet.sheet_state != "visible"} == {KEYS_SHEET}
    assert book[KEYS_SHEET].sheet_state == "veryHidden"


def test_locked_sheets_leave_reading_comfort_free(form: Form) -> None:
    for sheet in book_of(issued(form.edition)):
        # In the file format true means forbidden.
        forbidden = sheet.protection
        assert not forbidden.formatColumns
        assert not forbidden.formatRows
        assert not forbidden.autoFilter
        assert not forbidden.selectUnlockedCells
        assert forbidden.insertRows
        assert forbidden.deleteRows
        assert forbidden.sort


def test_an_input_stays_open_even_where_a_pasted_cell_brings_its_lock(form: Form) -> None:
    inputs = input_cells(lay_out(form))
    for sheet in book_of(issued(form.edition)):
        xml = parts(issued(form.edition))[part_of(issued(form.edition), sheet.title)].decode()
        found = re.findall(r'<protectedRange sqref="([^"]+)" name="inputs"/>', xml)
        areas = [range_boundaries(area) for area in " ".join(found).split()]
        opened = {
            (sheet.title, cell_name(row - 1, column - 1))
            for left, top, right, bottom in areas
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        }
        here = {cell for cell in inputs if cell[0] == sheet.title}
        tables = lay_out(form).tables.values()
        # A block is pasted over merged cells whole; of the others only the choice above a table reaches over several.
        wide = here if sheet.title in {table.paste_sheet for table in tables} else set[tuple[str, str]]()
        chosen = {(table.nought.sheet, table.nought.cell) for table in tables}
        assert opened == here | {(sheet.title, address) for address in merged_with(sheet, wide | chosen)}


def test_a_password_is_asked_only_where_one_was_set(form: Form) -> None:
    with_password = write_workbook(full_filing(form), password=WORD)
    assert all(sheet.protection.password for sheet in book_of(with_password))
    assert not any(sheet.protection.password for sheet in book_of(issued(form.edition)))


def test_every_field_of_a_table_is_keyed_and_the_keys_agree_with_the_names(form: Form) -> None:
    layout = lay_out(form)
    anchors = find_anchors(open_package(issued(form.edition)), layout)
    keyed = {name: (spot.sheet, spot.cell) for name, spot in layout.spots.items() if not name.startswith("cover.")}
    assert anchors.by_key == keyed
    assert anchors.by_name == {name: (spot.sheet, spot.cell) for name, spot in layout.spots.items()}


def test_the_hidden_sheet_lists_every_field_with_its_cell(form: Form) -> None:
    layout = lay_out(form)
    sheet = book_of(issued(form.edition))[KEYS_SHEET]
    listed = {row[0].value: (row[1].value, row[2].value, row[3].value) for row in sheet.iter_rows(min_row=21)}
    assert listed == {
        name: (spot.sheet, spot.cell, form.fields[name].kind.value) for name, spot in layout.spots.items()
    }


def validated(sheet: Worksheet) -> Iterator[tuple[str, openpyxl.worksheet.datavalidation.DataValidation]]:
    for validation in sheet.data_validations.dataValidation:
        for area in validation.sqref.ranges:
            for row, column in area.cells:
                yield cell_name(row - 1, column - 1), validation


def test_every_figure_takes_only_its_kind_of_number(form: Form) -> None:
    layout, book = lay_out(form), book_of(issued(form.edition))
    for sheet in book:
        by_cell: dict[str, list[object]] = {}
        for address, validation in validated(sheet):
            by_cell.setdefault(address, []).append(validation)
        wanted = {
            spot.cell: NUMBERS[form.fields[name].kind]
            for name, spot in layout.spots.items()
            if spot.sheet == sheet.title and form.fields[name].kind in NUMBERS
        }
        if not wanted:
            continue
        noughts = {(here.nought.sheet, here.nought.cell) for here in layout.tables.values()}
        others = {address: by_cell.pop(address) for address in sorted(by_cell) if address not in wanted}
        assert set(others) == merged_with(sheet, noughts)
        assert all(one.type == "list" for (one,) in others.values())
        assert {address: [one.type for one in found] for address, found in by_cell.items()} == {
            address: [kind] for address, kind in wanted.items()
        }
        assert all(one.showErrorMessage and one.errorStyle in {None, "stop"} for (one,) in by_cell.values())


def test_a_negative_is_refused_except_where_a_sign_belongs(form: Form) -> None:
    layout, book = lay_out(form), book_of(issued(form.edition))
    for name, spot in layout.spots.items():
        kind = form.fields[name].kind
        if kind not in NUMBERS:
            continue
        validation = next(found for address, found in validated(book[spot.sheet]) if address == spot.cell)
        if kind is Kind.SIGNED:
            assert validation.operator in {None, "between"}
            assert int(validation.formula1) < 0 < int(validation.formula2)
        else:
            assert (validation.operator, validation.formula1) == ("greaterThanOrEqual", "0")


def test_what_a_cell_says_is_whole_and_fits_what_excel_shows(form: Form) -> None:
    seen = 0
    for sheet in book_of(issued(form.edition)):
        for validation in sheet.data_validations.dataValidation:
            titles = [text for text in (validation.errorTitle, validation.promptTitle) if text]
            messages = [text for text in (validation.error, validation.prompt) if text]
            assert all(len(text) <= LONGEST_TITLE for text in titles)
            assert all(len(text) <= LONGEST_MESSAGE for text in messages)
            assert all(text.endswith(("。", ".", "）", "”")) for text in messages), messages  # not cut off
            seen += len(messages)
    assert seen


def test_sheet_names_and_lists_are_short_enough_to_open_without_repair(form: Form) -> None:
    book = book_of(issued(form.edition))
    assert all(len(title) <= LONGEST_SHEET_NAME and not set(title) & set("[]:*?/\\") for title in book.sheetnames)
    lists = [one.formula1 for sheet in book for one in sheet.data_validations.dataValidation if one.type == "list"]
    assert lists
    assert all(len(text) <= LONGEST_MESSAGE for text in lists)


def test_messages_of_the_official_editions_are_chinese(form_2019: Form, form_2021: Form) -> None:
    for form in (form_2019, form_2021):
        for sheet in book_of(issued(form.edition)):
            for validation in sheet.data_validations.dataValidation:
                if validation.showErrorMessage:
                    assert re.search("[\u4e00-\u9fff]", validation.error)
                    assert re.search("[\u4e00-\u9fff]", validation.errorTitle)


def test_prose_offers_its_levels_on_every_row_and_holds_text(form: Form) -> None:
    layout, book = lay_out(form), book_of(issued(form.edition))
    for field in (field for field in form.fields.values() if field.kind is Kind.TEXT):
        spot = layout.spots[field.id]
        sheet = book[spot.sheet]
        refusing = [(address, one) for address, one in validated(sheet) if one.showErrorMessage]
        assert {one.type for _, one in refusing} == {"list"}
        listed = {address for address, _ in refusing}
        assert listed == {cell_name(row, LEVEL_COLUMN) for row in range(spot.row, spot.row + PARAGRAPHS)}
        offered = refusing[0][1].formula1
        assert offered == f'"{",".join(form.words.levels)}"'
        assert {sheet[cell_name(row, TEXT_COLUMN)].number_format for row in range(spot.row, spot.row + PARAGRAPHS)} == {
            "@"
        }


def test_every_sheet_prints_whole_on_a4_with_its_check_code(form: Form) -> None:
    layout, book = lay_out(form), book_of(issued(form.edition))
    for sheet in book.worksheets:
        if sheet.title == KEYS_SHEET:
            continue
        assert int(sheet.page_setup.paperSize) == int(sheet.PAPERSIZE_A4)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert wording_of(form).footer in (sheet.oddFooter.right.text or "").replace("&amp;", "&")
    for section in form.sections:
        sheet = book[section.sheet]
        (area,) = sheet.print_area.split(",")
        _, top, _, bottom = range_boundaries(area.rpartition("!")[2].replace("$", ""))
        foot = foot_row(layout, section)
        assert top == 1
        assert bottom == foot + 1
        assert sheet.cell(foot + 1, 2).value.startswith(f'="{lay_out(form).wording.lines.code.format(code="")}')


ROOM = 1300, 470  # pixels that a screen of 1366 x 768 leaves to the sheet between ribbon, heads and tabs
POINT = 4 / 3  # pixels


def height_of(sheet: Worksheet, first: int, last: int) -> float:
    """Return how many pixels rows take at full size, those hidden none."""
    rows = [sheet.row_dimensions[row] for row in range(first, last + 1)]
    return sum((row.height or 15) * POINT for row in rows if not row.hidden)


def row_of(sheet: Worksheet, text: str) -> int:
    return next(cell.row for line in sheet.iter_rows() for cell in line if cell.value == text)


def test_the_cover_tells_who_the_steps_and_the_verdict_on_its_first_screen(form: Form) -> None:
    sheet, words = book_of(issued(form.edition))[form.words.cover], wording_of(form).cover
    told = [form.words.organ, form.words.year, *words.steps, words.verdict_label, words.code_label]
    rows = [row_of(sheet, text) for text in told]
    assert rows == sorted(rows)
    assert height_of(sheet, 1, rows[-1]) < ROOM[1]


def test_a_workbook_from_no_campaign_names_nobody_to_return_it_to(form: Form) -> None:
    sheet, words = book_of(issued(form.edition))[form.words.cover], wording_of(form).cover
    shown = {cell.value for line in sheet.iter_rows() for cell in line}
    assert not shown & {words.due_label, words.office_label, words.ask_label}


def width_of(sheet: Worksheet, first: int, last: int) -> float:
    """Return how many pixels columns take at full size, those hidden none."""
    found = {
        column: 0 if dimension.hidden else dimension.width
        for dimension in sheet.column_dimensions.values()
        for column in range(dimension.min or 0, (dimension.max or 0) + 1)
    }
    return sum(found.get(column, 8.43) * 7 for column in range(first, last + 1))


def test_twenty_rows_of_the_long_table_stand_under_its_head(form: Form) -> None:
    long = [here for here in lay_out(form).tables.values() if here.grid.height > MANY_ROWS]
    assert bool(long) == (form.edition in {"2019", "2021"})
    for here in long:
        sheet = book_of(issued(form.edition))[here.section.sheet]
        scale = (sheet.sheet_view.zoomScale or 100) / 100
        last = min(here.first_data_row + 20, here.last_row + 1)
        assert height_of(sheet, 1, last) * scale <= ROOM[1]


def test_verdicts_stand_on_the_same_screen_as_what_they_are_about(form: Form) -> None:
    book = book_of(issued(form.edition))
    for here in lay_out(form).tables.values():
        sheet = book[here.section.sheet]
        scale = (sheet.sheet_view.zoomScale or 100) / 100
        assert width_of(sheet, 1, help_column(here)) * scale <= ROOM[0]
    assert width_of(book[form.words.checks], 1, at.CHECK_TABLE + 1) <= ROOM[0]
    assert at.CHECK_RESULT == at.FIRST_COLUMN
    for section in (section for section in form.sections if not section.is_table):
        assert width_of(book[section.sheet], 1, at.PREVIEW_COLUMN + 1) <= ROOM[0]


def test_no_title_is_clipped_and_no_prompt_covers_a_cell(form: Form) -> None:
    for sheet in book_of(issued(form.edition)):
        assert not [one for one in sheet.data_validations.dataValidation if one.prompt or one.promptTitle]
        for line in sheet.iter_rows(max_row=2):
            for cell in line:
                if cell.value and sheet.title != KEYS_SHEET:
                    assert (sheet.row_dimensions[cell.row].height or 15) >= cell.font.size * 1.3, (sheet.title, cell)


def test_a_sentence_can_be_chosen_in_every_row_of_its_section(form_2021: Form) -> None:
    book = book_of(issued("2021"))
    for section in ("overview", "other"):
        sheet, spot = book[form_2021.section(section).sheet], lay_out(form_2021).spots[section]
        offers = {address: one for address, one in validated(sheet) if one.type == "list" and not one.showErrorMessage}
        assert set(offers) == {cell_name(row, TEXT_COLUMN) for row in range(spot.row, spot.row + PARAGRAPHS)}
        area = offers[spot.cell].formula1.replace("$", "")
        texts = [cell.value for line in sheet[area] for cell in line] if ":" in area else [sheet[area].value]
        assert texts == [draft.text for draft in form_2021.drafts if draft.section == section]


def test_every_formula_is_stored_with_the_result_it_gives(form: Form) -> None:
    for seed in range(4):
        filing = random_filing(form, YEARS[form.edition], seed)
        package = open_package(write_workbook(filing))
        ours = {(live.spot.sheet, live.spot.cell): live for live in formula_cells(lay_out(form), filing)}
        stored = {
            (sheet.name, address): cell
            for sheet in package.sheets
            for address, cell in package.cells(sheet.name).items()
            if cell.formula
        }
        assert set(stored) == set(ours)
        for place, cell in stored.items():
            live = ours[place]
            assert cell.formula == live.formula
            # XlsxWriter leaves the stored result out where it is an empty text.
            assert (
                (cell.value, cell.cached) == (None, False) if live.value == "" else same_value(cell.value, live.value)
            )


# Known to Excel 2010, WPS and LibreOffice alike, and none of them volatile.
FUNCTIONS = """ABS AND CHOOSE CLEAN COUNT COUNTA COUNTIF COUNTIFS FALSE FIND HYPERLINK IF IFERROR INDEX INT ISERROR
ISNUMBER CHAR ISTEXT MID LEFT LEN MATCH MAX MIN MOD N NOT OR RIGHT ROUND SUBSTITUTE SUM SUMPRODUCT TRIM TRUE ROWS
COLUMNS"""
LONGEST_FORMULA = 8192


def test_formulas_use_only_what_every_office_program_knows(form: Form) -> None:
    for live in formula_cells(lay_out(form), full_filing(form)):
        # SHEET is younger, and stands only where a program that does not know it leaves nothing out but a hint.
        known = re.sub(r"IFERROR\(_xlfn\.SHEET\(", "IFERROR((", live.formula)
        bare = re.sub(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'', "", known)
        assert set(re.findall(r"([A-Z][A-Z0-9.]*)\(", bare)) <= set(FUNCTIONS.split())
        assert not re.search(r"[{}@]|_xl", bare)
        assert len(live.formula) <= LONGEST_FORMULA


def test_the_same_filing_gives_the_same_bytes_in_another_process(form: Form) -> None:
    code = (
        "import hashlib, sys; sys.path.insert(0, sys.argv[1]); from casebook import *;"
        "from toolkit.workbook.template.workbook import write_workbook;"
        "print(hashlib.sha256(write_workbook(full_filing(form_of_edition(sys.argv[2], SMALL)))).hexdigest())"
    )
    elsewhere = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai", "LC_ALL": "C"}
    command = [sys.executable, "-c", code, str(ROOT / "tests"), form.edition]
    there = subprocess.run(command, env=elsewhere, check=True, capture_output=True, text=True).stdout.strip()
    assert there == hashlib.sha256(filled(form.edition)).hexdigest()
    assert write_workbook(full_filing(form)) == filled(form.edition)


@pytest.mark.parametrize("make", [issued, filled], ids=["blank", "filled"])
def test_the_file_is_what_the_standard_asks_for(form: Form, make: object, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(make(form.edition))
    outcome = OpenXmlValidator().validate(path)
    assert [str(error) for error in outcome.errors] == []


def test_the_validator_does_see_a_planted_fault(form: Form, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    part = part_of(issued(form.edition), form.words.checks)
    path.write_bytes(with_part(issued(form.edition), part, lambda xml: xml.replace('<row r="1"', '<row r="x"', 1)))
    assert OpenXmlValidator().validate(path).errors


def test_every_part_is_well_formed(form: Form) -> None:
    # The validator lets broken XML pass as long as it can repair it.
    for data in (issued(form.edition), filled(form.edition)):
        assert all(ET.fromstring(content).tag for content in parts(data).values())


def test_an_empty_workbook_never_passes(form: Form) -> None:
    examined = look_at(issued(form.edition))
    assert examined.verdict is Verdict.NEEDS_FIXING
    blanks = [finding for finding in examined.findings if finding.severity.value == "error"]
    required = {field.id for field in form.fields.values() if field.kind.is_required_figure or field.kind is Kind.TEXT}
    assert {place.field for finding in blanks for place in finding.places} == required


def test_prose_that_looks_like_a_formula_stays_prose(form: Form) -> None:
    section = next(field.id for field in form.fields.values() if field.kind is Kind.TEXT)
    signs = ["=1+1", "-减号", "+加号", "@某人", "'引号", "1/2", "2024-01-01", "00012"]
    filing = full_filing(form).with_answers({section: tuple(map(Paragraph, signs))})
    data = write_workbook(filing)
    assert [paragraph.text for paragraph in look_at(data).filing.paragraphs(section)] == signs
    spot = lay_out(form).spots[section]
    sheet = book_of(data)[spot.sheet]
    shown = [sheet.cell(spot.row + 1 + place, spot.column + 1) for place in range(len(signs))]
    assert [cell.value for cell in shown] == signs
    cells = open_package(data).cells(spot.sheet)
    assert not any(cells[cell.coordinate].formula for cell in shown)


def test_last_years_figures_are_filled_in_and_locked(form: Form) -> None:
    before = full_filing(form, 3).figures()
    filing, locked = blank_filing(form, ORGAN, CODE, YEARS[form.edition], before)
    assert locked
    data = write_workbook(filing, locked=locked)
    package, book = open_package(data), book_of(data)
    for name in locked:
        spot = lay_out(form).spots[name]
        cell = package.cells(spot.sheet)[spot.cell]
        assert cell.value == filing.answers[name]
        assert package.is_locked(cell.style)
        assert spot.cell not in {address for address, _ in validated(book[spot.sheet])}


@pytest.mark.parametrize(("organ", "year"), [(" ", 2024), ("甲", 2018)])
def test_no_workbook_without_a_name_or_for_another_year(organ: str, year: int, form_2021: Form) -> None:
    with pytest.raises(InputError):
        blank_filing(form_2021, organ, "", year)


@pytest.mark.parametrize("organ", ["甲\x01乙", "甲\n乙", "\u200b甲", "甲\ufffe", "\ud800", "长" * 256])
def test_a_name_no_file_can_hold_is_refused_before_anything_is_written(organ: str, form: Form) -> None:
    for name, code in ((organ, "1"), ("甲", organ)):
        with pytest.raises(InputError, match=r"看不见|255"):
            blank_filing(form, name, code, YEARS[form.edition])


@pytest.mark.parametrize("organ", ["a&b<c>\"d'e", "=1+1", "{organ}", "%s", "甲　局", "𠮷县财政局", "长" * 255])
def test_any_other_name_comes_back_as_it_was(organ: str, form: Form) -> None:
    filing, locked = blank_filing(form, organ, organ, YEARS[form.edition])
    identity = look_at(write_workbook(filing, locked=locked)).reading.identity
    assert (identity.organ, identity.code) == (organ, organ)


def test_what_xlsxwriter_refuses_raises(form_2021: Form) -> None:
    with pytest.raises(OutputError):
        write_workbook(full_filing(form_2021).with_answers({"cover.contact": "长" * 40000}))


def test_a_workbook_is_written_after_its_rules_were_bound_anew(form_2021: Form) -> None:
    """Only so many forms are remembered; a layout may outlive the checks it was made with."""
    before = write_workbook(blank_filing(form_2021, ORGAN, CODE, 2024)[0])
    bind_rules.cache_clear()
    assert write_workbook(blank_filing(form_2021, ORGAN, CODE, 2024)[0]) == before
