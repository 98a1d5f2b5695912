"""The catalogue of words: a wording for every language a form may state, and every word in it."""

from __future__ import annotations

import dataclasses
import re
from string import Formatter
from typing import TYPE_CHECKING

import pytest

from toolkit.form.schema import LANGUAGES
from toolkit.workbook.wording.languages import WORDINGS

if TYPE_CHECKING:
    from collections.abc import Iterator


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


FOREIGN = {"zh-CN": re.compile(r"[A-Za-z]{2,}"), "en": re.compile(r"[\u3000-\u9fff]")}
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
