"""The charts of a consolidated workbook: who received how much, what became of it, and how last year was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.campaign.merge.ledger_sheets import row_formula
from toolkit.filing.headlines import headlines
from toolkit.workbook import ledger
from toolkit.workbook.addresses import copied
from toolkit.workbook.template.styles import A4

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.campaign.board.parts import Share
    from toolkit.campaign.merge.adding import Merged
    from toolkit.filing.headlines import Headline
    from toolkit.form.values import Figure
    from toolkit.workbook.template.writer import TemplateWriter

CHART_SHEET = "图表"
LARGEST = 25  # organs in the chart by organ
TOTAL_ROW, LABEL, THIS_YEAR, LAST_YEAR, REMARK = 3, 0, 1, 2, 3
NOT_WHOLE = "上年不全"
CHART_COLUMN = 4
COLOURS = ("#1F4E79", "#B8500C")
FONT = {"name": "微软雅黑", "size": 10}
BAR, MARGIN = 24, 110  # pixels of a horizontal bar, and of what stands around the bars
WIDTH, HEIGHT = 760, 340
PIXELS_A_ROW = 20


def write_charts(writer: TemplateWriter, sheet: Any, merged: Merged) -> None:
    """Write the figures of the charts, as formulas, and the charts beside them."""
    sheet.set_column(LABEL, LABEL, 34)
    sheet.set_column(THIS_YEAR, LAST_YEAR, 12)
    sheet.write_string(0, LABEL, CHART_SHEET, writer.formats["strip"])
    lines = headlines(writer.form)
    last = [line.known(merged.whole.previous.get) for line in lines]
    said = f"{merged.provisional}。" if merged.provisional else "应计入的机关全部到齐。"
    sheet.write_string(1, LABEL, f"{said}{_about_last_year(merged, last)}", writer.formats["line"])
    if not lines:
        return
    _write_totals(writer, sheet, merged, lines, last)
    organs_row = TOTAL_ROW + len(lines) + 3
    organs = _largest(merged, lines[0])
    _write_organs(writer, sheet, organs_row, organs, lines[0])
    _insert(writer, sheet, organs_row, len(organs), lines, last)
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 1)  # a chart cut by a page break is no chart


def _about_last_year(merged: Merged, last: Sequence[Figure | None]) -> str:
    """Say what the figures of last year are the sum of, or why there are none; nothing where nobody has any."""
    organs, before = len(merged.counted), merged.before
    known = sum(bool(before.of(share)) for share in merged.counted)
    if not known or not last:
        return ""
    if unknown := before.unknown(merged.counted):
        return f"已计入的 {organs} 家中有 {unknown} 家没有上年的数，{NOT_WHOLE}，没有列出。"
    if not _has_any(last):
        return f"{NOT_WHOLE}，没有列出。"
    basis = f"上年的数是已计入的这 {organs} 家上年的合计。"
    if known < organs:
        basis = f"上年的数是 {known} 家上年的合计，另 {organs - known} 家是今年新列入名册的。"
    return basis if None not in last else f"{basis}注“{NOT_WHOLE}”的，有的机关没有这一项上年的数。"


def _has_any(last: Sequence[Figure | None]) -> bool:
    return any(before is not None for before in last)


def _largest(merged: Merged, line: Headline) -> list[tuple[int, Share]]:
    """Return the organs with most, each with its place in the ledger."""
    ranked = sorted(enumerate(merged.counted), key=lambda entry: -line.of(entry[1].figure))
    return ranked[:LARGEST]


def _write_totals(
    writer: TemplateWriter,
    sheet: Any,
    merged: Merged,
    lines: tuple[Headline, ...],
    last: Sequence[Figure | None],
) -> None:
    year = merged.whole.year
    heads = ("全部合计", f"{year} 年", f"{year - 1} 年")
    has_last = _has_any(last)
    for column, head in enumerate(heads[: 2 + has_last]):
        writer.put(sheet, TOTAL_ROW - 1, column, head, "head")
    for row, (line, before) in enumerate(zip(lines, last, strict=True), TOTAL_ROW):
        writer.put(sheet, row, LABEL, line.label, "cell")
        formula = copied(writer.layout, sheet.name).sum(line.fields)
        sheet.write_formula(row, THIS_YEAR, f"={formula}", writer.formats["number"], line.of(merged.whole.figure))
        if before is not None:
            sheet.write_number(row, LAST_YEAR, before, writer.formats["number"])
        elif has_last:
            sheet.write_blank(row, LAST_YEAR, None, writer.formats["number"])
            sheet.write_string(row, REMARK, NOT_WHOLE, writer.formats["line"])


def _write_organs(
    writer: TemplateWriter, sheet: Any, head_row: int, organs: list[tuple[int, Share]], line: Headline
) -> None:
    writer.put(sheet, head_row, LABEL, "机关", "head")
    writer.put(sheet, head_row, THIS_YEAR, line.label, "head")
    for row, (place, share) in enumerate(organs, head_row + 1):
        writer.put(sheet, row, LABEL, share.organ.name, "cell")
        formula = row_formula(writer, ledger.FIRST_ROW + place, line.fields)
        sheet.write_formula(row, THIS_YEAR, f"={formula}", writer.formats["number"], line.of(share.figure))


def _insert(
    writer: TemplateWriter,
    sheet: Any,
    organs_row: int,
    organs: int,
    lines: tuple[Headline, ...],
    last: Sequence[Figure | None],
) -> None:
    name = f"{lines[0].label}最多的 {organs} 家" if organs == LARGEST else f"各机关{lines[0].label}"
    height = MARGIN + BAR * organs
    bars = _chart(writer, sheet, "bar", name, (organs_row + 1, organs_row + organs), [THIS_YEAR], height)
    bars.set_y_axis({"reverse": True, "num_font": FONT, "label_position": "low"})
    bars.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    sheet.insert_chart(TOTAL_ROW - 1, CHART_COLUMN, bars, {"description": name})
    results = [place for place, line in enumerate(lines) if line.is_result]
    below = TOTAL_ROW + height // PIXELS_A_ROW
    if results:
        span = (TOTAL_ROW + results[0], TOTAL_ROW + results[-1])
        chart = _chart(writer, sheet, "column", "办理结果", span, [THIS_YEAR], HEIGHT)
        sheet.insert_chart(below, CHART_COLUMN, chart, {"description": "办理结果"})
        below += HEIGHT // PIXELS_A_ROW + 1
    if known := [row for row, before in enumerate(last, TOTAL_ROW) if before is not None]:
        span = (known[0], known[-1])  # what is not known between them has a blank, and so no bar
        chart = _chart(writer, sheet, "column", "与上年比较", span, [THIS_YEAR, LAST_YEAR], HEIGHT)
        chart.set_legend({"position": "bottom", "font": FONT})
        sheet.insert_chart(below, CHART_COLUMN, chart, {"description": "与上年比较"})


def _chart(
    writer: TemplateWriter, sheet: Any, kind: str, title: str, span: tuple[int, int], columns: list[int], height: int
) -> Any:
    chart = writer.book.add_chart({"type": kind})
    first, last = span
    for colour, column in zip(COLOURS, columns, strict=False):
        series = {
            "categories": [sheet.name, first, LABEL, last, LABEL],
            "values": [sheet.name, first, column, last, column],
            "fill": {"color": colour},
            "gap": 60,
            "data_labels": {"value": True, "font": FONT},
        }
        if len(columns) > 1:
            series["name"] = [sheet.name, TOTAL_ROW - 1, column]
        chart.add_series(series)
    chart.set_title({"name": title, "name_font": {**FONT, "size": 13}})
    chart.set_legend({"none": True})
    chart.set_x_axis({"num_font": FONT})
    chart.set_y_axis({"num_font": FONT, "major_gridlines": {"visible": True, "line": {"color": "#E3E6EA"}}})
    chart.set_size({"width": WIDTH, "height": height})
    return chart
