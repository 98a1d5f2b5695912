"""Every formula cell of the workbook with the value it gives for a filing: written by the template, refreshed by fill.

Formula and value stand side by side so that a file shows the right results before any program recalculates it. The
differential tests hold them equal against LibreOffice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from toolkit.filing import checkcode
from toolkit.form.cellrules import cell_checks
from toolkit.form.checks import PLACES, State, rounded
from toolkit.form.rules import bind_rules, total_parts
from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.addresses import copied, copy_formula, copy_spots, nought_formula, paste_spots, places
from toolkit.workbook.template.formulas.live import LiveFormula, shown
from toolkit.workbook.template.formulas.pasted import PastedTables
from toolkit.workbook.template.formulas.prose import previews
from toolkit.workbook.template.formulas.results import (
    FormulaCell,
    choose,
    judged_fields,
    said,
    text_formula,
    verdict_formula,
)
from toolkit.workbook.template.formulas.sheet_results import SheetResults
from toolkit.workbook.template.formulas.tables import TableHelpers
from toolkit.workbook.template.formulas.wrong_cell import wrong_cell_formulas
from toolkit.workbook.template.printed.formulas import printed_cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.form.checks import Check
    from toolkit.form.model import Field, Section
    from toolkit.form.values import Figure
    from toolkit.workbook.layout import Layout
    from toolkit.workbook.template.formulas.results import SheetCounts
    from toolkit.workbook.template.formulas.wrong_cell import WrongCell
    from toolkit.workbook.wording.words import StateWords

# A copy's formulas that name another sheet go on naming it: there stands which sheet the original is. Programs older
# than SHEET, such as Excel 2010, say nothing.
FIRST_SECTION_SHEET = 2  # the cover comes before
OWN_SHEET = "_xlfn.SHEET()"


@dataclass(frozen=True)
class FormulaSheets:
    """The live cells of a layout's workbooks."""

    layout: Layout

    @property
    def _words(self) -> StateWords:
        return self.layout.wording.states

    def cells(self) -> Iterator[LiveFormula]:
        """Yield every formula cell of the workbook."""
        yield from self._totals()
        yield from self._copies()
        yield from self._field_rows()
        checks = {check.key: check for check in bind_rules(self.layout.form)}
        for check in checks.values():
            yield from self._check_row(check)
        helpers = TableHelpers(self.layout, checks)
        for sheet in self.layout.tables.values():
            yield from helpers.cells(sheet)
        yield from PastedTables(self.layout).cells()
        for section in self.layout.form.sections:
            if not section.is_table:
                yield from previews(self.layout, section)
        for table in self.layout.tables:
            yield from self._wrong_cell(table)
            yield self._nought(table)
        yield from self._codes()
        yield from self._cover()
        for section in self.layout.form.sections:
            yield from self._lines(section)
        yield from printed_cells(self.layout)

    def _totals(self) -> Iterator[LiveFormula]:
        """Yield the statutory totals, the formula cells that stand in the official tables."""
        for field, formula in total_formulas(self.layout).items():
            yield LiveFormula(self.layout.spots[field], formula, shown(field))

    def _copies(self) -> Iterator[LiveFormula]:
        """Yield the copies of the typed figures, on which all else rests."""
        for field, spot in copy_spots(self.layout).items():
            yield LiveFormula(spot, copy_formula(self.layout, field), shown(field))

    def _nought(self, table: str) -> LiveFormula:
        formula = nought_formula(self.layout.tables[table], self.layout.form.words.nought)
        spot = self.layout.section_cell(table, at.SECTION_NOUGHT)
        return LiveFormula(spot, formula, lambda now: 0 if table in now.filing.declared else "")

    def _field_rows(self) -> Iterator[LiveFormula]:
        coded = {field.id: place for place, field in enumerate(checkcode.coded_fields(self.layout.form))}
        for field in at.typed_fields(self.layout.form):
            checks = cell_checks(self.layout.form)[field.kind]
            if not checks:
                continue
            cell = self._cell_of(field)
            formula = f"{State.HOLDS:d}"
            for check in reversed(checks):
                formula = f"IF({check.formula(cell)},{check.code:d},{formula})"
            yield LiveFormula(self.layout.key_cell(field.id, at.FIELD_FLAG), formula, partial(_flag, field.id))
            if field.id in coded:
                yield self._code_term(field, coded[field.id], cell)

    def _cell_of(self, field: Field) -> str:
        if field.kind is Kind.TEXT:
            return places(self.layout)[field.id].down(at.PARAGRAPHS)
        return copied(self.layout, at.KEYS_SHEET).ref(field.id)

    def _code_term(self, field: Field, place: int, cell: str) -> LiveFormula:
        scaled = f"{cell}*{checkcode.scale(field)}" if checkcode.scale(field) != 1 else cell
        whole = f"IF(ISNUMBER({cell}),MOD(ROUND({scaled},0),{checkcode.MODULUS})+1,{checkcode.TEXT_CODE})"
        value = f"MOD({checkcode.weight(place)}*{whole},{checkcode.PRIME})"
        odd = checkcode.weight(place) * checkcode.TEXT_CODE % checkcode.PRIME
        formula = f"IF(ISERROR({cell}),{odd},IF(LEN({cell})=0,0,{value}))"

        def term(now: SheetResults) -> int:
            return checkcode.term(field, place, now.filing.values[field.id])

        return LiveFormula(self.layout.key_cell(field.id, at.FIELD_CODE), formula, term)

    def _check_row(self, check: Check) -> Iterator[LiveFormula]:
        formula, key, table = check.formula(copied(self.layout, self.layout.form.words.checks)), check.key, check.table
        spots = {column: self.layout.check_cell(key, column) for column in range(at.CHECK_STANDS + 1)}
        sides = [spots[column].cell for column in (at.CHECK_LEFT, at.CHECK_RIGHT)]
        difference = f'IF(ISNUMBER({sides[1]}),ROUND({sides[0]}-{sides[1]},{PLACES}),"")'
        yield LiveFormula(spots[at.CHECK_LEFT], formula.left, lambda now: now.sides[key][0])
        yield LiveFormula(spots[at.CHECK_RIGHT], formula.right, lambda now: now.sides[key][1])
        yield LiveFormula(spots[at.CHECK_DIFFERENCE], difference, partial(_difference, key))
        state = formula.state.format(left=sides[0], right=sides[1])
        yield LiveFormula(spots[at.CHECK_STATE], state, lambda now: int(now.outcomes[key].state))
        stands = f"{spots[at.CHECK_OWNER].cell}&{spots[at.CHECK_STATE].cell}"
        yield LiveFormula(spots[at.CHECK_STANDS], stands, lambda now: f"{table}{now.outcomes[key].state:d}")
        told, results = choose(spots[at.CHECK_STATE].cell, self._words), self._words.results
        yield LiveFormula(spots[at.CHECK_RESULT], told, lambda now: results[now.outcomes[key].state])

    def _wrong_cell(self, table: str) -> Iterator[LiveFormula]:
        section = self.layout.form.section(table)
        columns = (at.FIELD_FLAG, at.FIELD_CELL, at.FIELD_KIND, at.FIELD_COPY_ROW, at.FIELD_COPY_COLUMN)
        ranges = (self._field_range(section, column) for column in columns)
        for spot, formula, give in wrong_cell_formulas(self.layout, table, *ranges):
            yield LiveFormula(spot, formula, partial(_of_wrong_cell, table, give))

    def _codes(self) -> Iterator[LiveFormula]:
        fields = checkcode.coded_fields(self.layout.form)
        rows = [self.layout.field_rows[field.id] for field in fields]
        terms = f"{at.cell_name(min(rows), at.FIELD_CODE)}:{at.cell_name(max(rows), at.FIELD_CODE)}"
        year = at.cell_name(at.YEAR_ROW, at.IDENTITY_VALUE)
        total = at.Spot(at.KEYS_SHEET, at.CODE_SUM_ROW, at.IDENTITY_VALUE)
        formula = f"MOD(SUM({terms})+{checkcode.year_term(1)}*{year},{checkcode.PRIME})"
        yield LiveFormula(total, formula, lambda now: int(now.check_code.replace("-", "")))
        padded = f'RIGHT("0000000"&{total.cell},7)'
        text = at.Spot(at.KEYS_SHEET, at.CODE_TEXT_ROW, at.IDENTITY_VALUE)
        yield LiveFormula(text, f'LEFT({padded},3)&"-"&RIGHT({padded},4)', lambda now: now.check_code)

    def _cover(self) -> Iterator[LiveFormula]:
        cover = self.layout.form.words.cover
        rows = self.layout.count_rows
        for section in self.layout.form.sections:
            yield from self._board_row(rows[section.id], partial(_board, section.id), self._counts(section))
        first, last = min(rows.values()), max(rows.values())
        sums = [f"SUM({at.cell_name(first, column)}:{at.cell_name(last, column)})" for column in COUNT_COLUMNS]
        yield from self._board_row(last + 1, lambda now: now.total_counts, sums)
        cells = [at.cell_name(last + 1, column) for column in COUNT_COLUMNS]
        verdict = verdict_formula(cells, self._words)
        yield LiveFormula(_verdict_spot(self.layout), verdict, lambda now: now.verdict)
        code = at.Spot(cover, at.COVER_CODE_LINE_ROW, at.COVER_VALUE)
        yield LiveFormula(code, _code_ref(), lambda now: now.check_code)

    def _board_row(
        self, row: int, board: Callable[[SheetResults], SheetCounts], counts: list[str]
    ) -> Iterator[LiveFormula]:
        cover, words = self.layout.form.words.cover, self._words
        spots = [at.Spot(cover, row, column) for column in COUNT_COLUMNS]
        yield LiveFormula(spots[0], counts[0], lambda now: board(now).errors)
        yield LiveFormula(spots[1], counts[1], lambda now: board(now).blanks)
        yield LiveFormula(spots[2], counts[2], lambda now: board(now).doubts)
        formula = text_formula([spot.cell for spot in spots], words)
        yield LiveFormula(at.Spot(cover, row, at.COVER_VALUE), formula, lambda now: board(now).text(words))

    def _counts(self, section: Section) -> list[str]:
        flags = self._field_range(section, at.FIELD_FLAG)
        owners, states = (self._check_range(column) for column in (at.CHECK_OWNER, at.CHECK_STATE))

        def count(state: State) -> str:
            return f'COUNTIF({flags},{state:d})+COUNTIFS({owners},"{section.id}",{states},{state:d})'

        return [count(State.BROKEN), f"COUNTIF({flags},{State.PENDING:d})", count(State.DOUBTFUL)]

    def _field_range(self, section: Section, column: int) -> str:
        rows = [self.layout.field_rows[field] for field in judged_fields(self.layout, section.id)]
        first, last = (at.cell_name(row, column, fixed=True) for row in (min(rows), max(rows)))
        return f"{at.quoted(at.KEYS_SHEET)}!{first}:{last}"

    def _check_range(self, column: int) -> str:
        rows = self.layout.check_rows.values()
        first, last = (at.cell_name(row, column, fixed=True) for row in (min(rows), max(rows)))
        return f"{at.quoted(self.layout.form.words.checks)}!{first}:{last}"

    def _lines(self, section: Section) -> Iterator[LiveFormula]:
        words, lines = self.layout.form.words, self.layout.wording.lines
        organ, year = (
            at.Spot(words.cover, row, at.COVER_VALUE).reference for row in (at.COVER_ORGAN_ROW, at.COVER_YEAR_ROW)
        )
        template = lines.identity.replace("{organ_label}", words.organ).replace("{year_label}", words.year)
        line = said(template, organ=organ, year=year)
        first = at.Spot(section.sheet, at.TITLE_ROW, at.KEY_COLUMN).reference
        place = self.layout.section_cell(section.id, at.SECTION_SHEET)
        number = place.row + FIRST_SECTION_SHEET
        yield LiveFormula(place, f"IFERROR(_xlfn.SHEET({first}),0)", lambda _: number)
        is_copy = f"IFERROR({OWN_SHEET}<>{place.reference},FALSE)"
        formula = f'IF({is_copy},"{lines.copy.format(sheet=section.sheet)}",{line})'
        yield LiveFormula(at.Spot(section.sheet, at.IDENTITY_ROW, at.FIRST_COLUMN), formula, lambda now: now.whose)
        yield self._strip(section)
        foot = at.Spot(section.sheet, foot_row(self.layout, section), at.FIRST_COLUMN)
        yield LiveFormula(foot, said(lines.code, code=_code_ref()), lambda now: lines.code.format(code=now.check_code))

    def _strip(self, section: Section) -> LiveFormula:
        """Return the line above a table that says how it stands and leads to the first cell to mend."""
        cover, wording = self.layout.form.words.cover, self.layout.wording
        lines, in_use = wording.lines, wording.pasting.in_use
        status = at.Spot(cover, self.layout.count_rows[section.id], at.COVER_VALUE).reference
        hint, wrong = f'IF(LEFT({status},1)="✓","","{lines.hint}")', ""
        if section.is_table:
            words = self.layout.section_cell(section.id, at.SECTION_WORDS).reference
            counts = self.layout.section_cell(section.id, at.SECTION_PASTED).reference
            wrong = f'&IF({counts}=0,"","{in_use}")&IF({words}="","",{said(lines.first, words=words)})'
        formula = f"HYPERLINK({self.link(section)},{status}{wrong}&{hint})"
        return LiveFormula(
            at.Spot(section.sheet, at.STRIP_ROW, at.FIRST_COLUMN), formula, partial(_strip_text, section.id)
        )

    def link(self, section: Section) -> str:
        """Return an expression for where the line above a section leads: errors first, then blanks, then doubts."""
        flags, addresses = (self._field_range(section, column) for column in (at.FIELD_FLAG, at.FIELD_CELL))
        stands, places_ = (self._check_range(column) for column in (at.CHECK_STANDS, at.CHECK_PLACE))
        home = f'"#{at.quoted(section.sheet)}!"'
        if section.is_table:
            counts = self.layout.section_cell(section.id, at.SECTION_PASTED).reference
            home = f'IF({counts}=0,{home},"#{at.quoted(self.layout.tables[section.id].paste_sheet)}!")'

        def cell(state: State) -> str:
            return f"{home}&INDEX({addresses},MATCH({state:d},{flags},0))"

        def check(state: State) -> str:
            return f'"#"&INDEX({places_},MATCH("{section.id}{state:d}",{stands},0))'

        link = f'"#{at.quoted(self.layout.form.words.checks)}!A1"'
        found = [cell(State.BROKEN), check(State.BROKEN), cell(State.PENDING)]
        for expression in reversed([*found, cell(State.DOUBTFUL), check(State.DOUBTFUL)]):
            link = f"IFERROR({expression},{link})"
        return link


