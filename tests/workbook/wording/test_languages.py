"""The catalogue of words: a wording for every language a form may state, and every word in it."""

from __future__ import annotations

import dataclasses
import io
import re
from dataclasses import replace
from string import Formatter
from typing import TYPE_CHECKING

import openpyxl
import pytest
from casebook import SMALL, full_filing

from toolkit.filing.filing import Pasted
from toolkit.form.ids import nought_id
from toolkit.form.registry import form_of_edition
from toolkit.form.schema import LANGUAGES
from toolkit.form.values import Kind, Paragraph
from toolkit.workbook.layout import lay_out
from toolkit.workbook.template.workbook import write_workbook
from toolkit.workbook.wording.languages import WORDINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet


def texts(words: object) -> Iterator[tuple[str, str]]:
    """Yield every text of a wording with the path to it."""
    for field in dataclasses.fields(words):  # type: ignore[arg-type]
        value = getattr(words, field.name)
        if dataclasses.is_dataclass(value):
            yield from ((f"{field.name}.{path}", text) for path, text in texts(value))
        else:
            texts_ = [value] if isinstance(value, str) else value if isinstance(value, tuple) else []
            yield from ((f"{field.name}.{place}", text) for place, text in enumerate(texts_))


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_language_a_form_may_state_has_its_words() -> None:
    assert set(WORDINGS) == set(LANGUAGES)


FOREIGN = {"zh-CN": re.compile(r"[A-Za-z]{2,}"), "en": re.compile(r"[\u3000-\u9fff\uff01-\uff5e]")}
NAMES = re.compile(r"\bCtrl\b|\{\w+\}|&[PN]")  # what any language calls so, and what is filled in


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_there_and_in_its_language(language: str) -> None:
    model = dict(texts(WORDINGS["zh-CN"]))
    found = dict(texts(WORDINGS[language]))
    assert list(found) == list(model)
    assert [path for path, text in found.items() if not text and not path.endswith("indent.0")] == []
    for path, text in found.items():
        assert slots(text) == slots(model[path]), path
        assert not FOREIGN[language].search(NAMES.sub("", text)), text


UNTOLD = re.compile(r"\b(?:Ctrl|A4)\b")  # names that no language translates


def shown_texts(data: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield sheet, cell and text of all that people can see or be shown: what formulas may give and refusals too."""
    for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets:
        if sheet.sheet_state != "visible":
            continue
        yield sheet.title, "name", sheet.title
        for row in sheet.iter_rows():
            for cell in row:
                yield from ((sheet.title, cell.coordinate, text) for text in texts_of(sheet, cell))
        for refusal in sheet.data_validations.dataValidation:
            for text in (refusal.error, refusal.errorTitle, refusal.prompt, refusal.promptTitle):
                yield sheet.title, "refusal", text or ""
            yield from ((sheet.title, "list", text) for text in re.findall(r'"(.*)"', refusal.formula1 or ""))


def texts_of(sheet: Worksheet, cell: Cell) -> list[str]:
    hidden = sheet.row_dimensions[cell.row].hidden or is_hidden(sheet, cell.column)
    if hidden or not isinstance(cell.value, str):
        return []
    return re.findall(r'"([^"]*)"', cell.value) if cell.value.startswith("=") else [cell.value]


def is_hidden(sheet: Worksheet, column: int) -> bool:
    spans = sheet.column_dimensions.values()
    return any(span.hidden and span.min <= column <= span.max for span in spans)


@pytest.mark.parametrize("edition", ["small", "2019", "2021"])
def test_a_workbook_speaks_the_language_of_its_form_and_no_other(edition: str) -> None:
    form = form_of_edition(edition, SMALL)
    organ, prose = {"zh-CN": ("示例机关", "总体平稳。"), "en": ("Example Office", "Nothing to add.")}[form.language]
    table = next(iter(lay_out(form).tables))
    names = [field.id for field in form.fields.values() if field.table == table and field.kind.is_required_figure]
    texts_ = {field.id: (Paragraph(prose),) for field in form.fields.values() if field.kind is Kind.TEXT}
    notes = {field.id: None for field in form.fields.values() if field.kind is Kind.NOTE}
    sound = replace(full_filing(form), organ=organ).with_answers({**texts_, **notes})
    filings = [
        sound,
        sound.with_answers(dict.fromkeys(form.fields)),
        sound.with_answers({names[0]: 5}),
        sound.with_answers({**dict.fromkeys(names), nought_id(table): form.words.nought}),
        replace(sound, pasted={table: Pasted(dict.fromkeys(names, 3), {})}),
    ]
    ids = {section.id for section in form.sections} | set(Kind)  # formulas ask for these and show none
    for filing in filings:
        found = [entry for entry in shown_texts(write_workbook(filing)) if entry[2].rstrip("01234") not in ids]
        assert [entry for entry in found if FOREIGN[form.language].search(UNTOLD.sub("", entry[2]))] == []
