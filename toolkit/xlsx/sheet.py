"""The cells of one sheet part, read by expat. This is the reference: slow, and right however a sheet may be written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from toolkit.errors import WorkbookError
from toolkit.xlsx.row import Cell, ReadRow, Rows
from toolkit.xlsx.xmltree import check_depth, is_true, local, parse, safe_parser, unescape_hexed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_CELLS = 3_000_000  # the ledger of a consolidated return has some two hundred for every organ
MAX_ROW = 1_048_576
MAX_COLUMN = 16_384
TYPES = frozenset({"n", "s", "str", "b", "e", "inlineStr", "d"})
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_LONGEST_NUMBER = 400  # a sheet's numbers stop at 1E308; anything longer was never typed into one
_WIDEST_EXPONENT = 308
_EXACT_DIGITS = 15
STRUCK = "\u0336"  # stands behind every sign of a text that is crossed out, as plain text writes it
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_KEPT = Context(prec=_EXACT_DIGITS)
_ADDRESSES_KEPT = 1 << 15  # all workbooks of a form have the same few thousand cells


@dataclass(frozen=True, slots=True)
class Sheet:
    """All we know of a sheet part: its cells by address, whether it is protected, its merged ranges, its rows.

    `around` is the part without its rows where it was cut into them, else empty.
    """

    cells: Mapping[str, Cell]
    protected: bool
    merges: tuple[str, ...]
    rows: Rows = Rows()
    around: bytes = b""


class SharedStrings(tuple[str, ...]):  # noqa: SLOT001 (it keeps what it is asked for)
    """The texts that the cells of a workbook share, in order; their numbers count from 0."""

    @cached_property
    def by_number(self) -> Mapping[bytes, str]:
        """The texts by their numbers as a cell writes them."""
        return dict(zip(_numbers(1 << len(self).bit_length()), self, strict=False))


@lru_cache(maxsize=4)
def _numbers(count: int) -> tuple[bytes, ...]:
    return tuple(b"%d" % number for number in range(count))


@lru_cache(maxsize=_ADDRESSES_KEPT)
def split_address(address: str) -> tuple[int, int]:
    """Return row and column, both counted from 1, of an address such as `D6`; WorkbookError if it is none."""
    found = _ADDRESS.fullmatch(address)
    if not found:
        raise WorkbookError(f"单元格地址“{address[:20]}”不合规，文件可能已损坏。")
    row, column = int(found[2]), column_number(found[1])
    if row > MAX_ROW or column > MAX_COLUMN:
        raise WorkbookError(f"单元格地址“{address}”超出工作表范围，文件可能已损坏。")
    return row, column


def column_number(letters: str) -> int:
    """Return the number of a column, A being 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=_ADDRESSES_KEPT)
