"""The sheet of remarks that a marked workbook carries: a row for each finding, live, with links to the cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from toolkit.filing.excerpts import beginning
from toolkit.filing.explanations import EXPLAINED, LEAST_EXPLANATION
from toolkit.filing.findings import Severity
from toolkit.workbook import remarks as at
from toolkit.workbook.layout import cell_name, quoted
from toolkit.workbook.marking.cell_to_mend import told_with_follows
from toolkit.workbook.template.styles import (
    BAD,
    BAD_INK,
    CONDITIONS,
    DOUBT,
    DOUBT_INK,
    HEAD,
    HEI,
    INK,
    INPUT,
    LINE,
    LINK,
    MUTED,
    SONG,
    lines_needed,
)
from toolkit.xlsx.changes.book import MAIN
from toolkit.xlsx.xmltree import escape_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolkit.workbook.marking.cell_to_mend import CellToMend
    from toolkit.xlsx.changes.styles import Styles

_HEADS: tuple[tuple[str, float], ...] = (
    ("序号", 5), ("程度", 6), ("状态", 9), ("位置（点击跳到）", 22), ("现在是", 10), ("应该是", 18), ("问题", 36),
    ("怎么改", 28), ("可能的格子 1", 20), ("可能的格子 2", 20), ("可能的格子 3", 20), ("说明", 28),
)  # fmt: skip
_LONGEST_TEXT = 2000
_LONGEST_LITERAL = 100  # a formula takes texts of 255 characters, and a doubled quote counts as two
_LINE_HEIGHT, _HIGHEST = 14, 400
SETTLED = "FALSE"  # the standing of a finding that the workbook's own formulas have put right
_TO_MEND, _TO_CHECK, _SETTLED, _UNSEEN = "待改", "待核对", "✓ 已处理", "改后重报"


@dataclass(frozen=True, slots=True)
class Target:
    """A cell that may be the wrong one: where it is, and what to say of it."""

    sheet: str
    cell: str
    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding made ready for its row.

    `standing` is an expression that is true while the finding stands, empty where no cell can tell. `explanation` is
    what was written about it, `mirror` the reference of a cell that holds the explanation instead. `marked` are the
    sheets and areas at which it is marked.
    """

    finding: Mapping[str, Any]
    at: CellToMend
    suspects: tuple[Target, ...]
    standing: str
    explanation: str
    mirror: str
    marked: tuple[tuple[str, str], ...]
    digest: str

    @property
    def is_error(self) -> bool:
        """Whether it must be mended and cannot be explained."""
        return str(self.finding["severity"]) == Severity.ERROR.value

    @property
    def is_open(self) -> bool:
        """Whether it is still to be seen to, as the sheet will say when it is opened."""
        return self.standing not in ("", SETTLED) and (self.is_error or not self.is_explained)

    @property
    def is_explained(self) -> bool:
        """Whether what was written about it was taken for an explanation."""
        return self.finding.get("closed") == EXPLAINED


def formats_of(styles: Styles) -> Mapping[str, int]:
    """Return the numbers of the cell formats the sheet and the cover's line use, added to the workbook's."""
    fonts = {
        "plain": _font(styles, INK),
        "bold": _font(styles, INK, bold=True),
        "link": _font(styles, LINK, underlined=True),
        "title": _font(styles, INK, size=15, name=HEI),
        "muted": _font(styles, MUTED, size=9),
        "call": _font(styles, BAD_INK, size=12, bold=True, underlined=True),
    }
    none = styles.add("fills", '<fill><patternFill patternType="none"/></fill>')
    fills = {name: _fill(styles, colour) for name, colour in (("head", HEAD), ("input", INPUT))}
    bare = styles.add("borders", "<border><left/><right/><top/><bottom/><diagonal/></border>")
    sides = "".join(
        f'<{side} style="thin"><color rgb="{_argb(LINE)}"/></{side}>' for side in ("left", "right", "top", "bottom")
    )
    box = styles.add("borders", f"<border>{sides}<diagonal/></border>")
    return {
        "title": _format(styles, fonts["title"], none, bare, wrap=False),
        "line": _format(styles, fonts["bold"], none, bare, wrap=False),
        "muted": _format(styles, fonts["muted"], none, bare, wrap=False),
        "call": _format(styles, fonts["call"], none, bare, wrap=False),
        "head": _format(styles, fonts["bold"], fills["head"], box),
        "cell": _format(styles, fonts["plain"], none, box),
        "link": _format(styles, fonts["link"], none, box),
        "quiet": _format(styles, fonts["muted"], none, box),
        "typed": _format(styles, fonts["plain"], fills["input"], box, locked=False),
    }


