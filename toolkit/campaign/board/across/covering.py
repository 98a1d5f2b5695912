"""A return that holds all below an organ, held against the returns of those below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.campaign.board.across.round_findings import RoundFinding, mark_of
from toolkit.campaign.board.parts import Part, shares_of
from toolkit.campaign.board.sums import sum_of
from toolkit.filing.findings import Place, raise_finding, show
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.campaign.round.roster import Organ, Roster
    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding
    from toolkit.form.model import Field
    from toolkit.form.values import Figure

_Gaps = list[tuple["Field", "Figure", "Figure"]]
_NAMED = 3


def covering_findings(roster: Roster, returns: Mapping[str, Filing]) -> Iterator[RoundFinding]:
    """Yield at most one finding for every organ whose accepted return covers others that handed in their own.

    Both hierarchies are gone through where the roster states a second one.
    """
    yield from _by(roster, returns)
    if roster.has_lines and not roster.is_by_line:
        yield from _by(roster.by_line(), returns)


def _by(roster: Roster, returns: Mapping[str, Filing]) -> Iterator[RoundFinding]:
    for organ in roster.organs:
        if not (organ.covers_all_below and organ.code in returns and roster.children(organ.code)):
            continue
        below = tuple(shares_of(roster.under(organ.code)[1:], returns))
        counted = {
            share.organ: share.filing for share in below if share.part is Part.COUNTED and share.filing is not None
        }
        if counted:
            parts = sum_of(returns[organ.code], [*counted.values()])
            is_complete = all(share.part is not Part.MISSING for share in below)
            states_own = any(one.is_own_share and one.parent == organ.code for one in counted)
            codes = frozenset(one.code for one in counted)
            yield from _compare(organ, returns[organ.code], parts, codes, (is_complete, states_own))


def _compare(
    organ: Organ, covering: Filing, below: Filing, codes: frozenset[str], known: tuple[bool, bool]
) -> Iterator[RoundFinding]:
    """Yield one finding for the parent: what cannot be, else what differs although all parts are there.

    Where the parent's own share is not stated, a total above the sum of its children is that share, which is noted.
    """
    is_complete, states_own = known
    gaps = [
        (field, total, parts)
        for field in covering.form.fields.values()
        if field.kind.is_figure
        and (total := covering.figure(field.id)) is not None
        and (parts := below.figure(field.id)) is not None
        and total != parts
    ]
    above = [(field, total, parts) for field, total, parts in gaps if parts > total and field.kind is not Kind.SIGNED]
    shown = above or (gaps if is_complete else [])
    if not shown:
        return
    differs = "covering_total_differs" if states_own else "own_share_not_stated"
    finding = _finding("parts_above_total" if above else differs, organ, shown)
    mark = mark_of([(field.id, show(total), show(parts)) for field, total, parts in shown])
    yield RoundFinding(organ, finding, codes | {organ.code}, mark)


def _finding(name: str, organ: Organ, gaps: _Gaps) -> Finding:
    worst = sorted(gaps, key=lambda gap: max(gap[1], gap[2]) - min(gap[1], gap[2]), reverse=True)
    told = "；".join(f"“{field.label}”{show(total)} 对 {show(parts)}" for field, total, parts in worst[:_NAMED])
    more = "等" if len(worst) > _NAMED else ""
    figures = {
        f"{field.label}（{who}）": figure
        for field, total, parts in worst[:_NAMED]
        for who, figure in (("汇总报表", total), ("下级合计", parts))
    }
    places = [Place(field.id, field.label) for field, _, _ in worst]
    return raise_finding(name, places, figures, organ=organ.name, count=len(worst), worst=f"{told}{more}")
