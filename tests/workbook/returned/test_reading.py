"""What is read from workbooks that people and programs have changed: the right figures, and what was done to them."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest
from casebook import SENTENCE, SMALL, full_filing
from hypothesis import given, settings
from hypothesis import strategies as st
from packagecases import rezipped
from strangers import STRANGERS
from workbooks import (
    NAME,
    by_openpyxl,
    filled,
    issued,
    look_at,
    names_of,
    part_of,
    shifted,
    with_cells,
    with_formula,
    with_part,
)

from toolkit.form.registry import form_of_edition
from toolkit.form.values import Kind, Paragraph
from toolkit.workbook import layout as at
from toolkit.workbook.examining import Verdict
from toolkit.workbook.identity import IDENTITY_FACTS, PROPERTY_PREFIX
from toolkit.workbook.layout import IDENTITY_VALUE, KEYS_SHEET, Spot, lay_out
from toolkit.workbook.returned.reading import read_workbook
from toolkit.workbook.template.workbook import write_workbook
from toolkit.xlsx.package import open_package

if TYPE_CHECKING:
    from toolkit.form.model import Form
    from toolkit.workbook.examining import Examined

COVER_ROW = {"organ": at.COVER_ORGAN_ROW, "code": at.COVER_CODE_ROW, "year": at.COVER_YEAR_ROW}
WORKBOOK = "xl/workbook.xml"


def figure_of(form: Form, kind: Kind = Kind.COUNT) -> str:
    """Return the first field of a kind."""
    return next(field.id for field in form.fields.values() if field.kind is kind)


def severities(examined: Examined) -> dict[str, str]:
    return {finding.name: finding.severity.value for finding in examined.findings}


# Whose workbook it is


def told_otherwise(data: bytes, form: Form, fact: str, value: str, places: tuple[str, ...]) -> bytes:
    """Return the workbook with a fact of its identity changed in some of the three places."""
    if "hidden" in places:
        row = at.IDENTITY_FIRST_ROW + IDENTITY_FACTS.index(fact)
        data = with_cells(data, {Spot(KEYS_SHEET, row, IDENTITY_VALUE): int(value) if fact == "year" else value})
    if "cover" in places:
        spot = Spot(form.words.cover, COVER_ROW[fact], at.COVER_VALUE)
        data = with_cells(data, {spot: int(value) if fact == "year" else value})
    if "properties" in places:
        data = open_package(data).patched({}, {PROPERTY_PREFIX + fact: value})
    return data


@pytest.mark.parametrize("place", ["hidden", "properties", "cover"])
@pytest.mark.parametrize(("fact", "value"), [("organ", "别的机关"), ("code", "999"), ("year", "2022")])
def test_two_places_outvote_one(form_2021: Form, place: str, fact: str, value: str) -> None:
    examined = look_at(told_otherwise(filled("2021"), form_2021, fact, value, (place,)))
    original = look_at(filled("2021")).reading.identity
    assert examined.reading.identity == original
    told, verdict = {
        "cover": ("cover_contradicts", Verdict.NEEDS_FIXING),  # what people see says it is somebody else's
    }.get(place, ("identity_altered", Verdict.ACCEPTED))
    assert told in names_of(examined)
    assert examined.verdict is verdict


def test_two_places_that_agree_on_another_name_win(form_2021: Form) -> None:
    changed = told_otherwise(filled("2021"), form_2021, "organ", "改名后的机关", ("hidden", "properties"))
    examined = look_at(changed)
    assert examined.filing.organ == "改名后的机关"
    assert names_of(examined) == ["cover_contradicts"]
    (place,) = examined.findings[0].places
    assert (place.sheet, place.cell) == ("封面", "C3")


def test_three_different_names_are_an_error(form_2021: Form) -> None:
    changed = told_otherwise(filled("2021"), form_2021, "organ", "乙", ("hidden",))
    changed = told_otherwise(changed, form_2021, "organ", "丙", ("cover",))
    examined = look_at(changed)
    assert "identity_disagrees" in names_of(examined)
    assert examined.verdict is Verdict.NEEDS_FIXING
    message = next(finding.message for finding in examined.findings if finding.name == "identity_disagrees")
    assert all(name in message for name in ("示例机关", "乙", "丙"))


def without_properties(data: bytes) -> bytes:
    return rezipped(data, lambda name, content: None if name == "docProps/custom.xml" else content)


def test_two_places_that_disagree_and_no_third_are_an_error(form_2021: Form) -> None:
    changed = told_otherwise(without_properties(filled("2021")), form_2021, "organ", "乙", ("cover",))
    assert "identity_disagrees" in names_of(look_at(changed))


@pytest.mark.parametrize("lost", ["properties", "keys"])
def test_two_places_suffice(form: Form, lost: str) -> None:
    data = filled(form.edition)
    changed = (
        without_properties(data)
        if lost == "properties"
        else by_openpyxl(data, lambda book: book.remove(book[KEYS_SHEET]))
    )
    examined = look_at(changed)
    assert examined.reading.identity.organ == "示例机关"
    assert examined.filing.values == look_at(data).filing.values


def test_without_any_identity_it_is_not_our_workbook(form: Form) -> None:
    bare = by_openpyxl(without_properties(filled(form.edition)), lambda book: book.remove(book[KEYS_SHEET]))
    examined = look_at(bare)
    assert names_of(examined) == ["not_our_workbook"]
    assert examined.verdict is Verdict.UNREADABLE


def test_an_edition_we_do_not_know_is_not_our_workbook() -> None:
    changed = filled("2021")
    row = at.IDENTITY_FIRST_ROW + IDENTITY_FACTS.index("edition")
    changed = with_cells(changed, {Spot(KEYS_SHEET, row, IDENTITY_VALUE): "1999"})
    changed = open_package(changed).patched({}, {PROPERTY_PREFIX + "edition": "1999"})
    examined = look_at(changed)
    assert names_of(examined) == ["not_our_workbook"]
    assert "1999" in examined.findings[0].message


def test_a_year_the_edition_does_not_serve_is_an_error(form_2021: Form) -> None:
    examined = look_at(told_otherwise(filled("2021"), form_2021, "year", "2020", ("hidden", "properties", "cover")))
    assert "edition_not_for_year" in names_of(examined)
    assert examined.verdict is Verdict.NEEDS_FIXING


def test_another_draft_of_the_same_edition_is_read_and_noted() -> None:
    row = at.IDENTITY_FIRST_ROW + IDENTITY_FACTS.index("fingerprint")
    changed = with_cells(filled("2021"), {Spot(KEYS_SHEET, row, IDENTITY_VALUE): "0" * 16})
    changed = open_package(changed).patched({}, {PROPERTY_PREFIX + "fingerprint": "0" * 16})
    examined = look_at(changed)
    assert severities(examined) == {"definition_differs": "note"}
    assert examined.verdict is Verdict.ACCEPTED


# Formulas


def test_a_total_typed_over_is_recomputed_and_said(form: Form) -> None:
    total = figure_of(form, Kind.COMPUTED)
    spot = lay_out(form).spots[total]
    examined = look_at(with_cells(filled(form.edition), {spot: 77}))
    assert examined.filing.values[total] == 0
    (finding,) = [finding for finding in examined.findings if finding.name == "total_typed_differs"]
    assert [(place.field, place.sheet, place.cell) for place in finding.places] == [(total, spot.sheet, spot.cell)]
    assert finding.figures == {"文件": 77, "重新计算": 0}
    assert examined.verdict is Verdict.NEEDS_FIXING
    agreeing = look_at(with_cells(filled(form.edition), {spot: 0}))
    assert severities(agreeing) == {"total_typed": "note"}
    assert agreeing.verdict is Verdict.ACCEPTED


def test_another_formula_in_a_total_is_said(form: Form) -> None:
    total = figure_of(form, Kind.COMPUTED)
    changed = with_formula(filled(form.edition), lay_out(form).spots[total], "1+1", "2")
    assert severities(look_at(changed)) == {"formula_changed": "warning"}


def test_a_stale_stored_total_is_only_a_note(form: Form) -> None:
    total = figure_of(form, Kind.COMPUTED)
    spot = lay_out(form).spots[total]
    formula = open_package(filled(form.edition)).cells(spot.sheet)[spot.cell].formula
    examined = look_at(with_formula(filled(form.edition), spot, formula, "5"))
    assert severities(examined) == {"stored_total_differs": "note"}
    assert examined.filing.values[total] == 0


def test_totals_never_calculated_are_no_finding(form: Form) -> None:
    total = figure_of(form, Kind.COMPUTED)
    spot = lay_out(form).spots[total]
    formula = open_package(filled(form.edition)).cells(spot.sheet)[spot.cell].formula
    assert names_of(look_at(with_formula(filled(form.edition), spot, formula, None))) == []


def test_arithmetic_in_an_input_is_taken_with_a_note(form: Form) -> None:
    name = next(field.id for field in form.fields.values() if field.kind is Kind.CONTROL)
    examined = look_at(with_formula(filled(form.edition), lay_out(form).spots[name], "(3+4)*0", "0"))
    assert severities(examined) == {"formula_in_input": "note"}
    assert examined.filing.values[name] == 0
    assert examined.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("formula", ["SUM(A1:A2)", "A1", "1/Z9", "NOW()"])
def test_a_formula_that_refers_elsewhere_is_a_warning_as_the_sheet_takes_it(form_2021: Form, formula: str) -> None:
    name = figure_of(form_2021)
    examined = look_at(with_formula(filled("2021"), lay_out(form_2021).spots[name], formula, "0"))
    assert severities(examined) == {"formula_refers_elsewhere": "warning"}
    assert examined.verdict is Verdict.ACCEPTED


def test_a_formula_on_another_file_is_an_error(form_2021: Form) -> None:
    name = figure_of(form_2021)
    examined = look_at(with_formula(filled("2021"), lay_out(form_2021).spots[name], "[1]Sheet1!A1", "0"))
    assert severities(examined)["formula_not_ours"] == "error"
    assert examined.verdict is Verdict.NEEDS_FIXING


@pytest.mark.parametrize("stored", [None, "7", "99"])
def test_arithmetic_is_worked_out_whatever_is_stored(form_2021: Form, stored: str | None) -> None:
    name = figure_of(form_2021)
    examined = look_at(with_formula(filled("2021"), lay_out(form_2021).spots[name], "3+4", stored))
    assert severities(examined)["formula_in_input"] == "note"
    assert examined.filing.values[name] == 7


def test_an_error_value_is_no_number(form_2021: Form) -> None:
    name = figure_of(form_2021)
    part = part_of(filled("2021"), lay_out(form_2021).spots[name].sheet)
    cell = lay_out(form_2021).spots[name].cell
    error = rf'<c r="{cell}"\1 t="e"><v>#REF!</v></c>'
    changed = with_part(filled("2021"), part, lambda xml: re.sub(rf'<c r="{cell}"( s="\d+")><v>0</v></c>', error, xml))
    examined = look_at(changed)
    assert examined.filing.values[name] == "#REF!"
    assert examined.verdict is Verdict.NEEDS_FIXING


# Places


def renamed(data: bytes, sheet: str, new: str) -> bytes:
    return by_openpyxl(data, lambda book: setattr(book[sheet], "title", new))


def test_a_renamed_sheet_is_read_all_the_same(form: Form) -> None:
    for section in form.sections:
        before = look_at(filled(form.edition))
        examined = look_at(renamed(filled(form.edition), section.sheet, "改了名字的表"))
        assert examined.filing.values == before.filing.values
        assert examined.verdict is Verdict.ACCEPTED


def test_sheets_in_another_order_are_read_all_the_same(form: Form) -> None:
    def turn(book: openpyxl.Workbook) -> None:
        book._sheets.reverse()

    examined = look_at(by_openpyxl(filled(form.edition), turn))
    assert examined.filing.values == look_at(filled(form.edition)).filing.values
    assert examined.reading.identity.organ == "示例机关"
    assert examined.verdict is Verdict.ACCEPTED


def test_after_an_inserted_row_the_keys_win_and_it_is_said(form: Form) -> None:
    name = next(field.id for field in form.fields.values() if field.kind is Kind.COUNT)
    spot = lay_out(form).spots[name]
    changed = with_cells(filled(form.edition), {spot: 4321})
    changed = with_part(changed, part_of(changed, spot.sheet), lambda xml: shifted(xml, spot.row + 1))
    examined = look_at(changed)
    assert examined.filing.values[name] == 4321
    assert severities(examined)["anchors_disagree"] == "warning"
    finding = next(finding for finding in examined.findings if finding.name == "anchors_disagree")
    assert at.cell_name(spot.row + 1, spot.column) in {place.cell for place in finding.places}


@pytest.mark.parametrize("edition", ["2019", "2021"])  # a heading of the small form is merged over the row
def test_an_inserted_row_whose_names_moved_along_is_no_fault(edition: str) -> None:
    """As the office programs insert rows: they move the names with the cells."""
    form = form_of_edition(edition)
    name = next(field.id for field in form.fields.values() if field.kind is Kind.COUNT)
    spot = lay_out(form).spots[name]
    sheet = re.escape(at.quoted(spot.sheet))

    def moved(found: re.Match[str]) -> str:
        rows = (int(row) for row in (found[2], found[4]) if row)
        first, *last = (row + 1 if row > spot.row else row for row in rows)
        return found[1] + str(first) + "".join(f"{found[3]}{row}" for row in last)

    changed = with_cells(filled(form.edition), {spot: 4321})
    changed = with_part(changed, part_of(changed, spot.sheet), lambda xml: shifted(xml, spot.row + 1))
    changed = with_part(
        changed, WORKBOOK, lambda xml: re.sub(rf"({sheet}!\$[A-Z]+\$)(\d+)(:\$[A-Z]+\$)(\d+)", moved, xml)
    )
    examined = look_at(changed)
    assert examined.filing.values[name] == 4321
    assert "anchors_disagree" not in names_of(examined)
    assert "formula_changed" not in names_of(examined)


def test_without_names_everything_is_still_found_contacts_by_their_labels(form: Form) -> None:
    changed = with_part(filled(form.edition), WORKBOOK, lambda xml: re.sub(r"<definedNames>.*</definedNames>", "", xml))
    before = look_at(filled(form.edition)).filing
    assert dict(look_at(changed).filing.values) == dict(before.values)


def without_keys(data: bytes, form: Form) -> bytes:
    """Return the workbook with the hidden keys beside every row wiped, as copying the visible part alone does."""

    def wipe(book: openpyxl.Workbook) -> None:
        for section in form.sections:
            for row in book[section.sheet].iter_rows(min_col=1, max_col=1):
                row[0].value = None

    return by_openpyxl(data, wipe)


def test_without_keys_figures_and_prose_are_found_by_their_names(form: Form) -> None:
    examined = look_at(without_keys(filled(form.edition, 3), form))
    assert examined.filing.figures() == full_filing(form, 3).figures()
    prose = [field.id for field in form.fields.values() if field.kind is Kind.TEXT]
    assert [examined.filing.paragraphs(name) for name in prose] == [(Paragraph(SENTENCE),)] * len(prose)


def test_without_keys_and_names_figures_are_found_by_their_labels(form: Form) -> None:
    bare = without_keys(filled(form.edition, 3), form)
    bare = with_part(bare, WORKBOOK, lambda xml: re.sub(r"<definedNames>.*</definedNames>", "", xml, flags=re.DOTALL))
    examined = look_at(bare)
    assert examined.filing.figures() == full_filing(form, 3).figures()


def test_a_deleted_sheet_is_an_error_that_counts_its_cells(form: Form) -> None:
    section = next(section for section in form.sections if section.is_table)
    changed = by_openpyxl(filled(form.edition), lambda book: book.remove(book[section.sheet]))
    examined = look_at(changed)
    gone = {name for name, spot in lay_out(form).spots.items() if spot.sheet == section.sheet}
    typed = [f.id for f in form.fields.values() if f.id in gone and f.kind is not Kind.COMPUTED]
    finding = next(finding for finding in examined.findings if finding.name == "cell_missing")
    assert [place.field for place in finding.places] == typed
    assert examined.verdict is Verdict.NEEDS_FIXING


def test_extra_sheets_are_passed_over(form: Form) -> None:
    def add(book: openpyxl.Workbook) -> None:
        book.create_sheet("我的草稿", 0)["A1"] = "随便写写"

    examined = look_at(by_openpyxl(filled(form.edition), add))
    assert examined.filing.values == look_at(filled(form.edition)).filing.values
    assert examined.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("place", [0, -1], ids=["before", "behind"])
def test_a_sheet_copied_within_the_book_does_not_take_its_place(form: Form, place: int) -> None:
    section = next(section for section in form.sections if section.is_table)
    name = figure_of(form)

    def copy(book: openpyxl.Workbook) -> None:
        twin = book.copy_worksheet(book[section.sheet])
        twin[lay_out(form).spots[name].cell] = 99
        book.move_sheet(twin, 0 if place else -len(book.sheetnames))

    examined = look_at(by_openpyxl(filled(form.edition), copy))
    assert examined.filing.values[name] == 0
    assert "anchors_disagree" not in names_of(examined)


def test_protection_taken_off_is_noted_sheet_by_sheet(form: Form) -> None:
    section = form.sections[0]
    part = part_of(filled(form.edition), section.sheet)
    changed = with_part(filled(form.edition), part, lambda xml: re.sub(r"<sheetProtection[^>]*/>", "", xml))
    examined = look_at(changed)
    assert severities(examined) == {"protection_removed": "note"}
    assert [place.sheet for place in examined.findings[0].places] == [section.sheet]


def test_macros_and_links_are_noted_and_never_followed(form: Form) -> None:
    buffer = io.BytesIO(filled(form.edition))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    examined = look_at(buffer.getvalue())
    assert severities(examined) == {"extra_content": "note"}
    assert "vbaProject.bin" in examined.findings[0].message


# What programs do


def test_a_script_that_stores_no_results_is_read_right(form: Form) -> None:
    filing = full_filing(form)
    name = figure_of(form)
    spot = lay_out(form).spots[name]

    def fill(book: openpyxl.Workbook) -> None:
        book[spot.sheet][spot.cell] = 12

    examined = look_at(by_openpyxl(write_workbook(filing), fill))
    assert dict(examined.filing.values) == dict(filing.with_answers({name: 12}).values)
    assert not {"stored_total_differs", "formula_changed"} & set(names_of(examined))


def test_a_lying_dimension_hides_nothing(form: Form) -> None:
    spot = lay_out(form).spots[figure_of(form)]
    part = part_of(filled(form.edition), spot.sheet)
    lying = with_part(
        filled(form.edition), part, lambda xml: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1"', xml)
    )
    assert look_at(lying).filing.values == look_at(filled(form.edition)).filing.values


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("72701.25780000001", "72701.2578"),
        ("0.30000000000000004", "0.3"),
        ("59237.244899999998", "59237.2449"),
        ("0.1", "0.1"),
    ],
)
def test_an_amount_is_read_as_typed_not_as_its_binary_neighbour(form_2021: Form, stored: str, typed: str) -> None:
    name = figure_of(form_2021, Kind.AMOUNT)
    spot = lay_out(form_2021).spots[name]
    cell = re.compile(rf'(<c r="{spot.cell}"[^>]*>)<v>0</v>')
    part = part_of(filled("2021"), spot.sheet)
    examined = look_at(with_part(filled("2021"), part, lambda xml: cell.sub(rf"\g<1><v>{stored}</v>", xml)))
    assert examined.filing.values[name] == Decimal(typed)
    assert names_of(examined) == ["shown_result_differs"]  # the figure was changed in the file alone


@pytest.mark.parametrize("typed", ["约12", "十二", "1 2", "3+4", "2000万", "①", "12（待核实）", "待定", "\u3000"])
def test_text_where_a_number_belongs_is_kept_as_typed_and_refused(form_2021: Form, typed: str) -> None:
    name = figure_of(form_2021)
    examined = look_at(with_cells(filled("2021"), {lay_out(form_2021).spots[name]: typed}))
    assert examined.filing.values[name] == typed
    assert examined.verdict is Verdict.NEEDS_FIXING
    assert any(name in {place.field for place in finding.places} for finding in examined.findings)


def test_every_finding_of_a_field_says_sheet_and_cell(form: Form) -> None:
    for finding in look_at(issued(form.edition)).findings:
        for place in finding.places:
            spot = lay_out(form).spots[place.field]
            assert (place.sheet, place.cell) == (spot.sheet, spot.cell)


def test_prose_keeps_levels_order_and_blanks_out_nothing(form_2021: Form) -> None:
    prose = (Paragraph("（一）做法", 1), Paragraph("正文"), Paragraph("1.细目", 2), Paragraph("尾"))
    data = write_workbook(full_filing(form_2021).with_answers({"overview": prose}))
    assert look_at(data).filing.paragraphs("overview") == prose
    # A clerk leaves a row free between paragraphs and a level beside it.
    spot = lay_out(form_2021).spots["overview"]
    gap = Spot(spot.sheet, spot.row + 1, spot.column)
    assert look_at(with_cells(data, {gap: None})).filing.paragraphs("overview") == (prose[0], *prose[2:])


# Files that are none of ours: a verdict, never an exception


@pytest.mark.parametrize("kind", STRANGERS)
def test_a_file_that_is_no_workbook_gives_a_verdict(kind: str) -> None:
    examined = look_at(STRANGERS[kind](), "来件.xlsx")
    assert examined.verdict is Verdict.UNREADABLE
    assert names_of(examined) == ["not_a_workbook"]
    (finding,) = examined.findings
    assert "来件.xlsx" in finding.message
    assert finding.advice


def test_the_two_most_common_strangers_are_called_by_name() -> None:
    assert "打开密码" in look_at(STRANGERS["encrypted"]()).findings[0].message
    assert "旧格式" in look_at(STRANGERS["old excel"]()).findings[0].message


def test_a_workbook_of_somebody_else_gives_a_verdict() -> None:
    import openpyxl as program

    buffer = io.BytesIO()
    program.Workbook().save(buffer)
    examined = look_at(buffer.getvalue())
    assert examined.verdict is Verdict.UNREADABLE
    assert names_of(examined) == ["not_our_workbook"]


SMALLEST = filled("small")


@settings(max_examples=150, deadline=None)
@given(flips=st.lists(st.tuples(st.integers(0, len(SMALLEST) - 1), st.integers(1, 255)), min_size=1, max_size=6))
def test_flipped_bytes_never_raise(flips: list[tuple[int, int]]) -> None:
    data = bytearray(SMALLEST)
    for place, mask in flips:
        data[place] ^= mask
    assert read_workbook(bytes(data), NAME, SMALL).name == NAME


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(SMALLEST)))
def test_a_truncated_file_never_raises(length: int) -> None:
    assert read_workbook(SMALLEST[:length], NAME, SMALL).filing is None or length == len(SMALLEST)


PARTS = tuple(sorted(zipfile.ZipFile(io.BytesIO(SMALLEST)).namelist()))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PARTS), st.data())
def test_a_mangled_part_never_raises(part: str, draw: st.DataObject) -> None:
    """The zip is sound, its XML is not what we wrote: cut, repeated, or a piece of it replaced."""

    def mangle(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        first = draw.draw(st.integers(0, len(content)))
        last = draw.draw(st.integers(first, min(len(content), first + 400)))
        piece = draw.draw(
            st.sampled_from([b"", b"<", b"&", b'"', b"9" * 30, b"-1", b"nan", b"\xff", content[first:last] * 2])
        )
        return content[:first] + piece + content[last:]

    assert read_workbook(rezipped(SMALLEST, mangle), NAME, SMALL).name == NAME


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(PARTS), st.data())
def test_a_changed_attribute_never_raises(part: str, draw: st.DataObject) -> None:
    """Well-formed XML with an attribute or a text that no program should write."""
    odd = [
        "",
        "-1",
        "99999999999999999999",
        "１",
        "٣",
        "1.5",
        "#REF!",
        "A0",
        "XFE1",
        "ZZZZ99999999",
        "true",
        "veryOdd",
        "1e999",
        "²",
    ]

    def change(name: str, content: bytes) -> bytes:
        text = content.decode()
        spots = list(re.finditer(r'="([^"]*)"|<(?:v|f|t)>([^<]*)<', text)) if name == part else []
        if not spots:
            return content
        spot = draw.draw(st.sampled_from(spots))
        group = 1 if spot[1] is not None else 2
        value = draw.draw(st.sampled_from(odd))
        return (text[: spot.start(group)] + value + text[spot.end(group) :]).encode()

    assert read_workbook(rezipped(SMALLEST, change), NAME, SMALL).name == NAME


def test_a_changed_verdict_formula_is_told_and_not_believed(form_2021: Form) -> None:
    layout = lay_out(form_2021)
    key = "requests_balance.natural_person"
    name = "requests.new.natural_person"
    broken = with_cells(filled("2021"), {layout.spots[name]: 5})
    state = layout.check_cell(key, at.CHECK_STATE)
    examined = look_at(with_formula(broken, state, "0", "0"))
    assert severities(examined)["verdict_altered"] == "warning"
    assert severities(examined)["requests_balance"] == "error"
    assert "verdict_altered" not in names_of(look_at(broken))


@pytest.mark.parametrize(("typed", "told"), [("2025-01-20", 0), ("2025-02-30", 1), ("明天", 1)])
def test_a_date_that_is_none_is_told(form_2021: Form, typed: str, told: int) -> None:
    changed = with_cells(filled("2021"), {lay_out(form_2021).spots["cover.date"]: typed})
    assert list(names_of(look_at(changed))).count("date_unreadable") == told


def test_a_name_left_behind_by_a_deleted_row_is_not_read_twice(form_2021: Form) -> None:
    """A library that deletes a row leaves the names where they were, now over the next row's cells."""
    book = openpyxl.load_workbook(io.BytesIO(filled("2021")))
    sheet = book[form_2021.section("requests").sheet]
    spot = lay_out(form_2021).spots["requests.refused_security.natural_person"]
    sheet.delete_rows(spot.row + 1)
    out = io.BytesIO()
    book.save(out)
    examined = look_at(out.getvalue())
    assert severities(examined)["cell_missing"] == "error"
