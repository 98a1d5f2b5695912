"""The fast way through the large parts: rows, texts and names cut out of them, where that agrees with the reference.

What is left, everything around them, goes through the reference reader, which so still vouches for the part being
well-formed and of our vocabulary, and must find nothing else in it. Anything unusual makes the answer None, and the
caller reads the whole part by the reference. What was read once is remembered: see `toolkit.xlsx.fast.rows`.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from toolkit.errors import WorkbookError
from toolkit.xlsx.fast.rows import SPACE, is_plain, resolved
from toolkit.xlsx.fast.sheets import cut_rows
from toolkit.xlsx.row import Cell, by_shape
from toolkit.xlsx.sheet import MAX_CELLS, SharedStrings, Sheet, read_sheet, read_strings
from toolkit.xlsx.xmltree import declared_encoding, unescape_hexed

if TYPE_CHECKING:
    from collections.abc import ItemsView, Iterator

    from toolkit.xlsx.row import Rows

_PROBE_AT, _PROBE_STYLE = "XFD1048576", 987654321
_PROBE = f'<c r="{_PROBE_AT}" s="{_PROBE_STYLE}"/>'
_PROBE_FOUND = {_PROBE_AT: Cell(None, style=_PROBE_STYLE)}
_PROBE_TEXT = "987654321"
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))  # in no XML; searching for them as text would cost far more
_STRING = re.compile(rf"<t{SPACE}>([^<]*+)</t></si>")
_NAME = re.compile(r'((?:[a-zA-Z]++="[^"<>&\n\t]*+" ?)++)>([^<]*+)</definedName>')
_ATTRIBUTE = re.compile(r'([a-zA-Z]++)="([^"<>&\n\t]*+)"')
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_AROUND_KEPT, _STRINGS_KEPT, _NAMES_KEPT = 1 << 8, 1 << 13, 1 << 3
# Only what any workbook of a form has is kept, never what somebody blew up.
_SHORT, _SMALL, _MUCH = 4000, 1 << 16, 1 << 18


def scan_sheet(xml: bytes, part: str, strings: SharedStrings) -> Sheet | None:
    """Return what `read_sheet` would, or None when only that can tell."""
    cut = _cut(xml, b"<sheetData>", b"</sheetData>")
    if cut is None or (len(xml) > MAX_CELLS and xml.count(b"<c") > MAX_CELLS):
        return None
    before, inside, after = cut
    rows = cut_rows(inside, strings, part, len(before))
    prefixes = None if rows is None else _prefixes(rows)
    if rows is None or prefixes is None:
        return None
    around = b"%s<sheetData>%s</sheetData>%s" % (before, _PROBES.encode() % prefixes.encode(), after)
    found = (_usual_around if len(around) < _SMALL else _around)(around, part)
    return found and Sheet(_Cells(rows), found.protected, found.merges, rows, around)


_PROBES = f"<row%s/><row>{_PROBE}</row>"


class _Cells(Mapping[str, Cell]):
    """The cells of rows, each made when it is asked for."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return _places(self._rows)

    @cached_property
    def _all(self) -> dict[str, Cell]:
        cells: dict[str, Cell] = {}
        for row in self._rows:
            cells.update(row.cells)
        return cells

    def __getitem__(self, address: str) -> Cell:
        return self._all[address]

    def get(self, address: str, default: Any = None) -> Any:
        """Return one cell, the others not made for it."""
        place = self._places.get(address)
        return default if place is None else self._rows[place].cell(address)

    def __contains__(self, address: object) -> bool:
        return address in self._places

    def items(self) -> ItemsView[str, Cell]:
        """Return all cells by address."""
        return self._all.items()

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._places)


@by_shape
def _places(rows: Rows) -> Mapping[str, int]:
    """Return in which of the rows each cell stands."""
    return {address: place for place, row in enumerate(rows) for address in row.cells}


@by_shape
def _prefixes(rows: Rows) -> str | None:
    """Return an attribute of every prefix that those of the rows have; None where a row stands twice."""
    if len({row.number for row in rows}) != len(rows):
        return None
    return "".join(f' {prefix}:probe=""' for prefix in sorted({prefix for row in rows for prefix in row.prefixes}))


