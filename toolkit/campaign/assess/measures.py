"""What a round knows of an organ that can be judged: each measure with its evidence, piece by piece."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.campaign.board.problems import OPEN_LABEL, WAIVED_LABEL, title_of
from toolkit.campaign.intake.history import Step, standing_events
from toolkit.campaign.intake.waivers import is_wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from toolkit.campaign.board.board import Board, BoardRow
    from toolkit.campaign.intake.history import Event
    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.form.model import Form


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing the round knows: how much it weighs, what it is, and the file that shows it.

    `path` is relative to the campaign folder, empty where no file shows it; `finding` the name of a finding.
    """

    amount: int
    told: str
    path: str = ""
    finding: str = ""


@dataclass(frozen=True)
class Known:
    """Everything the measures draw on about one organ."""

    row: BoardRow
    board: Board
    form: Form
    returned: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing to judge by: its name in campaign.toml, its words, the unit of its amounts, how it is found."""

    name: str
    label: str
    unit: str
    find: Callable[[Known], Iterator[Evidence]]


def returned_by_code(events: Iterable[Event]) -> Mapping[str, tuple[Event, ...]]:
    """Return the steps by which reviewers sent returns back, by the organ's code."""
    found: dict[str, tuple[Event, ...]] = {}
    for event in standing_events(events):
        if event.step is Step.RETURN:
            found[event.code] = (*found.get(event.code, ()), event)
    return found


def _sent_on_time(known: Known) -> Iterator[Evidence]:
    due, first = known.row.organ.deadline, _first_sound(known)
    if due is not None and first is not None and first.sent_on <= due:
        yield Evidence(
            1, f"截止 {due.isoformat()}，{first.sent_on.isoformat()} 报来“{first.name}”", _path(known, first)
        )


def _days_late(known: Known) -> Iterator[Evidence]:
    due, first = known.row.organ.deadline, _first_sound(known)
    if due is None or not known.row.late:
        return
    days = ((first.sent_on if first else known.board.day) - due).days
    when = f"合格的一份“{first.name}”{first.sent_on.isoformat()} 才来" if first else "还没有合格的一份"
    yield Evidence(days, f"截止 {due.isoformat()}，{when}，逾期 {days} 天", _path(known, first) if first else "")


def _missing(known: Known) -> Iterator[Evidence]:
    if known.row.is_awaited:
        yield Evidence(1, f"没有计入：{known.row.label}")


def _first_sound(known: Known) -> Receipt | None:
    withdrawn = known.row.standing.withdrawn
    sound = [one for one in known.row.standing.versions if one.is_accepted and one not in withdrawn]
    return min(sound, key=lambda one: one.sent_at, default=None)


def _times_sent_back(known: Known) -> Iterator[Evidence]:
    for version in known.row.history[::-1]:
        if not version.receipt.is_accepted:
            told = f"第 {version.number} 份“{version.name}”有 {_errors(version.receipt)} 处错误，退回"
            yield Evidence(1, told, version.copy)
    for event in known.returned:
        yield Evidence(1, f"审核退回{event.told}：{event.why}（{event.who}，{event.at[:10]}）")


def _errors(receipt: Receipt) -> int:
    return sum(map(is_wrong, receipt.findings))


def _faults(known: Known) -> Iterator[Evidence]:
    """Yield the errors of every version by kind, so that each kind can be seen and weighed."""
    for version in known.row.history[::-1]:
        counts = Counter(finding["name"] for finding in version.receipt.findings if is_wrong(finding))
        for name, count in counts.items():
            told = f"第 {version.number} 份：{title_of(known.form, name)} {count} 处"
            yield Evidence(count, told, version.copy, name)


def _copied(known: Known) -> Iterator[Evidence]:
    for problem in known.board.problems:
        is_alike = problem.name in {"prose_copied", "tables_alike"} and problem.state != WAIVED_LABEL
        if is_alike and problem.code == known.row.organ.code:
            yield Evidence(1, problem.message, known.row.copy, problem.name)


def _unexplained(known: Known) -> Iterator[Evidence]:
    """Yield open warnings of what counts; of a version that waits for a word nobody knows yet whether it is theirs."""
    where = known.row.standing
    held = {where.number(one.receipt) for one in where.held}
    for problem in known.board.problems:
        is_mine = problem.code == known.row.organ.code and problem.version not in held
        if is_mine and problem.state == OPEN_LABEL:
            yield Evidence(1, f"{problem.title}：{problem.message}", known.row.copy, problem.name)


def _signed(known: Known) -> Iterator[Evidence]:
    signed = known.row.paper.papers.signed
    if signed is not None and known.row.paper.is_signed:
        yield Evidence(1, f"{signed.signer} {signed.day.isoformat()} 签发，校验码相符", signed.scan)


def _published_on_time(known: Known) -> Iterator[Evidence]:
    paper = known.row.paper
    published, due = paper.papers.published, known.row.organ.publish_by
    if published is not None and due is not None and published.day <= due:
        yield Evidence(
            1, f"期限 {due.isoformat()}，{published.day.isoformat()} 公布在 {published.address}", published.page
        )


def _publication_days_late(known: Known) -> Iterator[Evidence]:
    paper = known.row.paper
    published, due = paper.papers.published, known.row.organ.publish_by
    if due is None or not paper.is_late:
        return
    days = ((published.day if published else known.board.day) - due).days
    when = f"{published.day.isoformat()} 才公布" if published else "还没有公布"
    yield Evidence(days, f"期限 {due.isoformat()}，{when}，逾期 {days} 天", published.page if published else "")


def _page_differs(known: Known) -> Iterator[Evidence]:
    published = known.row.paper.papers.published
    for one in published.unequal if published else ():
        told = f"{one.label}：报表 {one.returned or '空白'}，公布 {one.published or '空白'}"
        yield Evidence(1, told, published.page if published else "", one.field)


def _path(known: Known, receipt: Receipt) -> str:
    return next((one.copy for one in known.row.history if one.receipt is receipt), "")


MEASURES = (
    Measure("sent_on_time", "按时报送", "次", _sent_on_time),
    Measure("days_late", "逾期报送", "天", _days_late),
    Measure("missing", "没有报齐", "家", _missing),
    Measure("times_sent_back", "退回次数", "次", _times_sent_back),
    Measure("faults", "核对错误", "处", _faults),
    Measure("unexplained", "提醒没有说明", "条", _unexplained),
    Measure("copied", "雷同", "条", _copied),
    Measure("signed", "签发相符", "次", _signed),
    Measure("published_on_time", "按时公布", "次", _published_on_time),
    Measure("publication_days_late", "逾期公布", "天", _publication_days_late),
    Measure("page_differs", "公布与报表不同", "处", _page_differs),
)
BY_NAME = {measure.name: measure for measure in MEASURES}
