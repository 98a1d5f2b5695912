"""A workbook made with an earlier version of a definition, carried over into one of the present version."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from toolkit.errors import InputError
from toolkit.filing.findings import show
from toolkit.form.values import Kind
from toolkit.workbook import layout as at
from toolkit.workbook.layout import lay_out
from toolkit.workbook.returned.earlier import dropped_fields, own_fields, shown_value
from toolkit.workbook.returned.reading import read_workbook
from toolkit.workbook.template.blank import carried_figures
from toolkit.workbook.template.workbook import write_workbook
from toolkit.xlsx.package import open_package

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form
    from toolkit.form.values import Value
    from toolkit.workbook.returned.anchors import Address
    from toolkit.workbook.returned.earlier import OwnField
    from toolkit.workbook.returned.reading import Reading


class Fate(StrEnum):
    """What becomes of one field."""

    KEPT = "kept"  # in the same cell
    MOVED = "moved"
    DROPPED = "dropped"
    NEEDS_ANSWER = "needs-answer"


@dataclass(frozen=True, slots=True)
class Carry:
    """One field: its label, what stood in it, what became of it, and the cells it stood in and stands in now."""

    field: str
    label: str
    value: str
    fate: Fate
    before: Address | None
    after: Address | None


@dataclass(frozen=True)
class Migration:
    """A workbook carried over: the new file, and every value that was moved, dropped or is still to be given."""

    content: bytes
    edition: str
    is_current: bool
    fields: tuple[Carry, ...]

    def of(self, fate: Fate) -> tuple[Carry, ...]:
        """Return the fields of one fate, in the order of the form."""
        return tuple(entry for entry in self.fields if entry.fate is fate)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was dropped and nothing is left to be answered because of the change."""
        return not (self.of(Fate.DROPPED) or self.of(Fate.NEEDS_ANSWER))


def migrate(data: bytes, name: str, forms: Path | None = None) -> Migration:
    """Return a workbook carried over to the present version of its definition.

    A workbook of the present version comes back byte for byte.

    Raises:
        InputError: it is no workbook of ours, or of an edition nobody knows.
    """
    reading = read_workbook(data, name, forms)
    filing, identity = reading.filing, reading.identity
    if filing is None or identity is None:
        raise InputError(name, [finding.message for finding in reading.findings[-1:]])
    form = filing.form
    if identity.fingerprint == form.fingerprint:
        return Migration(data, form.edition, is_current=True, fields=())
    locked = _locked(form, filing)
    content = write_workbook(filing, locked=locked, seal=identity.seal, provisional=identity.provisional)
    return Migration(content, form.edition, is_current=False, fields=tuple(_fates(data, name, reading, form)))


def _locked(form: Form, filing: Filing) -> frozenset[str]:
    """Return the fields last year settles, as far as they were not typed otherwise."""
    carried = carried_figures(form, filing.previous)
    return frozenset(field for field, figure in carried.items() if filing.values.get(field) == figure)


def _fates(data: bytes, name: str, reading: Reading, form: Form) -> Iterator[Carry]:
    package, layout = open_package(data, name), lay_out(form)
    own = own_fields(package, layout)
    for entry in at.typed_fields(form):
        spot = layout.spots[entry.id]
        yield from _fate(reading, entry.id, entry.label, own, (spot.sheet, spot.cell))
    for left in dropped_fields(package, layout):
        yield Carry(left.id, left.label, shown_value(left.value), Fate.DROPPED, left.place, None)


def _fate(reading: Reading, field: str, label: str, own: Mapping[str, OwnField], after: Address) -> Iterator[Carry]:
    filing = reading.filing
    value = filing.values[field] if filing else None
    before = reading.cells.get(field)
    if value not in (None, "", ()):
        yield Carry(field, label, _shown(value), Fate.KEPT if before == after else Fate.MOVED, before, after)
    elif field not in own and filing is not None and _is_asked(filing.form.fields[field].kind):
        yield Carry(field, label, "", Fate.NEEDS_ANSWER, None, after)


def _is_asked(kind: Kind) -> bool:
    return kind.is_required_figure or kind is Kind.TEXT


def _shown(value: Value) -> str:
    return f"{len(value)} 段" if isinstance(value, tuple) else show(value)


def migration_json(migration: Migration) -> dict[str, Any]:
    """Return a migration as the JSON of `xxgk migrate`."""
    return {
        "edition": migration.edition,
        "current": migration.is_current,
        "fields": [
            {
                "field": entry.field,
                "label": entry.label,
                "value": entry.value or None,
                "fate": entry.fate.value,
                "before": "!".join(entry.before) if entry.before else None,
                "after": "!".join(entry.after) if entry.after else None,
            }
            for entry in migration.fields
        ],
    }
