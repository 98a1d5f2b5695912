"""Figures typed in every way people type them; each is read as meant, or an error stands at its cell."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from mangled.scene import REGISTERED, Mangling, NotHere, Scene, kind

from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")
# How a figure is written as text; what a person means stays the figure.
WRITTEN: dict[str, Callable[[int], str]] = {
    "as_text": str,
    "in_full_width": lambda figure: str(figure).translate(DIGITS),
    "with_commas": lambda figure: f"{figure:,}",
    "with_chinese_commas": lambda figure: f"{figure:,}".replace(",", "，"),
    "with_unit": lambda figure: f"{figure}件",
    "with_unit_and_about": lambda figure: f"约{figure}件",
    "with_spaces": lambda figure: f"  {figure}\u00a0",
    "with_spaces_inside": lambda figure: f"{figure // 10} {figure % 10}",
    "with_zero_width_space": lambda figure: f"\u200b{figure}",
    "with_line_feed": lambda figure: f"{figure}\n",
    "with_tab": lambda figure: f"\t{figure}",
    "in_chinese_digits": lambda figure: str(figure).translate(CHINESE),
    "with_letter_o": lambda figure: str(figure).replace("0", "O") if "0" in str(figure) else f"{figure}O",
    "with_point_nought": lambda figure: f"{figure}.0",
    "with_plus": lambda figure: f"+{figure}",
    "with_leading_noughts": lambda figure: f"00{figure}",
    "in_scientific_notation": lambda figure: f"{figure}E0",
    "as_a_sum_in_words": lambda figure: f"{figure - 1}+1",
    "in_brackets": lambda figure: f"（{figure}）",
    "with_apostrophe": lambda figure: f"'{figure}",
    "with_equals_sign": lambda figure: f"={figure}",
    "with_full_stop": lambda figure: f"{figure}。",
    "with_hyphen_range": lambda figure: f"{figure}-{figure}",
    "with_decimal_comma": lambda figure: f"{figure},0",
}


def _written(name: str, write: Callable[[int], str]) -> Mangling:
    def change(scene: Scene) -> None:
        field = scene.some_figure(least=2)
        sheet, position = scene.pin(field)
        figure = scene.meant[field]
        assert isinstance(figure, int)
        sheet.put(*position, write(figure))

    return Mangling(name, "figures", change, harmless=False)


REGISTERED += [_written(name, write) for name, write in WRITTEN.items()]


def put(scene: Scene, value: object, kind: str = "", *, least: int = 1) -> str:
    """Put what no figure is into a figure's cell."""
    field = scene.some_figure(least=least)
    sheet, position = scene.pin(field)
    sheet.put(*position, value, kind)  # type: ignore[arg-type]
    return field


@kind("figures")
def every_figure_as_text(scene: Scene) -> None:
    for field, value in scene.meant.items():
        is_count = scene.form.fields[field].kind is Kind.COUNT and field not in scene.told
        if is_count and scene.book.pins.get(field) and value is not None:
            sheet, position = scene.pin(field)
            sheet.put(*position, str(value))


@kind("figures")
def dash_for_nought(scene: Scene) -> None:
    noughts = [key for key, value in scene.meant.items() if value == 0 and scene.book.pins.get(key)]
    if not noughts:
        raise NotHere("nought")
    for key, text in zip(scene.dice.sample(noughts, min(6, len(noughts))), "-—/无零\u3000", strict=False):
        scene.pin(key)[0].put(*scene.pin(key)[1], text)


@kind("figures")
def blank_for_nought(scene: Scene) -> None:
    noughts = [key for key, value in scene.meant.items() if value == 0 and scene.form.fields[key].kind is Kind.COUNT]
    if not noughts:
        raise NotHere("nought")
    scene.type(scene.dice.choice(noughts), None)


@kind("figures")
def figure_wiped(scene: Scene) -> None:
    put(scene, None)


@kind("figures")
def truth_value(scene: Scene) -> None:
    scene.told.add(put(scene, value=True))


@kind("figures")
def error_value(scene: Scene) -> None:
    scene.told.add(put(scene, "#N/A", "e"))


@kind("figures")
def huge_figure(scene: Scene) -> None:
    scene.told.add(put(scene, "1E+20"))


@kind("figures")
def telephone_number(scene: Scene) -> None:
    scene.told.add(put(scene, "13800138000"))


@kind("figures")
def identity_number(scene: Scene) -> None:
    scene.told.add(put(scene, "320102199001011234"))


@kind("figures")
def infinite_figure(scene: Scene) -> None:
    scene.told.add(put(scene, "1E+400"))


@kind("figures")
def negative_count(scene: Scene) -> None:
    scene.told.add(put(scene, -5))


@kind("figures")
def fraction_of_a_count(scene: Scene) -> None:
    scene.told.add(put(scene, "2.5"))


