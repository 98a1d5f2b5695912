"""Where a report departs from the form: tables, rows and labels, headings and their order, as findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.documents.figures import Sure, is_number_text
from toolkit.documents.grids import Grid, Line, tidy
from toolkit.documents.labels import label_of
from toolkit.filing.excerpts import beginning
from toolkit.filing.findings import Place, raise_finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.documents.official.tables import TableReading
    from toolkit.documents.prose import Parts
    from toolkit.filing.findings import Finding
    from toolkit.form.model import Form

_EXCERPT = 40


def table_findings(form: Form, tables: Sequence[TableReading]) -> Iterator[Finding]:
    """Yield what is to be said of the official tables as they were found."""
    for reading in tables:
        heading = form.section(reading.table).heading
        if not reading.is_present:
            yield raise_finding("table_missing", [Place(reading.table, heading)], section=heading)
            continue
        for fault in reading.faults:
            places = [Place(name, form.fields[name].label, reading.found[name].place) for name in fault.fields]
            yield raise_finding(fault.name, places, None, section=heading, **fault.words)
        inferred = [name for name, entry in reading.found.items() if entry.sure is Sure.INFERRED]
        if inferred:
            places = [Place(name, form.fields[name].label, reading.found[name].place) for name in inferred]
            yield raise_finding("cells_inferred", places, section=heading, count=len(inferred))


def order_findings(form: Form, tables: Sequence[TableReading]) -> Iterator[Finding]:
    """Yield the tables that stand before one they should stand behind; tables of one grid are not looked at."""
    reached = -1
    for reading in tables:
        blocks = [row.block for row in reading.rows]
        if blocks and min(blocks) < reached:
            heading = form.section(reading.table).heading
            yield raise_finding("table_out_of_order", [Place(reading.table, heading)], section=heading)
        reached = max([reached, *blocks])


def added_findings(blocks: Sequence[Line | Grid], tables: Sequence[TableReading]) -> Iterator[Finding]:
    """Yield the tables with figures among the blocks of a report of which no row is one of the form's."""
    known = {id(row.grid) for reading in tables for row in reading.rows}
    for grid in blocks:
        if not isinstance(grid, Grid) or id(grid) in known:
            continue
        cells = [cell for row in grid.lines for cell in row]
        if len(grid.rows) > 1 and any(is_number_text(cell.text) for cell in cells):
            text = beginning(" | ".join(tidy(cell.text) for cell in grid.lines[0]), _EXCERPT)
            yield raise_finding("table_added", [Place("", grid.name, cells[0].place)], place=grid.name, text=text)


def deviation_findings(form: Form, parts: Parts) -> Iterator[Finding]:
    """Yield what is to be said of the headings and of text that belongs to no part of the form."""
    for section in form.sections:
        place = [Place(section.id, section.heading)]
        heading = parts.headings.get(section.id)
        if heading is None:
            yield raise_finding("heading_missing", place, section=section.heading)
        elif label_of(heading.text) != label_of(section.heading):
            yield raise_finding("heading_differs", place, section=section.heading, found=heading.text)
        if section.id in parts.out_of_order:
            yield raise_finding("heading_out_of_order", place, section=section.heading)
    for heading in parts.added:
        yield raise_finding("heading_added", (), found=heading.text)
    for where, text in parts.unplaced:
        shown = beginning(text, _EXCERPT)
        yield raise_finding("text_not_placed", (), section=where, text=shown)
