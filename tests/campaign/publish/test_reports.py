"""Reports of a round: the whole's stamped while it is unfinished, every accepted organ's own."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from campaigncases import county
from casebook import full_filing

from toolkit.campaign.merge.consolidated import merge_round
from toolkit.campaign.publish.private import private_findings
from toolkit.campaign.publish.reports import provisional_of, publish_organs, publish_whole
from toolkit.campaign.round.workers import Workers
from toolkit.errors import OutputError
from toolkit.form.values import Paragraph

if TYPE_CHECKING:
    from pathlib import Path

ALL_IN = {"1": 20, "2": 7, "21": 3, "22": 1, "3": 100}
PROSE = (Paragraph("有序开展。"),)


def test_the_report_of_an_incomplete_round_is_stamped(tmp_path: Path) -> None:
    merged = merge_round(county(tmp_path / "round", {"1": 20}))
    (path,) = publish_whole(merged, ["json"], tmp_path / "reports")
    report = json.loads(path.read_text(encoding="utf-8"))
    assert report["provisional"] == "暂定：应计入 7 家，已计入 1 家，尚缺 6 家"
    figures = {figure["field"]: figure["value"] for figure in report["figures"]}
    assert figures["requests.new.total"] == 20


def test_the_report_of_the_whole_is_the_governments(tmp_path: Path) -> None:
    merged = merge_round(county(tmp_path / "round", {"1": 20}))
    (path,) = publish_whole(merged, ["txt"], tmp_path / "reports", government="示例县人民政府")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("示例县人民政府")
    assert text.count("示例县人民政府") >= 2
    assert merged.whole.organ not in text.replace("示例县人民政府", "")


def test_a_complete_round_without_its_prose_is_a_draft_and_then_final(tmp_path: Path) -> None:
    merged = merge_round(county(tmp_path / "round", ALL_IN))
    assert provisional_of(merged).startswith("草稿")
    written = merged.whole.with_answers({"problems": PROSE, "other": PROSE})
    still_drafted = replace(merged, whole=written)
    assert provisional_of(still_drafted).startswith("草稿")
    finished = written.with_answers({"overview": PROSE})
    assert provisional_of(replace(merged, whole=finished)) == ""


def test_the_offices_preamble_begins_the_whole_and_every_organs_report(tmp_path: Path) -> None:
    state = county(tmp_path / "round", ALL_IN)
    state = replace(state, campaign=replace(state.campaign, preamble="{organ}按照要求编制{year}年报告。"))
    (whole,) = publish_whole(merge_round(state), ["txt"], tmp_path / "reports", preamble=state.campaign.preamble)
    publish_organs(state, ["txt"], tmp_path / "reports")
    texts = [path.read_text(encoding="utf-8") for path in (whole, *(tmp_path / "reports").rglob("各机关/**/*.txt"))]
    assert len(texts) == 1 + len(ALL_IN)
    for text in texts:
        organ = text.partition(f"{state.campaign.year}年")[0]
        assert f"{organ}按照要求编制{state.campaign.year}年报告。" in text.replace("\n", "")
        assert "根据《" not in text


def test_what_nobody_may_publish_is_listed_by_report(tmp_path: Path) -> None:
    state = county(tmp_path / "round", ALL_IN)
    said = {**state.returns["2"].answers, "overview": (Paragraph("青云项目的联系人手机13812345678。"),)}
    state = replace(state, campaign=replace(state.campaign, forbidden=("青云项目",)))
    state.returns["2"] = replace(state.returns["2"], answers=said)
    merged = merge_round(state)
    assert private_findings(state, merged, is_of_all=False) == ()
    found = private_findings(state, merged, is_of_all=True)
    assert [(one.code, one.finding.name) for one in found] == [("2", "personal_data"), ("2", "forbidden_word")]
    assert "13812345678" not in found[0].finding.message


@pytest.mark.parametrize("workers", [1, 2])
def test_every_accepted_organ_gets_its_own_report(tmp_path: Path, workers: int) -> None:
    state = county(tmp_path / "round", ALL_IN | {"31": 60})
    assert publish_organs(state, ["txt"], tmp_path / "reports", workers=Workers(workers)) == 6
    found = sorted(path.parent.name for path in (tmp_path / "reports").rglob("*.txt"))
    assert found == sorted(["甲县财政局", "甲县教育局", "第一中学", "第二中学", "乙镇人民政府", "乙镇东村"])


@pytest.mark.parametrize("workers", [1, 2])
def test_an_organ_that_cannot_be_printed_is_named_and_stops_no_other(tmp_path: Path, workers: int) -> None:
    state = county(tmp_path / "round", ALL_IN)
    odd = state.returns["2"]
    state.returns["2"] = replace(odd, answers={**odd.answers, "overview": (Paragraph("自造\ue123字"),)})
    with pytest.raises(OutputError, match=r"有 1 家机关的报告没有生成(?s:.)*甲县教育局：.*E123"):
        publish_organs(state, ["pdf"], tmp_path / "reports", workers=Workers(workers))
    found = {path.parent.name for path in (tmp_path / "reports").rglob("*.pdf")}
    assert found == {"甲县财政局", "第一中学", "第二中学", "乙镇人民政府"}


@pytest.mark.parametrize(
    ("value", "closed", "is_draft"), [(None, "waived", True), (0, "waived", False), (None, "", False)]
)
def test_a_blank_that_was_let_pass_is_no_finished_report(
    tmp_path: Path,
    value: int | None,
    closed: str,
    is_draft: bool,  # noqa: FBT001
) -> None:
    state = county(tmp_path / "round", ALL_IN)
    finding = {"name": "blank_figure", "severity": "error", "closed": closed, "message": "", "places": []}
    waived = replace(state.accepted["2"], findings=(finding,))
    state = replace(state, accepted={**state.accepted, "2": waived})
    filled = full_filing(state.campaign.form).answers
    state.returns["2"] = replace(state.returns["2"], answers={**filled, "reviews.cases.review_upheld": value})
    publish_organs(state, ["txt"], tmp_path / "reports")
    (path,) = (tmp_path / "reports").rglob("各机关/甲县教育局/*.txt")
    assert ("草稿：还有格子没有填" in path.read_text(encoding="utf-8")) == is_draft
