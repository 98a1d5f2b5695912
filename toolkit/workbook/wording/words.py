"""Which words of ours a workbook needs, sheet by sheet; each language gives all of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CoverWords:
    """The words of the cover. `due` is filled with year, month and day, `send_to` and `title` with what they name."""

    title: str
    due_label: str
    due: str
    office_label: str
    send_to: str
    ask_label: str
    steps: tuple[str, str, str]
    verdict_label: str
    code_label: str
    heads: tuple[str, str, str, str, str]
    total: str
    edition: str
    usage: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HelpWords:
    """The words of the help sheet."""

    title: str
    heads: tuple[str, str, str, str]
    nought: str
    column: str


@dataclass(frozen=True, slots=True)
class Wording:
    """All words of ours in a workbook, in one language."""

    cover: CoverWords
    help: HelpWords