def _around(xml: bytes, part: str) -> Sheet | None:
    """Return what the reference finds around the rows, which must be no cell but the one put there for it to find."""
    try:
        found = read_sheet(xml, part, ())
    except WorkbookError:
        return None
    return found if found.cells == _PROBE_FOUND else None


_usual_around = lru_cache(maxsize=_AROUND_KEPT)(_around)


def scan_strings(xml: bytes, part: str) -> SharedStrings | None:
    """Return what `read_strings` would, or None when only that can tell."""
    cut = _cut(xml, b"<si>", b"</sst>")
    if cut is None:
        return None
    before, inside, after = cut
    texts = [*map(_STRINGS.__getitem__, inside.split(b"<si>"))]
    if None in texts:
        return None
    try:
        around = read_strings(b"%s<si><t>%s</t></si></sst>%s" % (before, _PROBE_TEXT.encode(), after), part)
    except WorkbookError:
        return None
    return SharedStrings(texts) if around == (_PROBE_TEXT,) else None  # type: ignore[arg-type] # none of them is None


def _string(item: bytes) -> str | None:
    """Return the text of an entry of the table, its opening tag left out; None where it is no entry by itself."""
    try:
        text = item.decode()
    except UnicodeDecodeError:
        return None
    if not is_plain(text) or "xmlns" in text or not text.endswith("</si>"):
        return None
    found = _STRING.fullmatch(text)
    if found is not None:
        return unescape_hexed(resolved(found[1]))
    try:  # text in runs, as it is set; the reference reads it, once for all files that have the same
        texts = read_strings(f'<sst xmlns="{_MAIN}"><si>{text}</sst>'.encode(), "")
    except WorkbookError:
        return None
    return texts[0] if len(texts) == 1 else None


class _Strings(dict[bytes, "str | None"]):
    """The texts of entries read before: all are looked up at once, which costs half of asking a cache for each."""

    def __missing__(self, item: bytes) -> str | None:
        text = _string(item)
        if len(item) < _SHORT:
            if len(self) >= _STRINGS_KEPT:
                self.clear()
            self[item] = text
        return text


_STRINGS = _Strings()


def scan_names(xml: bytes) -> tuple[Mapping[str, str], bytes]:
    """Return the plainly written names of a whole workbook part, and the part without them."""
    cut = _cut(xml, b"<definedNames>", b"</definedNames>")
    names = None if cut is None else (_usual_names if len(cut[1]) < _MUCH else _names)(cut[1])
    if cut is None or names is None:
        return {}, xml
    return names, b"%s<definedNames></definedNames>%s" % (cut[0], cut[2])


def _names(inside: bytes) -> Mapping[str, str] | None:
    """Return the names of the whole workbook; None where one is written unusually."""
    try:
        text = inside.decode()
    except UnicodeDecodeError:
        return None
    first, *pieces = text.split("<definedName ")
    if first or not is_plain(text) or "xmlns" in text:
        return None
    found: dict[str, str] = {}
    for piece in pieces:
        name = _NAME.fullmatch(piece)
        told = _ATTRIBUTE.findall(name[1]) if name else []
        if name is None or len(dict(told)) != len(told):
            return None
        if "localSheetId" not in dict(told):
            found[dict(told).get("name", "")] = resolved(name[2]).strip()
    return MappingProxyType(found)


_usual_names = lru_cache(maxsize=_NAMES_KEPT)(_names)


def _cut(xml: bytes, opening: bytes, closing: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Return a UTF-8 part before the first opening tag, up to the last closing one, and after; None if it has none."""
    start, end = xml.find(opening), xml.rfind(closing)
    if start < 0 or end < start:
        return None
    before, inside, after = xml[:start], xml[start + len(opening) : end], xml[end + len(closing) :]
    around = before + after
    if (
        declared_encoding(before.removeprefix(BOM_UTF8)) != "utf-8"
        or b"<!" in around
        or len(around.translate(None, _CONTROLS)) < len(around)
    ):
        return None
    return before, inside, after
