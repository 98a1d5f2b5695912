"""XML from strangers, read safely: one expat parser for everything, a plain tree for parts that are small.

A document type declaration is refused before anything in it is looked at: no entity is ever expanded, nothing fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING
from xml.parsers import expat

from toolkit.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Transitional and strict spellings of one vocabulary mean the same to us; elements of any other keep their namespace in
# front of their name and so match nothing.
_OURS = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
        "http://schemas.openxmlformats.org/package/2006/relationships",
        "http://schemas.openxmlformats.org/package/2006/content-types",
        "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties",
        "http://purl.oclc.org/ooxml/officeDocument/extendedProperties",
        "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
        "http://purl.oclc.org/ooxml/officeDocument/customProperties",
        "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes",
        "http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes",
    }
)
_DEEPEST = 200  # no part we read nests deeper than a dozen elements
_MOST_NODES = 300_000
_TREES_KEPT, _SHORT = 1 << 7, 1 << 15
_MOST_SPANS = 3_000_000
_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")
_HEXED = re.compile(r"_x([0-9A-Fa-f]{4})_")
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def safe_parser() -> expat.XMLParserType:
    """Return an expat parser that joins namespace and name by a space, gives text unbroken and refuses any DTD."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    raise WorkbookError("文件内部的 XML 含有文档类型声明（DTD），可能是恶意构造的，已拒绝读取。")


def parse(parser: expat.XMLParserType, xml: bytes, part: str) -> None:
    """Run `parser` over a whole part; a part that is not well-formed raises WorkbookError naming it."""
    try:
        parser.Parse(as_utf8(xml), True)  # noqa: FBT003 - expat takes it by position
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise WorkbookError(f"文件已损坏：内部部件 {part} 不完整。请用 Excel 或 WPS 打开并另存后再试。") from error


def check_depth(depth: int, part: str) -> None:
    """Raise WorkbookError when elements nest deeper than any real part's do."""
    if depth > _DEEPEST:
        raise WorkbookError(f"内部部件 {part} 嵌套过深，可能是恶意构造的，已拒绝读取。")


@lru_cache(maxsize=512)
def local(name: str) -> str:
    """Return the bare name of an element of our vocabularies, and any other name with its namespace."""
    space, _, bare = name.rpartition(" ")
    return bare if not space or space in _OURS else name


@dataclass(slots=True)
class Node:
    """An element: its bare name, its attributes by bare name, the text directly in it, its children."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def walk(self, tag: str) -> Iterator[Node]:
        """Yield every descendant of that name, in document order."""
        waiting = list(reversed(self.children))
        while waiting:
            node = waiting.pop()
            if node.tag == tag:
                yield node
            waiting.extend(reversed(node.children))

    def at(self, *tags: str) -> list[Node]:
        """Return the elements that stand exactly there: children of children of these names, in document order."""
        found = [self]
        for tag in tags:
            found = [child for node in found for child in node.children if child.tag == tag]
        return found

    def child(self, tag: str) -> Node | None:
        """Return the first child of that name, or None."""
        return next((node for node in self.children if node.tag == tag), None)

    def all_text(self) -> str:
        """Return the text in this element and everything under it."""
        return self.text + "".join(child.all_text() for child in self.children)


def read_tree(xml: bytes, part: str) -> Node:
    """Return the root of a small part as a tree."""
    top = Node("", {})
    path = [top]
    # Text is gathered in pieces: adding to one long string again and again is what a hostile file would count on.
    pieces: list[list[str]] = [[]]
    count = 0
    parser = safe_parser()

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        check_depth(len(path), part)
        if count > _MOST_NODES:
            raise WorkbookError(f"内部部件 {part} 异常庞大，可能是恶意构造的，已拒绝读取。")
        bare = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        node = Node(local(name), bare)
        path[-1].children.append(node)
        path.append(node)
        pieces.append([])

    def end(_: str) -> None:
        path.pop().text = "".join(pieces.pop())

    def text(data: str) -> None:
        pieces[-1].append(data)

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parse(parser, xml, part)
    return top.children[0]


def usual_tree(xml: bytes, part: str) -> Node:
    """Return the root of a small part that many workbooks have alike; nobody may change the tree."""
    return _kept_tree(xml, part) if len(xml) < _SHORT else read_tree(xml, part)


@lru_cache(maxsize=_TREES_KEPT)
def _kept_tree(xml: bytes, part: str) -> Node:
    return read_tree(xml, part)


def is_true(flag: str | None) -> bool:
    """Return what an XML boolean says; a missing one is false."""
    return flag in {"1", "true"}


def unescape_hexed(text: str) -> str:
    """Return text with the format's own `_xHHHH_` escapes turned into the characters they stand for."""
    if "_x" not in text:
        return text
    decoded = _HEXED.sub(lambda found: chr(int(found[1], 16)), text)
    # A character beyond the basic plane may be escaped as two halves; a half alone is not a character.
    return decoded.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def escape_text(text: str) -> str:
    """Return text fit for XML; what XML cannot carry becomes `_xHHHH_`, and text that looks like that stays literal."""
    kept = _HEXED.sub(lambda found: "_x005F" + found[0], text)
    kept = UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", kept)
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


