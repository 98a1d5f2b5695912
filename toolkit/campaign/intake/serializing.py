"""Values and findings as bytes for the receipt book: exact, small, and quick to read by the ten thousand."""

from __future__ import annotations

import gc
import json
import sys
import zlib
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from toolkit.form.values import Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.form.values import Value

_AMOUNT = "amount"  # a Decimal travels as text: JSON numbers with a point would become binary
_PACKED = frozenset({list, dict})  # what JSON makes of prose, amounts and last year's figures
_KEPT = "kept"


def serialize_values(values: Iterable[Value | Mapping[str, Value]]) -> bytes:
    """Return values in their order as bytes; `deserialize_values` gives the same values, digit for digit."""
    return _packed([_plain(value) for value in values])


def deserialize_values(data: bytes) -> list[Any]:
    """Return the values that were packed."""
    return [_value(plain) if type(plain) in _PACKED else plain for plain in json.loads(zlib.decompress(data))]


def serialize_findings(findings: Iterable[Mapping[str, Any]], kept: Iterable[Mapping[str, Any]] = ()) -> bytes:
    """Return findings in their JSON form as bytes, those that are shown and those kept as they came."""
    return _packed([*map(dict, findings), *({**finding, _KEPT: True} for finding in kept)])


def deserialize_findings(data: bytes) -> tuple[tuple[Mapping[str, Any], ...], tuple[Mapping[str, Any], ...]]:
    """Return the findings that were packed, those that are shown and those kept as they came."""
    shown: list[Mapping[str, Any]] = []
    kept: list[Mapping[str, Any]] = []
    for finding in json.loads(zlib.decompress(data), object_pairs_hook=_known_again):
        is_kept = finding.pop(_KEPT, False)
        (kept if is_kept else shown).append(finding)
    return tuple(shown), tuple(kept)


def _known_again(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object whose keys and texts are kept once however many findings say the same."""
    return {sys.intern(key): sys.intern(value) if isinstance(value, str) else value for key, value in pairs}


# Texts of a receipt that many others, or the roster, have in common.
_SHARED = ("code", "organ", "verdict", "received_at", "saved_at", "doubt")


def with_shared(head: dict[str, Any]) -> dict[str, Any]:
    """Return what the book tells of a receipt, with texts and the year that others have too kept once."""
    return {**head, **{name: sys.intern(head[name]) for name in _SHARED}, "year": _same(head["year"])}


@lru_cache(maxsize=64)
def _same(number: int) -> int:
    """Return a number, the same object for all that are equal."""
    return number


@contextmanager
def without_collecting() -> Iterator[None]:
    """Let Python not look for garbage meanwhile: among a million values just read there is none, and it looks often."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _packed(document: Any) -> bytes:
    return zlib.compress(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return {_AMOUNT: str(value)}
        case tuple():
            return [[paragraph.text, paragraph.level] for paragraph in value]
        case dict():
            return {"map": {name: _plain(entry) for name, entry in value.items()}}
    return value


def _value(plain: Any) -> Any:
    if isinstance(plain, list):
        return tuple(Paragraph(text, level) for text, level in plain)
    if isinstance(plain, dict):
        if _AMOUNT in plain:
            return Decimal(plain[_AMOUNT])
        return {name: _value(entry) for name, entry in plain["map"].items()}
    return plain
