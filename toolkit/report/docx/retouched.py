"""Whether a Word report is still as we wrote it: what somebody retouched by hand is not to be overwritten.

The digest of all other parts stands in the core properties as the document's version; a program that saves the document
keeps the version and changes the parts.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROPERTIES = "docProps/core.xml"
_END = b"</cp:coreProperties>"
_VERSION = re.compile(rb"<cp:version>[^<]*</cp:version>")


def with_digest(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the parts of a document with their digest in its properties; without properties they stay as they are."""
    if _PROPERTIES not in parts:
        return dict(parts)
    plain = _VERSION.sub(b"", parts[_PROPERTIES])
    marked = plain.replace(_END, b"<cp:version>%s</cp:version>%s" % (_digest(parts), _END))
    return {**parts, _PROPERTIES: marked}


def is_retouched(data: bytes) -> bool:
    """Return whether a file is anything but a document exactly as we wrote it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError, EOFError):
        return True
    return b"<cp:version>%s</cp:version>" % _digest(parts) not in parts.get(_PROPERTIES, b"")


def _digest(parts: Mapping[str, bytes]) -> bytes:
    found = hashlib.sha256()
    for name in sorted(parts):
        if name != _PROPERTIES:
            found.update(name.encode() + b"\0" + hashlib.sha256(parts[name]).digest())
    return found.hexdigest().encode()
