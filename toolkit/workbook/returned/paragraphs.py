"""The paragraphs of a prose section, wherever on its sheet somebody wrote them.

A text in an inserted row, below the last row, in the level's column or beside its row plainly belongs to the section
and is read, with a note. What cannot be placed is quoted as an error: no sentence gets lost.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.errors import WorkbookError
from toolkit.filing.excerpts import beginning
from toolkit.filing.findings import Place, paragraph_place, raise_finding
from toolkit.form.values import Paragraph
from toolkit.workbook import layout as at
from toolkit.workbook.layout import lay_out
from toolkit.workbook.returned.anchors import prose_rows
from toolkit.workbook.returned.formats import is_crossed_out, shows_another
from toolkit.workbook.template.styles import LINE_HEIGHT, MOST_HEIGHT, TEXT_WIDTH, lines_needed
from toolkit.xlsx.row import Cell, by_row, by_typing
from toolkit.xlsx.sheet import STRUCK, column_letters, split_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.filing.findings import Finding
    from toolkit.workbook.layout import Layout
    from toolkit.workbook.returned.anchors import Address
    from toolkit.xlsx.package import Package
    from toolkit.xlsx.row import Row

EXCERPT = 40
_LONGEST_CODE, _STYLES_KEPT = 12, 1 << 8
_MOST_TEXTS, _MOST_SIGNS = 3_000, 500_000  # of one section; the longest report we know has some hundred paragraphs
_HINT_ABOVE = 2  # rows over the first paragraph; heads stand between
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_MARK = re.compile(r"\{[^{}]*\}")
_DRAFTS = {at.SAMPLE_COLUMN + 1, 6}  # counted from 1; the latter in workbooks issued before
_Texts = dict[int, dict[int, tuple[str, Cell]]]  # row -> column -> address and cell, both counted from 1


def read_paragraphs(
    package: Package, layout: Layout, section: str, place: Address, findings: list[Finding], *, is_other_draft: bool
) -> tuple[tuple[Paragraph, Address], ...]:
    """Return a section's paragraphs in order down the sheet, each with its cell; add what is to be said of them.

    `is_other_draft`: the workbook was made with another draft of the definition, whose sentences to use are not known.
    """
    sheet, first = place
    keyed = prose_rows(package.rows(sheet), section, first)
    text_column = split_address(first)[1]
    lines = _lines(package.rows(sheet), text_column, layout)
    _refuse_endless(lines, sheet)
    if is_other_draft:
        lines = {row: {at_: one for at_, one in cells.items() if at_ not in _DRAFTS} for row, cells in lines.items()}
    days = frozenset(
        address
        for cells in lines.values()
        for address, cell in cells.values()
        if isinstance(cell.value, int | Decimal) and shows_another(package.number_format(cell.style), "")
    )
    reader = _Reader(layout, section, sheet, text_column, frozenset(keyed), findings, days)
    start = min(keyed)
    for row in (row for row in lines if row < start - 1):
        reader.above(lines[row], is_hint=row == start - _HINT_ABOVE and not is_other_draft)
    read = (row for row in sorted(lines) if row >= start - 1)
    found = tuple((one, (sheet, address)) for row in read for one, address in reader.line(row, lines[row]))
    findings += (*_too_long(layout, section, found), *_crossed_out(package, layout, section, found))
    return found


def _refuse_endless(lines: _Texts, sheet: str) -> None:
    """Refuse a sheet that says more than any report: reading it would cost all others their time."""
    texts = [cell.value for cells in lines.values() for _, cell in cells.values() if isinstance(cell.value, str)]
    if len(texts) > _MOST_TEXTS or sum(map(len, texts)) > _MOST_SIGNS:
        bound = f"{_MOST_TEXTS} 段或 {_MOST_SIGNS // 10_000} 万字"
        raise WorkbookError(f"工作表“{sheet}”的文字超过 {bound}，不会是年度报告，已拒绝读取。")


def _too_long(layout: Layout, section: str, found: tuple[tuple[Paragraph, Address], ...]) -> Iterator[Finding]:
    """Yield a warning for every paragraph that needs more height than a sheet's row can have."""
    entry = layout.form.section(section)
    for number, (paragraph, (sheet, cell)) in enumerate(found, 1):
        if lines_needed(paragraph.text, TEXT_WIDTH) * LINE_HEIGHT > MOST_HEIGHT:
            places = [replace(paragraph_place(entry, number), sheet=sheet, cell=cell)]
            yield raise_finding(
                "paragraph_too_long", places, section=entry.heading, place=number, length=len(paragraph.text)
            )