def marks_of(styles: Styles) -> Mapping[str, int]:
    """Return the numbers of the formats laid over marked cells, by severity, and over what is settled."""
    edge = "".join(
        f'<{side} style="thin"><color rgb="{_argb(BAD_INK)}"/></{side}>' for side in ("left", "right", "top", "bottom")
    )
    return {
        Severity.ERROR: _mark(styles, BAD_INK, "#FFB8AC", f"<border>{edge}</border>"),
        Severity.WARNING: _mark(styles, DOUBT_INK, "#FFD98F", f"<border>{edge}</border>"),
        "bad": _mark(styles, BAD_INK, BAD),
        "doubt": _mark(styles, DOUBT_INK, DOUBT),
        "good": styles.add("dxfs", f'<dxf><font><color rgb="{_argb(CONDITIONS["good"]["font_color"])}"/></font></dxf>'),
    }


def _argb(colour: str) -> str:
    return f"FF{colour.removeprefix('#')}"


def _font(
    styles: Styles, colour: str, size: float = 10.5, name: str = SONG, *, bold: bool = False, underlined: bool = False
) -> int:
    marks = f"{'<b/>' if bold else ''}{'<u/>' if underlined else ''}"
    return styles.add(
        "fonts",
        f'<font>{marks}<sz val="{size:g}"/><color rgb="{_argb(colour)}"/><name val="{name}"/><family val="2"/></font>',
    )


def _fill(styles: Styles, colour: str) -> int:
    pattern = f'<patternFill patternType="solid"><fgColor rgb="{_argb(colour)}"/><bgColor indexed="64"/></patternFill>'
    return styles.add("fills", f"<fill>{pattern}</fill>")


def _format(styles: Styles, font: int, fill: int, border: int, *, wrap: bool = True, locked: bool = True) -> int:
    alignment = '<alignment vertical="top" wrapText="1"/>' if wrap else '<alignment vertical="center"/>'
    protection = "" if locked else '<protection locked="0"/>'
    return styles.add(
        "cellXfs",
        f'<xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyNumberFormat="1"'
        ' applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1" applyProtection="1">'
        f"{alignment}{protection}</xf>",
    )


def _mark(styles: Styles, ink: str, ground: str, border: str = "") -> int:
    fill = f'<fill><patternFill patternType="solid"><bgColor rgb="{_argb(ground)}"/></patternFill></fill>'
    return styles.add("dxfs", f'<dxf><font><b/><color rgb="{_argb(ink)}"/></font>{fill}{border}</dxf>')


def open_range(count: int) -> str:
    """Return the reference of the column that says of each remark whether it is open."""
    first, last = (cell_name(row, at.OPEN, fixed=True) for row in (at.FIRST_ROW, at.FIRST_ROW + count - 1))
    return f"{quoted(at.REMARKS_SHEET)}!{first}:{last}"


def remarks_xml(
    remarks: Sequence[Remark], title: str, by: str, formats: Mapping[str, int], marks: Mapping[str, int]
) -> bytes:
    """Return the part of the sheet. `title` says whose return it is, `by` until when it is to come back."""
    rows = [*_heading(remarks, title, by, formats)]
    rows += [_row(place, remark, formats) for place, remark in enumerate(remarks)]
    last = at.FIRST_ROW + len(remarks)
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
        for place, (_, width) in enumerate(_HEADS, 1)
    )
    hidden = f'<col min="{at.OPEN + 1}" max="{at.DIGEST + 1}" width="9" hidden="1" customWidth="1"/>'
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{MAIN}"><sheetPr><tabColor rgb="{_argb(BAD_INK)}"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView showGridLines="0" workbookViewId="0">'
        f'<pane ySplit="{at.FIRST_ROW}" topLeftCell="{cell_name(at.FIRST_ROW, 0)}" activePane="bottomLeft"'
        ' state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
        f"<cols>{columns}{hidden}</cols><sheetData>{''.join(rows)}</sheetData>"
        '<sheetProtection sheet="1" objects="1" scenarios="1" formatColumns="0" formatRows="0"/>'
        f"{_conditions(last, marks)}"
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _heading(remarks: Sequence[Remark], title: str, by: str, formats: Mapping[str, int]) -> Iterator[str]:
    hint = (
        "点“位置”和“可能的格子”跳到要看的格子。改对以后格子的颜色自动消去，“状态”变成“✓ 已处理”。"
        f"错误必须改；提醒的数据确实如此的，在“说明”栏写明原因（不少于 {LEAST_EXPLANATION} 个字）。"
    )
    for row, cell, height in (
        (at.TITLE_ROW, _text(at.TITLE_ROW, at.SEVERITY, at.REMARKS_SHEET, formats["title"]), 26),
        (at.SUMMARY_ROW, _summary(remarks, title, by, formats["line"]), 20),
        (at.HINT_ROW, _text(at.HINT_ROW, at.SEVERITY, hint, formats["muted"]), 18),
    ):
        yield f'<row r="{row + 1}" ht="{height}" customHeight="1">{cell}</row>'
    heads = "".join(_text(at.HEAD_ROW, place, head, formats["head"]) for place, (head, _) in enumerate(_HEADS))
    yield f'<row r="{at.HEAD_ROW + 1}" ht="20" customHeight="1">{heads}</row>'


