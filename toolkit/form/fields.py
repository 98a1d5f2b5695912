"""Every field of a form, in the order of the workbook: the one place where a field id is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.form.model import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.form.model import Column, Control, Form, Row, Section, Table

# Field ids that belong to no official table begin with one of these, so a table may not be called so.
COVER = "cover"
CONTROL = "control"
EXPLANATION = "explanation"
RESERVED = (COVER, CONTROL, EXPLANATION)


def figure_id(table: str, row: str, column: str) -> str:
    """Return the id of one cell of an official table."""
    return f"{table}.{row}.{column}"


def explanation_id(check: str) -> str:
    """Return the id of the cell in which the clerk explains one check."""
    return f"{EXPLANATION}.{check}"


def control_id(control: str) -> str:
    """Return the id of one independent total copied from the register."""
    return f"{CONTROL}.{control}"


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
    from toolkit.form.rules import bind_rules

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
