"""How the fields of a form are called: the one place where a field id is made."""

from __future__ import annotations

# Field ids that belong to no official table begin with one of these, so a table may not be called so.
COVER = "cover"
CONTROL = "control"
EXPLANATION = "explanation"
RESERVED = (COVER, CONTROL, EXPLANATION)


def figure_id(table: str, row: str, column: str) -> str:
    """Return the id of one cell of an official table."""
    return f"{table}.{row}.{column}"


def explanation_id(check: str) -> str:
    """Return the id of the cell in which the clerk explains one check."""
    return f"{EXPLANATION}.{check}"


def control_id(control: str) -> str:
    """Return the id of one independent total copied from the register."""
    return f"{CONTROL}.{control}"
