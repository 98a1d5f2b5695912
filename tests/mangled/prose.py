"""Paragraphs written where they do not belong, copied, sorted, formatted, turned into formulas."""

from __future__ import annotations

from lxml import etree
from mangled.book import NS
from mangled.scene import NotHere, Scene, kind, without_levels

from toolkit.form.values import Paragraph

SENTENCE = "本单位另有一项工作需要在这里说明。"


def first(scene: Scene) -> tuple[str, object, int, int]:
    section = scene.prose()
    sheet, (row, column) = scene.pin(section)
    return section, sheet, row, column


def last_row(scene: Scene, section: str) -> int:
    return scene.pin(section)[1][0] + len(scene.paragraphs(section)) - 1


def added(scene: Scene, section: str, place: int | None = None) -> None:
    value = scene.paragraphs(section)
    place = len(value) if place is None else place
    scene.meant[section] = (*value[:place], Paragraph(SENTENCE), *value[place:])


@kind("prose", harmless=True)
def paragraph_in_an_inserted_row(scene: Scene) -> None:
    section = scene.prose()
    sheet, (row, column) = scene.pin(section)
    sheet.insert_rows(row + 1)
    sheet.put(row + 1, column, SENTENCE)
    added(scene, section, 1)


@kind("prose")
def paragraph_in_a_row_inserted_by_script(scene: Scene) -> None:
    section = scene.prose()
    sheet, (row, column) = scene.pin(section)
    sheet.insert_rows(row + 1, follows=False)
    sheet.put(row + 1, column, SENTENCE)
    added(scene, section, 1)


@kind("prose")
def paragraph_above_the_first(scene: Scene) -> None:
    section = scene.prose()
    sheet, (row, column) = scene.pin(section)
    sheet.insert_rows(row)
    sheet.put(row, column, SENTENCE)
    added(scene, section, 0)


@kind("prose", harmless=True)
def paragraph_below_the_last_row(scene: Scene) -> None:
    section = scene.prose()
    sheet, (row, column) = scene.pin(section)
    sheet.put(row + 60, column, SENTENCE)
    added(scene, section)


@kind("prose")
def paragraph_far_below(scene: Scene) -> None:
    section = scene.prose()
    sheet, (row, column) = scene.pin(section)
    sheet.put(row + 300, column, SENTENCE)
    added(scene, section)


@kind("prose", harmless=True)
def paragraph_in_the_level_column(scene: Scene) -> None:
    section = scene.prose()
    sheet, (_, column) = scene.pin(section)
    sheet.put(last_row(scene, section) + 1, column - 1, SENTENCE)
    added(scene, section)


@kind("prose", harmless=True)
def paragraph_in_the_next_column(scene: Scene) -> None:
    section = scene.prose()
    sheet, (_, column) = scene.pin(section)
    sheet.put(last_row(scene, section) + 1, column + 1, SENTENCE)
    added(scene, section)


@kind("prose")
def paragraph_far_to_the_right(scene: Scene) -> None:
    section = scene.prose()
    sheet, (row, column) = scene.pin(section)
    sheet.put(row, column + 20, SENTENCE)
    added(scene, section)


@kind("prose")
def paragraph_beside_another(scene: Scene) -> None:
    section = scene.prose()
    sheet, (row, column) = scene.pin(section)
    sheet.put(row, column + 2, SENTENCE)
    added(scene, section)


@kind("prose")
def paragraph_in_the_title_row(scene: Scene) -> None:
    section = scene.prose()
    sheet, (row, column) = scene.pin(section)
    sheet.put(row - 1, column, SENTENCE)
    added(scene, section, 0)


@kind("prose")
def paragraph_in_the_hint(scene: Scene) -> None:
    section = scene.prose()
    sheet, (row, column) = scene.pin(section)
    sheet.put(row - 2, column - 1, SENTENCE)
    added(scene, section, 0)


@kind("prose")
def paragraph_in_the_hidden_column(scene: Scene) -> None:
    section = scene.prose()
    sheet, _ = scene.pin(section)
    sheet.put(last_row(scene, section) + 1, 1, SENTENCE)
    added(scene, section)


@kind("prose", harmless=True)
def two_paragraphs_in_one_cell(scene: Scene) -> None:
    section = scene.prose()
    sheet, (_, column) = scene.pin(section)
    sheet.put(last_row(scene, section) + 1, column, f"{SENTENCE}\n{SENTENCE}")
    added(scene, section)
    added(scene, section)


@kind("prose", harmless=True)
def rows_left_empty_between(scene: Scene) -> None:
    section = scene.prose()
    sheet, (_, column) = scene.pin(section)
    sheet.put(last_row(scene, section) + 9, column, SENTENCE)
    added(scene, section)


@kind("prose", harmless=True)
def levels_wiped(scene: Scene) -> None:
    section = scene.prose()
    sheet, (row, column) = scene.pin(section)
    for number in range(row, row + 60):
        if (number, column - 1) in sheet.cells:
            sheet.put(number, column - 1, None)
    scene.meant[section] = without_levels(scene.paragraphs(section))


@kind("prose", harmless=True)
def rich_text(scene: Scene) -> None:
    section = scene.prose()
    sheet, position = scene.pin(section)
    text = sheet.text(*position)
    sheet.put(*position, None)
    cell = sheet.cell(*position)
    cell.set("t", "inlineStr")
    inner = etree.SubElement(cell, f"{NS}is")
    for piece in (text[:4], text[4:]):
        run = etree.SubElement(inner, f"{NS}r")
        etree.SubElement(etree.SubElement(run, f"{NS}rPr"), f"{NS}b")
        etree.SubElement(run, f"{NS}t").text = piece


