"""Whether a page or a Markdown file is still as we wrote it: what somebody retouched by hand is not to be overwritten.

The digest of all that stands before it is a comment at the end, which no browser shows.
"""

from __future__ import annotations

import hashlib
import re

_COMMENT = re.compile(rb"<!-- ([0-9a-f]{64}) -->\n?$")


def page_with_digest(text: str) -> bytes:
    """Return a page as it is stored, its digest in a comment behind it."""
    content = f"{text.rstrip()}\n".encode()
    return content + b"<!-- %s -->\n" % _digest(content)


def is_page_retouched(data: bytes) -> bool:
    """Return whether a file is anything but a page exactly as we wrote it; how its lines end does not count."""
    plain = data.replace(b"\r\n", b"\n")
    found = _COMMENT.search(plain)
    return found is None or found[1] != _digest(plain[: found.start()])


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
