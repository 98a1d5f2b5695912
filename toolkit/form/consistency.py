"""What a well-shaped definition can still have wrong: dangling ids, citations and limits of the workbook format."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from itertools import chain
from string import Formatter
from typing import TYPE_CHECKING

from toolkit.errors import nearest
from toolkit.form.cellrules import CELL_KINDS
from toolkit.form.grid import table_grid
from toolkit.form.guidance.examples import example_sides
from toolkit.form.ids import RESERVED, control_id, figure_id
from toolkit.form.marks import MARK
from toolkit.form.model import leaves
from toolkit.form.rules import TABLE_KINDS, table_rule
from toolkit.form.values import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from toolkit.form.model import Form, Mark, Rule, Table

FORM, RULES, SOURCES, MARKS, PHRASES = "form.toml", "rules.toml", "sources.toml", "marks.toml", "phrases.toml"
DUTIES = "duties.toml"
# Limits of the file format (ECMA-376 and Excel's published specification): sheet names, validation messages.
SHEET_NAME = 31
SHEET_NAME_FORBIDDEN = set("[]:*?/\\")
MESSAGE = 255
PLACEHOLDERS = {
    "report_title": ("organ", "year"),
    "preamble": ("organ", "year"),
    "signature": ("organ", "year"),
    "date": ("year", "month", "day"),
}


def find_mistakes(form: Form, unsound: Collection[str] = ()) -> Iterator[str]:
    """Yield every mistake of meaning in a form, each with its file and path.

    `unsound` names the definition files whose shape is wrong: the form holds nothing of them (of the rules, only the
    sound ones), so nothing is said that they could disprove.
    """
    if FORM not in unsound:
        yield from _unique(f"{FORM}：section", [section.id for section in form.sections])
        yield from _unique(f"{FORM}：note", [note.id for note in form.notes])
        yield from _sheet_names(form)
        yield from _words(form)
        yield from _answers(form)
    yield from _unique(f"{RULES}：rule", [rule.id for rule in form.rules])
    yield from _unique(f"{SOURCES}：source", [source.id for source in form.sources])
    if SOURCES not in unsound:
        yield from _citations(form, whole=not unsound)
    nested = {table.id: list(_table_mistakes(table)) or list(_grid_mistakes(table)) for table in form.tables}
    yield from chain(*nested.values())
    # What rules and marks name cannot be looked up in a table that is not sound.
    sound = dataclasses.replace(form, tables=tuple(table for table in form.tables if not nested[table.id]))
    yield from _rules(sound, unsound)
    if not unsound:
        yield from _example(sound)
    yield from _marks(sound, unsound)
    yield from _phrases(sound, unsound)
    yield from _unique(f"{DUTIES}：duty", [duty.id for duty in form.duties])
    yield from _duties(sound, unsound)


def _rules(form: Form, unsound: Collection[str]) -> Iterator[str]:
    tables = {table.id for table in form.tables}
    named = {rule: list(_rule_mistakes(form, rule, unsound)) for rule in form.rules}
    yield from chain(*named.values())
    whole = RULES not in unsound
    if whole:
        yield from _unjudged(form)
    # Nor can rules be bound that name what is not there; what they would have added is then not known.
    sound = [rule for rule, mistakes in named.items() if not mistakes and (not rule.table or rule.table in tables)]
    yield from _binding_mistakes(form, sound, whole=whole and not any(named.values()))


def _unique(where: str, ids: Sequence[str]) -> Iterator[str]:
    for entry, times in Counter(ids).items():
        if times > 1:
            yield f"{where}[{entry}] 出现了 {times} 次"


def _sheet_names(form: Form) -> Iterator[str]:
    names = [form.words.cover, *(section.sheet for section in form.sections), form.words.checks, form.words.help]
    yield from _unique(f"{FORM}：工作表名", names)
    for name in names:
        if len(name) > SHEET_NAME or SHEET_NAME_FORBIDDEN & set(name):
            yield f"{FORM}：工作表名“{name}”太长（最多 {SHEET_NAME} 字）或含有 [ ] : * ? / \\"


LONGEST_ANSWER = 60  # characters; a longer one is not read


def _answers(form: Form) -> Iterator[str]:
    for question in form.questions:
        if len(question.answer) > LONGEST_ANSWER:
            yield f"{FORM}：question[{question.ask}] 的答复有 {len(question.answer)} 个字，最多 {LONGEST_ANSWER} 个字"


def _example(form: Form) -> Iterator[str]:
    """Yield what keeps the example from being drawn: rows that are none, a table without a balance, unequal sides."""
    if not form.example:
        return
    rule = next((rule for rule in form.rules if rule.kind == "balance"), None)
    if rule is None:
        yield f"{FORM}：example 要画出平衡关系，表里却没有 balance 规则"
        return
    table = next((table for table in form.tables if table.id == rule.table), None)
    if table is None:  # not sound, which is said elsewhere
        return
    known = {row.id for row in table.leaf_rows()}
    unknown = [entry.row for entry in form.example if entry.row not in known]
    if unknown:
        yield f"{FORM}：example 的行“{unknown[0]}”不在表“{rule.table}”里{nearest(unknown[0], known)}"
        return
    left, right = example_sides(form)
    if sum(left) != sum(right):
        yield f"{FORM}：example 不平衡，左边 {sum(left)}，右边 {sum(right)}"


def _words(form: Form) -> Iterator[str]:
    if form.last_year is not None and form.last_year < form.first_year:
        yield f"{FORM}：form.last_year 的 {form.last_year} 早于 first_year 的 {form.first_year}"
    for name, allowed in PLACEHOLDERS.items():
        for _, placeholder, _, _ in Formatter().parse(getattr(form.words, name)):
            if placeholder is not None and placeholder not in allowed:
                hint = nearest(placeholder, allowed)
                yield f"{FORM}：words.{name} 不认识 {{{placeholder}}}{hint}，可用：{'、'.join(allowed)}"


def _citations(form: Form, *, whole: bool) -> Iterator[str]:
    known = [source.id for source in form.sources]
    for where, reference in _references(form):
        name = reference.partition(":")[0]
        if name and name not in known:
            yield f"{where}.source 引用的“{name}”不在 sources.toml 中{nearest(name, known)}"
    cited = {reference.partition(":")[0] for _, reference in _references(form)}
    for source in form.sources:
        if whole and source.id not in cited:
            yield f"{SOURCES}：source[{source.id}] 没有被引用"


def _references(form: Form) -> Iterator[tuple[str, str]]:
    yield from ((f"{DUTIES}：duty[{duty.id}]", duty.source) for duty in form.duties)
    yield f"{FORM}：form", form.source
    for section in form.sections:
        yield f"{FORM}：section[{section.id}]", section.source
    for table in form.tables:
        yield f"{table.id}.toml：table", table.source
        for row in table.rows:
            yield f"{table.id}.toml：row[{row.id}]", row.source
        for column in table.columns:
            yield f"{table.id}.toml：column[{column.id}]", column.source
    for rule in form.rules:
        yield f"{RULES}：rule[{rule.id}]", rule.source
    for source in form.sources:
        yield f"{SOURCES}：source[{source.id}].under", source.under


def _table_mistakes(table: Table) -> Iterator[str]:
    name = f"{table.id}.toml"
    if table.id in RESERVED:
        yield f"{name}：“{table.id}”是保留的名称"
    bands = [band.id for band in table.bands]
    yield from _unique(f"{name}：band", bands)
    yield from _unique(f"{name}：row", [row.id for row in table.rows])
    yield from _parents(f"{name}：row", [(row.id, row.parent) for row in table.rows])
    for row in table.rows:
        yield from _known(f"{name}：row[{row.id}].band", [row.band], bands)
    for column in table.columns:
        yield from _known(f"{name}：column[{column.id}].bands", column.bands, bands)
    for band in bands:
        columns = table.columns_of(band)
        yield from _unique(f"{name}：column", [column.id for column in columns])
        yield from _parents(f"{name}：column", [(column.id, column.parent) for column in columns])
        if not columns or not table.leaf_rows(band):
            yield f"{name}：band[{band}] 没有行或没有列"
    yield from _unique(f"{name}：control", [control.id for control in table.controls])
    yield from _controls(table)


def _grid_mistakes(table: Table) -> Iterator[str]:
    try:
        table_grid(table)
    except ValueError:
        yield f"{table.id}.toml：行列拼不成一张表。请检查 parent：同一标题下的行（或列）应连在一起，中间不夹别的"


def _controls(table: Table) -> Iterator[str]:
    columns = [column.id for band in table.bands for column in table.leaf_columns(band.id)]
    for control in table.controls:
        where = f"{table.id}.toml：control[{control.id}]"
        yield from _known(f"{where}.rows", control.rows, [row.id for row in table.rows])
        yield from _known(f"{where}.column", [control.column], columns)


def _parents(where: str, entries: Sequence[tuple[str, str]]) -> Iterator[str]:
    seen: list[str] = []
    for entry, parent in entries:
        if parent and parent not in seen:
            known = [name for name, _ in entries]
            hint = "应排在它之前" if parent in known else f"没有这个{nearest(parent, known)}"
            yield f"{where}[{entry}].parent 的“{parent}”{hint}"
        seen.append(entry)


def _known(where: str, wanted: Iterable[str], known: Sequence[str]) -> Iterator[str]:
    for name in wanted:
        if name not in known:
            yield f"{where} 的“{name}”不存在{nearest(name, known)}"


def _rule_mistakes(form: Form, rule: Rule, unsound: Collection[str]) -> Iterator[str]:
    where = f"{RULES}：rule[{rule.id}]"
    if len(rule.advice) > MESSAGE:
        yield f"{where}.advice 超过 {MESSAGE} 字，放不进表格的提示框"
    if rule.kind not in TABLE_KINDS:
        return
    yield from _table_named(f"{where}.table", rule.table, form, unsound)
    if rule.table in [table.id for table in form.tables]:
        yield from _parameter_mistakes(where, form.table(rule.table), rule)


def _table_named(where: str, table: str, form: Form, unsound: Collection[str]) -> Iterator[str]:
    if FORM not in unsound:
        yield from _known(where, [table], [section.id for section in form.sections if section.is_table])


def _parameter_mistakes(where: str, table: Table, rule: Rule) -> Iterator[str]:
    kind = table_rule(rule)
    known = {"row": [row.id for row in table.rows], "column": [column.id for column in table.columns]}
    for parameter in dataclasses.fields(kind) if kind is not None else ():
        names = parameter.metadata.get("names")
        if names is None:
            continue
        value = getattr(kind, parameter.name)
        if not value:
            if parameter.name not in {"rows", "plus", "minus"}:
                yield f"{where} 缺少“{parameter.name}”"
            continue
        yield from _known(f"{where}.{parameter.name}", [value] if isinstance(value, str) else value, known[names])


def _unjudged(form: Form) -> Iterator[str]:
    """Every kind of figure a form asks for must have a rule that says what may stand there."""
    kinds = [CELL_KINDS[rule.kind] for rule in form.rules if rule.kind in CELL_KINDS]
    judged = {name for kind in kinds if kind.says_what_may_stand for name in kind.kinds}
    used = {
        column.kind for table in form.tables for band in table.bands for column in leaves(table.columns_of(band.id))
    }
    for kind in sorted(used - judged - {Kind.COMPUTED}):
        yield f"{RULES}：没有规则说明“{kind}”类的格子可以填什么"


def _marks(form: Form, unsound: Collection[str]) -> Iterator[str]:
    yield from _unique(f"{MARKS}：mark", [mark.label for mark in form.marks])
    for mark in form.marks:
        where = f"{MARKS}：mark[{mark.label}]"
        yield from _table_named(f"{where}.table", mark.table, form, unsound)
        if mark.table in [table.id for table in form.tables]:
            yield from _mark_mistakes(where, form.table(mark.table), mark)
    labels, prose = [mark.label for mark in form.marks], [entry.id for entry in form.sections if not entry.is_table]
    for draft in form.drafts:
        where = f"{MARKS}：draft[{draft.text[:10]}…]"
        if FORM not in unsound:
            yield from _known(f"{where}.section", [draft.section], prose)
        yield from _known(f"{where}.text", [found[1] for found in MARK.finditer(draft.text)], labels)
    for chart in form.charts:
        where = f"{MARKS}：chart[{chart.title}]"
        yield from _table_named(f"{where}.table", chart.table, form, unsound)
        yield from _known(f"{where}.marks", chart.marks, labels)


def _phrases(form: Form, unsound: Collection[str]) -> Iterator[str]:
    for phrase in form.phrases:
        where = f"{PHRASES}：phrase[{phrase.words[0] if phrase.words else ''}]"
        if not phrase.table:
            continue
        if phrase.conventions and len(phrase.conventions) != len(phrase.readings):
            given, wanted = len(phrase.conventions), len(phrase.readings)
            yield f"{where}.conventions 有 {given} 个，sums 和 columns 有 {wanted} 种，应一样多"
        yield from _table_named(f"{where}.table", phrase.table, form, unsound)
        if phrase.table in [table.id for table in form.tables]:
            table = form.table(phrase.table)
            rows = [row for rows, _ in phrase.readings for row in rows]
            yield from _known(f"{where}.sums", rows, [row.id for row in table.rows])
            columns = [column.id for band in table.bands for column in table.leaf_columns(band.id)]
            yield from _known(f"{where}.columns", [name for _, names in phrase.readings for name in names], columns)


def _duties(form: Form, unsound: Collection[str]) -> Iterator[str]:
    prose = [section.id for section in form.sections if not section.is_table]
    for duty in form.duties:
        where = f"{DUTIES}：duty[{duty.id}]"
        if duty.section and FORM not in unsound:
            yield from _known(f"{where}.section", [duty.section], prose)
        for pattern in (*(duty.words if duty.kind != "pairs" else ()), duty.pattern, *duty.exclusive):
            try:
                re.compile(pattern)
            except re.error as error:
                yield f"{where} 的“{pattern}”不是合格的正则表达式（{error}）"
        if duty.table:
            yield from _table_named(f"{where}.table", duty.table, form, unsound)
        if duty.table in [table.id for table in form.tables]:
            table = form.table(duty.table)
            rows = [row for rows in duty.rows for row in rows.split("+")]
            yield from _known(f"{where}.rows", rows, [row.id for row in table.rows])
            columns = [column.id for band in table.bands for column in table.leaf_columns(band.id)]
            yield from _known(f"{where}.columns", duty.columns, columns)


def _mark_mistakes(where: str, table: Table, mark: Mark) -> Iterator[str]:
    yield from _known(f"{where}.rows", mark.rows, [row.id for row in table.rows])
    bands = {row.band for row in table.rows if row.id in mark.rows}
    columns = [column.id for band in bands for column in table.leaf_columns(band)]
    if bands:  # the columns of rows that are not there are not known
        yield from _known(f"{where}.column", [mark.column], columns)


def _binding_mistakes(form: Form, rules: Iterable[Rule], *, whole: bool) -> Iterator[str]:
    """A rule may relate only cells that exist, and every computed cell needs exactly one rule that adds it."""
    figures = {cell.field for table in form.tables for cell in table_grid(table).data()}
    controls = {control_id(control.id) for table in form.tables for control in table.controls}
    added: set[str] = set()
    for rule in rules:
        kind = table_rule(rule)
        for bound in kind.sides(form.table(rule.table)) if kind is not None else ():
            for term in (*bound.left, *bound.right):
                if term.field not in figures | controls:
                    row, column = term.field.split(".")[1:]
                    yield f"{RULES}：rule[{rule.id}] 指向不存在的格子：“{row}”行“{column}”列（标题行列不能直接用）"
            if kind is not None and kind.is_total:
                added.add(bound.left[0].field)
    computed = set(_computed(form))
    for field in sorted(computed - added) if whole else ():
        yield f"{RULES}：没有规则算出“{field}”，它的行或列是 computed"
    for field in sorted(added - computed):
        yield f"{RULES}：有规则算出“{field}”，它的行或列却不是 computed"


def _computed(form: Form) -> Iterator[str]:
    for table in form.tables:
        for row in table.leaf_rows():
            for column in table.leaf_columns(row.band):
                if Kind.COMPUTED in (row.kind, column.kind):
                    yield figure_id(table.id, row.id, column.id)
