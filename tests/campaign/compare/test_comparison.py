"""This year beside last, organ beside organ."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest
from campaigncases import COUNTY, HEADS, asked, filled, hand_in, receipt_of
from casebook import SMALL, example_filing, full_filing
from office import convert
from openxml_audit import OpenXmlValidator
from report_samples import numbered
from typer.testing import CliRunner

from toolkit.campaign.compare.comparison import Comparison, Side, compare, compare_paths, comparison_json, unusual
from toolkit.campaign.compare.files import write_comparison
from toolkit.campaign.compare.page import comparison_page, shown
from toolkit.campaign.compare.tables import ColumnKind, comparison_tables, summary
from toolkit.campaign.compare.workbook import comparison_workbook
from toolkit.campaign.round.folder import init_campaign
from toolkit.campaign.round.roster import Organ
from toolkit.cli import app
from toolkit.errors import InputError, WorkbookError
from toolkit.form.registry import form_of_edition
from toolkit.form.values import Kind
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from toolkit.form.model import Form
    from toolkit.form.values import Figure


def suqian() -> Comparison:
    return compare(Side(example_filing("suqian_2024")), Side(example_filing("suqian_2023")))


def make_round(folder: Path, year: int, numbers: Mapping[str, int], previous: Path | None = None) -> Path:
    """Make the county's round of a year in which these organs handed in, with how many requests each had."""
    folder.mkdir(parents=True)
    table = folder.with_suffix(".csv")
    table.write_text("\n".join((HEADS, *COUNTY)) + "\n", encoding="utf-8")
    campaign = init_campaign(folder, year=year, organ="甲县", code="0", roster=table, previous=previous)
    names = {organ.code: organ.name for organ in campaign.roster.organs}
    filings = [asked(campaign.form, code, count, names[code]) for code, count in numbers.items()]
    hand_in(campaign, [receipt_of(replace(filing, year=year)) for filing in filings])
    return folder


def rounds(folder: Path) -> Comparison:
    """Return the comparison of a round with the one it names as the round before."""
    before = make_round(folder / "2023", 2023, {"1": 10, "2": 6, "3": 20})
    now = make_round(folder / "2024", 2024, {"1": 30, "2": 10, "21": 0, "3": 30}, before)
    return compare_paths([now])


def test_every_figure_of_both_years_is_compared() -> None:
    now, before = example_filing("suqian_2024"), example_filing("suqian_2023")
    found = suqian()
    fields = [field for field in now.form.fields.values() if field.kind.is_figure]
    assert [(line.now, line.before) for line in found.lines] == [
        (now.figure(field.id), before.figure(field.id)) for field in fields
    ]
    assert found.left_out == 0
    assert all(line.change == line.now - line.before for line in found.lines)


def test_headlines_are_the_totals_the_form_names() -> None:
    new = suqian().headlines[0]
    assert (new.row, new.now, new.before, new.change) == ("本年新收", 3525, 3511, 14)
    assert new.growth == Decimal(14) / Decimal(3511)


def test_only_figures_of_both_editions_are_compared_and_the_rest_is_counted() -> None:
    old, new = full_filing(form_of_edition("2019")), full_filing(form_of_edition("2021"))
    found = compare(Side(new), Side(old))
    shared = {
        name
        for name, field in new.form.fields.items()
        if field.kind.is_figure and name in old.form.fields and old.form.fields[name].unit == field.unit
    }
    figures = [name for form in (old.form, new.form) for name, field in form.fields.items() if field.kind.is_figure]
    assert 0 < len(found.lines) == len(shared) < len(figures)
    assert found.left_out == len([name for name in figures if name not in shared]) > 0
    assert f"另有 {found.left_out} 个数只在一个版本的表里有" in summary(found)


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (500, 5, "约为另一边的 100 倍"),
        (549, 5, "约为另一边的 100 倍"),
        (551, 5, "相差 5 倍以上"),
        (5, 500, "约为另一边的 100 分之一"),
        (Decimal(25000), Decimal("2.5"), "约为另一边的 10000 倍"),
        (Decimal("2.5"), 25000, "约为另一边的 10000 分之一"),
        (200, 2, "相差 5 倍以上"),  # two cases are no base to judge a factor by
        (100, 20, "相差 5 倍以上"),
        (50, 0, "相差 5 倍以上"),
        (99, 20, ""),
        (49, 0, ""),
        (0, 0, ""),
        (-300, -3, ""),
        (-3, 300, ""),
    ],
)
def test_unit_slips_and_jumps_are_marked(now: Figure, before: Figure, words: str) -> None:
    assert unusual(now, before).startswith(words)
    assert bool(unusual(now, before)) == bool(words)


