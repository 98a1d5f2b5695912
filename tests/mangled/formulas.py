"""Formulas in inputs, totals typed over, results stale or lost."""

from __future__ import annotations

from lxml import etree
from mangled.book import NS, address
from mangled.scene import NotHere, Scene, kind

from toolkit.form.values import Kind


def formula(scene: Scene, text: str, result: object = None, kind: str = "", *, least: int = 2) -> str:
    """Put a formula that names the field's own figure as `{}`, one less as `{less}`."""
    field = scene.some_figure(least=least)
    sheet, position = scene.pin(field)
    figure = scene.meant[field]
    assert isinstance(figure, int)
    sheet.put_formula(*position, text.format(figure, less=figure - 1), figure if result is None else result, kind)
    return field


@kind("formulas", harmless=True)
def sum_typed_as_formula(scene: Scene) -> None:
    formula(scene, "{less}+1")


@kind("formulas", harmless=True)
def sum_with_a_stale_result(scene: Scene) -> None:
    formula(scene, "{less}+1", 1)


@kind("formulas", harmless=True)
def sum_without_a_result(scene: Scene) -> None:
    field = scene.some_figure(least=2)
    sheet, position = scene.pin(field)
    sheet.put_formula(*position, f"SUM({scene.meant[field]},0)")


@kind("formulas")
def reference_to_a_cell_of_the_clerk(scene: Scene) -> None:
    field = scene.some_figure(least=2)
    sheet, position = scene.pin(field)
    sheet.put(60, 20, scene.meant[field])  # type: ignore[arg-type]
    sheet.put_formula(*position, address(60, 20), 1)


@kind("formulas")
def function_without_a_result(scene: Scene) -> None:
    field = scene.some_figure(least=2)
    sheet, position = scene.pin(field)
    sheet.put_formula(*position, f"IF(TRUE,{scene.meant[field]},0)")


@kind("formulas")
def function_with_its_result(scene: Scene) -> None:
    formula(scene, "IF(TRUE,{},0)")


@kind("formulas")
def text_from_a_formula(scene: Scene) -> None:
    formula(scene, 'TEXT({},"0")', kind="str")


@kind("formulas")
def formula_with_an_error(scene: Scene) -> None:
    scene.told.add(formula(scene, "{}/0", "#DIV/0!", "e"))


@kind("formulas")
def broken_reference(scene: Scene) -> None:
    scene.told.add(formula(scene, "#REF!+1", "#REF!", "e"))


@kind("formulas")
def reference_to_another_file(scene: Scene) -> None:
    scene.told.add(formula(scene, "[1]Sheet1!$A$1"))


@kind("formulas", harmless=True)
def array_formula(scene: Scene) -> None:
    field = formula(scene, "{less}+1")
    sheet, position = scene.pin(field)
    node = sheet.cells[position].find(f"{NS}f")
    node.set("t", "array")
    node.set("ref", address(*position))


@kind("formulas")
def shared_formula_over_inputs(scene: Scene) -> None:
    one, _ = scene.two_columns()
    fields = sorted((key for key in one if key in scene.meant), key=lambda key: scene.pin(key)[1])[:3]
    sheet = scene.pin(fields[0])[0]
    first = scene.pin(fields[0])[1]
    for number, key in enumerate(fields):
        row, column = scene.pin(key)[1]
        sheet.put(60 + row - first[0], 20 + column - first[1], scene.meant[key])  # type: ignore[arg-type]
        sheet.put_formula(row, column, f"{address(60, 20)}*1" if number == 0 else "", scene.meant[key])
        node = sheet.cells[scene.pin(key)[1]].find(f"{NS}f")
        node.set("t", "shared")
        node.set("si", "0")


def totals(scene: Scene) -> str:
    found = [key for key, entry in scene.form.fields.items() if entry.kind is Kind.COMPUTED and
             scene.book.pins.get(key) and scene.filing.values.get(key)]  # fmt: skip
    if not found:
        raise NotHere("total")
    return scene.dice.choice(found)


@kind("formulas", harmless=True)
def total_typed_over_and_right(scene: Scene) -> None:
    key = totals(scene)
    sheet, position = scene.pin(key)
    if not sheet.is_formula(*position):
        raise NotHere("formula")
    sheet.put(*position, int(sheet.text(*position)))


@kind("formulas")
def total_typed_over_and_wrong(scene: Scene) -> None:
    key = totals(scene)
    sheet, position = scene.pin(key)
    sheet.put(*position, 987654)
    scene.said.add("total_typed_differs")


@kind("formulas", harmless=True)
def formula_of_a_total_changed(scene: Scene) -> None:
    sheet, position = scene.pin(totals(scene))
    sheet.put_formula(*position, "1+1", 2)


@kind("formulas", harmless=True)
def totals_stale(scene: Scene) -> None:
    for key, entry in scene.form.fields.items():
        if entry.kind is Kind.COMPUTED and scene.book.pins.get(key):
            sheet, position = scene.pin(key)
            node = sheet.cells[position].find(f"{NS}v") if position in sheet.cells else None
            if node is not None and sheet.is_formula(*position):
                node.text = "1"


@kind("formulas", harmless=True)
def results_lost(scene: Scene) -> None:
    for name in scene.book.sheet_names:
        for cell in scene.book.sheet(name).cells.values():
            if cell.find(f"{NS}f") is not None:
                cell.attrib.pop("t", None)
                for node in cell.findall(f"{NS}v"):
                    cell.remove(node)


@kind("formulas", harmless=True)
def all_formulas_made_values(scene: Scene) -> None:
    """Copied and pasted as values, sheet by sheet; a stale result becomes what is meant."""
    for key in scene.meant:
        pin = scene.book.pins.get(key)
        if pin and scene.form.fields[key].kind is Kind.COUNT and scene.book.sheet(pin[0]).is_formula(*pin[1]):
            shown = scene.book.sheet(pin[0]).text(*pin[1])
            scene.meant[key] = int(shown) if shown.isdigit() else scene.meant[key]
    for name in scene.book.sheet_names:
        for cell in scene.book.sheet(name).cells.values():
            for node in cell.findall(f"{NS}f"):
                cell.remove(node)


@kind("formulas", harmless=True)
def input_in_a_formula_with_spaces(scene: Scene) -> None:
    formula(scene, " {less} + 1 ")


@kind("formulas")
def reference_to_an_input_that_moves(scene: Scene) -> None:
    """An input that shows another input's figure, the stored result being of yesterday."""
    one, other = scene.two_rows()
    first = next(key for key in one if key in scene.meant)
    second = next(key for key in other if key in scene.meant)
    sheet, position = scene.pin(first)
    sheet.put_formula(*position, address(*scene.pin(second)[1]), 99)
    scene.meant[first] = scene.meant[second]


@kind("formulas")
def data_table_of_what_if(scene: Scene) -> None:
    field = formula(scene, "")
    sheet, position = scene.pin(field)
    node = sheet.cells[position].find(f"{NS}f")
    etree.strip_tags(node, "*")
    node.set("t", "dataTable")
    node.set("ref", address(*position))
    scene.told.discard(field)
