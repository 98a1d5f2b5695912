"""What goes back: for every organ that must mend something a sheet and a message, gone when it is mended."""

from __future__ import annotations

import io
import shutil
from typing import TYPE_CHECKING

import openpyxl
import pytest
from rounds import BALANCED, BROKEN, ROSTER, YEAR, begin, filled, put, roster_file
from workbooks import by_openpyxl, look_at

from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.deciding import accept_return, return_for_wording
from toolkit.campaign.intake.receipts import Receipt, ReceiptBook
from toolkit.campaign.sendback.findings_workbook import COLUMNS, findings_sheet
from toolkit.campaign.waiving import waive_finding
from toolkit.errors import OutputError
from toolkit.workbook.layout import lay_out
from toolkit.xlsx.package import NewCell, open_package

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.campaign.round.folder import Campaign
    from toolkit.form.model import Form


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    campaign = begin(tmp_path / "a")
    put(campaign, "财政 最终.xlsx", filled(campaign, "01", BROKEN))
    put(campaign, "教育.xlsx", filled(campaign, "02"))
    collect_returns(campaign.folder)
    return campaign


def files(campaign: Campaign) -> list[str]:
    """Return what goes back; receipts, which have tests of their own, are left out."""
    found = (path.relative_to(campaign.sendback).as_posix() for path in campaign.sendback.rglob("*.*"))
    return sorted(name for name in found if "回执" not in name)


def message(campaign: Campaign, name: str = "云溪县财政局.txt") -> str:
    return (campaign.sendback / name).read_text(encoding="utf-8-sig")


def rows(content: bytes) -> list[dict[str, openpyxl.cell.Cell]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    heads = [head for head, _ in COLUMNS]
    return [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=4)]


def test_only_who_must_mend_something_gets_a_sheet_and_a_message(campaign: Campaign) -> None:
    assert files(campaign) == ["云溪县财政局-请改这份.xlsx", "云溪县财政局.txt", "云溪县财政局.xlsx"]


def test_the_message_says_what_where_and_what_to_do(campaign: Campaign) -> None:
    text = message(campaign)
    assert "云溪县财政局：2050 年" in text
    assert "财政 最终.xlsx" in text
    assert "怎么改：" in text
    assert "!" in text.split("【")[1].split("】")[0]


def test_a_finding_is_one_row_whose_link_leads_to_the_suspect(campaign: Campaign) -> None:
    with ReceiptBook(campaign.receipts_file) as book:
        receipt = next(one for one in book.all() if one.code == "01")
    found = rows((campaign.sendback / "云溪县财政局.xlsx").read_bytes())
    assert len(found) == len(receipt.findings)
    (finding, row) = next(pair for pair in zip(receipt.findings, found, strict=True) if pair[0]["suspects"])
    suspect = finding["suspects"][0]
    sheet, cell = receipt.cells[suspect["field"]]
    link = row["格子（点击跳到）"]
    assert (row["工作表"].value, link.value) == (sheet, cell)
    assert "%20" in link.hyperlink.target or link.hyperlink.target.startswith("财政 最终.xlsx")
    assert link.hyperlink.location.endswith(cell)
    assert row["现在是"].value == str(receipt.values[suspect["field"]])
    assert row["应该是"].value.startswith(f"应为 {suspect['value']}（")
    assert f"可能是：{sheet}!{cell}" in message(campaign)


def test_the_workbook_that_goes_back_is_the_one_that_came_with_marks_in_it(campaign: Campaign) -> None:
    marked = (campaign.sendback / "云溪县财政局-请改这份.xlsx").read_bytes()
    came = look_at((campaign.inbox / "财政 最终.xlsx").read_bytes())
    back = look_at(marked)
    assert dict(back.filing.values) == dict(came.filing.values)
    assert back.findings == came.findings
    cells = open_package(marked).cells(campaign.form.words.cover)
    assert "2051-01-20 前发回本文件" in cells["B2"].value
    assert "请直接在“云溪县财政局-请改这份.xlsx”里改" in message(campaign)


@pytest.mark.parametrize("suffix", [".xlsx", "-请改这份.xlsx"])
def test_what_was_made_of_a_return_once_is_not_made_again(campaign: Campaign, suffix: str) -> None:
    path = campaign.sendback / f"云溪县财政局{suffix}"
    path.write_bytes(b"as it was")
    put(campaign, "教研.xlsx", filled(campaign, "0201", BROKEN))
    collect_returns(campaign.folder)
    assert path.read_bytes() == b"as it was"
    path.unlink()
    put(campaign, "教研改.xlsx", filled(campaign, "0201", BALANCED))
    collect_returns(campaign.folder)
    made = path.read_bytes()
    path.write_bytes(b"as it was")
    put(campaign, "财政又.xlsx", filled(campaign, "01", {**BROKEN, "handling.received.mail": 77}))
    collect_returns(campaign.folder)
    assert path.read_bytes() not in {made, b"as it was"}


