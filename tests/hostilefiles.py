"""Files made to do harm: each begins as a sound return, and asks for memory, time or disk that no return needs."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from typing import TYPE_CHECKING

from packagecases import rezipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TABLE, STYLES, STRINGS = "xl/worksheets/sheet4.xml", "xl/styles.xml", "xl/sharedStrings.xml"
BOOK, LINKS, TABLE_LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/_rels/sheet4.xml.rels"
GIGABYTES = 3 << 30


def packed(content: bytes, method: int = zipfile.ZIP_DEFLATED, name: str = "甲.xlsx") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def newer(data: bytes) -> bytes:
    """Return a zip whose directory asks for a version that does not exist yet."""
    at = data.rfind(b"PK\1\2")
    return data[: at + 6] + struct.pack("<H", 99) + data[at + 8 :]


def damaged_lzma(data: bytes) -> bytes:
    at = len("PK\3\4") + 26 + len("甲.xlsx".encode()) + 12
    return data[:at] + bytes(byte ^ 0xFF for byte in data[at : at + 40]) + data[at + 40 :]


def changed(part: str, before: bytes, more: bytes) -> Callable[[bytes], bytes]:
    """Return what puts bytes before the first of some others in a part."""

    def change(sound: bytes) -> bytes:
        def edit(name: str, content: bytes) -> bytes:
            if name != part:
                return content
            assert before in content, part
            return content.replace(before, more + before, 1)

        return rezipped(sound, edit)

    return change


def replaced(part: str, content: bytes) -> Callable[[bytes], bytes]:
    return lambda sound: rezipped(sound, lambda name, old: content if name == part else old)


def added(part: str, content: bytes) -> Callable[[bytes], bytes]:
    def change(sound: bytes) -> bytes:
        buffer = io.BytesIO(sound)
        with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as package:
            package.writestr(part, content)
        return buffer.getvalue()

    return change


def members(count: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.txt", b"")
    return buffer.getvalue()


def rows(cell: str, count: int, first: int = 100) -> bytes:
    return "".join(f'<row r="{row}">{cell.format(row)}</row>' for row in range(first, first + count)).encode()


def sheet(cells: bytes) -> bytes:
    return b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (MAIN, cells)


def each(element: bytes, count: int, places: int = 1) -> bytes:
    """Return an element many times, each with a number of its own."""
    return b"".join(element % ((number,) * places) for number in range(1_000, 1_000 + count))


def keys(count: int) -> bytes:
    """Return rows whose hidden keys are all the same."""
    return rows('<c r="A{0}" t="str"><v>requests</v></c><c r="B{0}" t="str"><v>new</v></c>', count)


_LINK = b'<Relationship Id="x%d" Type="http://x/hyperlink" Target="http://x" TargetMode="External"/>'
_VALIDATION = b'<dataValidation type="whole" sqref="Z%d"><formula1>0</formula1></dataValidation>'
_CONDITION = (
    b'<conditionalFormatting sqref="A1:Z99"><cfRule type="expression" dxfId="0" priority="1"/></conditionalFormatting>'
)
_MERGE = b'<mergeCell ref="X%d:Y%d"/>'
_NAME = b'<definedName name="n%d">A!$A$1</definedName>'
_SHEET = b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>'
_SENTENCE = '<c r="C{0}" t="inlineStr"><is><t>今年没有收到申请，也没有收到行政复议。</t></is></c>'
_DRAWING = b'<d xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">%s</d>'
_ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
_MAIL = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"
_PAGE = b"--b\r\nContent-Type: text/html\r\n\r\n<html>"
_NUMBERS = b'<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0"/>'
FILES: dict[str, Callable[[bytes], bytes]] = {
    "新版的压缩包.zip": lambda sound: newer(packed(sound)),
    "新版的工作簿.xlsx": newer,
    "坏的LZMA.zip": lambda sound: damaged_lzma(packed(sound, zipfile.ZIP_LZMA)),
    "包里还是包.zip": lambda sound: packed(packed(sound), name="内.zip"),
    "只像压缩包.xlsx": lambda _: b"PK\3\4" + bytes(5000),
    "空的压缩包.xlsx": lambda _: b"PK\5\6" + bytes(18),
    "炸弹.xlsx": replaced(TABLE, bytes(400 << 20)),
    "炸弹.zip": lambda _: packed(bytes(400 << 20)),
    "十万个成员.zip": lambda _: members(100_000),
    "百万格.xlsx": replaced(TABLE, sheet(b'<c r="A1"><v>1</v></c>' * 1_000_000)),
    "百万行.xlsx": replaced(TABLE, sheet(rows("", 1_000_000, 1))),
    "百万个字符串.xlsx": replaced(STRINGS, b'<sst xmlns="%s">%s</sst>' % (MAIN, b"<si><t>x</t></si>" * 1_000_000)),
    "一个字符串很长.xlsx": replaced(STRINGS, b'<sst xmlns="%s"><si><t>%s</t></si></sst>' % (MAIN, b"x" * (60 << 20))),
    "二十万种样式.xlsx": changed(STYLES, b"</cellXfs>", _NUMBERS * 200_000),
    "二十万格有样式.xlsx": changed(TABLE, b"</sheetData>", rows('<c r="ZZ{0}" s="5"/>', 200_000)),
    "二十万条有效性.xlsx": changed(TABLE, b"</dataValidations>", each(_VALIDATION, 200_000)),
    "五万条条件格式.xlsx": changed(TABLE, b"<dataValidations", _CONDITION * 50_000),
    "十万个合并.xlsx": changed(TABLE, b"</mergeCells>", each(_MERGE, 100_000, 2)),
    "二十万个名称.xlsx": changed(BOOK, b"</definedNames>", each(_NAME, 200_000)),
    "两千张表.xlsx": changed(BOOK, b"</sheets>", each(_SHEET, 2_000, 2)),
    "十万个链接.xlsx": changed(LINKS, b"</Relationships>", each(_LINK, 100_000)),
    "同样的标识.xlsx": changed(TABLE, b"</sheetData>", keys(4_000)),
    "很多标识.xlsx": changed(TABLE, b"</sheetData>", keys(100_000)),
    "套一万层.xlsx": changed(TABLE, b"</sheetData>", b"<row>" * 10_000 + b"</row>" * 10_000),
    "没写完的行.xlsx": changed(TABLE, b"</worksheet>", b"<!--" + b"<row <col " * 2_000_000 + b"-->"),
    "有DTD.xlsx": changed(TABLE, b"<worksheet", _ENTITIES),
    "两千个图形.xlsx": added("xl/drawings/drawing9.xml", _DRAWING % (b"<a:t>x</a:t>" * 500_000)),
    "很长的说明.xlsx": changed(TABLE, b"</sheetData>", rows(_SENTENCE, 100_000)),
    "网页.html": lambda _: b"<html><table>" + b"<tr><td>1" * 1_000_000,
    "很长的文本.txt": lambda _: "二、主动公开政府信息情况\n".encode() * 3_000_000,
    "很长的表.csv": lambda _: b"1,2,3,4,5,6,7,8,9\r\n" * 3_000_000,
    "炸弹.docx": lambda _: packed(b'<w:document xmlns:w="w">' + b"<w:p/>" * 60_000_000, name="word/document.xml"),
    "看着像PDF.pdf": lambda _: b"%PDF-1.7\n" + b"1 0 obj\n" * 3_000_000,
    "很长的网页存档.mht": lambda _: _MAIL + _PAGE + b"A" * (76 << 20),
    "旧格式.xls": lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60 << 20),
}  # fmt: skip


def sparse(head: bytes) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(head)
        os.truncate(path, GIGABYTES)

    return make


def in_gbk(path: Path) -> None:
    folder = type(path)(os.fsdecode(os.fsencode(path.parent) + b"/" + "财政局".encode("gb18030")))
    folder.mkdir()
    (folder / "a.xlsx").write_bytes(b"x")


def of_the_year_9999(path: Path) -> None:
    path.write_bytes(b"x")
    os.utime(path, (253402300799, 253402300799))


def locked(path: Path) -> None:
    path.mkdir()
    (path / "a.xlsx").write_bytes(b"x")
    path.chmod(0)


# What is no plain file, or larger than may be written.
OTHERS: dict[str, Callable[[Path], None]] = {
    "三个G.xlsx": sparse(b"PK\3\4"),
    "三个G.zip": sparse(packed(b"x")),
    "三个G.xls": sparse(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    "三个G.pdf": sparse(b"%PDF-1.7\n"),
    "三个G.txt": sparse(b"a"),
    "管道.xlsx": os.mkfifo,
    "国标码的文件夹": in_gbk,
    "九九九九年.xlsx": of_the_year_9999,
    "锁住的文件夹": locked,
    "链接.xlsx": lambda path: path.symlink_to("一.xlsx"),
    "绕圈的链接": lambda path: path.symlink_to("."),
    "断了的链接.xlsx": lambda path: path.symlink_to("没有这个文件"),
}


def put_hostile(folder: Path, sound: bytes) -> int:
    """Put everything that does harm into a folder, and return how many files and other things that are."""
    for name, make in FILES.items():
        (folder / name).write_bytes(make(sound))
    for name, put in OTHERS.items():
        put(folder / name)
    return len(FILES) + len(OTHERS)
