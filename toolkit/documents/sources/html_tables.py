"""The tables of a web page as rows of cells: `<table>`, and blocks that styles or their own order lay out as one."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from toolkit.documents.figures import is_number_text
from toolkit.documents.grids import Raw, plain, raised, struck, unseen
from toolkit.documents.sources.looks.css import tag_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.documents.sources.looks.css import Styles

Element = Any  # of lxml, which ships no types
# What a reader does not read, or what is no part of any article.
SKIPPED = {
    *("script", "style", "noscript", "template", "head", "nav", "aside", "select", "option", "button"),
    *("rt", "rp", "del", "textarea", "svg", "figure", "caption", "iframe", "object", "audio", "video", "canvas", "map"),
}
INLINE = {
    *("a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font", "i", "ins", "kbd"),
    *("label", "mark", "q", "ruby", "s", "samp", "small", "span", "strong", "strike", "sub", "sup", "time", "tt", "u"),
    *("var", "wbr", "o:p", "st1:chsdate", "nobr", "br"),
}
_STRUCK = re.compile(r"text-decoration[^;]*line-through", re.IGNORECASE)
_NESTED_FIGURE = 20  # characters of a table in a cell that only frames a figure
_LONGEST_CELL = 90  # characters of a cell made of blocks; the form's own longest label has some sixty
_MANY = 2  # cells in a row, and rows with a figure, that make blocks a table
_WIDEST = 60
_SPARSE, _FULL = 3, 5  # one row in so many holds a figure; figures of a row that need no second one
_REPEAT = re.compile(r"repeat\(\s*(\d{1,3})\s*,([^()]*(?:\([^()]*\)[^()]*)*)\)")
_STATED = re.compile(r"\s*(\d{1,4})")
_SPAN = re.compile(r"span\s+(\d{1,3})|(\d{1,3})\s*/\s*(?:span\s+(\d{1,3})|(\d{1,3}))")


def as_set(element: Element, text: str) -> str:
    """Return the text of an element with what its setting says: raised above the line, or struck out."""
    tag = tag_of(element)
    if tag == "sup":
        return raised(text)
    return struck(text) if tag in {"s", "strike"} or _STRUCK.search(element.get("style") or "") else text


class PageTables:
    """The tables of one page, by its styles."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._known: dict[Element, list[list[Element]]] = {}

    def rows(self, element: Element) -> list[list[Raw]] | None:
        """Return the rows of the table an element is, None where it is none or only places things on the page."""
        if tag_of(element) == "table":
            return self._of_table(element)
        if tag_of(element) in INLINE or not len(element):
            return None
        stated = self._styles.stated(element)
        if "grid" in stated.get("display", "") and (width := _width(stated.get("grid-template-columns", ""))):
            cells = self._blocks_in(element)
            if cells and all(self._is_cell(cell) for cell in cells) and self._has_figures([cells], 1):
                return [row for row in self._gridded(cells, width) if row]
        lines = self._lines(element)
        return [[self._raw(cell) for cell in line] for line in lines] if lines else None

    def text(self, element: Element) -> str:
        """Return what stands in an element as one text, marked where it cannot be seen."""
        if not len(element) and tag_of(element) in {"td", "th"}:  # no more than its own text, as most cells have
            return self.seen(element, element.text or "")
        return "".join(self._texts(element))

    def _is_gone(self, element: Element) -> bool:
        return self._styles.is_gone(element)

    def _of_table(self, table: Element) -> list[list[Raw]] | None:
        """Return the rows of a `<table>`, None where it only places things: another table stands in it.

        Or it has but one cell a row. A table around one figure is the frame of a cell and places nothing.
        """
        for inner in table.iterdescendants("table"):
            if len("".join(inner.itertext()).strip()) > _NESTED_FIGURE or sum(1 for _ in inner.iter("td", "th")) > 1:
                return None
        rows = [self._own_cells(row) for row in self._rows(table)]
        if all(len(cells) <= 1 for cells in rows):
            return None
        return [[self._raw_cell(cell) for cell in cells] for cells in rows]

    def _rows(self, table: Element) -> list[Element]:
        """Return the rows that can be seen, as they are shown: a foot stands last wherever it is written."""
        rows = table.iter("tr")
        if next(table.iterdescendants("table"), None) is not None:
            rows = (row for row in rows if next(row.iterancestors("table")) is table)
        own = (row for row in rows if not self._is_gone(row))
        return sorted(own, key=lambda row: {"thead": 0, "tfoot": 2}.get(tag_of(row.getparent()), 1))

    def _own_cells(self, row: Element) -> list[Element]:
        return [cell for cell in row if tag_of(cell) in {"td", "th"} and not self._is_gone(cell)]

    def _raw_cell(self, cell: Element) -> Raw:
        return Raw(self.text(cell), _span(cell, "rowspan"), _span(cell, "colspan") or 1)

    def _texts(self, element: Element) -> Iterator[str]:
        if tag_of(element) in SKIPPED:
            return
        if tag_of(element) == "input" and (element.get("type") or "text").lower() in {"text", "number"}:
            yield element.get("value") or ""
        yield self.seen(element, element.text or "")
        for child in element:
            if isinstance(child.tag, str):
                if tag_of(child) not in INLINE or tag_of(child) == "br":
                    yield "\n"
                yield as_set(child, "".join(self._texts(child)))
            yield self.seen(element, child.tail or "")

    def seen(self, element: Element, text: str) -> str:
        """Return a text of an element, marked where it cannot be seen."""
        return unseen(text) if text and self._styles.is_unseen(element, text) and plain(text) else text

    def _lines(self, element: Element) -> list[list[Element]]:
        if element not in self._known:
            self._known[element] = self._find_lines(element)
        return self._known[element]

    def _find_lines(self, element: Element) -> list[list[Element]]:
        """Return the rows of blocks that lie within each other as the rows of a table do, none where they do not."""
        found: list[list[Element]] = []
        if tag_of(element) == "table" or any(
            plain(text) for text in (element.text, *(child.tail for child in element)) if text
        ):
            return []
        for child in self._blocks_in(element):
            cells = self._cells(child)
            if not cells:
                inner = self._lines(child) if len(child) else []
                if not inner:
                    return []
                found += inner
            else:
                found.append(cells)
        return found if self._has_figures(found, _MANY) else []

    def _blocks_in(self, element: Element) -> list[Element]:
        return [
            child
            for child in element
            if isinstance(child.tag, str) and tag_of(child) not in SKIPPED and not self._is_gone(child)
        ]

    def _cells(self, row: Element) -> list[Element]:
        """Return the blocks that stand in a row as its cells, none where it is no row."""
        cells = self._blocks_in(row)
        own = (row.text, *(child.tail for child in row))
        if tag_of(row) in INLINE or tag_of(row) == "table" or any(plain(text) for text in own if text):
            return []
        display = self._styles.stated(row).get("display", "")
        is_told = "flex" in display or "grid" in display or display in {"table-row", "contents"}
        if len(cells) < _MANY and not is_told:
            return []
        is_row = all((is_told or self._is_block(cell)) and self._is_cell(cell) for cell in cells)
        return cells if is_row else []

    def _is_block(self, cell: Element) -> bool:
        display = self._styles.stated(cell).get("display", "")
        return (
            display not in {"", "inline"}
            or "left" in self._styles.stated(cell).get("float", "")
            or (not display and tag_of(cell) not in INLINE)
        )

    def _is_cell(self, cell: Element) -> bool:
        pieces = list(islice(cell.itertext(), _LONGEST_CELL))
        is_short = len(pieces) < _LONGEST_CELL and len(plain("".join(pieces))) <= _LONGEST_CELL
        return is_short and next(cell.iter("table"), None) is None

    def _has_figures(self, rows: Sequence[Sequence[Element]], fewest: int) -> bool:
        counts = [sum(is_number_text("".join(cell.itertext())) for cell in row) for row in rows]
        filled = sum(map(bool, counts))
        return (filled >= fewest and _SPARSE * filled >= len(rows)) or max(counts, default=0) >= _FULL

    def _raw(self, cell: Element) -> Raw:
        stated = self._styles.stated(cell)
        rows = _span(cell, "rowspan") if cell.get("rowspan") else _spanned(stated.get("grid-row", ""))
        columns = _span(cell, "colspan") if cell.get("colspan") else _spanned(stated.get("grid-column", ""))
        return Raw(self.text(cell), rows, columns or 1)

    def _gridded(self, cells: Sequence[Element], width: int) -> Iterator[list[Raw]]:
        """Yield the rows of blocks that fill a grid of columns one after the other."""
        taken: set[tuple[int, int]] = set()
        rows: dict[int, list[Raw]] = {}
        row = column = 0
        for cell in cells:
            raw = self._raw(cell)
            wide = min(raw.column_span, width)
            while column + wide > width or any((row, column + at) in taken for at in range(wide)):
                row, column = (row, column + 1) if column + wide < width else (row + 1, 0)
            rows.setdefault(row, []).append(raw)
            taken |= {(row + down, column + at) for down in range(raw.row_span or 1) for at in range(wide)}
            column += wide
        yield from (rows.get(at, []) for at in range(max(rows, default=-1) + 1))


def _width(columns: str) -> int:
    """Return how many columns a grid states, 0 where it leaves that to the page."""
    repeated = _REPEAT.search(columns)
    if repeated:
        inner = int(repeated[1]) * len(repeated[2].split())
        return min(inner + len(_REPEAT.sub("", columns).split()), _WIDEST)
    return min(len(re.sub(r"\([^()]*\)", "", columns).split()), _WIDEST) if columns not in {"", "none"} else 0


def _spanned(stated: str) -> int:
    """Return how many lines of a grid a block takes."""
    found = _SPAN.search(stated)
    if found is None:
        return 1
    if found[2] and found[4]:
        return max(int(found[4]) - int(found[2]), 1)
    return min(int(found[1] or found[3]), _WIDEST)


def _span(cell: Element, wanted: str) -> int:
    """Return a span as stated, 0 for one that runs to the end; what is no number counts 1."""
    stated = cell.get(wanted)
    found = _STATED.match(stated) if stated else None
    return int(found[1]) if found else 1
