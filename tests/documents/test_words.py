"""Tables no lines are drawn around: read by their words, what is unsure named, no figure ever in a wrong cell."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from report_samples import CHINESE, needs_fonts, sample_filing, sample_report

from toolkit.documents.figures import Sure
from toolkit.documents.grids import Line
from toolkit.documents.opening import open_document
from toolkit.documents.recognise import Recognition, recognise
from toolkit.documents.sources import pdf
from toolkit.documents.sources.rulings import Box
from toolkit.documents.sources.signs import Sign
from toolkit.documents.sources.word_tables import find_word_tables
from toolkit.form.registry import load_forms
from toolkit.report.pdf import render_pdf

PUBLISHED = Path(__file__).parent / "published" / "hongze-2023.pdf"


@pytest.fixture(autouse=True)
def without_rulings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide every line that is drawn on a page."""
    monkeypatch.setattr(pdf, "_segments", lambda *_: ())


def unnamed(found: Recognition, right: dict[str, object]) -> list[str]:
    """Return the fields that are wrong, and that nothing says are."""
    named = {place.field for finding in found.findings for place in finding.places}
    assert found.form is not None
    return [
        name for name, entry in found.found.items()
        if entry.value != right[name] and not isinstance(entry.value, str)
        and name not in named and found.form.fields[name].table not in named
    ]  # fmt: skip


@needs_fonts
@pytest.mark.parametrize("name", [name for name in CHINESE if name != "hostile"])
def test_a_report_without_rulings_is_read_or_named(name: str) -> None:
    filing = sample_filing(name)
    found = recognise(open_document(render_pdf(sample_report(name)), "报告.pdf"), load_forms())
    assert found.form is filing.form
    right = dict(filing.values)
    assert unnamed(found, right) == []
    sure = {entry.sure for field, entry in found.found.items() if entry.value != right[field]}
    assert sure <= {Sure.TWO_READINGS, Sure.NOT_FOUND}
    is_full = name.startswith("suqian")
    assert ({entry.sure for entry in found.found.values()} == {Sure.READ}) is is_full


def test_a_published_report_without_rulings_is_read_as_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    found = recognise(open_document(PUBLISHED.read_bytes(), "报告.pdf"), load_forms())
    monkeypatch.undo()
    ruled = recognise(open_document(PUBLISHED.read_bytes(), "报告.pdf"), load_forms())
    assert {name: (one.value, one.sure) for name, one in found.found.items()} == {
        name: (one.value, one.sure) for name, one in ruled.found.items()
    }
    assert found.filing is not None
    assert ruled.filing is not None
    assert {name for name, value in ruled.filing.answers.items() if found.filing.answers[name] != value} <= {"overview"}


def test_a_row_with_gaps_is_told_to_be_inferred() -> None:
    """Without lines a gap may be a blank cell, or one whose figure was lost: the clerk is asked to look."""
    found = recognise(open_document(render_pdf(sample_report("shanghai_office_2019")), "报告.pdf"), load_forms())
    assert "cells_inferred" in {finding.name for finding in found.findings}
    assert Counter(entry.sure for entry in found.found.values())[Sure.INFERRED] > 0


SIZE = 10.0


def signs_of(*words: tuple[float, float, str]) -> list[Sign]:
    """Return characters of words, given by where they begin: across, down, text."""
    return [
        Sign(sign, Box(across + at * SIZE / 2, down, across + (at + 1) * SIZE / 2, down + SIZE))
        for across, down, text in words
        for at, sign in enumerate(text)
    ]


HEADS = ((50, 0, "内容"), (150, 0, "甲数"), (200, 0, "乙数"), (250, 0, "丙数"))
LAID_OUT = {
    "as printed": (
        (*HEADS, (50, 20, "一类"), (152, 20, "1"), (202, 20, "2"), (252, 20, "3")),
        [["内容", "甲数", "乙数", "丙数"], ["", "一类", "1", "2", "3"]],
    ),
    "a label on two lines": (
        (*HEADS, (50, 16, "一类的"), (50, 27, "其他"), (152, 21, "1"), (202, 21, "2"), (252, 21, "3")),
        [["内容", "甲数", "乙数", "丙数"], ["", "一类的其他", "1", "2", "3"]],
    ),
    "a cell left blank": (
        (*HEADS, (50, 20, "一类"), (152, 20, "1"), (252, 20, "3")),
        [["内容", "甲数", "乙数", "丙数"], ["", "一类", "1", "", "3"]],
    ),
    "a figure under two heads": (
        (*HEADS, (50, 20, "一类"), (152, 20, "1234567890123"), (252, 20, "3")),
        [["内容", "甲数", "乙数", "丙数"], ["", "一类", "1234567890123", "3"]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LAID_OUT)
def test_words_are_laid_out_as_cells(name: str) -> None:
    words, wanted = LAID_OUT[name]
    tables, rest = find_word_tables(signs_of(*words))
    assert rest == []
    assert [[cell.text for cell in row] for row in tables[0].rows("")] == wanted


SENTENCES = {
    "a number between words": ((0, 0, "全年收到"), (100, 0, "12"), (140, 0, "件")),
    "a number alone": ((100, 0, "12"),),
    "a sentence above": ((0, 0, "收到12件。"), (0, 14, "办结9件。")),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_number_in_a_sentence_makes_no_table(name: str) -> None:
    tables, rest = find_word_tables(signs_of(*SENTENCES[name]))
    assert tables == []
    assert len(rest) == sum(len(text) for _, _, text in SENTENCES[name])


def test_prose_above_a_table_stays_prose() -> None:
    document = open_document(PUBLISHED.read_bytes(), "报告.pdf")
    headings = [block.text for block in document.blocks if isinstance(block, Line) and block.text[1:2] == "、"]
    assert [text[:2] for text in headings] == ["一、", "二、", "三、", "四、", "五、", "六、"]
