"""The kinds of rule on tables a form may state, each of which binds itself to fields as checks (toolkit.form.checks).

A kind is a dataclass whose attributes are the keys it takes in rules.toml; `names` in an attribute's metadata says what
the ids in it must name, so that the definition loader can verify them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from toolkit.form.cellrules import BROKEN
from toolkit.form.checks import Check, Relation, Term, typed_parts
from toolkit.form.ids import control_id, figure_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.form.model import Form, Rule, Table

Ids = tuple[str, ...]


@dataclass(frozen=True)
class TableRule:
    """A kind of rule over the cells of one table."""

    left_label: str = ""
    right_label: str = ""
    relation: ClassVar[Relation] = Relation.EQUAL
    is_total: ClassVar[bool] = False
    settles: ClassVar[bool] = False  # whether last year's figure leaves this year's cell no choice

    def sides(self, table: Table) -> Iterator[Bound]:
        """Yield the two sides of every check this rule stands for."""
        raise NotImplementedError


@dataclass(frozen=True)
class Bound:
    """The two sides of one check and the row or column it is about."""

    left: tuple[Term, ...]
    right: tuple[Term, ...]
    row: str = ""
    column: str = ""
    key: str = ""
    subject: str = ""
    optional: Ids = ()


def _ids(names: str) -> Ids:
    return field(default=(), metadata={"names": names})


def _id(names: str) -> str:
    return field(default="", metadata={"names": names})


@dataclass(frozen=True)
class RowTotal(TableRule):
    """In every row (or in `rows`), the figure in column `into` is the sum of columns `of`."""

    into: str = _id("column")
    of: Ids = _ids("column")
    rows: Ids = _ids("row")
    is_total: ClassVar[bool] = True

    def sides(self, table: Table) -> Iterator[Bound]:
        """Yield one total per row."""
        for row in table.leaf_rows():
            if not self.rows or row.id in table.rows_under(self.rows):
                parts = [column for column in table.columns_under(self.of, row.band) if column != self.into]
                left, right = _row_terms(table, row.id, (self.into,)), _row_terms(table, row.id, parts)
                yield Bound(left, right, row=row.id, column=self.into)


@dataclass(frozen=True)
class ColumnTotal(TableRule):
    """In every column, the figure in row `into` is the sum of rows `of`; a heading stands for all rows under it."""

    into: str = _id("row")
    of: Ids = _ids("row")
    is_total: ClassVar[bool] = True

    def sides(self, table: Table) -> Iterator[Bound]:
        """Yield one total per column."""
        parts = [row for row in table.rows_under(self.of) if row != self.into]
        for column in _columns_of_row(table, self.into):
            left, right = _column_terms(table, column, (self.into,)), _column_terms(table, column, parts)
            yield Bound(left, right, row=self.into, column=column)


@dataclass(frozen=True)
class Balance(TableRule):
    """In every column, rows `left` together equal rows `right` together."""

    left: Ids = _ids("row")
    right: Ids = _ids("row")

    def sides(self, table: Table) -> Iterator[Bound]:
        """Yield one balance per column."""
        for column in _columns_of_row(table, self.left[0]):
            yield Bound(
                _column_terms(table, column, self.left), _column_terms(table, column, self.right), column=column
            )


@dataclass(frozen=True)
class NotLess(TableRule):
    """In each of `rows`, columns `left` together are not less than columns `right` together."""

    rows: Ids = _ids("row")
    left: Ids = _ids("column")
    right: Ids = _ids("column")
    relation: ClassVar[Relation] = Relation.AT_LEAST

    def sides(self, table: Table) -> Iterator[Bound]:
        """Yield one bound per row."""
        for row in table.rows_under(self.rows):
            yield Bound(_row_terms(table, row, self.left), _row_terms(table, row, self.right), row=row)


@dataclass(frozen=True)
class RowsNotLess(Balance):
    """In every column, rows `left` together are not less than rows `right` together."""

    relation: ClassVar[Relation] = Relation.AT_LEAST


@dataclass(frozen=True)
class Coincidence(TableRule):
    """In each of `rows`, `left` equals `plus` less `minus`, all but by chance a sign that a column was misread."""

    rows: Ids = _ids("row")
    left: Ids = _ids("column")
    plus: Ids = _ids("column")
    minus: Ids = _ids("column")
    relation: ClassVar[Relation] = Relation.NOT_BY_CHANCE

    def sides(self, table: Table) -> Iterator[Bound]:
        """Yield one suspicion per row."""
        for row in table.rows_under(self.rows):
            right = _row_terms(table, row, self.plus) + _row_terms(table, row, self.minus, sign=-1)
            yield Bound(_row_terms(table, row, self.left), right, row=row)


@dataclass(frozen=True)
class Carried(TableRule):
    """In every column, row `row` equals last year's row `from_row`."""

    row: str = _id("row")
    from_row: str = _id("row")
    settles: ClassVar[bool] = True

    def sides(self, table: Table) -> Iterator[Bound]:
        """Yield one equation per column."""
        for column in _columns_of_row(table, self.row):
            old = _column_terms(table, column, (self.from_row,), previous=True)
            yield Bound(_column_terms(table, column, (self.row,)), old, column=column)


