"""Issuing: every organ gets its workbook, stamped ones hold what written ones hold, and nothing changes twice."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest
from casebook import SMALL
from rounds import BALANCED, ROSTER, YEAR, begin, filled, put, roster_file

from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.issue.copies import CopyMaker
from toolkit.campaign.issue.issuing import issue_workbooks
from toolkit.campaign.round.folder import init_campaign, open_campaign
from toolkit.campaign.round.roster import Organ
from toolkit.campaign.round.seals import seal_of
from toolkit.campaign.round.workers import Workers
from toolkit.errors import OutputError
from toolkit.form.values import Kind
from toolkit.workbook.layout import lay_out
from toolkit.workbook.returned.reading import read_workbook
from toolkit.workbook.template.blank import blank_filing
from toolkit.workbook.template.workbook import write_workbook
from toolkit.workbook.template.writer import Delivery
from toolkit.workbook.wording.languages import wording_of
from toolkit.xlsx.package import open_package

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.campaign.round.folder import Campaign
    from toolkit.form.values import Figure


def contents(data: bytes) -> object:
    """Return every fact of a workbook that a program can see: cells, names, properties, protection."""
    package = open_package(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)  # of it only the properties are asked here
    sheets = {
        info.name: (
            info.state,
            {at: (cell.value, cell.formula, cell.style) for at, cell in package.cells(info.name).items()},
            package.merges(info.name),
            package.protection(info.name),
        )
        for info in package.sheets
    }
    told = book.properties
    return sheets, dict(package.names), dict(package.properties), (told.title, told.creator, told.created)


def campaign_of(folder: Path, year: int, forms: Path | None) -> Campaign:
    table = roster_file(folder.parent, ROSTER)
    return init_campaign(folder, year=year, organ="云溪县公开办", roster=table, forms=forms)


PREVIOUS = (
    ("none", lambda _: None),
    ("noughts", lambda _: 0),
    ("figures", lambda place: place * 7 % 11),
    ("large", lambda place: 10**9 + place),
    ("below nought", lambda place: -place),
    ("fractions", lambda place: Decimal(place) / 8),
    ("too large", lambda place: 10**15 + place),
    ("one in three", lambda place: place if place % 3 == 0 else None),
)


@pytest.mark.parametrize(("year", "forms"), [(2020, None), (2024, None), (YEAR, SMALL)])
@pytest.mark.parametrize("kind", [kind for kind, _ in PREVIOUS])
def test_a_stamped_workbook_holds_what_a_written_one_holds(
    tmp_path: Path, year: int, forms: Path | None, kind: str
) -> None:
    campaign = campaign_of(tmp_path / "a", year, forms)
    figure = dict(PREVIOUS)[kind]
    previous: dict[str, Figure] = {
        name: Decimal(figure(place)) / 4 if field.kind is Kind.AMOUNT else figure(place)
        for place, (name, field) in enumerate(campaign.form.fields.items())
        if field.kind.is_figure and figure(place) is not None
    }
    organ = Organ("A&1<", "云溪县“科”&<工>局")
    filing, locked = blank_filing(campaign.form, organ.name, organ.code, campaign.year, previous)
    seal = seal_of(campaign, organ.code)
    password, delivery = campaign.key.password, Delivery(office=campaign.organ)
    written = write_workbook(filing, locked=locked, seal=seal, password=password, delivery=delivery)
    assert contents(CopyMaker(campaign).workbook(organ, previous)) == contents(written)


DAY = dt.date(2025, 1, 9)
DELIVERIES = (
    (None, "", "", ("", "云溪县公开办", "")),
    (DAY, "", "0571-9", ("2025年1月9日前", "云溪县公开办", "0571-9")),
    (DAY, "xx@example.cn", "王五 0571-9", ("2025年1月9日前", "云溪县公开办　发到 xx@example.cn", "王五 0571-9")),
)


@pytest.mark.parametrize(("day", "address", "ask", "shown"), DELIVERIES)
def test_the_cover_says_by_when_and_to_whom(
    tmp_path: Path, day: dt.date | None, address: str, ask: str, shown: tuple[str, str, str]
) -> None:
    campaign = replace(campaign_of(tmp_path / "a", 2024, None), return_to=address, call=ask)
    maker = CopyMaker(campaign)
    for name in ("云溪县财政局", "云溪县教育局"):
        organ = Organ("A1", name, deadline=day)
        sheet = openpyxl.load_workbook(io.BytesIO(maker.workbook(organ, {})))[campaign.form.words.cover]
        words = wording_of(campaign.form).cover
        lines = {sheet.cell(row, 2).value: sheet.cell(row, 3).value for row in range(1, 20)}
        labels = (words.due_label, words.office_label, words.ask_label)
        assert tuple(lines.get(label) or "" for label in labels) == shown
        assert sum(sheet.row_dimensions[row].hidden for row in range(1, 20)) == shown.count("")


def test_every_organ_gets_its_own_workbook(tmp_path: Path) -> None:
    campaign = begin(tmp_path / "a")
    for organ in campaign.roster.organs:
        name = campaign.file_name(organ)
        identity = read_workbook((campaign.outbox / name).read_bytes(), name, SMALL).identity
        assert identity is not None
        assert (identity.code, identity.organ, identity.year) == (organ.code, organ.name, YEAR)
        assert identity.seal == seal_of(campaign, organ.code)


def test_seals_differ_between_organs_and_campaigns(tmp_path: Path) -> None:
    first, second = begin(tmp_path / "a"), begin(tmp_path / "b")
    assert len({seal_of(first, "01"), seal_of(first, "02"), seal_of(second, "01")}) == 3


def test_the_manifest_lists_every_file_with_its_hash(tmp_path: Path) -> None:
    campaign = begin(tmp_path / "a")
    with (campaign.outbox / "manifest.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["code"], row["organ"]) for row in rows] == [(o.code, o.name) for o in campaign.roster.organs]
    assert all((campaign.outbox / row["file"]).is_file() and len(row["sha256"]) == 64 for row in rows)


def test_issuing_again_touches_nothing(tmp_path: Path) -> None:
    campaign = begin(tmp_path / "a")
    before = {path: path.stat().st_mtime_ns for path in campaign.outbox.iterdir()}
    assert issue_workbooks(campaign.folder).written == ()
    assert {path: path.stat().st_mtime_ns for path in campaign.outbox.iterdir()} == before


def test_only_what_changed_is_issued_again(tmp_path: Path) -> None:
    campaign = begin(tmp_path / "a")
    (campaign.outbox / campaign.file_name(campaign.roster.by_code["02"])).unlink()
    roster_file(campaign.folder, ROSTER.replace("财政局", "财税局") + "03,云溪县卫健局\n", "roster.csv")
    issued = issue_workbooks(campaign.folder)
    assert issued.written == ("01", "02", "03")
    assert issued.withdrawn == (f"云溪县财政局-{YEAR}.xlsx",)
    assert (campaign.outbox / "已撤回" / f"云溪县财政局-{YEAR}.xlsx").is_file()


def test_every_parent_gets_a_zip_and_a_note_for_its_own(tmp_path: Path) -> None:
    campaign = begin(tmp_path / "a")
    with zipfile.ZipFile(campaign.outbox / "发放包-云溪县教育局.zip") as archive:
        assert sorted(archive.namelist()) == [
            f"云溪县教研室-{YEAR}.xlsx",
            f"云溪县教育局-{YEAR}.xlsx",
            "填报说明.txt",
        ]
        note = archive.read("填报说明.txt").decode("utf-8-sig")
    assert "2051-01-20" in note
    assert "教研室" in note
    with zipfile.ZipFile(campaign.outbox / "发放包-云溪县公开办.zip") as archive:
        assert [name for name in archive.namelist() if name.endswith("xlsx")] == [f"云溪县财政局-{YEAR}.xlsx"]


def test_many_processes_issue_the_same_bytes(tmp_path: Path) -> None:
    lines = "".join(f"{place:03d},机关{place}\n" for place in range(120))
    campaign = begin(tmp_path / "a", f"代码,名称\n{lines}")
    assert issue_workbooks(campaign.folder, Workers(2)).written == ()


def test_a_file_where_outbox_should_be_stops_without_loss(tmp_path: Path) -> None:
    campaign = begin(tmp_path / "a")
    campaign.outbox.rename(tmp_path / "kept")
    campaign.outbox.write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="不能写入"):
        issue_workbooks(campaign.folder)


def second_round(folder: Path, roster: str) -> Campaign:
    """Return the round after one in which 01 and 02 have been accepted with 2 open at the end, 0201 is missing."""
    first = begin(folder / "first")
    for code in ("01", "02"):
        put(
            first,
            f"{code}.xlsx",
            filled(first, code, {**BALANCED, "handling.open_after.web": 1, "handling.received.web": 1}),
        )
    collect_returns(first.folder)
    return begin(folder / "second", roster, YEAR + 1, first.folder)


def carried(campaign: Campaign, code: str) -> dict[str, object]:
    name = campaign.file_name(campaign.roster.by_code[code])
    filing = read_workbook((campaign.outbox / name).read_bytes(), name, SMALL).filing
    assert filing is not None
    return {key.rpartition(".")[2]: value for key, value in filing.answers.items() if "open_before" in key}


def test_last_year_is_carried_over_and_locked(tmp_path: Path) -> None:
    campaign = second_round(tmp_path, ROSTER)
    assert carried(campaign, "01") == {"post": 2, "mail": 0, "web": 1}
    book = openpyxl.load_workbook(campaign.outbox / campaign.file_name(campaign.roster.by_code["01"]))
    spot = lay_out(campaign.form).spots["handling.open_before.post"]
    sheet, cell = spot.sheet, spot.cell
    assert book[sheet][cell].protection.locked


def test_an_organ_without_an_accepted_return_last_year_gets_nothing_and_is_named(tmp_path: Path) -> None:
    campaign = second_round(tmp_path, ROSTER + "03,新机关\n")
    assert carried(campaign, "0201") == {}
    told = issue_workbooks(campaign.folder).without_previous
    assert "没有 0201 的已通过报表" in told["0201"]
    assert "前身代码" in told["03"]
    assert set(told) == {"0201", "03"}


def test_a_renamed_organ_inherits_by_its_predecessor(tmp_path: Path) -> None:
    campaign = second_round(tmp_path, "代码,名称,前身代码\n11,云溪县财税局,01\n02,云溪县教育局,\n")
    assert carried(campaign, "11") == {"post": 2, "mail": 0, "web": 1}


def test_a_merged_organ_inherits_the_sum(tmp_path: Path) -> None:
    campaign = second_round(tmp_path, "代码,名称,前身代码\n11,云溪县财教局,01、02\n")
    assert carried(campaign, "11") == {"post": 4, "mail": 0, "web": 2}


def test_an_organ_that_took_in_another_keeps_its_own_figures_too(tmp_path: Path) -> None:
    campaign = second_round(tmp_path, "代码,名称,前身代码\n01,云溪县财政局,02\n")
    assert carried(campaign, "01") == {"post": 4, "mail": 0, "web": 2}


def test_a_sum_of_which_a_part_is_missing_is_not_carried(tmp_path: Path) -> None:
    campaign = second_round(tmp_path, "代码,名称,前身代码\n11,云溪县财教局,01；0201\n")
    assert carried(campaign, "11") == {}
    assert "0201" in issue_workbooks(campaign.folder).without_previous["11"]


def test_a_correction_of_last_year_reaches_the_next_issue(tmp_path: Path) -> None:
    campaign = second_round(tmp_path, ROSTER)
    first = open_campaign(tmp_path / "first")
    put(first, "补.xlsx", filled(first, "01", {**BALANCED, "handling.received.post": 9, "handling.open_after.post": 6}))
    collect_returns(first.folder)
    assert issue_workbooks(campaign.folder).written == ("01",)
    assert carried(campaign, "01")["post"] == 6


def test_a_result_the_template_took_for_constant_is_written_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = campaign_of(tmp_path / "a", YEAR, SMALL)
    previous = {name: 2 for name, field in campaign.form.fields.items() if field.kind.is_figure}
    organ = Organ("1", "甲")
    usual = CopyMaker(campaign).workbook(organ, previous)
    press = CopyMaker(campaign)
    monkeypatch.setattr("toolkit.campaign.issue.copies.Pattern.values", lambda *_: None)
    assert contents(press.workbook(organ, previous)) == contents(usual)


def test_a_figure_that_the_form_no_longer_has_is_left_behind(tmp_path: Path) -> None:
    """The year a form changes, last year's figures come with the fields it had then."""
    campaign = campaign_of(tmp_path / "a", YEAR, SMALL)
    figures: dict[str, Figure] = {name: 2 for name, field in campaign.form.fields.items() if field.kind.is_figure}
    press, organ = CopyMaker(campaign), Organ("1", "甲")
    wanted = press.workbook(organ, figures)
    assert press.workbook(organ, {**figures, "handling.no_longer.all": 5}) == wanted
    assert press.workbook(organ, {"handling.no_longer.all": 5}) == press.workbook(organ, {})


