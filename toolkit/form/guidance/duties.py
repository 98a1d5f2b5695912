"""What prose and figures owe: one value for each duty of an edition's data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Duty:
    """What the prose or a figure owes, by `kind`: its words, and the figures it is of.

    `toolkit.filing.prose.duties` and `toolkit.filing.unlikely` have a function for each kind.
    """

    id: str
    kind: str
    severity: str
    source: str
    title: str
    advice: str
    section: str = ""
    words: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    pattern: str = ""
    limit: int = 0
    unit: str = ""
    exclusive: tuple[str, ...] = ()
    least: int = 0
    table: str = ""
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    example: str = ""
    why: str = ""
