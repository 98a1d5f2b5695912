"""What part every organ's return has in the sum: counted, covered by one above it, missing, or not expected."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from toolkit.campaign.intake.standings import State
from toolkit.campaign.round.roster import CONSOLIDATED, LINE_CONSOLIDATED, Roster

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from toolkit.campaign.intake.standings import Standing
    from toolkit.campaign.round.roster import Organ
    from toolkit.filing.filing import Filing
    from toolkit.form.values import Figure


class Part(StrEnum):
    """What part an organ's return has in the sum."""

    COUNTED = "counted"
    COVERED = "covered"  # an organ above hands in a return that holds it
    MISSING = "missing"
    EXEMPT = "exempt"  # the roster states why none is expected

    @property
    def label(self) -> str:
        """The words people read."""
        return {"counted": "已计入", "covered": "由上级汇总报送", "missing": "尚缺", "exempt": "不单独报送"}[self.value]


@dataclass(frozen=True, slots=True)
class Share:
    """One organ's place in the sum. `filing` is its accepted return, None where there is none; depth 0 is the top.

    `provisional` is what that return says of itself where it is a sum that was not complete.
    """

    organ: Organ
    depth: int
    part: Part
    filing: Filing | None
    provisional: str = ""

    def figure(self, field: str) -> Figure | None:
        """Return a figure of the organ's return, None where it is blank or there is no return."""
        return self.filing.figure(field) if self.filing is not None else None


def parts_of(organs: Iterable[Organ], handed_in: Container[str]) -> Mapping[str, Part]:
    """Return by code what part each of these organs (each parent before its children) has in the sum.

    `handed_in` are the codes of those with an accepted return. An organ is covered only once one above it has handed in
    a return that holds it, in either hierarchy; until then it stands for itself.
    """
    known = list(organs)
    lines = {organ.code: organ.line for organ in known}
    blocks = {organ.code: organ.block_parent for organ in known}
    covered = _below(blocks, {organ.code for organ in known if organ.kind == CONSOLIDATED and organ.code in handed_in})
    covered |= _below(
        lines, {organ.code for organ in known if organ.kind == LINE_CONSOLIDATED and organ.code in handed_in}
    )
    parts: dict[str, Part] = {}
    for organ in known:
        own = Part.COUNTED if organ.code in handed_in else Part.EXEMPT if organ.ground else Part.MISSING
        parts[organ.code] = Part.COVERED if organ.code in covered else own
    return parts


def parts_by(organs: Iterable[Organ], standings: Mapping[str, Standing]) -> Mapping[str, Part]:
    """Return the same by where every organ stands: handed in is what counts."""
    return parts_of(organs, {code for code, place in standings.items() if place.counts is not None})


def _below(parents: Mapping[str, str], tops: Container[str]) -> set[str]:
    """Return the codes with one of `tops` anywhere above them."""
    known: dict[str, bool] = {}
    for code in parents:
        trail: list[str] = []
        step = code
        while step in parents and step not in known and parents[step] not in tops:
            trail.append(step)
            step = parents[step]
        is_below = known.get(step, step in parents)
        known.update(dict.fromkeys([*trail, *([step] if step in parents else [])], is_below))
    return {code for code, is_below in known.items() if is_below}


def placed(organs: Sequence[Organ], handed_in: Container[str]) -> Iterator[tuple[Organ, int, Part]]:
    """Yield each of these organs (each parent before its children) with its depth, 0 at the top, and its part."""
    parts = parts_of(organs, handed_in)
    depths: dict[str, int] = {}
    for organ in organs:
        depths[organ.code] = depths.get(organ.parent, -1) + 1
        yield organ, depths[organ.code], parts[organ.code]


def shares_of(
    organs: Sequence[Organ], returns: Mapping[str, Filing], provisional: Mapping[str, str] | None = None
) -> Iterator[Share]:
    """Yield what part each of these organs (each parent before its children) has in the sum of these returns."""
    for organ, depth, part in placed(organs, returns):
        yield Share(organ, depth, part, returns.get(organ.code), (provisional or {}).get(organ.code, ""))


def tally(organs: Iterable[tuple[Part, State]]) -> dict[str, int]:
    """Return how many organs stand in each state, and how many a return from above covers, each organ counted once."""
    found = Counter(Part.COVERED.value if part is Part.COVERED else state.value for part, state in organs)
    states = (State.ACCEPTED, State.NEEDS_FIXING, State.MISSING, Part.COVERED, State.HELD, State.EXEMPT)
    return {name: found[name] for name in states}


def tally_of(standings: Mapping[str, Standing]) -> dict[str, int]:
    """Return the tally of a whole roster from where each organ stands, by code; the board and the sum count alike."""
    organs = Roster(tuple(place.organ for place in standings.values())).depth_first()
    parts = parts_by(organs, standings)
    return tally((parts[code], place.state) for code, place in standings.items())
