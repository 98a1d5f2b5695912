"""Write the locked workbook of one filing: blank for a clerk to fill, or filled, as a consolidated return is.

Collects what stands where from `layout` and `live`, then hands it to XlsxWriter sheet by sheet.
"""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.errors import InputError, OutputError
from toolkit.filing.filing import Filing
from toolkit.form.registry import years_of
from toolkit.form.rules import bind_rules, table_rule
from toolkit.workbook import layout as at
from toolkit.workbook.identity import PROPERTY_PREFIX, identity_of
from toolkit.workbook.layout import lay_out
from toolkit.workbook.template.formulas import live_cells
from toolkit.workbook.template.results import Live
from toolkit.workbook.template.styles import CONDITIONS, FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from toolkit.form.model import Figure, Form, Value
    from toolkit.workbook.identity import Identity
    from toolkit.workbook.layout import Layout

# The same definition must give the same bytes, so the file does not carry the clock.
CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001 (XlsxWriter takes naive UTC)
# Control, format, surrogate and unassigned characters have no place in a name.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn"})
LONGEST_IDENTITY = 255  # what a document property holds
# What stays free on a locked sheet: reading comfort, never content.
FREE = {
    "format_columns": True,
    "format_rows": True,
    "autofilter": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}


@dataclass(frozen=True)
class Consolidation:
    """What a consolidated return has besides: formulas that give typed fields, without `=`, and sheets of its own."""

    formulas: Mapping[str, str] = field(default_factory=dict)
    sheets: Sequence[tuple[str, Callable[[TemplateWriter, Any], None]]] = ()


def blank_filing(
    form: Form, organ: str, code: str, year: int, previous: Mapping[str, Figure] | None = None
) -> tuple[Filing, frozenset[str]]:
    """Return an unfilled filing and the fields last year's figures settle, which its workbook locks.

    Raises:
        InputError: the organ has no name, name or code cannot stand in a file, or the form does not serve the year.
    """
    if not organ.strip():
        raise InputError("机关名称", ["不能为空"])
    _refuse_unwritable("机关名称", organ)
    _refuse_unwritable("机关代码", code)
    if not form.serves(year):
        raise InputError(f"{year} 年", [f"{form.edition} 版表式用于 {years_of(form)}，请核对年度"])
    carried = carried_figures(form, previous or {})
    return Filing(form, organ.strip(), code.strip(), year, carried, previous or {}), frozenset(carried)


def _refuse_unwritable(what: str, text: str) -> None:
    """Refuse what would give a file no program opens (control characters) or XlsxWriter would cut off."""
    unseen = {f"U+{ord(character):04X}" for character in text if unicodedata.category(character) in UNSEEN}
    if unseen:
        raise InputError(what, [f"含有看不见的字符（{'、'.join(sorted(unseen))}），请重新输入，不要粘贴"])
    if len(text) > LONGEST_IDENTITY:
        raise InputError(what, [f"有 {len(text)} 个字，最多 {LONGEST_IDENTITY} 个字"])


def carried_figures(form: Form, previous: Mapping[str, Figure]) -> dict[str, Value]:
    """Return the typed fields that must equal a figure of last year, with that figure."""
    carried: dict[str, Value] = {}
    for check in bind_rules(form):
        kind = table_rule(form.rule(check.rule))
        if kind is None or not kind.settles:
            continue
        mine, theirs = check.left[0].field, check.right[0].field
        if theirs in previous and form.fields[mine].kind.is_required_figure:
            carried[mine] = previous[theirs]
    return carried


def write_workbook(
    filing: Filing,
    *,
    locked: frozenset[str] = frozenset(),
    seal: str = "",
    password: str = "",
    stamp: str = "",
    consolidation: Consolidation | None = None,
) -> bytes:
    """Return the workbook of a filing as .xlsx bytes, the same bytes for the same input.

    `locked` names typed fields whose figures the clerk may not change. `seal` is the campaign's mark,
    `stamp` how provisional a sum is, in words.

    Raises:
        OutputError: XlsxWriter refused something; a sheet without its protection would be worse than none.
    """
    from toolkit.xlsx.writer import LockedWorkbook

    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            book = LockedWorkbook(buffer, {"in_memory": True})
            TemplateWriter(book, filing, locked, password, seal, stamp).write(consolidation or Consolidation())
            book.close()
        except UserWarning as warning:
            raise OutputError(f"工作簿没有写成：{warning}") from warning
    return buffer.getvalue()


