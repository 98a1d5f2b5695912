"""The formulas beside an official table: each check's sides and result in place, and the control totals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.filing.findings import show
from toolkit.form.checks import PLACES
from toolkit.workbook import layout as at
from toolkit.workbook.template.formulas.results import FormulaCell, gap_text, gap_told, marks, said, sides_shown, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.form.checks import Check, Outcome
    from toolkit.workbook.layout import Layout, Spot, TableSheet
    from toolkit.workbook.wording.words import StateWords


@dataclass(frozen=True)
class TableHelpers:
    """The helpers of a filing's tables; they repeat what the 校验 sheet says, next to the cells it is about."""

    layout: Layout
    filing: Filing
    outcomes: Mapping[Check, Outcome]

    @property
    def _words(self) -> StateWords:
        return self.layout.wording.states

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
        formula, text = gap_told(state.cell, gap, self._words), gap_text(outcome, self._words)
        yield FormulaCell(at.Spot(sheet, block.result_row, column), formula, text)

    def _state_copy(self, spot: Spot, check: Check, outcome: Outcome) -> FormulaCell:
        return FormulaCell(spot, self._check_ref(check, at.CHECK_STATE), int(outcome.state))

    def _margin_text(self, spot: Spot, state: Spot, check: Check, outcome: Outcome) -> FormulaCell:
        left, right = (self._check_ref(check, what) for what in (at.CHECK_LEFT, at.CHECK_RIGHT))
        template = self._words.sides.replace("{left_label}", check.left_label)
        template = template.replace("{right_label}", check.right_label)
        sides = said(template, left=left, right=right)
        formula = told(
            state.cell, {code: f'"{mark} "&{sides}' for code, mark in marks(self._words).items()}, self._words
        )
        text = self._words.results[outcome.state]
        if outcome.state in marks(self._words):
            shown = template.format(left=show(outcome.left), right=show(outcome.right))
            text = f"{marks(self._words)[outcome.state]} {shown}"
        return self._after_last_year(check, FormulaCell(spot, formula, text))

    def _after_last_year(self, check: Check, live: FormulaCell) -> FormulaCell:
        """Return the text with last year's figure before it, which the clerk needs to see while typing this year's."""
        names, previous = check.previous_fields, self.filing.previous
        if not names:
            return live
        cells = ",".join(self.layout.on(live.spot.sheet).previous(name) for name in names)
        before = said(self._words.last_year, figure=f"SUM({cells})")
        formula = f'IF(COUNT({cells})<{len(names)},"",{before})&{live.formula}'
        if any(name not in previous for name in names):
            return replace(live, formula=formula)
        figure = sum((previous[name] for name in names), start=0)
        return replace(live, formula=formula, value=self._words.last_year.format(figure=show(figure)) + str(live.value))

    def _control_row(
        self, sheet: str, block: at.ControlBlock, row: int, check: Check, outcome: Outcome
    ) -> Iterator[FormulaCell]:
        _, right = sides_shown(check, outcome, self.filing)
        yield FormulaCell(at.Spot(sheet, row, block.figure_column), self._check_ref(check, at.CHECK_RIGHT), right)
        state, gap = (self._check_ref(check, what) for what in (at.CHECK_STATE, at.CHECK_DIFFERENCE))
        formula, text = gap_told(state, gap, self._words), gap_text(outcome, self._words)
        yield FormulaCell(at.Spot(sheet, row, block.result_column), formula, text)

    def _check_ref(self, check: Check, column: int) -> str:
        return self.layout.check_cell(check.key, column).reference


def _sides_of(block: at.ColumnBlock) -> Mapping[int, int]:
    return {block.left_row: at.CHECK_LEFT, block.right_row: at.CHECK_RIGHT}
