"""Many workbooks from one: the template is built once with words in place of the organ, and cut where they stand.

What differs between organs is a handful of texts and, where last year is known, its figures and the results that hang
on them. Everything else is compressed once. A copy holds what `write_workbook` would have written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.campaign.round.seals import seal_of
from toolkit.workbook import layout as at
from toolkit.workbook.layout import lay_out
from toolkit.workbook.template.blank import blank_filing, carried_fields
from toolkit.workbook.template.cache import CopyContent, WorkbookTemplate, prepare_template
from toolkit.workbook.template.formulas.dependencies import items_read, state_of
from toolkit.workbook.template.formulas.sheet_results import SheetResults
from toolkit.workbook.template.formulas.sheets import live_formulas
from toolkit.workbook.template.workbook import write_workbook
from toolkit.workbook.template.writer import Delivery
from toolkit.workbook.wording.languages import wording_of
from toolkit.xlsx.package import NewCell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ
    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form
    from toolkit.form.values import Figure, Value
    from toolkit.workbook.template.cache import Address
    from toolkit.workbook.template.formulas.dependencies import Item

# Stand-ins in the template; no definition and no roster holds such words.
PLACEHOLDERS = ORGAN, CODE, SEAL, DUE = "XXGK-ORGAN-XXGK", "XXGK-CODE-XXGK", "XXGK-SEAL-XXGK", "XXGK-DUE-XXGK"
_Sort = tuple[frozenset[str], bool]  # the fields of last year that are known, and whether a day is set
_Result = Callable[[SheetResults], "Value"]


@dataclass(frozen=True)
class Pattern:
    """The template of a sort of organs and what is worked out for each of them.

    For every cell of the template that varies `sources` has the field of last year it shows, or what gives its result.
    The other results were taken for constant. Some of them, `usual`, rest on what varies, and `constant` is what they
    gave; all that the rest look up stands in `steady`: names of mappings, their keys, and what they held.
    """

    template: WorkbookTemplate
    sources: tuple[str | _Result, ...]
    usual: tuple[_Result, ...]
    constant: tuple[Value, ...]
    steady: tuple[tuple[str, tuple[str, ...], tuple[object, ...]], ...]

    def values(self, now: SheetResults) -> tuple[Any, ...] | None:
        """Return what the varying cells of a copy hold; None where a result taken for constant may be another."""
        state = state_of(now)
        if any(tuple(map(state[name].get, keys)) != held for name, keys, held in self.steady):
            return None
        if tuple([result(now) for result in self.usual]) != self.constant:
            return None
        previous = now.filing.previous
        return tuple([previous[source] if isinstance(source, str) else source(now) for source in self.sources])


class CopyMaker:
    """Makes the workbooks of a campaign. Templates are built when first needed and kept."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._patterns: dict[_Sort, Pattern] = {}

    def workbook(self, organ: Organ, previous: Mapping[str, Figure]) -> bytes:
        """Return an organ's locked workbook with last year's figures in it; the same input gives the same bytes."""
        form = self._campaign.form
        seal = seal_of(self._campaign, organ.code)
        due = self._due(organ)
        words = {ORGAN: organ.name, CODE: organ.code, SEAL: seal, DUE: due}
        known = form.fields.keys() & previous.keys()  # the form of last year may have had others
        sort = (frozenset(known), bool(due))
        if sort not in self._patterns:
            self._patterns[sort] = self._build(*sort)
        pattern = self._patterns[sort]
        if not known:
            return pattern.template.make(CopyContent(words))
        values = pattern.values(SheetResults(lay_out(form), self._filing(ORGAN, CODE, previous)[0]))
        if values is None:
            return self._write(*self._filing(organ.name, organ.code, previous), seal, due)
        return pattern.template.make(CopyContent(words, values))

    def _due(self, organ: Organ) -> str:
        """Return by when the organ's return is due, in the form's language; empty where no day is set."""
        day, words = organ.deadline, wording_of(self._campaign.form).cover
        return words.due.format(year=day.year, month=day.month, day=day.day) if day else ""

    def _write(self, filing: Filing, locked: frozenset[str], seal: str, due: str) -> bytes:
        campaign = self._campaign
        delivery = Delivery(due, campaign.organ, campaign.return_to, campaign.call)
        return write_workbook(filing, locked=locked, seal=seal, password=campaign.key.password, delivery=delivery)

    def _filing(self, organ: str, code: str, previous: Mapping[str, Figure]) -> tuple[Filing, frozenset[str]]:
        campaign = self._campaign
        return blank_filing(campaign.form, organ, code, campaign.year, previous)

    def _build(self, known: frozenset[str], has_day: bool) -> Pattern:  # noqa: FBT001 (a part of the key)
        """Build the template and find out, by two other sets of figures, which results hang on last year."""
        form = self._campaign.form
        fields = [name for name in form.fields if name in known]
        filing, locked = self._filing(ORGAN, CODE, dict.fromkeys(fields, 0))
        data = self._write(filing, locked, SEAL, DUE if has_day else "")
        now, *probes = (
            SheetResults(lay_out(form), self._filing(ORGAN, CODE, dict(zip(fields, figures, strict=True)))[0])
            for figures in ([0] * len(fields), range(1, len(fields) + 1), range(len(fields) + 1, 2 * len(fields) + 1))
        )
        varying = _varying(now, probes)
        sources: dict[Address, str | _Result] = dict(_constants(form, known))
        usual: dict[_Result, Value] = {}
        steady: set[Item] = set()
        for live in live_formulas(lay_out(form)):
            value = live.result(now)
            if any(live.result(probe) != value for probe in probes):
                sources[live.spot.sheet, live.spot.cell] = live.result
            elif varying.isdisjoint(items := items_read(live.result, now)):
                steady |= items
            else:
                usual[live.result] = value
        example = {cell: NewCell(0, cached_only=callable(source)) for cell, source in sources.items()}
        template = prepare_template(data, PLACEHOLDERS, _grouped(example))
        cells = tuple(sources[cell] for cell in template.cells)
        return Pattern(template, cells, tuple(usual), tuple(usual.values()), tuple(_held(now, steady)))


def _varying(now: SheetResults, probes: Sequence[SheetResults]) -> frozenset[Item]:
    """Return what of the state of a workbook is another in one of the probes."""
    states = [state_of(probe) for probe in probes]
    return frozenset(
        (name, key)
        for name, held in state_of(now).items()
        for key, value in held.items()
        if any(state[name][key] != value for state in states)
    )


def _held(now: SheetResults, items: Iterable[Item]) -> Iterator[tuple[str, tuple[str, ...], tuple[object, ...]]]:
    """Yield by mapping the keys of these items and what stands there."""
    for name, held in state_of(now).items():
        keys = tuple(sorted(key for where, key in items if where == name))
        yield name, keys, tuple(map(held.get, keys))


def _constants(form: Form, known: frozenset[str]) -> Iterator[tuple[Address, str]]:
    """Yield the cells that hold last year's figures as such, each with its field of last year.

    They are the locked inputs and the very hidden sheet's column.
    """
    layout = lay_out(form)
    for mine, theirs in carried_fields(form).items():
        if theirs in known:
            yield (layout.spots[mine].sheet, layout.spots[mine].cell), theirs
    for name in known:
        yield (at.KEYS_SHEET, layout.key_cell(name, at.FIELD_PREVIOUS).cell), name


def _grouped(cells: Mapping[Address, NewCell]) -> Mapping[str, Mapping[str, NewCell]]:
    found: dict[str, dict[str, NewCell]] = {}
    for (sheet, cell), new in cells.items():
        found.setdefault(sheet, {})[cell] = new
    return found
