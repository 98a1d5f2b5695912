"""Dates as people write them and as spreadsheets store them: the one reader of dates in the toolkit."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal

# What the two systems of spreadsheets count their days from (the first counts a 29 February 1900 that never was).
_FROM_1900, _FROM_1904 = date(1899, 12, 30), date(1904, 1, 1)
# Serial numbers of the days from 1954 to 2119: smaller and larger numbers are more likely something else.
_SERIALS = range(20_000, 80_500)
_DIGITS = {"〇": "0", "零": "0", "○": "0", "Ｏ": "0", "一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6",
           "七": "7", "八": "8", "九": "9"}  # fmt: skip
_TENS = re.compile(r"([1-9]?)十([1-9]?)")
_WRITTEN = re.compile(
    r"(?P<year>\d{4})(?:年|[-./·])(?P<month>\d{1,2})(?:月|[-./·])(?P<day>\d{1,2})[日号]?"
    r"(?:T?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?"
)
_RUN_TOGETHER = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
_WEEKDAY = re.compile(r"[(（]?(?:星期|周)[一二三四五六日天][)）]?$")


def read_date(written: str | int | Decimal | date, *, from_1904: bool = False) -> date | None:
    """Return the day that is meant, or None where it is no day of the calendar.

    Takes a date, the serial number of a spreadsheet (`from_1904`: of one that counts from 1904), and text: with 年月日,
    hyphens, dots, slashes or none; with full-width or Chinese digits, spaces, a weekday or a time behind.
    """
    if isinstance(written, date):
        return written
    if isinstance(written, int | Decimal):
        return date_of_serial(written, from_1904=from_1904)
    text = _plain(written)
    if text.isdecimal() and int(text) in _SERIALS:
        return date_of_serial(int(text), from_1904=from_1904)
    found = _WRITTEN.fullmatch(text) or _RUN_TOGETHER.fullmatch(text)
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"])) if found else None
    except ValueError:
        return None


def date_of_serial(serial: int | Decimal, *, from_1904: bool = False) -> date | None:
    """Return the day a spreadsheet's number stands for, or None where it is no likely day; a time of day is dropped."""
    if not serial.is_finite() if isinstance(serial, Decimal) else False:
        return None
    days = int(serial)
    if days + (_FROM_1904 - _FROM_1900).days * from_1904 not in _SERIALS:
        return None
    return (_FROM_1904 if from_1904 else _FROM_1900) + timedelta(days=days)


def _plain(written: str) -> str:
    text = re.sub(r"[\s\u200b-\u200f\ufeff]", "", unicodedata.normalize("NFKC", written.replace("T", " T")))
    text = _WEEKDAY.sub("", text)
    text = "".join(_DIGITS.get(character, character) for character in text)
    return _TENS.sub(lambda found: f"{found[1] or 1}{found[2] or 0}", text)
