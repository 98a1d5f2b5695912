"""Totals as a report prints them against what they add: typed totals tell exactly which cell is wrong."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import takewhile
from typing import TYPE_CHECKING

from toolkit.filing.filing import Filing
from toolkit.filing.findings import Place, raise_finding, show
from toolkit.filing.locating.equations import stated_totals
from toolkit.filing.locating.search import Located, located_in
from toolkit.form.fields import innermost
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolkit.documents.figures import Found
    from toolkit.filing.findings import Finding, Suspect
    from toolkit.form.checks import Check
    from toolkit.form.model import Form
    from toolkit.form.values import Figure

UNFILLED, DIFFERENT = "total_line_unfilled", "total_differs"
TOTAL_FAULTS = frozenset({UNFILLED, DIFFERENT})


def printed_totals(form: Form, found: Mapping[str, Found]) -> Mapping[str, Figure]:
    """Return the totals that are printed as numbers."""
    return {
        name: entry.value
        for name, entry in found.items()
        if form.fields[name].kind is Kind.COMPUTED and isinstance(entry.value, int | Decimal)
    }


def total_findings(form: Form, found: Mapping[str, Found]) -> Iterator[Finding]:
    """Yield an error for every total that is not the sum of what is printed, those with one cause together.

    What is blank counts nothing, as in the sheet; a relation with a cell that could not be read is not judged.
    """
    printed = _as_printed(form, found)
    broken = [equation.check for equation in stated_totals(printed) if equation.gap]
    located = located_in(printed) if broken else {}
    blank = {name for name, entry in found.items() if form.fields[name].kind is Kind.COMPUTED and _is_blank(entry)}
    causes: dict[tuple[object, ...], list[Check]] = {}
    for check in broken:
        causes.setdefault(_cause(located.get(check.key, Located()).suspects, check), []).append(check)
    for checks in causes.values():
        suspects, alike = located.get(checks[0].key, Located())
        finding = _finding(printed, checks, suspects, found)
        mine = blank & {suspect.field for suspect in _first(suspects)} if finding.name == UNFILLED else set()
        line = _line(form, mine)
        follows = tuple(_blank_totals(form, found, blank & line))
        yield replace(finding, advice=f"{finding.advice}{alike}", follows=follows)
        blank -= line
    yield from _blank_totals(form, found, blank)
    yield from _no_numbers(form, found)


def _no_numbers(form: Form, found: Mapping[str, Found]) -> Iterator[Finding]:
    for name, entry in found.items():
        if form.fields[name].kind is Kind.COMPUTED and isinstance(entry.value, str):
            label = form.fields[name].label
            yield raise_finding("total_no_number", [Place(name, label, entry.place)], label=label, text=entry.value)


def _as_printed(form: Form, found: Mapping[str, Found]) -> Filing:
    figures = {name: figure for name, entry in found.items() if (figure := _figure(entry)) is not None}
    totals = {name: figure for name, figure in figures.items() if form.fields[name].kind is Kind.COMPUTED}
    return Filing(form, "", "", form.first_year, {k: v for k, v in figures.items() if k not in totals}, stated=totals)


def _figure(found: Found) -> Figure | None:
    """Return a number, 0 for a blank cell, None for what is no number or was not found."""
    if isinstance(found.value, int | Decimal):
        return found.value
    return 0 if _is_blank(found) else None


def _is_blank(found: Found) -> bool:
    return found.value is None and bool(found.place) and not found.text


def _first(suspects: Sequence[Suspect]) -> Sequence[Suspect]:
    """Return the likeliest cause: the first suspect, with those that are to be changed together with it."""
    return suspects[: len(list(takewhile(lambda suspect: suspect.together, suspects))) + 1]


def _cause(suspects: Sequence[Suspect], check: Check) -> tuple[object, ...]:
    first = _first(suspects)
    return tuple((suspect.field, suspect.value) for suspect in first) or (check.left[0].field,)


def _finding(
    printed: Filing, checks: Sequence[Check], suspects: Sequence[Suspect], found: Mapping[str, Found]
) -> Finding:
    first = _first(suspects)
    names = list(dict.fromkeys(check.left[0].field for check in checks))
    places = [Place(name, printed.form.fields[name].label, found[name].place) for name in names]
    if len(first) > 1 and all(printed.stated.get(suspect.field) == 0 for suspect in first):
        return replace(_unfilled(printed.form, first, places), suspects=tuple(suspects))
    left, right = checks[0].sides({**printed.values, **printed.stated}, {})
    label = places[0].label
    shown = show(left) if found[names[0]].text else "（空）"
    raised = raise_finding(DIFFERENT, places, {label: left}, label=label, printed=shown, added=show(right))
    return replace(raised, suspects=tuple(suspects))


def _unfilled(form: Form, first: Sequence[Suspect], places: Sequence[Place]) -> Finding:
    fields = [form.fields[suspect.field] for suspect in first]
    is_row = len({field.row for field in fields}) == 1
    is_column = len({field.column for field in fields}) == 1
    line = (
        fields[0].row_label if is_row else fields[0].column_label if is_column else ""
    ) or "合计"  # a table of one row names none
    cells = [field.column_label if is_row else field.row_label if is_column else field.label for field in fields]
    named = [f"“{innermost(cell)}”应为 {show(suspect.value)}" for cell, suspect in zip(cells, first, strict=True)]
    figures = {suspect.label: 0 for suspect in first}
    return raise_finding(UNFILLED, places, figures, line=innermost(line), cells="，".join(named))


def _line(form: Form, names: set[str]) -> set[str]:
    """Return the totals of the lines these totals stand in: the others of a line that was not filled are blank too."""
    fields = [form.fields[name] for name in names]
    rows, columns = {(field.table, field.row) for field in fields}, {(field.table, field.column) for field in fields}
    return {
        field.id
        for field in form.fields.values()
        if (len(rows) == 1 and (field.table, field.row) in rows)
        or (len(columns) == 1 and (field.table, field.column) in columns)
    }


def _blank_totals(form: Form, found: Mapping[str, Found], blank: set[str]) -> Iterator[Finding]:
    for table in form.tables:
        mine = [name for name in found if name in blank and form.fields[name].table == table.id]
        if mine:
            places = [Place(name, form.fields[name].label, found[name].place) for name in mine]
            yield raise_finding("totals_blank", places, section=form.section(table.id).heading, count=len(mine))
