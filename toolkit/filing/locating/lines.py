"""Faults of whole lines: totals never filled in, figures moved on by one cell, two lines taken for each other."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from toolkit.filing.findings import show
from toolkit.filing.locating.equations import touching
from toolkit.filing.locating.remedies import Remedy, is_allowed
from toolkit.form.checks import is_number, number
from toolkit.form.fields import innermost

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolkit.filing.filing import Filing
    from toolkit.filing.locating.equations import Equation
    from toolkit.filing.locating.plausible import Expectation
    from toolkit.form.values import Figure

WHOLE_LINE = 1000.0  # a line of totals all 0 and all wrong is one omission and no chance
WHOLE_LINE_MOVED = 1.0  # beside two figures in each other's cells
_PAIR = 2  # cells that change are an exchange like any other
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


def misplaced(expectation: Expectation, system: list[Equation], broken: list[Equation]) -> Iterator[Remedy]:
    """Yield the lines whose figures, moved on by one cell or exchanged with another line's, mend every broken equation.

    A part of a row or column may have been typed one cell too early or too late; or two rows, or two columns, have been
    taken for each other over several cells.
    """
    near = touching(system)
    found = {
        frozenset(changes.items()): (words, changes)
        for words, changes in _moves(expectation.filing, broken)
        if not any(equation.after(changes) for equation in broken)
    }
    for words, changes in found.values():
        touched = {id(equation): equation for field in changes for equation in near[field]}
        if any(equation.after(changes) for equation in touched.values()) or not is_allowed(expectation.filing, changes):
            continue
        typed = {field: expectation.filing.typed_figure(field) for field in changes}
        told = {field: f"{words}：{show(typed[field])} 应为 {show(typed[field] + changes[field])}" for field in changes}
        odds = math.prod(
            expectation.odds(field, typed[field] + change, typed[field]) for field, change in changes.items()
        )
        yield Remedy(changes, told, WHOLE_LINE_MOVED * odds)


def _moves(filing: Filing, broken: list[Equation]) -> Iterator[tuple[str, Mapping[str, Figure]]]:
    yield from _shifts(filing, broken)
    yield from _swaps(filing, broken)


def _shifts(filing: Filing, broken: list[Equation]) -> Iterator[tuple[str, Mapping[str, Figure]]]:
    """Yield the parts of rows and columns, moved by one; the cell that was skipped holds 0."""
    suspects = {field for equation in broken for field in equation.weights}
    for along in ("row", "column"):
        for line in _typed_lines(filing, along).values():
            if suspects.isdisjoint(line):
                continue
            typed = [filing.typed_figure(name) for name in line]
            for start, end in combinations(range(len(line)), 2):
                part, names = typed[start : end + 1], line[start : end + 1]
                if sum(map(bool, part)) < _FEWEST:
                    continue
                moves = [part[1:] + part[:1]] if not part[0] else []
                moves += [part[-1:] + part[:-1]] if not part[-1] else []
                for meant in moves:
                    yield f"从“{filing.form.fields[names[0]].label}”起错了一格", _changes(names, part, meant)


def _swaps(filing: Filing, broken: list[Equation]) -> Iterator[tuple[str, Mapping[str, Figure]]]:
    """Yield any two rows or columns of a table with all their figures exchanged."""
    suspects = {field for equation in broken for field in equation.weights}
    for along, words in (("row", "行"), ("column", "列")):
        for one, other in combinations(_typed_lines(filing, along).values(), 2):
            if len(one) != len(other) or suspects.isdisjoint((*one, *other)):
                continue
            names = [*one, *other]
            typed = [filing.typed_figure(name) for name in names]
            changes = _changes(names, typed, typed[len(one) :] + typed[: len(one)])
            if len(changes) > _PAIR:
                first, second = (getattr(filing.form.fields[line[0]], f"{along}_label") for line in (one, other))
                yield f"“{innermost(first)}”与“{innermost(second)}”两{words}填反了", changes


def _changes(names: Sequence[str], typed: Sequence[Figure], meant: Sequence[Figure]) -> Mapping[str, Figure]:
    return {name: new - old for name, old, new in zip(names, typed, meant, strict=True) if new != old}


def _typed_lines(filing: Filing, along: str) -> Mapping[tuple[str, str], list[str]]:
    """Return the cells to be typed of every row or column, in the order of the form."""
    lines: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for entry in filing.form.fields.values():
        if entry.kind.is_required_figure:
            lines[entry.table, getattr(entry, along)].append(entry.id)
    return lines
