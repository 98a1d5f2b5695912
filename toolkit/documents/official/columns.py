"""Which cell of a row belongs to which column: two witnesses, the count of the cells and the heads over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.documents.figures import Sure, is_plain_figure
from toolkit.documents.labels import label_of, likeness
from toolkit.form.grid import Role, table_grid
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolkit.documents.grids import Cell
    from toolkit.form.grid import GridCell
    from toolkit.form.model import Band, Column, Table

HEAD_ENOUGH = 0.8
_Row = tuple["Cell", ...]


@dataclass(frozen=True)
class Heads:
    """What the heads over a block say. `in_order`: they are the official ones in order; None where there are none.

    `positions` holds for every column the positions its head covers, empty where heads cannot be told by position;
    `width` is the width of the rows they hold for. `odd` are columns that name another unit than the form; `renamed`
    are columns whose head is none of the form's, told by the others around it. `moved` and `missing` are totals whose
    head stands elsewhere than in the form, or nowhere, among heads that are else the form's in its order.
    """

    in_order: bool | None = None
    positions: Mapping[str, frozenset[int]] = field(default_factory=dict)
    width: int = 0
    odd: tuple[tuple[str, str], ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    moved: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picked:
    """The cell of one column of a row, None where it cannot be told or there is none.

    `is_by_figures` says that this hangs on whether several cells say the same.
    """

    column: str
    cell: Cell | None
    sure: Sure
    is_by_figures: bool = False


@lru_cache(maxsize=256)
def head_texts(table: Table, band: str) -> tuple[str, ...]:
    """Return the heads of a block as the form prints them, left to right."""
    return tuple(head.text for head in _heads_of(table, band))


@lru_cache(maxsize=256)
def _heads_of(table: Table, band: str) -> tuple[GridCell, ...]:
    heads = (cell for cell in table_grid(table).cells if cell.role is Role.HEAD and cell.band == band)
    return tuple(sorted(heads, key=lambda cell: (cell.column, cell.row)))


def is_head(cell: Cell, heads: tuple[str, ...]) -> bool:
    """Return whether a cell holds one of these heads."""
    if is_plain_figure(cell.text) and not _have_digits(heads):
        return False  # nothing in common: every other cell of a report is such a figure
    return _is_one_of(cell.text, heads)


@lru_cache(maxsize=256)
def _have_digits(heads: tuple[str, ...]) -> bool:
    return any(sign.isdecimal() for head in heads for sign in label_of(head).core)


@lru_cache(maxsize=65536)
def _is_one_of(text: str, heads: tuple[str, ...]) -> bool:
    return bool(label_of(text).core) and any(likeness(text, head) >= HEAD_ENOUGH for head in heads)


def read_heads(table: Table, band: Band, rows: Sequence[_Row]) -> Heads:
    """Return what the rows over a block's figures say of its columns. `rows` hold the cell at each position."""
    if not rows:
        return Heads()
    leaves = table.leaf_columns(band.id)
    heads, official = head_texts(table, band.id), _heads_of(table, band.id)
    positions, renamed = _positions(rows, leaves, heads)
    width = len(rows[-1]) if positions and len({len(row) for row in rows}) == 1 else 0
    in_order = _in_order(rows, official, leaves)
    if width:
        return Heads(in_order, positions, width, _odd_units(rows, leaves), renamed)
    positions = _by_totals(rows, leaves, heads)
    if not positions or len({len(row) for row in rows}) > 1:
        return Heads(in_order, {}, 0, _odd_units(rows, leaves))
    totals = [leaf.id for leaf in leaves if leaf.kind is Kind.COMPUTED]
    missing = tuple(name for name in totals if name not in positions)
    moved = tuple(name for name in totals if name in positions)
    return Heads(in_order, positions, len(rows[-1]), _odd_units(rows, leaves), (), moved, missing)