@dataclass(frozen=True)
class Chain(TableRule):
    """In each of `rows`, `left` equals last year's `previous` columns, plus and minus this year's movements."""

    rows: Ids = _ids("row")
    left: Ids = _ids("column")
    previous: Ids = _ids("column")
    plus: Ids = _ids("column")
    minus: Ids = _ids("column")

    def sides(self, table: Table) -> Iterator[Bound]:
        """Yield one chain per row."""
        for row in table.rows_under(self.rows):
            old = _row_terms(table, row, self.previous, previous=True)
            moved = _row_terms(table, row, self.plus) + _row_terms(table, row, self.minus, sign=-1)
            yield Bound(_row_terms(table, row, self.left), old + moved, row=row)


@dataclass(frozen=True)
class Movement(TableRule):
    """In each of `rows`, each of `columns` is not `times` last year's figure or one `times`th of it, nor `least` away.

    Both figures are counted one higher, so that a rise from nought to a few is none. A campaign may set other `times`.
    """

    rows: Ids = _ids("row")
    columns: Ids = _ids("column")
    times: int = 5
    least: int = 20
    relation: ClassVar[Relation] = Relation.STEADY

    def sides(self, table: Table) -> Iterator[Bound]:
        """Yield one comparison per cell."""
        for row in table.rows_under(self.rows):
            for column in table.columns_under(self.columns, _band_of(table, row)):
                old = _row_terms(table, row, (column,), previous=True)
                subject = _cell_words(table, row, column)
                yield Bound(_row_terms(table, row, (column,)), old, row=row, column=column, subject=subject)


@dataclass(frozen=True)
class ControlTotals(TableRule):
    """Every independent total the clerk copied from the register equals the cells it stands for."""

    def sides(self, table: Table) -> Iterator[Bound]:
        """Yield one equation per control total of the table."""
        for control in table.controls:
            mine = control_id(control.id)
            cells = _column_terms(table, control.column, table.rows_under(control.rows))
            yield Bound((Term(mine),), cells, key=control.id, subject=control.label, optional=(mine,))


TABLE_KINDS: Mapping[str, type[TableRule]] = {
    "row_total": RowTotal,
    "column_total": ColumnTotal,
    "balance": Balance,
    "not_less": NotLess,
    "rows_not_less": RowsNotLess,
    "coincidence": Coincidence,
    "carried": Carried,
    "chain": Chain,
    "movement": Movement,
    "control_totals": ControlTotals,
}


