"""Collect: read what is new in inbox/, record it chunk by chunk, judge it, and write what has to go back.

Chunks are recorded in the order of arrival, each all or nothing, so a run that is killed and begun again ends in the
same state as one that was left alone.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.campaign.board.parts import parts_by, tally_of
from toolkit.campaign.board.questions import Question, questions_of
from toolkit.campaign.intake.arrivals import bring_in, list_arrivals
from toolkit.campaign.intake.assigning import assign_file
from toolkit.campaign.intake.attachments import attachments_among
from toolkit.campaign.intake.campaign_checks import CampaignChecker, basis_of
from toolkit.campaign.intake.carried.last_year import last_year_of
from toolkit.campaign.intake.history import Event, Step
from toolkit.campaign.intake.reading import Reader
from toolkit.campaign.intake.receipts import UNREADABLE, Receipt, ReceiptBook
from toolkit.campaign.intake.standings import Held, Standing, State, is_stray, standing_by
from toolkit.campaign.intake.waivers import waivers_mark, waivers_of
from toolkit.campaign.round.folder import open_campaign
from toolkit.campaign.round.lock import exclusively
from toolkit.campaign.round.progress import Progress
from toolkit.campaign.round.workers import Workers, run_chunks
from toolkit.campaign.sendback.messages import send_back
from toolkit.campaign.sendback.receipt_pages import write_receipts
from toolkit.campaign.slip_counts import shares_for
from toolkit.errors import InputError
from toolkit.files import read_file

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from toolkit.campaign.intake.arrivals import Arrival
    from toolkit.campaign.intake.reading import Read
    from toolkit.campaign.round.folder import Campaign

Findings = tuple["Mapping[str, Any]", ...]
_JUDGED, _SENT, _COLLECTIONS = "judged_on", "sent_back_on", "collections"
_PIECE = 1_000  # receipts judged at a time
_MARK_DIGITS = 16
_SENT_AS = "3"  # changes when the same state would be written into sendback/ otherwise


@dataclass(frozen=True, slots=True)
class Repeat:
    """A file whose content had come before: in which file then, from whom, and the file that counts for that organ.

    `organ` and `counts` are empty where the content is no return of the roster, and where nothing counts yet; `code`
    and `number` say of whom it is which version.
    """

    file: str
    same_as: str
    organ: str
    counts: str
    code: str = ""
    number: int = 0


@dataclass(frozen=True)
class Collected:
    """What a collection found and how the round stands now.

    `new` are this collection's receipts (without values), `repeated` files whose content was known, `blocked` files
    that could not be taken in, with what to do; `unplaced` the receipts (without values) of files now in inbox/ that
    count for no organ; `attachments` the files beside accepted returns, which are not read. `places` holds standings by
    code, their receipts without values and findings; `questions` what the coordinator has to decide.
    """

    files: int
    new: tuple[Receipt, ...]
    repeated: tuple[Repeat, ...]
    blocked: Mapping[str, str]
    unplaced: tuple[Receipt, ...]
    places: Mapping[str, Standing]
    questions: tuple[Question, ...] = ()
    attachments: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing has to be mended, every file has found its organ, and none waits for a word."""
        return not (self.to_mend or self.blocked or self.unplaced or self.held)

    @property
    def held(self) -> tuple[Held, ...]:
        """The files that wait for the coordinator's word."""
        return tuple(held for place in self.places.values() for held in place.held)

    @property
    def to_mend(self) -> tuple[Standing, ...]:
        """The organs whose newest version is sent back, in roster order."""
        return tuple(place for place in self.places.values() if place.unfit)

    @property
    def unreadable(self) -> tuple[Receipt, ...]:
        """Those of `unplaced` that cannot be read at all."""
        return tuple(receipt for receipt in self.unplaced if receipt.verdict == UNREADABLE)

    def count(self, state: State) -> int:
        """Return how many organs stand so; those covered from above stand nowhere themselves."""
        return self.counts[state]

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many organs stand in each state and how many are covered, as the board counts them."""
        return tally_of(self.places)


def collect_returns(folder: Path, files: Iterable[Path] = (), workers: Workers | None = None) -> Collected:
    """Read what is new in inbox/ and in `files`, which are copied there first; return how the round stands.

    Raises:
        InputError: the campaign cannot be opened, a file is missing, or another command is at work in the folder.
        OutputError: something cannot be written; what is recorded stays, run again to go on.
    """
    campaign = open_campaign(folder)
    with exclusively(folder, "收件（xxgk collect）"), ReceiptBook(campaign.receipts_file) as book:
        bring_in(campaign, files)
        arrivals, refused = list_arrivals(campaign)
        mark = basis_of(campaign) + waivers_mark(waivers_of(book), datetime.now().astimezone().date())
        found = _read(campaign, book, _unread(book, arrivals), mark, workers or Workers())
        if found.count:
            _close(book, found.count)
        heads = book.heads()
        unplaced, attachments = _unplaced(campaign, book, arrivals, heads)
        lying = len(arrivals)
        del arrivals  # of a hundred thousand organs every list of them counts
        new = tuple(_new(heads[len(heads) - found.count :], found, attachments))
        places = standing_by(campaign, heads, book.events())
        _send_back_once(campaign, book, places, unplaced, mark)
        blocked = found.blocked | refused
        repeats = tuple(_repeats(campaign, book, found.repeated, heads, places))
        whole = tuple(replace(book.whole(head), values={}, cells={}, previous={}) for head in unplaced)
        asked = _questions(campaign, book, places)
        return Collected(lying, new, repeats, blocked, whole, places, asked, attachments)


def collect_as(folder: Path, file: Path, code: str, workers: Workers | None = None) -> Collected:
    """Take in a file as the return of an organ that it does not show itself; return how the round stands then.

    What it holds is written into the workbook issued to the organ, which is judged like any.

    Raises:
        InputError: no such organ, the file belongs to another already, or holds no answers; see `assign_file`.
        OutputError: something cannot be written.
    """
    content = read_file(file)
    collect_returns(folder, [file], workers)
    campaign = open_campaign(folder)
    with exclusively(folder, "收件（xxgk collect）"), ReceiptBook(campaign.receipts_file) as book:
        sha256 = hashlib.sha256(content).hexdigest()
        found = next((head for head in book.heads() if head.sha256 == sha256), None)
        if found is None:
            raise InputError(str(file), ["没有收进来，不能归到哪一家；请看收件时的提示"])
        if found.code and found.code != code and found.code in campaign.roster.by_code:
            raise InputError(str(file), [f"这是“{found.organ}”（{found.code}）的报表，不能归到 {code}"])
        if found.code != code:
            assign_file(campaign, book.whole(found), code)
    return collect_returns(folder, (), workers)


def _unread(book: ReceiptBook, arrivals: Iterable[Arrival]) -> list[Arrival]:
    fresh = {arrival.path: arrival for arrival in arrivals}
    for known, _ in book.files():
        if known[0] in fresh and fresh[known[0]].known == known:
            del fresh[known[0]]
    return [*fresh.values()]


@dataclass
class _Found:
    """What reading came to: how many receipts it made, and the findings of those that have any, by hash.

    `repeated` are the files whose content was known, `blocked` those that stay out, with the reason.
    """

    count: int = 0
    findings: dict[str, Findings] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)
    blocked: dict[str, str] = field(default_factory=dict)

    def add(self, receipts: Sequence[Receipt], read: Read) -> None:
        """Add a chunk of which these receipts were recorded."""
        kept = {receipt.sha256 for receipt in receipts}
        self.count += len(receipts)
        self.findings |= {receipt.sha256: receipt.findings for receipt in receipts if receipt.findings}
        self.repeated += [*read.repeated, *(one.file for one in read.receipts if one.sha256 not in kept)]
        self.blocked |= read.blocked


def _new(heads: Iterable[Receipt], found: _Found, attachments: Container[str]) -> Iterator[Receipt]:
    """Yield those of the receipts of this collection that are no attachments, with their findings, without values."""
    for head in heads:
        if head.file not in attachments:
            findings = found.findings.get(head.sha256)
            yield replace(head, findings=findings) if findings else head


def _close(book: ReceiptBook, count: int) -> None:
    """End a collection: the next one's files are later ones. A run that was killed goes on with the same number."""
    book.set_facts({_COLLECTIONS: str(_number(book))})
    book.record(Event(Step.COLLECT, told=f"新收 {count} 份"))


