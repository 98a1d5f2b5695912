"""A comparison as one offline page: the same tables as the workbook, headline and organ charts, for any screen."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.campaign.compare.tables import HEADLINE_SHEET, ORGAN_SHEET, ColumnKind, comparison_tables
from toolkit.campaign.merge.chart_sheet import LARGEST
from toolkit.filing.findings import show
from toolkit.report.charts import Group, bar_chart

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.campaign.compare.comparison import Comparison

TEMPLATES = Path(__file__).parent / "templates"
# Under this many characters a column holds figures or a word, which stay on one line.
_NARROW = 14
MOST_ROWS = 2000  # of a table; a browser bears no more, the workbook has them all


def comparison_page(found: Comparison) -> str:
    """Return the comparison as an HTML page that needs nothing from elsewhere."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["shown"] = shown
    context: dict[str, Any] = {
        "found": found,
        "tables": comparison_tables(found),
        "most": MOST_ROWS,
        "charts": charts_of(found),
        "kinds": ColumnKind,
        "narrow": _NARROW,
    }
    return environment.get_template("comparison.html.jinja").render(context).strip() + "\n"


def shown(value: str | int | Decimal | None, kind: ColumnKind) -> str:
    """Return a value of a column as a reader sees it: parts as per cent, changes with their sign."""
    if value is None or isinstance(value, str):
        return value or ""
    plus = "+" if value > 0 else ""
    if kind in {ColumnKind.GROWTH, ColumnKind.SHARE}:
        return f"{plus if kind is ColumnKind.GROWTH else ''}{Decimal(value):.1%}"
    return f"{plus if kind is ColumnKind.CHANGE else ''}{show(value)}"


def charts_of(found: Comparison) -> Mapping[str, str]:
    """Return the charts of a comparison as SVG, by the names of the tables they stand above."""
    return dict(_charts(found))


def _charts(found: Comparison) -> Iterator[tuple[str, str]]:
    if found.headlines:
        series = found.labels if found.before else ()
        groups = [Group(line.row, (line.now, line.before) if found.before else (line.now,)) for line in found.headlines]
        yield HEADLINE_SHEET, bar_chart("headlines", found.title, groups, series=series)
    first = [line for line in found.standings if line.row == found.standings[0].row][:LARGEST]
    if first:
        bars = [Group(line.organ, (line.now,)) for line in first]
        title = f"{first[0].row}最多的 {len(first)} 家" if len(first) == LARGEST else f"各机关{first[0].row}"
        yield ORGAN_SHEET, bar_chart("organs", title, bars, unit=first[0].unit)
