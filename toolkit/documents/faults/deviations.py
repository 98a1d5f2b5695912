"""Where a report departs from the form: tables, rows and labels, headings and their order, as findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.documents.figures import Sure
from toolkit.documents.labels import label_of
from toolkit.filing.findings import Place, raise_finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.documents.prose import Parts
    from toolkit.documents.tables import TableReading
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
        shown = text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}……"
        yield raise_finding("text_not_placed", (), section=where, text=shown)
