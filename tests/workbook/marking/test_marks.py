"""A workbook sent back with marks: nothing of it is lost, the marks are there, and they go when it is mended."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from casebook import ROOT, SENTENCE, SMALL, full_filing
from mangled.programs import PROGRAMS
from nodetools import check_files, need_node
from office import convert
from openpyxl.comments import Comment
from openxml_audit import OpenXmlValidator
from workbooks import by_openpyxl, filled, issued, look_at, part_of, parts, with_cells, with_part

from toolkit.errors import WorkbookError
from toolkit.filing.findings import Severity, raise_finding
from toolkit.form.ids import explanation_id
from toolkit.form.registry import form_of_edition
from toolkit.form.rules import bind_rules
from toolkit.form.values import Kind, Paragraph
from toolkit.workbook import remarks as at
from toolkit.workbook.filling import fill_workbook
from toolkit.workbook.layout import cell_name, lay_out
from toolkit.workbook.marking.marks import mark_examined
from toolkit.workbook.marking.watching import Watch
from toolkit.workbook.remarks import AUTHOR, NOTE_ENDS, OPEN_NAME, REMARKS_SHEET
from toolkit.workbook.template.workbook import write_workbook
from toolkit.xlsx.package import NewCell, open_package

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from toolkit.form.model import Form
    from toolkit.form.values import Value
    from toolkit.workbook.layout import Spot
    from toolkit.xlsx.package import Package

BY = "2051-01-20 前"


def equalities(form: Form) -> list[str]:
    """Return a typed field from the first balance of the form, then one of another table or column."""
    check = next(check for check in bind_rules(form) if not check.is_total and not check.previous_fields)
    return [name for name in check.inputs if form.fields[name].kind is Kind.COUNT]


def faulty(form: Form) -> bytes:
    """Return a return with a broken balance, a blank, a text for a figure and an empty section."""
    names = [field.id for field in form.fields.values() if field.kind is Kind.COUNT]
    prose = next(section.id for section in form.sections if not section.is_table)
    wrong = equalities(form)[0]
    others = [name for name in names if name not in equalities(form)]
    return answered(filled(form.edition), {wrong: 5, others[0]: None, others[1]: "三", prose: ()})


def answered(data: bytes, answers: Mapping[str, Value]) -> bytes:
    """Return a workbook with answers changed and everything shown as it then is, as an office program leaves it."""
    return fill_workbook(data, "a", lambda _: answers, SMALL)


def marked(data: bytes) -> bytes:
    return mark_examined(data, look_at(data), BY)


def sent(data: bytes) -> list[str]:
    return [finding.name for finding in look_at(data).findings if finding.severity is not Severity.NOTE]


def column(package: Package, number: int) -> list[object]:
    """Return what stands in a column of the sheet of remarks, row by row."""
    cells = package.cells(REMARKS_SHEET)
    rows = range(at.FIRST_ROW, at.FIRST_ROW + 200)
    names = [cell_name(row, at.NAME) for row in rows]
    last = next(place for place, name in enumerate(names) if name not in cells)
    found = [cells.get(cell_name(row, number)) for row in rows[:last]]
    return [None if cell is None else cell.value for cell in found]


def conditions(data: bytes) -> dict[str, list[str]]:
    """Return the areas with marks, by sheet."""
    found = {}
    for sheet in open_package(data).sheets:
        xml = parts(data)[sheet.part].decode()
        blocks = re.findall(r'<conditionalFormatting sqref="([^"]*)">(.*?)</conditionalFormatting>', xml, re.DOTALL)
        areas = [area for area, block in blocks if OPEN_NAME in block]
        if areas and sheet.name != REMARKS_SHEET:
            found[sheet.name] = areas
    return found


def test_every_value_and_every_finding_is_the_same_in_the_marked_workbook(form: Form) -> None:
    data = faulty(form)
    before, after = look_at(data), look_at(marked(data))
    assert dict(after.filing.values) == dict(before.filing.values)
    assert after.findings == before.findings
    assert len(before.findings) >= 4


def test_what_holds_no_mark_stays_byte_for_byte(form: Form) -> None:
    data = faulty(form)
    before, after = parts(data), parts(marked(data))
    touched = {name for name, content in before.items() if after[name] != content}
    sheets = {part_of(data, name) for name in conditions(marked(data))} | {part_of(data, form.words.cover)}
    book = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
    assert touched == sheets | book
    assert len(sheets) < len(open_package(data).sheets)
    # Within a sheet every cell stays as it is written; on the cover one line is new.
    for part in sheets - {part_of(data, form.words.cover)}:
        cells = [re.search(rb"<sheetData>.*</sheetData>", parts_[part], re.DOTALL) for parts_ in (before, after)]
        assert None not in cells
        assert len({found[0] for found in cells if found}) == 1


def test_every_finding_has_a_row_and_a_colour_and_a_note_at_its_cell(form: Form) -> None:
    data = faulty(form)
    package = open_package(marked(data))
    assert column(package, at.NAME) == sent(data)
    assert set(column(package, at.SEVERITY)) == {"错误"}
    assert set(column(package, at.STATUS)) == {"待改"}
    assert set(column(package, at.OPEN)) == {1}
    noted = {(sheet.name, cell) for sheet in package.sheets for cell in package.comments(sheet.name)}
    coloured = {(sheet, area.split(":")[0]) for sheet, areas in conditions(marked(data)).items() for area in areas}
    assert noted == coloured
    errors = [finding for finding in look_at(data).findings if finding.severity is Severity.ERROR]
    for finding in errors:
        places = {(one.sheet, one.cell) for one in (*finding.suspects, *finding.places)}
        assert places & noted, finding.name
    authors = {note.author for sheet in package.sheets for note in package.comments(sheet.name).values()}
    assert authors == {AUTHOR}


def test_a_suspect_is_marked_rather_than_the_whole_balance(form_2021: Form) -> None:
    answers = {"requests.new.natural_person": 31, "requests.granted.natural_person": 13}
    data = write_workbook(full_filing(form_2021).with_answers(answers))
    spots = lay_out(form_2021).spots
    package = open_package(marked(data))
    told = [note.text for note in package.comments(spots["requests.new.total"].sheet).values()]
    assert {spots["requests.new.natural_person"].cell, spots["requests.granted.natural_person"].cell} == set(
        package.comments(spots["requests.new.total"].sheet)
    )
    assert any("这一格：" in text and "应为 31" in text for text in told)
    links = package.cells(REMARKS_SHEET)[cell_name(at.FIRST_ROW, at.SUSPECT)].formula
    assert links.startswith('HYPERLINK("#')


def test_the_cover_says_what_to_do_and_by_when(form: Form) -> None:
    data = faulty(form)
    line = open_package(marked(data)).cells(form.words.cover)["B2"]
    assert line.value == (
        f"请按“{REMARKS_SHEET}”页逐条处理（点这里打开）：还有 {len(sent(data))} 条。改好保存，{BY}发回本文件。"
    )
    assert OPEN_NAME in line.formula


def test_marking_a_marked_file_replaces_the_marks(form: Form) -> None:
    data = faulty(form)
    once, twice = parts(marked(data)), parts(marked(marked(data)))
    assert set(once) == set(twice)
    differing = {name for name in once if once[name] != twice[name]}
    assert differing <= {"[Content_Types].xml"}  # only the order in which it names the parts


def test_a_mended_workbook_that_is_marked_has_no_mark_left(form: Form) -> None:
    clean = full_filing(form)
    values = {name: 0 for name in clean.answers if form.fields[name].kind is Kind.COUNT}
    prose = next(section.id for section in form.sections if not section.is_table)
    mended = answered(marked(faulty(form)), {**values, prose: (Paragraph(SENTENCE),)})
    after = marked(mended)
    package = open_package(after)
    assert REMARKS_SHEET not in {sheet.name for sheet in package.sheets}
    assert OPEN_NAME not in package.names
    assert conditions(after) == {}
    assert not any(package.comments(sheet.name) for sheet in package.sheets)
    assert package.cells(form.words.cover)["B2"].value is None
    assert not any("comments" in name or name.endswith(".vml") for name in parts(after))
    assert marked(filled(form.edition)) == filled(form.edition)


def test_notes_of_the_clerk_stay_and_are_told_ours_are_not(form: Form) -> None:
    spots = lay_out(form).spots
    wrong, other = equalities(form)[0], equalities(form)[1]

    def comment(book: object) -> None:
        for name in (wrong, other):
            book[spots[name].sheet][spots[name].cell].comment = Comment("请看附件", "王五")  # type: ignore[index]

    data = by_openpyxl(faulty(form), comment)
    once = marked(data)
    package = open_package(once)
    notes = package.comments(spots[wrong].sheet)
    assert {notes[spots[name].cell].text for name in (wrong, other)} == {"请看附件"}
    assert [f.name for f in look_at(once).findings] == [f.name for f in look_at(data).findings]
    assert [f.name for f in look_at(once).findings].count("comment_found") == 2
    mended = with_cells(once, {spots[wrong]: 0})
    left = open_package(marked(mended)).comments(spots[wrong].sheet)
    assert "王五" in {note.author for note in left.values()}
    assert not any(note.text.startswith("【修改意见】") and cell == spots[wrong].cell for cell, note in left.items())


def test_what_a_clerk_adds_to_our_note_is_told(form: Form) -> None:
    data = marked(faulty(form))
    part = next(name for name in parts(data) if name.startswith("xl/comments"))
    answered = with_part(data, part, lambda xml: xml.replace(NOTE_ENDS, f"{NOTE_ENDS}台账就是这样"))
    told = [finding.message for finding in look_at(answered).findings if finding.name == "comment_found"]
    assert any("台账就是这样" in message and "怎么改" not in message for message in told)


def test_a_sheet_of_somebody_elses_with_that_name_is_in_the_way(form: Form) -> None:
    own = by_openpyxl(faulty(form), lambda book: book.create_sheet(REMARKS_SHEET))
    with pytest.raises(WorkbookError, match="自己加的"):
        marked(own)


def doubtful(form: Form) -> tuple[bytes, Spot]:
    """Return a return with one warning about figures of last year, and the cell it is about."""
    check = next(
        check
        for check in bind_rules(form)
        if check.broken.name == "DOUBTFUL" and check.previous_fields and check.fields
    )
    filing = full_filing(form)
    previous = dict.fromkeys(check.previous_fields, 7)
    return write_workbook(replace(filing, previous=previous)), lay_out(form).spots[check.fields[0]]


def explained(data: bytes, text: str) -> bytes:
    package = open_package(data)
    place = column(package, at.SEVERITY).index("提醒")
    return package.patched({REMARKS_SHEET: {cell_name(at.FIRST_ROW + place, at.EXPLANATION): NewCell(text)}})


def warning(data: bytes) -> tuple[str, str, str]:
    found = next(finding for finding in look_at(data).findings if finding.severity is Severity.WARNING)
    return found.name, found.explanation, found.closed


def test_an_explanation_beside_a_remark_is_read_and_kept_until_the_figures_change(form_2021: Form) -> None:
    data, spot = doubtful(form_2021)
    name, nothing, opened = warning(data)
    assert (nothing, opened) == ("", "")
    said = explained(marked(data), "清理失效文件七件")
    assert warning(said) == (name, "清理失效文件七件", "explained")
    again = marked(said)
    assert warning(again) == (name, "清理失效文件七件", "explained")
    assert column(open_package(again), at.STATUS) == ["✓ 已处理"]
    assert warning(with_cells(again, {spot: 1}))[1:] == ("", "")
    assert "清理失效文件七件" not in column(open_package(marked(with_cells(again, {spot: 1}))), at.EXPLANATION)


def test_the_explanations_of_an_earlier_workbook_stand_under_their_head(form_2021: Form) -> None:
    old = ROOT / "tests" / "filled" / "openpyxl_suqian_2024.xlsx"
    check = next(check for check in bind_rules(form_2021) if check.is_explainable)
    finding = {"name": check.rule, "places": [{"field": field} for field in check.fields]}
    assert Watch(form_2021, open_package(old.read_bytes())).explanation(finding) == "'校验'!$K$5"
    assert Watch(form_2021, open_package(issued("2021"))).explanation(finding) == "'校验'!$F$5"


@pytest.mark.parametrize("text", ["无", "已核实", "数据属实", "经核实，数据无误。", "。。。。。", "一一一一一"])
def test_an_explanation_that_says_nothing_closes_nothing(form_2021: Form, text: str) -> None:
    data, _ = doubtful(form_2021)
    said = explained(marked(data), text)
    assert warning(said)[1:] == (text, "")
    found = next(finding for finding in look_at(said).findings if finding.severity is Severity.WARNING)
    assert found.message.endswith("没有写出原因，请写具体")


def test_an_explanation_on_the_checks_sheet_counts_and_is_shown(form_2021: Form) -> None:
    data, _ = doubtful(form_2021)
    finding = next(f for f in look_at(data).findings if f.severity is Severity.WARNING)
    fields = tuple(place.field for place in finding.places)
    check = next(c for c in bind_rules(form_2021) if (c.rule, c.fields) == (finding.name, fields))
    said = with_cells(data, {lay_out(form_2021).spots[explanation_id(check.key)]: "清理失效文件七件"})
    assert warning(said)[1:] == ("清理失效文件七件", "explained")
    assert column(open_package(marked(said)), at.EXPLANATION) == ["清理失效文件七件"]


def heading(data: bytes) -> str:
    """Return what stands at the head of the sheet of remarks."""
    cell = open_package(data).cells(REMARKS_SHEET)[cell_name(at.SUMMARY_ROW, at.SEVERITY)]
    assert cell.formula
    return str(cell.value)


def test_the_head_of_the_remarks_counts_what_is_open(form: Form) -> None:
    severities = [finding.severity for finding in look_at(faulty(form)).findings]
    errors, doubts = severities.count(Severity.ERROR), severities.count(Severity.WARNING)
    assert f"还有 {errors} 处错误要改，{doubts} 处提醒请核对。" in heading(marked(faulty(form)))


def test_the_head_says_when_all_is_explained(form_2021: Form) -> None:
    data, _ = doubtful(form_2021)
    assert "还有 0 处错误要改，1 处提醒请核对。" in heading(marked(data))
    assert "都已处理。" in heading(marked(explained(marked(data), "清理失效文件七件")))


@pytest.mark.office
def test_what_explains_nothing_leaves_its_remark_open_until_it_is_rewritten(form_2021: Form, tmp_path: Path) -> None:
    """LibreOffice counts as we do: words that were judged to say nothing, then a reason in their place."""
    data, _ = doubtful(form_2021)
    again = marked(explained(marked(data), "经核实，数据无误。"))
    assert (column(open_package(again), at.STATUS), column(open_package(again), at.OPEN)) == (["待核对"], [1])
    files = {"as_it_was": again, "rewritten": explained(again, "清理失效文件七件")}
    for name, content in files.items():
        (tmp_path / f"{name}.xlsx").write_bytes(content)
    saved = convert([tmp_path / f"{name}.xlsx" for name in files], tmp_path / "saved")
    opened = [column(open_package(path.read_bytes()), at.OPEN) for path in saved]
    assert opened == [[1], [0]]
    heads = [heading(path.read_bytes()) for path in saved]
    assert "0 处错误要改，1 处提醒请核对" in heads[0]
    assert "都已处理" in heads[1]


def faults(path: Path) -> set[str]:
    """Return what the validator says, but for its advice on where a sheet's texts are kept."""
    found = {error.description for error in OpenXmlValidator().validate(path).errors}
    return {fault for fault in found if "inline-string" not in fault}


