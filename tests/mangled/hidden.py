"""Rows, columns and sheets that are hidden, and numbers that show otherwise while a condition holds."""

from __future__ import annotations

from lxml import etree
from mangled.book import NS, Position, Sheet, address
from mangled.scene import NotHere, Scene, kind
from mangled.seen import font_of

UNSEEN, CONDITIONAL = "typed_out_of_sight", "shown_by_condition"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"


def typed(scene: Scene) -> tuple[Sheet, Position]:
    return scene.pin(scene.some_figure())


@kind("hidden")
def row_of_a_paragraph_hidden(scene: Scene) -> None:
    sheet, (row, _) = scene.pin(scene.prose())
    sheet.rows[row].set("hidden", "1")
    scene.asked.add(UNSEEN)


@kind("hidden")
def row_of_a_figure_hidden(scene: Scene) -> None:
    sheet, (row, _) = typed(scene)
    sheet.rows[row].set("hidden", "true")
    scene.asked.add(UNSEEN)


@kind("hidden")
def row_of_no_height(scene: Scene) -> None:
    sheet, (row, _) = typed(scene)
    sheet.rows[row].set("ht", "0")
    sheet.rows[row].set("customHeight", "1")
    scene.asked.add(UNSEEN)


def widths(sheet: Sheet, column: int, **told: str) -> None:
    """List a column by itself, before all others."""
    lists = sheet.root.find(f"{NS}cols")
    for node in list(lists):
        first, last = int(node.get("min")), int(node.get("max"))
        if first <= column <= last:
            for least, most in ((first, column - 1), (column + 1, last)):
                if least <= most:
                    part = etree.fromstring(etree.tostring(node))
                    part.set("min", str(least))
                    part.set("max", str(most))
                    node.addprevious(part)
            lists.remove(node)
    lists.append(etree.Element(f"{NS}col", min=str(column), max=str(column), **told))
    lists[:] = sorted(lists, key=lambda node: int(node.get("min")))


@kind("hidden")
def column_of_a_figure_hidden(scene: Scene) -> None:
    sheet, (_, column) = typed(scene)
    widths(sheet, column, width="9", hidden="1", customWidth="1")
    scene.asked.add(UNSEEN)


@kind("hidden")
def column_of_no_width(scene: Scene) -> None:
    sheet, (_, column) = typed(scene)
    widths(sheet, column, width="0", customWidth="1")
    scene.asked.add(UNSEEN)


@kind("hidden")
def sheet_of_prose_hidden(scene: Scene) -> None:
    sheet, _ = scene.pin(scene.prose())
    next(node for node in scene.book.sheet_nodes if node.get("name") == sheet.name).set("state", "hidden")
    scene.asked.add(UNSEEN)


@kind("hidden")
def paragraph_blanked_by_its_format(scene: Scene) -> None:
    sheet, position = scene.pin(scene.prose())
    sheet.restyle(*position, ";;;")
    scene.asked.add(UNSEEN)


@kind("hidden")
def figure_in_the_colour_of_paper(scene: Scene) -> None:
    sheet, position = typed(scene)
    font_of(scene, position, sheet, "color", rgb="FFFFFFFF")
    scene.asked.add(UNSEEN)


@kind("hidden")
def paragraph_in_white_of_the_theme(scene: Scene) -> None:
    sheet, position = scene.pin(scene.prose())
    font_of(scene, position, sheet, "color", theme="0")
    scene.asked.add(UNSEEN)


@kind("hidden")
def figure_a_point_high(scene: Scene) -> None:
    sheet, position = typed(scene)
    font_of(scene, position, sheet, "sz", val="1")
    scene.asked.add(UNSEEN)


@kind("hidden", harmless=True)
def figure_in_grey(scene: Scene) -> None:
    sheet, position = typed(scene)
    font_of(scene, position, sheet, "color", rgb="FF999999")


@kind("hidden", harmless=True)
def paragraph_in_a_format_that_shows_text(scene: Scene) -> None:
    sheet, position = scene.pin(scene.prose())
    sheet.restyle(*position, '0;-0;;@" "')


@kind("hidden", harmless=True)
def row_without_figures_hidden(scene: Scene) -> None:
    """As somebody does who prints only what there was."""
    for fields in scene.lines("requests", 0):
        if (figures := scene.figures(fields)) and not any(figures):
            sheet, (row, _) = scene.pin(fields[0])
            sheet.rows[row].set("hidden", "1")
            return
    raise NotHere("a row of noughts")


def conditional(scene: Scene, code: str, position: Position, sheet: Sheet) -> None:
    """Show a cell in another number format while it is at least nought."""
    sets = scene.book.styles.find(f"{NS}dxfs")
    made = etree.SubElement(sets, f"{NS}dxf")
    etree.SubElement(made, f"{NS}numFmt", numFmtId="190", formatCode=code)
    node = etree.Element(f"{NS}conditionalFormatting", sqref=f"A1:A2 {address(*position)}")
    rule = etree.SubElement(node, f"{NS}cfRule", type="cellIs", dxfId=str(len(sets) - 1), priority="1")
    rule.set("operator", "greaterThanOrEqual")
    etree.SubElement(rule, f"{NS}formula").text = "0"
    sheet.root.find(f"{NS}conditionalFormatting").addprevious(node)


@kind("hidden")
def another_digit_by_conditional_format(scene: Scene) -> None:
    sheet, position = typed(scene)
    conditional(scene, '0"0"', position, sheet)
    scene.asked.add(CONDITIONAL)


@kind("hidden")
def nothing_shown_by_conditional_format(scene: Scene) -> None:
    sheet, position = typed(scene)
    conditional(scene, ";;;", position, sheet)
    scene.asked.add(CONDITIONAL)


@kind("hidden")
def another_digit_by_an_extended_condition(scene: Scene) -> None:
    """As Excel writes conditions that look at another sheet: format and area within, not in the styles."""
    sheet, position = typed(scene)
    extension = etree.fromstring(
        f'<extLst xmlns="{NS[1:-1]}"><ext uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}"><x14:conditionalFormattings'
        f' xmlns:x14="{X14}"><x14:conditionalFormatting xmlns:xm="{XM}"><x14:cfRule type="expression" priority="1">'
        '<xm:f>1=1</xm:f><x14:dxf><numFmt numFmtId="190" formatCode="0&quot;0&quot;"/></x14:dxf></x14:cfRule>'
        f"<xm:sqref>{address(*position)}</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext>"
        "</extLst>"
    )
    sheet.root.append(extension)
    scene.asked.add(CONDITIONAL)


@kind("hidden", harmless=True)
def thousands_marked_by_conditional_format(scene: Scene) -> None:
    sheet, position = typed(scene)
    conditional(scene, "#,##0", position, sheet)
