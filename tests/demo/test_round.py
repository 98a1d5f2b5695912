"""The example district: its figures satisfy the form, its years meet, and its stories are about what is there."""

from __future__ import annotations

import csv
import itertools
import json
import re
import tomllib
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from casebook import ROOT
from desks import Visitor, words_of

from toolkit.campaign.board.board import make_board, read_round
from toolkit.campaign.intake.history import Step
from toolkit.campaign.intake.receipts import ReceiptBook
from toolkit.campaign.intake.standings import State, standing
from toolkit.campaign.round.folder import open_campaign
from toolkit.demo.district import load_round
from toolkit.filing.checking import check_filing
from toolkit.filing.filing import Filing
from toolkit.form.values import Kind
from toolkit.workbook.answers.values import parse_answers
from toolkit.workbook.template.blank import carried_figures

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.demo.district import ExampleRound
    from toolkit.form.values import Figure, Value

DISTRICT = ROOT / "examples" / "district"
YEARS = (2023, 2024)
PLAN = tomllib.loads((ROOT / "examples" / "demo.toml").read_text(encoding="utf-8"))["district"]
CONTACTS = {"cover.contact": "某同志", "cover.phone": "0000-0000000", "cover.date": "2025-01-15"}


@pytest.fixture(scope="module", params=YEARS)
def year_round(request: pytest.FixtureRequest) -> ExampleRound:
    return load_round(request.param)


