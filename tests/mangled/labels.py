"""Labels of rows and columns edited, wiped, exchanged."""

from __future__ import annotations

from mangled.rows import pick
from mangled.scene import NotHere, Scene, kind

from toolkit.form.grid import Role
from toolkit.form.values import Kind


def relabel(scene: Scene, change: str) -> None:
    fields = pick(scene)
    sheet, place = scene.pin(fields[0])[0], scene.label_cell(fields)
    sheet.put(*place, change.format(sheet.text(*place)))


@kind("labels", harmless=True)
def label_with_a_remark(scene: Scene) -> None:
    relabel(scene, "{}（已核对）")


@kind("labels", harmless=True)
def label_spaced(scene: Scene) -> None:
    relabel(scene, " {}\u3000")


@kind("labels", harmless=True)
def label_over_two_lines(scene: Scene) -> None:
    fields = pick(scene)
    sheet, place = scene.pin(fields[0])[0], scene.label_cell(fields)
    text = sheet.text(*place)
    sheet.put(*place, f"{text[: len(text) // 2]}\n{text[len(text) // 2 :]}")


@kind("labels", harmless=True)
def label_wiped(scene: Scene) -> None:
    relabel(scene, "")


@kind("labels", harmless=True)
def label_replaced_by_a_number(scene: Scene) -> None:
    fields = pick(scene)
    scene.pin(fields[0])[0].put(*scene.label_cell(fields), 3)


@kind("labels", harmless=True)
def all_labels_of_a_table_wiped(scene: Scene) -> None:
    for fields in scene.lines("requests", 0):
        scene.pin(fields[0])[0].put(*scene.label_cell(fields), None)


@kind("labels", harmless=True)
def labels_shortened(scene: Scene) -> None:
    for fields in scene.lines("requests", 0):
        sheet, place = scene.pin(fields[0])[0], scene.label_cell(fields)
        sheet.put(*place, sheet.text(*place)[:2])


@kind("labels")
def two_labels_exchanged(scene: Scene) -> None:
    one, other = scene.two_rows()
    sheet, (first, second) = scene.pin(one[0])[0], (scene.label_cell(one), scene.label_cell(other))
    texts = sheet.text(*first), sheet.text(*second)
    sheet.put(*first, texts[1])
    sheet.put(*second, texts[0])
    scene.told |= {key for key in (*one, *other) if key in scene.meant}


@kind("labels")
def label_retyped_as_another(scene: Scene) -> None:
    one, other = scene.two_rows()
    sheet = scene.pin(one[0])[0]
    sheet.put(*scene.label_cell(one), sheet.text(*scene.label_cell(other)))
    scene.told |= {key for key in one if key in scene.meant}


@kind("labels")
def label_retyped_as_another_in_other_width(scene: Scene) -> None:
    one, other = scene.two_rows()
    sheet = scene.pin(one[0])[0]
    text = sheet.text(*scene.label_cell(other)).replace(".", "．").replace("1", "１")
    sheet.put(*scene.label_cell(one), f" {text}")
    scene.told |= {key for key in one if key in scene.meant}


@kind("labels")
def two_heads_exchanged(scene: Scene) -> None:
    one, other = scene.two_columns()
    sheet, (first, second) = scene.pin(one[0])[0], (scene.head_cell(one), scene.head_cell(other))
    texts = sheet.text(*first), sheet.text(*second)
    sheet.put(*first, texts[1])
    sheet.put(*second, texts[0])
    scene.told |= {key for key in (*one, *other) if key in scene.meant}


@kind("labels", harmless=True)
def head_edited(scene: Scene) -> None:
    one, _ = scene.two_columns()
    scene.pin(one[0])[0].put(*scene.head_cell(one), "申请人")


@kind("labels", harmless=True)
def heads_wiped(scene: Scene) -> None:
    for fields in scene.lines("reviews", 1):
        sheet, place = scene.pin(fields[0])[0], scene.head_cell(fields)
        sheet.put(*place, None)


