"""What is to be said of the file itself: whose it is, what was moved, copied, merged, unlocked or added."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.filing.excerpts import beginning
from toolkit.filing.findings import Finding, Place, raise_finding, show
from toolkit.filing.prose.personal import property_findings
from toolkit.form.registry import years_of
from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.identity import PROVISIONAL_LABEL
from toolkit.workbook.ledger import CODE, FIRST_ROW, LEDGER_SHEET
from toolkit.workbook.remarks import text_of_others
from toolkit.workbook.returned.anchors import missing_fields, prose_cells
from toolkit.workbook.returned.earlier import own_kinds
from toolkit.workbook.returned.elsewhere.beside import explanation_findings, note_findings
from toolkit.workbook.returned.elsewhere.stray import stray_findings
from toolkit.workbook.returned.paragraphs import text_box_findings
from toolkit.workbook.returned.visible_labels import label_findings
from toolkit.xlsx.sheet import split_address

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from toolkit.form.model import Form
    from toolkit.workbook.identity import Identity
    from toolkit.workbook.layout import Layout
    from toolkit.workbook.returned.anchors import Address, Anchors
    from toolkit.xlsx.package import Package

_SHOWN, _EXCERPT = 5, 60
_WORKBOOKS_KEPT = 1 << 6
_Input = tuple[str, str, str]  # field, sheet, cell
# Where name and key disagree and nothing decides, a figure may be another's; texts are told apart by their rows' keys.
_DECIDED_BY_KEY = frozenset({Kind.TEXT, Kind.EXPLANATION})
_NEEDED = frozenset({Kind.COUNT, Kind.AMOUNT, Kind.SIGNED, Kind.TEXT})  # in every draft of a form


def about_file(package: Package, layout: Layout, anchors: Anchors, identity: Identity) -> Iterator[Finding]:
    """Yield every finding about the file as a whole, its sheets, labels and names."""
    form = layout.form
    if not form.serves(identity.year):
        years = years_of(form)
        yield raise_finding("edition_not_for_year", edition=form.edition, years=years, year=identity.year)
    if identity.provisional:
        figures = {PROVISIONAL_LABEL: identity.provisional}
        yield raise_finding("provisional_total", (), figures, organ=identity.organ, provisional=identity.provisional)
    yield from _consolidated(package)
    is_other_draft = form.fingerprint != identity.fingerprint
    if is_other_draft:
        yield raise_finding("definition_differs", edition=form.edition)
    yield from _missing(layout, anchors, own_kinds(package) if is_other_draft else layout.form.fields)
    yield from _moved(package, form, anchors)
    yield from label_findings(package, layout, anchors)
    yield from _copied(package, form, anchors)
    yield from _twins(package, form, anchors)
    yield from note_findings(package, layout, anchors)
    yield from explanation_findings(package, layout, anchors)
    yield from _merged(package, layout, anchors)
    yield from text_box_findings(package)
    yield from stray_findings(package, layout, anchors, identity)
    inputs = {section.sheet for section in form.sections} & {sheet.name for sheet in package.sheets}
    for sheet in sorted(inputs):
        if not package.protection(sheet):
            yield raise_finding("protection_removed", [Place("", "", sheet)], sheet=sheet)
    yield from _comments(package)
    yield from property_findings(package.authorship, identity.organ)
    if package.hazards():
        yield raise_finding("extra_content", parts="、".join(package.hazards()[:_SHOWN]))


def _consolidated(package: Package) -> Iterator[Finding]:
    """Say that a workbook is a sum, whose figures are formulas over its own list of returns."""
    if LEDGER_SHEET not in {sheet.name for sheet in package.sheets}:
        return
    organs = at.cell_name(0, CODE).rstrip("0123456789")
    cells = package.cells(LEDGER_SHEET)
    count = sum(
        bool(cell.value) and address.rstrip("0123456789") == organs and split_address(address)[0] > FIRST_ROW
        for address, cell in cells.items()
    )
    if count:
        yield raise_finding("consolidated_return", sheet=LEDGER_SHEET, count=count)


def _missing(layout: Layout, anchors: Anchors, own: Container[str]) -> Iterator[Finding]:
    """Name the fields that stand nowhere; those that are not the workbook's own were never there to be deleted."""
    fields = layout.form.fields
    missing = missing_fields(layout, anchors)
    never = [name for name in missing if name not in own and fields[name].kind in _NEEDED]
    for finding, names in (
        ("cell_missing", [name for name in missing if name in own]),
        ("field_not_in_definition", never),
    ):
        if names:
            places = [Place(name, fields[name].label) for name in names]
            yield raise_finding(finding, places, count=len(names), label=f"“{places[0].label}”")


