"""Whose workbook a file is: the hidden sheet, the document properties and the locked cover vote; two must agree."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from toolkit.filing.findings import Finding, Place, raise_finding, show
from toolkit.workbook import layout as at
from toolkit.workbook.identity import IDENTITY_FACTS, LATER_FACTS, PROPERTY_PREFIX, Identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.xlsx.package import Cell, Package

Facts = dict[str, str]
# The facts a person can see on the cover, with the words for them; the others have two places only.
TITLES = {"organ": "机关名称", "code": "机关代码", "year": "报告年度"}
COVER_ROWS = {"organ": at.COVER_ORGAN_ROW, "code": at.COVER_CODE_ROW, "year": at.COVER_YEAR_ROW}


def identify(package: Package) -> tuple[Identity | None, list[Finding]]:
    """Return the identity most places agree on, with findings where one differs; None when there is none to find."""
    witnesses = [facts for facts in (_hidden(package), _properties(package), _cover(package)) if facts]
    findings: list[Finding] = []
    decided: Facts = {}
    for fact in IDENTITY_FACTS:
        votes = [facts[fact] for facts in witnesses if fact in facts]
        if votes:
            decided[fact] = _decide(fact, votes, findings)
            if fact in TITLES:
                findings += _cover_contradicts(fact, package.sheets[0].name, witnesses[-1], decided[fact], votes)
    if not all(decided.get(fact) for fact in ("form", "edition", "organ", "year")) or not decided["year"].isdigit():
        return None, []
    year = int(decided.pop("year"))
    return Identity.read(decided, year), findings


def _cover_contradicts(fact: str, sheet: str, cover: Facts, value: str, votes: list[str]) -> Iterator[Finding]:
    """Yield an error where the cover says otherwise than the places nobody sees: whose figures are these?"""
    shown = cover.get(fact, value)
    if _same(shown, value) or votes.count(value) < 2:  # noqa: PLR2004 - places that agree; without, it is a disagreement
        return
    row = COVER_ROWS[fact]
    yield raise_finding(
        "cover_contradicts", [Place("", TITLES[fact], sheet, at.cell_name(row, at.COVER_VALUE))], what=TITLES[fact],
        shown=shown, value=value,
    )  # fmt: skip


def _same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())


def _decide(fact: str, votes: list[str], findings: list[Finding]) -> str:
    ranked = Counter(votes).most_common()
    value, times = ranked[0]
    if len(ranked) == 1:
        return value
    title = TITLES.get(fact, f"标识“{fact}”")
    if times > 1 and (fact not in TITLES or votes[-1] == value):  # the cover has a finding of its own
        findings.append(raise_finding("identity_altered", what=title, odd=ranked[1][0], value=value))
    elif times == 1:
        found = "、".join(f"“{vote}”" for vote in votes)
        findings.append(raise_finding("identity_disagrees", what=title, found=found))
    return value


def _hidden(package: Package) -> Facts:
    """Read the facts from the sheet that lists them; its name and its being hidden do not matter."""
    for sheet in reversed(package.sheets):  # we issue it last
        cells = package.cells(sheet.name)
        rows = {fact: at.IDENTITY_FIRST_ROW + place for place, fact in enumerate(IDENTITY_FACTS)}
        named = {fact for fact, row in rows.items() if _text_at(cells, row, 0) == fact}
        if named >= set(IDENTITY_FACTS) - LATER_FACTS:
            return {fact: _text_at(cells, row, at.IDENTITY_VALUE) for fact, row in rows.items() if fact in named}
    return {}


def _text_at(cells: Mapping[str, Cell], row: int, column: int) -> str:
    cell = cells.get(at.cell_name(row, column))
    return _plain(cell.value if cell is not None else None)


def _properties(package: Package) -> Facts:
    named: Mapping[str, str] = package.properties
    return {fact: named[PROPERTY_PREFIX + fact] for fact in IDENTITY_FACTS if PROPERTY_PREFIX + fact in named}


def _cover(package: Package) -> Facts:
    """Read what the cover shows: the first sheet, where the organ's row stands."""
    if not package.sheets:
        return {}
    cells = package.cells(package.sheets[0].name)
    found = {fact: cells.get(at.cell_name(row, at.COVER_VALUE)) for fact, row in COVER_ROWS.items()}
    return {fact: _plain(cell.value) for fact, cell in found.items() if cell is not None and cell.value is not None}


def _plain(value: object) -> str:
    return show(value) if isinstance(value, int) else "" if value is None else str(value)