def test_what_is_kept_between_workbooks_never_shows(tmp_path: Path) -> None:
    """Equal figures of other digits, noughts between others, two organs with the same: each as if made alone."""
    campaign = campaign_of(tmp_path / "a", YEAR, SMALL)
    figures = [name for name, field in campaign.form.fields.items() if field.kind.is_figure]
    given: list[Figure] = [1, Decimal("1.0"), Decimal("1.00"), 0, 1, Decimal("0.5"), 10**12]
    jobs = [(Organ(f"{place}", f"甲{place}"), dict.fromkeys(figures, figure)) for place, figure in enumerate(given)]
    jobs += [(Organ("9", "乙"), {**dict.fromkeys(figures, 0), figures[0]: 3})]
    press = CopyMaker(campaign)
    for organ, previous in [*jobs, *reversed(jobs)]:
        assert press.workbook(organ, previous) == CopyMaker(campaign).workbook(organ, previous)


def test_a_workbook_taken_away_by_hand_needs_no_withdrawing(tmp_path: Path) -> None:
    campaign = begin(tmp_path / "a")
    (campaign.outbox / f"云溪县财政局-{YEAR}.xlsx").unlink()
    roster_file(campaign.folder, ROSTER.replace("财政局", "财税局"), "roster.csv")
    assert issue_workbooks(campaign.folder).withdrawn == ()


def test_a_zip_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    campaign = begin(tmp_path / "a")
    parcel = campaign.outbox / "发放包-云溪县教育局.zip"
    parcel.unlink()
    (parcel / "占着").mkdir(parents=True)
    with pytest.raises(OutputError, match=r"不能写入.*发放包"):
        issue_workbooks(campaign.folder)


def test_a_workbook_that_cannot_be_moved_is_told(tmp_path: Path) -> None:
    campaign = begin(tmp_path / "a")
    (campaign.outbox / "已撤回").write_text("", encoding="utf-8")
    roster_file(campaign.folder, ROSTER.replace("财政局", "财税局"), "roster.csv")
    with pytest.raises(OutputError, match="不能移动"):
        issue_workbooks(campaign.folder)
