"""The board of a round: how every organ stands, the counts, and whom to chase, as values for every output."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.campaign.board.across.covering import covering_findings
from toolkit.campaign.board.across.likeness import alike
from toolkit.campaign.board.across.outliers import standing_out
from toolkit.campaign.board.across.round_findings import judged
from toolkit.campaign.board.made_of import Stale, stale_outputs
from toolkit.campaign.board.on_paper import OnPaper
from toolkit.campaign.board.papers import NONE, Papers, papers_of
from toolkit.campaign.board.parts import Part, placed, tally
from toolkit.campaign.board.problems import Problem, contradicted_words, open_across, problems_of
from toolkit.campaign.board.questions import Question, questions_of
from toolkit.campaign.intake.copied import judged_standings
from toolkit.campaign.intake.documents import TO_CONFIRM, is_to_confirm
from toolkit.campaign.intake.outcomes import HELD, outcome_of
from toolkit.campaign.intake.receipts import ReceiptBook, filing_of, said_provisional
from toolkit.campaign.intake.serializing import without_collecting
from toolkit.campaign.intake.standings import Stage, State, is_stray, standing_by
from toolkit.campaign.intake.waivers import is_open, shared_waivers
from toolkit.campaign.issue.issuing import read_manifest
from toolkit.campaign.round.folder import copy_name
from toolkit.filing.findings import CATALOGUE, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from toolkit.campaign.board.across.round_findings import RoundFinding
    from toolkit.campaign.intake.history import Event
    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.intake.standings import Standing
    from toolkit.campaign.intake.waivers import SharedWaiver
    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ
    from toolkit.filing.filing import Filing

LABELS = {
    State.ACCEPTED: "已通过",
    State.NEEDS_FIXING: "待修改",
    State.MISSING: "未报",
    State.HELD: HELD,
    State.EXEMPT: "不单独报送",
}
TOP = "由本级直接联系"
_SOON = 14  # days before the day to publish from which an organ is reminded of it


@dataclass(frozen=True, slots=True)
class Version:
    """One file an organ handed in, the first has number 1.

    `counts` says whether the sum has its figures; `remark` what became of it, in words, empty where there is nothing to
    say.
    """

    number: int
    receipt: Receipt
    counts: bool
    remark: str = ""

    @property
    def copy(self) -> str:
        """The path of the received file, relative to the campaign folder."""
        return copy_name(self.receipt.sha256)

    @property
    def name(self) -> str:
        """The file's name as it came, without its folder."""
        return self.receipt.name

    @property
    def label(self) -> str:
        """The verdict, in words."""
        return LABELS[State(self.receipt.verdict)]


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One organ's line of the board, small, as a hundred thousand are kept: what follows from the rest is worked out.

    `questions` are what the coordinator has to decide on `day`, `across` counts what only a look over all shows.
    """

    organ: Organ
    parent: str  # its name
    depth: int
    part: Part
    issued: bool
    day: date
    standing: Standing
    questions: tuple[Question, ...]
    papers: Papers
    across: Mapping[tuple[str, Severity], int]

    @property
    def state(self) -> State:
        """How the organ stands."""
        return self.standing.state

    @property
    def late(self) -> bool:
        """Whether it is late with its own return."""
        return self.standing.late and self.part is not Part.COVERED

    @property
    def latest(self) -> Receipt | None:
        """The version people should look at, with what a reviewer said about it."""
        chief = self.standing.chief
        return self.standing.with_remark(chief) if chief else None

    @property
    def paper(self) -> OnPaper:
        """How far signing and publishing are."""
        return OnPaper(self.standing, self.day, self.papers)

    @property
    def copy(self) -> str:
        """The path of the received file of its latest version, relative to the campaign folder."""
        return copy_name(self.latest.sha256) if self.latest else ""

    @property
    def versions(self) -> int:
        """How many versions came."""
        return len(self.standing.versions)

    @property
    def superseded(self) -> int:
        """How many versions the one that counts took the place of."""
        return len(self.standing.superseded)

    @property
    def history(self) -> tuple[Version, ...]:
        """All versions of its return, the newest first."""
        return tuple(_history(self.standing, is_counted=self.part is Part.COUNTED))

    @property
    def label(self) -> str:
        """How it stands, in words."""
        label = Part.COVERED.label if self.part is Part.COVERED else LABELS[self.state]
        if self.must_mend and self.latest is not None and is_to_confirm(self.latest.findings):
            label = CATALOGUE[TO_CONFIRM].title
        remarks = tuple(self._remarks())
        return f"{label}（{'；'.join(remarks)}）" if remarks else label

    def _remarks(self) -> Iterator[str]:
        where = self.standing
        if self.organ.ground and self.part is not Part.COVERED:
            yield self.organ.ground
        yield from self._unsettled()
        if where.reviewing and not where.unfit:
            yield f"{where.reviewing} 审核中"
        elif where.stage in {Stage.RECEIVED, Stage.WAIVED}:
            yield where.stage.label.partition("，")[2]
        if where.withdrawn:
            yield f"已作废 {len(where.withdrawn)} 份"
        if where.frozen:
            yield "已封存"

    def _unsettled(self) -> Iterator[str]:
        """Yield which of several versions counts while something waits to be mended or decided."""
        where = self.standing
        if where.returned:
            yield f"审核退回：{where.returned.why}"
        if where.unfit and where.counts is where.unfit:
            yield "改好以前仍计入"
        elif where.unfit and where.counts:
            yield "新交的一份要改，仍按旧的一份计入"
        elif where.kept:
            yield "新交的一份要改，原来通过的一份暂不计入"
        if where.held and where.counts:
            yield "另有一份待定，仍按已通过的一份计入"
        if where.replaced and where.counts:
            yield "先后两份都合格，计入较晚的一份"

    @property
    def is_awaited(self) -> bool:
        """Whether the sum waits for it."""
        return self.part is Part.MISSING

    @property
    def must_mend(self) -> bool:
        """Whether its newest version was sent back and nothing from above stands for it."""
        return self.state is State.NEEDS_FIXING and self.part is not Part.COVERED

    @property
    def owes_publication(self) -> bool:
        """Whether it has been accepted and is to publish, and has not, or otherwise than it counts."""
        is_done = self.state is State.ACCEPTED and self.part is not Part.COVERED
        return is_done and self.organ.publish_by is not None and not self.paper.is_published

    def owes_publication_by(self, day: date) -> bool:
        """Return whether it has still to publish, and by this day or before."""
        return self.owes_publication and self.organ.publish_by is not None and self.organ.publish_by <= day

    @property
    def is_on_paper(self) -> bool:
        """Whether there is something to say of its signing and publishing."""
        stands = self.part is not Part.COVERED or self.paper.papers != Papers()
        return stands and bool(self.paper.signed_label or self.paper.published_label)

    @property
    def errors(self) -> int:
        """How many errors its latest version has that were not let pass."""
        return self._count(Severity.ERROR)

    @property
    def doubts(self) -> int:
        """How many warnings its latest version has that were neither let pass nor explained."""
        return self._count(Severity.WARNING)

    @property
    def received_on(self) -> str:
        """The day its latest version came, with the file's own date where that differs: lateness goes by the latter."""
        if self.latest is None:
            return ""
        came, sent = self.latest.received_at[:10], self.latest.sent_on.isoformat()
        return came if came == sent else f"{came}（文件 {sent}）"

    def _count(self, severity: Severity) -> int:
        found = self.latest.findings if self.latest else ()
        shared = 0 if self.standing.unfit else self.across.get((self.organ.code, severity), 0)
        return shared + sum(1 for one in found if one["severity"] == severity.value and is_open(one))


