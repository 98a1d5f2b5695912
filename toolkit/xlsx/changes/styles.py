"""Further styles in a workbook's part of styles: each added once, however often it is asked for."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from toolkit.xlsx.parts import appended, replaced
from toolkit.xlsx.xmltree import as_utf8, find_spans

if TYPE_CHECKING:
    from toolkit.xlsx.xmltree import Span

_MEMBERS = {"fonts": "font", "fills": "fill", "borders": "border", "cellXfs": "xf", "dxfs": "dxf"}
# What may follow the differential formats in the part, in its order.
_BEHIND_DXFS = ("tableStyles", "colors", "extLst")
_COUNT = re.compile(rb'\bcount="\d+"')


class Styles:
    """The styles of a workbook with more to come; `finished` gives the part. The numbers are what cells refer to."""

    def __init__(self, xml: bytes) -> None:
        self._xml = as_utf8(xml)
        wanted = frozenset(chain(_MEMBERS, _MEMBERS.values(), _BEHIND_DXFS, {"styleSheet"}))
        self._spans = find_spans(self._xml, "styles", wanted)
        self._groups = {span.tag: span for span in reversed(self._spans) if span.tag in _MEMBERS}
        self._known = {group: self._members(group) for group in _MEMBERS}
        self._fresh: dict[str, list[bytes]] = {group: [] for group in _MEMBERS}

    def _members(self, group: str) -> list[bytes]:
        home = self._groups.get(group)
        if home is None:
            return []
        tag = _MEMBERS[group]
        inside = [span for span in self._spans if span.tag == tag and home.inner <= span.start < home.close]
        return [self._xml[span.start : span.end] for span in inside]

    def add(self, group: str, content: str) -> int:
        """Return the number of a member of a group, such as `fonts`, that has this content; added where there is none.

        `content` is the element without prefix, as this module's users write it.
        """
        prefix = self._spans[0].prefix
        element = re.sub(r"<(/?)(?=\w)", rf"<\1{prefix}", content).encode()
        known = [*self._known[group], *self._fresh[group]]
        if element in known:
            return known.index(element)
        self._fresh[group].append(element)
        return len(known)

    def finished(self) -> bytes:
        """Return the part with what was added."""
        edits: list[tuple[int, int, bytes]] = []
        for group, fresh in self._fresh.items():
            if not fresh:
                continue
            size = len(self._known[group]) + len(fresh)
            home = self._groups.get(group)
            if home is None:
                edits.append(self._new_group(group, fresh))
                continue
            found = _COUNT.search(self._xml, home.start, home.inner)
            if found:
                edits.append((*found.span(), b'count="%d"' % size))
            edits.append(appended(home, b"".join(fresh)))
        return replaced(self._xml, edits)

    def _new_group(self, group: str, fresh: list[bytes]) -> tuple[int, int, bytes]:
        root = self._spans[0]
        later: list[Span] = [span for span in self._spans if span.tag in _BEHIND_DXFS]
        at = min((span.start for span in later), default=root.close)
        tag = f"{root.prefix}{group}".encode()
        return at, at, b'<%s count="%d">%s</%s>' % (tag, len(fresh), b"".join(fresh), tag)
