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
    to_print: str
    to_help: str


@dataclass(frozen=True, slots=True)
class HelpWords:
    """The words of the help sheet."""

    title: str
    heads: tuple[str, str, str, str]
    nought: str
    column: str
    example: str
    left: str
    right: str
    balance: str
    questions: str


@dataclass(frozen=True, slots=True)
class TableWords:
    """The words round the official tables."""

    unit: str
    check: str
    result: str
    item: str
    figure: str
    column_help: str
    nought_hint: str


@dataclass(frozen=True, slots=True)
class ProseWords:
    """The words round the paragraphs that no reader of workbooks looks for."""

    samples_above: str


@dataclass(frozen=True, slots=True)
class CheckWords:
    """The words of the sheet of checks."""

    title: str
    hint: str
    result: str
    check: str
    subject: str
    difference: str
    left: str
    right: str
    figure: str
    part: str
    automatic: str


@dataclass(frozen=True, slots=True)
class RefusalWords:
    """What a cell says that refuses what was typed."""

    title: str
    figure: str
    choose: str
    level: str
    between: str
    nought: str


@dataclass(frozen=True, slots=True)
class PrintWords:
    """The words of the printed sheet, and how its lines are broken.

    A line holds `line` characters, of which `lost` may stay empty; it ends at a space where the language has them, else
    anywhere but before one of `closers`.
    """

    sheet: str
    state: str
    code: str
    sign: str
    cut: str
    too_long: str
    closers: str
    line: int
    lost: int
    indent: str = ""
    at_spaces: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """All words of ours in a workbook, in one language."""

    body_font: str
    head_font: str
    footer: str
    cover: CoverWords
    tables: TableWords
    prose: ProseWords
    checks: CheckWords
    refusals: RefusalWords
    help: HelpWords
    printed: PrintWords
