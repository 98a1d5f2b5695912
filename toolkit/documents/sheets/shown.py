"""What sheets of ours show when pasted as values: whose they are, contacts, and paragraphs with their level."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.documents.grids import plain, tidy
from toolkit.documents.labels import label_of
from toolkit.form.ids import COVER
from toolkit.form.values import Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolkit.documents.grids import Cell, Grid
    from toolkit.form.model import Form

_NEAR = 3  # cells behind a label in which its value may stand
_YEARS = range(1000, 10000)


@dataclass(frozen=True)
class Shown:
    """What was found beside labels: organ, year, contacts by field id; and by section the paragraphs."""

    organ: str = ""
    year: int | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    prose: Mapping[str, tuple[Paragraph, ...]] = field(default_factory=dict)


def shown_in(grids: Sequence[Grid], form: Form) -> Shown:
    """Return what the sheets show of what stands beside the tables."""
    beside = dict(_beside_labels(grids, form))
    year = beside.get(form.words.year, "").removesuffix("年")
    notes = {f"{COVER}.{note.id}": beside[note.label] for note in form.notes if beside.get(note.label)}
    prose: dict[str, list[Paragraph]] = {}
    for section, paragraph in _paragraphs(grids, form):
        prose.setdefault(section, []).append(paragraph)
    return Shown(
        organ=beside.get(form.words.organ, ""),
        year=int(year) if year.isascii() and year.isdigit() and int(year) in _YEARS else None,
        notes=notes,
        prose={section: tuple(paragraphs) for section, paragraphs in prose.items()},
    )


def _beside_labels(grids: Sequence[Grid], form: Form) -> Iterator[tuple[str, str]]:
    """Yield the value behind every label of the cover, the first that stands in a document."""
    wanted = {label_of(label).core: label for label in (form.words.organ, form.words.year)}
    wanted |= {label_of(note.label).core: note.label for note in form.notes}
    for grid in grids:
        for cells in grid.lines:
            for place, cell in enumerate(cells):
                label = wanted.get(label_of(cell.text).core)
                value = next((one.text for one in cells[place + 1 : place + _NEAR] if not one.is_blank), "")
                if label and value:
                    del wanted[label_of(label).core]
                    yield label, tidy(value)


def _paragraphs(grids: Sequence[Grid], form: Form) -> Iterator[tuple[str, Paragraph]]:
    """Yield every paragraph that stands behind the word for its level, under the heading of its section."""
    headings = {plain(section.heading): section.id for section in form.sections if not section.is_table}
    others = {plain(section.heading) for section in form.sections if section.is_table}
    section = ""
    for grid in grids:
        for cells in grid.lines:
            filled = [cell for cell in cells if not cell.is_blank]
            heads = [plain(cell.text) for cell in filled]
            if len(filled) == 1 and heads[0] in headings:
                section = headings[heads[0]]
            elif len(filled) == 1 and heads[0] in others:
                section = ""
            elif section and (found := _paragraph(cells, form)):
                yield section, found


def _paragraph(cells: Sequence[Cell], form: Form) -> Paragraph | None:
    levels = [plain(level) for level in form.words.levels]
    for place, cell in enumerate(cells[:-1]):
        if plain(cell.text) in levels and not cells[place + 1].is_blank:
            return Paragraph(cells[place + 1].text.strip(), levels.index(plain(cell.text)))
    return None
