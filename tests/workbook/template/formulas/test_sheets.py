"""The live cells: what a clerk sees while filling, and that it is never at odds with the verdict on intake."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pytest
from casebook import full_filing, load_cases, undeclared
from fillings import random_filing
from hands import without_results
from office import convert
from workbooks import YEARS, look_at, with_formula

from toolkit.filing.checking import check_filing
from toolkit.filing.findings import Severity, has_errors
from toolkit.filing.prose.marks import BLANK
from toolkit.form.checks import State
from toolkit.form.values import Kind, Paragraph
from toolkit.workbook import layout as at
from toolkit.workbook.examining import Verdict
from toolkit.workbook.layout import lay_out
from toolkit.workbook.template.formulas.results import SheetCounts
from toolkit.workbook.template.formulas.sheet_results import SheetResults
from toolkit.workbook.template.formulas.sheets import FormulaSheets, foot_row, formula_cells
from toolkit.workbook.template.workbook import write_workbook
from toolkit.workbook.wording.chinese import CHINESE
from toolkit.workbook.wording.languages import WORDINGS
from toolkit.xlsx.package import open_package

if TYPE_CHECKING:
    from pathlib import Path

    from casebook import Case

    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form
    from toolkit.form.values import Value
    from toolkit.workbook.template.formulas.results import FormulaCell


def shown(filing: Filing) -> dict[tuple[str, str], FormulaCell]:
    return {(live.spot.sheet, live.spot.cell): live for live in formula_cells(lay_out(filing.form), filing)}


def verdict(filing: Filing) -> str:
    return SheetResults(lay_out(filing.form), filing).verdict


def blank(form: Form) -> Filing:
    return full_filing(form, None).with_answers({f.id: None for f in form.fields.values() if f.kind is Kind.TEXT})


def test_a_sound_workbook_may_be_handed_in(form: Form) -> None:
    cell = at.cell_name(at.COVER_VERDICT_ROW, at.COVER_VALUE)
    assert (
        shown(full_filing(form))[form.words.cover, cell].value
        == verdict(full_filing(form))
        == lay_out(form).wording.states.ready
    )


def test_a_blank_workbook_has_no_errors_and_counts_every_cell_to_fill(form: Form) -> None:
    required = [field for field in form.fields.values() if field.kind.is_required_figure or field.kind is Kind.TEXT]
    counts = SheetCounts(blanks=len(required))
    assert verdict(blank(form)) == counts.verdict(lay_out(form).wording.states)


@pytest.mark.parametrize("case", load_cases(), ids=str)
def test_the_sheet_says_ready_exactly_where_intake_accepts(case: Case) -> None:
    findings = check_filing(case.filing)
    assert verdict(case.filing).startswith(lay_out(case.filing.form).wording.states.ready) == (not has_errors(findings))
    doubts = {finding.name for finding in findings if finding.severity is Severity.WARNING} - {"contact_missing"}
    some = SheetCounts(doubts=1).verdict(lay_out(case.filing.form).wording.states).partition("1")[0]
    assert verdict(case.filing).startswith(some) == (bool(doubts) and not has_errors(findings))


def test_the_sheet_says_ready_exactly_where_intake_accepts_at_random(form: Form) -> None:
    seen = set()
    for seed in range(12):
        filing = random_filing(form, YEARS[form.edition], seed)
        accepted = look_at(write_workbook(filing)).verdict is Verdict.ACCEPTED
        assert verdict(filing).startswith(lay_out(filing.form).wording.states.ready) == accepted
        seen.add(accepted)
    assert seen == {True, False}


def test_boards_add_up_to_the_cover(form: Form) -> None:
    for seed in range(8):
        live = SheetResults(lay_out(form), random_filing(form, YEARS[form.edition], seed))
        sheet_counts = live.sheet_counts.values()
        total = live.total_counts
        assert (total.errors, total.blanks, total.doubts) == (
            sum(board.errors for board in sheet_counts),
            sum(board.blanks for board in sheet_counts),
            sum(board.doubts for board in sheet_counts),
        )


def test_a_mended_figure_clears_what_it_broke(form: Form) -> None:
    """No stale error: break every figure in turn, put it right, and everything shown is as before."""
    sound = full_filing(form)
    before = {place: live.value for place, live in shown(sound).items()}
    names = [field.id for field in form.fields.values() if field.kind is Kind.COUNT]
    for name in names[:: max(1, len(names) // 5)]:
        broken = shown(sound.with_answers({name: -1}))
        assert {place: live.value for place, live in broken.items()} != before
        mended = shown(sound.with_answers({name: -1}).with_answers({name: 0}))
        assert {place: live.value for place, live in mended.items()} == before


def test_the_list_of_checks_shows_how_each_stands_in_symbol_and_word(form: Form) -> None:
    filings = (random_filing(form, YEARS[form.edition], seed) for seed in range(40))
    outcomes = [(filing, SheetResults(lay_out(form), filing).filing.outcomes) for filing in filings]
    broken = [one for one in outcomes if State.BROKEN in {outcome.state for outcome in one[1].values()}]
    for filing, found in broken[:4]:
        cells = shown(filing)
        for check, outcome in found.items():
            spot = lay_out(form).check_cell(check.key, at.CHECK_RESULT)
            assert cells[spot.sheet, spot.cell].value == lay_out(form).wording.states.results[outcome.state]
    assert len(broken) > 3


@pytest.mark.parametrize("language", WORDINGS)
def test_no_two_states_share_a_symbol_or_a_word(language: str) -> None:
    results = WORDINGS[language].states.results
    assert len({text[0] for text in results}) == len({text[1:] for text in results}) == len(State)


@pytest.mark.parametrize(
    ("board", "text", "verdict"),
    [
        (SheetCounts(), "✓ 已填好", "可以报送"),
        (SheetCounts(doubts=2), "！有 2 处请核对", "可以报送（有 2 处请核对）"),
        (SheetCounts(blanks=3), "… 3 处待填", "有 0 处错误，3 处待填"),
        (SheetCounts(errors=1), "✗ 1 处错误", "有 1 处错误，0 处待填"),
        (SheetCounts(1, 2, 3), "✗ 1 处错误，… 2 处待填", "有 1 处错误，2 处待填"),
    ],
)
def test_a_board_in_words(board: SheetCounts, text: str, verdict: str) -> None:
    assert (board.text(CHINESE.states), board.verdict(CHINESE.states)) == (text, verdict)


def test_every_sheet_names_organ_year_and_state(form: Form) -> None:
    filing = full_filing(form)
    cells = shown(filing)
    for section in form.sections:
        line = str(cells[section.sheet, at.cell_name(at.IDENTITY_ROW, at.FIRST_COLUMN)].value)
        assert filing.organ in line
        assert str(filing.year) in line
        strip = cells[section.sheet, at.cell_name(at.STRIP_ROW, at.FIRST_COLUMN)]
        assert "HYPERLINK" in strip.formula
        assert lay_out(form).wording.states.sound in str(strip.value)
        assert foot_row(lay_out(form), section) > at.BODY_ROW


def test_no_two_formulas_stand_in_one_cell(form: Form) -> None:
    cells = formula_cells(lay_out(form), full_filing(form))
    assert len({live.spot for live in cells}) == len(cells)


def strip_of(form: Form, filing: Filing, table: str) -> str:
    """Return the line above a table as it is shown."""
    sheet = form.section(table).sheet
    return str(shown(filing)[sheet, at.cell_name(at.STRIP_ROW, at.FIRST_COLUMN)].value)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (-3, "是负数"),
        (Decimal("2.5"), "有小数"),
        (13800138000, "的数太大"),
        ("12", "的数是文字格式，请重新输入"),
        (" 12 ", "的数带空格"),
        ("\u3000", "只有空格"),
        ("无", "是文字“无”"),
        ("12件", "的“12件”里多了“件”"),
        ("1,200", "的“1,200”里多了“,”"),
        ("约10", "的“约10”里多了“约”"),
        ("#DIV/0!", "是错误值"),
    ],
)
def test_the_line_above_a_table_says_what_is_wrong_with_a_cell(typed: Value, said: str, form_2021: Form) -> None:
    field = [field for field in form_2021.fields.values() if field.kind is Kind.COUNT][1]
    told = strip_of(form_2021, full_filing(form_2021).with_answers({field.id: typed}), field.table)
    assert f"：{lay_out(form_2021).spots[field.id].cell} {said}　▶" in told


def test_a_sound_table_says_nothing_of_a_cell(form: Form) -> None:
    for table in lay_out(form).tables:
        words = lay_out(form).wording
        assert strip_of(form, full_filing(form), table) == words.states.sound
        blanks = SheetCounts(
            blanks=len([f for f in form.fields.values() if f.table == table and f.kind.is_required_figure])
        )
        assert strip_of(form, full_filing(form, None), table) == blanks.text(words.states) + words.lines.hint


@pytest.mark.office
def test_the_line_above_a_table_leads_to_the_first_wrong_cell_then_the_first_broken_balance(
    form_2021: Form, tmp_path: Path
) -> None:
    """What the link leads to is computed by LibreOffice in a cell of the cover."""
    form, layout, sound = form_2021, lay_out(form_2021), undeclared(form_2021)
    first, second = "requests.new.natural_person", "requests.carried_out.total"
    balance = next(c for c in layout.check_rows if c.startswith("requests_balance"))
    check = next(c for c in sound.outcomes if c.key == balance)
    lowest = [f.id for f in form.fields.values() if f.table == "requests" and f.kind is Kind.COUNT][-1]
    assert second in form.fields
    wanted = {
        layout.spots[check.fields[0]].cell: sound.with_answers({first: 3}),
        layout.spots[lowest].cell: sound.with_answers({lowest: "x"}),
        layout.spots[first].cell: sound.with_answers({first: None}),
        "校验!A1": sound,
    }
    section = form.section("requests")
    sources = []
    for place, filing in enumerate(wanted.values()):
        link = FormulaSheets(layout).link(section)
        spot = at.Spot(form.words.cover, at.COVER_COUNTS_ROW, at.COVER_VALUE)
        sources.append(tmp_path / f"{place}.xlsx")
        data = with_formula(without_results(write_workbook(filing), filing), spot, escape(link), None)
        sources[-1].write_bytes(data)
    for path, cell in zip(convert(sources, tmp_path / "saved"), wanted, strict=True):
        found = open_package(path.read_bytes()).cells(form.words.cover)[spot.cell].value
        assert found == (f"#{at.quoted(section.sheet)}!{cell}" if "!" not in cell else "#'校验'!A1")


def test_a_mark_of_a_blank_figure_is_shown_blank(form_2021: Form) -> None:
    """As it is printed: a nought nobody typed would read as one somebody counted."""
    text = (Paragraph("新收{本年新收}件。"),)
    blank, layout = full_filing(form_2021, None).with_answers({"overview": text}), lay_out(form_2021)
    sheet = form_2021.section("overview").sheet
    mark = at.cell_name(layout.mark_rows()["本年新收"], at.MARK_VALUE_COLUMN)
    preview = at.cell_name(at.BODY_ROW + 1, at.PREVIEW_COLUMN)
    for filing, figure, said in ((blank, BLANK, f"新收{BLANK}件。"), (full_filing(form_2021), 0, "新收0件。")):
        cells = shown(filing.with_answers({"overview": text}))
        assert (cells[sheet, mark].value, cells[sheet, preview].value) == (figure, said)
