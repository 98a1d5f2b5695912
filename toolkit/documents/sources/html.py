"""Web pages, saved or cut out of one, and web archives (.mht)."""

from __future__ import annotations

import email
import re
from email import policy
from typing import TYPE_CHECKING, Any

from toolkit.documents.grids import Collector, Raw, raised, struck
from toolkit.documents.sources.decoding import decode
from toolkit.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.documents.grids import Document

Element = Any  # of lxml, which ships no types
_HEADINGS = {f"h{rank}": rank for rank in range(1, 7)}
# What a reader does not read, or what is no part of any article.
_SKIPPED = {
    *("script", "style", "noscript", "template", "head", "nav", "aside", "select", "option", "button"),
    *("rt", "rp", "del", "textarea", "svg", "figure", "caption", "iframe", "object", "audio", "video", "canvas", "map"),
}
_INLINE = {
    *("a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font", "i", "ins", "kbd"),
    *("label", "mark", "q", "ruby", "s", "samp", "small", "span", "strong", "strike", "sub", "sup", "time", "tt", "u"),
    *("var", "wbr", "o:p", "st1:chsdate", "nobr"),
}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_STRUCK = re.compile(r"text-decoration[^;]*line-through", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENDS = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)  # what follows them would be lost
_COLLAPSED = re.compile(r"[ \t\r\n\f]+")
_LARGEST = 40 << 20
_MOST_TAGS = 400_000  # a published report has some thousand; what is large in a page is pictures
_DEEPEST = 300
_NESTED_FIGURE = 20  # characters of a table in a cell that only frames a figure


def read_html(data: bytes, name: str) -> Document:
    """Return the document of a page or a part of one, every table with its spans filled.

    Raises:
        DocumentError: there is nothing to read in it, or it is nested deeper than any page.
    """
    if len(data) > _LARGEST:
        raise DocumentError(name, f"网页超过 {_LARGEST >> 20} MB，不是年度报告的网页。")
    return _read(decode(data), name)


def read_web_archive(data: bytes, name: str) -> Document:
    """Return the document of the page inside a web archive.

    Raises:
        DocumentError: it holds no page.
    """
    message = email.message_from_bytes(data, policy=policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return _read(decode(content, part.get_content_charset() or ""), name)
    raise DocumentError(name, "网页存档里没有网页。请在浏览器里打开原网页，另存为“网页，仅 HTML”再试。")


def _read(text: str, name: str) -> Document:
    from lxml import etree, html

    if text.count("<") > _MOST_TAGS:
        raise DocumentError(name, f"网页里的标记超过 {_MOST_TAGS} 个，不是年度报告的网页。")
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(_ENDS.sub("", _DECLARATION.sub("", text.replace("\0", ""))), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise DocumentError(name, "里面没有可读的网页内容。请在浏览器里打开原网页，另存后再试。") from error
    collector = Collector(name)
    walker = _Walker(collector, name)
    walker.walk(root, 0, ())
    walker.flush(())
    return collector.document("html")


class _Walker:
    """Goes through the tree in reading order; text runs on until a block begins or ends."""

    def __init__(self, collector: Collector, name: str) -> None:
        self._collector, self._name = collector, name
        self._text: list[str] = []
        self._rank = 0

    def flush(self, trail: tuple[int, ...]) -> None:
        """Hand over the text gathered so far as one line."""
        self._collector.line(_COLLAPSED.sub(" ", "".join(self._text)), self._rank, trail=trail)
        self._text.clear()

    def walk(self, element: Element, depth: int, trail: tuple[int, ...]) -> None:
        """Hand over what stands in an element."""
        if depth > _DEEPEST:
            raise DocumentError(self._name, "网页嵌套太深，正常的网页不会这样，已拒绝读取。")
        tag = _tag(element)
        if tag in _SKIPPED or _is_hidden(element) or (tag == "footer" and not _is_of_article(element)):
            return
        if tag == "br":
            self.flush(trail)
        elif tag == "table" and not _is_layout(element):
            self.flush(trail)
            self._collector.table([list(_raw_cells(row)) for row in _rows(element)], trail)
        elif tag in _INLINE:
            before = len(self._text)
            self._children(element, depth, trail)
            self._text[before:] = [_as_set(element, "".join(self._text[before:]))]
        else:
            self.flush(trail)
            before, self._rank = self._rank, _HEADINGS.get(tag, self._rank)
            self._children(element, depth, trail)
            self.flush(trail)
            self._rank = before

    def _children(self, element: Element, depth: int, trail: tuple[int, ...]) -> None:
        self._text.append(element.text or "")
        for at, child in enumerate(element):
            if isinstance(child.tag, str):
                inner = trail if _tag(child) in _INLINE else (*trail, at)
                self.walk(child, depth + 1, inner)
            self._text.append(child.tail or "")


def _tag(element: Element) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


def _is_hidden(element: Element) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _is_of_article(footer: Element) -> bool:
    """Return whether a foot belongs to an article, and holds its signature; that of a site is none of its text."""
    return any(_tag(above) in {"article", "main", "section"} for above in footer.iterancestors())


def _is_layout(table: Element) -> bool:
    """Return whether a table only places things: another table stands in it, or it has but one cell a row.

    A table around one figure is the frame of a cell and places nothing.
    """
    for inner in table.iterdescendants("table"):
        if len("".join(inner.itertext()).strip()) > _NESTED_FIGURE or sum(1 for _ in inner.iter("td", "th")) > 1:
            return True
    return all(sum(1 for _ in _own_cells(row)) <= 1 for row in _rows(table))


def _rows(table: Element) -> list[Element]:
    """Return the rows that can be seen, in the order they are shown in: a foot stands last wherever it is written."""
    own = (row for row in table.iter("tr") if next(row.iterancestors("table")) is table and not _is_hidden(row))
    return sorted(own, key=lambda row: {"thead": 0, "tfoot": 2}.get(_tag(row.getparent()), 1))


def _as_set(element: Element, text: str) -> str:
    """Return the text of an element with what its setting says: raised above the line, or struck out."""
    tag = _tag(element)
    if tag == "sup":
        return raised(text)
    return struck(text) if tag in {"s", "strike"} or _STRUCK.search(element.get("style") or "") else text


def _own_cells(row: Element) -> Iterator[Element]:
    return (cell for cell in row if _tag(cell) in {"td", "th"} and not _is_hidden(cell))


def _raw_cells(row: Element) -> Iterator[Raw]:
    for cell in _own_cells(row):
        yield Raw("".join(_texts(cell)), _span(cell, "rowspan"), _span(cell, "colspan") or 1)


def _span(cell: Element, wanted: str) -> int:
    """Return a span as stated, 0 for one that runs to the end; what is no number counts 1."""
    found = re.match(r"\s*(\d{1,4})", cell.get(wanted) or "")
    return int(found[1]) if found else 1


def _texts(element: Element) -> Iterator[str]:
    if _tag(element) in _SKIPPED or _is_hidden(element):
        return
    if _tag(element) == "input" and (element.get("type") or "text").lower() in {"text", "number"}:
        yield element.get("value") or ""
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            if _tag(child) not in _INLINE:
                yield "\n"
            yield _as_set(child, "".join(_texts(child)))
        yield child.tail or ""
