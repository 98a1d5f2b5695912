"""An official table laid over the grids of a document: which line is which row, and what stands in its cells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from toolkit.documents.figures import Found, Sure, figure_value, is_number_text, is_stroke
from toolkit.documents.grids import tidy
from toolkit.documents.labels import ENOUGH, label_of, likeness
from toolkit.documents.official.columns import Heads, Picked, head_texts, is_head, pick_cells, read_heads
from toolkit.documents.official.rows import LABEL_CELLS, UNIT, Fault, find_rows, unseen_faults
from toolkit.form.ids import figure_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolkit.documents.grids import Cell
    from toolkit.documents.official.rows import Match, TapeRow
    from toolkit.form.model import Band, Row, Table
    from toolkit.form.values import Value

_MISSING = 0.5  # what a row of the form that is nowhere takes from a table's score
# Faults that labels alone tell: no figure is named in them, nor taken for what it is or is not.
_OF_LABELS = {"label_differs", "row_missing", "row_out_of_order", "unit_differs", "head_differs"}
_SPEAK_AGAINST = {"row_divided", "row_added", "cells_unclear", "rows_joined", "rows_joined_noughts"}
_PRESENT = 0.34  # of a table's rows must be found for it to be there


@dataclass(frozen=True)
class TableReading:
    """What a document holds of one official table. `score` says how well it fits; `rows` which tape rows it took.

    `is_laid` says that every label stood where the form prints it; `again` where the table stands a second time with
    other figures.
    """

    table: str
    score: float
    found: Mapping[str, Found]
    faults: tuple[Fault, ...]
    rows: tuple[TapeRow, ...]
    is_laid: bool = False
    again: str = ""

    @property
    def is_present(self) -> bool:
        """Whether the table is in the document at all."""
        return bool(self.rows)

    @property
    def fit(self) -> Fit:
        """How well the table fits."""
        return Fit(self.table, self.score, self.is_present)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well an official table fits a document, and whether it is there at all."""

    table: str
    score: float
    is_present: bool


class Origin(NamedTuple):
    """The cell one figure was taken from, the unit it was read with, and how sure it is."""

    cell: Cell
    unit: str
    sure: Sure

    def found(self) -> Found:
        """Return what the cell says."""
        return Found(_value_of(self.cell, self.unit), self.cell.place, tidy(self.cell.text), self.sure)


def _value_of(cell: Cell | None, unit: str) -> Value:
    return figure_value(cell.text, unit) if cell is not None else None


@lru_cache(maxsize=1024)
def _named_unit(table: Table, band: str, column: str) -> str:
    """Return the unit that a column itself names."""
    return next((entry.unit for entry in table.columns_of(band) if entry.id == column), "")


