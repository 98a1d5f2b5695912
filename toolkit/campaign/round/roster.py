"""The roster: who has to report, under whom, until when. Read from a table, refused with every mistake at once."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.campaign.round.roster_table import HEADS
from toolkit.errors import InputError, nearest
from toolkit.files import safe_stem

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping
    from datetime import date


# The kinds that mean something to the program. This organ's return already holds everything below it.
CONSOLIDATED = "汇总"
LINE_CONSOLIDATED = "条线汇总"  # everything below it in the second hierarchy
OWN_SHARE = "本级"  # the organ stands for what the one above it did itself
# Why an organ is not expected to hand in a return of its own; the one within its parent's is never added itself.
WITHIN_PARENT = "由上级汇总"
GROUNDS = ("免报", "已撤销", WITHIN_PARENT, "新设")


@dataclass(frozen=True, slots=True)
class Organ:
    """One line of the roster. `parent` is empty at the top; `row` is the line of the roster file, from 1.

    `ground` says why no return is expected, empty for an organ that has to hand one in. `publish_by` is until when it
    has to publish its report. `line` is the parent in the second hierarchy (条), empty at its top. In a roster turned
    to that hierarchy `parent` is the same, and `block` the parent in the first (块); None otherwise.
    """

    code: str
    name: str
    parent: str = ""
    kind: str = ""
    contact: str = ""
    phone: str = ""
    deadline: date | None = None
    predecessors: tuple[str, ...] = ()
    row: int = 0
    ground: str = ""
    publish_by: date | None = None
    line: str = ""
    block: str | None = None

    @property
    def is_within_parent(self) -> bool:
        """Whether its figures stand in the return of the organ above it and must not be added again."""
        return self.ground == WITHIN_PARENT

    @property
    def covers_all_below(self) -> bool:
        """Whether the organ's return is a consolidated one that already holds the organs under it as it stands here."""
        return self.kind == (CONSOLIDATED if self.block is None else LINE_CONSOLIDATED)

    @property
    def is_consolidated(self) -> bool:
        """Whether the organ's return holds others in either hierarchy."""
        return self.kind in {CONSOLIDATED, LINE_CONSOLIDATED}

    @property
    def block_parent(self) -> str:
        """The parent in the first hierarchy, however the roster is turned."""
        return self.parent if self.block is None else self.block

    @property
    def is_own_share(self) -> bool:
        """Whether the return is of what the organ above did itself, apart from those below it."""
        return self.kind == OWN_SHARE

    @property
    def stem(self) -> str:
        """The organ's name as a file name without suffix; unique in a roster, capitals and widths aside."""
        return safe_stem(unicodedata.normalize("NFC", self.name))

    @property
    def ancestors(self) -> tuple[str, ...]:
        """The codes under which last year's figures of this organ may stand: its own and its predecessors'."""
        return tuple(dict.fromkeys((self.code, *self.predecessors)))


