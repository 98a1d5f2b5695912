"""Web pages, saved or cut out of one, and web archives (.mht)."""

from __future__ import annotations

import email
import re
from email import policy
from typing import TYPE_CHECKING, Any

from toolkit.documents.grids import Collector
from toolkit.documents.sources.decoding import decode
from toolkit.documents.sources.html_tables import INLINE, SKIPPED, PageTables, as_set
from toolkit.documents.sources.looks.css import Styles, tag_of
from toolkit.documents.sources.text import read_lines
from toolkit.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.documents.grids import Document

Element = Any  # of lxml, which ships no types
_HEADINGS = {f"h{rank}": rank for rank in range(1, 7)}
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENDS = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)  # what follows them would be lost
_COLLAPSED = re.compile(r"[ \t\r\n\f]+")
_LARGEST = 40 << 20
_MOST_TAGS = 400_000  # a published report has some thousand; what is large in a page is pictures
_DEEPEST = 300
_PART_BEGINS = re.compile(rb"^--(?!>)", re.MULTILINE)
_MOST_LINES = 600_000
_MOST_PARTS = 10_000  # a saved page has some hundred pictures


def read_html(data: bytes, name: str) -> Document:
    """Return the document of a page or a part of one, every table with its spans filled.

    Raises:
        DocumentError: there is nothing to read in it, or it is nested deeper than any page.
    """
    if len(data) > _LARGEST:
        raise DocumentError(name, f"网页超过 {_LARGEST >> 20} MB，不是年度报告的网页。")
    return _read([decode(data)], name)


def read_web_archive(data: bytes, name: str) -> Document:
    """Return the document of the page inside a web archive, the pages in its frames behind it.

    Raises:
        DocumentError: it holds no page, or more parts than any.
    """
    if data.count(b"\n") > _MOST_LINES or sum(1 for _ in _PART_BEGINS.finditer(data)) > _MOST_PARTS:
        told = f"网页存档里的部分超过 {_MOST_PARTS} 个，或超过 {_MOST_LINES} 行，正常的网页不会这样。"
        raise DocumentError(name, f"{told}请在浏览器里另存为“网页，仅 HTML”再试。")
    message = email.message_from_bytes(data, policy=policy.default)
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    contents = [(part.get_payload(decode=True), part.get_content_charset() or "") for part in pages]
    texts = [decode(content, charset) for content, charset in contents if isinstance(content, bytes)]
    if not texts:
        raise DocumentError(name, "网页存档里没有网页。请在浏览器里打开原网页，另存为“网页，仅 HTML”再试。")
    return _read(texts, name)


def _read(texts: Sequence[str], name: str) -> Document:
    if sum(text.count("<") for text in texts) > _MOST_TAGS:
        raise DocumentError(name, f"网页里的标记超过 {_MOST_TAGS} 个，不是年度报告的网页。")
    roots = [root for text in texts if (root := _parsed(text)) is not None]
    if not roots:
        raise DocumentError(name, "里面没有可读的网页内容。请在浏览器里打开原网页，另存后再试。")
    collector = Collector(name)
    for root in roots:
        walker = _Walker(collector, name, Styles(root))
        walker.walk(root, 0, ())
        walker.flush(())
    return collector.document("html")


def _parsed(text: str) -> Element | None:
    from lxml import etree

    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(_ENDS.sub("", _DECLARATION.sub("", text.replace("\0", ""))), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


class _Walker:
    """Goes through the tree in reading order; text runs on until a block begins or ends."""

    def __init__(self, collector: Collector, name: str, styles: Styles) -> None:
        self._collector, self._name = collector, name
        self._styles, self._tables = styles, PageTables(styles)
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
        tag = tag_of(element)
        is_foot = tag == "footer" and not _is_of_article(element)
        if tag in SKIPPED or is_foot or self._styles.is_gone(element):
            return
        if tag == "br":
            self.flush(trail)
        elif tag == "pre":
            self.flush(trail)
            read_lines(self._tables.text(element).splitlines(), self._collector)
        elif (rows := self._tables.rows(element)) is not None:
            self.flush(trail)
            self._collector.table(rows, trail)
        elif tag in INLINE:
            before = len(self._text)
            self._children(element, depth, trail)
            self._text[before:] = [as_set(element, "".join(self._text[before:]))]
        else:
            self.flush(trail)
            before, self._rank = self._rank, _HEADINGS.get(tag, self._rank)
            self._children(element, depth, trail)
            self.flush(trail)
            self._rank = before

    def _children(self, element: Element, depth: int, trail: tuple[int, ...]) -> None:
        self._text.append(self._tables.seen(element, element.text or ""))
        for at, child in enumerate(element):
            if isinstance(child.tag, str):
                inner = trail if tag_of(child) in INLINE else (*trail, at)
                self.walk(child, depth + 1, inner)
            self._text.append(self._tables.seen(element, child.tail or ""))


def _is_of_article(footer: Element) -> bool:
    """Return whether a foot belongs to an article, and holds its signature; that of a site is none of its text."""
    return any(tag_of(above) in {"article", "main", "section"} for above in footer.iterancestors())
