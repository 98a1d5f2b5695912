"""Rules on trial, as reminders, as reasons to send back, or off: in collect, sendback, the marked file and the list."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from rounds import BALANCED, begin, begin_broken, filled, put

from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.intake.standings import State
from toolkit.campaign.round.folder import open_campaign
from toolkit.campaign.rule_list import rules_json, rules_of
from toolkit.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli

    from toolkit.campaign.round.folder import Campaign

RULE = "handling_balance"
TODAY = datetime.now().astimezone().date()


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return begin_broken(tmp_path / "a")


def state(campaign: Campaign) -> State:
    return collect_returns(campaign.folder).places["01"].state


def set_life(campaign: Campaign, text: str) -> None:
    path = campaign.folder / "campaign.toml"
    path.write_text(f"{path.read_text(encoding='utf-8').partition('[[rules]]')[0]}{text}", encoding="utf-8")


def life(stage: str, start: date | None = None, until: date | None = None, name: str = RULE) -> str:
    days = "".join(f"{key} = {day}\n" for key, day in (("from", start), ("until", until)) if day)
    return f'[[rules]]\nname = "{name}"\nstage = "{stage}"\n{days}'


def sent(campaign: Campaign) -> set[str]:
    return {path.name for path in campaign.sendback.glob("云溪县财政局*") if path.is_file() and "回执" not in path.name}


def line(campaign: Campaign, name: str = RULE) -> dict[str, object]:
    (found,) = [one for one in rules_json(rules_of(campaign.folder)) if one["name"] == name]
    return found


@pytest.mark.parametrize("stage", ["trial", "off", "warn"])
def test_a_rule_that_does_not_block_lets_the_return_count_and_is_still_counted(campaign: Campaign, stage: str) -> None:
    assert state(campaign) is State.NEEDS_FIXING
    assert "云溪县财政局-请改这份.xlsx" in sent(campaign)
    set_life(campaign, life(stage))
    assert state(campaign) is State.ACCEPTED
    assert sent(campaign) == set()
    assert (line(campaign)["stage"], line(campaign)["organs"]) == (stage, 1)


def test_what_is_on_trial_comes_back_when_the_trial_ends(campaign: Campaign) -> None:
    yesterday = TODAY - timedelta(days=1)
    set_life(campaign, life("trial"))
    assert state(campaign) is State.ACCEPTED
    set_life(campaign, life("trial", until=yesterday))
    assert state(campaign) is State.NEEDS_FIXING
    set_life(campaign, life("off", start=TODAY + timedelta(days=1)))
    assert state(campaign) is State.NEEDS_FIXING


def test_a_reminder_can_be_made_a_reason_to_send_back(tmp_path: Path) -> None:
    campaign = begin(tmp_path / "a")
    put(campaign, "财政.xlsx", filled(campaign, "01", {**BALANCED, "cover.officer": None}))
    assert state(campaign) is State.ACCEPTED
    set_life(campaign, life("block", name="contact_missing"))
    assert state(campaign) is State.NEEDS_FIXING


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (life("warn", name="handling_balanc"), "是否想写“handling_balance”"),
        (life("warn", name="not_in_roster"), "没有可以调整的规则“not_in_roster”"),
        (life("maybe"), "stage 应是 trial、warn、block、off 之一"),
        (life("warn", start=date(2051, 2, 1), until=date(2051, 1, 1)), "from 晚于 until"),
        (life("warn") + "colour = 1\n", "不认识 colour"),
        (life("warn") + "from = 1\n", "应是日期"),
    ],
)
def test_a_mistake_in_a_life_is_named(campaign: Campaign, text: str, said: str) -> None:
    set_life(campaign, text)
    with pytest.raises(InputError, match=said):
        open_campaign(campaign.folder)


def test_the_command_lists_the_rules_of_a_round_and_of_the_forms(campaign: Campaign, xxgk: Cli) -> None:
    set_life(campaign, life("trial", until=date(2051, 1, 31)))
    told = xxgk("rules", campaign.folder).out
    assert "试行  " in told
    assert f"[{RULE}]  命中 2 条，1 家" in told
    assert "campaign.toml：试行 ～2051-01-31" in told
    alone = json.loads(xxgk("rules", "--json").out)
    assert {"name", "title", "severity", "stage", "lives", "hits", "organs", "ever"} == set(alone[0])
    assert {"requests_balance", "contact_missing"} <= {one["name"] for one in alone}
