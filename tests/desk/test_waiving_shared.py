"""On the page of an organ what only a look over all organs shows is told and let pass, for all it is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from desks import Visitor, words_of
from rounds import BALANCED, begin, filled

from toolkit.filing.explanations import LEAST_EXPLANATION
from toolkit.form.values import Paragraph

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli

CONSOLIDATED = """\
代码,名称,上级代码,类型
02,云溪县教育局,,汇总
0201,云溪县教研室,02,
"""
SMALLER = {"handling.received.post": 4, "handling.in_full.post": 2, "handling.open_after.post": 2}
LONG = "全年推进政务公开进村入户，逐村核对公开栏，补上了漏登的事项。" * LEAST_EXPLANATION


def section(visitor: Visitor, code: str) -> str:
    """Return the part of an organ's page about what only a look over all organs shows."""
    page = visitor.text(f"/round/{visitor.key}/organ/{code}")
    return page.partition('<section aria-labelledby="across">')[2].partition("</section>")[0]


def offered(visitor: Visitor, code: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'name="finding" value="([^"]+)"', section(visitor, code))))


def decide(visitor: Visitor, **form: str) -> int:
    return visitor.post(f"/round/{visitor.key}/decide", form).status_code


@pytest.fixture
def visitor(tmp_path: Path) -> Visitor:
    """A desk over a round in which two organs sent the same tables and the same words."""
    campaign = begin(tmp_path / "轮")
    prose = next(part.id for part in campaign.form.sections if not part.is_table)
    visitor = Visitor(campaign.folder)
    answers = {**BALANCED, prose: (Paragraph(LONG),)}
    visitor.send(visitor.key, [(f"{code}.xlsx", filled(campaign, code, answers)) for code in ("01", "02")])
    return visitor


@pytest.mark.parametrize(("step", "name"), [(0, "tables_alike"), (1, "prose_copied")])
def test_it_is_let_pass_for_all_it_is_about_and_taken_back_from_the_other(
    visitor: Visitor, xxgk: Cli, step: int, name: str
) -> None:
    assert offered(visitor, "01") == ["tables_alike", "prose_copied"]
    assert "表里每一个数都和“云溪县教育局”的相同" in words_of(section(visitor, "01"))
    finding = offered(visitor, "01")[step]
    assert finding == name
    assert decide(visitor, step="waive", organ="01", finding=finding) == 400  # no reason
    assert decide(visitor, step="waive", organ="01", finding=finding, why="合署办公", until="2025-03-01") == 400
    assert decide(visitor, step="waive", organ="01", finding=finding, why="合署办公") == 303
    for code in ("01", "02"):
        assert section(visitor, code).count("已准予通过") == 1
        assert "合署办公" in words_of(section(visitor, code))
    assert "合署办公" in xxgk("history", visitor.desk.base, "02").out
    assert decide(visitor, step="waive", organ="02", finding=finding, undo="yes") == 303
    assert "已准予通过" not in section(visitor, "01") + section(visitor, "02")


def test_the_board_counts_what_the_list_of_all_findings_and_the_assessment_have(visitor: Visitor, xxgk: Cli) -> None:
    told = xxgk("status", visitor.desk.base, "--json").json
    listed = xxgk("status", visitor.desk.base, "--problems", "--json").json["problems"]
    for row in told["organs"]:
        mine = [one for one in listed if one["code"] == row["code"] and one["state"] in {"待核对", "要改"}]
        assert row["warnings"] + row["errors"] == len(mine)
    assert sum(one["name"] in {"tables_alike", "prose_copied"} for one in listed) == 4
    decide(visitor, step="waive", organ="01", finding="tables_alike", why="合署办公")
    after = xxgk("status", visitor.desk.base, "--json").json
    assert [row["warnings"] for row in after["organs"]][:2] == [row["warnings"] - 1 for row in told["organs"]][:2]


def test_the_list_of_all_findings_leads_there(visitor: Visitor) -> None:
    page = visitor.text(f"/round/{visitor.key}/problems?name=tables_alike")
    assert f'href="/round/{visitor.key}/organ/01#across"' in page


def test_what_those_below_do_not_agree_in_is_let_pass_too(tmp_path: Path) -> None:
    campaign = begin(tmp_path / "轮", CONSOLIDATED)
    visitor = Visitor(campaign.folder)
    files = [
        (f"{code}.xlsx", filled(campaign, code, answers)) for code, answers in (("02", SMALLER), ("0201", BALANCED))
    ]
    visitor.send(visitor.key, files)
    (finding,) = [one for one in offered(visitor, "02") if one.startswith("parts_above_total@")]
    assert decide(visitor, step="waive", organ="02", finding=finding, why="下级有两件重复登记") == 303
    assert "已准予通过" in section(visitor, "02")


def test_an_organ_about_which_there_is_nothing_of_the_kind_has_no_such_part(visitor: Visitor) -> None:
    assert section(visitor, "0201") == ""