def roster_of(year: int) -> list[dict[str, str]]:
    with (DISTRICT / f"roster_{year}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def answers_of(entry: ExampleRound, code: str) -> dict[str, Value]:
    return parse_answers(entry.form, {**entry.answers[code], **CONTACTS}, code)


def previous_of(organ: dict[str, str], before: ExampleRound) -> dict[str, Figure]:
    """Return last year's figures of an organ, summed over its predecessors."""
    figures: Counter[str] = Counter()
    for code in organ["前身代码"].split(";") if organ["前身代码"] else [organ["代码"]]:
        last = Filing(before.form, "", code, before.year, answers_of(before, code))
        figures.update(last.figures())
    return dict(figures)


def test_every_organ_of_the_roster_answers_and_nobody_else(year_round: ExampleRound) -> None:
    codes = [row["代码"] for row in roster_of(year_round.year)]
    assert len(codes) == len(set(codes)) >= 40
    assert list(year_round.answers) == codes


def test_every_figure_listed_is_a_typed_field_listed_once_and_not_zero(year_round: ExampleRound) -> None:
    with (DISTRICT / f"figures_{year_round.year}.csv").open(encoding="utf-8", newline="") as stream:
        listed = list(csv.DictReader(stream))
    assert max(Counter((row["code"], row["field"]) for row in listed).values()) == 1
    assert [row for row in listed if row["value"].strip("0.") == ""] == []


def test_every_organ_satisfies_every_rule_in_the_first_year() -> None:
    entry = load_round(YEARS[0])
    for code in entry.answers:
        filing = Filing(entry.form, code, code, entry.year, {}).with_answers(answers_of(entry, code))
        assert [finding.message for finding in check_filing(filing)] == [], code


def test_every_organ_satisfies_every_rule_and_meets_last_year_in_the_second() -> None:
    before, entry = map(load_round, YEARS)
    for organ in roster_of(entry.year):
        code, previous = organ["代码"], previous_of(organ, before)
        answers = answers_of(entry, code)
        filing = Filing(entry.form, organ["名称"], code, entry.year, {}, previous).with_answers(answers)
        assert [finding.message for finding in check_filing(filing)] == [], code
        carried = carried_figures(entry.form, previous)
        assert carried == {name: answers[name] for name in carried}
        assert carried


def test_an_organ_that_files_for_those_below_it_files_their_sum(year_round: ExampleRound) -> None:
    roster = roster_of(year_round.year)
    covering = [row["代码"] for row in roster if row["类型"] == "汇总"]
    assert len(covering) == 1
    for code in covering:
        below = [row["代码"] for row in roster if row["上级代码"] == code]
        answers = answers_of(year_round, code)
        for name, entry in year_round.form.fields.items():
            if entry.kind.is_required_figure:
                assert answers[name] == sum(year_round.answers[child][name] for child in below), name


def test_no_two_texts_are_the_same() -> None:
    texts = [
        (name, tuple(answers[name]))
        for entry in map(load_round, YEARS)
        for answers in entry.answers.values()
        for name in ("overview", "problems")
    ]
    assert max(Counter(texts).values()) == 1


def test_the_years_differ_by_one_renamed_and_one_merged_organ() -> None:
    last, this = ({row["代码"] for row in roster_of(year)} for year in YEARS)
    heirs = [row for row in roster_of(YEARS[1]) if row["前身代码"]]
    assert {row["代码"] for row in heirs} == this - last
    assert sorted(len(row["前身代码"].split(";")) for row in heirs) == [1, 2]
    assert set(itertools.chain(*(row["前身代码"].split(";") for row in heirs))) == last - this


def test_the_stories_are_about_organs_and_fields_that_exist(year_round: ExampleRound) -> None:
    for wave in year_round.waves:
        assert wave.absent <= set(year_round.answers)
        files = [(arrival.zip, arrival.file) for arrival in wave.arrivals]
        assert len(files) == len(set(files))
        for arrival in wave.arrivals:
            assert arrival.organ in year_round.answers
            assert set(arrival.change) <= set(year_round.form.fields)
            for start in arrival.blank:
                assert any(name.startswith(start) for name in year_round.form.fields)


def test_the_demonstrated_round_holds_every_kind_of_return() -> None:
    first, second = load_round(YEARS[1]).waves
    arrivals = [*first.arrivals, *second.arrivals]
    for kind in ("zip", "change", "blank", "register", "year", "text", "same_as"):
        assert any(getattr(arrival, kind) for arrival in arrivals), kind
    late, missing = sorted(first.absent)
    assert late in {arrival.organ for arrival in second.arrivals}
    assert missing not in {arrival.organ for arrival in arrivals}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    """Return a visitor whose desk has played the whole demonstration, beside a folder of an earlier one."""
    base = tmp_path_factory.mktemp("district")
    (base / PLAN["folder"]).mkdir()
    (base / PLAN["folder"] / "上次的结果.txt").touch()
    visitor = Visitor(base)
    assert visitor.post("/example").status_code == 303
    assert "正在准备示例" in visitor.text("/")
    visitor.wait()
    return visitor


@pytest.fixture(scope="module")
def played(shown: Visitor) -> Path:
    """Return the campaign folder of the second year after the whole demonstration."""
    return next(folder for folder in shown.desk.folders().values() if folder.name == f"{YEARS[1]}年报")


@pytest.fixture(scope="module")
def received(played: Path) -> dict[str, Receipt]:
    """Return the receipts of the second year by the file they came in."""
    with ReceiptBook(open_campaign(played).receipts_file) as book:
        return {receipt.file.removeprefix("inbox/"): receipt for receipt in book.all()}


@pytest.mark.slow
def test_the_desk_shows_what_it_played(shown: Visitor) -> None:
    page = shown.text("/")
    place = re.search(r'class="button" href="(/round/\w+/)"', page)
    assert place, page
    assert "还差 2 家" not in words_of(shown.text(place[1]))
    assert "1 家要改：把各家的话复制" in words_of(shown.text(place[1]))
    assert len(shown.desk.folders()) == 2


@pytest.mark.slow
def test_the_round_ends_with_one_organ_missing_and_one_to_mend(played: Path) -> None:
    campaign = open_campaign(played)
    with ReceiptBook(campaign.receipts_file) as book:
        places = standing(campaign, book)
    open_cases = {code: place.state for code, place in places.items() if place.state is not State.ACCEPTED}
    assert open_cases == {"990147": State.NEEDS_FIXING, "990150": State.MISSING}
    assert [code for code, place in places.items() if place.late] == ["990127", "990150"]
    assert {code: len(place.superseded) for code, place in places.items() if place.superseded} == {
        "990103": 1, "990111": 1, "990112": 1, "990122": 2, "990145": 1,
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "findings"),
    [
        ("住建局/2024年报（定稿）.xlsx", {"requests_balance"}),
        ("生态环境分局 年报.xlsx", {"requests_balance"}),
        ("镇/石桥镇.xlsx", {"not_a_count"}),
        ("镇/清水镇.xlsx", {"blank_figure", "blank_section"}),
        ("统计局年报.xlsx", {"other_year"}),
        ("审计局2024年年报.xlsx", {"not_a_workbook"}),
        ("市场监管局/年报第一稿.xlsx", set()),
        ("四个街道报表.zip/城南街道.xlsx", set()),
    ],
)
def test_every_story_ends_in_the_findings_it_is_about(
    received: dict[str, Receipt], file: str, findings: set[str]
) -> None:
    assert {finding["name"] for finding in received[file].findings} == findings