def test_a_return_that_cannot_be_marked_goes_back_with_the_sheet_alone(tmp_path: Path) -> None:
    campaign = begin(tmp_path / "c")
    own = by_openpyxl(filled(campaign, "01", BROKEN), lambda book: book.create_sheet("修改意见"))
    put(campaign, "财政.xlsx", own)
    collect_returns(campaign.folder)
    assert files(campaign) == ["云溪县财政局.txt", "云溪县财政局.xlsx"]
    assert "请在原来的填报表里改好" in message(campaign)


def test_findings_that_suspect_the_same_cells_are_told_once(campaign: Campaign) -> None:
    text = message(campaign)
    assert "有 1 处需要修改" in text
    assert "2. " not in text
    assert "另有 1 处由它引起，改好这一处就一起对上。" in text
    told = [line for line in text.splitlines() if "可能是：" in line]
    assert len(told) == len(set(told)) > 0


def test_the_message_names_the_sheet_that_was_written(tmp_path: Path) -> None:
    campaign = begin(tmp_path / "b", "代码,名称\n01,云溪县-水利/局\n")
    put(campaign, "水利.xlsx", filled(campaign, "01", BROKEN))
    collect_returns(campaign.folder)
    assert "意见另列在“云溪县-水利_局.xlsx”" in message(campaign, "云溪县-水利_局.txt")
    assert (campaign.sendback / "云溪县-水利_局.xlsx").is_file()


def test_what_was_mended_is_moved_and_not_deleted(campaign: Campaign) -> None:
    put(campaign, "财政改.xlsx", filled(campaign, "01", BALANCED))
    collect_returns(campaign.folder)
    assert files(campaign) == [
        "已处理/云溪县财政局-请改这份.xlsx",
        "已处理/云溪县财政局.txt",
        "已处理/云溪县财政局.xlsx",
    ]
    put(campaign, "财政又坏.xlsx", filled(campaign, "01", {**BROKEN, "handling.in_full.post": 5}))
    collect_returns(campaign.folder)
    put(campaign, "财政又改.xlsx", filled(campaign, "01", {**BALANCED, "appeals.internal.lodged": 1}))
    collect_returns(campaign.folder)
    assert files(campaign) == [
        "已处理/云溪县财政局(2).txt",
        "已处理/云溪县财政局(2).xlsx",
        "已处理/云溪县财政局-请改这份(2).xlsx",
        "已处理/云溪县财政局-请改这份.xlsx",
        "已处理/云溪县财政局.txt",
        "已处理/云溪县财政局.xlsx",
    ]


def test_a_second_version_is_compared_with_the_first(campaign: Campaign) -> None:
    put(campaign, "财政改.xlsx", filled(campaign, "01", {**BALANCED, "appeals.internal.lodged": None}))
    collect_returns(campaign.folder)
    assert "改了 2 格；解决 1 处错误，还有 1 处（其中 1 处是新出现的）" in message(campaign)
    content = (campaign.sendback / "云溪县财政局.xlsx").read_bytes()
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["意见", "与上一版比较"]
    told = [[cell.value for cell in row[1:]] for row in book["与上一版比较"].iter_rows(min_row=4)]
    assert [row[0] for row in told[:2]] == ["改了的格子", "改了的格子"]
    assert [tuple(row[4:]) for row in told[:2]] == [("4", "3"), ("0", "（空）")]
    assert {row[0] for row in told[2:]} >= {"已解决的错误", "新出现的错误"}
    assert "“财政 最终.xlsx”（文件日期 20" in book["与上一版比较"]["A2"].value


def test_a_newer_faulty_version_is_sent_back_though_an_older_one_counts(campaign: Campaign) -> None:
    put(campaign, "教育改坏.xlsx", filled(campaign, "02", BROKEN))
    collect_returns(campaign.folder)
    assert "云溪县教育局.txt" in files(campaign)


def test_files_that_belong_to_nobody_are_listed(campaign: Campaign) -> None:
    path = put(campaign, "会议通知.pdf", b"%PDF-1.7")
    collect_returns(campaign.folder)
    assert "inbox/会议通知.pdf" in message(campaign, "无法归入机关的文件.txt")
    path.unlink()
    collect_returns(campaign.folder)
    assert "已处理/无法归入机关的文件.txt" in files(campaign)


def test_files_of_others_in_the_folder_are_left_alone(campaign: Campaign) -> None:
    (campaign.sendback / "我的备注.txt").write_text("", encoding="utf-8")
    put(campaign, "财政改.xlsx", filled(campaign, "01"))
    collect_returns(campaign.folder)
    assert "我的备注.txt" in files(campaign)


