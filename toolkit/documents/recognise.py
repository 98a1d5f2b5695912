"""A report in any document: the official tables, the prose, whose it is and of which year, and what is odd about it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from toolkit.documents.faults.deviations import (
    added_findings,
    deviation_findings,
    order_findings,
    table_findings,
)
from toolkit.documents.faults.totals import printed_totals, total_findings
from toolkit.documents.grids import Grid, Line
from toolkit.documents.identity import Signature, Title, find_notes, find_signature, find_title, find_year
from toolkit.documents.official.remembered import Tables
from toolkit.documents.official.rows import TapeRow
from toolkit.documents.prose import Parts, core_blocks, find_headings, match_headings, read_parts
from toolkit.documents.sheets.overlay import laid_over, text_index
from toolkit.documents.sheets.shown import shown_in
from toolkit.documents.stacked import with_stacked
from toolkit.errors import DocumentError
from toolkit.filing.checking import DATE_FIELD
from toolkit.filing.filing import Filing
from toolkit.filing.findings import Finding, raise_finding
from toolkit.form.ids import COVER
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolkit.documents.figures import Found
    from toolkit.documents.grids import Document
    from toolkit.documents.official.tables import Fit, TableReading
    from toolkit.form.model import Form, Table
    from toolkit.form.values import Value

SPREADSHEETS = frozenset({"xlsx", "xls", "csv"})  # kinds of documents whose grids are grids of cells
SEVERAL = "several_reports"
_MOST_ROWS = 8000
_AGAIN = 0.6  # of a table must be there a second time to speak of a second report


@dataclass(frozen=True)
class Recognition:
    """What a document was found to hold. `filing` is None where it holds no report, or nobody knows of which year.

    `found` has every figure of the edition, totals as they are printed. Of a document with several reports this is
    number `number` of `count`.
    """

    name: str
    findings: tuple[Finding, ...]
    filing: Filing | None = None
    form: Form | None = None
    found: Mapping[str, Found] = field(default_factory=dict)
    number: int = 1
    count: int = 1


@dataclass(frozen=True)
class OfficialTables:
    """The official tables of a document, by the edition they fit best; `form` is None where there are none."""

    tape: tuple[TapeRow, ...]
    form: Form | None
    readings: tuple[TableReading, ...]
    findings: tuple[Finding, ...]


def official_tables(document: Document, forms: Sequence[Form], year: int | None = None) -> OfficialTables:
    """Return the official tables of a document, and where one of them is of another edition.

    Raises:
        DocumentError: its tables have more rows than any report.
    """
    tape = _tape(document)
    laid, searched = _laid(forms, _sheets(document), tape), Tables(tape)
    fits = {form.edition: tuple(_fit(table, laid, searched) for table in form.tables) for form in forms}
    form, findings = _edition(forms, fits, year)
    readings = tuple(laid.get(table) or searched.read(table) for table in form.tables) if form else ()
    return OfficialTables(tape, form, readings, tuple(findings))


def recognise(
    document: Document,
    forms: Sequence[Form],
    year: int | None = None,
    organ: str = "",
    *,
    otherwise: int | None = None,
) -> Recognition:
    """Return the report a document holds, by the form whose labels fit best.

    `year` and `organ` are taken as given; without them they are looked for. `otherwise` is the year where none is
    shown.

    Raises:
        DocumentError: its tables have more rows than any report.
    """
    document, official = _found(document, forms, year)
    form, tables, findings = official.form, official.readings, list(official.findings)
    if form is None:
        return Recognition(document.name, (*_scanned(document), raise_finding("tables_not_found", file=document.name)))
    places = sorted({row.block for reading in tables for row in reading.rows})
    blocks = core_blocks(document.blocks, places, form)
    parts, title, signature = _parts(blocks, tables, form, forms, organ)
    shown = shown_in(_sheets(document), form)
    if shown.prose:  # sheets of ours: what stands around the paragraphs is no prose
        parts = replace(parts, prose=shown.prose, unplaced=())
    found = {name: entry for reading in tables for name, entry in reading.found.items()}
    organ = organ or (title.organ if title else "") or signature.organ or shown.organ
    told = year or (title.year if title else None) or find_year(blocks) or shown.year or otherwise
    findings += [*_scanned(document), *_departures(document, official, parts, blocks[parts.begins : signature.at])]
    findings += total_findings(form, found)
    findings += [] if organ else [raise_finding("organ_unknown", file=document.name)]
    if told is None:
        return Recognition(
            document.name, (*findings, raise_finding("year_unknown", file=document.name)), None, form, found
        )
    answers = {**shown.notes, **_answers(form, found, parts, signature, blocks)}
    filing = Filing(form, organ, "", told, answers, stated=printed_totals(form, found))
    return Recognition(document.name, tuple(findings), filing, form, found)


def _found(document: Document, forms: Sequence[Form], year: int | None) -> tuple[Document, OfficialTables]:
    """Return the official tables of a document, those it holds as mere lines among them, and it with those as grids."""
    official = official_tables(document, forms, year)
    present = {reading.table for reading in official.readings if reading.is_present}
    best = document, official
    for form in [official.form] if official.form else forms:
        missing = [table for table in form.tables if table.id not in present]
        made = with_stacked(document, missing) if document.kind not in SPREADSHEETS else document
        if made is document:
            continue
        again = official_tables(made, forms, year)
        if _fitness(again) > _fitness(best[1]):
            best = made, again
    return best


def _fitness(official: OfficialTables) -> float:
    return sum(reading.score + 1 for reading in official.readings if reading.is_present)


def _departures(
    document: Document, official: OfficialTables, parts: Parts, blocks: Sequence[Line | Grid]
) -> Iterator[Finding]:
    """Yield where a report departs from the form; `blocks` are those of the report itself."""
    form, tables = official.form, official.readings
    if form is None:
        return
    yield from _again(official)
    yield from table_findings(form, tables)
    if document.kind not in SPREADSHEETS:  # a book may hold what it likes beside the tables
        yield from order_findings(form, tables)
        yield from added_findings(blocks, tables)
    yield from deviation_findings(form, parts)


def _sheets(document: Document) -> list[Grid]:
    """Return the sheets of a spreadsheet, whose grids are grids of cells; no other document has any."""
    return [block for block in document.blocks if isinstance(block, Grid)] if document.kind in SPREADSHEETS else []


def _laid(forms: Sequence[Form], grids: Sequence[Grid], tape: Sequence[TapeRow]) -> Mapping[Table, TableReading]:
    """Return the tables of every edition that can be laid over a spreadsheet: their labels stand as printed."""
    if not grids:
        return {}
    index = text_index(grids)
    tables = (table for form in forms for table in form.tables)
    return {table: reading for table in tables if (reading := laid_over(table, index, tape)) is not None}


def _fit(table: Table, laid: Mapping[Table, TableReading], searched: Tables) -> Fit:
    return laid[table].fit if table in laid else searched.fit(table)


def _tape(document: Document) -> tuple[TapeRow, ...]:
    rows = tuple(
        TapeRow(at, block, row, line)
        for at, block in enumerate(document.blocks)
        if isinstance(block, Grid)
        for row, line in enumerate(block.lines)
        if line
    )
    if len(rows) > _MOST_ROWS:
        raise DocumentError(document.name, f"表格有 {len(rows)} 行，超过 {_MOST_ROWS} 行，不是一份年度报告。")
    return rows


def _edition(
    forms: Sequence[Form], readings: Mapping[str, Sequence[Fit]], year: int | None
) -> tuple[Form | None, list[Finding]]:
    """Return the edition most tables fit best, and a finding where another table fits another edition better."""
    present = [form for form in forms if any(reading.is_present for reading in readings[form.edition])]
    if not present:
        return None, []

    def fitness(form: Form) -> tuple[float, bool]:
        total = sum(max(reading.score, 0.0) for reading in readings[form.edition] if reading.is_present)
        return round(total, 6), year is not None and form.serves(year)

    best = max(present, key=fitness)
    first = max(present, key=lambda form: (round(_score_of_first(readings[form.edition]), 6), *fitness(form)))
    best = first if _score_of_first(readings[first.edition]) > 0 else best
    mixed = [
        raise_finding(
            "editions_mixed", (), section=best.section(table.id).heading, edition=best.edition, other=other.edition
        )
        for other in present
        if other is not best and other.id == best.id
        for table, mine in zip(best.tables, readings[best.edition], strict=True)
        for theirs in readings[other.edition]
        if theirs.table == mine.table and mine.is_present and theirs.score > mine.score + _MARGIN
    ]
    return best, mixed


_MARGIN = 0.01


def _score_of_first(readings: Sequence[Fit]) -> float:
    """Return how well the table fits in which editions differ most: the first."""
    return readings[0].score if readings and readings[0].is_present else 0.0


def _parts(
    blocks: Sequence[Line | Grid],
    tables: Sequence[TableReading],
    form: Form,
    forms: Sequence[Form],
    organ: str,
) -> tuple[Parts, Title | None, Signature]:
    places = {id(block): at for at, block in enumerate(blocks)}
    ranges = {}
    for reading in tables:
        ats = [places[id(row.grid)] for row in reading.rows if id(row.grid) in places]
        if ats:
            ranges[reading.table] = (min(ats), max(ats))
    if len({place for one in ranges.values() for place in one}) < len(ranges):
        ranges = {}  # one grid holds several tables: where it stands says nothing about the headings
    candidates = find_headings(blocks, form)
    headings, _ = match_headings(candidates, form, ranges)
    starts = [heading.at for heading in headings.values()] + [first for first, _ in ranges.values()]
    # Without a heading the body begins with the first table, even where several share a grid.
    first = min(
        (places[id(row.grid)] for reading in tables for row in reading.rows if id(row.grid) in places), default=0
    )
    title = find_title(blocks, min(starts, default=first), (form, *forms))
    signed = organ or (title.organ if title else "")
    behind = max((last for _, last in ranges.values()), default=max(starts, default=0)) + 1
    signature = find_signature(blocks, behind, signed)
    return read_parts(blocks, form, ranges, candidates, signature.at), title, signature


def _answers(
    form: Form, found: Mapping[str, Found], parts: Parts, signature: Signature, blocks: Sequence[Line | Grid]
) -> dict[str, Value]:
    """Return what was found as answers; totals are never answers, and what was blank stays blank."""
    answers: dict[str, Value] = {
        name: entry.value
        for name, entry in found.items()
        if entry.value is not None and form.fields[name].kind is not Kind.COMPUTED
    }
    answers |= {section: paragraphs for section, paragraphs in parts.prose.items() if paragraphs}
    answers |= {f"{COVER}.{note}": text for note, text in find_notes(blocks, signature.at, form) if text}
    if signature.dated is not None and DATE_FIELD in form.fields:
        answers[DATE_FIELD] = signature.dated.isoformat()
    return answers


def _scanned(document: Document) -> list[Finding]:
    kinds = {"pages_scanned": document.scanned, "pages_recognised": document.recognised}
    return [
        raise_finding(name, (), pages="、".join(map(str, pages[:10])), count=len(pages))
        for name, pages in kinds.items()
        if pages
    ]


def read_again(tables: OfficialTables) -> list[TableReading | None]:
    """Return for every official table what a document holds of it once more, None where it does not."""
    taken = {id(row) for reading in tables.readings for row in reading.rows}
    rest = [row for row in tables.tape if id(row) not in taken]
    searched = Tables(rest)
    return (
        [_second(table, rest, searched) for table in tables.form.tables]
        if tables.form and rest
        else [None] * len(tables.readings)
    )


def _second(table: Table, rest: Sequence[TapeRow], searched: Tables) -> TableReading | None:
    if len(rest) < _AGAIN * len(table.leaf_rows()):
        return None
    second = searched.read(table)
    is_whole = len(second.rows) >= _AGAIN * len(table.leaf_rows()) and second.score >= _AGAIN
    return second if is_whole else None


def _again(tables: OfficialTables) -> list[Finding]:
    """Return a finding where a table stands in the document once more with other figures."""
    for reading, second in zip(tables.readings, read_again(tables), strict=True):
        if reading.again:
            return [_mixed(reading.again)]
        if reading.is_present and not reading.is_laid and second is not None and _differs(reading, second):
            return [_mixed(second.rows[0].cells[0].place)]
    return []


def _mixed(place: str) -> Finding:
    return raise_finding(SEVERAL, (), count=2, told=f"表格混在一起分不开（第二份在{place}），只读了一份")


def _differs(one: TableReading, other: TableReading) -> bool:
    return any(other.found[name].value != entry.value for name, entry in one.found.items())
