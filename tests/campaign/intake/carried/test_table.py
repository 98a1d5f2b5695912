"""Last year's carry-over of a whole round as one table: taken whole, or refused with every fault by row and reason."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import openpyxl
import pytest
from office import convert
from rounds import roster_file

from toolkit.campaign.intake.carried.last_year import last_year_of
from toolkit.campaign.intake.carried.table import init_with_table, read_carry_over
from toolkit.campaign.issue.issuing import issue_workbooks
from toolkit.campaign.round.folder import init_campaign
from toolkit.campaign.round.roster_reading import read_roster
from toolkit.errors import InputError
from toolkit.form.registry import form_for_year
from toolkit.workbook.returned.reading import read_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from terminal import Cli

    from toolkit.form.values import Figure

YEAR = 2024
ROSTER = "代码,名称,前身代码\n001,示例县财政局,\n002,示例县教育局,009\n003,示例县民政局,\n"
HEADS = "代码,名称,自然人,商业企业,科研机构,社会公益组织,法律服务机构,其他,总计"
SOUND = f"{HEADS}\n001,示例县财政局,3,1,0,0,0,0,4\n009,,2,0,0,0,0,0,2\n"
Row = tuple[str, ...]


def taken(folder: Path, text: str) -> tuple[Mapping[str, Mapping[str, Figure]], tuple[str, ...]]:
    table = roster_file(folder, text, "结转.csv")
    roster = read_roster(roster_file(folder, ROSTER), "")
    return read_carry_over(table, form_for_year(YEAR), roster)


def refused(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(InputError) as error:
        taken(folder, text)
    return error.value.mistakes


def figures(row: Mapping[str, Figure]) -> list[Figure]:
    return list(row.values())


def test_every_organ_gets_its_row_and_no_other(tmp_path: Path) -> None:
    found, notes = taken(tmp_path, SOUND)
    assert {code: figures(row) for code, row in found.items()} == {"001": [3, 1, 0, 0, 0, 0], "009": [2, 0, 0, 0, 0, 0]}
    assert all(name.startswith("requests.carried_out.") for row in found.values() for name in row)
    assert "自然人" in notes[0]


@pytest.mark.parametrize(
    ("changed", "to"),
    [
        ("3,1,0", "３,1 件,—"),
        ("\n001,示", "\n001, 示"),
        (HEADS, f"上年结转情况表\n{HEADS}"),
        ("商业企业", "法人或其他组织/商业企业"),
        ("代码,名称", "机关代码,单位名称"),
        ("自然人", "requests.carried_in.natural_person"),
        ("001,示例县财政局,3", "1,示例县财政局,3"),
        ("2,0,0,0,0,0,2\n", "2,0,0,0,0,0,2\n,合计,5,1,0,0,0,0,6\n"),
        ("总计", "备注"),
    ],
)
def test_what_is_unmistakable_is_taken(tmp_path: Path, changed: str, to: str) -> None:
    assert taken(tmp_path, SOUND.replace(changed, to, 1))[0] == taken(tmp_path, SOUND)[0]


def test_a_number_taken_in_another_way_is_told(tmp_path: Path) -> None:
    _, notes = taken(tmp_path, SOUND.replace("3,1,0", "３,1 件,—"))
    assert [note.partition("：")[2] for note in notes[1:]] == [
        "自然人写的是“３”，按 3",
        "商业企业写的是“1 件”，按 1",
        "科研机构写的是“—”，按 0",
    ]


@pytest.mark.parametrize(
    ("changed", "to", "told"),
    [
        ("3,1,0", "约3,1,0", "第 2 行“示例县财政局”：自然人写的是“约3”，写的是大概的数；是不是 3"),
        ("3,1,0", "3,,0", "第 2 行“示例县财政局”：商业企业空着；没有的写 0"),
        ("3,1,0", "3.5,1,0", "应是 0 或正整数"),
        ("3,1,0", "-3,1,0", "应是 0 或正整数"),
        ("0,4\n", "0,5\n", "第 2 行“示例县财政局”：各格相加是 4，总计写的是 5"),
        ("009,,2", "010,,2", "第 3 行：名册里没有代码“010”"),
        ("009,,2", ",示例县财政,2", "第 3 行：名册里没有“示例县财政”，是否想写“示例县财政局”"),
        ("009,,2", "001,,2", "第 3 行：“示例县财政局”在第 2 行已经有了"),
        ("009,,2", "003,示例县教育局,2", "第 3 行：代码 003 在名册里是“示例县民政局”，这里写的是“示例县教育局”"),
        ("009,,2", "033,示例县民政局,2", "名册里“示例县民政局”的代码是 003"),
        ("009,,2", ",,2", "第 3 行：有数，没有写是哪个机关"),
        ("自然人", "自然认", "第 1 行：不认识列“自然认”，是否想写“自然人”"),
        ("自然人", "商业企业", "说的是同一列，请只留一列"),
        ("自然人", "备注", "第 1 行：缺少列“自然人”"),
        (SOUND, "财政局,3\n", "没有找到标题行，第一行是“财政局”、“3”"),
        (SOUND, f"{HEADS}\n", "标题行下面没有一行数"),
    ],
)
def test_faults_are_told_by_row_and_reason(tmp_path: Path, changed: str, to: str, told: str) -> None:
    assert told in "\n".join(refused(tmp_path, SOUND.replace(changed, to, 1)))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    wrong = SOUND.replace("3,1,0", "约3,,0").replace("009,", "010,")
    assert len(refused(tmp_path, wrong)) == 3


def test_a_row_without_figures_is_an_organ_of_which_nothing_is_known(tmp_path: Path) -> None:
    assert set(taken(tmp_path, f"{SOUND}003,示例县民政局,,,,,,,\n")[0]) == {"001", "009"}


def workbook(text: str) -> bytes:
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(text)):
        book.active.append([int(cell) if cell.isdigit() and not cell.startswith("0") else cell for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def converted(source: Path, folder: Path) -> list[Path]:
    return [path for ending in ("ods", "xls") for path in convert([source], folder / ending, ending)]


def test_a_workbook_in_any_format_gives_the_same(tmp_path: Path) -> None:
    roster = read_roster(roster_file(tmp_path, ROSTER), "")
    source = tmp_path / "结转.xlsx"
    source.write_bytes(workbook(SOUND))
    expected = taken(tmp_path, SOUND)[0]
    for path in (source, *converted(source, tmp_path / "另存")):
        assert read_carry_over(path, form_for_year(YEAR), roster)[0] == expected, path.suffix


def test_the_figures_stand_locked_in_what_is_issued(tmp_path: Path) -> None:
    table = roster_file(tmp_path, SOUND, "结转.csv")
    begun = {"year": YEAR, "organ": "示例县人民政府", "roster": roster_file(tmp_path, ROSTER)}
    campaign, carried = init_with_table(tmp_path / "轮", table, **begun)
    assert (carried.taken, carried.missing) == (("001", "009"), ("003",))
    record = last_year_of(campaign)
    assert figures(record.of(campaign.roster.by_code["002"])) == [2, 0, 0, 0, 0, 0]
    issue_workbooks(campaign.folder)
    name = campaign.file_name(campaign.roster.by_code["001"])
    filing = read_workbook((campaign.outbox / name).read_bytes(), name).filing
    assert filing is not None
    assert [filing.values[f"requests.carried_in.{column}"] for column in ("natural_person", "business")] == [3, 1]
    assert filing.values["requests.carried_in.research"] == 0


def test_a_faulty_table_leaves_nothing_behind(xxgk: Cli, tmp_path: Path) -> None:
    table = roster_file(tmp_path, SOUND.replace("3,1,0", "约3,1,0"), "结转.csv")
    roster = roster_file(tmp_path, ROSTER)
    begin = ("init", tmp_path / "轮", "--year", YEAR, "--organ", "示例县人民政府", "--roster", roster)
    ran = xxgk(*begin, "--carry-over", table)
    assert (ran.code, "约3" in ran.err, (tmp_path / "轮").exists()) == (2, True, False)
    table.write_text(SOUND, encoding="utf-8")
    ran = xxgk(*begin, "--carry-over", table)
    assert (ran.code, "2 个机关的上年数据已取用" in ran.out, "示例县民政局" in ran.out) == (0, True, True)


def test_last_year_comes_from_one_place_only(xxgk: Cli, tmp_path: Path) -> None:
    roster = roster_file(tmp_path, ROSTER)
    before = init_campaign(tmp_path / "前", year=YEAR - 1, organ="示例县人民政府", roster=roster)
    begin = ("init", tmp_path / "轮", "--year", YEAR, "--organ", "示例县人民政府", "--roster", roster)
    ran = xxgk(*begin, "--previous", before.folder, "--carry-over", roster)
    assert "不能与 --previous 同时用" in ran.err
