"""Cells and rows; rows that many workbooks have alike, and what was found out about them once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", "Row", "Rows")
_SHEETS_KEPT = 1 << 8  # all workbooks of a form have the same dozen sheets


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell.

    `value` is None when blank or when a formula has no stored result; a whole number is int, any other Decimal of the
    digits written in the file; an error has type `e` and its text (`#DIV/0!`) as value. `formula` has no `=`. A cell
    that borrows another cell's formula has `shared` and an empty `formula`. `cached` is False for a formula with no
    stored result.
    """

    value: int | Decimal | str | bool | None
    formula: str = ""
    type: str = "n"
    cached: bool = True
    style: int = 0
    shared: bool = False


class Facts:
    """Something that many workbooks may have alike, with what was found out about it; None where nothing is kept."""

    __slots__ = ("facts",)

    def __init__(self, *, keeps: bool = True) -> None:
        self.facts: dict[object, Any] | None = {} if keeps else None


class Row(Facts):
    """One row: its number, its cells by address as they stand, its other attributes as written and their prefixes.

    Where two workbooks have the same row it is one object, so that what was found out about it need not be found out
    again. `shape` and `typing` are such objects too: rows of the same `shape` have the same number,
    addresses, styles and formulas; those of the same `typing` moreover the same texts where no formula stands. In other
    values both may differ.
    """

    __slots__ = ("attributes", "number", "prefixes", "shape")

    def __init__(
        self, number: int, attributes: str = "", prefixes: tuple[str, ...] = (), shape: Facts | None = None
    ) -> None:
        super().__init__(keeps=shape is not None)
        self.number, self.attributes, self.prefixes, self.shape = number, attributes, prefixes, shape or self

    @property
    def same(self) -> Facts:
        """The row itself, which all workbooks share that have it."""
        return self

    @property
    def cells(self) -> Mapping[str, Cell]:
        """The cells by address."""
        raise NotImplementedError

    def cell(self, address: str) -> Cell | None:
        """Return one cell, or None where none stands; dear only where all are made for it."""
        return self.cells.get(address)

    @property
    def typing(self) -> Facts:
        """What is the same in all rows of one typing."""
        return self


class ReadRow(Row):
    """A row whose cells the reference has read: no other workbook has it."""

    __slots__ = ("_cells",)

    def __init__(self, number: int, cells: Mapping[str, Cell]) -> None:
        super().__init__(number)
        self._cells = cells

    @property
    def cells(self) -> Mapping[str, Cell]:
        """The cells by address."""
        return self._cells


class Rows(tuple["Row", ...]):  # noqa: SLOT001 (it keeps what it is asked for)
    """The rows of one sheet as they stand; what many workbooks have alike can be kept of all of them at once too."""

    @cached_property
    def by_number(self) -> Mapping[int, Row]:
        """The rows by their numbers; of a number that stands twice the last."""
        return {row.number: row for row in self}

    @cached_property
    def same(self) -> Facts:
        """What is the same on all sheets that have the very same rows."""
        return _together(self)

    @cached_property
    def shape(self) -> Facts:
        """What is the same on all sheets whose rows are of the same shapes."""
        return _together(tuple(row.shape for row in self))

    @cached_property
    def typing(self) -> Facts:
        """What is the same on all sheets whose rows are of the same typings."""
        return _together(tuple(row.typing for row in self))


def _together(facts: tuple[Facts, ...]) -> Facts:
    """Return one object for the same objects in the same order; nothing is kept where it is not of each of them."""
    return Facts(keeps=False) if any(one.facts is None for one in facts) else _alike(facts)


@lru_cache(maxsize=_SHEETS_KEPT)
def _alike(facts: tuple[Facts, ...]) -> Facts:
    del facts
    return Facts()


def by_row(find: Callable[Concatenate[R, P], T]) -> Callable[Concatenate[R, P], T]:
    """Let a function of a row, or of all, be asked once for the same, whoever has it; nobody may change the answer."""
    return _asked_once(find, lambda rows: rows.same)


def by_shape(find: Callable[Concatenate[R, P], T]) -> Callable[Concatenate[R, P], T]:
    """Let a function of a row, or of all rows, be asked once for all of one shape; it may look at nothing else."""
    return _asked_once(find, lambda rows: rows.shape)


def by_typing(find: Callable[Concatenate[R, P], T]) -> Callable[Concatenate[R, P], T]:
    """Let a function of a row, or of all rows, be asked once for all of one typing, as `by_shape` does."""
    return _asked_once(find, lambda rows: rows.typing)


def _asked_once(find: Callable[Concatenate[R, P], T], holder: Callable[[R], Facts]) -> Callable[Concatenate[R, P], T]:
    def found(rows: R, /, *further: P.args, **named: P.kwargs) -> T:
        facts = holder(rows).facts
        if facts is None:
            return find(rows, *further, **named)
        asked = (find, *further, *named.items()) if named else (find, *further)
        try:
            return facts[asked]  # type: ignore[no-any-return] # what `find` has returned
        except KeyError:
            answer = facts[asked] = find(rows, *further, **named)
            return answer

    return found
