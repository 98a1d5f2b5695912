"""Whose workbook it is, and for what: the facts kept in three places, of which two must agree."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.form.model import Form

PROPERTY_PREFIX = "xxgk."
_STORED = {"provisional": "stamp"}  # a fact is stored under the name workbooks have used from the first
PROVISIONAL_LABEL = "汇总范围"  # what people read beside how provisional a sum is


@dataclass(frozen=True, slots=True)
class Identity:
    """The facts by which a workbook is known again.

    `seal` is set by a campaign; empty outside one. `provisional` says how far a sum is from
    final; empty of anything else.
    """

    form: str
    edition: str
    fingerprint: str
    organ: str
    code: str
    year: int
    seal: str = ""
    provisional: str = ""

    @classmethod
    def read(cls, facts: Mapping[str, str], year: int) -> Identity:
        """Return the identity these stored facts give; what is not among them is empty."""
        names = [entry.name for entry in fields(cls) if entry.name != "year"]
        return cls(**{name: facts.get(_STORED.get(name, name), "") for name in names}, year=year)

    def items(self) -> Iterator[tuple[str, str | int]]:
        """Yield each fact by name, in the order of the very hidden sheet."""
        for entry in fields(self):
            yield _STORED.get(entry.name, entry.name), getattr(self, entry.name)


def identity_of(form: Form, organ: str, code: str, year: int, seal: str = "", provisional: str = "") -> Identity:
    """Return the identity of an organ's workbook for a year."""
    return Identity(form.id, form.edition, form.fingerprint, organ, code, year, seal, provisional)


IDENTITY_FACTS = tuple(_STORED.get(entry.name, entry.name) for entry in fields(Identity))
LATER_FACTS = frozenset({"stamp"})  # workbooks issued before there was such a fact do not name it
