"""Fillings at random: what clerks type, and what should never be typed, for tests that compare sheet and Python."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.documents.numerals import read_number
from toolkit.filing.filing import Filing, Pasted
from toolkit.form.checks import State, number, typed_parts
from toolkit.form.ids import nought_id
from toolkit.form.rules import bind_rules, total_parts
from toolkit.form.values import Kind, Paragraph
from toolkit.workbook.returned.normalising import FIGURES
from toolkit.workbook.template.blank import carried_figures

if TYPE_CHECKING:
    from toolkit.form.checks import Check
    from toolkit.form.model import Field, Form
    from toolkit.form.values import Value

ODD: tuple[Value, ...] = (
    *("减4", "１２", "12", " ", "\u3000", "-", "/", "无", "1,200", "12件"),
    *(-1, -250, Decimal("2.5"), Decimal("0.125")),
)
PROSE = (
    (),
    (Paragraph("本年度工作有序开展。"),),
    (Paragraph("新收{本年新收}件，{无此标记}，转下年{结转下年度}件"), Paragraph("收费{收费金额}万元")),
    (Paragraph("（一）主要做法", 1), Paragraph("=1+1 开头的文字仍是文字"), Paragraph("-减号开头")),
    (Paragraph("\u3000\u00a0 "),),
)


def random_filing(form: Form, year: int, seed: int) -> Filing:
    """Return a filing whose cells are blank, sound or odd at rates that differ from filing to filing."""
    dice = random.Random(seed)  # noqa: S311 (the same fillings every time)
    blank, odd, big = (dice.choice([0, 0, 0.02, 0.3]) for _ in range(3))
    if dice.random() < 0.3:
        blank = odd = 0
    previous = {}
    if dice.random() < 0.6:
        before = random_filing_values(form, dice, 0, 0, big)
        figures = Filing(form, "前", "", year - 1, before).figures()
        previous = {name: figure for name, figure in figures.items() if dice.random() < 0.95}
    answers = random_filing_values(form, dice, blank, odd, big)
    if dice.random() < 0.5:
        answers |= {name: value for name, value in carried_figures(form, previous).items() if dice.random() < 0.9}
    filing = Filing(form, f"示例机关{seed}", f"C{seed:04d}", year, answers, previous, declared=_declared(form, seed))
    return _pasted(sound(filing, dice) if dice.random() < 0.5 else filing, seed)


def _pasted(filing: Filing, seed: int) -> Filing:
    """Return the filing with a table pasted in whole, in every fourth one: other figures stand under some of them."""
    dice = random.Random(~seed)  # noqa: S311 (the same every time)
    form = filing.form
    table = dice.choice([section.id for section in form.sections if section.is_table])
    if seed % 4 != 2:
        return filing
    names = [name for name, field in form.fields.items() if field.table == table and field.kind.is_figure]
    figures = {name: filing.values[name] for name in names if name in filing.answers or dice.random() < 0.5}
    typed = {name: dice.choice([None, 7, figures[name]]) for name in figures if dice.random() < 0.3}
    return replace(filing, pasted={table: Pasted(figures, typed)})


def given(filing: Filing) -> dict[str, Value]:
    """Return all that is to be written into a workbook for a filing: its answers, and what it declares."""
    return {**filing.answers, **{nought_id(table): filing.form.words.nought for table in sorted(filing.declared)}}


def _declared(form: Form, seed: int) -> frozenset[str]:
    """Return the tables whose blanks are declared nought, in every third filling, by dice of their own."""
    dice = random.Random(~seed)  # noqa: S311 (the same every time)
    tables = [section.id for section in form.sections if section.is_table]
    return frozenset(table for table in tables if seed % 3 == 1 and dice.random() < 0.7)


def random_filing_values(form: Form, dice: random.Random, blank: float, odd: float, big: float) -> dict[str, Value]:
    """Return a value for every typed field."""
    values = {}
    for field in form.fields.values():
        if field.kind is not Kind.COMPUTED:
            values[field.id] = _value(field, dice, blank, odd, big)
    return {name: value for name, value in values.items() if value is not None}


def _value(field: Field, dice: random.Random, blank: float, odd: float, big: float) -> Value:
    if field.kind is Kind.TEXT:
        return dice.choice(PROSE[1:4] if dice.random() >= blank else PROSE)
    if field.kind in {Kind.NOTE, Kind.EXPLANATION}:
        return dice.choice([None, "示例说明", "=A1"])
    if dice.random() < (blank or 0.6 * (field.kind is Kind.CONTROL)):
        return None
    return dice.choice(ODD) if dice.random() < odd else _figure(field, dice, big)


def _figure(field: Field, dice: random.Random, big: float) -> Value:
    if field.kind is Kind.AMOUNT:
        return dice.choice([0, Decimal("59237.2449"), Decimal("0.1"), Decimal("0.1234567"), 316441])
    figure = dice.choice([0, 0, 1, 2, dice.randrange(40), dice.randrange(10**6) if dice.random() < big else 3])
    return -figure if field.kind is Kind.SIGNED and dice.random() < 0.5 else figure


def as_read(filing: Filing) -> Filing:
    """Return the filing with every text that is unmistakably a number taken for it, as reading a workbook does."""
    taken: dict[str, Value] = {}
    for name, value in filing.answers.items():
        field = filing.form.fields[name]
        if isinstance(value, str) and field.kind in FIGURES:
            written = read_number(value, field.unit)
            taken |= {} if written.value is None else {name: written.value}
    return filing.with_answers(taken)


def sound(filing: Filing, dice: random.Random) -> Filing:
    """Return the filing with every error mended by adding to a typed cell of the side that falls short."""
    for check in bind_rules(filing.form):
        if check.is_total or check.broken is not State.BROKEN:
            continue
        if check.check(filing.values, filing.previous).state is State.BROKEN:
            filing = filing.with_answers(dict([_mended(filing, check, dice)]))
    return filing


def _mended(filing: Filing, check: Check, dice: random.Random) -> tuple[str, Value]:
    left, right = check.sides(filing.values, filing.previous)
    side, lack = (check.left, right - left) if right > left or check.previous_fields else (check.right, left - right)
    lack = right - left if check.previous_fields or check.optional else lack
    side = check.left if check.optional else side
    typed = [field for term in side for field in typed_parts(term.field, total_parts(filing.form))]
    field = typed[0] if check.previous_fields else dice.choice(typed)
    return field, number(filing.values[field]) + lack


def of_another_organ(filing: Filing, dice: random.Random) -> Filing:
    """Return a filing as another organ of the round would send it: other figures, other words, often fewer of them."""
    answers: dict[str, Value] = {}
    for name, value in filing.answers.items():
        if isinstance(value, int) and value:
            answers[name] = dice.randint(1, 2 * value)
        elif isinstance(value, tuple):
            said = value[: len(value) - dice.randint(0, 1)] or value
            answers[name] = tuple(Paragraph(redigited(one.text, dice), one.level) for one in said)
    organ = f"示例市第{dice.randint(1, 999)}局"
    return replace(filing, organ=organ, answers={**filing.answers, **answers})


def redigited(text: str, dice: random.Random) -> str:
    """Return a text with other digits in it."""
    return "".join(str(dice.randint(1, 9)) if sign.isdecimal() else sign for sign in text)
