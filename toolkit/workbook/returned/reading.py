"""Read a workbook that came back: whose it is, what was typed, and what in the file is not as we issued it.

Goes by identity and keys, takes typed cells only, recomputes everything else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from toolkit.errors import WorkbookError
from toolkit.filing.checking import DATE_FIELD
from toolkit.filing.filing import Filing
from toolkit.filing.findings import Finding, Place, raise_finding, show
from toolkit.form.checks import is_number, number, rounded
from toolkit.form.dates import date_of_serial
from toolkit.form.registry import load_forms
from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.layout import lay_out
from toolkit.workbook.ledger import LEDGER_SHEET, Ledger
from toolkit.workbook.remarks import explained_in
from toolkit.workbook.returned.anchors import Address, find_anchors
from toolkit.workbook.returned.arithmetic import worked_out
from toolkit.workbook.returned.choices.declared import find_declarations, read_declared
from toolkit.workbook.returned.choices.pasted import about_pasted, places_pasted, read_pasted
from toolkit.workbook.returned.earlier import about_dropped, own_kinds
from toolkit.workbook.returned.elsewhere.last_year import read_last_year
from toolkit.workbook.returned.file_findings import about_file
from toolkit.workbook.returned.formats import is_crossed_out, shows_another
from toolkit.workbook.returned.identity_votes import identify
from toolkit.workbook.returned.normalising import NORMALISED, TakenNumber, about_taken, taken_number
from toolkit.workbook.returned.out_of_sight import sight_findings
from toolkit.workbook.returned.paragraphs import read_paragraphs
from toolkit.workbook.returned.results import about_formulas, is_first_layout, read_shown, written
from toolkit.workbook.template.formulas.sheets import earlier_total_formulas, total_formulas
from toolkit.xlsx.package import open_package
from toolkit.xlsx.sheet import STRUCK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from toolkit.form.model import Field, Form
    from toolkit.form.values import Figure, Paragraph, Value
    from toolkit.workbook.identity import Identity
    from toolkit.workbook.layout import Layout
    from toolkit.workbook.remarks import Explained
    from toolkit.workbook.returned.anchors import Anchors
    from toolkit.workbook.returned.results import Shown
    from toolkit.xlsx.package import Cell, Package

# A formula of numbers and signs alone, such as =3+4: its stored result stands on nothing else.
_NOTES = frozenset({Kind.NOTE, Kind.EXPLANATION})
_ARITHMETIC = re.compile(r"[\d\s.+\-*/()]+")


@dataclass(frozen=True)
class Reading:
    """What a file gave. `filing` is None when it is not a workbook of ours; `cells` says where each field stands.

    `paragraphs` says where each paragraph of a section stands, counted from 1;
    `explained` is what the clerk wrote beside the remarks with which the workbook had been sent back; `shown` by label
    what the cover says of the figures, where that can be held against them.
    """

    name: str
    findings: tuple[Finding, ...]
    filing: Filing | None = None
    identity: Identity | None = None
    cells: Mapping[str, Address] = field(default_factory=dict)
    application: str = ""
    explained: tuple[Explained, ...] = ()
    paragraphs: Mapping[tuple[str, int], Address] = field(default_factory=dict)
    shown: Mapping[str, Shown] = field(default_factory=dict)


def read_workbook(data: bytes, name: str, forms: Path | None = None) -> Reading:
    """Return what a workbook holds, with the findings about the file itself; figures are checked elsewhere.

    `forms` is a folder of further form definitions. Nothing a file holds raises: a file that cannot be read gives a
    Reading without a filing.
    """
    try:
        package = open_package(data, name)
        package.expect_large(LEDGER_SHEET)
        return _read(package, name, forms)
    except WorkbookError as error:
        reason = str(error).removeprefix(f"{name}：")  # the message names the file once already
        return Reading(name, (raise_finding("not_a_workbook", file=name, reason=reason),))


def _read(package: Package, name: str, forms: Path | None) -> Reading:
    identity, findings = identify(package, load_forms(forms))
    if identity is None:
        return Reading(name, (*findings, raise_finding("not_our_workbook", file=name, reason="没有找到标识")))
    form = _form_of(identity, forms)
    if form is None:
        reason = f"版本“{identity.edition}”不认识"
        return Reading(name, (*findings, raise_finding("not_our_workbook", file=name, reason=reason)), None, identity)
    layout = lay_out(form)
    anchors = find_anchors(package, layout)
    is_other_draft = identity.fingerprint != form.fingerprint
    pasted = read_pasted(package, layout, anchors, findings)
    moved = places_pasted(layout, pasted)
    typed = dict(_typed(package, layout, anchors, moved, findings))
    prose = dict(_prose(package, layout, anchors, findings, is_other_draft=is_other_draft))
    typed |= {section: tuple(paragraph for paragraph, _ in found) for section, found in prose.items()}
    paragraphs = dict(_where(prose))
    declarations = find_declarations(package, layout)
    declared = read_declared(package, layout, declarations, findings)
    last_year = read_last_year(package, form, findings)
    filing = Filing(
        form, identity.organ, identity.code, identity.year, typed, last_year, declared=declared, pasted=pasted,
    )  # fmt: skip
    cells = {entry: place for entry in form.fields if (place := anchors.place(entry)) is not None}
    cells |= moved | declarations
    filing = replace(filing, stated=dict(_stated(package, filing, cells)))
    findings += about_file(package, layout, anchors, identity)
    findings += sight_findings(package, filing, cells, paragraphs)
    findings += _about_totals(package, layout, filing, cells)
    findings += about_pasted(layout, filing)
    if is_other_draft:  # whose formulas are others, and which may ask for less and for more
        findings += about_dropped(package, layout)
        filing = replace(filing, not_asked=frozenset(form.fields) - frozenset(cells) - frozenset(own_kinds(package)))
    else:
        findings += about_formulas(package, layout)
    # Where a number was taken for what it must mean, the sheet takes it for text, and it is told of that number.
    is_as_shown = not is_other_draft and not NORMALISED & {finding.name for finding in findings}
    shown = dict(read_shown(package, layout)) if is_as_shown else {}
    explained = tuple(explained_in(package))
    return Reading(name, tuple(findings), filing, identity, cells, package.application, explained, paragraphs, shown)


def _form_of(identity: Identity, forms: Path | None) -> Form | None:
    candidates = [form for form in load_forms(forms) if (form.id, form.edition) == (identity.form, identity.edition)]
    exact = [form for form in candidates if form.fingerprint == identity.fingerprint]
    return next(iter(exact or candidates), None)


def _prose(
    package: Package, layout: Layout, anchors: Anchors, findings: list[Finding], *, is_other_draft: bool
) -> Iterator[tuple[str, tuple[tuple[Paragraph, Address], ...]]]:
    for entry in at.typed_fields(layout.form):
        place = anchors.place(entry.id)
        if entry.kind is Kind.TEXT and place is not None:
            yield entry.id, read_paragraphs(package, layout, entry.id, place, findings, is_other_draft=is_other_draft)


def _where(prose: Mapping[str, tuple[tuple[Paragraph, Address], ...]]) -> Iterator[tuple[tuple[str, int], Address]]:
    """Yield where each paragraph of each section stands, counted from 1."""
    for section, found in prose.items():
        yield from (((section, number), place) for number, (_, place) in enumerate(found, 1))


def _typed(
    package: Package, layout: Layout, anchors: Anchors, moved: Mapping[str, Address], findings: list[Finding]
) -> Iterator[tuple[str, Value]]:
    ledger, is_plain = Ledger(package), _plainly_shown(package)
    taken: list[TakenNumber] = []
    for entry, place, cell in _typed_cells(package, layout, anchors, moved):
        if type(cell.value) is int and not (cell.formula or cell.shared) and is_plain(cell.style, entry):
            yield entry.id, cell.value  # nearly every figure of a form
            continue
        total = ledger.sum(entry.id, cell.formula) if cell.formula else None
        if total is not None:
            findings += _about_total(entry, cell, cell.formula, total)
            yield entry.id, total
            continue
        if entry.kind in _NOTES and (cell.type == "e" or (cell.formula and not cell.cached)):
            findings.append(_no_text(entry, cell, place))
            continue
        is_given = bool(cell.formula or cell.shared)
        shown = worked_out(cell, package, place[0]) if is_given else cell
        if is_given:
            findings += _formula_findings(entry, shown, is_consolidated=ledger.exists)
        if shown.value is not None:
            findings += _format_findings(package, entry, shown, place)
        value = _value(shown)
        number_typed = None if is_given else taken_number(entry, *place, value)
        if number_typed is not None:
            taken.append(number_typed)
            yield entry.id, number_typed.value
        elif value is not None:
            yield entry.id, _noted(entry, value, package) if entry.kind in _NOTES else value
    findings += about_taken(taken)


def _typed_cells(
    package: Package, layout: Layout, anchors: Anchors, moved: Mapping[str, Address]
) -> Iterator[tuple[Field, Address, Cell]]:
    cells = cache(package.cells)
    for entry in at.typed_fields(layout.form):
        place = moved.get(entry.id) or anchors.place(entry.id)
        cell = None if place is None or entry.kind is Kind.TEXT else cells(place[0]).get(place[1])
        if place is not None and cell is not None:
            yield entry, place, cell


def _plainly_shown(package: Package) -> Callable[[int, Field], bool]:
    """Return a function that tells whether a number of a figure is seen as it is in a style, which is asked once."""

    @cache
    def is_plain(style: int, unit: str) -> bool:
        return not (package.is_struck(style) or shows_another(package.number_format(style), unit))

    return lambda style, entry: entry.kind not in _NOTES and is_plain(style, entry.unit)


def _no_text(entry: Field, cell: Cell, place: Address) -> Finding:
    """Say that a note is an error value, or a formula that no program has worked out."""
    where, text = Place(entry.id, entry.label, *place), str(cell.value) if cell.type == "e" else f"={cell.formula}"
    return raise_finding("prose_is_formula", [where], section=place[0], cell=place[1], text=text)


def _value(cell: Cell) -> Value:
    """Return what a cell holds as a filing does: truth values and errors are text, an uncomputed formula too."""
    if cell.formula and not cell.cached:
        return f"={cell.formula}"
    if isinstance(cell.value, bool):
        return "TRUE" if cell.value else "FALSE"
    return cell.value if cell.value != "" else None


def _noted(entry: Field, value: Value, package: Package) -> str:
    """Return a note as text; the date of the report, pasted as a day of the calendar, is stored as a number."""
    if entry.id == DATE_FIELD and isinstance(value, int | Decimal):
        day = date_of_serial(value, from_1904=package.dates_from_1904)
        return day.isoformat() if day is not None else _text(value)
    return _text(value)


def _text(value: Value) -> str:
    return value if isinstance(value, str) else show(value)


def _formula_findings(entry: Field, cell: Cell, *, is_consolidated: bool) -> Iterator[Finding]:
    """Doubt a formula that gives a number; what gives no number is a fault of the figure, which the checks find.

    The sheet takes any number for one, so an error here is only for what the sheet cannot see: another file, or a
    consolidated return whose figure does not add its ledger.
    """
    if not (cell.formula or cell.shared) or entry.kind in {Kind.NOTE, Kind.EXPLANATION}:
        return
    if is_consolidated or "[" in cell.formula:
        name = "formula_not_ours"
    elif not is_number(_value(cell)):
        return
    else:
        name = "formula_in_input" if _ARITHMETIC.fullmatch(cell.formula) else "formula_refers_elsewhere"
    found, where = f"“={cell.formula}”", f"“{entry.label}”"
    yield raise_finding(name, [Place(entry.id, entry.label)], where=where, found=found, value=show(_value(cell)))


def _stated(package: Package, filing: Filing, cells: Mapping[str, Address]) -> Iterator[tuple[str, Figure]]:
    """Yield the totals that somebody typed over their formulas."""
    for entry in at.computed_fields(filing.form):
        if entry.id in cells:
            sheet, address = cells[entry.id]
            cell = package.cells(sheet).get(address)
            if cell is not None and not cell.formula and not cell.shared and is_number(cell.value):
                yield entry.id, number(cell.value)


def _about_totals(package: Package, layout: Layout, filing: Filing, cells: Mapping[str, Address]) -> Iterator[Finding]:
    """Compare each total's formula with ours and its stored result with the recomputed one."""
    formulas = earlier_total_formulas(layout) if is_first_layout(package) else total_formulas(layout)
    for entry in at.computed_fields(filing.form):
        if entry.id not in cells:
            continue
        sheet, address = cells[entry.id]
        cell, formula, expected = package.cells(sheet).get(address), formulas[entry.id], filing.values[entry.id]
        is_home = layout.spots[entry.id].cell == address
        is_ours = cell is not None and cell.formula == formula and cell.type == "n" and cell.value == expected
        if cell is not None and is_home and not cell.shared and not is_ours:
            yield from _about_total(entry, cell, formula, number(expected))


