"""Commands on other people's files: what they print, what they write, how they end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
from report_samples import figures_of, sample_filing, sample_report
from terminal import CANNOT_PROCEED, CLEAN, FINDINGS

from toolkit.report.html import render_html
from toolkit.report.text import render_text
from toolkit.workbook.remarks import REMARKS_SHEET
from toolkit.workbook.returned.reading import read_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli


def page(folder: Path, name: str = "suqian_2024") -> Path:
    path = folder / f"{name}.html"
    path.write_text(render_html(sample_report(name)), encoding="utf-8")
    return path


def test_a_report_becomes_our_workbook_filled(xxgk: Cli, tmp_path: Path) -> None:
    out = tmp_path / "读出.xlsx"
    ran = xxgk("read", page(tmp_path), "--out", out)
    assert (ran.code, "读出 200 格" in ran.out, f"已写入 {out}" in ran.out) == (CLEAN, True, True)
    filing = read_workbook(out.read_bytes(), out.name).filing
    assert filing is not None
    assert (filing.organ, filing.year) == ("示例市人民政府办公厅", 2024)
    assert figures_of(filing) == figures_of(sample_filing("suqian_2024"))
    assert filing.paragraphs("overview") == sample_filing("suqian_2024").paragraphs("overview")


def test_json_tells_where_every_figure_stood(xxgk: Cli, tmp_path: Path) -> None:
    (entry,) = xxgk("read", "--json", page(tmp_path)).json["files"]
    assert (entry["verdict"], entry["year"], entry["form"]) == ("accepted", 2024, "gov_info_annual_report/2021")
    provenance = entry["provenance"]
    assert len(provenance) == 200
    assert provenance["requests.new.business"] == {
        "place": "第 2 个表格第 4 行第 5 列", "text": "75", "sure": "read", "value": 75,
    }  # fmt: skip


def test_several_reports_become_several_workbooks(xxgk: Cli, tmp_path: Path) -> None:
    ran = xxgk("read", page(tmp_path), page(tmp_path, "suqian_2023"), "--out", tmp_path / "读出")
    assert ran.code == CLEAN
    assert sorted(path.name for path in (tmp_path / "读出").iterdir()) == ["suqian_2023.xlsx", "suqian_2024.xlsx"]


def test_what_a_file_does_not_say_is_given(xxgk: Cli, tmp_path: Path) -> None:
    text = tmp_path / "报告.txt"
    report = render_text(sample_report("suqian_2024"))
    text.write_text(report.replace("示例市人民政府办公厅", "").replace("2024年", ""), encoding="utf-8")
    assert xxgk("read", text).code == CANNOT_PROCEED
    ran = xxgk("read", text, "--year", "2024", "--organ", "某县教育局", "--out", tmp_path / "a.xlsx")
    assert ran.code == CLEAN
    assert "某县教育局 2024 年" in ran.out


def test_a_file_that_is_no_report_stops_only_itself(xxgk: Cli, tmp_path: Path) -> None:
    other = tmp_path / "通知.txt"
    other.write_text("关于开会的通知", encoding="utf-8")
    ran = xxgk("read", other, page(tmp_path), tmp_path / "没有.docx", "--out", tmp_path / "读出")
    assert ran.code == CANNOT_PROCEED
    assert "tables_not_found" in ran.out
    assert "file_missing" in ran.out
    assert [path.name for path in (tmp_path / "读出").iterdir()] == ["suqian_2024.xlsx"]


def test_a_report_with_errors_ends_in_findings(xxgk: Cli, tmp_path: Path) -> None:
    wrong = page(tmp_path)
    wrong.write_text(wrong.read_text(encoding="utf-8").replace(">3525</td>", ">3524</td>"), encoding="utf-8")
    ran = xxgk("read", wrong, "--out", tmp_path / "a.xlsx")
    assert ran.code == FINDINGS
    assert "印的是 3524，各格相加是 3525" in ran.out


def test_cells_to_look_at_are_marked_in_the_workbook(xxgk: Cli, tmp_path: Path) -> None:
    wrong, out = page(tmp_path), tmp_path / "a.xlsx"
    text = wrong.read_text(encoding="utf-8").replace(">471</td>", ">/</td>", 1)
    wrong.write_text(text.replace(">3525</td>", ">3524</td>"), encoding="utf-8")
    xxgk("read", wrong, "--out", out)
    checked = xxgk("check", "--json", out).json["files"][0]
    assert checked["verdict"] == "needs-fixing" or checked["findings"]
    book = openpyxl.load_workbook(out)
    remarks = "".join(str(cell.value or "") for row in book[REMARKS_SHEET].iter_rows() for cell in row)
    assert "应为 3525" in remarks
    assert "推断" in remarks


def test_reports_are_reviewed_and_listed(xxgk: Cli, tmp_path: Path) -> None:
    page(tmp_path)
    out = tmp_path / "审核.xlsx"
    ran = xxgk("audit", tmp_path, "--out", out, "--out", tmp_path / "审核.html", "--workers", "1")
    assert ran.code == CLEAN
    assert "共 1 份，0 份有错误。" in ran.out
    assert out.is_file()
    again = xxgk("audit", tmp_path / "suqian_2024.html", "--json")
    assert [one["errors"] for one in again.json["reports"]] == [0]


def test_a_review_is_written_as_workbook_or_page_only(xxgk: Cli, tmp_path: Path) -> None:
    ran = xxgk("audit", page(tmp_path), "--out", tmp_path / "审核.pdf")
    assert (ran.code, ".xlsx 或 .html" in ran.err) == (CANNOT_PROCEED, True)
    (tmp_path / "空").mkdir()
    assert xxgk("audit", tmp_path / "空").code == CANNOT_PROCEED
    none = xxgk("audit", tmp_path / "没有.docx")
    assert (none.code, "找不到这个文件" in none.out) == (CANNOT_PROCEED, True)
    with_another = xxgk("audit", tmp_path / "没有.docx", tmp_path / "suqian_2024.html")
    assert (with_another.code, "共 2 份，1 份有错误。" in with_another.out) == (FINDINGS, True)


def test_last_year_s_page_fills_this_year_s_carry_over(xxgk: Cli, tmp_path: Path) -> None:
    out = tmp_path / "报表.xlsx"
    organ = "示例市人民政府办公厅"
    ran = xxgk("template", "--year", "2025", "--organ", organ, "--previous", page(tmp_path), "--out", out)
    assert (ran.code, "6 格已按上年数据填好" in ran.out) == (CLEAN, True)


def test_a_report_is_checked_as_it_was_printed(xxgk: Cli, tmp_path: Path) -> None:
    wrong = page(tmp_path)
    wrong.write_text(wrong.read_text(encoding="utf-8").replace(">3525</td>", ">3524</td>"), encoding="utf-8")
    ran = xxgk("check", "--json", wrong)
    (entry,) = ran.json["files"]
    assert (ran.code, entry["verdict"], entry["report"], entry["reports"]) == (FINDINGS, "needs-fixing", 1, 1)
    (found,) = [one for one in entry["findings"] if one["severity"] == "error"]
    assert (found["name"], found["figures"]) == ("total_differs", {found["places"][0]["label"]: 3524})
    assert found["places"][0]["sheet"] == "第 2 个表格第 4 行第 10 列"
    assert entry["provenance"]["requests.new.total"]["text"] == "3524"
    assert "contact_missing" not in {one["name"] for one in entry["findings"]}
    assert "印的是 3524，各格相加是 3525" in xxgk("check", wrong).out


def test_a_sound_report_is_checked_clean_and_a_workbook_has_no_provenance(xxgk: Cli, tmp_path: Path) -> None:
    assert xxgk("check", page(tmp_path)).code == CLEAN
    xxgk("read", page(tmp_path), "--out", tmp_path / "a.xlsx")
    (entry,) = xxgk("check", "--json", tmp_path / "a.xlsx").json["files"]
    assert "provenance" not in entry


def test_a_letter_is_told_to_be_no_report(xxgk: Cli, tmp_path: Path) -> None:
    letter = tmp_path / "通知.txt"
    letter.write_text("开会", encoding="utf-8")
    ran = xxgk("check", letter)
    assert (ran.code, "tables_not_found" in ran.out) == (CANNOT_PROCEED, True)


def test_every_report_of_a_file_is_read_and_reviewed(xxgk: Cli, tmp_path: Path) -> None:
    both = tmp_path / "两年.html"
    both.write_text("".join(render_html(sample_report(f"suqian_{year}")) for year in (2023, 2024)), encoding="utf-8")
    ran = xxgk("read", both, "--out", tmp_path / "读出.xlsx")
    assert ran.code == FINDINGS
    years = {}
    for path in sorted(tmp_path.glob("读出*.xlsx")):
        filing = read_workbook(path.read_bytes(), path.name).filing
        assert filing is not None
        years[path.name] = filing.year
    assert years == {"读出.xlsx": 2023, "读出（第2份）.xlsx": 2024}
    reports = xxgk("audit", both, "--json").json["reports"]
    assert [(one["year"], one["report"], one["reports"]) for one in reports] == [(2023, 1, 2), (2024, 2, 2)]
    organ = "示例市人民政府办公厅"
    carried = xxgk("template", "--year", "2025", "--organ", organ, "--previous", both, "--out", tmp_path / "b.xlsx")
    assert (carried.code, "6 格已按上年数据填好" in carried.out) == (CLEAN, True)
