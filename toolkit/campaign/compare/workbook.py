"""A comparison as a workbook: what follows from two figures is a formula, charts are Excel's own, nothing is locked."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from toolkit.campaign.compare.tables import HEADLINE_SHEET, ORGAN_SHEET, ColumnKind, comparison_tables
from toolkit.campaign.merge.chart_sheet import BAR, COLOURS, FONT, HEIGHT, LARGEST, MARGIN, WIDTH
from toolkit.workbook.layout import cell_name
from toolkit.workbook.template.styles import A4, CONDITIONS, FOOTER, FORMATS, lines_needed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolkit.campaign.compare.comparison import Comparison
    from toolkit.campaign.compare.tables import Table

HEAD_ROW = 3
FIRST_ROW = HEAD_ROW + 1
LINE_HEIGHT, AIR = 14, 6  # points
CHART_GAP = 2  # rows between a table and the chart under it
MOST_RANKED = 5000  # rows; ranking more by formulas, each over all the others, would stall Excel
PERCENT = {ColumnKind.GROWTH: "+0.0%;-0.0%;0.0%", ColumnKind.SHARE: "0.0%"}
STYLES = {
    ColumnKind.NAME: "cell",
    ColumnKind.TEXT: "cell",
    ColumnKind.REMARK: "doubt",
    **dict.fromkeys(PERCENT, "number"),
}


def comparison_workbook(found: Comparison) -> bytes:
    """Return the comparison as .xlsx bytes; the same comparison gives the same bytes."""
    import xlsxwriter

    from toolkit.workbook.template.styles import CREATED
    from toolkit.xlsx.writer import StrictWorksheet

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": found.title, "author": found.now.whole.organ, "created": CREATED})
    formats = {name: book.add_format(properties) for name, properties in FORMATS.items()}
    formats["doubt"] = book.add_format({**FORMATS["cell"], **CONDITIONS["doubt"]})
    for kind, shape in PERCENT.items():
        formats[kind.name] = book.add_format({**FORMATS["number"], "num_format": shape})
    for table in comparison_tables(found):
        sheet = book.add_worksheet(table.name, StrictWorksheet)
        _write(sheet, formats, table, found.title)
        if table.name == HEADLINE_SHEET:
            _add_headline_chart(book, sheet, table, found.title)
        elif table.name == ORGAN_SHEET:
            _add_organ_chart(book, sheet, table)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, formats: Mapping[str, Any], table: Table, title: str) -> None:
    sheet.write_string(0, 0, f"{title}：{table.name}", formats["strip"])
    sheet.write_string(1, 0, table.said, formats["line"])
    for column, head in enumerate(table.heads):
        sheet.set_column(column, column, head.width)
        sheet.write_string(HEAD_ROW, column, head.text, formats["head"])
    sheet.set_row(HEAD_ROW, LINE_HEIGHT * max(lines_needed(head.text, head.width) for head in table.heads) + AIR)
    for row, values in enumerate(table.rows, FIRST_ROW):
        for column, (head, value) in enumerate(zip(table.heads, values, strict=True)):
            style = formats.get(head.kind.name) or formats[STYLES.get(head.kind, "number") if value != "" else "cell"]
            _put(sheet, (row, column), table, value, style)
        pairs = zip(values, table.heads, strict=True)
        lines = max(lines_needed(text, head.width) for text, head in pairs if isinstance(text, str))
        sheet.set_row(row, LINE_HEIGHT * lines + AIR)
    sheet.freeze_panes(FIRST_ROW, 1 + table.place(ColumnKind.NAME))
    sheet.autofilter(HEAD_ROW, 0, HEAD_ROW + max(len(table.rows), 1), len(table.heads) - 1)
    _set_print(sheet, table)


def _set_print(sheet: Any, table: Table) -> None:
    """Print the headlines with their chart on one page, of the others the table alone."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    if table.name == HEADLINE_SHEET:
        sheet.fit_to_pages(1, 1)
    else:
        sheet.print_area(0, 0, HEAD_ROW + len(table.rows), len(table.heads) - 1)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD_ROW)
    sheet.set_footer(FOOTER)


