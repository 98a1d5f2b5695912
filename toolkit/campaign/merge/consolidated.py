"""The consolidated workbook: a locked return of the coordinator whose figures are formulas over a ledger of all organs.

The next level reads it like any other return; whoever opens it in Excel can follow each total to the organ behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from toolkit.campaign.board.made_of import prose_mark, records_of, words_mark
from toolkit.campaign.board.parts import Part
from toolkit.campaign.board.sums import addends
from toolkit.campaign.board.workbook import BOARD_SHEET, COLOURS, FROM_MERGED, write_board
from toolkit.campaign.intake.carried.last_year import last_year_of
from toolkit.campaign.intake.history import Event, Step
from toolkit.campaign.intake.receipts import ReceiptBook
from toolkit.campaign.merge.adding import merge_filings, names_passed, reservation
from toolkit.campaign.merge.bounds import last_year_figures
from toolkit.campaign.merge.chart_sheet import CHART_SHEET, write_charts
from toolkit.campaign.merge.data import tidy_files
from toolkit.campaign.merge.ledger_sheets import LEVEL_SHEET, REMARK_SHEET, write_ledger, write_levels, write_remarks
from toolkit.campaign.merge.recording import OWN_WORDS, Outputs, record_files, refuse_edited
from toolkit.campaign.merge.year_before import year_before
from toolkit.campaign.round.seals import seal_of
from toolkit.errors import InputError
from toolkit.files import read_file, safe_stem, write_files
from toolkit.filing.prose.wording import DRAFT
from toolkit.form.values import Kind, Paragraph
from toolkit.workbook import layout as at
from toolkit.workbook.identity import PROVISIONAL_LABEL
from toolkit.workbook.ledger import LEDGER_SHEET, ledger_formula, without_sheets
from toolkit.workbook.returned.reading import read_workbook
from toolkit.workbook.template.blank import blank_filing
from toolkit.workbook.template.styles import CONDITIONS, FORMATS
from toolkit.workbook.template.workbook import Consolidation, write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from toolkit.campaign.board.board import Board, Round
    from toolkit.campaign.merge.adding import Merged
    from toolkit.campaign.round.folder import Campaign
    from toolkit.filing.filing import Filing
    from toolkit.form.values import Value
    from toolkit.workbook.template.writer import TemplateWriter

# What the coordinator types into the consolidated workbook; merging again keeps it.
TYPED = frozenset({Kind.TEXT, Kind.NOTE, Kind.EXPLANATION, Kind.CONTROL})
OWN_SHEETS = frozenset({BOARD_SHEET, CHART_SHEET, LEVEL_SHEET, LEDGER_SHEET, REMARK_SHEET})  # nobody types there
NAMED = 20  # missing organs a draft names before it only counts them


def workbook_path(campaign: Campaign) -> Path:
    """Return where a campaign's consolidated workbook stands."""
    return campaign.merged / f"汇总-{safe_stem(campaign.organ)}{campaign.year}.xlsx"


def merge_round(state: Round, *, by_line: bool = False) -> Merged:
    """Return the sum of a round, with the prose and contacts the coordinator typed into the consolidated workbook.

    The whole is the same by either hierarchy; `by_line` gives the levels of the second.

    Raises:
        InputError: nothing is in yet, there is no second hierarchy, or the file that stands in the workbook's place
            cannot be read.
    """
    campaign = state.campaign
    if not state.returns and (kept := [place.organ.name for place in state.standings.values() if place.kept]):
        reason = (
            f"没有计入的报表：{kept[0]}{f'等 {len(kept)} 家' if kept[1:] else ''}新交的一份要改，原来通过的暂不计入"
        )
        raise InputError("汇总", [f"{reason}；改好再收，或在 campaign.toml 里写 keeps_older = true"])
    base, _ = blank_filing(campaign.form, campaign.organ, campaign.code, campaign.year)
    base = base.with_answers(_typed_before(campaign, by_line=by_line))
    record = cache(lambda: last_year_of(campaign))  # read once, and only where somebody asks
    roster = campaign.roster.by_line() if by_line else campaign.roster
    merged = merge_filings(
        roster,
        state.returns,
        base,
        before=year_before(state, record),
        provisional=state.provisional,
        waivers=state.let_pass,
        passed=names_passed(state.accepted),
    )
    return replace(merged, whole=_with_draft(merged), last_year=last_year_figures(state, merged.missing, record))


