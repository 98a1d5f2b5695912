"""A slip of --out does not cost the file a command reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from casebook import FIGURES, full_filing
from typer.testing import CliRunner

from toolkit.cli import app
from toolkit.errors import InputError
from toolkit.form.registry import form_of_edition
from toolkit.report.publish import publish
from toolkit.workbook.examining import DRAFT
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "已填.xlsx"
    path.write_bytes(write_workbook(full_filing(form_of_edition("2021"))))
    return path


def refused(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert isinstance(result.exception, InputError), result.output
    return str(result.exception)


def test_a_report_does_not_overwrite_its_workbook(workbook: Path) -> None:
    before = workbook.read_bytes()
    assert "覆盖" in refused("report", workbook, "--to", "docx", "--out", workbook)
    assert workbook.read_bytes() == before


def test_a_template_does_not_overwrite_last_years_workbook(workbook: Path) -> None:
    before = workbook.read_bytes()
    said = refused("template", "--year", 2024, "--organ", "示例", "--previous", workbook, "--out", workbook)
    assert "覆盖" in said
    assert workbook.read_bytes() == before


def test_filling_does_not_overwrite_the_values(workbook: Path, tmp_path: Path) -> None:
    values = tmp_path / "数据.json"
    values.write_bytes((FIGURES / "suqian_2024.json").read_bytes())
    assert "覆盖" in refused("fill", workbook, values, "--out", values)
    assert json.loads(values.read_text(encoding="utf-8"))


def test_a_workbook_may_be_filled_in_place(workbook: Path, tmp_path: Path) -> None:
    values = tmp_path / "数据.json"
    values.write_text('{"requests.new.natural_person": 0}', encoding="utf-8")
    result = CliRunner().invoke(app, ["fill", str(workbook), str(values), "--out", str(workbook)])
    assert result.exit_code == 0


def test_a_draft_says_so_in_every_format(workbook: Path, tmp_path: Path) -> None:
    values = tmp_path / "数据.json"
    values.write_text('{"requests.new.natural_person": 1}', encoding="utf-8")
    CliRunner().invoke(app, ["fill", str(workbook), str(values), "--out", str(workbook)])
    out = tmp_path / "报告"
    result = CliRunner().invoke(app, ["report", str(workbook), "--to", "html,txt,md,json", "--out", str(out)])
    assert result.exit_code == 1
    written = list(out.iterdir())
    assert len(written) == 4
    assert all(DRAFT in path.read_text(encoding="utf-8") for path in written)


def test_an_accepted_report_does_not(tmp_path: Path) -> None:
    paths = publish(full_filing(form_of_edition("2021")), ("html", "txt"), tmp_path)
    assert not [path for path in paths if "草稿" in path.read_text(encoding="utf-8")]
