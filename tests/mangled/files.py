"""The file itself: how parts are written, named, ordered, compressed; strings in and out of their table."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from mangled.book import MAIN, NS, address
from mangled.scene import NotHere, Scene, kind
from packagecases import prefixed, rezipped

if TYPE_CHECKING:
    from collections.abc import Callable

STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def in_sheets(scene: Scene, change: Callable[[str], str | bytes]) -> None:
    def edit(name: str, content: bytes) -> bytes:
        if not name.startswith("xl/worksheets/sheet"):
            return content
        changed = change(content.decode())
        return changed if isinstance(changed, bytes) else changed.encode()

    scene.book.after.append(lambda data: rezipped(data, edit))


@kind("files", harmless=True)
def compressed_again(scene: Scene) -> None:
    scene.book.after.append(lambda data: rezipped(data, lambda _, content: content, streamed=True))


@kind("files", harmless=True)
def members_in_another_order(scene: Scene) -> None:
    def reverse(data: bytes) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
            for name in reversed(old.namelist()):
                new.writestr(name, old.read(name))
        return buffer.getvalue()

    scene.book.after.append(reverse)


@kind("files", harmless=True)
def folders_listed_as_members(scene: Scene) -> None:
    for name in ("xl/", "xl/worksheets/", "docProps/"):
        scene.book.parts[name] = b""


@kind("files", harmless=True)
def part_names_in_capitals(scene: Scene) -> None:
    def rename(name: str) -> str:
        return name.upper() if name.startswith("xl/worksheets/") else name

    scene.book.after.append(lambda data: rezipped(data, lambda _, content: content, rename))


@kind("files", harmless=True)
def sheets_prefixed(scene: Scene) -> None:
    in_sheets(scene, prefixed)


@kind("files", harmless=True)
def sheets_in_utf16(scene: Scene) -> None:
    in_sheets(scene, lambda xml: re.sub("(?i)utf-8", "UTF-16", xml, count=1).encode("utf-16"))


@kind("files", harmless=True)
def sheets_in_strict_namespace(scene: Scene) -> None:
    in_sheets(scene, lambda xml: xml.replace(MAIN, STRICT))


@kind("files", harmless=True)
def sheets_in_single_quotes_over_lines(scene: Scene) -> None:
    def requoted(tag: re.Match[str]) -> str:
        return tag[0] if "'" in tag[0] else re.sub(r'="([^"]*)"', "=\n'\\1'", tag[0])

    in_sheets(scene, lambda xml: re.sub(r"<[a-zA-Z][^<>]*>", requoted, xml))


@kind("files", harmless=True)
def comments_and_instructions_in_sheets(scene: Scene) -> None:
    twin = '<sheetData><!-- <row r="9"><c r="E9"><v>99</v></c></row> --><?x <c r="E9"><v>99</v></c>?>'
    in_sheets(scene, lambda xml: xml.replace("<sheetData>", twin, 1))


@kind("files", harmless=True)
def dimension_lies(scene: Scene) -> None:
    in_sheets(scene, lambda xml: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1"', xml))


@kind("files", harmless=True)
def character_sections(scene: Scene) -> None:
    in_sheets(scene, lambda xml: re.sub(r"<v>(\d+)</v>", r"<v><![CDATA[\1]]></v>", xml))


@kind("files", harmless=True)
def figures_split_by_a_comment(scene: Scene) -> None:
    """A comment within a value is no part of it: 12 stays 12."""
    in_sheets(scene, lambda xml: re.sub(r"<v>(\d)(\d+)</v>", r"<v>\1<!-- 0 -->\2</v>", xml))


@kind("files", harmless=True)
def numeric_references_for_digits(scene: Scene) -> None:
    in_sheets(scene, lambda xml: re.sub(r"<v>(\d)(\d*)</v>", lambda v: f"<v>&#{ord(v[1])};{v[2]}</v>", xml))


@kind("files", harmless=True)
def space_around_figures(scene: Scene) -> None:
    in_sheets(scene, lambda xml: re.sub(r"<v>(\d+)</v>", r"<v> \1\n</v>", xml))


@kind("files", harmless=True)
def cells_without_addresses(scene: Scene) -> None:
    """Counting gives where they stand."""
    for name in scene.book.sheet_names:
        sheet = scene.book.sheet(name)
        for row in list(sheet.rows):
            for column in range(1, max((at for line, at in sheet.cells if line == row), default=0) + 1):
                sheet.cell(row, column)
        for row in range(1, max(sheet.rows)):
            if row not in sheet.rows:
                sheet.cell(row, 1)
    in_sheets(scene, lambda xml: re.sub(r'<(c|row) r="[A-Z]*\d+"', r"<\1", xml))


@kind("files")
def rows_without_numbers(scene: Scene) -> None:
    in_sheets(scene, lambda xml: re.sub(r'<row r="\d+"', "<row", xml))


@kind("files", harmless=True)
def all_strings_in_cells(scene: Scene) -> None:
    for name in scene.book.sheet_names:
        sheet = scene.book.sheet(name)
        for position, cell in list(sheet.cells.items()):
            if cell.get("t") == "s":
                sheet.put(*position, sheet.text(*position), "inlineStr")


@kind("files", harmless=True)
def strings_in_another_order(scene: Scene) -> None:
    """The table of strings reversed and every cell renumbered, as a program that saves anew may do."""
    count = len(scene.book.strings)
    for name in scene.book.sheet_names:
        for cell in scene.book.sheet(name).cells.values():
            if cell.get("t") == "s":
                node = cell.find(f"{NS}v")
                node.text = str(count - 1 - int(node.text))
    scene.book.table_of_strings[:] = list(reversed(scene.book.table_of_strings))
    scene.book.strings.reverse()


@kind("files")
def table_of_strings_lost(scene: Scene) -> None:
    for node in list(scene.book.links):
        if node.get("Type", "").endswith("sharedStrings"):
            scene.book.links.remove(node)
    scene.told |= {key for key, value in scene.meant.items() if value is not None}


@kind("files")
def string_dropped_from_the_table(scene: Scene) -> None:
    """Every later text is another's: labels and prose are wrong at once."""
    table = scene.book.table_of_strings
    table.remove(table[0])
    scene.told |= {key for key, value in scene.meant.items() if isinstance(value, tuple)}


