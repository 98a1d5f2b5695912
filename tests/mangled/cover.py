"""The cover: notes moved, retyped, lost; organ, code and year retyped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mangled.anchors import drop_names
from mangled.scene import Scene, kind

if TYPE_CHECKING:
    from mangled.book import Sheet


def cover(scene: Scene) -> Sheet:
    return scene.pin(scene.note())[0]


@kind("cover", harmless=True)
def note_labels_edited(scene: Scene) -> None:
    sheet, (row, column) = scene.pin(scene.note())
    sheet.put(row, column - 1, "请填写")


@kind("cover")
def note_labels_edited_and_names_lost(scene: Scene) -> None:
    note_labels_edited(scene)
    drop_names(scene)


@kind("cover", harmless=True)
def names_lost_from_the_cover(scene: Scene) -> None:
    drop_names(scene)


@kind("cover", harmless=True)
def row_inserted_above_the_notes(scene: Scene) -> None:
    sheet, (row, _) = scene.pin(scene.note())
    sheet.insert_rows(row)


@kind("cover")
def cover_row_inserted_by_script(scene: Scene) -> None:
    sheet, (row, _) = scene.pin(scene.note())
    sheet.insert_rows(row, follows=False)


@kind("cover")
def row_inserted_at_the_top_by_script(scene: Scene) -> None:
    cover(scene).insert_rows(2, follows=False)


@kind("cover")
def row_inserted_at_the_top(scene: Scene) -> None:
    cover(scene).insert_rows(2)


def exchange(scene: Scene, first: int) -> None:
    notes = [key for key in scene.meant if key.startswith("cover.") and scene.book.pins.get(key)]
    one, other = scene.dice.sample(notes, 2)
    sheet, (row, column) = scene.pin(one)
    below = scene.pin(other)[1][0]
    columns = range(first, column + 1)
    moves = {(row, at): (below, at) for at in columns} | {(below, at): (row, at) for at in columns}
    if first == column:
        scene.meant[one], scene.meant[other] = scene.meant[other], scene.meant[one]
        pins = dict(scene.book.pins)
        sheet.permute(moves)
        scene.book.pins = pins
    else:
        sheet.permute(moves)


@kind("cover")
def notes_exchanged_with_labels(scene: Scene) -> None:
    exchange(scene, 2)


@kind("cover")
def notes_exchanged_with_labels_and_names_lost(scene: Scene) -> None:
    exchange(scene, 2)
    drop_names(scene)


@kind("cover")
def notes_typed_into_each_others_cells(scene: Scene) -> None:
    exchange(scene, 3)


@kind("cover")
def note_beside_its_cell(scene: Scene) -> None:
    key = scene.note()
    sheet, (row, column) = scene.pin(key)
    sheet.permute({(row, column): (row, column + 1)})


@kind("cover")
def note_in_its_label(scene: Scene) -> None:
    key = scene.note()
    sheet, (row, column) = scene.pin(key)
    sheet.put(row, column - 1, f"{sheet.text(row, column - 1)}：{scene.meant[key]}")
    sheet.put(row, column, None)


@kind("cover")
def note_one_row_lower(scene: Scene) -> None:
    """Typed beside another label, whose own note it replaces: what stands beside a label is what is seen."""
    keys = [key for key in scene.meant if key.startswith("cover.") and scene.book.pins.get(key)]
    one, other = keys[0], keys[1]
    scene.type(other, str(scene.meant[one]))
    scene.type(one, None)


@kind("cover")
def cover_column_inserted(scene: Scene) -> None:
    sheet, (_, column) = scene.pin(scene.note())
    sheet.insert_columns(column)


@kind("cover")
def cover_column_inserted_and_names_lost(scene: Scene) -> None:
    cover_column_inserted(scene)
    drop_names(scene)


@kind("cover")
def cover_column_inserted_by_script(scene: Scene) -> None:
    sheet, (_, column) = scene.pin(scene.note())
    sheet.insert_columns(column, follows=False)


@kind("cover")
def cover_deleted(scene: Scene) -> None:
    scene.book.delete_sheet(cover(scene).name)


@kind("cover", harmless=True)
def cover_renamed(scene: Scene) -> None:
    scene.book.rename(cover(scene).name, "首页")


@kind("cover")
def telephone_as_a_number(scene: Scene) -> None:
    sheet, position = scene.pin("cover.phone")
    sheet.put(*position, 52712345678)
    scene.meant["cover.phone"] = "52712345678"


@kind("cover", harmless=True)
def day_as_a_serial(scene: Scene) -> None:
    sheet, position = scene.pin("cover.date")
    sheet.put(*position, 45736)
    sheet.restyle(*position, "yyyy-mm-dd")
    scene.meant["cover.date"] = "2025-03-20"


@kind("cover", harmless=True)
def day_in_a_text_cell(scene: Scene) -> None:
    scene.type("cover.date", "2025年3月20日")


@kind("cover")
def organ_retyped(scene: Scene) -> None:
    cover(scene).put(3, 3, "某某县教育局")
    scene.said.add("cover_contradicts")


@kind("cover")
def code_retyped(scene: Scene) -> None:
    cover(scene).put(4, 3, "999")
    scene.said.add("cover_contradicts")


@kind("cover")
def year_retyped(scene: Scene) -> None:
    cover(scene).put(5, 3, scene.filing.year - 1)
    scene.said.add("cover_contradicts")


@kind("cover")
def organ_retyped_after_a_row_was_inserted(scene: Scene) -> None:
    sheet = cover(scene)
    sheet.insert_rows(2)
    sheet.put(4, 3, "某某县教育局")
    scene.said.add("cover_contradicts")


@kind("cover")
def organ_retyped_on_a_cover_moved_back(scene: Scene) -> None:
    cover(scene).put(3, 3, "某某县教育局")
    nodes = list(scene.book.sheet_nodes)
    scene.book.sheet_nodes[:] = [nodes[1], nodes[0], *nodes[2:]]
    scene.said.add("cover_contradicts")


@kind("cover", harmless=True)
def organ_spaced(scene: Scene) -> None:
    sheet = cover(scene)
    sheet.put(3, 3, f" {sheet.text(3, 3)} ")


@kind("cover")
def note_by_formula(scene: Scene) -> None:
    key = scene.note()
    sheet, position = scene.pin(key)
    sheet.put_formula(*position, f'"{scene.meant[key]}"', scene.meant[key], "str")


@kind("cover")
def note_is_an_error_value(scene: Scene) -> None:
    key = scene.note()
    sheet, position = scene.pin(key)
    sheet.put_formula(*position, "某某", "#NAME?", "e")
    scene.told.add(key)


@kind("cover", harmless=True)
def notes_merged_across(scene: Scene) -> None:
    sheet, (row, column) = scene.pin(scene.note())
    sheet.merge((row, column), (row, column + 3))


@kind("cover")
def cover_copied_with_another_contact(scene: Scene) -> None:
    field = "cover.contact"
    sheet, position = scene.pin(field)
    scene.book.copy_sheet(sheet.name, "封面 (2)").put(*position, "另一位联系人")
    scene.told.add(field)


@kind("cover")
def table_with_the_head_of_another_organ(scene: Scene) -> None:
    """A table pasted whole, as values: its line says whose it was."""
    words, fields = scene.form.words, scene.lines("requests", 0)
    scene.table_sheet("requests").put(2, 2, f"{words.organ}：邻县教育局\u3000\u3000{words.year}：{scene.filing.year}")
    scene.told |= {key for line in fields for key in line if key in scene.meant}
