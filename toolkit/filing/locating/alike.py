"""Many cells that nothing tells apart, named in groups: a list of twenty would be a guess, silence would be no help."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from toolkit.filing.findings import show
from toolkit.form.fields import innermost

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolkit.filing.filing import Filing
    from toolkit.filing.locating.remedies import Remedy
    from toolkit.form.model import Field
    from toolkit.form.values import Figure

_NAMED = 2  # cells of one group that are named each; of more, the group is
_MOST = 6  # groups that are named
_NOUGHTS = "可能是这 {count} 个 0 里有一个应为 {value}，从数字上分不出是哪一个，请对照台账逐格核对：{where}。"
_FIGURES = "这 {count} 格同样可疑，从数字上分不出是哪一格，请对照台账逐格核对：{where}。"
_SETS = "这 {count} 格里不止一格有错，要一起改，改法很多，从数字上分不出，请对照台账逐格核对：{where}。"
_MISSING, _BEYOND = "少填了 {change}", "多填了 {change}"


def alike_told(filing: Filing, remedies: Sequence[Remedy]) -> str:
    """Return a sentence that names the cells of remedies which are as good as each other; empty without any."""
    changes = {field: change for remedy in remedies for field, change in remedy.changes.items()}
    if not changes:
        return ""
    if any(len(remedy.changes) > 1 for remedy in remedies):
        return _SETS.format(count=len(changes), where=_where(filing, list(changes)))
    by_change: defaultdict[Figure, list[str]] = defaultdict(list)
    for field, change in changes.items():
        by_change[change].append(field)
    if len(by_change) == 1 and not any(map(filing.typed_figure, changes)):
        value = next(iter(by_change))
        return _NOUGHTS.format(count=len(changes), value=show(value), where=_where(filing, list(changes)))
    told = (f"{_where(filing, fields)}{_amiss(change)}" for change, fields in by_change.items())
    return _FIGURES.format(count=len(changes), where="；".join(told))


def _amiss(change: Figure) -> str:
    words = (_MISSING if change > 0 else _BEYOND).format(change=show(max(change, -change)))
    return f"（其中一格{words}）"


def _where(filing: Filing, names: Sequence[str]) -> str:
    """Return where cells stand: of a row as a row, else by column, in each by the heading their rows stand under."""
    wanted = set(names)
    fields = [field for field in filing.form.fields.values() if field.id in wanted]
    if len({(field.table, field.row) for field in fields}) == 1 and fields[0].row_label and len(fields) > _NAMED:
        return f"“{innermost(fields[0].row_label)}”一行 {len(fields)} 格"
    columns: defaultdict[tuple[str, str], list[Field]] = defaultdict(list)
    for field in fields:
        columns[field.table, field.column_label if field.row_label else _heading(field.column_label)].append(field)
    pieces = [piece for (_, column), cells in columns.items() for piece in _pieces(column, cells)]
    return "、".join(pieces[:_MOST]) + (" 等" if len(pieces) > _MOST else "")


def _pieces(column: str, fields: Sequence[Field]) -> Iterator[str]:
    before = f"“{innermost(column)}”一列" if column and fields[0].row_label else ""
    for heading, labels in _groups(fields).items():
        if heading and len(labels) > _NAMED:
            yield f"{before}“{innermost(heading)}”下 {len(labels)} 格"
        else:
            yield from (f"{before}“{label}”" for label in labels)
        before = ""


def _groups(fields: Sequence[Field]) -> Mapping[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for field in fields:
        label = field.row_label or field.column_label
        groups[_heading(label)].append(innermost(label))
    return groups


def _heading(label: str) -> str:
    return label.rpartition("/")[0]
