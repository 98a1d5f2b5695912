"""A table of organs as a file, read as people see it: visible sheets, shown digits, merged cells, heads in any dress.

What was read and what was not is kept beside the rows, so that nothing is dropped in silence.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.errors import InputError, WorkbookError, nearest
from toolkit.files import read_file
from toolkit.xlsx.sheet import split_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from toolkit.xlsx.package import Package

HEADS = {
    "code": ("代码", "机关代码", "单位代码", "统一社会信用代码", "社会信用代码", "机构代码", "编码", "code"),
    "name": ("名称", "机关名称", "单位名称", "机构名称", "单位", "部门", "部门名称", "name"),
    "parent": (
        "上级代码", "上级单位代码", "主管单位代码", "上级", "上级单位", "上级机关", "上级部门", "主管单位", "主管部门",
        "归口单位", "parent",
    ),
    "kind": ("类型", "类别", "kind"),
    "contact": ("联系人", "经办人", "填报人", "contact"),
    "phone": ("电话", "联系电话", "手机", "办公电话", "phone"),
    "deadline": (
        "截止日期", "截止时间", "报送期限", "报送截止日期", "报送截止时间", "报送时限", "截止", "截止日", "期限",
        "时限", "上报期限", "上报时限", "上报截止日期", "上报截止时间", "deadline",
    ),
    "predecessor": ("前身代码", "predecessor"),
    "ground": ("不报原因", "不单独报送原因", "免报原因", "免报", "ground"),
    "line": ("条线上级代码", "条线代码", "业务主管代码", "line"),
    "publish_by": ("公布期限", "公开期限", "公布截止日期", "publish_by"),
}  # fmt: skip
_MEANING = {head: key for key, heads in HEADS.items() for head in heads}
_HEAD_ROWS = 10  # a title or a remark may stand above the heads
_DRESS = re.compile(r"[\s*＊:：]|[（(][^（）()]*[)）]")
_UNSEEN = re.compile(r"[\u200b-\u200f\ufeff\u00ad]")
_KEPT_ZEROS = re.compile(r'="([^"]*)"|\'(.*)')
_ZEROS = re.compile(r"0+")
_NAME = re.compile(
    r"[^\s。，；：！？,;:!?\d][^。，；：！？,;:!?]{1,38}"
)  # what may be a name where nothing else says so

CellValue = str | int | Decimal
Line = tuple[int, "Mapping[int, CellValue]"]  # row number from 1, cells by column


@dataclass(frozen=True)
class RosterTable:
    """The lines of a roster by the keys of `HEADS`, to be gone through once, and what to tell of how they were read.

    `from_1904` says how the numbers of days count. `notes` are sentences for the coordinator.
    """

    lines: Iterator[tuple[int, Mapping[str, CellValue]]]
    from_1904: bool
    notes: tuple[str, ...]


def read_table(path: Path) -> RosterTable:
    """Return every line that is not empty, and what was read.

    Raises:
        InputError: the file is neither kind of table, has no head 名称, or several sheets could be the roster.
    """
    data = read_file(path)
    if data.startswith(b"PK\3\4"):
        return _from_workbook(data, path)
    lines = list(_csv_lines(data, path))
    heads, first = _names_alone(lines) or _required_heads(lines, path, "文件")
    return RosterTable(_named(lines, heads, first), False, tuple(_notes("", lines, heads, first)))  # noqa: FBT003


def _from_workbook(data: bytes, path: Path) -> RosterTable:
    from toolkit.xlsx.package import open_package

    try:
        package = open_package(data)
        visible = [sheet.name for sheet in package.sheets if sheet.state == "visible"]
        sheets = {name: list(_sheet_lines(package, name)) for name in visible}
    except WorkbookError as error:
        raise InputError(str(path), [f"不能作为名册读取：{_as_roster(str(error))}"]) from error
    fitting = {name: found for name, lines in sheets.items() if (found := _find_heads(lines, path)) is not None}
    if not fitting:
        fitting = {name: found for name, lines in sheets.items() if (found := _names_alone(lines)) is not None}
    if len(fitting) > 1:
        raise InputError(str(path), [f"有几张表都像名册：{'、'.join(fitting)}；请只留一张，或把别的隐藏起来"])
    if not fitting:
        filled = next((name for name, lines in sheets.items() if lines), "")
        _required_heads(sheets.get(filled, []), path, f"工作表“{filled}”" if filled else "文件")
    ((name, (heads, first)),) = fitting.items()
    notes = _notes(f"工作表“{name}”", sheets[name], heads, first)
    return RosterTable(_named(sheets[name], heads, first), package.dates_from_1904, tuple(notes))


def _as_roster(reason: str) -> str:
    """Return what a file is, with the remedy for a roster in place of that for a return."""
    return f"{reason.partition('。')[0]}。名册请另存为 .xlsx 或 .csv，第一行写列标题“代码”“名称”"


def _named(lines: list[Line], heads: Mapping[int, str], first: int) -> Iterator[tuple[int, Mapping[str, CellValue]]]:
    for number, cells in lines:
        if number > first and any(str(cell).strip() for cell in cells.values()):
            yield number, {key: cells.get(place, "") for place, key in heads.items()}


def _notes(where: str, lines: list[Line], heads: Mapping[int, str], first: int) -> Iterator[str]:
    if not first:
        yield f"名册{where}里只有一列，没有标题，当作机关名称"
        return
    titles = next(dict(cells) for number, cells in lines if number == first)
    read = "、".join(f"“{_plain(titles[place])}”" for place in heads)
    yield f"名册读的是{where}第 {first} 行起的列：{read}"
    unused = [_plain(title) for place, title in titles.items() if place not in heads and _plain(title)]
    if unused:
        yield f"没有用到的列：{'、'.join(f'“{title}”' for title in unused)}"


def _names_alone(lines: list[Line]) -> tuple[Mapping[int, str], int] | None:
    """Return the one column of a list that holds names and nothing else, without a head; None for any other table."""
    filled = [{place: cell for place, cell in cells.items() if str(cell).strip()} for _, cells in lines]
    places = {place for cells in filled for place in cells}
    texts = [cell for cells in filled for cell in cells.values()]
    if len(places) != 1 or any(not isinstance(text, str) or not _NAME.fullmatch(text.strip()) for text in texts):
        return None
    is_headed = any(_MEANING.get(_undressed(text)) or nearest(str(text), _MEANING) for text in texts[:_HEAD_ROWS])
    return None if is_headed else ({places.pop(): "name"}, 0)


def _required_heads(lines: list[Line], path: Path, where: str) -> tuple[Mapping[int, str], int]:
    found = _find_heads(lines, path)
    if found is not None:
        return found
    known = "、".join(heads[0] for heads in HEADS.values())
    seen = [_plain(cell) for _, cells in lines[:1] for cell in cells.values() if _plain(cell)]
    shown = f"{where}第一行是{'、'.join(f'“{title}”' for title in seen[:8])}" if seen else f"{where}是空的"
    hints = [f"“{title}”{hint}" for title in seen if (hint := nearest(title, _MEANING))]
    near = f"（{'；'.join(hints)}）" if hints else ""
    raise InputError(str(path), [f"没有找到标题行：{shown}{near}。标题至少要有“名称”；可用的标题：{known}"])


def _find_heads(lines: list[Line], path: Path) -> tuple[Mapping[int, str], int] | None:
    for number, cells in lines[:_HEAD_ROWS]:
        named = {place: _MEANING.get(_undressed(cell), "") for place, cell in cells.items()}
        heads = {place: key for place, key in named.items() if key}
        if "name" in heads.values() and (len(heads) > 1 or len(cells) == 1):
            twice = {HEADS[key][0] for key in heads.values() if list(heads.values()).count(key) > 1}
            if twice:
                raise InputError(str(path), [f"标题“{title}”有两列，请只留一列" for title in sorted(twice)])
            return heads, number
    return None


def _plain(cell: CellValue) -> str:
    return " ".join(_UNSEEN.sub("", str(cell)).split())


def _undressed(cell: CellValue) -> str:
    """Return a head without spaces, stars, colons, line breaks and what stands in brackets, in plain width."""
    return _DRESS.sub("", unicodedata.normalize("NFKC", _UNSEEN.sub("", str(cell)))).lower()


def _csv_lines(data: bytes, path: Path) -> Iterator[Line]:
    text = _decoded(data, path)
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin = 1
    try:
        for cells in reader:
            # A quoted cell may run over several lines; the row is where it begins.
            yield begin, dict(enumerate(_kept(cell.strip()) for cell in cells))
            begin = reader.line_num + 1
    except csv.Error as error:
        raise InputError(str(path), [f"第 {begin} 行附近的引号不成对，请用表格软件打开后另存"]) from error


def _kept(cell: str) -> str:
    """Return a cell without what people write to keep its noughts: `="001"`, `'001`."""
    found = _KEPT_ZEROS.fullmatch(cell)
    return cell if found is None else found[1] if found[1] is not None else found[2]


def _decoded(data: bytes, path: Path) -> str:
    from toolkit.xlsx.signatures import why_not_zip

    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and not text.startswith("%PDF"):
            return text
    raise InputError(str(path), [f"不能作为名册读取：{_as_roster(why_not_zip(data))}"])


def _sheet_lines(package: Package, sheet: str) -> Iterator[Line]:
    found: dict[int, dict[int, CellValue]] = {}
    for address, cell in package.cells(sheet).items():
        if cell.value is not None and not isinstance(cell.value, bool):
            row, column = split_address(address)
            found.setdefault(row, {})[column] = _shown(cell.value, package.number_format(cell.style))
    for merged in package.merges(sheet):
        _spread(found, merged)
    yield from sorted(found.items())


def _shown(value: CellValue, code: str) -> CellValue:
    """Return a value as it is shown: a format of noughts alone keeps as many digits."""
    if isinstance(value, int) and _ZEROS.fullmatch(code):
        return f"{value:0{len(code)}d}"
    return _kept(value) if isinstance(value, str) else value


_WIDEST = 5000  # rows a merged cell may cover; more is a sheet coloured as a whole


def _spread(found: dict[int, dict[int, CellValue]], merged: str) -> None:
    """Let every cell of a merged range hold what people see there, down its rows that hold an organ."""
    first, _, last = merged.partition(":")
    (top, left), (bottom, right) = split_address(first), split_address(last or first)
    value = found.get(top, {}).get(left)
    if value is None or left != right or bottom - top > _WIDEST:
        return  # across columns it is a title, which stands over the table
    for row in range(top + 1, bottom + 1):
        if row in found:
            found[row].setdefault(left, value)