def _moved(package: Package, form: Form, anchors: Anchors) -> Iterator[Finding]:
    undecided = set(anchors.undecided())
    by_sheet: dict[str, list[str]] = {}
    for name in anchors.disagreements():
        if name in undecided and form.fields[name].kind not in _DECIDED_BY_KEY and _differs(package, anchors, name):
            yield _question(package, form, anchors, name)
        else:
            by_sheet.setdefault(_pair(anchors, name)[0][0], []).append(name)
    for sheet, names in by_sheet.items():
        places = [Place(name, form.fields[name].label, *_pair(anchors, name)[0]) for name in names]
        (_, by_key), (_, by_name) = _pair(anchors, names[0])
        yield raise_finding("anchors_disagree", places, sheet=sheet, count=len(names), by_name=by_name, by_key=by_key)


def _pair(anchors: Anchors, name: str) -> tuple[Address, Address]:
    pair = anchors.pair(name)
    if pair is None:
        raise KeyError(name)  # asked only of fields whose anchors disagree
    return pair


def _value_at(package: Package, place: Address) -> object:
    cell = package.cells(place[0]).get(place[1])
    return None if cell is None else cell.value


def _differs(package: Package, anchors: Anchors, name: str) -> bool:
    first, second = _pair(anchors, name)
    return _value_at(package, first) != _value_at(package, second)


def _question(package: Package, form: Form, anchors: Anchors, name: str) -> Finding:
    label, (first, second) = form.fields[name].label, _pair(anchors, name)
    values = [_shown(_value_at(package, place)) for place in (first, second)]
    places = [Place(name, label, *place) for place in (first, second)]
    cells = [f"{sheet}!{cell}" for sheet, cell in (first, second)]
    return raise_finding(
        "anchors_undecided", places, label=label, first=cells[0], second=cells[1], one=values[0], other=values[1]
    )


def _shown(value: object) -> str:
    return show(value) if value is None or isinstance(value, int | str) else str(value)


def _copied(package: Package, form: Form, anchors: Anchors) -> Iterator[Finding]:
    """Ask about every sheet that is a copy of another and has other answers."""
    for sheet, fields in anchors.copies.items():
        differing = [
            (name, home, place)
            for name, place in fields.items()
            if (home := anchors.place(name)) not in {None, place} and _differ(package, form, name, home, place)
        ]
        if differing:
            _, home, place = differing[0]
            places = [Place(name, form.fields[name].label, *copy) for name, _, copy in differing]
            one, other = (_shown(_value_at(package, where)) for where in (home, place))
            cell = f"{home[0]}!{home[1]}"
            yield raise_finding(
                "sheet_copied", places, sheet=sheet, home=home[0], count=len(differing), cell=cell, one=one, other=other
            )


def _differ(package: Package, form: Form, name: str, home: Address, place: Address) -> bool:
    """Return whether two places of one field say different things; of a prose section every paragraph counts."""
    if form.fields[name].kind is not Kind.TEXT:
        return _value_at(package, home) != _value_at(package, place)
    one, other = (
        [
            value
            for _, cell in prose_cells(package.rows(sheet), name, first)
            if (value := _value_at(package, (sheet, cell)))
        ]
        for sheet, first in (home, place)
    )
    return one != other


