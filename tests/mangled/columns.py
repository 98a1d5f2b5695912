"""Columns inserted, deleted, exchanged, copied, hidden."""

from __future__ import annotations

from mangled.book import NS
from mangled.rows import pick
from mangled.scene import Scene, kind


def some_column(scene: Scene, table: str = "requests") -> int:
    return scene.line(scene.two_columns(table)[0], 1)


@kind("columns")
def column_inserted(scene: Scene) -> None:
    scene.table_sheet("requests").insert_columns(some_column(scene))


@kind("columns", harmless=True)
def column_inserted_before_the_first_figure(scene: Scene) -> None:
    """The input column of the register's totals moves along; its own label says where it stands now."""
    first = min(scene.line(fields, 1) for fields in scene.lines("requests", 1))
    scene.table_sheet("requests").insert_columns(first)


@kind("columns")
def column_inserted_by_script(scene: Scene) -> None:
    scene.table_sheet("requests").insert_columns(some_column(scene), follows=False)


@kind("columns")
def column_inserted_before_the_keys(scene: Scene) -> None:
    scene.pin(pick(scene)[0])[0].insert_columns(1)


@kind("columns")
def key_column_deleted(scene: Scene) -> None:
    scene.pin(pick(scene)[0])[0].delete_column(1)


@kind("columns")
def key_column_deleted_by_script(scene: Scene) -> None:
    scene.pin(pick(scene)[0])[0].delete_column(1, follows=False)


@kind("columns")
def column_deleted(scene: Scene) -> None:
    scene.table_sheet("requests").delete_column(some_column(scene))


@kind("columns")
def column_deleted_by_script(scene: Scene) -> None:
    scene.table_sheet("requests").delete_column(some_column(scene), follows=False)


@kind("columns")
def column_of_reviews_deleted_by_script(scene: Scene) -> None:
    scene.table_sheet("reviews").delete_column(some_column(scene, "reviews"), follows=False)


def exchange(scene: Scene, table: str, *, keys: bool) -> None:
    one, other = scene.two_columns(table)
    sheet, (top, first) = scene.pin(one[0])[0], scene.head_cell(one)
    second = scene.line(other, 1)
    bottom = max(scene.line(fields, 0) for fields in scene.lines(table, 0))
    rows = list(range(5 if keys else top, bottom + 1))
    moves = {(row, first): (row, second) for row in rows} | {(row, second): (row, first) for row in rows}
    sheet.permute(moves)


@kind("columns")
def columns_exchanged_with_heads(scene: Scene) -> None:
    exchange(scene, "requests", keys=False)


@kind("columns")
def columns_exchanged_with_heads_and_keys(scene: Scene) -> None:
    exchange(scene, "requests", keys=True)


@kind("columns")
def columns_of_reviews_exchanged(scene: Scene) -> None:
    """Heads of one name stand under different parents there: what a person means is not to be told from the head."""
    one, other = scene.two_columns("reviews")
    sheet = scene.pin(one[0])[0]
    if sheet.text(*scene.head_cell(one)) == sheet.text(*scene.head_cell(other)):
        return
    (top, first), second = scene.head_cell(one), scene.line(other, 1)
    rows = range(top, scene.line(scene.lines("reviews", 0)[0], 0) + 1)
    moves = {(row, first): (row, second) for row in rows} | {(row, second): (row, first) for row in rows}
    before = dict(scene.book.pins)
    sheet.permute(moves)
    scene.book.pins = before
    scene.told |= {key for key in (*one, *other) if key in scene.meant}


@kind("columns")
def column_cut_and_inserted(scene: Scene) -> None:
    one, other = scene.two_columns()
    columns = scene.line(one, 1), scene.line(other, 1)
    scene.table_sheet("requests").remap(columns={columns[0]: columns[1], columns[1]: columns[0]})


@kind("columns")
def column_copied_with_other_figures(scene: Scene) -> None:
    one, _ = scene.two_columns()
    sheet, column = scene.pin(one[0])[0], scene.line(one, 1)
    sheet.insert_columns(column + 1)
    for row in range(5, max(sheet.rows) + 1):
        sheet.fill((row, column + 1), sheet.contents((row, column)))
    for key in one:
        if key in scene.meant:
            sheet.put(scene.pin(key)[1][0], column + 1, 77)
            scene.told.add(key)


@kind("columns", harmless=True)
def columns_hidden(scene: Scene) -> None:
    for col in scene.table_sheet("requests").root.iter(f"{NS}col"):
        col.set("hidden", "1")


@kind("columns", harmless=True)
def key_column_shown(scene: Scene) -> None:
    for col in scene.table_sheet("requests").root.iter(f"{NS}col"):
        col.attrib.pop("hidden", None)


@kind("columns", harmless=True)
def column_inserted_at_the_right(scene: Scene) -> None:
    last = max(scene.line(fields, 1) for fields in scene.lines("requests", 1))
    scene.table_sheet("requests").insert_columns(last + 1)


@kind("columns")
def figures_pasted_one_column_on(scene: Scene) -> None:
    """What stands beside a label and under a head is what is seen, blanks among it."""
    fields = sorted((key for key in pick(scene) if key in scene.meant), key=lambda key: scene.pin(key)[1])
    values = [None, *(scene.meant[key] for key in fields)]
    for key, value in zip(fields, values, strict=False):
        scene.type(key, value)  # type: ignore[arg-type]
