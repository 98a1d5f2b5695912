"""What every sheet of the workbook is written with: the open book, its formats, the formulas by position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.workbook.identity import identity_of
from toolkit.workbook.layout import lay_out
from toolkit.workbook.template.formulas.sheets import formula_cells
from toolkit.workbook.template.styles import CONDITIONS, FORMATS, HEI, SONG, in_fonts
from toolkit.workbook.wording.languages import wording_of

if TYPE_CHECKING:
    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form
    from toolkit.form.values import Value
    from toolkit.workbook.identity import Identity
    from toolkit.workbook.layout import Layout
    from toolkit.workbook.template.formulas.results import FormulaCell
    from toolkit.workbook.wording.words import Wording


@dataclass(frozen=True, slots=True)
class Delivery:
    """By when and to whom a workbook is to be returned, in words; nothing where it comes from no campaign.

    `office` gathers the returns at `address`; `ask` is whom to call with questions.
    """

    due: str = ""
    office: str = ""
    address: str = ""
    ask: str = ""


class TemplateWriter:
    """Writes one workbook. Holds the open book, the formats by name and the formulas cells by sheet and position."""

    def __init__(
        self,
        book: Any,
        filing: Filing,
        locked: frozenset[str],
        password: str,
        seal: str,
        provisional: str,
        delivery: Delivery,
    ) -> None:
        self.book = book
        self.filing = filing
        self.form: Form = filing.form
        self.layout: Layout = lay_out(filing.form)
        self.words: Wording = wording_of(filing.form)
        self.locked = locked
        self.unseen: frozenset[str] = frozenset()  # sheets out of sight
        self.delivery = delivery
        self.password = password
        self.identity: Identity = identity_of(filing.form, filing.organ, filing.code, filing.year, seal, provisional)
        self.footer = f"&L&A&R{self.words.footer}"
        fonts = {SONG: self.words.body_font, HEI: self.words.head_font}
        self.formats = {name: book.add_format(in_fonts(properties, fonts)) for name, properties in FORMATS.items()}
        self.conditions = {name: book.add_format(properties) for name, properties in CONDITIONS.items()}
        self.formulas: dict[str, dict[tuple[int, int], FormulaCell]] = {}
        for formulas in formula_cells(self.layout, filing):
            self.formulas.setdefault(formulas.spot.sheet, {})[formulas.spot.row, formulas.spot.column] = formulas

    def put(self, sheet: Any, row: int, column: int, value: Value, style: str) -> None:
        """Write a constant: a number, a text (never taken for a formula), or nothing but the style."""
        format_ = self.formats[style]
        if value is None or value == "" or isinstance(value, tuple):
            sheet.write_blank(row, column, None, format_)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, format_)
        else:
            sheet.write_number(row, column, value, format_)

    def put_formula(self, sheet: Any, row: int, column: int, style: str) -> None:
        """Write the formula that belongs to a position, with the value it gives now."""
        formulas = self.formulas[sheet.name].pop((row, column))
        sheet.write_formula(row, column, f"={formulas.formula}", self.formats[style], formulas.value)

    def put_merged(self, sheet: Any, area: tuple[int, int, int, int], value: Value, style: str) -> None:
        """Write a constant over an area, merged where it is more than one cell."""
        top, left, bottom, right = area
        if (top, left) != (bottom, right):
            sheet.merge_range(top, left, bottom, right, "", self.formats[style])
        self.put(sheet, top, left, value, style)

    def put_formula_merged(self, sheet: Any, area: tuple[int, int, int, int], style: str) -> None:
        """Write the formula of an area's first cell over the whole area."""
        top, left, bottom, right = area
        if (top, left) != (bottom, right):
            sheet.merge_range(top, left, bottom, right, "", self.formats[style])
        self.put_formula(sheet, top, left, style)