def test_a_blank_is_neither_a_movement_nor_nought() -> None:
    blank = full_filing(form_of_edition("2021"), None)
    found = compare(Side(blank), Side(full_filing(blank.form, 5)))
    typed = [line for line in found.lines if line.now is None]
    assert typed
    assert {(line.change, line.growth, line.remark) for line in typed} == {(None, None, "")}


def test_a_total_of_which_a_part_is_blank_is_not_compared(form_2021: Form) -> None:
    now = full_filing(form_2021, 5).with_answers({"requests.new.natural_person": None})
    found = compare(Side(now), Side(full_filing(form_2021, 3)))
    unknown = {line.field for line in found.lines if line.now is None}
    assert unknown == {"requests.new.natural_person", "requests.new.total"}
    assert {line.field for line in found.lines if line.change is None} == unknown
    headlines = {line.row: line.now for line in found.headlines}
    assert headlines.pop("本年新收") is None
    assert None not in headlines.values()
    assert "<svg" in comparison_page(found)
    assert comparison_workbook(found)


def test_a_draft_is_said_and_stamped_wherever_it_is_compared(tmp_path: Path) -> None:
    draft = example_filing("suqian_2024").with_answers({"requests.new.natural_person": None})
    for name, filing in (("今年", draft), ("去年", example_filing("suqian_2023"))):
        (tmp_path / f"{name}.xlsx").write_bytes(write_workbook(filing))
    files = [str(tmp_path / f"{name}.xlsx") for name in ("今年", "去年")]
    said = CliRunner().invoke(app, ["compare", *files, "--out", str(tmp_path / "out")])
    assert (said.exit_code, said.stderr.count("2024年的报表还没有通过核对")) == (1, 1)
    stamp = "2024年草稿：报表还没有通过核对。"
    (page,), (book,) = ((tmp_path / "out").glob(f"*.{suffix}") for suffix in ("html", "xlsx"))
    sheets = openpyxl.load_workbook(book).worksheets
    assert all(stamp in sheet["A2"].value for sheet in sheets)
    assert page.read_text(encoding="utf-8").count(stamp) == len(sheets)
    told = json.loads(CliRunner().invoke(app, ["compare", *files, "--out", str(tmp_path), "--json"]).stdout)
    assert (told["now"]["stamp"], told["before"]["stamp"]) == ("草稿：报表还没有通过核对", None)


def test_from_nothing_there_is_a_change_and_no_growth() -> None:
    form = form_of_edition("2021")
    found = compare(Side(full_filing(form, 7)), Side(full_filing(form, 0)))
    assert {(line.growth, line.change is None) for line in found.lines} == {(None, False)}


def test_organs_have_shares_and_ranks_and_equals_rank_alike(tmp_path: Path) -> None:
    found = rounds(tmp_path)
    new = [line for line in found.standings if line.row == "本年新收"]
    assert [(line.organ, line.now, line.rank) for line in new] == [
        ("甲县财政局", 30, 1), ("乙镇人民政府", 30, 1), ("甲县教育局", 10, 3), ("第一中学", 0, 4),
    ]  # fmt: skip
    assert sum(line.share for line in new) == pytest.approx(1)
    assert new[0].share == Decimal(30) / Decimal(70)


def test_an_organ_is_compared_with_itself_last_year_and_a_new_one_with_nothing(tmp_path: Path) -> None:
    before = {line.organ: line.before for line in rounds(tmp_path).standings if line.row == "本年新收"}
    assert before == {"甲县财政局": 10, "甲县教育局": 6, "第一中学": None, "乙镇人民政府": 20}


