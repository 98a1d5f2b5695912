"""The few figures a round is judged by at a glance: those a form names as independent totals of a table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.form.checks import typed_parts
from toolkit.form.ids import figure_id
from toolkit.form.rules import Balance, bind_rules, table_rule, total_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from toolkit.form.model import Form
    from toolkit.form.values import Figure


@dataclass(frozen=True, slots=True)
class Headline:
    """One total: its short label, the typed fields it adds, and on which side of the table's balance it stands."""

    label: str
    fields: tuple[str, ...]
    is_result: bool

    def of(self, figure: Callable[[str], Figure | None]) -> Figure:
        """Return the total, blanks counting nothing; `figure` gives the figure of a field."""
        return sum(figure(name) or 0 for name in self.fields)

    def known(self, figure: Callable[[str], Figure | None]) -> Figure | None:
        """Return the total; None where a figure that belongs to it is not known, which is no 0."""
        return added([figure(name) for name in self.fields])


def added(figures: Sequence[Figure | None]) -> Figure | None:
    """Return the sum; None where one of them is not known, which is no 0."""
    known = [figure for figure in figures if figure is not None]
    return sum(known) if len(known) == len(figures) else None


@lru_cache(maxsize=16)
def headlines(form: Form) -> tuple[Headline, ...]:
    """Return the totals a form names, in its order; none when it names none."""
    parts = total_parts(form)
    results = frozenset(_results(form))
    found = []
    for table in form.tables:
        for control in table.controls:
            cells = (figure_id(table.id, row, control.column) for row in table.rows_under(control.rows))
            typed = tuple(name for cell in cells for name in typed_parts(cell, parts))
            found.append(Headline(control.label, typed, results.issuperset(typed)))
    return tuple(found)


def _results(form: Form) -> Iterator[str]:
    """Yield the typed fields on the right of a balance: what became of what came in."""
    for check in bind_rules(form):
        if isinstance(table_rule(form.rule(check.rule)), Balance):
            for term in check.right:
                yield from typed_parts(term.field, check.parts or {})
