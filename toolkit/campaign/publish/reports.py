"""The reports of a round: the whole's, marked provisional while organs are missing, and on request every organ's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.campaign.board.made_of import ORGANS
from toolkit.campaign.intake.history import Event, Step
from toolkit.campaign.intake.receipts import ReceiptBook
from toolkit.campaign.merge.bounds import bound_of
from toolkit.campaign.merge.consolidated import is_drafted, workbook_path
from toolkit.campaign.merge.recording import Outputs, record_files
from toolkit.campaign.round.progress import Progress
from toolkit.campaign.round.workers import Workers, run_chunks
from toolkit.errors import OutputError, ToolkitError
from toolkit.files import write_files
from toolkit.filing.filing import Filing
from toolkit.filing.findings import is_let_pass
from toolkit.filing.headlines import headlines
from toolkit.form.checks import State
from toolkit.form.registry import form_of_edition
from toolkit.report.publish import publish

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from toolkit.campaign.board.board import Round
    from toolkit.campaign.merge.adding import Merged
    from toolkit.form.values import Figure, Value


_UNFILLED = "草稿：还有格子没有填"


@dataclass(frozen=True)
class Job:
    """One organ's report to make, as plain values: a form and its caches do not travel between processes."""

    edition: str
    forms: Path | None
    organ: str
    code: str
    year: int
    answers: Mapping[str, Value]
    previous: Mapping[str, Figure]
    formats: tuple[str, ...]
    out: Path
    font_dir: Path | None
    provisional: str
    force: bool = False
    preamble: str = ""


def publish_whole(
    merged: Merged,
    formats: Sequence[str],
    out: Path,
    *,
    government: str = "",
    preamble: str = "",
    font_dir: Path | None = None,
    force: bool = False,
) -> tuple[Path, ...]:
    """Return the files of the whole's report, marked provisional while organs are missing or it has errors.

    `government` is whose report it is, by title and signature, where that is not the organ that compiled it; `preamble`
    takes the place of the form's.

    Raises:
        InputError: a format is unknown.
        OutputError: a format cannot be made or a file cannot be written.
    """
    whole, provisional = published_whole(merged, government), provisional_of(merged)
    return publish(whole, formats, out, provisional=provisional, preamble=preamble, font_dir=font_dir, force=force)


def published_whole(merged: Merged, government: str) -> Filing:
    """Return the whole as its report is published: in the name of `government` where that is another."""
    return replace(merged.whole, organ=government or merged.whole.organ)


def provisional_of(merged: Merged) -> str:
    """Return the line under the title of an unfinished report, empty for a finished one."""
    if merged.provisional:
        first = next(iter(headlines(merged.whole.form)), None)
        bound = bound_of(merged, first.known) if first else None
        return f"{merged.provisional}；“{first.label}”{bound.words}" if first and bound else merged.provisional
    is_finished = merged.is_sound and not is_drafted(merged.whole)
    return "" if is_finished else "草稿：还有内容待补或待改"


def publish_organs(
    state: Round,
    formats: Sequence[str],
    out: Path,
    *,
    workers: Workers | None = None,
    font_dir: Path | None = None,
    force: bool = False,
) -> int:
    """Return how many organs' reports were written, each into a folder of its own under `out`.

    Raises:
        OutputError: the reports of some organs could not be made; it names them with the reasons, and those of all
            others have been written.
    """
    campaign = state.campaign
    jobs = [
        Job(
            campaign.form.edition, campaign.forms, organ.name, organ.code, campaign.year,
            dict(state.returns[organ.code].answers), dict(state.returns[organ.code].previous), tuple(formats),
            out / ORGANS / organ.stem, font_dir, _provisional_of_organ(state, organ.code), force,
            campaign.preamble,
        )
        for organ in campaign.roster.depth_first()
        if organ.code in state.returns
    ]  # fmt: skip
    progress = Progress("生成报告", len(jobs))
    failed: list[str] = []
    for chunk, failures in run_chunks(publish_jobs, jobs, workers or Workers()):
        progress.add(len(chunk))
        failed += failures
    if failed:
        lines = "\n".join(f"  {failure}" for failure in failed)
        rest = f"其余 {len(jobs) - len(failed)} 家的已放在 {out / ORGANS}"
        raise OutputError(f"有 {len(failed)} 家机关的报告没有生成，{rest}：\n{lines}")
    return len(jobs)


def _provisional_of_organ(state: Round, code: str) -> str:
    """Return the line under the title of an organ's report: blanks that were let pass are not finished by that."""
    said = state.provisional.get(code, "")
    if said or not any(map(is_let_pass, state.accepted[code].findings)):
        return said
    has_blank = any(check.code is State.PENDING for check, _ in state.returns[code].broken.values())
    return _UNFILLED if has_blank else ""


def note_published(
    state: Round, merged: Merged, made: Sequence[Path], formats: Sequence[str], *, is_of_all: bool
) -> None:
    """Leave a record of what reports were made of, and put the step into the history.

    Raises:
        OutputError: it cannot be written.
    """
    campaign = state.campaign
    organs = tuple(state.returns) if is_of_all else ()
    outputs = Outputs(campaign.reports, workbook_path(campaign), made, organs, formats)
    write_files(record_files(state, merged, outputs))
    told = f"{'、'.join(formats)}{f'，连同 {len(organs)} 家机关的' if organs else ''}"
    with ReceiptBook(campaign.receipts_file) as book:
        book.record(Event(Step.PUBLISH, told=told))


def publish_jobs(jobs: Sequence[Job]) -> tuple[str, ...]:
    """Write the reports of some organs and return, for each that could not be made, who and why; for any process."""
    return tuple(failure for job in jobs if (failure := _publish_one(job)))


def _publish_one(job: Job) -> str:
    form = form_of_edition(job.edition, job.forms)
    filing = Filing(form, job.organ, job.code, job.year, job.answers, job.previous)
    try:
        publish(
            filing, job.formats, job.out, provisional=job.provisional, preamble=job.preamble, font_dir=job.font_dir,
            force=job.force,
        )  # fmt: skip
    except ToolkitError as error:  # one organ's odd character must not cost all the others their reports
        return f"{job.organ}：{error}"
    return ""
