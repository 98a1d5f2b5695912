"""A table of organs as a file: read the cells of a .csv or .xlsx and find what stands under which head."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.errors import InputError
from toolkit.files import read_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

HEADS = {
    "code": ("代码", "机关代码", "单位代码", "code"),
    "name": ("名称", "机关名称", "单位名称", "name"),
    "parent": ("上级代码", "parent"),
    "kind": ("类型", "kind"),
    "contact": ("联系人", "contact"),
    "phone": ("电话", "联系电话", "phone"),
    "deadline": ("截止日期", "deadline"),
    "predecessor": ("前身代码", "predecessor"),
}
_MEANING = {head: key for key, heads in HEADS.items() for head in heads}
_HEAD_ROWS = 10  # a title or a remark may stand above the heads
_ADDRESS = re.compile(r"([A-Z]+)(\d+)")

CellValue = str | int | Decimal


def read_table(path: Path) -> list[tuple[int, Mapping[str, CellValue]]]:
    """Return every line that is not empty as its row number and its cells by the keys of `HEADS`.

    Raises:
        InputError: the file is neither kind of table, or has no heads 代码 and 名称.
    """
    data = read_file(path)
    table = list(_xlsx_rows(data, path) if data.startswith(b"PK\3\4") else _csv_rows(data, path))
    heads, first = _find_heads(table, path)
    return [
        (number, {key: cells.get(place, "") for place, key in heads.items()})
        for number, cells in table
        if number > first and any(str(cell).strip() for cell in cells.values())
    ]


def _find_heads(table: list[tuple[int, Mapping[int, CellValue]]], path: Path) -> tuple[Mapping[int, str], int]:
    for number, cells in table[:_HEAD_ROWS]:
        named = {place: _MEANING.get(str(cell).strip().lower(), "") for place, cell in cells.items()}
        heads = {place: key for place, key in named.items() if key}
        if {"code", "name"} <= set(heads.values()):
            twice = {HEADS[key][0] for key in heads.values() if list(heads.values()).count(key) > 1}
            if twice:
                raise InputError(str(path), [f"标题“{title}”有两列，请只留一列" for title in sorted(twice)])
            return heads, number
    known = "、".join(heads[0] for heads in HEADS.values())
    raise InputError(str(path), [f"没有找到标题行。第一行应写列标题，至少要有“代码”和“名称”；可用的标题：{known}"])


def _csv_rows(data: bytes, path: Path) -> Iterator[tuple[int, Mapping[int, CellValue]]]:
    text = _decoded(data, path)
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin = 1
    try:
        for cells in reader:
            # A quoted cell may run over several lines; the row is where it begins.
            yield begin, dict(enumerate(cell.strip() for cell in cells))
            begin = reader.line_num + 1
    except csv.Error as error:
        raise InputError(str(path), [f"第 {begin} 行附近的引号不成对，请用表格软件打开后另存"]) from error


def _decoded(data: bytes, path: Path) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InputError(str(path), ["不是能读取的名册，请另存为 .xlsx，或另存为 UTF-8 编码的 .csv"])


def _xlsx_rows(data: bytes, path: Path) -> Iterator[tuple[int, Mapping[int, CellValue]]]:
    from toolkit.xlsx.package import open_package

    package = open_package(data, path.name)
    found: dict[int, dict[int, CellValue]] = {}
    for sheet in package.sheets[:1]:
        for address, cell in package.cells(sheet.name).items():
            match = _ADDRESS.fullmatch(address)
            if match is not None and cell.value is not None:
                value = cell.value
                plain = value if isinstance(value, int | Decimal) and not isinstance(value, bool) else str(value)
                found.setdefault(int(match[2]), {})[_column(match[1])] = plain
    yield from sorted(found.items())


def _column(letters: Iterable[str]) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