@pytest.mark.slow
def test_the_slip_and_the_figure_in_the_wrong_column_are_located_first(received: dict[str, Receipt]) -> None:
    slip = received["住建局/2024年报（定稿）.xlsx"].findings
    assert {(f["suspects"][0]["field"], f["suspects"][0]["value"]) for f in slip if f["name"] != "prose_differs"} == {
        ("requests.granted.natural_person", 12)
    }
    moved = received["生态环境分局 年报.xlsx"].findings
    assert {tuple(suspect["field"] for suspect in finding["suspects"]) for finding in moved} == {
        ("requests.partly_granted.natural_person", "requests.partly_granted.business")
    }


@pytest.mark.slow
def test_the_file_that_came_twice_has_one_receipt(received: dict[str, Receipt]) -> None:
    assert [file for file in received if "文旅局" in file] == ["文旅局.xlsx"]


@pytest.mark.slow
def test_the_sum_of_the_round_is_the_sum_of_what_the_organs_answered(played: Path) -> None:
    entry, campaign = load_round(YEARS[1]), open_campaign(played)
    merged = json.loads((played / "merged" / "merged.json").read_text(encoding="utf-8"))
    inside = [code for code in entry.answers if code not in {"990147", "990150"}]
    counted = [code for code in inside if campaign.roster.by_code[code].parent != "990130"]
    correction = PLAN["year_end"]["correction"]
    answers = {**entry.answers, correction["organ"]: entry.answers[correction["organ"]] | correction["change"]}
    for name, field in entry.form.fields.items():
        if field.kind is Kind.COUNT:
            assert merged["values"][name] == sum(answers[code][name] for code in counted), name


@pytest.mark.slow
def test_what_the_district_asks_besides_is_added_and_never_published(played: Path) -> None:
    entry = load_round(YEARS[1])
    merged = json.loads((played / "merged" / "merged.json").read_text(encoding="utf-8"))
    asked = {
        name: sum(int(str(raw[name])) for raw in entry.extra.values()) for name in next(iter(entry.extra.values()))
    }
    assert {name: merged["values"][name] for name in asked} == asked
    (report,) = (played / "reports").glob("*.html")
    text = words_of(report.read_text(encoding="utf-8"))
    assert "二、" in text
    assert "办事指南" not in text.partition("二、")[2].partition("五、")[0]


@pytest.mark.slow
def test_after_the_sum_every_kind_of_event_is_played_once(played: Path) -> None:
    with ReceiptBook(open_campaign(played).receipts_file) as book:
        steps = {event.step for event in book.events()}
    assert steps >= {Step.ACCEPT, Step.RETURN, Step.WAIVE, Step.MERGE, Step.SIGN, Step.PUBLISHED, Step.FREEZE}
    rows = {
        row.organ.code: row
        for row in make_board(read_round(open_campaign(played)), datetime.now().astimezone().date()).rows
    }
    paper, returned = rows[PLAN["year_end"]["paper"]["organ"]], rows[PLAN["year_end"]["returned"]["organ"]]
    assert (paper.paper.is_signed, paper.paper.published_label.startswith("公布的有")) == (True, True)
    assert (returned.versions, returned.standing.returned, returned.state) == (2, None, State.ACCEPTED)
    by_line = json.loads((played / "merged_line" / "merged.json").read_text(encoding="utf-8"))
    assert by_line["values"] == json.loads((played / "merged" / "merged.json").read_text(encoding="utf-8"))["values"]
    assert (played / "考核.html").is_file()
    page = (played / "status.html").read_text(encoding="utf-8")
    assert all(f"{row.label}" in page for row in rows.values())  # as the round ended, with what was frozen last


@pytest.mark.slow
def test_a_second_demonstration_leaves_the_first_alone(played: Path) -> None:
    first = played.parent.with_name(PLAN["folder"])
    assert [path.name for path in first.iterdir()] == ["上次的结果.txt"]
    assert played.parent.name == f"{PLAN['folder']}(2)"
