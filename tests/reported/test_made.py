"""Every input once reported as read wrongly, made anew from an example's figures, with the right value of each.

A made case says what is changed in a sound workbook, the findings that must be there with one of their cells, and the
values that must be read. `cases.toml` names for every reported case the entries here and the tests elsewhere.
"""

from __future__ import annotations

import ast
import re
import struct
import time
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from mangled.scene import sound_filing, sound_workbook
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from packagecases import with_member
from workbooks import by_openpyxl, look_at, names_of

from toolkit.workbook.examining import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

EXAMPLE = "suqian_2024"
COVER, PROSE, SECOND, THIRD = "封面", "一、总体情况", "二、主动公开", "三、申请办理"
NEW, SECRET = "requests.new.natural_person", "requests.refused_state_secret.natural_person"
RULES, CHARGES = "disclosure.regulations.in_force", "disclosure.charges.fees"
SOON = 20  # seconds of work; what took minutes was many times as much
Book = openpyxl.Workbook


@dataclass(frozen=True)
class Made:
    """One case: the change, the findings with a cell of each (`` for none), values that must be read, the verdict."""

    change: Callable[[bytes], bytes]
    findings: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)
    accepted: bool = False
    absent: tuple[str, ...] = ()


def book(change: Callable[[Book], object]) -> Callable[[bytes], bytes]:
    """Return a change of the file that a change of the book makes."""
    return lambda data: by_openpyxl(data, change)


def put(sheet: str, cells: Mapping[str, object], code: str = "") -> Callable[[bytes], bytes]:
    """Return the change that writes these cells, shown by a number format."""

    def change(opened: Book) -> None:
        for cell, value in cells.items():
            opened[sheet][cell] = value
            if code:
                opened[sheet][cell].number_format = code

    return book(change)


def swap(sheet: str, *pairs: tuple[str, str]) -> Callable[[bytes], bytes]:
    def change(opened: Book) -> None:
        for first, second in pairs:
            one, other = opened[sheet][first], opened[sheet][second]
            one.value, other.value = other.value, one.value

    return book(change)


def prose(*paragraphs: str) -> Callable[[bytes], bytes]:
    """Return the change that leaves these paragraphs alone in the first section."""
    return put(
        PROSE, {f"C{row}": None for row in range(6, 30)} | {f"C{row}": text for row, text in enumerate(paragraphs, 6)}
    )


def day(text: object) -> Made:
    return Made(
        put(COVER, {"C25": text}), values={"issued": date(2025, 3, 20)}, accepted=True, absent=("date_unreadable",)
    )


def _as_text(opened: Book) -> None:
    for row in opened[THIRD].iter_rows(min_row=9, max_row=33, min_col=5, max_col=10):
        for cell in row:
            if isinstance(cell.value, int):
                cell.value, cell.number_format = str(cell.value), "@"


def _counted_from_1904(opened: Book) -> None:
    opened.epoch = CALENDAR_MAC_1904
    opened[COVER]["C25"] = 44274
    opened[COVER]["C25"].number_format = "0"


def _sorted(opened: Book) -> None:
    sheet = opened[THIRD]
    rows = [[sheet.cell(row, column).value for column in range(4, 11)] for row in range(13, 20)]
    for row, values in zip(range(13, 20), reversed(rows), strict=True):
        for column, value in enumerate(values, 4):
            sheet.cell(row, column).value = value


def _columns(opened: Book) -> None:
    sheet = opened[THIRD]
    for row in [8, *range(9, 32), 33]:
        one, other = sheet.cell(row, 6), sheet.cell(row, 7)
        one.value, other.value = other.value, one.value


def _copy(opened: Book) -> None:
    opened.copy_worksheet(opened[THIRD])["E9"] = 9999


def _inserted_row(opened: Book) -> None:
    opened[PROSE].insert_rows(8)
    opened[PROSE]["C8"] = "插入的一行里写了一段要紧的话。"


def _names_lost(opened: Book) -> None:
    for name in list(opened.defined_names):
        del opened.defined_names[name]


def _commented(opened: Book) -> None:
    opened[THIRD]["E9"].comment = Comment("请核实，见另附", "某")


def _inserted_column(opened: Book) -> None:
    sheet = opened[THIRD]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    sheet.insert_cols(5)


def _one_row_lower(opened: Book) -> None:
    sheet = opened[THIRD]
    values = [sheet.cell(row, 5).value for row in range(13, 31)]
    for row, value in zip(range(14, 32), values, strict=True):
        sheet.cell(row, 5).value = value
    sheet["E13"] = 0


def _newer(data: bytes) -> bytes:
    """Ask in the zip's directory for a version of the reader that nobody has: one bit of what Excel writes."""
    at = data.rfind(b"PK\1\2")
    return data[: at + 6] + struct.pack("<H", 9) + data[at + 8 :]


