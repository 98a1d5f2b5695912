"""Official tables as pages lay them out, and everything that goes wrong with layouts on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from report_samples import numbered

from toolkit.form.grid import Role, table_grid
from toolkit.report.document import build_report

if TYPE_CHECKING:
    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form

Cell = list  # text, rows it takes, columns it takes, whether it holds a figure
Table = list[list[Cell]]
Fault = Callable[[list[Table]], object]
LEAF, DATA = 0, 3


def distinct_filing(form: Form) -> Filing:
    """Return a filing in which every typed figure is another number."""
    return numbered(form, "示例区教育局", 1)


def tables_of(filing: Filing) -> list[Table]:
    """Return the three official tables as rows of cells, spans as printed."""
    tables = []
    for table in build_report(filing).tables:
        rows: Table = []
        for line in table_grid(filing.form.table(table.id)).lines():
            rows.append([[table.text(c), c.row_span, c.column_span, c.role is Role.DATA] for c in line])
        tables.append(rows)
    return tables


def html_of(filing: Filing, tables: list[Table], *, plain_spans: bool = False) -> str:
    """Return a page with the six parts around the tables."""
    report = build_report(filing)
    waiting = iter(tables)
    body = [f"<h1>{escape(report.title)}</h1>", f"<p>{escape(report.preamble)}</p>"]
    for section in report.sections:
        body.append(f"<h2>{section.heading}</h2>")
        body += [f"<p>{escape(paragraph.text)}</p>" for paragraph in section.paragraphs]
        if section.table:
            body.append(table_html(next(waiting, []), plain_spans=plain_spans))
    body += [table_html(rest) for rest in waiting]
    return f"<html><body><div>{''.join(body)}<p>{report.signature}</p><p>2022年1月20日</p></div></body></html>"


def table_html(table: Table, *, plain_spans: bool = False) -> str:
    rows = []
    for row in table:
        cells = []
        for text, height, width, _ in row:
            spans = "" if plain_spans else f' rowspan="{height}" colspan="{width}"'
            cells.append(f"<td{spans}>{text if '<' in text else escape(text)}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _labels(change: Callable[[str], str]) -> Fault:
    def fault(tables: list[Table]) -> None:
        for cell in _cells(tables):
            if not cell[DATA]:
                cell[0] = change(cell[0])

    return fault


def _figures(change: Callable[[str], str]) -> Fault:
    def fault(tables: list[Table]) -> None:
        for cell in _cells(tables):
            if cell[DATA]:
                cell[0] = change(cell[0])

    return fault


def _cells(tables: list[Table]) -> list[Cell]:
    return [cell for table in tables for row in table for cell in row]


def _spans(rows: int | None, columns: int | None) -> Fault:
    def fault(tables: list[Table]) -> None:
        for cell in _cells(tables):
            cell[1], cell[2] = rows or cell[1], columns or cell[2]

    return fault


def _positions(table: Table) -> list[list[Cell | None]]:
    """Return the cell at every position; where it does not begin there, a copy marked by no spans."""
    grid: list[dict[int, Cell]] = [{} for _ in table]
    for at, row in enumerate(table):
        column = 0
        for cell in row:
            while column in grid[at]:
                column += 1
            for down in range(cell[1]):
                for right in range(cell[2]):
                    grid[at + down][column + right] = cell
            column += cell[2]
    return [[line[column] for column in sorted(line)] for line in grid]


def _every_position(*, repeated: bool) -> Fault:
    """Lose all spans, a merged cell's text standing at each of its positions, or at the first only."""

    def fault(tables: list[Table]) -> None:
        for number, table in enumerate(tables):
            seen: set[int] = set()
            rows = []
            for line in _positions(table):
                row = []
                for cell in line:
                    first = id(cell) not in seen
                    seen.add(id(cell))
                    row.append([cell[0] if first or repeated else "", 1, 1, cell[DATA]])
                rows.append(row)
            tables[number] = rows

    return fault


