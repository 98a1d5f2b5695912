"""The board as one offline page: how far the round is, as a picture and in words, whom to call, every organ."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.campaign.board.on_paper import paper_lines
from toolkit.campaign.board.parts import Part
from toolkit.campaign.board.problems import by_finding
from toolkit.campaign.board.workbook import headline
from toolkit.campaign.intake.standings import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.campaign.board.board import Board, BoardRow

TEMPLATES = Path(__file__).parent / "templates"
WIDTH = 560  # of a full bar, in the picture's own units
# Class of the style sheet and words, in the order of the bar.
SEGMENTS = (
    ("accepted", "已通过"), ("covered", "由上级汇总报送"), ("exempt", "不单独报送"), ("held", "待定"),
    ("needs-fixing", "待修改"), ("missing", "未报"),
)  # fmt: skip
MOST_BARS, MOST_PROBLEMS = 40, 500
PIECES = 2000  # of the template's output that are put together: some thirty organs


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a bar: what it stands for, how many organs, where it lies."""

    id: str
    label: str
    count: int
    left: int
    width: int


@dataclass(frozen=True, slots=True)
class Bar:
    """How far one organ's part of the hierarchy is."""

    name: str
    total: int
    done: int
    segments: tuple[Segment, ...]

    @property
    def sentence(self) -> str:
        """The bar in words."""
        parts = "，".join(f"{segment.label} {segment.count}" for segment in self.segments)
        return f"{self.name}：共 {self.total} 家，{parts}"


def board_page(board: Board, clock: str = "") -> Iterator[str]:
    """Yield status.html in pieces: one page that needs nothing from elsewhere, written at a time of the day.

    Its links lead to the received files beside it.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    bars = tuple(bars_of(board))
    context = {
        "board": board, "clock": clock, "bars": bars, "headline": headline(board), "segments": SEGMENTS,
        "tallies": by_finding(board.problems), "problems": board.problems[:MOST_PROBLEMS],
        "paper": tuple(paper_lines(board.papers)),
    }  # fmt: skip
    page = environment.get_template("status.html.jinja").stream(context)
    page.enable_buffering(PIECES)
    yield from page
    yield "\n"


def bars_of(board: Board) -> Iterator[Bar]:
    """Yield the bar of the whole, then one for each organ that has others below it, as far as a page bears."""
    yield _bar("全部", board.rows)
    groups = [(place, row) for place, row in enumerate(board.rows) if _has_children(board, place)]
    for place, row in groups[:MOST_BARS]:
        yield _bar(row.organ.name, _subtree(board, place))


def _has_children(board: Board, place: int) -> bool:
    return place + 1 < len(board.rows) and board.rows[place + 1].depth > board.rows[place].depth


def _subtree(board: Board, place: int) -> list[BoardRow]:
    found = [board.rows[place]]
    for row in board.rows[place + 1 :]:
        if row.depth <= found[0].depth:
            break
        found.append(row)
    return found


def _bar(name: str, rows: Iterable[BoardRow]) -> Bar:
    states = ["covered" if row.part is Part.COVERED else row.state.value for row in rows]
    total, left = len(states), 0
    segments: list[Segment] = []
    for id_, label in SEGMENTS:
        count = states.count(id_)
        if count:
            right = WIDTH * (count + sum(segment.count for segment in segments)) // total
            segments.append(Segment(id_, label, count, left, right - left))
            left = right
    done = sum(states.count(name) for name in (State.ACCEPTED, State.EXEMPT, "covered"))
    return Bar(name, total, done, tuple(segments))
