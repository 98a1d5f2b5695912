"""Changes to single cells of one sheet part: every byte that belongs to no changed cell stays.

Finding the places (`plan_sheet`) is apart from filling them (`SheetPlan.fill`): one plan serves a whole campaign.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.errors import WorkbookError
from toolkit.workbook.sheetxml import column_letters, split_address
from toolkit.workbook.xmltree import Span, as_utf8, escape_text, find_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WANTED_TAGS = frozenset({"sheetData", "row", "c", "f", "col", "dimension"})
_ROW_HINT = re.compile(rb"""\sspans\s*=\s*(?:"[^"]*"|'[^']*')""")
_LONGEST_TEXT = 32_767  # a longer text makes Excel offer to repair the file


@dataclass(frozen=True, slots=True)
class NewCell:
    """New content of a cell; None clears it. `cached_only` keeps the formula and changes only its stored result."""

    value: int | Decimal | str | bool | None
    cached_only: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
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
        formula = self.formula.decode() if new.cached_only else ""
        style = f' s="{escape_text(self.style)}"' if self.style else ""
        tag = f"{self.prefix}c"
        body = f">{formula}{inner}</{tag}>" if formula or inner else "/>"
        return self.before + f'<{tag} r="{self.address}"{style}{kind}{body}'.encode() + self.after


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
    if new.cached_only:
        return ' t="str"', f'<{prefix}v xml:space="preserve">{text}</{prefix}v>'
    return ' t="inlineStr"', f'<{prefix}is><{prefix}t xml:space="preserve">{text}</{prefix}t></{prefix}is>'


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """A sheet part cut at the cells to be changed: what stands before each place, the places, what follows the last."""

    part: str
    pieces: tuple[bytes, ...]
    places: tuple[_Place, ...]
    loses_formula: bool

    def fill(self, changes: Mapping[str, NewCell]) -> bytes:
        """Return the part with every place filled; `changes` names the cells the plan was made for."""
        filled = [self.pieces[0]]
        for place, piece in zip(self.places, self.pieces[1:], strict=True):
            filled += (place.rendered(changes[place.address]), piece)
        return b"".join(filled)


@dataclass(slots=True)
class _Row:
    number: int
    span: Span
    cells: dict[int, tuple[Span, list[Span]]] = field(default_factory=dict)  # column: the cell and its formula elements


@dataclass(slots=True)
class _Map:
    """Where the rows, cells and formulas of a sheet part stand."""

    xml: bytes
    data: Span
    rows: dict[int, _Row]
    columns: list[Span]
    dimension: Span | None

    def style_of(self, row: int, column: int) -> str:
        """Return the style an absent cell shows: its row's, else its column's."""
        if row in self.rows and (style := self.rows[row].span.attributes.get("s")):
            return style
        for span in self.columns:
            if int(span.attributes["min"]) <= column <= int(span.attributes["max"]):
                return span.attributes.get("style", "")
        return ""


def _map_sheet(xml: bytes, part: str) -> _Map:
    rows: dict[int, _Row] = {}
    columns: list[Span] = []
    data = dimension = row = None
    at = (0, 0)
    for span in find_spans(xml, part, _WANTED_TAGS):
        stated = span.attributes.get("r", "").strip()
        if span.tag == "row":
            at = (int(stated) if stated else at[0] + 1, 0)
            row = rows.setdefault(at[0], _Row(at[0], span))
        elif span.tag == "c" and row:
            at = split_address(stated) if stated else (row.number, at[1] + 1)
            row.cells[at[1]] = (span, [])
        elif span.tag == "f" and row:
            row.cells[at[1]][1].append(span)
        elif span.tag == "col":
            columns.append(span)
        elif span.tag == "sheetData":
            data = span
        elif span.tag == "dimension":
            dimension = span
    if data is None:
        raise WorkbookError("要填写的工作表不是普通表格，无法写入单元格。")
    return _Map(xml, data, rows, columns, dimension)


