"""A roster to fill in: the heads the reader knows, cells that keep noughts, lists to choose from, and an example."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from toolkit.campaign.round.roster import CONSOLIDATED, LINE_CONSOLIDATED
from toolkit.campaign.round.roster_table import HEADS
from toolkit.workbook.template.styles import CREATED

if TYPE_CHECKING:
    from collections.abc import Mapping

SHEET, HELP = "名册", "怎么填"
ROWS = 3000
_WIDTHS = {"name": 36, "contact": 12, "phone": 18, "deadline": 14, "publish_by": 14}
_DAYS = ("deadline", "publish_by")
_WIDTH = 22
_KINDS = ("政府部门", "乡镇街道", "派出机构", "事业单位", CONSOLIDATED, LINE_CONSOLIDATED)
# For every head: what to write, and three organs as an example.
_TOLD: Mapping[str, tuple[str, str, str, str]] = {
    "code": ("全名册不重复；没有代码就整列空着，程序自己编", "001", "002", "002001"),
    "name": ("全称，必须填，不能重复", "某县财政局", "某县教育局", "某县第一中学"),
    "parent": ("上一级在名册里的代码；最上面一级空着", "", "", "002"),
    "kind": (
        f"可以选，也可以自己写；只有“{CONSOLIDATED}”有含义：它报来的已包括它下面的全部机关",
        _KINDS[0],
        _KINDS[0],
        _KINDS[3],
    ),
    "contact": ("催报时用", "张三", "李四", "王五"),
    "phone": ("催报时用", "0000-0001", "0000-0002", "0000-0003"),
    "deadline": ("这一家的截止日期", "1月15日前的某一天", "", ""),
    "ground": ("不单独报送的写原因，如免报、已撤销、由上级汇总；照常报送的空着", "", "", ""),
    "line": ("业务上归哪个机关管，写它的代码；按条线也要汇总的才填", "", "", ""),
    "publish_by": ("这一家公布报告的期限", "1月31日前的某一天", "", ""),
    "predecessor": ("改名、合并之前的代码，几个用分号隔开", "", "", ""),
}


def roster_form() -> bytes:
    """Return the workbook: an empty roster first, then what to write in each column with three organs as an example."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": CREATED})
    head = book.add_format({"bold": True, "bg_color": "#E3EAF3", "border": 1})
    _write_roster(book, book.add_worksheet(SHEET), head)
    _write_help(book, book.add_worksheet(HELP), head)
    book.close()
    return buffer.getvalue()


def _write_roster(book: Any, sheet: Any, head: Any) -> None:
    text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd"})
    for column, (key, heads) in enumerate(HEADS.items()):
        sheet.set_column(column, column, _WIDTHS.get(key, _WIDTH), day if key in _DAYS else text)
        sheet.write_string(0, column, heads[0], head)
        said = {"input_title": heads[0], "input_message": _TOLD[key][0]}
        rule: dict[str, Any] = {"validate": "any"}
        if key == "kind":
            rule = {"validate": "list", "source": list(_KINDS), "show_error": False}
        sheet.data_validation(1, column, ROWS, column, rule | said)
    sheet.freeze_panes(1, 0)


def _write_help(book: Any, sheet: Any, head: Any) -> None:
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    for column, (title, width) in enumerate((("列", 14), ("填什么", 60), ("例一", 20), ("例二", 20), ("例三", 20))):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, head)
    for row, (key, told) in enumerate(_TOLD.items(), 1):
        for column, words in enumerate((HEADS[key][0], *told)):
            sheet.write_string(row, column, words, wrapped)
