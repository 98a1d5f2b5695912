"""The formulas beside an official table: each check's sides and result in place, and the control totals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from toolkit.filing.findings import show
from toolkit.form.checks import PLACES
from toolkit.workbook import layout as at
from toolkit.workbook.template.formulas.live import LiveFormula
from toolkit.workbook.template.formulas.results import gap_text, gap_told, marks, said, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.form.checks import Check
    from toolkit.form.values import Figure
    from toolkit.workbook.layout import Layout, Spot, TableSheet
    from toolkit.workbook.template.formulas.sheet_results import SheetResults
    from toolkit.workbook.wording.words import StateWords


@dataclass(frozen=True)
class TableHelpers:
    """The helpers of the tables; they repeat what the 校验 sheet says, next to the cells it is about."""

    layout: Layout
    checks: Mapping[str, Check]

    @property
    def _words(self) -> StateWords:
        return self.layout.wording.states

    def cells(self, sheet: TableSheet) -> Iterator[LiveFormula]:
        """Yield the helpers of one table."""
        name = sheet.section.sheet
        for block in sheet.blocks:
            for key, column in block.columns.items():
                yield from self._block_column(name, block, column, key)
        for margin in sheet.margins:
            for key, row in margin.rows.items():
                state = at.Spot(name, row, margin.state_column)
                yield self._state_copy(state, key)
                yield self._margin_text(at.Spot(name, row, margin.result_column), state, self.checks[key])
        if sheet.controls is not None:
            for key, row in sheet.controls.rows.items():
                yield from self._control_row(name, sheet.controls, row, key)

    def _block_column(self, sheet: str, block: at.ColumnBlock, column: int, key: str) -> Iterator[LiveFormula]:
        sources = {row: self._check_ref(key, what) for row, what in _sides_of(block).items()}
        left, right = (at.Spot(sheet, row, column) for row in (block.left_row, block.right_row))
        yield LiveFormula(left, sources[block.left_row], lambda now: now.sides[key][0])
        yield LiveFormula(right, sources[block.right_row], lambda now: now.sides[key][1])
        state = at.Spot(sheet, block.state_row, column)
        yield self._state_copy(state, key)
        formula = gap_told(state.cell, f"ROUND({left.cell}-{right.cell},{PLACES})", self._words)
        yield LiveFormula(at.Spot(sheet, block.result_row, column), formula, partial(_gap, key))

    def _state_copy(self, spot: Spot, key: str) -> LiveFormula:
        return LiveFormula(spot, self._check_ref(key, at.CHECK_STATE), lambda now: int(now.outcomes[key].state))

    def _margin_text(self, spot: Spot, state: Spot, check: Check) -> LiveFormula:
        left, right = (self._check_ref(check.key, what) for what in (at.CHECK_LEFT, at.CHECK_RIGHT))
        template = self._words.sides.replace("{left_label}", check.left_label)
        template = template.replace("{right_label}", check.right_label)
        sides, key = said(template, left=left, right=right), check.key
        formula = told(
            state.cell, {code: f'"{mark} "&{sides}' for code, mark in marks(self._words).items()}, self._words
        )
        if not check.previous_fields:
            return LiveFormula(spot, formula, lambda now: _sides_text(key, template, now))
        before = self._last_year(check, spot.sheet)
        names = check.previous_fields
        return LiveFormula(
            spot, f"{before}&{formula}", lambda now: _last_year_text(names, now) + _sides_text(key, template, now)
        )

    def _last_year(self, check: Check, sheet: str) -> str:
        """Return an expression for last year's figure, which the clerk needs to see while typing this year's."""
        names = check.previous_fields
        cells = ",".join(self.layout.on(sheet).previous(name) for name in names)
        return f'IF(COUNT({cells})<{len(names)},"",{said(self._words.last_year, figure=f"SUM({cells})")})'

    def _control_row(self, sheet: str, block: at.ControlBlock, row: int, key: str) -> Iterator[LiveFormula]:
        figure = at.Spot(sheet, row, block.figure_column)
        yield LiveFormula(figure, self._check_ref(key, at.CHECK_RIGHT), lambda now: now.sides[key][1])
        state, gap = (self._check_ref(key, what) for what in (at.CHECK_STATE, at.CHECK_DIFFERENCE))
        formula = gap_told(state, gap, self._words)
        yield LiveFormula(at.Spot(sheet, row, block.result_column), formula, partial(_gap, key))

    def _check_ref(self, key: str, column: int) -> str:
        return self.layout.check_cell(key, column).reference


def _gap(key: str, now: SheetResults) -> Figure | str:
    return gap_text(now.outcomes[key], now.layout.wording.states)


def _sides_text(key: str, template: str, now: SheetResults) -> str:
    """Return both sides of a check that is broken, otherwise only how it stands."""
    words, outcome = now.layout.wording.states, now.outcomes[key]
    if outcome.state not in marks(words):
        return words.results[outcome.state]
    return f"{marks(words)[outcome.state]} {template.format(left=show(outcome.left), right=show(outcome.right))}"


def _last_year_text(names: tuple[str, ...], now: SheetResults) -> str:
    previous = now.filing.previous
    if any(name not in previous for name in names):
        return ""
    return now.layout.wording.states.last_year.format(figure=show(sum((previous[name] for name in names), start=0)))


def _sides_of(block: at.ColumnBlock) -> Mapping[int, int]:
    return {block.left_row: at.CHECK_LEFT, block.right_row: at.CHECK_RIGHT}
