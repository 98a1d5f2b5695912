"""Workbooks as strangers send them: written by real programs, and the same with their parts rewritten by hand."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache
from typing import TYPE_CHECKING

import openpyxl
import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable

SHEET = "三、申请办理"
SHEET_PART = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
SHEET_XML = f'<worksheet xmlns="{MAIN}"><sheetData>%s</sheetData></worksheet>'


def by_xlsxwriter() -> bytes:
    """Return a workbook with every kind of cell, a hidden sheet, names, merges, protection and a custom property."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet, hidden = book.add_worksheet(SHEET), book.add_worksheet("_meta")
    hidden.very_hidden()
    hidden.write("A1", "键")
    unlocked, bold = book.add_format({"locked": False}), book.add_format({"bold": True})
    sheet.write_row("A1", ["标签", "  前后空格  ", "a&b<c>", "第一行\n第二行", "_x000D_"])
    sheet.write_rich_string("F1", "富", bold, "文", "本")
    sheet.write_row("A2", [0, 12, -3, 1.5, 0.1, 1e21, 2.5e-7, 10.0])
    sheet.write_blank("A3", None, unlocked)
    sheet.write("B3", 7, unlocked)
    sheet.write("C3", True)  # noqa: FBT003 - the value of the cell
    sheet.write_formula("A4", "=SUM(A2:B2)", None, 12)
    sheet.write_formula("B4", '=IF(A2=0,"待填","")', None, "待填")
    sheet.write_formula("C4", '=""', None, "")
    sheet.write_formula("D4", "=1/0", None, "#DIV/0!")
    sheet.write_formula("E4", "=A2>B2", None, False)  # noqa: FBT003 - the cached result
    sheet.write_formula("F4", "='_meta'!A1&\"<&\"", None, "键<&")
    sheet.merge_range("A6:C6", "合并")
    sheet.data_validation("B3", {"validate": "integer", "criteria": ">=", "value": 0})
    sheet.protect()
    book.define_name("requests.new.natural_person", f"='{SHEET}'!$B$3")
    book.set_custom_property("code", "11000000")
    book.close()
    return buffer.getvalue()


def by_openpyxl() -> bytes:
    """Return the same workbook after openpyxl, which drops stored results, has saved it."""
    buffer = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(by_xlsxwriter())).save(buffer)
    return buffer.getvalue()


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    """Return the zip with one member more."""
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, content)
    return buffer.getvalue()


def rezipped(
    data: bytes,
    edit: Callable[[str, bytes], bytes | None],
    rename: Callable[[str], str] = str,
    *,
    streamed: bool = False,
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Return the zip with each member passed through `edit` (None drops it), maybe renamed, maybe with descriptors."""
    buffer = io.BytesIO()
    target = _Unseekable(buffer) if streamed else buffer
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(target, "w", method) as new,  # type: ignore[arg-type]
    ):
        for info in old.infolist():
            content = edit(info.filename, old.read(info))
            if content is not None:
                new.writestr(rename(info.filename), content)
    return buffer.getvalue()


class _Unseekable:
    """A stream zipfile cannot go back in, so that it puts sizes into data descriptors."""

    def __init__(self, inner: io.BytesIO) -> None:
        self.inner = inner

    def write(self, data: bytes) -> int:
        return self.inner.write(data)

    def flush(self) -> None:
        self.inner.flush()


def with_sheet(data: bytes, change: Callable[[str], str | bytes]) -> bytes:
    """Return the workbook with the text of its first sheet changed."""

    def edit(name: str, content: bytes) -> bytes:
        if name != SHEET_PART:
            return content
        changed = change(content.decode())
        return changed if isinstance(changed, bytes) else changed.encode()

    return rezipped(data, edit)


def prefixed(xml: str) -> str:
    """Return a sheet with its elements under a prefix, as some generators write them."""
    return re.sub(r"(</?)([a-zA-Z])", r"\1x:\2", xml).replace("xmlns=", "xmlns:x=")


def without_places(xml: str) -> str:
    """Return a sheet whose rows and cells do not say where they stand; gaps are filled so that counting suffices."""
    rows: dict[int, dict[int, str]] = {}
    for found in re.finditer(r'<c r="([A-Z]+)(\d+)"(.*?)(?:/>|>(.*?)</c>)', xml):
        letters, row, attributes, inner = found.groups()
        rows.setdefault(int(row), {})[ord(letters) - 64] = f"<c{attributes}>{inner or ''}</c>"
    lines = "".join(
        "<row>"
        + "".join(rows.get(row, {}).get(column, "<c/>") for column in range(1, max(rows.get(row, [0])) + 1))
        + "</row>"
        for row in range(1, max(rows) + 1)
    )
    return re.sub(r"<sheetData>.*</sheetData>", lambda _: f"<sheetData>{lines}</sheetData>", xml)


# The same facts, told otherwise: each of these must read exactly as the workbook it is made from.
SAME: dict[str, Callable[[str], str | bytes]] = {
    "prefixed": prefixed,
    "strict": lambda xml: xml.replace(MAIN, STRICT),
    "a lying dimension": lambda xml: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1"', xml),
    "a byte order mark": lambda xml: "\ufeff" + xml,
    "single quotes": lambda xml: re.sub(r'="([^"]*)"', r"='\1'", xml),
    "a comment": lambda xml: xml.replace("<sheetData>", '<sheetData><!-- <c r="B3"><v>99</v></c> -->'),
    "an instruction": lambda xml: xml.replace("<sheetData>", '<sheetData><?x <c r="B3"><v>99</v></c>?>'),
    "a character section": lambda xml: xml.replace("<v>12</v>", "<v><![CDATA[12]]></v>"),
    "explicit number types": lambda xml: re.sub(r'<c (r="[A-Z]\d+"(?: s="\d+")?)>(?!<f>)', r'<c \1 t="n">', xml),
    "unknown attributes": lambda xml: xml.replace('<c r="B3"', '<c r="B3" cm="1"'),
    "types before styles": lambda xml: xml.replace('<c r="B3" s="1"', '<c s="1" r="B3"'),
    "numeric references": lambda xml: xml.replace("待填", "&#24453;&#x586B;"),
    "spread over lines": lambda xml: xml.replace("><", ">\r\n<").replace("<v>\r\n", "<v>"),
    "utf-16": lambda xml: xml.replace("UTF-8", "UTF-16").encode("utf-16"),
    "text before the declaration's encoding": lambda xml: xml.replace('encoding="UTF-8"', "encoding='utf-8'"),
    "an emptied element": lambda xml: xml.replace("<row ", "<row  "),
}


def change(part: str, old: str, new: str) -> Callable[[bytes], bytes]:
    def edit(name: str, content: bytes) -> bytes:
        return content.replace(old.encode(), new.encode()) if name == part else content

    return lambda data: rezipped(data, edit)


def same(_: str, content: bytes) -> bytes:
    return content


@cache
def by_xlsxwriter_once() -> bytes:
    """Return the workbook of `by_xlsxwriter`, written only once."""
    return by_xlsxwriter()
