"""What is wrong with the words by themselves: drafts left standing, empty words, characters nobody sees."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from toolkit.filing.findings import Place, paragraph_place, raise_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding

DRAFT = "【草稿，请改写】"  # what a consolidated return begins its drafted sentences with
_SAYS_NOTHING = frozenset({"无", "略", "没有", "同上", "XXX", "xxx", "×××", "/", "／", "-", "—", "无。", "略。"})
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")  # a section without one says nothing in Chinese: digits, XXX, dots
_PRIVATE = frozenset({"Co", "Cn", "Cs"})
_SHOWN = 3
_EXCERPT = 20


def check_wording(filing: Filing) -> Iterator[Finding]:
    """Yield what is wrong with the words of every section and of the cover."""
    is_chinese = filing.form.language.startswith("zh")
    for section in filing.form.sections:
        if section.is_table:
            continue
        texts = [paragraph.text for paragraph in filing.paragraphs(section.id)]
        for place, text in enumerate(texts, 1):
            if DRAFT in text:
                where = [paragraph_place(section, place)]
                yield raise_finding("draft_left", where, section=section.heading, place=place, mark=DRAFT)
        whole = "".join("".join(texts).split())
        if whole in _SAYS_NOTHING or (whole and is_chinese and not _IDEOGRAPH.search(whole)):
            yield raise_finding(
                "prose_says_nothing",
                [Place(section.id, section.heading)],
                section=section.heading,
                text=whole[:_EXCERPT],
            )
        yield from _unseen(section.id, section.heading, "".join(texts))
    for note in filing.form.notes:
        field = f"cover.{note.id}"
        yield from _unseen(field, note.label, filing.text(field))


def _unseen(field: str, label: str, text: str) -> Iterator[Finding]:
    codes = dict.fromkeys(f"U+{ord(sign):04X}" for sign in text if unicodedata.category(sign) in _PRIVATE)
    if codes:
        shown = "、".join([*codes][:_SHOWN])
        yield raise_finding("private_characters", [Place(field, label)], where=label, codes=shown)
