"""The formulas beside a prose section: the marks' figures, and what each paragraph says with them filled in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from toolkit.filing.prose.marks import BLANK
from toolkit.form.checks import typed_parts
from toolkit.form.marks import mark_fields
from toolkit.form.rules import total_parts
from toolkit.workbook import layout as at
from toolkit.workbook.addresses import copied, places
from toolkit.workbook.template.formulas.live import LiveFormula

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.form.model import Section
    from toolkit.form.values import Figure
    from toolkit.workbook.layout import Layout
    from toolkit.workbook.template.formulas.sheet_results import SheetResults


def previews(layout: Layout, section: Section) -> Iterator[LiveFormula]:
    """Yield the marks' figures beside a prose section and what each paragraph says with them filled in."""
    cells, rows = copied(layout, section.sheet), layout.mark_rows()
    first = places(layout)[section.id]
    parts = total_parts(layout.form)
    for label, fields in mark_fields(layout.form).items():
        spot = at.Spot(section.sheet, rows[label], at.MARK_VALUE_COLUMN)
        typed = [part for name in fields for part in typed_parts(name, parts)]
        formula = f'IF({cells.count(typed)}=0,"{BLANK}",{cells.sum(fields)})'
        yield LiveFormula(spot, formula, partial(_mark, label))
    for place in range(at.PARAGRAPHS):
        spot = at.Spot(section.sheet, at.BODY_ROW + 1 + place, at.PREVIEW_COLUMN)
        preview = _preview(first.below(place, section.sheet), rows)
        yield LiveFormula(spot, preview, partial(_paragraph, section.id, place))


def _mark(label: str, now: SheetResults) -> Figure | str:
    return BLANK if label in now.blank_marks else now.marks[label]


def _paragraph(section: str, place: int, now: SheetResults) -> str:
    texts = now.previews[section]
    return texts[place] if place < len(texts) else ""


def _preview(text: str, mark_rows: Mapping[str, int]) -> str:
    """Return an expression for a paragraph with its marks filled in, as text; an error there says nothing."""
    filled = text if mark_rows else f'{text}&""'
    for mark_row in mark_rows.values():
        mark, value = (at.cell_name(mark_row, column, fixed=True) for column in (at.MARK_COLUMN, at.MARK_VALUE_COLUMN))
        filled = f"SUBSTITUTE({filled},{mark},{value})"
    return f'IF(ISERROR({text}),"",IF(LEN({text})=0,"",{filled}))'
