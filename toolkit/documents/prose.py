"""The numbered parts of a report found by their headings, and the paragraphs under them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.documents.alignment import align
from toolkit.documents.grids import Grid, Line, plain
from toolkit.documents.labels import can_be_like, label_of
from toolkit.form.values import Paragraph

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolkit.form.model import Form, Section

_NUMBERED = re.compile(r"^\s*[一二三四五六七八九十]{1,3}\s*[、.．,，:：]")
_SUB = re.compile(r"^\s*[（(][一二三四五六七八九十]{1,3}[）)]")
_SUBSUB = re.compile(r"^\s*(?:\d{1,2}[.、．](?!\d)|[（(]\d{1,2}[）)])")
_SENTENCE = re.compile(r"[。；;！？]")
_RUN_IN = re.compile(r"[。：:\s\u3000]")
_LONGEST_HEADING = 45
_LIKE, _ALIKE, _RANK_WORTH, _NUMBER_WORTH = 0.35, 0.8, 0.05, 0.25
_SURE = 0.86  # a heading no more like than this is not worth 1, whatever its number
_OWN_WORDING = 0.5  # how like an unnumbered line must be to a heading to be one


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that may head a part; `rest` is what follows it on the same line."""

    at: int
    text: str
    rank: int
    is_numbered: bool
    rest: str = ""


@dataclass(frozen=True)
class Parts:
    """The parts of a report. `unplaced` holds text that belongs to no field: under tables, in the office's own parts.

    `begins` is the block of the first heading.
    """

    begins: int
    headings: Mapping[str, Heading]
    prose: Mapping[str, tuple[Paragraph, ...]]
    added: tuple[Heading, ...] = ()
    out_of_order: tuple[str, ...] = ()
    unplaced: tuple[tuple[str, str], ...] = ()  # section or heading, text
    notes_from: int = 0


@dataclass
class _Gathered:
    prose: dict[str, list[Paragraph]] = field(default_factory=dict)
    unplaced: list[tuple[str, str]] = field(default_factory=list)
    added: list[Heading] = field(default_factory=list)


def core_blocks(blocks: Sequence[Line | Grid], official: Sequence[int], form: Form) -> tuple[Line | Grid, ...]:
    """Return the blocks of the article that holds the report: what else the page has is left out."""
    marked = [blocks[at].trail for at in official]
    if not official or not all(marked):
        return tuple(blocks)
    marked += [
        line.trail
        for line in blocks
        if isinstance(line, Line) and any(is_heading_of(line.text, section) for section in form.sections)
    ]
    if not all(marked):
        return tuple(blocks)
    common = marked[0]
    for trail in marked:
        common = common[
            : next(
                (at for at, (a, b) in enumerate(zip(common, trail, strict=False)) if a != b),
                min(len(common), len(trail)),
            )
        ]
    return tuple(block for block in blocks if block.trail[: len(common)] == common)


@lru_cache(maxsize=16384)  # the lines that may be headings are much the same in every report
def _ratio(found: str, official: str) -> float:
    one, other = label_of(found), label_of(official)
    if not one.core:
        return 0.0
    pairs = {(one.core, other.core), (one.bare, other.bare)}
    return max(SequenceMatcher(None, a, b, autojunk=False).ratio() for a, b in pairs)


def _worth(text: str, section: Section) -> float:
    """Return how good a heading of a section a text is; its number counts less than its words."""
    ratio = _ratio(text, section.heading)
    same = bool(label_of(text).ordinal) and label_of(text).ordinal == label_of(section.heading).ordinal
    return (ratio**2 if ratio >= _LIKE else 0.0) + _NUMBER_WORTH * same


def is_heading_of(text: str, section: Section) -> bool:
    """Return whether a line is the heading of a section for certain."""
    return _is_like(text, section, _SURE) and _worth(text, section) >= 1


def _most(found: str, official: str) -> float:
    """Return what no ratio of two texts is above, by their lengths alone."""
    one, other = label_of(found), label_of(official)
    core, bare = len(one.core) + len(other.core), len(one.bare) + len(other.bare)
    return max(
        2 * min(len(one.core), len(other.core)) / core if core else 1.0,
        2 * min(len(one.bare), len(other.bare)) / bare if bare else 1.0,
    )


def _is_like(found: str, section: Section, least: float) -> bool:
    return _most(found, section.heading) >= least and _reaches(found, section.heading, least)


@lru_cache(maxsize=16384)
def _reaches(found: str, official: str, least: float) -> bool:
    one, other = label_of(found), label_of(official)
    may_be = can_be_like(one.core, other.core, least) or can_be_like(one.bare, other.bare, least)
    return may_be and _ratio(found, official) >= least


def find_headings(blocks: Sequence[Line | Grid], form: Form) -> list[Heading]:
    """Return the lines that may head a part of the report, in order."""
    found = []
    for at, line in enumerate(blocks):
        if isinstance(line, Line) and (heading := _heading(at, line, form)) is not None:
            found.append(heading)
    return found