def _summary(remarks: Sequence[Remark], title: str, by: str, style: int) -> str:
    """Return the cell that says how many of each severity are still open, counted by the rows below."""
    unseen = sum(not remark.standing for remark in remarks)
    more = f"，另有 {unseen} 条改没改表上看不出" if unseen else ""
    errors = sum(remark.is_open and remark.is_error for remark in remarks)
    doubts = sum(remark.is_open and not remark.is_error for remark in remarks)
    before, between = f"{title}：还有 ", " 处错误要改，"
    behind = f" 处提醒请核对{more}。改好保存，{by}发回本文件。"
    done = f"{title}：有 {unseen} 条请照办，改没改表上看不出。" if unseen else f"{title}：都已处理。"
    done = f"{done}{by}发回本文件。"
    counts = [_still_open(len(remarks), severity.label) for severity in (Severity.ERROR, Severity.WARNING)]
    left = f"{_literal(before)}&{counts[0]}&{_literal(between)}&{counts[1]}&{_literal(behind)}"
    formula = f"IF(SUM({open_range(len(remarks))})=0,{_literal(done)},{left})"
    shown = f"{before}{errors}{between}{doubts}{behind}" if errors or doubts else done
    return _formula(at.SUMMARY_ROW, at.SEVERITY, formula, shown, style)


def _still_open(count: int, severity: str) -> str:
    """Return an expression that counts the open remarks of one severity."""
    areas = (
        f"{cell_name(at.FIRST_ROW, column, fixed=True)}:{cell_name(at.FIRST_ROW + count - 1, column, fixed=True)}"
        for column in (at.SEVERITY, at.OPEN)
    )
    return f"COUNTIFS({next(areas)},{_literal(severity)},{next(areas)},1)"


def _row(place: int, remark: Remark, formats: Mapping[str, int]) -> str:
    row, finding = at.FIRST_ROW + place, remark.finding
    chief = remark.at
    texts = {
        at.SEVERITY: Severity(finding["severity"]).label,
        at.PLACE: f"{chief.where}　{chief.label}" if chief.cell and chief.label else chief.where or "整个文件",
        at.FOUND: chief.found,
        at.DEMAND: chief.demand,
        at.MESSAGE: told_with_follows(finding),
        at.ADVICE: finding["advice"],
        **{at.SUSPECT + i: target.text for i, target in enumerate(remark.suspects)},
        **{at.SUSPECT + i: "" for i in range(len(remark.suspects), at.SUSPECTS)},
    }
    shown = {column: beginning(text, _LONGEST_TEXT) for column, text in texts.items()}
    linked = {at.PLACE: (chief.sheet, chief.cell)} if chief.cell else {}
    linked |= {at.SUSPECT + i: (target.sheet, target.cell) for i, target in enumerate(remark.suspects) if target.cell}
    lines = max(lines_needed(text, _HEADS[column][1]) for column, text in shown.items())
    cells = {
        at.NUMBER: f'<c r="{cell_name(row, at.NUMBER)}" s="{formats["cell"]}"><v>{place + 1}</v></c>',
        at.STATUS: _status(row, remark, formats),
        at.EXPLANATION: _explanation(row, remark, formats),
        at.OPEN: _open(row, remark),
        at.NAME: _text(row, at.NAME, finding["name"]),
        at.FIELDS: _text(row, at.FIELDS, ",".join(entry["field"] for entry in finding["places"] if entry["field"])),
        at.DIGEST: _text(row, at.DIGEST, remark.digest),
    }
    for column, text in shown.items():
        cells[column] = (
            _linked(row, column, text, linked[column], formats["link"])
            if column in linked
            else _text(row, column, text, formats["cell"])
        )
    height = min(_HIGHEST, lines * _LINE_HEIGHT + 6)
    body = "".join(cells[column] for column in sorted(cells))
    return f'<row r="{row + 1}" ht="{height}" customHeight="1">{body}</row>'