def plan_sheet(xml: bytes, part: str, changes: Mapping[str, NewCell]) -> SheetPlan:
    """Return the part cut at the cells named in `changes`; of the new content only `cached_only` matters here."""
    xml = as_utf8(xml)
    known = _map_sheet(xml, part)
    wanted = {split_address(address): address for address in changes}
    _refuse_orphans(known, {at for at, address in wanted.items() if not changes[address].cached_only})
    places = [_standing(known, at, wanted[at]) for at in wanted if _has(known, at)]
    loses = any(place.formula and not changes[place.address].cached_only for place in places)
    missing = sorted(at for at in wanted if not _has(known, at))
    places += _inserted(known, missing)
    places.sort(key=lambda place: (place.start, place.end))  # stable: cells inserted at one spot stay in their order
    pieces = _cut(xml, places, _outdated(known, missing))
    return SheetPlan(part, pieces, tuple(places), loses)


def _has(known: _Map, at: tuple[int, int]) -> bool:
    return at[0] in known.rows and at[1] in known.rows[at[0]].cells


def _standing(known: _Map, at: tuple[int, int], address: str) -> _Place:
    span, formulas = known.rows[at[0]].cells[at[1]]
    formula = b"".join(known.xml[one.start : one.end] for one in formulas)
    return _Place(address, span.start, span.end, span.prefix, span.attributes.get("s", ""), formula)


def _refuse_orphans(known: _Map, replaced: set[tuple[int, int]]) -> None:
    """Refuse to replace a formula that other cells borrow, when those cells are to stay."""
    homes: dict[str, tuple[int, int]] = {}
    borrowers: dict[str, list[tuple[int, int]]] = {}
    for number, row in known.rows.items():
        for column, (_, formulas) in row.cells.items():
            for one in formulas:
                if one.attributes.get("t") == "shared":
                    index = one.attributes.get("si", "")
                    if one.empty or one.inner == one.close:
                        borrowers.setdefault(index, []).append((number, column))
                    else:
                        homes[index] = (number, column)
    for index, home in homes.items():
        if home in replaced and any(at not in replaced for at in borrowers.get(index, ())):
            address = f"{column_letters(home[1])}{home[0]}"
            raise WorkbookError(f"单元格 {address} 的公式被别的单元格共用，不能单独替换。请先把这些公式改成数值再试。")


def _inserted(known: _Map, missing: list[tuple[int, int]]) -> list[_Place]:
    """Return places for cells that do not exist, in row and column order; a missing row comes with its first cell."""
    places: list[_Place] = []
    rows: dict[int, list[_Place]] = {}
    for at in missing:
        address = f"{column_letters(at[1])}{at[0]}"
        rows.setdefault(at[0], []).append(_Place(address, 0, 0, known.data.prefix, known.style_of(*at)))
    fresh: dict[int, list[_Place]] = {}
    for number, made in rows.items():
        if row := known.rows.get(number):
            spots = [_next_start(row, split_address(place.address)[1]) for place in made]
            places += _opened(row.span, [replace(p, start=s, end=s) for p, s in zip(made, spots, strict=True)])
        else:
            prefix = known.data.prefix.encode()
            fresh[number] = _around(made, b'<%srow r="%d">' % (prefix, number), b"</%srow>" % prefix)
    settled = [replace(p, start=s, end=s) for n, made in fresh.items() for s in (_row_start(known, n),) for p in made]
    return places + _opened(known.data, settled)


def _next_start(row: _Row, column: int) -> int:
    later = [span.start for other, (span, _) in row.cells.items() if other > column]
    return min(later, default=row.span.close)


def _row_start(known: _Map, number: int) -> int:
    later = [row.span.start for other, row in known.rows.items() if other > number]
    return min(later, default=known.data.close)


def _around(places: list[_Place], before: bytes, after: bytes) -> list[_Place]:
    """Return the places with something put before the first and after the last."""
    first, *_ = places
    places = [replace(first, before=before + first.before), *places[1:]]
    return [*places[:-1], replace(places[-1], after=places[-1].after + after)]


def _opened(span: Span, places: list[_Place]) -> list[_Place]:
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


def _cut(xml: bytes, places: Iterable[_Place], cuts: Iterable[tuple[int, int]]) -> tuple[bytes, ...]:
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
