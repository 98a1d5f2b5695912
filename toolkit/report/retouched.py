"""Whether a report is still as we wrote it: what somebody retouched by hand is not to be overwritten.

A file bears the digest of all else it holds where its format has room for one that nobody is shown: a comment of a page
or of a PDF, a key of the JSON, a property of a Word document. Text and CSV have none; what was written there stands in
a record beside them.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.files import read_file
from toolkit.report.docx.retouched import is_retouched as is_document_retouched

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

RECORD = ".xxgk-written.json"


@dataclass(frozen=True, slots=True)
class _Mark:
    """What bears the digest of all else in a file; it stands before the last `before`, at the end where that is ''."""

    said: bytes
    before: bytes = b""

    def put(self, plain: bytes) -> bytes:
        at = plain.rindex(self.before)
        return plain[:at] + self.said % _digest(plain) + plain[at:]

    def fits(self, data: bytes) -> bool:
        pattern = re.escape(self.said % b"?").replace(rb"\?", b"([0-9a-f]{64})")
        found = [*re.finditer(pattern, data)]
        return bool(found) and found[-1][1] == _digest(data[: found[-1].start()] + data[found[-1].end() :])


_COMMENT = _Mark(b"<!-- %s -->\n")
_MARKS = {
    ".html": _COMMENT,
    ".md": _COMMENT,
    ".json": _Mark(b',\n  "digest": "%s"', before=b"\n}\n"),
    ".pdf": _Mark(b"%% %s\n", before=b"startxref"),  # an archival PDF may hold nothing after its end
}
_BORNE_INSIDE = {*_MARKS, ".docx"}


def as_written(files: Mapping[Path, bytes]) -> dict[Path, bytes]:
    """Return files as they are stored: with their digests, and with the records beside those that cannot bear one."""
    stored = {path: _marked(path, content) for path, content in files.items()}
    recorded = [path for path in stored if path.suffix.lower() not in _BORNE_INSIDE]
    for folder in dict.fromkeys(path.parent for path in recorded):
        here = {path.name: _digest(stored[path]).decode() for path in recorded if path.parent == folder}
        record = {name: told for name, told in _record(folder).items() if (folder / name).exists()} | here
        stored[folder / RECORD] = f"{json.dumps(record, ensure_ascii=False, indent=0, sort_keys=True)}\n".encode()
    return stored


def retouched(files: Mapping[Path, bytes]) -> Iterator[Path]:
    """Yield the files, given as they are to be stored, whose place another holds that is not as we wrote it."""
    for path, content in files.items():
        if path.name != RECORD and path.is_file():
            data = read_file(path)
            if data != content and _is_retouched(path, data):
                yield path


def _marked(path: Path, content: bytes) -> bytes:
    mark = _MARKS.get(path.suffix.lower())
    return mark.put(content) if mark else content


def _is_retouched(path: Path, data: bytes) -> bool:
    suffix = path.suffix.lower()
    if suffix == ".docx":
        return is_document_retouched(data)
    if mark := _MARKS.get(suffix):
        return not mark.fits(_plain(data))
    return _record(path.parent).get(path.name) != _digest(data).decode()


def _record(folder: Path) -> Mapping[str, Any]:
    try:
        record = json.loads((folder / RECORD).read_bytes())
    except (OSError, ValueError):  # none, or no longer ours: then we wrote nothing we know of
        return {}
    return record if isinstance(record, dict) else {}


def _plain(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


def _digest(content: bytes) -> bytes:
    """Return the digest of a content; how its lines end does not count."""
    return hashlib.sha256(_plain(content)).hexdigest().encode()
