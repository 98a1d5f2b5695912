"""The fast way through a sheet part: cells cut out of its text, where that is certain to agree with the reference.

Each piece of the text between two cells is looked through once by a regular expression and remembered: workbooks of
one form hold the same pieces over and over. What is left, rows and everything around them, goes through the reference
reader, which so still vouches for the part being well-formed and of our vocabulary, and must find no cell in it.
Anything unusual makes the answer None, and the caller reads the whole part by the reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from toolkit.errors import WorkbookError
from toolkit.xlsx.sheet import MAX_CELLS, TYPES, Cell, Sheet, make_cell, read_sheet, read_strings
from toolkit.xlsx.xmltree import UNWRITABLE, unescape_hexed

if TYPE_CHECKING:
    from collections.abc import ItemsView, Iterator, Sequence

_SPACE = r'(?: xml:space="preserve")?'
_OPENING = '<c r="'
_ADDRESS = re.compile(r"[A-Z]{1,2}[1-9][0-9]{0,5}")
_REST = re.compile(  # of a cell, behind its address
    r'(?: s="([0-9]{1,9})")?(?: t="([a-zA-Z]++)")?(?: ?/>|>'
    r'(<f(?: [a-z0-9]++="[^"<>&]*+")*+(?:/>|>[^<]*+</f>))?'
    rf"(<v ?/>|<v{_SPACE}>[^<]*+</v>)?"
    rf"(?:<is><t{_SPACE}>([^<]*+)</t></is>)?"
    r"</c>)"
)
# Rows as the usual programs write them, each attribute at most once; the reference need not see them, only others.
_ROWS = re.compile(
    r'(?:<row r="[1-9][0-9]{0,5}"(?: spans="[0-9: ]++")?(?: s="[0-9]++")?(?: customFormat="[a-z0-9]++")?'
    r'(?: ht="[0-9.]++")?(?: hidden="[a-z0-9]++")?(?: customHeight="[a-z0-9]++")?(?: outlineLevel="[0-9]++")?'
    r'(?: collapsed="[a-z0-9]++")?(?:/>|></row>))*+'
)
_STRING = re.compile(rf"<si><t{_SPACE}>([^<]*+)</t></si>")
_PROBE_AT, _PROBE_STYLE = "XFD1048576", 987654321
_PROBE = f'<c r="{_PROBE_AT}" s="{_PROBE_STYLE}"/>'
_PROBE_FOUND = {_PROBE_AT: Cell(None, style=_PROBE_STYLE)}
_PROBE_TEXT = "987654321"
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))  # in no XML; searching for them as text would cost far more
_UNSURE = ("\r", "<?", "]]>", "\ufffe", "\uffff")  # what the expression would read otherwise than an XML parser does
_DECLARATION = re.compile(r"""\ufeff?<\?xml[^>]*encoding=["']([^"']*)["']""")
_NAME = re.compile(r'<definedName name="([^"<>&]++)">([^<]*+)</definedName>')
_TYPES = frozenset({*TYPES, None})
_LAST_CHARACTER = 0x10FFFF
# A form has some thousand formulas and labels, in every workbook the same; longer texts are mostly somebody's own.
_PIECES_KEPT, _SHORT = 1 << 15, 1000
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));")
_NUMBERED = re.compile(r"&#(?:([0-9]{1,7})|x([0-9a-fA-F]{1,6}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class _Written:
    """A cell as it is written, what stands behind it up to the next, and the cell once somebody has asked for it."""

    __slots__ = ("behind", "cell", "formula", "inline", "kind", "style", "value")

    def __init__(self, found: re.Match[str], behind: str) -> None:
        self.style, self.kind, self.formula, self.value, self.inline = found.groups()
        self.behind = behind
        self.cell: Cell | None = None  # never of a text in the table of strings, which differs by file


class _Cells(Mapping[str, Cell]):
    """Cells as they are written, each made when first asked for: of a form's cells most are labels nobody asks for."""

    def __init__(self, written: Mapping[str, _Written], strings: Sequence[str]) -> None:
        self._written = written
        self._strings = strings
        self._shared: dict[_Written, Cell] = {}

    def __getitem__(self, address: str) -> Cell:
        written = self._written[address]
        return written.cell or self._made(written)

    def get(self, address: str, default: Any = None) -> Any:
        """Return a cell as `__getitem__` does, without the exception that `Mapping.get` costs where none stands."""
        written = self._written.get(address)
        return default if written is None else written.cell or self._made(written)

    def __contains__(self, address: object) -> bool:
        return address in self._written

    def items(self) -> ItemsView[str, Cell]:
        """Return all cells by address, made at once: much faster than one by one."""
        made = self._made
        cells = {address: written.cell or made(written) for address, written in self._written.items()}
        return cells.items()

    def _made(self, written: _Written) -> Cell:
        if written.kind != "s":
            written.cell = _cell(written, ())
            return written.cell
        if written not in self._shared:
            self._shared[written] = _cell(written, self._strings)
        return self._shared[written]

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)


