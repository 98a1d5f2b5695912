"""What is read nowhere in a workbook: sentences beside the tables, pictures; and heads that name another organ."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from toolkit.filing.excerpts import beginning
from toolkit.filing.findings import Place, raise_finding
from toolkit.form.checks import is_number
from toolkit.form.rules import bind_rules
from toolkit.workbook import layout as at
from toolkit.workbook.ledger import LEDGER_SHEET
from toolkit.workbook.remarks import REMARKS_SHEET
from toolkit.workbook.returned.anchors import edge_of, home_of
from toolkit.workbook.returned.earlier import local_sheets
from toolkit.workbook.returned.labels import plain_label
from toolkit.workbook.template.tables import asked_beside
from toolkit.workbook.wording.languages import wording_of
from toolkit.xlsx.row import by_shape, by_typing
from toolkit.xlsx.sheet import split_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.filing.findings import Finding
    from toolkit.form.model import Form
    from toolkit.workbook.identity import Identity
    from toolkit.workbook.layout import Layout, TableSheet
    from toolkit.workbook.returned.anchors import Anchors
    from toolkit.xlsx.package import Package
    from toolkit.xlsx.row import Row, Rows

_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
_SENTENCE, _CLAUSE = 20, 10  # ideographs that make a text more than a remark, without and with a full stop
_VERDICT = re.compile(r"^\s*[^\w\s（(【“]")  # what our checks say begins with a sign
_PICTURE = re.compile(r"^xl/media/[^/]+$", re.IGNORECASE)
_EXCERPT, _SHOWN = 40, 3


def stray_findings(package: Package, layout: Layout, anchors: Anchors, identity: Identity) -> Iterator[Finding]:
    """Yield an error for a head that names another organ or year, a warning for words, figures and pictures unread."""
    homes = {home: table for table in layout.tables if (home := home_of(layout, table, anchors))}
    for sheet, table in homes.items():
        yield from _head_of_another(package, layout.form, sheet, layout.tables[table], identity)
    known = {
        layout.form.words.cover,
        layout.form.words.checks,
        layout.form.words.help,
        at.KEYS_SHEET,
        LEDGER_SHEET,
        REMARKS_SHEET,
    }
    known |= {section.sheet for section in layout.form.sections if not section.is_table} | set(anchors.copies)
    known |= {here.paste_sheet for here in layout.tables.values()}
    known |= {place[0] for name in layout.form.fields if (place := anchors.place(name))} - set(homes)
    if identity.fingerprint != layout.form.fingerprint:
        known |= local_sheets(package, layout)
    own = _own_words(layout)
    names = {sheet.name for sheet in package.sheets}
    if LEDGER_SHEET in names:  # a consolidated return has sheets of its own, which say much
        known |= names - set(homes)
    for sheet in (sheet.name for sheet in package.sheets if sheet.name not in known):
        yield from _unread(sheet, package.rows(sheet), edge_of(layout, homes.get(sheet), sheet, anchors), own)
    for sheet, table in homes.items():
        yield from _figures_outside(sheet, package.rows(sheet), edge_of(layout, table, sheet, anchors))
    pictures = [name for name in package.archive.members if _PICTURE.match(name)]
    if pictures:
        yield raise_finding("picture_not_read", count=len(pictures))


def _head_of_another(
    package: Package, form: Form, sheet: str, here: TableSheet, identity: Identity
) -> Iterator[Finding]:
    """Compare the line over a table with whose workbook it is, where it was typed or comes from another file."""
    for address, organ, year in _heads(package.rows(sheet), form):
        for what, shown, value in (
            (form.words.organ, organ, identity.organ),
            (form.words.year, year, str(identity.year)),
        ):
            if "".join(shown.split()) != "".join(value.split()):
                fields = [Place(cell.field, form.fields[cell.field].label) for cell in here.grid.data()]
                places = [Place("", what, sheet, address), *fields]
                yield raise_finding("head_contradicts", places, sheet=sheet, what=what, shown=shown, value=value)


def _heads(rows: Rows, form: Form) -> tuple[tuple[str, str, str], ...]:
    """Return the cells that name an organ and a year and were typed or come from another file."""
    return (_heads_of_files if _names_files(rows) else _heads_typed)(rows, form)


@by_shape
def _names_files(rows: Rows) -> bool:
    return any("[" in cell.formula for row in rows for cell in row.cells.values())


@by_typing
def _heads_typed(rows: Rows, form: Form) -> tuple[tuple[str, str, str], ...]:
    return _heads_of_files(rows, form)


def _heads_of_files(rows: Rows, form: Form) -> tuple[tuple[str, str, str], ...]:
    line = re.compile(rf"{form.words.organ}[：:](.+?)\s+{form.words.year}[：:]\s*(\S+)")
    told = (
        (address, line.search(cell.value))
        for row in rows
        for address, cell in row.cells.items()
        if isinstance(cell.value, str) and "[" in (cell.formula or "[")
    )
    return tuple((address, found[1], found[2]) for address, found in told if found)


@lru_cache(maxsize=16)
def _own_words(layout: Layout) -> frozenset[str]:
    """Return the sentences that we print on sheets of tables and of help."""
    form = layout.form
    texts = [cell.text for here in layout.tables.values() for cell in here.grid.cells]
    texts += [control.label for here in layout.tables.values() for control in here.table.controls]
    texts += [text for section in form.sections for text in (section.help, section.heading)]
    texts += [text for check in bind_rules(form) for text in (check.title, check.subject)]
    words = wording_of(form).tables
    texts += [words.check.format(title=rule.title) for rule in form.rules]
    texts += [text for here in layout.tables.values() for text in asked_beside(here, words.column_help).values()]
    return frozenset(map(plain_label, texts))


def _unread(sheet: str, rows: Rows, edge: tuple[int, int], own: frozenset[str]) -> Iterator[Finding]:
    found = [(address, text) for address, text in _sentences(rows, own) if _is_outside(address, edge)]
    if found:
        places = [Place("", "", sheet, address) for address, _ in found]
        text = found[0][1]
        excerpt = beginning(text, _EXCERPT)
        yield raise_finding("text_not_read", places, sheet=sheet, cell=found[0][0], text=excerpt)


@by_typing
def _sentences(rows: Rows, own: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Return the cells of a sheet in which a sentence stands that is none of ours."""
    return tuple(chain.from_iterable(_sentences_in(row, own) for row in rows))


