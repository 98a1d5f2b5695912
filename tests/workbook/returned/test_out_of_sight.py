"""What nobody sees is read and said: hidden rows, columns and sheets, numbers under a condition."""

from __future__ import annotations

import random

from mangled import hidden as ways
from mangled.scene import Scene
from workbooks import look_at

from toolkit.filing.findings import Severity
from toolkit.workbook.examining import Verdict


def scene() -> Scene:
    return Scene.of("suqian_2024", random.Random(3))  # noqa: S311 (the same cells every time)


def named(found: Scene, name: str) -> list:
    return [finding for finding in look_at(found.book.save()).findings if finding.name == name]


def test_a_paragraph_in_a_hidden_row_is_quoted_with_its_cell() -> None:
    one = scene()
    sheet, (row, column) = one.pin("overview")
    sheet.rows[row].set("hidden", "1")
    (finding,) = named(one, ways.UNSEEN)
    assert [(place.sheet, place.cell, place.paragraph) for place in finding.places] == [
        (sheet.name, ways.address(row, column), 1)
    ]
    assert finding.severity is Severity.WARNING
    assert one.paragraphs("overview")[0].text[:20] in finding.message


def test_a_hidden_sheet_of_figures_is_said_once() -> None:
    one = scene()
    sheet, _ = one.pin("requests.new.natural_person")
    next(node for node in one.book.sheet_nodes if node.get("name") == sheet.name).set("state", "veryHidden")
    (finding,) = named(one, ways.UNSEEN)
    assert len(finding.places) > 50
    assert f"有 {len(finding.places)} 处" in finding.message
    assert len(finding.message) < 200


def test_noughts_out_of_sight_are_nothing_to_ask_about() -> None:
    one = scene()
    ways.row_without_figures_hidden(one)
    assert named(one, ways.UNSEEN) == []
    assert look_at(one.book.save()).verdict is Verdict.ACCEPTED


def test_a_number_format_under_a_condition_is_said_at_its_cell() -> None:
    one = scene()
    sheet, position = one.pin("requests.new.natural_person")
    ways.conditional(one, '0"0"', position, sheet)
    (finding,) = named(one, ways.CONDITIONAL)
    assert [(place.sheet, place.cell) for place in finding.places] == [(sheet.name, ways.address(*position))]
