"""The rows of a sheet part, cut out of its text: what most sheets of a form have alike is worked out once for all.

All values of a sheet are taken out of it at once. What is left is the same in most returns of one form that one program
has saved, and so are most values: rows whose values are those of the sheet read before are taken over from it.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from itertools import accumulate, chain, compress, count, repeat
from operator import ne
from typing import TYPE_CHECKING

from toolkit.xlsx.fast.rows import HELD, HOLE, CutRow, is_plain, plan_of, typed_text
from toolkit.xlsx.row import Facts, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.xlsx.fast.rows import Plan

_VALUE = re.compile(rb"<v>([^<]*+)</v>")
_ROW = b"<row "
_KINDS_KEPT, _TYPINGS_KEPT = 1 << 7, 1 << 3  # and of one kind, sheets that differ in the texts typed
# A form's largest sheet has some hundred rows and two thousand cells; what has many more is somebody's own.
_MANY_ROWS, _MANY_CELLS, _MUCH = 1 << 11, 1 << 12, 1 << 19
_MANY_DIGITS = 10  # of a number no shared string has


class _Sheet(Facts):
    """A sheet without the values in it: the plans of its rows, and what was put into them last."""

    def __init__(self, skeleton: bytes, plans: tuple[Plan, ...]) -> None:
        super().__init__()
        self.skeleton = skeleton
        sizes = [len(plan.open) for plan in plans]
        self._plans, self._starts = plans, [0, *accumulate(sizes)]
        self._owners = [*chain.from_iterable(map(repeat, range(len(plans)), sizes))]  # the row of every value
        self._shares = [*chain.from_iterable(plan.shares for plan in plans)]
        self._typed = [
            (start + place, plan.open[place])
            for start, plan in zip(self._starts, plans, strict=False)
            for place in plan.typed
        ]
        self.typing_of = lru_cache(maxsize=_TYPINGS_KEPT)(lambda _: Facts())  # for the texts typed into it
        self._last: tuple[list[bytes | str], list[CutRow]] | None = None

    @property
    def may_be_kept(self) -> bool:
        """Whether other workbooks may have it too."""
        is_short = all(plan.facts is not None for plan in self._plans)
        return is_short and len(self.skeleton) < _MUCH and sum(len(plan.cells) for plan in self._plans) < _MANY_CELLS

    def rows(self, values: list[bytes], strings: Sequence[str]) -> Rows | None:
        """Return the rows with these values; None where an XML parser might read one otherwise."""
        told = [*compress(values, self._shares)]
        is_number = all(map(bytes.isdigit, told)) and max(map(len, told), default=0) < _MANY_DIGITS
        if not is_number or not is_plain(b"\n".join(values).decode()):
            return None
        put: list[bytes | str] = [*values]
        for place, number in zip(compress(count(), self._shares), map(int, told), strict=True):
            put[place] = strings[number]
        rows = self._put_in(put)
        if any(row.facts is None for row in rows):
            return Rows(rows)
        self._last = put, rows
        found = _CutRows(rows)
        found.sheet, found.put = self, put
        return found

    def said(self, put: list[bytes | str]) -> tuple[str | None, ...]:
        """Return the shared strings and the texts among the values typed; None for other values, if there are any."""
        typed = [typed_text(one, put[place]) for place, one in self._typed]
        return (*compress(put, self._shares), *(typed if any(text is not None for text in typed) else ()))

    def _put_in(self, put: list[bytes | str]) -> list[CutRow]:
        last = self._last  # asked once: another thread may read a sheet of the kind
        if last is None:
            return [self._row(place, put) for place in range(len(self._plans))]
        rows = last[1].copy()
        for place in set(compress(self._owners, map(ne, put, last[0]))):
            rows[place] = self._row(place, put)
        return rows

    def _row(self, place: int, put: list[bytes | str]) -> CutRow:
        return CutRow(self._plans[place], tuple(put[self._starts[place] : self._starts[place + 1]]))


class _CutRows(Rows):
    """Rows that may be kept, with the sheet they were cut out of and what was put into it."""

    sheet: _Sheet
    put: list[bytes | str]

    @cached_property
    def shape(self) -> Facts:
        """What is the same on all sheets that are the same without values."""
        return self.sheet

    @cached_property
    def typing(self) -> Facts:
        """What is the same on all of these with the same texts typed."""
        return self.sheet.typing_of(self.sheet.said(self.put))


class _Kind:
    """Sheets that are expected to be alike without their values."""

    __slots__ = ("sheet",)

    def __init__(self) -> None:
        self.sheet: _Sheet | None = None


@lru_cache(maxsize=_KINDS_KEPT)
def _kind(*marks: object) -> _Kind:
    del marks
    return _Kind()


def cut_rows(inside: bytes, strings: Sequence[str], *marks: object) -> Rows | None:
    """Return the rows that stand in the data of a sheet; the same rows for the same text and strings.

    Sheets with the same `marks` and of the same length are expected to be alike.
    """
    if len(inside) > _MUCH and inside.count(_ROW) > _MANY_ROWS:
        return None  # remembering each row would cost more than it saves
    first, *others = _VALUE.split(inside)
    skeleton = HELD.join([first, *others[1::2]])
    kind = _kind(len(skeleton), *marks)
    sheet = kind.sheet
    if sheet is None or sheet.skeleton != skeleton:
        sheet = None if HOLE.encode() in inside else _sheet_of(skeleton)
        if sheet is None:
            return None
        if sheet.may_be_kept:
            kind.sheet = sheet
    try:
        return sheet.rows(others[::2], strings)
    except (IndexError, UnicodeDecodeError):  # the reference says what is wrong
        return None


def _sheet_of(skeleton: bytes) -> _Sheet | None:
    first, *texts = skeleton.split(_ROW)
    if first.strip(b"\n\t ") or len(texts) > _MANY_ROWS:
        return None
    plans = [plan_of(text) for text in texts]
    return None if None in plans else _Sheet(skeleton, tuple(plans))  # type: ignore[arg-type] # none of them is None