def _twins(package: Package, form: Form, anchors: Anchors) -> Iterator[Finding]:
    """Ask about every field whose row or column was copied and now says something else."""
    for name, twin in anchors.twins.items():
        home, label = anchors.place(name), form.fields[name].label
        if home in {None, twin} or form.fields[name].kind is Kind.TEXT:  # all rows of a section are its paragraphs
            continue
        if _value_at(package, home) != _value_at(package, twin):
            one, other = (_shown(_value_at(package, place)) for place in (home, twin))
            places = [Place(name, label, *place) for place in (home, twin)]
            first, second = (f"{sheet}!{cell}" for sheet, cell in (home, twin))
            yield raise_finding("cell_twice", places, label=label, first=first, second=second, one=one, other=other)


def _merged(package: Package, layout: Layout, anchors: Anchors) -> Iterator[Finding]:
    """Name every merged range that covers an input cell: what stands there is seen by nobody, or gone."""
    form = layout.form
    placed = ((section.id, anchors.place(section.id)) for section in form.sections if not section.is_table)
    prose = tuple(
        (name, place[0], text)
        for name, place in placed
        if place is not None
        for _, text in prose_cells(package.rows(place[0]), name, place[1])
    )
    inputs = _inputs(layout, anchors, prose)
    for sheet in inputs:
        for merged, names in _covering(layout, anchors, prose, sheet, package.merges(sheet)):
            places = [Place(name, form.fields[name].label, sheet, merged) for name in names]
            labels = "、".join(f"“{form.fields[name].label}”" for name in dict.fromkeys(names))
            yield raise_finding("inputs_merged", places, sheet=sheet, merged=merged, labels=labels)


@lru_cache(maxsize=_WORKBOOKS_KEPT)
def _covering(
    layout: Layout, anchors: Anchors, prose: tuple[_Input, ...], sheet: str, merges: tuple[str, ...]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the merged ranges of a sheet that cover an input, with the fields within: all but their first cell."""
    rows = _inputs(layout, anchors, prose)[sheet]
    found = ((merged, split_address(merged.partition(":")[0]), tuple(_within(merged, rows))) for merged in merges)
    return tuple(
        (merged, tuple(name for _, name in within))
        for merged, corner, within in found
        if any(place != corner for place, _ in within)
    )


@lru_cache(maxsize=_WORKBOOKS_KEPT)
def _inputs(
    layout: Layout, anchors: Anchors, prose: tuple[_Input, ...]
) -> Mapping[str, Mapping[int, list[tuple[int, str]]]]:
    """Return by sheet and row the columns of inputs with their fields; `prose` are the cells of paragraphs."""
    inputs: dict[str, dict[int, list[tuple[int, str]]]] = {}
    texts: dict[str, list[tuple[str, str]]] = {}
    for name, sheet, text in prose:
        texts.setdefault(name, []).append((sheet, text))
    for name, field in layout.form.fields.items():
        place = anchors.place(name)
        if place is not None and (field.kind.is_figure or field.kind is Kind.CONTROL):
            _add_input(inputs, name, *place)
        for sheet, text in texts.get(name, ()):
            _add_input(inputs, name, sheet, text)
    return inputs


def _add_input(inputs: dict[str, dict[int, list[tuple[int, str]]]], name: str, sheet: str, address: str) -> None:
    row, column = split_address(address)
    inputs.setdefault(sheet, {}).setdefault(row, []).append((column, name))


def _within(merged: str, rows: Mapping[int, list[tuple[int, str]]]) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the inputs within a merged range: row and column, and the field."""
    first, _, last = merged.partition(":")
    (top, left), (bottom, right) = split_address(first), split_address(last or first)
    for row, inputs in rows.items():
        if top <= row <= bottom:
            yield from (((row, column), name) for column, name in inputs if left <= column <= right)


def _comments(package: Package) -> Iterator[Finding]:
    for sheet in package.sheets:
        for cell, note in package.comments(sheet.name).items():
            said = " ".join(text_of_others(note).split())
            if not said:
                continue
            excerpt = beginning(said, _EXCERPT)
            yield raise_finding(
                "comment_found", [Place("", "", sheet.name, cell)], cell=f"{sheet.name}!{cell}", text=excerpt
            )
