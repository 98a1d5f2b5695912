"""What is mangled and how it is judged: real figures in a workbook of ours, and what a person means by what is seen.

A kind of mangling changes the book and, where it changes what a person means, says so: `meant` holds for every field
what a person takes it to be, `told` the fields at which there must be an error whatever is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from casebook import example_filing
from mangled.book import Book, Position, Sheet, address

from toolkit.filing.findings import Severity
from toolkit.form.checks import is_blank, is_number
from toolkit.form.ids import control_id
from toolkit.form.rules import bind_rules
from toolkit.form.values import Kind as FieldKind
from toolkit.form.values import Paragraph
from toolkit.workbook.examining import Verdict, examine
from toolkit.workbook.layout import lay_out
from toolkit.workbook.template.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from random import Random

    from toolkit.filing.filing import Filing
    from toolkit.filing.findings import Finding
    from toolkit.form.model import Form
    from toolkit.form.values import Value
    from toolkit.workbook.examining import Examined
    from toolkit.workbook.layout import Layout

# Errors about the file as a whole, after which nothing in it is taken for anybody's.
WHOLE = {"not_a_workbook", "not_our_workbook", "edition_not_for_year", "identity_disagrees", "file_missing"}
QUESTIONS = {"label_wiped"}  # a warning that asks whose the figures are, at their cells
FIGURES = frozenset({FieldKind.COUNT, FieldKind.AMOUNT, FieldKind.SIGNED, FieldKind.CONTROL})


@lru_cache
def sound_filing(name: str) -> Filing:
    """Return one of the examples with nought for what it left blank, its register's totals, and an explanation."""
    filing = example_filing(name)
    values = filing.values
    noughts = {key: 0 for key, entry in filing.form.fields.items() if entry.kind.is_required_figure and
               values.get(key) is None}  # fmt: skip
    mark = f"全年新收{{{filing.form.marks[0].label}}}件，均已登记。"
    explained = next(key for key, entry in filing.form.fields.items() if entry.kind is FieldKind.EXPLANATION)
    told = {"other": (*filing.paragraphs("other"), Paragraph(mark)), explained: "数据确实如此，已与台账核对。"}
    filing = filing.with_answers(noughts | told)
    totals = {}
    for check in bind_rules(filing.form):
        control = control_id(check.key.rpartition(".")[2])
        if control in filing.form.fields:
            left, right = check.sides(filing.values, {})
            totals[control] = int(left or right)
    return filing.with_answers(totals)


@lru_cache
def sound_workbook(name: str) -> bytes:
    return write_workbook(sound_filing(name))


class NotHere(Exception):  # noqa: N818 - not an error: the scene has no place for this kind
    """A kind finds nothing here that it could mangle."""


