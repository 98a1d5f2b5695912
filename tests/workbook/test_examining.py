"""A file comes in and a verdict goes out: what decides it, and what the JSON of it holds."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from casebook import SMALL, full_filing
from workbooks import NAME, by_openpyxl, filled, issued, look_at, names_of, with_cells, with_formula

from toolkit.filing.checking import largest_table
from toolkit.filing.filing import Filing
from toolkit.filing.findings import Severity
from toolkit.form.values import Kind, Paragraph
from toolkit.workbook import layout as at
from toolkit.workbook.examining import Verdict, examine, examined_json, json_value, judge
from toolkit.workbook.layout import lay_out
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    import openpyxl

    from toolkit.form.model import Field, Form


def test_only_errors_keep_a_file_from_being_accepted(form: Form) -> None:
    note = next(field.id for field in form.fields.values() if field.kind is Kind.NOTE)
    examined = look_at(with_cells(filled(form.edition), {lay_out(form).spots[note]: None}))
    assert [(finding.name, finding.severity) for finding in examined.findings] == [
        ("contact_missing", Severity.WARNING)
    ]
    assert examined.verdict is Verdict.ACCEPTED
    figure = next(field.id for field in form.fields.values() if is_asked_beside(form, field))
    assert (
        look_at(with_cells(filled(form.edition), {lay_out(form).spots[figure]: None})).verdict is Verdict.NEEDS_FIXING
    )


def is_asked_beside(form: Form, field: Field) -> bool:
    """Return whether a figure is asked for outside the table that `filled` declares to be nought."""
    return field.kind.is_required_figure and field.table != largest_table(form)


def test_faults_of_the_file_and_of_the_figures_come_together_worst_first(form: Form) -> None:
    total = next(field.id for field in form.fields.values() if field.kind is Kind.COMPUTED)
    data = with_formula(issued(form.edition), lay_out(form).spots[total], "1+1", "2")
    severities = [finding.severity for finding in look_at(data).findings]
    assert severities == sorted(severities, key=list(Severity).index)
    names = {finding.name for finding in look_at(data).findings}
    assert "formula_changed" in names
    assert len(names) > 1


def test_suspects_are_named_where_a_balance_breaks(form_2021: Form) -> None:
    answers = {"requests.new.natural_person": 31, "requests.granted.natural_person": 13}
    examined = look_at(write_workbook(full_filing(form_2021).with_answers(answers)))
    (finding,) = [finding for finding in examined.findings if finding.name == "requests_balance"][:1]
    assert finding.suspects
    entry = next(f for f in examined_json(examined)["findings"] if f["name"] == "requests_balance")
    assert {suspect["field"] for suspect in entry["suspects"]} == {suspect.field for suspect in finding.suspects}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (12, 12),
        (Decimal("59237.2449"), 59237.2449),
        ("无", "无"),
        ((Paragraph("段"), Paragraph("（一）题", 1)), ["段", {"level": 1, "text": "（一）题"}]),
    ],
)
def test_values_in_json_are_as_fill_takes_them(value: object, shown: object) -> None:
    assert json_value(value) == shown
    assert json.loads(json.dumps(json_value(value), ensure_ascii=False)) == shown


@pytest.mark.parametrize("text", ["0.1", "0.3", "59237.2449", "123456789012.345", "0.000001"])
def test_amounts_in_json_read_as_the_number_written(text: str) -> None:
    assert Decimal(json.dumps(json_value(Decimal(text)))) == Decimal(text)


def test_the_form_is_named_with_its_edition(form: Form) -> None:
    entry = examined_json(look_at(filled(form.edition)))
    assert entry["form"] == f"{form.id}/{form.edition}"
    assert (entry["organ"], entry["code"]) == ("示例机关", "001")


def test_a_form_of_a_folder_is_known_only_with_the_folder() -> None:
    assert examine(filled("small"), NAME, SMALL).verdict is Verdict.ACCEPTED
    unknown = examine(filled("small"), NAME)
    assert unknown.verdict is Verdict.UNREADABLE
    entry = examined_json(unknown)
    assert (entry["organ"], entry["check_code"], entry["values"]) == ("示例机关", None, {})


def test_labels_of_the_verdicts_are_chinese_and_differ() -> None:
    assert len({verdict.label for verdict in Verdict}) == len(Verdict)


def test_a_defect_of_ours_is_a_finding_about_the_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ArithmeticError("math range error")

    monkeypatch.delenv("XXGK_DEBUG", raising=False)
    monkeypatch.setattr("toolkit.workbook.examining.check_filing", broken)
    examined = look_at(filled("2021"))
    assert names_of(examined) == ["defect_of_ours"]
    assert examined.verdict is Verdict.UNREADABLE
    assert "math range error" in examined.findings[0].message


def test_a_row_the_issuing_definition_did_not_have_is_not_blamed_on_the_clerk(form_2021: Form) -> None:
    spot = lay_out(form_2021).spots["requests.new.natural_person"]

    def without_row(book: openpyxl.Workbook) -> None:
        book[spot.sheet][f"A{spot.row + 1}"] = None
        for name in [name for name in book.defined_names if name.startswith("requests.new.")]:
            del book.defined_names[name]
        book[spot.sheet][f"F{spot.row}"] = "别的"

    deleted = by_openpyxl(filled("2021"), without_row)
    assert "cell_missing" in names_of(look_at(deleted))

    def older(book: openpyxl.Workbook) -> None:
        without_row(book)
        book["_xxgk"]["B3"] = "0123456789abcdef"
        book.custom_doc_props["xxgk.fingerprint"].value = "0123456789abcdef"
        keys = book["_xxgk"]
        for row in range(keys.max_row, at.FIELD_FIRST_ROW, -1):
            if str(keys.cell(row, 1).value).startswith("requests.new."):
                keys.delete_rows(row)

    names = names_of(look_at(by_openpyxl(filled("2021"), older)))
    assert {"field_not_in_definition", "definition_differs"} <= set(names)
    assert "cell_missing" not in names


def test_one_slip_is_one_finding_where_nothing_tells_which_cell_it_is_in(form_2021: Form) -> None:
    zeros = {name: 0 for name, entry in form_2021.fields.items() if entry.kind.is_required_figure}
    one_off = {"requests.new.natural_person": 10, "requests.granted.natural_person": 9}
    filing = Filing(form_2021, "某局", "", 2024, {**zeros, **one_off})
    (found,) = [one for one in judge(filing) if one.name == "requests_balance"]
    assert [one.name for one in found.follows] == ["requests_balance"]  # that of the column of totals


def test_the_total_of_two_wrong_columns_says_that_it_is_mended_with_them(form_2021: Form) -> None:
    zeros = {name: 0 for name, entry in form_2021.fields.items() if entry.kind.is_required_figure}
    rows, columns = {"new": 10, "granted": 9}, ("natural_person", "business")
    two_off = {f"requests.{row}.{column}": figure for row, figure in rows.items() for column in columns}
    filing = Filing(form_2021, "某局", "", 2024, {**zeros, **two_off})
    *others, total = [one for one in judge(filing) if one.name == "requests_balance"]
    assert len(others) == 2
    assert "总计" in total.message
    assert total.advice == "这一条由本表另外 2 条不平引起，改好那几处就一起对上，不用单独改。"
    assert not any("另外" in one.advice for one in others)


def test_the_prose_speaks_against_a_cell_whose_figure_it_states(form_2021: Form) -> None:
    zeros = {name: 0 for name, entry in form_2021.fields.items() if entry.kind.is_required_figure}
    one_off = {"requests.new.natural_person": 10, "requests.granted.natural_person": 9}
    said = {"overview": (Paragraph("全年收到申请10件。"),)}
    filing = Filing(form_2021, "某局", "", 2024, {**zeros, **one_off, **said})
    (found,) = [one for one in judge(filing) if one.name == "requests_balance"]
    first, second = found.suspects
    assert (first.field, first.value, first.equal) == ("requests.granted.natural_person", 10, False)
    assert (second.field, second.reason.endswith("文字里写的是“10件”，与此不符")) == (
        "requests.new.natural_person",
        True,
    )
