"""Links from a workbook to files beside it, written so that every system can follow them."""

from __future__ import annotations

from functools import cache
from typing import Any


def file_link(path: str, text: str) -> Any:
    """Return a link for `write_url` to a file, shown as `text`.

    `path` is relative to the workbook, with forward slashes. XlsxWriter would turn them into backslashes, which only
    Windows takes for folders.
    """
    link = _kind()(f"external:{path}")
    link.text = text
    return link


@cache
def _kind() -> type[Any]:
    from xlsxwriter.url import Url

    class FileLink(Url):  # type: ignore[misc]
        def _target(self) -> str:
            return str(super()._target()).replace("\\", "/")

    return FileLink