class TemplateWriter:
    """Writes one workbook. Holds the open book, the formats by name and the live cells by sheet and position."""

    def __init__(self, book: Any, filing: Filing, locked: frozenset[str], password: str, seal: str, stamp: str) -> None:
        self.book = book
        self.filing = filing
        self.form: Form = filing.form
        self.layout: Layout = lay_out(filing.form)
        self.locked = locked
        self.password = password
        self.identity: Identity = identity_of(filing.form, filing.organ, filing.code, filing.year, seal, stamp)
        self.formats = {name: book.add_format(properties) for name, properties in FORMATS.items()}
        self.conditions = {name: book.add_format(properties) for name, properties in CONDITIONS.items()}
        self.live: dict[str, dict[tuple[int, int], Live]] = {}
        for live in live_cells(self.layout, filing):
            self.live.setdefault(live.spot.sheet, {})[live.spot.row, live.spot.column] = live

    def write(self, consolidation: Consolidation) -> None:
        """Write every sheet, then names, properties and protection."""
        from toolkit.workbook.template.cover import write_cover, write_help
        from toolkit.workbook.template.prose import write_prose
        from toolkit.workbook.template.tables import write_checks, write_keys, write_table

        self._add_formulas(consolidation.formulas)
        self._sheet(self.form.words.cover, write_cover)
        for section in self.form.sections:
            self._sheet(section.sheet, write_table if section.is_table else write_prose)
        self._sheet(self.form.words.checks, write_checks)
        self._sheet(self.form.words.help, write_help)
        self._sheet(at.KEYS_SHEET, write_keys)
        for name, write in consolidation.sheets:
            self._sheet(name, write)
        for name, reference in self.layout.names():
            self.book.define_name(name, f"={reference}")
        self._properties()

    def _add_formulas(self, formulas: Mapping[str, str]) -> None:
        """Let formulas give these typed fields, whose cells are then locked like those of totals."""
        self.locked |= frozenset(formulas)
        for name, formula in formulas.items():
            spot, figure = self.layout.spots[name], self.filing.figure(name)
            self.live.setdefault(spot.sheet, {})[spot.row, spot.column] = Live(spot, formula, figure or 0)

    def _sheet(self, name: str, write: Callable[[TemplateWriter, Any], None]) -> None:
        sheet = self.book.add_worksheet(name)
        write(self, sheet)
        sheet.protect(self.password, FREE)
        self._assert_all_live_written(name)

    def _properties(self) -> None:
        title = self.form.words.report_title.format(organ=self.filing.organ, year=self.filing.year)
        self.book.set_properties({"title": title, "author": self.filing.organ, "created": CREATED})
        for name, value in self.identity.items():
            self.book.set_custom_property(PROPERTY_PREFIX + name, str(value), "text")
        self.book.set_calc_mode("auto")

    def _assert_all_live_written(self, name: str) -> None:
        if self.live.get(name):
            left = [live.spot.cell for live in self.live[name].values()]
            raise OutputError(f"工作表“{name}”有 {len(left)} 个公式没有写入：{'、'.join(left[:5])}")

    def put(self, sheet: Any, row: int, column: int, value: Value, look: str) -> None:
        """Write a constant: a number, a text (never taken for a formula), or nothing but the look."""
        format_ = self.formats[look]
        if value is None or value == "" or isinstance(value, tuple):
            sheet.write_blank(row, column, None, format_)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, format_)
        else:
            sheet.write_number(row, column, value, format_)

    def put_live(self, sheet: Any, row: int, column: int, look: str) -> None:
        """Write the formula that belongs to a position, with the value it gives now."""
        live = self.live[sheet.name].pop((row, column))
        sheet.write_formula(row, column, f"={live.formula}", self.formats[look], live.value)

    def put_merged(self, sheet: Any, area: tuple[int, int, int, int], value: Value, look: str) -> None:
        """Write a constant over an area, merged where it is more than one cell."""
        top, left, bottom, right = area
        if (top, left) != (bottom, right):
            sheet.merge_range(top, left, bottom, right, "", self.formats[look])
        self.put(sheet, top, left, value, look)

    def put_live_merged(self, sheet: Any, area: tuple[int, int, int, int], look: str) -> None:
        """Write the formula of an area's first cell over the whole area."""
        top, left, bottom, right = area
        if (top, left) != (bottom, right):
            sheet.merge_range(top, left, bottom, right, "", self.formats[look])
        self.put_live(sheet, top, left, look)
