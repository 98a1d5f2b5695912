"""What was typed where nobody sees it: in hidden rows, columns and sheets; numbers that a condition shows otherwise."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from toolkit.documents.sources.looks.colours import is_unreadable
from toolkit.filing.excerpts import beginning
from toolkit.filing.findings import Finding, Place, paragraph_place, raise_finding, show
from toolkit.form.checks import is_number
from toolkit.form.values import Kind
from toolkit.workbook.returned.formats import hides_text, shows_another
from toolkit.xlsx.row import by_shape
from toolkit.xlsx.sheet import split_address

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.form.values import Value
    from toolkit.workbook.returned.anchors import Address
    from toolkit.xlsx.package import Package
    from toolkit.xlsx.row import Rows
    from toolkit.xlsx.sights import Sights

_SHOWN, _EXCERPT = 3, 20


class _Typed(NamedTuple):
    """What was typed into a cell: of a field, or of a paragraph, counted from 1, of a section."""

    sheet: str
    cell: str
    field: str
    paragraph: int
    value: Value


def sight_findings(
    package: Package,
    filing: Filing,
    cells: Mapping[str, Address],
    paragraphs: Mapping[tuple[str, int], Address],
) -> Iterator[Finding]:
    """Yield a warning for every sheet with something typed out of sight, and for numbers shown under a condition.

    `cells` says where each field stands, `paragraphs` where each paragraph of a section does, counted from 1.
    """
    by_sheet: dict[str, list[_Typed]] = {}
    for one in (*_typed(filing, cells), *_said(filing, paragraphs)):
        by_sheet.setdefault(one.sheet, []).append(one)
    unseen = {info.name for info in package.sheets if info.state != "visible"}
    is_faint = cache(lambda style: is_unreadable(package.text_looks(style)))  # for all sheets have the same few styles
    for sheet, found in by_sheet.items():
        sights, faint = package.sights(sheet), _faint(package, sheet, is_faint)
        hidden = [
            one for one in found if sheet in unseen or _is_hidden(sights, one.cell) or (faint and one.cell in faint)
        ]
        if hidden:
            yield _out_of_sight(sheet, _placed(filing, hidden), is_sheet=sheet in unseen)
        if sights.conditionals:
            yield from _conditional(filing, sights, _placed(filing, found))


def _typed(filing: Filing, cells: Mapping[str, Address]) -> Iterator[_Typed]:
    """Yield what was typed into cells of their own; nought is what most people take a hidden cell for."""
    fields = filing.form.fields
    for name, value in filing.answers.items():
        if value not in (None, "", 0) and name in cells and fields[name].kind is not Kind.TEXT:
            yield _Typed(*cells[name], name, 0, value)


def _said(filing: Filing, paragraphs: Mapping[tuple[str, int], Address]) -> Iterator[_Typed]:
    for (name, number), place in paragraphs.items():
        yield _Typed(*place, name, number, filing.paragraphs(name)[number - 1].text)


def _placed(filing: Filing, found: Iterable[_Typed]) -> list[tuple[Place, Value]]:
    return [(_place(filing, one), one.value) for one in found]


def _place(filing: Filing, typed: _Typed) -> Place:
    sheet, cell, name, number, _ = typed
    if not number:
        return Place(name, filing.form.fields[name].label, sheet, cell)
    label = paragraph_place(filing.form.section(name), number).label
    return Place(name, label, sheet, cell, number)


def _is_hidden(sights: Sights, cell: str) -> bool:
    return bool(sights.rows or sights.columns) and sights.hides(*split_address(cell))


def _faint(package: Package, sheet: str, is_faint: Callable[[int], bool]) -> Collection[str]:
    """Return the cells whose format lets nobody read them: no text shown, the colour of the ground, no size."""
    found, cells = set[str](), package.cells(sheet)
    for style, addresses in _by_style(package.rows(sheet)).items():
        if is_faint(style):
            found.update(addresses)
        elif hides_text(package.number_format(style)):
            found.update(address for address in addresses if isinstance(cells[address].value, str))
    return found


@by_shape
def _by_style(rows: Rows) -> Mapping[int, list[str]]:
    """Return the cells by their style."""
    found: dict[int, list[str]] = {}
    for row in rows:
        for address, cell in row.cells.items():
            found.setdefault(cell.style, []).append(address)
    return found


def _out_of_sight(sheet: str, found: list[tuple[Place, Value]], *, is_sheet: bool) -> Finding:
    where = "所在的表隐藏了" if is_sheet else "藏在隐藏的行、列或看不见的格式里（字和底色一样、字号太小等）"
    shown = "、".join(f"{place.cell} 的{_excerpt(value)}" for place, value in found[:_SHOWN])
    places = [place for place, _ in found]
    return raise_finding("typed_out_of_sight", places, sheet=sheet, where=where, count=len(found), shown=shown)


def _excerpt(value: Value) -> str:
    return show(beginning(value, _EXCERPT) if isinstance(value, str) else value)


def _conditional(filing: Filing, sights: Sights, found: list[tuple[Place, Value]]) -> Iterator[Finding]:
    for place, value in found:
        unit = filing.form.fields[place.field].unit
        codes = (one.code for one in sights.conditionals if one.covers(*split_address(place.cell)))
        if any(shows_another(code, unit) if is_number(value) else hides_text(code) for code in codes):
            figures = {place.label: value}
            yield raise_finding("shown_by_condition", [place], figures, label=place.label, value=show(value))
