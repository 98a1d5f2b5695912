"""JSON and CSV: the same figures as the model, exact and safe to open."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
from casebook import full_filing
from report_samples import SAMPLES, figures_of, sample_filing, sample_report

import toolkit.report
from toolkit.report.data import COLUMNS, render_json, report_json, table_csv
from toolkit.report.publish import publish

if TYPE_CHECKING:
    from toolkit.form.model import Form

SCHEMA = json.loads((Path(toolkit.report.__file__).parent / "schema" / "report.schema.json").read_text("utf-8"))


def parsed(name: str) -> dict:
    return json.loads(render_json(sample_filing(name), sample_report(name)), parse_float=Decimal)


@pytest.mark.parametrize("name", SAMPLES)
def test_json_holds_every_figure_of_the_model_exactly(name: str) -> None:
    assert {entry["field"]: entry["value"] for entry in parsed(name)["figures"]} == figures_of(sample_filing(name))


@pytest.mark.parametrize("name", SAMPLES)
def test_the_published_schema_accepts_the_data(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(parsed(name), SCHEMA)


def test_the_published_schema_accepts_the_file(tmp_path: Path) -> None:
    (path,) = publish(sample_filing("suqian_2023"), ["json"], tmp_path)
    data = json.loads(path.read_text(encoding="utf-8"))
    assert list(data)[-1] == "digest"
    jsonschema.validate(data, SCHEMA)


@pytest.mark.parametrize(
    ("path", "value"),
    [(("figures", 0, "value"), True), (("figures", 0, "kind"), "note"), (("date",), "9.1."), (("sections", 0), {})],
)
def test_the_published_schema_refuses_what_is_not_a_report(path: tuple, value: object) -> None:
    data = parsed("suqian_2023")
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, SCHEMA)


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_written_is_what_the_plain_data_says(name: str) -> None:
    assert parsed(name) == report_json(sample_filing(name))


def test_prose_keeps_its_paragraphs_and_levels() -> None:
    prose = parsed("large")["sections"][0]["paragraphs"]
    assert [(entry["text"], entry["level"]) for entry in prose] == [
        (paragraph.text, paragraph.level) for paragraph in sample_report("large").sections[0].paragraphs
    ]


def test_an_amount_is_a_number_without_rounding(form_2021: Form) -> None:
    amount = Decimal("123456789012345678.123456")
    filing = full_filing(form_2021).with_answers({"disclosure.charges.fees": amount})
    assert f": {amount}}}" in render_json(filing)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("name", SAMPLES)
def test_csv_holds_every_figure_of_the_model_exactly(name: str) -> None:
    filing = sample_filing(name)
    rows = [row for table in filing.form.tables for row in rows_of(table_csv(filing, table))]
    assert {row["field"]: Decimal(row["value"]) if row["value"] else None for row in rows} == figures_of(filing)
    assert set(rows[0]) == set(COLUMNS)


def test_csv_text_that_looks_like_a_formula_stays_text() -> None:
    filing = sample_filing("hostile").with_answers({"disclosure.charges.fees": "=HYPERLINK(1)", "overview": ()})
    row = next(
        row for row in rows_of(table_csv(filing, filing.form.table("disclosure"))) if row["row"] == "行政事业性收费"
    )
    assert (row["code"], row["value"]) == ("'=1+1", "'=HYPERLINK(1)")


def test_csv_negative_figures_stay_numbers(form_2019: Form) -> None:
    filing = full_filing(form_2019).with_answers({"disclosure.licensing.change": -8})
    rows = rows_of(table_csv(filing, form_2019.table("disclosure")))
    assert {row["value"] for row in rows if row["field"] == "disclosure.licensing.change"} == {"-8"}