def test_an_organ_that_succeeded_others_is_compared_with_their_sum() -> None:
    form = form_of_edition("2021")
    merged, left, right = Organ("2", "新局", predecessors=("8", "9")), Organ("8", "甲局"), Organ("9", "乙局")
    now = Side(asked(form, "0", 7), ((merged, asked(form, "2", 7)),))
    both = ((left, asked(form, "8", 4)), (right, asked(form, "9", 5)))
    codes = frozenset({"8", "9"})
    assert compare(now, Side(asked(form, "0", 9), both, codes)).standings[0].before == 9
    assert compare(now, Side(asked(form, "0", 4), both[:1], codes)).standings[0].before is None  # 9 sent nothing in


def test_a_folder_is_compared_with_the_round_it_names_as_the_one_before(tmp_path: Path) -> None:
    found = rounds(tmp_path)
    assert found.title == "甲县2024年与2023年对比"
    assert [table.name for table in comparison_tables(found)] == ["要点", "异常变动", "各机关", "全部数据"]
    both = compare_paths([tmp_path / "2023", tmp_path / "2024"])
    assert (both.lines, both.standings) == (found.lines, found.standings)


def test_a_round_without_one_before_is_compared_within_itself(tmp_path: Path) -> None:
    alone = compare_paths([make_round(tmp_path / "2024", 2024, {"1": 5})])
    assert (alone.before, alone.title) == (None, "甲县2024年对比")
    assert [table.name for table in comparison_tables(alone)] == ["要点", "各机关", "全部数据"]
    assert len(openpyxl.load_workbook(io.BytesIO(comparison_workbook(alone)))["各机关"]._charts) == 1
    assert "各机关本年新收" in comparison_page(alone)


def test_a_round_before_in_which_nothing_came_in_is_no_base(tmp_path: Path) -> None:
    empty = make_round(tmp_path / "2023", 2023, {})
    assert compare_paths([make_round(tmp_path / "2024", 2024, {"1": 5}, empty)]).before is None


def test_what_is_missing_from_a_sum_is_said(tmp_path: Path) -> None:
    said = summary(rounds(tmp_path))
    assert "2024年暂定：应计入 5 家，已计入 4 家" in said
    assert "2023年暂定：应计入 5 家，已计入 3 家" in said


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ({"1": 10, "2": 6}, ""),
        ({"1": 10, "2": 6, "21": 1}, "2024年计入 2 家，2023年计入 3 家，两边都有数的 2 家"),
        ({"1": 10, "21": 1}, "2024年计入 2 家，2023年计入 2 家，两边都有数的 1 家"),
    ],
)
def test_sums_of_other_organs_are_not_compared_as_if_they_were_of_the_same(
    tmp_path: Path, before: Mapping[str, int], said: str
) -> None:
    first = make_round(tmp_path / "2023", 2023, before)
    found = compare_paths([make_round(tmp_path / "2024", 2024, {"1": 30, "2": 10}, first)])
    assert found.organs_differ.startswith(said)
    assert bool(found.organs_differ) == bool(said)
    told = [table.name for table in comparison_tables(found) if said and said in table.said]
    assert told == (["要点", "异常变动", "全部数据"] if said else [])
    json_now = comparison_json(found)
    assert (json_now["now"]["organs"], json_now["before"]["organs"]) == (2, len(before))
    assert bool(json_now["organs_differ"]) == bool(said)


def test_a_blank_of_last_year_is_no_nought_in_an_organs_line(tmp_path: Path) -> None:
    known, field = rounds(tmp_path), "requests.new.natural_person"
    assert known.before is not None
    organs = tuple((organ, filing.with_answers({field: None})) for organ, filing in known.before.organs)
    found = compare(known.now, replace(known.before, organs=organs))
    assert {line.before for line in found.standings if line.row == "本年新收"} == {None}


def test_the_later_year_stands_first_whatever_the_order(tmp_path: Path) -> None:
    paths = []
    for name in ("suqian_2023", "suqian_2024"):
        paths.append(tmp_path / f"{name}.xlsx")
        paths[-1].write_bytes(write_workbook(example_filing(name)))
    assert compare_paths(paths).labels == ("2024年", "2023年")
    assert compare_paths(paths).title == compare_paths(paths[::-1]).title