def _cut(*after: int, heads: int) -> Fault:
    """Cut table 三 into pieces as pages do: merged cells end at the cut and begin anew, perhaps with heads again."""

    def fault(tables: list[Table]) -> None:
        whole = _positions(tables[1])
        bounds = [0, *after, len(whole)]
        pieces = []
        for first, last in pairwise(bounds):
            lines = [*(whole[:heads] if first else []), *whole[first:last]]
            pieces.append(_merged(lines))
        tables[1:2] = pieces

    return fault


def _cut_through(tables: list[Table]) -> None:
    """Cut table 三 through a row: the beginning of its label ends one page, the rest and the figures begin the next."""
    _cut(20, heads=0)(tables)
    above, below = tables[1][-1], tables[2]
    first = next(cell for cell in below[0] if not cell[DATA] and cell[0].startswith("3."))
    whole = first[0]
    upper = [["", 1, cell[2], False] if cell[DATA] else [cell[0], 1, cell[2], False] for cell in below[0]]
    for cell in upper:
        cell[0] = whole[:8] if cell[0] == whole else cell[0]
    first[0] = whole[8:]
    tables[1].append(upper)
    assert above


def _merged(lines: list[list[Cell]]) -> Table:
    done: set[tuple[int, int]] = set()
    table: Table = []
    for at, line in enumerate(lines):
        row: list[Cell] = []
        for column, cell in enumerate(line):
            if (at, column) in done:
                continue
            width = next((w for w in range(1, len(line) - column) if line[column + w] is not cell), len(line) - column)
            height = next((h for h in range(1, len(lines) - at) if lines[at + h][column] is not cell), len(lines) - at)
            done |= {(at + down, column + right) for down in range(height) for right in range(width)}
            row.append([cell[0], height, width, cell[DATA]])
        table.append(row)
    return table


OTHER = (("领导", "分工", "总计"), ("王某", "全面", "77"), ("行政许可", "办理", "99"))


def _unrelated_first(_: list[Table]) -> str:
    """Give a table that has nothing to do with the report, to stand before its own."""
    return table_html([[[text, 1, 1, False] for text in row] for row in OTHER])


def _row(table: int, label: str) -> Callable[[list[Table]], list[Cell]]:
    def find(tables: list[Table]) -> list[Cell]:
        return next(row for row in tables[table] if any(cell[0] == label for cell in row))

    return find


SECRET = _row(1, "1.属于国家秘密")
AGAIN = _row(1, "2.重复申请")


def _remove_cell(tables: list[Table]) -> None:
    row = SECRET(tables)
    del row[next(at for at, cell in enumerate(row) if cell[DATA]) + 2]


def _merge_neighbours(tables: list[Table]) -> None:
    row = SECRET(tables)
    at = next(at for at, cell in enumerate(row) if cell[DATA]) + 1
    row[at][2] = 2
    del row[at + 1]


def _join_figures(tables: list[Table]) -> None:
    row = SECRET(tables)
    at = next(at for at, cell in enumerate(row) if cell[DATA]) + 1
    row[at][0] += f" {row[at + 1][0]}"
    del row[at + 1]


def _merge_down(tables: list[Table]) -> None:
    at = tables[1].index(SECRET(tables))
    above, below = ([place for place, cell in enumerate(row) if cell[DATA]][1] for row in tables[1][at : at + 2])
    tables[1][at][above][1] = 2
    del tables[1][at + 1][below]


def _note_number(tables: list[Table]) -> None:
    for row in (SECRET(tables), tables[0][2]):
        cell = next(cell for cell in reversed(row) if cell[DATA])
        cell[0] += "<sup>1</sup>"


def _struck(tables: list[Table]) -> None:
    cell = next(cell for cell in SECRET(tables) if cell[DATA])
    cell[0] = f"<s>9</s>{cell[0]}"


def _heads(old: str, new: str) -> Fault:
    def fault(tables: list[Table]) -> None:
        for cell in _cells(tables):
            if cell[0] == old:
                cell[0] = new

    return fault


def _note_in_cell(tables: list[Table]) -> None:
    row = SECRET(tables)
    cell = next(cell for cell in row if cell[DATA])
    cell[0] += "（含上年1件）"


def _blank_before(tables: list[Table]) -> None:
    row = SECRET(tables)
    row.insert(next(at for at, cell in enumerate(row) if cell[DATA]), ["", 1, 1, False])