def test_validators_have_nothing_against_a_marked_workbook(form: Form, tmp_path: Path) -> None:
    path = tmp_path / "marked.xlsx"
    path.write_bytes(marked(faulty(form)))
    assert OpenXmlValidator().validate(path).errors == []
    mixed = tmp_path / "mixed.xlsx"
    spot = lay_out(form).spots[equalities(form)[1]]

    def comment(book: object) -> None:
        book[spot.sheet][spot.cell].comment = Comment("请看附件", "王五")  # type: ignore[index]

    own = by_openpyxl(faulty(form), comment)
    (tmp_path / "own.xlsx").write_bytes(own)
    mixed.write_bytes(marked(own))
    assert faults(mixed) <= faults(tmp_path / "own.xlsx")


def marked_twice(data: bytes, folder: Path, name: str) -> list[Path]:
    """Write a workbook as it came, marked, and marked again."""
    once = marked(data)
    files = {"as it came": data, "marked": once, "marked again": marked(once)}
    for state, content in files.items():
        (folder / f"{name} {state}.xlsx").write_bytes(content)
    return [folder / f"{name} {state}.xlsx" for state in files]


def added(faults: Mapping[Path, list[str]], files: list[Path]) -> list[Counter[str]]:
    """Return what a validator says of the marked workbooks and not of the one that came, each as often as it is new."""
    before, *after = (Counter(faults[path]) for path in files)
    return [found - before for found in after]


