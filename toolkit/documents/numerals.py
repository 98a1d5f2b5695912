"""Numbers as people write them into the cells of a table: what is unmistakable is taken, what is not is named.

The one owner of this knowledge: workbooks, documents and tables of values all ask here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from toolkit.filing.prose.numerals import chinese_value
from toolkit.form.checks import INVISIBLE

if TYPE_CHECKING:
    from toolkit.form.values import Figure


class Manner(StrEnum):
    """How a number that could not be misunderstood was written; a cell has the first of these that fits."""

    NOUGHT = "nought"
    UNIT = "unit"
    SEPARATED = "separated"
    SIGNED = "signed"
    FULL_WIDTH = "full-width"
    SPACED = "spaced"
    ZERO_PLACES = "zero-places"
    TEXT = "text"

    @property
    def label(self) -> str:
        """The words that follow “有 3 格”."""
        return _MANNERS[self]


_MANNERS = {
    Manner.NOUGHT: "用横线、斜线或“无”表示 0",
    Manner.UNIT: "在数后面写了单位",
    Manner.SEPARATED: "用了千位分隔",
    Manner.SIGNED: "在数前面写了撇号或正负号",
    Manner.FULL_WIDTH: "用了全角数字",
    Manner.SPACED: "带有空格、换行或看不见的字符",
    Manner.ZERO_PLACES: "带有多余的小数点和 0",
    Manner.TEXT: "存成了文本",
}


class Doubt(StrEnum):
    """Why a text in a figure's cell is not taken for a number."""

    ABOUT = "about"
    MYRIADS = "myriads"
    SUM = "sum"
    MINUS = "minus"
    OTHER_UNIT = "other-unit"
    CIRCLED = "circled"
    CHINESE = "chinese"
    TRUTH = "truth"
    ERROR = "error"
    PER_CENT = "per-cent"
    RANGE = "range"
    SEPARATORS = "separators"
    LETTERS = "letters"
    NOTE = "note"
    NO_NUMBER = "no-number"

    @property
    def label(self) -> str:
        """The cause in words, a clause that can end a sentence."""
        return _DOUBTS[self]


_DOUBTS = {
    Doubt.ABOUT: "写的是大概的数",
    Doubt.MYRIADS: "用了“万”一类的字，不知道是不是这个数",
    Doubt.SUM: "写的是算式，没有算出来",
    Doubt.MINUS: "用文字写负数或减少",
    Doubt.OTHER_UNIT: "写的单位和这一格的单位不同",
    Doubt.CIRCLED: "用的是序号符号，不是数字",
    Doubt.CHINESE: "用的是汉字数字",
    Doubt.TRUTH: "是真假值，不是数",
    Doubt.ERROR: "是公式的出错结果",
    Doubt.PER_CENT: "写的是百分比或分数",
    Doubt.RANGE: "像是日期、时间或范围",
    Doubt.SEPARATORS: "逗号、空格或小数点的位置看不出是什么数",
    Doubt.LETTERS: "数字里夹着像数字的字母",
    Doubt.NOTE: "数之外还写了别的字",
    Doubt.NO_NUMBER: "里面没有数",
}


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """What a text in a figure's cell says: `value` and the `manner`, or None, the `doubt` and the `likely` number."""

    value: Figure | None
    manner: Manner | None = None
    doubt: Doubt | None = None
    likely: Figure | None = None


