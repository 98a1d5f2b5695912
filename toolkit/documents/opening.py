"""Open a file of any format as a Document; what it is is told by what it holds, hardly ever by its name."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from toolkit.documents.sources.converting import converted, kind_to_convert
from toolkit.documents.sources.docx import read_docx
from toolkit.documents.sources.html import read_html, read_web_archive
from toolkit.documents.sources.spreadsheet import read_calamine, read_csv, read_xlsx
from toolkit.documents.sources.text import read_text
from toolkit.errors import DocumentError, WorkbookError
from toolkit.xlsx.archive import read_archive
from toolkit.xlsx.signatures import ole_names

if TYPE_CHECKING:
    from toolkit.documents.grids import Document

# The endings of documents that are no spreadsheets.
TEXT_ENDINGS = frozenset(
    ".docx .doc .wps .rtf .odt .html .htm .xhtml .mht .mhtml .pdf .txt .md".split()  # noqa: SIM905
)
_LARGEST = 100 << 20
_LARGEST_ARCHIVE = 30 << 20  # parsing takes ten times as much
_LARGEST_TEXT = 20 << 20  # without pictures a report is a hundredth of it
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0")
_PACKED = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
_LOOKED_AT = 8192


def open_document(data: bytes, name: str) -> Document:
    """Return any document as lines and grids.

    Raises:
        DocumentError: it is no document that holds text, or it is damaged, guarded by a password, or made to harm.
    """
    if not data:
        raise DocumentError(name, "文件是空的（0 字节），可能没有传完。请让对方重新发送。")
    if len(data) > _LARGEST:
        raise DocumentError(name, f"文件超过 {_LARGEST >> 20} MB，不是年度报告。")
    try:
        return _open(data, name)
    except WorkbookError as error:
        raise DocumentError(name, str(error).removeprefix(f"{name}：")) from error


def is_workbook(data: bytes) -> bool:
    """Return whether a file may be a modern workbook; one of ours is read as such, not as a document."""
    return data.startswith(b"PK\3\4") and b"xl/workbook.xml" in data


def is_spreadsheet(data: bytes) -> bool:
    """Return whether a file is a spreadsheet of any kind, not a text document."""
    if data.startswith(_OLE):
        return bool(ole_names(data) & {"Workbook", "Book"})
    return data.startswith(b"PK\3\4") and (b"xl/" in data or b"opendocument.spreadsheet" in data)


def _open(data: bytes, name: str) -> Document:
    if data.startswith(b"%PDF"):
        from toolkit.documents.sources.pdf import read_pdf

        return read_pdf(data, name)
    if data.startswith((b"PK\3\4", b"PK\5\6")):
        return _open_zip(data, name)
    if data.startswith(_OLE):
        return _open_ole(data, name)
    if data.startswith(b"{\\rtf"):
        return _converted(data, name)
    if data.startswith(_PICTURES):
        raise DocumentError(name, "这是图片，里面没有可读的文字。请提供原来的 Word、网页或 PDF（带文字的）。")
    if data.startswith(_PACKED):
        raise DocumentError(name, "这是压缩包。请解压后读里面的文件。")
    return _open_text(data, name)


def _open_zip(data: bytes, name: str) -> Document:
    archive = read_archive(data)
    names = {member.lower() for member in archive.members}
    if "word/document.xml" in names:
        return read_docx(archive, name)
    if "content.xml" in names:
        kind = archive.read("mimetype")[:80] if "mimetype" in archive.members else b""
        return _converted(data, name) if b"text" in kind else read_calamine(data, name)
    if any(member.startswith("xl/") for member in names):
        return read_xlsx(data, name)
    raise DocumentError(name, "压缩包里没有 Word 文档或工作簿。请解压后读里面的文件。")


def _open_ole(data: bytes, name: str) -> Document:
    streams = ole_names(data)
    if "EncryptedPackage" in streams:
        raise DocumentError(name, "文件设了打开密码。请去掉密码另存后再试。")
    if streams & {"Workbook", "Book"}:
        return read_calamine(data, name)
    return _converted(data, name)


def _open_text(data: bytes, name: str) -> Document:
    head = data[:_LOOKED_AT].lower()
    if b"mime-version:" in head and b"text/html" in data[: _LOOKED_AT * 8].lower():
        if len(data) > _LARGEST_ARCHIVE:
            said = f"网页存档超过 {_LARGEST_ARCHIVE >> 20} MB。请在浏览器里另存为“网页，仅 HTML”再试。"
            raise DocumentError(name, said)
        return read_web_archive(data, name)
    suffix = PurePath(name).suffix.lower()
    if suffix in {".html", ".htm", ".xhtml"} or any(mark in head for mark in (b"<html", b"<!doctype", b"<table")):
        return read_html(data, name)
    if b"\0" in data[:_LOOKED_AT] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DocumentError(
            name, "看不出是什么文件。能读的有 .docx、.doc、.wps、网页、PDF、.xlsx、.xls、.ods、.csv 和文本。"
        )
    if len(data) > _LARGEST_TEXT:
        raise DocumentError(name, f"文本超过 {_LARGEST_TEXT >> 20} MB，不是年度报告。")
    return read_csv(data, name) if suffix == ".csv" else read_text(data, name)


def _converted(data: bytes, name: str) -> Document:
    """Return what LibreOffice makes of an old or foreign text document.

    Raises:
        DocumentError: LibreOffice is not there, or cannot open it.
    """
    return read_docx(read_archive(converted(data, kind_to_convert(data) or ".doc", name)), name)
