"""The commands on one workbook, as people and programs use them: what they print, what they write, how they end."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from casebook import FIGURES, SENTENCE, SMALL
from terminal import CANNOT_PROCEED, CLEAN, FINDINGS, Cli
from workbooks import filled, issued, look_at, with_cells

from toolkit.cli import main
from toolkit.cli.on_demand import GROUPS
from toolkit.filing.findings import CATALOGUE, Severity
from toolkit.form.registry import load_forms
from toolkit.form.values import Kind
from toolkit.report.retouched import RECORD
from toolkit.workbook.examining import Verdict
from toolkit.workbook.layout import lay_out

if TYPE_CHECKING:
    from toolkit.form.model import Form

COUNT = "requests.new.natural_person"
FINDING_KEYS = {"name", "severity", "message", "advice", "places", "figures", "source", "suspects"} | {
    "follows",
    "explanation",
    "closed",
}
FILE_KEYS = {"file", "organ", "code", "year", "form", "verdict", "values", "findings"}


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "已填.xlsx"
    path.write_bytes(filled("2021"))
    return path


@pytest.fixture
def faulty(tmp_path: Path, form_2021: Form) -> Path:
    path = tmp_path / "有错.xlsx"
    path.write_bytes(with_cells(filled("2021"), {lay_out(form_2021).spots[COUNT]: 5}))
    return path


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    path = tmp_path / "别的.xlsx"
    path.write_bytes(b"hello")
    return path


def in_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


# forms


def test_forms_lists_the_editions_with_their_years(xxgk: Cli) -> None:
    ran = xxgk("forms")
    assert (ran.code, ran.err) == (CLEAN, "")
    assert [line.split()[0] for line in ran.out.splitlines()] == [form.edition for form in load_forms()]
    listed = xxgk("forms", "--json").json
    assert [(entry["edition"], entry["first_year"]) for entry in listed] == [
        (f.edition, f.first_year) for f in load_forms()
    ]


def test_forms_of_an_edition_lists_every_field_as_promised(xxgk: Cli, form: Form) -> None:
    ran = xxgk("forms", form.edition, "--json", "--forms", SMALL)
    assert ran.code == CLEAN
    rows = {row["field"]: row for row in ran.json}
    assert list(rows) == list(form.fields)
    assert all(
        {"field", "table", "row", "column", "label", "kind", "sheet", "cell", "name"} <= set(row)
        for row in rows.values()
    )
    kinds = {"count", "amount", "signed", "text", "computed", "control", "note", "explanation"}
    assert {row["kind"] for row in rows.values()} <= kinds
    spots = lay_out(form).spots
    assert all((row["sheet"], row["cell"]) == (spots[name].sheet, spots[name].cell) for name, row in rows.items())


def test_nested_labels_are_joined_as_the_official_table_nests_them(xxgk: Cli) -> None:
    rows = xxgk("forms", "2021", "--json").json
    labels = {row["row"] for row in rows if row["table"] == "requests"}
    assert "三、本年度办理结果/（三）不予公开/1.属于国家秘密" in labels
    columns = {row["column"] for row in rows if row["table"] == "reviews"}
    assert "行政诉讼/复议后起诉/结果维持" in columns
    (new,) = (row for row in rows if row["field"] == COUNT)
    assert (new["row"], new["kind"]) == ("一、本年新收政府信息公开申请数量", "count")


def test_forms_without_json_are_lines_for_people(xxgk: Cli, form_2021: Form) -> None:
    lines = xxgk("forms", "2021").out.splitlines()
    assert len(lines) == len(form_2021.fields)
    assert any(COUNT in line and "三、申请办理!E" in line for line in lines)


def test_an_unknown_edition_is_answered_with_those_there_are(xxgk: Cli) -> None:
    ran = xxgk("forms", "2012", "--json")
    assert (ran.code, ran.out) == (CANNOT_PROCEED, "")
    assert "2021" in ran.err
    assert "2019" in ran.err


def test_a_folder_without_definitions_is_said(xxgk: Cli, tmp_path: Path) -> None:
    ran = xxgk("forms", "--forms", tmp_path)
    assert ran.code == CANNOT_PROCEED
    assert str(tmp_path) in ran.err


# template


def test_template_writes_a_locked_workbook_and_makes_the_folder(xxgk: Cli, tmp_path: Path) -> None:
    out = tmp_path / "新" / "夹" / "财政局.xlsx"
    ran = xxgk("template", "--year", 2024, "--organ", "某县财政局", "--code", "001", "--out", out)
    assert (ran.code, ran.err) == (CLEAN, "")
    assert str(out) in ran.out
    examined = look_at(out.read_bytes())
    assert (examined.filing.organ, examined.filing.code, examined.filing.year) == ("某县财政局", "001", 2024)
    assert [path.name for path in out.parent.iterdir()] == [out.name]


@pytest.mark.parametrize("year", [1999, 2018, 0, -1])
def test_a_year_no_edition_serves_writes_nothing(xxgk: Cli, tmp_path: Path, year: int) -> None:
    out = tmp_path / "a.xlsx"
    ran = xxgk("template", "--year", year, "--organ", "甲", "--out", out)
    assert (ran.code, ran.out) == (CANNOT_PROCEED, "")
    assert str(year) in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("year", [-2024, 0, 24, 20240])
def test_a_year_without_four_digits_is_refused_and_writes_nothing(xxgk: Cli, tmp_path: Path, year: int) -> None:
    ran = xxgk("template", f"--year={year}", "--organ", "甲市", "--out", tmp_path / "a.xlsx")
    assert ran.code == CANNOT_PROCEED
    assert "四位数字" in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["template", "init"])
@pytest.mark.parametrize("code", ["3 21", "财政局", "a/b", "１２３", "1\n"])
def test_a_code_of_other_characters_is_refused_and_writes_nothing(
    xxgk: Cli, tmp_path: Path, command: str, code: str
) -> None:
    rest = ("--out", tmp_path / "a.xlsx") if command == "template" else (tmp_path / "a", "--roster", tmp_path / "r.csv")
    ran = xxgk(command, "--year", 2024, "--organ", "甲市", "--code", code, *rest)
    assert ran.code == CANNOT_PROCEED
    assert f"代码“{code}”只能由" in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", ["", "11320800MB1234567X", "32.08-01_b"])
def test_a_plain_code_is_taken(xxgk: Cli, tmp_path: Path, code: str) -> None:
    assert (
        xxgk("template", "--year", 2024, "--organ", "甲市", "--code", code, "--out", tmp_path / "a.xlsx").code == CLEAN
    )


def test_a_year_that_is_no_number_is_said_in_chinese(xxgk: Cli, tmp_path: Path) -> None:
    ran = xxgk("template", "--year", "今年", "--organ", "甲", "--out", tmp_path / "a.xlsx")
    assert ran.code == CANNOT_PROCEED
    assert "--year" in ran.err
    assert "整数" in ran.err
    assert "valid" not in ran.err


@pytest.mark.parametrize("organ", ["", "  "])
def test_an_organ_without_a_name_writes_nothing(xxgk: Cli, tmp_path: Path, organ: str) -> None:
    ran = xxgk("template", "--year", 2024, "--organ", organ, "--out", tmp_path / "a.xlsx")
    assert ran.code == CANNOT_PROCEED
    assert "机关名称" in ran.err
    assert list(tmp_path.iterdir()) == []


def fill_and_check(xxgk: Cli, folder: Path, year: int) -> Path:
    """Make, fill and check a workbook of the published example; return it accepted."""
    blank, done = folder / f"{year}空.xlsx", folder / f"{year}.xlsx"
    assert xxgk("template", "--year", year, "--organ", "甲市", "--code", "1", "--out", blank).code == CLEAN
    assert xxgk("fill", blank, FIGURES / f"suqian_{year}.json", "--out", done).code == CLEAN
    assert xxgk("check", done).code == CLEAN
    return done


def test_previous_fills_and_locks_what_last_year_left(xxgk: Cli, tmp_path: Path, form_2021: Form) -> None:
    before = fill_and_check(xxgk, tmp_path, 2023)
    out = tmp_path / "2024.xlsx"
    ran = xxgk("template", "--year", 2024, "--organ", "甲市", "--code", "1", "--previous", before, "--out", out)
    assert ran.code == CLEAN
    old, new = look_at(before.read_bytes()).filing, look_at(out.read_bytes()).filing
    columns = [column.id for column in form_2021.table("requests").leaf_columns("all")] if form_2021.tables else []
    carried = {name: value for name, value in new.answers.items() if value is not None}
    assert carried
    assert new.previous == old.figures()
    assert columns
    refused = tmp_path / "x.json"
    name = min(carried)
    refused.write_text(json.dumps({name: 987}), encoding="utf-8")
    ran = xxgk("fill", out, refused, "--out", tmp_path / "y.xlsx")
    assert ran.code == CANNOT_PROCEED
    assert name in ran.err
    assert not (tmp_path / "y.xlsx").exists()


@pytest.mark.parametrize(
    ("year", "organ", "code", "said"),
    [(2024, "乙市", "2", "乙市"), (2025, "甲市", "1", "2023"), (2023, "甲市", "1", "2022"), (2024, "甲市", "9", "9")],
)
def test_previous_of_somebody_else_or_another_year_is_refused(
    xxgk: Cli, tmp_path: Path, year: int, organ: str, code: str, said: str
) -> None:
    before = fill_and_check(xxgk, tmp_path, 2023)
    out = tmp_path / "out.xlsx"
    ran = xxgk("template", "--year", year, "--organ", organ, "--code", code, "--previous", before, "--out", out)
    assert ran.code == CANNOT_PROCEED
    assert said in ran.err
    assert before.name in ran.err
    assert not out.exists()


def test_previous_that_was_never_fit_is_refused(xxgk: Cli, tmp_path: Path, stranger: Path) -> None:
    blank = tmp_path / "空.xlsx"
    xxgk("template", "--year", 2023, "--organ", "甲", "--out", blank)
    for path, said in ((blank, "没有通过核对"), (stranger, "别的.xlsx"), (tmp_path / "没有.xlsx", "找不到")):
        ran = xxgk("template", "--year", 2024, "--organ", "甲", "--previous", path, "--out", tmp_path / "o.xlsx")
        assert ran.code == CANNOT_PROCEED
        assert said in ran.err
    assert not (tmp_path / "o.xlsx").exists()


# fill


@pytest.mark.parametrize("name", ["suqian_2023", "suqian_2024", "shanghai_office_2019", "erqi_2020"])
def test_published_figures_go_in_and_come_out_alike(xxgk: Cli, tmp_path: Path, name: str) -> None:
    blank, done = tmp_path / "空.xlsx", tmp_path / "已填.xlsx"
    xxgk("template", "--year", name.rpartition("_")[2], "--organ", "甲市", "--out", blank)
    assert xxgk("fill", blank, FIGURES / f"{name}.json", "--out", done).code == CLEAN
    values = json.loads((FIGURES / f"{name}.json").read_text(encoding="utf-8"), parse_float=Decimal)
    read = json.loads(xxgk("check", "--json", done).out, parse_float=Decimal)["files"][0]["values"]
    assert {field: read[field] for field in values} == values


def test_fill_into_its_own_template_keeps_it_whole(xxgk: Cli, tmp_path: Path) -> None:
    path, values = tmp_path / "表.xlsx", tmp_path / "v.json"
    path.write_bytes(filled("2021"))
    values.write_text(json.dumps({COUNT: 3}), encoding="utf-8")
    assert xxgk("fill", path, values, "--out", path).code == CLEAN
    assert look_at(path.read_bytes()).filing.values[COUNT] == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "第 1 行"),
        ("[]", "对象"),
        ('{"requests.new.natural_persn": 1}', COUNT),
        (f'{{"{COUNT}": "12"}}', "应是数字"),
        ('{"overview": "文"}', "段落的列表"),
        ('{"requests.new.total": "一"}', "公式"),
        (f'{{"{COUNT}": 1, "{COUNT}": 2}}', "两次"),
    ],
)
def test_values_that_cannot_be_used_leave_the_old_output_as_it_was(
    xxgk: Cli, tmp_path: Path, sound: Path, text: str, said: str
) -> None:
    values, out = tmp_path / "v.json", tmp_path / "出.xlsx"
    values.write_text(text, encoding="utf-8")
    out.write_bytes(b"old")
    ran = xxgk("fill", sound, values, "--out", out)
    assert (ran.code, ran.out) == (CANNOT_PROCEED, "")
    assert said in ran.err
    assert "v.json" in ran.err
    assert out.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["v.json", "出.xlsx", sound.name])


def test_several_mistakes_are_told_together(xxgk: Cli, tmp_path: Path, sound: Path) -> None:
    values = tmp_path / "v.json"
    values.write_text(json.dumps({"a": 1, COUNT: "x", "overview": [1], "cover.contact": ["y"]}), encoding="utf-8")
    ran = xxgk("fill", sound, values, "--out", tmp_path / "o.xlsx")
    assert ran.err.count("；") == 3
    assert all(word in ran.err for word in ("“a”", COUNT, "overview", "cover.contact"))


@pytest.mark.parametrize("missing", ["template", "values"])
def test_a_missing_file_is_named(xxgk: Cli, tmp_path: Path, sound: Path, missing: str) -> None:
    values = tmp_path / "v.json"
    values.write_text("{}", encoding="utf-8")
    gone = tmp_path / "没有.xlsx"
    ran = xxgk("fill", *((gone, values) if missing == "template" else (sound, gone)), "--out", tmp_path / "o.xlsx")
    assert ran.code == CANNOT_PROCEED
    assert "没有.xlsx" in ran.err
    assert "找不到" in ran.err


def test_a_place_that_cannot_be_written_is_said_and_nothing_stays(xxgk: Cli, tmp_path: Path, sound: Path) -> None:
    values, file = tmp_path / "v.json", tmp_path / "文件"
    values.write_text("{}", encoding="utf-8")
    file.write_text("")
    for out in (file / "x.xlsx", tmp_path):
        ran = xxgk("fill", sound, values, "--out", out)
        assert ran.code == CANNOT_PROCEED
        assert "不能写入" in ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["v.json", "文件", sound.name])


# check


def test_check_of_a_sound_workbook(xxgk: Cli, sound: Path) -> None:
    ran = xxgk("check", sound)
    assert (ran.code, ran.err) == (CLEAN, "")
    assert "可以报送" in ran.out


def test_check_of_a_faulty_workbook_names_the_cell_and_what_to_do(xxgk: Cli, faulty: Path, form_2021: Form) -> None:
    ran = xxgk("check", faulty)
    assert ran.code == FINDINGS
    assert "需要修改" in ran.out
    assert "三、申请办理!" in ran.out
    assert "requests_balance" in ran.out
    assert "怎么办" in ran.out
    assert "依据：《" in ran.out
    assert form_2021.rule("requests_balance").title in ran.out


@pytest.mark.parametrize("order", [0, 1, 2])
def test_the_worst_file_decides_the_exit_code(xxgk: Cli, sound: Path, faulty: Path, stranger: Path, order: int) -> None:
    files = [sound, faulty, stranger]
    assert xxgk("check", *files[order:], *files[:order]).code == CANNOT_PROCEED
    assert xxgk("check", sound, faulty).code == FINDINGS
    assert xxgk("check", faulty, sound).code == FINDINGS


def test_check_json_has_the_promised_keys(
    xxgk: Cli, sound: Path, faulty: Path, stranger: Path, form_2021: Form
) -> None:
    ran = xxgk("check", "--json", sound, faulty, stranger)
    assert (ran.code, ran.err) == (CANNOT_PROCEED, "")
    assert set(ran.json) == {"files"}
    files = ran.json["files"]
    assert [entry["file"] for entry in files] == [str(path) for path in (sound, faulty, stranger)]
    assert [entry["verdict"] for entry in files] == [verdict.value for verdict in Verdict]
    assert all(set(entry) >= FILE_KEYS for entry in files)
    for finding in (finding for entry in files for finding in entry["findings"]):
        assert set(finding) == FINDING_KEYS
        assert finding["severity"] in {severity.value for severity in Severity}
        assert all(set(place) == {"sheet", "cell", "field", "label"} for place in finding["places"])
        assert all(
            set(suspect) == {"field", "label", "value", "reason", "sheet", "cell", "together", "equal"}
            for suspect in finding["suspects"]
        )
    assert list(files[0]["values"]) == list(form_2021.fields)
    assert files[0]["year"] == form_2021.first_year
    assert files[2]["values"] == {}
    assert [files[2][key] for key in ("organ", "code", "year", "form")] == [None] * 4


def test_values_hold_what_was_typed_and_what_we_compute(xxgk: Cli, faulty: Path, form_2021: Form) -> None:
    values = xxgk("check", "--json", faulty).json["files"][0]["values"]
    assert values[COUNT] == 5
    assert values["requests.new.total"] == 5
    assert values["overview"] == [SENTENCE]
    assert values["control.new"] is None
    computed = {field.id for field in form_2021.fields.values() if field.kind is Kind.COMPUTED}
    assert all(isinstance(values[name], int | float) for name in computed)


def test_findings_come_errors_first_and_twice_alike(xxgk: Cli, tmp_path: Path) -> None:
    path = tmp_path / "空.xlsx"
    path.write_bytes(issued("2021"))
    first, second = (xxgk("check", "--json", path) for _ in range(2))
    assert first.out == second.out
    ranks = [["error", "warning", "note"].index(f["severity"]) for f in first.json["files"][0]["findings"]]
    assert ranks == sorted(ranks)


def test_a_file_that_is_not_there_stops_no_other(xxgk: Cli, tmp_path: Path, sound: Path) -> None:
    gone = tmp_path / "没有.xlsx"
    (folder := tmp_path / "空").mkdir()
    ran = xxgk("check", "--json", gone, sound, folder)
    assert ran.code == CANNOT_PROCEED
    files = ran.json["files"]
    assert [(one["file"], one["verdict"]) for one in files] == [
        (str(gone), "unreadable"),
        (str(sound), "accepted"),
        (str(folder), "unreadable"),
    ]
    assert [finding["name"] for finding in files[0]["findings"]] == ["file_missing"]
    assert "找不到" in files[0]["findings"][0]["message"]
    assert "文件夹" in files[2]["findings"][0]["message"]


def test_files_of_one_name_are_told_apart_by_their_paths(xxgk: Cli, tmp_path: Path, sound: Path) -> None:
    paths = [tmp_path / folder / "x.xlsx" for folder in "AB"]
    for path in paths:
        path.parent.mkdir()
        path.write_bytes(sound.read_bytes())
    assert [one["file"] for one in xxgk("check", "--json", *paths).json["files"]] == list(map(str, paths))
    text = xxgk("check", *paths).out
    assert all(str(path) in text for path in paths)


@pytest.mark.parametrize("kept", [0, 200, 5000])
def test_the_advice_on_a_file_cut_short_is_to_send_it_again(xxgk: Cli, tmp_path: Path, sound: Path, kept: int) -> None:
    cut = tmp_path / "断了.xlsx"
    cut.write_bytes(sound.read_bytes()[:kept])
    (finding,) = xxgk("check", "--json", cut).json["files"][0]["findings"]
    assert "重新发送" in finding["message"]
    assert "请对方重新发送原文件" in finding["advice"]


# explain


def test_explain_tells_of_every_rule_and_every_finding(xxgk: Cli) -> None:
    listed = {entry["name"] for entry in xxgk("explain", "--json").json}
    assert set(CATALOGUE) <= listed
    assert {rule.id for form in load_forms() for rule in form.rules} <= listed
    assert len(xxgk("explain").out.splitlines()) == len(listed)
    for name in sorted(listed):
        ran = xxgk("explain", name)
        assert ran.code == CLEAN
        assert name in ran.out
        assert "怎么改" in ran.out
        assert not re.search(r"\{[a-z_]*\}", ran.out)
        told = xxgk("explain", name, "--json").json
        assert told["name"] == name
        assert told["advice"]
        assert told["why"] or told["what"]


def test_explain_of_an_unknown_name_offers_the_nearest(xxgk: Cli) -> None:
    ran = xxgk("explain", "request_balance")
    assert (ran.code, ran.out) == (CANNOT_PROCEED, "")
    assert "requests_balance" in ran.err


# report


def test_report_writes_the_formats_asked_for(xxgk: Cli, tmp_path: Path, sound: Path) -> None:
    out = tmp_path / "报告"
    ran = xxgk("report", sound, "--to", "txt", "--to", "json,html", "--out", out)
    assert (ran.code, ran.err) == (CLEAN, "")
    made = [path for path in out.iterdir() if path.name != RECORD]
    assert {path.suffix for path in made} == {".txt", ".json", ".html"}
    assert all(str(path) in ran.out for path in made)


def test_report_of_a_faulty_workbook_is_a_draft_and_says_so(xxgk: Cli, tmp_path: Path, faulty: Path) -> None:
    ran = xxgk("report", faulty, "--to", "txt", "--out", tmp_path / "r.txt")
    assert ran.code == FINDINGS
    assert "草稿" in ran.err
    assert (tmp_path / "r.txt").exists()


def test_report_of_a_stranger_or_in_an_unknown_format_writes_nothing(
    xxgk: Cli, tmp_path: Path, stranger: Path, sound: Path
) -> None:
    out = tmp_path / "报告"
    for ran, said in (
        (xxgk("report", stranger, "--to", "txt", "--out", out), stranger.name),
        (xxgk("report", sound, "--to", "doc", "--out", out), "doc"),
        (xxgk("report", sound, "--to", "txt", "--to", "wps", "--out", out), "wps"),
    ):
        assert (ran.code, ran.out) == (CANNOT_PROCEED, "")
        assert said in ran.err
    assert not out.exists()


# The command line itself


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chek"], "check"),
        (["template"], "--year"),
        (["template", "--year", "2024"], "--organ"),
        (["template", "--year", "2024", "--organ", "甲", "--out"], "--out"),
        (["check"], "报表"),
        (["check", "--jsn", "a.xlsx"], "--jsn"),
        (["forms", "2021", "多余"], "多余"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_a_command_written_wrong_is_answered_in_chinese(xxgk: Cli, arguments: list[str], said: str) -> None:
    ran = xxgk(*arguments)
    assert (ran.code, ran.out) == (CANNOT_PROCEED, "")
    assert ran.err.startswith("命令写得不对：")
    assert said in ran.err
    english = [word for word in ran.err.replace("xxgk --help", "").split() if word.isascii() and word.isalpha()]
    assert not set(english) & {"No", "such", "command", "Missing", "option", "Got", "unexpected", "extra", "argument"}


def test_a_defect_of_ours_is_one_sentence_and_code_2(xxgk: Cli, monkeypatch: pytest.MonkeyPatch, sound: Path) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("toolkit.workbook.examining.examine", broken)
    ran = xxgk("check", sound)
    assert ran.code == CANNOT_PROCEED
    assert "程序内部出错" in ran.err
    monkeypatch.setenv("XXGK_DEBUG", "1")
    monkeypatch.setattr(sys, "argv", ["xxgk", "check", str(sound)])
    with pytest.raises(ZeroDivisionError):
        main()


def test_nothing_at_all_greets_in_a_few_lines(xxgk: Cli) -> None:
    ran = xxgk()
    assert (ran.code, ran.err) == (CLEAN, "")
    assert len(ran.out.splitlines()) < 12
    assert [line.split()[1] for line in ran.out.splitlines() if line.startswith("  xxgk ")] == ["demo", "check", "init"]
    assert Path(ran.out.rpartition("使用手册：")[2].strip()).is_file()


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_the_help_lists_every_command_under_its_day_of_work(xxgk: Cli, option: str) -> None:
    ran = xxgk(option)
    assert (ran.code, ran.err) == (CLEAN, "")
    assert [line for line in ran.out.splitlines() if line in GROUPS] == list(GROUPS)
    listed = [line.split()[0] for line in ran.out.splitlines() if line.startswith("  ")]
    assert listed == [command for group in GROUPS.values() for command in group]


def test_the_version_is_said(xxgk: Cli) -> None:
    assert re.fullmatch(r"xxgk-toolkit \d+\.\d+\.\d+\n", xxgk("--version").out)


WORDS = "Usage|Options|Arguments|Commands|required|default|Show|exit|Error|Missing|No such"
ENGLISH = re.compile(rf"(?<![\w.{{/-])({WORDS})", re.IGNORECASE)


@pytest.mark.parametrize("name", [command for group in GROUPS.values() for command in group])
def test_the_help_of_a_command_is_chinese_and_ends_with_an_example(xxgk: Cli, name: str) -> None:
    ran = xxgk(name, "-h")
    assert (ran.code, ran.err) == (CLEAN, "")
    assert ENGLISH.search(ran.out) is None
    assert ran.out.splitlines()[-1].startswith(f"例：xxgk {name}")
    assert "..." not in ran.out
    assert "template" in xxgk("--help").out


# As a program of its own


def program(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "toolkit", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8", **options)


def test_the_program_ends_with_the_code_it_says(sound: Path, faulty: Path, stranger: Path) -> None:
    for path, code in ((sound, CLEAN), (faulty, FINDINGS), (stranger, CANNOT_PROCEED)):
        ran = program("check", path, "--json")
        assert ran.returncode == code
        assert json.loads(ran.stdout)["files"][0]["file"] == str(path)
        assert ran.stderr == ""


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_a_terminal_that_knows_no_chinese_is_no_reason_to_fail(encoding: str, sound: Path) -> None:
    poor = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": encoding, "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", "toolkit", "check", str(sound)]
    ran = subprocess.run(command, capture_output=True, check=False, env=poor)
    assert (ran.returncode, ran.stderr) == (CLEAN, b"")
    assert "可以报送".encode(encoding, "replace") in ran.stdout
    ran = subprocess.run([*command, "--json"], capture_output=True, check=False, env=poor)
    assert json.loads(ran.stdout.decode("utf-8"))["files"][0]["organ"] == "示例机关"


def test_template_does_not_overwrite_what_somebody_filled(xxgk: Cli, sound: Path) -> None:
    before = sound.read_bytes()
    ran = xxgk("template", "--year", 2024, "--organ", "某局", "--out", sound)
    assert (ran.code, sound.read_bytes()) == (CANNOT_PROCEED, before)
    assert "--force" in ran.err
    assert xxgk("template", "--year", 2024, "--organ", "某局", "--out", sound, "--force").code == CLEAN
    assert sound.read_bytes() != before
    assert xxgk("template", "--year", 2024, "--organ", "某局", "--out", sound).code == CLEAN


def test_check_lists_the_numbers_of_the_prose(xxgk: Cli, sound: Path) -> None:
    assert "文字里共有 0 个带单位的数" in xxgk("check", sound, "--prose").out
    assert xxgk("check", sound, "--prose", "--json").json["files"][0]["prose"] == []