def _status(row: int, remark: Remark, formats: Mapping[str, int]) -> str:
    if not remark.standing:
        return _text(row, at.STATUS, _UNSEEN, formats["cell"])
    todo = _TO_MEND if remark.is_error else _TO_CHECK
    formula = f'IF({cell_name(row, at.OPEN)}=1,"{todo}","{_SETTLED}")'
    return _formula(row, at.STATUS, formula, todo if remark.is_open else _SETTLED, formats["cell"])


def _open(row: int, remark: Remark) -> str:
    if not remark.standing:
        return ""
    condition = remark.standing
    if not remark.is_error:
        # The sheet can only count; whether the words say anything is judged when the workbook comes back.
        cell = cell_name(row, at.EXPLANATION)
        said = f"LEN({cell})<{LEAST_EXPLANATION}"
        if remark.explanation and not remark.is_explained:  # it was judged to explain nothing, and stands there still
            said = f"OR({said},{_still_says(cell, remark.explanation)})"
        condition = f"AND({condition},{said})"
    value = int(remark.is_open)
    return f'<c r="{cell_name(row, at.OPEN)}"><f>{escape(f"IF({condition},1,0)")}</f><v>{value}</v></c>'


def _explanation(row: int, remark: Remark, formats: Mapping[str, int]) -> str:
    if remark.is_error:
        return _text(row, at.EXPLANATION, "", formats["quiet"])
    if remark.mirror and remark.explanation:
        return _formula(row, at.EXPLANATION, f'{remark.mirror}&""', remark.explanation, formats["quiet"])
    return _text(row, at.EXPLANATION, remark.explanation, formats["typed"])


def _text(row: int, column: int, text: str, style: int | None = None) -> str:
    look = "" if style is None else f' s="{style}"'
    if not text:
        return f'<c r="{cell_name(row, column)}"{look}/>'
    inner = f'<is><t xml:space="preserve">{escape_text(text)}</t></is>'
    return f'<c r="{cell_name(row, column)}"{look} t="inlineStr">{inner}</c>'


def _formula(row: int, column: int, formula: str, value: str, style: int) -> str:
    result = f'<v xml:space="preserve">{escape_text(value)}</v>'
    return f'<c r="{cell_name(row, column)}" s="{style}" t="str"><f>{escape(formula)}</f>{result}</c>'


def _still_says(cell: str, text: str) -> str:
    """Return an expression that is true while a cell begins as a text does."""
    head = text.split("\n", maxsplit=1)[0][:_LONGEST_LITERAL]
    held = f"TRIM({cell})" if head == text else f"LEFT(TRIM({cell}),{len(head)})"
    return f"{held}=TRIM({_literal(head)})"


def _linked(row: int, column: int, text: str, target: tuple[str, str], style: int) -> str:
    """Return a cell that leads to another; a formula, because programs do not wrap the text of a stored link."""
    sheet, cell = target
    return _formula(row, column, f"HYPERLINK({_literal(f'#{quoted(sheet)}!{cell}')},{_literal(text)})", text, style)


def _literal(text: str) -> str:
    """Return a text as a formula has it, in pieces where it is longer than programs take."""
    parts = [text[start : start + _LONGEST_LITERAL] for start in range(0, len(text), _LONGEST_LITERAL)] or [""]
    return "&".join('"{}"'.format(part.replace('"', '""')) for part in parts)


def _conditions(last: int, marks: Mapping[str, int]) -> str:
    area = f"{cell_name(at.FIRST_ROW, at.STATUS)}:{cell_name(last - 1, at.STATUS)}"
    first = cell_name(at.FIRST_ROW, at.STATUS)
    rules = "".join(
        f'<cfRule type="expression" dxfId="{marks[look]}" priority="{place}">'
        f'<formula>{first}="{word}"</formula></cfRule>'
        for place, (word, look) in enumerate(((_TO_MEND, "bad"), (_TO_CHECK, "doubt"), (_SETTLED, "good")), 1)
    )
    return f'<conditionalFormatting sqref="{area}">{rules}</conditionalFormatting>'
