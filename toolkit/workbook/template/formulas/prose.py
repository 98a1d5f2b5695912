"""The formulas beside a prose section: the marks' figures, and what each paragraph says with them filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.filing.prose.marks import BLANK, blank_marks, fill_marks, mark_figures
from toolkit.form.checks import typed_parts
from toolkit.form.marks import mark_fields
from toolkit.form.rules import total_parts
from toolkit.workbook import layout as at
from toolkit.workbook.addresses import copied, places
from toolkit.workbook.template.formulas.results import FormulaCell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.filing.filing import Filing
    from toolkit.form.model import Section
    from toolkit.workbook.layout import Layout


def previews(layout: Layout, filing: Filing, section: Section) -> Iterator[FormulaCell]:
    """Yield the marks' figures beside a prose section and what each paragraph says with them filled in."""
    cells, rows = copied(layout, section.sheet), layout.mark_rows()
    first = places(layout)[section.id]
    figures, blank, parts = mark_figures(filing), blank_marks(filing), total_parts(layout.form)
    for label, fields in mark_fields(layout.form).items():
        spot = at.Spot(section.sheet, rows[label], at.MARK_VALUE_COLUMN)
        typed = [part for name in fields for part in typed_parts(name, parts)]
        formula = f'IF({cells.count(typed)}=0,"{BLANK}",{cells.sum(fields)})'
        yield FormulaCell(spot, formula, BLANK if label in blank else figures[label])
    paragraphs = filing.paragraphs(section.id)
    for place in range(at.PARAGRAPHS):
        row = at.BODY_ROW + 1 + place
        text = paragraphs[place].text if place < len(paragraphs) else ""
        preview = _preview(first.below(place, section.sheet), rows)
        yield FormulaCell(at.Spot(section.sheet, row, at.PREVIEW_COLUMN), preview, fill_marks(text, filing, blank))


def _preview(text: str, mark_rows: Mapping[str, int]) -> str:
    """Return an expression for a paragraph with its marks filled in, as text; an error there says nothing."""
    filled = text if mark_rows else f'{text}&""'
    for mark_row in mark_rows.values():
        mark, value = (at.cell_name(mark_row, column, fixed=True) for column in (at.MARK_COLUMN, at.MARK_VALUE_COLUMN))
        filled = f"SUBSTITUTE({filled},{mark},{value})"
    return f'IF(ISERROR({text}),"",IF(LEN({text})=0,"",{filled}))'
