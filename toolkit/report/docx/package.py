"""The bare package a Word report is built in, and its bytes: ours throughout, so it holds nothing we do not name.

The parts stand as they are under parts/. One setting there looks idle and is not: `overflowPunct` says what
Word does anyhow, but without it LibreOffice 7.4 lets a comma hang over the end of a justified line and then loses it.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.report.docx.retouched import with_digest

if TYPE_CHECKING:
    from toolkit.report.document import Report

_PARTS = Path(__file__).parent / "parts"
# The earliest date a zip entry can carry: the same report always gives the same bytes.
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)


def open_base(report: Report) -> Any:
    """Return an empty python-docx document with our styles, page and footers, in the language of the report."""
    import docx
    from docx.oxml.ns import qn

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for path in sorted(path for path in _PARTS.rglob("*") if path.is_file()):
            package.write(path, path.relative_to(_PARTS).as_posix())
    document = docx.Document(stream)
    document.core_properties.title = report.title
    document.core_properties.author = report.organ
    document.core_properties.language = report.language
    # Chinese is the language of East Asian characters only: marked as the language of Latin ones too, LibreOffice
    # would break lines inside a number.
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia" if report.is_chinese else "w:val"), report.language)
    if not report.is_chinese:
        _adapt_styles(document)
    return document


def _adapt_styles(document: Any) -> None:
    """Tell headings by weight and let paragraphs begin at the margin, where Chinese tells them by face and indent."""
    for style in document.styles:
        if style.name.startswith(("Title", "Heading")):
            style.font.bold = True
        if style.element.pPr is not None and style.element.pPr.ind is not None:
            style.element.pPr.remove(style.element.pPr.ind)


# What Chinese and Latin texts share; without a hint Word sets them in the Latin font (ECMA-376 part 1, 17.3.2.26).
_SHARED_MARKS = frozenset("“”‘’…—·")


def set_shared_marks_in_chinese(document: Any) -> None:
    """Hint at the Chinese font in every run that holds quotation marks, dashes or dots both scripts use."""
    from docx.oxml.ns import qn

    for run in document.element.body.iter(qn("w:r")):
        text = "".join(part.text or "" for part in run.iter(qn("w:t")))
        if not _SHARED_MARKS.isdisjoint(text):
            run.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")


def to_bytes(document: Any) -> bytes:
    """Return a document as the bytes of a .docx file; equal documents give equal bytes."""
    saved, rewritten = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as source:
        parts = with_digest({name: source.read(name) for name in source.namelist()})
    with zipfile.ZipFile(rewritten, "w") as target:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _FIXED_DATE)
            entry.create_system = 0  # the same on every operating system
            target.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return rewritten.getvalue()
