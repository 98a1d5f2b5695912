"""The consolidated workbook: a return like any other, and every total of it traceable in the file."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from campaigncases import (
    ALL_IN,
    COUNTY,
    FEES,
    NEW,
    PROSE,
    TODAY,
    asked,
    county,
    filled,
    hand_in,
    make_campaign,
    receipt_of,
    with_prose,
    written,
)
from casebook import ROOT, SMALL, full_answers
from office import convert

from toolkit.campaign.board.board import make_board, read_round
from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.merge import chart_sheet as chartsheet
from toolkit.campaign.merge.consolidated import (
    DRAFT,
    OWN_SHEETS,
    TYPED,
    merge_round,
    workbook_path,
    write_merged,
)
from toolkit.campaign.merge.tracing import trace
from toolkit.campaign.publish.reports import provisional_of
from toolkit.errors import InputError
from toolkit.files import read_file, write_file
from toolkit.filing.filing import Filing
from toolkit.filing.findings import Severity
from toolkit.workbook.examining import Verdict, examine
from toolkit.workbook.layout import cell_name, lay_out
from toolkit.workbook.ledger import CODE, FILE, FIRST_ROW, LEDGER_SHEET, ledger_columns, without_sheets
from toolkit.xlsx import links
from toolkit.xlsx.package import NewCell, open_package

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.form.model import Form


def errors_of(data: bytes) -> set[str]:
    return {finding.name for finding in examine(data, "汇总.xlsx").findings if finding.severity is Severity.ERROR}


def test_it_is_a_return_of_the_coordinator_with_the_sums(tmp_path: Path) -> None:
    state = county(tmp_path / "round", ALL_IN)
    examined = examine(written(state), "汇总.xlsx")
    assert examined.filing is not None
    assert examined.filing.figures() == merge_round(state).whole.figures()
    assert (examined.filing.organ, examined.filing.code, examined.filing.year) == ("甲县人民政府办公室", "0", 2024)
    assert errors_of(written(state)) == {"blank_section", "draft_left"}


def test_more_organs_than_a_sheet_takes_links_are_added_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = county(tmp_path / "round", ALL_IN)
    monkeypatch.setattr(links, "MOST_LINKS", 3)
    data = written(state)
    sheet = openpyxl.load_workbook(_file(tmp_path, data))[LEDGER_SHEET]
    files = [row[FILE] for row in sheet.iter_rows(min_row=FIRST_ROW + 1)]
    assert [cell.value for cell in files] == [state.accepted[code].name for code in ALL_IN]
    assert [cell.hyperlink is not None for cell in files] == [True, True, True, False, False]
    assert "最多 3 个链接" in sheet.cell(2, CODE + 1).value
    assert errors_of(data) == {"blank_section", "draft_left"}


def test_a_form_of_tables_alone_is_added_without_a_draft(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "round", forms=ROOT / "tests" / "benchmarks" / "forms")
    names = {organ.code: organ.name for organ in campaign.roster.organs}
    figures = {"handling__received__all": 4, "handling__closed__all": 4}
    filings = [filled(campaign.form, code, names[code], **figures) for code in ALL_IN]
    state = hand_in(campaign, [receipt_of(filing) for filing in filings])
    merged = merge_round(state)
    assert merged.whole.figure("handling.received.all") == 4 * len(ALL_IN)
    assert provisional_of(merged) == ""
    assert examine(written(state), "汇总.xlsx", campaign.forms).verdict is Verdict.ACCEPTED


def test_with_its_prose_written_it_is_accepted(tmp_path: Path) -> None:
    data = with_prose(written(county(tmp_path / "round", ALL_IN)))
    assert examine(data, "汇总.xlsx").verdict is Verdict.ACCEPTED


def test_the_same_round_gives_the_same_bytes(tmp_path: Path) -> None:
    state = county(tmp_path / "round", ALL_IN)
    assert written(state) == written(state)


def test_every_total_is_a_formula_over_one_row_per_counted_organ(tmp_path: Path, form_2021: Form) -> None:
    state = county(tmp_path / "round", ALL_IN | {"31": 60})
    package = open_package(written(state))
    spot = lay_out(form_2021).spots[NEW]
    formula = package.cells(spot.sheet)[spot.cell].formula
    left, first, last = re.fullmatch(rf"SUM\('{LEDGER_SHEET}'!([A-Z]+)(\d+):\1(\d+)\)", formula).groups()
    cells = package.cells(LEDGER_SHEET)
    column = cell_name(0, ledger_columns(form_2021)[NEW])[:-1]
    rows = range(int(first), int(last) + 1)
    assert left == column
    assert [cells[cell_name(row - 1, CODE)].value for row in rows] == ["1", "2", "21", "22", "3"]
    assert [cells[f"{column}{row}"].value for row in rows] == [20, 7, 3, 1, 100]


@pytest.mark.parametrize("change", ["shorter", "other_column", "formula_in_ledger", "text_in_ledger"])
def test_a_sum_that_cannot_be_verified_in_the_file_is_refused(tmp_path: Path, form_2021: Form, change: str) -> None:
    data = written(county(tmp_path / "round", ALL_IN))
    spot = lay_out(form_2021).spots[NEW]
    column = cell_name(0, ledger_columns(form_2021)[NEW])[:-1]
    first, last = FIRST_ROW + 1, FIRST_ROW + len(ALL_IN)
    book = openpyxl.load_workbook(_file(tmp_path, data))
    if change == "shorter":
        book[spot.sheet][spot.cell] = f"=SUM({LEDGER_SHEET}!{column}{first}:{column}{last - 1})"
    elif change == "other_column":
        beside = cell_name(0, ledger_columns(form_2021)[NEW] + 1)[:-1]
        book[spot.sheet][spot.cell] = f"=SUM({LEDGER_SHEET}!{beside}{first}:{beside}{last})"
    elif change == "formula_in_ledger":
        book[LEDGER_SHEET][f"{column}{first}"] = "=40/2"
    else:
        book[LEDGER_SHEET][f"{column}{first}"] = "二十"
    book.save(tmp_path / "changed.xlsx")
    assert "formula_not_ours" in errors_of(read_file(tmp_path / "changed.xlsx"))


def _file(folder: Path, data: bytes) -> Path:
    path = folder / "before.xlsx"
    path.write_bytes(data)
    return path


def test_a_stale_stored_sum_is_recomputed_from_the_ledger(tmp_path: Path, form_2021: Form) -> None:
    spot = lay_out(form_2021).spots[NEW]
    package = open_package(written(county(tmp_path / "round", ALL_IN)))
    examined = examine(package.patched({spot.sheet: {spot.cell: NewCell(999, cached_only=True)}}), "汇总.xlsx")
    assert examined.filing is not None
    assert examined.filing.figure(NEW) == 131
    assert "stored_total_differs" in {finding.name for finding in examined.findings}


def test_a_changed_ledger_row_changes_the_sum_that_is_read(tmp_path: Path, form_2021: Form) -> None:
    column = cell_name(0, ledger_columns(form_2021)[NEW])[:-1]
    package = open_package(written(county(tmp_path / "round", ALL_IN)))
    changed = package.patched({LEDGER_SHEET: {f"{column}{FIRST_ROW + 1}": NewCell(21)}})
    assert examine(changed, "汇总.xlsx").filing.figure(NEW) == 132


def test_merging_again_keeps_what_the_coordinator_wrote(tmp_path: Path) -> None:
    state = county(tmp_path / "round", {"1": 20})
    path = workbook_path(state.campaign)
    write_file(path, with_prose(written(state)))
    state = hand_in(state.campaign, [receipt_of(asked(state.campaign.form, "2", 7, "甲县教育局"))])
    whole = merge_round(state).whole
    assert whole.paragraphs("problems") == PROSE
    assert whole.paragraphs("overview") == PROSE
    assert whole.figure(NEW) == 27


def test_a_file_in_its_place_that_cannot_be_read_is_not_overwritten(tmp_path: Path) -> None:
    state = county(tmp_path / "round", {"1": 20})
    write_file(workbook_path(state.campaign), b"not a workbook")
    with pytest.raises(InputError, match="没有覆盖"):
        merge_round(state)


def test_a_draft_says_how_many_are_in_and_is_renewed(tmp_path: Path) -> None:
    state = county(tmp_path / "round", {"1": 20})
    merged = merge_round(state)
    assert merged.whole.paragraphs("overview")[0].text.startswith(f"{DRAFT}本报告应汇总 7 家")
    lacking = "尚缺：甲县教育局、第一中学、第二中学、乙镇人民政府、乙镇东村、乙镇西村"
    assert lacking in merged.whole.paragraphs("overview")[0].text
    write_merged(merged, state, make_board(state, TODAY))
    rest = [asked(state.campaign.form, code, 1, code) for code in ("2", "21", "22", "3")]
    state = hand_in(state.campaign, [receipt_of(filing) for filing in rest])
    assert merge_round(state).whole.paragraphs("overview")[0].text.endswith("已汇总 5 家，全部到齐。")


def test_the_cover_says_that_the_sum_is_provisional(tmp_path: Path) -> None:
    package = open_package(written(county(tmp_path / "round", {"1": 20})))
    cover = package.cells(package.sheets[0].name)
    assert "暂定：应计入 7 家，已计入 1 家，尚缺 6 家" in {cell.value for cell in cover.values()}


def test_nothing_in_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        merge_round(county(tmp_path / "round", {}))


def test_every_file_is_written_beside_the_workbook(tmp_path: Path) -> None:
    state = county(tmp_path / "round", ALL_IN)
    paths = write_merged(merge_round(state), state, make_board(state, TODAY))
    assert workbook_path(state.campaign) in paths
    assert all(path.parent == state.campaign.merged and path.stat().st_size for path in paths)


@pytest.mark.office
def test_libreoffice_adds_the_same_sums_and_the_result_is_still_accepted(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "round", COUNTY)
    fees = ("0.1", "0.2", "59237.2449", "0.7")
    filings = [
        filled(campaign.form, code, f"机关{code}", **{FEES: Decimal(fee), NEW: 3, "requests.granted.natural_person": 3})
        for code, fee in zip(("1", "2", "21", "22"), fees, strict=True)
    ]
    state = hand_in(campaign, [receipt_of(filing) for filing in filings])
    stale = _with_stale_sums(with_prose(written(state)), state.campaign.form)
    (saved,) = convert([_file(tmp_path, stale)], tmp_path / "out")
    examined = examine(read_file(saved), saved.name)
    assert examined.verdict is Verdict.ACCEPTED
    assert examined.filing is not None
    assert examined.filing.figures() == merge_round(state).whole.figures()
    assert "stored_total_differs" not in {finding.name for finding in examined.findings}


def _with_stale_sums(data: bytes, form: Form) -> bytes:
    """Return the workbook with wrong stored results, so that only a recalculation can give the right ones."""
    changes: dict[str, dict[str, NewCell]] = {}
    for name in ledger_columns(form):
        spot = lay_out(form).spots[name]
        changes.setdefault(spot.sheet, {})[spot.cell] = NewCell(1, cached_only=True)
    return open_package(data).patched(changes)


def test_the_next_level_collects_it_like_any_return_and_traces_its_figures_to_it(tmp_path: Path) -> None:
    lower = county(tmp_path / "county", ALL_IN)
    upper = make_campaign(tmp_path / "city", ["0,甲县人民政府办公室,,汇总,,,", "9,市教育局,,,,,"])
    write_file(upper.inbox / "甲县汇总.xlsx", with_prose(written(lower)))
    collected = collect_returns(upper.folder)
    assert [receipt.verdict for receipt in collected.new] == ["accepted"]
    assert [finding["name"] for finding in collected.new[0].findings if finding["severity"] != "note"] == [
        "contact_missing",
        "contact_missing",
        "aspects_missing",
        "fee_not_stated",
    ]
    state = read_round(upper, TODAY)
    merged = merge_round(state)
    assert merged.whole.figures() == merge_round(lower).whole.figures()
    (contribution,) = trace(state, merged, NEW).contributions
    spot = lay_out(upper.form).spots[NEW]
    assert (contribution.file, contribution.value) == ("inbox/甲县汇总.xlsx", 131)
    assert (contribution.sheet, contribution.cell) == (spot.sheet, spot.cell)


def test_a_figure_no_return_gives_stays_blank_and_is_asked_for(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "round")
    receipts = [receipt_of(filled(campaign.form, code, **{FEES: None})) for code in ("1", "2")]
    data = written(hand_in(campaign, receipts))
    spot = lay_out(campaign.form).spots[FEES]
    assert open_package(data).cells(spot.sheet)[spot.cell].value is None
    assert "blank_figure" in errors_of(data)


def test_the_charts_show_organs_results_and_last_year_where_it_is_known(tmp_path: Path) -> None:
    state = county(tmp_path / "round", {"1": 20})
    assert len(charts_of(tmp_path, written(state))) == 2
    campaign = make_campaign(tmp_path / "continued")
    before = replace(asked(campaign.form, "1", 20), previous=asked(campaign.form, "1", 18).figures())
    charts = charts_of(tmp_path, written(hand_in(campaign, [receipt_of(before)])))
    assert [len(chart.series) for chart in charts] == [1, 1, 2]


def charts_of(folder: Path, data: bytes) -> list[Any]:
    return openpyxl.load_workbook(_file(folder, data))["图表"]._charts


def test_a_form_without_headline_figures_has_no_charts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chartsheet, "headlines", lambda _: ())
    assert charts_of(tmp_path, written(county(tmp_path / "round", {"1": 20}))) == []


def test_any_form_can_be_consolidated(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "round", year=2050, forms=SMALL)
    assert campaign.form.edition == "small"
    returns = [Filing(campaign.form, code, code, 2050, full_answers(campaign.form, 4)) for code in ("1", "2")]
    state = hand_in(campaign, [receipt_of(filing) for filing in returns])
    examined = examine(written(state), "whole.xlsx", SMALL)
    assert examined.filing is not None
    assert examined.filing.figures() == merge_round(state).whole.figures()


def test_columns_in_which_no_organ_has_anything_are_not_shown_and_said_to_be_there(tmp_path: Path) -> None:
    state = county(tmp_path / "round", ALL_IN)
    ledger = openpyxl.load_workbook(io.BytesIO(written(state)))[LEDGER_SHEET]
    columns = ledger_columns(state.campaign.form)
    closed = [range(one.min, one.max + 1) for one in ledger.column_dimensions.values() if one.hidden]
    hidden = {name for name, at in columns.items() if any(at + 1 in group for group in closed)}
    assert hidden == {name for name in columns if not any(one.figure(name) for one in state.returns.values())}
    assert NEW not in hidden
    assert f"没有一家填数的 {len(hidden)} 列没有显示" in str([cell.value for cell in ledger[2]])


@pytest.mark.office
def test_printed_the_sheets_of_every_figure_take_few_pages(tmp_path: Path) -> None:
    (saved,) = convert([_file(tmp_path, written(county(tmp_path / "round", ALL_IN)))], tmp_path / "out", "pdf")
    a3 = re.findall(rb"/MediaBox\s*\[\s*0 0 1190", read_file(saved))
    assert 2 <= len(a3) <= 20  # some two hundred columns, on two sheets


def test_a_data_file_somebody_edited_is_not_overwritten(tmp_path: Path) -> None:
    state = county(tmp_path / "round", ALL_IN)
    board = make_board(state, TODAY)
    write_merged(merge_round(state), state, board)
    write_merged(merge_round(state), state, board)  # as it was written
    edited = state.campaign.merged / "totals.csv"
    edited.write_bytes(edited.read_bytes() + "备注,已核\r\n".encode())
    with pytest.raises(InputError, match=r"“merged/totals\.csv”.*没有覆盖"):
        write_merged(merge_round(state), state, board)
    assert edited.read_bytes().endswith("已核\r\n".encode())
    write_merged(merge_round(state), state, board, force=True)
    assert not edited.read_bytes().endswith("已核\r\n".encode())
    (state.campaign.merged / "made_of.json").write_text("{", encoding="utf-8")  # the data package tells as well
    write_merged(merge_round(state), state, board)
    (state.campaign.merged / "made_of.json").unlink()
    edited.write_bytes(edited.read_bytes() + "备注,已核\r\n".encode())
    with pytest.raises(InputError, match="没有覆盖"):
        write_merged(merge_round(state), state, board)


def test_sheets_of_no_use_in_a_sum_are_out_of_sight_and_so_not_printed(tmp_path: Path) -> None:
    data = written(county(tmp_path / "round", ALL_IN))
    sheets = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    unseen = {sheet.title for sheet in sheets if sheet.sheet_state == "hidden"}
    assert unseen == {"填报说明", "粘贴 二、主动公开", "粘贴 三、申请办理", "粘贴 四、复议诉讼"}
    found = [link.location for sheet in sheets for link in sheet._hyperlinks]
    assert [link for link in found if any(name in link for name in unseen)] == []


def test_the_words_of_the_coordinator_are_read_without_the_rows_behind_them(tmp_path: Path) -> None:
    state = county(tmp_path / "round", ALL_IN)
    data = with_prose(written(state))
    bare = without_sheets(data, OWN_SHEETS)
    assert open_package(bare).cells(LEDGER_SHEET) == {}
    whole, part = (examine(content, "汇总.xlsx").filing for content in (data, bare))
    assert whole is not None
    assert part is not None
    typed = [name for name, field in state.campaign.form.fields.items() if field.kind in TYPED]
    assert [whole.answers.get(name) for name in typed] == [part.answers.get(name) for name in typed]
    assert part.paragraphs("overview") == PROSE
    assert without_sheets(b"no workbook", OWN_SHEETS) == b"no workbook"
