"""Which rows of a document's grids are the rows of an official table: by their labels, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.documents.alignment import align
from toolkit.documents.figures import is_number_text, is_plain_figure
from toolkit.documents.grids import plain, tidy
from toolkit.documents.labels import ENOUGH, label_of, likeness
from toolkit.documents.official.columns import head_texts, is_head
from toolkit.form.ids import figure_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolkit.documents.grids import Cell, Grid
    from toolkit.documents.labels import Label
    from toolkit.form.model import Row, Table

LABEL_CELLS = 5  # a row's label stands among its first cells
ALIKE = "rows_alike"
UNIT = 2  # characters of a unit that may stand behind a label; labels as short stand for themselves nowhere else
_EXACT = 0.97
_Labels = dict[int, tuple[float, int]]  # line of the form -> how like the label is, and in which cell it stands


@dataclass(frozen=True, eq=False)
class TapeRow:
    """One row of one grid, the grids of a document being one after the other."""

    block: int
    grid: Grid
    row: int
    cells: tuple[Cell, ...]

    @property
    def positions(self) -> tuple[Cell, ...]:
        """The cell at every position of the row."""
        return self.grid.rows[self.row]


@dataclass(frozen=True)
class Fault:
    """Something about a table that differs from the form, to become a finding: its name and the words it needs."""

    name: str
    fields: tuple[str, ...] = ()
    words: Mapping[str, object] = field(default_factory=dict)


def unseen_faults(cells: Mapping[str, Cell]) -> list[Fault]:
    """Return what is to be said of figures, by field, beside which digits stand that nobody can see."""
    if not cells:
        return []
    first = next(iter(cells.values()))
    words = {"text": tidy(first.unseen), "count": len(cells), "place": first.place}
    return [Fault("text_unseen", tuple(cells), words)]


@dataclass(frozen=True, slots=True)
class Match:
    """A row of the form found on the tape; `label` counts the cells up to its label.

    `is_cut` says that the label began on the page before.
    """

    row: Row
    at: TapeRow
    label: int
    likeness: float
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class FoundRows:
    """The rows of an official table found on the tape, and what is odd about where they stand.

    `is_by_figures` says that not labels alone decided, but whether rows hold the same figures.
    """

    matches: list[Match]
    faults: list[Fault] = field(default_factory=list)
    is_by_figures: bool = False


def find_rows(table: Table, tape: Sequence[TapeRow]) -> FoundRows:
    """Return the rows of an official table found on the tape."""
    if any(row.label for row in table.leaf_rows()):
        return _labelled(table, tape)
    return FoundRows(_unlabelled(table, tape))


def _labelled(table: Table, tape: Sequence[TapeRow]) -> FoundRows:
    lines: list[tuple[str, Row | None]] = []
    for band in table.bands:
        lines += [(band.label, None)] if band.label else []
        lines += [(row.label, row) for row in table.leaf_rows(band.id)]
    printed = tuple(label for label, _ in lines)
    labels = [_labels_of(row, printed) for row in tape]
    found = align([{line: score for line, (score, _) in options.items()} for options in labels])
    rows = [row for _, row in lines]
    faults = list(_strayed(found, rows, labels)) if found else []
    rivals = _rivals(found, labels, tape)
    faults += _drop_alike(table, found, rows, rivals, tape)
    if found:
        _add_numbered(found, rows, labels, tape)
    matches = []
    for line, at in sorted(found.items()):
        row = rows[line]
        if row is not None:
            score, index = labels[at][line]
            matches.append(_whole(Match(row, tape[at], index + 1, score), at, tape, set(found.values())))
    return FoundRows(matches, faults, bool(rivals))


def _whole(match: Match, at: int, tape: Sequence[TapeRow], taken: set[int]) -> Match:
    """Return a row that the end of a page cut in two, label above and figures below, by the part with the figures."""
    if match.at.row + 1 < len(match.at.grid.rows) or any(is_number_text(cell.text) for cell in match.at.cells):
        return match
    after = next((place for place in range(at + 1, len(tape)) if _has_figures(tape[place])), None)
    if (
        after is None
        or after in taken
        or tape[after].grid is match.at.grid
        or len(tape[after].positions) != len(match.at.positions)
    ):
        return match
    rest = tape[after]
    words = [place for place, cell in enumerate(rest.cells) if not cell.is_blank and not is_number_text(cell.text)]
    text = match.at.cells[match.label - 1].text + (rest.cells[words[-1]].text if words else "")
    if likeness(text, match.row.label) < match.likeness:
        return match
    label = words[-1] + 1 if words else sum(cell.is_blank for cell in rest.cells[: match.label])
    return Match(match.row, rest, label, likeness(text, match.row.label), is_cut=True)


def _has_figures(row: TapeRow) -> bool:
    return any(is_number_text(cell.text) for cell in row.cells)


def _free(found: Mapping[int, int]) -> list[int]:
    first, last = min(found.values()), max(found.values())
    taken = set(found.values())
    return [at for at in range(first, last + 1) if at not in taken]


def _strayed(found: dict[int, int], rows: Sequence[Row | None], labels: Sequence[_Labels]) -> Iterator[Fault]:
    """Add the rows that stand out of order under their exact label, and yield what is to be said of them."""
    for line, row in enumerate(rows):
        if line in found or row is None or len(label_of(row.label).core) <= UNIT:
            continue
        exact = [at for at in _free(found) if labels[at].get(line, (0.0, 0))[0] >= _EXACT]
        if len(exact) == 1:
            found[line] = exact[0]
            yield Fault("row_out_of_order", (), {"row": row.label})


def _rivals(
    found: Mapping[int, int], labels: Sequence[_Labels], tape: Sequence[TapeRow]
) -> Mapping[int, Sequence[int]]:
    """Return for a line of the form the other rows near its own that bear its label as well."""
    lines = sorted(found)
    bounds = [-1, *(found[line] for line in lines), len(tape)]
    rivals = {}
    for number, line in enumerate(lines):
        at = found[line]
        score, cell = labels[at][line]
        alike = [
            other
            for other in range(bounds[number] + 1, bounds[number + 2])
            if other != at
            and labels[other].get(line, (0.0, 0))[0] >= score
            and tape[other].block == tape[at].block
            and tape[at].cells[cell] not in tape[other].cells  # one label over both
        ]
        if alike:
            rivals[line] = alike
    return rivals


def _drop_alike(
    table: Table,
    found: dict[int, int],
    rows: Sequence[Row | None],
    rivals: Mapping[int, Sequence[int]],
    tape: Sequence[TapeRow],
) -> Iterator[Fault]:
    """Give up the rows whose label other rows of figures bear as well as theirs: nothing says which of them is it."""
    for line, others in rivals.items():
        row, at = rows[line], found[line]
        alike = [other for other in others if _figures(tape[other]) not in ([], _figures(tape[at]))]
        if row is not None and alike and _figures(tape[at]):
            del found[line]
            fields = tuple(figure_id(table.id, row.id, column.id) for column in table.leaf_columns(row.band))
            yield Fault(ALIKE, fields, {"row": row.label, "count": len(alike) + 1})


def _figures(row: TapeRow) -> list[str]:
    return [plain(cell.text) for cell in row.cells if is_number_text(cell.text)]


def _add_numbered(
    found: dict[int, int], rows: Sequence[Row | None], labels: Sequence[_Labels], tape: Sequence[TapeRow]
) -> None:
    """Add the rows whose label was rewritten beyond likeness, but stands in its place with its number."""
    for line, row in enumerate(rows):
        if line in found or row is None:
            continue
        before = max((at for other, at in found.items() if other < line), default=min(found.values()) - 1)
        after = min(
            (at for other, at in found.items() if other > line and at > before), default=max(found.values()) + 1
        )
        between = [at for at in _free(found) if before < at < after]
        numbered = [(at, index) for at in between if (index := _numbered(tape[at], row)) is not None]
        if len(numbered) == 1:
            at, index = numbered[0]
            found[line] = at
            labels[at][line] = (ENOUGH, index)


def _numbered(row: TapeRow, wanted: Row) -> int | None:
    """Return the cell of a row of figures that bears the number of the wanted row's label, the last of them."""
    labels = [label_of(cell.text) for cell in row.cells[:LABEL_CELLS]]
    marked = [at for at, label in enumerate(labels) if label.core and label.ordinal]
    theirs = label_of(wanted.label)
    is_it = bool(marked) and _number_of(labels[marked[-1]]) == _number_of(theirs)
    return marked[-1] if is_it and any(is_number_text(cell.text) for cell in row.cells) else None


