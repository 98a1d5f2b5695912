"""Faults of a whole line: the totals of a row or column that were never filled in."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from toolkit.filing.findings import show
from toolkit.filing.locating.remedies import Remedy
from toolkit.form.checks import is_number, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.filing.locating.equations import Equation
    from toolkit.form.values import Figure

WHOLE_LINE = 1000.0  # a line of totals all 0 and all wrong is one omission and no chance
_FEWEST = 2  # one total of 0 is a single cell like any other


def unfilled(filing: Filing, system: list[Equation]) -> Iterator[Remedy]:
    """Yield the lines of stated totals that are all 0 where the sums are not, if filling them in mends everything.

    A line is a row, a column, or every total of the table.
    """
    seen: set[frozenset[str]] = set()
    for words, fields in _lines(filing, system).items():
        changes = {name: _due(filing, name) for name in fields if _due(filing, name)}
        key = frozenset(changes)
        if len(key) < _FEWEST or key in seen or any(equation.after(changes) for equation in system):
            continue
        seen.add(key)
        told = {name: f"{words[1]}的合计没有填（空着或是 0）：应为 {show(change)}" for name, change in changes.items()}
        yield Remedy(changes, told, WHOLE_LINE)


def _due(filing: Filing, name: str) -> Figure:
    value = filing.values[name]
    return number(value) if is_number(value) else 0


def _lines(filing: Filing, system: list[Equation]) -> Mapping[tuple[str, str], list[str]]:
    """Return the stated totals that are 0 by the line they stand in; a line with another total in it is left out."""
    totals = {name for equation in system for name in equation.weights if name in filing.stated}
    lines: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    filled: set[tuple[str, str]] = set()
    for name in filing.form.fields:
        if name not in totals:
            continue
        entry = filing.form.fields[name]
        for line in ((entry.row, "这一行"), (entry.column, "这一列"), ("", "这张表")):
            lines[line].append(name)
            if filing.stated[name]:
                filled.add(line)
    return {line: names for line, names in lines.items() if line not in filled}