def test_two_organs_of_one_year_are_called_by_their_names() -> None:
    form = form_of_edition("2021")
    found = compare(Side(filled(form, "1", "甲局")), Side(filled(form, "2", "乙局")))
    assert found.labels == ("甲局", "乙局")
    assert found.title == "甲局与乙局对比"


def test_organs_and_years_both_tell_sides_apart_where_both_differ() -> None:
    form = form_of_edition("2021")
    now, before = filled(form, "1", "甲局"), replace(filled(form, "2", "乙局"), year=2022)
    found = compare(Side(now), Side(before))
    assert found.labels == ("甲局2024年", "乙局2022年")
    assert found.title == "甲局2024年与乙局2022年对比"


def test_a_form_without_headlines_is_compared_figure_by_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.campaign.compare.comparison.headlines", lambda _form: ())
    form = form_of_edition("small", SMALL)
    found = compare(Side(numbered(form, "A")), Side(replace(numbered(form, "A", 2), year=2001)))
    assert openpyxl.load_workbook(io.BytesIO(comparison_workbook(found))).sheetnames == ["异常变动", "全部数据"]
    assert "<svg" not in comparison_page(found)


def test_what_cannot_be_compared_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "报表.xlsx"
    path.write_bytes(write_workbook(example_filing("suqian_2024")))
    with pytest.raises(InputError, match="只有一份报表"):
        compare_paths([path])
    with pytest.raises(InputError, match="一次比较两份"):
        compare_paths([path, path, path])
    with pytest.raises(InputError, match="同一个文件"):
        compare_paths([path, tmp_path / "." / "报表.xlsx"])
    (tmp_path / "坏.xlsx").write_bytes(b"nothing")
    with pytest.raises(WorkbookError):
        compare_paths([path, tmp_path / "坏.xlsx"])


def test_formulas_carry_what_they_come_to(tmp_path: Path) -> None:
    data = comparison_workbook(rounds(tmp_path))
    formulas = openpyxl.load_workbook(io.BytesIO(data))["各机关"]
    cached = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["各机关"]
    row = next(row for row in range(5, 50) if cached.cell(row, 2).value == "甲县教育局")
    assert formulas.cell(row, 5).value == f'=IF(COUNT(C{row},D{row})<2,"",C{row}-D{row})'
    assert [cached.cell(row, column).value for column in (3, 4, 5, 8)] == [10, 6, 4, 3]
    assert cached.cell(row, 6).value == pytest.approx(4 / 6)
    assert cached.cell(row, 7).value == pytest.approx(10 / 70)


@pytest.mark.office
def test_libreoffice_comes_to_the_same(tmp_path: Path) -> None:
    path = tmp_path / "对比.xlsx"
    path.write_bytes(comparison_workbook(rounds(tmp_path)))
    files = (path, *convert([path], tmp_path / "o"))
    cached, again = (openpyxl.load_workbook(file, data_only=True) for file in files)
    compared = 0
    for sheet in cached:
        for row in sheet.iter_rows(min_row=5):
            for cell in row:
                other = again[sheet.title][cell.coordinate].value
                if isinstance(cell.value, int | float):
                    compared += 1
                    assert other == pytest.approx(cell.value), (sheet.title, cell.coordinate)
                else:
                    assert (other or "") == (cell.value or "")
    assert compared > 500


def test_the_workbook_is_sound_has_charts_and_is_the_same_every_time(tmp_path: Path) -> None:
    found = rounds(tmp_path)
    (path,) = write_comparison(found, tmp_path / "out", ["xlsx"])
    assert path.read_bytes() == comparison_workbook(found)
    assert [issue.description for issue in OpenXmlValidator().validate(path).errors] == []
    book = openpyxl.load_workbook(path)
    assert {sheet.title: len(sheet._charts) for sheet in book} == {
        "要点": 1, "异常变动": 0, "各机关": 1, "全部数据": 0,
    }  # fmt: skip