def scan_sheet(xml: bytes, part: str, strings: Sequence[str]) -> Sheet | None:
    """Return what `read_sheet` would, or None when only that can tell."""
    cut = _cut(xml, "<sheetData>", "</sheetData>")
    if cut is None or cut[1].count("<c") > MAX_CELLS:
        return None
    before, inside, after = cut
    first, *pieces = inside.split(_OPENING)
    written = _written(pieces)
    if written is None or not _is_plain(first):
        return None
    gaps = "".join([first, *(cell.behind for cell in written.values())])
    if "xmlns" in gaps:
        return None
    rows = "" if _ROWS.fullmatch(gaps) else gaps
    try:
        around = read_sheet(f"{before}<sheetData>{_PROBE}{rows}</sheetData>{after}".encode(), part, ())
    except WorkbookError:
        return None
    return Sheet(_Cells(written, strings), around.protected, around.merges) if around.cells == _PROBE_FOUND else None


def _written(pieces: list[str]) -> dict[str, _Written] | None:
    """Return the cells by address in the order in which they stand; None where one is unusual or stands twice."""
    cells: dict[str, _Written] = {}
    for piece in pieces:
        address, _, rest = piece.partition('"')
        cell = _read_piece(rest) if len(rest) < _SHORT else _piece(rest)
        if cell is None or not _is_address(address):
            return None
        cells[address] = cell
    return cells if len(cells) == len(pieces) else None


def _piece(rest: str) -> _Written | None:
    """Return the cell whose text behind the address this is; None where an XML parser might read it otherwise."""
    found = _REST.match(rest)
    if found is None or not _is_plain(rest):
        return None
    written = _Written(found, rest[found.end() :])
    # Text in a cell goes with the type that says so and no value.
    is_typed = written.inline is None or (written.kind == "inlineStr" and written.value is None)
    return written if is_typed and written.kind in _TYPES else None


_read_piece = lru_cache(maxsize=_PIECES_KEPT)(_piece)


@lru_cache(maxsize=_PIECES_KEPT)
def _is_address(text: str) -> bool:
    return _ADDRESS.fullmatch(text) is not None


def scan_strings(xml: bytes, part: str) -> tuple[str, ...] | None:
    """Return what `read_strings` would, or None when only that can tell."""
    cut = _cut(xml, "<si>", "</sst>")
    if cut is None:
        return None
    before, inside, after = cut
    fields = _STRING.split("<si>" + inside)
    gaps = "".join(fields[::2])
    if not _is_plain(inside) or "xmlns" in gaps:
        return None
    try:
        around = read_strings(f"{before}<si><t>{_PROBE_TEXT}</t></si>{gaps}</sst>{after}".encode(), part)
    except WorkbookError:
        return None
    return tuple(unescape_hexed(_resolved(text)) for text in fields[1::2]) if around == (_PROBE_TEXT,) else None


def scan_names(xml: bytes) -> tuple[dict[str, str], bytes]:
    """Return the plainly written names of a whole workbook part, and the part without them."""
    cut = _cut(xml, "<definedNames>", "</definedNames>")
    if cut is None or not _is_plain(cut[1]):
        return {}, xml
    before, inside, after = cut
    fields = _NAME.split(inside)
    gaps = "".join(fields[::3])
    if "xmlns" in gaps:
        return {}, xml
    names = {name: _resolved(text).strip() for name, text in zip(fields[1::3], fields[2::3], strict=True)}
    return names, f"{before}<definedNames>{gaps}</definedNames>{after}".encode()


def _cut(xml: bytes, opening: str, closing: str) -> tuple[str, str, str] | None:
    """Return a UTF-8 part before the first opening tag, up to the last closing one, and after; None if it has none."""
    try:
        text = xml.decode()
    except UnicodeDecodeError:
        return None
    declared = _DECLARATION.match(text)
    is_utf8 = not declared or declared[1].lower() == "utf-8"
    if not is_utf8 or "<!" in text or len(xml.translate(None, _CONTROLS)) < len(xml):
        return None
    before, opened, rest = text.partition(opening)
    inside, closed, after = rest.rpartition(closing)
    return (before, inside, after) if opened and closed else None


def _is_plain(text: str) -> bool:
    """Return whether the expression reads this text as an XML parser does, and the parser would allow it."""
    if any(mark in text for mark in _UNSURE):
        return False
    if "&" not in text:
        return True
    if text.count("&") != len(_REFERENCE.findall(text)):
        return False
    codes = [int(ten) if ten else int(sixteen, 16) for ten, sixteen in _NUMBERED.findall(text)]
    return not any(code > _LAST_CHARACTER or UNWRITABLE.match(chr(code)) for code in codes)


def _cell(written: _Written, strings: Sequence[str]) -> Cell:
    kind, style = written.kind, int(written.style or 0)
    if kind is written.formula is written.value is None:
        return Cell(None, style=style)
    stored = written.inline if written.inline is not None else _inner(written.value)
    text = None if stored is None else _resolved(stored)
    formula = _inner(written.formula)
    return make_cell(kind or "n", text, None if formula is None else _resolved(formula), style, strings)


def _inner(element: str | None) -> str | None:
    """Return the text between an element's tags; the expression has made sure that no attribute holds a bracket."""
    if element is None or element.endswith("/>"):
        return None if element is None else ""
    return element[element.index(">") + 1 : element.rindex("<")]


def _resolved(text: str) -> str:
    """Return text with its references, known to be good, turned into characters."""
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    named, ten, sixteen = found.groups()
    return _NAMED[named] if named else chr(int(ten) if ten else int(sixteen, 16))
