"""How programs write the file they save: openpyxl, WPS, one that drops names, LibreOffice through old formats.

The manner of WPS is a simulation from what was counted in files it saved: folders in the zip, line ends after the XML
declaration, `spans` last in a row, all texts shared, properties of its own, no calculation chain.
"""

from __future__ import annotations

import io
import re
import zipfile

from mangled.book import MAIN, NS, Book
from workbooks import by_openpyxl

EXTRA = (
    ' xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
    ' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"'
)
ORDER = ("r", "s", "customFormat", "ht", "hidden", "customHeight", "outlineLevel", "collapsed", "spans")
OWN = {"KSOProductBuildVer": "2052-12.1.0.20305", "ICV": "B3B5FEE3E2C24609AB2143F15B899CB3_12"}
FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"


def as_it_is(data: bytes) -> bytes:
    return data


def without_names(data: bytes) -> bytes:
    book = Book(data)
    for node in book.names:
        node.getparent().remove(node)
    return book.save()


def in_the_manner_of_wps(data: bytes) -> bytes:
    book = Book(data)
    for sheet in map(book.sheet, book.sheet_names):
        for position, cell in list(sheet.cells.items()):
            if cell.get("t") == "inlineStr":
                sheet.put(*position, sheet.text(*position))
        for row in sheet.rows.values():
            row.set("spans", "1:20")
            kept = {key: row.get(key) for key in ORDER if row.get(key) is not None}
            row.attrib.clear()
            row.attrib.update(kept)
        if sheet.root.find(f"{NS}sheetPr") is None:
            sheet.root.insert(0, sheet.root.makeelement(f"{NS}sheetPr", {}))
    return _written(book.save())


def _written(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    parts.pop("xl/calcChain.xml", None)
    if "docProps/app.xml" in parts:
        parts["docProps/app.xml"] = re.sub(rb"<AppVersion>[^<]*</AppVersion>", b"", parts["docProps/app.xml"])
    custom = parts.get("docProps/custom.xml", b"")
    pids = [int(pid) for pid in re.findall(rb'pid="(\d+)"', custom)] or [1]
    added = "".join(
        f'<property fmtid="{FORMAT_ID}" pid="{max(pids) + number}" name="{name}">'
        f"<vt:lpwstr>{value}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(OWN.items(), 1)
    )
    if custom:
        parts["docProps/custom.xml"] = custom.replace(b"</Properties>", added.encode() + b"</Properties>")
    folders = {name[: place + 1] for name in parts for place, letter in enumerate(name) if letter == "/"}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted({*parts, *folders}):
            archive.writestr(name, _manner(name, parts[name]) if name in parts else b"")
    return buffer.getvalue()


def _manner(name: str, content: bytes) -> bytes:
    if name.startswith("xl/worksheets/sheet"):
        head = f'xmlns="{MAIN}"'
        content = content.replace(head.encode(), (head + EXTRA).encode(), 1)
    if name == "xl/workbook.xml":
        version = b'<fileVersion appName="xl" lastEdited="3" lowestEdited="5" rupBuild="9302"/>'
        content = re.sub(rb"<fileVersion[^>]*/>", version, content)
    return re.sub(rb"\?>\s*<", b"?>\r\n<", content, count=1)


PROGRAMS = {"openpyxl": by_openpyxl, "wps": in_the_manner_of_wps, "no names": without_names}
