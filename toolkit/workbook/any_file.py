"""A file checked, be it a workbook of ours or any other document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.workbook.examined_document import ExaminedDocument
from toolkit.workbook.examining import examine_file

if TYPE_CHECKING:
    from pathlib import Path


def check_file(path: Path, forms: Path | None = None, *, strict: bool = False) -> tuple[ExaminedDocument, ...]:
    """Return a workbook of ours, or every report of another document, checked; `found` is empty for a workbook."""
    examined = examine_file(path, forms, strict=strict)
    if examined.filing is not None:
        return (ExaminedDocument(examined),)
    # What reads documents takes as long to import as a workbook takes to be checked.
    from toolkit.workbook.from_document import check_document

    return check_document(path, examined, forms)
