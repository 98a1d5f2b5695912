"""The rows of a sheet part, cut out of its text: what most sheets of a form have alike is worked out once for all.

All values of a sheet are taken out of it at once. What is left is the same in most returns of one form that one program
has saved, and so are most values: rows whose values are those of the sheet read before are taken over from it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property, lru_cache
from itertools import compress
from operator import ne
from typing import TYPE_CHECKING

from toolkit.xlsx.fast.rows import HELD, HOLE, SHARED, CutRow, is_plain, plan_of, typed_text
from toolkit.xlsx.row import Facts, Rows

if TYPE_CHECKING:
    from toolkit.xlsx.fast.rows import Plan
    from toolkit.xlsx.sheet import SharedStrings

_VALUE = re.compile(rb"<v>([^<]*+)</v>")
_ROW = b"<row "
_KINDS_KEPT, _TYPINGS_KEPT = 1 << 7, 1 << 3  # and of one kind, sheets that differ in the texts typed
# A form's largest sheet has some hundred rows and two thousand cells; what has many more is somebody's own.
_MANY_ROWS, _MANY_CELLS, _MUCH = 1 << 11, 1 << 12, 1 << 19


class _Sheet(Facts):
    """A sheet without the values in it: the plans of its rows, and what was put into them last."""

    def __init__(self, skeleton: bytes, plans: tuple[Plan, ...]) -> None:
        super().__init__()
        self.skeleton, self._plans = skeleton, plans
        cells = [(place, one) for place, plan in enumerate(plans) for one in plan.open]
        self._shares = [one.kind == SHARED for _, one in cells]
        self._others = [not is_shared for is_shared in self._shares]
        # The row that each shared string and each other value belongs to, and where those of each row begin.
        self._text_rows = [place for place, one in cells if one.kind == SHARED]
        self._other_rows = [place for place, one in cells if one.kind != SHARED]
        rows = range(len(plans) + 1)
        self._text_starts = [bisect_left(self._text_rows, place) for place in rows]
        self._other_starts = [bisect_left(self._other_rows, place) for place in rows]
        others = [one for _, one in cells if one.kind != SHARED]
        self._typed = [(place, one) for place, one in enumerate(others) if one.formula is None]
        self.typing_of = lru_cache(maxsize=_TYPINGS_KEPT)(lambda _: Facts())  # for the texts typed into it
        self._last: tuple[list[str], list[bytes], list[CutRow]] | None = None

    @property
    def may_be_kept(self) -> bool:
        """Whether other workbooks may have it too."""
        is_short = all(plan.facts is not None for plan in self._plans)
        return is_short and len(self.skeleton) < _MUCH and sum(len(plan.cells) for plan in self._plans) < _MANY_CELLS

    def rows(self, values: list[bytes], strings: SharedStrings) -> Rows | None:
        """Return the rows with these values; None where an XML parser might read one otherwise."""
        texts = [*map(strings.by_number.__getitem__, compress(values, self._shares))]
        others = [*compress(values, self._others)]
        if not is_plain(b"\n".join(others).decode()):
            return None
        rows = self._put_in(texts, others)
        if any(row.facts is None for row in rows):
            return Rows(rows)
        self._last = texts, others, rows
        found = _CutRows(rows)
        found.sheet, found.texts, found.others = self, texts, others
        return found

    def said(self, texts: list[str], others: list[bytes]) -> tuple[str | None, ...]:
        """Return the shared strings and the texts among the values typed; None for other values, if there are any."""
        typed = [typed_text(one, others[place]) for place, one in self._typed]
        return (*texts, *(typed if any(text is not None for text in typed) else ()))

    def _put_in(self, texts: list[str], others: list[bytes]) -> list[CutRow]:
        last = self._last  # asked once: another thread may read a sheet of the kind
        if last is None:
            return [self._row(place, texts, others) for place in range(len(self._plans))]
        rows = last[2].copy()
        changed = {*compress(self._text_rows, map(ne, texts, last[0]))}
        for place in changed.union(compress(self._other_rows, map(ne, others, last[1]))):
            rows[place] = self._row(place, texts, others)
        return rows

    def _row(self, place: int, texts: list[str], others: list[bytes]) -> CutRow:
        text, other, after = self._text_starts, self._other_starts, place + 1
        return CutRow(self._plans[place], texts[text[place] : text[after]], others[other[place] : other[after]])


class _CutRows(Rows):
    """Rows that may be kept, with the sheet they were cut out of and what was put into it."""

    sheet: _Sheet
    texts: list[str]
    others: list[bytes]

    @cached_property
    def shape(self) -> Facts:
        """What is the same on all sheets that are the same without values."""
        return self.sheet

    @cached_property
    def typing(self) -> Facts:
        """What is the same on all of these with the same texts typed."""
        return self.sheet.typing_of(self.sheet.said(self.texts, self.others))


class _Kind:
    """Sheets that are expected to be alike without their values."""

    __slots__ = ("sheet",)

    def __init__(self) -> None:
        self.sheet: _Sheet | None = None


@lru_cache(maxsize=_KINDS_KEPT)
def _kind(*marks: object) -> _Kind:
    del marks
    return _Kind()


def cut_rows(inside: bytes, strings: SharedStrings, *marks: object) -> Rows | None:
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
    except (KeyError, UnicodeDecodeError):  # the reference says what is wrong
        return None


def _sheet_of(skeleton: bytes) -> _Sheet | None:
    first, *texts = skeleton.split(_ROW)
    if first.strip(b"\n\t ") or len(texts) > _MANY_ROWS:
        return None
    plans = [plan_of(text) for text in texts]
    return None if None in plans else _Sheet(skeleton, tuple(plans))  # type: ignore[arg-type] # none of them is None
