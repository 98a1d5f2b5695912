"""The official tables as printed, cell by cell.

Notation: one line per printed row, the cells that begin in it from left to right; `[rows x columns]` after a cell is
its span, `#` a figure, `# *7` seven of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from casebook import SMALL

from toolkit.form.grid import Grid, Role, heads_of, table_grid
from toolkit.form.model import Band, Column, Row, Table
from toolkit.form.registry import form_of_edition

if TYPE_CHECKING:
    from toolkit.form.model import Form

REQUESTS_HEAD = """
（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）[3x3] | 申请人情况 [1x7]
自然人 [2x1] | 法人或其他组织 [1x5] | 总计 [2x1]
商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他
一、本年新收政府信息公开申请数量 [1x3] | # *7
二、上年结转政府信息公开申请数量 [1x3] | # *7
"""
REQUESTS_RESULTS = """
（二）部分公开（区分处理的，只计这一情形，不计其他情形）[1x2] | # *7
（三）不予公开 [8x1] | 1.属于国家秘密 | # *7
2.其他法律行政法规禁止公开 | # *7
3.危及“三安全一稳定” | # *7
4.保护第三方合法权益 | # *7
5.属于三类内部事务信息 | # *7
6.属于四类过程性信息 | # *7
7.属于行政执法案卷 | # *7
8.属于行政查询事项 | # *7
（四）无法提供 [3x1] | 1.本机关不掌握相关政府信息 | # *7
2.没有现成信息需要另行制作 | # *7
3.补正后申请内容仍不明确 | # *7
（五）不予处理 [5x1] | 1.信访举报投诉类申请 | # *7
2.重复申请 | # *7
3.要求提供公开出版物 | # *7
4.无正当理由大量反复申请 | # *7
5.要求行政机关确认或重新出具已获取信息 | # *7
"""
REQUESTS_2021 = f"""
{REQUESTS_HEAD}
三、本年度办理结果 [22x1] | （一）予以公开 [1x2] | # *7
{REQUESTS_RESULTS}
（六）其他处理 [3x1] | 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请 | # *7
2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请 | # *7
3.其他 | # *7
（七）总计 [1x2] | # *7
四、结转下年度继续办理 [1x3] | # *7
"""
REQUESTS_2019 = f"""
{REQUESTS_HEAD}
三、本年度办理结果 [20x1] | （一）予以公开 [1x2] | # *7
{REQUESTS_RESULTS}
（六）其他处理 [1x2] | # *7
（七）总计 [1x2] | # *7
四、结转下年度继续办理 [1x3] | # *7
"""
DISCLOSURE_2021 = """
第二十条第（一）项 [1x4]
信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数
规章 | # *3
行政规范性文件 | # *3
第二十条第（五）项 [1x4]
信息内容 | 本年处理决定数量 [1x3]
行政许可 | # [1x3]
第二十条第（六）项 [1x4]
信息内容 | 本年处理决定数量 [1x3]
行政处罚 | # [1x3]
行政强制 | # [1x3]
第二十条第（八）项 [1x4]
信息内容 | 本年收费金额（单位：万元）[1x3]
行政事业性收费 | # [1x3]
"""
DISCLOSURE_2019 = """
第二十条第（一）项 [1x5]
信息内容 | 本年新制作数量 | 本年新公开数量 [1x2] | 对外公开总数量
规章 | # | # [1x2] | #
规范性文件 | # | # [1x2] | #
第二十条第（五）项 [1x5]
信息内容 | 上一年项目数量 | 本年增/减 [1x2] | 处理决定数量
行政许可 | # | # [1x2] | #
其他对外管理服务事项 | # | # [1x2] | #
第二十条第（六）项 [1x5]
信息内容 | 上一年项目数量 | 本年增/减 [1x2] | 处理决定数量
行政处罚 | # | # [1x2] | #
行政强制 | # | # [1x2] | #
第二十条第（八）项 [1x5]
信息内容 | 上一年项目数量 [1x2] | 本年增/减 [1x2]
行政事业性收费 | # [1x2] | # [1x2]
第二十条第（九）项 [1x5]
信息内容 | 采购项目数量 [1x2] | 采购总金额 [1x2]
政府集中采购 | # [1x2] | # [1x2]
"""
OUTCOMES = "结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计"
REVIEWS = f"""
行政复议 [1x5] | 行政诉讼 [1x10]
{OUTCOMES.replace(" |", " [2x1] |")} [2x1] | 未经复议直接起诉 [1x5] | 复议后起诉 [1x5]
{OUTCOMES} | {OUTCOMES}
# *15
"""
SMALL_HANDLING = """
Requests [3x3] | Channel [1x3] | All channels [3x1]
Post [2x1] | Online [1x2]
E-mail | Web form
A. Received in the year [1x3] | # *4
B. Open at the start of the year [1x3] | # *4
C. Closed in the year [4x1] | Released in full [1x2] | # *4
Withheld [2x1] | Exempt | # *4
Not held | # *4
All closed [1x2] | # *4
D. Open at the end of the year [1x3] | # *4
"""
PRINTED = [
    ("2021", "disclosure", DISCLOSURE_2021, 10),
    ("2021", "requests", REQUESTS_2021, 175),
    ("2021", "reviews", REVIEWS, 15),
    ("2019", "disclosure", DISCLOSURE_2019, 22),
    ("2019", "requests", REQUESTS_2019, 161),
    ("2019", "reviews", REVIEWS, 15),
    ("small", "handling", SMALL_HANDLING, 28),
]
CELL = re.compile(r"(?P<text>.*?)\s*(?:\[(?P<rows>\d+)x(?P<columns>\d+)\])?\s*(?:\*(?P<times>\d+))?")

Drawn = list[list[tuple[str, int, int]]]


def parse(drawing: str) -> Drawn:
    """Return for each printed row its cells as text, row span, column span."""
    rows: Drawn = []
    for line in filter(None, drawing.splitlines()):
        rows.append([])
        for part in line.split(" | "):
            match = CELL.fullmatch(part.strip())
            assert match is not None, part
            cell = (match["text"], int(match["rows"] or 1), int(match["columns"] or 1))
            rows[-1] += [cell] * int(match["times"] or 1)
    return rows


def draw(grid: Grid) -> Drawn:
    return [
        [("#" if cell.role is Role.DATA else cell.text, cell.row_span, cell.column_span) for cell in line]
        for line in grid.lines()
    ]


def form_called(edition: str) -> Form:
    return form_of_edition(edition, SMALL)


@pytest.mark.parametrize(("edition", "table", "drawing", "figures"), PRINTED)
def test_a_table_is_cut_as_the_form_prints_it(edition: str, table: str, drawing: str, figures: int) -> None:
    grid = table_grid(form_called(edition).table(table))
    assert draw(grid) == parse(drawing)
    assert len(grid.data()) == figures


def test_every_position_is_covered_by_exactly_one_cell(form: Form) -> None:
    for table in form.tables:
        grid = table_grid(table)
        covered = [
            (row, column)
            for cell in grid.cells
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        ]
        assert sorted(covered) == [(row, column) for row in range(grid.height) for column in range(grid.width)]


def test_every_figure_of_the_form_stands_in_exactly_one_cell(form: Form) -> None:
    drawn = [cell.field for table in form.tables for cell in table_grid(table).data()]
    assert sorted(drawn) == sorted(name for name, field in form.fields.items() if field.kind.is_figure)


def labels_above(form: Form, table: str, field: str) -> list[str]:
    grid = table_grid(form.table(table))
    cell = next(cell for cell in grid.data() if cell.field == field)
    return [head.text for head in heads_of(grid, cell)]


@pytest.mark.parametrize(
    ("table", "field", "labels"),
    [
        (
            "requests",
            "requests.refused_security.legal_service",
            [
                *("申请人情况", "法人或其他组织", "法律服务机构"),
                *("三、本年度办理结果", "（三）不予公开", "3.危及“三安全一稳定”"),
            ],
        ),
        ("requests", "requests.carried_out.total", ["申请人情况", "总计", "四、结转下年度继续办理"]),
        ("reviews", "reviews.cases.reviewed_suit_other", ["行政诉讼", "复议后起诉", "其他结果"]),
        ("disclosure", "disclosure.penalties.decisions", ["第二十条第（六）项", "本年处理决定数量", "行政处罚"]),
    ],
)
def test_a_figure_knows_the_labels_it_stands_under_and_beside(
    form_2021: Form, table: str, field: str, labels: list[str]
) -> None:
    assert labels_above(form_2021, table, field) == labels


def test_only_a_table_of_one_untitled_block_repeats_its_head(form_2021: Form) -> None:
    heads = {table.id: table_grid(table).head_rows for table in form_2021.tables}
    assert heads == {"disclosure": 0, "requests": 3, "reviews": 3}
    stubs = {table.id: table_grid(table).stub_columns for table in form_2021.tables}
    assert stubs == {"disclosure": 1, "requests": 3, "reviews": 0}


def table_of(rows: tuple[Row, ...], columns: tuple[Column, ...], bands: tuple[Band, ...]) -> Table:
    return Table("odd", "somewhere", bands, rows, columns)


def test_a_block_narrower_than_another_is_refused() -> None:
    columns = (Column("a", "A", bands=("wide",)), Column("b", "B", bands=("wide",)), Column("c", "C", bands=("thin",)))
    rows = (Row("r", "R", band="wide"), Row("s", "S", band="thin"))
    with pytest.raises(ValueError, match="without a cell"):
        table_grid(table_of(rows, columns, (Band("wide"), Band("thin"))))


def test_rows_whose_heading_is_interrupted_are_refused() -> None:
    rows = (Row("h", "H", band="x"), Row("a", "A", "h", "x"), Row("b", "B", band="x"), Row("c", "C", "h", "x"))
    with pytest.raises(ValueError, match="covered twice"):
        table_grid(table_of(rows, (Column("n", "N", bands=("x",)),), (Band("x"),)))
