"""This year beside last, organ beside organ: what moved, by how much, who has which share, and what looks wrong."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from toolkit.campaign.board.board import read_round
from toolkit.campaign.merge.consolidated import merge_round
from toolkit.campaign.round.folder import open_campaign
from toolkit.errors import InputError, WorkbookError
from toolkit.files import read_file
from toolkit.filing.headlines import added, headlines
from toolkit.form.checks import typed_parts
from toolkit.form.rules import total_parts
from toolkit.workbook.examining import Verdict, examine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from toolkit.campaign.round.roster import Organ
    from toolkit.filing.filing import Filing
    from toolkit.filing.headlines import Headline
    from toolkit.form.model import Field
    from toolkit.form.values import Figure

# What gives the figure of a field, None where it is blank.
Figures = Callable[[str], "Figure | None"]
# What a slip of the unit or of trailing noughts multiplies a figure by, and how near to it (in per cent) is suspicious.
FACTORS, NEAR = (10000, 100), 10
LEAST_COUNT = 3  # below it a count a hundred times as large is no rarity
JUMP, LEAST_JUMP = 5, 50


@dataclass(frozen=True)
class Side:
    """One of the two that are compared: a return, or the sum of a round with the returns it is made of.

    `organs` are the counted organs of a round with their returns, none for a single return; `codes` those of its
    roster; `provisional` says what is missing from the sum, or that the return is a draft, as `is_draft` does.
    """

    whole: Filing
    organs: tuple[tuple[Organ, Filing], ...] = ()
    codes: frozenset[str] = frozenset()
    provisional: str = ""
    previous: Path | None = None
    is_draft: bool = False

    def figure(self, field: str) -> Figure | None:
        """Return a figure of the whole; None where it is blank, or a total of which a part is blank."""
        parts = typed_parts(field, total_parts(self.whole.form))
        return None if any(self.whole.figure(part) is None for part in parts) else self.whole.figure(field)

    @cached_property
    def by_code(self) -> Mapping[str, Filing]:
        """The returns of the organs by their codes."""
        return {organ.code: filing for organ, filing in self.organs}

    def of(self, organ: Organ) -> Figures | None:
        """Return the figures of an organ, or of those it succeeded, added up; None where a part of them is missing."""
        known = [code for code in organ.ancestors if code in self.codes]
        if not known or not all(code in self.by_code for code in known):
            return None
        return lambda field: added([self.by_code[code].figure(field) for code in known])


@dataclass(frozen=True, slots=True)
class Line:
    """One figure on both sides; None where a side has no number.

    `organ` is '' where it is about the whole, `field` where it is a headline; only an organ's has `share` and `rank`.
    """

    section: str
    row: str
    column: str
    unit: str
    now: Figure | None
    before: Figure | None
    organ: str = ""
    field: str = ""
    share: Decimal | None = None
    rank: int = 0

    @property
    def label(self) -> str:
        """The figure in words, without the organ."""
        return " · ".join(part for part in (self.row.rpartition("/")[2], self.column) if part)

    @property
    def change(self) -> Figure | None:
        """How much more it is now."""
        return None if self.now is None or self.before is None else self.now - self.before

    @property
    def growth(self) -> Decimal | None:
        """The change as a part of what was before; None where nothing was."""
        return Decimal(self.change) / Decimal(self.before) if self.change is not None and self.before else None

    @property
    def remark(self) -> str:
        """What to look into, '' where the movement is nothing unusual."""
        return "" if self.now is None or self.before is None else unusual(self.now, self.before)


@dataclass(frozen=True)
class Comparison:
    """What was compared. `before` is None where a round is only compared within itself.

    `headlines` are the totals the form names, `lines` every figure both editions ask for, `standings` every organ's
    headlines, by headline and rank; `left_out` counts the figures that only one of the editions has.
    """

    now: Side
    before: Side | None
    headlines: tuple[Line, ...]
    lines: tuple[Line, ...]
    standings: tuple[Line, ...]
    left_out: int

    @property
    def labels(self) -> tuple[str, str]:
        """What the two sides are called in heads: by what tells them apart, the year, the organ or both."""
        sides = [side.whole for side in (self.now, self.before) if side]
        has_years = len({filing.year for filing in sides}) == len(sides)
        has_organs = len({filing.code or filing.organ for filing in sides}) > 1  # a new name is no other organ
        names = [
            f"{filing.organ if has_organs else ''}{f'{filing.year}年' if has_years else ''}" or filing.organ
            for filing in sides
        ]
        return names[0], names[1] if self.before else ""

    @property
    def drafts(self) -> tuple[str, ...]:
        """What the sides are called that have not been accepted."""
        sides = zip(self.labels, (self.now, self.before), strict=True)
        return tuple(label for label, side in sides if side and side.is_draft)

    @property
    def title(self) -> str:
        """What the comparison is called."""
        organ, said = self.now.whole.organ, "与".join(label for label in self.labels if label)
        return f"{said}对比" if said.startswith(organ) else f"{organ}{said}对比"

    @property
    def organs_differ(self) -> str:
        """Say how many organs each sum is of, where these are not the same ones; empty otherwise."""
        if self.before is None or not (self.now.organs and self.before.organs):
            return ""
        now, before = len(self.now.organs), len(self.before.organs)
        both = sum(self.before.of(organ) is not None for organ, _ in self.now.organs)
        if now == before == both:
            return ""
        first, second = self.labels
        return f"{first}计入 {now} 家，{second}计入 {before} 家，两边都有数的 {both} 家，合计的增减里有机关不同的缘故。"

    @property
    def unusual(self) -> tuple[Line, ...]:
        """The lines with a remark, of the whole first."""
        return tuple(line for line in (*self.lines, *self.standings) if line.remark)


def read_side(path: Path, forms: Path | None = None) -> Side:
    """Return a side from a filled workbook or from a campaign folder.

    Raises:
        InputError: there is no such file, or the folder holds no campaign or no accepted return yet.
        WorkbookError: the file is not a workbook of this toolkit.
    """
    if path.is_dir():
        state = read_round(open_campaign(path))
        merged = merge_round(state)
        organs = tuple((share.organ, share.filing) for share in merged.counted if share.filing)
        codes = frozenset(state.campaign.roster.by_code)
        return Side(merged.whole, organs, codes, merged.provisional, state.campaign.previous)
    examined = examine(read_file(path), path.name, forms)
    if examined.filing is None:
        raise WorkbookError(examined.findings[-1].message)
    is_draft = examined.verdict is not Verdict.ACCEPTED
    return Side(examined.filing, provisional=examined.provisional, is_draft=is_draft)


def compare_paths(paths: Sequence[Path], forms: Path | None = None) -> Comparison:
    """Return the comparison of two workbooks, two campaign folders, or one folder with the round before it.

    Raises:
        InputError: more than two are given, or one twice, or one workbook alone, or see `read_side`.
        WorkbookError: see `read_side`.
    """
    if len(paths) > len(("now", "before")):
        raise InputError("对比", ["一次比较两份；要比较许多机关，请给出工作文件夹"])
    if len({path.resolve() for path in paths}) < len(paths):
        raise InputError(str(paths[0]), ["两份是同一个文件，没有可比的；请给出另一份"])
    sides = [read_side(path, forms) for path in paths]
    before = sides[0].previous
    if len(sides) == 1 and before is not None and read_round(open_campaign(before)).returns:
        sides.append(read_side(before, forms))
    if len(sides) == 1 and not sides[0].organs:
        raise InputError(str(paths[0]), ["只有一份报表，没有可比的；请再给出上年的报表"])
    return compare(*sorted(sides, key=lambda side: -side.whole.year))


def compare(now: Side, before: Side | None = None) -> Comparison:
    """Return two sides compared, figure by figure, over what both editions ask for in the same unit."""
    fields, left_out = _shared(now, before)
    totals = _shared_headlines(now, before)
    return Comparison(
        now,
        before,
        tuple(_headline_line(total, now.whole, now.figure, before.figure if before else None) for total in totals),
        tuple(_line(field, now, before) for field in fields),
        tuple(line for total in totals for line in _standings(total, now, before)),
        left_out,
    )


def _shared(now: Side, before: Side | None) -> tuple[list[Field], int]:
    own = {field.id: field for field in now.whole.form.fields.values() if field.kind.is_figure}
    if before is None:
        return list(own.values()), 0
    other = {field.id: field for field in before.whole.form.fields.values() if field.kind.is_figure}
    shared = [field for name, field in own.items() if name in other and other[name].unit == field.unit]
    return shared, len(own) + len(other) - 2 * len(shared)


def _shared_headlines(now: Side, before: Side | None) -> list[Headline]:
    own = headlines(now.whole.form)
    if before is None:
        return list(own)
    other = [set(total.fields) for total in headlines(before.whole.form)]
    return [total for total in own if set(total.fields) in other]


def _line(field: Field, now: Side, before: Side | None) -> Line:
    section = now.whole.form.section(field.table).sheet
    then = before.figure(field.id) if before else None
    return Line(section, field.row_label, field.column_label, field.unit, now.figure(field.id), then, field=field.id)


def _headline_line(total: Headline, filing: Filing, now: Figures, before: Figures | None, organ: str = "") -> Line:
    field = filing.form.fields[total.fields[0]]
    section = filing.form.section(field.table).sheet
    then = total.known(before) if before else None
    return Line(section, total.label, "", field.unit, total.known(now), then, organ)


def _standings(total: Headline, now: Side, before: Side | None) -> Iterator[Line]:
    """Yield every organ's line of a headline with its share of all organs and its rank, equals ranking alike."""
    found = [
        _headline_line(total, filing, filing.figure, before.of(organ) if before else None, organ.name)
        for organ, filing in now.organs
    ]
    figures = sorted(line.now or 0 for line in found)
    whole = sum(figures, start=0)
    for line in sorted(found, key=lambda line: -(line.now or 0)):
        figure = line.now or 0
        share = Decimal(figure) / Decimal(whole) if whole else None
        # Where nobody has any, nobody is first.
        yield replace(line, share=share, rank=1 + len(figures) - bisect_right(figures, figure) if whole else 0)


