"""The sheets for prose: one paragraph a row, no merged input cells, rows that grow with their text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.workbook import layout as at
from toolkit.workbook.template.styles import A4, LINE_HEIGHT, TEXT_WIDTH, lines_needed, text_height
from toolkit.workbook.template.validation import offer_sentences, validate_levels

if TYPE_CHECKING:
    from toolkit.workbook.template.writer import TemplateWriter

LEVEL_WIDTH, PREVIEW_WIDTH, MARK_WIDTH, MARK_VALUE_WIDTH, SAMPLE_WIDTH = 13.0, 52.0, 22.0, 10.0, 60.0


def write_prose(writer: TemplateWriter, sheet: Any) -> None:
    """Write one prose section: a level and a text cell per paragraph."""
    section = next(section for section in writer.form.sections if section.sheet == sheet.name)
    first, last = at.BODY_ROW + 1, at.BODY_ROW + at.PARAGRAPHS
    sheet.set_column(at.KEY_COLUMN, at.KEY_COLUMN, 4, None, {"hidden": True})
    sheet.set_column(at.LEVEL_COLUMN, at.LEVEL_COLUMN, LEVEL_WIDTH)
    sheet.set_column(at.TEXT_COLUMN, at.TEXT_COLUMN, TEXT_WIDTH)
    area = (at.LEVEL_COLUMN, at.TEXT_COLUMN)
    writer.put_merged(sheet, (at.TITLE_ROW, area[0], at.TITLE_ROW, area[1]), section.heading, "title")
    writer.put_formula_merged(sheet, (at.IDENTITY_ROW, area[0], at.IDENTITY_ROW, area[1]), "line")
    writer.put_formula_merged(sheet, (at.STRIP_ROW, area[0], at.STRIP_ROW, area[1]), "strip")
    drafts = [draft.text for draft in writer.form.drafts if draft.section == section.id]
    hint = f"{section.help}{writer.words.prose.samples_above}" if drafts else section.help
    writer.put_merged(sheet, (at.HINT_ROW, area[0], at.HINT_ROW, area[1]), hint, "muted")
    sheet.set_row(at.TITLE_ROW, 28)
    sheet.set_row(at.HINT_ROW, LINE_HEIGHT * lines_needed(hint, TEXT_WIDTH + LEVEL_WIDTH) + 2)
    writer.put(sheet, at.BODY_ROW, at.LEVEL_COLUMN, writer.words.prose.level_head, "head")
    writer.put(sheet, at.BODY_ROW, at.TEXT_COLUMN, writer.words.prose.text_head, "head")
    _write_paragraphs(writer, sheet, section.id)
    _write_preview(writer, sheet)
    if writer.form.marks:
        _write_marks(writer, sheet)
    validate_levels(writer, sheet, (first, at.LEVEL_COLUMN, last, at.LEVEL_COLUMN))
    if drafts:
        source = _write_samples(writer, sheet, drafts)
        offer_sentences(sheet, (first, at.TEXT_COLUMN, last, at.TEXT_COLUMN), source)
    foot = writer.layout.prose_foot_row
    writer.put_formula_merged(sheet, (foot, area[0], foot, area[1]), "foot")
    _print(sheet, foot, writer.footer)


def _write_paragraphs(writer: TemplateWriter, sheet: Any, section: str) -> None:
    paragraphs = writer.filing.paragraphs(section)
    for place in range(at.PARAGRAPHS):
        row = at.BODY_ROW + 1 + place
        sheet.write_string(row, at.KEY_COLUMN, f"{section}.{place + 1}")
        paragraph = paragraphs[place] if place < len(paragraphs) else None
        level = writer.form.words.levels[paragraph.level] if paragraph else None
        if paragraph:
            sheet.grow_row(row, text_height(paragraph.text, TEXT_WIDTH))
        writer.put(sheet, row, at.LEVEL_COLUMN, level, "level")
        writer.put(sheet, row, at.TEXT_COLUMN, paragraph.text if paragraph else None, "text")


def _write_preview(writer: TemplateWriter, sheet: Any) -> None:
    """Write beside every paragraph how it will read, the marks' figures filled in."""
    sheet.set_column(at.PREVIEW_COLUMN, at.PREVIEW_COLUMN, PREVIEW_WIDTH)
    sheet.set_column(at.PREVIEW_COLUMN + 1, at.PREVIEW_COLUMN + 1, 2)
    writer.put(sheet, at.BODY_ROW, at.PREVIEW_COLUMN, writer.words.prose.preview_head, "head")
    for place in range(at.PARAGRAPHS):
        writer.put_formula(sheet, at.BODY_ROW + 1 + place, at.PREVIEW_COLUMN, "helper_text")


def _write_marks(writer: TemplateWriter, sheet: Any) -> None:
    """Write the marks to choose from, right beside the paragraphs, with what each stands for now."""
    sheet.set_column(at.MARK_COLUMN, at.MARK_COLUMN, MARK_WIDTH)
    sheet.set_column(at.MARK_VALUE_COLUMN, at.MARK_VALUE_COLUMN, MARK_VALUE_WIDTH)
    writer.put(sheet, at.BODY_ROW, at.MARK_COLUMN, writer.words.prose.mark_head, "head")
    writer.put(sheet, at.BODY_ROW, at.MARK_VALUE_COLUMN, writer.words.prose.mark_value_head, "head")
    for label, row in writer.layout.mark_rows().items():
        writer.put(sheet, row, at.MARK_COLUMN, f"{{{label}}}", "cell")
        writer.put_formula(sheet, row, at.MARK_VALUE_COLUMN, "number")


def _write_samples(writer: TemplateWriter, sheet: Any, drafts: list[str]) -> str:
    """Write the sentences to begin with; return the range they stand in, which the cells of paragraphs offer."""
    sheet.set_column(at.SAMPLE_COLUMN, at.SAMPLE_COLUMN, SAMPLE_WIDTH)
    writer.put(sheet, at.BODY_ROW, at.SAMPLE_COLUMN, writer.words.prose.drafts_head, "head")
    rows = range(at.BODY_ROW + 1, at.BODY_ROW + 1 + len(drafts))
    for row, text in zip(rows, drafts, strict=True):
        writer.put(sheet, row, at.SAMPLE_COLUMN, text, "plain")
    first, last = (at.cell_name(row, at.SAMPLE_COLUMN, fixed=True) for row in (rows[0], rows[-1]))
    return f"{first}:{last}"


def _print(sheet: Any, foot: int, footer: str) -> None:
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(at.TITLE_ROW, at.IDENTITY_ROW)
    sheet.print_area(at.TITLE_ROW, at.LEVEL_COLUMN, foot, at.TEXT_COLUMN)
    sheet.set_footer(footer)
    sheet.freeze_panes(at.BODY_ROW + 1, 0)
