"""Many workbooks from one: the template is built once with words in place of the organ, and cut where they stand.

What differs between organs is a handful of texts and, where last year is known, its figures and the results that hang
on them. Everything else is compressed once. A copy holds what `write_workbook` would have written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.campaign.round.seals import seal_of
from toolkit.form.rules import bind_rules
from toolkit.workbook import layout as at
from toolkit.workbook.layout import lay_out
from toolkit.workbook.template.blank import blank_filing
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
        self._telling = _telling_fields(campaign.form)
        self._results: dict[tuple[_Sort, tuple[Figure | None, ...]], Results | None] = {}

    def workbook(self, organ: Organ, previous: Mapping[str, Figure]) -> bytes:
        """Return an organ's locked workbook with last year's figures in it; the same input gives the same bytes."""
        seal = seal_of(self._campaign, organ.code)
        due = self._due(organ)
        words = {ORGAN: organ.name, CODE: organ.code, SEAL: seal, DUE: due}
        sort = (frozenset(previous), bool(due))
        template = self._template_of(sort)
        if not previous:
            return template.make(CopyContent(words, {}))
        filing, locked = self._filing(organ.name, organ.code, previous)
        results = self._results_of(sort, previous, template)
        if results is None:
            return self._write(filing, locked, seal, due)
        return template.make(CopyContent(words, _changes(filing, locked, results)))

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
        return self._templates[sort]

    def _results_of(self, sort: _Sort, previous: Mapping[str, Figure], template: WorkbookTemplate) -> Results | None:
        """Return the results that vary; None where one differs that the template took for constant.

        Results hang on few of last year's figures, which are noughts for most organs: what was worked out is kept.
        """
        told = (sort, tuple(previous.get(name) for name in self._telling))
        if told not in self._results:
            if len(self._results) >= _KEPT:
                self._results.clear()
            found = _results(self._filing(ORGAN, CODE, previous)[0])
            is_usual = all(found[cell] == value for cell, value in template.results.items())
            self._results[told] = {cell: found[cell] for cell in template.variable} if is_usual else None
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
        if known:  # texts with the organ's name lie on the same sheets
            variable |= {cell for cell, value in results.items() if ORGAN in str(value)}
        fixed = {cell: value for cell, value in results.items() if cell not in variable}
        example = dict.fromkeys(_constants(filing, locked), NewCell(0))
        example |= dict.fromkeys(variable, NewCell(0, cached_only=True))
        return prepare_template(data, PLACEHOLDERS, _grouped(example), fixed, variable)


def _results(filing: Filing) -> Results:
    return {(live.spot.sheet, live.spot.cell): live.value for live in formula_cells(lay_out(filing.form), filing)}


def _constants(filing: Filing, locked: frozenset[str]) -> Iterator[Address]:
    """Yield the cells that hold last year's figures as such: the locked inputs and the very hidden sheet's column."""
    layout = lay_out(filing.form)
    for name in locked:
        yield layout.spots[name].sheet, layout.spots[name].cell
    for name in filing.previous:
        yield at.KEYS_SHEET, layout.key_cell(name, at.FIELD_PREVIOUS).cell


def _telling_fields(form: Form) -> tuple[str, ...]:
    """Return the fields whose figures of last year any check looks at; no result hangs on another."""
    return tuple(dict.fromkeys(name for check in bind_rules(form) for name in check.previous_fields))


def _changes(filing: Filing, locked: frozenset[str], results: Results) -> Mapping[str, Mapping[str, NewCell]]:
    """Return what to put into the cells of a copy; the results are the template's, with its stand-in for the organ."""
    layout = lay_out(filing.form)
    new = {cell: NewCell(_named(value, filing.organ), cached_only=True) for cell, value in results.items()}
    for name in locked:
        new[layout.spots[name].sheet, layout.spots[name].cell] = NewCell(_named(filing.answers[name], ""))
    for name, figure in filing.previous.items():
        new[at.KEYS_SHEET, layout.key_cell(name, at.FIELD_PREVIOUS).cell] = NewCell(figure)
    return _grouped(new)


def _named(value: Value, organ: str) -> Figure | str | None:
    # A result is a figure or a text, never paragraphs.
    return value.replace(ORGAN, organ) if isinstance(value, str) else value  # type: ignore[return-value]


def _grouped(cells: Mapping[Address, NewCell]) -> Mapping[str, Mapping[str, NewCell]]:
    found: dict[str, dict[str, NewCell]] = {}
    for (sheet, cell), new in cells.items():
        found.setdefault(sheet, {})[cell] = new
    return found
