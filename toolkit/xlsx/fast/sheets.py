"""The rows of a sheet part, cut out of its text: what most sheets of a form have alike is worked out once for all.

All values of a sheet are taken out of it at once. What is left is the same in most returns of one form that one program
has saved, and is only held against it; so are most values: rows whose values are those of the sheet read before are
taken over from it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property, lru_cache
from itertools import compress
from operator import attrgetter, ne
from typing import TYPE_CHECKING

from toolkit.xlsx.fast.rows import HELD, HOLE, SHARED, CutRow, is_plain, plan_of, typed_text
from toolkit.xlsx.row import Facts, Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.xlsx.fast.rows import Plan
    from toolkit.xlsx.sheet import SharedStrings

_VALUE = re.compile(rb"<v>([^<]*+)</v>")
_ROW, _ENDS, _HOLE = b"<row ", b"</v>", HOLE.encode()
_FACTS = attrgetter("facts")
_KINDS_KEPT, _TYPINGS_KEPT = 1 << 7, 1 << 3  # and of one kind, sheets that differ in the texts typed
# A form's largest sheet has some hundred rows and two thousand cells; what has many more is somebody's own.
_MANY_ROWS, _MANY_CELLS, _MUCH = 1 << 11, 1 << 12, 1 << 19


class _Sheet(Facts):
    """A sheet without the values in it: the plans of its rows, and what was put into them last."""

    def __init__(self, skeleton: bytes, plans: tuple[Plan, ...]) -> None:
        super().__init__()
        self._plans = plans
        cells = [(place, one) for place, plan in enumerate(plans) for one in plan.open]
        # What stands before the end of each value, and behind the last; most end in a hole, where the value stands.
        pieces, kinds = skeleton.split(_ENDS), iter(one.kind == SHARED for _, one in cells)
        self._pieces = [piece.removesuffix(_HOLE) for piece in pieces]
        self._is_whole = [not piece.endswith(_HOLE) for piece in pieces]
        self._is_text = [not is_whole and next(kinds) for is_whole in self._is_whole]
        self._is_other = [
            not (is_whole or is_text) for is_whole, is_text in zip(self._is_whole, self._is_text, strict=True)
        ]
        self._length = len(skeleton) - len(cells)
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
        is_short = all(plan.facts is not None for plan in plans)
        # Whether other workbooks may have it too.
        self.may_be_kept = is_short and len(skeleton) < _MUCH and sum(len(plan.cells) for plan in plans) < _MANY_CELLS

    def values_in(self, inside: bytes, pieces: list[bytes]) -> list[bytes] | None:
        """Return what a text, given whole and cut behind each value, has more than this one; None where it has other.

        Behind a piece that ends in no value nothing stands.
        """
        if len(pieces) != len(self._pieces):
            return None
        values = [*map(bytes.removeprefix, pieces, self._pieces)]
        put_in = b"".join(values)
        is_alike = len(put_in) + self._length == len(inside)  # else one of the pieces was no prefix
        is_alike = is_alike and b"<" not in put_in and not any(compress(values, self._is_whole))
        return values if is_alike else None

    def rows(self, values: list[bytes], strings: SharedStrings) -> Rows | None:
        """Return the rows with these values; None where an XML parser might read one otherwise."""
        texts = [*map(strings.by_number.__getitem__, compress(values, self._is_text))]
        others = [*compress(values, self._is_other)]
        last = self._last  # asked once: another thread may read a sheet of the kind
        differ = None if last is None else [*map(ne, others, last[1])]
        if not is_plain(b"\n".join(others if differ is None else compress(others, differ)).decode()):
            return None
        if last is None or differ is None:
            rows = [*self._made(range(len(self._plans)), texts, others)]
        else:
            rows = last[2].copy()
            changed = {*compress(self._other_rows, differ), *compress(self._text_rows, map(ne, texts, last[0]))}
            for place, row in zip(changed, self._made(changed, texts, others), strict=True):
                rows[place] = row
        if None in map(_FACTS, rows):
            return Rows(rows)
        self._last = texts, others, rows
        found = _CutRows(rows)
        found.sheet, found.texts, found.others = self, texts, others
        return found

    def said(self, texts: list[str], others: list[bytes]) -> tuple[str | None, ...]:
        """Return the shared strings and the texts among the values typed; None for other values, if there are any."""
        typed = [typed_text(one, others[place]) for place, one in self._typed]
        return (*texts, *(typed if any(text is not None for text in typed) else ()))

    def _made(self, places: Iterable[int], texts: list[str], others: list[bytes]) -> Iterator[CutRow]:
        plans, text, other = self._plans, self._text_starts, self._other_starts
        for place in places:
            after = place + 1
            yield CutRow(plans[place], texts[text[place] : text[after]], others[other[place] : other[after]])


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

    Sheets with the same `marks` and as many values are expected to be alike.
    """
    if len(inside) > _MUCH and inside.count(_ROW) > _MANY_ROWS:
        return None  # remembering each row would cost more than it saves
    pieces = inside.split(_ENDS)
    expected = _kind(len(pieces), *marks)
    sheet, values = expected.sheet, None
    if sheet is not None:
        values = sheet.values_in(inside, pieces)
    if sheet is None or values is None:
        sheet = _sheet_of(inside, pieces)
        values = None if sheet is None else sheet.values_in(inside, pieces)
        if sheet is None or values is None:
            return None
        if sheet.may_be_kept:
            expected.sheet = sheet
    try:
        return sheet.rows(values, strings)
    except (KeyError, UnicodeDecodeError):  # the reference says what is wrong
        return None


def _sheet_of(inside: bytes, pieces: list[bytes]) -> _Sheet | None:
    """Return what a text is without its values, the same for the same; None where anything about it is unusual."""
    first, *others = _VALUE.split(inside)
    skeleton = HELD.join([first, *others[1::2]])
    kind = _kind(hash(skeleton))
    if kind.sheet is not None and kind.sheet.values_in(inside, pieces) is not None:
        return kind.sheet
    sheet = None if _HOLE in inside else _new_sheet(skeleton)
    if sheet is not None and sheet.may_be_kept:
        kind.sheet = sheet
    return sheet


def _new_sheet(skeleton: bytes) -> _Sheet | None:
    first, *texts = skeleton.split(_ROW)
    if first.strip(b"\n\t ") or len(texts) > _MANY_ROWS:
        return None
    plans = [plan_of(text) for text in texts]
    return None if None in plans else _Sheet(skeleton, tuple(plans))  # type: ignore[arg-type] # none of them is None
