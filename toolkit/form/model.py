"""What a form is: frozen values, loaded from TOML, from which sheets, checks and reports are all derived."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, TypeVar

from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from toolkit.form.guidance.duties import Duty
    from toolkit.form.guidance.entries import Draft, ExampleRow, Question


class _Named(Protocol):
    @property
    def id(self) -> str: ...


class _Nested(_Named, Protocol):
    @property
    def parent(self) -> str: ...


NamedT = TypeVar("NamedT", bound=_Named)
NestedT = TypeVar("NestedT", bound=_Nested)


@dataclass(frozen=True, slots=True)
class Source:
    """One legal text; everything else cites it as `id` or `id:clause`."""

    id: str
    title: str
    number: str = ""
    issuer: str = ""
    issued_on: date | None = None
    in_force_from: date | None = None
    url: str = ""
    under: str = ""
    last_checked_on: date | None = None
    note: str = ""
    cite: str = ""  # how to cite what is no published text


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an official table, or a heading over rows when others name it as `parent`."""

    id: str
    label: str
    parent: str = ""
    band: str = ""
    kind: Kind | None = None
    unit: str = ""
    help: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an official table, or a heading over columns when others name it as `parent`."""

    id: str
    label: str
    parent: str = ""
    bands: tuple[str, ...] = ()
    kind: Kind = Kind.COUNT
    unit: str = ""
    help: str = ""
    source: str = ""
    span: int = 1


@dataclass(frozen=True, slots=True)
class Band:
    """A block of a table that has its own columns; `stub` is the text over the row labels."""

    id: str
    label: str = ""
    stub: str = ""


@dataclass(frozen=True, slots=True)
class Control:
    """An optional independent total the clerk copies from the register, equal to some cells of the table."""

    id: str
    label: str
    rows: tuple[str, ...]
    column: str
    help: str = ""


@dataclass(frozen=True, slots=True, eq=False)  # compared and cached by identity: a form is loaded once
class Table:
    """One official table: bands, rows and columns in printed order."""

    id: str
    source: str
    bands: tuple[Band, ...]
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    controls: tuple[Control, ...] = ()
    controls_label: str = ""
    controls_help: str = ""
    unit: str = ""
    caption: str = ""

    def leaf_rows(self, band: str = "") -> tuple[Row, ...]:
        """Return the rows that carry figures, in printed order, of one band or of all."""
        return _leaf_rows(self, band)

    def columns_of(self, band: str) -> tuple[Column, ...]:
        """Return the columns and column headings of one band; a column id is unique within its band."""
        return tuple(column for column in self.columns if band in column.bands)

    def leaf_columns(self, band: str) -> tuple[Column, ...]:
        """Return the columns of one band that carry figures, in printed order."""
        return _leaf_columns(self, band)

    def row_path(self, row: str) -> tuple[Row, ...]:
        """Return a row with the headings above it, outermost first."""
        return path_to(self.rows, row)

    def column_path(self, column: str, band: str) -> tuple[Column, ...]:
        """Return a column of a band with the headings above it, outermost first."""
        return path_to(self.columns_of(band), column)

    def rows_under(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of the leaf rows that `ids` stand for; a heading stands for every leaf under it."""
        return _rows_under(self, tuple(ids))

    def columns_under(self, ids: Iterable[str], band: str) -> tuple[str, ...]:
        """Return the ids of the leaf columns that `ids` stand for; a heading stands for every leaf under it."""
        return leaves_under(self.columns_of(band), ids)


@dataclass(frozen=True, slots=True)
class Section:
    """One numbered part of the report: prose, or an official table."""

    id: str
    heading: str
    sheet: str
    is_table: bool
    source: str
    help: str = ""
    local: bool = False  # added by an office: asked and added up, and never printed in the report


@dataclass(frozen=True, slots=True)
class Note:
    """A line of the cover the clerk may fill: a contact, an address, a date."""

    id: str
    label: str
    help: str = ""
    example: str = ""
    expected: bool = False  # whether leaving it blank deserves a warning
    public: bool = False  # whether a published report prints it


