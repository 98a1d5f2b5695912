"""What turns up in an inbox besides plain returns: every kind with the way to make it and what must become of it.

ACCEPTED    it is a sound return in disguise
UNREADABLE  it gets one receipt, which says why it cannot be read
IGNORED     no receipt, no word
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook

if TYPE_CHECKING:
    from collections.abc import Callable

ACCEPTED, UNREADABLE, IGNORED = "accepted", "unreadable", "ignored"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def archive_of(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook_of_others() -> bytes:
    book, buffer = Workbook(), io.BytesIO()
    book.active["A1"] = "年报"
    book.save(buffer)
    return buffer.getvalue()


def encrypted(archive: bytes) -> bytes:
    """Return a zip of one member whose two headers say that it is encrypted."""
    changed = bytearray(archive)
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = changed.index(signature) + offset
        changed[at : at + 2] = struct.pack("<H", struct.unpack_from("<H", changed, at)[0] | 1)
    return bytes(changed)


def spoilt(sound: bytes) -> bytes:
    """Return the workbook with the inside of its largest part overwritten."""
    with zipfile.ZipFile(io.BytesIO(sound)) as archive:
        part = max(archive.infolist(), key=lambda entry: entry.compress_size)
    start = part.header_offset + 30 + len(part.filename.encode()) + part.compress_size // 3
    return sound[:start] + b"\xa5" * 64 + sound[start + 64 :]


def with_damaged_member(_: bytes) -> bytes:
    content = archive_of({"表.xlsx": bytes(range(256)) * 40})
    return content[:4000] + b"\xff" * 16 + content[4016:]


def same(sound: bytes) -> bytes:
    return sound


# By name: the mark, and the content made from a sound return of an organ of its own.
FILES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "大写.XLSX": (ACCEPTED, same),
    "没有扩展名": (ACCEPTED, same),
    "旧扩展名.xls": (ACCEPTED, same),
    "像文本.txt": (ACCEPTED, same),
    "-rf.xlsx": (ACCEPTED, same),
    "名字 带'引号\" & 换行\n😀.xlsx": (ACCEPTED, same),
    f"{'很长的名字' * 16}.xlsx": (ACCEPTED, same),
    "/".join(["一层套一层"] * 12) + "/表.xlsx": (ACCEPTED, same),
    "绝对路径.zip": (ACCEPTED, lambda sound: archive_of({"/绝对路径.xlsx": sound})),
    "苹果打的包.zip": (ACCEPTED, lambda sound: archive_of({"表.xlsx": sound, "__MACOSX/._表.xlsx": b"\0\5\x16\7"})),
    "空.xlsx": (UNREADABLE, lambda _: b""),
    "文字.xlsx": (UNREADABLE, lambda _: "年报另送".encode()),
    "网页.xls": (UNREADABLE, lambda _: b"<html><table><tr><td>1</td></tr></table></html>"),
    "表.csv": (UNREADABLE, lambda _: "机关,数\n甲,1\n".encode("gb18030")),
    "扫描件.pdf": (UNREADABLE, lambda _: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    "照片.jpg": (UNREADABLE, lambda _: b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
    "加密.xlsx": (UNREADABLE, lambda _: OLE + bytes(4096)),
    "文档改名.xlsx": (
        UNREADABLE, lambda _: archive_of({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
    ),
    "别人的表.xlsx": (UNREADABLE, lambda _: workbook_of_others()),
    "半截.xlsx": (UNREADABLE, lambda sound: sound[: len(sound) // 2]),
    "没有开头.xlsx": (UNREADABLE, lambda sound: sound[100:]),
    "坏在中间.xlsx": (UNREADABLE, spoilt),
    "压缩.rar": (UNREADABLE, lambda _: b"Rar!\x1a\7\1\0" + bytes(64)),
    "套着的.zip": (UNREADABLE, lambda sound: archive_of({"里面.zip": archive_of({"表.xlsx": sound})})),
    "带密码.zip": (UNREADABLE, lambda sound: encrypted(archive_of({"表.xlsx": sound}))),
    "炸弹.zip": (UNREADABLE, lambda _: archive_of({"大.xlsx": bytes(120 << 20)}, zipfile.ZIP_DEFLATED)),
    "里面有坏的.zip": (UNREADABLE, with_damaged_member),
    "~$表.xlsx": (IGNORED, lambda _: b"\5user"),
    ".隐藏.xlsx": (IGNORED, same),
    ".DS_Store": (IGNORED, lambda _: b"\0\0\0\1Bud1"),
    "Thumbs.db": (IGNORED, lambda _: OLE),
    "desktop.ini": (IGNORED, lambda _: b"[.ShellClassInfo]"),
    "爬出去.zip": (ACCEPTED, lambda sound: archive_of({"../../../爬出去.xlsx": sound})),
    "空包.zip": (UNREADABLE, lambda _: archive_of({})),
    "只有文件夹.zip": (UNREADABLE, lambda _: archive_of({"文件夹/": b""})),
}  # fmt: skip
# Things that are no files, all to be ignored.
OTHERS: dict[str, Callable[[Path], None]] = {
    "文件夹.xlsx": lambda path: path.mkdir(),
    "断了的链接.xlsx": lambda path: path.symlink_to("没有这个文件"),
}
# What must not stop the collection of everything else, whatever becomes of it.
OBSTACLES: dict[str, Callable[[Path], None]] = {
    "管道.xlsx": os.mkfifo,
    os.fsdecode("老系统的名字".encode("gbk") + b".xlsx"): Path.touch,
}
KINDS: dict[str, str] = {name: mark for name, (mark, _) in FILES.items()} | dict.fromkeys(OTHERS, IGNORED)


def put_odd(folder: Path, name: str, sound: bytes) -> None:
    """Put one kind into a folder, made from a sound return."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if name in OTHERS:
        OTHERS[name](path)
    else:
        path.write_bytes(FILES[name][1](sound))
