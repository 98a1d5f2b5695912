"""The filing a new workbook begins with: an organ, a year, and what last year settles."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.errors import InputError
from toolkit.filing.filing import Filing
from toolkit.form.registry import years_of
from toolkit.form.rules import bind_rules, table_rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.form.model import Form
    from toolkit.form.values import Figure, Value

# Control, format, surrogate and unassigned characters have no place in a name.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn"})
LONGEST_IDENTITY = 255  # what a document property holds


def blank_filing(
    form: Form, organ: str, code: str, year: int, previous: Mapping[str, Figure] | None = None
) -> tuple[Filing, frozenset[str]]:
    """Return an unfilled filing and the fields last year's figures settle, which its workbook locks.

    Raises:
        InputError: the organ has no name, name or code cannot stand in a file, or the form does not serve the year.
    """
    if not organ.strip():
        raise InputError("机关名称", ["不能为空"])
    _refuse_unwritable("机关名称", organ)
    _refuse_unwritable("机关代码", code)
    if not form.serves(year):
        raise InputError(f"{year} 年", [f"{form.edition} 版表式用于 {years_of(form)}，请核对年度"])
    carried = carried_figures(form, previous or {})
    return Filing(form, organ.strip(), code.strip(), year, carried, previous or {}), frozenset(carried)


def _refuse_unwritable(what: str, text: str) -> None:
    """Refuse what would give a file no program opens (control characters) or XlsxWriter would cut off."""
    unseen = {f"U+{ord(character):04X}" for character in text if unicodedata.category(character) in UNSEEN}
    if unseen:
        raise InputError(what, [f"含有看不见的字符（{'、'.join(sorted(unseen))}），请重新输入，不要粘贴"])
    if len(text) > LONGEST_IDENTITY:
        raise InputError(what, [f"有 {len(text)} 个字，最多 {LONGEST_IDENTITY} 个字"])


def carried_figures(form: Form, previous: Mapping[str, Figure]) -> dict[str, Value]:
    """Return the typed fields that must equal a figure of last year, with that figure."""
    return {mine: previous[theirs] for mine, theirs in carried_fields(form).items() if theirs in previous}


@lru_cache(maxsize=16)
def carried_fields(form: Form) -> Mapping[str, str]:
    """Return the typed fields that must equal a figure of last year, with the field of that figure."""
    kinds = ((check, table_rule(form.rule(check.rule))) for check in bind_rules(form))
    pairs = ((check.left[0].field, check.right[0].field) for check, kind in kinds if kind is not None and kind.settles)
    return {mine: theirs for mine, theirs in pairs if form.fields[mine].kind.is_required_figure}