def _put(sheet: Any, place: tuple[int, int], table: Table, value: Any, style: Any) -> None:
    formula = _formula(table, table.heads[place[1]].kind, place[0])
    if formula:
        sheet.write_formula(*place, formula, style, "" if value is None else value)
    elif value is None:
        sheet.write_blank(*place, None, style)
    elif isinstance(value, str):
        sheet.write_string(*place, value, style)
    else:
        sheet.write_number(*place, value, style)


def _formula(table: Table, kind: ColumnKind, row: int) -> str:
    """Return the formula of a cell that follows from others, '' for one that holds what was reported."""
    now = cell_name(row, table.place(ColumnKind.NOW))
    if kind in {ColumnKind.CHANGE, ColumnKind.GROWTH}:
        before = cell_name(row, table.place(ColumnKind.BEFORE))
        if kind is ColumnKind.CHANGE:
            return f'=IF(COUNT({now},{before})<2,"",{now}-{before})'
        return f'=IF(COUNT({now},{before})<2,"",IF({before}=0,"",({now}-{before})/{before}))'
    if kind in {ColumnKind.SHARE, ColumnKind.RANK} and len(table.rows) <= MOST_RANKED:
        group, groups, figures = cell_name(row, 0), _all(table, 0), _all(table, table.place(ColumnKind.NOW))
        total = f"SUMIF({groups},{group},{figures})"
        if kind is ColumnKind.RANK:
            return f'=IF({total}=0,"",COUNTIFS({groups},{group},{figures},">"&{now})+1)'
        return f'=IF({total}=0,"",{now}/{total})'
    return ""


def _all(table: Table, column: int) -> str:
    first, last = (cell_name(row, column, fixed=True) for row in (FIRST_ROW, HEAD_ROW + len(table.rows)))
    return f"{first}:{last}"


def _add_headline_chart(book: Any, sheet: Any, table: Table, title: str) -> None:
    chart = book.add_chart({"type": "column"})
    kinds = [kind for kind in (ColumnKind.NOW, ColumnKind.BEFORE) if kind in {head.kind for head in table.heads}]
    _add_series(chart, sheet, table, kinds, len(table.rows))
    chart.set_title({"name": title, "name_font": {**FONT, "size": 13}})
    chart.set_legend({"position": "bottom", "font": FONT} if len(kinds) > 1 else {"none": True})
    chart.set_size({"width": WIDTH, "height": HEIGHT})
    sheet.insert_chart(FIRST_ROW + len(table.rows) + CHART_GAP, 0, chart, {"description": table.said})


def _add_organ_chart(book: Any, sheet: Any, table: Table) -> None:
    """Put the organs with most of the first headline, which stand first in the table, beside it."""
    first = table.rows[0][0]
    count = min(sum(row[0] == first for row in table.rows), LARGEST)
    chart = book.add_chart({"type": "bar"})
    _add_series(chart, sheet, table, [ColumnKind.NOW], count)
    chart.set_title({"name": f"{first}：最多的 {count} 家", "name_font": {**FONT, "size": 13}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "num_font": FONT, "label_position": "low"})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_size({"width": WIDTH, "height": MARGIN + BAR * count})
    sheet.insert_chart(HEAD_ROW, len(table.heads) + 1, chart, {"description": f"各机关{first}"})


def _add_series(chart: Any, sheet: Any, table: Table, kinds: Sequence[ColumnKind], count: int) -> None:
    names = table.place(ColumnKind.NAME)
    for colour, kind in zip(COLOURS, kinds, strict=False):
        column = table.place(kind)
        chart.add_series(
            {
                "name": [sheet.name, HEAD_ROW, column],
                "categories": [sheet.name, FIRST_ROW, names, HEAD_ROW + count, names],
                "values": [sheet.name, FIRST_ROW, column, HEAD_ROW + count, column],
                "fill": {"color": colour},
                "gap": 60,
                "data_labels": {"value": True, "font": FONT},
            }
        )
    chart.set_x_axis({"num_font": FONT})
    chart.set_y_axis({"num_font": FONT, "major_gridlines": {"visible": True, "line": {"color": "#E3E6EA"}}})
