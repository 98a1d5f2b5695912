"""The formulas of the printed sheet with the values they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.form.grid import Role
from toolkit.workbook import layout as at
from toolkit.workbook.addresses import copied
from toolkit.workbook.template.formulas.live import LiveFormula, shown
from toolkit.workbook.template.formulas.results import said
from toolkit.workbook.template.printed.breaking import LINE_FEED, LONGEST, LineFormulas, width_formula
from toolkit.workbook.template.printed.plan import LINE_ROW, STATE_ROW, print_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.workbook.layout import Layout
    from toolkit.workbook.template.formulas.sheet_results import SheetResults
    from toolkit.workbook.template.printed.breaking import Line
    from toolkit.workbook.template.printed.plan import PrintedProse, PrintPlan


def printed_cells(layout: Layout) -> Iterator[LiveFormula]:
    """Yield the formulas of the printed sheet."""
    plan = print_plan(layout)
    yield from _top(layout, plan)
    cells = copied(layout, plan.sheet)
    for table in plan.tables:
        for cell in table.here.grid.cells:
            if cell.role is Role.DATA:
                top, left, _, _ = table.area(cell)
                yield LiveFormula(at.Spot(plan.sheet, top, left), cells.ref(cell.field), shown(cell.field))
    for prose in plan.prose:
        yield from _prose(layout, plan, prose)


def _top(layout: Layout, plan: PrintPlan) -> Iterator[LiveFormula]:
    """Yield who reports, the check code and the verdict over the tables, and the line to sign under them."""
    words, cover = layout.wording, layout.form.words.cover
    code = at.Spot(at.KEYS_SHEET, at.CODE_TEXT_ROW, at.IDENTITY_VALUE).reference
    first = next(iter(layout.form.sections)).sheet
    line = at.Spot(first, at.IDENTITY_ROW, at.FIRST_COLUMN).reference
    yield LiveFormula(at.Spot(plan.sheet, LINE_ROW, at.FIRST_COLUMN), line, lambda now: now.whose)
    verdict = at.Spot(cover, at.COVER_VERDICT_ROW, at.COVER_VALUE).reference
    state = words.printed.state.replace("{code}", words.lines.code)
    yield LiveFormula(
        at.Spot(plan.sheet, STATE_ROW, at.FIRST_COLUMN),
        said(state, verdict=verdict, code=code),
        lambda now: state.format(verdict=now.verdict, code=now.check_code),
    )
    sign = words.printed.sign + words.lines.code
    spot = at.Spot(plan.sheet, plan.sign_row, at.FIRST_COLUMN)
    yield LiveFormula(spot, said(sign, code=code), lambda now: sign.format(code=now.check_code))


def _prose(layout: Layout, plan: PrintPlan, prose: PrintedProse) -> Iterator[LiveFormula]:
    words = layout.wording.printed
    section, lines, row = prose.section.id, len(prose.lines), prose.heading_row
    first, second, _, fourth = plan.helpers
    text = _text_formula(prose, words.indent, words.too_long)
    yield LiveFormula(at.Spot(plan.sheet, row, first), text, lambda now: now.printed[section].text)
    held, width = at.cell_name(row, first, fixed=True), at.cell_name(row, second, fixed=True)
    spot = at.Spot(plan.sheet, row, second)
    yield LiveFormula(spot, width_formula(held, lines, words), lambda now: now.printed[section].width)
    digits = f"{at.cell_name(0, fourth, fixed=True)}:{at.cell_name(9, fourth, fixed=True)}"
    formulas = LineFormulas(held, width, digits, words)
    for place in range(lines):
        yield from _line(plan, prose, place, formulas)


def _line(plan: PrintPlan, prose: PrintedProse, place: int, formulas: LineFormulas) -> Iterator[LiveFormula]:
    """Yield the formulas of one printed line, which start where the line above ends."""
    section, row = prose.section.id, prose.lines[place]
    first, second, third, _ = plan.helpers
    start, room, taken = (at.cell_name(row, column) for column in (first, second, third))
    above = (at.cell_name(row - 1, first), at.cell_name(row - 1, third)) if place else None

    def line(now: SheetResults) -> Line:
        return now.printed[section].lines[place]

    yield LiveFormula(at.Spot(plan.sheet, row, first), formulas.start(above), lambda now: line(now).start)
    yield LiveFormula(at.Spot(plan.sheet, row, second), formulas.room(start), lambda now: line(now).room)
    yield LiveFormula(at.Spot(plan.sheet, row, third), formulas.taken(start, room), lambda now: line(now).taken)
    formula = formulas.line(start, taken, is_last=row == prose.lines[-1])
    yield LiveFormula(at.Spot(plan.sheet, row, at.FIRST_COLUMN), formula, lambda now: line(now).text)


def _text_formula(prose: PrintedProse, indent: str, too_long: str) -> str:
    prefix, rows = f"{at.quoted(prose.section.sheet)}!", range(at.BODY_ROW + 1, at.BODY_ROW + 1 + at.PARAGRAPHS)
    cells = [prefix + at.cell_name(row, at.PREVIEW_COLUMN) for row in rows]
    whole = f"{cells[0]}:{at.cell_name(rows[-1], at.PREVIEW_COLUMN)}"
    joined = "&".join(f'IF(LEN({cell})=0,"","{indent}"&{cell}&{LINE_FEED})' for cell in cells)
    return f'IF(SUMPRODUCT(LEN({whole}))>{LONGEST},"{too_long}"&{LINE_FEED},{joined})'
