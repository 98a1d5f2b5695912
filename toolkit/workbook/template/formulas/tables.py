"""The formulas beside an official table: each check's sides and result in place, and the control totals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.filing.findings import show
from toolkit.form.checks import PLACES
from toolkit.workbook import layout as at
from toolkit.workbook.template.formulas.results import MARKS, RESULTS, FormulaCell, gap_text, sides_shown, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.form.checks import Check, Outcome
    from toolkit.workbook.layout import Layout, Spot, TableSheet


@dataclass(frozen=True)
class TableHelpers:
    """The helpers of a filing's tables; they repeat what the 校验 sheet says, next to the cells it is about."""

    layout: Layout
    filing: Filing
    outcomes: Mapping[Check, Outcome]

    def cells(self, sheet: TableSheet) -> Iterator[FormulaCell]:
        """Yield the helpers of one table."""
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
    ) -> Iterator[FormulaCell]:
        left, right = sides_shown(check, outcome, self.filing)
        sources = {row: self._check_ref(check, what) for row, what in _sides_of(block).items()}
        yield FormulaCell(at.Spot(sheet, block.left_row, column), sources[block.left_row], left)
        yield FormulaCell(at.Spot(sheet, block.right_row, column), sources[block.right_row], right)
        state = at.Spot(sheet, block.state_row, column)
        yield self._state_copy(state, check, outcome)
        above = (at.cell_name(row, column) for row in (block.left_row, block.right_row))
        gap = "ROUND({}-{},{})".format(*above, PLACES)
        formula = told(state.cell, {mark: f'"{MARKS[mark]} 差 "&{gap}' for mark in MARKS})
        yield FormulaCell(at.Spot(sheet, block.result_row, column), formula, gap_text(outcome))

    def _state_copy(self, spot: Spot, check: Check, outcome: Outcome) -> FormulaCell:
        return FormulaCell(spot, self._check_ref(check, at.CHECK_STATE), int(outcome.state))

    def _margin_text(self, spot: Spot, state: Spot, check: Check, outcome: Outcome) -> FormulaCell:
        left, right = (self._check_ref(check, what) for what in (at.CHECK_LEFT, at.CHECK_RIGHT))
        sides = f'"{check.left_label} "&{left}&"，{check.right_label} "&{right}'
        formula = told(state.cell, {mark: f'"{MARKS[mark]} "&{sides}' for mark in MARKS})
        text = RESULTS[outcome.state]
        if outcome.state in MARKS:
            shown = f"{check.left_label} {show(outcome.left)}，{check.right_label} {show(outcome.right)}"
            text = f"{MARKS[outcome.state]} {shown}"
        return self._after_last_year(check, FormulaCell(spot, formula, text))

    def _after_last_year(self, check: Check, live: FormulaCell) -> FormulaCell:
        """Return the text with last year's figure before it, which the clerk needs to see while typing this year's."""
        names, previous = check.previous_fields, self.filing.previous
        if not names:
            return live
        cells = ",".join(self.layout.on(live.spot.sheet).previous(name) for name in names)
        formula = f'IF(COUNT({cells})<{len(names)},"","上年 "&SUM({cells})&"；")&{live.formula}'
        if any(name not in previous for name in names):
            return replace(live, formula=formula)
        figure = sum((previous[name] for name in names), start=0)
        return replace(live, formula=formula, value=f"上年 {show(figure)}；{live.value}")

    def _control_row(
        self, sheet: str, block: at.ControlBlock, row: int, check: Check, outcome: Outcome
    ) -> Iterator[FormulaCell]:
        _, right = sides_shown(check, outcome, self.filing)
        yield FormulaCell(at.Spot(sheet, row, block.figure_column), self._check_ref(check, at.CHECK_RIGHT), right)
        state, gap = (self._check_ref(check, what) for what in (at.CHECK_STATE, at.CHECK_DIFFERENCE))
        formula = told(state, {mark: f'"{MARKS[mark]} 差 "&{gap}' for mark in MARKS})
        yield FormulaCell(at.Spot(sheet, row, block.result_column), formula, gap_text(outcome))

    def _check_ref(self, check: Check, column: int) -> str:
        return self.layout.check_cell(check.key, column).reference


def _sides_of(block: at.ColumnBlock) -> Mapping[int, int]:
    return {block.left_row: at.CHECK_LEFT, block.right_row: at.CHECK_RIGHT}
