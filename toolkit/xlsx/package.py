"""An .xlsx package: opened from bytes, every fact of its cells told, single cells changed. The one owner of its parts.

Nothing a stranger sends can make this module expand an entity, fetch anything, or inflate more than it allows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.errors import WorkbookError
from toolkit.xlsx.archive import Archive, read_archive
from toolkit.xlsx.cell_formats import Formats, TextLooks, formats_of
from toolkit.xlsx.fast.parts import scan_names, scan_sheet, scan_strings
from toolkit.xlsx.parts import (
    CONTENT_TYPES,
    CUSTOM_PROPERTIES,
    ROOT_RELATIONS,
    Relation,
    read_authorship,
    read_properties,
    read_relations,
    relations_part,
    set_properties,
    with_properties_part,
    without_part,
)
from toolkit.xlsx.patches import NewCell, SheetPlan, plan_sheet
from toolkit.xlsx.row import Cell
from toolkit.xlsx.row_heights import with_row_heights
from toolkit.xlsx.shapes import shape_texts
from toolkit.xlsx.sheet import SharedStrings, Sheet, read_sheet, read_strings
from toolkit.xlsx.sights import Sights, read_sights, sights_of
from toolkit.xlsx.signatures import what_zip
from toolkit.xlsx.xmltree import Node, is_true, usual_tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.xlsx.row import Rows

MAX_SHEETS = 100
MAX_CELLS = 250_000  # of one sheet, unless it was said to be large
MAX_MERGES = 1_000  # of one sheet; the largest form has some hundred
# Bytes of all relationship parts together: of sheets, the sum of ten thousand organs links to each twice; of all else.
MAX_LINKS, MAX_RELATIONS = 12 << 20, 1 << 20
__all__ = ["Cell", "Comment", "NewCell", "Package", "SheetInfo", "open_package"]

_STATES = frozenset({"hidden", "veryHidden"})
# Relationships that lead to something a form never needs and a receiver should know of.
_HAZARDS = frozenset(
    {
        "externalLink", "externalLinkPath", "externalLinkLong", "xlExternalLinkPath", "vbaProject", "wordVbaData",
        "oleObject", "package", "control", "activeXControlBinary", "connections",
        "queryTable", "attachedTemplate", "extensibility", "xlMacrosheet", "xlIntlMacrosheet", "dialogsheet",
        "webextension", "taskpanes", "powerPivotData", "customData",
    }
)  # fmt: skip
_CELL_BEGINS = re.compile(rb"<(?:\w+:)?c[ />]")
_SHORTEST = len(b"<c/>")
_UNLIKELY = "文件内部异常庞大，可能是恶意构造的，已拒绝读取。请核实来历，让对方重新发送原文件。"
_NO_WORKBOOK = "压缩包里没有工作簿，这不是 .xlsx 文件。请报送填好的 .xlsx 工作簿。"
_LINK = "hyperlink"  # points outside by nature; a clerk's mail address is no danger


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """One sheet as the workbook lists it: its name, its part, and `visible`, `hidden` or `veryHidden`."""

    name: str
    part: str
    state: str


@dataclass(frozen=True, slots=True)
class Comment:
    """What a comment says, and who wrote it; empty where the file does not tell."""

    text: str
    author: str


class Package:
    """An opened workbook. Facts are read when first asked for and kept; `patched` returns new bytes."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._spelled = {name.lower(): name for name in archive.members}
        self._sheets: dict[str, Sheet] = {}
        self._read: dict[str, Sheet] = {}  # the same by their names
        self._large: set[str] = set()
        self._related: dict[str, Mapping[str, Relation]] = {}
        sizes = {name.lower(): one.size for name, one in archive.members.items() if name.lower().endswith(".rels")}
        if sum(sizes.values()) > MAX_LINKS:
            raise WorkbookError(_UNLIKELY)
        self._workbook = self._find_workbook()
        of_sheets = {relations_part(one.target).lower() for one in self._links.values() if one.kind == "worksheet"}
        if sum(size for name, size in sizes.items() if name not in of_sheets) > MAX_RELATIONS:
            raise WorkbookError(_UNLIKELY)
        self._scanned_names, rest = scan_names(self._archive.read(self._workbook))
        self._book = usual_tree(rest, self._workbook)
        if self._book.tag != "workbook":
            raise WorkbookError(_NO_WORKBOOK)

    @property
    def archive(self) -> Archive:
        """The zip the workbook came in."""
        return self._archive

    @property
    def workbook_part(self) -> str:
        """The name of the part that lists the sheets."""
        return self._workbook

    def _spelling(self, part: str) -> str | None:
        """Return a part's name as the zip spells it (part names ignore case), or None when there is no such part."""
        return self._spelled.get(part.lower())

    def _tree(self, part: str) -> Node | None:
        name = self._spelling(part)
        return usual_tree(self._archive.read(name), name) if name else None

    def _relations(self, source: str) -> Mapping[str, Relation]:
        if source not in self._related:
            root = self._tree(relations_part(source))
            self._related[source] = read_relations(root, source) if root else {}
        return self._related[source]

    def _find_workbook(self) -> str:
        mains = [one.target for one in self._relations("").values() if one.kind == "officeDocument"]
        part = self._spelling((mains or ["xl/workbook.xml"])[0])
        if part and part.lower().endswith(".bin"):
            raise WorkbookError("这是二进制工作簿（.xlsb）。请用 Excel 打开，另存为“Excel 工作簿（.xlsx）”后再报送。")
        if not part:
            raise WorkbookError(what_zip(self._archive.members, self._archive.read))
        return part

    def _tree_of(self, part: str) -> Node:
        return usual_tree(self._archive.read(part), part)

    @cached_property
    def _links(self) -> Mapping[str, Relation]:
        return self._relations(self._workbook)

    def _linked(self, kind: str) -> str | None:
        """Return the part that the workbook calls its `kind` (styles, sharedStrings, calcChain), or None."""
        targets = (one.target for one in self._links.values() if one.kind == kind and not one.outside)
        return next((part for target in targets if (part := self._spelling(target))), None)

    @cached_property
    def sheets(self) -> tuple[SheetInfo, ...]:
        """The sheets in the order of their tabs, hidden ones included."""
        found: list[SheetInfo] = []
        for node in self._book.at("sheets", "sheet"):
            name, link = node.attributes.get("name", ""), self._links.get(node.attributes.get("id", ""))
            part = self._spelling(link.target) if link else None
            if part is None:
                raise WorkbookError(f"文件已损坏：找不到工作表“{name}”的内容。请用 Excel 或 WPS 打开后另存再试。")
            state = node.attributes.get("state", "")
            found.append(SheetInfo(name, part, state if state in _STATES else "visible"))
            if len(found) > MAX_SHEETS:
                raise WorkbookError(
                    f"工作表超过 {MAX_SHEETS} 张，不会是报表，已拒绝读取。请核实来历，让对方重新发送原文件。"
                )
        return tuple(found)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Defined names of the whole workbook and what each refers to, without `=`, such as `'三、申请办理'!$D$6`."""
        named = self._book.at("definedNames", "definedName")
        nodes = (node for node in named if "localSheetId" not in node.attributes)
        further = {node.attributes.get("name", ""): node.text.strip() for node in nodes}
        return {**self._scanned_names, **further} if further else self._scanned_names

    @cached_property
    def properties(self) -> Mapping[str, str]:
        """The document's custom properties, each as text."""
        part = self._properties_part
        return read_properties(self._tree_of(part)) if part else {}

    @cached_property
    def _properties_part(self) -> str | None:
        targets = [
            one.target for one in self._relations("").values() if one.kind in {"custom-properties", "customProperties"}
        ]
        return self._spelling((targets or [CUSTOM_PROPERTIES])[0])

    @cached_property
    def application(self) -> str:
        """The program that last saved the file, as it names itself; empty when it does not."""
        node = root.child("Application") if (root := self._tree("docProps/app.xml")) else None
        return node.text.strip() if node else ""

    @cached_property
    def authorship(self) -> Mapping[str, str]:
        """What the file says of people and firms, by the name Office gives it; what is blank is left out."""
        return read_authorship(self._tree)

    @property
    def structure_locked(self) -> bool:
        """Whether sheets are guarded against being added, deleted, renamed or moved."""
        node = self._book.child("workbookProtection")
        return node is not None and is_true(node.attributes.get("lockStructure"))

    @property
    def dates_from_1904(self) -> bool:
        """Whether the numbers of days in this workbook count from 1904."""
        node = self._book.child("workbookPr")
        return node is not None and is_true(node.attributes.get("date1904"))

    def has_sheet(self, sheet: str) -> bool:
        """Return whether there is a sheet of that name."""
        return sheet in self._parts_by_name

    def cells(self, sheet: str) -> Mapping[str, Cell]:
        """Return every cell that has an element of its own, by address; WorkbookError if there is no such sheet."""
        return self._sheet(sheet).cells

    def rows(self, sheet: str) -> Rows:
        """Return the same cells by row; a row that other workbooks have too is one object in all of them."""
        return self._sheet(sheet).rows

    def protection(self, sheet: str) -> bool:
        """Return whether the sheet is protected, so that locked cells cannot be typed into."""
        return self._sheet(sheet).protected

    def merges(self, sheet: str) -> tuple[str, ...]:
        """Return the merged ranges of a sheet, such as `A1:C1`."""
        return self._sheet(sheet).merges

    def _part_of(self, sheet: str) -> str:
        part = self._parts_by_name.get(sheet)
        if part is None:
            raise WorkbookError(f"工作簿里没有名为“{sheet}”的工作表，可能被删除或改名。")
        return part

    def expect_large(self, sheet: str) -> None:
        """Let a sheet hold as many cells as the format's readers bear, as a ledger of thousands of organs does."""
        self._large.add(sheet)

    @cached_property
    def _parts_by_name(self) -> Mapping[str, str]:
        return {info.name: info.part for info in reversed(self.sheets)}

    def _sheet(self, sheet: str) -> Sheet:
        if sheet not in self._read:
            self._read[sheet] = self._sheet_within_bounds(sheet)
        return self._read[sheet]

    def _sheet_within_bounds(self, sheet: str) -> Sheet:
        part = self._part_of(sheet)
        if part not in self._sheets:  # by part, which several sheets may claim as theirs
            xml, strings = self._archive.read(part), self._strings
            if sheet not in self._large and _cells_begun(xml) > MAX_CELLS:
                raise WorkbookError(f"工作表“{sheet}”的单元格超过 {MAX_CELLS // 10_000} 万个，不会是报表，已拒绝读取。")
            self._sheets[part] = scan_sheet(xml, part, strings) or read_sheet(xml, part, strings)
        if sheet not in self._large and len(self._sheets[part].merges) > MAX_MERGES:
            raise WorkbookError(f"工作表“{sheet}”的合并单元格超过 {MAX_MERGES} 处，不会是报表，已拒绝读取。")
        return self._sheets[part]

    @cached_property
    def _strings(self) -> SharedStrings:
        part = self._linked("sharedStrings")
        if part is None:
            return SharedStrings()
        xml = self._archive.read(part)
        found = scan_strings(xml, part)
        return read_strings(xml, part) if found is None else found

    def comments(self, sheet: str) -> Mapping[str, Comment]:
        """Return the comments of a sheet by the address of their cell, each as plain text with who wrote it."""
        links = self._relations(self._part_of(sheet)).values()
        parts = [part for one in links if one.kind == "comments" and (part := self._spelling(one.target))]
        found: dict[str, Comment] = {}
        for tree in map(self._tree_of, parts):
            authors = dict(enumerate(node.text for node in tree.at("authors", "author")))
            for node in tree.at("commentList", "comment"):
                number = node.attributes.get("authorId", "")
                author = authors.get(int(number), "") if number.isdecimal() else ""
                found[node.attributes.get("ref", "")] = Comment(_joined(node, "t"), author)
        return found

    def styles_part(self) -> str | None:
        """Return the name of the part of styles, or None where there is none."""
        return self._linked("styles")

    def drawing_texts(self) -> tuple[str, ...]:
        """Return what is written in shapes and text boxes on any sheet, a text for each shape."""
        return shape_texts(self._archive)

    def number_format(self, style: int) -> str:
        """Return the number format of a style as code; a built-in one as `#` and its number."""
        return self._formats.number(style)

    def is_struck(self, style: int) -> bool:
        """Return whether cells of a style are crossed out."""
        return self._formats.is_struck(style)

    def sights(self, sheet: str) -> Sights:
        """Return which rows and columns of a sheet are hidden, and which numbers a condition shows otherwise."""
        part, found, differences = self._part_of(sheet), self._sheet(sheet), self._formats.differences
        if found.around:
            return sights_of(found, part, differences)
        return read_sights(self._archive.read(part), part, differences)

    def is_locked(self, style: int) -> bool:
        """Return whether cells of a style are locked, which they are unless the style says otherwise."""
        return self._formats.is_locked(style)

    def text_looks(self, style: int) -> TextLooks:
        """Return how a style sets text."""
        return self._formats.looks(style)

    @cached_property
    def _formats(self) -> Formats:
        part = self._linked("styles")
        return formats_of(self._archive.read(part), part) if part else Formats()

    def hazards(self) -> tuple[str, ...]:
        """Return parts and outside targets to be reported: links, macros, objects, comments, data connections."""
        found: set[str] = set()
        for name in self._archive.members:
            folder, _, base = name.rpartition("_rels/")
            if base.endswith(".rels"):
                links = self._relations(folder + base.removesuffix(".rels")).values()
                found |= {one.target for one in links if one.kind in _HAZARDS or (one.outside and one.kind != _LINK)}
            elif name.lower().endswith(("vbaproject.bin", ".ocx", ".exe", ".dll")):
                found.add(name)
        return tuple(sorted(found))

    def patched(
        self,
        changes: Mapping[str, Mapping[str, NewCell]],
        properties: Mapping[str, str] | None = None,
        heights: Mapping[str, Mapping[int, float]] | None = None,
    ) -> bytes:
        """Return the workbook with cells (by sheet name, then address) and custom properties changed, no more.

        `heights` says by sheet how high rows of changed cells show (rows from 1, in points).

        A cell keeps its style. Texts are stored in the cell itself, so the table of shared strings stays too. A
        carriage return before a line feed is dropped, as Excel does.
        """
        plans = self._plans(changes)
        parts = {plan.part: plan.fill(changes[sheet]) for sheet, plan in plans.items()}
        for sheet, plan in plans.items():
            if heights and sheet in heights:
                parts[plan.part] = with_row_heights(parts[plan.part], heights[sheet])
        parts |= self._with_properties(properties or {})
        unchained = any(plan.loses_formula for plan in plans.values())
        removed = self._forget_chain(parts) if unchained else ()
        return self._archive.rewritten(parts, removed)

    def _plans(self, changes: Mapping[str, Mapping[str, NewCell]]) -> dict[str, SheetPlan]:
        parts = {sheet: self._part_of(sheet) for sheet, cells in changes.items() if cells}
        return {sheet: plan_sheet(self._archive.read(part), part, changes[sheet]) for sheet, part in parts.items()}

    def _with_properties(self, values: Mapping[str, str]) -> dict[str, bytes]:
        if not values:
            return {}
        part = self._properties_part
        if part:
            return {part: set_properties(self._archive.read(part), values)}
        types, relations = with_properties_part(self._archive.read(CONTENT_TYPES), self._archive.read(ROOT_RELATIONS))
        return {CONTENT_TYPES: types, ROOT_RELATIONS: relations, CUSTOM_PROPERTIES: set_properties(None, values)}

    def _forget_chain(self, parts: dict[str, bytes]) -> tuple[str, ...]:
        """Drop the calculation chain, which would name a cell that has lost its formula; Excel builds it anew."""
        chain = self._linked("calcChain")
        if chain is None:
            return ()
        relations = self._spelling(relations_part(self._workbook)) or ""
        types = parts.get(CONTENT_TYPES) or self._archive.read(CONTENT_TYPES)
        changed = without_part(types, self._archive.read(relations), self._workbook, chain)
        parts[CONTENT_TYPES], parts[relations] = changed
        return (chain,)


def _joined(node: Node, tag: str) -> str:
    return "".join(inner.text for inner in node.walk(tag))


def open_package(data: bytes, name: str = "") -> Package:
    """Return the workbook in `data`; WorkbookError says, after `name`, why a file is not one and what to do."""
    try:
        return Package(read_archive(data))
    except WorkbookError as error:
        raise WorkbookError(f"{name}：{error}" if name else str(error)) from error


def _cells_begun(xml: bytes) -> int:
    """Return how many cells a part begins, or as many as it may at most where these are few."""
    most = len(xml) // _SHORTEST
    most = most if most <= MAX_CELLS else xml.count(b"<")
    return most if most <= MAX_CELLS else len(_CELL_BEGINS.findall(xml))