@by_typing
def _sentences_in(row: Row, own: frozenset[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (address, cell.value.strip())
        for address, cell in row.cells.items()
        if isinstance(cell.value, str) and not (cell.formula or cell.shared)
        and _is_sentence(cell.value) and plain_label(cell.value) not in own
    )  # fmt: skip


def _figures_outside(sheet: str, rows: Rows, edge: tuple[int, int]) -> Iterator[Finding]:
    """Yield a question about numbers typed below or beside a table: they may be the corrected ones."""
    found = [
        (address, value)
        for place, address in _typed_outside(rows, edge)
        if (cell := rows[place].cell(address)) is not None and is_number(value := cell.value) and value
    ]
    if found:
        shown = "、".join(f"{address} 的 {value}" for address, value in found[:_SHOWN])
        places = [Place("", "", sheet, address) for address, _ in found]
        yield raise_finding("figures_not_read", places, sheet=sheet, count=len(found), shown=shown)


@by_shape
def _typed_outside(rows: Rows, edge: tuple[int, int]) -> tuple[tuple[int, str], ...]:
    """Return the cells outside the edge that hold no formula, each with the place of its row among the rows."""
    return tuple(
        (place, address)
        for place, row in enumerate(rows)
        for address, cell in row.cells.items()
        if not (cell.formula or cell.shared) and _is_outside(address, edge)
    )


def _is_outside(address: str, edge: tuple[int, int]) -> bool:
    row, column = split_address(address)
    return row > edge[0] or column > edge[1]


def _is_sentence(text: str) -> bool:
    count = len(_IDEOGRAPH.findall(text))
    return not _VERDICT.match(text) and count >= (_CLAUSE if "。" in text else _SENTENCE)