def _by_totals(rows: Sequence[_Row], leaves: Sequence[Column], heads: tuple[str, ...]) -> dict[str, frozenset[int]]:
    """Return the positions under each head where only totals stand elsewhere or are left out, else none.

    The figures then have a third witness: what they add to.
    """
    runs = [run for run in _lowest(rows, heads) if run[2]]
    free = list(leaves)
    found: list[tuple[Column, set[int]]] = []
    for text, covered, _ in runs:
        leaf = next((leaf for leaf in free if likeness(text, leaf.label) >= HEAD_ENOUGH), None)
        if leaf is None:
            return {}
        free.remove(leaf)
        found.append((leaf, covered))
    typed = [leaf.id for leaf in leaves if leaf.kind is not Kind.COMPUTED]
    if not typed or [leaf.id for leaf, _ in found if leaf.kind is not Kind.COMPUTED] != typed:
        return {}
    return {leaf.id: frozenset(covered) for leaf, covered in found}


def _in_order(rows: Sequence[_Row], heads: Sequence[GridCell], leaves: Sequence[Column]) -> bool:
    """Return whether every row names official heads from left to right, and together they name every column."""
    leaf_ids, texts = {leaf.id for leaf in leaves}, tuple(head.text for head in heads)
    seen: set[int] = set()
    met: list[str] = []
    for row in rows:
        reached, before = -1, ""
        for cell in dict.fromkeys(row):
            if id(cell) in seen or not is_head(cell, texts) or cell.text == before:
                continue  # a program that loses spans writes a head once more for each column under it
            seen.add(id(cell))
            before = cell.text
            head = _next_head(cell, heads, reached, met)
            if head is None:
                return False
            reached = head.column
            met.append(head.entry)
    return leaf_ids <= set(met)


def _next_head(cell: Cell, heads: Sequence[GridCell], reached: int, met: Sequence[str]) -> GridCell | None:
    """Return the first official head right of those met in this row that a cell is most like."""
    best = max(likeness(cell.text, head.text) for head in heads)
    fitting = (head for head in heads if head.column > reached and head.entry not in met)
    return next((head for head in fitting if likeness(cell.text, head.text) == best), None)


_Run = tuple[str, set[int], bool]  # the text of a lowest head, the positions it covers, whether it is the form's


def _positions(
    rows: Sequence[_Row], leaves: Sequence[Column], heads: tuple[str, ...]
) -> tuple[dict[str, frozenset[int]], tuple[tuple[str, str], ...]]:
    """Return the positions under each column's head where the lowest heads are exactly the columns.

    One head of several may be reworded beyond likeness, and alike wherever it stands: it names the columns that none
    of the others does.
    """
    runs = _lowest(rows, heads)
    known = [run for run in runs if run[2]]
    if len(known) == len(leaves):
        runs = known
    elif len(known) > 1 and _is_reworded(runs[-len(leaves) :], known, leaves):
        runs = runs[-len(leaves) :]
    if len(runs) != len(leaves):
        return {}, ()
    found: dict[str, frozenset[int]] = {}
    renamed: list[tuple[str, str]] = []
    for (text, covered, is_known), own in zip(runs, leaves, strict=True):
        # A head names the column of its own place, or, where two heads were exchanged, the one it says.
        fitting = [leaf.id for leaf in (own, *leaves) if likeness(text, leaf.label) >= HEAD_ENOUGH]
        found[own.id if not is_known else next(iter(fitting), "")] = frozenset(covered)
        renamed += [] if is_known else [(own.id, text)]
    if set(found) != {leaf.id for leaf in leaves} or _only_totals_moved(found, leaves):
        return {}, ()
    return found, tuple(renamed)


def _only_totals_moved(found: Mapping[str, frozenset[int]], leaves: Sequence[Column]) -> bool:
    order = sorted(found, key=lambda name: min(found[name]))
    typed = {leaf.id for leaf in leaves if leaf.kind is not Kind.COMPUTED}
    official = [leaf.id for leaf in leaves]
    return order != official and [name for name in order if name in typed] == [n for n in official if n in typed]


def _is_reworded(last: Sequence[_Run], known: Sequence[_Run], leaves: Sequence[Column]) -> bool:
    """Return whether the last heads hold all known ones, and the others have one wording in place of one official."""
    if len(last) != len(leaves) or [run for run in last if run[2]] != list(known):
        return False
    others = [(run[0], leaf.label) for run, leaf in zip(last, leaves, strict=True) if not run[2]]
    return len(set(others)) == 1


