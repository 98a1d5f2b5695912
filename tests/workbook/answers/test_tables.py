"""Answers out of tables: two columns or as printed, in any spreadsheet; what is not certain is refused by its cell."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import pytest
from casebook import example_filing
from workbooks import print_table

from toolkit.errors import InputError
from toolkit.workbook.answers.tables import raw_answers
from toolkit.workbook.answers.values import parse_answers

if TYPE_CHECKING:
    from toolkit.form.model import Form


def book(rows: list[list[object]]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


NEW, GRANTED = "requests.new.natural_person", "requests.granted.natural_person"
TWO = [["字段", "数"], [NEW, 3440], ["三、申请办理!E11", "1,408"], ["自然人 上年结转", "118 件"]]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_two_columns_of_names_and_values(form_2021: Form, kind: str) -> None:
    data = book(TWO) if kind == "xlsx" else "\n".join(f'{a},"{b}"' for a, b in TWO).encode()
    raw = raw_answers(form_2021, data, f"数.{kind}")
    expected = {NEW: 3440, GRANTED: 1408, "requests.carried_in.natural_person": 118}
    assert parse_answers(form_2021, raw, "数") == expected


def test_one_row_under_a_head_is_a_table_too(form_2021: Form) -> None:
    assert raw_answers(form_2021, "字段,数\n三、申请办理!E9,7\n".encode(), "数.csv") == {NEW: 7}


def test_a_row_that_names_nothing_is_refused(form_2021: Form) -> None:
    with pytest.raises(InputError, match="没有的字段"):
        raw_answers(form_2021, book([*TWO, ["没有的字段", 1]]), "数.xlsx")


def test_tables_laid_out_as_printed() -> None:
    filing = example_filing("suqian_2024")
    made = openpyxl.Workbook()
    sheet = made.active
    for table in filing.form.tables:
        print_table(sheet, filing, table, sheet.max_row + 2)
    stream = io.BytesIO()
    made.save(stream)
    raw = raw_answers(filing.form, stream.getvalue(), "表.xlsx")
    answers = parse_answers(filing.form, raw, "表.xlsx")
    assert answers
    assert {name: filing.values[name] for name in answers} == answers
    assert set(answers) >= {field.id for field in filing.form.fields.values() if field.kind.is_required_figure}


def test_what_holds_neither_is_refused(form_2021: Form) -> None:
    with pytest.raises(InputError, match="两列"):
        raw_answers(form_2021, book([["会议", "通知"], ["明天", "开会"]]), "表.xlsx")