@dataclass(frozen=True)
class Roster:
    """The organs in the order of the file, which is the order of every list and table made from them."""

    organs: tuple[Organ, ...]
    notes: tuple[str, ...] = ()  # what was read and how, for the coordinator
    has_given_codes: bool = False  # whether the file had no codes

    @cached_property
    def by_code(self) -> Mapping[str, Organ]:
        """Every organ by its code."""
        return {organ.code: organ for organ in self.organs}

    @cached_property
    def _children(self) -> Mapping[str, tuple[Organ, ...]]:
        found: dict[str, list[Organ]] = defaultdict(list)
        for organ in self.organs:
            found[organ.parent].append(organ)
        return {parent: tuple(organs) for parent, organs in found.items()}

    @property
    def expected(self) -> tuple[Organ, ...]:
        """The organs that have to hand in a return of their own."""
        return tuple(organ for organ in self.organs if not organ.ground)

    def children(self, code: str) -> tuple[Organ, ...]:
        """Return the organs directly under one, in file order."""
        return self._children.get(code, ()) if code else ()

    def due(self, deadline: date | None, publish_by: date | None) -> Roster:
        """Return the roster with both deadlines, to send and to publish, for every organ that has none of its own."""
        if deadline is None and publish_by is None:
            return self
        organs = (
            replace(organ, deadline=organ.deadline or deadline, publish_by=organ.publish_by or publish_by)
            for organ in self.organs
        )
        return replace(self, organs=tuple(organs))

    @property
    def has_lines(self) -> bool:
        """Whether a second hierarchy is stated."""
        return any(organ.line for organ in self.organs)

    @property
    def is_by_line(self) -> bool:
        """Whether it is turned to the second hierarchy."""
        return any(organ.block is not None for organ in self.organs)

    def by_line(self) -> Roster:
        """Return the roster turned to the second hierarchy: who is above whom by line of work.

        Raises:
            InputError: none is stated.
        """
        if not self.has_lines:
            raise InputError("名册", [f"没有填“{HEADS['line'][0]}”，不能按条线汇总"])
        return replace(self, organs=tuple(replace(one, parent=one.line, block=one.parent) for one in self.organs))

    def named(self, said: str) -> Organ:
        """Return the organ of a code or name.

        Raises:
            InputError: the roster has none; the nearest is named.
        """
        names = {organ.name: organ for organ in self.organs}
        organ = self.by_code.get(said) or names.get(said)
        if organ is None:
            hint = nearest(said, (*names, *self.by_code))
            raise InputError(f"机关“{said}”", [f"名册里没有这个代码或名称{hint}"])
        return organ

    def roots(self) -> tuple[Organ, ...]:
        """Return the organs with no other organ of the roster above them."""
        return self._children.get("", ())

    def under(self, code: str) -> tuple[Organ, ...]:
        """Return an organ and every organ below it, each parent before its children."""
        return tuple(_walk([self.by_code[code]], self._children))

    def depth_first(self) -> tuple[Organ, ...]:
        """Return every organ, each parent right before its children."""
        return tuple(_walk(self.roots(), self._children))


def _walk(tops: Iterable[Organ], children: Mapping[str, tuple[Organ, ...]]) -> Iterator[Organ]:
    # A stack of our own: a chain of a thousand levels must not meet Python's limit of calls.
    waiting = [*tops][::-1]
    while waiting:
        organ = waiting.pop()
        yield organ
        waiting += children.get(organ.code, ())[::-1]


def make_roster(organs: Iterable[Organ], where: str, top: str = "", mistakes: Iterable[str] = ()) -> Roster:
    """Return a sound roster of these organs; InputError lists `mistakes` and everything else that is wrong."""
    given = tuple(organs)
    known = {organ.code for organ in given}
    settled = tuple(_without_top(organ, top, known) for organ in given)
    found = [*mistakes, *_mistakes(settled)]
    if not settled and not found:
        found.append("名册里没有机关，请在标题行下面每行写一个机关")
    if found:
        raise InputError(where, found)
    return Roster(settled)


def _without_top(organ: Organ, top: str, known: Container[str]) -> Organ:
    if not top or top in known or top not in {organ.parent, organ.line}:
        return organ
    parent, line = ("" if above == top else above for above in (organ.parent, organ.line))
    return replace(organ, parent=parent, line=line)


def _mistakes(organs: tuple[Organ, ...]) -> Iterator[str]:
    yield from _blanks(organs)
    yield from _grounds(organs)
    yield from _repeated("代码", ((organ.code, organ) for organ in organs if organ.code))
    yield from _repeated("名称", ((organ.name, organ) for organ in organs if organ.name))
    yield from _colliding(organs)
    yield from _orphans(organs)
    yield from _loops(organs, {organ.code: organ.parent for organ in organs}, "上下级关系")
    yield from _loops(organs, {organ.code: organ.line for organ in organs}, "条线关系")
    yield from _held_twice(organs)
    yield from _splits(organs)


def _blanks(organs: tuple[Organ, ...]) -> Iterator[str]:
    for organ in organs:
        if not organ.code:
            yield f"第 {organ.row} 行“{organ.name}”没有写代码"
        if not organ.name:
            yield f"第 {organ.row} 行代码 {organ.code} 没有写名称"


def _grounds(organs: tuple[Organ, ...]) -> Iterator[str]:
    for organ in organs:
        if organ.ground and organ.ground not in GROUNDS:
            known = "、".join(GROUNDS)
            yield f"第 {organ.row} 行“{organ.name}”的不报原因“{organ.ground}”只能是{known}之一，要报送的留空"
        elif organ.is_within_parent and not organ.parent:
            yield f"第 {organ.row} 行“{organ.name}”写的是{WITHIN_PARENT}，却没有写上级代码"


