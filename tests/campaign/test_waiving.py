"""What the coordinator lets pass: counted although it is wrong, told and recorded, and over when the figures change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import openpyxl
import pytest
from casebook import SMALL
from rounds import BALANCED, BROKEN, begin_broken, filled, put, waiving_on
from terminal import CANNOT_PROCEED, CLEAN, FINDINGS

from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.intake.receipts import ReceiptBook
from toolkit.form.values import Paragraph
from toolkit.workbook.filling import fill_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli

    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.round.folder import Campaign
    from toolkit.form.model import Form
    from toolkit.form.values import Value

ORGAN = "云溪县财政局"
NAME = "handling_balance"
WHY = ("--why", "原始台账已经核过")


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return begin_broken(tmp_path / "a")


def newest(campaign: Campaign) -> Receipt:
    with ReceiptBook(campaign.receipts_file) as book:
        return [receipt for receipt in book.all() if receipt.code == "01"][-1]


def counts(xxgk: Cli, campaign: Campaign) -> dict[str, int]:
    return dict(xxgk("status", campaign.folder, "--json").json["counts"])


def test_a_finding_let_pass_no_longer_keeps_the_return_from_counting(xxgk: Cli, campaign: Campaign) -> None:
    assert counts(xxgk, campaign)["needs-fixing"] == 1
    ran = xxgk("waive", campaign.folder, ORGAN, NAME, *WHY)
    assert ran.code == CLEAN, ran.err
    assert "准予通过" in ran.out
    assert counts(xxgk, campaign)["accepted"] == 1
    (finding,) = [one for one in newest(campaign).findings if one["name"] == NAME]
    assert finding["closed"] == "waived"
    assert finding["message"].endswith("（主管部门准予通过：原始台账已经核过）")
    told = xxgk("history", campaign.folder, ORGAN).out
    assert "准予通过" in told
    assert "原始台账已经核过" in told
    assert (NAME in told, NAME in ran.out) == (False, False)  # people read the finding's words
    assert [path.name for path in campaign.sendback.glob("*.*")] == []  # at once, not when something comes next
    xxgk("waive", campaign.folder, ORGAN, NAME, "--undo")
    assert sorted(path.suffix for path in campaign.sendback.glob(f"{ORGAN}*")) == [".txt", ".xlsx", ".xlsx"]


def test_a_finding_let_pass_is_not_in_the_list_of_what_to_mend(campaign: Campaign, xxgk: Cli) -> None:
    """The clerk gets the list because of something else; the waived finding would read as one more thing to do."""
    put(campaign, "财政二.xlsx", filled(campaign, "01", {**BROKEN, "appeals.internal.lodged": None}))
    collect_returns(campaign.folder)
    before = openpyxl.load_workbook(campaign.sendback / f"{ORGAN}.xlsx").active
    xxgk("waive", campaign.folder, ORGAN, NAME, *WHY)
    after = openpyxl.load_workbook(campaign.sendback / f"{ORGAN}.xlsx").active
    assert (before.max_row, after.max_row) == (5, 4)


def test_a_waiver_goes_on_for_a_new_version_with_the_same_figures_only(xxgk: Cli, campaign: Campaign) -> None:
    xxgk("waive", campaign.folder, ORGAN, NAME, *WHY)
    put(campaign, "财政二.xlsx", filled(campaign, "01", {**BROKEN, "appeals.internal.lodged": 1}))
    collect_returns(campaign.folder)
    assert [one["closed"] for one in newest(campaign).findings if one["name"] == NAME] == ["waived"]
    put(campaign, "财政三.xlsx", filled(campaign, "01", {**BROKEN, "handling.in_full.post": 5}))
    collect_returns(campaign.folder)
    assert [one["closed"] for one in newest(campaign).findings if one["name"] == NAME] == [""]
    assert not newest(campaign).is_accepted


def test_a_waiver_can_be_taken_back_and_can_end_by_itself(
    xxgk: Cli, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    xxgk("waive", campaign.folder, ORGAN, NAME, *WHY)
    assert xxgk("waive", campaign.folder, ORGAN, NAME, "--undo").code == CLEAN
    assert not newest(campaign).is_accepted
    assert "主管部门准予" not in str(newest(campaign).findings)
    with waiving_on(monkeypatch, yesterday := date.today() - timedelta(days=1)):  # noqa: DTZ011 - a day of the calendar
        assert xxgk("waive", campaign.folder, ORGAN, NAME, *WHY, "--until", yesterday).code == CLEAN
    assert not newest(campaign).is_accepted
    tomorrow = (date.today() + timedelta(days=1)).isoformat()  # noqa: DTZ011
    assert xxgk("waive", campaign.folder, ORGAN, NAME, *WHY, "--until", tomorrow).code == CLEAN
    assert newest(campaign).is_accepted
    told = xxgk("history", campaign.folder, ORGAN).out
    assert (f"（到 {tomorrow} 为止）" in told, "撤销“准予通过”" in told, NAME in told) == (True, True, False)


def test_of_two_waivers_of_the_same_figures_the_later_one_holds(
    xxgk: Cli, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    xxgk("waive", campaign.folder, ORGAN, NAME, *WHY)
    with waiving_on(monkeypatch, yesterday := date.today() - timedelta(days=1)):  # noqa: DTZ011
        xxgk("waive", campaign.folder, ORGAN, NAME, *WHY, "--until", yesterday)
    assert not newest(campaign).is_accepted
    told = xxgk("history", campaign.folder, ORGAN).out
    assert told.count("主管部门准予通过") == 0
    xxgk("waive", campaign.folder, ORGAN, NAME, "--undo")
    assert newest(campaign).is_accepted


def test_what_cannot_be_waived_is_said(xxgk: Cli, campaign: Campaign) -> None:
    for arguments, word in (
        ((ORGAN, NAME), "原因"),
        ((ORGAN, "requests_balance", *WHY), NAME),
        (("云溪县教育局", NAME, *WHY), "还没有收到"),
        ((ORGAN, NAME, "--undo"), "没有准予过"),
        ((ORGAN, NAME, *WHY, "--until", "明天"), "认不出"),
        ((ORGAN, NAME, *WHY, "--until", "2025-03-01"), f"2025-03-01 已经过去（今天是 {date.today()}）"),  # noqa: DTZ011
    ):
        ran = xxgk("waive", campaign.folder, *arguments)
        assert ran.code == CANNOT_PROCEED
        assert word in ran.err, arguments
    put(campaign, "财政二.xlsx", filled(campaign, "01", {**BALANCED, "handling.in_full.post": None}))
    collect_returns(campaign.folder)
    assert xxgk("status", campaign.folder).code == FINDINGS


def test_one_of_several_findings_of_a_name_is_let_pass_by_its_cell(xxgk: Cli, campaign: Campaign) -> None:
    both = {**BROKEN, "handling.received.mail": 9}
    put(campaign, "财政二.xlsx", filled(campaign, "01", both))
    collect_returns(campaign.folder)
    found = [one for one in newest(campaign).findings if one["name"] == NAME]
    if len(found) > 1:
        ran = xxgk("waive", campaign.folder, ORGAN, NAME, *WHY)
        assert ran.code == CANNOT_PROCEED
        assert f"{NAME}@" in ran.err
    cell = found[0]["places"][0]["cell"]
    assert xxgk("waive", campaign.folder, ORGAN, f"{NAME}@{cell}", *WHY).code == CLEAN
    assert next(one["closed"] for one in newest(campaign).findings if one["name"] == NAME) == "waived"


def test_a_finding_let_pass_is_nothing_to_be_mended_anywhere_and_one_no_longer_let_pass_says_why(
    xxgk: Cli, campaign: Campaign
) -> None:
    xxgk("waive", campaign.folder, ORGAN, NAME, *WHY)
    listed = xxgk("status", campaign.folder, "--problems", "--json").json
    assert [one["state"] for one in listed["problems"] if one["name"] == NAME] == ["准予通过"]
    assert [one["errors"] for one in listed["by_organ"]] == [0]
    put(campaign, "财政二.xlsx", filled(campaign, "01", {**BROKEN, "appeals.internal.lodged": 1}))
    assert "财政二.xlsx　云溪县财政局：可以报送，准予通过 1 处" in xxgk("collect", campaign.folder).out
    assert "可以报送（有 1 处准予通过）" in xxgk("history", campaign.folder, ORGAN).out
    put(campaign, "财政三.xlsx", filled(campaign, "01", {**BROKEN, "handling.in_full.post": 5}))
    collect_returns(campaign.folder)
    (finding,) = [one for one in newest(campaign).findings if one["name"] == NAME]
    assert finding["message"].endswith("（原来准予通过，所根据的数改了，不再有效）")
    states = {one["state"] for one in xxgk("status", campaign.folder, "--problems", "--json").json["problems"]}
    assert "要改" in states
    xxgk("waive", campaign.folder, ORGAN, NAME, *WHY)
    (finding,) = [one for one in newest(campaign).findings if one["name"] == NAME]
    assert (finding["closed"], "不再有效" in finding["message"]) == ("waived", False)


def test_what_the_sum_owes_only_to_a_finding_let_pass_is_let_pass_too(xxgk: Cli, campaign: Campaign) -> None:
    put(campaign, "教育.xlsx", filled(campaign, "02", BALANCED))
    collect_returns(campaign.folder)
    xxgk("waive", campaign.folder, ORGAN, NAME, *WHY)
    ran = xxgk("merge", campaign.folder)
    assert (ran.code, "只因“云溪县财政局”的同一条已准予" in ran.out) == (CLEAN, True)
    found = xxgk("merge", campaign.folder, "--json").json["findings"]
    assert {one["closed"] for one in found if one["name"] == NAME} == {"waived"}
    effects = xxgk("why", campaign.folder, "--if", "02", "handling.received.post=6", "--json").json
    assert any("相差" in told for told in effects["findings"])  # one of its own would be told


def test_the_report_of_the_whole_is_no_draft_because_of_what_was_let_pass(xxgk: Cli, campaign: Campaign) -> None:
    xxgk("waive", campaign.folder, ORGAN, NAME, *WHY)
    roster = campaign.folder / "roster.csv"
    roster.write_text("代码,名称\n01,云溪县财政局\n", encoding="utf-8")
    xxgk("merge", campaign.folder)
    (path,) = campaign.merged.glob("汇总-*.xlsx")

    def written(form: Form) -> dict[str, Value]:
        return {section.id: (Paragraph("都写好了。"),) for section in form.sections if not section.is_table}

    path.write_bytes(fill_workbook(path.read_bytes(), path.name, written, SMALL))
    ran = xxgk("publish", campaign.folder, "--to", "txt")
    assert (ran.code, "草稿" in ran.out + ran.err) == (CLEAN, False)
