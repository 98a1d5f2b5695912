"""This year beside the last, or organs beside each other: the tables of `xxgk compare` page by page, and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, request

from toolkit.campaign.compare.page import charts_of, comparison_page, shown
from toolkit.campaign.compare.tables import ColumnKind, comparison_tables
from toolkit.campaign.compare.workbook import comparison_workbook
from toolkit.desk.files import document, send_bytes
from toolkit.desk.rounds import board_of, comparison_of
from toolkit.desk.wording import fits, part_of
from toolkit.files import safe_stem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue

    from toolkit.campaign.compare.tables import Table

_TEXTS = frozenset({ColumnKind.NAME, ColumnKind.TEXT})
_MOST_GROUPS = 40  # to choose from; more are found by their words
Row = tuple[object, ...]


def compare(key: str) -> ResponseReturnValue:
    """One table of the comparison: `table` chooses it, `group` one of its first column, `q` words, `marked` hints."""
    state, board = board_of(key)
    found = comparison_of(key)
    tables = comparison_tables(found)
    number = request.args.get("table", 1, int)
    if not 1 <= number <= len(tables):
        abort(404)
    table = tables[number - 1]
    asked = {name: request.args.get(name, "").strip() for name in ("group", "q", "marked")}
    rows = list(_rows(table, **asked))
    page = request.args.get("page", 1, int)
    return render_template(
        "compare.html",
        key=key,
        campaign=state.campaign,
        board=board,
        found=found,
        tables=tables,
        number=number,
        table=table,
        asked=asked,
        groups=_groups(table),
        is_marked=any(head.kind is ColumnKind.REMARK for head in table.heads),
        rows=part_of(rows, page),
        chart=charts_of(found).get(table.name, "") if len(rows) == len(table.rows) and page <= 1 else "",
        codes={organ.name: organ.code for organ in state.campaign.roster.organs},
        kinds=ColumnKind,
        shown=shown,
    )


def _groups(table: Table) -> tuple[str, ...]:
    """Return what the first column may be narrowed to; nothing where every row has a name of its own there."""
    if table.heads[0].kind is not ColumnKind.TEXT:
        return ()
    found = tuple(dict.fromkeys(str(row[0]) for row in table.rows))
    return found if 1 < len(found) <= _MOST_GROUPS else ()


def _rows(table: Table, group: str, q: str, marked: str) -> Iterator[Row]:
    texts = [place for place, head in enumerate(table.heads) if head.kind in _TEXTS]
    remarks = [place for place, head in enumerate(table.heads) if head.kind is ColumnKind.REMARK]
    for row in table.rows:
        is_in_group = group in {"", row[0]}
        if is_in_group and fits(q, *(str(row[at]) for at in texts)) and (not marked or any(row[at] for at in remarks)):
            yield row


def compare_page(key: str) -> ResponseReturnValue:
    """The comparison as the page that `xxgk compare` writes."""
    return document(comparison_page(comparison_of(key)))


def compare_file(key: str) -> ResponseReturnValue:
    """The comparison as the workbook that `xxgk compare` writes."""
    found = comparison_of(key)
    return send_bytes(comparison_workbook(found), f"{safe_stem(found.title)}.xlsx")
