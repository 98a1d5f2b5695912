"""Every formula cell of the workbook with the value it gives for a filing: written by the template, refreshed by fill.

Formula and value stand side by side so that a file shows the right results before any program recalculates it. The
differential tests hold them equal against LibreOffice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from toolkit.filing import checkcode
from toolkit.filing.filing import Filing
from toolkit.form.cellrules import cell_checks
from toolkit.form.checks import PLACES, State, rounded
from toolkit.form.rules import bind_rules, total_parts
from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.addresses import copied, copy_formula, copy_spots, nought_formula, paste_spots, places
from toolkit.workbook.template.formulas.pasted import PastedTables
from toolkit.workbook.template.formulas.prose import previews
from toolkit.workbook.template.formulas.results import (
    FormulaCell,
    SheetCounts,
    choose,
    said,
    sides_shown,
    text_formula,
    verdict_formula,
)
from toolkit.workbook.template.formulas.tables import TableHelpers
from toolkit.workbook.template.formulas.wrong_cell import WRONG_COLUMNS, WrongCell
from toolkit.workbook.template.printed.formulas import printed_cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.form.checks import Formula
    from toolkit.form.model import Field, Section
    from toolkit.form.values import Figure, Value
    from toolkit.workbook.layout import Layout
    from toolkit.workbook.wording.words import StateWords

# A copy's formulas that name another sheet go on naming it: there stands which sheet the original is. Programs older
# than SHEET, such as Excel 2010, say nothing.
FIRST_SECTION_SHEET = 2  # the cover comes before
OWN_SHEET = "_xlfn.SHEET()"


@dataclass(frozen=True)
class FormulaSheets:
    """The live cells of one filing's workbook."""

    layout: Layout
    filing: Filing

    @cached_property
    def flags(self) -> Mapping[str, State]:
        """How every typed cell stands by itself."""
        found: dict[str, State] = {}
        for field in at.typed_fields(self.layout.form):
            broken = self.filing.broken.get(field.id)
            found[field.id] = broken[0].code if broken else State.HOLDS
        return found

    @cached_property
    def sheet_counts(self) -> Mapping[str, SheetCounts]:
        """The board of each section."""
        return {section.id: self._board(section) for section in self.layout.form.sections}

    @property
    def total_counts(self) -> SheetCounts:
        """The board of the whole workbook; it decides the verdict."""
        return sum(self.sheet_counts.values(), SheetCounts())

    @property
    def verdict(self) -> str:
        """The verdict on the whole workbook in words."""
        return self.total_counts.verdict(self._words)

    @property
    def _words(self) -> StateWords:
        return self.layout.wording.states

    def _board(self, section: Section) -> SheetCounts:
        own = [self.flags[field] for field in _judged(self.layout, section.id)]
        states = own + [outcome.state for check, outcome in self.filing.outcomes.items() if check.table == section.id]
        return SheetCounts(states.count(State.BROKEN), own.count(State.PENDING), states.count(State.DOUBTFUL))

    def cells(self) -> Iterator[FormulaCell]:
        """Yield every formula cell of the workbook."""
        yield from self.totals()
        copies = tuple(self._copies())
        yield from copies
        yield from self._field_rows()
        yield from self._check_rows()
        helpers = TableHelpers(self.layout, self.filing, self.filing.outcomes)
        for sheet in self.layout.tables.values():
            yield from helpers.cells(sheet)
        yield from PastedTables(self.layout, self.filing).cells()
        for section in self.layout.form.sections:
            if not section.is_table:
                yield from previews(self.layout, self.filing, section)
        words = self.layout.form.words
        for table, here in self.layout.tables.items():
            yield from self._wrong_cell(table)
            counts = 0 if table in self.filing.declared else ""
            nought = nought_formula(here, words.nought)
            yield FormulaCell(self.layout.section_cell(table, at.SECTION_NOUGHT), nought, counts)
        yield from self._codes()
        yield from self._cover()
        yield from self._lines()
        figures = dict(zip(copy_spots(self.layout), (live.value for live in copies), strict=True))
        figures |= {field: _shown(self.filing.values[field]) for field in total_formulas(self.layout)}
        yield from printed_cells(self.layout, self.filing, figures, self.verdict)

    def totals(self) -> Iterator[FormulaCell]:
        """Yield the statutory totals, the formula cells that stand in the official tables."""
        for field, formula in total_formulas(self.layout).items():
            yield FormulaCell(self.layout.spots[field], formula, _shown(self.filing.values[field]))

    def _copies(self) -> Iterator[FormulaCell]:
        """Yield the copies of the typed figures, on which all else rests."""
        for field, spot in copy_spots(self.layout).items():
            value = self.filing.values[field]
            shown = "" if value is None or isinstance(value, tuple) else value
            yield FormulaCell(spot, copy_formula(self.layout, field), shown)

    def _field_rows(self) -> Iterator[FormulaCell]:
        coded = {field.id: place for place, field in enumerate(checkcode.coded_fields(self.layout.form))}
        for field in at.typed_fields(self.layout.form):
            checks = cell_checks(self.layout.form)[field.kind]
            if not checks:
                continue
            flag = self.layout.key_cell(field.id, at.FIELD_FLAG)
            cell = self._cell_of(field)
            formula = f"{State.HOLDS:d}"
            for check in reversed(checks):
                formula = f"IF({check.formula(cell)},{check.code:d},{formula})"
            state = self.flags[field.id]
            yield FormulaCell(flag, formula, int(state))
            if field.id in coded:
                yield self._code_term(field, coded[field.id], cell)

    def _cell_of(self, field: Field) -> str:
        if field.kind is Kind.TEXT:
            return places(self.layout)[field.id].down(at.PARAGRAPHS)
        return copied(self.layout, at.KEYS_SHEET).ref(field.id)

    def _code_term(self, field: Field, place: int, cell: str) -> FormulaCell:
        scaled = f"{cell}*{checkcode.scale(field)}" if checkcode.scale(field) != 1 else cell
        whole = f"IF(ISNUMBER({cell}),MOD(ROUND({scaled},0),{checkcode.MODULUS})+1,{checkcode.TEXT_CODE})"
        value = f"MOD({checkcode.weight(place)}*{whole},{checkcode.PRIME})"
        odd = checkcode.weight(place) * checkcode.TEXT_CODE % checkcode.PRIME
        formula = f"IF(ISERROR({cell}),{odd},IF(LEN({cell})=0,0,{value}))"
        term = checkcode.term(field, place, self.filing.values[field.id])
        return FormulaCell(self.layout.key_cell(field.id, at.FIELD_CODE), formula, term)

    def _check_rows(self) -> Iterator[FormulaCell]:
        formulas = _check_formulas(self.layout)
        for check, outcome in self.filing.outcomes.items():
            formula = formulas[check.key]
            left, right = sides_shown(check, outcome, self.filing)
            spots = {column: self.layout.check_cell(check.key, column) for column in range(at.CHECK_STANDS + 1)}
            state = formula.state.format(left=spots[at.CHECK_LEFT].cell, right=spots[at.CHECK_RIGHT].cell)
            sides = [spots[column].cell for column in (at.CHECK_LEFT, at.CHECK_RIGHT)]
            difference = f'IF(ISNUMBER({sides[1]}),ROUND({sides[0]}-{sides[1]},{PLACES}),"")'
            yield FormulaCell(spots[at.CHECK_LEFT], formula.left, left)
            yield FormulaCell(spots[at.CHECK_RIGHT], formula.right, right)
            gap = "" if isinstance(right, str) else rounded(left - right)
            yield FormulaCell(spots[at.CHECK_DIFFERENCE], difference, gap)
            yield FormulaCell(spots[at.CHECK_STATE], state, int(outcome.state))
            stands = f"{spots[at.CHECK_OWNER].cell}&{spots[at.CHECK_STATE].cell}"
            yield FormulaCell(spots[at.CHECK_STANDS], stands, f"{check.table}{outcome.state:d}")
            told = choose(spots[at.CHECK_STATE].cell, self._words)
            yield FormulaCell(spots[at.CHECK_RESULT], told, self._words.results[outcome.state])

    @cached_property
    def wrong_cells(self) -> Mapping[str, WrongCell]:
        """The first cell of each table whose figure is wrong by itself, and what is wrong with it."""
        found: dict[str, WrongCell] = {}
        for section in self.layout.form.sections:
            if section.is_table:
                judged = [self.layout.form.fields[name] for name in _judged(self.layout, section.id)]
                wrong = next((field for field in judged if self.flags[field.id] is State.BROKEN), None)
                found[section.id] = WrongCell.of(self.layout, self.filing, wrong, judged)
        return found

    def _wrong_cell(self, table: str) -> Iterator[FormulaCell]:
        section = self.layout.form.section(table)
        columns = (at.FIELD_FLAG, at.FIELD_CELL, at.FIELD_KIND, at.FIELD_COPY_ROW, at.FIELD_COPY_COLUMN)
        yield from self.wrong_cells[table].cells(
            [self.layout.section_cell(table, column) for column in WRONG_COLUMNS],
            *(self._field_range(section, column) for column in columns),
        )

    def _codes(self) -> Iterator[FormulaCell]:
        fields = checkcode.coded_fields(self.layout.form)
        rows = [self.layout.field_rows[field.id] for field in fields]
        terms = f"{at.cell_name(min(rows), at.FIELD_CODE)}:{at.cell_name(max(rows), at.FIELD_CODE)}"
        year = at.cell_name(at.YEAR_ROW, at.IDENTITY_VALUE)
        code = checkcode.check_code(self.filing)
        total = at.Spot(at.KEYS_SHEET, at.CODE_SUM_ROW, at.IDENTITY_VALUE)
        formula = f"MOD(SUM({terms})+{checkcode.year_term(1)}*{year},{checkcode.PRIME})"
        yield FormulaCell(total, formula, int(code.replace("-", "")))
        padded = f'RIGHT("0000000"&{total.cell},7)'
        text = at.Spot(at.KEYS_SHEET, at.CODE_TEXT_ROW, at.IDENTITY_VALUE)
        yield FormulaCell(text, f'LEFT({padded},3)&"-"&RIGHT({padded},4)', code)

    def _cover(self) -> Iterator[FormulaCell]:
        cover = self.layout.form.words.cover
        rows = self.layout.count_rows
        for section in self.layout.form.sections:
            yield from self._board_row(rows[section.id], self.sheet_counts[section.id], self._counts(section))
        first, last = min(rows.values()), max(rows.values())
        sums = [f"SUM({at.cell_name(first, column)}:{at.cell_name(last, column)})" for column in COUNT_COLUMNS]
        yield from self._board_row(last + 1, self.total_counts, sums)
        cells = [at.cell_name(last + 1, column) for column in COUNT_COLUMNS]
        yield FormulaCell(_verdict_spot(self.layout), verdict_formula(cells, self._words), self.verdict)
        yield FormulaCell(
            at.Spot(cover, at.COVER_CODE_LINE_ROW, at.COVER_VALUE), _code_ref(), checkcode.check_code(self.filing)
        )

    def _board_row(self, row: int, board: SheetCounts, counts: list[str]) -> Iterator[FormulaCell]:
        cover = self.layout.form.words.cover
        numbers = (board.errors, board.blanks, board.doubts)
        for column, formula, number in zip(COUNT_COLUMNS, counts, numbers, strict=True):
            yield FormulaCell(at.Spot(cover, row, column), formula, number)
        formula = text_formula([at.cell_name(row, column) for column in COUNT_COLUMNS], self._words)
        yield FormulaCell(at.Spot(cover, row, at.COVER_VALUE), formula, board.text(self._words))

    def _counts(self, section: Section) -> list[str]:
        flags = self._field_range(section, at.FIELD_FLAG)
        owners, states = (self._check_range(column) for column in (at.CHECK_OWNER, at.CHECK_STATE))

        def count(state: State) -> str:
            return f'COUNTIF({flags},{state:d})+COUNTIFS({owners},"{section.id}",{states},{state:d})'

        return [count(State.BROKEN), f"COUNTIF({flags},{State.PENDING:d})", count(State.DOUBTFUL)]

    def _field_range(self, section: Section, column: int) -> str:
        rows = [self.layout.field_rows[field] for field in _judged(self.layout, section.id)]
        first, last = (at.cell_name(row, column, fixed=True) for row in (min(rows), max(rows)))
        return f"{at.quoted(at.KEYS_SHEET)}!{first}:{last}"

    def _check_range(self, column: int) -> str:
        rows = self.layout.check_rows.values()
        first, last = (at.cell_name(row, column, fixed=True) for row in (min(rows), max(rows)))
        return f"{at.quoted(self.layout.form.words.checks)}!{first}:{last}"

    def _lines(self) -> Iterator[FormulaCell]:
        words, lines = self.layout.form.words, self.layout.wording.lines
        organ, year = (
            at.Spot(words.cover, row, at.COVER_VALUE).reference for row in (at.COVER_ORGAN_ROW, at.COVER_YEAR_ROW)
        )
        template = lines.identity.replace("{organ_label}", words.organ).replace("{year_label}", words.year)
        line = said(template, organ=organ, year=year)
        text = template.format(organ=self.filing.organ, year=self.filing.year)
        code = checkcode.check_code(self.filing)
        for section in self.layout.form.sections:
            first = at.Spot(section.sheet, at.TITLE_ROW, at.KEY_COLUMN).reference
            place = self.layout.section_cell(section.id, at.SECTION_SHEET)
            yield FormulaCell(place, f"IFERROR(_xlfn.SHEET({first}),0)", place.row + FIRST_SECTION_SHEET)
            is_copy = f"IFERROR({OWN_SHEET}<>{place.reference},FALSE)"
            formula = f'IF({is_copy},"{lines.copy.format(sheet=section.sheet)}",{line})'
            yield FormulaCell(at.Spot(section.sheet, at.IDENTITY_ROW, at.FIRST_COLUMN), formula, text)
            yield self._strip(section)
            foot = at.Spot(section.sheet, foot_row(self.layout, section), at.FIRST_COLUMN)
            yield FormulaCell(foot, said(lines.code, code=_code_ref()), lines.code.format(code=code))

    def _strip(self, section: Section) -> FormulaCell:
        """Return the line above a table that says how it stands and leads to the first cell to mend."""
        cover, wording = self.layout.form.words.cover, self.layout.wording
        lines, in_use = wording.lines, wording.pasting.in_use
        status = at.Spot(cover, self.layout.count_rows[section.id], at.COVER_VALUE).reference
        hint, wrong, fault = f'IF(LEFT({status},1)="✓","","{lines.hint}")', "", ""
        if section.is_table:
            words = self.layout.section_cell(section.id, at.SECTION_WORDS).reference
            counts = self.layout.section_cell(section.id, at.SECTION_PASTED).reference
            wrong = f'&IF({counts}=0,"","{in_use}")&IF({words}="","",{said(lines.first, words=words)})'
            fault = self.wrong_cells[section.id].words
        formula = f"HYPERLINK({self.link(section)},{status}{wrong}&{hint})"
        board = self.sheet_counts[section.id].text(self._words)
        used = in_use if section.id in self.filing.pasted else ""
        told = board + used + (lines.first.format(words=fault) if fault else "")
        text = told if board.startswith("✓") else told + lines.hint
        return FormulaCell(at.Spot(section.sheet, at.STRIP_ROW, at.FIRST_COLUMN), formula, text)

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


