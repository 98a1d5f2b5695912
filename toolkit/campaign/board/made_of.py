"""What merged/ and reports/ were made of, and whether that is still so.

Beside what it writes, a merge and a publication leave a record: which version of which return went in, which figures
and sentences came out. It is compared with the round as it stands now.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.campaign.board.parts import Part, parts_of
from toolkit.campaign.intake.receipts import answers_mark
from toolkit.campaign.sendback.versions import difference
from toolkit.errors import InputError, WorkbookError
from toolkit.files import read_file
from toolkit.filing.prose.wording import DRAFT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.intake.standings import Standing
    from toolkit.campaign.round.folder import Campaign
    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form
    from toolkit.form.values import Value

RECORD = "made_of.json"


@dataclass(frozen=True)
class Record:
    """One record: when and by whom the outputs were made, of what. `returns` are hash, answers and name by code."""

    at: str
    who: str
    returns: Mapping[str, tuple[str, str, str]]
    workbook: str
    seen: tuple[int, int]  # size and time of change of the consolidated workbook then
    prose: str
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stale:
    """Outputs that are no longer what the round holds: the folder's name, when they were made, why, in sentences."""

    folder: str
    made_at: str
    reasons: tuple[str, ...]

    @property
    def told(self) -> str:
        """What is stale, in words, without the reasons."""
        title = {"merged": "汇总结果", "reports": "已出的报告"}.get(self.folder, self.folder)
        again = {"merged": "xxgk merge", "reports": "xxgk publish"}.get(self.folder, "")
        return f"{title}（{self.folder}，{self.made_at[:16].replace('T', ' ')} 做的）已过时，请重新运行 {again}："


def records_of(folder: Path) -> tuple[Record, ...]:
    """Return the records in a folder of outputs, the newest first; one that cannot be read is left out."""
    paths = sorted(folder.glob(f"{RECORD.partition('.')[0]}*.json"), key=lambda path: path.name == RECORD, reverse=True)
    found = [record for path in paths if (record := _read(path)) is not None]
    return (*found[:1], *sorted(found[1:], key=lambda record: record.at, reverse=True))


def _read(path: Path) -> Record | None:
    try:
        known = json.loads(read_file(path))
        returns = {code: (one["sha256"], one["answers"], one["organ"]) for code, one in known["returns"].items()}
        size, changed = known["workbook_seen"]
        return Record(
            known["at"], known["who"], returns, known["workbook"], (size, changed), known["prose_mark"], known
        )
    except (ValueError, KeyError, TypeError, AttributeError, InputError):
        return None


def counted_receipts(campaign: Campaign, standings: Mapping[str, Standing]) -> Mapping[str, Receipt]:
    """Return the receipts whose figures are added, by code; those within another's return are left out."""
    accepted = {code: place.counts for code, place in standings.items() if place.counts is not None}
    parts = parts_of(campaign.roster.depth_first(), accepted)
    return {code: receipt for code, receipt in accepted.items() if parts[code] is Part.COUNTED}


def prose_mark(filing: Filing) -> str:
    """Return a mark of what the coordinator has written in the consolidated workbook; our own draft is not theirs."""
    return answers_mark(dict(_written(filing.answers, filing.form)))


def _written(answers: Mapping[str, Value], form: Form) -> Iterator[tuple[str, Value]]:
    for name, value in answers.items():
        field = form.fields.get(name)
        if field is None or field.kind.is_figure:
            continue
        if isinstance(value, tuple):
            yield name, tuple(paragraph for paragraph in value if not paragraph.text.startswith(DRAFT))
        else:
            yield name, value


def seen(path: Path) -> tuple[int, int]:
    """Return size and time of change of a file, nought where it is not there."""
    try:
        known = path.stat()
    except OSError:
        return 0, 0
    return known.st_size, known.st_mtime_ns


def stale_outputs(campaign: Campaign, standings: Mapping[str, Standing]) -> tuple[Stale, ...]:
    """Return which outputs of a round are no longer true, and why."""
    found: list[Stale] = []
    for folder in (campaign.merged, campaign.reports):
        for record in records_of(folder)[:1]:
            reasons = [*changed_returns(campaign, standings, record)]
            if folder == campaign.reports:
                reasons += _changed_prose(campaign, record)
            if reasons:
                found.append(Stale(folder.name, record.at, tuple(reasons)))
    return tuple(found)


def changed_returns(campaign: Campaign, standings: Mapping[str, Standing], record: Record) -> Iterator[str]:
    """Yield a sentence for every organ of which something else counts now than when the outputs were made."""
    counted = counted_receipts(campaign, standings)
    for code, receipt in counted.items():
        before = record.returns.get(code)
        organ = campaign.roster.by_code[code].name
        if before is None:
            yield f"{organ}：原来没有计入，现在计入了“{receipt.name}”"
        elif before[1] != receipt.answers:
            yield f"{organ}：改用了“{receipt.name}”{_how_many(campaign, standings[code], before[0], receipt)}"
        elif before[2] != organ:
            yield f"{organ}：名称改了，原来是“{before[2]}”"
    for code, (_, _, organ) in record.returns.items():
        if code not in counted:
            yield f"{organ}：原来计入，{_why_gone(standings.get(code))}"


def _how_many(campaign: Campaign, place: Standing, before: str, receipt: Receipt) -> str:
    old = next((one for one in place.versions if one.sha256 == before), None)
    count = len(difference(campaign.form, old, receipt).changes) if old else 0
    return f"，有 {count} 格不同" if count else ""


def _why_gone(place: Standing | None) -> str:
    if place is None:
        return "名册里已没有它"
    if place.counts:
        return "现在由上级汇总报送"
    if place.unfit:
        return "新交的一份要改，现在不计"
    return "现在作废了" if place.withdrawn else "现在不计"


def _changed_prose(campaign: Campaign, record: Record) -> Iterator[str]:
    """Tell where somebody has written in the consolidated workbook since a report was made of it."""
    from toolkit.workbook.returned.reading import read_workbook

    path = campaign.merged / record.workbook
    if not record.workbook or seen(path) in {record.seen, (0, 0)}:
        return
    try:
        filing = read_workbook(read_file(path), path.name, campaign.forms).filing
    except (InputError, WorkbookError):
        return
    if filing is not None and prose_mark(filing) != record.prose:
        yield f"汇总报表“{path.name}”里的文字或联系人改过了"
