"""Marks: figures of the tables that prose holds by name in braces, so that text and tables cannot disagree."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.form.ids import figure_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.form.model import Form

MARK = re.compile(r"\{([^{}\n]{1,30})\}")
# What a mark looks like when it was meant: full-width braces, or a brace that is missing.
_MEANT = re.compile(r"[{｛]([^{}｛｝\n]{1,30})[}｝]|[{｛]([^{}｛｝，。；、\s]{2,10})")


@lru_cache(maxsize=16)
def mark_fields(form: Form) -> Mapping[str, tuple[str, ...]]:
    """Return for each mark, by its label, the fields whose sum it stands for."""
    found: dict[str, tuple[str, ...]] = {}
    for mark in form.marks:
        rows = form.table(mark.table).rows_under(mark.rows)
        found[mark.label] = tuple(figure_id(mark.table, row, mark.column) for row in rows)
    return found


def marks_in(text: str) -> tuple[str, ...]:
    """Return the names in braces that a text holds, in order, whether they are marks of a form or not."""
    return tuple(match[1] for match in MARK.finditer(text))


def odd_marks(form: Form, text: str) -> tuple[str, ...]:
    """Return what stands in a text like a mark and is none of the form's, as it stands there, braces included."""
    found = []
    for match in _MEANT.finditer(text):
        name = match[1] or match[2]
        is_sound = match[0] == f"{{{name}}}" and name in mark_fields(form)
        if not is_sound and (match[1] or any(name.startswith(label) for label in mark_fields(form))):
            found.append(match[0])
    return tuple(found)
