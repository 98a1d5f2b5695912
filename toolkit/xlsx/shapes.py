"""What is written in shapes that float over the cells: text boxes of today and of old, and diagrams."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from toolkit.xlsx.xmltree import read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.xlsx.archive import Archive
    from toolkit.xlsx.xmltree import Node

_PART = re.compile(r"^xl/(?:drawings/[^/]+|diagrams/data[^/]*)\.(?:xml|vml)$", re.IGNORECASE)
_HOLDERS = {"txBody", "pt"}  # of a shape (ECMA-376 part 1, 20.5.2.34), of a diagram (21.4.3.5)
# The old drawings are often no well-formed XML; a comment's box is one of these shapes too and is read elsewhere.
_OLD_SHAPE = re.compile(rb"<v:(?:shape|rect|roundrect|oval)\b.*?</v:(?:shape|rect|roundrect|oval)>", re.DOTALL)
_OLD_TEXT = re.compile(rb"<v:textbox\b[^>]*>(.*?)</v:textbox>", re.DOTALL)
_OLD_COMMENT = re.compile(rb"""ObjectType=["']Note["']""")
_MARKUP = re.compile(r"<[^>]*>")


def shape_texts(archive: Archive) -> tuple[str, ...]:
    """Return what is written in shapes and text boxes on any sheet, a text for each shape.

    Raises:
        WorkbookError: a part of shapes is damaged.
    """
    texts: list[str] = []
    for name in sorted(filter(_PART.match, archive.members)):
        xml = archive.read(name)
        if name.lower().endswith(".vml"):
            texts += _old_texts(xml)
        else:
            texts += (
                "".join(inner.text for inner in _walk(node, {"t"})) for node in _walk(read_tree(xml, name), _HOLDERS)
            )
    return tuple(text.strip() for text in texts if text.strip())


def _old_texts(xml: bytes) -> Iterator[str]:
    for shape in _OLD_SHAPE.findall(xml):
        if not _OLD_COMMENT.search(shape):
            for text in _OLD_TEXT.findall(shape):
                yield html.unescape(_MARKUP.sub("", text.decode(errors="replace")))


def _walk(node: Node, tags: set[str]) -> Iterator[Node]:
    """Yield every outermost descendant of these bare names, in whatever vocabulary: drawings have one of their own."""
    for child in node.children:
        if child.tag.rpartition(" ")[2] in tags and not (child.tag.endswith(" t") and child.children):
            yield child
        else:
            yield from _walk(child, tags)
