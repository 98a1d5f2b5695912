"""Returns that are no workbook of ours: read by their labels, never accepted in silence, never thrown away."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest
from casebook import ROOT, SENTENCE, example_filing
from rounds import put, roster_file
from standinoffice import stand_in_office
from workbooks import print_table

from toolkit.campaign.board.board import make_board, read_round
from toolkit.campaign.collecting import collect_as, collect_returns
from toolkit.campaign.intake.holds import Hold
from toolkit.campaign.intake.receipts import ReceiptBook
from toolkit.campaign.intake.standings import State
from toolkit.campaign.issue.issuing import issue_workbooks
from toolkit.campaign.round.folder import init_campaign
from toolkit.errors import InputError
from toolkit.form.values import Paragraph
from toolkit.report.document import build_report
from toolkit.report.docx.document import render_docx
from toolkit.workbook import remarks as at
from toolkit.workbook.examining import examine
from toolkit.workbook.layout import cell_name
from toolkit.workbook.template.workbook import write_workbook
from toolkit.xlsx.package import open_package

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.campaign.round.folder import Campaign
    from toolkit.filing.filing import Filing

ROSTER = "代码,名称,上级代码\n01,示例县财政局,\n02,示例县教育局,\n"
NAME = "示例县财政局"
SEED = ROOT / "tests" / "documents" / "published" / "erqi-2020.txt"


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    table = roster_file(tmp_path, ROSTER)
    made = init_campaign(tmp_path / "a", year=2024, organ="示例县公开办", code="00", roster=table)
    issue_workbooks(made.folder)
    return made


def answered(organ: str = NAME) -> Filing:
    filing = replace(example_filing("suqian_2024"), organ=organ, code="")
    answers = {name: 0 for name in filing.form.fields if name.startswith("disclosure.regulations.")}
    return filing.with_answers({**answers, "overview": (Paragraph(SENTENCE),)})


def pasted(filing: Filing, title: str) -> bytes:
    """Return the three tables pasted as values into one fresh book, one under another."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([title])
    for table in filing.form.tables:
        sheet.append([])
        sheet.append([filing.form.section(table.id).heading])
        print_table(sheet, filing, table, sheet.max_row + 1)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_word_report_is_read_sent_back_filled_and_asked_to_be_confirmed(campaign: Campaign) -> None:
    filing = answered()
    put(campaign, "年报.docx", render_docx(build_report(filing)))
    collected = collect_returns(campaign.folder)
    place = collected.places["01"]
    assert place.state is State.NEEDS_FIXING
    with ReceiptBook(campaign.receipts_file) as book:
        names = {finding["name"] for finding in book.whole(place.latest).findings}
    assert "document_to_confirm" in names
    row = next(row for row in make_board(read_round(campaign), date(2025, 1, 20)).rows if row.organ.code == "01")
    assert row.label == "已收到文档，待确认"
    back = (campaign.sendback / f"{NAME}-请改这份.xlsx").read_bytes()
    read = examine(back, "退回.xlsx")
    assert read.filing.figures() == filing.figures()
    assert read.reading.identity.code == "01"
    message = (campaign.sendback / f"{NAME}.txt").read_text(encoding="utf-8-sig")
    assert "从文档里读出来" in message
    assert "从您报来的文件里读出的数已经填好" in message
    assert "下发的标记" not in message
    # The clerk looks it over and sends back what was sent: an ordinary return.
    put(campaign, "确认.xlsx", back)
    assert collect_returns(campaign.folder).places["01"].state is State.ACCEPTED


def test_a_total_a_document_left_out_is_one_remark_settled_in_the_workbook_sent_back(
    tmp_path: Path,
) -> None:
    table = roster_file(tmp_path, "代码,名称\n410103,郑州市生态环境局二七分局\n")
    campaign = init_campaign(tmp_path / "b", year=2020, organ="二七区", code="00", roster=table)
    issue_workbooks(campaign.folder)
    put(campaign, "年报.txt", SEED.read_bytes())
    place = collect_returns(campaign.folder).places["410103"]
    with ReceiptBook(campaign.receipts_file) as book:
        found = book.whole(place.latest).findings
    totals = [finding for finding in found if finding["name"] in {"total_line_unfilled", "requests_balance"}]
    assert [finding["name"] for finding in totals] == ["total_line_unfilled"]
    assert {suspect["value"] for suspect in totals[0]["suspects"]} == {2}
    assert "totals_blank" in {follow["name"] for follow in totals[0]["follows"]}
    package = open_package((campaign.sendback / f"{place.organ.name}-请改这份.xlsx").read_bytes())
    cells, rows = package.cells(at.REMARKS_SHEET), range(at.FIRST_ROW, at.FIRST_ROW + 40)
    named = {str(cell.value): row for row in rows if (cell := cells.get(cell_name(row, at.NAME)))}
    status = {name: cells[cell_name(row, at.STATUS)].value for name, row in named.items()}
    assert status["total_line_unfilled"] == "✓ 已处理"
    assert status["blank_figure"] == "待改"
    assert "E30" not in package.comments("三、申请办理")
    message = (campaign.sendback / f"{place.organ.name}.txt").read_text(encoding="utf-8-sig")
    assert "它是下发给贵单位的报表，从您报来的文件里读出的数已经填好" in message


