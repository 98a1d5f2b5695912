"""Old and foreign text documents as .docx, by LibreOffice: one at a time, or a whole batch in one run of it.

Most of what a conversion takes is the start of the program; a batch starts it once.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import DocumentError, WorkbookError
from toolkit.xlsx.signatures import ole_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_CONVERT_SECONDS = 120
_SAVE_AS_DOCX = "请用 Word 或 WPS 打开，另存为“Word 文档（.docx）”再试。"
_MOST_AT_ONCE = 50
_ready: dict[str, bytes] = {}  # what a batch converted, by the digest of the original


def kind_to_convert(data: bytes) -> str:
    """Return the ending of a text document only LibreOffice reads, nothing for any other file."""
    if data.startswith(b"{\\rtf"):
        return ".rtf"
    if data.startswith(_OLE):
        return "" if ole_names(data) & {"Workbook", "Book", "EncryptedPackage"} else ".doc"
    if data.startswith(b"PK") and b"opendocument.text" in data[:200]:
        return ".odt"
    return ""


def converted(data: bytes, suffix: str, name: str) -> bytes:
    """Return a document as .docx.

    Raises:
        DocumentError: LibreOffice is not there, or cannot open it.
    """
    known = _ready.get(sha256(data).hexdigest())
    if known is not None:
        return known
    program = _program()
    if program is None:
        raise DocumentError(name, f"旧格式的文档（{suffix}）要装有 LibreOffice 才能直接读。{_SAVE_AS_DOCX}")
    try:
        return _convert(program, [(data, suffix)])[0]
    except subprocess.TimeoutExpired as error:
        told = f"LibreOffice 用了 {_CONVERT_SECONDS} 秒还没有转换完，已停止。机器忙的请过一会儿再试；总是这样的，"
        raise DocumentError(name, told + _SAVE_AS_DOCX) from error
    except (OSError, IndexError) as error:
        raise DocumentError(name, f"LibreOffice 打不开这个文档。{_SAVE_AS_DOCX}") from error


@contextmanager
def converted_together(files: Iterable[bytes]) -> Iterator[None]:
    """Convert those of some files that need it in one run, for as long as they are read.

    What the run leaves undone is converted by itself when it is read, and told then if it cannot be.
    """
    wanted = [(data, suffix) for data in files if (suffix := _kind(data))][:_MOST_AT_ONCE]
    program = _program()
    try:
        if program is not None and len(wanted) > 1:
            for (data, _), made in zip(wanted, _all(program, wanted), strict=False):
                _ready[sha256(data).hexdigest()] = made
        yield
    finally:
        _ready.clear()


def _all(program: str, wanted: Sequence[tuple[bytes, str]]) -> list[bytes]:
    """Return every document converted, none where one of them was not."""
    try:
        made = _convert(program, wanted)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return made if len(made) == len(wanted) else []


def _kind(data: bytes) -> str:
    try:
        return kind_to_convert(data)
    except WorkbookError:
        return ""


def _program() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def _convert(program: str, documents: Sequence[tuple[bytes, str]]) -> list[bytes]:
    """Return documents as .docx, in order, those that could be converted.

    Raises:
        subprocess.SubprocessError: it took too long.
        OSError: the program cannot be run.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        sources = [Path(place) / f"document{at}{suffix}" for at, (_, suffix) in enumerate(documents)]
        for source, (data, _) in zip(sources, documents, strict=True):
            source.write_bytes(data)
        profile = f"-env:UserInstallation={(Path(place) / 'profile').as_uri()}"
        options = ("--headless", "--norestore", "--nolockcheck", "--convert-to", "docx")
        _run([program, profile, *options, "--outdir", place, *map(str, sources)])
        made = [source.with_suffix(".docx") for source in sources]
        return [path.read_bytes() for path in made if path.exists()]


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
