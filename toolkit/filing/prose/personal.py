"""What must not be published: identity and mobile numbers, accounts, homes; shown masked, among their words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.filing.excerpts import passage
from toolkit.filing.findings import Place, paragraph_place, raise_finding
from toolkit.filing.prose.marks import numbered_paragraphs
from toolkit.form.ids import COVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding

# GB 11643: eighteen signs, the last a check sign over the seventeen before it.
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9Xx](?![0-9A-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SIGNS = "10X98765432"
_MOBILE = re.compile(r"(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}(?![0-9])")
_ACCOUNT = re.compile(r"(?<![0-9])[3-9][0-9]{15,18}(?![0-9])")
# Where somebody lives: called so, or in a block of flats; a room in an office building is neither.
_PLACE = r"[^，,。；;：:\s]"
_DIGIT = "[0-9０-９〇一二三四五六七八九十百]"
_NUMBERED = rf"{_DIGIT}+(?:[-－—][0-9]+)*"
_CALLED_HOME = re.compile(
    rf"(?:(?:家庭|户籍|居住|现)(?:住址|地址|所在地)|住址|家住|现住|居住[在于])[：:为是在]{{0,2}}\s*"
    rf"({_PLACE}{{2,40}}?{_NUMBERED}\s*(?:室|户|单元|栋|幢|号(?!楼|线)|组)(?:{_NUMBERED}(?:室|户|号)?)*)"
)
_ROOM = re.compile(rf"室(?<={_DIGIT}室)")  # in every flat, and soon looked for
_FLAT = re.compile(
    rf"({_PLACE}{{0,20}}(?:(?:小区|花园|家园|新村|家属院|宿舍|公寓|苑){_PLACE}{{0,8}}?{_NUMBERED}(?:号楼|幢|栋|单元){_PLACE}{{0,6}}?"
    rf"|{_NUMBERED}单元){_NUMBERED}室)"
)
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_OFFICE = re.compile("[局委办厅部处科室站所院校会社司]$|中心|用户|管理员|政府|单位|机关|街道|公开|电脑|微软|金山|默认")
_AROUND = 8
_SHOWN_FIRST, _SHOWN_LAST = 3, 2


def check_personal(filing: Filing) -> Iterator[Finding]:
    """Yield a warning for every such number in the prose and in what the cover publishes."""
    for section, number, paragraph in numbered_paragraphs(filing):
        yield from private_numbers(paragraph.text, paragraph_place(section, number))
    for note in filing.form.notes:
        if note.public:
            field = f"{COVER}.{note.id}"
            yield from private_numbers(filing.text(field), Place(field, note.label))


def forbidden_words(filing: Filing, words: Sequence[str]) -> Iterator[Finding]:
    """Yield a warning for every one of these words in the prose and in what the cover publishes."""
    notes = [(Place(f"{COVER}.{note.id}", note.label), note) for note in filing.form.notes if note.public]
    texts = [(paragraph_place(section, number), one.text) for section, number, one in numbered_paragraphs(filing)]
    texts += [(place, filing.text(place.field)) for place, _ in notes]
    for place, text in texts:
        for word in words:
            at = text.find(word)
            if at >= 0:
                shown = passage(text, at - _AROUND, at + len(word) + _AROUND)
                yield raise_finding("forbidden_word", [place], where=place.label, word=word, shown=shown)


def property_findings(properties: Mapping[str, str], organ: str) -> Iterator[Finding]:
    """Yield a warning for every property of a file that holds a private number or a person's name.

    A name is two to four Chinese characters that are no part of the organ's name and name no office.
    """
    for label, text in properties.items():
        where = Place("", f"文件属性“{label}”")
        yield from private_numbers(text, where)
        name = text.strip()
        if _NAME.fullmatch(name) and name not in organ and not _OFFICE.search(name):
            yield raise_finding(
                "personal_property", [where], where=where.label, shown=f"{name[0]}{'*' * (len(name) - 1)}"
            )


def private_numbers(text: str, where: Place) -> Iterator[Finding]:
    """Yield a warning for every identity number, mobile number, bank account and private address in a text."""
    taken: list[range] = []
    for kind, found_in, is_one in _KINDS:
        for found in found_in(text):
            start, end = found.span(found.lastindex or 0)
            if not is_one(text[start:end]) or any(start in span or end - 1 in span for span in taken):
                continue
            taken.append(range(start, end))
            shown = f"{text[max(0, start - _AROUND) : start]}{masked(text[start:end])}"
            yield raise_finding("personal_data", [where], where=where.label, kind=kind, shown=shown)


def _has_check_sign(written: str) -> bool:
    """Return whether the last sign is the check sign of an identity number."""
    total = sum(int(sign) * weight for sign, weight in zip(written, _WEIGHTS, strict=False))
    return _SIGNS[total % len(_SIGNS)] == written[-1].upper()


def _luhn(written: str) -> bool:
    """Return whether the last digit is the check digit bank cards carry (ISO/IEC 7812-1)."""
    digits = [int(sign) for sign in reversed(written)]
    doubled = (digit * 2 - 9 * (digit > 4) for digit in digits[1::2])  # noqa: PLR2004 (the digits of twice it, added)
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _flats(text: str) -> Iterable[re.Match[str]]:
    return _FLAT.finditer(text) if _ROOM.search(text) else ()


# What is looked for, in this order: a number taken for one kind is none of a later one.
_KINDS: tuple[tuple[str, Callable[[str], Iterable[re.Match[str]]], Callable[[str], bool]], ...] = (
    ("身份证号码", _IDENTITY.finditer, _has_check_sign), ("手机号码", _MOBILE.finditer, bool),
    ("银行账号", _ACCOUNT.finditer, _luhn), ("住址", _CALLED_HOME.finditer, bool), ("住址", _flats, bool),
)  # fmt: skip


def masked(written: str) -> str:
    """Return a number or an address with all but its first and last signs hidden, of a short one all but the first."""
    hidden = len(written) - _SHOWN_FIRST - _SHOWN_LAST
    if hidden * 2 < len(written):
        return f"{written[:1]}{'*' * (len(written) - 1)}"
    return f"{written[:_SHOWN_FIRST]}{'*' * hidden}{written[-_SHOWN_LAST:]}"
