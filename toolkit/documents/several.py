"""Several reports in one file: where each begins, so that every one is read by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.documents.grids import Document, Line, plain
from toolkit.documents.identity import find_title
from toolkit.documents.prose import is_heading_of
from toolkit.documents.recognise import SEVERAL, official_tables, read_again, recognise
from toolkit.filing.findings import raise_finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.documents.official.tables import TableReading
    from toolkit.documents.recognise import Recognition
    from toolkit.form.model import Form


def recognise_all(
    document: Document, forms: Sequence[Form], year: int | None = None, organ: str = "", otherwise: int | None = None
) -> tuple[Recognition, ...]:
    """Return every report a document holds, in order; each says how many there are.

    `year` and `organ` are taken as given where there is one report, else only where a report does not say;
    `otherwise` is the year of a report that shows none. Where tables of two reports lie within each other, the first
    is returned, with a finding.

    Raises:
        DocumentError: its tables have more rows than any report.
    """
    whole = recognise(document, forms, year, organ, otherwise=otherwise)
    if all(finding.name != SEVERAL for finding in whole.findings):
        return (whole,)
    parts = _parts(document, forms, year)
    if len(parts) == 1:
        return (whole,)
    found = []
    for number, part in enumerate(parts, 1):
        one = recognise(part, forms, otherwise=year or otherwise)
        if organ and one.filing is not None and not one.filing.organ:
            one = recognise(part, forms, None, organ, otherwise=year or otherwise)
        told = raise_finding(SEVERAL, (), count=len(parts), told=f"这里读的是第 {number} 份")
        found.append(replace(one, findings=(told, *one.findings), number=number, count=len(parts)))
    return tuple(found)


def _parts(document: Document, forms: Sequence[Form], year: int | None) -> list[Document]:
    cut = _cut(document, forms, year)
    if cut is None:
        return [document]
    head, tail = document.blocks[:cut], document.blocks[cut:]
    halves = (replace(document, blocks=blocks) for blocks in (head, tail))
    return [part for half in halves for part in _parts(half, forms, year)]


def _cut(document: Document, forms: Sequence[Form], year: int | None) -> int | None:
    """Return the block at which another report begins, or None where there is none, or nowhere to cut."""
    tables = official_tables(document, forms, year)
    if tables.form is None:
        return None
    gaps = [
        _between(reading, again)
        for reading, again in zip(tables.readings, read_again(tables), strict=True)
        if again is not None
    ]
    low, high = max((gap[0] for gap in gaps), default=0), min((gap[1] for gap in gaps), default=0)
    if low >= high:
        return None
    return next(_beginnings(document.blocks, low, high, tables.form, forms), high)


def _between(one: TableReading, other: TableReading) -> tuple[int, int]:
    """Return the last block of what stands first, and the first block of what stands behind it."""
    blocks = sorted(([row.block for row in reading.rows] for reading in (one, other)), key=min)
    return max(blocks[0]), min(blocks[1])


def _beginnings(blocks: Sequence[object], low: int, high: int, form: Form, forms: Sequence[Form]) -> Iterator[int]:
    """Yield where the second report may begin, best first: at its title, at the heading of its first part."""
    title = find_title(blocks, high + 1, forms)
    if title is not None and title.at > low:
        above = blocks[title.at - 1]
        is_name = isinstance(above, Line) and plain(above.text) == plain(title.organ) and title.at - 1 > low
        yield title.at - is_name
    for at in range(low + 1, high + 1):
        line = blocks[at]
        if isinstance(line, Line) and is_heading_of(line.text, form.sections[0]):
            yield at