@dataclass
class Scene:
    """A workbook on its way: the book, what a person means by it, and where each field is seen to stand."""

    filing: Filing
    book: Book
    dice: Random
    meant: dict[str, Value]
    told: set[str] = field(default_factory=set)
    said: set[str] = field(default_factory=set)  # errors that must be there, whatever is read
    asked: set[str] = field(default_factory=set)  # findings that must be there, a warning among them

    @staticmethod
    def of(name: str, dice: Random) -> Scene:
        filing = sound_filing(name)
        book, spots = Book(sound_workbook(name)), lay_out(filing.form).spots
        typed = [key for key, entry in filing.form.fields.items() if entry.kind is not FieldKind.COMPUTED]
        book.pins = {key: (spot.sheet, (spot.row + 1, spot.column + 1)) for key, spot in spots.items()}
        return Scene(filing, book, dice, {key: filing.values.get(key) for key in typed})

    @property
    def form(self) -> Form:
        return self.filing.form

    @property
    def layout(self) -> Layout:
        return lay_out(self.form)

    def pin(self, name: str) -> tuple[Sheet, Position]:
        """Return the sheet and position where a field is seen."""
        pin = self.book.pins.get(name)
        if pin is None:
            raise NotHere(name)
        return self.book.sheet(pin[0]), pin[1]

    def some_figure(self, *kinds: FieldKind, least: int = 1) -> str:
        """Return a field of a figure that is still where it can be seen, of at least that size."""
        wanted = kinds or (FieldKind.COUNT,)
        found = [key for key, value in self.meant.items() if self.form.fields[key].kind in wanted
                 and self.book.pins.get(key) and is_number(value) and abs(value) >= least]  # fmt: skip
        if not found:
            raise NotHere("figure")
        return self.dice.choice(sorted(found))

    def table_sheet(self, table: str) -> Sheet:
        for key in self.meant:
            if key.startswith(f"{table}.") and (pin := self.book.pins.get(key)):
                return self.book.sheet(pin[0])
        raise NotHere(table)

    def lines(self, table: str, axis: int) -> list[list[str]]:
        """Return the fields of each row (axis 0) or column (axis 1) of a table, computed ones too, in order."""
        found: dict[int, list[str]] = {}
        for key, pin in self.book.pins.items():
            if pin and key.startswith(f"{table}."):
                found.setdefault(pin[1][axis], []).append(key)
        return [found[number] for number in sorted(found)]

    def line(self, fields: list[str], axis: int) -> int:
        return self.pin(fields[0])[1][axis]

    def label_cell(self, fields: list[str]) -> Position:
        """Return where the nearest text before a row's figures stands."""
        sheet = self.pin(fields[0])[0]
        row = self.line(fields, 0)
        for column in range(min(self.pin(key)[1][1] for key in fields) - 1, 1, -1):
            if sheet.text(row, column):
                return row, column
        raise NotHere("label")

    def head_cell(self, fields: list[str]) -> Position:
        """Return where the nearest text above a column's figures stands."""
        sheet, (top, column) = self.pin(min(fields, key=lambda key: self.pin(key)[1]))
        for row in range(top - 1, 0, -1):
            if sheet.text(row, column) and not sheet.text(row, column).replace("_", "").isascii():
                return row, column
        raise NotHere("head")

    def rows_alike(self, table: str = "requests", least: int = 2) -> list[list[str]]:
        """Return rows of a table whose labels stand in one column and whose figures differ."""
        groups: dict[tuple[int, ...], list[list[str]]] = {}
        for fields in self.lines(table, 0):
            columns = tuple(sorted(self.pin(key)[1][1] for key in fields))
            groups.setdefault((self.label_cell(fields)[1], *columns), []).append(fields)
        for group in sorted(groups.values(), key=len, reverse=True):
            typed = [fields for fields in group if any(key in self.meant for key in fields)]
            if len(typed) >= least and len({self.figures(fields) for fields in typed}) > 1:
                return typed
        raise NotHere("rows alike")

    def two_rows(self, table: str = "requests") -> tuple[list[str], list[str]]:
        return self._two(self.rows_alike(table))

    def two_columns(self, table: str = "requests") -> tuple[list[str], list[str]]:
        typed = [fields for fields in self.lines(table, 1) if sum(key in self.meant for key in fields) > 3 or
                 (table == "reviews" and all(key in self.meant for key in fields))]  # fmt: skip
        return self._two(typed)

    def _two(self, lines: list[list[str]]) -> tuple[list[str], list[str]]:
        pairs = [(one, other) for one in lines for other in lines if one is not other
                 and self.figures(one) != self.figures(other)]  # fmt: skip
        if not pairs:
            raise NotHere("two that differ")
        return self.dice.choice(pairs)

    def figures(self, fields: list[str]) -> tuple[Value, ...]:
        return tuple(self.meant[key] for key in sorted(fields, key=lambda key: self.pin(key)[1]) if key in self.meant)

    def prose(self) -> str:
        """Return a prose section that can still be seen."""
        found = [key for key, value in self.meant.items() if self.form.fields[key].kind is FieldKind.TEXT
                 and self.book.pins.get(key) and value]  # fmt: skip
        if not found:
            raise NotHere("prose")
        return self.dice.choice(found)

    def note(self) -> str:
        found = [key for key, value in self.meant.items() if self.form.fields[key].kind is FieldKind.NOTE
                 and self.book.pins.get(key) and value]  # fmt: skip
        if not found:
            raise NotHere("note")
        return self.dice.choice(found)

    def paragraphs(self, section: str) -> tuple[Paragraph, ...]:
        value = self.meant[section]
        assert isinstance(value, tuple)
        return value

    def type(self, name: str, value: int | str | None) -> None:
        """Type a constant into a field's cell, meaning it."""
        sheet, position = self.pin(name)
        sheet.put(*position, value)
        self.meant[name] = value


