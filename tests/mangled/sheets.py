"""Sheets renamed, moved, copied, deleted, hidden, exchanged."""

from __future__ import annotations

from mangled.rows import pick
from mangled.scene import Scene, kind

TABLES = ("disclosure", "requests", "reviews")


def some_table(scene: Scene) -> str:
    return scene.dice.choice(TABLES)


@kind("sheets", harmless=True)
def sheet_renamed(scene: Scene) -> None:
    scene.book.rename(scene.table_sheet(some_table(scene)).name, "表2")


@kind("sheets", harmless=True)
def prose_sheet_renamed(scene: Scene) -> None:
    scene.book.rename(scene.pin(scene.prose())[0].name, "文字")


@kind("sheets")
def sheet_renamed_in_the_list_only(scene: Scene) -> None:
    """A script renames the sheet, names and formulas keep the old one."""
    name = scene.table_sheet(some_table(scene)).name
    next(node for node in scene.book.sheet_nodes if node.get("name") == name).set("name", "表2")
    sheet = scene.book.open.pop(name)
    sheet.name, scene.book.open["表2"] = "表2", sheet
    pins = scene.book.pins.items()
    scene.book.pins = {key: ("表2", pin[1]) if pin and pin[0] == name else pin for key, pin in pins}


@kind("sheets", harmless=True)
def sheets_reordered(scene: Scene) -> None:
    nodes = list(scene.book.sheet_nodes)
    scene.book.sheet_nodes[:] = [nodes[0], *reversed(nodes[1:])]


@kind("sheets")
def cover_moved_to_the_end(scene: Scene) -> None:
    nodes = list(scene.book.sheet_nodes)
    scene.book.sheet_nodes[:] = [*nodes[1:], nodes[0]]


@kind("sheets", harmless=True)
def sheets_hidden(scene: Scene) -> None:
    for node in list(scene.book.sheet_nodes)[1:]:
        node.set("state", "hidden")


@kind("sheets")
def sheet_deleted(scene: Scene) -> None:
    scene.book.delete_sheet(scene.table_sheet(some_table(scene)).name)


@kind("sheets")
def prose_sheet_deleted(scene: Scene) -> None:
    scene.book.delete_sheet(scene.pin(scene.prose())[0].name)


@kind("sheets")
def checks_sheet_deleted(scene: Scene) -> None:
    scene.book.delete_sheet(scene.form.words.checks)


@kind("sheets", harmless=True)
def sheet_of_the_clerk_added(scene: Scene) -> None:
    sheet = scene.book.copy_sheet(scene.form.words.help, "底稿")
    for position in list(sheet.cells):
        sheet.put(*position, None)
    sheet.put(3, 3, 17)


@kind("sheets")
def sheet_copied_with_final_figures(scene: Scene) -> None:
    fields = pick(scene)
    sheet = scene.pin(fields[0])[0]
    copy = scene.book.copy_sheet(sheet.name, f"{sheet.name} (2)")
    for key in fields:
        if key in scene.meant:
            copy.put(*scene.pin(key)[1], 77)
            scene.told.add(key)


@kind("sheets")
def sheet_copied_before_the_original(scene: Scene) -> None:
    fields = pick(scene)
    sheet = scene.pin(fields[0])[0]
    copy = scene.book.copy_sheet(sheet.name, f"{sheet.name} (2)", 1)
    for key in fields:
        if key in scene.meant:
            copy.put(*scene.pin(key)[1], 77)
            scene.told.add(key)


@kind("sheets")
def sheet_copied_and_names_lost(scene: Scene) -> None:
    sheet_copied_before_the_original(scene)
    for node in scene.book.names:
        node.getparent().remove(node)


@kind("sheets", harmless=True)
def sheet_copied_unchanged(scene: Scene) -> None:
    name = scene.table_sheet(some_table(scene)).name
    scene.book.copy_sheet(name, f"{name} (2)")


@kind("sheets")
def prose_sheet_copied_with_final_text(scene: Scene) -> None:
    section = scene.prose()
    sheet, position = scene.pin(section)
    scene.book.copy_sheet(sheet.name, f"{sheet.name} (2)").put(*position, "这是最后定稿的第一段。")
    scene.told.add(section)


@kind("sheets")
def copy_with_its_keys_wiped(scene: Scene) -> None:
    """Visible figures on a copy that bears no keys: people see two tables."""
    fields = pick(scene)
    sheet = scene.pin(fields[0])[0]
    copy = scene.book.copy_sheet(sheet.name, f"{sheet.name} (2)")
    for row, column in list(copy.cells):
        if column == 1 or row == 5:
            copy.put(row, column, None)
    for key in fields:
        if key in scene.meant:
            copy.put(*scene.pin(key)[1], 77)
            scene.told.add(key)


