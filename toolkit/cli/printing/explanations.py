"""What every finding and rule means, gathered from the catalogue and the forms' own rules."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.errors import InputError, nearest
from toolkit.filing.findings import CATALOGUE, Severity
from toolkit.form.registry import load_forms
from toolkit.form.rules import bind_rules
from toolkit.workbook.answers.field_names import AmbiguousFieldError, field_named

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.form.guidance.duties import Duty
    from toolkit.form.model import Field, Form, Rule


@dataclass(frozen=True, slots=True)
class Explanation:
    """One finding explained: what it says, why it matters, how to mend it, an example, the clause."""

    name: str
    severity: Severity
    title: str
    what: str
    why: str
    advice: str
    example: str
    source: str

    def as_json(self) -> dict[str, str]:
        """Return the explanation as JSON has it."""
        return {key: str(value) for key, value in dataclasses.asdict(self).items()}


# What an advice says where it is about no file in particular.
_IN_GENERAL = {
    "结果 {value}": "结果", "{year} 年": "报告年度", "“{home}”": "表", "“{sheet}”": "粘贴区", "“{words}”": "那一项",
    "“{wanted}”": "它",
}  # fmt: skip


def explanations(forms: Path | None = None) -> tuple[Explanation, ...]:
    """Return every finding and rule explained: newest edition's rules first, each name once, then the catalogue."""
    found: dict[str, Explanation] = {}
    for form in reversed(load_forms(forms)):
        for rule in form.rules:
            found.setdefault(rule.id, _of_rule(form, rule))
        for duty in form.duties:
            found.setdefault(duty.id, _of_duty(form, duty))
    for name, entry in CATALOGUE.items():
        found[name] = Explanation(
            name, entry.severity, entry.title, "", entry.why, _plain(entry.advice), entry.example, ""
        )
    return tuple(found.values())


def explanation_of(name: str, forms: Path | None = None) -> Explanation:
    """Return one explanation, by name or title.

    Raises:
        InputError: there is no finding or rule of that name.
    """
    known = {entry.name: entry for entry in explanations(forms)}
    titles = {entry.title: entry for entry in reversed(known.values())}
    if name in known or name in titles:
        return known.get(name) or titles[name]
    hint = nearest(name, known) or nearest(name, titles)
    raise InputError(f"“{name}”", [f"没有这种问题、规则或字段{hint}（用 xxgk explain 查看全部）"])


def is_explained(name: str, forms: Path | None = None) -> bool:
    """Return whether there is a finding or rule of that name or title."""
    return any(name in {entry.name, entry.title} for entry in explanations(forms))


def field_explained(said: str, forms: Path | None = None) -> tuple[Form, Field] | None:
    """Return the field that a cell or official words mean, in the newest edition that knows it; None where none does.

    Raises:
        AmbiguousFieldError: several fields are meant.
    """
    for form in reversed(load_forms(forms)):
        try:
            return form, form.fields[field_named(form, said)]
        except AmbiguousFieldError:
            raise
        except InputError:
            continue
    return None


def _of_rule(form: Form, rule: Rule) -> Explanation:
    checks = [check for check in bind_rules(form) if check.rule == rule.id]
    what = f"{checks[0].left_label}{checks[0].relation}{checks[0].right_label}" if checks else rule.title
    example = checks[0].sentence() if checks else ""
    severity = Severity(rule.severity)
    citation = form.citation(rule.source)
    return Explanation(rule.id, severity, rule.title, what, rule.why, rule.advice, example, citation)


def _of_duty(form: Form, duty: Duty) -> Explanation:
    why = duty.why or "审核退回年度报告，文字上的原因多在这里。"
    severity, citation = Severity(duty.severity), form.citation(duty.source)
    return Explanation(duty.id, severity, duty.title, "", why, duty.advice, duty.example, citation)


def _plain(advice: str) -> str:
    """Return an advice without the places its message fills in."""
    for blank, word in _IN_GENERAL.items():
        advice = advice.replace(blank, word)
    return advice