def test_the_page_shows_every_figure_the_workbook_holds(tmp_path: Path) -> None:
    found = rounds(tmp_path)
    page = comparison_page(found)
    for table in comparison_tables(found):
        for row in table.rows:
            for head, value in zip(table.heads, row, strict=True):
                assert f">{shown(value, head.kind)}<" in page
    assert page.count('role="img"') == 2


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, ColumnKind.CHANGE, ""),
        (3, ColumnKind.CHANGE, "+3"),
        (-3, ColumnKind.CHANGE, "-3"),
        (0, ColumnKind.CHANGE, "0"),
        (3, ColumnKind.NOW, "3"),
        (Decimal("0.1234"), ColumnKind.GROWTH, "+12.3%"),
        (Decimal(0), ColumnKind.GROWTH, "0.0%"),
        (Decimal("0.1234"), ColumnKind.SHARE, "12.3%"),
        (Decimal("2.50"), ColumnKind.NOW, "2.5"),
    ],
)
def test_values_are_shown_as_people_read_them(value: object, kind: ColumnKind, text: str) -> None:
    assert shown(value, kind) == text


def test_an_unknown_format_is_refused_and_nothing_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="是否想写“html”"):
        write_comparison(suqian(), tmp_path / "out", ["htm"])
    assert not (tmp_path / "out").exists()


def test_a_file_name_where_a_folder_is_meant_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"这里要写文件夹，例如 .*对比$"):
        write_comparison(suqian(), tmp_path / "对比.xlsx")
    assert not (tmp_path / "对比.xlsx").exists()


def test_the_command_writes_both_formats_and_says_where(tmp_path: Path) -> None:
    for name in ("suqian_2023", "suqian_2024"):
        (tmp_path / f"{name}.xlsx").write_bytes(write_workbook(example_filing(name)))
    arguments = [str(tmp_path / f"suqian_{year}.xlsx") for year in (2024, 2023)]
    said = CliRunner().invoke(app, ["compare", *arguments, "--out", str(tmp_path / "out")])
    assert said.exit_code == 0, said.output
    assert "共比较 200 个数" in said.stdout
    assert sorted(path.suffix for path in (tmp_path / "out").iterdir()) == [".html", ".xlsx"]


def test_the_json_has_exact_figures_and_nothing_else_is_printed(tmp_path: Path) -> None:
    make = rounds(tmp_path)
    said = CliRunner().invoke(app, ["compare", str(tmp_path / "2024"), "--out", str(tmp_path / "out"), "--json"])
    told = json.loads(said.stdout)
    assert (told["now"]["year"], told["before"]["year"], told["left_out"]) == (2024, 2023, 0)
    assert [(entry["field"], entry["now"]) for entry in told["figures"]] == [
        (line.field, str(line.now)) for line in make.lines
    ]
    first = told["organs"][0]
    assert (first["organ"], first["now"], first["before"], first["change"], first["rank"]) == (
        "甲县财政局", "30", "10", "20", 1,
    )  # fmt: skip
    assert len(told["files"]) == 2


def test_a_page_and_a_workbook_of_very_many_organs_stay_usable(monkeypatch, tmp_path: Path) -> None:
    found = rounds(tmp_path)
    monkeypatch.setattr("toolkit.campaign.compare.page.MOST_ROWS", 3)
    monkeypatch.setattr("toolkit.campaign.compare.workbook.MOST_RANKED", 3)
    assert "这里只列前 3 行" in comparison_page(found)
    sheet = openpyxl.load_workbook(io.BytesIO(comparison_workbook(found)))["各机关"]
    assert sheet["H5"].value == 1  # no formula
    assert sheet["E5"].value.startswith("=IF(")


def test_amounts_are_compared_exactly() -> None:
    found = suqian()
    form = example_filing("suqian_2024").form
    amounts = [field.id for field in form.fields.values() if field.kind is Kind.AMOUNT]
    assert amounts
    assert not any(isinstance(line.now, float) or isinstance(line.change, float) for line in found.lines)


def test_where_nobody_has_any_nobody_is_first() -> None:
    form = form_of_edition("2021")
    organs = tuple((Organ(code, f"机关{code}"), full_filing(form, 0)) for code in "12")
    found = compare(Side(full_filing(form, 0), organs))
    assert {line.rank for line in found.standings} == {0}
    sheet = openpyxl.load_workbook(io.BytesIO(comparison_workbook(found)))["各机关"]
    ranks = [cell.value for row in sheet.iter_rows() for cell in row if "COUNTIFS" in str(cell.value)]
    assert ranks
    assert all(formula.startswith("=IF(SUMIF(") for formula in ranks)
