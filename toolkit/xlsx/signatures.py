"""What a file that is not a modern workbook most likely is, told by its first bytes, never by its name."""

from __future__ import annotations

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再报送。"
_STARTS = (
    (b"%PDF", "这是 PDF 文件，不是工作簿。请报送填好的 .xlsx 文件。"),
    (b"Rar!", "这是 RAR 压缩包。请解压后报送其中的 .xlsx 文件。"),
    (b"7z\xbc\xaf\x27\x1c", "这是 7z 压缩包。请解压后报送其中的 .xlsx 文件。"),
    (b"\x1f\x8b", "这是 GZ 压缩包。请解压后报送其中的 .xlsx 文件。"),
    (b"{\\rtf", "这是 RTF 文档，不是工作簿。请报送填好的 .xlsx 文件。"),
)
_TEXTS = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", f"这是旧式 XML 表格。{_SAVE_AS}"),
    (b"<html", f"这是改了扩展名的网页。{_SAVE_AS}"),
    (b"<!doctype html", f"这是改了扩展名的网页。{_SAVE_AS}"),
    (b"<table", f"这是改了扩展名的网页。{_SAVE_AS}"),
    (b"mime-version:", f"这是改了扩展名的网页存档。{_SAVE_AS}"),
)
_LOOKED_AT = 4096


def why_not_zip(data: bytes) -> str:
    """Return a sentence saying what the file is and what to do; empty when it begins as a zip does."""
    if not data:
        return "文件是空的（0 字节），可能没有传完。请让对方重新发送。"
    if data.startswith(_OLE):
        return _why_not_ole(data)
    for start, reason in _STARTS:
        if data.startswith(start):
            return reason
    if data.startswith((b"PK\3\4", b"PK\5\6")):
        return ""
    beginning = data[:_LOOKED_AT].replace(b"\0", b"").lower()  # without NULs, UTF-16 text reads as plain ASCII does
    for mark, reason in _TEXTS:
        if mark in beginning:
            return reason
    return f"这不是 .xlsx 工作簿，看不出是什么文件。{_SAVE_AS}"


def _why_not_ole(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "工作簿设有打开密码，无法读取。请去掉打开密码（文件—信息—保护工作簿）后重新报送。"
    if "WordDocument".encode("utf-16-le") in data:
        return "这是旧式 Word 文档，不是工作簿。请报送填好的 .xlsx 文件。"
    return f"这是旧格式的表格（.xls 或 .et）。{_SAVE_AS}"