LONGEST = 80  # characters; what is longer is a text with a number in it at best
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_GROUPED = r"[0-9]{1,3}(?:(?P<mark>[, ])[0-9]{3})(?:(?P=mark)[0-9]{3})*(?:\.[0-9]+)?"
_PLAIN = re.compile(rf"(?P<quote>['’‘`´]?)\s*(?P<sign>[-+−]?)\s*(?P<number>{_GROUPED}|{_NUMBER})\s*(?P<unit>\D*)")
_NOUGHTS = frozenset({"—", "——", "-", "--", "–", "−", "/", "无", "没有"})
_MEASURES = frozenset("件条个次项人家宗份起")  # words that only count; what is counted stands in the table's head
_TAIL = " " + "".join(sorted(_MEASURES))
_MONEY = {"元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "亿元": 10**8}
_TIMES = {"十": 10, "百": 100, "千": 10**3, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_HIDDEN = str.maketrans(dict.fromkeys((sign for sign in INVISIBLE if not sign.isspace()), ""))
_ABOUT = re.compile(
    rf"(?:约|大约|近|将近|不到|超过|左右|[~≈<>≤≥])+\s*({_NUMBER})|({_NUMBER})\s*(?:余|多|左右|以上|以下)"
)
_MINUS = re.compile(rf"(?:减少?|负|下降)\s*({_NUMBER})|\(\s*({_NUMBER})\s*\)")
_MYRIADS = re.compile(rf"({_NUMBER})\s*({'|'.join(sorted(_TIMES, key=len, reverse=True))})\D?")
_SUM = re.compile(rf"=?\s*({_NUMBER}(?:\s*\+\s*{_NUMBER})+)\s*=?")
_PRODUCT = re.compile(r"=.+|[0-9.\s]+(?:[*×÷][0-9.\s]+)+")
_RANGE = re.compile(r"[0-9]+(?:\s*[-–—~至/:.年月日]\s*[0-9]*)+")
_SPLIT = re.compile(r"[0-9., ]+")
_LETTERS = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1"})
_LETTERED = re.compile(r"[0-9OoIl|]+")


def read_number(text: str, unit: str = "") -> WrittenNumber:
    """Return what a text in a cell that should hold a number says.

    `unit` is the unit the form prints for the cell. A whole number is int, any other Decimal, neither ever a float. A
    text that holds nothing visible has no value and no doubt: the cell is blank.
    """
    if circled := _circled(text):
        return circled
    clean = _clean(text)
    if not clean:
        return WrittenNumber(None)
    if clean in _NOUGHTS:
        return WrittenNumber(0, Manner.NOUGHT)
    found = _PLAIN.fullmatch(clean) if len(clean) <= LONGEST else None
    if found is None or not (found["unit"] == "" or _is_unit(found["unit"].strip(), unit)):
        return _doubted(clean, unit)
    value = _figure(found["sign"].replace("−", "-") + re.sub(r"[, ]", "", found["number"]))
    return WrittenNumber(value, _manner(text, found))


def _clean(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(_HIDDEN)).strip()


def _is_unit(written: str, unit: str) -> bool:
    return written == unit or (unit not in _MONEY and written in _MEASURES)


def _manner(text: str, found: re.Match[str]) -> Manner:
    if found["unit"]:
        return Manner.UNIT
    if found["mark"]:
        return Manner.SEPARATED
    if found["quote"] or found["sign"]:
        return Manner.SIGNED
    if any(sign.isdigit() and not sign.isascii() for sign in text):
        return Manner.FULL_WIDTH
    if text != found["number"]:
        return Manner.SPACED
    return Manner.ZERO_PLACES if re.search(r"\.0+$", text) else Manner.TEXT


def _figure(written: str) -> Figure:
    value = Decimal(written)
    return int(value) if value == value.to_integral_value() else value.normalize()


def _circled(text: str) -> WrittenNumber | None:
    """Tell signs that only look like digits: ①, ⑵, ½, ², Ⅳ; normalising would make digits of them."""
    stripped = text.translate(_HIDDEN).strip()
    if not any(unicodedata.category(sign) in {"No", "Nl"} and sign != "〇" for sign in stripped):
        return None
    plain = unicodedata.normalize("NFKC", stripped).strip("().")
    is_one_sign = len(stripped) == 1 and plain.isascii() and plain.isdigit()
    return WrittenNumber(None, doubt=Doubt.CIRCLED, likely=int(plain) if is_one_sign else None)


def _doubted(clean: str, unit: str) -> WrittenNumber:
    if len(clean) > LONGEST:
        return WrittenNumber(None, doubt=Doubt.NOTE if re.search("[0-9]", clean) else Doubt.NO_NUMBER)
    if clean.upper() in {"TRUE", "FALSE"}:
        return WrittenNumber(None, doubt=Doubt.TRUTH)
    if clean.startswith("#"):
        return WrittenNumber(None, doubt=Doubt.ERROR)
    for judge in (_other_unit, _whole_pattern):
        if (found := judge(clean, unit)) is not None:
            return found
    numbers = re.findall(_NUMBER, clean)
    if not numbers:
        return WrittenNumber(None, doubt=Doubt.NO_NUMBER)
    return WrittenNumber(None, doubt=Doubt.NOTE, likely=_figure(numbers[0]) if len(numbers) == 1 else None)


def _other_unit(clean: str, unit: str) -> WrittenNumber | None:
    found = re.fullmatch(rf"({_GROUPED}|{_NUMBER})\s*(\D+)", clean)
    if found is None or found[3] not in _MONEY:
        return None
    likely = None
    if unit in _MONEY:
        likely = _figure(str(Decimal(re.sub(r"[, ]", "", found[1])) * _MONEY[found[3]] / _MONEY[unit]))
    return WrittenNumber(None, doubt=Doubt.OTHER_UNIT, likely=likely)


def _whole_pattern(clean: str, unit: str) -> WrittenNumber | None:  # noqa: PLR0911 (one line for each kind of doubt)
    if found := _ABOUT.fullmatch(clean.rstrip(_TAIL)):
        return WrittenNumber(None, doubt=Doubt.ABOUT, likely=_figure(found[1] or found[2]))
    if found := _MYRIADS.fullmatch(clean):
        times = 1 if unit.startswith(found[2]) else _TIMES[found[2]]
        return WrittenNumber(None, doubt=Doubt.MYRIADS, likely=_figure(str(Decimal(found[1]) * times)))
    if found := _SUM.fullmatch(clean):
        parts = map(Decimal, re.findall(_NUMBER, found[1]))
        return WrittenNumber(None, doubt=Doubt.SUM, likely=_figure(str(sum(parts))))
    if _PRODUCT.fullmatch(clean):
        return WrittenNumber(None, doubt=Doubt.SUM)
    if found := _MINUS.fullmatch(clean.rstrip(_TAIL)):
        return WrittenNumber(None, doubt=Doubt.MINUS, likely=_figure(f"-{found[1] or found[2]}"))
    chinese = chinese_value(clean.rstrip(_TAIL))
    if chinese is not None:
        return WrittenNumber(None, doubt=Doubt.CHINESE, likely=chinese)
    return _mixed(clean)


def _mixed(clean: str) -> WrittenNumber | None:
    if re.search(r"[%‰⁄]|分之", clean):
        return WrittenNumber(None, doubt=Doubt.PER_CENT)
    if _SPLIT.fullmatch(clean):
        digits = re.sub("[, ]", "", clean)
        is_whole = digits.isdigit() and "," not in clean
        return WrittenNumber(None, doubt=Doubt.SEPARATORS, likely=int(digits) if is_whole else None)
    if _RANGE.fullmatch(clean):
        return WrittenNumber(None, doubt=Doubt.RANGE)
    if _LETTERED.fullmatch(clean) and any(sign.isdigit() for sign in clean):
        return WrittenNumber(None, doubt=Doubt.LETTERS, likely=int(clean.translate(_LETTERS)))
    return None
