"""Notes at cells: the part of comments with who wrote each, and the old drawing in which all programs look for them.

Notes others wrote stay. A cell holds one note, so a cell that has one already gets no second.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.xlsx.changes.book import MAIN
from toolkit.xlsx.changes.sheet_elements import inserted, root_tag, without_elements
from toolkit.xlsx.parts import appended, replaced
from toolkit.xlsx.sheet import column_letters, split_address
from toolkit.xlsx.xmltree import as_utf8, escape_text, find_spans, read_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from toolkit.xlsx.changes.book import BookChange
    from toolkit.xlsx.xmltree import Node, Span

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EMPTY_COMMENTS = f'{_DECLARATION}<comments xmlns="{MAIN}"><authors/><commentList/></comments>'.encode()
_BOX = "xxgk_note"  # the shape type all our notes refer to
_BOX_TYPE = (
    f'<v:shapetype id="{_BOX}" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
).encode()
_SPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_DECLARATIONS = tuple(f'xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
_EMPTY_DRAWING = (
    f'<xml {" ".join(_DECLARATIONS)}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
).encode()
_SHAPE = re.compile(rb"<((?:\w+:)?shape)\b.*?</\1>", re.DOTALL)
_ROW, _COLUMN = (re.compile(rb"<(?:\w+:)?%s>\s*(\d+)\s*<" % tag) for tag in (b"Row", b"Column"))
_SHAPE_ID = re.compile(rb'id="_x0000_s(\d+)"')
_FIRST_ID = 1024
_WIDE, _LINE, _MARGIN = 330, 17, 14  # pixels: how wide a note shows, a line of its text, its upper and lower edge
_CHARACTERS = 22  # full-width characters in a line of that width
_LEAST, _MOST = 4, 16  # lines a note shows
_COLUMN_PIXELS, _ROW_PIXELS = 64, 20  # where a sheet says nothing


def _comment_spans(xml: bytes, part: str) -> list[tuple[Span, str, str]]:
    """Return every comment of a part with its author and its text."""
    root = read_tree(xml, part)
    authors = [node.text for node in root.walk("author")]
    nodes = list(root.walk("comment"))
    spans = find_spans(xml, part, frozenset({"comment"}))
    return [
        (span, _author_of(node, authors), "".join(inner.text for inner in node.walk("t")))
        for span, node in zip(spans, nodes, strict=True)
    ]


def _author_of(comment: Node, authors: list[str]) -> str:
    number = comment.attributes.get("authorId", "")
    return authors[int(number)] if number.isdecimal() and int(number) < len(authors) else ""


def without_notes(change: BookChange, sheet: str, is_ours: Callable[[str, str], bool]) -> None:
    """Take away the notes of a sheet part that `is_ours(author, text)` knows; parts left empty go."""
    for part in change.related(sheet, "comments"):
        found = _comment_spans(change.read(part), part)
        gone = [span for span, author, text in found if is_ours(author, text)]
        if not gone:
            continue
        _forget_shapes(change, sheet, {span.attributes.get("ref", "") for span in gone})
        if len(gone) == len(found):
            change.remove(sheet, part)
        else:
            change.write(part, replaced(change.read(part), [(span.start, span.end, b"") for span in gone]))


def _forget_shapes(change: BookChange, sheet: str, cells: set[str]) -> None:
    for part in change.related(sheet, "vmlDrawing"):
        content = as_utf8(change.read(part))
        kept = _SHAPE.sub(lambda found: b"" if _cell_of(found[0]) in cells else found[0], content)
        if _SHAPE.search(kept):
            change.write(part, kept)
        elif kept != content:
            change.remove(sheet, part)
            change.write(sheet, without_elements(change.read(sheet), sheet, "legacyDrawing"))


def _cell_of(shape: bytes) -> str:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    return f"{column_letters(int(column[1]) + 1)}{int(row[1]) + 1}" if row and column else ""


def with_notes(change: BookChange, sheet: str, notes: Mapping[str, str], author: str) -> None:
    """Put notes, by cell, into a sheet part, except at cells that have one."""
    if not notes:
        return
    (part, *_) = change.related(sheet, "comments") or (_new_comments(change, sheet),)
    taken = {span.attributes.get("ref") for span, _, _ in _comment_spans(change.read(part), part)}
    fresh = {cell: text for cell, text in notes.items() if cell not in taken}
    change.write(part, _with_comments(change.read(part), part, fresh, author))
    (drawing, *_) = change.related(sheet, "vmlDrawing") or (_new_drawing(change, sheet),)
    change.write(drawing, _with_shapes(as_utf8(change.read(drawing)), fresh, _Sizes(change.read(sheet), sheet)))


def _new_comments(change: BookChange, sheet: str) -> str:
    part = change.free_name("xl/comments{}.xml")
    change.add(part, _EMPTY_COMMENTS, _COMMENTS_TYPE)
    change.relate(sheet, "comments", part)
    return part


def _new_drawing(change: BookChange, sheet: str) -> str:
    part = change.free_name("xl/drawings/vmlDrawing{}.vml")
    change.declare_ending("vml", _DRAWING_TYPE)
    change.add_undeclared(part, _EMPTY_DRAWING)
    link = change.relate(sheet, "vmlDrawing", part)
    xml = change.read(sheet)
    tag, prefix = root_tag(xml, sheet)
    element = f"<{prefix}legacyDrawing {change.link_attribute(tag, link)}/>"
    change.write(sheet, inserted(xml, sheet, "legacyDrawing", element.encode()))
    return part


def _with_comments(xml: bytes, part: str, notes: Mapping[str, str], author: str) -> bytes:
    spans = find_spans(xml, part, frozenset({"authors", "commentList"}))
    authors, comments = (next(span for span in spans if span.tag == tag) for tag in ("authors", "commentList"))
    p = authors.prefix
    known = [node.text for node in read_tree(xml, part).walk("author")]
    number = known.index(author) if author in known else len(known)
    written = "".join(
        f'<{p}comment ref="{cell}" authorId="{number}"><{p}text><{p}r><{p}rPr><{p}sz val="10"/>'
        f'<{p}color indexed="81"/><{p}rFont val="宋体"/><{p}family val="2"/></{p}rPr>'
        f'<{p}t xml:space="preserve">{escape_text(text)}</{p}t></{p}r></{p}text></{p}comment>'
        for cell, text in notes.items()
    )
    name = "" if author in known else f"<{p}author>{escape_text(author)}</{p}author>"
    return replaced(xml, [appended(authors, name.encode()), appended(comments, written.encode())])


def _with_shapes(drawing: bytes, notes: Mapping[str, str], sizes: _Sizes) -> bytes:
    number = max([_FIRST_ID, *(int(found) for found in _SHAPE_ID.findall(drawing))])
    shapes = [] if b'id="%s"' % _BOX.encode() in drawing else [_BOX_TYPE]
    for place, (cell, text) in enumerate(notes.items(), 1):
        shapes.append(_shape(cell, text, number + place, place, sizes))
    missing = " ".join(words for words in _DECLARATIONS if words.encode() not in drawing).encode()
    if missing:  # written by a program that names the vocabularies otherwise
        shapes = [re.sub(rb"^<v:\w+", lambda tag: tag[0] + b" " + missing, shape) for shape in shapes]
    at = drawing.rindex(b"</xml>")
    return drawing[:at] + b"".join(shapes) + drawing[at:]


def _shape(cell: str, text: str, number: int, place: int, sizes: _Sizes) -> bytes:
    row, column = (number - 1 for number in split_address(cell))
    lines = sum(max(1, -(-len(line) // _CHARACTERS)) for line in text.split("\n"))
    height = min(max(lines, _LEAST), _MOST) * _LINE + _MARGIN
    right, right_rest = sizes.reach_right(column + 1, _WIDE)
    bottom, bottom_rest = sizes.reach_down(row, height)
    anchor = f"{column + 1}, 12, {row}, 2, {right}, {right_rest}, {bottom}, {bottom_rest}"
    return (
        f'<v:shape id="_x0000_s{number}" type="#{_BOX}" style="position:absolute;margin-left:60pt;margin-top:2pt;'
        f'width:{_WIDE * 3 // 4}pt;height:{height * 3 // 4}pt;z-index:{place};visibility:hidden" fillcolor="#ffffe1"'
        ' o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/>'
        f'</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    ).encode()


class _Sizes:
    """How wide the columns and how high the rows of a sheet are, in pixels, as far as it says so."""

    def __init__(self, xml: bytes, part: str) -> None:
        self._widths: dict[int, int] = {}
        self._heights: dict[int, int] = {}
        for span in find_spans(xml, part, frozenset({"col", "row"})):
            hidden = span.attributes.get("hidden") in {"1", "true"}
            if span.tag == "row":
                self._heights[int(span.attributes.get("r", 0)) - 1] = _pixels(span, "ht", 4 / 3, hidden=hidden)
                continue
            first, last = (int(span.attributes.get(end, 1)) for end in ("min", "max"))
            for column in range(first - 1, min(last, first + 200)):
                self._widths[column] = _pixels(span, "width", 7, hidden=hidden)

    def reach_right(self, column: int, pixels: int) -> tuple[int, int]:
        """Return the column, from 0, and the pixels into it that lie so far right of where `column` begins."""
        return _reach(self._widths, column, pixels, _COLUMN_PIXELS)

    def reach_down(self, row: int, pixels: int) -> tuple[int, int]:
        """Return the row, from 0, and the pixels into it that lie so far below where `row` begins."""
        return _reach(self._heights, row, pixels, _ROW_PIXELS)


def _pixels(span: Span, name: str, each: float, *, hidden: bool) -> int:
    stated = span.attributes.get(name)
    default = _ROW_PIXELS if name == "ht" else _COLUMN_PIXELS
    return 0 if hidden else int(float(stated) * each) if stated else default


def _reach(sizes: Mapping[int, int], start: int, pixels: int, default: int) -> tuple[int, int]:
    while pixels > sizes.get(start, default):
        pixels -= sizes.get(start, default)
        start += 1
    return start, pixels
