"""The words in English."""

from __future__ import annotations

from toolkit.workbook.wording.words import CoverWords, HelpWords, Wording

ENGLISH = Wording(
    cover=CoverWords(
        title="{form}: workbook",
        due_label="Due",
        due="before {year}-{month:02d}-{day:02d}",
        office_label="Return to",
        send_to="{office}, at {address}",
        ask_label="Questions to",
        steps=(
            "1. Fill in: open the sheets below, type into the pale yellow cells only. Where there were none, enter 0.",
            "2. Look: the verdict says what is still wanting. ✗ must be mended, … filled in, ！ looked at.",
            "3. Return: once the verdict is “Ready”, save, and send this very file back; its name does not matter.",
        ),
        verdict_label="Ready to return?",
        code_label="Check code (ties the paper to the file)",
        heads=("Part (click to open, or Ctrl+click)", "State", "Errors", "Blank", "To check"),
        total="Together (click for the checks)",
        edition="Edition: {edition} · {citation}",
        usage=(
            "Grey cells are formulas or were filled in before the workbook was sent out. A blank cell is not 0.",
            "The blue line over a table leads to the first cell to look at. Prose goes one paragraph a row.",
            "The check code comes from all figures; it must be the same on paper and in the file.",
        ),
    ),
    help=HelpWords(
        title="Guidance",
        heads=("Part", "Item", "What to enter", "Source"),
        nought="Enter 0 where there were none.",
        column="Column: {label}",
    ),
)
