"""The commands on what has come in: what they print, write and return."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import typer
from campaigncases import asked, county, hand_in, make_campaign, receipt_of
from typer.testing import CliRunner

from toolkit.campaign.merge import data as tidy
from toolkit.campaign.merge.consolidated import workbook_path
from toolkit.cli.commands.publication import publish
from toolkit.cli.commands.results import merge, status, why
from toolkit.cli.printing import boards
from toolkit.errors import InputError
from toolkit.files import read_file, write_file
from toolkit.form.values import Paragraph
from toolkit.workbook.filling import fill_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

ALL_IN = {"1": 20, "2": 7, "21": 3, "22": 1, "3": 100}
app = typer.Typer()
for command in (status, merge, why, publish):
    app.command()(command)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)


def test_status_lists_whom_to_chase_writes_both_boards_and_ends_with_0_while_nobody_must_mend(tmp_path: Path) -> None:
    county(tmp_path / "round", {"1": 20})
    result = run("status", tmp_path / "round")
    assert result.exit_code == 0
    assert "甲县教育局（2）：未报，截止 2025-01-20，逾期　李四 0102" in result.stdout
    assert (tmp_path / "round" / "status.xlsx").is_file()
    assert (tmp_path / "round" / "status.html").is_file()


def test_status_ends_with_1_when_somebody_must_mend(tmp_path: Path) -> None:
    state = county(tmp_path / "round", {"1": 20})
    hand_in(state.campaign, [receipt_of(asked(state.campaign.form, "2", 1, "甲县教育局"), verdict="needs-fixing")])
    assert run("status", tmp_path / "round").exit_code == 1


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_status_where_no_page_can_be_written_still_tells_how_it_stands(tmp_path: Path, words: tuple[str, ...]) -> None:
    county(tmp_path / "round", {"1": 20})
    (tmp_path / "round" / "status.xlsx" / "in the way").mkdir(parents=True)
    result = run("status", tmp_path / "round", *words)
    assert result.exit_code == 0
    assert "没有写成" in result.stderr
    assert "详见" not in result.stdout
    if words:
        assert json.loads(result.stdout)["counts"]["accepted"] == 1


def test_status_before_anything_came_leaves_no_receipt_book(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "round")
    campaign.receipts_file.unlink(missing_ok=True)
    assert json.loads(run("status", tmp_path / "round", "--json").stdout)["counts"]["missing"] == 7
    assert not campaign.receipts_file.exists()


def test_status_of_a_complete_round_ends_with_0_and_says_what_is_next(tmp_path: Path) -> None:
    county(tmp_path / "round", ALL_IN)
    result = run("status", tmp_path / "round")
    assert (result.exit_code, "xxgk merge" in result.stdout) == (0, True)


def test_status_as_json_is_one_document(tmp_path: Path) -> None:
    county(tmp_path / "round", {"1": 20})
    assert json.loads(run("status", tmp_path / "round", "--json").stdout)["counts"]["accepted"] == 1


def test_merge_tells_the_headlines_and_what_is_missing(tmp_path: Path) -> None:
    county(tmp_path / "round", {"1": 20})
    result = run("merge", tmp_path / "round")
    assert result.exit_code == 0
    assert "暂定：应计入 7 家，已计入 1 家，尚缺 6 家" in result.stdout
    assert "本年新收　20" in result.stdout
    assert "尚缺　甲县教育局（2）" in result.stdout


def test_merge_as_json_names_the_files(tmp_path: Path) -> None:
    county(tmp_path / "round", {"3": 100, "31": 60, "32": 41})
    document = json.loads(run("merge", tmp_path / "round", "--json").stdout)
    assert any(path.endswith(".xlsx") for path in document["files"])
    assert {finding["name"] for finding in document["findings"]} == {"parts_above_total"}


def test_merge_says_what_to_install_for_parquet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    county(tmp_path / "round", {"1": 20})
    for module in (boards, tidy):
        monkeypatch.setattr(module, "has_parquet", lambda: False)
    assert "xxgk-toolkit[parquet]" in run("merge", tmp_path / "round").stdout
    assert not (tmp_path / "round" / "merged" / "wide.parquet").exists()


def test_why_shows_every_organ_with_its_cell(tmp_path: Path) -> None:
    county(tmp_path / "round", ALL_IN)
    result = run("why", tmp_path / "round", "requests.new.total", "--organ", "2")
    assert "＝ 11，由 3 家相加" in result.stdout
    assert "甲县教育局（2）　inbox/甲县教育局.xlsx" in result.stdout
    document = json.loads(run("why", tmp_path / "round", "requests.new.total", "--json").stdout)
    assert document["value"] == sum(entry["value"] for entry in document["contributions"]) == 131


def test_why_if_shows_what_would_change(tmp_path: Path) -> None:
    county(tmp_path / "round", ALL_IN)
    words = ("why", tmp_path / "round", "--if", "第一中学", "requests.new.natural_person=4")
    result = run(*words)
    assert "甲县教育局（2）小计" in result.stdout
    assert "131 → 132" in result.stdout
    assert len(json.loads(run(*words, "--json").stdout)["changes"]) == 6


def test_why_if_with_a_field_tells_of_that_field_alone(tmp_path: Path) -> None:
    county(tmp_path / "round", ALL_IN)
    change = ("--if", "第一中学", "requests.new.natural_person=4")
    document = json.loads(run("why", tmp_path / "round", "requests.new.total", *change, "--json").stdout)
    assert {entry["field"] for entry in document["changes"]} == {"requests.new.total"}
    assert [entry["scope"] for entry in document["changes"]] == ["own", "subtotal", "whole"]
    assert "这个数不会变化" in run("why", tmp_path / "round", "disclosure.charges.fees", *change).stdout


@pytest.mark.parametrize("words", [("requests.new.totl",), ("--organ", "2")])
def test_why_if_refuses_what_it_would_have_to_ignore(tmp_path: Path, words: tuple[str, ...]) -> None:
    county(tmp_path / "round", ALL_IN)
    with pytest.raises(InputError):
        run("why", tmp_path / "round", *words, "--if", "第一中学", "requests.new.natural_person=4")


def test_publish_as_json_is_one_document_and_says_all(tmp_path: Path) -> None:
    county(tmp_path / "round", {"1": 20, "2": 7})
    result = run("publish", tmp_path / "round", "--to", "txt", "--all", "--json")
    document = json.loads(result.stdout)
    assert result.stderr == ""
    assert (document["organs"], document["provisional"][:2]) == (2, "暂定")
    found = {str(path) for path in (tmp_path / "round" / "reports").rglob("*.txt")}
    assert set(document["files"]) < found
    assert sum(path.startswith(document["organs_folder"]) for path in found) == 2
    document = json.loads(run("publish", tmp_path / "round", "--to", "txt", "--json").stdout)
    assert (document["organs"], document["organs_folder"]) == (0, None)


@pytest.mark.parametrize("words", [("--to", "txt"), ("--to", "txt", "--all")])
def test_publish_writes_the_whole_and_on_request_every_organ(tmp_path: Path, words: tuple[str, ...]) -> None:
    county(tmp_path / "round", {"1": 20, "2": 7})
    result = run("publish", tmp_path / "round", *words)
    assert result.exit_code == 0
    assert "标题下注明了“暂定" in result.stderr
    found = list((tmp_path / "round" / "reports").rglob("*.txt"))
    assert len(found) == (3 if "--all" in words else 1)


def test_merge_prints_findings_with_what_to_do(tmp_path: Path) -> None:
    county(tmp_path / "round", {"3": 100, "31": 60, "32": 41})
    printed = run("merge", tmp_path / "round").stdout
    assert "[parts_above_total]" in printed
    assert "怎么办：请与该机关核对" in printed


def test_why_of_the_whole_says_that_it_is_provisional(tmp_path: Path) -> None:
    county(tmp_path / "round", {"1": 20})
    assert "尚缺 6 家" in run("why", tmp_path / "round", "requests.new.total").stdout


def test_publish_of_a_finished_round_warns_of_nothing(tmp_path: Path) -> None:
    state = county(tmp_path / "round", ALL_IN)
    run("merge", tmp_path / "round")
    path = workbook_path(state.campaign)
    prose = (Paragraph("有序开展。"),)
    answers = {section.id: prose for section in state.campaign.form.sections if not section.is_table}
    write_file(path, fill_workbook(read_file(path), path.name, lambda _: answers))
    result = run("publish", tmp_path / "round", "--to", "txt")
    assert (result.exit_code, result.stderr) == (0, "")
