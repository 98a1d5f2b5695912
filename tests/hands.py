"""What people's hands do to a workbook, done to its XML as Excel does it: references move with what is cut."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter, range_boundaries
from packagecases import rezipped
from workbooks import part_of

from toolkit.workbook.layout import lay_out
from toolkit.workbook.template.formulas.sheets import formula_cells
from toolkit.xlsx.package import NewCell, open_package

if TYPE_CHECKING:
    from toolkit.filing.filing import Filing

Bounds = tuple[int, int, int, int]  # left, top, right, bottom, from 1
_REFERENCE = re.compile(
    r"((?:'(?:[^']|'')+'|[^\s'!(),:;=<>&+*/-]+)!)?(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)(?![\w(!])"
)


def cut(data: bytes, sheet: str, source: str, target: str) -> bytes:
    """Return the workbook after a block was cut and pasted at a cell of the same sheet.

    The cells move with their formats; those left behind are as on a new sheet. References to what moved follow, single
    ones to what was dropped upon become `#REF!`, ranges whose whole edge moved are stretched, as Excel does.
    """
    area = range_boundaries(source)
    left, top, _, _ = range_boundaries(target)
    by = (left - area[0], top - area[1])
    home = part_of(data, sheet)
    sheets = {info.part: info.name for info in open_package(data).sheets}

    def edit(name: str, content: bytes) -> bytes:
        if name in sheets:
            text = re.sub(
                r"(<f>|<formula>|<formula1>)([^<]+)(</)",
                lambda found: found[1] + _moved(found[2], sheets[name], sheet, area, by) + found[3],
                content.decode(),
            )
            return (_carried(text, area, by) if name == home else text).encode()
        if name == "xl/workbook.xml":
            names = r"(<definedName [^>]*>)([^<]+)(</)"
            moved = re.sub(names, lambda f: f[1] + _moved(f[2], "", sheet, area, by) + f[3], content.decode())
            return moved.encode()
        return content

    return rezipped(data, edit)


def _moved(formula: str, home: str, sheet: str, area: Bounds, by: tuple[int, int]) -> str:
    def one(found: re.Match[str]) -> str:
        prefix = found[1] or ""
        if (prefix.rstrip("!").strip("'") or home) != sheet:
            return found[0]
        bounds = range_boundaries(found[2].replace("$", ""))
        moved = _followed(bounds, area, by)
        return prefix + ("#REF!" if moved is None else _written(moved, found[2]))

    return _REFERENCE.sub(one, formula)


def _followed(bounds: Bounds, area: Bounds, by: tuple[int, int]) -> Bounds | None:
    """Return where a reference leads once `area` moved: None where it was dropped upon."""
    left, top, right, bottom = bounds
    if _within(bounds, area):
        return left + by[0], top + by[1], right + by[0], bottom + by[1]
    dropped = (area[0] + by[0], area[1] + by[1], area[2] + by[0], area[3] + by[1])
    if _within(bounds, dropped):
        return None
    if not by[0] and _within((left, top, right, top), area):
        top = min(top + by[1], bottom)
    elif not by[0] and _within((left, bottom, right, bottom), area):
        bottom = max(bottom + by[1], top)
    elif not by[1] and _within((left, top, left, bottom), area):
        left = min(left + by[0], right)
    elif not by[1] and _within((right, top, right, bottom), area):
        right = max(right + by[0], left)
    return left, top, right, bottom


def _within(inner: Bounds, outer: Bounds) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _written(bounds: Bounds, as_before: str) -> str:
    left, top, right, bottom = bounds
    dollar = "$" if "$" in as_before else ""
    first, last = (
        f"{dollar}{get_column_letter(column)}{dollar}{row}" for column, row in ((left, top), (right, bottom))
    )
    return f"{first}:{last}" if ":" in as_before else first


def _carried(xml: str, area: Bounds, by: tuple[int, int]) -> str:
    """Return a sheet with the cells of an area carried over, blank and without format where they were."""
    cells = [
        (column, row) for row in range(area[1], area[3] + 1) for column in range(area[0], area[2] + 1)
    ]  # the format `0` is that of a new sheet: locked
    held = {cell: _cell(xml, cell) for cell in cells}
    for cell in cells:
        xml = _put(xml, cell, ' s="0"/>')
    for (column, row), content in held.items():
        xml = _put(xml, (column + by[0], row + by[1]), content)
    return xml


def _pattern(cell: tuple[int, int]) -> str:
    return rf'<c r="{get_column_letter(cell[0])}{cell[1]}"([^>]*?/>|[^>]*>.*?</c>)'


def _cell(xml: str, cell: tuple[int, int]) -> str:
    found = re.search(_pattern(cell), xml)
    assert found, cell
    return found[1]


def _put(xml: str, cell: tuple[int, int], content: str) -> str:
    name = f"{get_column_letter(cell[0])}{cell[1]}"
    return re.sub(_pattern(cell), lambda _: f'<c r="{name}"{content}', xml, count=1)


def without_results(data: bytes, filing: Filing) -> bytes:
    """Wipe every stored result, so that what LibreOffice saves it must have computed."""
    changes: dict[str, dict[str, NewCell]] = {}
    for live in formula_cells(lay_out(filing.form), filing):
        changes.setdefault(live.spot.sheet, {})[live.spot.cell] = NewCell(0, cached_only=True)
    return open_package(data).patched(changes)
