"""The neutral document every renderer draws from: a filing as title, sections, tables and signature."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from toolkit.filing.checkcode import CHECK_CODE, check_code
from toolkit.filing.findings import show
from toolkit.filing.prose.headings import titled
from toolkit.filing.prose.marks import filled_paragraphs, mark_figures
from toolkit.form.checks import INVISIBLE, is_number
from toolkit.form.grid import table_grid
from toolkit.form.ids import COVER
from toolkit.form.local.supplement import official
from toolkit.form.values import Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from toolkit.filing.filing import Filing
    from toolkit.form.grid import Grid, GridCell
    from toolkit.form.model import Section, Table
    from toolkit.form.values import Figure, Value


@dataclass(frozen=True, slots=True)
class ReportTable:
    """An official table: its printed grid and, by field id, the text of every figure; a blank figure is ''."""

    id: str
    caption: str
    unit: str
    grid: Grid
    figures: Mapping[str, str]

    def text(self, cell: GridCell) -> str:
        """Return what is printed in a cell: its official label, or its figure."""
        return self.figures[cell.field] if cell.field else cell.text

    def across(self, row: int) -> list[GridCell]:
        """Return the cells a row runs through, left to right, those that began in a row above too."""
        covering = (cell for cell in self.grid.cells if cell.row <= row < cell.row + cell.row_span)
        return sorted(covering, key=lambda cell: cell.column)


@dataclass(frozen=True, slots=True)
class ReportChart:
    """A chart that web pages show under a table: labels and figures."""

    title: str
    unit: str
    bars: tuple[tuple[str, Figure], ...]


@dataclass(frozen=True, slots=True)
class ReportSection:
    """One numbered part: either paragraphs (none when it was left blank) or a table, with the charts of its figures."""

    id: str
    heading: str
    paragraphs: tuple[Paragraph, ...] = ()
    table: ReportTable | None = None
    charts: tuple[ReportChart, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """A filled line of the cover that the form calls public, with the form's own label; and the check code, last."""

    id: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report ready to be rendered.

    `dated` is the date in words, '' when the report is not dated; `provisional` is '' when the report is final.
    """

    form: str
    edition: str
    language: str
    organ: str
    code: str
    year: int
    title: str
    provisional: str
    preamble: str
    sections: tuple[ReportSection, ...]
    contacts: tuple[Contact, ...]
    signature: str
    dated: str
    issued_on: date | None

    @property
    def is_chinese(self) -> bool:
        """Whether Chinese typography and punctuation apply."""
        return self.language.split("-")[0].lower() == "zh"

    @property
    def title_parts(self) -> tuple[str, ...]:
        """The title cut where a line may break by sense: after the organ's name, where Chinese titles begin with it."""
        rest = self.title.removeprefix(self.organ)
        is_cut = self.is_chinese and self.organ and rest and rest != self.title
        return (self.organ, rest) if is_cut else (self.title,)

    @property
    def tables(self) -> tuple[ReportTable, ...]:
        """The official tables, in printed order."""
        return tuple(section.table for section in self.sections if section.table)

    @property
    def contact_note(self) -> str:
        """The contacts as the one line in brackets that stands under the date, '' when none was filled."""
        opening, colon, semicolon, closing = ("（", "：", "；", "）") if self.is_chinese else ("(", ": ", "; ", ")")
        entries = semicolon.join(f"{contact.label}{colon}{contact.text}" for contact in self.contacts)
        return f"{opening}{entries}{closing}" if entries else ""


def build_report(filing: Filing, *, provisional: str = "", preamble: str = "") -> Report:
    """Return the report of a filing.

    Args:
        filing: what the organ answered; figures may still be blank.
        provisional: a line that every output shows under the title, '' for a final report.
        preamble: what stands before the first part, with `{organ}` and `{year}`; '' for that of the form.
    """
    words = filing.form.words
    organ = clean(filing.organ)
    before = preamble.strip() or words.preamble
    issued_on = filing.issued_on
    dated = words.date.format(year=issued_on.year, month=issued_on.month, day=issued_on.day) if issued_on else ""
    return Report(
        form=filing.form.id,
        edition=filing.form.edition,
        language=filing.form.language,
        organ=organ,
        code=clean(filing.code),
        year=filing.year,
        title=words.report_title.format(organ=organ, year=filing.year),
        provisional=clean(provisional),
        preamble=clean(before.replace("{organ}", organ).replace("{year}", str(filing.year))),
        sections=tuple(_section(filing, section) for section in official(filing.form).sections),
        contacts=tuple(_contacts(filing)),
        signature=words.signature.format(organ=organ, year=filing.year),
        dated=dated,
        issued_on=issued_on,
    )


def sections_of(filing: Filing) -> tuple[ReportSection, ...]:
    """Return every section of a filing as it is printed, an office's own among them, which no report prints."""
    return tuple(_section(filing, section) for section in filing.form.sections)


def figure_text(value: Value) -> str:
    """Return a figure as it is printed: no grouping, no trailing zeros, '' for blank; text as it was typed."""
    if is_number(value):
        return show(value)
    return clean(value) if isinstance(value, str) else ""


def clean(text: str) -> str:
    """Return one line of text without what no output format can carry: control characters, breaks, outer blanks."""
    visible = "".join(" " if char in "\t\r\n" else char for char in text if not _is_unprintable(char))
    return visible.strip(" " + "".join(INVISIBLE))


def _is_unprintable(char: str) -> bool:
    # Lone surrogates, private control codes and the two non-characters are illegal in XML.
    return char not in "\t\r\n" and (unicodedata.category(char) in {"Cc", "Cs"} or char in "\ufffe\uffff")


def _section(filing: Filing, section: Section) -> ReportSection:
    if section.is_table:
        table = _table(filing, filing.form.table(section.id))
        return ReportSection(section.id, section.heading, table=table, charts=tuple(_charts(filing, section.id)))
    return ReportSection(section.id, section.heading, tuple(_paragraphs(filing, section.id)))


def _paragraphs(filing: Filing, section: str) -> Iterator[Paragraph]:
    lines = [
        Paragraph(text, paragraph.level)
        for paragraph in filled_paragraphs(filing, section)
        for line in paragraph.text.splitlines()
        if (text := clean(line))
    ]
    yield from titled(lines, is_chinese=filing.form.language.startswith("zh"))


def _table(filing: Filing, table: Table) -> ReportTable:
    grid = table_grid(table)
    figures = {cell.field: figure_text(filing.values[cell.field]) for cell in grid.data()}
    caption = table.caption or filing.form.section(table.id).heading
    return ReportTable(table.id, caption, table.unit, grid, MappingProxyType(figures))


def _charts(filing: Filing, table: str) -> Iterator[ReportChart]:
    """Yield the charts of a table; one without anything to show is left out."""
    figures = mark_figures(filing)
    for chart in filing.form.charts:
        bars = tuple((label, figures[label]) for label in chart.marks)
        if chart.table == table and any(figure for _, figure in bars):
            yield ReportChart(chart.title, filing.form.table(table).unit, bars)


def _contacts(filing: Filing) -> Iterator[Contact]:
    for note in filing.form.notes:
        text = clean(filing.text(f"{COVER}.{note.id}"))
        if text and note.public:
            yield Contact(note.id, note.label, text)
    yield Contact(CHECK_CODE, filing.form.words.check_code, check_code(filing))