def _number_of(label: Label) -> tuple[str, bool]:
    return label.ordinal, label.is_counted


def _unlabelled(table: Table, tape: Sequence[TapeRow]) -> list[Match]:
    """Return the row behind the heads of a table whose rows have no labels."""
    (band, *_), (row, *_) = table.bands, table.leaf_rows()
    heads = head_texts(table, band.id)
    fewest = min(2, len(heads))
    for at, line in enumerate(tape):
        if len(_heads_in(line, heads)) < fewest:
            continue
        until = at
        while until < len(tape) and len(_heads_in(tape[until], heads)) >= fewest:
            until += 1
        if until < len(tape) and _are_whole([*_heads_above(tape, at, heads), *tape[at:until]], heads):
            return [Match(row, tape[until], _stub_cells(tape[until], len(table.leaf_columns(band.id))), 1.0)]
    return []


def _heads_above(tape: Sequence[TapeRow], at: int, heads: tuple[str, ...]) -> Iterator[TapeRow]:
    """Yield the rows over a row of heads that hold one head each: words have a row of their own for each."""
    while tape[at].grid.by_words and tape[at].row and _heads_in(tape[at - 1], heads):
        at -= 1
        yield tape[at]


def _are_whole(rows: Sequence[TapeRow], heads: tuple[str, ...]) -> bool:
    """Return whether rows name every head but one that was reworded.

    Where only words tell cells apart, two heads may stand as one.
    """
    labels = [label_of(cell.text) for row in rows for cell in row.cells]
    seen = {label.core for label in labels} | {label.bare for label in labels}
    joined = seen if any(row.grid.by_words for row in rows) else set()
    wanted = {label_of(head).core for head in heads}
    return sum(core not in seen and not any(core in text for text in joined) for core in wanted) <= 1