def _typed_before(campaign: Campaign, *, by_line: bool) -> Mapping[str, Value]:
    """Return what was typed into the workbook; that by the second hierarchy has the words of the first until its own.

    Words are its own where they are no longer as they were when it was made.
    """
    typed = _typed_in(campaign, workbook_path(campaign))
    if not by_line:
        return typed
    own = _typed_in(campaign, campaign.merged_by_line / workbook_path(campaign).name)
    made = next(iter(records_of(campaign.merged_by_line)), None)
    mark = words_mark(own, campaign.form)
    is_own = bool(own) and (made is None or made.document.get(OWN_WORDS) is True or mark != made.prose)
    return {**typed, **own} if is_own else typed


def _typed_in(campaign: Campaign, path: Path) -> Mapping[str, Value]:
    if not path.is_file():
        return {}
    reading = read_workbook(without_sheets(read_file(path), OWN_SHEETS), path.name, campaign.forms)
    filing = reading.filing
    if filing is None or filing.form.edition != campaign.form.edition:
        reason = reading.findings[-1].message if reading.findings else "不是这个版本的汇总报表"
        advice = "里面可能有已写的文字，所以没有覆盖；请把它改名或移走，再汇总"
        raise InputError(str(path), [f"{reason}；{advice}"])
    fields = campaign.form.fields
    return {name: value for name, value in filing.answers.items() if name in fields and fields[name].kind in TYPED}


def _with_draft(merged: Merged) -> Filing:
    """Return the whole with a draft of its first prose section, unless the coordinator has written there."""
    first = _first_prose(merged.whole)
    written = merged.whole.paragraphs(first) if first else ()
    if not first or (written and not is_drafted(merged.whole)):
        return merged.whole
    return merged.whole.with_answers({first: (Paragraph(DRAFT + _draft(merged)), *written[1:])})


def is_drafted(whole: Filing) -> bool:
    """Return whether the first prose section still begins with our draft."""
    first = _first_prose(whole)
    return bool(first) and any(one.text.startswith(DRAFT) for one in whole.paragraphs(first)[:1])


def _first_prose(whole: Filing) -> str:
    """Return the first section of prose; empty where the form is of tables alone."""
    return next((section.id for section in whole.form.sections if not section.is_table), "")


def _draft(merged: Merged) -> str:
    text = f"本报告应汇总 {merged.expected} 家行政机关的数据，已汇总 {len(merged.counted)} 家"
    if not merged.missing:
        return f"{text}，全部到齐{reservation(merged.shares)}。{_not_expected(merged)}"
    names = "、".join(share.organ.name for share in merged.missing[:NAMED])
    more = f"等 {len(merged.missing)} 家" if len(merged.missing) > NAMED else ""
    return f"{text}，尚缺：{names}{more}。{_not_expected(merged)}"


def _not_expected(merged: Merged) -> str:
    """Return which organs hand in no return of their own and on what ground, as a sentence; empty without any."""
    exempt = [share.organ for share in merged.shares if share.part is Part.EXEMPT]
    if not exempt:
        return ""
    names = "、".join(f"{organ.name}（{organ.ground}）" for organ in exempt[:NAMED])
    more = f"等 {len(exempt)} 家" if len(exempt) > NAMED else ""
    return f"另有不单独报送的：{names}{more}。"