@kind("figures")
def not_a_number(scene: Scene) -> None:
    scene.told.add(put(scene, "NaN"))


@kind("figures")
def value_that_is_no_number_in_the_file(scene: Scene) -> None:
    scene.told.add(put(scene, "abc", "n"))


@kind("figures")
def last_digit_of_binary(scene: Scene) -> None:
    field = scene.some_figure(least=2)
    sheet, position = scene.pin(field)
    sheet.put(*position, f"{scene.meant[field]}.00000000000001", "n")


@kind("figures", harmless=True)
def written_with_exponent_in_the_file(scene: Scene) -> None:
    field = scene.some_figure(least=10)
    sheet, position = scene.pin(field)
    figure = Decimal(scene.meant[field])  # type: ignore[arg-type]
    sheet.put(*position, f"{figure.scaleb(-1)}E1", "n")


@kind("figures", harmless=True)
def amount_with_binary_noise(scene: Scene) -> None:
    field = scene.some_figure(Kind.AMOUNT, least=0)
    sheet, position = scene.pin(field)
    sheet.put(*position, repr(float(scene.meant[field]) * 3 / 3), "n")  # type: ignore[arg-type]


@kind("figures")
def amount_as_text_with_unit(scene: Scene) -> None:
    field = scene.some_figure(Kind.AMOUNT, least=0)
    sheet, position = scene.pin(field)
    sheet.put(*position, f"{scene.meant[field]}万元")


@kind("figures")
def amount_with_decimal_comma(scene: Scene) -> None:
    field = scene.some_figure(Kind.AMOUNT, least=0)
    sheet, position = scene.pin(field)
    if "." not in str(scene.meant[field]):
        raise NotHere("fraction")
    sheet.put(*position, str(scene.meant[field]).replace(".", ","))


@kind("figures")
def amount_in_yuan_as_text(scene: Scene) -> None:
    field = scene.some_figure(Kind.AMOUNT, least=0)
    sheet, position = scene.pin(field)
    sheet.put(*position, f"{Decimal(scene.meant[field]) * 10_000:f}元")  # type: ignore[arg-type]


@kind("figures", harmless=True)
def inline_text_cells_for_figures_kept(scene: Scene) -> None:
    """Labels stored in the cells themselves, as many programs do."""
    sheet = scene.table_sheet("requests")
    for position in list(sheet.cells):
        if sheet.cells[position].get("t") == "s":
            sheet.put(*position, sheet.text(*position), "inlineStr")


@kind("figures")
def figure_as_inline_text(scene: Scene) -> None:
    field = scene.some_figure(least=2)
    sheet, position = scene.pin(field)
    sheet.put(*position, str(scene.meant[field]), "inlineStr")


@kind("figures")
def figure_as_a_string_result(scene: Scene) -> None:
    field = scene.some_figure(least=2)
    sheet, position = scene.pin(field)
    sheet.put(*position, str(scene.meant[field]), "str")


@kind("figures")
def iso_date_in_a_count(scene: Scene) -> None:
    scene.told.add(put(scene, "2024-01-05T00:00:00", "d"))


@kind("figures")
def shared_string_that_is_not_there(scene: Scene) -> None:
    scene.told.add(put(scene, "99999", "s"))


@kind("figures")
def control_total_as_text(scene: Scene) -> None:
    field = scene.some_figure(Kind.CONTROL, least=2)
    sheet, position = scene.pin(field)
    sheet.put(*position, f"{scene.meant[field]} 件")


@kind("figures")
def signed_with_full_width_minus(scene: Scene) -> None:
    signed = [key for key in scene.meant if scene.form.fields[key].kind is Kind.SIGNED and scene.book.pins.get(key)]
    if not signed:
        raise NotHere("signed")
    key = scene.dice.choice(signed)
    sheet, position = scene.pin(key)
    sheet.put(*position, "－12")
    scene.meant[key] = -12


@kind("figures")
def signed_as_reduced_by(scene: Scene) -> None:
    signed = [key for key in scene.meant if scene.form.fields[key].kind is Kind.SIGNED and scene.book.pins.get(key)]
    if not signed:
        raise NotHere("signed")
    key = scene.dice.choice(signed)
    sheet, position = scene.pin(key)
    sheet.put(*position, "减12")
    scene.meant[key] = -12


@kind("figures")
def cell_twice_in_the_file(scene: Scene) -> None:
    """Two cells for one address: which counts, programs do not agree on."""
    field = scene.some_figure(least=2)
    sheet, position = scene.pin(field)
    again = type(sheet).contents(sheet, position)
    cell = sheet.cells[position]
    twin = cell.makeelement(cell.tag, dict(cell.attrib))
    twin.extend(again[1])
    twin[-1].text = "77"
    cell.addnext(twin)
    scene.told.add(field)