@kind("sheets")
def original_deleted_after_copying(scene: Scene) -> None:
    """The copy is all there is; it took the place of the original without its names."""
    name = scene.table_sheet("requests").name
    pins = {key: pin for key, pin in scene.book.pins.items() if pin and pin[0] == name}
    scene.book.copy_sheet(name, f"{name} (2)", 3)
    scene.book.delete_sheet(name)
    scene.book.pins |= {key: (f"{name} (2)", pin[1]) for key, pin in pins.items() if pin}


@kind("sheets")
def copy_took_the_name(scene: Scene) -> None:
    """The original renamed 旧, the copy given its name: names follow the original, people read the copy."""
    fields = pick(scene)
    name = scene.pin(fields[0])[0].name
    scene.book.rename(name, "旧")
    copy = scene.book.copy_sheet("旧", name, 2)
    for key in fields:
        if key in scene.meant:
            copy.put(*scene.pin(key)[1], 77)
            scene.told.add(key)


@kind("sheets")
def names_of_two_sheets_exchanged(scene: Scene) -> None:
    one, other = scene.table_sheet("requests").name, scene.table_sheet("reviews").name
    scene.book.rename(one, "某表")
    scene.book.rename(other, one)
    scene.book.rename("某表", other)


@kind("sheets")
def two_prose_sheets_exchange_their_tabs(scene: Scene) -> None:
    """Only the tabs are renamed; each sheet keeps its title, and people go by the title above the text."""
    names = [scene.book.pins[key][0] for key in scene.meant if key in {"problems", "other"} and scene.book.pins[key]]  # type: ignore[index]
    scene.book.rename(names[0], "某表")
    scene.book.rename(names[1], names[0])
    scene.book.rename("某表", names[1])


@kind("sheets", harmless=True)
def sheets_unprotected(scene: Scene) -> None:
    for name in scene.book.sheet_names:
        scene.book.sheet(name).drop("sheetProtection")


@kind("sheets")
def table_retyped_on_another_sheet(scene: Scene) -> None:
    """A row's figures wiped where they belong and typed on a sheet of the clerk's own."""
    fields = [key for key in pick(scene) if key in scene.meant]
    sheet = scene.book.copy_sheet(scene.form.words.help, "补充")
    for key in fields:
        sheet.put(40, scene.pin(key)[1][1], scene.meant[key])  # type: ignore[arg-type]
        scene.pin(key)[0].put(*scene.pin(key)[1], None)


@kind("sheets")
def prose_sheet_copied_with_a_paragraph_more(scene: Scene) -> None:
    section = scene.prose()
    sheet, (row, column) = scene.pin(section)
    copy = scene.book.copy_sheet(sheet.name, f"{sheet.name} (2)")
    copy.put(row + len(scene.paragraphs(section)), column, "定稿时添上的一段。")
    scene.told.add(section)


@kind("sheets", harmless=True)
def column_inserted_into_the_checks(scene: Scene) -> None:
    """The explanations stand under their own head."""
    sheet = scene.book.sheet(scene.form.words.checks)
    sheet.insert_columns(6)


@kind("sheets")
def column_inserted_into_the_checks_by_script(scene: Scene) -> None:
    scene.book.sheet(scene.form.words.checks).insert_columns(6, follows=False)


@kind("sheets")
def checks_sorted_without_their_keys(scene: Scene) -> None:
    """The filter's own sorting moves what is seen and leaves the hidden column."""
    sheet = scene.book.sheet(scene.form.words.checks)
    found = [key for key in scene.meant if key.startswith("explanation.") and scene.meant[key]]
    row = scene.pin(found[0])[1][0]
    other = row + 1 if (row + 1, 2) in sheet.cells else row - 1
    moves = {(row, column): (other, column) for column in range(2, 12)}
    sheet.permute(moves | {new: old for old, new in moves.items()})


@kind("sheets")
def explanation_beside_its_cell(scene: Scene) -> None:
    found = [key for key in scene.meant if key.startswith("explanation.") and scene.meant[key]]
    sheet, (row, column) = scene.pin(found[0])
    sheet.permute({(row, column): (row, column + 10)})
    scene.said.add("explanation_not_read")


@kind("sheets")
def sheet_copied_without_its_edge_and_first_rows(scene: Scene) -> None:
    """The part people see, copied to a sheet of their own, with other figures in it."""
    fields = next(line for line in scene.lines("requests", 0) if any(key in scene.meant for key in line))
    sheet = scene.pin(fields[0])[0]
    copy = scene.book.copy_sheet(sheet.name, "定稿")
    for key in fields:
        if key in scene.meant:
            copy.put(*scene.pin(key)[1], 77)
            scene.told.add(key)
    copy.delete_column(1)
    for _ in range(4):
        copy.delete_row(1)