def _keys(data: bytes) -> bytes:
    def change(opened: Book) -> None:
        sheet = opened[THIRD]
        for row in range(60, 20_060):
            sheet.cell(row, 1).value = "new" if row % 2 else "#requests.all"

    return book(change)(data)


def _relations(data: bytes) -> bytes:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/x"
    one = f'<Relationship Id="r{{0}}" Type="{kind}" Target="t{{0}}"/>'
    xml = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{''.join(one.format(number) for number in range(60_000))}</Relationships>"
    )
    return with_member(data, "xl/worksheets/_rels/sheet99.xml.rels", xml.encode())


UNREAD = "写在一边的一段要紧的话。"
MADE = {
    "merged_inputs": Made(book(lambda opened: opened[THIRD].merge_cells("E15:F15")), {"inputs_merged": "E15:F15"}),
    "figures_stored_as_text": Made(book(_as_text), {"number_normalised": "E9"}, accepted=True, absent=("not_a_count",)),
    "day_in_words": day("2025年3月20日"),
    "day_with_dots": day("2025.3.20"),
    "day_in_chinese_numerals": day("二〇二五年三月二十日"),
    "day_as_a_serial": day(45736),
    "day_as_a_day": day(datetime(2025, 3, 20)),  # noqa: DTZ001 - a cell knows no time zone
    "day_counted_from_1904": Made(book(_counted_from_1904), values={"issued": date(2025, 3, 20)}, accepted=True),
    "twenty_digits": Made(put(THIRD, {"E9": 10**20 - 1}), {"count_too_large": "E9"}),
    "thirty_digits": Made(put(SECOND, {"E9": 10**30}), {"count_too_large": "E9"}),
    "largest_numbers_in_one_table": Made(put(THIRD, {"E19": 1e308, "I11": 1e308}), {"count_too_large": "I11"}),
    "number_beyond_64_bits": Made(put(SECOND, {"C13": 93 * 10**17}), {"count_too_large": "C13"}),
    "identity_number_for_a_count": Made(put(THIRD, {"G9": 32 * 10**16}), {"count_too_large": "G9"}),
    "telephone_for_a_count": Made(put(SECOND, {"E9": 13800000000}), {"count_too_large": "E9"}),
    "count_shown_as_a_day": Made(put(SECOND, {"E8": 45296}, "yyyy-mm-dd"), {"shown_as_date": "E8"}),
    # An organ may have such a count or amount: it is read as what it is, and asked about.
    "day_stored_as_a_plain_count": Made(
        put(SECOND, {"E8": 45296}), {"figure_like_a_day": "E8"}, {RULES: 45296}, accepted=True
    ),
    "charges_in_small_unit": Made(put(SECOND, {"C22": 251000}), {"amount_like_small_unit": "C22"}, accepted=True),
    "charges_in_small_unit_under_its_head": Made(
        put(SECOND, {"C22": 2510000000, "C21": "本年收费金额（单位：元）"}),
        {"amount_too_large": "C22", "unit_retyped": "C21"},
    ),
    "character_of_one_machine": Made(
        put(PROSE, {"C7": "由\ue123某某负责。"}), {"private_characters": ""}, accepted=True
    ),
    "sum_without_a_result": Made(
        put(SECOND, {"C22": "=8695.06+0.29"}), {"formula_in_input": "C22"}, {CHARGES: Decimal("8695.35")}, accepted=True
    ),
    "rows_sorted_with_labels": Made(book(_sorted), {"label_of_another": "D13"}),
    "columns_exchanged_with_heads": Made(book(_columns), {"label_of_another": "F8"}),
    "two_labels_retyped": Made(swap(THIRD, ("D13", "D14")), {"label_of_another": "D13"}),
    "two_heads_retyped": Made(swap(THIRD, ("F8", "G8")), {"label_of_another": "G8"}),
    "cover_of_another_organ": Made(put(COVER, {"C3": "邻县教育局", "C4": "A2"}), {"cover_contradicts": "C3"}),
    "cover_of_another_year": Made(put(COVER, {"C5": "2025"}), {"cover_contradicts": "C5"}),
    "copy_with_the_final_figures": Made(book(_copy), {"sheet_copied": "E9"}),
    "paragraph_in_an_inserted_row": Made(
        book(_inserted_row), {"prose_elsewhere": "C8"}, {"says": "要紧的话"}, accepted=True
    ),
    "paragraph_below_the_last_row": Made(
        put(PROSE, {"C75": UNREAD}), {"prose_elsewhere": "C75"}, {"says": UNREAD}, accepted=True
    ),
    "paragraph_in_the_level_column": Made(
        put(PROSE, {"B30": UNREAD}), {"prose_elsewhere": "B30"}, {"says": UNREAD}, accepted=True
    ),
    "paragraph_in_the_next_column": Made(
        put(PROSE, {"D30": UNREAD}), {"prose_elsewhere": "D30"}, {"says": UNREAD}, accepted=True
    ),
    "error_for_prose": Made(put(PROSE, {"C8": "=本年度"}), {"prose_is_formula": "C8"}),
    "formula_for_prose": Made(put(PROSE, {"C8": '="本年"&1&"件"'}), {"prose_is_formula": "C8"}),
    "names_lost": Made(book(_names_lost), values={"cover.contact": "示例联系人", NEW: 3440}, accepted=True),
    "twenty_thousand_keys": Made(_keys, values={NEW: 3440}),
    "zip_of_a_newer_version": Made(_newer, values={NEW: 3440}, accepted=True),
    "relations_without_end": Made(_relations, {"not_a_workbook": ""}),
    "prose_that_contradicts": Made(
        put(PROSE, {"C7": "全年新收政府信息公开申请9999件。"}), {"prose_differs": "K9"}, accepted=True
    ),
    "figure_cut_to_the_next_row": Made(put(THIRD, {"E13": None, "E14": 2}), {"blank_figure": "E13"}, {SECRET: None}),
    "two_slips_in_one_column": Made(
        put(THIRD, {"E13": 20, "E15": 49}), {"requests_balance": "E9", "requests_register": "E53"}
    ),
    "comment_beside_its_cell": Made(
        book(_commented), {"comment_found": "E9"}, accepted=True, absent=("extra_content",)
    ),
    "column_inserted_before_the_figures": Made(
        book(_inserted_column), values={"control.new": 3525, NEW: 3440}, accepted=True, absent=("label_edited",)
    ),
    "telephone_in_the_prose": Made(
        prose("申请人的手机是13800000000，已答复。"), {"personal_data": "C6"}, accepted=True
    ),
    "marks_filled": Made(prose("全年新收{本年新收}件。"), accepted=True, absent=("unknown_mark",)),
    "prose_of_a_tab": Made(prose("\t"), {"blank_section": "C6"}),
    "prose_of_a_wide_space": Made(prose("\u2003"), {"blank_section": "C6"}),
    "prose_of_nothing_seen": Made(prose("\u200b"), {"blank_section": "C6"}, absent=("prose_says_nothing",)),
    "block_one_row_lower": Made(book(_one_row_lower), {"requests_balance": "E9", "requests_register": "E53"}),
    "one_digit_too_many": Made(put(THIRD, {"E13": 20}), {"requests_balance": "E9"}, {"suspect": ("E13", 2)}),
}


