"""Old and foreign text documents as .docx, by LibreOffice: one at a time, or a whole batch in one run of it.

Most of what a conversion takes is the start of the program; a batch starts it once.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import is_zipfile

from toolkit.errors import DocumentError, WorkbookError
from toolkit.xlsx.signatures import ole_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

OLD_ENDINGS = (".doc", ".wps", ".rtf", ".odt")
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_CONVERT_SECONDS = 120
_SAVE_AS_DOCX = "请用 Word 或 WPS 打开，另存为“Word 文档（.docx）”再试。"
_MOST_AT_ONCE = 50
_LARGEST = 100 << 20
_HEAD = 200  # bytes that tell what a file may be
_OPEN_TEXT = b"opendocument.text"
_ready: dict[str, Path] = {}  # what a batch converted, by the digest of the original


def kind_to_convert(data: bytes) -> str:
    """Return the ending of a text document only LibreOffice reads, nothing for any other file."""
    if data.startswith(b"{\\rtf"):
        return ".rtf"
    if data.startswith(_OLE):
        return "" if ole_names(data) & {"Workbook", "Book", "EncryptedPackage"} else ".doc"
    if data.startswith(b"PK") and _OPEN_TEXT in data[:_HEAD]:
        return ".odt"
    return ""


def converted(data: bytes, suffix: str, name: str) -> bytes:
    """Return a document as .docx.

    Raises:
        DocumentError: LibreOffice is not there, or cannot open it.
    """
    known = _ready.get(sha256(data).hexdigest())
    if known is not None:
        return known.read_bytes()
    program = _program()
    if program is None:
        raise DocumentError(name, f"旧格式的文档（{suffix}）要装有 LibreOffice 才能直接读。{_SAVE_AS_DOCX}")
    try:
        return _convert_one(program, data, suffix)
    except subprocess.TimeoutExpired as error:
        told = f"LibreOffice 用了 {_CONVERT_SECONDS} 秒还没有转换完，已停止。机器忙的请过一会儿再试；总是这样的，"
        raise DocumentError(name, told + _SAVE_AS_DOCX) from error
    except OSError as error:
        raise DocumentError(name, f"LibreOffice 打不开这个文档。{_SAVE_AS_DOCX}") from error


def converting_together(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield files to be read one after the other; those of the next lot that need it are converted in one run."""
    for lot in _lots(paths):
        with converted_together(old_documents(lot)):
            yield from lot


def old_documents(paths: Iterable[Path]) -> Iterator[bytes]:
    """Yield what those files hold that may need converting; one that cannot be had is told when it is read."""
    for path in paths:
        with suppress(OSError):
            if is_old(_head(path)) and path.stat().st_size <= _LARGEST:
                yield path.read_bytes()


def is_old(head: bytes) -> bool:
    """Return whether a file that begins so may be one only LibreOffice reads."""
    return head.startswith((b"{\\rtf", _OLE)) or (head.startswith(b"PK") and _OPEN_TEXT in head[:_HEAD])


@contextmanager
def converted_together(files: Iterable[bytes]) -> Iterator[None]:
    """Convert those of some files that need it in one run, for as long as they are read.

    What the run leaves undone, as when one document stops the program, is converted by itself when it is read, and told
    then if it cannot be.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        sources: dict[str, Path] = {}
        for data in files if _program() else ():
            digest, suffix = sha256(data).hexdigest(), _kind(data)
            if suffix and digest not in _ready and digest not in sources:
                sources[digest] = Path(place) / f"document{len(sources)}{suffix}"
                sources[digest].write_bytes(data)
        made = _all(Path(place), sources) if len(sources) > 1 else {}
        _ready.update(made)
        try:
            yield
        finally:
            for digest in made:
                _ready.pop(digest, None)


def _all(place: Path, sources: Mapping[str, Path]) -> Mapping[str, Path]:
    """Return where every document that could be converted now lies as .docx, whole."""
    for lot in _lots([*sources.values()]):
        with suppress(OSError, subprocess.TimeoutExpired):
            _convert(_program() or "", place, lot)
    made = {digest: source.with_suffix(".docx") for digest, source in sources.items()}
    return {digest: path for digest, path in made.items() if is_zipfile(path)}


def _lots(paths: Sequence[Path]) -> Iterator[Sequence[Path]]:
    return (paths[start : start + _MOST_AT_ONCE] for start in range(0, len(paths), _MOST_AT_ONCE))


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_HEAD)


def _kind(data: bytes) -> str:
    try:
        return kind_to_convert(data)
    except WorkbookError:
        return ""


def _program() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def _convert_one(program: str, data: bytes, suffix: str) -> bytes:
    """Return a document as .docx.

    Raises:
        subprocess.SubprocessError: it took too long.
        OSError: the program cannot be run, or made nothing.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        source = Path(place) / f"document{suffix}"
        source.write_bytes(data)
        _convert(program, Path(place), [source])
        made = source.with_suffix(".docx")
        if not is_zipfile(made):
            raise FileNotFoundError(made)
        return made.read_bytes()


def _convert(program: str, place: Path, sources: Sequence[Path]) -> None:
    """Have a .docx made beside each of some documents.

    Raises:
        subprocess.SubprocessError: it took too long.
        OSError: the program cannot be run.
    """
    profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
    options = ("--headless", "--norestore", "--nolockcheck", "--convert-to", "docx")
    _run([program, profile, *options, "--outdir", str(place), *map(str, sources)])


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