@dataclass(frozen=True)
class Mangling:
    """One kind of mangling. A harmless one leaves the return acceptable."""

    name: str
    topic: str
    change: Callable[[Scene], None]
    harmless: bool

    def __str__(self) -> str:
        return f"{self.topic}-{self.name}"


REGISTERED: list[Mangling] = []


def kind(topic: str, *, harmless: bool = False) -> Callable[[Callable[[Scene], None]], Callable[[Scene], None]]:
    """Register a kind of mangling under its function's name."""

    def register(change: Callable[[Scene], None]) -> Callable[[Scene], None]:
        REGISTERED.append(Mangling(change.__name__, topic, change, harmless))
        return change

    return register


def faults(scene: Scene, examined: Examined, *, asks: bool = True) -> list[str]:
    """Return every way in which the reading is wrong without an error or a question that says so.

    Without `asks` a cell that should have been asked about but was read as meant is none: of two kinds one may undo
    what the other did.
    """
    errors = [finding for finding in examined.findings if finding.severity is Severity.ERROR]
    if any(finding.name == "defect_of_ours" for finding in errors):
        return [next(finding.message for finding in errors if finding.name == "defect_of_ours")]
    if examined.filing is None or any(finding.name in WHOLE for finding in errors):
        return [] if errors else ["unreadable without an error"]
    values = examined.filing.values
    told = [*errors, *(finding for finding in examined.findings if finding.name in QUESTIONS)]
    found = [
        f"{key}: read {values.get(key)!r}, meant {scene.meant[key]!r}, told {key in scene.told}"
        for key in scene.meant
        if ((asks and key in scene.told) or not same(values.get(key), scene.meant[key]))
        and not _named(scene, key, told)
    ]
    missing = scene.said - {finding.name for finding in errors} if asks else set()
    missing |= scene.asked - {finding.name for finding in examined.findings} if asks else set()
    return found + [f"no error {name}" for name in sorted(missing)]


def _named(scene: Scene, key: str, told: Iterable[Finding]) -> bool:
    pin = scene.book.pins.get(key)
    cell = (pin[0], address(*pin[1])) if pin else ("", "")
    texts = []
    value = scene.meant[key]
    if isinstance(value, tuple):
        texts = [paragraph.text.strip()[:20] for paragraph in value]
    for error in told:
        for place in error.places:
            if place.field == key or (pin and (place.sheet, place.cell) == cell):
                return True
            if pin and place.sheet == pin[0] and not place.cell and not place.field:
                return True
        if isinstance(value, str) and error.name == "explanation_not_read" and value[:20] in error.message:
            return True
        if error.name in {"text_in_shape", "prose_not_read"} and any(text in error.message for text in texts):
            return True
    return False


def same(found: Value, meant: Value) -> bool:
    """Return whether two values say the same to a person."""
    if isinstance(found, tuple) or isinstance(meant, tuple):
        return _plain(found) == _plain(meant)
    if is_blank(found) and is_blank(meant):
        return True
    if isinstance(found, str) and isinstance(meant, str):
        return found.strip() == meant.strip()
    return found == meant


def _plain(value: Value) -> list[tuple[str, int]]:
    paragraphs = value if isinstance(value, tuple) else ()
    lines = [(line.strip(), paragraph.level) for paragraph in paragraphs for line in paragraph.text.splitlines()]
    return [line for line in lines if line[0]]


def mangled(name: str, kinds: Iterable[Mangling], dice: Random) -> tuple[Scene, bytes]:
    """Return the scene and the file after these kinds of mangling, one after the other."""
    scene = Scene.of(name, dice)
    for one in kinds:
        one.change(scene)
    return scene, scene.book.save()


def judge(scene: Scene, data: bytes, *, harmless: bool, asks: bool = True) -> list[str]:
    examined = examine(data, "报表.xlsx")
    found = faults(scene, examined, asks=asks)
    if harmless and examined.verdict is not Verdict.ACCEPTED:
        errors = [finding.message for finding in examined.findings if finding.severity is Severity.ERROR]
        found.append(f"harmless, but not accepted: {errors[:3]}")
    return found


def moved_paragraphs(value: tuple[Paragraph, ...], place: int, made: Paragraph) -> tuple[Paragraph, ...]:
    return (*value[:place], made, *value[place:])


def without_levels(value: tuple[Paragraph, ...]) -> tuple[Paragraph, ...]:
    return tuple(replace(paragraph, level=0) for paragraph in value)
