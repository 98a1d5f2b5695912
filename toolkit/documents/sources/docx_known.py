"""Tables of a Word document whose XML was read before, but for the words and figures in it: no need to parse it again.

The reports an office makes out of one form have the same tables, to the byte, with other figures in them. What the
reader made out of one is kept under a digest of all that is no text, of the root element with its name spaces and of
the styles; a table seen a second time is read once with marks in the place of its texts, which tell where each of them
goes. Whatever is not as plain as the programs write it is left to the reader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from toolkit.documents.grids import Raw
from toolkit.documents.sources.docx_tables import Parts, cells_of, rows_of
from toolkit.documents.sources.looks.word import Looks
from toolkit.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.xlsx.archive import Archive

Element = Any  # of lxml, which ships no types
STYLES = "word/styles.xml"
_KEPT = 512
_LARGEST = 1 << 20  # bytes of a table; the official ones have some 60,000
_ROOT = re.compile(
    rb"""\s*(?:<\?xml\ version=["']1\.0["'](?:\ encoding=["'](?i:utf-8)["'])?[^<>?]*\?>)?\s*(<w:document[^<>]*>)""",
    re.VERBOSE,
)
_BEGINS, _ENDS = b"<w:tbl>", b"</w:tbl>"
# A text that says itself, without references, and without what XML would read otherwise or refuse.
_TEXT = re.compile(rb"(<w:t(?: xml:space=\"preserve\")?>)([^<&\]\r\x00-\x08\x0b\x0c\x0e-\x1f]*)(?=</w:t>)")
# Signs that say: there is more here than tags and texts, or than text as it stands.
_ODD = (
    *(b"<!", b"]]>", b"bodyPr", b"documentPr", b"xxgk-known"),
    *(sign.encode() for sign in ("\ufffe", "\uffff")),
    "\ue000".encode()[:2],  # of the marks below, and of others as rare
)
_MARK = re.compile("\ue000([0-9]+)\ue001")
_SET = re.compile("[\ufdd0\ufdd1〔〕]")  # of what is hidden, raised or struck out: there the text itself decides
_Cell = tuple[int, int, tuple[str | int, ...]]  # rows, columns, and the pieces of the text: as they are, or by number
_Plan = tuple[tuple[_Cell, ...], ...]


@dataclass
class KnownTables:
    """The tables of a document that were known, and its text part without what stands in them."""

    content: bytes
    found: list[list[list[Raw]]] = field(default_factory=list)

    def rows(self, table: Element) -> list[list[Raw]] | None:
        """Return the rows of a table, None where it was not known."""
        number = table.get("xxgk-known") if self.found else None
        return self.found[int(number)] if number is not None else None

    def are_placed(self, body: Element | None) -> bool:
        """Return whether all of them stand in the body itself, as they were read."""
        if not self.found:
            return True
        return body is not None and sum(1 for child in body if child.get("xxgk-known")) == len(self.found)


def known_tables(content: bytes, archive: Archive) -> KnownTables:
    """Return what is known of the tables of a document by its text part."""
    root = _ROOT.match(content)
    if root is None or any(sign in content for sign in _ODD) or content.find(b"xmlns", root.end()) >= 0:
        return KnownTables(content)
    try:
        styles = archive.read(STYLES) if STYLES in archive.members else b""
    except WorkbookError:  # the reader will say so
        return KnownTables(content)
    known = KnownTables(content)
    context = sha256(root[1] + b"\0" + styles).digest()
    pieces, done = [], 0
    for begin, end in _tables(content):
        table = content[begin:end]
        rows = _rows(table, root[1], styles, context) if _is_simple(table) else None
        if rows is not None:
            pieces += [content[done:begin], b'<w:tbl xxgk-known="%d"/>' % len(known.found)]
            known.found.append(rows)
            done = end
    known.content = b"".join([*pieces, content[done:]])
    return known


def _tables(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield where a table begins and where the next end of one stands, from the first on."""
    end = 0
    while (begin := content.find(_BEGINS, end)) >= 0 and (closing := content.find(_ENDS, begin)) >= 0:
        end = closing + len(_ENDS)
        yield begin, end


def _is_simple(table: bytes) -> bool:
    """Return whether a table is not too large, and no other stands in it, whatever name space it is written with."""
    is_alone = table.count(b"tbl>") == len((_BEGINS, _ENDS)) and b"tbl " not in table and b"tbl/" not in table
    return is_alone and len(table) <= _LARGEST


def _rows(table: bytes, root: bytes, styles: bytes, context: bytes) -> list[list[Raw]] | None:
    """Return the rows of a table where its like was read before."""
    pieces = _TEXT.split(table)
    texts = pieces[2::3]
    del pieces[2::3]
    kept = _kept(sha256(context + b"\0".join(pieces)).digest())
    if not kept:
        kept.append(None)  # a table that is seen but once is not worth reading twice
        return None
    if len(kept) == 1:
        kept.append(_planned(pieces, root, styles))
    plan = kept[1]
    try:
        return _filled(plan, [text.decode() for text in texts]) if plan else None
    except UnicodeDecodeError:
        return None


@lru_cache(maxsize=_KEPT)
def _kept(digest: bytes) -> list[_Plan | None]:  # noqa: ARG001 (the key)
    """Return what is kept under a digest: nothing, then that it was seen, then its plan, None where it has none."""
    return []


def _filled(plan: _Plan, texts: Sequence[str]) -> list[list[Raw]]:
    return [
        [
            Raw("".join(texts[piece] if isinstance(piece, int) else piece for piece in text), rows, columns)
            for rows, columns, text in line
        ]
        for line in plan
    ]


def _planned(pieces: Sequence[bytes], root: bytes, styles: bytes) -> _Plan | None:
    """Return where each text of a table goes, None where the texts themselves decide."""
    from lxml import etree

    marked = b"".join(_marked(pieces))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        body = etree.fromstring(b"%s<w:body>%s</w:body></w:document>" % (root, marked), parser)[0]
        looks = Looks(etree.fromstring(styles, parser) if styles else None, body)
    except etree.XMLSyntaxError:
        return None
    parts = Parts(body)
    cells, is_layout = cells_of(body[0], parts)
    rows = [] if is_layout else rows_of(body[0], cells, parts, looks, 0)
    if any(_SET.search(raw.text) for line in rows for raw in line):
        return None
    return tuple(tuple((raw.row_span, raw.column_span, _parted(raw.text)) for raw in line) for line in rows) or None


def _marked(pieces: Sequence[bytes]) -> list[bytes]:
    """Return the XML of a table with a mark for every text."""
    found = [pieces[0]]
    for number, at in enumerate(range(1, len(pieces), 2)):
        found += [pieces[at], f"\ue000{number}\ue001".encode(), pieces[at + 1]]
    return found


def _parted(text: str) -> tuple[str | int, ...]:
    parts = _MARK.split(text)
    return tuple(int(part) if at % 2 else part for at, part in enumerate(parts) if at % 2 or part)
