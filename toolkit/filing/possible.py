"""Whether a figure can be one that a return was accepted with, as last year's must be."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.form.cellrules import cell_checks
from toolkit.form.checks import State, typed_parts
from toolkit.form.rules import total_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.form.checks import CellCheck
    from toolkit.form.model import Form
    from toolkit.form.values import Figure


def is_possible(form: Form, field_id: str, figure: Figure) -> bool:
    """Return whether nothing that is demanded of a field forbids a figure."""
    if type(figure) is int and figure >= 0:  # nearly every one
        return True
    return all(check.check(figure) is not State.BROKEN for check in _demands(form, field_id))


def possible_figures(form: Form, figures: Mapping[str, Figure]) -> Mapping[str, Figure]:
    """Return the figures without those that were let pass although a field forbids them."""
    return {name: figure for name, figure in figures.items() if is_possible(form, name, figure)}


@lru_cache(maxsize=1 << 10)
def _demands(form: Form, field_id: str) -> tuple[CellCheck, ...]:
    """Return what is demanded of a field, and of a total where all that it adds are of one kind."""
    kinds = {form.fields[part].kind for part in typed_parts(field_id, total_parts(form))}
    return cell_checks(form)[kinds.pop()] if len(kinds) == 1 else ()