@kind("prose")
def pinyin_beside_the_text(scene: Scene) -> None:
    """What is said of the reading is not part of the text."""
    section = scene.prose()
    sheet, position = scene.pin(section)
    text = sheet.text(*position)
    sheet.put(*position, text)
    item = scene.book.table_of_strings[-1]
    ruby = etree.SubElement(item, f"{NS}rPh", sb="0", eb="1")
    etree.SubElement(ruby, f"{NS}t").text = "pinyin"


@kind("prose")
def text_by_formula(scene: Scene) -> None:
    section = scene.prose()
    sheet, position = scene.pin(section)
    sheet.put_formula(*position, f'"{SENTENCE}"', SENTENCE, "str")
    scene.told.add(section)


@kind("prose")
def name_error(scene: Scene) -> None:
    section = scene.prose()
    sheet, position = scene.pin(section)
    sheet.put_formula(*position, "-本单位", "#NAME?", "e")
    scene.told.add(section)


@kind("prose")
def error_value_as_text(scene: Scene) -> None:
    section = scene.prose()
    sheet, position = scene.pin(section)
    sheet.put(*position, "#NAME?", "e")
    scene.told.add(section)


@kind("prose")
def merged_over_two_rows(scene: Scene) -> None:
    """Only the first of the two is seen, and programs forget the other when they save."""
    section = scene.prose()
    sheet, (row, column) = scene.pin(section)
    sheet.merge((row, column), (row + 1, column + 1))
    scene.told.add(section)


@kind("prose", harmless=True)
def text_with_full_width_indent(scene: Scene) -> None:
    section = scene.prose()
    sheet, position = scene.pin(section)
    sheet.put(*position, f"\u3000\u3000{sheet.text(*position)}")


@kind("prose")
def paragraphs_exchanged(scene: Scene) -> None:
    found = [key for key, value in scene.meant.items() if isinstance(value, tuple) and len(value) > 1
             and scene.book.pins.get(key)]  # fmt: skip
    if not found:
        raise NotHere("two paragraphs")
    section = found[0]
    sheet, (row, column) = scene.pin(section)
    one, other = sheet.contents((row, column)), sheet.contents((row + 1, column))
    sheet.fill((row, column), other)
    sheet.fill((row + 1, column), one)
    value = scene.paragraphs(section)
    scene.meant[section] = (Paragraph(value[1].text, value[0].level), Paragraph(value[0].text, value[1].level),
                            *value[2:])  # fmt: skip


@kind("prose", harmless=True)
def column_inserted_before_the_text(scene: Scene) -> None:
    section = scene.prose()
    sheet, (_, column) = scene.pin(section)
    sheet.insert_columns(column + 1)


@kind("prose")
def column_inserted_between_level_and_text(scene: Scene) -> None:
    section = scene.prose()
    sheet, (_, column) = scene.pin(section)
    sheet.insert_columns(column)


@kind("prose")
def row_of_a_paragraph_deleted(scene: Scene) -> None:
    """The clerk means it to be gone."""
    found = [key for key, value in scene.meant.items() if isinstance(value, tuple) and len(value) > 1
             and scene.book.pins.get(key)]  # fmt: skip
    if not found:
        raise NotHere("two paragraphs")
    section = found[0]
    sheet, (row, _) = scene.pin(section)
    sheet.delete_row(row + 1)
    value = scene.paragraphs(section)
    scene.meant[section] = (value[0], *value[2:])


@kind("prose")
def first_row_deleted(scene: Scene) -> None:
    found = [key for key, value in scene.meant.items() if isinstance(value, tuple) and len(value) > 1
             and scene.book.pins.get(key)]  # fmt: skip
    if not found:
        raise NotHere("two paragraphs")
    section = found[0]
    sheet, (row, column) = scene.pin(section)
    sheet.delete_row(row)
    scene.book.pins[section] = (sheet.name, (row, column))
    scene.meant[section] = scene.paragraphs(section)[1:]


@kind("prose")
def paragraph_of_an_article_typed_as_number(scene: Scene) -> None:
    section = scene.prose()
    sheet, (_, column) = scene.pin(section)
    sheet.put(last_row(scene, section) + 1, column, 2024)
    scene.meant[section] = (*scene.paragraphs(section), Paragraph("2024"))


@kind("prose")
def prose_typed_on_the_cover(scene: Scene) -> None:
    """A paragraph of a section, moved under the notes of the cover: lost to its section, which is blank."""
    section = scene.prose()
    sheet, (row, column) = scene.pin(section)
    for number in range(row, row + 60):
        if (number, column) in sheet.cells:
            sheet.put(number, column, None)
    scene.book.sheet(scene.form.words.cover).put(40, 3, SENTENCE)
    scene.meant[section] = (Paragraph(SENTENCE),)


@kind("prose", harmless=True)
def xml_escapes_in_text(scene: Scene) -> None:
    section = scene.prose()
    sheet, position = scene.pin(section)
    sheet.put(*position, f"{SENTENCE}_x005F_x000D_")
    value = scene.paragraphs(section)
    scene.meant[section] = (Paragraph(f"{SENTENCE}_x000D_", value[0].level), *value[1:])


@kind("prose", harmless=True)
def begins_like_a_formula(scene: Scene) -> None:
    section = scene.prose()
    sheet, position = scene.pin(section)
    sheet.put(*position, f"=={SENTENCE}")
    value = scene.paragraphs(section)
    scene.meant[section] = (Paragraph(f"=={SENTENCE}", value[0].level), *value[1:])
