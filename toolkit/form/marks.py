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
# What a mark looks like when it was meant: full-width braces, a brace too many or too few, other brackets.
_OPEN, _CLOSE = "{｛", "}｝"
_OTHER_OPEN, _OTHER_CLOSE = "[［【〔<＜《", "]］】〕>＞》"
_MEANT = re.compile(rf"[{_OPEN}]+([^{{}}｛｝]{{0,30}})[{_CLOSE}]+|[{_OPEN}]([^{{}}｛｝，。；、\s]{{2,10}})")


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
    names = mark_fields(form)
    found = [match[0] for match in _MEANT.finditer(text) if _is_odd(match, names)]
    for pattern in _bracketed(form):
        found += pattern.findall(text)
    return tuple(found)


@lru_cache(maxsize=16)
def _bracketed(form: Form) -> tuple[re.Pattern[str], ...]:
    """Return what finds the form's marks in other brackets, and with the closing brace alone."""
    labels = "|".join(map(re.escape, mark_fields(form)))
    other = rf"[{re.escape(_OTHER_OPEN)}]\s*(?:{labels})\s*[{re.escape(_OTHER_CLOSE)}]"
    return (re.compile(other), re.compile(rf"(?<![{_OPEN}])(?:{labels})[{_CLOSE}]")) if labels else ()


def _is_odd(match: re.Match[str], names: Mapping[str, tuple[str, ...]]) -> bool:
    """Return whether what looks like a mark is none: other braces, one too many, a name the form does not have."""
    closed, begun = match[1], match[2]
    if begun is not None:
        return any(begun.startswith(label) for label in names)
    return closed is not None and not (match[0] == f"{{{closed}}}" and closed in names)
