"""A workbook's parts opened to be mangled: cells put, moved and exchanged as office programs or scripts do it.

Everything not touched stays byte for byte. Positions are counted from 1, as people count them. An office program moves
what refers to a cell together with the cell (names, formulas, merged ranges); a script moves the cells alone.
"""

from __future__ import annotations

import copy
import io
import zipfile
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lxml import etree
from mangled.references import Numbers, Position, Renumbered

from toolkit.xlsx.sheet import column_letters, split_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from decimal import Decimal

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
NS = f"{{{MAIN}}}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
Move = Numbers | None


def address(row: int, column: int) -> str:
    return f"{column_letters(column)}{row}"


class Sheet:
    """One sheet: its cells by position, and what can be done to them."""

    def __init__(self, book: Book, name: str, part: str, xml: bytes) -> None:
        self.book, self.name, self.part = book, name, part
        self.root = etree.fromstring(xml)
        self.data = self.root.find(f"{NS}sheetData")

    @cached_property
    def rows(self) -> dict[int, Any]:
        return {int(row.get("r")): row for row in self.data}

    @cached_property
    def cells(self) -> dict[Position, Any]:
        return {split_address(cell.get("r")): cell for row in self.data for cell in row}

    def text(self, row: int, column: int) -> str:
        """Return the text shown in a cell; empty where there is none."""
        cell = self.cells.get((row, column))
        if cell is None:
            return ""
        if cell.get("t") == "inlineStr":
            return "".join(cell.itertext())
        value = cell.findtext(f"{NS}v") or ""
        return self.book.strings[int(value)] if cell.get("t") == "s" else value

    def is_formula(self, row: int, column: int) -> bool:
        cell = self.cells.get((row, column))
        return cell is not None and cell.find(f"{NS}f") is not None

    def cell(self, row: int, column: int) -> Any:
        """Return the element of a cell, made where there is none."""
        if (row, column) in self.cells:
            return self.cells[row, column]
        line = self.rows.get(row)
        if line is None:
            line = self.rows[row] = etree.Element(f"{NS}row", r=str(row))
            later = [other for number, other in sorted(self.rows.items()) if number > row]
            later[0].addprevious(line) if later else self.data.append(line)
        made = self.cells[row, column] = etree.Element(f"{NS}c", r=address(row, column))
        behind = [one for one in line if split_address(one.get("r"))[1] > column]
        behind[0].addprevious(made) if behind else line.append(made)
        return made

    def put(self, row: int, column: int, value: int | Decimal | str | None, kind: str = "") -> None:
        """Put a constant; `kind` forces the cell's type, such as `str`, `e`, `inlineStr`, `d`."""
        cell = self.cell(row, column)
        for inner in list(cell):
            cell.remove(inner)
        cell.attrib.pop("t", None)
        if value is None:
            return
        if kind == "inlineStr":
            etree.SubElement(etree.SubElement(cell, f"{NS}is"), f"{NS}t").text = str(value)
        elif isinstance(value, str) and not kind:
            cell.set("t", "s")
            etree.SubElement(cell, f"{NS}v").text = str(self.book.shared(value))
        else:
            etree.SubElement(cell, f"{NS}v").text = str(int(value)) if isinstance(value, bool) else str(value)
        if kind or isinstance(value, bool):
            cell.set("t", kind or "b")

    def put_formula(self, row: int, column: int, formula: str, result: object = None, kind: str = "") -> None:
        self.put(row, column, None)
        cell = self.cell(row, column)
        etree.SubElement(cell, f"{NS}f").text = formula
        if kind:
            cell.set("t", kind)
        if result is not None:
            etree.SubElement(cell, f"{NS}v").text = str(result)

    def restyle(self, row: int, column: int, code: str) -> None:
        """Give a cell a number format of its own."""
        cell = self.cell(row, column)
        cell.set("s", str(self.book.style_with_format(int(cell.get("s", "0")), code)))

    def contents(self, position: Position) -> tuple[str | None, list[Any]]:
        cell = self.cells.get(position)
        return (None, []) if cell is None else (cell.get("t"), [copy.deepcopy(inner) for inner in cell])

    def fill(self, position: Position, contents: tuple[str | None, list[Any]]) -> None:
        self.put(*position, None)
        cell = self.cell(*position)
        if contents[0]:
            cell.set("t", contents[0])
        cell.extend(contents[1])

    def permute(self, moves: Mapping[Position, Position]) -> None:
        """Move contents (not styles, nor what refers to them) as sorting and pasting do; pins move along."""
        taken = {new: self.contents(old) for old, new in moves.items()}
        for old in set(moves) - set(moves.values()):
            self.put(*old, None)
        for new, contents in taken.items():
            self.fill(new, contents)
        self.book.move_pins(self.name, lambda at: moves.get(at, at))

    def remap(self, rows: Move = None, columns: Move = None, *, follows: bool = True) -> None:
        """Renumber rows or columns; those left out of a map stay, those mapped to None are deleted.

        `follows`: what refers to the cells moves with them, as in an office program.
        """
        where = Renumbered(self.name, rows or {}, columns or {})
        for position, cell in list(self.cells.items()):
            new = where(position)
            if new is None:
                cell.getparent().remove(cell)
            else:
                cell.set("r", address(*new))
        for number, row in list(self.rows.items()):
            target = where.rows.get(number, number)
            if target is None:
                self.data.remove(row)
            else:
                row.set("r", str(target))
        self.data[:] = sorted(self.data, key=lambda row: int(row.get("r")))
        for row in self.data:
            row.attrib.pop("spans", None)
            row[:] = sorted(row, key=lambda cell: split_address(cell.get("r"))[1])
        del self.rows, self.cells  # found anew when asked for
        if columns:
            self._remap_widths(columns)
        self.book.move_pins(self.name, where)
        if follows:
            self.book.follow(where)

    def _remap_widths(self, columns: dict[int, int | None]) -> None:
        """Keep the hidden key column hidden where it goes; other widths do not matter."""
        for col in self.root.iter(f"{NS}col"):
            if col.get("min") == col.get("max") and (target := columns.get(int(col.get("min")), 0)):
                col.set("min", str(target))
                col.set("max", str(target))

    def insert_rows(self, at: int, by: int = 1, *, follows: bool = True) -> None:
        self.remap(rows={row: row + by for row in range(at, 1100)}, follows=follows)

    def delete_row(self, at: int, *, follows: bool = True) -> None:
        self.remap(rows={at: None, **{row: row - 1 for row in range(at + 1, 1100)}}, follows=follows)

    def insert_columns(self, at: int, by: int = 1, *, follows: bool = True) -> None:
        self.remap(columns={column: column + by for column in range(at, 60)}, follows=follows)

    def delete_column(self, at: int, *, follows: bool = True) -> None:
        self.remap(columns={at: None, **{column: column - 1 for column in range(at + 1, 60)}}, follows=follows)

    def drop(self, *tags: str) -> None:
        """Remove what stands beside the cells, such as `sheetProtection`."""
        for tag in tags:
            for node in self.root.findall(f"{NS}{tag}"):
                self.root.remove(node)

    def merge(self, first: Position, last: Position) -> None:
        merges = self.root.find(f"{NS}mergeCells")
        if merges is None:
            merges = etree.Element(f"{NS}mergeCells")
            self.data.addnext(merges)
        etree.SubElement(merges, f"{NS}mergeCell", ref=f"{address(*first)}:{address(*last)}")


