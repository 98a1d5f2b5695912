"""Many returns become one: added field by field over the hierarchy, with what is counted, covered and missing.

Figures are whole numbers and decimals from beginning to end. pandas holds them only in `figures_frame`, at the edge.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from toolkit.campaign.board.across.covering import covering_findings
from toolkit.campaign.board.across.round_findings import judged
from toolkit.campaign.board.parts import Part, Share, shares_of
from toolkit.campaign.board.sums import sum_of
from toolkit.campaign.intake.serializing import without_collecting
from toolkit.campaign.intake.waivers import waived_words
from toolkit.campaign.merge.year_before import YearBefore
from toolkit.errors import InputError
from toolkit.filing.checking import check_filing
from toolkit.filing.compact import figure_columns
from toolkit.filing.findings import WAIVED, Finding, has_errors, raise_finding
from toolkit.form.values import Kind
from toolkit.workbook.identity import PROVISIONAL_LABEL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.intake.waivers import SharedWaiver
    from toolkit.campaign.round.roster import Organ, Roster
    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form
    from toolkit.form.values import Figure

_NAMED, _LONGEST = 3, 40  # provisional returns that are named, and characters of a name


@dataclass(frozen=True, slots=True)
class Level:
    """The sum of an organ with everything below it. Its counted shares stand together, from `first` up to `stop`.

    `provisional` is how far it is from final, in words.
    """

    organ: Organ
    depth: int
    first: int
    stop: int
    missing: int
    filing: Filing
    provisional: str


@dataclass(frozen=True)
class Merged:
    """The sum of a round. `whole` is itself a filing, the coordinator's; `findings` are about its figures.

    `add_levels` adds up every organ that has others below it, which is done when somebody asks for it.
    `last_year` are last year's figures by organ, where any is missing; toolkit.campaign.merge.bounds draws on them.
    `before` says where the whole has last year's figures from.
    """

    whole: Filing
    shares: tuple[Share, ...]
    add_levels: Callable[[], Iterable[Level]]
    findings: tuple[Finding, ...]
    last_year: Mapping[str, Mapping[str, Figure]] = field(default_factory=dict)
    before: YearBefore = field(default_factory=YearBefore)

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The sums of organs with everything below them, each parent right before what is below it."""
        return tuple(self.add_levels())

    @cached_property
    def counted(self) -> tuple[Share, ...]:
        """The shares whose figures make up the sum, each parent right before what is below it."""
        return tuple(share for share in self.shares if share.part is Part.COUNTED)

    @cached_property
    def missing(self) -> tuple[Share, ...]:
        """The organs that belong into the sum and are not in it."""
        return tuple(share for share in self.shares if share.part is Part.MISSING)

    @property
    def expected(self) -> int:
        """How many returns make the sum complete."""
        return len(self.counted) + len(self.missing)

    @property
    def provisional(self) -> str:
        """The words for a sum in which an organ is missing or is itself provisional; empty when all is in."""
        return provisional_words(self.shares)

    @property
    def has_errors(self) -> bool:
        """Whether a finding about the figures keeps the sum from being sound."""
        return has_errors(finding for finding in self.findings if finding.closed != WAIVED)

    @property
    def is_sound(self) -> bool:
        """Whether neither the figures nor the words of the whole hold an error that nobody let pass."""
        excused = {(finding.name, finding.places) for finding in self.findings if finding.closed == WAIVED}
        found = (finding for finding in check_filing(self.whole) if (finding.name, finding.places) not in excused)
        return not (self.has_errors or has_errors(found))


def provisional_words(shares: Sequence[Share]) -> str:
    """Return how provisional the sum of these shares is, in words; empty when it is final."""
    parts = Counter(share.part for share in shares)
    counted, missing, below = parts[Part.COUNTED], parts[Part.MISSING], reservation(shares)
    if not missing and not below:
        return ""
    lacking = f"，尚缺 {missing} 家" if missing else ""
    return f"暂定：应计入 {counted + missing} 家，已计入 {counted} 家{lacking}{below}"


def reservation(shares: Iterable[Share]) -> str:
    """Return as a clause which counted returns are provisional sums themselves; empty when none is.

    It is bounded, as a document property holds 255 characters.
    """
    names = [share.organ.name for share in shares if share.part is Part.COUNTED and share.provisional]
    shown = "".join(f"“{name[:_LONGEST]}”" for name in names[:_NAMED])
    more = f"等 {len(names)} 家" if len(names) > _NAMED else ""
    return f"，其中{shown}{more}报来的合计本身还是暂定的" if names else ""


def merge_filings(
    roster: Roster,
    returns: Mapping[str, Filing],
    base: Filing,
    *,
    before: YearBefore | None = None,
    provisional: Mapping[str, str] | None = None,
    waivers: Sequence[SharedWaiver] = (),
    passed: Mapping[str, frozenset[str]] | None = None,
) -> Merged:
    """Return the sum of the accepted returns over the roster's hierarchy.

    Args:
        roster: who belongs into the sum, under whom.
        returns: the accepted return of each organ by code; organs without one are missing, never zero.
        base: the coordinator's own filing: form, identity, prose and contacts; its figures are replaced.
        before: what is known of last year besides what the returns carry; nothing without it.
        provisional: how provisional a return is that is itself a sum, by code.
        waivers: what the coordinator lets pass of what a return and those below it do not agree in.
        passed: the names of findings let pass of single returns, by code (`names_passed`).

    Raises:
        InputError: nothing is in yet, so there is nothing to add, or a return is of another edition than the sum.
    """
    _refuse_unaddable(returns, base)
    shares = tuple(shares_of(roster.depth_first(), returns, provisional))
    counted = [share for share in shares if share.part is Part.COUNTED]
    filings = [share.filing for share in counted if share.filing]
    last = before or YearBefore()
    with without_collecting():  # every filing works out its values now
        whole = replace(sum_of(base, filings), previous=last.added(counted))
    found = [finding for finding in check_filing(whole) if _is_about_figures(finding, base.form)]
    figures = [_excused(finding, counted, (whole, last), passed or {}) for finding in found]
    covering = (judged(one, waivers) for one in covering_findings(roster, returns))
    below = (*covering, *map(_provisional_finding, counted))
    return Merged(whole, shares, partial(_levels, roster, shares, base), (*figures, *filter(None, below)), before=last)


