"""What the formats of cells say, in the order cells name them by: how numbers show, what is crossed out, locks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from toolkit.xlsx.xmltree import is_true, read_tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.xlsx.xmltree import Node


_KEPT, _SHORT = 1 << 5, 1 << 16
_SMALL = re.compile(r"[01](\.\d+)?")
_THEME = {"0": "FFFFFF", "1": "000000"}  # the ground and the text of every theme offices ship
_INDEXED = {"8": "000000", "9": "FFFFFF", "64": "000000", "65": "FFFFFF", "1": "FFFFFF", "0": "000000"}


@dataclass(frozen=True, slots=True)
class TextLooks:
    """How a format sets text: its size in points, its colour and that behind it as six digits, empty if unknown."""

    size: str = ""
    colour: str = "000000"
    ground: str = "FFFFFF"

    @property
    def is_tiny(self) -> bool:
        """Whether the text is a point high at most, which nobody can read."""
        return bool(_SMALL.fullmatch(self.size)) and float(self.size) <= 1


@dataclass(frozen=True)
class Formats:
    """What each format says, by the number cells name it by; the usual things where there is no such format."""

    styles: Node | None = None

    def number(self, style: int) -> str:
        """Return the number format as code; a built-in one as `#` and its number."""
        return self._numbers[style] if style < len(self._numbers) else ""

    def is_struck(self, style: int) -> bool:
        """Return whether cells are crossed out."""
        return style < len(self._struck) and self._struck[style]

    def is_locked(self, style: int) -> bool:
        """Return whether cells are locked."""
        return self._locks[style] if style < len(self._locks) else True

    def looks(self, style: int) -> TextLooks:
        """Return how text is set."""
        return self._looks[style] if style < len(self._looks) else TextLooks()

    @cached_property
    def differences(self) -> tuple[str, ...]:
        """The number format of each set of differences that a condition may apply; '' where it leaves it."""
        sets = self.styles.child("dxfs") if self.styles else None
        nodes = [node.child("numFmt") for node in sets.children if node.tag == "dxf"] if sets else []
        return tuple(number_code(node.attributes) if node else "" for node in nodes)

    @cached_property
    def _numbers(self) -> tuple[str, ...]:
        return number_formats(self.styles) if self.styles else ()

    @cached_property
    def _struck(self) -> tuple[bool, ...]:
        return struck_formats(self.styles) if self.styles else ()

    @cached_property
    def _locks(self) -> tuple[bool, ...]:
        return locked_formats(self.styles) if self.styles else ()

    @cached_property
    def _looks(self) -> tuple[TextLooks, ...]:
        return text_looks(self.styles) if self.styles else ()


def formats_of(xml: bytes, part: str) -> Formats:
    """Return the formats of a part of styles; all workbooks of a round have nearly always the same."""
    return _usual_formats(xml, part) if len(xml) < _SHORT else Formats(read_tree(xml, part))


@lru_cache(maxsize=_KEPT)
def _usual_formats(xml: bytes, part: str) -> Formats:
    return Formats(read_tree(xml, part))


def number_code(told: Mapping[str, str]) -> str:
    """Return a number format from the attributes of its element; a built-in one as `#` and its number."""
    return told.get("formatCode", "") or f"#{told.get('numFmtId', '0')}"


def text_looks(styles: Node) -> tuple[TextLooks, ...]:
    """Return of each format how it sets text."""
    fonts = [(_size(font), _colour(font.child("color"), "000000")) for font in _members(styles, "fonts")]
    grounds = [_ground(fill) for fill in _members(styles, "fills")]
    found = []
    for node in _formats(styles, "cellXfs"):
        font, fill = node.attributes.get("fontId", ""), node.attributes.get("fillId", "")
        size, colour = fonts[int(font)] if font.isdecimal() and int(font) < len(fonts) else ("", "")
        ground = grounds[int(fill)] if fill.isdecimal() and int(fill) < len(grounds) else "FFFFFF"
        found.append(TextLooks(size, colour, ground))
    return tuple(found)


def _members(styles: Node, group: str) -> list[Node]:
    node = styles.child(group)
    return list(node.children) if node else []


def _size(font: Node) -> str:
    size = font.child("sz")
    return size.attributes.get("val", "") if size else ""


def _colour(node: Node | None, usual: str) -> str:
    if node is None or "auto" in node.attributes:
        return usual
    said = node.attributes
    if "rgb" in said:
        return said["rgb"][-6:]
    if float(said.get("tint", "0") or 0):
        return ""
    return _THEME.get(said.get("theme", ""), "") or _INDEXED.get(said.get("indexed", ""), "")


def _ground(fill: Node) -> str:
    pattern = fill.child("patternFill")
    if pattern is None:
        return ""
    kind = pattern.attributes.get("patternType", "none")
    return "FFFFFF" if kind == "none" else _colour(pattern.child("fgColor"), "") if kind == "solid" else ""


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
