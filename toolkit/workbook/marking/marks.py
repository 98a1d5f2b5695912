"""A clerk's own workbook sent back with every finding marked in it; what is not marked stays as it is.

Four kinds of marks: a colour over the cell that goes when its finding is settled or its value changes, a note at the
cell, a row on the sheet of remarks, a line on the cover. A workbook marked before loses its old marks first.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from toolkit.errors import WorkbookError
from toolkit.filing.excerpts import beginning
from toolkit.filing.findings import WAIVED, Severity, is_let_pass
from toolkit.form.ids import explanation_id
from toolkit.workbook import layout as at
from toolkit.workbook.examining import finding_json
from toolkit.workbook.marking.cell_to_mend import Held, cell_to_mend, suspect_demand
from toolkit.workbook.marking.remarks_sheet import (
    SETTLED,
    Remark,
    Target,
    formats_of,
    marks_of,
    open_range,
    remarks_xml,
)
from toolkit.workbook.marking.watching import Watch, checks_by_fields, first_of, is_typed
from toolkit.workbook.rectangles import rectangles
from toolkit.workbook.remarks import (
    AUTHOR,
    NOTE_BEGINS,
    NOTE_ENDS,
    OPEN_NAME,
    REMARKS_SHEET,
    SUSPECTS,
    digest_of,
    explained_in,
    is_our_note,
)
from toolkit.xlsx.changes.book import BookChange
from toolkit.xlsx.changes.notes import with_notes, without_notes
from toolkit.xlsx.changes.sheet_elements import (
    Condition,
    with_conditions,
    with_link,
    without_conditions,
    without_links,
)
from toolkit.xlsx.changes.styles import Styles
from toolkit.xlsx.package import NewCell, open_package
from toolkit.xlsx.patches import plan_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolkit.form.model import Form
    from toolkit.workbook.examining import Examined
    from toolkit.workbook.marking.cell_to_mend import Returned
    from toolkit.xlsx.package import Package

_COVER_LINE = at.cell_name(1, at.COVER_LABEL)  # free between the title and the organ
_MOST_NOTES = 12  # of one finding; more cells get the colour, and the first of them the note
_LONGEST_MESSAGE = 400
_SENT = (Severity.ERROR, Severity.WARNING)


def mark_workbook(
    data: bytes, name: str, form: Form, returned: Returned, findings: Iterable[Mapping[str, Any]], by: str = ""
) -> bytes:
    """Return the workbook with every error and warning marked in it, and what was marked before no longer.

    `findings` are as in the JSON of `xxgk check`, `returned` is what the workbook was read to hold, `by` the day until
    which it is to come back. Parts in which nothing is marked keep their bytes.

    Raises:
        WorkbookError: the file is no workbook, or a sheet of somebody else's has the name of the sheet of remarks.
    """
    package, found = open_package(data, name), list(findings)
    change = BookChange(package)
    remarks = tuple(_remarks(package, form, returned, found))
    _unmark(change, package, form)
    if remarks:
        styles = Styles(change.read(_styles_part(package)))
        formats, marks = formats_of(styles), marks_of(styles)
        change.write(_styles_part(package), styles.finished())
        title = f"{_organ(package, form)}{form.title}填报表"
        change.add_sheet(REMARKS_SHEET, remarks_xml(remarks, title, by, formats, marks))
        change.set_name(OPEN_NAME, open_range(len(remarks)))
        _mark_cells(change, package, form, remarks, marks)
        line = _Line(remarks, sum(map(is_let_pass, found)), by)
        _call_on_cover(change, package, form, line, formats["call"])
    return change.finished()


def mark_examined(data: bytes, examined: Examined, by: str = "") -> bytes:
    """Return a workbook that was just examined with every error and warning marked; see `mark_workbook`.

    Raises:
        WorkbookError: the file is no workbook of ours.
    """
    filing = examined.filing
    if filing is None:
        raise WorkbookError(examined.findings[-1].message)
    held = Held(filing.values, filing.previous, examined.reading.cells)
    findings = map(finding_json, examined.findings)
    return mark_workbook(data, examined.reading.name, filing.form, held, findings, by)


def _is_sent(finding: Mapping[str, Any]) -> bool:
    """Return whether there is anything to do about a finding; what the coordinator let pass is settled."""
    return finding["severity"] in _SENT and finding.get("closed") != WAIVED


def _styles_part(package: Package) -> str:
    part = package.styles_part()
    if part is None:
        raise WorkbookError("文件已损坏：没有样式部件。请用 Excel 或 WPS 打开后另存再试。")
    return part


def _organ(package: Package, form: Form) -> str:
    cells = package.cells(form.words.cover) if form.words.cover in _sheets(package) else {}
    cell = cells.get(at.cell_name(at.COVER_ORGAN_ROW, at.COVER_VALUE))
    return f"{cell.value} " if cell is not None and isinstance(cell.value, str) else ""


def _sheets(package: Package) -> Mapping[str, str]:
    return {sheet.name: sheet.part for sheet in package.sheets}


def _unmark(change: BookChange, package: Package, form: Form) -> None:
    """Take away every mark of ours: sheet, name, colours, notes, the cover's line."""
    sheets = _sheets(package)
    if OPEN_NAME not in package.names:
        if REMARKS_SHEET in sheets:
            raise WorkbookError(f"工作簿里已有一张自己加的“{REMARKS_SHEET}”表。请把它改名或移走再试。")
        return
    change.remove_sheet(REMARKS_SHEET)
    change.set_name(OPEN_NAME, None)
    for sheet, part in sheets.items():
        if sheet != REMARKS_SHEET:
            change.write(part, without_conditions(change.read(part), part, OPEN_NAME))
            without_notes(change, part, is_our_note)
    cover = sheets.get(form.words.cover)
    if cover is not None:
        change.write(cover, without_links(change.read(cover), cover, REMARKS_SHEET))
        if _is_our_line(package, form):
            _write_cell(change, cover, NewCell(None))


