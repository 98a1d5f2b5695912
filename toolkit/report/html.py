"""The report as a web page of its own, and as a fragment to paste into the editor of a site.

The page needs nothing from elsewhere. Every figure names its heads (`headers`) for screen readers and its field
(`data-field`) for programs, every prose section its field too, so page and fragment can be parsed back exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.form.grid import Role, heads_of
from toolkit.report.charts import Group, bar_chart
from toolkit.report.measures import PLAIN_SIZE, TEXT_WIDTH, is_paired, measure, signature_indents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2 import Environment

    from toolkit.form.grid import GridCell
    from toolkit.report.document import Report, ReportSection, ReportTable
    from toolkit.report.measures import Measures

TEMPLATES = Path(__file__).parent / "templates"
# Least widths in rem below which a table scrolls sideways instead of shrinking. On a phone the labels are narrower, so
# that figures are in sight beside them, and stay in place when these are scrolled.
_LABEL_REM, _FIGURE_REM, _DIGIT_REM = 5.0, 3.2, 0.45
_PHONE_LABEL_REM, _PHONE_LAST_LABEL_REM = 3.0, 6.0


@dataclass(frozen=True, slots=True)
class HtmlCell:
    """One cell of a page: its tag and attributes, and its text in pieces a line may break between."""

    tag: str
    attributes: dict[str, str | int]
    pieces: tuple[str, ...]
    role: Role


@dataclass(frozen=True, slots=True)
class HtmlTable:
    """A table as HTML nests it: rows of the head, then groups of body rows.

    `columns` gives each column's class and its share of the width in per cent; the two widths are in rem. `paper_size`
    is the type size in points in which the longest figure fits its column on paper.
    """

    id: str
    caption: str
    columns: tuple[tuple[str, str], ...]
    least_width: str
    phone_width: str
    paper_size: str
    head: tuple[tuple[HtmlCell, ...], ...]
    bodies: tuple[tuple[tuple[HtmlCell, ...], ...], ...]


def render_html(report: Report) -> str:
    """Return the report as one accessible HTML page without outside resources."""
    return _render("page.html.jinja", report)


def render_html_fragment(report: Report) -> str:
    """Return the report as HTML to paste into a site's editor: inline styles, no ids, classes or style sheet."""
    return _render("fragment.html.jinja", report)


def _render(template: str, report: Report) -> str:
    tables = {table.id: html_table(table) for table in report.tables}
    signed, dated = (f"padding-right:{tenths / 10}em" for tenths in signature_indents(report))
    context = {
        "report": report,
        "tables": tables,
        "signed": signed,
        "dated": dated,
        "identity": _identity(report),
        "label_width": _PHONE_LABEL_REM,
        "last_label_width": _PHONE_LAST_LABEL_REM,
        "linked_data": _linked_data(report),
        "charts": {section.id: tuple(_charts(section)) for section in report.sections},
    }
    return _environment().get_template(template).render(context).strip() + "\n"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}
    return environment


def _charts(section: ReportSection) -> Iterator[str]:
    for number, chart in enumerate(section.charts, 1):
        groups = [Group(label, (figure,)) for label, figure in chart.bars]
        yield bar_chart(f"{section.id}-chart-{number}", chart.title, groups, unit=chart.unit)


def _identity(report: Report) -> dict[str, str | int]:
    """Return the attributes that tell a program whose report it is and on which form."""
    return {
        "data-form": report.form,
        "data-edition": report.edition,
        "data-organ": report.organ,
        "data-organ-code": report.code,
        "data-year": report.year,
    }


def _linked_data(report: Report) -> dict[str, Any]:
    publisher = {"@type": "GovernmentOrganization", "name": report.organ}
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Report",
        "name": report.title,
        "inLanguage": report.language,
        "publisher": publisher | ({"identifier": report.code} if report.code else {}),
        "temporalCoverage": f"{report.year}-01-01/{report.year}-12-31",
    }
    if report.issued_on:
        data["datePublished"] = report.issued_on.isoformat()
    return data


def html_table(table: ReportTable) -> HtmlTable:
    """Return a table as HTML nests it, its figures tied to their heads."""
    grid = table.grid
    ids = {cell: f"{table.id}-{number}" for number, cell in enumerate(grid.cells, 1) if not cell.field}
    lines = [tuple(_cell(table, cell, ids) for cell in line) for line in grid.lines()]
    starts = [grid.head_rows, *(cell.row for cell in grid.cells if cell.role is Role.BAND and cell.row), grid.height]
    bodies = tuple(tuple(lines[start:end]) for start, end in pairwise(starts))
    least, phone = _least_widths(table)
    measures = measure(table)
    size = f"{min(PLAIN_SIZE, measures.size) / 2:g}"
    head = tuple(lines[: grid.head_rows])
    return HtmlTable(table.id, table.caption, _columns(table, measures), least, phone, size, head, bodies)


def _columns(table: ReportTable, measures: Measures) -> tuple[tuple[str, str], ...]:
    stub = table.grid.stub_columns
    kinds = [*["label"] * (stub - 1), *["last label"] * (stub > 0), *["figure"] * (table.grid.width - stub)]
    return tuple((kind, f"{100 * width / TEXT_WIDTH:.2f}") for kind, width in zip(kinds, measures.widths, strict=True))


def _least_widths(table: ReportTable) -> tuple[str, str]:
    """Return the width a table needs on a desk and on a phone; one of several bands fits any screen."""
    stub = table.grid.stub_columns
    longest = max(len(text) for text in table.figures.values())
    figures = (table.grid.width - stub) * max(_FIGURE_REM, longest * _DIGIT_REM + 0.5) if table.grid.head_rows else 0.0
    phone_labels = (stub - 1) * _PHONE_LABEL_REM + _PHONE_LAST_LABEL_REM if stub else 0.0
    return f"{stub * _LABEL_REM + figures:.1f}", f"{phone_labels + figures:.1f}"


def _cell(table: ReportTable, cell: GridCell, ids: dict[GridCell, str]) -> HtmlCell:
    attributes: dict[str, str | int] = {}
    if cell.field:
        attributes["headers"] = " ".join(ids[head] for head in heads_of(table.grid, cell) if head.text)
        attributes["data-field"] = cell.field
    else:
        attributes["id"] = ids[cell]
        attributes["scope"] = _scope(cell)
    if cell.column < table.grid.stub_columns and table.grid.head_rows:
        attributes["style"] = f"--left:{cell.column * _PHONE_LABEL_REM}rem"
    attributes |= {"rowspan": cell.row_span} if cell.row_span > 1 else {}
    attributes |= {"colspan": cell.column_span} if cell.column_span > 1 else {}
    return HtmlCell("td" if cell.field else "th", attributes, tuple(_pieces(table.text(cell), cell)), cell.role)


def _scope(cell: GridCell) -> str:
    if cell.role is Role.BAND:
        return "rowgroup"
    if cell.role is Role.STUB:
        return "rowgroup" if cell.row_span > 1 else "row"
    return "colgroup" if cell.role is Role.HEAD and cell.column_span > 1 else "col"


def _pieces(text: str, cell: GridCell) -> Iterator[str]:
    """Yield a head of two-character words word by word, so that a line never breaks inside one."""
    if cell.role is Role.HEAD and is_paired(text):
        yield from (text[start : start + 2] for start in range(0, len(text), 2))
    else:
        yield text
