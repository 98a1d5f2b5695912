"""A sheet that lists a hundred thousand rows and links: what is done leaves memory, for the disk or for a few bytes."""

from __future__ import annotations

import io
import os
import shutil
from functools import cache
from typing import TYPE_CHECKING, Any

from toolkit.xlsx.writer import LongWorksheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class ListWorksheet(LongWorksheet):
    """A sheet written row by row, downwards, its links to files from left to right.

    XlsxWriter keeps the height of every row and an object for every link until the book is closed: 1 KB a row.
    """

    def __init__(self) -> None:
        super().__init__()
        self.fh: Any = None  # where XlsxWriter writes; it opens the file of the rows later
        self._links = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="")  # as they stand in the sheet
        self.external_hyper_links: Any = _Targets()

    def write_link(
        self, row: int, column: int, link: Any, looks: tuple[Any, Any], text: str, *, tip: str = "", alone: str = ""
    ) -> None:
        """Write a link to a file as any sheet does, and keep what the book needs of it alone."""
        super().write_link(row, column, link, looks, text, tip=tip, alone=alone)
        for url in self.hyperlinks.pop(row, {}).values():
            self.rel_count += 1
            self._links.write(self._xml_of(row, column, url))
            self.external_hyper_links.add(url._target())  # noqa: SLF001 (as XlsxWriter asks for it)

    def _xml_of(self, row: int, column: int, url: Any) -> str:
        rows, link = self.fh, io.StringIO()
        self.fh = link
        self._write_hyperlink_external(row, column, self.rel_count, url)
        self.fh = rows
        return link.getvalue()

    def _write_hyperlinks(self) -> None:
        if self._links.seek(0, os.SEEK_END):
            self._xml_start_tag("hyperlinks")
            self._links.seek(0)
            shutil.copyfileobj(self._links, self.fh)
            self._xml_end_tag("hyperlinks")

    def _write_single_row(self, current_row_num: int = 0) -> None:
        done = self.previous_row
        super()._write_single_row(current_row_num)
        self.row_info.pop(done, None)
        self.row_sizes.pop(done, None)


class _Targets:
    """The files that the links of a sheet lead to, as XlsxWriter goes through them for the relationships."""

    def __init__(self, others: Sequence[Any] = ()) -> None:
        self._paths, self._others = bytearray(), others

    def add(self, path: str) -> None:
        """Keep one more."""
        self._paths += f"{path}\n".encode()

    def __add__(self, others: Sequence[Any]) -> _Targets:
        """Return these with what else the sheet refers to."""
        both = _Targets((*self._others, *others))
        both._paths = self._paths
        return both

    def __bool__(self) -> bool:
        """Return whether there is anything."""
        return bool(self._paths or self._others)

    def __iter__(self) -> Iterator[Any]:
        """Yield each as XlsxWriter has it: what it is, where it lies, and that it lies outside the workbook."""
        for path in io.BytesIO(self._paths):
            yield _HYPERLINK, path.decode().removesuffix("\n"), "External"
        yield from self._others


class _Kind(str):
    """What a relationship is, which XlsxWriter puts after its own address: one text for all, not one for each."""

    __slots__ = ()

    def __radd__(self, start: str) -> str:
        return _address(start, str(self))


@cache
def _address(start: str, kind: str) -> str:
    return f"{start}{kind}"


_HYPERLINK = _Kind("/hyperlink")
