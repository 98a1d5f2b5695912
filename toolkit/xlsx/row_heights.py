"""How high rows show: stated for programs that do not measure wrapped text on opening, and still free to grow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROW = re.compile(rb"<((?:\w+:)?row)\b([^>]*?)(/?)>")
_NUMBER = re.compile(rb'\br\s*=\s*"(\d+)"')
_HEIGHT = re.compile(rb'\s(?:ht|customHeight)\s*=\s*"[^"]*"')


def with_row_heights(xml: bytes, heights: Mapping[int, float]) -> bytes:
    """Return a sheet part whose rows (by number from 1) are that high, in points.

    The height is not marked as the user's own, so that the row goes on growing with what is typed into it.
    """

    def higher(match: re.Match[bytes]) -> bytes:
        number = _NUMBER.search(match[2])
        if number is None or int(number[1]) not in heights:
            return match[0]
        height = f' ht="{heights[int(number[1])]:g}"'.encode()
        return b"<" + match[1] + _HEIGHT.sub(b"", match[2]) + height + match[3] + b">"

    return _ROW.sub(higher, xml)