@dataclass(frozen=True)
class Board:
    """How a round stands: one row per organ, each parent right before what is below it.

    `problems` are all findings and explanations, `stale` the outputs that are no longer true.
    """

    organ: str
    year: int
    day: date
    rows: tuple[BoardRow, ...]
    problems: tuple[Problem, ...] = ()
    stale: tuple[Stale, ...] = ()

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many organs (of `superseded`: versions) are in each state of the contract, `covered` besides."""
        return {
            "roster": len(self.rows),
            "issued": sum(row.issued for row in self.rows),
            "received": sum(row.versions > 0 for row in self.rows),
            **tally((row.part, row.state) for row in self.rows),
            "superseded": sum(row.superseded for row in self.rows),
            "late": sum(row.late for row in self.rows),
        }

    @property
    def is_complete(self) -> bool:
        """Whether every return the sum waits for is in."""
        return not any(row.is_awaited for row in self.rows)

    @property
    def papers(self) -> Iterator[OnPaper]:
        """What is on paper of those that stand for themselves, one after the other."""
        return (row.paper for row in self.rows if row.part is not Part.COVERED)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the coordinator has to decide, in the order of the rows."""
        return tuple(question for row in self.rows for question in row.questions)

    @property
    def has_held(self) -> bool:
        """Whether a file waits for the coordinator's word."""
        return any(row.standing.held for row in self.rows)

    @property
    def must_mend(self) -> bool:
        """Whether anybody has to mend what they sent."""
        return any(row.must_mend for row in self.rows)

    @property
    def contradicted(self) -> str:
        """Whose return and those of others cannot both be right, in words; empty when none."""
        return contradicted_words(self.problems)

    @cached_property
    def chase(self) -> Mapping[str, tuple[BoardRow, ...]]:
        """Whom to chase, by the name of the organ above, the late first."""
        # A held one waits for us, not for the organ.
        chased = (row for row in self.rows if row.must_mend or (row.is_awaited and row.state is not State.HELD))
        return {parent: tuple(sorted(rows, key=lambda row: not row.late)) for parent, rows in _by_parent(chased)}

    @cached_property
    def unpublished(self) -> Mapping[str, tuple[BoardRow, ...]]:
        """Who has to publish within a fortnight or is late with it, by the name of the organ above, the late first."""
        near = self.day + timedelta(days=_SOON)
        owing = (row for row in self.rows if row.owes_publication_by(near))
        return {
            parent: tuple(sorted(rows, key=lambda row: not row.paper.is_late)) for parent, rows in _by_parent(owing)
        }


