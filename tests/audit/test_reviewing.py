"""Reports by the hundred: each read and checked, year held against year, listed in a workbook and on a page."""

from __future__ import annotations

import random
import re
import runpy
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from casebook import example_filing
from report_samples import sample_report

from toolkit.audit.page import review_page
from toolkit.audit.reviewing import Reviewed, files_in, review_files, reviewed_json
from toolkit.audit.workbook import review_workbook
from toolkit.campaign.round.workers import Workers
from toolkit.errors import InputError
from toolkit.filing.findings import Severity
from toolkit.report.document import build_report
from toolkit.report.docx.document import render_docx
from toolkit.report.html import render_html
from toolkit.report.text import render_text
from toolkit.workbook.examining import Verdict
from toolkit.xlsx import links as sheet_links

BENCH = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "locating.py"))
MADE, SETTING, MISTYPE = BENCH["make_filing"], BENCH["Setting"], BENCH["mistype"]


def report(name: str, organ: str = "宿迁市", **answers: object) -> object:
    return build_report(replace(example_filing(name), organ=organ).with_answers(answers))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of reports: two years of one organ, a faulty one, and one that is no report."""
    place = tmp_path / "报告"
    (place / "内").mkdir(parents=True)
    (place / "2023.docx").write_bytes(render_docx(report("suqian_2023")))
    (place / "内" / "2024.html").write_text(render_html(report("suqian_2024")), encoding="utf-8")
    wrong = render_text(report("suqian_2024", "示例区")).replace("\t3525", "\t3524")
    (place / "示例区 #1.txt").write_text(wrong, encoding="utf-8")
    (place / "通知.txt").write_text("开会", encoding="utf-8")
    (place / "~$2023.docx").write_bytes(b"lock")
    (place / "图.png").write_bytes(b"\x89PNG")
    return place


def review(folder: Path) -> dict[str, Reviewed]:
    return {one.file.rpartition("/")[2]: one for one in review_files(files_in([folder]), Workers(1))}


def test_every_document_of_a_folder_is_reviewed(folder: Path) -> None:
    found = review(folder)
    assert {name: one.verdict for name, one in found.items()} == {
        "2023.docx": Verdict.ACCEPTED,
        "2024.html": Verdict.ACCEPTED,
        "示例区 #1.txt": Verdict.NEEDS_FIXING,
        "通知.txt": Verdict.UNREADABLE,
    }
    wrong = found["示例区 #1.txt"]
    assert [one.name for one in wrong.findings if one.severity is Severity.ERROR] == ["total_differs"]
    assert "contact_missing" not in {one.name for entry in found.values() for one in entry.findings}
    assert reviewed_json(found["2024.html"])["cells"] == {"read": 200, "inferred": 0, "two-readings": 0, "not-found": 0}


def test_a_year_is_held_against_the_year_before(folder: Path) -> None:
    assert "carried_over" not in {one.name for one in review(folder)["2024.html"].findings}
    changed = report(
        "suqian_2024", **{"requests.carried_in.natural_person": 119, "requests.carried_out.natural_person": 126}
    )
    (folder / "内" / "2024.html").write_text(render_html(changed), encoding="utf-8")
    found = review(folder)["2024.html"]
    before = {one.name for one in review_files(files_in([folder / "内"]), Workers(1))[0].findings}
    carried = [one for one in found.findings if one.name not in before]
    assert {(one.name, one.severity) for one in carried} == {("requests_carried_in", Severity.ERROR)}
    assert found.verdict is Verdict.NEEDS_FIXING


def test_processes_find_the_same_as_one(folder: Path) -> None:
    files = files_in([folder])
    alone = [reviewed_json(one) for one in review_files(files, Workers(1))]
    told: list[int] = []
    assert [reviewed_json(one) for one in review_files(files * 20, Workers(2), None, told.append)][
        : len(files)
    ] == alone
    assert sum(told) == 20 * len(files)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.docx"):
        files_in([tmp_path])


def test_the_workbook_has_a_row_for_every_report_and_finding(folder: Path, tmp_path: Path) -> None:
    found = review_files(files_in([folder]), Workers(1))
    out = tmp_path / "审核.xlsx"
    out.write_bytes(review_workbook(found, out))
    book = openpyxl.load_workbook(out)
    reports, findings = book["报告"], book["意见"]
    assert [row[1].value for row in reports.iter_rows(min_row=4)] == ["宿迁市", "宿迁市", "示例区", "（看不出）"]
    assert findings.max_row - 3 == sum(len(one.findings) for one in found)
    links = [cell.hyperlink for row in reports.iter_rows(min_row=4) for cell in row if cell.hyperlink]
    linked = [link.target for link in links if link.target]
    assert len(linked) == 3  # Excel takes what follows # in a name for a place inside the file
    spots = [link.location.partition("!")[2] for link in links if not link.target]
    assert [findings[spot].value for spot in spots] == [
        1 + sum(len(earlier.findings) for earlier in found[:at]) for at, one in enumerate(found) if one.findings
    ]
    assert {target.replace("\\", "/") for target in linked} == {"报告/2023.docx", "报告/内/2024.html", "报告/通知.txt"}


def test_what_excel_takes_no_more_links_for_stands_there_without(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, out = review_files(files_in([folder]), Workers(1)), tmp_path / "审核.xlsx"
    out.write_bytes(review_workbook(found, out))
    whole = openpyxl.load_workbook(out)["报告"]
    monkeypatch.setattr(sheet_links, "MOST_LINKS", 2)
    out.write_bytes(review_workbook(found, out))
    reports = openpyxl.load_workbook(out)["报告"]
    cells, before = ([cell for row in sheet.iter_rows(min_row=3) for cell in row] for sheet in (reports, whole))
    assert [cell.value for cell in cells] == [cell.value for cell in before]
    assert sum(cell.hyperlink is not None for cell in cells) == 2 < sum(cell.hyperlink is not None for cell in before)
    assert reports["A1"].value == f"{whole['A1'].value}一张表最多 2 个链接，再往下的没有链接，只写文字。"


def test_the_page_has_them_too_and_leads_to_the_files(folder: Path, tmp_path: Path) -> None:
    found = review_files(files_in([folder]), Workers(1))
    page = review_page(found, tmp_path / "审核.html").decode()
    assert page.count("<tr class=") == len(found) + sum(len(one.findings) for one in found)
    assert "%23" in page
    assert re.search(r'href="%E6%8A%A5%E5%91%8A/2023\.docx"', page)
    assert "<script" not in page


CELL = re.compile(r'(<td[^>]* data-field="(requests\.[^"]+)"[^>]*>)(\d+)(?=</td>)')


def test_a_single_wrong_cell_of_a_published_table_is_named_first_in_one_finding(tmp_path: Path) -> None:
    """Two reports of two editions, forty cells of each changed by themselves; totals are printed, so all are found."""
    rng, meant = random.Random("one wrong cell"), {}  # noqa: S311
    made = replace(MADE(1_000, rng, SETTING(controls=False, edition="2019")), organ="某局")
    for name, filing in (("published", example_filing("suqian_2024")), ("made", made)):
        page = render_html(build_report(filing))
        for place, cell in enumerate(rng.sample([one for one in CELL.finditer(page) if one[3] != "0"], 40)):
            wrong = page[: cell.start(3)] + str(MISTYPE(int(cell[3]), rng)) + page[cell.end(3) :]
            file = tmp_path / f"{name} {place}.html"
            file.write_text(re.sub(r' data-field="[^"]*"', "", wrong), encoding="utf-8")
            meant[file.name] = cell[2], int(cell[3])
    found = {}
    for one in review_files(files_in([tmp_path]), Workers(1)):
        (told,) = [each for each in one.findings if each.suspects]
        found[one.file.rpartition("/")[2]] = told.suspects[0].field, told.suspects[0].value
    assert found == meant


def test_a_finding_in_a_pdf_leads_to_its_page(tmp_path: Path) -> None:

    published = Path(__file__).parents[1] / "documents" / "published" / "hongze-2023.pdf"
    (one,) = review_files([published], Workers(1))
    page = review_page([one], tmp_path / "审核.html").decode()
    assert "hongze-2023.pdf#page=4" in page
    assert sample_report("suqian_2024").title not in page


def test_a_column_that_is_empty_for_every_row_takes_no_room(folder: Path, tmp_path: Path) -> None:
    """Where nobody is suspected, the columns behind would stand beyond the edge of the screen and of the paper."""
    out = tmp_path / "审核.html"
    (folder / "2020.html").write_text(
        render_html(report("suqian_2023", **{"requests.carried_in.natural_person": None}))
    )
    blank = review_files([folder / "2020.html"], Workers(1))
    assert blank[0].findings
    assert ">疑似</th>" not in review_page(blank, out).decode()
    assert ">疑似</th>" in review_page(review_files(files_in([folder]), Workers(1)), out).decode()


def test_the_page_is_printed_on_paper_laid_across_and_breaks_long_words(folder: Path, tmp_path: Path) -> None:
    page = review_page(review_files(files_in([folder]), Workers(1)), tmp_path / "审核.html").decode()
    assert re.search(r"@page \{[^}]*landscape", page)
    assert re.search(r"\.long \{[^}]*overflow-wrap: anywhere", page)
    assert len(re.findall(r'<td class="long"><a href="[^#]', page)) == page.count("<tr class=")


def test_advice_on_a_document_speaks_of_nothing_above_its_tables(tmp_path: Path) -> None:
    """What is chosen above a table stands in our workbook only."""
    filing = example_filing("suqian_2023")
    blanks = {
        name: None for name, entry in filing.form.fields.items() if entry.table == "reviews" and entry.kind.is_figure
    }
    path = tmp_path / "2023.html"
    path.write_text(render_html(build_report(filing.with_answers(blanks))), encoding="utf-8")
    (one,) = review_files([path], Workers(1))
    (told,) = [finding.advice for finding in one.findings if finding.name == "blank_figure"]
    assert "在表上方选" not in told
    assert "整张表都没有发生的，每一格都填 0。" in told


def test_the_name_of_a_file_is_wrapped_in_the_workbook(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "审核.xlsx"
    out.write_bytes(review_workbook(review_files(files_in([folder]), Workers(1)), out))
    book = openpyxl.load_workbook(out)
    for sheet in (book["报告"], book["意见"]):
        names = [row[-1] for row in sheet.iter_rows(min_row=4)]
        assert {cell.alignment.wrap_text for cell in names if cell.value} == {True}
