"""Last year's carry-over of a whole round out of one table: a row for each organ, a column for each figure.

Nothing is guessed: a table with a fault is refused, every fault told with its row, and nothing has been written then.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from toolkit.campaign.intake.carried.published_reports import Carried, keep_figures
from toolkit.campaign.round.folder import Campaign, init_campaign
from toolkit.campaign.round.roster_reading import read_roster
from toolkit.campaign.round.roster_table import HEADS
from toolkit.documents.grids import Grid, plain
from toolkit.documents.numerals import Manner, read_number
from toolkit.documents.opening import open_document
from toolkit.errors import DocumentError, InputError, nearest
from toolkit.files import read_file
from toolkit.form.registry import form_for_year
from toolkit.form.values import Kind
from toolkit.workbook.template.blank import carried_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from toolkit.campaign.round.roster import Roster
    from toolkit.documents.grids import Cell
    from toolkit.form.model import Form
    from toolkit.form.values import Figure

CODE, NAME, TOTAL = "code", "name", "total"
_SUMS = frozenset({"合计", "小计", "共计"})  # beside what the form itself calls its totals
_UNREAD = frozenset({"序号", "编号", "备注", "说明"})
_DRESS = re.compile(r"[*＊:：]|[（(][^（）()]*[)）]|^[一二三四五六七八九十]+、")
_HEAD_ROWS = 10  # a title or a remark may stand above the heads


@dataclass
class _Table:
    """A table being read: whose figures were found in which row, and everything that is wrong with it."""

    form: Form
    roster: Roster
    heads: Mapping[int, str]
    figures: dict[str, dict[str, Figure]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def init_with_table(folder: Path, table: Path, **begun: Any) -> tuple[Campaign, Carried]:
    """Begin a round with last year's carry-over out of a table; `begun` is what `init_campaign` takes.

    Raises:
        InputError: the table, the roster or what else was given is not sound; nothing has been written then.
        OutputError: the folder cannot be written.
    """
    roster = read_roster(begun["roster"], begun.get("code", "").strip(), begun.get("organ", "").strip())
    figures, notes = read_carry_over(table, form_for_year(begun["year"], begun.get("forms")), roster)
    campaign = init_campaign(folder, **begun)
    return campaign, replace(keep_figures(campaign, figures), notes=notes)


def read_carry_over(
    path: Path, form: Form, roster: Roster
) -> tuple[Mapping[str, Mapping[str, Figure]], tuple[str, ...]]:
    """Return last year's figures by the codes of organs, and what to tell of how they were read.

    Raises:
        InputError: it is no table, or has faults; all are listed with their rows.
    """
    grid, first, heads = _headed(_grids(path), form, path)
    table = _Table(form, roster, heads)
    _tell_of_heads(table, grid, first)
    for row in range(first + 1, len(grid.rows)):
        _read_row(table, row + 1, grid.rows[row])
    if not table.rows and not table.mistakes:
        table.mistakes.append("标题行下面没有一行数")
    if table.mistakes:
        raise InputError(str(path), table.mistakes)
    return table.figures, tuple(table.notes)


def _grids(path: Path) -> list[Grid]:
    try:
        document = open_document(read_file(path), path.name)
    except DocumentError as error:
        raise InputError(str(path), [error.reason]) from error
    return [block for block in document.blocks if isinstance(block, Grid)]


def _headed(grids: Sequence[Grid], form: Form, path: Path) -> tuple[Grid, int, Mapping[int, str]]:
    """Return the only table with heads: its grid, the row of the heads from 0, and what stands in each column."""
    found = [(grid, row, heads) for grid in grids for row, heads in _head_rows(grid, form)]
    if len(found) == 1:
        return found[0]
    if found:
        names = "、".join(f"{grid.name}第 {row + 1} 行" for grid, row, _ in found)
        raise InputError(str(path), [f"有几处像标题行：{names}；请只留一张表"])
    seen = [plain(cell.text) for grid in grids[:1] for cell in grid.rows[0] if not cell.is_blank]
    shown = f"，第一行是{'、'.join(f'“{text}”' for text in seen[:8])}" if seen else ""
    known = "、".join(_columns(form))
    raise InputError(str(path), [f"没有找到标题行{shown}。要有“代码”或“名称”，后面每一格一列：{known}"])


def _head_rows(grid: Grid, form: Form) -> Iterator[tuple[int, Mapping[int, str]]]:
    """Yield the rows that can be the heads; a field stands in one column, else the row is a title or a note."""
    wanted = set(carried_fields(form).values())
    for row, cells in enumerate(grid.rows[:_HEAD_ROWS]):
        heads = {column: _meaning(cell, form) for column, cell in enumerate(cells) if cell.column == column}
        meant = {column: key for column, key in heads.items() if key}
        if {CODE, NAME} & set(meant.values()) and set(meant.values()) & wanted:
            yield row, heads


def _columns(form: Form) -> Mapping[str, str]:
    """Return the figures that carry over, of last year's form, by the words of this year's columns."""
    paths = {theirs: form.fields[mine].column_label.split("/") for mine, theirs in carried_fields(form).items()}
    ends = [path[-1] for path in paths.values()]
    return {path[-1] if ends.count(path[-1]) == 1 else "/".join(path): theirs for theirs, path in paths.items()}


def _meaning(cell: Cell, form: Form) -> str:
    """Return what a head says: code, name, total, the id of a figure; '' where it says nothing we know."""
    said = _undressed(cell.text)
    for key in (CODE, NAME):
        if said in HEADS[key]:
            return key
    if said in _totals(form):
        return TOTAL
    by_id = carried_fields(form)
    if plain(cell.text) in by_id:
        return by_id[plain(cell.text)]
    fitting = [
        theirs
        for mine, theirs in by_id.items()
        if said in {_undressed(words) for words in _spellings(form.fields[mine].column_label)}
    ]
    return fitting[0] if len(fitting) == 1 else ""


def _totals(form: Form) -> frozenset[str]:
    """Return how sums are called: by the form, and by everybody."""
    columns = (column for table in form.tables for column in table.columns)
    return _SUMS | {_undressed(column.label) for column in columns if column.kind is Kind.COMPUTED}


def _spellings(label: str) -> Iterator[str]:
    """Yield a column with all, some or none of the headings above it."""
    path = label.split("/")
    for start in range(len(path)):
        yield from ("/".join(path[start:]), "".join(path[start:]))


def _undressed(text: str) -> str:
    return _DRESS.sub("", unicodedata.normalize("NFKC", plain(text))).lower()


def _tell_of_heads(table: _Table, grid: Grid, first: int) -> None:
    """Say which columns were read; one that nobody knows may hold figures, so it is a fault unless it holds remarks."""
    texts = {column: plain(grid.rows[first][column].text) for column in table.heads}
    known = [key for key in table.heads.values() if key]
    read = "、".join(f"“{texts[column]}”" for column, key in table.heads.items() if key)
    table.notes.append(f"上年结转读的是{grid.name}第 {first + 1} 行起的列：{read}")
    for column, text in texts.items():
        if text and not table.heads[column] and _undressed(text) not in _UNREAD:
            hint = nearest(text, _columns(table.form))
            table.mistakes.append(f"第 {first + 1} 行：不认识列“{text}”{hint}；用不着的列请删掉")
    for key in dict.fromkeys(known):
        if known.count(key) > 1:
            twice = "、".join(f"“{texts[column]}”" for column, meant in table.heads.items() if meant == key)
            table.mistakes.append(f"第 {first + 1} 行：{twice}说的是同一列，请只留一列")
    for label, theirs in _columns(table.form).items():
        if theirs not in known:
            table.mistakes.append(f"第 {first + 1} 行：缺少列“{label}”；都没有的写 0")


def _read_row(table: _Table, number: int, cells: Sequence[Cell]) -> None:
    said = {key: cells[column].text for column, key in table.heads.items() if key and column < len(cells)}
    if not any(plain(text) for text in said.values()):
        return
    organ, whose = _organ(table, number, said)
    if organ is None:
        return
    if organ in table.rows:
        table.mistakes.append(f"第 {number} 行：“{whose}”在第 {table.rows[organ]} 行已经有了")
        return
    table.rows[organ] = number
    if figures := dict(_figures(table, f"第 {number} 行“{whose}”", said)):
        table.figures[organ] = figures


def _organ(table: _Table, number: int, said: Mapping[str, str]) -> tuple[str | None, str]:
    """Return the code of the organ a row is about and its name; where there is none or two, None, and a mistake."""
    code, name = plain(said.get(CODE, "")).lstrip("'"), plain(said.get(NAME, ""))
    totals = _totals(table.form)
    if not code and name in totals | {""}:
        if not name:
            table.mistakes.append(f"第 {number} 行：有数，没有写是哪个机关")
        return None, name
    if code in totals:
        return None, code
    known = {code for organ in table.roster.organs for code in organ.ancestors}
    by_name = {plain(organ.name): organ for organ in table.roster.organs}
    named = by_name.get(name)
    if code in known:
        return _agreeing(table, number, code, name)
    if named is not None and (not code or code == named.code.lstrip("0")):
        return named.code, named.name
    what = f"代码“{code}”" if code else f"“{name}”"
    hint = f"，名册里“{name}”的代码是 {named.code}" if named else nearest(name, by_name) or nearest(code, known)
    table.mistakes.append(f"第 {number} 行：名册里没有{what}{hint}")
    return None, name


def _agreeing(table: _Table, number: int, code: str, name: str) -> tuple[str | None, str]:
    organ = table.roster.by_code.get(code)
    if organ is not None and name and plain(organ.name) != name:
        table.mistakes.append(f"第 {number} 行：代码 {code} 在名册里是“{organ.name}”，这里写的是“{name}”")
        return None, name
    return code, organ.name if organ else name or code


def _figures(table: _Table, where: str, said: Mapping[str, str]) -> Iterator[tuple[str, Figure]]:
    """Yield the figures of a row; a row without any is an organ of which nothing is known."""
    words = {theirs: label for label, theirs in _columns(table.form).items()}
    wanted = [key for key in words if key in said]
    if not any(plain(said[key]) for key in wanted):
        return
    found: dict[str, Figure] = {}
    for key in wanted:
        figure = _figure(table, f"{where}：{words[key]}", key, said[key])
        if figure is not None:
            found[key] = figure
    if len(found) == len(wanted):
        _hold_against_total(table, where, found, said)
        yield from found.items()


def _figure(table: _Table, where: str, key: str, text: str) -> Figure | None:
    if not plain(text):
        table.mistakes.append(f"{where}空着；没有的写 0")
        return None
    kind, unit = table.form.fields[key].kind, table.form.fields[key].unit
    written = read_number(text, unit)
    if written.value is None:
        cause = written.doubt.label if written.doubt else "里面没有数"
        likely = f"；是不是 {written.likely}" if written.likely is not None else ""
        table.mistakes.append(f"{where}写的是“{text.strip()}”，{cause}{likely}")
        return None
    if (kind is Kind.COUNT and not isinstance(written.value, int)) or (kind is not Kind.SIGNED and written.value < 0):
        table.mistakes.append(f"{where}写的是“{text.strip()}”，应是 0 或正{'整' if kind is Kind.COUNT else ''}数")
        return None
    if written.manner not in {None, Manner.TEXT}:
        table.notes.append(f"{where}写的是“{text.strip()}”，按 {written.value}")
    return written.value


def _hold_against_total(table: _Table, where: str, found: Mapping[str, Figure], said: Mapping[str, str]) -> None:
    total = read_number(said.get(TOTAL, "")).value
    if total is not None and total != sum(found.values()):
        table.mistakes.append(f"{where}：各格相加是 {sum(found.values())}，总计写的是 {total}")
