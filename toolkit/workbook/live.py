"""Every formula cell of the workbook with the value it gives for a filing: written by the template, refreshed by fill.

Formula and value stand side by side so that a file shows the right results before any program recalculates it. The
differential tests hold them equal against LibreOffice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.filing import checkcode
from toolkit.filing.checking import judge_cell, judge_relations
from toolkit.filing.findings import show
from toolkit.filing.prose import fill_marks, mark_figures
from toolkit.form.cellrules import cell_checks
from toolkit.form.checks import PLACES, State, rounded
from toolkit.form.marks import mark_fields, marks_in
from toolkit.form.model import Kind
from toolkit.form.rules import total_parts
from toolkit.workbook import layout as at
from toolkit.workbook.identity import IDENTITY_FACTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.form.checks import Check, Outcome
    from toolkit.form.model import Field, Figure, Section, Value
    from toolkit.workbook.layout import Layout, Spot, TableSheet

RESULTS = {
    State.HOLDS: "✓ 相符",
    State.PENDING: "… 待填",
    State.BROKEN: "✗ 不符",
    State.DOUBTFUL: "！请核对",
    State.ABSENT: "— 无对照",
}
MARKS = {State.BROKEN: "✗", State.DOUBTFUL: "！"}
READY = "可以报送"
CODE_LINE = "校验码："
# The rows of the very hidden sheet below the identity that hold the code as a number and as text.
CODE_SUM_ROW = at.IDENTITY_FIRST_ROW + len(IDENTITY_FACTS) + 1
CODE_TEXT_ROW = CODE_SUM_ROW + 1
YEAR_ROW = at.IDENTITY_FIRST_ROW + IDENTITY_FACTS.index("year")
IDENTITY_VALUE = 1


@dataclass(frozen=True, slots=True)
class Live:
    """One formula cell: where, what it says (without `=`), what it gives."""

    spot: Spot
    formula: str
    value: Figure | str


@dataclass(frozen=True)
class Board:
    """How many errors, blanks and doubts a part of the workbook has."""

    errors: int = 0
    blanks: int = 0
    doubts: int = 0

    def __add__(self, other: Board) -> Board:
        """Return the sum of two boards."""
        return Board(self.errors + other.errors, self.blanks + other.blanks, self.doubts + other.doubts)

    @property
    def text(self) -> str:
        """The state in words, as the sheet shows it."""
        if self.errors + self.blanks == 0:
            return "✓ 已填好" if self.doubts == 0 else f"！有 {self.doubts} 处请核对"
        if self.errors == 0:
            return f"… {self.blanks} 处待填"
        return f"✗ {self.errors} 处错误，… {self.blanks} 处待填"

    @property
    def verdict(self) -> str:
        """The verdict on the whole workbook, as the cover shows it."""
        if self.errors + self.blanks == 0:
            return READY if self.doubts == 0 else f"{READY}（有 {self.doubts} 处请核对）"
        return f"有 {self.errors} 处错误，{self.blanks} 处待填"


@dataclass(frozen=True)
class LiveSheets:
    """The live cells of one filing's workbook."""

    layout: Layout
    filing: Filing

    @cached_property
    def outcomes(self) -> Mapping[Check, Outcome]:
        """How every check over tables stands."""
        return judge_relations(self.filing)

    @cached_property
    def flags(self) -> Mapping[str, State]:
        """How every typed cell stands by itself."""
        found: dict[str, State] = {}
        for field in at.typed_fields(self.layout.form):
            broken = judge_cell(self.layout.form, field, self.filing)
            found[field.id] = broken[0].code if broken else State.HOLDS
        return found

    @cached_property
    def boards(self) -> Mapping[str, Board]:
        """The board of each section."""
        return {section.id: self._board(section) for section in self.layout.form.sections}

    @property
    def total_board(self) -> Board:
        """The board of the whole workbook; it decides the verdict."""
        return sum(self.boards.values(), Board())

    def _board(self, section: Section) -> Board:
        states = [self.flags[field.id] for field in self._judged(section)]
        states += [outcome.state for check, outcome in self.outcomes.items() if check.table == section.id]
        blanks = [self.flags[field.id] for field in self._judged(section)].count(State.PENDING)
        return Board(states.count(State.BROKEN), blanks, states.count(State.DOUBTFUL))

    def _judged(self, section: Section) -> list[Field]:
        fields = self.layout.form.fields.values()
        mine = [field for field in fields if field.table == section.id and field.kind is not Kind.COMPUTED]
        controls = self.layout.tables[section.id].table.controls if section.is_table else ()
        names = {control.id for control in controls}
        return mine + [field for field in fields if field.kind is Kind.CONTROL and field.row in names]

    def cells(self) -> Iterator[Live]:
        """Yield every formula cell of the workbook."""
        yield from self.totals()
        yield from self._field_rows()
        yield from self._check_rows()
        for sheet in self.layout.tables.values():
            yield from self._table_helpers(sheet)
        for section in self.layout.form.sections:
            if not section.is_table and self.layout.form.marks:
                yield from self._previews(section)
        yield from self._codes()
        yield from self._cover()
        yield from self._lines()

    def totals(self) -> Iterator[Live]:
        """Yield the statutory totals, the formula cells that stand in the official tables."""
        for field, parts in total_parts(self.layout.form).items():
            spot = self.layout.spots[field]
            yield Live(spot, self.layout.on(spot.sheet).sum(parts), _shown(self.filing.values[field]))

    def _field_rows(self) -> Iterator[Live]:
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
            yield Live(flag, formula, int(state))
            is_open = f"IF(OR({flag.cell}={State.PENDING:d},{flag.cell}={State.BROKEN:d}),1,0)"
            opened = int(state in {State.PENDING, State.BROKEN})
            yield Live(self.layout.key_cell(field.id, at.FIELD_OPEN), is_open, opened)
            if field.id in coded:
                yield self._code_term(field, coded[field.id], cell)

    def _cell_of(self, field: Field) -> str:
        if field.kind is Kind.TEXT:
            return self.layout.prose_range(field.id)
        return self.layout.on(at.KEYS_SHEET).ref(field.id)

    def _code_term(self, field: Field, place: int, cell: str) -> Live:
        scaled = f"{cell}*{checkcode.scale(field)}" if checkcode.scale(field) != 1 else cell
        whole = f"IF(ISNUMBER({cell}),MOD(ROUND({scaled},0),{checkcode.MODULUS})+1,{checkcode.TEXT_CODE})"
        value = f"MOD({checkcode.weight(place)}*{whole},{checkcode.PRIME})"
        formula = f"IF(ISERROR({cell}),0,IF(LEN({cell})=0,0,{value}))"
        term = checkcode.term(field, place, self.filing.values[field.id])
        return Live(self.layout.key_cell(field.id, at.FIELD_CODE), formula, term)

    def _check_rows(self) -> Iterator[Live]:
        cells = self.layout.on(self.layout.form.words.checks)
        for check, outcome in self.outcomes.items():
            formula = check.formula(cells)
            left, right = check.sides(self.filing.values, self.filing.previous)
            spots = {column: self.layout.check_cell(check.key, column) for column in range(at.CHECK_OWNER + 1)}
            state = formula.state.format(left=spots[at.CHECK_LEFT].cell, right=spots[at.CHECK_RIGHT].cell)
            difference = f"ROUND({spots[at.CHECK_LEFT].cell}-{spots[at.CHECK_RIGHT].cell},{PLACES})"
            yield Live(spots[at.CHECK_LEFT], formula.left, left)
            yield Live(spots[at.CHECK_RIGHT], formula.right, right)
            yield Live(spots[at.CHECK_DIFFERENCE], difference, rounded(left - right))
            yield Live(spots[at.CHECK_STATE], state, int(outcome.state))
            yield Live(spots[at.CHECK_RESULT], _choose(spots[at.CHECK_STATE].cell), RESULTS[outcome.state])

    def _table_helpers(self, sheet: TableSheet) -> Iterator[Live]:
        outcomes = {check.key: (check, outcome) for check, outcome in self.outcomes.items()}
        name = sheet.section.sheet
        for block in sheet.blocks:
            for key, column in block.columns.items():
                yield from self._block_column(name, block, column, *outcomes[key])
        for margin in sheet.margins:
            for key, row in margin.rows.items():
                state = at.Spot(name, row, margin.state_column)
                yield self._state_copy(state, *outcomes[key])
                yield self._margin_text(at.Spot(name, row, margin.result_column), state, *outcomes[key])
        if sheet.controls is not None:
            for key, row in sheet.controls.rows.items():
                yield from self._control_row(name, sheet.controls, row, *outcomes[key])

    def _block_column(
        self, sheet: str, block: at.ColumnBlock, column: int, check: Check, outcome: Outcome
    ) -> Iterator[Live]:
        left, right = check.sides(self.filing.values, self.filing.previous)
        sources = {row: self._check_ref(check, what) for row, what in _sides_of(block).items()}
        yield Live(at.Spot(sheet, block.left_row, column), sources[block.left_row], left)
        yield Live(at.Spot(sheet, block.right_row, column), sources[block.right_row], right)
        state = at.Spot(sheet, block.state_row, column)
        yield self._state_copy(state, check, outcome)
        above = (at.cell_name(row, column) for row in (block.left_row, block.right_row))
        gap = "ROUND({}-{},{})".format(*above, PLACES)
        formula = _told(state.cell, {mark: f'"{MARKS[mark]} 差 "&{gap}' for mark in MARKS})
        yield Live(at.Spot(sheet, block.result_row, column), formula, _gap_text(outcome))

    def _state_copy(self, spot: Spot, check: Check, outcome: Outcome) -> Live:
        return Live(spot, self._check_ref(check, at.CHECK_STATE), int(outcome.state))

    def _margin_text(self, spot: Spot, state: Spot, check: Check, outcome: Outcome) -> Live:
        left, right = (self._check_ref(check, what) for what in (at.CHECK_LEFT, at.CHECK_RIGHT))
        sides = f'"{check.left_label} "&{left}&"，{check.right_label} "&{right}'
        formula = _told(state.cell, {mark: f'"{MARKS[mark]} "&{sides}' for mark in MARKS})
        text = RESULTS[outcome.state]
        if outcome.state in MARKS:
            shown = f"{check.left_label} {show(outcome.left)}，{check.right_label} {show(outcome.right)}"
            text = f"{MARKS[outcome.state]} {shown}"
        return Live(spot, formula, text)

    def _control_row(
        self, sheet: str, block: at.ControlBlock, row: int, check: Check, outcome: Outcome
    ) -> Iterator[Live]:
        _, right = check.sides(self.filing.values, self.filing.previous)
        yield Live(at.Spot(sheet, row, block.figure_column), self._check_ref(check, at.CHECK_RIGHT), right)
        state, gap = (self._check_ref(check, what) for what in (at.CHECK_STATE, at.CHECK_DIFFERENCE))
        formula = _told(state, {mark: f'"{MARKS[mark]} 差 "&{gap}' for mark in MARKS})
        yield Live(at.Spot(sheet, row, block.result_column), formula, _gap_text(outcome))

    def _check_ref(self, check: Check, column: int) -> str:
        return self.layout.check_cell(check.key, column).reference

    def _previews(self, section: Section) -> Iterator[Live]:
        """Yield the marks' figures beside a prose section and what each paragraph says with them filled in."""
        cells, rows = self.layout.on(section.sheet), self.layout.mark_rows()
        figures = mark_figures(self.filing)
        for label, fields in mark_fields(self.layout.form).items():
            spot = at.Spot(section.sheet, rows[label], at.MARK_VALUE_COLUMN)
            yield Live(spot, cells.sum(fields), figures[label])
        paragraphs = self.filing.paragraphs(section.id)
        for place in range(at.PARAGRAPHS):
            row = at.BODY_ROW + 1 + place
            text = paragraphs[place].text if place < len(paragraphs) else ""
            shown = fill_marks(text, self.filing) if any(mark in rows for mark in marks_in(text)) else ""
            yield Live(at.Spot(section.sheet, row, at.PREVIEW_COLUMN), _preview(row, rows), shown)

    def _codes(self) -> Iterator[Live]:
        fields = checkcode.coded_fields(self.layout.form)
        rows = [self.layout.field_rows[field.id] for field in fields]
        terms = f"{at.cell_name(min(rows), at.FIELD_CODE)}:{at.cell_name(max(rows), at.FIELD_CODE)}"
        year = at.cell_name(YEAR_ROW, IDENTITY_VALUE)
        code = checkcode.check_code(self.filing)
        total = at.Spot(at.KEYS_SHEET, CODE_SUM_ROW, IDENTITY_VALUE)
        formula = f"MOD(SUM({terms})+{checkcode.year_term(1)}*{year},{checkcode.PRIME})"
        yield Live(total, formula, int(code.replace("-", "")))
        padded = f'RIGHT("0000000"&{total.cell},7)'
        text = at.Spot(at.KEYS_SHEET, CODE_TEXT_ROW, IDENTITY_VALUE)
        yield Live(text, f'LEFT({padded},3)&"-"&RIGHT({padded},4)', code)

    def _cover(self) -> Iterator[Live]:
        cover = self.layout.form.words.cover
        rows = self.layout.board_rows
        for section in self.layout.form.sections:
            yield from self._board_row(rows[section.id], self.boards[section.id], self._counts(section))
        first, last = min(rows.values()), max(rows.values())
        sums = [f"SUM({at.cell_name(first, column)}:{at.cell_name(last, column)})" for column in BOARD_COLUMNS]
        yield from self._board_row(last + 1, self.total_board, sums)
        errors, blanks, doubts = (at.cell_name(last + 1, column) for column in BOARD_COLUMNS)
        ready = f'IF({doubts}=0,"{READY}","{READY}（有 "&{doubts}&" 处请核对）")'
        formula = f'IF({errors}+{blanks}=0,{ready},"有 "&{errors}&" 处错误，"&{blanks}&" 处待填")'
        verdict = at.Spot(cover, at.COVER_VERDICT_ROW, at.COVER_VALUE)
        yield Live(verdict, formula, self.total_board.verdict)
        yield Live(
            at.Spot(cover, at.COVER_CODE_LINE_ROW, at.COVER_VALUE), _code_ref(), checkcode.check_code(self.filing)
        )

    def _board_row(self, row: int, board: Board, counts: list[str]) -> Iterator[Live]:
        cover = self.layout.form.words.cover
        numbers = (board.errors, board.blanks, board.doubts)
        for column, formula, number in zip(BOARD_COLUMNS, counts, numbers, strict=True):
            yield Live(at.Spot(cover, row, column), formula, number)
        errors, blanks, doubts = (at.cell_name(row, column) for column in BOARD_COLUMNS)
        sound = f'IF({doubts}=0,"✓ 已填好","！有 "&{doubts}&" 处请核对")'
        waiting = f'IF({errors}=0,"","✗ "&{errors}&" 处错误，")&"… "&{blanks}&" 处待填"'
        formula = f"IF({errors}+{blanks}=0,{sound},{waiting})"
        yield Live(at.Spot(cover, row, at.COVER_VALUE), formula, board.text)

    def _counts(self, section: Section) -> list[str]:
        flags = self._field_range(section, at.FIELD_FLAG)
        owners, states = (self._check_range(column) for column in (at.CHECK_OWNER, at.CHECK_STATE))

        def count(state: State) -> str:
            return f'COUNTIF({flags},{state:d})+COUNTIFS({owners},"{section.id}",{states},{state:d})'

        return [count(State.BROKEN), f"COUNTIF({flags},{State.PENDING:d})", count(State.DOUBTFUL)]

    def _field_range(self, section: Section, column: int) -> str:
        rows = [self.layout.field_rows[field.id] for field in self._judged(section)]
        first, last = (at.cell_name(row, column, fixed=True) for row in (min(rows), max(rows)))
        return f"{at.quoted(at.KEYS_SHEET)}!{first}:{last}"

    def _check_range(self, column: int) -> str:
        rows = self.layout.check_rows.values()
        first, last = (at.cell_name(row, column, fixed=True) for row in (min(rows), max(rows)))
        return f"{at.quoted(self.layout.form.words.checks)}!{first}:{last}"

    def _lines(self) -> Iterator[Live]:
        words = self.layout.form.words
        organ, year = (
            at.Spot(words.cover, row, at.COVER_VALUE).reference for row in (at.COVER_ORGAN_ROW, at.COVER_YEAR_ROW)
        )
        line = f'"{words.organ}："&{organ}&"　　{words.year}："&{year}'
        text = f"{words.organ}：{self.filing.organ}　　{words.year}：{self.filing.year}"
        code = checkcode.check_code(self.filing)
        for section in self.layout.form.sections:
            yield Live(at.Spot(section.sheet, at.IDENTITY_ROW, at.FIRST_COLUMN), line, text)
            yield self._strip(section)
            foot = at.Spot(section.sheet, foot_row(self.layout, section), at.FIRST_COLUMN)
            yield Live(foot, f'"{CODE_LINE}"&{_code_ref()}', CODE_LINE + code)

    def _strip(self, section: Section) -> Live:
        """Return the line above a table that says how it stands and leads to the first cell to mend."""
        cover = self.layout.form.words.cover
        status = at.Spot(cover, self.layout.board_rows[section.id], at.COVER_VALUE).reference
        opened, addresses = (self._field_range(section, column) for column in (at.FIELD_OPEN, at.FIELD_CELL))
        first = f'"#{at.quoted(section.sheet)}!"&INDEX({addresses},MATCH(1,{opened},0))'
        checks = f'"#{at.quoted(self.layout.form.words.checks)}!A1"'
        formula = f'HYPERLINK(IF(COUNTIF({opened},1)>0,{first},{checks}),{status}&"　▶ 点这里到第一处")'
        text = f"{self.boards[section.id].text}　▶ 点这里到第一处"
        return Live(at.Spot(section.sheet, at.STRIP_ROW, at.FIRST_COLUMN), formula, text)