def unusual(now: Figure, before: Figure) -> str:
    """Return what is unusual in a movement: about a hundred or ten thousand times, or a jump; '' for nothing."""
    smaller: Figure = min(now, before)
    larger: Figure = max(now, before)
    is_rare = isinstance(now, Decimal) or isinstance(before, Decimal) or smaller >= LEAST_COUNT
    for factor in FACTORS:
        expected = smaller * factor
        if smaller > 0 and is_rare and -expected * NEAR <= (larger - expected) * 100 <= expected * NEAR:
            times = f"{factor} 倍" if now > before else f"{factor} 分之一"
            return f"约为另一边的 {times}，请核对单位是否用错、0 是否多了或少了"
    if smaller >= 0 and larger >= smaller * JUMP and larger - smaller >= LEAST_JUMP:
        return f"相差 {JUMP} 倍以上，请核对；属实的，宜在报告中说明原因"
    return ""


def comparison_json(found: Comparison) -> dict[str, Any]:
    """Return the comparison as the JSON of `xxgk compare`: figures as text, so that amounts stay exact."""
    sides = {"now": found.now, "before": found.before}
    return {
        "title": found.title,
        **{
            name: {
                "organ": side.whole.organ,
                "year": side.whole.year,
                "stamp": side.provisional or None,
                "organs": len(side.organs) or None,
            }
            if side
            else None
            for name, side in sides.items()
        },
        "organs_differ": found.organs_differ or None,
        "left_out": found.left_out,
        "headlines": [_line_json(line) for line in found.headlines],
        "figures": [_line_json(line) for line in found.lines],
        "organs": [_line_json(line) for line in found.standings],
    }


def _line_json(line: Line) -> dict[str, Any]:
    texts = {name: getattr(line, name) or None for name in ("field", "organ", "section", "row", "column", "unit")}
    figures = {name: getattr(line, name) for name in ("now", "before", "change", "growth", "share")}
    return {
        **texts,
        **{name: None if figure is None else str(figure) for name, figure in figures.items()},
        "rank": line.rank or None,
        "remark": line.remark or None,
    }