def _about_total(entry: Field, cell: Cell, formula: str, expected: Figure) -> Iterator[Finding]:
    agrees = is_number(cell.value) and rounded(number(cell.value) - expected) == 0
    name, found = "", show(cell.value)
    if not cell.formula and cell.value is not None:
        name = "total_typed" if agrees else "total_typed_differs"
    elif written(cell.formula) != written(formula):
        name, found = "formula_changed", f"“={cell.formula}”"
    elif cell.cached and not agrees:
        name = "stored_total_differs"
    if name:
        places, figures = [Place(entry.id, entry.label)], {"文件": _value(cell), "重新计算": expected}
        where = f"“{entry.label}”"
        yield raise_finding(name, places, figures, where=where, found=found, expected=show(expected))


def _format_findings(package: Package, entry: Field, cell: Cell, place: Address) -> Iterator[Finding]:
    """Doubt what is crossed out, and a figure whose cell shows it as a day, a clock or per cent, which is no figure."""
    if is_crossed_out(package, cell):
        struck = show(_value(cell)).replace(STRUCK, "")
        yield raise_finding("crossed_out", [Place(entry.id, entry.label, *place)], where=entry.label, text=struck)
    if not entry.kind.is_figure or not is_number(_value(cell)):
        return
    code = package.number_format(cell.style)
    if shows_another(code, entry.unit):
        places = [Place(entry.id, entry.label, *place)]
        yield raise_finding(
            "shown_as_date", places, {entry.label: _value(cell)}, label=entry.label, value=show(cell.value)
        )
