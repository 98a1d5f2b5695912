"""How the workbook of one filing stands: what several of its formulas give or rest on, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.filing import checkcode
from toolkit.filing.prose.marks import blank_marks, fill_marks, mark_figures
from toolkit.form.checks import State
from toolkit.workbook import layout as at
from toolkit.workbook.template.formulas.results import SheetCounts, judged_fields, sides_shown
from toolkit.workbook.template.formulas.wrong_cell import WrongCell
from toolkit.workbook.template.printed.breaking import printed_text
from toolkit.workbook.template.printed.plan import print_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.filing.filing import Filing
    from toolkit.form.checks import Outcome
    from toolkit.form.model import Section
    from toolkit.form.values import Figure
    from toolkit.workbook.layout import Layout
    from toolkit.workbook.template.printed.breaking import PrintedText
    from toolkit.workbook.wording.words import StateWords


@dataclass(frozen=True)
class SheetResults:
    """What the formulas of one filing's workbook give, as far as more than one of them asks."""

    layout: Layout
    filing: Filing

    @cached_property
    def outcomes(self) -> Mapping[str, Outcome]:
        """How every check over the tables stands, by its key."""
        return {check.key: outcome for check, outcome in self.filing.outcomes.items()}

    @cached_property
    def sides(self) -> Mapping[str, tuple[Figure, Figure | str]]:
        """The two sides of every check as the sheet shows them, by its key."""
        return {check.key: sides_shown(check, found, self.filing) for check, found in self.filing.outcomes.items()}

    @cached_property
    def flags(self) -> Mapping[str, State]:
        """How every typed cell stands by itself."""
        broken = self.filing.broken
        return {
            field.id: broken[field.id][0].code if field.id in broken else State.HOLDS
            for field in at.typed_fields(self.layout.form)
        }

    @cached_property
    def sheet_counts(self) -> Mapping[str, SheetCounts]:
        """The board of each section."""
        return {section.id: self._board(section) for section in self.layout.form.sections}

    @cached_property
    def total_counts(self) -> SheetCounts:
        """The board of the whole workbook; it decides the verdict."""
        return sum(self.sheet_counts.values(), SheetCounts())

    @cached_property
    def verdict(self) -> str:
        """The verdict on the whole workbook in words."""
        return self.total_counts.verdict(self._words)

    @property
    def _words(self) -> StateWords:
        return self.layout.wording.states

    def _board(self, section: Section) -> SheetCounts:
        own = [self.flags[field] for field in judged_fields(self.layout, section.id)]
        states = own + [outcome.state for check, outcome in self.filing.outcomes.items() if check.table == section.id]
        return SheetCounts(states.count(State.BROKEN), own.count(State.PENDING), states.count(State.DOUBTFUL))

    @cached_property
    def check_code(self) -> str:
        """The check code as it is printed."""
        return checkcode.check_code(self.filing)

    @cached_property
    def whose(self) -> str:
        """The line that says whose workbook it is, and of which year."""
        words, identity = self.layout.form.words, self.layout.wording.lines.identity
        labels = {"organ_label": words.organ, "year_label": words.year}
        return identity.format(**labels, organ=self.filing.organ, year=self.filing.year)

    @cached_property
    def wrong_cells(self) -> Mapping[str, WrongCell]:
        """The first cell of each table whose figure is wrong by itself, and what is wrong with it."""
        found: dict[str, WrongCell] = {}
        for section in self.layout.form.sections:
            if section.is_table:
                judged = [self.layout.form.fields[name] for name in judged_fields(self.layout, section.id)]
                wrong = next((field for field in judged if self.flags[field.id] is State.BROKEN), None)
                found[section.id] = WrongCell.of(self.layout, self.filing, wrong, judged)
        return found

    @cached_property
    def marks(self) -> Mapping[str, Figure]:
        """The figure of every mark."""
        return mark_figures(self.filing)

    @cached_property
    def blank_marks(self) -> frozenset[str]:
        """The marks whose figures are all still to be filled."""
        return blank_marks(self.filing)

    @cached_property
    def previews(self) -> Mapping[str, tuple[str, ...]]:
        """The paragraphs of every prose section with their marks filled in."""
        return {
            section.id: tuple(
                fill_marks(paragraph.text, self.filing, self.blank_marks)
                for paragraph in self.filing.paragraphs(section.id)
            )
            for section in self.layout.form.sections
            if not section.is_table
        }

    @cached_property
    def printed(self) -> Mapping[str, PrintedText]:
        """Every prose section as it is printed, broken into lines."""
        words = self.layout.wording.printed
        return {
            prose.section.id: printed_text(self.previews[prose.section.id], len(prose.lines), words)
            for prose in print_plan(self.layout).prose
        }

    def figure(self, field: str) -> Figure | str:
        """Return what the sheets show of a figure, typed or total: nothing for a blank."""
        value = self.filing.values[field]
        return "" if value is None or isinstance(value, tuple) else value
