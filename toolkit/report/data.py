"""The report as data: one JSON document with every figure, and one CSV for each official table."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from toolkit.files import csv_cell
from toolkit.form.checks import is_number
from toolkit.form.local.supplement import official
from toolkit.report.document import build_report, clean, figure_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.filing.filing import Filing
    from toolkit.form.model import Field, Table
    from toolkit.form.values import Value
    from toolkit.report.document import Report, ReportSection

SCHEMA = "xxgk-report"
SCHEMA_VERSION = 1
COLUMNS = ("organ", "code", "year", "field", "row", "column", "unit", "value")
# A spreadsheet takes text that begins so for a formula; an apostrophe before it keeps it text.


def report_json(filing: Filing, report: Report | None = None) -> dict[str, Any]:
    """Return the report as plain data that `schema/report.schema.json` describes.

    Figures are int or Decimal, a blank figure is None; text that stands where a number belongs stays text.
    `render_json` writes it without ever going through binary fractions.
    """
    report = report or build_report(filing)
    form = filing.form
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "form": {
            "id": form.id,
            "edition": form.edition,
            "title": form.title,
            "language": form.language,
            "fingerprint": form.fingerprint,
            "source": form.citation(form.source),
        },
        "organ": {"name": report.organ, "code": filing.code},
        "year": filing.year,
        "title": report.title,
        "provisional": report.provisional or None,
        "preamble": report.preamble,
        "sections": [_section(section) for section in report.sections],
        "figures": [_figure(field, filing.values[field.id]) for field in _figure_fields(filing)],
        "contacts": [{"id": entry.id, "label": entry.label, "text": entry.text} for entry in report.contacts],
        "signature": report.signature,
        "date": report.issued_on.isoformat() if report.issued_on else None,
    }


def _figure_fields(filing: Filing, table: str = "") -> Iterator[Field]:
    for field in official(filing.form).fields.values():
        if field.kind.is_figure and table in ("", field.table):
            yield field


def _section(section: ReportSection) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": section.id, "heading": section.heading}
    if section.table:
        return {**entry, "table": {"caption": section.table.caption, "unit": section.table.unit or None}}
    return {**entry, "paragraphs": [{"text": text.text, "level": text.level} for text in section.paragraphs]}


def _figure(field: Field, value: Value) -> dict[str, Any]:
    return {
        "field": field.id,
        "table": field.table,
        "row": field.row_label,
        "column": field.column_label,
        "label": field.label,
        "kind": field.kind.value,
        "unit": field.unit or None,
        "value": _plain(value),
    }


def _plain(value: Value) -> int | Decimal | str | None:
    if isinstance(value, int | Decimal) and is_number(value):
        return value
    return clean(value) or None if isinstance(value, str) else None


def render_json(filing: Filing, report: Report | None = None) -> str:
    """Return the data of the report as JSON text, one figure a line, amounts as exact decimal numbers."""
    return "\n".join(_lines(report_json(filing, report), 0)) + "\n"


def _lines(value: object, depth: int) -> Iterator[str]:
    """Yield the lines of a JSON value: written here because the json module knows no Decimal."""
    if isinstance(value, dict) and depth == 0:
        yield from _block("{}", ((f"{_compact(key)}: ", entry) for key, entry in value.items()), depth)
    elif isinstance(value, list) and value:
        yield from _block("[]", (("", entry) for entry in value), depth)
    else:
        yield _compact(value)


def _block(brackets: str, entries: Iterable[tuple[str, object]], depth: int) -> Iterator[str]:
    yield brackets[0]
    margin = "  " * (depth + 1)
    pending: list[str] = []
    for prefix, entry in entries:
        if pending:
            yield from (*pending[:-1], f"{pending[-1]},")
        first, *rest = _lines(entry, depth + 1)
        pending = [f"{margin}{prefix}{first}", *rest]
    yield from pending
    yield f"{'  ' * depth}{brackets[1]}"


def _compact(value: object) -> str:
    if isinstance(value, Decimal):
        return figure_text(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_compact(key)}: {_compact(entry)}' for key, entry in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_compact, value))}]"
    return json.dumps(value, ensure_ascii=False)


def table_csv(filing: Filing, table: Table) -> str:
    """Return one official table as CSV, a line for each figure under the heads of `COLUMNS`, totals included.

    A blank figure is an empty cell. Text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for field in _figure_fields(filing, table.id):
        labels = (field.id, field.row_label, field.column_label, field.unit)
        value = _plain(filing.values[field.id])
        writer.writerow(map(_csv_value, (clean(filing.organ), filing.code, filing.year, *labels, value)))
    return stream.getvalue()


def _csv_value(value: Value) -> object:
    return csv_cell(value) if isinstance(value, str) else figure_text(value)