def write_merged(
    merged: Merged, state: Round, board: Board, *, by_line: bool = False, force: bool = False
) -> tuple[Path, ...]:
    """Write the consolidated workbook and the data files beside it, all or none, and return where they stand.

    A record of what they were made of is written with them, and the step goes into the history. Those by the second
    hierarchy have a folder of their own. `force` overwrites data files that somebody has edited since.

    Raises:
        InputError: a data file is not as the last merge wrote it.
        OutputError: a file cannot be written; those of before are still whole.
    """
    folder = state.campaign.merged_by_line if by_line else state.campaign.merged
    workbook = folder / workbook_path(state.campaign).name
    data = tidy_files(merged)
    if not force:
        refuse_edited(folder, data)
    files: dict[Path, bytes | Iterable[bytes]] = {workbook: consolidated_workbook(merged, state, board)}
    files |= {folder / name: content for name, content in data.items()}
    made = tuple(files)
    own = by_line and prose_mark(merged.whole) != words_mark(
        _typed_in(state.campaign, workbook_path(state.campaign)), state.campaign.form
    )
    outputs = Outputs(folder, workbook, made, data=data, has_own_words=own)
    write_files({**files, **record_files(state, merged, outputs)})
    with ReceiptBook(state.campaign.receipts_file) as book:
        told = merged.provisional or f"应计入 {merged.expected} 家，全部到齐"
        book.record(Event(Step.MERGE, told=f"按条线，{told}" if by_line else told))
    return made


@dataclass(frozen=True)
class Sources:
    """What the sheets of a consolidated workbook are drawn from."""

    merged: Merged
    state: Round
    board: Board


def consolidated_workbook(merged: Merged, state: Round, board: Board) -> bytes:
    """Return the consolidated workbook as .xlsx bytes.

    Its identity is the coordinator's, with the words of a sum that is not complete, so that whoever reads the file next
    knows; the seal and password are the campaign's. A figure no return gives stays blank.
    """
    form, count = merged.whole.form, len(merged.counted)
    summed = [name for name in addends(form) if merged.whole.figure(name) is not None]
    sources = Sources(merged, state, board)
    sheets = (
        (BOARD_SHEET, lambda writer, sheet: _write_progress(writer, sheet, sources)),
        (CHART_SHEET, lambda writer, sheet: write_charts(writer, sheet, merged)),
        (LEVEL_SHEET, lambda writer, sheet: write_levels(writer, sheet, merged)),
        (LEDGER_SHEET, lambda writer, sheet: write_ledger(writer, sheet, merged, state)),
        (REMARK_SHEET, lambda writer, sheet: write_remarks(writer, sheet, merged)),
    )
    return write_workbook(
        merged.whole,
        seal=seal_of(state.campaign, state.campaign.code),
        provisional=merged.provisional,
        password=state.campaign.key.password,
        consolidation=Consolidation(
            {name: ledger_formula(form, name, 0, count) for name in summed}, sheets, frozenset({LEDGER_SHEET})
        ),
    )


def _write_progress(writer: TemplateWriter, sheet: Any, sources: Sources) -> None:
    formats = dict(writer.formats)
    for name in COLOURS.values():
        formats[name] = writer.book.add_format({**FORMATS["cell"], **CONDITIONS[name]})
    write_board(sheet, formats, sources.board, FROM_MERGED)
    _say_provisional(writer, sources.merged)


def _say_provisional(writer: TemplateWriter, merged: Merged) -> None:
    """Say on the cover how complete the sum is, in the free row over the list of sheets."""
    cover = writer.book.get_worksheet_by_name(writer.form.words.cover)
    row = at.COVER_COUNTS_ROW - 1
    writer.put(cover, row, at.COVER_LABEL, PROVISIONAL_LABEL, "label")
    complete = f"应计入 {merged.expected} 家，全部到齐"
    writer.put(cover, row, at.COVER_VALUE, merged.provisional or complete, "identity")
    cover.set_row(row, 22)
