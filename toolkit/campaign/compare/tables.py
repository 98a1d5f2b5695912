"""The tables of a comparison, drawn alike by the workbook and the page: columns by kind, rows of plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from decimal import Decimal

    from toolkit.campaign.compare.comparison import Comparison, Line
    from toolkit.form.values import Figure


class ColumnKind(Enum):
    """What a column holds; those after BEFORE follow from the figures of their row."""

    NAME = auto()
    TEXT = auto()
    REMARK = auto()
    NOW = auto()
    BEFORE = auto()
    CHANGE = auto()
    GROWTH = auto()
    SHARE = auto()
    RANK = auto()


_VALUES: dict[ColumnKind, Callable[[Line], str | Figure | Decimal | None]] = {
    ColumnKind.NOW: lambda line: line.now,
    ColumnKind.BEFORE: lambda line: line.before,
    ColumnKind.CHANGE: lambda line: line.change,
    ColumnKind.GROWTH: lambda line: line.growth,
    ColumnKind.SHARE: lambda line: line.share,
    ColumnKind.RANK: lambda line: line.rank or None,
    ColumnKind.REMARK: lambda line: line.remark,
}


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: its words, its width in characters, what stands under it."""

    text: str
    width: int
    kind: ColumnKind


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name (that of its sheet), what it says, heads and rows."""

    name: str
    said: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[str | Figure | Decimal | None, ...], ...]

    def place(self, kind: ColumnKind) -> int:
        """Return where the column of a kind stands, from 0."""
        return [head.kind for head in self.heads].index(kind)


def comparison_tables(found: Comparison) -> tuple[Table, ...]:
    """Return the tables of a comparison: headlines, what is unusual, organs (of a round), every figure."""
    tables = [_headlines(found), _organs(found), _figures(found)]
    if found.before:
        tables.insert(1, _unusual(found))
    return tuple(table for table in tables if table.rows or table.name == UNUSUAL_SHEET)


HEADLINE_SHEET, ORGAN_SHEET, FIGURE_SHEET, UNUSUAL_SHEET = "要点", "各机关", "全部数据", "异常变动"


def summary(found: Comparison) -> str:
    """Return in one or two sentences what was compared and what could not be."""
    said = f"共 {len(found.lines)} 个数。"
    if found.before:
        said = f"共比较 {len(found.lines)} 个数，{len(found.unusual)} 处变动异常。"
    if found.left_out:
        said += f"另有 {found.left_out} 个数只在一个版本的表里有，不能比较。"
    return said + found.organs_differ + provisional(found)


def provisional(found: Comparison) -> str:
    """Return what is unfinished on either side, a sentence each; every table says it."""
    sides = zip(found.labels, (found.now, found.before), strict=True)
    return "".join(f"{label}{side.provisional}。" for label, side in sides if side and side.provisional)


def _figure_heads(found: Comparison) -> tuple[Head, ...]:
    now, before = found.labels
    heads = (
        Head(now, 14, ColumnKind.NOW),
        Head(before, 14, ColumnKind.BEFORE),
        Head("增减", 12, ColumnKind.CHANGE),
        Head("增减幅度", 12, ColumnKind.GROWTH),
    )
    return heads if found.before else heads[:1]


def _remark_head(lines: Iterable[Line]) -> tuple[Head, ...]:
    return (Head("提示", 46, ColumnKind.REMARK),) if any(line.remark for line in lines) else ()


def _table(
    name: str, said: str, heads: Sequence[Head], lines: Iterable[Line], texts: Callable[[Line], tuple[str, ...]]
) -> Table:
    rows = tuple(
        (*texts(line), *(_VALUES[head.kind](line) for head in heads if head.kind in _VALUES)) for line in lines
    )
    return Table(name, said, tuple(heads), rows)


def _headlines(found: Comparison) -> Table:
    heads = (
        Head("指标", 18, ColumnKind.NAME),
        Head("单位", 8, ColumnKind.TEXT),
        *_figure_heads(found),
        *_remark_head(found.headlines),
    )
    return _table(HEADLINE_SHEET, summary(found), heads, found.headlines, lambda line: (line.row, line.unit))


def _organs(found: Comparison) -> Table:
    heads = (
        Head("指标", 18, ColumnKind.TEXT), Head("机关", 32, ColumnKind.NAME), *_figure_heads(found),
        Head("占全部", 10, ColumnKind.SHARE), Head("名次", 8, ColumnKind.RANK), *_remark_head(found.standings),
    )  # fmt: skip
    said = f"{len(found.now.organs)} 家机关，按指标分段，每段从多到少。{provisional(found)}"
    return _table(ORGAN_SHEET, said, heads, found.standings, lambda line: (line.row, line.organ))


def _figures(found: Comparison) -> Table:
    heads = (
        Head("部分", 16, ColumnKind.TEXT), Head("行", 46, ColumnKind.NAME), Head("列", 26, ColumnKind.TEXT),
        Head("单位", 8, ColumnKind.TEXT), *_figure_heads(found), *_remark_head(found.lines),
    )  # fmt: skip
    return _table(
        FIGURE_SHEET, summary(found), heads, found.lines,
        lambda line: (line.section, line.row or line.column, line.column if line.row else "", line.unit),
    )  # fmt: skip


def _unusual(found: Comparison) -> Table:
    heads = (
        Head("机关", 32, ColumnKind.TEXT), Head("数", 46, ColumnKind.NAME),
        *_figure_heads(found), *_remark_head(found.unusual),
    )  # fmt: skip
    said = "下面的数变动很大，可能是填错了单位或位数，也可能确有其事。"
    said = (said if found.unusual else "没有发现异常的变动。") + found.organs_differ + provisional(found)
    return _table(
        UNUSUAL_SHEET, said, heads, found.unusual,
        lambda line: (line.organ or found.now.whole.organ, line.label),
    )  # fmt: skip