def column_letters(number: int) -> str:
    """Return the letters of a column, 1 being A."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_number(text: str) -> int | Decimal | str | None:
    """Return the number written, None for nothing, and text that is no number of a sheet as it stands."""
    if text.isdigit() and text.isascii() and len(text) <= _EXACT_DIGITS:
        return int(text)  # nearly every figure of a form
    text = text.strip()
    if not text:
        return None
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return text
    number = Decimal(text)
    if number and abs(number.adjusted()) > _WIDEST_EXPONENT:
        return text
    if number != number.to_integral_value():
        # Programs write the binary number in 17 digits; what was typed, and what they show, are the first 15.
        number = number.normalize(_KEPT) if len(number.as_tuple().digits) > _KEPT.prec else number
    return int(number) if number == number.to_integral_value() else number


def make_cell(kind: str, stored: str | None, formula: str | None, style: int, strings: Sequence[str]) -> Cell:
    """Return the cell from its type, the text of its value (None: no value element), its formula and its style."""
    value, kind = _typed(kind if kind in TYPES else "str", stored, strings)
    if formula is None:
        return Cell(value, type=kind, style=style)
    return Cell(value, formula.removeprefix("="), kind, value is not None, style, not formula)


def _typed(kind: str, stored: str | None, strings: Sequence[str]) -> tuple[int | Decimal | str | bool | None, str]:
    if stored is None:
        return None, kind
    if kind == "n":
        value = read_number(stored)
        return value, "str" if isinstance(value, str) else "n"
    if kind == "s":
        return _shared_string(stored.strip(), strings), kind
    if kind == "b":
        return (is_true(stored.strip()) if stored.strip() else None), kind
    if kind in {"e", "d"}:
        return stored.strip() or None, kind
    return unescape_hexed(stored), kind


def _shared_string(index: str, strings: Sequence[str]) -> str | None:
    if not index:
        return None
    if not (index.isascii() and index.isdecimal() and len(index) < 10 and int(index) < len(strings)):  # noqa: PLR2004 - digits
        raise WorkbookError("文件已损坏：有单元格的文字在共享字符串表中找不到。请用 Excel 或 WPS 打开后另存再试。")
    return strings[int(index)]


class _Look:
    """How the run of rich text is set that is being read, as far as it changes what a person takes it to say."""

    def __init__(self) -> None:
        self._struck, self._position = False, ""

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in {"si", "is", "r"}:
            self._struck, self._position = False, ""
        elif tag == "strike":
            self._struck = is_true(attributes.get("val", "1"))
        elif tag == "vertAlign":
            self._position = attributes.get("val", "")

    def worn(self, text: str) -> str:
        """Return a text as it is seen: crossed out with strokes, raised and lowered digits as such."""
        if self._position in {"superscript", "subscript"}:
            text = text.translate(_RAISED if self._position == "superscript" else _LOWERED)
        return "".join(sign if sign.isspace() else sign + STRUCK for sign in text) if self._struck else text


_TEXTS = frozenset({"v", "f", "t"})
# Where each element stands under the root of its part. Elsewhere (in an extension, in a choice for programs that know
# more, in anything foreign) hardly a program shows what it holds, and programs do not agree: a cell there is refused.
_ROW = ("sheetData", "row")
_CELL = (*_ROW, "c")
_PLACES = frozenset(
    {
        _ROW, _CELL, *((*_CELL, tag) for tag in ("v", "f", "is")), (*_CELL, "is", "t"), (*_CELL, "is", "r", "t"),
        ("mergeCells", "mergeCell"), ("sheetProtection",),
    }
)  # fmt: skip
_ELSEWHERE = "文件已损坏：有格子写在工作表的格子以外，各个程序显示的不一样。请用 Excel 或 WPS 打开核对后另存再报送。"
_STRING = ("si",)
_STRING_TEXTS = frozenset({(*_STRING, "t"), (*_STRING, "r", "t")})


class _Reader:
    """Follows one sheet part. Only elements of the sheet's own vocabulary count, wherever their prefix puts them."""

    def __init__(self, part: str, strings: Sequence[str]) -> None:
        self._part = part
        self._path: list[str] = []
        self.cells: dict[str, Cell] = {}
        self.protected = False
        self.merges: list[str] = []
        self._strings = strings
        self._row = self._column = 0
        self._inside = False
        self._address = ""
        self._kind = ""
        self._style = 0
        self._texts: dict[str, list[str]] = {}
        self._look = _Look()

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        self._path.append(tag)
        check_depth(len(self._path), self._part)
        if self._inside:
            self._look.begin(tag, attributes)
        if tuple(self._path[1:]) not in _PLACES:
            if tag == "c":
                raise WorkbookError(_ELSEWHERE)
            return
        if self._inside:
            self._begin_content(tag)
        elif tag == "c":
            self._begin_cell(attributes)
        elif tag == "row":
            self._row = self._row_number(attributes.get("r"))
            self._column = 0
        elif tag == "mergeCell":
            self.merges.append(attributes.get("ref", ""))
        elif tag == "sheetProtection":
            self.protected = is_true(attributes.get("sheet"))

    def _row_number(self, stated: str | None) -> int:
        return self._row + 1 if stated is None else split_address("A" + stated.strip())[0]

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        stated = attributes.get("r")
        if stated is None:
            self._column += 1
            self._address = f"{column_letters(self._column)}{max(self._row, 1)}"
        else:
            self._address = stated.strip()
            _, self._column = split_address(self._address)
        self._kind = attributes.get("t", "n")
        style = attributes.get("s", "0").strip()
        self._style = int(style) if style.isascii() and style.isdecimal() and len(style) < 10 else 0  # noqa: PLR2004 - digits
        self._texts = {}
        self._inside = True

    def _begin_content(self, tag: str) -> None:
        if tag == "v" and "v" in self._texts:
            raise self._twice()
        self._texts.setdefault(tag, [])

    def text(self, data: str) -> None:
        tag = self._path[-1] if self._inside else ""
        if tag in _TEXTS and tuple(self._path[1:]) in _PLACES:  # of an inline string only its <t> is text
            self._texts[tag].append(self._look.worn(data) if tag == "t" else data)

    def end(self, _: str) -> None:
        if self._inside and tuple(self._path[1:]) == _CELL:
            self._end_cell()
        self._path.pop()

    def _end_cell(self) -> None:
        self._inside = False
        found = {tag: "".join(pieces) for tag, pieces in self._texts.items()}
        inline = "t" if "t" in found else "is"
        stored = found[inline] if self._kind == "inlineStr" and inline in found else found.get("v")
        if self._address in self.cells or found.get("v", stored) not in {stored, ""}:
            raise self._twice()
        self.cells[self._address] = make_cell(self._kind, stored, found.get("f"), self._style, self._strings)
        if len(self.cells) > MAX_CELLS:
            raise WorkbookError("工作表的单元格超过三百万个，不会是年报表，已拒绝读取。")

    def _twice(self) -> WorkbookError:
        return WorkbookError(
            f"文件已损坏：格子 {self._address} 写了两次，不知道以哪个为准。请用 Excel 或 WPS 打开核对后另存再报送。"
        )


def read_sheet(xml: bytes, part: str, strings: Sequence[str]) -> Sheet:
    """Return what a sheet part says. `strings` is the package's table of shared strings."""
    reader = _Reader(part, strings)
    parser = safe_parser()
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parse(parser, xml, part)
    return Sheet(reader.cells, reader.protected, tuple(reader.merges), _rows_of(reader.cells))


def _rows_of(cells: Mapping[str, Cell]) -> Rows:
    """Return cells by row, in the order in which the first of each stands."""
    rows: dict[int, dict[str, Cell]] = {}
    for address, cell in cells.items():
        rows.setdefault(split_address(address)[0], {})[address] = cell
    return Rows(ReadRow(number, found) for number, found in rows.items())


def read_strings(xml: bytes, part: str) -> SharedStrings:
    """Return the table of shared strings: runs joined, phonetic guides dropped, escapes decoded."""
    found: list[str] = []
    pieces: list[str] = []
    path: list[str] = []
    look = _Look()
    parser = safe_parser()

    def begin(name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        path.append(tag)
        look.begin(tag, attributes)
        check_depth(len(path), part)
        if tuple(path[1:]) == _STRING:
            pieces.clear()

    def end(_: str) -> None:
        if tuple(path[1:]) == _STRING:
            found.append(unescape_hexed("".join(pieces)))
        path.pop()

    def text(data: str) -> None:
        if tuple(path[1:]) in _STRING_TEXTS:
            pieces.append(look.worn(data))

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parse(parser, xml, part)
    return SharedStrings(found)