def _number(book: ReceiptBook) -> int:
    return int(book.fact(_COLLECTIONS) or 0) + 1


def _questions(campaign: Campaign, book: ReceiptBook, places: Mapping[str, Standing]) -> tuple[Question, ...]:
    asked = [code for code, place in places.items() if place.held or place.replaced]
    if not asked:
        return ()
    whole = {code: [book.whole(head) for head in places[code].versions[::-1]] for code in asked}
    again = standing_by(campaign, [one for versions in whole.values() for one in versions], book.events())
    parts = parts_by(campaign.roster.depth_first(), places)
    return tuple(question for code in asked for question in questions_of(campaign.form, again[code], parts[code]))


@dataclass(frozen=True)
class InboxState:
    """What lies in inbox/ and is not settled.

    `waiting` are the paths of files nobody has read yet, `unplaced` the receipts of files that count for no organ, and
    `refused` is what cannot be taken in, with what to do.
    """

    waiting: tuple[str, ...]
    unplaced: tuple[Receipt, ...]
    refused: Mapping[str, str]


def look_into_inbox(campaign: Campaign) -> InboxState:
    """Return what lies in inbox/ and is not settled; nothing is read or written.

    Raises:
        InputError: inbox/ cannot be listed.
    """
    arrivals, refused = list_arrivals(campaign)
    if not campaign.receipts_file.exists():
        return InboxState(tuple(arrival.path for arrival in arrivals), (), refused)
    with ReceiptBook(campaign.receipts_file) as book:
        waiting = tuple(arrival.path for arrival in _unread(book, arrivals))
        heads, _ = _unplaced(campaign, book, arrivals, book.heads())
        return InboxState(waiting, tuple(map(book.whole, heads)), refused)


