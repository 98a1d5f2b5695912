"""The first sheet: who reports, to whom, the steps, the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.form.ids import COVER
from toolkit.workbook import layout as at
from toolkit.workbook.template.conditional_formats import colour_results
from toolkit.workbook.template.formulas.sheets import COUNT_COLUMNS
from toolkit.workbook.template.styles import A4, LINE_HEIGHT, NOTE_HEIGHT, SMALLER_LETTERS, lines_needed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.workbook.template.writer import TemplateWriter

LABEL_WIDTH, VALUE_WIDTH, COUNT_WIDTH = 34.0, 52.0, 9.0
ORGAN_HEIGHT = 2 * LINE_HEIGHT + 4  # two lines for every organ: a copy for another organ has the rows of the first


def write_cover(writer: TemplateWriter, sheet: Any) -> None:
    """Write who reports what, the verdict, the list of sheets with links, the contacts and how to fill."""
    sheet.set_column(at.KEY_COLUMN, at.KEY_COLUMN, 2)
    sheet.set_column(at.COVER_LABEL, at.COVER_LABEL, LABEL_WIDTH)
    sheet.set_column(at.COVER_VALUE, at.COVER_VALUE, VALUE_WIDTH)
    sheet.set_column(COUNT_COLUMNS[0], COUNT_COLUMNS[-1], COUNT_WIDTH)
    last = COUNT_COLUMNS[-1]
    title = writer.words.cover.title.format(form=writer.form.title)
    writer.put_merged(sheet, (0, at.COVER_LABEL, 0, last), title, "title")
    sheet.set_row(0, 30)
    _write_identity(writer, sheet)
    _write_delivery(writer, sheet)
    _write_steps(writer, sheet, last)
    _write_verdict(writer, sheet)
    _write_board(writer, sheet)
    _write_notes(writer, sheet)
    _write_usage(writer, sheet, last)
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 1)
    sheet.set_footer(writer.footer)
    sheet.activate()


def _write_identity(writer: TemplateWriter, sheet: Any) -> None:
    words, identity = writer.form.words, writer.identity
    for row, label, value, style in (
        (at.COVER_ORGAN_ROW, words.organ, identity.organ, "identity"),
        (at.COVER_CODE_ROW, words.code, identity.code, "identity"),
        (at.COVER_YEAR_ROW, words.year, identity.year, "identity_year"),
    ):
        writer.put(sheet, row, at.COVER_LABEL, label, "label")
        writer.put(sheet, row, at.COVER_VALUE, value, style)
        sheet.set_row(row, ORGAN_HEIGHT if row == at.COVER_ORGAN_ROW else 20)


def _write_delivery(writer: TemplateWriter, sheet: Any) -> None:
    """Write by when and to whom; what is not known takes no room."""
    for row, (label, value) in _delivery_lines(writer).items():
        if value:
            writer.put(sheet, row, at.COVER_LABEL, label, "label")
            writer.put(sheet, row, at.COVER_VALUE, value, "identity")
            sheet.set_row(row, max(20, LINE_HEIGHT * lines_needed(value, VALUE_WIDTH) + 4))
        else:
            sheet.set_row(row, None, None, {"hidden": True})


def _delivery_lines(writer: TemplateWriter) -> Mapping[int, tuple[str, str]]:
    words, delivery = writer.words.cover, writer.delivery
    office = delivery.office
    if office and delivery.address:
        office = words.send_to.format(office=office, address=delivery.address)
    return {
        at.COVER_DUE_ROW: (words.due_label, delivery.due),
        at.COVER_OFFICE_ROW: (words.office_label, office or delivery.address),
        at.COVER_ASK_ROW: (words.ask_label, delivery.ask),
    }


def _write_steps(writer: TemplateWriter, sheet: Any, last: int) -> None:
    for row, step in enumerate(writer.words.cover.steps, at.COVER_STEPS_ROW):
        writer.put_merged(sheet, (row, at.COVER_LABEL, row, last), step, "line")
        sheet.set_row(row, 18)
    for row in (at.COVER_STEPS_ROW - 1, at.COVER_VERDICT_ROW - 1):
        sheet.set_row(row, 6)


def _write_verdict(writer: TemplateWriter, sheet: Any) -> None:
    words = writer.words.cover
    writer.put(sheet, at.COVER_VERDICT_ROW, at.COVER_LABEL, words.verdict_label, "label")
    writer.put_formula(sheet, at.COVER_VERDICT_ROW, at.COVER_VALUE, "verdict")
    writer.put(sheet, at.COVER_CODE_LINE_ROW, at.COVER_LABEL, words.code_label, "label")
    writer.put_formula(sheet, at.COVER_CODE_LINE_ROW, at.COVER_VALUE, "code")
    for row in (at.COVER_VERDICT_ROW, at.COVER_CODE_LINE_ROW):
        sheet.set_row(row, 26)
    total = max(writer.layout.count_rows.values()) + 1
    errors, blanks = (at.cell_name(total, column, fixed=True) for column in COUNT_COLUMNS[:2])
    for condition, colour in ((f"{errors}>0", "bad"), (f"{blanks}>0", "waiting"), ("TRUE", "good")):
        options = {"type": "formula", "criteria": f"={condition}", "format": writer.conditions[colour]}
        sheet.conditional_format(*[at.COVER_VERDICT_ROW, at.COVER_VALUE] * 2, options)


def _write_board(writer: TemplateWriter, sheet: Any) -> None:
    words = writer.words.cover
    for column, head in enumerate(words.heads, at.COVER_LABEL):
        writer.put(sheet, at.COVER_COUNTS_ROW, column, head, "head")
    rows = writer.layout.count_rows
    for section in writer.form.sections:
        target = f"internal:{at.quoted(section.sheet)}!A1"
        sheet.write_url(rows[section.id], at.COVER_LABEL, target, writer.formats["link"], section.heading)
        sheet.set_row(rows[section.id], 14 * lines_needed(section.heading, LABEL_WIDTH) + 8)
    total = max(rows.values()) + 1
    _write_ways(writer, sheet, total + 1)
    checks = f"internal:{at.quoted(writer.form.words.checks)}!A1"
    sheet.write_url(total, at.COVER_LABEL, checks, writer.formats["link"], words.total)
    for row in (*rows.values(), total):
        writer.put_formula(sheet, row, at.COVER_VALUE, "cell")
        for column in COUNT_COLUMNS:
            writer.put_formula(sheet, row, column, "number")
    colour_results(writer, sheet, (min(rows.values()), at.COVER_VALUE, total, at.COVER_VALUE))


def _write_ways(writer: TemplateWriter, sheet: Any, row: int) -> None:
    """Write the links to the sheets that are looked at and not filled."""
    words, form = writer.words, writer.form
    ways = ((words.printed.sheet, words.cover.to_print), (form.words.help, words.cover.to_help))
    for column, (name, text) in enumerate(ways, at.COVER_LABEL):
        if name in writer.unseen:
            continue
        sheet.write_url(row, column, f"internal:{at.quoted(name)}!A1", writer.formats["link"], text)


def _write_notes(writer: TemplateWriter, sheet: Any) -> None:
    for note in writer.form.notes:
        name = f"{COVER}.{note.id}"
        spot = writer.layout.spots[name]
        writer.put(sheet, spot.row, at.COVER_LABEL, note.label, "label")
        writer.put(sheet, spot.row, spot.column, writer.filing.answers.get(name), "note")
        if note.help:
            writer.put_merged(sheet, (spot.row, COUNT_COLUMNS[0], spot.row, COUNT_COLUMNS[-1]), note.help, "muted")
        lines = lines_needed(note.help, COUNT_WIDTH * len(COUNT_COLUMNS) * SMALLER_LETTERS)
        sheet.set_row(spot.row, max(20, lines * NOTE_HEIGHT + 4))


def _write_usage(writer: TemplateWriter, sheet: Any, last: int) -> None:
    row = max((writer.layout.spots[f"{COVER}.{note.id}"].row for note in writer.form.notes), default=20) + 2
    for place, line in enumerate(_small_print(writer)):
        writer.put_merged(sheet, (row + place, at.COVER_LABEL, row + place, last), line, "muted")
        width = LABEL_WIDTH + VALUE_WIDTH + COUNT_WIDTH * len(COUNT_COLUMNS)
        sheet.set_row(row + place, LINE_HEIGHT * lines_needed(line, width) + 2)


def _small_print(writer: TemplateWriter) -> Iterator[str]:
    words, form = writer.words.cover, writer.form
    yield from words.usage
    yield words.edition.format(edition=form.edition, citation=form.citation(form.source))
