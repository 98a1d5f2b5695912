"""Links from a workbook to files beside it, written so that every system can follow them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_CONTROL = re.compile(r"[\x00-\x1f]")
MOST_LINKS = 65_530  # on one sheet: of a file that has more, Excel drops them all


def has_room(links: int) -> bool:
    """Return whether a sheet with so many links takes another."""
    return links < MOST_LINKS


def about_links(wanted: int) -> str:
    """Return what to say above a list that should have so many links; empty where a sheet takes them all."""
    if wanted <= MOST_LINKS:
        return ""
    return f"一张表最多 {MOST_LINKS:,} 个链接，再往下的没有链接，只写文字。"


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
            target = str(super()._target()).replace("\\", "/")
            return _CONTROL.sub(lambda sign: f"%{ord(sign[0]):02X}", target)  # a file's name may hold a line break

    return FileLink
