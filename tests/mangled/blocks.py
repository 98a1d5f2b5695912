"""Whole blocks: groups exchanged, sums and subtotals put between, tables turned, put together, doubled."""

from __future__ import annotations

from mangled.scene import NotHere, Scene, kind


def group_rows(scene: Scene, group: str) -> list[int]:
    rows = scene.form.table("requests").rows_under((group,))
    found = {scene.line(fields, 0) for fields in scene.lines("requests", 0) if fields[0].split(".")[1] in rows}
    return sorted(found)


@kind("blocks")
def two_groups_of_rows_exchanged(scene: Scene) -> None:
    """（四） with its three rows cut and inserted below （五）, labels along, by a script."""
    one, other = group_rows(scene, "unavailable"), group_rows(scene, "not_processed")
    order = [*other, *one]
    sheet = scene.table_sheet("requests")
    sheet.remap(rows=dict(zip(order, sorted(order), strict=True)), follows=False)


@kind("blocks")
def two_groups_of_rows_exchanged_by_an_office(scene: Scene) -> None:
    one, other = group_rows(scene, "unavailable"), group_rows(scene, "not_processed")
    order = [*other, *one]
    scene.table_sheet("requests").remap(rows=dict(zip(order, sorted(order), strict=True)))


@kind("blocks")
def figures_of_two_groups_exchanged_with_their_rows_labels(scene: Scene) -> None:
    """Row labels and figures of the first rows of two groups sorted by size; the groups' labels stay."""
    one, other = group_rows(scene, "unavailable"), group_rows(scene, "not_processed")
    sheet = scene.table_sheet("requests")
    columns = sorted({pin[1][1] for key, pin in scene.book.pins.items() if pin and key.startswith("requests.new.")})
    span = range(4, columns[-1] + 1)
    moves = {}
    for column in span:
        moves[one[0], column], moves[other[0], column] = (other[0], column), (one[0], column)
    sheet.permute(moves)


@kind("blocks", harmless=True)
def subtotal_row_inserted(scene: Scene) -> None:
    rows = group_rows(scene, "refused")
    sheet = scene.table_sheet("requests")
    last = rows[-1] + 1
    sheet.insert_rows(last)
    sheet.put(last, 4, "小计")
    for column in range(5, 12):
        sheet.put_formula(last, column, f"SUBTOTAL(9,{chr(64 + column)}{rows[0]}:{chr(64 + column)}{rows[-1]})", 7)


@kind("blocks")
def row_of_sums_typed_below_the_table(scene: Scene) -> None:
    sheet = scene.table_sheet("requests")
    fields = scene.lines("requests", 0)[-1]
    row = scene.line(fields, 0) + 1
    for column in range(5, 12):
        if not sheet.text(row, column):
            sheet.put(row, column, 8888)


@kind("blocks")
def table_turned(scene: Scene) -> None:
    """Copied and pasted transposed over itself, labels along: what is seen in a cell is another's figure."""
    lines, crossing = scene.rows_alike()[:5], scene.lines("requests", 1)[:5]
    lines = [fields for fields in lines if fields[0].split(".")[1].startswith("refused")] or lines
    sheet = scene.pin(lines[0][0])[0]
    rows, columns = [scene.line(one, 0) for one in lines], [scene.line(one, 1) for one in crossing]
    fields = {pin[1]: key for key, pin in scene.book.pins.items() if pin and pin[0] == sheet.name}
    labels = [(scene.label_cell(one), sheet.text(*scene.label_cell(one))) for one in lines]
    heads = [(scene.head_cell(one), sheet.text(*scene.head_cell(one))) for one in crossing]
    size = min(len(rows), len(columns))
    values = {
        (rows[i], columns[j]): scene.meant.get(fields[rows[j], columns[i]]) for i in range(size) for j in range(size)
    }
    for (row, column), value in values.items():
        sheet.put(row, column, value if isinstance(value, int) else None)
        if row != column and fields[row, column] in scene.meant:
            scene.told.add(fields[row, column])
    for (label, text), (head, words) in zip(labels[:size], heads[:size], strict=True):
        sheet.put(*label, words)
        sheet.put(*head, text)


@kind("blocks", harmless=True)
def subtotal_column_inserted(scene: Scene) -> None:
    """法人小计, as some templates have it."""
    sheet = scene.table_sheet("requests")
    columns = sorted({pin[1][1] for key, pin in scene.book.pins.items() if pin and key.startswith("requests.new.")})
    last = columns[-1]
    sheet.insert_columns(last)
    sheet.put(8, last, "小计")
    for fields in scene.lines("requests", 0)[:25]:
        row = scene.line(fields, 0)
        sheet.put_formula(row, last, f"SUM(F{row}:J{row})", 7)


