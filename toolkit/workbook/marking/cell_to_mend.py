"""Where a clerk begins to mend a finding: one cell, what it holds and should hold; the same in sheet and message."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from toolkit.filing.findings import show
from toolkit.form.rules import bind_rules
from toolkit.form.values import Kind
from toolkit.workbook.template.blank import carried_figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.form.model import Form
    from toolkit.form.values import Figure, Value

_NOWHERE = {"sheet": "", "cell": "", "field": "", "label": ""}


class Returned(Protocol):
    """What a return held: every field's value, last year's figures, and where each field stands."""

    @property
    def values(self) -> Mapping[str, Value]:
        """Every field, totals included."""

    @property
    def previous(self) -> Mapping[str, Figure]:
        """Last year's figures."""

    @property
    def cells(self) -> Mapping[str, tuple[str, str]]:
        """Sheet and cell of every field."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one file was read to hold, as `Returned` has it."""

    values: Mapping[str, Value]
    previous: Mapping[str, Figure]
    cells: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class CellToMend:
    """The cell to look at first; every text is blank where there is nothing to say.

    `found` is what stands there, `demand` what should; `others` tells of further cells, one text for each group.
    """

    sheet: str
    cell: str
    label: str
    found: str
    demand: str
    others: tuple[str, ...]

    @property
    def where(self) -> str:
        """The place as a clerk finds it."""
        return f"{self.sheet}!{self.cell}" if self.cell else self.label or self.sheet


def cell_to_mend(form: Form, returned: Returned, finding: Mapping[str, Any]) -> CellToMend:
    """Return where to begin: at the likeliest culprit, else at the first cell that a clerk can type in."""
    suspects = [_suspect_place(returned, suspect) for suspect in finding["suspects"]]
    places = finding["places"]
    chief = suspects[0] if suspects else _first_typed(form, returned, places)
    told = {place["field"] for place in (chief, *suspects)}
    rest = [place for place in places if place is not chief and (not place["field"] or place["field"] not in told)]
    return CellToMend(
        sheet=chief["sheet"],
        cell=chief["cell"],
        label=chief["label"],
        found=_found(returned, chief["field"]),
        demand=suspect_demand(finding["suspects"][0]) if suspects else _rule_demand(form, finding),
        others=(*_rivals(returned, finding["suspects"][1:]), *_grouped(rest)),
    )


def told_with_follows(finding: Mapping[str, Any]) -> str:
    """Return a finding's message, and below it those of the findings that follow from the same slip."""
    follows = [follow["message"] for follow in finding.get("follows", ())]
    if not follows:
        return str(finding["message"])
    listed = "\n".join(f"· {message}" for message in follows)
    return f"{finding['message']}\n由同一处引起，改好就一起对上的：\n{listed}"


def suspect_where(returned: Returned, suspect: Mapping[str, Any]) -> str:
    """Return sheet, cell and label of a suspect."""
    place = _suspect_place(returned, suspect)
    return f"{place['sheet']}!{place['cell']}“{place['label']}”" if place["cell"] else f"“{place['label']}”"


def suspect_demand(suspect: Mapping[str, Any]) -> str:
    """Return what a suspect should hold and why we think so."""
    return f"应为 {_figure(suspect['value'])}（{suspect['reason']}）"


def _suspect_place(returned: Returned, suspect: Mapping[str, Any]) -> Mapping[str, Any]:
    sheet, cell = returned.cells.get(suspect["field"], ("", ""))
    return {"sheet": sheet, "cell": cell, "field": suspect["field"], "label": suspect["label"]}


def _first_typed(form: Form, returned: Returned, places: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    known = list(places)
    carried = carried_figures(form, returned.previous)
    typed = (
        place
        for place in known
        if (field := form.fields.get(place["field"])) and field.kind is not Kind.COMPUTED and field.id not in carried
    )
    return next(typed, known[0] if known else _NOWHERE)


def _found(returned: Returned, field: str) -> str:
    if field not in returned.values or isinstance(returned.values[field], tuple):
        return ""
    return show(returned.values[field])


def _rule_demand(form: Form, finding: Mapping[str, Any]) -> str:
    """Return what the form demands; blank for findings about the file, which no rule of the form states."""
    relation = next((check.relation for check in bind_rules(form) if check.rule == finding["name"]), None)
    sides = list(finding["figures"])
    if relation is not None and len(sides) > 1:
        return f"{sides[0]} {relation.value} {sides[1]}"
    return next((rule.title for rule in form.rules if rule.id == finding["name"]), "")


def _rivals(returned: Returned, suspects: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for suspect in suspects:
        yield f"也可能是 {suspect_where(returned, suspect)}{suspect_demand(suspect)}"


def _grouped(places: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the cells of each sheet in one text, however many they are."""
    sheets: dict[str, list[str]] = {}
    for place in places:
        sheets.setdefault(place["sheet"], []).append(place["cell"] or place["label"])
    for sheet, cells in sheets.items():
        yield f"{sheet}：{'、'.join(dict.fromkeys(cells))}"


def _figure(value: object) -> str:
    return show(Decimal(str(value))) if isinstance(value, int | float) else str(value)