# How a program writes and how marks are put in has nothing to do with the edition: the smallest form.
@pytest.mark.parametrize("program", PROGRAMS)
def test_validators_find_nothing_new_in_the_marked_file_of_another_program(program: str, tmp_path: Path) -> None:
    files = marked_twice(PROGRAMS[program](faulty(form_of_edition("small", SMALL))), tmp_path, program)
    assert added({path: list(faults(path)) for path in files}, files) == [Counter(), Counter()]


@pytest.mark.office
def test_validators_find_nothing_new_in_the_marked_file_of_libreoffice(form_2021: Form, tmp_path: Path) -> None:
    path = tmp_path / "2021.xlsx"
    path.write_bytes(faulty(form_2021))
    (saved,) = convert([path], tmp_path / "saved")
    files = marked_twice(saved.read_bytes(), tmp_path, "2021")
    assert added({path: list(faults(path)) for path in files}, files) == [Counter(), Counter()]


@pytest.mark.browser
def test_the_open_xml_sdk_finds_nothing_new_in_a_marked_workbook(tmp_path: Path) -> None:
    """Of our own nothing at all, of every edition; of other programs' nothing new, on the smallest form."""
    need_node()
    small = form_of_edition("small", SMALL)
    made = {name: marked_twice(save(faulty(small)), tmp_path, name) for name, save in PROGRAMS.items()}
    own = marked_twice(faulty(small), tmp_path, "small")
    for edition in ("2019", "2021"):
        own.append(tmp_path / f"{edition}.xlsx")
        own[-1].write_bytes(marked(faulty(form_of_edition(edition))))
    told = check_files([path for files in (own, *made.values()) for path in files])
    # Without the place: that of a format or a sheet is counted, and changes with what is added.
    found = {tmp_path / name: [one.partition(": ")[2] for one in remarks] for name, remarks in told.items()}
    assert [found[path] for path in own] == [[]] * len(own)
    for files in made.values():
        assert added(found, files) == [Counter(), Counter()]


