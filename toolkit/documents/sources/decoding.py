"""Bytes as text, whatever encoding they declare, do not declare or declare wrongly."""

from __future__ import annotations

import codecs
import re

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{3,30})""", re.IGNORECASE)
_LOOKED_AT = 4096
# Every byte is a letter to these; a page of Chinese that declares one of them declares it wrongly.
_WESTERN = {"iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "us-ascii", "ascii"}
# GB18030 holds all of GB2312 and GBK, by which names it goes in pages.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "cp936": "gb18030", "x-gbk": "gb18030"}


def decode(data: bytes, declared: str = "") -> str:
    """Return bytes as text: by their mark, as UTF-8 where they are that, as declared, as GB18030.

    UTF-8 comes before what a file declares: text of another encoding is almost never valid UTF-8, and declarations
    are often left over. What no encoding explains becomes replacement characters.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    found = _DECLARED.search(data[:_LOOKED_AT])
    named = declared or (found[1].decode("ascii") if found else "")
    named = "" if named.lower() in _WESTERN else named
    for encoding in ("utf-8", _WIDER.get(named.lower(), named), "gb18030"):
        try:
            return data.decode(encoding) if encoding else _undecided()
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode(_WIDER.get(named.lower(), "gb18030"), errors="replace")


def _undecided() -> str:
    raise LookupError