class TableReader:
    """Reads one table of one edition off the tape; with nothing found, every field is `not-found`.

    `origins` has what was taken from one cell each. `is_by_labels` says that labels alone told how well the table
    fits: the same labels with other figures would have told the same; `is_of_cells` that they told of everything from
    which cell it was to be taken, and what is to be said of it.
    """

    def __init__(self, table: Table, tape: Sequence[TapeRow]) -> None:
        self._table, self._tape = table, tape
        self.origins: dict[str, Origin] = {}
        self.is_by_labels = self.is_of_cells = True
        self._found: dict[str, Found] = {}
        self._faults: list[Fault] = []
        self._leaves = table.leaf_rows()
        self._cells: dict[int, list[tuple[str, Cell]]] = {}
        self._heads_seen: dict[str, Heads] = {}
        self._unseen: dict[str, Cell] = {}
        labels = (label_of(row.label) for row in self._leaves if row.label)
        self._labels = {(label.core, label.ordinal) for label in labels}
        # By block and row: whether the row holds heads, whether it begins another block.
        self._lines_above: dict[tuple[str, tuple[Cell, ...]], tuple[bool, bool]] = {}
        self._heads_read: dict[tuple[str, tuple[tuple[Cell, ...], ...]], Heads] = {}

    def read(self) -> TableReading:
        """Return the reading."""
        rows = find_rows(self._table, self._tape)
        matches = rows.matches
        self.is_by_labels = not rows.is_by_figures
        self._faults += rows.faults
        labels = len(self._leaves)
        taken = {id(match.at) for match in matches}
        if len(matches) < _PRESENT * labels and not self._is_part(matches):
            matches, taken = [], set()
        for match in matches:
            self._read_row(match, taken)
            self._compare_label(match)
        self._part_merged()
        self._faults += unseen_faults(self._unseen)
        if matches and self._leaves[0].label:
            self._others(matches, taken)
        score = self._score(matches)
        told = {fault.name for fault in self._faults}
        self.is_of_cells = self.is_by_labels and told <= _OF_LABELS and self.origins.keys() == self._found.keys()
        for name in self._all_fields():
            self._found.setdefault(name, Found())
        used = tuple(row for row in self._tape if id(row) in taken)
        return TableReading(self._table.id, score, self._found, tuple(self._faults), used)

    def _is_part(self, matches: Sequence[Match]) -> bool:
        """Return whether the few rows found stand under official heads, so that the rest was left out."""
        return any(self._heads(match.row.band, match.at).in_order for match in matches)

    def _score(self, matches: Sequence[Match]) -> float:
        heads = sum(bool(self._heads_seen.get(band.id, Heads()).in_order) for band in self._table.bands)
        missing = len(self._leaves) - len(matches)
        odd = sum(fault.name in _SPEAK_AGAINST for fault in self._faults)
        weight = len(self._leaves) + len(self._table.bands)
        return (sum(match.likeness for match in matches) + heads - _MISSING * (missing + odd)) / weight

    def _all_fields(self) -> Iterator[str]:
        for row in self._leaves:
            for column in self._table.leaf_columns(row.band):
                yield figure_id(self._table.id, row.id, column.id)

    def _unit(self, row: Row, column: str) -> str:
        return _named_unit(self._table, row.band or self._table.bands[0].id, column) or row.unit or self._table.unit

    def _heads(self, band_id: str, at: TapeRow) -> Heads:
        """Return the heads over a row: those in its own grid, else those of the same block on the page before."""
        band = next(entry for entry in self._table.bands if entry.id == band_id or not band_id)
        rows = tuple(self._head_rows(band, at))
        known = self._heads_read.get((band.id, rows))
        read = self._heads_read[band.id, rows] = known or read_heads(self._table, band, rows)
        if read.in_order is None:
            before = self._heads_seen.get(band.id, Heads())
            same = before.width == len(at.positions)
            return before if same else replace(before, positions={}, width=0)
        if read.in_order or band.id not in self._heads_seen:
            self._heads_seen[band.id] = read
        faults = [Fault("unit_differs", self._fields_of(name), {"text": tidy(text)}) for name, text in read.odd]
        labels = {leaf.id: leaf.label for leaf in self._table.leaf_columns(band.id)}
        for name, text in read.renamed:
            words = {"column": labels[name], "found": tidy(text)}
            faults.append(Fault("head_differs", self._fields_of(name), words))
        for fault, names in (("column_moved", read.moved), ("column_missing", read.missing)):
            faults += [Fault(fault, self._fields_of(name), {"column": labels[name]}) for name in names]
        self._faults += [fault for fault in faults if fault not in self._faults]
        return read

    def _fields_of(self, column: str) -> tuple[str, ...]:
        return tuple(name for name in self._all_fields() if name.endswith(f".{column}"))

    def _head_rows(self, band: Band, data: TapeRow) -> Iterator[tuple[Cell, ...]]:
        """Yield the rows above a row, in its grid and nearest block, that hold heads of its block."""
        heads = head_texts(self._table, band.id)
        found: list[tuple[Cell, ...]] = []
        for at in range(data.row - 1, -1, -1):
            cells = data.grid.lines[at]
            known = self._lines_above.get((band.id, cells))
            if known is None:
                is_heads = any(is_head(cell, heads) for cell in cells) and not self._is_data(cells)
                known = self._lines_above[band.id, cells] = is_heads, not is_heads and self._is_other(cells)
            if known[0]:
                found.append(data.grid.rows[at])
            elif found or known[1]:
                break
        yield from reversed(found)

    def _is_other(self, cells: Sequence[Cell]) -> bool:
        """Return whether a row begins with the label of a block."""
        labels = [band.label for band in self._table.bands if band.label]
        return any(likeness(cell.text, label) >= ENOUGH for cell in cells[:1] for label in labels)

    def _is_data(self, cells: Sequence[Cell]) -> bool:
        """Return whether a row holds figures or bears the label of a row, rather than heads."""
        if any(is_number_text(cell.text) for cell in cells):
            return True
        mine = (label_of(cell.text) for cell in cells[:LABEL_CELLS])
        return any(one.core and (one.core, one.ordinal) in self._labels for one in mine)

    def _read_row(self, match: Match, taken: set[int]) -> None:
        leaves = self._table.leaf_columns(match.row.band)
        values = _behind_label(match.at.cells, match.label)
        rows = self._split_rows(match, taken)
        if rows:
            self._read_split(match, rows)
            return
        if _goes_deeper(match, values, len(leaves)):
            picked = [Picked(leaf.id, None, Sure.TWO_READINGS) for leaf in leaves]
        else:
            picked = pick_cells(values, leaves, self._heads(match.row.band, match.at), len(match.at.positions))
            self.is_by_labels &= not any(one.is_by_figures for one in picked)
        picked = _by_words(picked) if match.at.grid.by_words else picked
        shown = " | ".join(tidy(cell.text) for cell in values)
        for one in picked:
            name = figure_id(self._table.id, match.row.id, one.column)
            if one.cell is None:
                self._found[name] = Found(None, match.at.cells[0].place, shown, one.sure)
                continue
            sure = Sure.INFERRED if one.sure is Sure.READ and is_stroke(one.cell.text) else one.sure
            origin = self.origins[name] = Origin(one.cell, self._unit(match.row, one.column), sure)
            self._found[name] = origin.found()
            if any(sign.isdecimal() for sign in one.cell.unseen):
                self._unseen[name] = one.cell
            if not one.cell.is_blank:
                self._cells.setdefault(id(one.cell), []).append((name, one.cell))
        unsure = [one.column for one in picked if one.sure is Sure.TWO_READINGS]
        if unsure:
            fields = tuple(figure_id(self._table.id, match.row.id, column) for column in unsure)
            words = {"row": match.row.label or self._table.caption, "found": len(values), "expected": len(leaves)}
            self._faults.append(
                Fault("cells_unclear", fields, words | {"cells": shown, "place": match.at.cells[0].place})
            )

    def _part_merged(self) -> None:
        """Take back the figures of a cell that was merged over several of the form's: nobody knows whose they are."""
        for taken in self._cells.values():
            names = tuple(name for name, _ in taken)
            if len(names) == 1:
                continue
            cell = taken[0][1]
            self._found |= {name: Found(None, cell.place, tidy(cell.text), Sure.TWO_READINGS) for name in names}
            words = {"cells": tidy(cell.text), "count": len(names), "place": cell.place}
            self._faults.append(Fault("cells_merged", names, words))

    def _compare_label(self, match: Match) -> None:
        """Note a label that was changed or shortened; blanks, brackets and points are not looked at."""
        if not match.label or match.is_cut:
            return
        mine, theirs = label_of(match.at.cells[match.label - 1].text), label_of(match.row.label)
        if mine.core != theirs.core and (mine.bare != theirs.bare or mine.notes):
            words = {"row": match.row.label, "found": tidy(match.at.cells[match.label - 1].text)}
            self._faults.append(Fault("label_differs", (), words))

    def _split_rows(self, match: Match, taken: set[int]) -> list[TapeRow]:
        """Return the rows one label runs down over, where the document divides what the form has as one row."""
        if not match.label:
            return []
        cell = match.at.cells[match.label - 1]
        if cell.row_span == 1:
            return []
        covered = range(cell.row, cell.row + cell.row_span)
        rows = [row for row in self._tape if row.grid is match.at.grid and row.row in covered]
        free = [row for row in rows if row is match.at or id(row) not in taken]
        return free if len(free) > 1 and len(rows) == len(free) else []

    def _read_split(self, match: Match, rows: Sequence[TapeRow]) -> None:
        """Add the rows a document has in place of one; what is no number makes the sum unknown."""
        leaves = self._table.leaf_columns(match.row.band)
        heads = self._heads(match.row.band, match.at)
        lines = [pick_cells(_last(row.cells, len(leaves)), leaves, heads, len(row.positions)) for row in rows]
        fields = []
        for column, *cells in zip(leaves, *lines, strict=True):
            values = [_value_of(one.cell, self._unit(match.row, column.id)) for one in cells]
            name = figure_id(self._table.id, match.row.id, column.id)
            fields.append(name)
            numbers = [Decimal(value) for value in values if isinstance(value, int | Decimal)]
            total = sum(numbers, Decimal(0)) if len(numbers) == len(values) else None
            value = None if total is None else int(total) if total == int(total) else total
            text = "＋".join(tidy(one.cell.text) if one.cell else "?" for one in cells)
            sure = Sure.INFERRED if value is not None else Sure.TWO_READINGS
            self._found[name] = Found(value, match.at.cells[match.label - 1].place, text, sure)
        words = {"row": match.row.label, "count": len(rows)}
        self._faults.append(Fault("row_divided", tuple(fields), words))

    def _others(self, matches: Sequence[Match], taken: set[int]) -> None:
        """Look at the rows between the first and the last that are none of the form's, and name the missing ones."""
        matched = {id(match.at) for match in matches}
        places = [at for at, row in enumerate(self._tape) if id(row) in matched]
        known = {match.row.id for match in matches}
        settled: set[str] = set()
        for row in self._tape[places[0] : places[-1] + 1]:
            if id(row) in taken or not any(is_number_text(cell.text) for cell in row.cells):
                continue
            group = self._group_of(row)
            under = self._table.rows_under([group[0].id]) if group else ()
            if group and not set(under) & known:
                settled |= set(under)
                self._read_group(row, *group, under)
                taken.add(id(row))
            elif not self._is_split_part(row, matches):
                label = next(
                    (
                        tidy(cell.text)
                        for cell in row.cells
                        if label_of(cell.text).core and not is_number_text(cell.text)
                    ),
                    "",
                )
                figures = " | ".join(tidy(cell.text) for cell in row.cells if is_number_text(cell.text))
                self._faults.append(
                    Fault("row_added", (), {"label": label, "cells": figures, "place": row.cells[0].place})
                )
        for leaf in self._leaves:
            fields = tuple(figure_id(self._table.id, leaf.id, one.id) for one in self._table.leaf_columns(leaf.band))
            if leaf.id not in known | settled and all(fault.fields != fields for fault in self._faults):
                self._faults.append(Fault("row_missing", fields, {"row": leaf.label}))

    @staticmethod
    def _is_split_part(row: TapeRow, matches: Sequence[Match]) -> bool:
        labels = {id(match.at.cells[match.label - 1]) for match in matches if match.label}
        return any(id(cell) in labels for cell in row.cells)

    def _group_of(self, row: TapeRow) -> tuple[Row, int] | None:
        """Return the heading over rows that a row of figures bears as its label, and how many cells the label takes."""
        leaf_ids = {leaf.id for leaf in self._leaves}
        for index in range(min(len(row.cells), LABEL_CELLS) - 1, -1, -1):
            if is_number_text(row.cells[index].text) or row.cells[index].is_blank:
                continue
            for entry in self._table.rows:
                if entry.id not in leaf_ids and likeness(row.cells[index].text, entry.label) >= 0.9:  # noqa: PLR2004
                    return entry, index + 1
            return None
        return None

    def _read_group(self, row: TapeRow, group: Row, label: int, under: Sequence[str]) -> None:
        """Take a row of figures where the form has several: noughts are noughts in each, others nobody can divide."""
        leaves = self._table.leaf_columns(group.band)
        values = _behind_label(row.cells, label)
        picked = pick_cells(values, leaves, self._heads(group.band, row), len(row.positions))
        figures = " | ".join(tidy(cell.text) for cell in values)
        fields = []
        for one in picked:
            value = _value_of(one.cell, self._unit(group, one.column))
            sure = Sure.INFERRED if value in {0, None} and one.cell else Sure.NOT_FOUND
            for leaf in under:
                name = figure_id(self._table.id, leaf, one.column)
                fields.append(name)
                place = one.cell.place if one.cell else row.cells[0].place
                self._found[name] = Found(value if sure is Sure.INFERRED else None, place, figures, sure)
        is_nought = all(one.cell and figure_value(one.cell.text) in {0, None} for one in picked)
        words = {"row": group.label, "cells": figures, "count": len(under)}
        self._faults.append(Fault("rows_joined_noughts" if is_nought else "rows_joined", tuple(fields), words))


def _by_words(picked: list[Picked]) -> list[Picked]:
    """Return the cells of a row of which only its words are known: a gap in it may be a blank cell or a lost figure."""
    if all(one.cell and not one.cell.is_blank for one in picked):
        return picked
    return [replace(one, sure=Sure.INFERRED) if one.sure is Sure.READ else one for one in picked]


def _goes_deeper(match: Match, values: Sequence[Cell], columns: int) -> bool:
    """Return whether another label stands behind the row's own: the document divides what the form has as one row."""
    is_text = bool(values) and len(label_of(values[0].text).core) > UNIT and not is_number_text(values[0].text)
    return bool(match.label) and is_text and len(values) > columns


def _behind_label(cells: Sequence[Cell], label: int) -> tuple[Cell, ...]:
    """Return the cells behind a row's label; a program that loses spans writes the label once more for each."""
    if not label:
        return tuple(cells)
    text = tidy(cells[label - 1].text)
    while label < len(cells) and tidy(cells[label].text) == text and text and not is_number_text(text):
        label += 1
    return tuple(cells[label:])


def _last(cells: Sequence[Cell], count: int) -> tuple[Cell, ...]:
    return tuple(cells[-count:])