BOARD_COLUMNS = (at.COVER_VALUE + 1, at.COVER_VALUE + 2, at.COVER_VALUE + 3)


def foot_row(layout: Layout, section: Section) -> int:
    """Return the row of the check code on a section's sheet."""
    return layout.tables[section.id].foot_row if section.is_table else layout.prose_foot_row


def live_cells(layout: Layout, filing: Filing) -> tuple[Live, ...]:
    """Return every formula cell of the workbook with the value it gives for this filing."""
    return tuple(LiveSheets(layout, filing).cells())


def _preview(row: int, mark_rows: Mapping[str, int]) -> str:
    """Return an expression for a paragraph with its marks filled in; empty where it holds none."""
    text = filled = at.cell_name(row, at.TEXT_COLUMN)
    for mark_row in mark_rows.values():
        mark, value = (at.cell_name(mark_row, column, fixed=True) for column in (at.MARK_COLUMN, at.MARK_VALUE_COLUMN))
        filled = f"SUBSTITUTE({filled},{mark},{value})"
    return f'IF(ISNUMBER(FIND("{{",{text})),IF({filled}={text},"",{filled}),"")'


def _sides_of(block: at.ColumnBlock) -> Mapping[int, int]:
    return {block.left_row: at.CHECK_LEFT, block.right_row: at.CHECK_RIGHT}


def _code_ref() -> str:
    return at.Spot(at.KEYS_SHEET, CODE_TEXT_ROW, IDENTITY_VALUE).reference


def _choose(state: str) -> str:
    texts = ",".join(f'"{RESULTS[code]}"' for code in State)
    return f"CHOOSE({state}+1,{texts})"


def _told(state: str, texts: Mapping[State, str]) -> str:
    """Return an expression that tells the sides where a check is broken and otherwise only how it stands."""
    formula = _choose(state)
    for code, text in texts.items():
        formula = f"IF({state}={code:d},{text},{formula})"
    return formula


def _gap_text(outcome: Outcome) -> str:
    if outcome.state not in MARKS:
        return RESULTS[outcome.state]
    gap = outcome.difference
    return f"{MARKS[outcome.state]} 差 {show(rounded(gap if gap is not None else 0))}"


def _shown(value: Value) -> Figure | str:
    return value if value is not None and not isinstance(value, tuple) else 0
