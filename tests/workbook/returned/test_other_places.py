"""What stands elsewhere than issued is read by its visible head or label, or it is an error that quotes it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from mangled import seen as looks
from mangled.scene import Scene
from workbooks import look_at, names_of

from toolkit.filing.findings import Severity
from toolkit.form.values import Kind
from toolkit.workbook.examining import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from mangled.book import Sheet

    from toolkit.filing.findings import Finding
    from toolkit.workbook.examining import Examined

EXAMPLES = ("suqian_2024", "erqi_2020")


@pytest.fixture(params=EXAMPLES)
def scene(request: pytest.FixtureRequest) -> Scene:
    return Scene.of(request.param, random.Random(1))  # noqa: S311 (the same cells every time)


def seen(scene: Scene) -> Examined:
    return look_at(scene.book.save())


def found(examined: Examined, name: str) -> Finding:
    (finding,) = [finding for finding in examined.findings if finding.name == name]
    return finding


def controls(scene: Scene) -> dict[str, object]:
    return {key: value for key, value in scene.meant.items() if scene.form.fields[key].kind is Kind.CONTROL}


def input_column(scene: Scene) -> tuple[Sheet, int]:
    sheet, (_, column) = scene.pin(next(iter(controls(scene))))
    return sheet, column


@pytest.mark.parametrize("follows", [True, False])
def test_a_column_inserted_does_not_lose_the_registers_totals(scene: Scene, *, follows: bool) -> None:
    sheet, column = input_column(scene)
    sheet.insert_columns(column, follows=follows)
    examined = seen(scene)
    assert examined.filing is not None
    assert {key: examined.filing.values[key] for key in controls(scene)} == controls(scene)
    assert len(controls(scene)) == 9
    assert examined.verdict is Verdict.ACCEPTED


def test_the_registers_totals_are_found_without_names_and_keys(scene: Scene) -> None:
    sheet, column = input_column(scene)
    for node in scene.book.names:
        node.getparent().remove(node)
    for row, at in list(sheet.cells):
        if at == 1:
            sheet.put(row, at, None)
    sheet.insert_columns(column, follows=False)
    examined = seen(scene)
    assert examined.filing is not None
    assert {key: examined.filing.values[key] for key in controls(scene)} == controls(scene)


def test_a_copied_row_with_another_figure_names_both_cells(scene: Scene) -> None:
    field = scene.some_figure()
    sheet, (row, column) = scene.pin(field)
    sheet.insert_rows(row + 1)
    for at in range(1, 16):
        sheet.fill((row + 1, at), sheet.contents((row, at)))
    sheet.put(row + 1, column, 77)
    finding = found(seen(scene), "cell_twice")
    assert {place.cell[1:] for place in finding.places} == {str(row), str(row + 1)}
    assert f"是 {scene.meant[field]}" in finding.message
    assert "是 77" in finding.message


def test_a_note_written_into_its_label_is_quoted(scene: Scene) -> None:
    sheet, (row, column) = scene.pin("cover.phone")
    sheet.put(row, column - 1, "联系电话：0527-1234567")
    sheet.put(row, column, None)
    finding = found(seen(scene), "note_not_read")
    assert finding.places[0].field == "cover.phone"
    assert "0527-1234567" in finding.message


def test_a_note_in_the_next_cell_is_read(scene: Scene) -> None:
    sheet, (row, column) = scene.pin("cover.phone")
    sheet.put(row, column + 1, "0527-7654321")
    sheet.put(row, column, None)
    for node in [node for node in scene.book.names if node.get("name") == "cover.phone"]:
        node.getparent().remove(node)
    examined = seen(scene)
    assert examined.filing is not None
    assert examined.filing.values["cover.phone"] == "0527-7654321"


def test_an_explanation_beside_its_column_is_quoted(scene: Scene) -> None:
    key = next(key for key in scene.meant if key.startswith("explanation.") and scene.meant[key])
    sheet, (row, column) = scene.pin(key)
    sheet.put(row, column + 4, "这一句写在了表格外面。")
    finding = found(seen(scene), "explanation_not_read")
    assert "这一句写在了表格外面。" in finding.message


@pytest.mark.parametrize(
    ("code", "doubted"),
    [
        ("0,", True),
        ("#,##0,", True),
        ('0!.0,"万"', True),
        ('0"0"', True),
        ("0%", True),
        ("yyyy-mm-dd", True),
        ("h:mm", True),
        ("[$-804]aaaa", True),
        (";;;", True),
        ("0*0", True),
        ("0-0", True),
        ('0"元"', True),
        ('0"万"', True),
        ('0;-0;"无"', False),
        ('[DBNum1]0"件"', False),
        ("[<10]0;#,##0", False),
        ("#,##0", False),
        ('#,##0"件"', False),
        ("0.00_);[Red](0.00)", False),
        ('_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', False),
        ("@", False),
        ("General", False),
    ],
)
def test_a_format_that_shows_another_number_is_an_error(scene: Scene, code: str, *, doubted: bool) -> None:
    field = scene.some_figure(least=2)
    sheet, position = scene.pin(field)
    sheet.restyle(*position, code)
    names = {finding.name for finding in seen(scene).findings}
    assert ("shown_as_date" in names) == doubted


def test_formulas_pasted_as_values_are_no_paragraphs(scene: Scene) -> None:
    """The check code under a section and a preview beside a paragraph are ours, formula or not."""
    for name in scene.book.sheet_names:
        for cell in scene.book.sheet(name).cells.values():
            for node in [node for node in cell if node.tag.endswith("}f")]:
                cell.remove(node)
    examined = seen(scene)
    assert examined.filing is not None
    assert examined.filing.values["other"] == scene.meant["other"]
    assert examined.verdict is Verdict.ACCEPTED


def test_rows_inserted_between_head_and_figures_change_no_label(scene: Scene) -> None:
    sheet, (row, _) = scene.pin("requests.new.natural_person")
    sheet.insert_rows(row, 2)
    assert "label_of_another" not in {finding.name for finding in seen(scene).findings}


def test_the_cover_is_known_by_its_labels_wherever_it_stands(scene: Scene) -> None:
    cover = scene.book.sheet(scene.form.words.cover)
    cover.insert_rows(2, 2)
    nodes = list(scene.book.sheet_nodes)
    scene.book.sheet_nodes[:] = [*nodes[1:], nodes[0]]
    assert seen(scene).verdict is Verdict.ACCEPTED
    cover.put(5, 3, "某某县教育局")
    finding = found(seen(scene), "cover_contradicts")
    assert finding.places[0].cell == "C5"


@pytest.mark.parametrize("change", [looks.figure_crossed_out_in_its_cell, looks.paragraph_crossed_out_whole])
def test_what_is_crossed_out_is_asked_about_and_not_taken_in_silence(
    scene: Scene, change: Callable[[Scene], None]
) -> None:
    change(scene)
    finding = found(seen(scene), "crossed_out")
    assert finding.severity is Severity.ERROR
    assert {place.field for place in finding.places} == scene.told


def test_a_font_said_not_to_be_crossed_out_is_none(scene: Scene) -> None:
    looks.font_said_not_to_be_crossed_out(scene)
    assert "crossed_out" not in names_of(seen(scene))
