"""A report read and checked, from whatever file it came, and what is told of it to programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.workbook.examining import Examined, examined_json, json_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.documents.figures import Found
    from toolkit.filing.filing import Filing


@dataclass(frozen=True)
class ExaminedDocument:
    """A report of a document read and checked. `found` says for every figure where it stood and how sure it is.

    It is empty for a workbook of ours. Of a document with several reports it is number `number` of `count`.
    """

    examined: Examined
    found: Mapping[str, Found] = field(default_factory=dict)
    number: int = 1
    count: int = 1

    @property
    def filing(self) -> Filing | None:
        """What was read, or None where the document holds no report."""
        return self.examined.filing


def document_json(document: ExaminedDocument) -> dict[str, Any]:
    """Return one entry of `files` in the JSON of `xxgk read` and `check`.

    A document's has where every figure stood, and which of its reports it is.
    """
    if not document.found:
        return examined_json(document.examined)
    provenance = {
        name: {"place": entry.place, "text": entry.text, "sure": entry.sure.value, "value": json_value(entry.value)}
        for name, entry in document.found.items()
    }
    which = {"report": document.number, "reports": document.count}
    return examined_json(document.examined) | which | {"provenance": provenance}
