"""The remarks a workbook is sent back with: where they stand on their sheet, and what of them is read again.

The sheet 修改意见 has a row for each finding. A clerk writes only into its column of explanations; what a finding was
about stands in hidden columns beside it, so that an explanation ends with the figures it explains.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.form.values import Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolkit.form.values import Value
    from toolkit.xlsx.package import Comment, Package

REMARKS_SHEET = "修改意见"
OPEN_NAME = "xxgk_open"  # the defined name over the column that holds 1 for every finding still to be seen to
AUTHOR = "xxgk 修改意见"
NOTE_BEGINS, NOTE_ENDS = "【修改意见】", "（改对后颜色自动消去，说明写在“修改意见”页，不写在这里）"

TITLE_ROW, SUMMARY_ROW, HINT_ROW, HEAD_ROW, FIRST_ROW = range(5)  # from 0
(
    NUMBER, SEVERITY, STATUS, PLACE, FOUND, DEMAND, MESSAGE, ADVICE, SUSPECT, _SECOND, _THIRD, EXPLANATION,
    OPEN, NAME, FIELDS, DIGEST,
) = range(16)  # fmt: skip
SUSPECTS = 3  # columns for cells that may be the wrong one, from SUSPECT on


@dataclass(frozen=True, slots=True)
class Explained:
    """A finding as a row of the sheet names it, and the explanation written there."""

    name: str
    fields: tuple[str, ...]
    digest: str
    text: str


def digest_of(fields: Sequence[str], values: Mapping[str, Value], figures: Mapping[str, object]) -> str:
    """Return a short mark of the values in a finding's fields and of its figures; other values give another mark."""
    held = [[field, _plain(values.get(field))] for field in fields]
    held += [[name, str(figure)] for name, figure in figures.items()]
    return hashlib.sha256(json.dumps(held, ensure_ascii=False).encode()).hexdigest()[:16]


def _plain(value: Value) -> object:
    if isinstance(value, tuple):
        return [[paragraph.level, paragraph.text] for paragraph in value if isinstance(paragraph, Paragraph)]
    return value if value is None or isinstance(value, str) else f"{value:f}" if not isinstance(value, int) else value


def explained_in(package: Package) -> Iterator[Explained]:
    """Yield what a workbook's sheet of remarks explains; nothing where there is no such sheet."""
    if REMARKS_SHEET not in {sheet.name for sheet in package.sheets}:
        return
    cells = package.cells(REMARKS_SHEET)

    def text(row: int, column: int) -> str:
        cell = cells.get(f"{chr(65 + column)}{row + 1}")
        return "" if cell is None or cell.value is None or cell.formula else str(cell.value).strip()

    row = FIRST_ROW
    while name := text(row, NAME):
        if said := text(row, EXPLANATION):
            fields = tuple(field for field in text(row, FIELDS).split(",") if field)
            yield Explained(name, fields, text(row, DIGEST), said)
        row += 1


def is_our_note(author: str, text: str) -> bool:
    """Return whether a note at a cell is one of ours, by its author or, where a program dropped that, its beginning."""
    return author == AUTHOR or text.lstrip().startswith(NOTE_BEGINS)


def text_of_others(note: Comment) -> str:
    """Return what people wrote in a note: all of a note of theirs, of ours only what was added to it."""
    if not is_our_note(note.author, note.text):
        return note.text
    before, _, rest = note.text.partition(NOTE_BEGINS)
    _, _, behind = rest.partition(NOTE_ENDS)
    return f"{before} {behind}".strip().removeprefix(f"{AUTHOR}:").strip()