def _crossed_out(
    package: Package, layout: Layout, section: str, found: tuple[tuple[Paragraph, Address], ...]
) -> Iterator[Finding]:
    entry = layout.form.section(section)
    for number, (paragraph, (sheet, address)) in enumerate(found, 1):
        cell = package.cells(sheet).get(address)
        if cell is not None and is_crossed_out(package, cell):
            places = [replace(paragraph_place(entry, number), sheet=sheet, cell=address)]
            text = paragraph.text.replace(STRUCK, "")
            yield raise_finding("crossed_out", places, where=places[0].label, text=beginning(text, EXCERPT))


def _lines(rows: tuple[Row, ...], text_column: int, layout: Layout) -> _Texts:
    """Return what stands in each row by its column, where anything does that a section may be made of."""
    return {row.number: filled for row in rows if (filled := _filled(row, text_column, layout))}


@by_row
def _filled(row: Row, text_column: int, layout: Layout) -> dict[int, tuple[str, Cell]]:
    """Return what stands in a row by its column; nothing where it is but what we write, beside no paragraph.

    Keys in the first column are nothing.
    """
    own = row.cell(f"{column_letters(text_column)}{row.number}")
    if (own is None or own == _blank(own.style)) and not _says_more(row, layout):
        return {}
    filled: dict[int, tuple[str, Cell]] = {}
    for address, cell in row.cells.items():
        column = split_address(address)[1]
        if not _is_key(column, cell) and (cell.value is not None or cell.formula):
            filled[column] = (address, cell)
    is_telling = any(column == text_column or not (cell.formula or cell.shared) for column, (_, cell) in filled.items())
    return filled if is_telling else {}


@lru_cache(maxsize=_STYLES_KEPT)
def _blank(style: int) -> Cell:
    return Cell(None, style=style)


@by_typing
def _says_more(row: Row, layout: Layout) -> bool:
    """Return whether a text is typed in a row that is none of ours."""
    typed = [
        cell.value for address, cell in row.cells.items()
        if not (cell.formula or cell.shared or cell.type == "e" or _is_key(split_address(address)[1], cell))
    ]  # fmt: skip
    return any(isinstance(text, str) and text.strip() and not _is_ours(layout, text) for text in typed)


def _is_key(column: int, cell: Cell) -> bool:
    return column == 1 and not (isinstance(cell.value, str) and _CHINESE.search(cell.value))


