"""A workbook being changed: parts come and go, and what names them (content types, relationships, sheets) follows.

Parts nobody touches keep their compressed bytes. A change is begun on an opened package and ends in new bytes.
"""

from __future__ import annotations

import posixpath
import re
from itertools import count
from typing import TYPE_CHECKING

from toolkit.errors import WorkbookError
from toolkit.xlsx.parts import CONTENT_TYPES, appended, relations_part, replaced, resolve, without_part
from toolkit.xlsx.xmltree import as_utf8, escape_text, find_spans

if TYPE_CHECKING:
    from toolkit.xlsx.package import Package
    from toolkit.xlsx.xmltree import Span

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_MAIN = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_STRICT_LINKS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_NO_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
)
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BOOK_TAGS = frozenset({"workbook", "sheets", "sheet", "definedNames", "definedName", "workbookView"})


class BookChange:
    """The parts of a package with changes laid over them; `finished` gives the new workbook."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._archive = package.archive
        self._changed: dict[str, bytes] = {}
        self._removed: set[str] = set()
        self._book = package.workbook_part
        self._is_strict = _STRICT_MAIN in self.read(self._book)

    @property
    def links(self) -> str:
        """The namespace in which this workbook's elements name relationships."""
        return _STRICT_LINKS if self._is_strict else _LINKS

    @property
    def names(self) -> set[str]:
        """The names of all parts there are now."""
        return (set(self._archive.members) - self._removed) | set(self._changed)

    def read(self, part: str) -> bytes:
        """Return a part as it is now, in UTF-8."""
        return self._changed[part] if part in self._changed else as_utf8(self._archive.read(part))

    def write(self, part: str, content: bytes) -> None:
        """Set a part that is already named."""
        if content != self.read(part):
            self._changed[part] = content

    def add(self, part: str, content: bytes, content_type: str) -> None:
        """Add a part with its content type."""
        self._removed.discard(part)
        self._changed[part] = content
        self._declare(f'Override PartName="/{part}" ContentType="{content_type}"')

    def declare_ending(self, ending: str, content_type: str) -> None:
        """Say what parts with an ending are, where that is not said yet."""
        spans = find_spans(self.read(CONTENT_TYPES), CONTENT_TYPES, frozenset({"Default"}))
        if not any(span.attributes.get("Extension", "").lower() == ending for span in spans):
            self._declare(f'Default Extension="{ending}" ContentType="{content_type}"')

    def add_undeclared(self, part: str, content: bytes) -> None:
        """Add a part whose ending says what it is."""
        self._removed.discard(part)
        self._changed[part] = content

    def _declare(self, element: str) -> None:
        xml = self.read(CONTENT_TYPES)
        types = find_spans(xml, CONTENT_TYPES, frozenset({"Types"}))[0]
        self._changed[CONTENT_TYPES] = replaced(xml, [appended(types, f"<{types.prefix}{element}/>".encode())])

    def free_name(self, pattern: str) -> str:
        """Return the first name of the pattern, `{}` standing for a number, that no part has."""
        taken = {name.lower() for name in self.names}
        return next(name for number in count(1) if (name := pattern.format(number)).lower() not in taken)

    def remove(self, source: str, part: str) -> None:
        """Take a part away, with its own relationships and the relationship by which `source` names it."""
        links = relations_part(source)
        types, relations = without_part(self.read(CONTENT_TYPES), self.read(links), source, part)
        self.write(CONTENT_TYPES, types)
        self.write(links, relations)
        for name in (part, relations_part(part)):
            self._changed.pop(name, None)
            self._removed.add(name)

    def related(self, source: str, kind: str) -> tuple[str, ...]:
        """Return the parts to which `source` has relationships of a kind, such as `comments`."""
        spelled = {name.lower(): name for name in self.names}
        found = [
            resolve(source, span.attributes.get("Target", ""))
            for span in self._relations(source)
            if span.attributes.get("Type", "").rpartition("/")[2] == kind
            and span.attributes.get("TargetMode") != "External"
        ]
        return tuple(spelled[part.lower()] for part in found if part.lower() in spelled)

    def relate(self, source: str, kind: str, part: str) -> str:
        """Add a relationship and return its id."""
        links = relations_part(source)
        taken = {span.attributes.get("Id") for span in self._relations(source)}
        free = next(name for number in count(1) if (name := f"rIdXxgk{number}") not in taken)
        xml = self.read(links) if links in self.names else _NO_RELATIONS
        root = find_spans(xml, links, frozenset({"Relationships"}))[0]
        target = posixpath.relpath(part, posixpath.dirname(source))
        link = f'<{root.prefix}Relationship Id="{free}" Type="{self.links}/{kind}" Target="{target}"/>'
        self._removed.discard(links)
        self._changed[links] = replaced(xml, [appended(root, link.encode())])
        return free

    def _relations(self, source: str) -> list[Span]:
        links = relations_part(source)
        return find_spans(self.read(links), links, frozenset({"Relationship"})) if links in self.names else []

    def link_attribute(self, root: bytes, link: str) -> str:
        """Return the attribute by which an element under a root element with that tag names a relationship."""
        bound = re.search(rb'xmlns:(\w+)="%s"' % self.links.encode(), root)
        return f'{bound[1].decode()}:id="{link}"' if bound else f'xmlns:r="{self.links}" r:id="{link}"'

    def finished(self) -> bytes:
        """Return the workbook. The chain of calculation, which no longer fits, goes: programs build it anew."""
        for chain in self.related(self._book, "calcChain") if self._changed else ():
            self.remove(self._book, chain)
        gone = self._removed - set(self._changed)
        return self._archive.rewritten(self._changed, gone) if self._changed or gone else self._archive.data

    # The workbook part: sheets and names.

    def _book_spans(self) -> dict[str, list[Span]]:
        found: dict[str, list[Span]] = {tag: [] for tag in _BOOK_TAGS}
        for span in find_spans(self.read(self._book), self._book, _BOOK_TAGS):
            found[span.tag].append(span)
        return found

    def add_sheet(self, name: str, content: bytes) -> str:
        """Add a sheet behind all others and return its part. WorkbookError where the list of sheets cannot be found."""
        part = self.free_name(posixpath.join(posixpath.dirname(self._book), "worksheets/sheet{}.xml"))
        self.add(part, content, _SHEET_TYPE)
        link = self.relate(self._book, "worksheet", part)
        spans, xml = self._book_spans(), self.read(self._book)
        if not spans["sheets"]:
            raise WorkbookError("文件已损坏：找不到工作表的清单。请用 Excel 或 WPS 打开后另存再试。")
        sheets, root = spans["sheets"][0], spans["workbook"][0]
        number = max(int(span.attributes.get("sheetId", 0)) for span in spans["sheet"]) + 1
        attribute = self.link_attribute(xml[root.start : root.inner], link)
        element = f'<{sheets.prefix}sheet name="{escape_text(name)}" sheetId="{number}" {attribute}/>'
        self.write(self._book, replaced(xml, [appended(sheets, element.encode())]))
        return part

    def remove_sheet(self, name: str) -> None:
        """Take a sheet away with its names; names and views that count sheets follow."""
        part = next((sheet.part for sheet in self._package.sheets if sheet.name == name), None)
        if part is None:
            return
        spans, xml = self._book_spans(), self.read(self._book)
        place = next(i for i, span in enumerate(spans["sheet"]) if span.attributes.get("name") == name)
        edits = [(spans["sheet"][place].start, spans["sheet"][place].end, b"")]
        for span in spans["definedName"]:
            edits += _renumbered(xml, span, "localSheetId", place)
        for span in spans["workbookView"]:
            edits += _renumbered(xml, span, "activeTab", place) + _renumbered(xml, span, "firstSheet", place)
        self.write(self._book, replaced(xml, edits))
        for linked in ("comments", "vmlDrawing", "drawing", "printerSettings"):
            for other in self.related(part, linked):
                self.remove(part, other)
        self.remove(self._book, part)

    def set_name(self, name: str, reference: str | None) -> None:
        """Set a name of the whole workbook, or take it away where `reference` is None."""
        spans, xml = self._book_spans(), self.read(self._book)
        known = [span for span in spans["definedName"] if span.attributes.get("name") == name]
        if reference is None:
            self.write(self._book, replaced(xml, [(span.start, span.end, b"") for span in known]))
            return
        prefix = spans["sheets"][0].prefix
        element = f'<{prefix}definedName name="{name}">{escape_text(reference)}</{prefix}definedName>'.encode()
        if known:
            edit = (known[0].start, known[0].end, element)
        elif spans["definedNames"]:
            edit = appended(spans["definedNames"][0], element)
        else:
            tag = f"{prefix}definedNames".encode()
            edit = (spans["sheets"][0].end, spans["sheets"][0].end, b"<%s>%s</%s>" % (tag, element, tag))
        self.write(self._book, replaced(xml, [edit]))


def _renumbered(xml: bytes, span: Span, attribute: str, gone: int) -> list[tuple[int, int, bytes]]:
    """Return the edits for an element that counts sheets, once sheet number `gone` (from 0) is no more."""
    number = int(span.attributes.get(attribute, "-1"))
    if number < gone:
        return []
    if number == gone and span.tag == "definedName":
        return [(span.start, span.end, b"")]
    found = re.search(rb'\b%s="(\d+)"' % attribute.encode(), xml[span.start : span.inner])
    if found is None:
        return []
    start = span.start + found.start(1)
    return [(start, span.start + found.end(1), b"%d" % (0 if number == gone else number - 1))]
