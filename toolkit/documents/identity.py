"""Whose report it is, about which year, and of which day: from title, text and signature."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.documents.grids import Line, plain
from toolkit.form.dates import read_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from toolkit.form.model import Form

_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff（）])[\s\u3000]+(?=[\u4e00-\u9fff（）])")
_LONGEST_TITLE, _LONGEST_ORGAN = 120, 60
_NOTE_LINES = 5  # behind the signature come the contacts, then whatever the page has besides
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR = r"(?P<year>\d{4}|[〇○零一二三四五六七八九]{4})"
_LOOSE = re.compile(rf"(?P<organ>.*?)(?:关于)?{_YEAR}年?度?.{{0,8}}信息公开.{{0,8}}报告(?:[（(].{{0,20}}[）)])?")
_PERIOD = re.compile(r"(\d{4})年1月1日(?:零时)?起?(?:至|到|[-—－~～])")
_CRUMBS = re.compile(r"[>＞]\s+|[»›]\s*")


@dataclass(frozen=True, slots=True)
class Title:
    """What a title says; `at` is the block it stands in."""

    at: int
    organ: str
    year: int


@dataclass(frozen=True, slots=True)
class Signature:
    """The end of a report: from which block on nothing is prose, who signed, and when."""

    at: int
    organ: str = ""
    dated: date | None = None


def find_title(blocks: Sequence[object], before: int, forms: Sequence[Form]) -> Title | None:
    """Return the title that stands nearest before the report's body, or None where nothing looks like one."""
    found = [title for at in range(min(before, len(blocks))) if (title := _title_at(blocks, at, forms))]
    return found[-1] if found else None


def _title_at(blocks: Sequence[object], at: int, forms: Sequence[Form]) -> Title | None:
    line = blocks[at]
    if not isinstance(line, Line) or len(line.text) > _LONGEST_TITLE or "。" in line.text:
        return None
    for form in forms:
        if found := _official(form).fullmatch(line.text):
            return Title(at, found["organ"].strip(), int(found["year"]))
    found = _LOOSE.fullmatch(plain(_CRUMBS.split(line.text)[-1]))
    if found is None:
        return None
    organ = found["organ"] or _organ_above(blocks, at)
    return Title(at, organ, int(found["year"].translate(_DIGITS)))


def _official(form: Form) -> re.Pattern[str]:
    pattern = re.escape(form.words.report_title)
    return re.compile(pattern.replace(r"\{organ\}", "(?P<organ>.+)").replace(r"\{year\}", r"(?P<year>\d{4})"))


def organ_name(text: str) -> str:
    """Return a name without the blanks that spread Chinese characters apart; those between other words stay."""
    return _BETWEEN.sub("", text.strip())


def _organ_above(blocks: Sequence[object], at: int) -> str:
    above = blocks[at - 1] if at else None
    fits = (
        isinstance(above, Line)
        and len(above.text) <= _LONGEST_ORGAN
        and not re.search(r"[。；：:»›]|[>＞]\s", above.text)
    )
    return organ_name(above.text) if fits and isinstance(above, Line) else ""


def find_year(blocks: Sequence[object]) -> int | None:
    """Return the year whose first of January begins the period the report states, or None."""
    for line in blocks:
        if isinstance(line, Line) and (found := _PERIOD.search(plain(unicodedata.normalize("NFKC", line.text)))):
            return int(found[1])
    return None


def find_signature(blocks: Sequence[object], after: int, organ: str) -> Signature:
    """Return where the report ends: at the organ and the date under it, each on a line of its own."""
    signed = [at for at in range(after, len(blocks)) if organ and _text_at(blocks, at) == organ]
    for at in signed:
        if (dated := _date_at(blocks, at + 1)) is not None:
            return Signature(at, organ, dated)
    for at in range(after, len(blocks)):
        if (dated := _date_at(blocks, at)) is not None:
            above = _organ_above(blocks, at) if at > after else ""
            return Signature(at - 1 if above else at, above, dated)
    return Signature(signed[-1], organ) if signed else Signature(len(blocks))


def _text_at(blocks: Sequence[object], at: int) -> str:
    line = blocks[at]
    return line.text if isinstance(line, Line) else ""


def _date_at(blocks: Sequence[object], at: int) -> date | None:
    line = blocks[at] if at < len(blocks) else None
    return read_date(line.text) if isinstance(line, Line) and "年" in line.text else None


def find_notes(blocks: Sequence[object], after: int, form: Form) -> Iterator[tuple[str, str]]:
    """Yield the contacts under the signature: the id of the cover's note and what is written behind its label."""
    labels = {note.label: note.id for note in form.notes if note.public}
    if not labels:
        return
    names = "|".join(map(re.escape, (*labels, form.words.check_code)))  # the check code ends a contact, and is none
    entry = re.compile(rf"({names})\s*[：:]\s*(.*?)(?=[；;]\s*(?:{names})\s*[：:]|[；;]?\s*[）)]?$)")
    for line in blocks[after : after + _NOTE_LINES]:
        if isinstance(line, Line):
            for found in entry.finditer(line.text):
                if found[1] in labels:
                    yield labels[found[1]], found[2].strip()