class _Reader:
    """Reads one section line by line."""

    def __init__(
        self,
        layout: Layout,
        section: str,
        sheet: str,
        column: int,
        keyed: frozenset[int],
        findings: list[Finding],
        days: frozenset[str],
    ) -> None:
        self._layout, self._section, self._sheet, self._column = layout, section, sheet, column
        self._keyed, self._findings, self._days = keyed, findings, days
        self._levels = {label: level for level, label in enumerate(layout.form.words.levels)}
        self._heading = layout.form.section(section).heading

    def above(self, cells: dict[int, tuple[str, Cell]], *, is_hint: bool) -> None:
        """Quote what somebody wrote over the paragraphs; titles and what stands in their column are not read."""
        for column, (address, cell) in cells.items():
            text = cell.value.strip() if isinstance(cell.value, str) else ""
            is_title = column < self._column and not is_hint
            if text and not (cell.formula or cell.shared or is_title or _is_ours(self._layout, text)):
                self._add("prose_not_read", address, text)

    def line(self, row: int, cells: dict[int, tuple[str, Cell]]) -> Iterator[tuple[Paragraph, str]]:
        """Yield the paragraphs of one row, each with its address: its text, and what stands beside it."""
        levels = ((at_, self._levels.get(str(cells[at_][1].value).strip())) for at_ in sorted(cells, reverse=True))
        level_column, known = next(
            ((at_, level) for at_, level in levels if at_ < self._column and level is not None), (0, None)
        )
        text = self._text(cells, self._column)
        is_own = row in self._keyed
        if text and (is_own or not _is_ours(self._layout, text)):
            yield Paragraph(text, known or 0), cells[self._column][0]
            if not is_own:
                self._note(cells[self._column][0], text)
        for column, found in cells.items():
            if column not in {self._column, level_column} and not _is_preview(text, found[1].value):
                yield from self._beside(found, has_text=bool(text))

    def _text(self, cells: dict[int, tuple[str, Cell]], column: int) -> str:
        """Return the text of a cell; a formula or an error where text belongs is said and not taken."""
        if column not in cells:
            return ""
        address, cell = cells[column]
        text = "" if cell.value is None else str(cell.value)
        if cell.formula or cell.shared or cell.type == "e" or address in self._days:
            if not _is_our_formula(self._layout, self._sheet, address):
                self._add("prose_is_formula", address, f"={cell.formula}" if cell.formula else text)
            return ""
        return text if text.strip() else ""

    def _beside(self, found: tuple[str, Cell], *, has_text: bool) -> Iterator[tuple[Paragraph, str]]:
        address, cell = found
        if cell.formula or cell.shared or cell.type == "e" or not isinstance(cell.value, str):
            return
        text = cell.value.strip()
        if not text or _is_ours(self._layout, text):
            return
        near = split_address(address)[1] in {self._column - 1, self._column + 1}
        if near and not has_text:
            self._note(address, text)
            yield Paragraph(text), address
        else:
            self._add("prose_not_read", address, text)

    def _note(self, address: str, text: str) -> None:
        self._add("prose_elsewhere", address, text)

    def _add(self, name: str, address: str, text: str) -> None:
        excerpt = beginning(text, EXCERPT)
        place = Place(self._section, self._heading, self._sheet, address)
        self._findings.append(raise_finding(name, [place], section=self._heading, cell=address, text=excerpt))


def _is_preview(text: str, beside: object) -> bool:
    """Return whether what stands beside a paragraph is the paragraph with its marks filled in, pasted as values."""
    if not text or not isinstance(beside, str) or "{" not in text:
        return bool(text) and text == beside
    pieces = _MARK.split(text)
    if not beside.startswith(pieces[0]) or not beside.endswith(pieces[-1]):
        return False
    return text == beside if len(pieces) == 1 else _is_filled(pieces, beside)


def _is_filled(pieces: list[str], beside: str) -> bool:
    return re.fullmatch(r"[\d.,-]*".join(map(re.escape, pieces)), beside) is not None


def _is_ours(layout: Layout, text: str) -> bool:
    code_line = layout.wording.lines.code.format(code="")  # pasted as a value it is still no paragraph
    is_code = text.startswith(code_line) and len(text) - len(code_line) <= _LONGEST_CODE and " " not in text.strip()
    return is_code or text.strip() in _own_texts(layout)


@lru_cache(maxsize=16)
def _own_texts(layout: Layout) -> frozenset[str]:
    """Return what the form itself prints beside the paragraphs: names of figures, sentences to use, heads."""
    form, words = layout.form, layout.wording.prose
    texts = {f"{{{mark.label}}}" for mark in form.marks} | {draft.text for draft in form.drafts}
    behind = ("", words.samples_above)
    texts |= {f"{section.help}{more}" for section in form.sections for more in behind}
    return frozenset({*texts, *form.words.levels, *words.heads})


@lru_cache(maxsize=16)
def _formula_addresses(layout: Layout) -> frozenset[tuple[str, str]]:
    names = {section.sheet for section in layout.form.sections if not section.is_table}
    columns = (at.PREVIEW_COLUMN, at.MARK_VALUE_COLUMN)
    rows = range(at.BODY_ROW, layout.prose_foot_row + 1)
    found = {(name, f"{column_letters(column + 1)}{row + 1}") for name in names for column in columns for row in rows}
    foot = at.cell_name(layout.prose_foot_row, at.LEVEL_COLUMN)
    return frozenset(found | {(name, foot) for name in names})


def _is_our_formula(layout: Layout, sheet: str, address: str) -> bool:
    return (sheet, address) in _formula_addresses(lay_out(layout.form))


def text_box_findings(package: Package) -> Iterator[Finding]:
    """Yield an error for every text that stands in a shape on a sheet, where nobody reads it."""
    for text in package.drawing_texts():
        excerpt = beginning(text, EXCERPT)
        yield raise_finding("text_in_shape", (), text=excerpt)
