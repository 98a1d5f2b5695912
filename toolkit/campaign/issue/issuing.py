"""Issue the workbooks: one per organ into outbox/, what has not changed left untouched, bundles for every parent."""

from __future__ import annotations

import csv
import hashlib
import time
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from toolkit.campaign.intake.carried.last_year import LastYear, last_year_of
from toolkit.campaign.issue.bundles import write_bundles
from toolkit.campaign.issue.copies import CopyMaker
from toolkit.campaign.issue.letters import write_letters
from toolkit.campaign.round.folder import Campaign, keep_definition, open_campaign
from toolkit.campaign.round.lock import exclusively
from toolkit.campaign.round.output_files import move_aside, write_if_new
from toolkit.campaign.round.progress import Progress
from toolkit.campaign.round.workers import Workers, run_chunks
from toolkit.errors import InputError
from toolkit.files import csv_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from toolkit.campaign.round.roster import Organ
    from toolkit.form.values import Figure

WITHDRAWN = "已撤回"
Job = tuple["Organ", "Mapping[str, Figure]"]  # an organ and its figures of last year


@dataclass(frozen=True, slots=True)
class IssuedWorkbook:
    """One line of the manifest: whose workbook, its file in outbox/, and the hash of its bytes."""

    code: str
    organ: str
    file: str
    sha256: str


@dataclass(frozen=True)
class Issued:
    """What issuing did. `without_previous` says for which organs last year's figures are wanting, and why."""

    sheets: tuple[IssuedWorkbook, ...]
    written: tuple[str, ...]
    withdrawn: tuple[str, ...]
    without_previous: Mapping[str, str]


def issue_workbooks(folder: Path, workers: Workers | None = None) -> Issued:
    """Write every organ's workbook, the manifest, the zips and the notes; bytes that are the same are not written.

    Raises:
        InputError: the campaign or the round before cannot be opened, or another command is at work in the folder.
        OutputError: a file cannot be written; run again to go on.
    """
    campaign = open_campaign(folder)
    if campaign.key.is_lost:
        raise InputError(str(folder), ["找不到密钥文件 key.toml；没有它就不能给报表做下发标记和密码，请从备份恢复"])
    with exclusively(folder, "下发（xxgk issue）"):
        campaign = keep_definition(campaign)
        record = last_year_of(campaign)
        jobs: list[Job] = [(organ, record.of(organ)) for organ in campaign.roster.expected]
        progress = Progress("下发报表", len(jobs))
        hashes: dict[str, str] = {}
        written: list[str] = []
        for chunk, made in run_chunks(partial(_write_chunk, folder, time.monotonic_ns()), jobs, workers or Workers()):
            hashes |= {code: sha256 for code, sha256, _ in made}
            written += [code for code, _, is_new in made if is_new]
            progress.add(len(chunk))
        sheets = tuple(
            IssuedWorkbook(organ.code, organ.name, campaign.file_name(organ), hashes[organ.code])
            for organ in campaign.roster.expected
        )
        withdrawn = _withdraw(campaign, sheets)
        write_if_new(campaign.manifest, _manifest(sheets))
        write_letters(campaign)
        write_bundles(campaign, {sheet.code: (sheet.file, sheet.sha256) for sheet in sheets})
    return Issued(sheets, tuple(written), withdrawn, _wanting(campaign, record))


@lru_cache(maxsize=1)
def _press(folder: Path, began: int) -> tuple[Campaign, CopyMaker]:  # noqa: ARG001 (tells one issue from the next)
    """Return the press of one issue, kept in every process that works at it."""
    campaign = open_campaign(folder, has_roster=False)  # a second one of all organs would only fill memory
    return campaign, CopyMaker(campaign)


def _write_chunk(folder: Path, began: int, jobs: Sequence[Job]) -> list[tuple[str, str, bool]]:
    """Write the workbooks of some organs; return code, hash and whether the file is new or changed."""
    campaign, press = _press(folder, began)
    made: list[tuple[str, str, bool]] = []
    for organ, previous in jobs:
        content = press.workbook(organ, previous)
        is_new = write_if_new(campaign.outbox / campaign.file_name(organ), content)
        made.append((organ.code, hashlib.sha256(content).hexdigest(), is_new))
    return made


def _manifest(sheets: Iterable[IssuedWorkbook]) -> bytes:
    rows = ((sheet.code, sheet.organ, sheet.file, sheet.sha256) for sheet in sheets)
    return csv_bytes([("code", "organ", "file", "sha256"), *rows])


def read_manifest(campaign: Campaign) -> Iterator[IssuedWorkbook]:
    """Yield what was issued, in roster order of then, read line by line; nothing where nothing was."""
    path = campaign.manifest
    if not path.is_file():
        return
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            yield IssuedWorkbook(row["code"], row["organ"], row["file"], row["sha256"])


def _withdraw(campaign: Campaign, sheets: Iterable[IssuedWorkbook]) -> tuple[str, ...]:
    """Move workbooks of the last issue that no organ of the roster has any more out of the way; return their names."""
    kept = {sheet.file for sheet in sheets}
    gone = [sheet.file for sheet in read_manifest(campaign) if sheet.file not in kept]
    moved: list[str] = []
    for name in gone:
        if (campaign.outbox / name).exists():
            move_aside(campaign.outbox / name, campaign.outbox / WITHDRAWN / name)
            moved.append(name)
    return tuple(moved)


def _wanting(campaign: Campaign, record: LastYear) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for organ in campaign.roster.expected if campaign.previous else ():
        if missing := record.missing(organ):
            found[organ.code] = f"上一轮没有 {'、'.join(missing)} 的已通过报表"
        elif not record.of(organ):
            found[organ.code] = "上一轮名册中没有这个机关；如由别的机关改名、合并而来，请在名册里写前身代码"
    return found