@lru_cache(maxsize=16)
def bind_rules(form: Form) -> tuple[Check, ...]:
    """Return every check over tables that the form's rules stand for: balances first, automatic totals last."""
    parts = total_parts(form)
    kinds = [(rule, kind) for rule in form.rules if (kind := table_rule(rule)) is not None]
    bound = [check for rule, kind in kinds for check in _bind(form, rule, kind, parts)]
    return tuple(sorted(bound, key=lambda check: check.is_total))


@lru_cache(maxsize=16)
def total_parts(form: Form) -> Mapping[str, Ids]:
    """Return for each computed field the fields it adds. Where two rules give one, the first stated counts."""
    parts: dict[str, Ids] = {}
    for rule in form.rules:
        kind = table_rule(rule)
        if kind is not None and kind.is_total:
            for bound in kind.sides(form.table(rule.table)):
                parts.setdefault(bound.left[0].field, tuple(term.field for term in bound.right))
    return parts


def table_rule(rule: Rule) -> TableRule | None:
    """Return a rule as its kind with the parameters filled in, or None when it is a rule on single cells."""
    if rule.kind not in TABLE_KINDS:
        return None
    kind = TABLE_KINDS[rule.kind]
    taken = {parameter.name for parameter in fields(kind)}
    return kind(**{name: value for name, value in rule.parameters if name in taken})  # type: ignore[arg-type]


def _bind(form: Form, rule: Rule, kind: TableRule, parts: Mapping[str, Ids]) -> Iterator[Check]:
    table = form.table(rule.table)
    for bound in kind.sides(table):
        subject = bound.subject or _subject(table, bound)
        this_year = [term.field for term in (*bound.left, *bound.right) if not term.previous]
        yield Check(
            key=f"{rule.id}.{bound.key or '.'.join(name for name in (bound.row, bound.column) if name)}",
            rule=rule.id,
            title=rule.title,
            subject=subject,
            source=rule.source,
            broken=BROKEN[rule.severity],
            relation=kind.relation,
            left=bound.left,
            right=bound.right,
            left_label=kind.left_label,
            right_label=kind.right_label,
            inputs=tuple(dict.fromkeys(typed for name in this_year for typed in typed_parts(name, parts))),
            table=table.id,
            row=bound.row,
            column=bound.column,
            optional=bound.optional,
            is_total=kind.is_total,
            parts=parts,
            times=getattr(kind, "times", 0),
            least=getattr(kind, "least", 0),
        )


def _subject(table: Table, bound: Bound) -> str:
    row = table.row_path(bound.row)[-1].label if bound.row else ""
    bands = [entry.band for entry in table.rows if entry.id == bound.row] or [table.bands[0].id]
    column = table.column_path(bound.column, bands[0])[-1].label if bound.column else ""
    return " · ".join(label for label in (row, column) if label)


def _cell_words(table: Table, row: str, column: str) -> str:
    """Return row and column in words, with the headings of the column but one that stands over all columns."""
    headings = table.column_path(column, band := _band_of(table, row))
    is_over_all = len({table.column_path(leaf.id, band)[0].id for leaf in table.leaf_columns(band)}) == 1
    labels = [table.row_path(row)[-1].label, *(entry.label for entry in headings[is_over_all:] or headings)]
    return " · ".join(filter(None, labels))


def _columns_of_row(table: Table, row: str) -> tuple[str, ...]:
    return tuple(column.id for column in table.leaf_columns(_band_of(table, row)))


def _band_of(table: Table, row: str) -> str:
    return next(entry.band for entry in table.rows if entry.id == row)


def _row_terms(
    table: Table, row: str, columns: tuple[str, ...] | list[str], *, sign: int = 1, previous: bool = False
) -> tuple[Term, ...]:
    return tuple(Term(figure_id(table.id, row, column), sign, previous) for column in columns)


def _column_terms(
    table: Table, column: str, rows: tuple[str, ...] | list[str], *, previous: bool = False
) -> tuple[Term, ...]:
    return tuple(Term(figure_id(table.id, row, column), 1, previous) for row in rows)