def _blank_between(tables: list[Table]) -> None:
    row = SECRET(tables)
    row.insert(next(at for at, cell in enumerate(row) if cell[DATA]) + 3, ["", 1, 1, False])


def _split_figure(tables: list[Table]) -> None:
    row = SECRET(tables)
    at = next(at for at, cell in enumerate(row) if cell[DATA])
    text = row[at][0]
    row[at : at + 1] = [[text[:1], 1, 1, True], [text[1:], 1, 1, True]]


def _row_twice(tables: list[Table]) -> None:
    row = AGAIN(tables)
    tables[1].insert(tables[1].index(row), [[*cell] for cell in row])
    for cell in _cells(tables):
        if cell[0] in {"（五）不予处理", "三、本年度办理结果"}:
            cell[1] += 1


def _remove_row(tables: list[Table]) -> None:
    tables[1].remove(AGAIN(tables))
    for row in tables[1]:
        for cell in row:
            if cell[0] == "（五）不予处理":
                cell[1] -= 1
            if cell[0] == "三、本年度办理结果":
                cell[1] -= 1


def _add_row(tables: list[Table]) -> None:
    at = tables[1].index(AGAIN(tables))
    tables[1].insert(at + 1, [["6.恶意申请", 1, 1, False], *([str(900 + n), 1, 1, True] for n in range(7))])
    for row in tables[1]:
        for cell in row:
            if cell[0] in {"（五）不予处理", "三、本年度办理结果"}:
                cell[1] += 1


def _swap_heads(tables: list[Table]) -> None:
    cells = [cell for row in tables[1] for cell in row]
    one, other = (next(cell for cell in cells if cell[0] == text) for text in ("商业企业", "科研机构"))
    one[0], other[0] = other[0], one[0]


def _reword_head(tables: list[Table]) -> None:
    next(cell for row in tables[1] for cell in row if cell[0] == "总计")[0] = "合计"


def _subtotal_column(tables: list[Table]) -> None:
    for row in tables[1]:
        for cell in row:
            if cell[0] in {"申请人情况", "法人或其他组织"}:
                cell[2] += 1
        texts = [cell[0] for cell in row]
        if "其他" in texts and not any(cell[DATA] for cell in row):
            row.insert(texts.index("其他") + 1, ["小计", 1, 1, False])
        figures = [at for at, cell in enumerate(row) if cell[DATA]]
        if len(figures) == 7:
            row.insert(figures[-1], ["888", 1, 1, True])


def _total_first(tables: list[Table]) -> None:
    for row in tables[1]:
        figures = [at for at, cell in enumerate(row) if cell[DATA]]
        if figures:
            row.insert(figures[0], row.pop(figures[-1]))
        texts = [cell[0] for cell in row]
        if "总计" in texts:
            row.insert(texts.index("自然人"), row.pop(texts.index("总计")))


def _no_totals(tables: list[Table]) -> None:
    for row in tables[1]:
        for cell in list(row):
            if cell[0] == "申请人情况":
                cell[2] -= 1
            if cell[0] == "总计":
                row.remove(cell)
        if any(cell[DATA] for cell in row):
            del row[-1]


def _unit_column(tables: list[Table]) -> None:
    for at, row in enumerate(tables[1]):
        figures = [place for place, cell in enumerate(row) if cell[DATA]]
        if figures:
            row.insert(figures[0], ["件", 1, 1, False])
        elif at == 0:
            row.insert(1, ["单位", 3, 1, False])


def _remark_column(tables: list[Table]) -> None:
    for at, row in enumerate(tables[1]):
        if at == 0:
            row.append(["备注", 3, 1, False])
        elif any(cell[DATA] for cell in row):
            row.append(["", 1, 1, False])


def _empty_rows(tables: list[Table]) -> None:
    for at, table in enumerate(tables):
        tables[at] = [row for line in table for row in (line, [["", 1, 1, False]])] if at == 0 else table


def _total_head_below(tables: list[Table]) -> None:
    for row in tables[1][:3]:
        for cell in list(row):
            if cell[0] == "总计":
                row.remove(cell)
                tables[1][1].append(["", 1, 1, False])
                tables[1][2].append(["总计", 1, 1, False])


