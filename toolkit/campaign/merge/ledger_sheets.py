"""The sheets behind a consolidated return: every organ's figures, the sums of every level, what is to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.campaign.merge.bounds import bound_of
from toolkit.campaign.round.folder import copy_name
from toolkit.filing.compact import figure_columns, figure_row
from toolkit.filing.findings import Severity, show
from toolkit.filing.headlines import headlines
from toolkit.form.fields import innermost
from toolkit.workbook import layout as at
from toolkit.workbook import ledger
from toolkit.workbook.rectangles import rectangles
from toolkit.workbook.template.styles import FOOTER, lines_needed, text_height
from toolkit.xlsx.links import about_links, file_link

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.campaign.board.board import Round
    from toolkit.campaign.board.parts import Share
    from toolkit.campaign.merge.adding import Merged
    from toolkit.filing.findings import Finding
    from toolkit.form.model import Field
    from toolkit.form.values import Figure
    from toolkit.workbook.template.writer import TemplateWriter

LEVEL_SHEET, REMARK_SHEET = "各级小计", "汇总问题"
LEDGER_HEADS = ("机关代码", "机关名称", "上级代码", "报表文件", "校验码", "文件指纹（SHA-256）")
LEVEL_HEADS = ("机关代码", "机关名称（含下级）", "上级代码", "已计入（家）", "尚缺（家）", "")
WIDTHS = (16, 30, 16, 30, 12, 70)
FIGURE_WIDTH = 9
REMARK_HEADS = (("程度", 8), ("问题", 70), ("怎么办", 60), ("依据", 40), ("格子", 20))
REMARK_ROW = 4
A3, A4 = 8, 9
PRINT_SCALE, MARGIN = 58, 0.4  # per cent, and inches: still legible on A3, and a table of the form on a page or two


def write_ledger(writer: TemplateWriter, sheet: Any, merged: Merged, state: Round) -> None:
    """Write one row per counted organ: whose, from which file, then every typed figure."""
    count = len(merged.counted)
    said = f"已计入 {count} 家，每家一行；各表的数就是下面每一列相加。{about_links(count)}"
    _write_frame(writer, sheet, ledger.LEDGER_SHEET, said, LEDGER_HEADS, merged)
    for place, share in enumerate(merged.counted):
        _write_share(writer, sheet, ledger.FIRST_ROW + place, share, state)
    _close(sheet, merged, count)


def _write_share(writer: TemplateWriter, sheet: Any, row: int, share: Share, state: Round) -> None:
    organ, receipt = share.organ, state.accepted[share.organ.code]
    texts = {
        ledger.CODE: organ.code,
        ledger.NAME: organ.name,
        ledger.PARENT: organ.parent,
        ledger.CHECK_CODE: receipt.check_code,
        ledger.HASH: receipt.sha256,
    }
    for column, text in texts.items():
        sheet.write_string(row, column, text, writer.formats["cell"])
    link = file_link(f"../{copy_name(receipt.sha256)}", receipt.name)
    sheet.write_link(row, ledger.FILE, link, (writer.formats["link"], writer.formats["cell"]), receipt.name)
    if share.filing is not None:
        figures = figure_row(share.filing, tuple(ledger.ledger_columns(writer.form)))
        sheet.write_numbers(row, ledger.FIRST_FIGURE, figures, writer.formats["number"])


def write_levels(writer: TemplateWriter, sheet: Any, merged: Merged) -> None:
    """Write the sums of the whole and of every organ with others below it, as formulas over the ledger."""
    count = len(merged.counted)
    said = f"每一行是一个机关连同它下面所有机关的合计，由“{ledger.LEDGER_SHEET}”相加。"
    _write_frame(writer, sheet, LEVEL_SHEET, said, LEVEL_HEADS, merged)
    rows = [(("", "全部", ""), 0, count, len(merged.missing), merged.whole)]
    rows += [
        ((level.organ.code, "　" * level.depth + level.organ.name, level.organ.parent), level.first, level.stop,
         level.missing, level.filing)
        for level in merged.levels
    ]  # fmt: skip
    for place, (texts, first, stop, missing, filing) in enumerate(rows):
        row = ledger.FIRST_ROW + place
        for column, text in enumerate(texts, ledger.CODE):
            sheet.write_string(row, column, text, writer.formats["cell"])
        for column, number in enumerate((stop - first, missing), ledger.FILE):
            sheet.write_number(row, column, number, writer.formats["number"])
        for field, column in ledger.ledger_columns(writer.form).items():
            figure = filing.figure(field)
            if figure is not None:
                _write_sum(writer, sheet, row, column, (field, first, stop, figure))
    _close(sheet, merged, len(rows))


def _write_sum(writer: TemplateWriter, sheet: Any, row: int, column: int, what: tuple[str, int, int, Figure]) -> None:
    field, first, stop, figure = what
    formula = ledger.ledger_formula(writer.form, field, first, stop)
    sheet.write_formula(row, column, f"={formula}", writer.formats["number"], figure)


def _write_frame(
    writer: TemplateWriter, sheet: Any, title: str, said: str, heads: tuple[str, ...], merged: Merged
) -> None:
    """Write title, key row and the three rows of heads that both sheets have alike; columns of noughts are hidden."""
    sheet.set_column(0, 0, 2)
    sheet.write_string(0, ledger.CODE, title, writer.formats["strip"])
    columns = ledger.ledger_columns(writer.form)
    empty = [columns[field] for field in _noughts(merged, columns)]
    told = f"没有一家填数的 {len(empty)} 列没有显示，选中两边的列、取消隐藏就能看到。" if empty else ""
    provisional = f"{merged.provisional}。" if merged.provisional else ""
    sheet.write_string(1, ledger.CODE, f"{said}{provisional}{told}", writer.formats["line"])
    for column, (head, width) in enumerate(zip(heads, WIDTHS, strict=True), ledger.CODE):
        sheet.set_column(column, column, width if head else 1)  # no gap where only the other sheet has a column
    sheet.set_column(ledger.FIRST_FIGURE, ledger.FIRST_FIGURE + len(columns), FIGURE_WIDTH)
    for column in empty:
        sheet.set_column(column, column, FIGURE_WIDTH, None, {"hidden": True})
    sheet.set_row(ledger.KEY_ROW, None, None, {"hidden": True})
    for field, column in columns.items():
        sheet.write_string(ledger.KEY_ROW, column, field)
    texts = {column: _head_texts(writer, writer.form.fields[field]) for field, column in columns.items()}
    for row in range(ledger.KEY_ROW + 1, ledger.HEAD_ROW + 1):  # downwards, as a long sheet is written
        heights = (text_height(heading[row - ledger.KEY_ROW - 1], FIGURE_WIDTH - 1) for heading in texts.values())
        sheet.set_row(row, max(heights))
        for column, head in enumerate(heads, ledger.CODE):
            writer.put(sheet, row, column, head if row == ledger.HEAD_ROW else None, "head")
        for column, heading in texts.items():
            writer.put(sheet, row, column, heading[row - ledger.KEY_ROW - 1], "head")
    sheet.freeze_panes(ledger.FIRST_ROW, ledger.NAME + 1)


def _noughts(merged: Merged, fields: Iterable[str]) -> Iterator[str]:
    """Yield the fields in which no organ has anything."""
    names = tuple(fields)
    filings = [share.filing for share in merged.counted if share.filing]
    for name, column in zip(names, figure_columns(filings, names), strict=True):
        if not any(column):
            yield name


def _head_texts(writer: TemplateWriter, field: Field) -> tuple[str, str, str]:
    section = writer.form.section(field.table)
    return section.sheet, innermost(field.row_label) or section.heading, field.column_label


def _close(sheet: Any, merged: Merged, count: int) -> None:
    last = ledger.FIRST_FIGURE + len(ledger.ledger_columns(merged.whole.form)) - 1
    sheet.autofilter(ledger.HEAD_ROW, ledger.CODE, ledger.HEAD_ROW + count, last)
    sheet.print_area(0, ledger.CODE, ledger.HEAD_ROW + count, last)
    sheet.set_paper(A3)
    sheet.set_landscape()
    sheet.set_print_scale(PRINT_SCALE)
    sheet.set_margins(MARGIN, MARGIN, MARGIN, 2 * MARGIN)
    sheet.print_across()
    sheet.repeat_rows(ledger.KEY_ROW + 1, ledger.HEAD_ROW)
    sheet.repeat_columns(ledger.CODE, ledger.NAME)
    sheet.set_footer(FOOTER)


def write_remarks(writer: TemplateWriter, sheet: Any, merged: Merged) -> None:
    """Write what is to be looked at before the sum is used: who is missing, and every finding about the figures."""
    sheet.write_string(0, 0, REMARK_SHEET, writer.formats["strip"])
    sheet.write_string(1, 0, merged.provisional or "应计入的机关全部到齐。", writer.formats["line"])
    said = "下面没有列出的，就是没有发现问题。" if merged.findings else "合计数本身没有发现问题。"
    sheet.write_string(2, 0, said, writer.formats["line"])
    for column, (head, width) in enumerate(REMARK_HEADS):
        sheet.set_column(column, column, width)
        writer.put(sheet, REMARK_ROW - 1, column, head, "head")
    for row, (texts, cell) in enumerate(_remarks(writer, merged), REMARK_ROW):
        for column, text in enumerate(texts):
            writer.put(sheet, row, column, text, "cell")
        writer.put(sheet, row, len(texts), None, "cell")
        if cell is not None:
            target = f"internal:{at.quoted(cell.sheet)}!{cell.cell}"
            looks = writer.formats["link"], writer.formats["cell"]
            sheet.write_link(row, len(texts), target, looks, f"{cell.sheet}!{cell.cell}")
        lines = max(lines_needed(text, width) for text, (_, width) in zip(texts, REMARK_HEADS, strict=False))
        sheet.set_row(row, 14 * lines + 4)
    sheet.freeze_panes(REMARK_ROW, 0)
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _remarks(writer: TemplateWriter, merged: Merged) -> Iterator[tuple[tuple[str, ...], at.Spot | None]]:
    for share in merged.missing:
        advice = f"请催报：{share.organ.contact} {share.organ.phone}".rstrip(" ：")
        yield (Severity.WARNING.label, f"“{share.organ.name}”（{share.organ.code}）还没有计入", advice, ""), None
    for line in headlines(writer.form):
        if (bound := bound_of(merged, line.known)) is not None:
            yield (
                (
                    Severity.NOTE.label,
                    f"“{line.label}”现为 {show(line.of(merged.whole.figure))}，{bound.words}",
                    "",
                    "",
                ),
                None,
            )
    for finding in merged.findings:
        source = writer.form.citation(finding.source) if finding.source else ""
        yield (finding.severity.label, finding.message, finding.advice, source), _spot(writer, finding)


def _spot(writer: TemplateWriter, finding: Finding) -> at.Spot | None:
    return next((writer.layout.spots[place.field] for place in finding.places), None)


def row_formula(writer: TemplateWriter, row: int, fields: tuple[str, ...]) -> str:
    """Return the expression that adds these typed fields in one row of the ledger."""
    columns = ledger.ledger_columns(writer.form)
    cells = {(row, columns[name]) for name in fields}
    ranges = (
        f"{at.quoted(ledger.LEDGER_SHEET)}!{at.cell_name(top, left)}:{at.cell_name(bottom, right)}"
        for top, left, bottom, right in rectangles(cells)
    )
    return f"SUM({','.join(ranges)})"
