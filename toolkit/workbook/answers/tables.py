"""Answers out of tables people have: field and value in two columns, or the official tables laid out as printed."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from toolkit.documents.figures import Sure, figure_value
from toolkit.documents.grids import Grid, plain
from toolkit.documents.opening import open_document
from toolkit.documents.recognise import recognise
from toolkit.errors import DocumentError, InputError
from toolkit.form.values import Kind
from toolkit.workbook.answers.field_names import field_named
from toolkit.workbook.answers.values import parse_json, values_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.form.model import Form

_FEWEST = 0.6  # of the rows of a table of two columns that must name a field


def raw_answers(form: Form, data: bytes, name: str) -> Mapping[str, object]:
    """Return field ids and values out of JSON or out of a table, told apart by what the file holds.

    Raises:
        InputError: the file holds neither; see `parse_json`, `values_in` and `answers_in_table`.
    """
    is_json = PurePath(name).suffix.lower() == ".json" or data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")
    return values_in(parse_json(data, name), name) if is_json else answers_in_table(form, data, name)


def answers_in_table(form: Form, data: bytes, name: str) -> Mapping[str, object]:
    """Return field ids and values out of a spreadsheet or CSV; totals are among them, to be compared.

    Raises:
        InputError: the file holds neither, a row names no field, or a figure of a printed table is not certain; all are
            listed.
    """
    try:
        document = open_document(data, name)
    except DocumentError as error:
        raise InputError(name, [error.reason]) from error
    listed = [grid for block in document.blocks if isinstance(block, Grid) if (grid := _two_columns(form, block))]
    if listed:
        return _listed(form, [row for rows in listed for row in rows], name)
    found = recognise(document, [form], form.first_year).found
    unsure = {Sure.INFERRED, Sure.TWO_READINGS}
    doubtful = [
        f"“{form.fields[field].label}”没有把握（{one.place}“{one.text}”）"
        for field, one in found.items()
        if one.sure in unsure and one.text
    ]
    values = {field: one.value for field, one in found.items() if one.value is not None}
    if not values:
        raise InputError(name, ["里面没有官方表格，也不是“字段、数”两列的表"])
    if doubtful:
        raise InputError(name, doubtful)
    return values


def _two_columns(form: Form, grid: Grid) -> list[tuple[str, str, str]]:
    """Return the rows of a table of names and values, each with its place; nothing where it is none."""
    rows = [
        (texts[0], texts[1], line[0].place)
        for line in grid.lines
        if len(texts := [cell.text for cell in line if not cell.is_blank]) == 2  # noqa: PLR2004 (a name and a value)
    ]
    named = sum(_is_named(form, said) for said, _, _ in rows)
    lines = sum(any(not cell.is_blank for cell in line) for line in grid.lines)
    return rows if named and named >= (lines - 1) * _FEWEST else []  # one line may be the head


def _is_named(form: Form, said: str) -> bool:
    try:
        return bool(field_named(form, said.strip()))
    except InputError:
        return False


def _listed(form: Form, rows: list[tuple[str, str, str]], name: str) -> dict[str, object]:
    mistakes: list[str] = []
    answers: dict[str, object] = {}
    for place, (said, text, _) in enumerate(rows):
        try:
            field = form.fields[field_named(form, said.strip())]
        except InputError as error:
            if place:  # the first row may be a head
                mistakes.append(str(error))
            continue
        if field.id in answers:
            mistakes.append(f"“{said}”写了两次")
        answers[field.id] = _value(field.kind, text, field.unit)
    if mistakes:
        raise InputError(name, mistakes)
    return answers


def _value(kind: Kind, text: str, unit: str) -> object:
    if kind is Kind.TEXT:
        return list(_paragraphs(text))
    return text if kind in {Kind.NOTE, Kind.EXPLANATION} else figure_value(text, unit)


def _paragraphs(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if plain(line))
