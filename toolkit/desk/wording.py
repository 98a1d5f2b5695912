"""What the pages say in sentences: what to do next, and the words to send to those who are late."""

from __future__ import annotations

from collections.abc import Sequence  # noqa: TC003 (a class that takes a type is made when the module is read)
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.campaign.board.board import Board
    from toolkit.campaign.collecting import InboxState


ROWS = 100  # of a list on one page
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next, in one sentence; `action` is what the button beside it does, '' where there is none."""

    sentence: str
    action: str = ""


@dataclass(frozen=True, slots=True)
class ListPart(Generic[Entry]):
    """The part of a long list that one page shows."""

    entries: Sequence[Entry]
    page: int
    last: int
    total: int


def part_of(entries: Sequence[Entry], page: int) -> ListPart[Entry]:
    """Return a page of a list, the last where there are not so many."""
    last = max(1, -(-len(entries) // ROWS))
    page = min(max(1, page), last)
    return ListPart(entries[(page - 1) * ROWS : page * ROWS], page, last, len(entries))


def fits(words: str, *texts: str) -> bool:
    """Return whether every word that is looked for stands in one of some texts."""
    told = "\n".join(texts).casefold()
    return all(word in told for word in words.casefold().split())


def next_step(board: Board, inbox: InboxState) -> Step:
    """Return the one thing to do next in a round."""
    return next(step for applies, step in _steps(board, inbox) if applies)


def _steps(board: Board, inbox: InboxState) -> Iterator[tuple[object, Step]]:
    """Yield every step with whether it applies, the most urgent first; the last always does."""
    counts = board.counts
    unissued = counts["roster"] - counts["issued"]
    mending = sum(row.must_mend for row in board.rows)
    awaited = sum(row.is_awaited for row in board.rows)
    late = f"，其中逾期 {counts['late']} 家" if counts["late"] else ""
    waiting, unplaced = len(inbox.waiting), len(inbox.unplaced)
    yield not counts["issued"], Step(f"名册里有 {unissued} 家。先给每一家生成一份报表。", "issue")
    yield waiting, Step(f"收件箱里有 {waiting} 个文件还没有读，请收件。", "collect")
    yield unissued, Step(f"名册里新添的 {unissued} 家还没有报表，请再下发一次；别家的不会变。", "issue")
    yield not counts["received"], Step("把发放包发给各单位。收到填好的文件，拖到这一页上任何地方。", "outbox")
    asked = len({question.organ.code for question in board.questions})
    yield asked, Step(f"{asked} 家的报表等你定：看看不同在哪里，定下用哪一份。", "questions")
    yield mending, Step(f"{mending} 家要改：把各家的话复制了发给他们，改好的文件拖回这一页。", "needs-fixing")
    yield unplaced, Step(f"{unplaced} 个文件不知道是谁的，请看下面“归不了的文件”。", "unplaced")
    yield awaited, Step(f"还差 {awaited} 家{late}：复制催报的话发给他们。", "chase")
    yield True, Step("全部到齐。看看全部合计，写好文字，就可以公布。", "whole")
