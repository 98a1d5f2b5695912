"""The long work of the desk: each calls what its command calls, and tells the outcome in a few sentences."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from toolkit.audit.page import review_page
from toolkit.audit.reviewing import review_files
from toolkit.audit.workbook import review_workbook
from toolkit.campaign.board.reminders import write_reminders
from toolkit.campaign.collecting import collect_returns
from toolkit.campaign.deciding import record_step
from toolkit.campaign.intake.carried.published_reports import carry_from_reports
from toolkit.campaign.intake.history import Step
from toolkit.campaign.intake.standings import State
from toolkit.campaign.issue.issuing import issue_workbooks
from toolkit.campaign.merge.consolidated import merge_round, write_merged
from toolkit.campaign.publish.private import private_findings
from toolkit.campaign.publish.reports import note_published, provisional_of, publish_organs, publish_whole
from toolkit.campaign.round.folder import open_campaign
from toolkit.campaign.round.progress import Progress
from toolkit.campaign.round.workers import Workers
from toolkit.cli.printing.boards import open_board, reminders_line, write_boards
from toolkit.cli.printing.documents import review_lines
from toolkit.cli.printing.rounds import carried_lines
from toolkit.demo.round import run_district
from toolkit.desk.jobs import Outcome
from toolkit.desk.rounds import key_of
from toolkit.files import data_folder, write_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from toolkit.campaign.collecting import Collected
    from toolkit.campaign.issue.issuing import Issued
    from toolkit.desk.jobs import Job, Jobs

# Files of one step: so many are read before the page is told again.
STEP = 5
REVIEW_PAGE, REVIEW_WORKBOOK = "审核.html", "审核.xlsx"
_SHOWN = 20


def carry_reports(folder: Path, reports: Sequence[Path]) -> Outcome:
    """Take last year's figures out of published reports, as `xxgk init --previous-reports` does."""
    campaign = open_campaign(folder)
    return Outcome(tuple(carried_lines(campaign, carry_from_reports(campaign, reports))))


def issue(folder: Path) -> Outcome:
    """Make every organ's workbook, as `xxgk issue` does."""
    return Outcome(tuple(_issued(issue_workbooks(folder, Workers(chunk=STEP)))))


def _issued(issued: Issued) -> Iterator[str]:
    yield f"已下发 {len(issued.sheets)} 份报表，其中新生成 {len(issued.written)} 份。"
    if issued.withdrawn:
        yield f"名册里已没有的 {len(issued.withdrawn)} 份移到了“已撤回”。"
    names = {sheet.code: sheet.organ for sheet in issued.sheets}
    yield from _some(
        f"{len(issued.without_previous)} 个机关没有填上年数据：",
        {names[code]: reason for code, reason in issued.without_previous.items()},
    )


def collect(folder: Path, files: Sequence[Path] = ()) -> Outcome:
    """Read what is new in inbox/, as `xxgk collect` does, and bring the board's files up to date."""
    collected = collect_returns(folder, files, Workers(chunk=STEP))
    _, board = open_board(folder)
    write_boards(folder, board)
    return Outcome(tuple(_collected(collected)))


def _collected(collected: Collected) -> Iterator[str]:
    repeated = f"，{len(collected.repeated)} 份与收过的内容相同" if collected.repeated else ""
    yield f"新收 {len(collected.new)} 份{repeated}。"
    yield (
        f"现在 {collected.count(State.ACCEPTED)} 家已通过，{collected.count(State.NEEDS_FIXING)} 家待修改，"
        f"{collected.count(State.MISSING)} 家未报。"
    )
    if collected.questions:
        yield f"有 {len(collected.questions)} 项等你定，列在“等你定的”里。"
    if collected.unplaced:
        yield f"{len(collected.unplaced)} 个文件不知道是谁的，列在下面“归不了的文件”里。"
    yield from _some(f"{len(collected.blocked)} 个文件没有收进来：", collected.blocked)


def _some(head: str, told: Mapping[str, str]) -> Iterator[str]:
    if told:
        yield head
    yield from (f"{name}：{reason}" for name, reason in list(told.items())[:_SHOWN])
    if len(told) > _SHOWN:
        yield f"……另有 {len(told) - _SHOWN} 个"


def remind(folder: Path) -> Outcome:
    """Write the words for everybody who is late, as `xxgk remind` does."""
    state, board = open_board(folder)
    made = write_reminders(state.campaign, board)
    record_step(state.campaign, Step.REMIND, f"{made.organs} 家")
    return Outcome((reminders_line(made, made.folder.name),))


def merge(folder: Path, *, by_line: bool) -> Outcome:
    """Write the consolidated workbook and the data files, as `xxgk merge` does."""
    state, board = open_board(folder)
    merged = merge_round(state, by_line=by_line)
    paths = write_merged(merged, state, board, by_line=by_line)
    complete = merged.provisional or f"应计入 {merged.expected} 家，全部到齐。"
    return Outcome((f"已生成汇总报表和数据文件，共 {len(paths)} 个。", complete))


def publish(folder: Path, formats: Sequence[str], *, with_organs: bool, force: bool) -> Outcome:
    """Write the report of the whole, and on request every organ's, as `xxgk publish` does."""
    state, _ = open_board(folder)
    merged, out = merge_round(state), state.campaign.reports
    government, preamble = state.campaign.government, state.campaign.preamble
    paths = publish_whole(merged, formats, out, government=government, preamble=preamble, force=force)
    organs = publish_organs(state, formats, out, workers=Workers(chunk=STEP), force=force) if with_organs else 0
    note_published(state, merged, paths, formats, is_of_all=with_organs)
    told = [f"已生成汇总报告 {len(paths)} 个文件。"]
    told += [f"已生成 {organs} 家机关的报告。"] if organs else []
    held = len(private_findings(state, merged, is_of_all=with_organs))
    told += [f"报告里有 {held} 处像是不得公开的内容，公布前请改。"] if held else []
    told += [f"还不是定稿，标题下注明了“{provisional}”。"] if (provisional := provisional_of(merged)) else []
    return Outcome(tuple(told))


def review(files: Sequence[Path], out: Path) -> Outcome:
    """Review reports and write the result into a folder, as `xxgk audit` does."""
    progress = Progress("已审", len(files))
    reviewed = review_files(files, Workers(chunk=STEP), None, progress.add)
    page, workbook = out / REVIEW_PAGE, out / REVIEW_WORKBOOK
    write_files({page: review_page(reviewed, page), workbook: review_workbook(reviewed, workbook)})
    told = "\n".join(review_lines(reviewed)[-_SHOWN:])
    for path in files:
        told = told.replace(str(path), path.name)
    return Outcome(tuple(told.splitlines()))


def play_example(base: Path, job: Job) -> Outcome:
    """Play two years of the example district into a new folder under `base`, as `xxgk demo` does."""
    plan = tomllib.loads((data_folder("examples") / "demo.toml").read_text(encoding="utf-8"))["district"]
    last = run_district(base / plan["folder"], plan, lambda said: job.tell(said.strip().splitlines()[0]))
    return Outcome(("示例准备好了：一个区两年的年报，还有一家要改、一家没有报。",), key_of(base, last))


def begin_example(jobs: Jobs, base: Path) -> None:
    """Begin to play the example; InputError where another job is in hand."""
    jobs.start("准备示例", "", lambda job: play_example(base, job))