@pytest.mark.parametrize("name", MADE)
def test_a_reported_input_is_read_right_or_said(name: str) -> None:
    case, began = MADE[name], time.process_time()
    examined = look_at(case.change(sound_workbook(EXAMPLE)))
    found = {finding.name: finding for finding in reversed(examined.findings)}
    for wanted, cell in case.findings.items():
        assert wanted in found, names_of(examined)
        cells = {place.cell for one in examined.findings if one.name == wanted for place in one.places}
        assert not cell or cell in cells
    assert {*case.absent} & {*found} == set()
    assert (examined.verdict is Verdict.ACCEPTED) == (case.accepted or name == "twenty_thousand_keys")
    filing = examined.filing
    for what, value in case.values.items():
        assert filing is not None
        if what == "issued":
            assert filing.issued_on == value
        elif what == "says":
            assert str(value) in "".join(paragraph.text for paragraph in filing.paragraphs("overview"))
        elif what == "suspect":
            suspects = [(one.cell, one.value) for finding in examined.findings for one in finding.suspects]
            assert suspects[0] == value
        else:
            assert filing.values.get(what) == value
    assert time.process_time() - began < SOON


def test_the_workbook_they_are_made_from_is_sound() -> None:
    examined = look_at(sound_workbook(EXAMPLE))
    assert examined.verdict is Verdict.ACCEPTED
    assert examined.filing is not None
    assert examined.filing.answers == sound_filing(EXAMPLE).answers


TESTS = Path(__file__).parent.parent
CASES: dict[str, list[str]] = tomllib.loads((TESTS / "reported" / "cases.toml").read_text("utf-8"))["tests"]


@pytest.mark.parametrize("case", CASES)
def test_every_reported_case_has_its_tests(case: str) -> None:
    assert CASES[case]
    for test in CASES[case]:
        file, _, name = test.partition("::")
        if file == "test_made.py":
            assert name in MADE
        else:
            tree = ast.parse((TESTS / file).read_text("utf-8"))
            assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, test


def test_no_made_case_is_without_its_report() -> None:
    named = {test.partition("::")[2] for tests in CASES.values() for test in tests if test.startswith("test_made.py")}
    assert named == set(MADE)


def test_the_reported_cases_are_all_there() -> None:
    numbers = [name for name in CASES if re.fullmatch(r"\d{3}", name)]
    groups = [sum(name.startswith(group) for name in CASES) for group in ("reading/", "rows/")]
    assert (len(numbers), *groups) == (23, 31, 18)