class Book:
    """The parts of a workbook, its sheets opened when first asked for; `pins` are positions that are kept track of."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.pins: dict[str, tuple[str, Position] | None] = {}
        self.open: dict[str, Sheet] = {}
        self.after: list[Callable[[bytes], bytes]] = []  # what is done to the finished file
        self.workbook = etree.fromstring(self.parts["xl/workbook.xml"])
        self.links = etree.fromstring(self.parts["xl/_rels/workbook.xml.rels"])

    @cached_property
    def strings(self) -> list[str]:
        return ["".join(node.itertext()) for node in self.table_of_strings]

    @cached_property
    def table_of_strings(self) -> Any:
        return etree.fromstring(self.parts["xl/sharedStrings.xml"])

    @cached_property
    def styles(self) -> Any:
        return etree.fromstring(self.parts["xl/styles.xml"])

    def shared(self, text: str) -> int:
        """Return the number of a text, added to the table."""
        self.strings.append(text)
        node = etree.SubElement(etree.SubElement(self.table_of_strings, f"{NS}si"), f"{NS}t")
        node.text = text
        return len(self.strings) - 1

    def style_with_format(self, style: int, code: str) -> int:
        formats = self.styles.find(f"{NS}numFmts")
        if formats is None:
            formats = etree.Element(f"{NS}numFmts")
            self.styles.insert(0, formats)
        number = str(700 + len(formats))
        etree.SubElement(formats, f"{NS}numFmt", numFmtId=number, formatCode=code)
        table = self.styles.find(f"{NS}cellXfs")
        made = copy.deepcopy(table[style])
        made.set("numFmtId", number)
        made.set("applyNumberFormat", "1")
        table.append(made)
        return len(table) - 1

    @property
    def sheet_nodes(self) -> Any:
        return self.workbook.find(f"{NS}sheets")

    @property
    def sheet_names(self) -> list[str]:
        return [node.get("name") for node in self.sheet_nodes]

    def part_of(self, name: str) -> str:
        node = next((node for node in self.sheet_nodes if node.get("name") == name), None)
        if node is None:
            raise LookupError(name)
        target = next((link.get("Target") for link in self.links if link.get("Id") == node.get(REL)), None)
        if target is None:
            raise LookupError(name)
        return f"xl/{target}"

    def sheet(self, name: str) -> Sheet:
        if name not in self.open:
            part = self.part_of(name)
            self.open[name] = Sheet(self, name, part, self.parts[part])
        return self.open[name]

    def rename(self, old: str, new: str) -> None:
        """Rename a sheet as an office program does, which changes every reference to it."""
        for sheet in map(self.sheet, self.sheet_names):
            for node in sheet.root.iter(f"{NS}f"):
                node.text = (node.text or "").replace(f"'{old}'!", f"'{new}'!")
        for node in self.names:
            node.text = (node.text or "").replace(f"'{old}'!", f"'{new}'!")
        next(node for node in self.sheet_nodes if node.get("name") == old).set("name", new)
        sheet = self.open.pop(old)
        sheet.name, self.open[new] = new, sheet
        pins = self.pins.items()
        self.pins = {key: (new, pin[1]) if pin and pin[0] == old else pin for key, pin in pins}

    def copy_sheet(self, name: str, new: str, place: int | None = None) -> Sheet:
        """Copy a sheet within the book; names of the whole book stay with the original."""
        source = self.sheet(name)
        part = f"xl/worksheets/sheet{90 + len(self.sheet_nodes)}.xml"
        link = f"rIdCopy{len(self.sheet_nodes)}"
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
        namespace = self.links.tag.partition("}")[0] + "}"
        target = part.removeprefix("xl/")
        etree.SubElement(self.links, f"{namespace}Relationship", Id=link, Type=kind, Target=target)
        node = etree.Element(f"{NS}sheet", name=new, sheetId=str(500 + len(self.sheet_nodes)))
        node.set(REL, link)
        self.sheet_nodes.insert(len(self.sheet_nodes) if place is None else place, node)
        self.open[new] = Sheet(self, new, part, etree.tostring(source.root))
        self.parts[part] = b""
        return self.open[new]

    def delete_sheet(self, name: str) -> None:
        self.sheet(name)
        self.sheet_nodes.remove(next(node for node in self.sheet_nodes if node.get("name") == name))
        del self.open[name]
        for node in self.names:
            if f"'{name}'!" in (node.text or ""):
                node.text = "#REF!"
        self.pins = {key: None if pin and pin[0] == name else pin for key, pin in self.pins.items()}

    @property
    def names(self) -> list[Any]:
        found = self.workbook.find(f"{NS}definedNames")
        return [] if found is None else [node for node in found if node.get("localSheetId") is None]

    def move_pins(self, sheet: str, where: Callable[[Position], Position | None]) -> None:
        for key, pin in self.pins.items():
            if pin and pin[0] == sheet:
                new = where(pin[1])
                self.pins[key] = (sheet, new) if new else None

    def follow(self, where: Renumbered) -> None:
        """Change every reference to a sheet whose cells moved; sheets without one stay as they are."""
        for node in self.names:
            node.text = where.referring(node.text or "", "")
        for name in self.sheet_names:
            if name not in self.open and not where.is_named_in(self.parts[self.part_of(name)].decode()):
                continue
            for node in self.sheet(name).root.iter(f"{NS}f"):
                if node.text and (changed := where.referring(node.text, name)) != node.text:
                    node.text = changed
        beside = (node for node in self.sheet(where.sheet).root if node.tag != f"{NS}sheetData")
        for node in [inner for outer in beside for inner in outer.iter()]:
            for key in ("ref", "sqref"):
                if node.get(key):
                    moved_ranges = [where.referring(one, where.sheet) for one in node.get(key).split()]
                    kept = [one for one in moved_ranges if "#REF" not in one]
                    node.set(key, " ".join(kept)) if kept else node.getparent().remove(node)

    def save(self, order: Iterable[str] | None = None) -> bytes:
        """Return the file."""
        parts = dict(self.parts)
        parts["xl/workbook.xml"] = _xml(self.workbook)
        parts["xl/_rels/workbook.xml.rels"] = _xml(self.links)
        for sheet in self.open.values():
            parts[sheet.part] = _xml(sheet.root)
        if "table_of_strings" in self.__dict__ and "xl/sharedStrings.xml" in self.parts:
            parts["xl/sharedStrings.xml"] = _xml(self.table_of_strings)
        if "styles" in self.__dict__ and "xl/styles.xml" in self.parts:
            parts["xl/styles.xml"] = _xml(self.styles)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name in order or parts:
                archive.writestr(name, parts[name])
        data = buffer.getvalue()
        for change in self.after:
            data = change(data)
        return data


def _xml(root: Any) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
