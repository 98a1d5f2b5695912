"""The roster: who has to report, under whom, until when. Read from a table, refused with every mistake at once."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.campaign.round.roster_table import HEADS, read_table
from toolkit.errors import InputError, nearest
from toolkit.files import csv_bytes, safe_stem
from toolkit.form.dates import read_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from toolkit.campaign.round.roster_table import CellValue

# The kinds that mean something to the program. This organ's return already holds everything below it.
CONSOLIDATED = "汇总"
OWN_SHARE = "本级"  # the organ stands for what the one above it did itself
# Why an organ is not expected to hand in a return of its own; the one within its parent's is never added itself.
WITHIN_PARENT = "由上级汇总"
GROUNDS = ("免报", "已撤销", WITHIN_PARENT, "新设")
_SEPARATORS = re.compile(r"[;；、,，\s]+")
_POWER = re.compile(r"\d(?:\.\d+)?[Ee]\+\d+")
_DIGITS = 15  # a spreadsheet's number holds no more; an 18-digit code typed as a number has lost its end
_CODE_WIDTH = 3
_CODES = ("code", "parent", "predecessor")
_UNSEEN = re.compile(r"[\u200b-\u200f\ufeff\u00ad]")
_LINE_BREAK = re.compile(r"\s*[\r\n]+\s*")
_SUM_LINE = re.compile(r"(?:合计|总计|小计|共计|汇总)[:：]?.*|共?\d+[家个].*")
_SIGNATURE = re.compile(r"\s*(?:填表人|审核人|制表人|制表|填表|审核|负责人|联系人|备注|说明|注|单位（盖章）)\s*[:：]")
_FORMULA_SIGNS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Organ:
    """One line of the roster. `parent` is empty at the top; `row` is the line of the roster file, from 1.

    `ground` says why no return is expected, empty for an organ that has to hand one in. `publish_by` is until when it
    has to publish its report.
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

    @property
    def is_within_parent(self) -> bool:
        """Whether its figures stand in the return of the organ above it and must not be added again."""
        return self.ground == WITHIN_PARENT

    @property
    def covers_all_below(self) -> bool:
        """Whether the organ's return is a consolidated one that already holds the organs under it."""
        return self.kind == CONSOLIDATED

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


def read_roster(path: Path, top: str = "") -> Roster:
    """Return the roster in a .csv (UTF-8, UTF-16 or GB18030) or .xlsx file.

    `top` is the code of the coordinator, which may be named as a parent without standing in the roster. Where no organ
    has a code, codes are given in the order of the file. `notes` of the roster say what was read and how.

    Raises:
        InputError: the table cannot be read, or the roster is not sound; every mistake is listed with its row.
    """
    table = read_table(path)
    mistakes: list[str] = []
    notes = list(table.notes)
    organs = [_organ(number, cells, mistakes, notes, from_1904=table.from_1904) for number, cells in table.lines]
    is_without_codes = bool(organs) and not any(organ.code for organ in organs)
    if is_without_codes:
        width = max(len(str(len(organs))), _CODE_WIDTH)
        organs = [replace(organ, code=f"{place:0{width}d}") for place, organ in enumerate(organs, 1)]
        notes.append(f"名册里没有代码，已按次序给了 {organs[0].code} 到 {organs[-1].code}，写进工作文件夹的名册")
    sound = make_roster(organs, str(path), top, mistakes)
    return replace(sound, notes=tuple(dict.fromkeys(notes)), has_given_codes=is_without_codes)


def roster_csv(roster: Roster) -> bytes:
    """Return a roster as .csv, every column of it, so that it reads back the same."""
    rows = (
        (
            organ.code, organ.name, organ.parent, organ.kind, organ.contact, organ.phone,
            organ.deadline.isoformat() if organ.deadline else "", ";".join(organ.predecessors), organ.ground,
            organ.publish_by.isoformat() if organ.publish_by else "",
        )
        for organ in roster.organs
    )  # fmt: skip
    return csv_bytes([tuple(heads[0] for heads in HEADS.values()), *rows])


def _organ(
    number: int, cells: Mapping[str, CellValue], mistakes: list[str], notes: list[str], *, from_1904: bool
) -> Organ:
    texts = {key: _text(value, is_code=key in _CODES) for key, value in cells.items()}
    mistakes += _odd_line(number, texts)
    notes += _changed(number, cells, texts)
    for key in _CODES:
        value = cells.get(key, "")
        if _POWER.search(texts.get(key, "")) or (not isinstance(value, str) and len(texts[key]) > _DIGITS):
            mistakes.append(
                f"第 {number} 行的{HEADS[key][0]} {texts[key]} 是按数字存的，超过 {_DIGITS} 位的末尾已经丢失；"
                "请把这一列设为“文本”格式后重新填写"
            )
    return Organ(
        row=number,
        code=texts.get("code", ""),
        name=texts["name"],
        parent=texts.get("parent", ""),
        kind=texts.get("kind", ""),
        contact=texts.get("contact", ""),
        phone=texts.get("phone", ""),
        deadline=_day(number, "deadline", cells, mistakes, from_1904=from_1904),
        publish_by=_day(number, "publish_by", cells, mistakes, from_1904=from_1904),
        predecessors=tuple(code for code in _SEPARATORS.split(texts.get("predecessor", "")) if code),
        ground=texts.get("ground", ""),
    )