def _heading(at: int, line: Line, form: Form) -> Heading | None:
    is_numbered = bool(_NUMBERED.match(line.text))
    if len(line.text) <= _LONGEST_HEADING and not _SENTENCE.search(line.text.rstrip("。")):
        is_like = any(_is_like(line.text, section, _OWN_WORDING) for section in form.sections)
        is_own = not _SUB.match(line.text) and not _SUBSUB.match(line.text) and is_like
        return Heading(at, line.text, line.rank, is_numbered) if is_numbered or is_own else None
    if is_numbered:
        head, rest = line.text, ""
        if found := _RUN_IN.search(line.text, _NUMBERED.match(line.text).end() + 2):  # type: ignore[union-attr]
            head, rest = line.text[: found.start()], line.text[found.end() :].strip()
        if rest and any(_is_like(head, section, _ALIKE) for section in form.sections):
            return Heading(at, head, line.rank, is_numbered, rest)
    return None


def match_headings(
    candidates: Sequence[Heading], form: Form, tables: Mapping[str, tuple[int, int]]
) -> tuple[dict[str, Heading], tuple[str, ...]]:
    """Return the heading of each section found, and the sections that stand out of order.

    `tables` says from which block to which the official tables run: no part begins on the wrong side of one.
    """
    scores = [
        {
            number: worth
            for number, section in enumerate(form.sections)
            if _may_stand(candidate.at, number, form, tables)
            and (worth := _worth(candidate.text, section)) >= _NUMBER_WORTH
            and (candidate.is_numbered or worth >= _OWN_WORDING**2)
        }
        for candidate in candidates
    ]
    found = {form.sections[number].id: candidates[at] for number, at in align(scores).items()}
    used = {id(heading) for heading in found.values()}
    strayed = []
    for section in form.sections:
        if section.id in found:
            continue
        alike = [one for one in candidates if id(one) not in used and _is_like(one.text, section, _ALIKE)]
        if alike:
            found[section.id] = alike[0]
            used.add(id(alike[0]))
            strayed.append(section.id)
    return found, tuple(strayed)


def _may_stand(at: int, number: int, form: Form, tables: Mapping[str, tuple[int, int]]) -> bool:
    for place, section in enumerate(form.sections):
        if section.id in tables:
            first, last = tables[section.id]
            if (place >= number and at > first) or (place < number and at < last):
                return False
    return True


def read_parts(
    blocks: Sequence[Line | Grid],
    form: Form,
    tables: Mapping[str, tuple[int, int]],
    headings: Sequence[Heading],
    ends: int,
) -> Parts:
    """Return the parts of a report and the text under them; nothing from block `ends` on belongs to any.

    `headings` are the lines that may head a part.
    """
    candidates = [one for one in headings if one.at < ends]
    found, strayed = match_headings(candidates, form, tables)
    by_block = {heading.at: section for section, heading in found.items()}
    rest = {one.at: one for one in candidates if one.at not in by_block}
    begins = min(by_block, default=min((first for first, _ in tables.values()), default=ends))
    gathered, is_flat = _Gathered(), _is_flat(blocks)
    here: str | Heading | None = None
    for at in range(begins, min(ends, len(blocks))):
        line = blocks[at]
        if at in by_block:
            here = by_block[at]
            _begin(gathered, here, found[here], form)
        elif isinstance(line, Line):
            if at in rest and _is_part(rest[at], here, form):
                here = rest[at]
                gathered.added.append(here)
            else:
                rank = found[here].rank if isinstance(here, str) else 0
                _take(gathered, line, here, rank, form, is_flat=is_flat)
    prose = {section: tuple(paragraphs) for section, paragraphs in gathered.prose.items()}
    return Parts(begins, found, prose, tuple(gathered.added), strayed, tuple(gathered.unplaced), ends)


def _is_flat(blocks: Sequence[Line | Grid]) -> bool:
    """Return whether the text tells paragraphs from headings by their indent."""
    return any(isinstance(line, Line) and line.is_indented for line in blocks)


def _begin(gathered: _Gathered, section: str, heading: Heading, form: Form) -> None:
    if not form.section(section).is_table:
        gathered.prose.setdefault(section, [])
        if heading.rest:
            gathered.prose[section].append(Paragraph(heading.rest))


def _is_part(heading: Heading, here: str | Heading | None, form: Form) -> bool:
    """Return whether a numbered line that is no official heading begins a part of its own, not a list in one."""
    if not heading.is_numbered:
        return False
    if here is None or isinstance(here, Heading) or form.section(here).is_table:
        return True
    mine, theirs = label_of(heading.text).ordinal, label_of(form.section(here).heading).ordinal
    return mine.isdecimal() and theirs.isdecimal() and int(mine) == int(theirs) + 1


def _take(gathered: _Gathered, line: Line, here: str | Heading | None, rank: int, form: Form, *, is_flat: bool) -> None:
    """Add a line to the part it stands in; `rank` is that of the part's heading."""
    if isinstance(here, str) and not form.section(here).is_table:
        level = _level(line, rank, is_flat=is_flat)
        gathered.prose.setdefault(here, []).append(Paragraph(line.text, level))
    elif here is not None and len(plain(line.text)) > 1:
        where = here.text if isinstance(here, Heading) else form.section(here).heading
        gathered.unplaced.append((where, line.text))


def _level(line: Line, above: int, *, is_flat: bool) -> int:
    """Return the level of a paragraph: as the format marks it, else by its number, where it is no sentence."""
    if line.rank:
        return max(1, min(2, line.rank - above)) if above else min(2, line.rank)
    if above or (is_flat and line.is_indented):
        return 0
    is_short = len(line.text) <= _LONGEST_HEADING and not _SENTENCE.search(line.text)
    if _SUB.match(line.text) and is_short:
        return 1
    if _SUBSUB.match(line.text) and is_short:
        return 2
    return 1 if is_flat and is_short else 0
