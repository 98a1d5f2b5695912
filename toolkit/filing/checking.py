"""Run a form's rules over a filing and gather every finding in one pass."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.errors import nearest
from toolkit.filing.filing import DATE_NOTE
from toolkit.filing.findings import Finding, Place, Severity, paragraph_place, raise_finding, show
from toolkit.filing.unlikely import SUBUNITS
from toolkit.form.cellrules import cell_checks
from toolkit.form.checks import Check, Outcome, Relation, State, is_blank, is_number, number
from toolkit.form.ids import COVER, explanation_id
from toolkit.form.marks import odd_marks
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.filing.filing import Filing
    from toolkit.form.checks import CellCheck
    from toolkit.form.model import Field, Form
    from toolkit.form.values import Figure

SEVERITIES = {State.BROKEN: Severity.ERROR, State.DOUBTFUL: Severity.WARNING}
DATE_FIELD = f"{COVER}.{DATE_NOTE}"
ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
_CHOICE = "整张表都没有发生的，在表上方选“{words}”。"
_PRINTED = "整张表都没有发生的，每一格都填 0。"


def check_filing(filing: Filing) -> tuple[Finding, ...]:
    """Return every finding about a filing's answers, errors first, each group in the order of the form."""
    found = [*_cell_findings(filing), *_relation_findings(filing), *_about_cover(filing), *_unknown_marks(filing)]
    found += [*_in_a_smaller_unit(filing), *_about_nought(filing)]
    return tuple(sorted(found, key=lambda finding: ORDER[finding.severity]))


def _cell_findings(filing: Filing) -> Iterator[Finding]:
    blanks: dict[str, list[Field]] = {}
    for field_id, (check, state) in filing.broken.items():
        field = filing.form.fields[field_id]
        if field.id in filing.not_asked:
            continue
        if is_blank(filing.values[field.id]) and field.kind is not Kind.TEXT:
            blanks.setdefault(f"{check.rule}/{field.table}", []).append(field)
        else:
            yield _cell_finding(filing, field, check, state)
    for fields in blanks.values():
        yield _blank_finding(filing, fields)


def _cell_finding(filing: Filing, field: Field, check: CellCheck, state: State) -> Finding:
    value = filing.values[field.id]
    found = "没有文字" if field.kind is Kind.TEXT else f"填的是 {show(value)}"
    return Finding(
        name=check.rule,
        severity=SEVERITIES[state],
        message=f"“{field.label}”{found}；要求：{check.title}",
        advice=check.advice,
        places=(Place(field.id, field.label),),
        figures={} if field.kind is Kind.TEXT else {field.label: value},
        source=check.source,
    )


def _blank_finding(filing: Filing, fields: list[Field]) -> Finding:
    check = next(check for check in cell_checks(filing.form)[fields[0].kind] if check.judge(None))
    heading = filing.form.section(fields[0].table).heading
    shown = "、".join(f"“{field.label}”" for field in fields[:3])
    more = f"等 {len(fields)} 格" if len(fields) > len(fields[:3]) else ""
    return Finding(
        name=check.rule,
        severity=SEVERITIES[check.broken],
        message=f"“{heading}”有 {len(fields)} 格没有填：{shown}{more}",
        advice=f"{check.advice}{_all_blank(filing, fields)}",
        places=tuple(Place(field.id, field.label) for field in fields),
        source=check.source,
    )


def _all_blank(filing: Filing, fields: list[Field]) -> str:
    """Return the way to say once that a table has nothing, where not one of its figures was typed."""
    required = _required(filing.form, fields[0].table)
    return _CHOICE.format(words=filing.form.words.nought) if required and len(fields) == len(required) else ""


def as_printed(finding: Finding, form: Form) -> Finding:
    """Return a finding for a document: there is nothing above its tables that could be chosen."""
    advice = finding.advice.removesuffix(_CHOICE.format(words=form.words.nought))
    return finding if advice == finding.advice else replace(finding, advice=f"{advice}{_PRINTED}")


def _about_nought(filing: Filing) -> Iterator[Finding]:
    words = filing.form.words.nought
    for section in filing.form.sections:
        count = filing.counted_as_nought(section.id)
        if count:
            places = [Place("", section.heading, section.sheet)]
            yield raise_finding("nought_declared", places, section=section.heading, words=words, count=count)
    alone = _typed_noughts(filing)
    if largest_table(filing.form) in alone:
        sections = [filing.form.section(table) for table in alone]
        places = [Place("", section.heading, section.sheet) for section in sections]
        headings = "、".join(f"“{section.heading}”" for section in sections)
        yield raise_finding("all_nought", places, sections=headings, words=words)


@lru_cache(maxsize=16)
def largest_table(form: Form) -> str:
    """Return the table that asks for most figures; where it is all 0, the clerk is asked whether that is meant."""
    return max((table.id for table in form.tables), key=lambda table: len(_required(form, table)))


