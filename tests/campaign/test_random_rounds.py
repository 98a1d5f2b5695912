"""Whole rounds of random events: totals and history equal an account of its own, kept by hand."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from rounds import BALANCED, begin, filled, put

from toolkit.campaign.board.board import read_round
from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.deciding import (
    accept_return,
    freeze_round,
    return_for_wording,
    withdraw_return,
)
from toolkit.campaign.history_lines import history_of
from toolkit.campaign.intake.history import Event, Step
from toolkit.campaign.intake.receipts import ReceiptBook
from toolkit.campaign.merge.consolidated import merge_round
from toolkit.campaign.round.folder import open_campaign
from toolkit.campaign.waiving import waive_finding
from toolkit.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.campaign.round.folder import Campaign

ORGANS = ("01", "02", "03")
ROSTER = "代码,名称\n" + "".join(f"{code},云溪县第{code}局\n" for code in ORGANS)
TOTAL = "handling.received.all_channels"
FAULT = "handling_balance"
EVENTS = ("file", "file", "file", "broken", "accept", "withdraw", "return", "waive", "freeze", "merge")


@dataclass
class ByHand:
    """What one organ's files and the words about them come to, told without the toolkit's classes.

    A file is its number and its figure; `bad` are those that do not balance and are not let pass.
    """

    figures: list[int] = field(default_factory=list)  # what tells one file's answers from another's
    received: list[int] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)
    counts: int = 0
    kept: int = 0
    mend: int = 0
    remark: int = 0
    waiting: list[int] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    frozen: bool = False

    def figure(self, number: int) -> int:
        return self.figures[number - 1]

    def came(self, figure: int, *, is_bad: bool, merged: bool) -> None:
        self.figures.append(figure)
        number, stands = len(self.figures), self.counts or self.kept or self.remark
        if is_bad:
            self.bad.add(number)
            if not (stands and self.frozen):
                self.mend = number
                self.kept, self.counts = self.counts or self.kept, 0
        elif self.remark and figure == self.figure(self.remark):
            return
        elif stands and figure == self.figure(stands):
            self.counts, self.kept, self.mend, self.remark = stands, 0, 0, 0
        elif any(figure == self.figure(one) for one in self.gone) or (self.frozen and self.remark):
            self.hold(number)
        elif self.frozen or (stands and merged and not self.remark):
            self.counts, self.kept, self.mend = stands, 0, 0
            self.hold(number)
        else:
            self.counts, self.kept, self.mend, self.remark = number, 0, 0, 0

    def hold(self, number: int) -> None:
        if all(self.figure(one) != self.figure(number) for one in self.waiting):
            self.waiting.append(number)

    def accept(self, number: int) -> None:
        self.gone.discard(number)
        self.waiting, self.counts, self.kept = [], number, 0
        if self.mend <= number:
            self.mend, self.remark = 0, 0

    def withdraw(self, number: int) -> None:
        self.gone.add(number)
        self.waiting = [one for one in self.waiting if one != number]
        self.counts, self.kept = (0 if one == number else one for one in (self.counts, self.kept))
        self.remark = 0 if self.remark == number else self.remark
        if self.mend == number:
            self.mend, self.counts, self.kept = 0, self.counts or self.kept, 0

    def send_back(self, number: int) -> None:
        self.remark, self.mend = number, number
        self.waiting = [one for one in self.waiting if one != number]
        self.counts = 0 if self.counts == number else self.counts


@dataclass
class Player:
    """Plays random events in a round and in the account, and remembers what the history must say."""

    campaign: Campaign
    dice: random.Random
    organs: dict[str, ByHand] = field(default_factory=lambda: {code: ByHand() for code in ORGANS})
    merged: bool = False
    moment: int = 1_700_000_000
    told: list[tuple[str, str]] = field(default_factory=list)

    def play(self) -> None:
        what, code = self.dice.choice(EVENTS), self.dice.choice(ORGANS)
        organ = self.organs[code]
        if what in {"file", "broken"}:
            self.send(code, organ, is_bad=what == "broken")
        elif what == "merge":
            with ReceiptBook(self.campaign.receipts_file) as book:
                book.record(Event(Step.MERGE))
            self.merged = True
            self.told.append(("", "汇总"))
        elif what == "freeze":
            freeze_round(self.campaign.folder, code, why="x", undo=organ.frozen)
            self.told.append((code, "解除封存" if organ.frozen else "封存"))
            organ.frozen = not organ.frozen
        elif organ.figures and not organ.frozen:
            self.decide(what, code, organ)

    def send(self, code: str, organ: ByHand, *, is_bad: bool) -> None:
        figure = self.dice.randrange(1, 5)
        answers = {**BALANCED, "handling.received.post": figure + 2, "handling.in_full.post": figure}
        if is_bad:
            answers["handling.in_full.post"] = 100 + len(organ.figures)  # never the same answers twice
        self.moment += 1
        number = len(organ.figures)
        path = put(self.campaign, f"{code}-{number}.xlsx", filled(self.campaign, code, {**answers}))
        before = count_of(self.campaign)
        os.utime(path, (self.moment, self.moment))
        collect_returns(self.campaign.folder)
        if count_of(self.campaign) > before:  # the very same bytes are no version of their own
            self.told.append(("", "收件"))
            organ.received.append(figure + 2)
            organ.came(1000 + number if is_bad else figure, is_bad=is_bad, merged=self.merged)

    def decide(self, what: str, code: str, organ: ByHand) -> None:
        number = self.dice.randrange(1, len(organ.figures) + 1)
        folder = self.campaign.folder
        if what == "waive":
            self.waive(code, organ)
            return
        act = {"accept": accept_return, "withdraw": withdraw_return, "return": return_for_wording}[what]
        by_hand = {"accept": organ.accept, "withdraw": organ.withdraw, "return": organ.send_back}[what]
        if (what == "accept" and number in organ.bad) or (what == "withdraw" and number in organ.gone):
            with pytest.raises(InputError):
                act(folder, code, number=number, why="x")
            return
        act(folder, code, number=number, why="x")
        by_hand(number)
        self.told.append((code, {"accept": "接受", "withdraw": "作废", "return": "退回"}[what]))

    def waive(self, code: str, organ: ByHand) -> None:
        """Let the newest file pass where it does not balance: it then counts as if it had come sound."""
        newest = len(organ.figures)
        if newest not in organ.bad or newest in organ.gone or organ.mend != newest or organ.remark:
            return
        waive_finding(self.campaign.folder, code, FAULT, why="x")
        self.told.append((code, "准予通过"))
        organ.bad.discard(newest)
        stands, organ.kept, organ.mend = organ.counts or organ.kept, 0, 0
        if stands and self.merged:
            organ.counts = stands
            organ.hold(newest)
        else:
            organ.counts = newest


def count_of(campaign: Campaign) -> int:
    with ReceiptBook(campaign.receipts_file) as book:
        return len(book.heads())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_totals_and_history_equal_an_account_kept_by_hand(tmp_path: Path, seed: int) -> None:
    campaign = begin(tmp_path / "round", ROSTER)
    player = Player(campaign, random.Random(seed))  # noqa: S311
    for _ in range(22):
        player.play()
        state = read_round(open_campaign(campaign.folder))
        for code, organ in player.organs.items():
            place = state.standings[code]
            told = (seed, code, player.told)
            assert (place.number(place.counts) if place.counts else 0) == organ.counts, told
            assert [place.number(one.receipt) for one in place.held] == organ.waiting, told
            assert (place.number(place.unfit) if place.unfit else 0) == organ.mend, told
    counted = [organ for organ in player.organs.values() if organ.counts]
    if counted:
        total = sum(received_of(organ) for organ in counted)
        assert merge_round(state).whole.values[TOTAL] == total
    names = {organ.name: organ.code for organ in campaign.roster.organs}
    lines = history_of(campaign)
    assert [(names.get(line.organ, ""), line.what) for line in lines] == player.told


def received_of(organ: ByHand) -> int:
    """Return the figure that is added of the file of an organ that counts."""
    return organ.received[organ.counts - 1]