def _units(tables: list[Table]) -> None:
    for cell in _cells(tables[1:]):
        if cell[DATA]:
            cell[0] += "件"


def _no_heads(tables: list[Table]) -> None:
    del tables[1][:3]


def _too_tall(tables: list[Table]) -> None:
    for cell in _cells(tables):
        if cell[0] == "三、本年度办理结果":
            cell[1] += 5


def _too_wide(tables: list[Table]) -> None:
    for cell in _cells(tables):
        if cell[0].startswith("一、本年新收"):
            cell[2] += 4


def _one_table(tables: list[Table]) -> None:
    tables[:] = [[row for table in tables for row in table]]


def _typo(tables: list[Table]) -> None:
    for cell in _cells(tables):
        cell[0] = cell[0].replace("法律行政法规禁止公开", "法律行政止公开").replace("行政规范性文件", "规范性文件")


def _shortened(tables: list[Table]) -> None:
    short = {"正当理由逾期不补正": "1.逾期不补正", "逾期未按收费": "2.逾期不缴费", "（二）部分公开": "（二）部分公开"}
    for cell in _cells(tables):
        for part, text in short.items():
            if part in cell[0]:
                cell[0] = text


def _swap_rows(tables: list[Table]) -> None:
    at = tables[1].index(AGAIN(tables))
    tables[1][at], tables[1][at + 1] = tables[1][at + 1], tables[1][at]


def _no_table(tables: list[Table]) -> None:
    tables[2] = []


def _half_brackets(text: str) -> str:
    return text.translate(str.maketrans("（）“”，：", '()"",:'))


def _spaced(text: str) -> str:
    return " ".join(text)


def _broken(text: str) -> str:
    return f"{escape(text[:2])}<br>{escape(text[2:])}" if len(text) > 3 else text


# Layouts that must be read whole, every figure and every one surely or inferred.
HARMLESS: dict[str, Fault] = {
    "as printed": lambda _: None,
    "row spans lost": _spans(1, None),
    "column spans lost": _spans(None, 1),
    "all spans lost": _spans(1, 1),
    "merged text at every position": _every_position(repeated=True),
    "merged text at the first position": _every_position(repeated=False),
    "blanks between characters": _labels(_spaced),
    "labels broken over lines": _labels(_broken),
    "narrow brackets": _labels(_half_brackets),
    "another point after numbers": _labels(lambda text: re.sub(r"^(\d)\.", r"\1、", text)),
    "numbers of labels lost": _labels(lambda text: re.sub(r"^(?:\d\.|（.）|[一二三四]、)", "", text)),
    "cut with heads repeated": _cut(12, heads=3),
    "cut without heads": _cut(12, heads=0),
    "cut in three": _cut(9, 20, heads=0),
    "a row cut through by the end of a page": _cut_through,
    "an unrelated table first": _unrelated_first,
    "empty rows between": _empty_rows,
    "a column for remarks": _remark_column,
    "a column of subtotals": _subtotal_column,
    "a column of units": _unit_column,
    "wide blanks around figures": _figures(lambda text: f"\u3000{text}\u00a0"),
    "thousands separated": _figures(lambda text: f"{int(text):,}" if text.isdecimal() else text),
    "wide digits": _figures(lambda text: text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))),
    "a span too tall": _too_tall,
    "a span too wide": _too_wide,
    "all in one table": _one_table,
    "total's head in another row": _total_head_below,
    "no heads": _no_heads,
    "a head reworded": _reword_head,
    "a blank cell before the figures": _blank_before,
    "a row printed twice": _row_twice,
    "a unit behind every figure": _units,
    "known typing errors": _typo,
    "a head reworded wherever it stands": _heads("总计", "總計"),
    "a unit behind heads": _heads("总计", "总计（件）"),
    "a frame around every figure": _figures(lambda text: f"<table><tr><td>{text}</td></tr></table>"),
    "figures in boxes to type in": _figures(lambda text: f'<input value="{text}">'),
    "every digit by itself": _figures(lambda text: "".join(f"<span>{digit}</span>" for digit in text)),
    "a figure deleted before": _figures(lambda text: f"<del>9{text}</del>{text}"),
    "shortened labels": _shortened,
    "total's column first": _total_first,
    "digits nobody can see": _figures(lambda text: f'<span style="color:#fff">9</span>{text}'),
    "digits too small to see": _figures(lambda text: f'<span style="font-size:1px">9</span>{text}'),
    "digits taken out of the page": _figures(lambda text: f'<b style="position:absolute;left:-9999px">9</b>{text}'),
}
# Layouts in which some figure cannot be known: what is wrong or missing is named.
HARMFUL: dict[str, Fault] = {
    "a cell missing": _remove_cell,
    "a blank cell between figures": _blank_between,
    "a figure in two cells": _split_figure,
    "neighbours merged": _merge_neighbours,
    "two figures in one cell": _join_figures,
    "a note in a cell": _note_in_cell,
    "a note's number raised": _note_number,
    "a figure struck out": _struck,
    "a figure merged with the one below": _merge_down,
    "a row missing": _remove_row,
    "a row added": _add_row,
    "heads of columns exchanged": _swap_heads,
    "rows exchanged": _swap_rows,
    "a table missing": _no_table,
    "figures nobody can see": _figures(lambda text: f'<font color="white">{text}</font>'),
    "no column for totals": _no_totals,
    "numbered labels reworded alike": _labels(lambda text: re.sub(r"^(\d\.).*", r"\1其他", text)),
    "numbered labels all one": _labels(lambda text: re.sub(r"^\d\..*", "3.其他", text)),
    "numbered labels all one without a number": _labels(lambda text: re.sub(r"^\d\..*", "其他", text)),
}


