"""Every field of a form, in the order of the workbook."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.form.ids import CONTROL, COVER, EXPLANATION, control_id, explanation_id, figure_id
from toolkit.form.model import Field
from toolkit.form.rules import bind_rules
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.form.model import Column, Control, Form, Row, Section, Table


def with_fields(form: Form) -> Form:
    """Return the form with every field it has by id; nothing else derives them."""
    return replace(form, fields={field.id: field for field in list_fields(form)})


def list_fields(form: Form) -> Iterator[Field]:
    """Yield the cover's notes, then every section's fields, then the explanations of the checks."""
    for note in form.notes:
        yield Field(f"{COVER}.{note.id}", COVER, note.id, "", Kind.NOTE, note.label, note.label, help=note.help)
    for section in form.sections:
        if section.is_table:
            yield from _table_fields(form.table(section.id))
        else:
            yield _prose_field(section)
    yield from _explanation_fields(form)


def innermost(label: str) -> str:
    """Return the last part of an official label whose headings stand before it, joined by `/`."""
    return label.rpartition("/")[2]


def _prose_field(section: Section) -> Field:
    return Field(section.id, section.id, "", "", Kind.TEXT, section.heading, help=section.help, source=section.source)


def _table_fields(table: Table) -> Iterator[Field]:
    for band in table.bands:
        for row in table.leaf_rows(band.id):
            for column in table.leaf_columns(band.id):
                yield _figure_field(table, row, column)
    for control in table.controls:
        yield _control_field(table, control)


def _figure_field(table: Table, row: Row, column: Column) -> Field:
    row_label = "/".join(entry.label for entry in table.row_path(row.id) if entry.label)
    heads = [entry.label for entry in table.column_path(column.id, row.band) if entry.label]
    return Field(
        id=figure_id(table.id, row.id, column.id),
        table=table.id,
        row=row.id,
        column=column.id,
        kind=_kind(row, column),
        label=_label(row, heads),
        row_label=row_label,
        column_label="/".join(heads),
        unit=column.unit or row.unit or table.unit,
        help=" ".join(text for text in (row.help, column.help) if text),
        source=row.source or column.source or table.source,
    )


def _label(row: Row, heads: list[str]) -> str:
    """Return the shortest label that tells a cell apart: row and column, or the last two heads where rows have none."""
    return " · ".join([row.label, heads[-1]] if row.label else heads[-2:])


def _kind(row: Row, column: Column) -> Kind:
    return Kind.COMPUTED if Kind.COMPUTED in (row.kind, column.kind) else row.kind or column.kind


def _control_field(table: Table, control: Control) -> Field:
    return Field(
        id=control_id(control.id),
        table=CONTROL,
        row=control.id,
        column="",
        kind=Kind.CONTROL,
        label=f"{table.controls_label} · {control.label}",
        row_label=control.label,
        unit=table.unit,
        help=control.help,
        source=table.source,
    )


def _explanation_fields(form: Form) -> Iterator[Field]:
    for check in bind_rules(form):
        if check.is_explainable:
            label = check.title
            yield Field(
                explanation_id(check.key),
                EXPLANATION,
                check.key,
                "",
                Kind.EXPLANATION,
                label,
                label,
                source=check.source,
            )
