"""Numbers as prose writes them: Arabic or Chinese digits with the thing they count."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ARABIC = r"[0-9０-９]+(?:[,，][0-9０-９]{3})*(?:[.．][0-9０-９]+)?"
_CHINESE = r"[〇零一二两三四五六七八九十百千万]+"
_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_MYRIAD = "万"
_MORE = "余多"
_POINT, _PERCENT = "点", "%"
_PERCENT_OF = rf"百分之\s*(?P<hundredths>{_CHINESE}(?:{_POINT}[〇零一二三四五六七八九]+)?|{_ARABIC})"
_TIMES = {"": 1, _MYRIAD: 10**4, "亿": 10**8}


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a text: where it stands, what it is, what it counts, and the characters themselves.

    `step` is one in the last place that was written: 1 for 25048件, 1000 for 2.5万件, which may stand for 25048.
    `is_about` says that it was written as more than that: 300余件.
    """

    start: int
    end: int
    value: Decimal
    unit: str
    text: str
    step: Decimal = Decimal(1)
    is_about: bool = False


def find_numerals(text: str, units: Iterable[str]) -> Iterator[Numeral]:
    """Yield every number of a text that is followed by one of these units, in order."""
    for found in _pattern(tuple(units)).finditer(text):
        if found["hundredths"]:
            if (share := _hundredths(found["hundredths"])) is not None:
                step = Decimal(1).scaleb(int(share.as_tuple().exponent))
                yield Numeral(found.start(), found.end(), share, _PERCENT, found[0], step)
            continue
        if found["arabic"]:
            said, times = _arabic(found["arabic"]), _TIMES[found["times"]]
            step = Decimal(1).scaleb(int(said.as_tuple().exponent)) * times
        elif (value := chinese_value(found["chinese"])) is not None:
            said, times, step = Decimal(value), 1, Decimal(1)
        else:
            continue
        yield Numeral(
            found.start(), found.end(), said * times, found["unit"], found[0], step, is_about=bool(found["more"])
        )


@lru_cache(maxsize=16)
def _pattern(units: tuple[str, ...]) -> re.Pattern[str]:
    longest = "|".join(map(re.escape, sorted(units, key=len, reverse=True)))
    percent = f"{_PERCENT_OF}|" if _PERCENT in units else r"(?P<hundredths>(?!))|"
    return re.compile(
        rf"{percent}(?:(?<![0-9０-９.．])(?P<arabic>{_ARABIC})\s*(?P<times>[万亿]?)"
        rf"|(?<![0-9０-９〇零一二两三四五六七八九十百千万亿第])(?P<chinese>{_CHINESE}))"
        rf"\s*(?P<more>[{_MORE}]?)\s*(?P<unit>{longest})"
    )


def _arabic(written: str) -> Decimal:
    return Decimal(unicodedata.normalize("NFKC", written).replace(",", ""))


def _hundredths(written: str) -> Decimal | None:
    """Return what stands behind 百分之: 四十点九, 五, 12.5."""
    whole, _, places = written.partition(_POINT)
    if (value := chinese_value(whole)) is None:
        return None if whole[0] in _DIGITS or whole[0] in _STEPS else _arabic(written)
    return Decimal(f"{value}.{''.join(str(_DIGITS[sign]) for sign in places)}" if places else value)


def chinese_value(written: str) -> int | None:
    """Return the number Chinese digits write: 三千五百二十五, 二〇二五, 十二; None where they write none."""
    if not written or any(sign not in _DIGITS and sign not in _STEPS and sign != _MYRIAD for sign in written):
        return None
    if all(sign in _DIGITS for sign in written):
        return int("".join(str(_DIGITS[sign]) for sign in written))
    high, myriad, low = written.rpartition(_MYRIAD)
    if myriad:
        above, below = chinese_value(high), chinese_value(low) if low else 0
        return None if above is None or below is None else above * 10_000 + below
    total, digit = 0, None
    for sign in written:
        if sign in _STEPS:
            total += (1 if digit is None else digit) * _STEPS[sign]
            digit = None
        elif _DIGITS[sign] or digit is None:
            digit = _DIGITS[sign] or None
    return total + (digit or 0)