def _of_wrong_cell(table: str, give: Callable[[WrongCell], Figure | str], now: SheetResults) -> Figure | str:
    return give(now.wrong_cells[table])


def _flag(field: str, now: SheetResults) -> int:
    return int(now.flags[field])


def _board(section: str, now: SheetResults) -> SheetCounts:
    return now.sheet_counts[section]


def _difference(key: str, now: SheetResults) -> Figure | str:
    left, right = now.sides[key]
    return "" if isinstance(right, str) else rounded(left - right)


def _strip_text(section: str, now: SheetResults) -> str:
    wording, wrong = now.layout.wording, now.wrong_cells.get(section)
    board = now.sheet_counts[section].text(wording.states)
    used = wording.pasting.in_use if section in now.filing.pasted else ""
    fault = wrong.words if wrong is not None else ""
    told = board + used + (wording.lines.first.format(words=fault) if fault else "")
    return told if board.startswith("✓") else told + wording.lines.hint


@cache
def total_formulas(layout: Layout) -> Mapping[str, str]:
    """Return the formula of every statutory total, by field, as its own sheet writes it."""
    parts = total_parts(layout.form)
    return {field: copied(layout, layout.spots[field].sheet).sum(parts[field]) for field in parts}


@cache
def earlier_total_formulas(layout: Layout) -> Mapping[str, str]:
    """Return the same formulas as workbooks hold that were issued before figures were copied."""
    parts = total_parts(layout.form)
    return {field: layout.on(layout.spots[field].sheet).sum(parts[field]) for field in parts}


