"""Word documents: paragraphs and tables straight from word/document.xml, tracked changes as accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.documents.grids import Collector, Raw, raised, struck, unseen
from toolkit.documents.sources.looks.word import Looks, attribute, is_on, value
from toolkit.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.documents.grids import Document
    from toolkit.xlsx.archive import Archive

Element = Any  # of lxml, which ships no types
_PART, _STYLES = "word/document.xml", "word/styles.xml"
_GONE = {"del", "moveFrom", "Fallback", "rt", "instrText", "delText", "delInstrText", "rPr", "pPr", "sectPr"}
_BREAKS = {"br": "\n", "cr": "\n", "tab": " ", "noBreakHyphen": "-", "ptab": " "}
_MOST_TAGS = 600_000  # a published report has some ten thousand
_DEEPEST = 150  # nested content; Word itself stops far earlier


def read_docx(archive: Archive, name: str) -> Document:
    """Return the document of a .docx: body, nested tables, content controls and text boxes in reading order.

    Raises:
        DocumentError: it has no readable text part.
    """
    body = parse_part(archive, _PART, name).find("{*}body")
    if body is None:
        raise DocumentError(name, "Word 文件里没有正文部分，可能已损坏。请用 Word 或 WPS 打开后另存为 .docx 再试。")
    collector = Collector(name)
    styles = parse_part(archive, _STYLES, name) if _STYLES in archive.members else None
    _Reader(collector, _ranks(styles), Looks(styles), name).blocks(body, 0)
    return collector.document("docx")


def parse_part(archive: Archive, part: str, name: str) -> Element:
    """Return the root element of an XML part; nothing outside of it is ever loaded.

    Raises:
        DocumentError: there is no such part, it is not sound XML, or larger than any report.
    """
    from lxml import etree

    if part not in archive.members:
        raise DocumentError(name, f"文件里没有 {part}，可能已损坏。请用 Word 或 WPS 打开后另存为 .docx 再试。")
    content = archive.read(part)
    if content.count(b"<") > _MOST_TAGS:
        told = f"{part} 里的标记超过 {_MOST_TAGS} 个，不是年度报告。请核实来历，或只留报告部分另存后再试。"
        raise DocumentError(name, told)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root: Element = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(name, f"{part} 不是完整的 XML，文件可能已损坏。请打开后另存一次再试。") from error
    if root.getroottree().docinfo.doctype:
        raise DocumentError(name, "文件里有外部定义（DOCTYPE），正常的 Word 文件没有，已拒绝读取。请核实来历。")
    return root


def _ranks(styles: Element | None) -> Mapping[str, int]:
    """Return the rank of every paragraph style that is a heading, by its id."""
    found: dict[str, int] = {}
    for style in styles.findall("{*}style") if styles is not None else ():
        outline = style.find("{*}pPr/{*}outlineLvl")
        label = value(style.find("{*}name")).lower()
        if label.startswith("heading ") and label[8:].isdecimal():
            found[attribute(style, "styleId")] = int(label[8:])
        elif outline is not None and value(outline) in set("012345678"):
            found[attribute(style, "styleId")] = int(value(outline)) + 1
    return found


def _tag(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


class _Reader:
    """Walks the body and hands every paragraph and table to the collector."""

    def __init__(self, collector: Collector, ranks: Mapping[str, int], looks: Looks, name: str) -> None:
        self._collector, self._ranks, self._looks, self._name = collector, ranks, looks, name

    def blocks(self, parent: Element, depth: int) -> None:
        """Hand over the paragraphs and tables below an element."""
        if depth > _DEEPEST:
            raise DocumentError(self._name, "内容嵌套太深，正常的 Word 文件不会这样，已拒绝读取。请核实来历。")
        for child in parent:
            tag = _tag(child)
            if tag == "p":
                self._paragraph(child, depth)
            elif tag == "tbl":
                self._table(child, depth)
            elif tag not in _GONE:
                self.blocks(child, depth + 1)

    def _paragraph(self, paragraph: Element, depth: int) -> None:
        style = value(paragraph.find("{*}pPr/{*}pStyle"))
        outline = value(paragraph.find("{*}pPr/{*}outlineLvl"))
        rank = int(outline) + 1 if outline in set("01234567") - {""} else self._ranks.get(style, 0)
        for text in "".join(_texts(paragraph, self._looks, depth)).split("\n"):
            self._collector.line(text, rank)
        for box in paragraph.iter("{*}txbxContent"):
            if not any(_tag(above) in _GONE for above in box.iterancestors()):
                self.blocks(box, depth + 1)

    def _table(self, table: Element, depth: int) -> None:
        rows = list(_children(table, "tr"))
        cells = [list(_children(row, "tc")) for row in rows]
        is_layout = any(next(cell.iter("{*}tbl"), None) is not None for line in cells for cell in line)
        if is_layout or max(map(len, cells), default=0) <= 1:
            for line in cells:
                for cell in line:
                    self.blocks(cell, depth + 1)
        else:
            self._collector.table(list(_raw_rows(rows, cells, self._looks, depth)))


def _children(parent: Element, wanted: str) -> Iterator[Element]:
    """Yield the rows of a table or the cells of a row; a wrapper is looked through, what was deleted left out."""
    for child in parent:
        tag = _tag(child)
        if tag == wanted:
            gone = ("{*}trPr/{*}del", "{*}trPr/{*}hidden") if wanted == "tr" else ("{*}tcPr/{*}cellDel",)
            if all(child.find(path) is None for path in gone):
                yield child
        elif tag in {"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"}:
            yield from _children(child, wanted)


def _texts(element: Element, looks: Looks, depth: int) -> Iterator[str]:
    """Yield the texts of a paragraph or cell as they can be seen; paragraphs end in a line break."""
    if depth > _DEEPEST:
        return
    for child in element:
        tag = _tag(child)
        if tag == "t":
            yield child.text or ""
        elif tag in _BREAKS:
            yield _BREAKS[tag]
        elif tag == "r":
            text = "".join(_texts(child, looks, depth + 1))
            yield unseen(text) if looks.is_unseen(child) else _as_set(child.find("{*}rPr"), text)
        elif tag not in _GONE and tag != "txbxContent":
            yield from _texts(child, looks, depth + 1)
            if tag == "p":
                yield "\n"


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


MOST_SPANNED = 200


def _raw_rows(rows: list[Element], cells: list[list[Element]], looks: Looks, depth: int) -> Iterator[list[Raw]]:
    """Yield the rows with merged cells counted down: a cell that goes on is left out where it does."""
    placed: list[dict[int, tuple[Element, int, bool]]] = []
    for row, line in zip(rows, cells, strict=True):
        column = _span(row.find("{*}trPr"), "gridBefore")
        found: dict[int, tuple[Element, int, bool]] = {}
        for cell in line:
            properties = cell.find("{*}tcPr")
            merge = properties.find("{*}vMerge") if properties is not None else None
            width = _span(properties, "gridSpan") or 1
            found[column] = (cell, width, merge is not None and value(merge) != "restart")
            column += width
        placed.append(found)
    for at, found in enumerate(placed):
        raws: list[Raw] = []
        begins = min(found, default=0)
        if begins:
            raws.append(Raw("", 1, begins))
        for column, (cell, width, goes_on) in found.items():
            if goes_on and _merged_above(placed, at, column):
                continue
            raws.append(Raw("".join(_texts(cell, looks, depth)), _height(placed, at, column), width))
        yield raws


def _goes_on(placed: list[dict[int, tuple[Element, int, bool]]], row: int, column: int) -> bool:
    return row < len(placed) and column in placed[row] and placed[row][column][2]


def _merged_above(placed: list[dict[int, tuple[Element, int, bool]]], row: int, column: int) -> bool:
    return row > 0 and column in placed[row - 1]


def _height(placed: list[dict[int, tuple[Element, int, bool]]], row: int, column: int) -> int:
    height = 1
    while _goes_on(placed, row + height, column):
        height += 1
    return height