@dataclass(frozen=True, slots=True)
class Rule:
    """A relation the figures must keep, as the definition states it; toolkit.form.rules gives it its four faces."""

    id: str
    kind: str
    severity: str
    source: str
    title: str
    advice: str
    why: str = ""
    table: str = ""
    parameters: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A name that prose may hold in braces for a figure of the tables: the sum of one column over some rows."""

    label: str
    table: str
    rows: tuple[str, ...]
    column: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that lead to a number in prose, and what that number states: any one of `readings`, rows over columns.

    `units` says for each unit the number may have how many of it make one of the table's. `after` are words right
    behind the number. With words of `unless` before it, or none of `needs` in its sentence, the phrase is not meant;
    with those of `doubts`, or `agrees_only`, a difference may be no fault. `of_part`: of one kind of applicant, say.
    `needs_topic`: meant for sure only where the text speaks of the table. `years`: other years it may be of, as
    offsets. `conventions` names the readings. Without a table, the words lead to what the tables do not hold.
    """

    words: tuple[str, ...]
    table: str = ""
    readings: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    units: Mapping[str, int] = field(default_factory=dict)
    unless: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    conventions: tuple[str, ...] = ()
    of_part: bool = False
    agrees_only: bool = False
    needs_topic: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """Words of the prose besides the phrases, as regular expressions, that say what a number is and is not.

    `passed_over` before and `followed_by` behind it: not of the tables. `breaks` part a phrase from it. `parts`: only
    of a part. `neutral`: says nothing. `subject`, `subject_others`: what is spoken of, for `subject_tables`; the
    `subject_weak` only where it was not something else before. `measures`, `dates` are units, `ordinal` of articles.
    """

    passed_over: tuple[str, ...] = ()
    followed_by: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    neutral: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    subject_weak: tuple[str, ...] = ()
    subject_others: tuple[str, ...] = ()
    subject_tables: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    ordinal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars that web pages draw under a table: the figures of some marks, in this order."""

    title: str
    table: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One answer of the form: its id, its official labels, what may stand in it, and why it is asked."""

    id: str
    table: str
    row: str
    column: str
    kind: Kind
    label: str
    row_label: str = ""
    column_label: str = ""
    unit: str = ""
    help: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the workbook and the report that belong to the form, not to the engine."""

    cover: str
    checks: str
    help: str
    report_title: str
    preamble: str
    organ: str
    code: str
    year: str
    levels: tuple[str, str, str]
    signature: str = "{organ}"
    date: str = "{year}-{month}-{day}"
    check_code: str = "校验码"
    nought: str = "其余空格都是 0"  # chosen above a table


@dataclass(frozen=True, eq=False)
class Form:
    """One official edition: its sections, tables, prose, rules and sources. Compare editions by `fingerprint`."""

    id: str
    edition: str
    title: str
    language: str
    first_year: int
    last_year: int | None
    source: str
    fingerprint: str
    words: Words
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    notes: tuple[Note, ...]
    rules: tuple[Rule, ...]
    sources: tuple[Source, ...]
    marks: tuple[Mark, ...] = ()
    drafts: tuple[Draft, ...] = ()
    charts: tuple[Chart, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    said: Said = field(default_factory=Said)
    duties: tuple[Duty, ...] = ()
    questions: tuple[Question, ...] = ()
    example: tuple[ExampleRow, ...] = ()  # of the table that has a balance
    fields: Mapping[str, Field] = field(default_factory=dict)  # by id, in the workbook's order; derived on loading
    base: Form | None = None  # the edition as it is published, where an office has added to it

    def serves(self, year: int) -> bool:
        """Return whether reports on `year` are made on this edition."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    def table(self, table: str) -> Table:
        """Return the official table with that id; KeyError when the form has none."""
        return find(self.tables, table)

    def section(self, section: str) -> Section:
        """Return the section with that id; KeyError when the form has none."""
        return find(self.sections, section)

    def rule(self, rule: str) -> Rule:
        """Return the rule with that id; KeyError when the form has none."""
        return find(self.rules, rule)

    def citation(self, reference: str) -> str:
        """Return a reference (`source:clause`) as a reader cites it: 《title》（number）clause."""
        source_id, _, clause = reference.partition(":")
        source = find(self.sources, source_id)
        number = f"（{source.number}）" if source.number else ""
        return f"{source.cite or f'《{source.title}》{number}'}{clause}"


@lru_cache(maxsize=1 << 12)  # asked anew for every phrase
def _rows_under(table: Table, ids: tuple[str, ...]) -> tuple[str, ...]:
    return leaves_under(table.rows, ids)


@lru_cache(maxsize=1 << 8)  # asked anew for every row of every document
def _leaf_rows(table: Table, band: str) -> tuple[Row, ...]:
    return tuple(row for row in leaves(table.rows) if band in ("", row.band))


@lru_cache(maxsize=1 << 8)
def _leaf_columns(table: Table, band: str) -> tuple[Column, ...]:
    return leaves(table.columns_of(band))


def find(entries: Iterable[NamedT], wanted: str) -> NamedT:
    """Return the entry whose `id` is `wanted`; KeyError when there is none."""
    for entry in entries:
        if entry.id == wanted:
            return entry
    raise KeyError(wanted)


def leaves(entries: tuple[NestedT, ...]) -> tuple[NestedT, ...]:
    """Return the entries that no other entry names as its parent, in order."""
    parents = {entry.parent for entry in entries}
    return tuple(entry for entry in entries if entry.id not in parents)


def path_to(entries: tuple[NestedT, ...], wanted: str) -> tuple[NestedT, ...]:
    """Return an entry with its headings, outermost first."""
    entry = find(entries, wanted)
    return (*path_to(entries, entry.parent), entry) if entry.parent else (entry,)


def leaves_under(entries: tuple[NestedT, ...], ids: Iterable[str]) -> tuple[str, ...]:
    """Return the leaf ids that `ids` stand for, in the order of `ids`."""
    found: list[str] = []
    for wanted in ids:
        find(entries, wanted)
        found += [leaf.id for leaf in leaves(entries) if any(entry.id == wanted for entry in path_to(entries, leaf.id))]
    return tuple(found)