@cache
def verdict_formulas(layout: Layout) -> Mapping[at.Spot, str]:
    """Return the formulas that decide the verdict: the cover's, those of the checks, the figures copied and judged."""
    words = layout.form.words
    columns = {words.checks: {at.CHECK_LEFT, at.CHECK_RIGHT, at.CHECK_STATE}, words.cover: {*COUNT_COLUMNS}}
    decisive = {*copy_spots(layout).values()}
    decisive |= set(paste_spots(layout).values())
    switches = (at.SECTION_NOUGHT, at.SECTION_PASTED)
    decisive |= {layout.section_cell(table, switch) for table in layout.tables for switch in switches}
    columns[at.KEYS_SHEET] = {at.FIELD_FLAG}
    # People can look at the other sheets, but not at the very hidden one.
    formulas = sorted(live_formulas(layout), key=lambda live: live.spot.sheet == at.KEYS_SHEET)
    found = {
        live.spot: live.formula
        for live in formulas
        if live.spot.column in columns.get(live.spot.sheet, ())
        or live.spot in decisive
        or live.spot == _verdict_spot(layout)
    }
    return MappingProxyType(found)


def _verdict_spot(layout: Layout) -> at.Spot:
    return at.Spot(layout.form.words.cover, at.COVER_VERDICT_ROW, at.COVER_VALUE)


COUNT_COLUMNS = (at.COVER_VALUE + 1, at.COVER_VALUE + 2, at.COVER_VALUE + 3)


def foot_row(layout: Layout, section: Section) -> int:
    """Return the row of the check code on a section's sheet."""
    return layout.tables[section.id].foot_row if section.is_table else layout.prose_foot_row


@cache
def live_formulas(layout: Layout) -> tuple[LiveFormula, ...]:
    """Return every formula cell that the workbooks of a layout have; what they say is the same in all of them."""
    return tuple(FormulaSheets(layout).cells())


def formula_cells(layout: Layout, filing: Filing) -> tuple[FormulaCell, ...]:
    """Return every formula cell of the workbook with the value it gives for this filing."""
    now = SheetResults(layout, filing)
    return tuple([FormulaCell(live.spot, live.formula, live.result(now)) for live in live_formulas(layout)])


def _code_ref() -> str:
    return at.Spot(at.KEYS_SHEET, at.CODE_TEXT_ROW, at.IDENTITY_VALUE).reference
