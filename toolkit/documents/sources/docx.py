"""Word documents: paragraphs and tables straight from word/document.xml, tracked changes as accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.documents.grids import Collector
from toolkit.documents.sources.docx_known import STYLES, KnownTables, known_tables
from toolkit.documents.sources.docx_tables import DEEPEST, GONE, Parts, cells_of, rows_of, text_of
from toolkit.documents.sources.looks.word import Looks, attribute, tag_of, value
from toolkit.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.documents.grids import Document
    from toolkit.xlsx.archive import Archive

Element = Any  # of lxml, which ships no types
_PART = "word/document.xml"
_MOST_TAGS = 600_000  # a published report has some ten thousand


def read_docx(archive: Archive, name: str) -> Document:
    """Return the document of a .docx: body, nested tables, content controls and text boxes in reading order.

    Raises:
        DocumentError: it has no readable text part.
    """
    content = _content(archive, _PART, name)
    known = known_tables(content, archive)
    body = _parsed(known.content, _PART, name).find("{*}body")
    if not known.are_placed(body):
        known = KnownTables(content)
        body = _parsed(content, _PART, name).find("{*}body")
    if body is None:
        raise DocumentError(name, "Word 文件里没有正文部分，可能已损坏。请用 Word 或 WPS 打开后另存为 .docx 再试。")
    collector = Collector(name)
    styles = _parsed(_content(archive, STYLES, name), STYLES, name) if STYLES in archive.members else None
    _Reader(collector, body, known, styles, name).blocks(body, 0)
    return collector.document("docx")


def _content(archive: Archive, part: str, name: str) -> bytes:
    """Return an XML part.

    Raises:
        DocumentError: there is no such part, or it is larger than any report.
    """
    if part not in archive.members:
        raise DocumentError(name, f"文件里没有 {part}，可能已损坏。请用 Word 或 WPS 打开后另存为 .docx 再试。")
    content = archive.read(part)
    if content.count(b"<") > _MOST_TAGS:
        told = f"{part} 里的标记超过 {_MOST_TAGS} 个，不是年度报告。请核实来历，或只留报告部分另存后再试。"
        raise DocumentError(name, told)
    return content


def _parsed(content: bytes, part: str, name: str) -> Element:
    """Return the root element of an XML part; nothing outside of it is ever loaded.

    Raises:
        DocumentError: it is not sound XML.
    """
    from lxml import etree

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


class _Reader:
    """Walks the body and hands every paragraph and table to the collector."""

    def __init__(
        self, collector: Collector, body: Element, known: KnownTables, styles: Element | None, name: str
    ) -> None:
        self._collector, self._known, self._name = collector, known, name
        self._ranks, self._looks, self._parts = _ranks(styles), Looks(styles, body), Parts(body)

    def blocks(self, parent: Element, depth: int) -> None:
        """Hand over the paragraphs and tables below an element."""
        if depth > DEEPEST:
            raise DocumentError(self._name, "内容嵌套太深，正常的 Word 文件不会这样，已拒绝读取。请核实来历。")
        for child in parent:
            tag = tag_of(child)
            if tag == "p":
                self._paragraph(child, depth)
            elif tag == "tbl":
                self._table(child, depth)
            elif tag not in GONE:
                self.blocks(child, depth + 1)

    def _paragraph(self, paragraph: Element, depth: int) -> None:
        style = value(paragraph.find("{*}pPr/{*}pStyle"))
        outline = value(paragraph.find("{*}pPr/{*}outlineLvl"))
        rank = int(outline) + 1 if outline in set("01234567") - {""} else self._ranks.get(style, 0)
        for text in text_of(paragraph, self._looks, depth).split("\n"):
            self._collector.line(text, rank)
        for box in paragraph.iter("{*}txbxContent"):
            if not any(tag_of(above) in GONE for above in box.iterancestors()):
                self.blocks(box, depth + 1)

    def _table(self, table: Element, depth: int) -> None:
        known = self._known.rows(table)
        if known is not None:
            self._collector.table(known)
            return
        cells, is_layout = cells_of(table, self._parts)
        if is_layout:
            for line in cells:
                for cell in line:
                    self.blocks(cell, depth + 1)
        else:
            self._collector.table(rows_of(table, cells, self._parts, self._looks, depth))
