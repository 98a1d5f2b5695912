"""How people mistyped, counted from what they mended; shares the ranking assumes stand beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from rounds import BALANCED, YEAR, begin, filled, put

from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.slip_counts import UNNAMED, shares_for, slips_json, slips_of
from toolkit.filing.locating.slips import ASSUMED, counted_shares, named_shares, slip_between

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cli

    from toolkit.campaign.round.folder import Campaign
    from toolkit.form.values import Value

WAY, MEANT = "handling.in_full.post", {**BALANCED, "handling.received.post": 23, "handling.in_full.post": 21}


def sent_twice(campaign: Campaign, code: str, first: dict[str, Value], second: dict[str, Value]) -> None:
    for number, values in enumerate((first, second)):
        put(campaign, f"{code}-{number}.xlsx", filled(campaign, code, values))
        collect_returns(campaign.folder)


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return begin(tmp_path / "a")


@pytest.mark.parametrize(
    ("typed", "way"),
    [(12, "相邻两位数字颠倒"), (2, "少打一位"), (31, "打错一位"), (211, "同一位打了两遍"), (987, UNNAMED)],
)
def test_a_mended_figure_is_counted_by_the_way_it_was_mistyped(campaign: Campaign, typed: int, way: str) -> None:
    sent_twice(campaign, "01", {**MEANT, WAY: typed}, MEANT)
    counted = slips_of([campaign.folder])
    assert (counted.mended, counted.few, counted.ways) == (1, 1, {way: 1})


def test_what_was_rewritten_is_no_slip_of_the_fingers(campaign: Campaign) -> None:
    rest = {f"handling.{row}.post": 40 + at for at, row in enumerate(("received", "in_full", "open_after"))}
    sent_twice(campaign, "01", {**MEANT, **rest, "handling.received.web": 7, "handling.in_full.web": 2}, MEANT)
    counted = slips_of([campaign.folder])
    assert (counted.mended, counted.few, counted.cells) == (1, 0, 0)


def test_a_sound_return_sent_again_mends_nothing(campaign: Campaign) -> None:
    sent_twice(campaign, "01", {**BALANCED}, MEANT)
    assert slips_of([campaign.folder]).mended == 0


def test_the_command_shows_counts_beside_what_is_assumed(campaign: Campaign, xxgk: Cli) -> None:
    sent_twice(campaign, "01", {**MEANT, WAY: 12}, MEANT)
    told = xxgk("rules", str(campaign.folder), "--slips")
    assert "相邻两位数字颠倒  1 格，100%（假定 12%，合起来按 13%）" in told.out
    counted = json.loads(xxgk("rules", str(campaign.folder), "--slips", "--json").out)
    assert counted == slips_json(slips_of([campaign.folder]))
    assert {way["way"] for way in counted["ways"]} == set(named_shares())


def test_few_slips_hardly_move_what_is_assumed_and_many_outweigh_it() -> None:
    assert counted_shares({}) == pytest.approx(ASSUMED)
    for count, least, most in ((1, 0.12, 0.14), (1000, 0.8, 0.94)):
        shares = counted_shares({"相邻两位数字颠倒": count, UNNAMED: 7})
        assert least < shares.swapped < most
        assert sum(shares) == pytest.approx(sum(ASSUMED))
    assert counted_shares({"少打一个 0": 50}) == counted_shares({"少打一位": 50})
    swapped = counted_shares({"相邻两位数字颠倒": 1000})
    assert slip_between(12, 21, swapped).chance > slip_between(12, 21).chance


def test_the_next_round_ranks_by_what_this_one_counted(campaign: Campaign, tmp_path: Path) -> None:
    assert shares_for(campaign) == pytest.approx(ASSUMED)
    sent_twice(campaign, "01", {**MEANT, WAY: 12}, MEANT)
    after = begin(tmp_path / "b", year=YEAR + 1, previous=campaign.folder)
    assert shares_for(after) == counted_shares({"相邻两位数字颠倒": 1})