def test_a_word_report_beside_an_accepted_workbook_changes_nothing(campaign: Campaign) -> None:
    put(campaign, "财政.xlsx", write_back(campaign, "01"))
    assert collect_returns(campaign.folder).places["01"].state is State.ACCEPTED
    put(campaign, "财政.docx", render_docx(build_report(answered())))
    assert collect_returns(campaign.folder).places["01"].state is State.ACCEPTED


def test_old_documents_of_a_collection_are_converted_in_one_run(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = stand_in_office(tmp_path, render_docx(build_report(answered())))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    put(campaign, "年报.rtf", b"{\\rtf1 a}")
    put(campaign, "年报.doc", b"{\\rtf1 b}")
    with zipfile.ZipFile(campaign.inbox / "包.zip", "w") as archive:
        archive.writestr("c.rtf", b"{\\rtf1 c}")
        archive.writestr("d.rtf", b"{\\rtf1 d}")
    assert collect_returns(campaign.folder).places["01"].state is State.NEEDS_FIXING
    assert log.read_text() == "run\n" * 2  # what lies in the inbox, and the zip
    with ReceiptBook(campaign.receipts_file) as book:
        assert {receipt.organ for receipt in book.all()} == {NAME}
    collect_returns(campaign.folder)
    assert log.read_text() == "run\n" * 2


def test_a_document_that_cannot_be_opened_says_why_and_what_to_do(campaign: Campaign) -> None:
    put(campaign, "年报.pdf", b"%PDF-1.4 torn")
    put(campaign, "说明.txt", "先看这里。".encode())
    collected = collect_returns(campaign.folder)
    with ReceiptBook(campaign.receipts_file) as book:
        found = {receipt.name: [one["name"] for one in receipt.findings] for receipt in book.all()}
    assert found == {"年报.pdf": ["document_unreadable"], "说明.txt": ["not_a_workbook"]}
    assert all(place.state is State.MISSING for place in collected.places.values())
    assert "PDF 已损坏" in (campaign.sendback / "无法归入机关的文件.txt").read_text(encoding="utf-8-sig")


def write_back(campaign: Campaign, code: str) -> bytes:
    from toolkit.workbook.filling import fill_workbook

    path = campaign.outbox / campaign.file_name(campaign.roster.by_code[code])
    return fill_workbook(path.read_bytes(), path.name, lambda _: answered().answers)


@pytest.mark.parametrize(
    ("title", "file"),
    [(f"{NAME}2024年政府信息公开工作年度报告", "表.xlsx"), ("2024年年度报告", f"{NAME}.xlsx")],
)  # fmt: skip
def test_pasted_tables_wait_for_a_word_of_the_organ_they_show(campaign: Campaign, title: str, file: str) -> None:
    filing = answered()
    put(campaign, file, pasted(filing, title))
    collect_returns(campaign.folder)
    with ReceiptBook(campaign.receipts_file) as book:
        (receipt,) = (book.whole(head) for head in book.heads())
    assert (receipt.code, receipt.organ) == ("01", NAME)
    assert "read_by_labels" in {finding["name"] for finding in receipt.findings}
    wrong = {name for name, value in filing.figures().items() if receipt.values.get(name) != value}
    assert wrong == set()


def test_our_workbook_filled_with_them_stands_in_sendback(campaign: Campaign) -> None:
    filing = answered()
    put(campaign, "表.xlsx", whole_sheets(filing))
    place = collect_returns(campaign.folder).places["01"]
    assert (place.state, place.held[0].reason) == (State.HELD, Hold.SEAL)
    read = examine((campaign.sendback / f"{NAME}-已填好.xlsx").read_bytes(), "已填好.xlsx")
    assert read.filing.figures() == filing.figures()
    assert read.filing.values["overview"] == filing.values["overview"]
    assert (read.verdict, read.reading.identity.code) == ("accepted", "01")


def whole_sheets(filing: Filing) -> bytes:
    """Return every sheet of ours selected whole and pasted as values into another book."""
    ours = openpyxl.load_workbook(io.BytesIO(write_workbook(filing)), data_only=True)
    book = openpyxl.Workbook()
    for sheet in (sheet for sheet in ours if sheet.sheet_state == "visible"):
        pasted = book.create_sheet(sheet.title)
        for row in sheet.iter_rows():
            for cell in (cell for cell in row if cell.value is not None):
                pasted[cell.coordinate] = cell.value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_tables_that_show_nobody_are_taken_as_somebody_s(campaign: Campaign, tmp_path: Path) -> None:
    file = tmp_path / "表.xlsx"
    file.write_bytes(pasted(answered(), "2024年报"))
    assert len(collect_returns(campaign.folder, [file]).unplaced) == 1
    with pytest.raises(InputError, match="名册里没有"):
        collect_as(campaign.folder, file, "99")
    collected = collect_as(campaign.folder, file, "02")
    assert collected.places["02"].latest is not None
    assert collected.places["01"].state is State.MISSING


def test_a_file_that_shows_one_organ_is_not_taken_as_another(campaign: Campaign, tmp_path: Path) -> None:
    file = tmp_path / "表.xlsx"
    file.write_bytes(write_workbook(replace(answered(), code="01")))
    with pytest.raises(InputError, match=NAME):
        collect_as(campaign.folder, file, "02")
