"""Cells and rows; rows that many workbooks have alike, and what was found out about them once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

P = ParamSpec("P")
T = TypeVar("T")


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
    again. `shape`, `typing` and `wording` are such objects too: rows of the same `shape` have the same number,
    addresses, styles and formulas; those of the same `typing` moreover the same texts where no formula stands, those of
    the same `wording` the same texts everywhere. In other values all of them may differ.
    """

    __slots__ = ("attributes", "number", "prefixes", "shape")

    def __init__(
        self, number: int, attributes: str = "", prefixes: tuple[str, ...] = (), shape: Facts | None = None
    ) -> None:
        super().__init__(keeps=shape is not None)
        self.number, self.attributes, self.prefixes, self.shape = number, attributes, prefixes, shape or self

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

    @property
    def wording(self) -> Facts:
        """What is the same in all rows of one wording."""
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


def by_row(find: Callable[Concatenate[Row, P], T]) -> Callable[Concatenate[Row, P], T]:
    """Let a function of a row be asked once for each, however many workbooks have it; nobody may change the answer."""
    return _asked_once(find, lambda row: row)


def by_shape(find: Callable[Concatenate[Row, P], T]) -> Callable[Concatenate[Row, P], T]:
    """Let a function of a row be asked once for all rows of one shape; it may look at nothing that they differ in."""
    return _asked_once(find, lambda row: row.shape)


def by_typing(find: Callable[Concatenate[Row, P], T]) -> Callable[Concatenate[Row, P], T]:
    """Let a function of a row be asked once for all rows of one typing, as `by_shape` does."""
    return _asked_once(find, lambda row: row.typing)


def by_wording(find: Callable[Concatenate[Row, P], T]) -> Callable[Concatenate[Row, P], T]:
    """Let a function of a row be asked once for all rows of one wording, as `by_shape` does."""
    return _asked_once(find, lambda row: row.wording)


def _asked_once(
    find: Callable[Concatenate[Row, P], T], holder: Callable[[Row], Facts]
) -> Callable[Concatenate[Row, P], T]:
    def found(row: Row, /, *further: P.args, **named: P.kwargs) -> T:
        facts = holder(row).facts
        if facts is None:
            return find(row, *further, **named)
        asked = find, *further, *named.items()
        if asked not in facts:
            facts[asked] = find(row, *further, **named)
        return facts[asked]  # type: ignore[no-any-return] # what `find` has returned

    return found
