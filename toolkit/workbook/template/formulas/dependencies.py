"""What the result of a formula rests on, so that it need not be worked out again while that is the same.

Among the workbooks of a layout that begin blank, a result can differ only by what it looks up in the mappings of
`state_of`; everything else that it may ask of a filing is alike in all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolkit.workbook.template.formulas.sheet_results import SheetResults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Item = tuple[str, str]  # the name of a mapping of `state_of`, and a key that was looked up in it


def state_of(now: SheetResults) -> Mapping[str, Mapping[str, object]]:
    """Return the mappings that results look up: what was typed, the figures, how checks and cells stand."""
    filing = now.filing
    return {
        "answers": filing.answers,
        "previous": filing.previous,
        "values": filing.values,
        "outcomes": now.outcomes,
        "sides": now.sides,
        "flags": now.flags,
    }


def items_read(result: Callable[[SheetResults], object], now: SheetResults) -> frozenset[Item]:
    """Return all that a result looked up, those keys included that were not there."""
    seen: set[Item] = set()
    watched = {name: _Watched(name, held, seen) for name, held in state_of(now).items()}
    filing = replace(now.filing, answers=watched.pop("answers"), previous=watched.pop("previous"))
    vars(filing)["values"] = watched.pop("values")  # where a cached property keeps what it gave
    fresh = SheetResults(now.layout, filing)
    vars(fresh).update(watched)
    result(fresh)
    return frozenset(seen)


class _Watched(Mapping[str, Any]):
    """A mapping that notes which keys are looked up in it; going through it, or asking how long it is, means all."""

    def __init__(self, name: str, held: Mapping[str, Any], seen: set[Item]) -> None:
        self._name, self._held, self._seen = name, held, seen

    def __getitem__(self, key: str) -> Any:
        self._seen.add((self._name, key))
        return self._held[key]

    def __iter__(self) -> Iterator[str]:
        self._seen.update((self._name, key) for key in self._held)
        return iter(self._held)

    def __len__(self) -> int:
        return sum(1 for _ in self)
