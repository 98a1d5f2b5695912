"""What the formats of cells say, in the order cells name them by: how numbers show, what is crossed out, locks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.xlsx.xmltree import is_true

if TYPE_CHECKING:
    from toolkit.xlsx.xmltree import Node


def number_formats(styles: Node) -> tuple[str, ...]:
    """Return the number format of each, as code; a built-in one as `#` and its number."""
    codes = {
        node.attributes.get("numFmtId", ""): node.attributes.get("formatCode", "") for node in styles.walk("numFmt")
    }
    ids = (node.attributes.get("numFmtId", "0") for node in _formats(styles, "cellXfs"))
    return tuple(codes.get(number, f"#{number}") for number in ids)


def struck_formats(styles: Node) -> tuple[bool, ...]:
    """Return of each whether its font is crossed out."""
    fonts = styles.child("fonts")
    lines = [node.child("strike") for node in fonts.children if node.tag == "font"] if fonts else []
    struck = {str(at) for at, line in enumerate(lines) if line and is_true(line.attributes.get("val", "1"))}
    return tuple(node.attributes.get("fontId", "") in struck for node in _formats(styles, "cellXfs"))


def locked_formats(styles: Node) -> tuple[bool, ...]:
    """Return of each whether cells are locked, which they are unless it or the style it is of says otherwise."""
    parents = [_own_lock(node) for node in _formats(styles, "cellStyleXfs")]
    locks = [(_own_lock(node), node.attributes.get("xfId", "")) for node in _formats(styles, "cellXfs")]
    return tuple(_inherited(parent, parents, own=own) for own, parent in locks)


def _formats(styles: Node, group: str) -> list[Node]:
    node = styles.child(group)
    return [child for child in node.children if child.tag == "xf"] if node else []


def _own_lock(format_: Node) -> bool | None:
    node = format_.child("protection")
    return None if node is None else is_true(node.attributes.get("locked", "1"))


def _inherited(parent: str, parents: list[bool | None], *, own: bool | None) -> bool:
    if own is None and parent.isdecimal() and int(parent) < len(parents):
        own = parents[int(parent)]
    return own is not False
