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
class StateWords:
    """How checks, sheets and the whole workbook stand.

    `results` follow the numbers of the states. What stands in braces is filled in by Python for the value of a cell and
    by a reference in its formula.
    """

    results: tuple[str, str, str, str, str]
    gap: str
    sides: str
    last_year: str
    ready: str
    ready_doubts: str
    wanting: str
    sound: str
    sound_doubts: str
    errors: str
    comma: str
    blanks: str


@dataclass(frozen=True, slots=True)
class LineWords:
    """The lines over and under a sheet's part of the form: whose it is, how it stands, the check code."""

    identity: str
    copy: str
    hint: str
    first: str
    code: str


@dataclass(frozen=True, slots=True)
class WrongWords:
    """What is wrong with a cell, after its address."""

    negative: str
    fraction: str
    too_large: str
    error: str
    as_text: str
    only_spaces: str
    spaces: str
    text: str
    extra: str


@dataclass(frozen=True, slots=True)
class PasteWords:
    """The words of the sheets on which whole tables are pasted; `choice` is what is chosen to use one."""

    sheet: str
    choice: str
    title: str
    how: str
    then: str
    unused: str
    used: str
    unlike: str
    in_use: str


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
    path: str
    plus: str
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
    control_head: str
    controls: str


@dataclass(frozen=True, slots=True)
class ProseWords:
    """The words round the paragraphs."""

    samples_above: str
    level_head: str
    text_head: str
    preview_head: str
    mark_head: str
    mark_value_head: str
    drafts_head: str

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of all columns of a sheet for prose."""
        marks = (self.mark_head, self.mark_value_head)
        return (self.level_head, self.text_head, self.preview_head, *marks, self.drafts_head)


@dataclass(frozen=True, slots=True)
class CheckWords:
    """The words of the sheet of checks."""

    title: str
    hint: str
    result: str
    check: str
    subject: str
    difference: str
    explanation: str
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
    states: StateWords
    lines: LineWords
    wrong: WrongWords
    pasting: PasteWords
    tables: TableWords
    prose: ProseWords
    checks: CheckWords
    refusals: RefusalWords
    help: HelpWords
    printed: PrintWords
