"""Read the case tables and the example figures. A case: name, input, previous, rest, overwritten, findings.

input        what the clerk typed, by field id; the table's name may be left out where that is clear
rest         what stands in every other figure: 0, or "blank"; prose and contacts are filled unless input says otherwise
previous     last year's figures, by field id
overwritten  figures that stand in total cells in place of the formulas
findings     every finding expected, as "name @ place": the row or column, the field, or the table of blank cells
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.filing.checking import largest_table
from toolkit.filing.filing import Filing
from toolkit.form.checks import is_blank
from toolkit.form.ids import COVER
from toolkit.form.registry import form_for_year, form_of_edition
from toolkit.form.rules import bind_rules
from toolkit.form.values import Kind, Paragraph
from toolkit.workbook.answers.values import parse_answers, parse_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.filing.findings import Finding
    from toolkit.form.model import Form
    from toolkit.form.values import Figure, Value

ROOT = Path(__file__).parents[1]
FIGURES = ROOT / "examples" / "figures"
SMALL = ROOT / "examples" / "foi_return" / "forms"
CASES = ROOT / "tests" / "cases"
EDITIONS = ("2019", "2021")


# One sentence that any section may hold: it says what each owes.
SENTENCE = "示例文字：主动公开、依申请公开、政府信息管理、平台建设、监督保障均正常，没有收取信息处理费。"


@dataclass(frozen=True)
class Case:
    """One row of a case table, bound to an edition."""

    name: str
    form: Form
    typed: Mapping[str, Value]
    rest: Figure | None = 0
    previous: Mapping[str, Figure] = field(default_factory=dict)
    overwritten: Mapping[str, Figure] = field(default_factory=dict)
    findings: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the name a failing test shows."""
        return f"{self.form.edition}: {self.name}"

    @property
    def filing(self) -> Filing:
        """The filing the case describes."""
        answers = {**full_answers(self.form, self.rest), **self.typed}
        blank = {self.form.fields[name].table for name, value in self.typed.items() if is_blank(value)}
        declared = _declared(self.form, self.rest) - blank
        return Filing(self.form, "示例机关", "001", self.form.first_year, answers, self.previous, declared=declared)


def full_answers(form: Form, rest: Figure | None = 0) -> dict[str, Value]:
    """Return sound answers: `rest` in every typed figure, a sentence in every section, something in every contact."""
    plain: dict[Kind, Value] = {Kind.TEXT: (Paragraph(SENTENCE),), Kind.NOTE: "示例"}
    answers = {
        name: rest if entry.kind.is_required_figure else plain[entry.kind]
        for name, entry in form.fields.items()
        if entry.kind.is_required_figure or entry.kind in plain
    }
    return answers | {f"{COVER}.{note.id}": note.example for note in form.notes if note.example}


def full_filing(form: Form, rest: Figure | None = 0) -> Filing:
    """Return a filing in which nothing is wrong, or nothing but blanks when `rest` is None.

    Where all is nought it says so of the largest table, and is not asked whether it means it.
    """
    answers = full_answers(form, rest)
    return Filing(form, "示例机关", "001", form.first_year, answers, declared=_declared(form, rest))


def undeclared(form: Form) -> Filing:
    """Return a filing with 0 typed into every figure and nothing declared."""
    return replace(full_filing(form), declared=frozenset())


def _declared(form: Form, rest: Figure | None) -> frozenset[str]:
    return frozenset({largest_table(form)} if rest == 0 else ())


def as_value(raw: object) -> Value:
    """Return what JSON or TOML gives as the model holds it: lists are paragraphs."""
    if isinstance(raw, list):
        return tuple(Paragraph(text) for text in raw)
    assert raw is None or isinstance(raw, int | Decimal | str), raw
    return raw


def full_id(form: Form, name: str) -> str:
    """Return the field id that a case's short name stands for."""
    found = [known for known in form.fields if known == name or known.endswith(f".{name}")]
    exact = [known for known in found if known == name or known.count(".") == 2]
    assert len(exact) == 1, f"{form.edition}: {name} stands for {exact or 'no field'}"
    return exact[0]


def load_cases() -> list[Case]:
    """Return every case of every table; those in both.toml once for each edition."""
    return [
        _case(form_of_edition(edition, SMALL), entry)
        for path in sorted(CASES.glob("*.toml"))
        for edition in (EDITIONS if path.stem == "both" else (path.stem,))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)["case"]
    ]


def _case(form: Form, entry: dict[str, Any]) -> Case:
    known = {"name", "input", "previous", "rest", "overwritten", "findings"}
    assert set(entry) <= known, f"{entry['name']}: {set(entry) - known}"
    sides = {
        key: {full_id(form, name): as_value(raw) for name, raw in entry.get(key, {}).items()}
        for key in ("input", "previous", "overwritten")
    }
    rest = None if entry.get("rest", 0) == "blank" else entry.get("rest", 0)
    return Case(
        entry["name"], form, sides["input"], rest, sides["previous"], sides["overwritten"], tuple(entry["findings"])
    )


def place_of(form: Form, finding: Finding) -> str:
    """Return a finding as the case tables write it."""
    fields = tuple(place.field for place in finding.places)
    for check in bind_rules(form):
        if check.rule == finding.name and check.fields == fields:
            return f"{finding.name} @ {check.key.partition('.')[2]}"
    rules = {rule.id: rule.kind for rule in form.rules}
    table, _, place = fields[0].partition(".")
    blank = rules.get(finding.name) == "required"
    return f"{finding.name} @ {table if blank or not place else fields[0] if table == 'control' else place}"


def example_filing(name: str) -> Filing:
    """Return one of the examples' filings, `name` being its file without the ending, the year last."""
    form = form_for_year(year := int(name.rpartition("_")[2]))
    raw = parse_json((FIGURES / f"{name}.json").read_bytes(), name)
    return Filing(form, name, "001", year, parse_answers(form, raw, name))