def _by_parent(rows: Iterable[BoardRow]) -> Iterable[tuple[str, list[BoardRow]]]:
    groups: dict[str, list[BoardRow]] = {}
    for row in rows:
        groups.setdefault(row.parent or TOP, []).append(row)
    return groups.items()


@dataclass(frozen=True)
class Round:
    """A campaign with its receipts read: where everyone stands, and the receipts that count, by code.

    `strays` are the receipts of files in inbox/ that are no organ's of the roster, `papers` what is on paper, by code,
    `let_pass` what is let pass of what only a look over all organs shows.
    """

    campaign: Campaign
    standings: Mapping[str, Standing]
    accepted: Mapping[str, Receipt]
    strays: tuple[Receipt, ...] = ()
    papers: Mapping[str, Papers] = field(default_factory=dict)
    let_pass: tuple[SharedWaiver, ...] = ()

    @cached_property
    def returns(self) -> Mapping[str, Filing]:
        """The returns that count, by code; who only looks how the round stands does without them."""
        return {code: filing_of(receipt, self.campaign.form) for code, receipt in self.accepted.items()}

    @cached_property
    def provisional(self) -> Mapping[str, str]:
        """How provisional a return is that counts and is itself a sum, by code; final ones are left out."""
        return {code: words for code, receipt in self.accepted.items() if (words := said_provisional(receipt))}


def read_round(campaign: Campaign, today: date | None = None) -> Round:
    """Return how a campaign stands, read from its receipt book."""
    day = today or datetime.now().astimezone().date()
    with without_collecting():
        standings, strays, events = _read_book(campaign, day)
        accepted = {code: found.counts for code, found in standings.items() if found.counts is not None}
    return Round(campaign, standings, accepted, strays, papers_of(events), shared_waivers(events, day))


def _read_book(
    campaign: Campaign, today: date
) -> tuple[Mapping[str, Standing], tuple[Receipt, ...], tuple[Event, ...]]:
    if not campaign.receipts_file.exists():  # nothing came yet, and looking must not need a folder one can write in
        return standing_by(campaign, (), today=today), (), ()
    with ReceiptBook(campaign.receipts_file) as book:
        receipts, events = book.all(), book.events()
    strays = tuple(one for one in receipts if is_stray(campaign, one) and _lies_still(campaign, one))
    return judged_standings(campaign, receipts, events, today), strays, tuple(events)


def _lies_still(campaign: Campaign, receipt: Receipt) -> bool:
    """Return whether the file, or the zip it was in, still lies in inbox/."""
    path = receipt.file
    while "/" in path:
        if (campaign.folder / path).is_file():
            return True
        path = path.rpartition("/")[0]
    return False


def across(state: Round) -> Iterator[RoundFinding]:
    """Yield what only a look over all organs of a round shows."""
    form, places = state.campaign.form, [*state.standings.values()]
    yield from (*alike(form, places), *standing_out(form, places))
    if any(organ.is_consolidated for organ in state.campaign.roster.organs):
        yield from covering_findings(state.campaign.roster, state.returns)


def make_board(state: Round, day: date) -> Board:
    """Return the board of a round as it stands on a day."""
    campaign = state.campaign
    issued = frozenset(sys.intern(sheet.code) for sheet in read_manifest(campaign))  # the text the roster has
    names = {organ.code: organ.name for organ in campaign.roster.organs}
    shared = (replace(one, finding=judged(one, state.let_pass)) for one in across(state))
    problems = problems_of(campaign.form, state.standings.values(), state.strays, shared)
    open_shared = open_across(problems)
    rows = tuple(
        BoardRow(
            organ, names.get(organ.parent, ""), depth, part, organ.code in issued, day, place,
            questions_of(campaign.form, place, part), state.papers.get(organ.code, NONE), open_shared,
        )
        for organ, depth, part in placed(campaign.roster.depth_first(), state.accepted)
        for place in (state.standings[organ.code],)
    )  # fmt: skip
    return Board(campaign.organ, campaign.year, day, rows, problems, stale_outputs(campaign, state.standings))


def _history(where: Standing, *, is_counted: bool) -> Iterator[Version]:
    for place, receipt in enumerate(where.versions):
        counts = is_counted and receipt is where.counts
        number = len(where.versions) - place
        yield Version(number, receipt, counts, outcome_of(where, receipt))