def test_a_collection_that_was_stopped_before_sending_back_does_it_next_time(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(campaign, "教研.xlsx", filled(campaign, "0201", BROKEN))
    with monkeypatch.context() as patched:
        patched.setattr("toolkit.campaign.collecting.send_back", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            collect_returns(campaign.folder)
    assert "云溪县教研室.txt" not in files(campaign)
    collect_returns(campaign.folder)
    assert "云溪县教研室.txt" in files(campaign)


def finding(**changes: object) -> dict[str, object]:
    place = {"sheet": "表", "cell": "B2", "field": "a", "label": "项目"}
    given = {
        "name": "x", "severity": "error", "message": "问题", "advice": "改", "places": [place],
        "figures": {}, "source": "", "suspects": [],
    }  # fmt: skip
    return {**given, **changes}


def received(*findings: dict[str, object], file: str = "inbox/a.xlsx") -> Receipt:
    return Receipt("0", file, "01", "财政局", YEAR, "needs-fixing", "", values={"a": "=1+1"}, findings=findings)


def test_nothing_a_clerk_typed_can_act_as_a_formula(small_form: Form) -> None:
    (row,) = rows(findings_sheet(small_form, received(finding(message="=HYPERLINK(1)", advice="@SUM(1)"))))
    assert {cell.data_type for cell in row.values()} == {"s"}
    assert row["问题"].value == "=HYPERLINK(1)"


def test_a_suspect_says_what_the_cell_should_be(small_form: Form) -> None:
    suspects = [
        {"field": "a", "label": "项目", "value": 1.5, "reason": "少一位"},
        {"field": "b", "label": "另一项", "value": 2, "reason": "换位"},
    ]
    (row,) = rows(findings_sheet(small_form, received(finding(suspects=suspects))))
    assert row["应该是"].value == "应为 1.5（少一位）"
    assert row["还要看的格子"].value == "也可能是 “另一项”应为 2（换位）"


def test_what_the_rule_demands_stands_where_no_cell_is_suspected(small_form: Form) -> None:
    sides = finding(name="handling_balance", figures={"左": 15, "右": 14})
    text = finding(name="figure_missing")
    first, second = rows(findings_sheet(small_form, received(sides, text)))
    assert first["应该是"].value == "左 应等于 右"
    assert second["应该是"].value == small_form.rule("figure_missing").title


def test_many_places_make_one_row_that_begins_where_one_can_type(small_form: Form) -> None:
    names = ("handling.received.all_channels", "handling.received.post", "handling.received.mail")
    places = [{"sheet": "表", "cell": f"B{row}", "field": name, "label": name} for row, name in enumerate(names, 2)]
    (row,) = rows(findings_sheet(small_form, received(finding(places=places))))
    assert row["格子（点击跳到）"].value == "B3"
    assert row["还要看的格子"].value == "表：B2、B4"


def test_a_finding_without_a_place_has_a_row_without_a_link(small_form: Form) -> None:
    (row,) = rows(findings_sheet(small_form, received(finding(places=[], message="长" * 5000))))
    assert row["格子（点击跳到）"].hyperlink is None
    assert len(row["问题"].value) < 2100


def test_a_name_that_no_link_can_hold_gives_none(small_form: Form) -> None:
    (row,) = rows(findings_sheet(small_form, received(finding(), file="inbox/a#1.xlsx")))
    assert row["格子（点击跳到）"].hyperlink is None
    assert row["格子（点击跳到）"].value == "B2"


def test_the_same_findings_give_the_same_bytes(small_form: Form) -> None:
    assert findings_sheet(small_form, received(finding())) == findings_sheet(small_form, received(finding()))


def test_a_long_list_is_cut_in_the_message_and_whole_in_the_sheet(tmp_path: Path) -> None:
    campaign = begin(tmp_path / "b")
    blanks = [name for name, field in campaign.form.fields.items() if field.kind.is_required_figure]
    data = filled(campaign, "01", dict.fromkeys(blanks))
    spots = lay_out(campaign.form).spots
    typed: dict[str, dict[str, NewCell]] = {}
    for name in blanks:
        typed.setdefault(spots[name].sheet, {})[spots[name].cell] = NewCell("待定")
    put(campaign, "财政.xlsx", open_package(data).patched(typed))
    collect_returns(campaign.folder)
    text = message(campaign)
    assert "其余" in text
    assert "20. " in text
    assert "21. " not in text
    assert len(rows((campaign.sendback / "云溪县财政局.xlsx").read_bytes())) >= len(blanks)


def test_a_folder_without_sendback_is_no_trouble(campaign: Campaign) -> None:
    put(campaign, "财政改.xlsx", filled(campaign, "01"))
    shutil.rmtree(campaign.sendback)
    assert collect_returns(campaign.folder).is_clean
    assert files(campaign) == []


def test_a_sheet_that_could_not_be_written_whole_is_not_written(
    small_form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xlsxwriter.worksheet.Worksheet.write_string", lambda *_: -2)
    with pytest.raises(OutputError, match="意见表没有写成：第 4 行第 1 列"):
        findings_sheet(small_form, received(finding()))


def test_an_organ_is_told_what_to_do_about_a_file_that_waits_for_a_word(campaign: Campaign) -> None:
    other = begin(campaign.folder.parent / "b")
    put(campaign, "别的一轮.xlsx", filled(other, "0201"))
    collect_returns(campaign.folder)
    told = message(campaign, "云溪县教研室-待核实.txt")
    assert told.startswith("云溪县教研室：2050 年")
    assert "不是这次下发给贵单位的报表" in told
    assert "请把里面的数填进下发给贵单位的“云溪县教研室-2050.xlsx”" in told
    assert "请尽快发来" not in told
    accept_return(campaign.folder, "0201", why="来电核实")
    collect_returns(campaign.folder)
    assert "已处理/云溪县教研室-待核实.txt" in files(campaign)
    assert "云溪县教研室-待核实.txt" not in files(campaign)


def test_the_originals_people_open_from_the_board_cannot_be_written_to(campaign: Campaign) -> None:
    copies = [path for path in campaign.received.rglob("*") if path.is_file()]
    assert copies
    assert {path.stat().st_mode & 0o222 for path in copies} == {0}


def cover_line(campaign: Campaign, name: str) -> str:
    cells = open_package((campaign.sendback / name).read_bytes()).cells(campaign.form.words.cover)
    return str(cells["B2"].value)


def test_a_remark_that_no_cell_can_show_mended_is_not_called_settled(campaign: Campaign) -> None:
    """A reviewer's words about a sound return: its workbook says it may be sent before anybody has read them."""
    return_for_wording(campaign.folder, "02", why="第一部分没有写机制建设")
    told = message(campaign, "云溪县教育局.txt")
    assert "照意见改好后，把改好的这一份发来。" in told
    assert "标了颜色" not in told
    assert "“修改意见”有 1 条请照办" in (line := cover_line(campaign, "云溪县教育局-请改这份.xlsx"))
    assert "都已处理" not in line


def test_what_was_let_pass_need_not_be_mended_for_the_rest_to_be_sent(campaign: Campaign) -> None:
    """The cover counts what was let pass as long as it stands, so nobody can be asked to wait for its word."""
    put(campaign, "财政又.xlsx", filled(campaign, "01", {**BROKEN, "handling.in_full.mail": 4}))
    collect_returns(campaign.folder)
    assert "封面显示“可以报送”后，把改好的这一份发来。" in message(campaign)
    with ReceiptBook(campaign.receipts_file) as book:
        errors = [one for one in book.all()[-1].findings if one["severity"] == "error"]
    assert len(errors) == 3
    waive_finding(campaign.folder, "01", f"{errors[0]['name']}@{errors[0]['places'][0]['field']}", why="已经核实")
    assert "意见都处理好后（准予通过的 1 处不用改，封面因此不显示“可以报送”也可以），把改好的这一份发来。" in message(
        campaign
    )
    content = (campaign.sendback / "云溪县财政局-请改这份.xlsx").read_bytes()
    formula = open_package(content).cells(campaign.form.words.cover)["B2"].formula
    assert "准予通过的 1 处不用改，下面没有显示“可以报送”也请保存" in formula


def test_a_sheet_somebody_deleted_and_another_deadline_are_seen_without_a_new_return(campaign: Campaign) -> None:
    (campaign.sendback / "云溪县财政局.xlsx").unlink()
    collect_returns(campaign.folder)
    assert (campaign.sendback / "云溪县财政局.xlsx").is_file()
    roster_file(campaign.folder, ROSTER.replace("张三,0571-1,2051-01-20", "张三,0571-1,2051-03-31"), "roster.csv")
    collect_returns(campaign.folder)
    assert "2051-03-31" in message(campaign)
    assert "2051-03-31 前发回本文件" in cover_line(campaign, "云溪县财政局-请改这份.xlsx")


def test_a_receipt_says_what_was_let_pass(campaign: Campaign) -> None:
    with ReceiptBook(campaign.receipts_file) as book:
        (name,) = {one["name"] for receipt in book.all() for one in receipt.findings if one["severity"] == "error"}
    waive_finding(campaign.folder, "01", name, why="已经核实")
    collect_returns(campaign.folder)
    assert "收到了，有 1 处准予通过，已经计入。" in message(campaign, "已收/云溪县财政局-回执.txt")
    assert "有 1 处准予通过" in message(campaign, "已收/云溪县财政局-回执.html")
    assert "收到了，已通过核对，已经计入。" in message(campaign, "已收/云溪县教育局-回执.txt")
