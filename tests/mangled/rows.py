"""Rows inserted, deleted, exchanged, sorted, copied, hidden."""

from __future__ import annotations

from copy import deepcopy

from mangled.book import NS
from mangled.scene import NotHere, Scene, kind

from toolkit.xlsx.sheet import column_letters

TABLES = ("disclosure", "requests")


def pick(scene: Scene) -> list[str]:
    """Return a row of a table that holds a figure that is not nought."""
    found = [fields for table in TABLES for fields in scene.lines(table, 0) if any(scene.figures(fields))]
    if not found:
        raise NotHere("row")
    return scene.dice.choice(found)


@kind("rows", harmless=True)
def row_inserted(scene: Scene) -> None:
    fields = pick(scene)
    scene.pin(fields[0])[0].insert_rows(scene.line(fields, 0))


@kind("rows", harmless=True)
def three_rows_inserted_on_top(scene: Scene) -> None:
    scene.pin(pick(scene)[0])[0].insert_rows(1, 3)


@kind("rows")
def row_inserted_by_script(scene: Scene) -> None:
    fields = pick(scene)
    scene.pin(fields[0])[0].insert_rows(scene.line(fields, 0), follows=False)


@kind("rows")
def row_deleted(scene: Scene) -> None:
    fields = pick(scene)
    scene.pin(fields[0])[0].delete_row(scene.line(fields, 0))


@kind("rows")
def row_deleted_by_script(scene: Scene) -> None:
    fields = pick(scene)
    scene.pin(fields[0])[0].delete_row(scene.line(fields, 0), follows=False)


@kind("rows")
def upper_row_deleted_by_script(scene: Scene) -> None:
    scene.pin(pick(scene)[0])[0].delete_row(1, follows=False)


def exchange(scene: Scene, one: list[str], other: list[str], first: int, last: int = 40) -> None:
    sheet = scene.pin(one[0])[0]
    rows = scene.line(one, 0), scene.line(other, 0)
    columns = range(first, last)
    moves = {(rows[0], column): (rows[1], column) for column in columns}
    sheet.permute(moves | {new: old for old, new in moves.items()})


@kind("rows")
def rows_exchanged_with_labels(scene: Scene) -> None:
    one, other = scene.two_rows()
    exchange(scene, one, other, scene.label_cell(one)[1])


@kind("rows")
def rows_exchanged_with_labels_and_keys(scene: Scene) -> None:
    one, other = scene.two_rows()
    exchange(scene, one, other, scene.label_cell(one)[1])
    sheet = scene.pin(one[0])[0]
    rows = scene.line(one, 0), scene.line(other, 0)
    sheet.permute({(rows[0], 1): (rows[1], 1), (rows[1], 1): (rows[0], 1)})


@kind("rows")
def rows_sorted_by_size(scene: Scene) -> None:
    rows = scene.rows_alike()
    first = scene.label_cell(rows[0])[1]
    sheet = scene.pin(rows[0][0])[0]
    lines = [scene.line(fields, 0) for fields in rows]
    ranked = sorted(rows, key=lambda fields: sum(value for value in scene.figures(fields) if isinstance(value, int)))
    if ranked == rows:
        ranked.reverse()
    moves = {}
    for target, fields in zip(lines, ranked, strict=True):
        source = scene.line(fields, 0)
        moves |= {(source, column): (target, column) for column in range(first, 30)}
    sheet.permute(moves)


@kind("rows")
def rows_of_second_table_exchanged(scene: Scene) -> None:
    one, other = scene.two_rows("disclosure")
    exchange(scene, one, other, 2)


@kind("rows")
def rows_cut_and_inserted(scene: Scene) -> None:
    one, other = scene.two_rows()
    rows = scene.line(one, 0), scene.line(other, 0)
    scene.pin(one[0])[0].remap(rows={rows[0]: rows[1], rows[1]: rows[0]})


@kind("rows")
def figures_typed_one_row_lower(scene: Scene) -> None:
    """A block pasted one row too low: what is seen beside a label is what counts, blanks among it."""
    rows = scene.rows_alike(least=4)
    sheet = scene.pin(rows[0][0])[0]
    shown = [scene.figures(fields) for fields in rows]
    for fields, values in zip(rows, [(None,) * len(shown[0]), *shown], strict=False):
        typed = sorted((key for key in fields if key in scene.meant), key=lambda key: scene.pin(key)[1])
        for key, value in zip(typed, values, strict=True):
            sheet.put(*scene.pin(key)[1], value)  # type: ignore[arg-type]
            scene.meant[key] = value


@kind("rows")
def row_copied_with_other_figures(scene: Scene) -> None:
    """Copied and inserted below, then filled: two rows claim one place."""
    fields = pick(scene)
    sheet, row = scene.pin(fields[0])[0], scene.line(fields, 0)
    sheet.insert_rows(row + 1)
    for column in range(1, 16):
        sheet.fill((row + 1, column), sheet.contents((row, column)))
    for key in fields:
        if key in scene.meant:
            sheet.put(row + 1, scene.pin(key)[1][1], 77)
            scene.told.add(key)


@kind("rows")
def row_copied_as_it_is(scene: Scene) -> None:
    fields = pick(scene)
    sheet, row = scene.pin(fields[0])[0], scene.line(fields, 0)
    sheet.insert_rows(row + 1)
    for column in range(1, 16):
        sheet.fill((row + 1, column), sheet.contents((row, column)))


