"""What the pages say of rules and of how organs did: what the commands say, each with what it rests on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from desks import Visitor, words_of
from rounds import BROKEN, begin, filled

from toolkit.campaign.assess.assessing import assess_round
from toolkit.campaign.deciding import freeze_round
from toolkit.campaign.history_lines import history_of
from toolkit.campaign.rule_list import rules_of
from toolkit.cli.printing.boards import open_board
from toolkit.cli.printing.explanations import explanation_of

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli

    from toolkit.campaign.round.folder import Campaign

BALANCE = "handling_balance"
POINTS = '\n[assess]\nfull = 100\n[[assess.rule]]\nmeasure = "times_sent_back"\npoints = -3\nmost = 9\n'


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return begin(tmp_path / "轮")


@pytest.fixture
def visitor(campaign: Campaign) -> Visitor:
    """A desk over a round in which one organ sent a faulty return first and a sound one then."""
    visitor = Visitor(campaign.folder)
    visitor.send(visitor.key, [("一稿.xlsx", filled(campaign, "02", BROKEN))])
    visitor.send(visitor.key, [("二稿.xlsx", filled(campaign, "02"))])
    return visitor


def state_rule(campaign: Campaign, text: str) -> None:
    path = campaign.folder / "campaign.toml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_the_rules_are_listed_with_their_stage_and_hits_as_the_command_counts_them(campaign: Campaign) -> None:
    state_rule(campaign, '\n[[rules]]\nname = "contact_missing"\nstage = "off"\nuntil = 2051-03-01\n')
    visitor = Visitor(campaign.folder)
    visitor.send(visitor.key, [("一稿.xlsx", filled(campaign, "02", BROKEN))])
    page = visitor.text(f"/round/{visitor.key}/rules")
    lines = rules_of(campaign.folder)
    listed = re.findall(r'<a href="/round/\w+/rules/(\w+)">', page)
    assert sorted(listed) == sorted(line.name for line in lines)
    assert "停用" in words_of(page)
    assert "停用 ～2051-03-01" in words_of(page)
    for line in (line for line in lines if line.hits):
        row = words_of(page.partition(f"/rules/{line.name}")[2].partition("</tr>")[0])
        assert f"{line.hits} 条，看是哪些 {line.organs} {line.ever}" in row
    for name in listed:
        assert visitor.get(f"/round/{visitor.key}/rules/{name}").status_code == 200, name


def test_a_finding_leads_to_what_it_means_why_and_how_to_mend_it(visitor: Visitor) -> None:
    page = visitor.text(f"/round/{visitor.key}/organ/02?version=1")
    places = re.findall(r'href="(/round/\w+/rules/\w+)">为什么', page)
    assert places
    told = explanation_of(places[0].rpartition("/")[2], open_board(visitor.desk.base)[0].campaign.forms)
    answer = words_of(visitor.text(places[0]))
    assert all(text in answer for text in (told.title, told.why, told.advice.partition("xxgk")[0]))
    assert visitor.get(f"/round/{visitor.key}/rules/none").status_code == 404


def test_what_was_mended_is_counted_by_how_it_went_wrong(visitor: Visitor) -> None:
    assert "退回后重报 1 份，其中只改了一至三格的 1 份，共改 1 格。" in words_of(
        visitor.text(f"/round/{visitor.key}/rules")
    )


@pytest.mark.parametrize("rules", ["", POINTS])
def test_every_organ_is_assessed_with_what_it_rests_on(visitor: Visitor, campaign: Campaign, rules: str) -> None:
    state_rule(campaign, rules)
    state, board = open_board(campaign.folder)
    found = assess_round(state.campaign, board)
    page = words_of(visitor.text(f"/round/{visitor.key}/assess"))
    for one in found.organs:
        assert one.organ.name in page
        own = visitor.text(f"/round/{visitor.key}/assess/{one.organ.code}")
        told = [each for line in one.lines for each in line.evidence]
        assert all(each.told in words_of(own) for each in told)
        links = re.findall(r'href="(/round/\w+/(?:received|file)/[^"]+)"', own)
        assert len(links) == sum(bool(each.path) for each in told)
        assert all(visitor.get(link).status_code == 200 for link in links)
    second = next(one for one in found.organs if one.organ.code == "02")
    assert any(each.path for line in second.lines for each in line.evidence)
    assert ("97" in page) is bool(rules)
    assert "云溪县财政局" not in visitor.text(f"/round/{visitor.key}/assess?q=教育局")
    assert "没有这样的机关" in visitor.text(f"/round/{visitor.key}/assess?q=没有")
    assert visitor.get(f"/round/{visitor.key}/assess/99").status_code == 404


def test_points_and_counts_do_not_run_together(visitor: Visitor, campaign: Campaign) -> None:
    state_rule(campaign, POINTS)
    page = re.sub(r"<[^>]+>", "", visitor.text(f"/round/{visitor.key}/assess"))
    assert "-3（1 次）" in page


def test_the_assessment_is_the_one_the_command_writes(visitor: Visitor, campaign: Campaign, xxgk: Cli) -> None:
    answer = visitor.get(f"/round/{visitor.key}/assess.xlsx")
    for page in ("", "assess"):
        assert f'/round/{visitor.key}/assess.xlsx"' in visitor.text(f"/round/{visitor.key}/{page}")
    out = campaign.folder / "考核.xlsx"
    xxgk("assess", campaign.folder, "--out", out)
    assert answer.data == out.read_bytes()


def test_rules_of_the_assessment_that_are_not_sound_are_told(visitor: Visitor, campaign: Campaign) -> None:
    state_rule(campaign, '\n[assess]\n[[assess.rule]]\nmeasure = "late"\npoints = -1\n')
    answer = visitor.get(f"/round/{visitor.key}/assess")
    assert (answer.status_code, "“late”不认识" in answer.text) == (400, True)


def test_an_organ_of_a_round_that_is_closed_says_where_to_open_it(visitor: Visitor, campaign: Campaign) -> None:
    place = f"/round/{visitor.key}/organ/02"
    freeze_round(campaign.folder, why="已公布")
    assert "整个一轮已经封存" in visitor.text(place)
    assert 'name="undo"' not in visitor.text(place).partition('id="decide"')[2].partition("</section>")[0]
    assert "这一轮已封存。解除的原因" in visitor.text(f"/round/{visitor.key}/")
    freeze_round(campaign.folder, why="更正", undo=True)
    for code in ("01", "02", "0201"):
        freeze_round(campaign.folder, code, why="已公布")
    assert "解除封存的原因" in visitor.text(place)
    assert "封存这一轮" in visitor.text(f"/round/{visitor.key}/")


def steps_in(page: str) -> int:
    return page.partition('role="search"')[2].count("<li>")


def test_a_long_history_is_read_page_by_page_and_narrowed(visitor: Visitor, campaign: Campaign) -> None:
    for number in range(15):
        for code in ("01", "02"):
            freeze_round(campaign.folder, code, why=f"第{number}次")
            freeze_round(campaign.folder, code, why=f"更正{number}", undo=True)
    board, own = visitor.text(f"/round/{visitor.key}/"), visitor.text(f"/round/{visitor.key}/organ/02")
    for page in (board, own):
        assert 0 < page.partition("做过什么（")[2].partition("</details>")[0].count("<li>") <= 20
    told = history_of(campaign)
    assert f"看全部 {len(told)} 步" in words_of(board)
    history = visitor.text(f"/round/{visitor.key}/history")
    assert steps_in(history) == len(told)
    assert "更正14" in history
    (place,) = re.findall(r'href="(/round/\w+/history\?organ=02)"', own)
    assert steps_in(visitor.text(place)) == len(history_of(campaign, "02"))
    assert steps_in(visitor.text(f"/round/{visitor.key}/history?q=更正3")) == 2
    assert visitor.get(f"/round/{visitor.key}/history?organ=99").status_code == 404
