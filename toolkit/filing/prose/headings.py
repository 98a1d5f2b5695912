"""Sub-headings as they are printed: their level guessed from how they begin, numbered in order, a typed number once.

Numbers are written as official documents write them: （一） for the first level, 1. for the second. Only Chinese forms
have their sub-headings numbered.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.filing.findings import paragraph_place, raise_finding
from toolkit.filing.prose.numerals import chinese_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding
    from toolkit.form.values import Paragraph

_DIGITS = "〇一二三四五六七八九十"
# How a number of each level begins a paragraph, and how a section's own heading does.
_BRACKETED = re.compile(rf"^\s*[（(]\s*([{_DIGITS}]{{1,3}})\s*[）)]\s*[、.．]?\s*")
_ARABIC = re.compile(r"^\s*([0-9]{1,2})\s*[.．、](?![0-9])\s*")
_OFFICIAL = re.compile(rf"^\s*([{_DIGITS}]{{1,3}})\s*、\s*")
_LEVELS = ((1, _BRACKETED), (2, _ARABIC))
_SENTENCE_END = re.compile(r"[。；！？：;:，]\s*$")
_LONGEST = 30  # characters: what is longer is a paragraph that begins with a number
_TENS = 10


def titled(paragraphs: Sequence[Paragraph], *, is_chinese: bool) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a section with the levels they are printed at and their sub-headings numbered.

    A heading never skips a level: screen readers and PDF/UA would take the outline for broken.
    """
    deepest, counts, found = 0, [0, 0], []
    for place, paragraph in enumerate(paragraphs):
        level = paragraph.level
        if not level and is_chinese:
            level = _guessed(paragraph, paragraphs[place + 1] if place + 1 < len(paragraphs) else None)
        level = min(level, deepest + 1)
        deepest = level or deepest
        if is_chinese:
            found.append(_numbered(replace(paragraph, level=level), counts))
        else:
            found.append(replace(paragraph, level=level))
    return tuple(found)


def check_headings(filing: Filing) -> Iterator[Finding]:
    """Yield what there is to say of numbers typed before sub-headings: of a section, the first that is not in order.

    A number such as only the official headings bear is told wherever it stands.
    """
    if not filing.form.language.startswith("zh"):
        return
    for section in filing.form.sections:
        paragraphs = () if section.is_table else filing.paragraphs(section.id)
        is_told = False
        for place, (one, printed) in enumerate(zip(paragraphs, titled(paragraphs, is_chinese=True), strict=True), 1):
            typed, number = _typed_number(one.text), _typed_number(printed.text)
            if not (printed.level and typed and number):
                continue
            is_official = bool(_OFFICIAL.match(one.text))
            if is_official or (not is_told and _value(typed) != _value(number)):
                is_told = is_told or not is_official
                yield raise_finding(
                    "heading_collides" if is_official else "heading_renumbered",
                    [paragraph_place(section, place)], section=section.heading, place=place,
                    typed=typed[0].strip(), number=number[0].strip(), text=one.text[:_LONGEST],
                )  # fmt: skip


def _guessed(paragraph: Paragraph, following: Paragraph | None) -> int:
    """Return the level of a paragraph that was typed as text and begins, alone on its line, with a number."""
    text = paragraph.text.strip()
    if following is None or len(text) > _LONGEST or _SENTENCE_END.search(text):
        return 0
    level = next((level for level, pattern in _LEVELS if pattern.match(text)), 0)
    is_list = level and not following.level and dict(_LEVELS)[level].match(following.text)
    return 0 if is_list else level


def _numbered(paragraph: Paragraph, counts: list[int]) -> Paragraph:
    """Return a sub-heading with its number, a typed one taken away; count numbers that a text begins with."""
    if not paragraph.level:
        if found := _BRACKETED.match(paragraph.text):
            counts[:] = [chinese_value(found[1]) or counts[0], 0]
        return paragraph
    typed = _typed_number(paragraph.text)
    text = paragraph.text[typed.end() :] if typed else paragraph.text
    at = paragraph.level - 1
    counts[at] += 1
    counts[at + 1 :] = [0] * len(counts[at + 1 :])
    number = f"（{_chinese(counts[0])}）" if paragraph.level == 1 else f"{counts[at]}."
    return replace(paragraph, text=f"{number}{text.strip()}")


def _typed_number(text: str) -> re.Match[str] | None:
    """Return the number that a text begins with, however it is written; its first group is the number alone."""
    return next(filter(None, (one.match(text) for one in (_BRACKETED, _ARABIC, _OFFICIAL))), None)


def _value(typed: re.Match[str]) -> int | None:
    return int(typed[1]) if typed[1].isdecimal() else chinese_value(typed[1])


def _chinese(number: int) -> str:
    tens, units = divmod(number, _TENS)
    head = f"{_DIGITS[tens] if tens > 1 else ''}{_DIGITS[_TENS]}" if tens else ""
    return f"{head}{_DIGITS[units] if units else ''}"