def _repeats(
    campaign: Campaign,
    book: ReceiptBook,
    files: Sequence[str],
    heads: Iterable[Receipt],
    places: Mapping[str, Standing],
) -> Iterator[Repeat]:
    if not files:
        return
    wanted = set(files)
    hashes = {known[0]: sha256 for known, sha256 in book.files() if known[0] in wanted}
    held = set(hashes.values())
    known = {head.sha256: head for head in heads if head.sha256 in held}
    for file in files:
        head = known[hashes[file]]
        place = places.get(head.code) if head.year == campaign.year else None
        counts = place.counts.file if place and place.counts else ""
        if place is None:
            yield Repeat(file, head.file, "", counts)
            continue
        number = place.number(head) if head in place.versions else 0
        yield Repeat(file, head.file, place.organ.name, counts, place.organ.code, number)


def _read(campaign: Campaign, book: ReceiptBook, fresh: Sequence[Arrival], mark: str, workers: Workers) -> _Found:
    """Read what is new, and judge what was received before where the roster or the record has changed."""
    found = _Found()
    if not fresh and book.fact(_JUDGED) == mark:
        return found
    judge = CampaignChecker(campaign, last_year_of(campaign), waivers_of(book))
    _judge_anew(book, judge, mark)
    if not fresh:
        return found
    reader, number = _reader(campaign, workers), _number(book)
    progress = Progress("收件", len(fresh))
    for chunk, read in run_chunks(reader.read, fresh, workers):
        # Two processes may have met the same content at the same time.
        receipts = [
            replace(judge.checked(receipt), collection=number)
            for receipt in read.receipts
            if not book.has(receipt.sha256)
        ]
        book.add(receipts, read.files)
        found.add(receipts, read)
        progress.add(len(chunk))
    return found