def _text(value: CellValue, *, is_code: bool = False) -> str:
    if not isinstance(value, str):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    seen = _UNSEEN.sub("", value)
    if is_code:
        return " ".join(unicodedata.normalize("NFKC", seen).split())
    # A line break within a name is only where the cell was too narrow.
    return " ".join(_LINE_BREAK.sub("", seen).split())


def _odd_line(number: int, texts: Mapping[str, str]) -> Iterator[str]:
    """Refuse what is no organ, and names a spreadsheet would take for a formula."""
    words = [texts.get("code", ""), texts["name"]]
    if any(_SUM_LINE.fullmatch("".join(word.split())) or _SIGNATURE.match(word) for word in words):
        shown = "、".join(f"“{word}”" for word in words if word)
        yield f"第 {number} 行{shown}像是合计、说明或签名，不是机关，请从名册里删去"
    elif texts["name"].startswith(_FORMULA_SIGNS):
        yield f"第 {number} 行的名称“{texts['name']}”以“{texts['name'][0]}”开头，会被表格软件当成公式，请核对"


def _changed(number: int, cells: Mapping[str, CellValue], texts: Mapping[str, str]) -> Iterator[str]:
    """Tell where a name or code was read otherwise than it is written, spaces at the ends aside."""
    for key in ("code", "name", "parent"):
        value = cells.get(key, "")
        if isinstance(value, str) and " ".join(value.split()) != texts.get(key, ""):
            yield f"第 {number} 行的{HEADS[key][0]}里有看不见的字符、换行或全角字符，读成“{texts[key]}”"


def _day(number: int, key: str, cells: Mapping[str, CellValue], mistakes: list[str], *, from_1904: bool) -> date | None:
    value = cells.get(key, "")
    if value == "":
        return None
    day = read_date(value, from_1904=from_1904)
    if day is None:
        mistakes.append(f"第 {number} 行的{HEADS[key][0]}“{value}”看不懂，请写成 年-月-日")
    return day


def make_roster(organs: Iterable[Organ], where: str, top: str = "", mistakes: Iterable[str] = ()) -> Roster:
    """Return a sound roster of these organs; InputError lists `mistakes` and everything else that is wrong."""
    given = tuple(organs)
    known = {organ.code for organ in given}
    settled = tuple(_without_top(organ, top) if organ.parent not in known else organ for organ in given)
    found = [*mistakes, *_mistakes(settled)]
    if not settled and not found:
        found.append("名册里没有机关，请在标题行下面每行写一个机关")
    if found:
        raise InputError(where, found)
    return Roster(settled)


def _without_top(organ: Organ, top: str) -> Organ:
    if not top or organ.parent != top:
        return organ
    return replace(organ, parent="")


def _mistakes(organs: tuple[Organ, ...]) -> Iterator[str]:
    yield from _blanks(organs)
    yield from _grounds(organs)
    yield from _repeated("代码", ((organ.code, organ) for organ in organs if organ.code))
    yield from _repeated("名称", ((organ.name, organ) for organ in organs if organ.name))
    yield from _colliding(organs)
    yield from _orphans(organs)
    yield from _loops(organs)
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
        if organ.parent and organ.parent not in codes:
            hint = nearest(organ.parent, codes)
            yield f"第 {organ.row} 行“{organ.name}”的上级代码 {organ.parent} 不在名册中{hint}"


def _loops(organs: tuple[Organ, ...]) -> Iterator[str]:
    by_code = {organ.code: organ for organ in organs if organ.code}
    settled: set[str] = set()
    for organ in organs:
        trail: dict[str, Organ] = {}
        step: Organ | None = organ
        while step is not None and step.code not in settled and step.code not in trail:
            trail[step.code] = step
            step = by_code.get(step.parent)
        if step is not None and step.code in trail:
            circle = list(trail.values())[list(trail).index(step.code) :]
            names = " → ".join(f"“{entry.name}”" for entry in (*circle, step))
            yield f"上下级关系成了一圈：{names}（{_rows(circle)}）"
        settled |= trail.keys()


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