def _is_our_line(package: Package, form: Form) -> bool:
    cell = package.cells(form.words.cover).get(_COVER_LINE)
    return cell is not None and OPEN_NAME in cell.formula


def _write_cell(change: BookChange, part: str, cell: NewCell) -> None:
    changes = {_COVER_LINE: cell}
    change.write(part, plan_sheet(change.read(part), part, changes).fill(changes))


def _remarks(
    package: Package, form: Form, returned: Returned, findings: Iterable[Mapping[str, Any]]
) -> Iterator[Remark]:
    visible = {sheet.name for sheet in package.sheets if sheet.state == "visible" and sheet.name != REMARKS_SHEET}
    written = {(one.name, one.fields, one.digest): one.text for one in explained_in(package)}
    watch = Watch(form, package)
    for finding in filter(_is_sent, findings):
        fields = tuple(place["field"] for place in finding["places"] if place["field"])
        digest = digest_of(fields, returned.values, finding["figures"])
        is_held = _is_held(package, returned, finding)
        marked = () if is_held else tuple(dict.fromkeys(_cells_to_mark(form, returned, finding, visible)))
        on_checks = _explained_on_checks(form, returned, finding)
        yield Remark(
            finding=finding,
            at=cell_to_mend(form, returned, finding),
            suspects=tuple(_targets(returned, finding)),
            standing=SETTLED if is_held else _standing(watch, finding, marked),
            explanation=on_checks or written.get((finding["name"], fields, digest), ""),
            mirror=watch.explanation(finding) if on_checks else "",
            marked=marked,
            digest=digest,
        )


def _is_held(package: Package, returned: Returned, finding: Mapping[str, Any]) -> bool:
    """Return whether formulas of the workbook give what is asked for: a total of the document it was filled from."""
    suspects = finding["suspects"]
    tied = len(list(takewhile(lambda suspect: suspect["together"], suspects)))
    return bool(suspects) and all(_gives(package, returned, suspect) for suspect in suspects[: tied + 1])


def _gives(package: Package, returned: Returned, suspect: Mapping[str, Any]) -> bool:
    sheet, address = returned.cells.get(suspect["field"], ("", ""))
    cell = package.cells(sheet).get(address) if sheet in _sheets(package) else None
    return cell is not None and bool(cell.formula or cell.shared) and cell.value == suspect["value"]


def _standing(watch: Watch, finding: Mapping[str, Any], marked: Iterable[tuple[str, str]]) -> str:
    """Return an expression that is true while a finding or one of those that follow from it stands."""
    shown = list(marked)
    own = watch.standing(finding, shown)
    follows = [watch.standing(follow, shown) for follow in finding.get("follows", ())]
    several = list(dict.fromkeys(filter(None, (own, *follows))))
    return f"OR({','.join(several)})" if len(several) > 1 else own


def _explained_on_checks(form: Form, returned: Returned, finding: Mapping[str, Any]) -> str:
    fields = tuple(place["field"] for place in finding["places"])
    check = checks_by_fields(form).get((finding["name"], fields))
    said = returned.values.get(explanation_id(check.key)) if check is not None else None
    return str(said).strip() if said is not None and not isinstance(said, tuple) else ""


def _targets(returned: Returned, finding: Mapping[str, Any]) -> Iterator[Target]:
    suspects = finding["suspects"]
    for place, suspect in enumerate(suspects[:SUSPECTS], 1):
        sheet, cell = returned.cells.get(suspect["field"], ("", ""))
        text = f"{cell} {suspect['label']}：{suspect_demand(suspect)}".strip()
        if place == SUSPECTS and len(suspects) > SUSPECTS:
            rest = (returned.cells.get(other["field"], ("", ""))[1] or other["label"] for other in suspects[SUSPECTS:])
            text += f"；还可能是 {'、'.join(rest)}"
        yield Target(sheet, cell, text)


