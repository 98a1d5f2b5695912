"""XML that programs and scripts write in ways of their own, or that says one thing twice."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from lxml import etree
from mangled.book import NS
from mangled.scene import Scene, kind

if TYPE_CHECKING:
    from collections.abc import Callable

STRICT = (
    (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes",
        b"http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes",
    ),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
        b"http://purl.oclc.org/ooxml/officeDocument/customProperties",
    ),
    (b"http://schemas.openxmlformats.org/drawingml/2006/main", b"http://purl.oclc.org/ooxml/drawingml/main"),
)


def repacked(change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> Callable[[bytes], bytes]:
    def changed(data: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, content in change(parts).items():
                archive.writestr(name, content)
        return buffer.getvalue()

    return changed


@kind("parts", harmless=True)
def saved_as_strict(scene: Scene) -> None:
    def change(parts: dict[str, bytes]) -> dict[str, bytes]:
        for old, new in STRICT:
            parts = {name: content.replace(old, new) for name, content in parts.items()}
        return parts

    scene.book.after.append(repacked(change))


@kind("parts", harmless=True)
def saved_with_macros(scene: Scene) -> None:
    def change(parts: dict[str, bytes]) -> dict[str, bytes]:
        kinds = parts["[Content_Types].xml"].replace(
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        )
        return {**parts, "[Content_Types].xml": kinds, "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(600)}

    scene.book.after.append(repacked(change))


@kind("parts")
def sheet_part_twice_in_other_case(scene: Scene) -> None:
    """Programs that fold case read the second, others the first."""
    field = scene.some_figure(least=5)
    part = scene.pin(field)[0].part

    def change(parts: dict[str, bytes]) -> dict[str, bytes]:
        other = re.sub(rb"<v>[0-9]+</v>", b"<v>4</v>", parts[part])
        return {**parts, part.replace("sheet", "Sheet", 2).replace("workSheets", "worksheets"): other}

    scene.book.after.append(repacked(change))


def raw(scene: Scene, least: int = 5) -> tuple[str, etree._Element]:
    field = scene.some_figure(least=least)
    sheet, position = scene.pin(field)
    return field, sheet.cell(*position)


@kind("parts")
def two_values_in_one_cell(scene: Scene) -> None:
    field, cell = raw(scene)
    etree.SubElement(cell, f"{NS}v").text = "4"
    scene.told.add(field)


@kind("parts")
def address_in_small_letters(scene: Scene) -> None:
    _, cell = raw(scene)
    cell.set("r", cell.get("r").lower())


@kind("parts")
def address_with_dollars(scene: Scene) -> None:
    _, cell = raw(scene)
    cell.set("r", re.sub(r"([A-Z]+)([0-9]+)", r"$\1$\2", cell.get("r")))


@kind("parts")
def cell_under_the_row_of_another(scene: Scene) -> None:
    """The row says 9, the cell E13: programs differ."""
    field = scene.some_figure(least=5)
    sheet, position = scene.pin(field)
    cell = sheet.cells[position]
    others = [row for number, row in sorted(sheet.rows.items()) if number > position[0]]
    cell.getparent().remove(cell)
    others[0].append(cell)


@kind("parts")
def number_in_an_inline_text(scene: Scene) -> None:
    field, cell = raw(scene)
    cell.attrib.pop("t", None)
    cell[:] = []
    etree.SubElement(etree.SubElement(cell, f"{NS}is"), f"{NS}t").text = str(scene.meant[field])


@kind("parts", harmless=True)
def inline_text_with_its_reading(scene: Scene) -> None:
    """Phonetic runs are no part of what is typed."""
    field, cell = raw(scene)
    cell.set("t", "inlineStr")
    cell[:] = []
    inner = etree.SubElement(cell, f"{NS}is")
    etree.SubElement(inner, f"{NS}t").text = str(scene.meant[field])
    reading = etree.SubElement(inner, f"{NS}rPh", sb="0", eb="1")
    etree.SubElement(reading, f"{NS}t").text = "7"


@kind("parts")
def value_beside_an_inline_text(scene: Scene) -> None:
    field, cell = raw(scene)
    cell.set("t", "inlineStr")
    etree.SubElement(etree.SubElement(cell, f"{NS}is"), f"{NS}t").text = "4"
    scene.told.add(field)


@kind("parts", harmless=True)
def spaces_around_the_number_of_a_string(scene: Scene) -> None:
    for name in scene.book.sheet_names:
        for cell in scene.book.sheet(name).cells.values():
            if cell.get("t") == "s":
                value = cell.find(f"{NS}v")
                value.text = f" {value.text}\n"


@kind("parts")
def other_bytes_before_the_zip(scene: Scene) -> None:
    scene.book.after.append(lambda data: b"Content-Type: x\r\n\r\n" + data)


@kind("parts")
def another_file_before_it(scene: Scene) -> None:
    """Two files put together by a mail program: the last directory counts for every program."""
    first = scene.book.save()
    scene.book.after.append(lambda data: first.replace(b"<v>1", b"<v>2") + data)


@kind("parts")
def sheet_that_is_a_chart(scene: Scene) -> None:
    sheet = scene.table_sheet("reviews")
    name = sheet.part.removeprefix("xl/")
    for link in scene.book.links:
        if link.get("Target") == name:
            link.set("Type", link.get("Type").replace("worksheet", "chartsheet"))


@kind("parts")
def content_in_alternatives(scene: Scene) -> None:
    """What another version of the program would show stands in the file too."""
    sheet = scene.table_sheet("requests")
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    outer = etree.SubElement(sheet.root, f"{{{mc}}}AlternateContent")
    choice = etree.SubElement(outer, f"{{{mc}}}Choice", Requires="x14")
    data = etree.SubElement(choice, f"{NS}sheetData")
    row = etree.SubElement(data, f"{NS}row", r="9")
    cell = etree.SubElement(row, f"{NS}c", r="E9")
    etree.SubElement(cell, f"{NS}v").text = "4"


@kind("parts")
def second_table_of_cells(scene: Scene) -> None:
    sheet = scene.table_sheet("requests")
    data = etree.Element(f"{NS}sheetData")
    row = etree.SubElement(data, f"{NS}row", r="9")
    cell = etree.SubElement(row, f"{NS}c", r="E9")
    etree.SubElement(cell, f"{NS}v").text = "4"
    sheet.data.addnext(data)