@pytest.mark.office
def test_marked_mended_and_sent_again_through_libreoffice(tmp_path: Path) -> None:
    """All editions, through LibreOffice: the findings stay; mended, the marks say so; marked anew, they go."""
    originals = {edition: faulty(form_of_edition(edition, SMALL)) for edition in ("2019", "2021", "small")}
    files = {edition: tmp_path / f"{edition}.xlsx" for edition in originals}
    for edition, path in files.items():
        path.write_bytes(marked(originals[edition]))
    saved = dict(zip(files, convert(list(files.values()), tmp_path / "saved"), strict=True))
    for edition, path in saved.items():
        before, after = look_at(originals[edition]), look_at(path.read_bytes())
        assert [finding.name for finding in after.findings] == [finding.name for finding in before.findings]
        assert set(column(open_package(path.read_bytes()), at.OPEN)) == {1}
        assert heading(path.read_bytes()) == heading(marked(originals[edition]))
        spot = lay_out(form_of_edition(edition, SMALL)).spots[equalities(form_of_edition(edition, SMALL))[0]]
        path.write_bytes(with_cells(path.read_bytes(), {spot: 0}))
    for edition, path in zip(files, convert(list(saved.values()), tmp_path / "again"), strict=True):
        form = form_of_edition(edition, SMALL)
        package = open_package(path.read_bytes())
        names, settled = column(package, at.NAME), column(package, at.OPEN)
        rules = {check.rule for check in bind_rules(form)}
        assert {opened for name, opened in zip(names, settled, strict=True) if name in rules} == {0}
        assert {opened for name, opened in zip(names, settled, strict=True) if name not in rules} == {1}
        assert f"还有 {sum(map(int, settled))} 条" in str(package.cells(form.words.cover)["B2"].value)
        told = list(zip(column(package, at.SEVERITY), settled, strict=True))
        errors, doubts = told.count(("错误", 1)), told.count(("提醒", 1))
        assert f"还有 {errors} 处错误要改，{doubts} 处提醒请核对。" in heading(path.read_bytes())
        left = marked(path.read_bytes())
        assert column(open_package(left), at.NAME) == sent(path.read_bytes())
        remarked = open_package(left)
        told = [note.text for sheet in remarked.sheets for note in remarked.comments(sheet.name).values()]
        assert all(text.count("【修改意见】") == 1 for text in told)


def test_what_no_cell_can_tell_is_counted_apart_on_the_cover(form: Form) -> None:
    data = faulty(form)
    looked = look_at(data)
    stranger = raise_finding("seal_differs")
    back = mark_examined(data, replace(looked, findings=(*looked.findings, stranger)), BY)
    told = str(open_package(back).cells(form.words.cover)["B2"].value)
    assert f"还有 {len(sent(data))} 条，另有 1 条改没改表上看不出。" in told
    assert column(open_package(back), at.STATUS)[-1] == "改后重报"


def test_a_blank_workbook_is_marked_by_areas_and_few_notes(form: Form) -> None:
    data = marked(issued(form.edition))
    package = open_package(data)
    assert sum(len(areas) for areas in conditions(data).values()) < 80
    assert sum(len(package.comments(sheet.name)) for sheet in package.sheets) < 60
    assert look_at(data).findings == look_at(issued(form.edition)).findings
