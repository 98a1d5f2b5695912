"""Many workbooks from one: the template is built once with words in place of the organ, and cut where they stand.

What differs between organs is a handful of texts and, where last year is known, its figures and the results that hang
on them. Everything else is compressed once. A copy holds what `write_workbook` would have written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.campaign.round.seals import seal_of
from toolkit.form.rules import bind_rules
from toolkit.workbook import layout as at
from toolkit.workbook.layout import lay_out
from toolkit.workbook.template.blank import blank_filing, carried_fields
from toolkit.workbook.template.cache import CopyContent, WorkbookTemplate, prepare_template
from toolkit.workbook.template.formulas.sheets import formula_cells
from toolkit.workbook.template.workbook import write_workbook
from toolkit.workbook.template.writer import Delivery
from toolkit.workbook.wording.languages import wording_of
from toolkit.xlsx.package import NewCell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.campaign.round.folder import Campaign
    from toolkit.campaign.round.roster import Organ
    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form
    from toolkit.form.values import Figure, Value
    from toolkit.workbook.template.cache import Address

# Stand-ins in the template; no definition and no roster holds such words.
PLACEHOLDERS = ORGAN, CODE, SEAL, DUE = "XXGK-ORGAN-XXGK", "XXGK-CODE-XXGK", "XXGK-SEAL-XXGK", "XXGK-DUE-XXGK"
_KEPT = 500
_Sort = tuple[frozenset[str], bool]  # the fields of last year that are known, and whether a day is set
Results = dict["Address", "Value"]


class CopyMaker:
    """Makes the workbooks of a campaign. Templates are built when first needed and kept."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._templates: dict[_Sort, WorkbookTemplate] = {}
        # For every cell of a template that varies the field of last year it shows, or where the result stands.
        self._sources: dict[_Sort, tuple[str | Address, ...]] = {}
        self._telling = _telling_fields(campaign.form)
        self._results: dict[tuple[_Sort, str], Results | None] = {}

    def workbook(self, organ: Organ, previous: Mapping[str, Figure]) -> bytes:
        """Return an organ's locked workbook with last year's figures in it; the same input gives the same bytes."""
        seal = seal_of(self._campaign, organ.code)
        due = self._due(organ)
        words = {ORGAN: organ.name, CODE: organ.code, SEAL: seal, DUE: due}
        sort = (frozenset(previous), bool(due))
        template = self._template_of(sort)
        if not previous:
            return template.make(CopyContent(words))
        results = self._results_of(sort, previous, template)
        if results is None:
            return self._write(*self._filing(organ.name, organ.code, previous), seal, due)
        known: dict[Any, Any] = {**previous, **results}
        return template.make(CopyContent(words, tuple([known[source] for source in self._sources[sort]])))

    def _due(self, organ: Organ) -> str:
        """Return by when the organ's return is due, in the form's language; empty where no day is set."""
        day, words = organ.deadline, wording_of(self._campaign.form).cover
        return words.due.format(year=day.year, month=day.month, day=day.day) if day else ""

    def _write(self, filing: Filing, locked: frozenset[str], seal: str, due: str) -> bytes:
        campaign = self._campaign
        delivery = Delivery(due, campaign.organ, campaign.return_to, campaign.call)
        return write_workbook(filing, locked=locked, seal=seal, password=campaign.key.password, delivery=delivery)

    def _template_of(self, sort: _Sort) -> WorkbookTemplate:
        if sort not in self._templates:
            self._templates[sort] = self._build(*sort)
            shown = dict(_constants(self._campaign.form, sort[0]))
            self._sources[sort] = tuple(shown.get(cell, cell) for cell in self._templates[sort].cells)
        return self._templates[sort]

    def _results_of(self, sort: _Sort, previous: Mapping[str, Figure], template: WorkbookTemplate) -> Results | None:
        """Return the results that vary; None where one differs that the template took for constant.

        Results hang on few of last year's figures, which are noughts for most organs: what was worked out is kept.
        """
        # Equal figures may be written with different digits, which `repr` tells apart.
        told = (sort, repr([previous.get(name) for name in self._telling]))
        if told not in self._results:
            if len(self._results) >= _KEPT:
                self._results.clear()
            found = _results(self._filing(ORGAN, CODE, previous)[0])
            is_usual = all(found[cell] == value for cell, value in template.results.items())
            self._results[told] = {cell: found[cell] for cell in template.cells if cell in found} if is_usual else None
        return self._results[told]

    def _filing(self, organ: str, code: str, previous: Mapping[str, Figure]) -> tuple[Filing, frozenset[str]]:
        campaign = self._campaign
        return blank_filing(campaign.form, organ, code, campaign.year, previous)

    def _build(self, known: frozenset[str], has_day: bool) -> WorkbookTemplate:  # noqa: FBT001 (a part of the key)
        """Build the template and find out, by two other sets of figures, which results hang on last year."""
        fields = [name for name in self._campaign.form.fields if name in known]
        filing, locked = self._filing(ORGAN, CODE, dict.fromkeys(fields, 0))
        data = self._write(filing, locked, SEAL, DUE if has_day else "")
        results = _results(filing)
        probes = [
            _results(self._filing(ORGAN, CODE, dict(zip(fields, range(start, start + len(fields)), strict=True)))[0])
            for start in (1, len(fields) + 1)
        ]
        variable = frozenset(cell for cell, value in results.items() if any(probe[cell] != value for probe in probes))
        fixed = {cell: value for cell, value in results.items() if cell not in variable}
        example = {cell: NewCell(0) for cell, _ in _constants(filing.form, known)}
        example |= dict.fromkeys(variable, NewCell(0, cached_only=True))
        return prepare_template(data, PLACEHOLDERS, _grouped(example), fixed)


def _results(filing: Filing) -> Results:
    return {(live.spot.sheet, live.spot.cell): live.value for live in formula_cells(lay_out(filing.form), filing)}


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


def _telling_fields(form: Form) -> tuple[str, ...]:
    """Return the fields whose figures of last year any check looks at; no result hangs on another."""
    return tuple(dict.fromkeys(name for check in bind_rules(form) for name in check.previous_fields))


def _grouped(cells: Mapping[Address, NewCell]) -> Mapping[str, Mapping[str, NewCell]]:
    found: dict[str, dict[str, NewCell]] = {}
    for (sheet, cell), new in cells.items():
        found.setdefault(sheet, {})[cell] = new
    return found