def _repeated(title: str, pairs: Iterable[tuple[str, Organ]]) -> Iterator[str]:
    for value, group in _grouped(pairs).items():
        if len(group) > 1:
            advice = "；请写全称以便区分" if title == "名称" else ""
            yield f"{title}“{value}”重复，在{_rows(group)}{advice}"


def _colliding(organs: tuple[Organ, ...]) -> Iterator[str]:
    """Names that differ but not as file names, or that people take for one: `甲/乙` and `甲_乙`, capitals, widths."""
    plain = ((unicodedata.normalize("NFKC", organ.stem).casefold(), organ) for organ in organs if organ.name)
    for group in _grouped(plain).values():
        names = list(dict.fromkeys(organ.name for organ in group))
        if len(names) > 1:
            shown = "、".join(f"“{name}”" for name in names)
            yield f"{shown}（{_rows(group)}）作为文件名是相同的，或只差全角半角、大小写，请改名以便区分"


def _orphans(organs: tuple[Organ, ...]) -> Iterator[str]:
    codes = {organ.code for organ in organs}
    for organ in organs:
        for key, above in (("parent", organ.parent), ("line", organ.line)):
            if above and above not in codes:
                yield f"第 {organ.row} 行“{organ.name}”的{HEADS[key][0]} {above} 不在名册中{nearest(above, codes)}"


def _held_twice(organs: tuple[Organ, ...]) -> Iterator[str]:
    """Yield where an organ's figures would stand in two returns that are both added, one of either hierarchy."""
    kinds = {organ.code: organ.kind for organ in organs}
    blocks = {organ.code: organ.parent for organ in organs}
    lines = {organ.code: organ.line for organ in organs}
    names = {organ.code: organ.name for organ in organs}
    found: dict[tuple[str, str], str] = {}
    for organ in organs:
        holders = [code for code in _above(organ.code, blocks) if kinds.get(code) == CONSOLIDATED]
        others = [code for code in _above(organ.code, lines) if kinds.get(code) == LINE_CONSOLIDATED]
        for holder in holders:
            for other in others:
                if holder not in _above(other, blocks) and other not in _above(holder, lines):
                    found.setdefault((holder, other), organ.name)
    for (holder, other), name in found.items():
        yield (
            f"“{name}”既在“{names[holder]}”的{CONSOLIDATED}里，又在“{names[other]}”的{LINE_CONSOLIDATED}里，会算两次；"
            "请把其中一家的类型改掉，让它只报本级"
        )


def _above(code: str, parents: Mapping[str, str]) -> list[str]:
    """Return the codes above one, the nearest first; a circle is gone through once."""
    found: dict[str, None] = {}
    step = parents.get(code, "")
    while step and step not in found:
        found[step] = None
        step = parents.get(step, "")
    return list(found)


def _loops(organs: tuple[Organ, ...], parents: Mapping[str, str], what: str) -> Iterator[str]:
    by_code = {organ.code: organ for organ in organs if organ.code}
    settled: set[str] = set()
    for organ in organs:
        trail: dict[str, Organ] = {}
        step: Organ | None = organ
        while step is not None and step.code not in settled and step.code not in trail:
            trail[step.code] = step
            step = by_code.get(parents.get(step.code, ""))
        if step is not None and step.code in trail:
            circle = list(trail.values())[list(trail).index(step.code) :]
            names = " → ".join(f"“{entry.name}”" for entry in (*circle, step))
            yield f"{what}成了一圈：{names}（{_rows(circle)}）"
        settled.update(trail)


def _splits(organs: tuple[Organ, ...]) -> Iterator[str]:
    """Last year's figures of one organ cannot be shared out, so one organ alone may inherit them."""
    heirs = _grouped((code, organ) for organ in organs for code in organ.ancestors)
    for code, group in heirs.items():
        if code and len(group) > 1 and any(code in organ.predecessors for organ in group):
            yield (
                f"前身代码 {code} 由 {len(group)} 个机关承接（{_rows(group)}），上年数据无法分给几家；"
                "请只在承接未办结申请的一家写前身代码"
            )


def _grouped(pairs: Iterable[tuple[str, Organ]]) -> Mapping[str, list[Organ]]:
    found: dict[str, list[Organ]] = defaultdict(list)
    for key, organ in pairs:
        found[key].append(organ)
    return found


def _rows(group: Iterable[Organ]) -> str:
    return "第 " + "、".join(str(row) for row in sorted({organ.row for organ in group})) + " 行"
