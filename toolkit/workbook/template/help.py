"""The help sheet: an invented example, short answers to what clerks ask, then every field with its clause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.form.guidance.examples import balance_of, example_figures, example_sides
from toolkit.workbook.template.styles import A4, LINE_HEIGHT, lines_needed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.form.model import Table
    from toolkit.workbook.template.writer import TemplateWriter

HELP_WIDTHS = (20.0, 40.0, 64.0, 44.0)


def write_help(writer: TemplateWriter, sheet: Any) -> None:
    """Write what every section, row, column and control asks for, with its clause."""
    for column, width in enumerate(HELP_WIDTHS):
        sheet.set_column(column, column, width)
    words = writer.words.help
    writer.put_merged(sheet, (0, 0, 0, 3), words.title, "title")
    sheet.set_row(0, 30)
    row = _write_questions(writer, sheet, _write_example(writer, sheet, 2)) if writer.form.example else 2
    for column, head in enumerate(words.heads):
        writer.put(sheet, row, column, head, "head")
    row += 1
    for texts in _help_rows(writer):
        for column, text in enumerate(texts):
            writer.put(sheet, row, column, text, "cell")
        lines = max(lines_needed(text, width) for text, width in zip(texts, HELP_WIDTHS, strict=True))
        sheet.set_row(row, 14 * lines + 4)
        row += 1
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(writer.footer)


def _write_example(writer: TemplateWriter, sheet: Any, row: int) -> int:
    """Write the invented example with its balance drawn; return the row after it."""
    form, words = writer.form, writer.words.help
    rule, table = balance_of(form), form.table(balance_of(form).table)
    said = dict(rule.parameters)
    writer.put_merged(sheet, (row, 0, row, 3), words.example, "example_head")
    for place, (name, figure) in enumerate(example_figures(form).items(), row + 1):
        side = next((side for side in ("left", "right") if name in _listed(said[side])), "")
        label = words.path.join(entry.label for entry in table.row_path(name) if entry.label)
        writer.put(sheet, place, 1, label, "cell")
        writer.put(sheet, place, 2, figure, "count_shown")
        writer.put(sheet, place, 3, {"left": words.left, "right": words.right}.get(side, ""), "cell")
        sheet.set_row(place, LINE_HEIGHT * lines_needed(label, HELP_WIDTHS[1]) + 4)
    row += len(example_figures(form)) + 1
    left, right = (words.plus.join(map(str, side)) for side in example_sides(form))
    total = sum(example_sides(form)[0])
    drawn = words.balance.format(
        left_label=said["left_label"],
        left=left,
        right_label=said["right_label"],
        right=right,
        total=total,
    )
    writer.put_merged(sheet, (row, 0, row, 3), drawn, "example_head")
    sheet.set_row(row, 20)
    return row + 2


def _listed(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


def _write_questions(writer: TemplateWriter, sheet: Any, row: int) -> int:
    """Write what clerks ask, each with its answer; return the row after them."""
    writer.put_merged(sheet, (row, 0, row, 3), writer.words.help.questions, "example_head")
    for place, question in enumerate(writer.form.questions, row + 1):
        writer.put_merged(sheet, (place, 0, place, 1), question.ask, "cell")
        writer.put_merged(sheet, (place, 2, place, 3), question.answer, "cell")
        widths = (sum(HELP_WIDTHS[:2]), sum(HELP_WIDTHS[2:]))
        lines = max(map(lines_needed, (question.ask, question.answer), widths))
        sheet.set_row(place, LINE_HEIGHT * lines + 4)
    return row + len(writer.form.questions) + 2


def _help_rows(writer: TemplateWriter) -> Iterator[tuple[str, str, str, str]]:
    form = writer.form
    for section in form.sections:
        yield section.sheet, section.heading, section.help, form.citation(section.source)
        if section.is_table:
            for label, help_, source in _table_help(writer, form.table(section.id)):
                yield section.sheet, label, help_, form.citation(source) if source else ""
    for rule in form.rules:
        help_ = "".join(part for part in (f"{rule.why}" if rule.why else "", rule.advice) if part)
        yield form.words.checks, rule.title, help_, form.citation(rule.source)
    for note in form.notes:
        yield form.words.cover, note.label, note.help, ""


def _table_help(writer: TemplateWriter, table: Table) -> Iterator[tuple[str, str, str]]:
    for row in table.leaf_rows():
        label = " / ".join(entry.label for entry in table.row_path(row.id) if entry.label)
        if label:
            columns = " ".join(column.help for column in table.leaf_columns(row.band) if column.help)
            yield label, row.help or columns or writer.words.help.nought, row.source or table.source
        elif row.help:
            yield table.caption, row.help, row.source or table.source
    for column in dict.fromkeys((column.label, column.help, column.source) for column in table.columns if column.help):
        yield writer.words.help.column.format(label=column[0]), column[1], column[2] or table.source
    if table.controls:
        yield table.controls_label, table.controls_help, ""
