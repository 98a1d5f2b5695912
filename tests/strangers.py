"""Files that are no workbook of ours, by what they are."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from workbooks import filled

if TYPE_CHECKING:
    from collections.abc import Callable

OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600)


def zip_of(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def document() -> bytes:
    import docx

    buffer = io.BytesIO()
    docx.Document().save(buffer)
    return buffer.getvalue()


STRANGERS: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "one byte": lambda: b"P",
    "text": "机关,数量\n甲,1\n".encode,
    "gbk text": lambda: "机关,数量\n甲,1\n".encode("gbk"),
    "web page": lambda: b"<html><table><tr><td>1</td></tr></table></html>",
    "word": document,
    "an empty zip": zip_of,
    "a zip of something": lambda: zip_of(**{"readme.txt": b"hello"}),
    "truncated": lambda: filled("2021")[:20000],
    "without its end": lambda: filled("2021")[:-10],
    "encrypted": lambda: OLE + "EncryptedPackage".encode("utf-16-le") + bytes(600),
    "old excel": lambda: OLE + "Workbook".encode("utf-16-le") + bytes(600),
    "pdf": lambda: b"%PDF-1.7\n",
}
