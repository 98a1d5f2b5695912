"""What is seen of a cell: its number itself or something a person takes for another; whether it is crossed out."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.xlsx.sheet import STRUCK

if TYPE_CHECKING:
    from toolkit.xlsx.package import Cell, Package

_DAY_OR_CLOCK = re.compile(r"[ymdhs年月日时分]|aaa", re.IGNORECASE)
_SCALE = re.compile(r"[百千万亿]+元?|元")  # a unit that the format writes behind the number
_FILLED = re.compile(r"\*\d|[0#?]-[0#?]")  # digits that fill the cell, a line between the number's own
_SCALED = re.compile(r"[0#?],+(?![0#?,])")  # a comma behind the digits divides by a thousand
# Where a format puts the number, or a text as it is.
_NUMBERED = re.compile(r"[0#?@]|general|g/通用格式", re.IGNORECASE)
_MINUS = re.compile(r"(?<![Ee])-")
_WRITTEN = re.compile(r'"[^"]*"|[\\!].')  # what a format writes beside the digits of the number
_ADDED = re.compile(r"[0-9.-]")
_QUOTED = re.compile(r'"[^"]*"|[\\!].|\[[^\]]*\]|[_*].')
_TEXT_PART = 3  # positive, negative, nought, text
# The built-in formats of days, clocks and per cent, by number (ECMA-376 part 1, 18.8.30, with the Chinese ones).
_BUILT_IN = frozenset({9, 10, *range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})


@lru_cache(maxsize=256)
def shows_another(code: str, unit: str) -> bool:
    """Return whether a number format shows something else than the number in its unit, or nothing at all."""
    if code.startswith("#") and code[1:].isdigit():
        return int(code[1:]) in _BUILT_IN
    plain = _QUOTED.sub("", code)
    positive, _, rest = code.partition(";")
    noughts = rest.split(";")[1] if rest.count(";") else ""
    written = "".join(_WRITTEN.findall(positive)) + "".join(re.findall("[0-9]", "".join(_WRITTEN.findall(noughts))))
    scale, bare = _SCALE.search(positive), _QUOTED.sub("", positive)
    return bool(
        "%" in plain or _DAY_OR_CLOCK.search(plain) or _SCALED.search(plain) or _ADDED.search(written)
        or (scale and not unit.startswith(scale[0])) or _FILLED.search(positive) or _MINUS.search(bare)
        or (code and not _NUMBERED.search(bare))
    )  # fmt: skip


@lru_cache(maxsize=256)
def hides_text(code: str) -> bool:
    """Return whether a number format shows a text as nothing, or as other words: its fourth part leaves it out."""
    parts = _QUOTED.sub("", code).split(";")
    return len(parts) > _TEXT_PART and not _NUMBERED.search(parts[_TEXT_PART])


def is_crossed_out(package: Package, cell: Cell) -> bool:
    """Return whether what stands in a cell is crossed out, in whole or in part."""
    if cell.value in (None, ""):
        return False
    return package.is_struck(cell.style) or (isinstance(cell.value, str) and STRUCK in cell.value)
