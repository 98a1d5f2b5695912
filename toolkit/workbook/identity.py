"""Whose workbook it is, and for what: the facts kept in three places, of which two must agree."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.form.model import Form

PROPERTY_PREFIX = "xxgk."
STAMP_LABEL = "汇总范围"  # what people read beside the stamp


@dataclass(frozen=True, slots=True)
class Identity:
    """The facts by which a workbook is known again.

    `seal` is set by a campaign; empty outside one. `stamp` says of a sum how provisional it is; empty of anything else.
    """

    form: str
    edition: str
    fingerprint: str
    organ: str
    code: str
    year: int
    seal: str = ""
    stamp: str = ""

    def items(self) -> Iterator[tuple[str, str | int]]:
        """Yield each fact by name, in the order of the very hidden sheet."""
        for entry in fields(self):
            yield entry.name, getattr(self, entry.name)


def identity_of(form: Form, organ: str, code: str, year: int, seal: str = "", stamp: str = "") -> Identity:
    """Return the identity of an organ's workbook for a year."""
    return Identity(form.id, form.edition, form.fingerprint, organ, code, year, seal, stamp)


IDENTITY_FACTS = tuple(entry.name for entry in fields(Identity))
LATER_FACTS = frozenset({"stamp"})  # workbooks issued before there was such a fact do not name it