@kind("files")
def two_strings_exchanged(scene: Scene) -> None:
    table = scene.book.table_of_strings
    one, other = scene.two_rows()
    sheet = scene.pin(one[0])[0]
    texts = [sheet.text(*scene.label_cell(fields)) for fields in (one, other)]
    places = [scene.book.strings.index(text) for text in texts]
    for place, text in zip(places, reversed(texts), strict=True):
        for node in list(table[place]):
            table[place].remove(node)
        node = table[place].makeelement(f"{NS}t", {})
        node.text = text
        table[place].append(node)
    scene.told |= {key for key in (*one, *other) if key in scene.meant}


@kind("files")
def two_sheets_exchange_their_parts(scene: Scene) -> None:
    """The links of two sheets exchanged: each tab shows the other's table, and the names go astray."""
    one, other = scene.table_sheet("requests").name, scene.table_sheet("reviews").name
    nodes = {node.get("name"): node for node in scene.book.sheet_nodes}
    key = next(key for key in nodes[one].attrib if key.endswith("}id"))
    first, second = nodes[one].get(key), nodes[other].get(key)
    nodes[one].set(key, second)
    nodes[other].set(key, first)
    sheets = scene.book.open
    sheets[one], sheets[other] = sheets[other], sheets[one]
    sheets[one].name, sheets[other].name = one, other
    swap = {one: other, other: one}
    pins = scene.book.pins.items()
    scene.book.pins = {key: (swap.get(pin[0], pin[0]), pin[1]) if pin else None for key, pin in pins}


