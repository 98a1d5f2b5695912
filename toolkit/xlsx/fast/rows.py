"""A row of a sheet part cut out of its text, read once and remembered, where that is certain to be right.

Workbooks of one form hold the same rows over and over, and the same cells in the others. The table of shared strings
differs by file, so a row is remembered by its text without values, and by these, strings in place of their numbers.
Anything unusual makes the answer None, and the caller reads the whole part by the reference.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import compress, count
from typing import TYPE_CHECKING

from toolkit.xlsx.row import Cell, Facts, Row
from toolkit.xlsx.sheet import MAX_ROW, TYPES, make_cell
from toolkit.xlsx.xmltree import UNWRITABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

SPACE = r'(?: xml:space="preserve")?'
SHARED = "s"  # the type of a cell whose value is the number of a shared string
_OPENING = '<c r="'
_ADDRESS = re.compile(r"[A-Z]{1,2}([1-9][0-9]{0,6})")
_REST = re.compile(  # of a cell, behind its address
    r'(?: s="([0-9]{1,9})")?(?: t="([a-zA-Z]++)")?(?: ?/>|>'
    r'(<f(?: [a-z][a-z0-9]*+="[^"<>&]*+")*+(?:/>|>[^<]*+</f>))?'
    rf"(<v ?/>|<v{SPACE}>[^<]*+</v>)?"
    rf"(?:<is><t{SPACE}>([^<]*+)</t></is>)?"
    r"</c>)"
)
_ATTRIBUTE = r' (?:[A-Za-z][A-Za-z0-9]*+:)?[A-Za-z][A-Za-z0-9]*+="[^"<>&]*+"'
_TAG = re.compile(rf'r="([1-9][0-9]{{0,6}})"((?:{_ATTRIBUTE})*+) ?(/?)>')
_NAMES = re.compile(r' ((?:([A-Za-z0-9]++):)?[A-Za-z0-9]++)="')
HOLE, _BREAK = "\0", b"\1"  # stand where a value was, and between rows; no XML may hold them
HELD = f"<v>{HOLE}</v>".encode()
_NOTHING = Cell(None)
_UNSURE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|<\\?|]]>")  # what an XML parser reads otherwise, or refuses
_TYPES = frozenset({*TYPES, None})
_LAST_CHARACTER = 0x10FFFF
# A form has some thousand rows, which are in every workbook nearly the same; longer ones are somebody's own.
_ROWS_KEPT, LONG, _VALUES_KEPT = 1 << 13, 1 << 14, 1 << 12
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));")
_NUMBERED = re.compile(r"&#(?:([0-9]{1,7})|x([0-9a-fA-F]{1,6}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class Open:
    """A cell whose value is still to be put in: its type, formula and style."""

    __slots__ = ("formula", "kind", "style")

    def __init__(self, kind: str, formula: str | None, style: int) -> None:
        self.kind, self.formula, self.style = kind, formula, style


class Plan(Facts):
    """A row without the values in it: its cells by address in order, and those of them that a value is put into."""

    __slots__ = ("attributes", "cells", "number", "open", "places", "prefixes", "typed")

    def __init__(self, number: int, attributes: str, prefixes: tuple[str, ...], cells: dict[str, Cell | Open]) -> None:
        super().__init__()
        self.number, self.attributes, self.prefixes = number, attributes, prefixes
        self.cells = {address: _NOTHING if isinstance(one, Open) else one for address, one in cells.items()}
        holes = {address: one for address, one in cells.items() if isinstance(one, Open)}
        self.open = tuple(holes.values())
        texts, others = count(), count()  # shared strings are counted by themselves, and so are other values
        self.places = {at: (one, next(texts if one.kind == SHARED else others)) for at, one in holes.items()}
        is_typed = (one.kind != SHARED and one.formula is None for one in self.open)
        self.typed = tuple(compress(self.places.values(), is_typed))


class CutRow(Row):
    """A row cut out of the text of a part; its cells are made when first asked for, which of many rows nobody does.

    Of what is put in, `texts` are the shared strings, the others bytes as they stand in the file.
    """

    __slots__ = ("_cells", "_others", "_plan", "_texts", "_typed")

    def __init__(self, plan: Plan, texts: list[str], others: list[bytes]) -> None:
        self.number, self.attributes, self.prefixes, self.shape = plan.number, plan.attributes, plan.prefixes, plan
        self._plan, self._texts, self._others = plan, texts, others
        self._cells: dict[str, Cell] | None = None
        self._typed: Facts | None = None
        is_short = len("".join(texts)) + len(b"".join(others)) < LONG
        self.facts = {} if is_short else None  # somebody's own: nothing is kept with it

    @property
    def cells(self) -> Mapping[str, Cell]:
        """The cells by address."""
        if self._cells is None:
            self._cells = cells = self._plan.cells.copy()
            for address, place in self._plan.places.items():
                cells[address] = self._made(*place)
        return self._cells

    def cell(self, address: str) -> Cell | None:
        """Return one cell, or None where none stands."""
        place = self._plan.places.get(address)
        return self._plan.cells.get(address) if place is None else self._made(*place)

    def _made(self, one: Open, place: int) -> Cell:
        if one.kind == SHARED:
            return _text_cell(self._texts[place], one.style)
        return _usual_value(one, self._others[place])

    @property
    def typing(self) -> Facts:
        """What is the same in all rows of one typing."""
        if self._typed is None:
            self._typed = self if self.facts is None else _alike(self._plan, self._said())
        return self._typed

    def _said(self) -> tuple[str | None, ...]:
        """Return the shared strings and the texts among the values typed, None for other values."""
        return (*self._texts, *[typed_text(one, self._others[place]) for one, place in self._plan.typed])


def typed_text(one: Open, value: bytes) -> str | None:
    """Return a value as text where it is one, though no shared string."""
    if one.kind == "n" and value.isdigit():
        return None
    found = _usual_value(one, value).value
    return found if isinstance(found, str) else None


@lru_cache(maxsize=_ROWS_KEPT)
def _alike(plan: Plan, said: tuple[str | None, ...]) -> Facts:
    """Return one object for the same plan and the same texts typed."""
    del plan, said
    return Facts()


def plan_of(skeleton: bytes) -> Plan | None:
    """Return the plan of a row's text, `HELD` in place of each value; None where anything about it is unusual."""
    return (_plan if len(skeleton) >= LONG else _usual_plan)(skeleton)


