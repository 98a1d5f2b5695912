"""Last year's figures out of last year's published reports, for a first round that has no round before it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.documents.sources.converting import converting_together
from toolkit.errors import InputError
from toolkit.files import write_file
from toolkit.filing.prose.likeness import sentences_of
from toolkit.workbook.carry_over import is_same_organ, report_figures
from toolkit.workbook.from_document import examine_document_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ
    from toolkit.form.values import Figure

FILE, PROSE_FILE = "last_year.json", "last_year_prose.json"  # in the folder of the round


@dataclass(frozen=True)
class Carried:
    """What was taken: the organs by code, what was wrong with a file in words, and the organs nothing was found for.

    `notes` say how a table was read.
    """

    taken: tuple[str, ...]
    mistakes: tuple[str, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...] = ()


def carry_from_reports(campaign: Campaign, files: Iterable[Path]) -> Carried:
    """Keep the figures of last year's reports in the folder of the round, each for the organ it names.

    A report that is another year's, or names no organ of the roster, or two, or whose carry-over could not be read for
    certain, is told and left out; so is an organ that two reports speak for.
    """
    found: dict[str, dict[str, Mapping[str, Figure]]] = {}
    prose: dict[str, list[str]] = {}
    mistakes: list[str] = []
    for path in converting_together([*files]):
        try:
            code, figures, prose_of_it = _figures(campaign, path)
        except InputError as error:
            mistakes.append(str(error))
        else:
            found.setdefault(code, {})[path.name] = figures
            prose[code] = prose_of_it
    for code in [code for code, files in found.items() if len(files) > 1]:
        names = "、".join(found.pop(code))
        mistakes.append(f"{campaign.roster.by_code[code].name}：有几份报告（{names}），不知道用哪一份，都没有用")
    kept = {code: prose[code] for code in found}
    write_file(campaign.folder / PROSE_FILE, json.dumps(kept, ensure_ascii=False, indent=1).encode())
    return keep_figures(campaign, {code: next(iter(one.values())) for code, one in found.items()}, tuple(mistakes))


def keep_figures(
    campaign: Campaign, figures: Mapping[str, Mapping[str, Figure]], mistakes: tuple[str, ...] = ()
) -> Carried:
    """Keep last year's figures by code in the folder of the round; return what was taken and who is without."""
    kept = {code: {name: str(figure) for name, figure in one.items()} for code, one in figures.items()}
    write_file(campaign.folder / FILE, json.dumps(kept, ensure_ascii=False, indent=1).encode())
    missing = tuple(organ.code for organ in campaign.roster.expected if not set(organ.ancestors) & set(kept))
    return Carried(tuple(kept), mistakes, missing)


def kept_figures(folder: Path) -> Mapping[str, Mapping[str, Figure]]:
    """Return last year's figures as they were kept, by code; none where no reports were given."""
    path = folder / FILE
    if not path.is_file():
        return {}
    kept = json.loads(path.read_bytes())
    return {code: {name: _figure(written) for name, written in figures.items()} for code, figures in kept.items()}


def kept_prose(folder: Path) -> Mapping[str, frozenset[str]]:
    """Return the sentences of last year's reports as they were kept, by code; none where no reports were given."""
    path = folder / PROSE_FILE
    kept = json.loads(path.read_bytes()) if path.is_file() else {}
    return {code: frozenset(sentences) for code, sentences in kept.items()}


def _figure(written: str) -> Figure:
    number = Decimal(written)
    return int(number) if number == number.to_integral_value() else number


def _figures(campaign: Campaign, path: Path) -> tuple[str, Mapping[str, Figure], list[str]]:
    reports = examine_document_file(path, campaign.forms)
    last_year = (one for one in reports if one.filing is not None and one.filing.year == campaign.year - 1)
    document = next(last_year, reports[0])
    filing = document.filing
    if filing is None:
        raise InputError(path.name, [document.examined.findings[0].message])
    organs = _organs(campaign.roster.organs, filing.organ)
    if len(organs) != 1:
        names = f"；名册里像的有 {'、'.join(organ.name for organ in organs)}" if organs else ""
        raise InputError(path.name, [f"是“{filing.organ}”的报告，名册里没有同名的机关{names}"])
    organ = organs[0]
    prose = sorted(sentences_of(filing.form, filing.values, (organ.name, organ.stem, filing.organ)))
    return organ.code, report_figures(document, path.name, organ.name, campaign.year), prose


def _organs(organs: Iterable[Organ], name: str) -> list[Organ]:
    alike = [organ for organ in organs if is_same_organ(organ.name, name)]
    return [organ for organ in alike if organ.name == name] or alike