def _typed_noughts(filing: Filing) -> tuple[str, ...]:
    """Return the tables whose every figure was given as 0 though nobody declared that there was nothing."""
    asked = [table.id for table in filing.form.tables if table.id not in filing.declared]
    return tuple(table for table in asked if all(filing.figure(one) == 0 for one in _required(filing.form, table)))


@lru_cache(maxsize=1 << 6)
def _required(form: Form, table: str) -> tuple[str, ...]:
    return tuple(one.id for one in form.fields.values() if one.table == table and one.kind.is_required_figure)


def _relation_findings(filing: Filing) -> Iterator[Finding]:
    for check, outcome in filing.outcomes.items():
        if outcome.state in SEVERITIES:
            yield relation_finding(filing, check, outcome)


def relation_finding(filing: Filing, check: Check, outcome: Outcome) -> Finding:
    """Return the finding that a check over the tables gives, with what the clerk says to it."""
    rule = filing.form.rule(check.rule)
    left, right = f"{check.left_label}＝{show(outcome.left)}", f"{check.right_label}＝{show(outcome.right)}"
    explanation = filing.text(explanation_id(check.key)).strip()
    said = f"（填报人说明：{explanation}）" if explanation else ""
    subject = f"“{check.subject}”" if check.subject else ""
    return Finding(
        name=check.rule,
        severity=SEVERITIES[outcome.state],
        message=f"{subject}{left}，{right}，{_demand(check, outcome)}（{check.title}）{said}",
        advice=rule.advice,
        places=tuple(Place(name, filing.form.fields[name].label) for name in check.fields),
        figures={check.left_label: outcome.left, check.right_label: outcome.right},
        source=check.source,
        explanation=explanation,
    )


def _demand(check: Check, outcome: Outcome) -> str:
    """Return what two sides that break their relation should have been to each other."""
    difference: Figure = outcome.difference or 0
    gap = show(difference if difference > 0 else -difference)
    return {
        Relation.EQUAL: f"两边应相等，相差 {gap}",
        Relation.AT_LEAST: f"前者应不小于后者，少 {gap}",
        Relation.NOT_BY_CHANCE: "两边一般不会恰好相等",
        Relation.STEADY: f"相差 {gap}，达到 {check.times} 倍或不足 {check.times} 分之一",
    }[check.relation]


def _unknown_marks(filing: Filing) -> Iterator[Finding]:
    for section in filing.form.sections:
        if section.is_table or not filing.form.marks:
            continue
        for place, paragraph in enumerate(filing.paragraphs(section.id), 1):
            for mark in odd_marks(filing.form, paragraph.text):
                hint = nearest(mark, [f"{{{known.label}}}" for known in filing.form.marks])
                places = [paragraph_place(section, place)]
                yield raise_finding("unknown_mark", places, section=section.heading, place=place, mark=mark, hint=hint)


_LATE = 2  # years after which a report is no longer the year's report, but a slip of the date
_NEAR = 10  # times last year's figure, either way


def _in_a_smaller_unit(filing: Filing) -> Iterator[Finding]:
    """Yield an error for an amount that is like last year's once it is taken for the ten-thousandth unit."""
    for field in (field for field in filing.form.fields.values() if field.kind is Kind.AMOUNT):
        value, before = filing.answers.get(field.id), filing.previous.get(field.id)
        if not before or not is_number(value):
            continue
        likely = Decimal(number(value)) / SUBUNITS
        if number(value) >= before * (SUBUNITS // _NEAR) and before / _NEAR <= likely <= before * _NEAR:
            places, figures = [Place(field.id, field.label)], {field.label: number(value), "上年": before}
            yield raise_finding(
                "amount_in_small_unit", places, figures, label=field.label, value=show(number(value)),
                before=show(before), likely=show(likely), unit=field.unit,
            )  # fmt: skip


def _about_cover(filing: Filing) -> Iterator[Finding]:
    for note in filing.form.notes:
        field = f"{COVER}.{note.id}"
        if note.expected and is_blank(filing.values[field]):
            yield raise_finding("contact_missing", [Place(field, note.label)], label=note.label)
    if DATE_FIELD in filing.form.fields and not filing.text(DATE_FIELD).strip():
        label = filing.form.fields[DATE_FIELD].label
        yield raise_finding("date_missing", [Place(DATE_FIELD, label)], label=label)
    elif filing.text(DATE_FIELD).strip() and filing.issued_on is None:
        label = filing.form.fields[DATE_FIELD].label
        yield raise_finding("date_unreadable", [Place(DATE_FIELD, label)], label=label, found=filing.text(DATE_FIELD))
    if filing.issued_on is not None and not filing.year < filing.issued_on.year <= filing.year + _LATE:
        label = filing.form.fields[DATE_FIELD].label
        yield raise_finding(
            "date_unlikely", [Place(DATE_FIELD, label)], label=label, day=filing.issued_on, year=filing.year
        )