def _plan(skeleton: bytes) -> Plan | None:
    """Return the plan of a row's text with holes for its values; None where anything about it is unusual."""
    try:
        text = skeleton.decode()
    except UnicodeDecodeError:
        return None
    tag = _TAG.match(text)
    if tag is None or "xmlns" in text or int(tag[1]) > MAX_ROW:
        return None
    prefixes = _prefixes(tag[2])
    body = text[tag.end() :]
    if prefixes is None or (body if tag[3] else not body.endswith("</row>")):
        return None
    first, *pieces = body.removesuffix("</row>").split(_OPENING)
    cells = None if first else _cells(pieces, tag[1])
    if cells is None:
        return None
    plan = Plan(int(tag[1]), tag[2], prefixes, cells)
    if len(skeleton) >= LONG:
        plan.facts = None
    return plan


def _prefixes(attributes: str) -> tuple[str, ...] | None:
    """Return the prefixes of a row's attributes, one at most; None where one attribute may stand twice."""
    found = _NAMES.findall(attributes)
    prefixes = tuple(prefix for _, prefix in found if prefix)
    names = {name for name, _ in found} - {"r"}
    return prefixes if len(names) == len(found) and len(prefixes) <= 1 and is_plain(attributes) else None


def _cells(pieces: list[str], row: str) -> dict[str, Cell | Open] | None:
    """Return a row's cells by address in the order in which they stand; None where one is unusual or stands twice."""
    cells: dict[str, Cell | Open] = {}
    for piece in pieces:
        address, _, rest = piece.partition('"')
        place, cell = _ADDRESS.fullmatch(address), _cell(rest)
        if place is None or place[1] != row or cell is None:
            return None
        cells[address] = cell
    return cells if len(cells) == len(pieces) else None


def _cell(rest: str) -> Cell | Open | None:
    """Return the cell whose text behind the address this is; None where an XML parser might read it otherwise."""
    found = _REST.fullmatch(rest)
    if found is None or not is_plain(rest.replace(HOLE, "")):
        return None
    style, kind, formula, value, inline = found.groups()
    number = int(style or 0)
    # Text in a cell goes with the type that says so and no value; a formula tells each of its attributes once.
    is_typed = inline is None or (kind == "inlineStr" and value is None)
    if not is_typed or kind not in _TYPES or not _is_once(formula) or (kind == SHARED and formula is not None):
        return None
    said = None if formula is None else resolved(_inner(formula))
    if value == f"<v>{HOLE}</v>":
        return Open(kind or "n", said, number)
    stored = inline if inline is not None or value is None else _inner(value)
    if HOLE in rest or (kind == SHARED and stored):
        return None
    if kind is formula is value is None:
        return Cell(None, style=number)
    return make_cell(kind or "n", None if stored is None else resolved(stored), said, number, ())


def _value(one: Open, value: bytes) -> Cell:
    """Return a cell with its value put in."""
    return make_cell(one.kind, resolved(value.decode()), one.formula, one.style, ())


def _is_once(formula: str | None) -> bool:
    """Return whether each attribute of a formula's tag stands once."""
    names = _NAMES.findall(formula[: formula.index(">")]) if formula else []
    return len(set(names)) == len(names)


def _text(text: str, style: int) -> Cell:
    return Cell(text, type=SHARED, style=style)


_usual_plan = lru_cache(maxsize=_ROWS_KEPT)(_plan)
_usual_value = lru_cache(maxsize=_VALUES_KEPT)(_value)
_text_cell = lru_cache(maxsize=_VALUES_KEPT)(_text)


def is_plain(text: str) -> bool:
    """Return whether the expressions read this text as an XML parser does, and the parser would allow it."""
    if _UNSURE.search(text):
        return False
    if "&" not in text:
        return True
    if text.count("&") != len(_REFERENCE.findall(text)):
        return False
    codes = [int(ten) if ten else int(sixteen, 16) for ten, sixteen in _NUMBERED.findall(text)]
    return not any(code > _LAST_CHARACTER or UNWRITABLE.match(chr(code)) for code in codes)


def _inner(element: str) -> str:
    """Return the text between an element's tags; the expression has made sure that no attribute holds a bracket."""
    return "" if element.endswith("/>") else element[element.index(">") + 1 : element.rindex("<")]


def resolved(text: str) -> str:
    """Return text with its references, known to be good, turned into characters."""
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    named, ten, sixteen = found.groups()
    return _NAMED[named] if named else chr(int(ten) if ten else int(sixteen, 16))