def _reader(campaign: Campaign, workers: Workers) -> Reader:
    # In full, as other machines may stand elsewhere; they see the same share, but SQLite is not for shares.
    folder = campaign.folder.resolve()
    book = None if workers.scheduler else campaign.receipts_file.resolve()
    forms = campaign.forms.resolve() if campaign.forms else None
    received_at, shares = datetime.now().astimezone().isoformat(timespec="seconds"), shares_for(campaign)
    return Reader(folder, book, forms, received_at, campaign.year, strict=campaign.strict, shares=shares)


def _judge_anew(book: ReceiptBook, judge: CampaignChecker, mark: str) -> None:
    """Judge what was received before by the roster and the record of today, where these have changed."""
    if book.fact(_JUDGED) == mark:
        return
    heads = book.heads()
    for start in range(0, len(heads), _PIECE):  # a run that is killed begins anew, as the mark is set last
        before = book.wholes(heads[start : start + _PIECE])
        after = map(judge.checked, before)
        book.check_anew([new for old, new in zip(before, after, strict=True) if new != old])
    book.set_facts({_JUDGED: mark})


def _unplaced(
    campaign: Campaign, book: ReceiptBook, arrivals: Iterable[Arrival], heads: Sequence[Receipt]
) -> tuple[tuple[Receipt, ...], tuple[str, ...]]:
    """Return the receipts of files still in inbox/ that count for no organ, and the attachments of sound returns.

    Removing such a file settles it.
    """
    found = {receipt.sha256: receipt for receipt in heads if is_stray(campaign, receipt)}
    if not found:
        return (), ()
    lying = {arrival.path: arrival.mtime_ns for arrival in arrivals}
    present = {sha256 for known, sha256 in book.files() if sha256 in found and _lies(known[0], known[2], lying)}
    strays = [receipt for receipt in found.values() if receipt.sha256 in present]
    attachments = tuple(receipt.file for receipt in attachments_among(campaign, heads, strays))
    return tuple(receipt for receipt in strays if receipt.file not in attachments), attachments


def _lies(path: str, mtime_ns: int, lying: Mapping[str, int]) -> bool:
    """Return whether a file, or the zip it was in, still lies there as it was read."""
    while path and path not in lying:
        path = path.rpartition("/")[0]
    return lying.get(path) == mtime_ns


def _send_back_once(
    campaign: Campaign, book: ReceiptBook, places: Mapping[str, Standing], unplaced: Sequence[Receipt], mark: str
) -> None:
    """Write sendback/ unless that was done for just this state, which is kept last: a killed run does it again."""
    newest = max((place.latest.seq for place in places.values() if place.latest), default=0)
    step = max((event.seq for event in book.events()), default=0)
    strays = " ".join(str(receipt.seq) for receipt in unplaced)
    state = f"{_SENT_AS} {mark} {newest} {step} {_told_to_all(campaign)} {strays}"
    if book.fact(_SENT) != f"{state} {_lying_in(campaign.sendback)}":
        send_back(campaign, book, places, unplaced)
        write_receipts(campaign, book, places)
        book.set_facts({_SENT: f"{state} {_lying_in(campaign.sendback)}"})


def _told_to_all(campaign: Campaign) -> str:
    """Return a mark of what messages say of the round: by when, where to, whom to ask, and what was issued last."""
    issued = campaign.manifest.stat().st_mtime_ns if campaign.manifest.is_file() else 0
    told = [campaign.organ, campaign.return_to, campaign.call, issued]
    told += [(organ.code, organ.deadline) for organ in campaign.roster.organs]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:_MARK_DIGITS]


def _lying_in(folder: Path) -> str:
    """Return a mark of the names in a folder, by which a file that somebody deleted is missed."""
    names = sorted(os.fsencode(path.name) for path in folder.iterdir()) if folder.is_dir() else []
    return hashlib.sha256(b"/".join(names)).hexdigest()[:_MARK_DIGITS]