def _stub_cells(row: TapeRow, wanted: int) -> int:
    """Return how many cells before the figures hold words: some offices add a label of their own."""
    spare = len(row.cells) - wanted
    words = [not cell.is_blank and not is_number_text(cell.text) for cell in row.cells[: max(spare, 0)]]
    return spare if spare > 0 and all(words) else 0


def _labels_of(row: TapeRow, lines: tuple[str, ...]) -> dict[int, tuple[float, int]]:
    """Return for every line of the form that a row could be: how like its label is, and in which cell it stands."""
    found: dict[int, tuple[float, int]] = {}
    for index, cell in enumerate(row.cells[:LABEL_CELLS]):
        for line, score in () if is_plain_figure(cell.text) else _scores(cell.text, lines):
            if score >= found.get(line, (0.0, 0))[0]:
                found[line] = (score, index)
    return found


@lru_cache(maxsize=16384)
def _scores(text: str, lines: tuple[str, ...]) -> tuple[tuple[int, float], ...]:
    """Return the lines of the form whose label a text is like, and how much."""
    if not label_of(text).core or is_number_text(text):
        return ()
    return tuple((line, score) for line, label in enumerate(lines) if (score := likeness(text, label)) >= ENOUGH)


def _heads_in(row: TapeRow, heads: tuple[str, ...]) -> list[Cell]:
    return [cell for cell in row.cells if is_head(cell, heads)]
