"""Changes to single cells of one sheet part: every byte that belongs to no changed cell stays.

Finding the places (`plan_sheet`) is apart from filling them (`SheetPlan.fill`): one plan serves a whole campaign.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from toolkit.errors import WorkbookError
from toolkit.xlsx.sheet import column_letters, split_address
from toolkit.xlsx.xmltree import Span, as_utf8, escape_text, find_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WANTED_TAGS = frozenset({"sheetData", "row", "c", "f", "col", "dimension"})
_ROW_HINT = re.compile(rb"""\sspans\s*=\s*(?:"[^"]*"|'[^']*')""")
_MAPS_KEPT, _SHORT = 16, 1 << 19  # the larger sheets of a workbook, and bytes of one
_LONGEST_TEXT = 32_767  # a longer text makes Excel offer to repair the file


@dataclass(frozen=True, slots=True)
class NewCell:
    """New content of a cell; None clears it. `cached_only` keeps the formula and changes only its stored result.

    A `formula`, without `=`, is written with `value` as its result. `style` is the number of the cell's format; without
    one the cell keeps its own.
    """

    value: int | Decimal | str | bool | None
    cached_only: bool = False
    formula: str = ""
    style: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cell stands or is to stand: the bytes it takes up, and what it keeps or needs around it."""

    address: str
    start: int
    end: int
    prefix: str = ""
    style: str = ""
    formula: bytes = b""
    before: bytes = b""
    after: bytes = b""

    def rendered(self, new: NewCell) -> bytes:
        """Return the bytes that take the place of this one."""
        if new.cached_only and not self.formula:
            raise WorkbookError(f"单元格 {self.address} 里没有公式，不能只更新它的计算结果。")
        kind, inner = _content(new, self.prefix, self.address)
        formula = self.formula.decode() if new.cached_only else _formula(new, self.prefix)
        number = self.style if new.style is None else str(new.style)
        style = f' s="{escape_text(number)}"' if number else ""
        tag = f"{self.prefix}c"
        body = f">{formula}{inner}</{tag}>" if formula or inner else "/>"
        return self.before + f'<{tag} r="{self.address}"{style}{kind}{body}'.encode() + self.after


def _formula(new: NewCell, prefix: str) -> str:
    return f"<{prefix}f>{escape_text(new.formula)}</{prefix}f>" if new.formula else ""


def _content(new: NewCell, prefix: str, address: str) -> tuple[str, str]:
    """Return the type attribute and the value element for new content."""
    value = new.value
    if value is None:
        return "", ""
    if isinstance(value, bool):
        return ' t="b"', f"<{prefix}v>{int(value)}</{prefix}v>"
    if isinstance(value, int | Decimal):
        if not Decimal(value).is_finite():
            raise WorkbookError(f"单元格 {address}：“{value}”不是有限的数，不能写入。")
        return "", f"<{prefix}v>{value}</{prefix}v>"
    if len(value) > _LONGEST_TEXT:
        raise WorkbookError(f"单元格 {address} 的文字有 {len(value)} 个字符，超过上限 {_LONGEST_TEXT} 个，请分段填写。")
    text = escape_text(value.replace("\r\n", "\n"))
    if new.cached_only or new.formula:
        return ' t="str"', f'<{prefix}v xml:space="preserve">{text}</{prefix}v>'
    return ' t="inlineStr"', f'<{prefix}is><{prefix}t xml:space="preserve">{text}</{prefix}t></{prefix}is>'


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """A sheet part cut at the cells to be changed: what stands before each place, the places, what follows the last."""

    part: str
    pieces: tuple[bytes, ...]
    places: tuple[Place, ...]
    loses_formula: bool

    def fill(self, changes: Mapping[str, NewCell]) -> bytes:
        """Return the part with every place filled; `changes` names the cells the plan was made for."""
        filled = [self.pieces[0]]
        for place, piece in zip(self.places, self.pieces[1:], strict=True):
            filled += (place.rendered(changes[place.address]), piece)
        return b"".join(filled)


@dataclass(slots=True)
class _Found:
    """A row or a cell that stands in the part, and what it holds: a row its cells, a cell its formula elements."""

    span: Span
    inside: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class _Map:
    """Where the rows, cells and formulas of a sheet part stand. Rows go by number, cells by row and column."""

    xml: bytes
    data: Span | None = None
    dimension: Span | None = None
    columns: list[Span] = field(default_factory=list)
    rows: dict[int, _Found] = field(default_factory=dict)
    cells: dict[tuple[int, int], _Found] = field(default_factory=dict)

    def style_of(self, row: int, column: int) -> str:
        """Return the style an absent cell shows: its row's, else its column's."""
        if row in self.rows and (style := self.rows[row].span.attributes.get("s")):
            return style
        for span in self.columns:
            first, last = (int(span.attributes.get(end, "0")) for end in ("min", "max"))
            if first <= column <= last:
                return span.attributes.get("style", "")
        return ""

    def next_start(self, row: int, column: int) -> int:
        """Return where a new cell of a standing row has its place: before the first cell further right, else last."""
        later = [found.span.start for at, found in self.cells.items() if at[0] == row and at[1] > column]
        return min(later, default=self.rows[row].span.close)


def _map_sheet(xml: bytes, part: str) -> tuple[_Map, Span]:
    """Return the map of a part, and the element that holds its rows."""
    known = _Map(xml)
    at = (0, 0)
    for span in find_spans(xml, part, _WANTED_TAGS):
        stated = span.attributes.get("r", "").strip()
        if span.tag == "row":
            at = (split_address(f"A{stated}")[0] if stated else at[0] + 1, 0)
            known.rows.setdefault(at[0], _Found(span))
        elif span.tag == "c":
            at = split_address(stated) if stated else (max(at[0], 1), at[1] + 1)
            known.cells[at] = _Found(span)  # of two cells with one address the later counts, as it does in reading
        elif span.tag == "f" and at in known.cells:
            known.cells[at].inside.append(span)
        elif span.tag == "col":
            known.columns.append(span)
        elif span.tag == "sheetData":
            known.data = span
        elif span.tag == "dimension":
            known.dimension = span
    if known.data is None:
        raise WorkbookError("要填写的工作表不是普通表格，无法写入单元格。")
    return known, known.data


@lru_cache(maxsize=_MAPS_KEPT)
def _kept_map(xml: bytes, part: str) -> tuple[_Map, Span]:
    """Return the map of a part that all workbooks of a round have alike; nobody may change it."""
    return _map_sheet(xml, part)


def plan_sheet(xml: bytes, part: str, changes: Mapping[str, NewCell]) -> SheetPlan:
    """Return the part cut at the cells named in `changes`; of the new content only `cached_only` matters here."""
    xml = as_utf8(xml)
    known, data = (_kept_map if len(xml) < _SHORT else _map_sheet)(xml, part)
    wanted = {split_address(address): address for address in changes}
    _refuse_orphans(known, {at for at, address in wanted.items() if not changes[address].cached_only})
    places = [_standing(known, at, wanted[at]) for at in wanted if at in known.cells]
    loses = any(place.formula and not changes[place.address].cached_only for place in places)
    missing = sorted(wanted.keys() - known.cells.keys())
    places += _inserted(known, data, missing)
    places.sort(key=lambda place: (place.start, place.end))  # stable: cells inserted at one spot stay in their order
    pieces = _cut(xml, places, _outdated(known, missing))
    return SheetPlan(part, pieces, tuple(places), loses)


def _standing(known: _Map, at: tuple[int, int], address: str) -> Place:
    cell = known.cells[at]
    formula = b"".join(known.xml[one.start : one.end] for one in cell.inside)
    return Place(address, cell.span.start, cell.span.end, cell.span.prefix, cell.span.attributes.get("s", ""), formula)


def _refuse_orphans(known: _Map, replaced: set[tuple[int, int]]) -> None:
    """Refuse to replace a formula that other cells borrow, when those cells are to stay."""
    homes: dict[str, tuple[int, int]] = {}
    borrowed: set[str] = set()
    for at, cell in known.cells.items():
        for one in cell.inside:
            index = one.attributes.get("si", "")
            if one.attributes.get("t") == "shared" and one.inner < one.close:
                homes[index] = at
            elif one.attributes.get("t") == "shared" and at not in replaced:
                borrowed.add(index)
    for index in borrowed & homes.keys():
        row, column = homes[index]
        if homes[index] in replaced:
            address = f"{column_letters(column)}{row}"
            raise WorkbookError(f"单元格 {address} 的公式被别的单元格共用，不能单独替换。请先把这些公式改成数值再试。")


def _inserted(known: _Map, data: Span, missing: list[tuple[int, int]]) -> list[Place]:
    """Return places for cells that do not exist, in row and column order; a missing row comes with its first cell."""
    prefix = data.prefix.encode()
    places: list[Place] = []
    fresh: list[Place] = []
    for number, group in groupby(missing, key=itemgetter(0)):
        made = [
            Place(f"{column_letters(column)}{row}", 0, 0, data.prefix, known.style_of(row, column))
            for row, column in group
        ]
        if row := known.rows.get(number):
            spots = [known.next_start(*split_address(place.address)) for place in made]
            places += _opened(row.span, [replace(p, start=s, end=s) for p, s in zip(made, spots, strict=True)])
        else:
            start = _row_start(known, data, number)
            made = _around(made, b'<%srow r="%d">' % (prefix, number), b"</%srow>" % prefix)
            fresh += [replace(place, start=start, end=start) for place in made]
    return places + _opened(data, fresh)


def _row_start(known: _Map, data: Span, number: int) -> int:
    later = [row.span.start for other, row in known.rows.items() if other > number]
    return min(later, default=data.close)


def _around(places: list[Place], before: bytes, after: bytes) -> list[Place]:
    """Return the places with something put before the first and after the last."""
    first, *_ = places
    places = [replace(first, before=before + first.before), *places[1:]]
    return [*places[:-1], replace(places[-1], after=places[-1].after + after)]


def _opened(span: Span, places: list[Place]) -> list[Place]:
    """Return the places, which stand in `span`; when that is one self-closing tag, they open it and close it again."""
    if not span.empty or not places:
        return places
    places = _around(places, b">", b"</%s%s>" % (span.prefix.encode(), span.tag.encode()))
    return [replace(places[0], start=span.inner - 2, end=span.inner), *places[1:]]


def _outdated(known: _Map, missing: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans of optional hints (the used range, a row's columns) that inserted cells may make wrong."""
    if not missing:
        return []
    cuts = [(known.dimension.start, known.dimension.end)] if known.dimension else []
    for number in {row for row, _ in missing} & known.rows.keys():
        span = known.rows[number].span
        cuts += [found.span() for found in [_ROW_HINT.search(known.xml, span.start, span.inner)] if found]
    return cuts


def _cut(xml: bytes, places: Iterable[Place], cuts: Iterable[tuple[int, int]]) -> tuple[bytes, ...]:
    edits = sorted([(place.start, place.end, True) for place in places] + [(start, end, False) for start, end in cuts])
    pieces: list[bytes] = []
    piece, at = b"", 0
    for start, end, is_place in edits:
        piece += xml[at:start]
        at = end
        if is_place:
            pieces.append(piece)
            piece = b""
    return (*pieces, piece + xml[at:])
