"""Whose workbook a file is: the hidden sheet, the document properties and the locked cover vote; two must agree."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from toolkit.filing.findings import Finding, Place, raise_finding, show
from toolkit.filing.prose.numerals import chinese_value
from toolkit.workbook import layout as at
from toolkit.workbook.identity import IDENTITY_FACTS, LATER_FACTS, PROPERTY_PREFIX, Identity
from toolkit.workbook.returned.labels import plain_label
from toolkit.xlsx.sheet import column_letters, split_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.form.model import Form
    from toolkit.xlsx.package import Cell, Package
    from toolkit.xlsx.row import Row

Facts = dict[str, str]
_Shown = tuple[str, str, "Cell | None"]  # sheet, cell, what is in it
_NEAR = 6  # columns beside a label
# The facts a person can see on the cover, with the words for them; the others have two places only.
TITLES = {"organ": "机关名称", "code": "机关代码", "year": "报告年度"}
COVER_ROWS = {"organ": at.COVER_ORGAN_ROW, "code": at.COVER_CODE_ROW, "year": at.COVER_YEAR_ROW}


def identify(package: Package, forms: Iterable[Form]) -> tuple[Identity | None, list[Finding]]:
    """Return the identity most places agree on, with findings where one differs; None when there is none to find."""
    cover = _cover(package, tuple(forms))
    shown = {
        fact: _plain(cell.value) for fact, (_, _, cell) in cover.items() if cell is not None and cell.value is not None
    }
    witnesses = [facts for facts in (_hidden(package), _properties(package), shown) if facts]
    findings: list[Finding] = []
    decided: Facts = {}
    for fact in IDENTITY_FACTS:
        votes = [facts[fact] for facts in witnesses if fact in facts]
        if votes:
            decided[fact] = _decide(fact, votes, findings)
            if fact in TITLES:
                findings += _cover_contradicts(fact, cover, shown, decided[fact], votes)
    if not all(decided.get(fact) for fact in ("form", "edition", "organ", "year")) or not decided["year"].isdigit():
        return None, []
    year = int(decided.pop("year"))
    return Identity.read(decided, year), findings


def _cover_contradicts(
    fact: str, cover: Mapping[str, _Shown], facts: Facts, value: str, votes: list[str]
) -> Iterator[Finding]:
    """Yield an error where the cover says otherwise than the places nobody sees: whose figures are these?"""
    shown = facts.get(fact, value)
    if _same(shown, value) or votes.count(value) < 2:  # noqa: PLR2004 - places that agree; without, it is a disagreement
        return
    sheet, cell, _ = cover[fact]
    places = [Place("", TITLES[fact], sheet, cell)]
    yield raise_finding("cover_contradicts", places, what=TITLES[fact], shown=shown, value=value)


def _same(one: str, other: str) -> bool:
    """Return whether two facts say the same: spaces and the width of characters aside, a year with or without 年."""
    first, second = ("".join(unicodedata.normalize("NFKC", fact).split()) for fact in (one, other))
    return first == second or _year(first) == second


def _year(fact: str) -> str:
    """Return a year as it is kept, from how people write it."""
    plain = re.sub(r"年度?$", "", fact)
    number = chinese_value(plain)
    return plain if number is None else str(number)


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
        cells = package.rows(sheet.name).by_number
        rows = {fact: at.IDENTITY_FIRST_ROW + place for place, fact in enumerate(IDENTITY_FACTS)}
        named = {fact for fact, row in rows.items() if _text_at(cells, row, 0) == fact}
        if named >= set(IDENTITY_FACTS) - LATER_FACTS:
            return {fact: _text_at(cells, row, at.IDENTITY_VALUE) for fact, row in rows.items() if fact in named}
    return {}


def _text_at(rows: Mapping[int, Row], row: int, column: int) -> str:
    found = rows.get(row + 1)
    cell = None if found is None else found.cells.get(at.cell_name(row, column))
    return _plain(cell.value if cell is not None else None)


def _properties(package: Package) -> Facts:
    named: Mapping[str, str] = package.properties
    return {fact: named[PROPERTY_PREFIX + fact] for fact in IDENTITY_FACTS if PROPERTY_PREFIX + fact in named}


def _cover(package: Package, forms: tuple[Form, ...]) -> dict[str, _Shown]:
    """Read what the cover shows beside the labels of organ, code and year, wherever on the cover they stand now.

    Where no sheet shows two of the labels, the places where they are issued count, on the first sheet.
    """
    wanted = {plain_label(label): fact for form in forms for fact, label in _labels(form).items()}
    names = {form.words.cover for form in forms}
    for sheet in sorted((sheet.name for sheet in package.sheets), key=lambda name: name not in names):
        cells = package.cells(sheet)
        found: dict[str, _Shown] = {}
        for address, cell in cells.items():
            fact = wanted.get(plain_label(cell.value)) if isinstance(cell.value, str) else None
            if fact is not None and fact not in found:
                found[fact] = (sheet, *_beside(cells, address))
        if len(found) > 1:
            return found
    if not package.sheets:
        return {}
    first = package.sheets[0].name
    issued = {fact: at.cell_name(row, at.COVER_VALUE) for fact, row in COVER_ROWS.items()}
    return {fact: (first, cell, package.cells(first).get(cell)) for fact, cell in issued.items()}


def _labels(form: Form) -> Facts:
    return {"organ": form.words.organ, "code": form.words.code, "year": form.words.year}


def _beside(cells: Mapping[str, Cell], address: str) -> tuple[str, Cell | None]:
    """Return the first filled cell to the right of a label, or the next one."""
    row, column = split_address(address)
    beside = [f"{column_letters(column + step)}{row}" for step in range(1, _NEAR)]
    cell = next((name for name in beside if name in cells and cells[name].value is not None), beside[0])
    return cell, cells.get(cell)


def _plain(value: object) -> str:
    return show(value) if isinstance(value, int) else "" if value is None else str(value)
