"""Files that come in from a browser and go out to it: names made harmless, contents untouched."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, abort, send_file

from toolkit.campaign.intake.arrivals import is_junk
from toolkit.desk.door import DOCUMENT_POLICY
from toolkit.files import safe_stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from werkzeug.datastructures import FileStorage

    from toolkit.campaign.round.folder import Campaign

MOST_BYTES = 1 << 30  # of one request; a zip of a whole city's returns is well below
MOST_PARTS = 20_000
_LONGEST_ENDING = 10
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def keep_uploads(uploads: Sequence[FileStorage], changed: Sequence[str], folder: Path) -> tuple[Path, ...]:
    """Write what a browser sent into a folder and return where; what systems leave lying about is left out.

    `changed` are the files' own dates in milliseconds, one for each file where the browser gives them: whether a return
    is late goes by the file's date.
    """
    dates = [*changed, *[""] * (len(uploads) - len(changed))]
    return tuple(
        _keep(upload, name, date, folder / str(number))
        for number, (upload, date) in enumerate(zip(uploads, dates, strict=False))
        if (name := plain_name(upload.filename or ""))
    )


def plain_name(given: str) -> str:
    """Return the last part of a name a browser gives, as every system accepts it; '' for what is no file of a person.

    A folder dropped on the page gives names with folders before them, on some systems with backslashes.
    """
    last = given.replace("\\", "/").rpartition("/")[2]
    if not last.strip() or is_junk(last):
        return ""
    stem, dot, ending = last.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        return safe_stem(last)
    return f"{safe_stem(stem)}.{safe_stem(ending)}"


def _keep(upload: FileStorage, name: str, date: str, folder: Path) -> Path:
    folder.mkdir()  # one for each, as two files may have one name
    path = folder / name
    upload.save(path)
    milliseconds = int(date) if date.isascii() and date.isdigit() else 0
    if 0 < milliseconds < time.time() * 1000:
        os.utime(path, ns=(milliseconds * 10**6,) * 2)
    return path


def files_in(campaign: Campaign, folders: Iterable[Path]) -> Mapping[str, Path]:
    """Return every plain file under some folders of a round by its path relative to the round; links are left out."""
    return files_below(campaign.folder, folders)


def files_below(base: Path, folders: Iterable[Path]) -> Mapping[str, Path]:
    """Return every plain file under some folders by its path relative to `base`; links are left out."""
    return {path.relative_to(base).as_posix(): path for folder in folders for path in _walk(folder)}


def _walk(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        paths = (Path(place) / name for name in sorted(names) if not is_junk(name))
        yield from (path for path in paths if not path.is_symlink())


def send_bytes(content: bytes, name: str) -> Response:
    """Return a workbook to be saved under a name."""
    return send_file(io.BytesIO(content), WORKBOOK, as_attachment=True, download_name=name, max_age=0)


def document(html: str) -> Response:
    """Return a page that brings its own style, shut off from the desk."""
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = DOCUMENT_POLICY
    return response


def send(path: Path, name: str = "") -> Response:
    """Return a file to be saved, byte for byte, under its own name or another; 404 where it is gone."""
    if not path.is_file():
        abort(404)
    # In full, as Flask would look beside its own modules; without the guess of a time, as files change.
    return send_file(path.resolve(), as_attachment=True, download_name=name or path.name, max_age=0)
