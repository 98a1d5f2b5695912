"""How much of a text is another's: its sentences without figures, blanks and names, alike or all but alike.

The standard library's likeness serves: only sentences without a twin are compared, and quick bounds settle nearly all.
Among the sentences of many texts only those are compared that share the least checksums of their parts.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from heapq import nsmallest
from typing import TYPE_CHECKING
from zlib import crc32

from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from toolkit.form.model import Form
    from toolkit.form.values import Value

_SENTENCE = re.compile(r"[^。；;！!？?\n]+")
_LEFT_OUT = re.compile(r"[0-9０-９\s，、,]+")
_SHORTEST = 10  # characters: shorter sentences are alike everywhere
_ALIKE = 0.85  # of two sentences' characters in common, in order
_PART = 4  # characters in a row
_LEAST = 4  # checksums of parts that find a sentence's likes: two alike share nearly all, so hardly ever none of these


def sentences_of(form: Form, values: Mapping[str, Value], names: Iterable[str] = ()) -> frozenset[str]:
    """Return the sentences of the prose without figures, blanks, these names and the form's own sentences."""
    found: list[str] = []
    fields, drafted = _prose_of(form)
    for name in fields:
        value = values.get(name)
        for paragraph in value if isinstance(value, tuple) else ():
            found += _sentences(paragraph.text, names)
    return frozenset(found) - drafted


@lru_cache(maxsize=16)
def _prose_of(form: Form) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the fields of a form that are prose, and the sentences it proposes itself."""
    fields = tuple(name for name, field in form.fields.items() if field.kind is Kind.TEXT)
    return fields, frozenset(one for draft in form.drafts for one in _sentences(draft.text, ()))


def _sentences(text: str, names: Iterable[str]) -> list[str]:
    for name in names:
        text = text.replace(name, "")
    known = (_LEFT_OUT.sub("", sentence) for sentence in _SENTENCE.findall(text))
    return [sentence for sentence in known if len(sentence) >= _SHORTEST]


def share_of(own: Collection[str], others: Collection[str]) -> float:
    """Return what part of some sentences, by their length, stands among others too, but for small changes."""
    length = sum(map(len, own))
    if not length or not others:
        return 0.0
    shared = sum(len(one) for one in own if one in others or _twin(one, others))
    return shared / length


def first_alike(sentences: Iterable[str]) -> Mapping[str, str]:
    """Return for every sentence of many texts the first one it is all but alike, itself where there is none."""
    first: dict[str, str] = {}
    known: dict[int, list[str]] = {}
    for sentence in sentences:
        if sentence in first:
            continue
        sums = nsmallest(_LEAST, {crc32(part.encode()) for part in _parts(sentence)})
        near = dict.fromkeys(one for found in sums for one in known.get(found, ()))
        first[sentence] = _twin(sentence, near) or sentence
        if first[sentence] == sentence:
            for found in sums:
                known.setdefault(found, []).append(sentence)
    return first


def _parts(sentence: str) -> Iterator[str]:
    for start in range(max(1, len(sentence) - _PART + 1)):
        yield sentence[start : start + _PART]


def _twin(sentence: str, others: Iterable[str]) -> str:
    """Return the first of some sentences that is all but alike, nothing where none is."""
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(sentence)
    for other in others:
        matcher.set_seq1(other)
        if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE:
            return other
    return ""
