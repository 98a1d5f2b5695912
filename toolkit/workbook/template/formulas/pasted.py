"""The formulas of what is pasted in whole: whether it counts, what was pasted, and how it differs from the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.form.checks import is_blank, is_number
from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.addresses import ERROR, paste_formula, paste_spots, paste_switch_place, table_area
from toolkit.workbook.template.formulas.results import FormulaCell, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.filing.filing import Filing, Pasted
    from toolkit.form.values import Value
    from toolkit.workbook.layout import Layout, TableSheet


@dataclass(frozen=True)
class PastedTables:
    """What is said and worked out of the sheets on which tables are pasted."""

    layout: Layout
    filing: Filing

    def cells(self) -> Iterator[FormulaCell]:
        """Yield the formulas of every table, then those of every pasted figure."""
        for here in self.layout.tables.values():
            yield from self._table(here)
        for field, spot in paste_spots(self.layout).items():
            pasted = self.filing.pasted.get(self.layout.form.fields[field].table)
            value = None if pasted is None else pasted.figures.get(field)
            shown = "" if value is None or isinstance(value, tuple) else value
            yield FormulaCell(spot, paste_formula(self.layout, field), shown)

    def _table(self, here: TableSheet) -> Iterator[FormulaCell]:
        words = self.layout.wording.pasting
        table, pasted = here.table.id, self.filing.pasted.get(here.table.id)
        counts, differs = (self.layout.section_cell(table, what) for what in (at.SECTION_PASTED, at.SECTION_DIFFERS))
        switch = paste_switch_place(here).expression()
        chosen = f'IF(ISERROR({switch}),0,IF({switch}="{words.choice}",1,0))'
        yield FormulaCell(counts, chosen, int(pasted is not None))
        theirs, ours = (table_area(here, sheet) for sheet in (here.paste_sheet, here.section.sheet))
        unlike = f"SUMPRODUCT((LEN({theirs})>0)*(LEN({ours})>0)*({theirs}<>{ours}))"
        number = 0 if pasted is None else self._differing(here, pasted)
        yield FormulaCell(differs, f"IF({counts.cell}=0,0,IFERROR({unlike},1))", number)
        told, unused = words.unlike.replace("{sheet}", here.section.sheet), words.unused.format(choice=words.choice)
        used = f'IF({differs.reference}=0,"{words.used}",{said(told, number=differs.reference)})'
        text = unused if pasted is None else told.format(number=number) if number else words.used
        formula = f'IF({counts.reference}=0,"{unused}",{used})'
        yield FormulaCell(at.Spot(here.paste_sheet, at.STRIP_ROW, at.FIRST_COLUMN), formula, text)

    def _differing(self, here: TableSheet, pasted: Pasted) -> int:
        """Return how many pasted figures are not what the table shows, where it shows something."""
        pairs = [(pasted.figures.get(name), self._shown(name, pasted)) for name in fields_of(here)]
        both = [(theirs, ours) for theirs, ours in pairs if not is_blank(theirs) and not is_blank(ours)]
        if any(str(value).startswith(ERROR) for pair in pairs for value in pair if value is not None):
            return 1  # an error spreads over the sum, and one is enough to look
        return sum(is_unlike(theirs, ours) for theirs, ours in both)

    def _shown(self, name: str, pasted: Pasted) -> Value:
        if self.layout.form.fields[name].kind is Kind.COMPUTED:
            return self.filing.values[name]
        return pasted.typed.get(name) if pasted.has(name) else self.filing.answers.get(name)


def fields_of(here: TableSheet) -> tuple[str, ...]:
    """Return the fields of a table's cells, totals included."""
    return tuple(cell.field for cell in here.grid.data())


def is_unlike(one: Value, other: Value) -> bool:
    """Return whether two contents of cells differ as a sheet compares them."""
    return one != other if is_number(one) == is_number(other) else True