def _refuse_unaddable(returns: Mapping[str, Filing], base: Filing) -> None:
    if not returns:
        raise InputError("汇总", ["还没有一份报表通过核对，没有可以相加的数；请先用 xxgk collect 收取报表"])
    others = [filing.organ for filing in returns.values() if filing.form.edition != base.form.edition]
    if others:
        raise InputError("汇总", [f"“{organ}”的报表不是 {base.form.edition} 版，不能相加" for organ in others])


def _provisional_finding(share: Share) -> Finding | None:
    if not share.provisional:
        return None
    figures = {PROVISIONAL_LABEL: share.provisional}
    return raise_finding("provisional_total", (), figures, organ=share.organ.name, provisional=share.provisional)


def _levels(roster: Roster, shares: tuple[Share, ...], base: Filing) -> Iterator[Level]:
    """Yield a level for every organ that has others below it, found by where its shares stand among all."""
    counted = [share for share in shares if share.part is Part.COUNTED]
    before = _running(share.part is Part.COUNTED for share in shares)
    absent = _running(share.part is Part.MISSING for share in shares)
    for place, share in enumerate(shares):
        if share.part is Part.COVERED or not roster.children(share.organ.code):
            continue
        end = place + len(roster.under(share.organ.code))
        filings = [entry.filing for entry in counted[before[place] : before[end]] if entry.filing]
        if filings:
            named = replace(base, organ=share.organ.name, code=share.organ.code, answers={})
            missing = absent[end] - absent[place]
            whole, words = sum_of(named, filings), provisional_words(shares[place:end])
            yield Level(share.organ, share.depth, before[place], before[end], missing, whole, words)


def _running(flags: Iterable[bool]) -> list[int]:
    """Return how many flags are set before each place, and at the end before none."""
    sums = [0]
    for flag in flags:
        sums.append(sums[-1] + flag)
    return sums


def names_passed(accepted: Mapping[str, Receipt]) -> Mapping[str, frozenset[str]]:
    """Return the names of the findings let pass of each return that counts, by code."""
    found = {
        code: frozenset(finding["name"] for finding in receipt.findings if finding.get("closed") == WAIVED)
        for code, receipt in accepted.items()
    }
    return {code: names for code, names in found.items() if names}


def _excused(
    finding: Finding, counted: list[Share], what: tuple[Filing, YearBefore], passed: Mapping[str, frozenset[str]]
) -> Finding:
    """Return a finding about the sum, closed where it is owed only to returns of which the same was let pass.

    It is owed to them where the sum of the others does not have it.
    """
    owed = [share for share in counted if finding.name in passed.get(share.organ.code, ())]
    if not owed:
        return finding
    whole, before = what
    others = [share for share in counted if share.filing and share not in owed]
    rest = sum_of(whole, [share.filing for share in others if share.filing])
    rest = replace(rest, previous=before.added(others))
    if any((one.name, one.places) == (finding.name, finding.places) for one in check_filing(rest)):
        return finding
    names = "".join(f"“{share.organ.name}”" for share in owed[:_NAMED])
    more = f"等 {len(owed)} 家" if len(owed) > _NAMED else ""
    words = waived_words(f"只因{names}{more}的同一条已准予")
    return replace(finding, closed=WAIVED, message=f"{finding.message}{words}")


def _is_about_figures(finding: Finding, form: Form) -> bool:
    return any(form.fields[place.field].kind.is_figure for place in finding.places if place.field in form.fields)


def figures_frame(merged: Merged) -> pd.DataFrame:
    """Return one row per counted organ: `code`, `organ`, `parent`, then every figure of the form by field id.

    Counts are nullable whole numbers (Int64) and amounts Decimal objects, so that no figure ever becomes binary.
    """
    import pandas as pd

    organs = [share.organ for share in merged.counted]
    columns: dict[str, pd.Series[Any]] = {
        "code": pd.Series([organ.code for organ in organs], dtype="str"),
        "organ": pd.Series([organ.name for organ in organs], dtype="str"),
        "parent": pd.Series([organ.parent for organ in organs], dtype="str"),
    }
    fields = [entry for entry in merged.whole.form.fields.values() if entry.kind.is_figure]
    filings = [share.filing for share in merged.counted if share.filing]
    for entry, figures in zip(fields, figure_columns(filings, [entry.id for entry in fields]), strict=True):
        columns[entry.id] = _series(figures, is_amount=entry.kind is Kind.AMOUNT)
    return pd.DataFrame(columns)


def _series(figures: list[Figure | None], *, is_amount: bool) -> pd.Series[Any]:
    import pandas as pd

    if not is_amount and Decimal not in set(map(type, figures)):
        return pd.Series(figures, dtype="Int64")
    return pd.Series([None if figure is None else Decimal(figure) for figure in figures], dtype="object")
