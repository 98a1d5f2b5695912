"""What is wrong with the words by themselves: drafts left standing, empty words, characters nobody sees."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from toolkit.filing.excerpts import beginning, passage
from toolkit.filing.findings import Place, paragraph_place, raise_finding
from toolkit.form.checks import INVISIBLE, prose_is_blank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding
    from toolkit.form.model import Section

DRAFT = "【草稿，请改写】"  # what a consolidated return begins its drafted sentences with
_DRAFT = re.compile(r"[【\[［〔(（]?\s*草稿\s*[，,]?\s*请改写\s*[】\]］〕)）]?|[【\[［]\s*草稿\s*[】\]］]")
_SAYS_NOTHING = re.compile(
    r"(?:本部分|本段|此处|内容)?(?:暂?无|暂?略|没有|(?:同|见|详见)?(?:上|前|附件)|待(?:补充?|填写?|定|写)|测试|[xX×*＊]{2,}.{0,2}|[/／—-]+)"
)
_REPEATED = re.compile(r"(.{1,8}?)\1+")
_MARKS = re.compile(rf"[\s。．.、，,；;：:！!（）()【】\[\]“”\"{''.join(INVISIBLE)}]+")
_BLANK_LEFT = re.compile(
    r"[＿_]{2,}|[×xX＊*○]{2,}(?=[年月日件项条元万个名人%％局厅委部])"
)  # where a figure was to be written
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
            yield from _left_over(section, place, text)
        whole = "" if prose_is_blank(filing.paragraphs(section.id)) else "".join("".join(texts).split())
        if says_nothing(whole) or (whole and is_chinese and not _IDEOGRAPH.search(whole)):
            yield raise_finding(
                "prose_says_nothing",
                [Place(section.id, section.heading)],
                section=section.heading,
                text=beginning(whole, _EXCERPT),
            )
        yield from _unseen(section.id, section.heading, "".join(texts))
    for note in filing.form.notes:
        field = f"cover.{note.id}"
        yield from _unseen(field, note.label, filing.text(field))


def says_nothing(text: str) -> bool:
    """Return whether a text is such a word as 无 or 略, said once or several times over, whatever stands between."""
    words = _MARKS.sub("", text)
    once = _REPEATED.fullmatch(words)
    return any(_SAYS_NOTHING.fullmatch(said) for said in (words, once[1] if once else words))


def _left_over(section: Section, place: int, text: str) -> Iterator[Finding]:
    """Yield what a paragraph still has of what was to be written over: the mark of a draft, blanks to fill."""
    where = [paragraph_place(section, place)]
    if _DRAFT.search(text):
        yield raise_finding("draft_left", where, section=section.heading, place=place, mark=DRAFT)
    blank = _BLANK_LEFT.search(text)
    if blank is not None:
        excerpt = passage(text, blank.start() - _EXCERPT // 2, blank.end() + _EXCERPT // 2)
        yield raise_finding("blank_left", where, section=section.heading, place=place, text=excerpt)


def _unseen(field: str, label: str, text: str) -> Iterator[Finding]:
    codes = dict.fromkeys(f"U+{ord(sign):04X}" for sign in text if unicodedata.category(sign) in _PRIVATE)
    if codes:
        shown = "、".join([*codes][:_SHOWN])
        yield raise_finding("private_characters", [Place(field, label)], where=label, codes=shown)
