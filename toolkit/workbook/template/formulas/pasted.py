"""The formulas of what is pasted in whole: whether it counts, what was pasted, and how it differs from the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.form.checks import is_blank, is_number
from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.addresses import ERROR, paste_formula, paste_spots, paste_switch_place, table_area
from toolkit.workbook.template.formulas.live import LiveFormula
from toolkit.workbook.template.formulas.results import said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.filing.filing import Filing, Pasted
    from toolkit.form.values import Figure, Value
    from toolkit.workbook.layout import Layout, Spot, TableSheet
    from toolkit.workbook.template.formulas.sheet_results import SheetResults


@dataclass(frozen=True)
class PastedTables:
    """What is said and worked out of the sheets on which tables are pasted."""

    layout: Layout

    def cells(self) -> Iterator[LiveFormula]:
        """Yield the formulas of every table, then those of every pasted figure."""
        for here in self.layout.tables.values():
            yield from self._table(here)
        for field, spot in paste_spots(self.layout).items():
            yield self._figure(field, spot)

    def _figure(self, field: str, spot: Spot) -> LiveFormula:
        table = self.layout.form.fields[field].table

        def shown(now: SheetResults) -> Figure | str:
            pasted = now.filing.pasted.get(table)
            value = None if pasted is None else pasted.figures.get(field)
            return "" if value is None or isinstance(value, tuple) else value

        return LiveFormula(spot, paste_formula(self.layout, field), shown)

    def _table(self, here: TableSheet) -> Iterator[LiveFormula]:
        words = self.layout.wording.pasting
        table = here.table.id
        counts, differs = (self.layout.section_cell(table, what) for what in (at.SECTION_PASTED, at.SECTION_DIFFERS))
        switch = paste_switch_place(here).expression()
        chosen = f'IF(ISERROR({switch}),0,IF({switch}="{words.choice}",1,0))'
        yield LiveFormula(counts, chosen, lambda now: int(table in now.filing.pasted))
        theirs, ours = (table_area(here, sheet) for sheet in (here.paste_sheet, here.section.sheet))
        unlike = f"SUMPRODUCT((LEN({theirs})>0)*(LEN({ours})>0)*({theirs}<>{ours}))"
        formula = f"IF({counts.cell}=0,0,IFERROR({unlike},1))"
        yield LiveFormula(differs, formula, lambda now: differing(here, now.filing))
        yield self._strip(here, counts, differs)

    def _strip(self, here: TableSheet, counts: Spot, differs: Spot) -> LiveFormula:
        """Return the line above a sheet for pasting that says whether it counts and agrees with the table."""
        words, table = self.layout.wording.pasting, here.table.id
        told, unused = words.unlike.replace("{sheet}", here.section.sheet), words.unused.format(choice=words.choice)
        used = f'IF({differs.reference}=0,"{words.used}",{said(told, number=differs.reference)})'

        def text(now: SheetResults) -> str:
            number = differing(here, now.filing)
            return unused if table not in now.filing.pasted else told.format(number=number) if number else words.used

        formula = f'IF({counts.reference}=0,"{unused}",{used})'
        return LiveFormula(at.Spot(here.paste_sheet, at.STRIP_ROW, at.FIRST_COLUMN), formula, text)


def differing(here: TableSheet, filing: Filing) -> int:
    """Return how many pasted figures are not what the table shows, where it shows something."""
    pasted = filing.pasted.get(here.table.id)
    if pasted is None:
        return 0
    pairs = [(pasted.figures.get(name), _typed(name, filing, pasted)) for name in fields_of(here)]
    both = [(theirs, ours) for theirs, ours in pairs if not is_blank(theirs) and not is_blank(ours)]
    if any(str(value).startswith(ERROR) for pair in pairs for value in pair if value is not None):
        return 1  # an error spreads over the sum, and one is enough to look
    return sum(is_unlike(theirs, ours) for theirs, ours in both)


def _typed(name: str, filing: Filing, pasted: Pasted) -> Value:
    """Return what stands in the table itself."""
    if filing.form.fields[name].kind is Kind.COMPUTED:
        return filing.values[name]
    return pasted.typed.get(name) if pasted.has(name) else filing.answers.get(name)


def fields_of(here: TableSheet) -> tuple[str, ...]:
    """Return the fields of a table's cells, totals included."""
    return tuple(cell.field for cell in here.grid.data())


def is_unlike(one: Value, other: Value) -> bool:
    """Return whether two contents of cells differ as a sheet compares them."""
    return one != other if is_number(one) == is_number(other) else True
