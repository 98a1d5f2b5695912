"""Which version counts: what files and people's steps come to, one after the other, by an account of its own."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from rounds import YEAR, begin

from toolkit.campaign.intake.history import Event, Step
from toolkit.campaign.intake.holds import Hold
from toolkit.campaign.intake.outcomes import outcome_of
from toolkit.campaign.intake.receipts import Receipt, ReceiptBook
from toolkit.campaign.intake.standings import Stage, Standing, State, standing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from toolkit.campaign.round.folder import Campaign

SEAL, NAME, AHEAD = "seal_differs", "file_of_another", "dated_ahead"
TODAY = date(2051, 1, 15)


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    return begin(tmp_path_factory.mktemp("standings") / "a")


def play(campaign: Campaign, folder: Path, story: str, **settings: bool) -> Standing:
    """Return where organ 01 stands after a story.

    Its words, one after another: `5` a sound file whose figure is 5, `5!` one with errors, `5@9` one saved on the 9th,
    `5?seal_differs` a doubtful one, a comma the end of a collection; `merge`, `freeze`, `thaw`; `accept3`, `withdraw3`,
    `return3`, `review3` about the third file; `undo` the step before.
    """
    campaign = replace(campaign, **settings)
    number, collection = 0, 1
    folder.mkdir(exist_ok=True)
    with ReceiptBook(folder / "r.sqlite") as book:
        for word in story.replace(",", " , ").split():
            verb = word.rstrip("0123456789")
            if word == ",":
                collection += 1
            elif verb in STEPS:
                meant = f"{int(word.removeprefix(verb)):064x}" if word != verb else ""
                undone = book.events()[-1].seq if verb == "undo" else 0
                code = "" if verb == "merge" else "01"
                book.record(Event(STEPS[verb], code, meant, undoes=undone))
            else:
                number += 1
                book.add([receipt(number, word, collection)])
        return standing(campaign, book, TODAY)["01"]


STEPS = {
    "merge": Step.MERGE, "freeze": Step.FREEZE, "thaw": Step.UNFREEZE, "accept": Step.ACCEPT,
    "withdraw": Step.WITHDRAW, "undo": Step.UNDO, "return": Step.RETURN, "review": Step.REVIEW,
}  # fmt: skip


def receipt(number: int, word: str, collection: int) -> Receipt:
    word, _, doubt = word.partition("?")
    is_faulty = word.endswith("!")
    word, _, day = word.rstrip("!").partition("@")
    return Receipt(
        sha256=f"{number:064x}",
        file=f"inbox/{number}.xlsx",
        code="01",
        organ="云溪县财政局",
        year=YEAR,
        verdict="needs-fixing" if is_faulty else "accepted",
        received_at=f"2051-01-{10 + collection}T09:00:00+08:00",
        values={"count": int(word)},
        findings=({"name": doubt, "severity": "warning"},) if doubt else (),
        saved_at=f"2051-01-{int(day):02d}T08:00:00+08:00" if day else "",
        collection=collection,
    )


def number_of(receipt: Receipt | None) -> int:
    return int(receipt.sha256, 16) if receipt else 0


@pytest.mark.parametrize(
    ("story", "state", "counts", "held"),
    [
        ("", State.MISSING, 0, {}),
        ("5", State.ACCEPTED, 1, {}),
        # before the first merge the newer is taken, after it a newer one is held
        ("5 , 6", State.ACCEPTED, 2, {}),
        ("5 , merge 6", State.HELD, 1, {2: Hold.MERGED}),
        ("5 , merge 6 , 7", State.HELD, 1, {2: Hold.MERGED, 3: Hold.MERGED}),
        ("5 , merge 6 accept2", State.ACCEPTED, 2, {}),
        ("5 , merge 6 accept2 undo", State.HELD, 1, {2: Hold.MERGED}),
        ("5 , merge 6 withdraw2", State.ACCEPTED, 1, {}),
        ("merge 5", State.ACCEPTED, 1, {}),  # nothing stood, so nothing is replaced
        # saved again is the same return
        ("5 , 5", State.ACCEPTED, 1, {}),
        ("5 , merge 5", State.ACCEPTED, 1, {}),
        ("5 , merge 6 , 6", State.HELD, 1, {2: Hold.MERGED}),
        # dates
        ("5@9 6@8", State.ACCEPTED, 1, {}),  # in one collection the later date is the newer
        ("5@9 , 6@8", State.HELD, 1, {2: Hold.OLDER}),  # an old draft that arrives late
        ("5@9 , 6@8!", State.ACCEPTED, 1, {}),
        ("5 6?dated_ahead", State.HELD, 1, {2: Hold.AHEAD}),
        # whose it is
        ("5?seal_differs", State.HELD, 0, {1: Hold.SEAL}),
        ("5 , 6?seal_differs", State.HELD, 1, {2: Hold.SEAL}),
        ("5?seal_differs accept1", State.ACCEPTED, 1, {}),
        ("5 , 6!?seal_differs", State.ACCEPTED, 1, {}),
        ("5 , 5?seal_differs", State.ACCEPTED, 1, {}),
        ("5?file_of_another", State.HELD, 0, {1: Hold.NAME}),
        ("5?file_of_another accept1", State.ACCEPTED, 1, {}),
        ("5 , 6?file_of_another", State.HELD, 1, {2: Hold.NAME}),
        # errors after an acceptance
        ("5! ", State.NEEDS_FIXING, 0, {}),
        ("5 , 6!", State.NEEDS_FIXING, 0, {}),
        ("5 , 6! , 7", State.ACCEPTED, 3, {}),
        ("5 , merge 6! , 7", State.HELD, 1, {3: Hold.MERGED}),
        ("5 , 6! accept1", State.NEEDS_FIXING, 1, {}),
        ("5 , 6! withdraw2", State.ACCEPTED, 1, {}),
        ("5 , 6! , 5", State.ACCEPTED, 1, {}),
        ("5 , 6! withdraw1", State.NEEDS_FIXING, 0, {}),
        # set aside
        ("5 withdraw1", State.MISSING, 0, {}),
        ("5 withdraw1 undo", State.ACCEPTED, 1, {}),
        ("5 withdraw1 , 6", State.ACCEPTED, 2, {}),
        ("5 withdraw1 , 5", State.HELD, 0, {2: Hold.WITHDRAWN}),
        ("5 , 6 withdraw2", State.MISSING, 0, {}),
        ("5 , 6 withdraw2 accept1", State.ACCEPTED, 1, {}),
        ("5 , 6 withdraw1", State.ACCEPTED, 2, {}),
        # closed
        ("5 freeze 6", State.HELD, 1, {2: Hold.FROZEN}),
        ("5 freeze 6!", State.ACCEPTED, 1, {}),
        ("freeze 6", State.HELD, 0, {1: Hold.FROZEN}),
        ("5 freeze 6 thaw 7", State.HELD, 3, {2: Hold.FROZEN}),
        # sent back by a reviewer
        ("5 return1", State.NEEDS_FIXING, 0, {}),
        ("5 return1 undo", State.ACCEPTED, 1, {}),
        ("5 return1 , 5", State.NEEDS_FIXING, 0, {}),  # saved again is no answer
        ("5 return1 , 6", State.ACCEPTED, 2, {}),
        ("5 , merge return1 6", State.ACCEPTED, 2, {}),  # an answer was asked for: it is not held
        ("5@9 return1 , 6@8", State.NEEDS_FIXING, 0, {2: Hold.OLDER}),
        ("5 return1 , 6!", State.NEEDS_FIXING, 0, {}),
        ("5 return1 , 6! , 7", State.ACCEPTED, 3, {}),
        ("5 return1 accept1", State.ACCEPTED, 1, {}),
        ("5 return1 withdraw1", State.MISSING, 0, {}),
        ("5 , merge 6 return2", State.NEEDS_FIXING, 1, {}),
        ("5 return1 freeze 6", State.NEEDS_FIXING, 0, {2: Hold.FROZEN}),
        # a word that means nothing changes nothing
        ("5! accept1", State.NEEDS_FIXING, 0, {}),
        ("5 accept9", State.ACCEPTED, 1, {}),
    ],
)
def test_what_counts_after(
    campaign: Campaign, tmp_path: Path, story: str, state: State, counts: int, held: dict[int, Hold]
) -> None:
    place = play(campaign, tmp_path, story)
    assert (place.state, number_of(place.counts)) == (state, counts)
    assert {number_of(one.receipt): one.reason for one in place.held} == held


@pytest.mark.parametrize(
    ("settings", "story", "state", "counts"),
    [
        ({"takes_newer": False}, "5 , 6", State.HELD, 1),
        ({"keeps_older": True}, "5 , 6!", State.NEEDS_FIXING, 1),
        ({"keeps_older": True}, "5 , 6! , 7", State.ACCEPTED, 3),
        ({"keeps_older": True}, "5 return1", State.NEEDS_FIXING, 1),
        ({"takes_newer": False}, "5 return1 , 6", State.ACCEPTED, 2),
    ],
)
def test_what_the_office_has_set(
    campaign: Campaign, tmp_path: Path, settings: dict[str, bool], story: str, state: State, counts: int
) -> None:
    place = play(campaign, tmp_path, story, **settings)
    assert (place.state, number_of(place.counts)) == (state, counts)


@pytest.mark.parametrize(
    ("story", "replaced"), [("5 , 6", 1), ("5 , 6 , 7", 2), ("5 , 6 accept2", 0), ("5 , 5", 0), ("5 , 6 withdraw1", 0)]
)
def test_a_version_that_took_anothers_place_is_told_until_somebody_says_which(
    campaign: Campaign, tmp_path: Path, story: str, replaced: int
) -> None:
    assert number_of(play(campaign, tmp_path, story).replaced) == replaced


@pytest.mark.parametrize(
    ("settings", "story", "told"),
    [
        ({}, "5", ""),
        ({}, "5 , merge 6", "待定：已经汇总过，这一份内容不同"),
        ({}, "5 , merge 6 , 6", "内容与第 2 份相同，也待定"),
        ({}, "5@9 , 6@8", "待定：文件日期早于已通过的一份，可能是旧稿"),
        ({}, "5 , 5", "内容与第 1 份相同，计入的不变"),
        ({}, "5 , 6! , 5@1", "内容与第 1 份相同，仍待修改"),
        ({}, "5 , 6!", "原来通过的第 1 份暂不计入"),
        ({"keeps_older": True}, "5 , 6!", "仍按第 1 份计入"),
        ({}, "6!", ""),
        ({}, "5 return1 , 5", "与审核退回的一份相同，仍算退回"),
        ({}, "5 withdraw1", "已作废"),
    ],
)
def test_what_became_of_the_newest_file_is_told_where_it_does_not_simply_count(
    campaign: Campaign, tmp_path: Path, settings: dict[str, bool], story: str, told: str
) -> None:
    place = play(campaign, tmp_path, story, **settings)
    assert outcome_of(place, place.versions[0]) == told


@pytest.mark.parametrize(
    ("settings", "story", "stage"),
    [
        ({}, "", None),
        ({}, "5", Stage.ACCEPTED),
        ({}, "5 review1", Stage.IN_REVIEW),
        ({}, "5 review1 accept1", Stage.ACCEPTED),
        ({}, "5 review1 undo", Stage.ACCEPTED),
        ({}, "5 review1 return1", Stage.SENT_BACK),
        ({}, "5!", Stage.SENT_BACK),
        ({}, "5 , 6", Stage.IN_REVIEW),
        ({}, "5 , merge 6", Stage.IN_REVIEW),
        ({"reviewed": True}, "5", Stage.RECEIVED),
        ({"reviewed": True}, "5 accept1", Stage.ACCEPTED),
        ({"reviewed": True}, "5 accept1 return1 , 6", Stage.RECEIVED),
    ],
)
def test_what_people_have_come_to_say_of_a_return(
    campaign: Campaign, tmp_path: Path, settings: dict[str, bool], story: str, stage: Stage | None
) -> None:
    assert play(campaign, tmp_path, story, **settings).stage == stage


def test_the_whole_round_can_be_closed_and_an_organ_told_of_it(campaign: Campaign, tmp_path: Path) -> None:
    with ReceiptBook(tmp_path / "r.sqlite") as book:
        book.record(Event(Step.FREEZE))
        book.add([receipt(1, "5", 1)])
        place = standing(campaign, book, TODAY)["01"]
        assert (place.frozen, place.held[0].reason) == (True, Hold.FROZEN)
        book.record(Event(Step.UNFREEZE))
        assert not standing(campaign, book, TODAY)["01"].frozen


@pytest.mark.parametrize(
    ("ground", "story", "state", "counts"),
    [
        ("免报", "", State.EXEMPT, 0),
        ("已撤销", "5", State.EXEMPT, 0),
        ("已撤销", "5 accept1", State.ACCEPTED, 1),
        ("由上级汇总", "5 accept1", State.EXEMPT, 0),
    ],
)
def test_an_organ_with_a_ground_is_not_expected_and_counts_only_by_a_word(
    campaign: Campaign, tmp_path: Path, ground: str, story: str, state: State, counts: int
) -> None:
    first, *rest = campaign.roster.organs
    parent = rest[0].code
    roster = replace(campaign.roster, organs=(replace(first, ground=ground, parent=parent), *rest))
    place = play(replace(campaign, roster=roster), tmp_path, story)
    assert (place.state, number_of(place.counts), place.late) == (state, counts, False)


@dataclass
class Account:
    """The same by hand: a list of what stands, without a class for it. Dates and doubts aside."""

    stands: tuple[int, int] | None = None  # which file, what figure
    fault: int = 0  # which file must be mended
    remark: int | None = None  # the figure of the file a reviewer sent back
    has_merged: bool = False
    is_closed: bool = False
    waiting: dict[int, int] = field(default_factory=dict)
    gone: dict[int, int] = field(default_factory=dict)
    sent_back: int = 0  # which file that was

    def file(self, number: int, figure: int, *, is_sound: bool) -> None:
        if not is_sound:
            if not ((self.stands or self.remark is not None) and self.is_closed):
                self.fault = number
        elif figure == self.remark:
            return
        elif self.stands and self.stands[1] == figure:
            self.fault, self.remark = 0, None
        elif figure in self.gone.values() or (self.is_closed and self.remark is not None):
            self.wait(number, figure)
        elif self.is_closed or (self.stands and self.has_merged and self.remark is None):
            self.fault = 0
            self.wait(number, figure)
        else:
            self.stands, self.fault, self.remark = (number, figure), 0, None

    def wait(self, number: int, figure: int) -> None:
        if figure not in self.waiting.values():
            self.waiting[number] = figure

    def accept(self, number: int, figure: int) -> None:
        self.stands, self.waiting = (number, figure), {}
        self.gone.pop(number, None)
        if number >= self.fault:
            self.fault, self.remark = 0, None

    def withdraw(self, number: int, figure: int) -> None:
        self.gone[number] = figure
        self.waiting.pop(number, None)
        if self.stands and self.stands[0] == number:
            self.stands = None
        if figure == self.remark and number == self.sent_back:
            self.remark = None
        if number == self.fault:
            self.fault = 0

    def send_back(self, number: int, figure: int) -> None:
        self.fault, self.remark, self.sent_back = number, figure, number
        self.waiting.pop(number, None)


@pytest.mark.parametrize("seed", range(60))
def test_whatever_happens_the_standing_equals_an_independent_account(
    campaign: Campaign, tmp_path: Path, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311
    account, words, files = Account(), list[str](), list[tuple[int, bool]]()
    for _ in range(14):
        what = dice.choice(("file", "file", "file", "accept", "withdraw", "return", "merge", "freeze"))
        sound = [place for place, (_, is_sound) in enumerate(files, 1) if is_sound]
        if what == "file":
            figure, is_sound = dice.randrange(6), dice.random() < 0.8
            files.append((figure, is_sound))
            words.append(f", {figure}{'' if is_sound else '!'}")
            account.file(len(files), figure, is_sound=is_sound)
        elif what in {"accept", "withdraw", "return"} and sound:
            number = dice.choice(sound)
            words.append(f"{what}{number}")
            taken = {"accept": account.accept, "withdraw": account.withdraw, "return": account.send_back}[what]
            taken(number, files[number - 1][0])
        elif what == "merge":
            words.append("merge")
            account.has_merged = True
        elif what == "freeze":
            words.append("thaw" if account.is_closed else "freeze")
            account.is_closed = not account.is_closed
    place = play(campaign, tmp_path, " ".join(words), keeps_older=True)
    told = " ".join(words)
    assert number_of(place.counts) == (account.stands[0] if account.stands else 0), told
    assert {number_of(one.receipt) for one in place.held} == set(account.waiting), told
    assert number_of(place.unfit) == account.fault, told


def numbers(receipts: Iterable[Receipt]) -> list[int]:
    return [number_of(one) for one in receipts]


def test_versions_are_numbered_as_they_were_sent(campaign: Campaign, tmp_path: Path) -> None:
    place = play(campaign, tmp_path, "5@9 6@8 , 7@10")
    assert numbers(place.versions) == [3, 1, 2]
    assert [place.number(one) for one in place.versions] == [3, 2, 1]
    assert numbers(place.superseded) == [1, 2]