@kind("files")
def two_sheets_of_one_name(scene: Scene) -> None:
    fields = [fields for fields in scene.lines("requests", 0) if any(scene.figures(fields))]
    if not fields:
        raise NotHere("row")
    sheet = scene.table_sheet("requests")
    copy = scene.book.copy_sheet(sheet.name, "另一张", 1)
    for key in fields[0]:
        if key in scene.meant:
            copy.put(*scene.pin(key)[1], 77)
            scene.told.add(key)
    next(node for node in scene.book.sheet_nodes if node.get("name") == "另一张").set("name", sheet.name)


@kind("files")
def member_twice_in_the_zip(scene: Scene) -> None:
    """Two members of one name: which of them is read, programs do not agree on."""
    field = scene.some_figure(least=2)
    sheet, position = scene.pin(field)
    contents = sheet.contents(position)
    part = sheet.part
    scene.told.add(field)

    def twice(data: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            xml = archive.read(part)
        value = contents[1][-1].text.encode()
        cell = rb'(<c r="%s"[^>]*><v>)%s(</v>)' % (address(*position).encode(), re.escape(value))
        other = re.sub(cell, rb"\g<1>77\g<2>", xml)
        buffer = io.BytesIO(data)
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.writestr("xl/worksheets/sheetX.xml", other)
        return buffer.getvalue().replace(b"xl/worksheets/sheetX.xml", part.encode().ljust(24))

    scene.book.after.append(twice)


@kind("files", harmless=True)
def styles_part_lost(scene: Scene) -> None:
    for node in list(scene.book.links):
        if node.get("Type", "").endswith("/styles"):
            scene.book.links.remove(node)
    scene.book.parts.pop("xl/styles.xml")


@kind("files", harmless=True)
def theme_and_application_lost(scene: Scene) -> None:
    for name in ("xl/theme/theme1.xml", "docProps/app.xml", "docProps/core.xml"):
        scene.book.parts.pop(name, None)


@kind("files", harmless=True)
def absolute_targets(scene: Scene) -> None:
    for node in scene.book.links:
        node.set("Target", f"/xl/{node.get('Target')}")


@kind("files", harmless=True)
def links_renumbered(scene: Scene) -> None:
    names = {node.get("Id"): f"R{number}" for number, node in enumerate(scene.book.links)}
    for node in scene.book.links:
        node.set("Id", names[node.get("Id")])
    for node in scene.book.sheet_nodes:
        key = next(key for key in node.attrib if key.endswith("}id"))
        node.set(key, names[node.get(key)])


@kind("files")
def relation_of_a_sheet_lost(scene: Scene) -> None:
    scene.book.links.remove(scene.book.links[3])


@kind("files", harmless=True)
def unknown_parts_added(scene: Scene) -> None:
    scene.book.parts["customXml/item1.xml"] = b"<x/>"
    scene.book.parts["xl/calcChain.xml"] = b'<calcChain xmlns="%s"/>' % MAIN.encode()


@kind("files")
def text_box_with_a_paragraph(scene: Scene) -> None:
    drawing = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:sp><xdr:txBody><a:p><a:r>'
        "<a:t>文本框里还有一段话。</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>"
    )
    scene.book.parts["xl/drawings/drawing1.xml"] = drawing.encode()
    scene.said.add("text_in_shape")


@kind("files")
def old_text_box_with_a_paragraph(scene: Scene) -> None:
    """A box as programs of twenty years ago drew it: no well-formed XML, and beside the comments' boxes."""
    scene.book.parts["xl/drawings/vmlDrawing7.vml"] = (
        "<xml><v:rect><v:textbox><div>旧文本框里还有一段话。<br></div></v:textbox></v:rect></xml>".encode()
    )
    scene.said.add("text_in_shape")
