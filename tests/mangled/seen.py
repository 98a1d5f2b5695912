"""What is seen is not what is stored: crossed out, raised, conditional or foreign formats, fonts of another kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree
from mangled.book import NS
from mangled.looks import formatted
from mangled.scene import Scene, kind

from toolkit.form.values import Kind, Paragraph

if TYPE_CHECKING:
    from mangled.book import Sheet


def runs(sheet: Sheet, position: tuple[int, int], *pieces: tuple[str, str]) -> None:
    """Type rich text into a cell: pieces of text, each with the name of a font property."""
    sheet.put(*position, None)
    cell = sheet.cell(*position)
    cell.set("t", "s")
    sheet.book.shared("".join(text for text, _ in pieces))
    node = sheet.book.table_of_strings[-1]
    node[:] = []
    for text, mark in pieces:
        run = etree.SubElement(node, f"{NS}r")
        if mark:
            name, _, value = mark.partition("=")
            look: Any = etree.SubElement(etree.SubElement(run, f"{NS}rPr"), f"{NS}{name}")
            if value:
                look.set("val", value)
        etree.SubElement(run, f"{NS}t").text = text
    etree.SubElement(cell, f"{NS}v").text = str(len(sheet.book.strings) - 1)


@kind("seen")
def figure_crossed_out_beside_the_right_one(scene: Scene) -> None:
    field = scene.some_figure(least=10)
    sheet, position = scene.pin(field)
    runs(sheet, position, ("9", "strike"), (str(scene.meant[field]), ""))
    scene.told.add(field)


@kind("seen")
def figure_with_a_raised_digit(scene: Scene) -> None:
    """10² looks nothing like 102."""
    field = scene.some_figure(least=10)
    sheet, position = scene.pin(field)
    runs(sheet, position, (str(scene.meant[field]), ""), ("2", "vertAlign=superscript"))
    scene.told.add(field)


@kind("seen")
def paragraph_with_words_crossed_out(scene: Scene) -> None:
    section = scene.prose()
    sheet, position = scene.pin(section)
    first = scene.paragraphs(section)[0]
    runs(sheet, position, ("这半句作废。", "strike"), (first.text, ""))
    scene.meant[section] = (Paragraph(first.text, first.level), *scene.paragraphs(section)[1:])
    scene.told.add(section)


def font_of(scene: Scene, position: tuple[int, int], sheet: Sheet, tag: str, **attributes: str) -> None:
    """Give a cell a font of its own with one property more."""
    styles = scene.book.styles
    fonts, table, cell = styles.find(f"{NS}fonts"), styles.find(f"{NS}cellXfs"), sheet.cell(*position)
    made = etree.fromstring(etree.tostring(table[int(cell.get("s", "0"))]))
    font = etree.fromstring(etree.tostring(fonts[int(made.get("fontId", "0"))]))
    for old in font.findall(f"{NS}{tag}"):
        font.remove(old)
    font.insert(0, etree.Element(f"{NS}{tag}", attributes))
    fonts.append(font)
    made.set("fontId", str(len(fonts) - 1))
    made.set("applyFont", "1")
    table.append(made)
    cell.set("s", str(len(table) - 1))


@kind("seen")
def figure_crossed_out_in_its_cell(scene: Scene) -> None:
    field = scene.some_figure(least=1)
    sheet, position = scene.pin(field)
    font_of(scene, position, sheet, "strike")
    scene.told.add(field)


@kind("seen")
def paragraph_crossed_out_whole(scene: Scene) -> None:
    section = scene.prose()
    sheet, position = scene.pin(section)
    font_of(scene, position, sheet, "strike")
    scene.told.add(section)


@kind("seen", harmless=True)
def font_said_not_to_be_crossed_out(scene: Scene) -> None:
    sheet, position = scene.pin(scene.some_figure())
    font_of(scene, position, sheet, "strike", val="0")


@kind("seen")
def digit_of_the_format_before_the_figure(scene: Scene) -> None:
    scene.told.add(formatted(scene, '"1"0', least=2))


@kind("seen")
def escaped_digit_behind_the_figure(scene: Scene) -> None:
    scene.told.add(formatted(scene, "0\\0", least=2))


@kind("seen")
def another_number_by_condition(scene: Scene) -> None:
    scene.told.add(formatted(scene, '[>1]"99";0', least=2))


@kind("seen")
def words_for_every_number(scene: Scene) -> None:
    scene.told.add(formatted(scene, '"无";"无";"无"', least=2))


@kind("seen")
def nought_shown_as_a_figure(scene: Scene) -> None:
    noughts = [key for key, value in scene.meant.items() if value == 0 and scene.form.fields[key].kind is Kind.COUNT
               and scene.book.pins.get(key)]  # fmt: skip
    field = scene.dice.choice(sorted(noughts))
    sheet, position = scene.pin(field)
    sheet.restyle(*position, '0;0;"12"')
    scene.told.add(field)


@kind("seen", harmless=True)
def accounting_format(scene: Scene) -> None:
    """As the button with the comma gives it: nought is a dash."""
    formatted(scene, '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"??_ ;_ @_ ', least=0)


@kind("seen", harmless=True)
def chinese_numerals_by_format(scene: Scene) -> None:
    formatted(scene, "[DBNum1][$-804]General")


@kind("seen", harmless=True)
def nought_before_the_figure(scene: Scene) -> None:
    formatted(scene, "00000")


@kind("seen")
def minus_by_format(scene: Scene) -> None:
    scene.told.add(formatted(scene, "-0", least=2))