@kind("rows", harmless=True)
def row_hidden(scene: Scene) -> None:
    fields = pick(scene)
    scene.pin(fields[0])[0].rows[scene.line(fields, 0)].set("hidden", "1")


@kind("rows", harmless=True)
def rows_grouped(scene: Scene) -> None:
    for row in scene.pin(pick(scene)[0])[0].rows.values():
        row.set("outlineLevel", "1")


@kind("rows")
def rows_in_no_order(scene: Scene) -> None:
    """The rows stand in the file in another order than on the sheet, as some programs write them."""
    sheet = scene.pin(pick(scene)[0])[0]
    sheet.data[:] = sorted(sheet.data, key=lambda row: -int(row.get("r")))


@kind("rows")
def row_twice_in_the_file(scene: Scene) -> None:
    fields = pick(scene)
    sheet, row = scene.pin(fields[0])[0], scene.line(fields, 0)
    line = sheet.rows[row]
    again = deepcopy(line)
    for cell in again:
        if cell.find(f"{NS}f") is None and cell.find(f"{NS}v") is not None and cell.get("t") != "s":
            cell.find(f"{NS}v").text = "77"
    line.addnext(again)
    scene.told |= {key for key in fields if key in scene.meant}


@kind("rows")
def rows_of_two_tables_between(scene: Scene) -> None:
    """Rows of the reviews table inserted into by a script, with the head's rows moved apart."""
    sheet = scene.table_sheet("reviews")
    sheet.insert_rows(scene.line(scene.lines("reviews", 0)[0], 0) - 1, follows=False)


@kind("rows")
def empty_rows_taken_out(scene: Scene) -> None:
    """The rows between table and register deleted by a script, names left behind."""
    last = max(scene.line(fields, 0) for fields in scene.lines("requests", 0))
    sheet = scene.table_sheet("requests")
    sheet.delete_row(last + 3, follows=False)
    sheet.delete_row(last + 3, follows=False)


@kind("rows")
def block_pasted_one_row_lower_with_its_labels(scene: Scene) -> None:
    """Last year's block, labels and all, pasted over this year's one row too low."""
    rows = scene.rows_alike(least=4)
    sheet, first = scene.pin(rows[0][0])[0], scene.label_cell(rows[0])[1]
    lines = [scene.line(fields, 0) for fields in rows]
    taken = [{column: sheet.contents((line, column)) for column in range(first, 16)} for line in lines]
    for line, contents in zip(lines[1:], taken, strict=False):
        for column, content in contents.items():
            sheet.fill((line, column), content)
    scene.told |= {key for fields in rows[1:] for key in fields if key in scene.meant}


@kind("rows")
def cell_cut_and_pasted_below(scene: Scene) -> None:
    """The name goes along; the cell that was pasted over has lost its own."""
    one, other = scene.two_rows()
    first = next(key for key in one if key in scene.meant)
    second = next(key for key in other if key in scene.meant)
    sheet, source = scene.pin(first)
    target = scene.pin(second)[1]
    sheet.fill(target, sheet.contents(source))
    sheet.put(*source, None)
    for node in scene.book.names:
        if node.get("name") == second:
            node.text = "#REF!"
        if node.get("name") == first:
            row, column = target
            node.text = f"'{sheet.name}'!${column_letters(column)}${row}"
    scene.meant[second], scene.meant[first] = scene.meant[first], None


def register(scene: Scene) -> list[str]:
    return [key for key in scene.meant if key.startswith("control.") and scene.book.pins.get(key)]


@kind("rows")
def rows_of_the_register_exchanged_with_labels(scene: Scene) -> None:
    keys = register(scene)
    if len({scene.meant[key] for key in keys}) < 2:
        raise NotHere("register")
    one = keys[0]
    other = next(key for key in keys if scene.meant[key] != scene.meant[one])
    sheet, (first, column) = scene.pin(one)
    second = scene.pin(other)[1][0]
    columns = range(2, column + 1)
    moves = {(first, at): (second, at) for at in columns} | {(second, at): (first, at) for at in columns}
    sheet.permute(moves)


@kind("rows")
def row_inserted_into_the_register_by_script(scene: Scene) -> None:
    keys = register(scene)
    if not keys:
        raise NotHere("register")
    sheet, (row, _) = scene.pin(scene.dice.choice(keys))
    sheet.insert_rows(row, follows=False)


@kind("rows")
def columns_of_the_register_exchanged_with_heads(scene: Scene) -> None:
    keys = register(scene)
    if not keys:
        raise NotHere("register")
    sheet, (first, column) = scene.pin(keys[0])
    rows = range(first - 1, scene.pin(keys[-1])[1][0] + 1)
    moves = {(row, column): (row, column + 1) for row in rows} | {(row, column + 1): (row, column) for row in rows}
    sheet.permute(moves)


@kind("rows")
def labels_of_the_register_rotated(scene: Scene) -> None:
    keys = register(scene)
    if len(keys) < 2:
        raise NotHere("register")
    places = [(scene.pin(key)[1][0], 2) for key in keys]
    sheet = scene.pin(keys[0])[0]
    texts = [sheet.text(*place) for place in places]
    for place, text in zip(places, texts[-1:] + texts[:-1], strict=True):
        sheet.put(*place, text)
    scene.told |= set(keys)
