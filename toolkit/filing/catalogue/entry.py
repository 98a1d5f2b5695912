"""One finding of the catalogue, and how bad a finding can be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is. Only an error keeps a filing from being accepted."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def label(self) -> str:
        """The word a clerk reads."""
        return {"error": "错误", "warning": "提醒", "note": "说明"}[self.value]


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding of the catalogue: its severity, the wording, and what `xxgk explain` tells about it."""

    severity: Severity
    title: str
    message: str
    advice: str
    why: str
    example: str