@kind("labels")
def labels_rotated(scene: Scene) -> None:
    """Every label of a group moved one row down: whose the figures are, nobody can tell."""
    rows = scene.rows_alike(least=3)
    places = [scene.label_cell(fields) for fields in rows]
    sheet = scene.pin(rows[0][0])[0]
    texts = [sheet.text(*place) for place in places]
    for place, text in zip(places, texts[-1:] + texts[:-1], strict=True):
        sheet.put(*place, text)
    scene.told |= {key for fields in rows for key in fields if key in scene.meant}


@kind("labels", harmless=True)
def sheet_title_edited(scene: Scene) -> None:
    scene.table_sheet("requests").put(1, 2, "申请办理情况表")


@kind("labels")
def labels_cut_to_their_numbers_in_another_order(scene: Scene) -> None:
    """Shortened to `1.`, `2.` and exchanged: the number still says whose the row is."""
    one, other = scene.two_rows()
    sheet, (first, second) = scene.pin(one[0])[0], (scene.label_cell(one), scene.label_cell(other))
    texts = sheet.text(*first)[:3], sheet.text(*second)[:3]
    if not any(text[0].isdigit() for text in texts):
        raise NotHere("numbered")
    sheet.put(*first, texts[1])
    sheet.put(*second, texts[0])
    scene.told |= {key for key in (*one, *other) if key in scene.meant}


@kind("labels")
def labels_of_two_groups_exchanged(scene: Scene) -> None:
    """The rows under them begin with the same numbers: whose they are, only the group says."""
    layout, lines = (
        scene.layout.tables["requests"],
        {scene.line(fields, 0): fields for fields in scene.lines("requests", 0)},
    )
    groups = [cell for cell in layout.grid.cells if cell.role is Role.STUB and 3 < cell.row_span < 12 and cell.text]
    sheet = scene.table_sheet("requests")
    texts = {sheet.text(*position): position for position in sheet.cells if position[1] < 5}
    found = [(cell, texts[cell.text]) for cell in groups if cell.text in texts]
    if len(found) < 2:
        raise NotHere("groups")
    (one, first), (other, second) = scene.dice.sample(found, 2)
    sheet.put(*first, other.text)
    sheet.put(*second, one.text)
    for cell, (row, _) in ((one, first), (other, second)):
        for line in range(row, row + cell.row_span):
            scene.told |= {key for key in lines.get(line, []) if key in scene.meant}


@kind("labels")
def label_retyped_nearly_as_another(scene: Scene) -> None:
    """Another's words with its own number before them, as when a list is typed anew from memory."""
    one, other = scene.two_rows()
    sheet = scene.pin(one[0])[0]
    mine, others = sheet.text(*scene.label_cell(one)), sheet.text(*scene.label_cell(other))
    words = others.partition(".")[2]
    if not mine[:1].isdigit() or len(words) < 6:
        raise NotHere("numbered")
    sheet.put(*scene.label_cell(one), f"{mine[:2]}{words}")
    scene.told |= {key for key in one if key in scene.meant}


@kind("labels")
def label_of_a_row_of_another_table(scene: Scene) -> None:
    one, _ = scene.two_rows()
    foreign = scene.lines("disclosure", 0)[-1]
    other = scene.pin(foreign[0])[0].text(*scene.label_cell(foreign))
    scene.pin(one[0])[0].put(*scene.label_cell(one), other)
    scene.told |= {key for key in one if key in scene.meant}


@kind("labels")
def unit_of_money_retyped(scene: Scene) -> None:
    """The head says another unit, and the figure is in it: nobody can add it to the others'."""
    field = scene.some_figure(Kind.AMOUNT)
    sheet, (row, column) = scene.pin(field)
    place = next(((at, column) for at in range(row, 0, -1) if "万元" in sheet.text(at, column)), None)
    if place is None:
        raise NotHere("unit")
    sheet.put(*place, sheet.text(*place).replace("万元", "亿元"))
    scene.told.add(field)


@kind("labels")
def labels_of_two_groups_exchanged_beside_an_inserted_column(scene: Scene) -> None:
    sheet = scene.table_sheet("requests")
    labels_of_two_groups_exchanged(scene)
    sheet.insert_columns(5)