def _cells_to_mark(
    form: Form, returned: Returned, finding: Mapping[str, Any], visible: set[str]
) -> Iterator[tuple[str, str]]:
    """Yield the suspects' cells, else those a clerk can type in, else the first there is."""
    suspects = [returned.cells.get(suspect["field"], ("", "")) for suspect in finding["suspects"]]
    placed = [place for place in finding["places"] if place["cell"] and place["sheet"] in visible]
    typed = [place for place in placed if not place["field"] or is_typed(form, place["field"])]
    shown = [(sheet, cell) for sheet, cell in suspects if cell and sheet in visible]
    yield from shown or [(place["sheet"], place["cell"]) for place in typed or placed[:1]]


def _mark_cells(
    change: BookChange, package: Package, form: Form, remarks: Sequence[Remark], marks: Mapping[str, int]
) -> None:
    conditions: dict[str, list[Condition]] = {}
    notes: dict[str, dict[str, list[str]]] = {}
    watch = Watch(form, package)
    for number, remark in enumerate(remarks, 1):
        look = marks[remark.finding["severity"]]
        for sheet, area in _areas(package, remark.marked):
            standing = f"AND(INDEX({OPEN_NAME},{number})=1,{watch.unchanged(sheet, area)})"
            conditions.setdefault(sheet, []).append(Condition(area, standing, look))
        noted = remark.marked if len(remark.marked) <= _MOST_NOTES else remark.marked[:1]
        for sheet, area in noted:
            cell = at.cell_name(*first_of(area))
            notes.setdefault(sheet, {}).setdefault(cell, []).append(_said(number, remark, sheet, cell))
    for sheet, part in _sheets(package).items():
        if sheet in conditions:
            change.write(part, with_conditions(change.read(part), part, conditions[sheet]))
        texts = {cell: "\n".join((NOTE_BEGINS, *said, NOTE_ENDS)) for cell, said in notes.get(sheet, {}).items()}
        with_notes(change, part, texts, AUTHOR)


def _areas(package: Package, marked: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the areas of one finding: blank cells joined where they lie together, every other by itself."""
    blank: dict[str, list[tuple[int, int]]] = {}
    for sheet, area in marked:
        cell = package.cells(sheet).get(area)
        if ":" in area or (cell is not None and (cell.value is not None or cell.formula)):
            yield sheet, area
        else:
            blank.setdefault(sheet, []).append(first_of(area))
    for sheet, cells in blank.items():
        for top, left, bottom, right in rectangles(cells):
            first, last = at.cell_name(top, left), at.cell_name(bottom, right)
            yield sheet, first if first == last else f"{first}:{last}"


def _said(number: int, remark: Remark, sheet: str, cell: str) -> str:
    finding = remark.finding
    message = finding["message"]
    message = beginning(message, _LONGEST_MESSAGE)
    more = f"（共 {len(remark.marked)} 格）" if len(remark.marked) > _MOST_NOTES else ""
    own = [target.text for target in remark.suspects if (target.sheet, target.cell) == (sheet, cell)]
    hint = f"\n这一格：{own[0]}" if own else ""
    return f"第 {number} 条 {Severity(finding['severity']).label}{more}：{message}{hint}\n怎么改：{finding['advice']}"


@dataclass(frozen=True)
class _Line:
    """What the cover says of the remarks. Of `let_pass` errors nothing is to be mended, yet the cover counts them."""

    remarks: Sequence[Remark]
    let_pass: int
    by: str

    @property
    def before(self) -> str:
        """What stands before the number of remarks that are open."""
        return f"请按“{REMARKS_SHEET}”页逐条处理（点这里打开）：还有 "

    @property
    def behind(self) -> str:
        """What stands behind it."""
        more = f"，另有 {self._unseen} 条改没改表上看不出" if self._unseen else ""
        return f" 条{more}。改好保存，{self.by}发回本文件。"

    @property
    def done(self) -> str:
        """What is said once no remark is open as far as the workbook can tell."""
        done = f"“{REMARKS_SHEET}”都已处理"
        if self._unseen:
            done = f"“{REMARKS_SHEET}”有 {self._unseen} 条请照办（点这里打开），改没改表上看不出"
        until = "下面显示“可以报送”后保存"
        if self.let_pass:
            until = f"准予通过的 {self.let_pass} 处不用改，下面没有显示“可以报送”也请保存"
        return f"{done}。{until}，{self.by}发回本文件。"

    @property
    def _unseen(self) -> int:
        return sum(not remark.standing for remark in self.remarks)


def _call_on_cover(change: BookChange, package: Package, form: Form, line: _Line, style: int) -> None:
    cover = _sheets(package).get(form.words.cover)
    if cover is None:
        return
    cell = package.cells(form.words.cover).get(_COVER_LINE)
    if cell is not None and (cell.value is not None or cell.formula) and not _is_our_line(package, form):
        return
    number = sum(remark.is_open for remark in line.remarks)
    shown = f"{line.before}{number}{line.behind}" if number else line.done
    formula = f'IF(SUM({OPEN_NAME})=0,"{line.done}","{line.before}"&SUM({OPEN_NAME})&"{line.behind}")'
    _write_cell(change, cover, NewCell(shown, formula=formula, style=style))
    change.write(cover, with_link(change.read(cover), cover, _COVER_LINE, f"{at.quoted(REMARKS_SHEET)}!A1"))
