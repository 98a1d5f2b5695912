"""Open a file of any format as a Document; what it is is told by what it holds, hardly ever by its name."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

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
_CONVERT_SECONDS = 120
_SAVE_AS_DOCX = "请用 Word 或 WPS 打开，另存为“Word 文档（.docx）”再试。"


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
        return _converted(data, name, ".rtf")
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
        return _converted(data, name, ".odt") if b"text" in kind else read_calamine(data, name)
    if any(member.startswith("xl/") for member in names):
        return read_xlsx(data, name)
    raise DocumentError(name, "压缩包里没有 Word 文档或工作簿。请解压后读里面的文件。")


def _open_ole(data: bytes, name: str) -> Document:
    streams = ole_names(data)
    if "EncryptedPackage" in streams:
        raise DocumentError(name, "文件设了打开密码。请去掉密码另存后再试。")
    if streams & {"Workbook", "Book"}:
        return read_calamine(data, name)
    return _converted(data, name, ".doc")


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


def _converted(data: bytes, name: str, suffix: str) -> Document:
    """Return what LibreOffice makes of an old or foreign text document.

    Raises:
        DocumentError: LibreOffice is not there, or cannot open it.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise DocumentError(name, f"旧格式的文档（{suffix}）要装有 LibreOffice 才能直接读。{_SAVE_AS_DOCX}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        source = Path(place) / f"document{suffix}"
        source.write_bytes(data)
        profile = f"-env:UserInstallation={(Path(place) / 'profile').as_uri()}"
        options = ("--headless", "--norestore", "--nolockcheck", "--convert-to", "docx")
        try:
            _run([program, profile, *options, "--outdir", place, str(source)])
            converted = source.with_suffix(".docx").read_bytes()
        except subprocess.TimeoutExpired as error:
            told = f"LibreOffice 用了 {_CONVERT_SECONDS} 秒还没有转换完，已停止。机器忙的请过一会儿再试；总是这样的，"
            raise DocumentError(name, told + _SAVE_AS_DOCX) from error
        except OSError as error:
            raise DocumentError(name, f"LibreOffice 打不开这个文档。{_SAVE_AS_DOCX}") from error
    return read_docx(read_archive(converted), name)


def _run(arguments: list[str]) -> None:
    """Run a program to its end; one that takes too long is ended with every process it started.

    Raises:
        subprocess.SubprocessError: it took too long.
        OSError: it cannot be run.
    """
    is_posix = hasattr(os, "killpg")
    with subprocess.Popen(  # noqa: S603
        arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=is_posix
    ) as process:
        try:
            process.wait(_CONVERT_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL) if is_posix else process.kill()
            raise