def _lowest(rows: Sequence[_Row], heads: tuple[str, ...]) -> list[_Run]:
    """Return the lowest head at every position from left to right, those that run on taken together."""
    runs: list[_Run] = []
    for at in range(max(map(len, rows))):
        lowest = next((row[at] for row in reversed(rows) if at < len(row) and not row[at].is_blank), None)
        if lowest is None:
            continue
        is_known = is_head(lowest, heads)
        goes_on = runs and is_known is runs[-1][2] and max(runs[-1][1]) == at - 1
        if goes_on and (lowest.text == runs[-1][0] or likeness(runs[-1][0], lowest.text) >= HEAD_ENOUGH):
            runs[-1][1].add(at)
        else:
            runs.append((lowest.text, {at}, is_known))
    return runs


def _odd_units(rows: Sequence[_Row], leaves: Sequence[Column]) -> tuple[tuple[str, str], ...]:
    """Return the columns whose head states a unit in brackets where the form states another."""
    found: dict[str, str] = {}
    for leaf in (leaf for leaf in leaves if label_of(leaf.label).notes):
        unit = label_of(leaf.unit).core
        for cell in {cell for row in rows for cell in row}:
            notes = "".join(label_of(cell.text).notes)
            if notes and unit and unit not in notes and likeness(cell.text, leaf.label) >= HEAD_ENOUGH:
                found[leaf.id] = cell.text
    return tuple(found.items())


def pick_cells(values: Sequence[Cell], leaves: Sequence[Column], heads: Heads, width: int) -> list[Picked]:
    """Return for every column its cell among those behind a row's label; `width` is how many positions the row has."""
    placed = bool(heads.positions) and width == heads.width
    exact = len(values) == len(leaves)
    if placed and (heads.moved or heads.missing):
        return [_under(leaf.id, values, heads) for leaf in leaves]
    if placed and exact:
        return [_agreed(leaf.id, cell, heads) for leaf, cell in zip(leaves, values, strict=True)]
    if placed:
        return [_under(leaf.id, values, heads) for leaf in leaves]
    if exact and heads.in_order is not False:
        sure = Sure.READ if heads.in_order else Sure.INFERRED
        return [Picked(leaf.id, cell, sure) for leaf, cell in zip(leaves, values, strict=True)]
    spare = len(values) - len(leaves)
    if spare > 0 and heads.in_order and all(cell.is_blank for cell in values[:spare]):
        right = values[spare:]
        return [Picked(leaf.id, cell, Sure.INFERRED) for leaf, cell in zip(leaves, right, strict=True)]
    return [Picked(leaf.id, None, Sure.TWO_READINGS if values else Sure.NOT_FOUND) for leaf in leaves]


def _agreed(column: str, cell: Cell, heads: Heads) -> Picked:
    if heads.positions[column].isdisjoint(cell.columns):
        return Picked(column, None, Sure.TWO_READINGS)
    return Picked(column, cell, Sure.INFERRED if column in dict(heads.renamed) else Sure.READ)


def _under(column: str, values: Sequence[Cell], heads: Heads) -> Picked:
    """Return the cell under a head where the row has more or fewer cells than the form has columns."""
    if column in heads.missing:
        return Picked(column, None, Sure.NOT_FOUND)
    under = [cell for cell in values if not heads.positions[column].isdisjoint(cell.columns)]
    others = frozenset().union(*(at for name, at in heads.positions.items() if name != column))
    if any(not others.isdisjoint(cell.columns) for cell in under):
        return Picked(column, None, Sure.TWO_READINGS)
    filled = [cell for cell in under if not cell.is_blank]
    if len({cell.text.strip() for cell in filled}) > 1:
        return Picked(column, None, Sure.TWO_READINGS, is_by_figures=True)
    cell = next(iter(filled or under), None)
    sure = Sure.INFERRED if heads.moved or heads.missing else Sure.READ
    return Picked(column, cell, sure if cell else Sure.NOT_FOUND, is_by_figures=len(filled) > 1)
