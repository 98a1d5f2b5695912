"""Number formats, styles, colours, merged cells, protection: what is seen beside what is stored."""

from __future__ import annotations

from mangled.book import NS
from mangled.scene import NotHere, Scene, kind

from toolkit.form.values import Kind


def formatted(scene: Scene, code: str, least: int = 2) -> str:
    field = scene.some_figure(least=least)
    sheet, position = scene.pin(field)
    sheet.restyle(*position, code)
    return field


@kind("looks")
def count_shown_as_a_day(scene: Scene) -> None:
    scene.told.add(formatted(scene, "yyyy-mm-dd"))


@kind("looks")
def count_shown_as_a_day_in_words(scene: Scene) -> None:
    scene.told.add(formatted(scene, '[$-804]yyyy"年"m"月"d"日";@'))


@kind("looks")
def count_shown_as_percent(scene: Scene) -> None:
    scene.told.add(formatted(scene, "0.00%"))


@kind("looks")
def count_shown_as_clock(scene: Scene) -> None:
    scene.told.add(formatted(scene, "h:mm"))


@kind("looks")
def count_shown_in_thousands(scene: Scene) -> None:
    """What is seen is another number than what is stored."""
    scene.told.add(formatted(scene, "0,"))


@kind("looks")
def count_shown_in_ten_thousands(scene: Scene) -> None:
    scene.told.add(formatted(scene, '0!.0,"万"'))


@kind("looks", harmless=True)
def count_shown_with_unit(scene: Scene) -> None:
    formatted(scene, '#,##0"件"')


@kind("looks", harmless=True)
def count_shown_with_decimals(scene: Scene) -> None:
    formatted(scene, "0.00_);[Red](0.00)")


@kind("looks", harmless=True)
def count_formatted_as_text(scene: Scene) -> None:
    formatted(scene, "@")


@kind("looks")
def count_shown_with_noughts_behind(scene: Scene) -> None:
    """A digit of the format's own stands behind the figure: 12 looks like 120."""
    scene.told.add(formatted(scene, '0"0"'))


@kind("looks", harmless=True)
def styles_lost(scene: Scene) -> None:
    for name in scene.book.sheet_names:
        for cell in scene.book.sheet(name).cells.values():
            cell.attrib.pop("s", None)


@kind("looks", harmless=True)
def style_that_is_not_there(scene: Scene) -> None:
    sheet, position = scene.pin(scene.some_figure())
    sheet.cells[position].set("s", "9999")


@kind("looks", harmless=True)
def conditional_formats_and_validations_lost(scene: Scene) -> None:
    for name in scene.book.sheet_names:
        scene.book.sheet(name).drop("conditionalFormatting", "dataValidations", "extLst")


@kind("looks")
def two_inputs_merged(scene: Scene) -> None:
    one, _ = scene.two_columns()
    rows = sorted(scene.pin(key)[1] for key in one if key in scene.meant)
    keys = {scene.pin(key)[1]: key for key in one if key in scene.meant}
    if len(rows) < 2:
        raise NotHere("two")
    sheet = scene.pin(one[0])[0]
    sheet.merge(rows[0], rows[1])
    sheet.put(*rows[1], None)
    scene.told |= {keys[rows[0]], keys[rows[1]]}


@kind("looks", harmless=True)
def merges_lost(scene: Scene) -> None:
    for name in scene.book.sheet_names:
        scene.book.sheet(name).drop("mergeCells")


@kind("looks")
def input_merged_with_its_label(scene: Scene) -> None:
    """The figure vanishes under the label that spreads over it."""
    found = [fields for fields in scene.lines("disclosure", 0) if any(scene.figures(fields))]
    if not found:
        raise NotHere("row")
    fields = found[0]
    sheet, label = scene.pin(fields[0])[0], scene.label_cell(fields)
    first = min((key for key in fields), key=lambda key: scene.pin(key)[1])
    position = scene.pin(first)[1]
    sheet.merge(label, position)
    sheet.put(*position, None)


@kind("looks", harmless=True)
def panes_widths_and_print_settings_lost(scene: Scene) -> None:
    for name in scene.book.sheet_names:
        scene.book.sheet(name).drop("sheetViews", "cols", "pageSetup", "headerFooter", "printOptions", "sheetFormatPr")


@kind("looks", harmless=True)
def rows_of_their_own_height(scene: Scene) -> None:
    for name in scene.book.sheet_names:
        for row in scene.book.sheet(name).rows.values():
            row.set("ht", "12")
            row.set("customHeight", "1")


@kind("looks")
def dates_from_1904(scene: Scene) -> None:
    """The report's day, a serial in a workbook whose days count from 1904."""
    node = scene.book.workbook.find(f"{NS}workbookPr")
    node.set("date1904", "1")
    sheet, position = scene.pin("cover.date")
    sheet.put(*position, 45736 - 1462)
    scene.meant["cover.date"] = "2025-03-20"


@kind("looks")
def count_hidden_by_its_format(scene: Scene) -> None:
    """An empty cell is seen; a person may think it was left blank."""
    scene.told.add(formatted(scene, ";;;"))


@kind("looks")
def count_shown_with_digits_that_fill_the_cell(scene: Scene) -> None:
    scene.told.add(formatted(scene, "0*0"))


@kind("looks")
def count_shown_as_a_weekday(scene: Scene) -> None:
    scene.told.add(formatted(scene, "[$-804]aaaa"))


@kind("looks")
def amount_shown_in_another_unit(scene: Scene) -> None:
    field = scene.some_figure(Kind.AMOUNT)
    sheet, position = scene.pin(field)
    sheet.restyle(*position, '0.00"元"')
    scene.told.add(field)
