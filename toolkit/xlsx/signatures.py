"""What a file that is not a modern workbook most likely is, told by what it holds, never by its name.

Every answer ends with a remedy that works for that kind. `check` and `collect` say the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再报送。"
_SEND_WORKBOOK = "请报送填好的 .xlsx 报表。"
_STARTS = (
    (b"%PDF", f"这是 PDF 文件，不是工作簿。{_SEND_WORKBOOK}"),
    (b"Rar!", "这是 RAR 压缩包。请解压后报送其中的 .xlsx 文件。"),
    (b"7z\xbc\xaf\x27\x1c", "这是 7z 压缩包。请解压后报送其中的 .xlsx 文件。"),
    (b"\x1f\x8b", "这是 GZ 压缩包。请解压后报送其中的 .xlsx 文件。"),
    (b"{\\rtf", f"这是 RTF 文档，不是工作簿。{_SEND_WORKBOOK}"),
    (b"\x89PNG", f"这是图片，不是工作簿。{_SEND_WORKBOOK}"),
    (b"\xff\xd8\xff", f"这是图片，不是工作簿。{_SEND_WORKBOOK}"),
    (b"GIF8", f"这是图片，不是工作簿。{_SEND_WORKBOOK}"),
    (b"BM", f"这是图片，不是工作簿。{_SEND_WORKBOOK}"),
    (b"II*\0", f"这是图片，不是工作簿。{_SEND_WORKBOOK}"),
)
# What programs that encrypt every document of an office write at the beginning.
_DOCUMENT_GUARDS = (b"e-safenet", b"esafenet", b"tsd-header", b"ipguard", b"landray-drm", b"\x62\x14\x23\x65")
_GUARDED = "文件被单位的文档加密软件加密，别的电脑打不开。请填报人先解密（外发审批）再报送；在对方电脑上另存没有用。"
_TEXTS = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", f"这是旧式 XML 表格。{_SAVE_AS}"),
    (b"<html", f"这是改了扩展名的网页。{_SAVE_AS}"),
    (b"<!doctype html", f"这是改了扩展名的网页。{_SAVE_AS}"),
    (b"<table", f"这是改了扩展名的网页。{_SAVE_AS}"),
    (b"mime-version:", f"这是改了扩展名的网页存档。{_SAVE_AS}"),
)
_MAIL = re.compile(rb"^(received|return-path|from|to|subject|date|message-id|delivered-to):", re.MULTILINE)
_MAIL_HEADERS = 2  # a web archive has the format's header lines too, but no sender and no subject
_LOOKED_AT = 4096
_SEARCHED = 1 << 20  # for the directory of an old office file, where it does not stand where its head says
_ENTRY = 128  # bytes of one entry of the directory of an old office file
_BIFF_BEGINS, _FILE_PASSWORD, _RECORDS = b"\x09\x08\x10\x00\x00\x06\x05\x00", 0x2F, 30
_SHOWN = 3


def why_not_zip(data: bytes) -> str:
    """Return a sentence saying what the file is and what to do; empty when it begins as a zip does."""
    if not data:
        return "文件是空的（0 字节），可能没有传完。请让对方重新发送。"
    if data.startswith((b"PK\3\4", b"PK\5\6")):
        return ""
    if data.startswith(_OLE):
        return _why_not_ole(data)
    started = next((reason for start, reason in _STARTS if data.startswith(start)), "")
    return started or _marked(data) or _plain_text(data) or f"这不是 .xlsx 工作簿，看不出是什么文件。{_SAVE_AS}"


def _marked(data: bytes) -> str:
    """Return what words near the beginning say the file is; empty where they say nothing."""
    beginning = data[:_LOOKED_AT].replace(b"\0", b"").lower()  # without NULs, UTF-16 text reads as plain ASCII does
    if any(mark in beginning for mark in _DOCUMENT_GUARDS):
        return _GUARDED
    if len(set(_MAIL.findall(beginning))) >= _MAIL_HEADERS:
        return "这是一封邮件。请打开邮件，把里面的附件另存出来，再报送附件。"
    return next((reason for mark, reason in _TEXTS if mark in beginning), "")


def _plain_text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data[:_LOOKED_AT].decode(encoding, errors="strict" if len(data) <= _LOOKED_AT else "ignore")
        except UnicodeDecodeError:
            continue
        if all(character.isprintable() or character in "\r\n\t" for character in text):
            kind = "用逗号或制表符分隔的文本表格（CSV）" if "," in text or "\t" in text else "纯文本"
            return f"这是{kind}，不是工作簿。请把数填进下发的 .xlsx 报表再报送。"
    return ""


# What an old office file is, by the streams under its root, the first that fits.
_OLE_KINDS = (
    ("EncryptedPackage", "工作簿设有打开密码，无法读取。请去掉打开密码（文件—信息—保护工作簿）后重新报送。"),
    ("Workbook", f"这是旧格式的表格（.xls 或 .et）。{_SAVE_AS}"),
    ("Book", f"这是旧格式的表格（.xls 或 .et）。{_SAVE_AS}"),
    ("WordDocument", f"这是旧式 Word 文档，不是工作簿。{_SEND_WORKBOOK}"),
    ("PowerPoint Document", f"这是旧式演示文稿，不是工作簿。{_SEND_WORKBOOK}"),
    ("__substg1.0", "这是一封 Outlook 邮件。请打开邮件，把里面的附件另存出来，再报送附件。"),
)


def _why_not_ole(data: bytes) -> str:
    names = ole_names(data)
    if {"Workbook", "Book"} & names and _has_password(data):
        return "这是设有打开密码的旧格式表格（.xls）。请去掉打开密码，再另存为“Excel 工作簿（.xlsx）”后报送。"
    fitting = (reason for mark, reason in _OLE_KINDS if any(name.startswith(mark) for name in names))
    return next(fitting, f"这是旧格式的表格（.xls 或 .et）。{_SAVE_AS}")


def ole_names(data: bytes) -> set[str]:
    """Return the streams directly under the root of an old office file: what it is, not what is embedded in it."""
    size = 1 << int.from_bytes(data[30:32], "little") if len(data) >= 52 else 0  # noqa: PLR2004 - the header
    start = (int.from_bytes(data[48:52], "little") + 1) * size
    names: set[str] = set()
    for at in range(start, min(start + size, len(data)), _ENTRY) if size in {512, 4096} else ():
        length = int.from_bytes(data[at + 64 : at + 66], "little")
        name = data[at : at + max(length - 2, 0)].decode("utf-16-le", errors="ignore")
        if name and length <= _ENTRY // 2:
            names.add(name)
    marks = ("EncryptedPackage", "Workbook", "Book", "WordDocument", "PowerPoint Document")
    return names or next(({mark} for mark in marks if mark.encode("utf-16-le") in data[:_SEARCHED]), set())


def _has_password(data: bytes) -> bool:
    at = data.find(_BIFF_BEGINS)
    for _ in range(_RECORDS if at >= 0 else 0):
        kind, length = int.from_bytes(data[at : at + 2], "little"), int.from_bytes(data[at + 2 : at + 4], "little")
        if kind == _FILE_PASSWORD:
            return True
        at += 4 + length
    return False


_ZIP_KINDS = {
    "word": f"这是 Word 文档，不是工作簿。{_SEND_WORKBOOK}",
    "ppt": f"这是演示文稿，不是工作簿。{_SEND_WORKBOOK}",
    "ofd.xml": f"这是 OFD 文件，不是工作簿。{_SEND_WORKBOOK}",
}
_TABLES = (".xlsx", ".xls", ".et", ".ods")


def what_zip(names: Iterable[str], read: Callable[[str], bytes]) -> str:
    """Return what a zip without a workbook is, with what to do."""
    listed = list(names)
    if "mimetype" in listed:
        kind = read("mimetype")[:80].decode("ascii", errors="ignore")
        is_table = "这是 LibreOffice 的表格（.ods）。请打开后另存为“Excel（.xlsx）”再报送。"
        return is_table if "spreadsheet" in kind else f"这是 LibreOffice 的文档，不是工作簿。{_SEND_WORKBOOK}"
    tops = {name.partition("/")[0].lower() for name in listed}
    reason = next((reason for top, reason in _ZIP_KINDS.items() if top in tops), "")
    return reason or _pack([name for name in listed if name.lower().endswith(_TABLES)])


def _pack(tables: list[str]) -> str:
    if not tables:
        return f"这是压缩包，里面没有报表。{_SEND_WORKBOOK}"
    more = f"等 {len(tables)} 个" if len(tables) > _SHOWN else ""
    shown = f"{'、'.join(tables[:_SHOWN])}{more}"
    return f"这是压缩包，里面有 {shown}。请解压后报送里面的文件；收件（collect）可以直接收压缩包。"
