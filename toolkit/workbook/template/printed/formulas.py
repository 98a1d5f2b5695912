"""The formulas of the printed sheet with the values they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.filing.checkcode import check_code
from toolkit.filing.prose.marks import blank_marks, fill_marks
from toolkit.form.grid import Role
from toolkit.workbook import layout as at
from toolkit.workbook.addresses import copied
from toolkit.workbook.template.formulas.results import FormulaCell, said
from toolkit.workbook.template.printed.breaking import LINE_FEED, LONGEST, LineFormulas, broken, width_formula, width_of
from toolkit.workbook.template.printed.plan import LINE_ROW, STATE_ROW, print_plan
from toolkit.workbook.wording.languages import wording_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.form.values import Figure
    from toolkit.workbook.layout import Layout
    from toolkit.workbook.template.printed.plan import PrintedProse, PrintPlan


def printed_cells(
    layout: Layout, filing: Filing, figures: Mapping[str, Figure | str], verdict: str
) -> Iterator[FormulaCell]:
    """Yield the formulas of the printed sheet; `figures` are what the sheets show of every figure."""
    plan = print_plan(layout)
    yield from _top(layout, filing, plan, verdict)
    cells = copied(layout, plan.sheet)
    for table in plan.tables:
        for cell in table.here.grid.cells:
            if cell.role is Role.DATA:
                top, left, _, _ = table.area(cell)
                yield FormulaCell(at.Spot(plan.sheet, top, left), cells.ref(cell.field), figures[cell.field])
    for prose in plan.prose:
        yield from _prose(layout, filing, plan, prose)


def _top(layout: Layout, filing: Filing, plan: PrintPlan, verdict: str) -> Iterator[FormulaCell]:
    """Yield who reports, the check code and the verdict over the tables, and the line to sign under them."""
    words, cover = wording_of(layout.form), layout.form.words.cover
    code = at.Spot(at.KEYS_SHEET, at.CODE_TEXT_ROW, at.IDENTITY_VALUE).reference
    shown_code = check_code(filing)
    first = next(iter(layout.form.sections)).sheet
    line = at.Spot(first, at.IDENTITY_ROW, at.FIRST_COLUMN).reference
    names = layout.form.words
    labels = {"organ_label": names.organ, "year_label": names.year}
    whose = words.lines.identity.format(**labels, organ=filing.organ, year=filing.year)
    yield FormulaCell(at.Spot(plan.sheet, LINE_ROW, at.FIRST_COLUMN), line, whose)
    state = at.Spot(cover, at.COVER_VERDICT_ROW, at.COVER_VALUE).reference
    template = words.printed.state.replace("{code}", words.lines.code)
    value = template.format(verdict=verdict, code=shown_code)
    yield FormulaCell(at.Spot(plan.sheet, STATE_ROW, at.FIRST_COLUMN), said(template, verdict=state, code=code), value)
    sign = at.Spot(plan.sheet, plan.sign_row, at.FIRST_COLUMN)
    template = words.printed.sign + words.lines.code
    yield FormulaCell(sign, said(template, code=code), template.format(code=shown_code))


def _prose(layout: Layout, filing: Filing, plan: PrintPlan, prose: PrintedProse) -> Iterator[FormulaCell]:
    words = wording_of(layout.form).printed
    text = section_text(filing, prose.section.id)
    lines, row = len(prose.lines), prose.heading_row
    first, second, third, fourth = plan.helpers
    yield FormulaCell(at.Spot(plan.sheet, row, first), _text_formula(prose, words.indent, words.too_long), text)
    held, width = at.cell_name(row, first, fixed=True), at.cell_name(row, second, fixed=True)
    yield FormulaCell(at.Spot(plan.sheet, row, second), width_formula(held, lines, words), width_of(text, lines, words))
    digits = f"{at.cell_name(0, fourth, fixed=True)}:{at.cell_name(9, fourth, fixed=True)}"
    formulas = LineFormulas(held, width, digits, words)
    above: tuple[str, str] | None = None
    for line_row, line in zip(prose.lines, broken(text, width_of(text, lines, words), lines, words), strict=True):
        start, room, taken = (at.cell_name(line_row, column) for column in (first, second, third))
        yield FormulaCell(at.Spot(plan.sheet, line_row, first), formulas.start(above), line.start)
        yield FormulaCell(at.Spot(plan.sheet, line_row, second), formulas.room(start), line.room)
        yield FormulaCell(at.Spot(plan.sheet, line_row, third), formulas.taken(start, room), line.taken)
        shown = formulas.line(start, taken, is_last=line_row == prose.lines[-1])
        yield FormulaCell(at.Spot(plan.sheet, line_row, at.FIRST_COLUMN), shown, line.text)
        above = (start, taken)


def section_text(filing: Filing, section: str) -> str:
    """Return a section as it is printed: every paragraph with its figures filled in, a line feed behind it."""
    words = wording_of(filing.form).printed
    blank = blank_marks(filing)
    texts = [fill_marks(paragraph.text, filing, blank) for paragraph in filing.paragraphs(section)]
    if sum(len(text) for text in texts) > LONGEST:
        return f"{words.too_long}\n"
    return "".join(f"{words.indent}{text}\n" for text in texts if text)


def _text_formula(prose: PrintedProse, indent: str, too_long: str) -> str:
    prefix, rows = f"{at.quoted(prose.section.sheet)}!", range(at.BODY_ROW + 1, at.BODY_ROW + 1 + at.PARAGRAPHS)
    cells = [prefix + at.cell_name(row, at.PREVIEW_COLUMN) for row in rows]
    whole = f"{cells[0]}:{at.cell_name(rows[-1], at.PREVIEW_COLUMN)}"
    joined = "&".join(f'IF(LEN({cell})=0,"","{indent}"&{cell}&{LINE_FEED})' for cell in cells)
    return f'IF(SUMPRODUCT(LEN({whole}))>{LONGEST},"{too_long}"&{LINE_FEED},{joined})'
