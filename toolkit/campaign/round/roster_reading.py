"""A roster read from its file and written back: what people type becomes organs, every mistake named with its row."""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.campaign.round.roster import Organ, Roster, make_roster
from toolkit.campaign.round.roster_table import HEADS, read_table
from toolkit.files import csv_bytes
from toolkit.form.dates import read_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from toolkit.campaign.round.roster_table import CellValue

_SEPARATORS = re.compile(r"[;；、,，\s]+")
_POWER = re.compile(r"\d(?:\.\d+)?[Ee]\+\d+")
_DIGITS = 15  # a spreadsheet's number holds no more; an 18-digit code typed as a number has lost its end
_CODE_WIDTH = 3
_CODES = ("code", "parent", "line", "predecessor")
_UNSEEN = re.compile(r"[\u200b-\u200f\ufeff\u00ad]")
_LINE_BREAK = re.compile(r"\s*[\r\n]+\s*")
_SUM_LINE = re.compile(r"(?:合计|总计|小计|共计|汇总)[:：]?.*|共?\d+[家个].*")
_SIGNATURE = re.compile(r"\s*(?:填表人|审核人|制表人|制表|填表|审核|负责人|联系人|备注|说明|注|单位（盖章）)\s*[:：]")
_FORMULA_SIGNS = ("=", "+", "-", "@")


def read_roster(path: Path, top: str = "", top_name: str = "") -> Roster:
    """Return the roster in a .csv (UTF-8, UTF-16 or GB18030) or .xlsx file.

    `top` is the code of the coordinator, `top_name` its name, which may be named as a parent without standing in the
    roster. Where no organ has a code, codes are given in the order of the file; a parent given by its name gets its
    code. `notes` of the roster say what was read and how.

    Raises:
        InputError: the table cannot be read, or the roster is not sound; every mistake is listed with its row.
    """
    table = read_table(path)
    mistakes: list[str] = []
    notes = list(table.notes)
    organs = [_organ(number, cells, mistakes, notes, from_1904=table.from_1904) for number, cells in table.lines]
    is_without_codes = bool(organs) and not any(organ.code for organ in organs)
    if is_without_codes:
        width = max(len(str(len(organs))), _CODE_WIDTH)
        organs = [replace(organ, code=f"{place:0{width}d}") for place, organ in enumerate(organs, 1)]
        notes.append(f"名册里没有代码，已按次序给了 {organs[0].code} 到 {organs[-1].code}，写进工作文件夹的名册")
    organs = list(_by_codes(organs, {top_name: top}, notes))
    sound = make_roster(organs, str(path), top, mistakes)
    return replace(sound, notes=tuple(dict.fromkeys(notes)), has_given_codes=is_without_codes)


def _by_codes(organs: Sequence[Organ], further: Mapping[str, str], notes: list[str]) -> Iterator[Organ]:
    """Yield the organs with the codes of the parents that were given by name."""
    codes = {organ.code for organ in organs}
    by_name = {**further, **{organ.name: organ.code for organ in organs}, "": ""}
    for organ in organs:
        parent, line = (above if above in codes else by_name.get(above, above) for above in (organ.parent, organ.line))
        if (parent, line) != (organ.parent, organ.line):
            notes.append("上级写的是名称的，已换成它的代码")
            organ = replace(organ, parent=parent, line=line)  # noqa: PLW2901
        yield organ


def roster_csv(roster: Roster) -> bytes:
    """Return a roster as .csv, every column of it, so that it reads back the same."""
    rows = (
        (
            organ.code, organ.name, organ.parent, organ.kind, organ.contact, organ.phone,
            organ.deadline.isoformat() if organ.deadline else "", ";".join(organ.predecessors), organ.ground,
            organ.line, organ.publish_by.isoformat() if organ.publish_by else "",
        )
        for organ in roster.organs
    )  # fmt: skip
    return csv_bytes([tuple(heads[0] for heads in HEADS.values()), *rows])


def _organ(
    number: int, cells: Mapping[str, CellValue], mistakes: list[str], notes: list[str], *, from_1904: bool
) -> Organ:
    texts = {key: _text(value, is_code=key in _CODES) for key, value in cells.items()}
    mistakes += _odd_line(number, texts)
    notes += _changed(number, cells, texts)
    for key in _CODES:
        value = cells.get(key, "")
        if _POWER.search(texts.get(key, "")) or (not isinstance(value, str) and len(texts[key]) > _DIGITS):
            mistakes.append(
                f"第 {number} 行的{HEADS[key][0]} {texts[key]} 是按数字存的，超过 {_DIGITS} 位的末尾已经丢失；"
                "请把这一列设为“文本”格式后重新填写"
            )
    return Organ(
        row=number,
        code=sys.intern(texts.get("code", "")),
        name=sys.intern(texts["name"]),
        parent=sys.intern(texts.get("parent", "")),
        kind=sys.intern(texts.get("kind", "")),
        contact=texts.get("contact", ""),
        phone=texts.get("phone", ""),
        deadline=_day(number, "deadline", cells, mistakes, from_1904=from_1904),
        publish_by=_day(number, "publish_by", cells, mistakes, from_1904=from_1904),
        predecessors=tuple(code for code in _SEPARATORS.split(texts.get("predecessor", "")) if code),
        ground=texts.get("ground", ""),
        line=texts.get("line", ""),
    )


def _text(value: CellValue, *, is_code: bool = False) -> str:
    if not isinstance(value, str):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    seen = _UNSEEN.sub("", value)
    if is_code:
        return " ".join(unicodedata.normalize("NFKC", seen).split())
    # A line break within a name is only where the cell was too narrow.
    return " ".join(_LINE_BREAK.sub("", seen).split())


def _odd_line(number: int, texts: Mapping[str, str]) -> Iterator[str]:
    """Refuse what is no organ, and names a spreadsheet would take for a formula."""
    words = [texts.get("code", ""), texts["name"]]
    if any(_SUM_LINE.fullmatch("".join(word.split())) or _SIGNATURE.match(word) for word in words):
        shown = "、".join(f"“{word}”" for word in words if word)
        yield f"第 {number} 行{shown}像是合计、说明或签名，不是机关，请从名册里删去"
    elif texts["name"].startswith(_FORMULA_SIGNS):
        yield f"第 {number} 行的名称“{texts['name']}”以“{texts['name'][0]}”开头，会被表格软件当成公式，请核对"


def _changed(number: int, cells: Mapping[str, CellValue], texts: Mapping[str, str]) -> Iterator[str]:
    """Tell where a name or code was read otherwise than it is written, spaces at the ends aside."""
    for key in ("code", "name", "parent"):
        value = cells.get(key, "")
        if isinstance(value, str) and " ".join(value.split()) != texts.get(key, ""):
            yield f"第 {number} 行的{HEADS[key][0]}里有看不见的字符、换行或全角字符，读成“{texts[key]}”"


def _day(number: int, key: str, cells: Mapping[str, CellValue], mistakes: list[str], *, from_1904: bool) -> date | None:
    value = cells.get(key, "")
    if value == "":
        return None
    day = read_date(value, from_1904=from_1904)
    if day is None:
        mistakes.append(f"第 {number} 行的{HEADS[key][0]}“{value}”看不懂，请写成 年-月-日")
    return day