_TAG = re.compile(rb"""<((?:[^\s/>:]+:)?)[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""")


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes an element takes up: its tag `start:inner`, its content `inner:close`, its closing tag `close:end`.

    Of the thousands of elements of a sheet few are asked for more than where they start, so the rest is found when
    it is asked for. `now` is where the parser stood when the element had ended.

    Raises:
        WorkbookError: the tag is not where the parser says (whenever more than the start is asked for).
    """

    tag: str
    attributes: dict[str, str]
    start: int
    now: int
    xml: bytes = field(repr=False)

    @property
    def prefix(self) -> str:
        """What stands before the element's name, its colon included; often nothing."""
        return self._opening()[1].decode()

    @property
    def inner(self) -> int:
        """Where the content begins."""
        return self._opening().end()

    @property
    def empty(self) -> bool:
        """Whether the element is one tag that closes itself."""
        return self.xml.startswith(b"/>", self.inner - 2)

    @property
    def close(self) -> int:
        """Where the closing tag begins; the end of an element that closes itself."""
        # Of an element that closes itself the parser reports no closing tag, and what stands next belongs to another.
        return self.inner if self.empty else self.now

    @property
    def end(self) -> int:
        """Where the element ends."""
        return self.inner if self.empty else self.xml.index(b">", self.now) + 1

    def _opening(self) -> re.Match[bytes]:
        opening = _TAG.match(self.xml, self.start)
        if not opening:
            raise WorkbookError("文件已损坏：内部部件的 XML 无法定位。请用 Excel 或 WPS 打开后另存再试。")
        return opening


def find_spans(xml: bytes, part: str, tags: frozenset[str]) -> list[Span]:
    """Return where every element of these names stands, in document order. The part must be UTF-8."""
    found: list[Span] = []
    path: list[tuple[dict[str, str], int]] = []
    parser = safe_parser()

    def begin(_: str, attributes: dict[str, str]) -> None:
        check_depth(len(path), part)
        path.append((attributes, parser.CurrentByteIndex))

    def end(name: str) -> None:
        attributes, start = path.pop()
        if (tag := local(name)) in tags:
            if len(found) > _MOST_SPANS:
                raise WorkbookError(f"内部部件 {part} 异常庞大，可能是恶意构造的，已拒绝读取。")
            found.append(Span(tag, attributes, start, parser.CurrentByteIndex, xml))

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parse(parser, xml, part)
    return sorted(found, key=attrgetter("start"))


def declared_encoding(xml: bytes) -> str:
    """Return in small letters what a part that begins with single bytes says it is written in; else UTF-8."""
    declared = _ENCODING.match(xml)
    return declared[1].decode("ascii", "replace").lower() if declared else "utf-8"


def as_utf8(xml: bytes) -> bytes:
    """Return a part in UTF-8, as nearly all are; one in another encoding is turned and its declaration dropped."""
    marked = "utf-16" if xml[:2] in {b"\xff\xfe", b"\xfe\xff"} else ""
    encoding = marked or declared_encoding(xml)
    if encoding == "utf-8":
        return xml
    try:
        return re.sub(r"^<\?xml[^>]*\?>", "", xml.decode(encoding)).encode()
    except (LookupError, UnicodeError) as error:
        raise WorkbookError("文件内部使用了不认识的文字编码。请用 Excel 或 WPS 打开后另存再试。") from error