def laid_out(filing: Filing, fault: Fault) -> str:
    """Return the page of a filing with a fault of layout."""
    tables = deepcopy(tables_of(filing))
    before = fault(tables)
    page = html_of(filing, tables)
    return page.replace("<p>", f"{before}<p>", 1) if isinstance(before, str) else page


def _blocks(row: list[Cell], tag: str = "div", style: str = "") -> str:
    return "".join(f'<{tag} style="{style.format(*cell)}">{escape(cell[0])}</{tag}>' for cell in row)


def _each(before: str, after: str, tag: str = "div") -> Callable[[Table], str]:
    return lambda table: "".join(f"{before}{_blocks(row, tag)}{after}" for row in table)


def _in_grid(table: Table) -> str:
    width = sum(cell[2] for cell in table[0])
    cells = "".join(_blocks(row, style="grid-row:span {1};grid-column:span {2}") for row in table)
    return f'<div style="display:grid;grid-template-columns:repeat({width},1fr)">{cells}</div>'


# Tables that are none in the page: how a table is written, and whether its cells can be told where some are blank.
WITHOUT_TABLES: dict[str, Callable[[Table], str]] = {
    "a grid": _in_grid,
    "flexible boxes": lambda table: f"<div>{_each('<div style=display:flex>', '</div>')(table)}</div>",
    "styled blocks": lambda table: (
        "<style>.t{display:table}.t > .r{display:table-row}.r span{display:table-cell}</style>"
        f'<div class="t">{_each("<div class=r>", "</div>", "span")(table)}</div>'
    ),
    "blocks in blocks": lambda table: f"<div>{_each('<div>', '</div>')(table)}</div>",
    "lists": _each("<ul>", "</ul>", "li"),
    "lists of terms": _each("<dl>", "</dl>", "dd"),
    "paragraphs": _each("", "", "p"),
    "lines": lambda table: "<p>" + "<br>".join(escape(cell[0]) for row in table for cell in row) + "</p>",
    "text as typed": lambda table: "<pre>" + "\n".join("\t".join(cell[0] for cell in row) for row in table) + "</pre>",
}


def without_tables(filing: Filing, write: Callable[[Table], str], *, blank: int = 0) -> str:
    """Return the page of a filing whose tables are written otherwise; every so manyth figure is left out."""
    tables = tables_of(filing)
    figures = [cell for cell in _cells(tables) if cell[DATA]]
    for cell in figures[::blank] if blank else ():
        cell[0] = ""
    page = html_of(filing, tables)
    for table in tables:
        page = page.replace(table_html(table), write(table), 1)
    return page
