"""What nobody sees: defined names, hidden keys, the very hidden sheet, the document's properties."""

from __future__ import annotations

import re

from mangled.book import NS
from mangled.rows import pick
from mangled.scene import Scene, kind

KEYS = "_xxgk"


def drop_names(scene: Scene) -> None:
    for node in scene.book.names:
        node.getparent().remove(node)


@kind("anchors", harmless=True)
def names_lost(scene: Scene) -> None:
    drop_names(scene)


@kind("anchors", harmless=True)
def names_point_nowhere(scene: Scene) -> None:
    for node in scene.book.names:
        node.text = "#REF!"


@kind("anchors")
def names_point_one_row_lower(scene: Scene) -> None:
    for node in scene.book.names:
        node.text = re.sub(r"\$(\d+)", lambda found: f"${int(found[1]) + 1}", node.text or "")


@kind("anchors")
def names_point_one_column_on(scene: Scene) -> None:
    for node in scene.book.names:
        node.text = re.sub(r"\$([A-N])\$", lambda found: f"${chr(ord(found[1]) + 1)}$", node.text or "")


@kind("anchors", harmless=True)
def names_of_one_sheet_only(scene: Scene) -> None:
    for node in scene.book.names:
        node.set("localSheetId", "3")


@kind("anchors", harmless=True)
def names_without_dollars(scene: Scene) -> None:
    for node in scene.book.names:
        node.text = (node.text or "").replace("$", "")


@kind("anchors")
def two_names_exchanged(scene: Scene) -> None:
    one, other = scene.two_rows()
    nodes = {node.get("name"): node for node in scene.book.names}
    for first, second in zip(one, other, strict=True):
        if first in nodes and second in nodes:
            nodes[first].text, nodes[second].text = nodes[second].text, nodes[first].text


@kind("anchors", harmless=True)
def names_of_the_clerk_added(scene: Scene) -> None:
    parent = scene.book.workbook.find(f"{NS}definedNames")
    node = parent.makeelement(f"{NS}definedName", {"name": "我的区域"})
    node.text = "'三、申请办理'!$E$9:$K$12"
    parent.append(node)


def keyed_rows(scene: Scene) -> list[list[str]]:
    return scene.rows_alike()


@kind("anchors", harmless=True)
def key_of_a_row_wiped(scene: Scene) -> None:
    fields = pick(scene)
    scene.pin(fields[0])[0].put(scene.line(fields, 0), 1, None)


@kind("anchors", harmless=True)
def keys_of_a_sheet_wiped(scene: Scene) -> None:
    sheet = scene.table_sheet("requests")
    for row, column in list(sheet.cells):
        if column == 1:
            sheet.put(row, column, None)


@kind("anchors")
def keys_typed_over_with_numbers(scene: Scene) -> None:
    """The hidden column shown and used for the rows' numbers."""
    sheet = scene.table_sheet("requests")
    for number, fields in enumerate(scene.lines("requests", 0), 1):
        sheet.put(scene.line(fields, 0), 1, number)


@kind("anchors")
def keys_exchanged(scene: Scene) -> None:
    one, other = scene.two_rows()
    rows = scene.line(one, 0), scene.line(other, 0)
    scene.pin(one[0])[0].permute({(rows[0], 1): (rows[1], 1), (rows[1], 1): (rows[0], 1)})


@kind("anchors")
def keys_exchanged_and_names_lost(scene: Scene) -> None:
    keys_exchanged(scene)
    drop_names(scene)


@kind("anchors")
def keys_filled_down(scene: Scene) -> None:
    """The key of one row dragged over the next."""
    one, other = scene.two_rows()
    sheet = scene.pin(one[0])[0]
    sheet.fill((scene.line(other, 0), 1), sheet.contents((scene.line(one, 0), 1)))


@kind("anchors")
def keys_filled_down_and_names_lost(scene: Scene) -> None:
    keys_filled_down(scene)
    drop_names(scene)


@kind("anchors")
def keys_with_spaces(scene: Scene) -> None:
    sheet = scene.table_sheet("requests")
    for fields in scene.lines("requests", 0):
        row = scene.line(fields, 0)
        sheet.put(row, 1, f" {sheet.text(row, 1)} ")


@kind("anchors", harmless=True)
def key_row_of_columns_wiped(scene: Scene) -> None:
    sheet = scene.table_sheet("requests")
    for row, column in list(sheet.cells):
        if row == 5 and column > 1:
            sheet.put(row, column, None)


@kind("anchors")
def keys_of_columns_exchanged(scene: Scene) -> None:
    one, other = scene.two_columns()
    columns = scene.line(one, 1), scene.line(other, 1)
    scene.table_sheet("requests").permute({(5, columns[0]): (5, columns[1]), (5, columns[1]): (5, columns[0])})


@kind("anchors")
def keys_of_columns_exchanged_and_names_lost(scene: Scene) -> None:
    keys_of_columns_exchanged(scene)
    drop_names(scene)


@kind("anchors", harmless=True)
def very_hidden_sheet_shown(scene: Scene) -> None:
    next(node for node in scene.book.sheet_nodes if node.get("name") == KEYS).attrib.pop("state", None)


@kind("anchors", harmless=True)
def very_hidden_sheet_deleted(scene: Scene) -> None:
    scene.book.delete_sheet(KEYS)


@kind("anchors", harmless=True)
def very_hidden_sheet_renamed(scene: Scene) -> None:
    scene.book.rename(KEYS, "Sheet10")


@kind("anchors", harmless=True)
def properties_lost(scene: Scene) -> None:
    scene.book.parts["docProps/custom.xml"] = re.sub(
        rb"<property .*</property>", b"", scene.book.parts["docProps/custom.xml"], flags=re.DOTALL
    )


@kind("anchors")
def every_hidden_mark_lost(scene: Scene) -> None:
    properties_lost(scene)
    scene.book.delete_sheet(KEYS)
    drop_names(scene)


@kind("anchors")
def names_and_keys_lost(scene: Scene) -> None:
    drop_names(scene)
    keys_of_a_sheet_wiped(scene)


@kind("anchors")
def prose_keys_lost(scene: Scene) -> None:
    sheet = scene.pin(scene.prose())[0]
    for row, column in list(sheet.cells):
        if column == 1:
            sheet.put(row, column, None)


@kind("anchors")
def prose_keys_and_names_lost(scene: Scene) -> None:
    prose_keys_lost(scene)
    drop_names(scene)
