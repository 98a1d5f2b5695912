"""Tables of a Word document as rows of cells, and the text of its paragraphs and cells as it can be seen."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from toolkit.documents.grids import Raw, raised, struck, unseen
from toolkit.documents.sources.looks.word import Looks, is_on, name_of, paragraph_of, tag_of, value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Element = Any  # of lxml, which ships no types
GONE = {"del", "moveFrom", "Fallback", "rt", "instrText", "delText", "delInstrText", "rPr", "pPr", "sectPr"}
DEEPEST = 150  # nested content; Word itself stops far earlier
MOST_SPANNED = 200
_BREAKS = {"br": "\n", "cr": "\n", "tab": " ", "noBreakHyphen": "-", "ptab": " "}
_Placed = dict[int, tuple[Element, int, bool]]  # by column: a cell, its columns, whether it goes on from above


class Parts:
    """What a body says of its rows and cells, gone through once: few of them say anything."""

    def __init__(self, body: Element) -> None:
        self._gone = {
            wanted: {
                mark.getparent().getparent() for mark in body.iter(*marks) if tag_of(mark.getparent()) == f"{wanted}Pr"
            }
            for wanted, marks in (("tr", ("{*}del", "{*}hidden")), ("tc", ("{*}cellDel",)))
        }
        self._telling = {mark.getparent().getparent() for mark in body.iter("{*}gridSpan", "{*}vMerge")}

    def within(self, parent: Element, wanted: str) -> Iterator[Element]:
        """Yield the rows of a table or the cells of a row; a wrapper is looked through, what was deleted left out."""
        for child in parent:
            tag = name_of(child.tag)
            if tag == wanted:
                if child not in self._gone[wanted]:
                    yield child
            elif tag in {"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"}:
                yield from self.within(child, wanted)

    def extent(self, cell: Element) -> tuple[int, bool]:
        """Return how many columns a cell takes, and whether it goes on from the row above."""
        if cell not in self._telling:
            return 1, False
        properties = cell.find("{*}tcPr")
        merge = properties.find("{*}vMerge") if properties is not None else None
        return _span(properties, "gridSpan") or 1, merge is not None and value(merge) != "restart"


def cells_of(table: Element, parts: Parts) -> tuple[list[list[Element]], bool]:
    """Return the cells of every row of a table, and whether it only places things: a table in it, or one cell a row."""
    cells = [list(parts.within(row, "tc")) for row in parts.within(table, "tr")]
    is_nested = next(islice(table.iter("{*}tbl"), 1, None), None) is not None
    is_layout = is_nested and any(next(cell.iter("{*}tbl"), None) is not None for line in cells for cell in line)
    return cells, is_layout or max(map(len, cells), default=0) <= 1


def rows_of(
    table: Element, cells: Sequence[Sequence[Element]], parts: Parts, looks: Looks, depth: int
) -> list[list[Raw]]:
    """Return the rows of a table as the format states them."""
    return list(_raw_rows(_placed(list(parts.within(table, "tr")), cells, parts), looks, depth))


def text_of(element: Element, looks: Looks, depth: int) -> str:
    """Return the text of a paragraph or cell as it can be seen; paragraphs in it end in a line break."""
    paragraph = element if tag_of(element) == "p" else paragraph_of(element)
    parts: list[str] = []
    _gather(element, looks, depth, parts, is_quiet=looks.is_quiet(paragraph))
    return "".join(parts)


def _gather(element: Element, looks: Looks, depth: int, parts: list[str], *, is_quiet: bool) -> None:
    """Add the texts in an element; `is_quiet` says that the styles around it hide nothing."""
    if depth > DEEPEST:
        return
    for child in element:
        tag = name_of(child.tag)
        if tag == "t":
            parts.append(child.text or "")
        elif tag in _BREAKS:
            parts.append(_BREAKS[tag])
        elif tag == "r" and (not is_quiet or looks.is_marked(child)):
            inner: list[str] = []
            _gather(child, looks, depth + 1, inner, is_quiet=is_quiet)
            text = "".join(inner)
            parts.append(unseen(text) if looks.is_unseen(child) else _as_set(child.find("{*}rPr"), text))
        elif tag not in GONE and tag != "txbxContent":
            is_paragraph = tag == "p"
            _gather(child, looks, depth + 1, parts, is_quiet=looks.is_quiet(child) if is_paragraph else is_quiet)
            if is_paragraph:
                parts.append("\n")


def _as_set(look: Element | None, text: str) -> str:
    """Return the text of a run as its looks let it be seen: struck out, raised above the line, or plain."""
    if look is None:
        return text
    if is_on(look, "strike") or is_on(look, "dstrike"):
        return struck(text)
    return raised(text) if value(look.find("{*}vertAlign")) == "superscript" else text


def _span(properties: Element | None, wanted: str) -> int:
    found = value(properties.find(f"{{*}}{wanted}")) if properties is not None else ""
    return min(int(found), MOST_SPANNED) if found.isdecimal() and int(found) else 0


def _placed(rows: Sequence[Element], cells: Sequence[Sequence[Element]], parts: Parts) -> list[_Placed]:
    """Return the cells of every row by the column they begin in."""
    placed: list[_Placed] = []
    for row, line in zip(rows, cells, strict=True):
        column = _span(row.find("{*}trPr"), "gridBefore")
        found: _Placed = {}
        for cell in line:
            width, goes_on = parts.extent(cell)
            found[column] = (cell, width, goes_on)
            column += width
        placed.append(found)
    return placed


def _raw_rows(placed: list[_Placed], looks: Looks, depth: int) -> Iterator[list[Raw]]:
    """Yield the rows with merged cells counted down: a cell that goes on is left out where it does."""
    for at, found in enumerate(placed):
        raws: list[Raw] = []
        begins = min(found, default=0)
        if begins:
            raws.append(Raw("", 1, begins))
        for column, (cell, width, goes_on) in found.items():
            if goes_on and _merged_above(placed, at, column):
                continue
            raws.append(Raw(text_of(cell, looks, depth), _height(placed, at, column), width))
        yield raws


def _goes_on(placed: list[_Placed], row: int, column: int) -> bool:
    return row < len(placed) and column in placed[row] and placed[row][column][2]


def _merged_above(placed: list[_Placed], row: int, column: int) -> bool:
    return row > 0 and column in placed[row - 1]


def _height(placed: list[_Placed], row: int, column: int) -> int:
    height = 1
    while _goes_on(placed, row + height, column):
        height += 1
    return height
