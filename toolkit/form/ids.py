"""How the fields of a form are called: the one place where a field id is made."""

from __future__ import annotations

# Field ids that belong to no official table begin with one of these, so a table may not be called so.
COVER = "cover"
CONTROL = "control"
EXPLANATION = "explanation"
NOUGHT = "nought"
RESERVED = (COVER, CONTROL, EXPLANATION, NOUGHT)


def figure_id(table: str, row: str, column: str) -> str:
    """Return the id of one cell of an official table."""
    return f"{table}.{row}.{column}"


def explanation_id(check: str) -> str:
    """Return the id of the cell in which the clerk explains one check."""
    return f"{EXPLANATION}.{check}"


def control_id(control: str) -> str:
    """Return the id of one independent total copied from the register."""
    return f"{CONTROL}.{control}"


def nought_id(table: str) -> str:
    """Return the id under which it is declared that all blanks of a table are nought."""
    return f"{NOUGHT}.{table}"


def nought_table(name: str) -> str:
    """Return the table whose blanks an id declares to be nought; empty for any other id."""
    head, _, table = name.partition(".")
    return table if head == NOUGHT else ""