@cache
def _check_formulas(layout: Layout) -> Mapping[str, Formula]:
    """Return the formulas of every check over the tables, by its key."""
    cells = copied(layout, layout.form.words.checks)
    return {check.key: check.formula(cells) for check in bind_rules(layout.form)}


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
def _judged(layout: Layout, section: str) -> tuple[str, ...]:
    """Return the fields of a section that stand by themselves, its register's among them."""
    fields = layout.form.fields.values()
    mine = [field.id for field in fields if field.table == section and field.kind is not Kind.COMPUTED]
    controls = layout.tables[section].table.controls if section in layout.tables else ()
    names = {control.id for control in controls}
    return (*mine, *(field.id for field in fields if field.kind is Kind.CONTROL and field.row in names))


@cache
def verdict_formulas(layout: Layout) -> Mapping[at.Spot, str]:
    """Return the formulas that decide the verdict: the cover's, those of the checks, the figures copied and judged."""
    words = layout.form.words
    blank = Filing(layout.form, "", "", layout.form.first_year, {})
    columns = {words.checks: {at.CHECK_LEFT, at.CHECK_RIGHT, at.CHECK_STATE}, words.cover: {*COUNT_COLUMNS}}
    decisive = {*copy_spots(layout).values()}
    decisive |= set(paste_spots(layout).values())
    switches = (at.SECTION_NOUGHT, at.SECTION_PASTED)
    decisive |= {layout.section_cell(table, switch) for table in layout.tables for switch in switches}
    columns[at.KEYS_SHEET] = {at.FIELD_FLAG}
    cells = FormulaSheets(layout, blank).cells()
    found = {
        live.spot: live.formula
        for live in sorted(cells, key=lambda live: live.spot.sheet == at.KEYS_SHEET)  # people can look at the others
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


def formula_cells(layout: Layout, filing: Filing) -> tuple[FormulaCell, ...]:
    """Return every formula cell of the workbook with the value it gives for this filing."""
    return tuple(FormulaSheets(layout, filing).cells())


def _code_ref() -> str:
    return at.Spot(at.KEYS_SHEET, at.CODE_TEXT_ROW, at.IDENTITY_VALUE).reference


def _shown(value: Value) -> Figure | str:
    return value if value is not None and not isinstance(value, tuple) else 0