@kind("blocks")
def heads_of_two_groups_of_columns_exchanged(scene: Scene) -> None:
    """未经复议直接起诉 and 复议后起诉 each over the other's figures."""
    sheet = scene.table_sheet("reviews")
    found = {}
    for position in sheet.cells:
        text = sheet.text(*position)
        if text in {"未经复议直接起诉", "复议后起诉"}:
            found[text] = position
    if len(found) != 2:
        raise NotHere("heads")
    one, other = found.values()
    sheet.permute({one: other, other: one})
    for fields in scene.lines("reviews", 1):
        for key in fields:
            if "suit" in key and key in scene.meant:
                scene.told.add(key)


@kind("blocks")
def heads_of_the_first_table_exchanged(scene: Scene) -> None:
    sheet = scene.table_sheet("disclosure")
    words = {"本年制发件数", "本年废止件数", "本年新制作数量", "本年新公开数量"}
    spots = [position for position in sheet.cells if "".join(sheet.text(*position).split()) in words]
    if len(spots) != 2:
        raise NotHere("heads")
    sheet.permute({spots[0]: spots[1], spots[1]: spots[0]})
    for key in scene.meant:
        pin = scene.book.pins.get(key)
        if pin and key.startswith("disclosure.") and pin[1][1] in {spot[1] for spot in spots} and \
                pin[1][0] - spots[0][0] in {1, 2}:  # fmt: skip
            scene.told.add(key)


@kind("blocks")
def second_row_of_figures_under_the_reviews(scene: Scene) -> None:
    """The row copied below, and corrected there."""
    sheet = scene.table_sheet("reviews")
    fields = scene.lines("reviews", 0)[0]
    row = scene.line(fields, 0)
    for key in fields:
        column = scene.pin(key)[1][1]
        if not sheet.text(row + 1, column) and key in scene.meant:
            sheet.put(row + 1, column, 6)
    scene.asked.add("figures_not_read")


@kind("blocks")
def last_years_sheet_brought_in(scene: Scene) -> None:
    """A sheet of last year beside this year's, under a name of its own, with last year's figures."""
    source = scene.table_sheet("requests")
    made = scene.book.copy_sheet(source.name, "2023年三")
    for row, column in list(made.cells):
        if row > 8 and column > 4 and made.text(row, column).isdigit() and not made.is_formula(row, column):
            made.put(row, column, 3)
    scene.said.add("sheet_copied")


@kind("blocks")
def rows_of_a_group_moved_into_another(scene: Scene) -> None:
    """The last row of （三） dragged into （五）: its label is seen under another group."""
    rows, target = group_rows(scene, "refused"), group_rows(scene, "not_processed")
    moved = rows[-1]
    order = {moved: target[0]} | {row: row - 1 for row in range(moved + 1, target[0] + 1)}
    scene.table_sheet("requests").remap(rows=order)


@kind("blocks")
def label_by_a_formula_that_shows_anothers(scene: Scene) -> None:
    one, other = scene.two_rows()
    sheet = scene.pin(one[0])[0]
    here, there = scene.label_cell(one), scene.label_cell(other)
    text = sheet.text(*there)
    sheet.put_formula(*here, f"{chr(64 + there[1])}{there[0]}", text, "str")
    scene.told.update(key for key in one if key in scene.meant)


@kind("blocks")
def two_inputs_merged_downwards(scene: Scene) -> None:
    rows = group_rows(scene, "refused")
    sheet = scene.table_sheet("requests")
    sheet.merge((rows[0], 5), (rows[1], 5))
    inverse = {pin[1]: key for key, pin in scene.book.pins.items() if pin and pin[0] == sheet.name}
    scene.told.update(key for key in (inverse.get((rows[0], 5)), inverse.get((rows[1], 5))) if key in scene.meant)


@kind("blocks")
def levels_in_words_of_ones_own(scene: Scene) -> None:
    """A level nobody offers: it may not be lost in silence."""
    for key in scene.form.sections:
        if not key.is_table and scene.book.pins.get(key.id):
            sheet, (row, column) = scene.pin(key.id)
            if sheet.text(row, column - 1):
                sheet.put(row, column - 1, "标题三")
                scene.told.add(key.id)
                return
    raise NotHere("level")
