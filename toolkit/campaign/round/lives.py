"""The life of a rule in a round: on trial, a reminder, a reason to send back, or off; from a day and until a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from toolkit.errors import nearest
from toolkit.filing.catalogue.answers import ANSWERS
from toolkit.filing.catalogue.cells import CELLS
from toolkit.filing.catalogue.prose import PROSE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.form.model import Form

_KEYS = frozenset({"name", "stage", "from", "until"})


class Stage(StrEnum):
    """What becomes of what a rule finds."""

    TRIAL = "trial"
    WARN = "warn"
    BLOCK = "block"
    OFF = "off"

    @property
    def label(self) -> str:
        """The word people read."""
        return {"trial": "试行", "warn": "提醒", "block": "退回", "off": "停用"}[self.value]

    @property
    def is_shown(self) -> bool:
        """Whether organs get to see what the rule finds; on trial it is only counted."""
        return self in {Stage.WARN, Stage.BLOCK}


@dataclass(frozen=True, slots=True)
class Life:
    """A stage of one rule, from a day and until a day, both included; without them from the first and to the last."""

    name: str
    stage: Stage
    start: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Return whether it is the rule's stage on a day."""
        return (self.start is None or self.start <= day) and (self.until is None or day <= self.until)


def adjustable(form: Form) -> frozenset[str]:
    """Return the rules and findings whose stage a round may set: those about figures and words.

    Whose file it is, whether it can be read and whether it was read rightly is not for a round to let go.
    """
    stated = {rule.id for rule in form.rules} | {duty.id for duty in form.duties}
    return frozenset(stated | CELLS.keys() | PROSE.keys() | ANSWERS.keys())


def read_lives(entries: Iterable[Any], form: Form) -> tuple[tuple[Life, ...], list[str]]:
    """Return the lives that `[[rules]]` of campaign.toml states, and every mistake in them."""
    known, found, mistakes = adjustable(form), [], []
    for place, entry in enumerate(entries, 1):
        wrong = list(_mistakes(entry, known))
        mistakes += [f"第 {place} 个 [[rules]]：{one}" for one in wrong]
        if not wrong:
            found.append(Life(entry["name"], Stage(entry["stage"]), entry.get("from"), entry.get("until")))
    return tuple(found), mistakes


def _mistakes(entry: Any, known: frozenset[str]) -> Iterable[str]:
    if not isinstance(entry, dict):
        yield "应写成几行 名称 = 值"
        return
    yield from (f"不认识 {key}" for key in entry if key not in _KEYS)
    name, stage = entry.get("name"), entry.get("stage")
    if name not in known:
        yield f"没有可以调整的规则“{name}”{nearest(str(name), known)}（见 xxgk rules）"
    if stage not in set(Stage):
        yield f"stage 应是 {'、'.join(Stage)} 之一，现在是 {stage!r}"
    days = [entry[key] for key in ("from", "until") if key in entry]
    if any(type(day) is not date for day in days):
        yield "from、until 应是日期（年-月-日，不加引号）"
    elif days != sorted(days):
        yield "from 晚于 until"


def stages_on(lives: Iterable[Life], day: date) -> Mapping[str, Stage]:
    """Return the stage of every rule that has one on a day; of several the last that is stated."""
    return {life.name: life.stage for life in lives if life.holds_on(day)}
