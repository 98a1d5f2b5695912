"""What merged/ and reports/ were made of, and whether that is still so.

Beside what it writes, a merge and a publication leave a record: which version of which return went in, which figures
and sentences came out, and what else they rest on. It is compared with the round as it stands now. A publication that
made other files than the one before leaves that one's record beside its own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.campaign.board.inputs import changed_inputs
from toolkit.campaign.board.parts import Part, parts_by
from toolkit.campaign.intake.receipts import answers_mark
from toolkit.campaign.sendback.versions import difference
from toolkit.errors import InputError, WorkbookError
from toolkit.files import read_file
from toolkit.filing.prose.wording import DRAFT
from toolkit.workbook.ledger import LEDGER_SHEET, without_sheets

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from pathlib import Path

    from toolkit.campaign.intake.receipts import Receipt
    from toolkit.campaign.intake.standings import Standing
    from toolkit.campaign.round.folder import Campaign
    from toolkit.filing.filing import Filing
    from toolkit.form.model import Form
    from toolkit.form.values import Value

RECORD = "made_of.json"
_STEM = RECORD.partition(".")[0]  # begins the names of the earlier ones too
ORGANS = "各机关"  # the folder of the organs' reports


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

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats of the reports, empty for a sum."""
        return tuple(self.document.get("formats", ()))


@dataclass(frozen=True, slots=True)
class Made:
    """What is left of a making: the files of the whole, and the codes of organs with their reports' formats.

    `is_renamed` says that files of the same formats have been made since under other names.
    """

    record: Record
    files: tuple[str, ...]
    organs: tuple[tuple[str, str], ...]
    is_renamed: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """The organs of which reports are left."""
        return tuple(dict.fromkeys(code for code, _ in self.organs))


@dataclass(frozen=True, slots=True)
class Stale:
    """Outputs that are no longer what the round holds: the folder's name, when they were made, why, in sentences.

    `formats` are those of the reports, `is_of_organs` says that those of single organs are among them. `leftover` are
    files that have another name now, so that making them anew leaves the old ones.
    """

    folder: str
    made_at: str
    reasons: tuple[str, ...]
    formats: tuple[str, ...] = ()
    is_of_organs: bool = False
    leftover: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What is stale, in words."""
        return {"merged": "汇总结果", "merged_line": "按条线的汇总结果"}.get(self.folder, "已出的报告")

    @property
    def again(self) -> str:
        """The command that makes it anew."""
        to, of_organs = "".join(f" --to {name}" for name in self.formats), " --all" if self.is_of_organs else ""
        return {"merged": "xxgk merge", "merged_line": "xxgk merge --by-line"}.get(
            self.folder, f"xxgk publish{to}{of_organs}"
        )

    @property
    def told(self) -> str:
        """What is stale and which command makes it anew, in words, without the reasons."""
        return self._told(f"请重新运行 {self.again}")

    @property
    def told_plainly(self) -> str:
        """The same for those who run no commands."""
        return self._told("要重做")

    def _told(self, remedy: str) -> str:
        made = self.made_at[:16].replace("T", " ")
        names = "、".join(f"“{name}”" for name in self.leftover)
        remedy = "新的换了文件名，请把旧的删去" if names else remedy
        return f"{self.title}{names}（{self.folder}，{made} 做的）已过时，{remedy}："


def is_record(name: str) -> bool:
    """Return whether a file, by its name or path with `/`, is a record of what outputs were made of."""
    file = name.rpartition("/")[2]
    return file.startswith(_STEM) and file.endswith(".json")


def records_of(folder: Path) -> tuple[Record, ...]:
    """Return the records in a folder of outputs, the newest first; one that cannot be read is left out."""
    paths = sorted(folder.glob(f"{_STEM}*.json"))
    found = [
        (path.name == RECORD, record.at, path.name, record) for path in paths if (record := _read(path)) is not None
    ]
    return tuple(record for *_, record in sorted(found, key=lambda one: one[:3], reverse=True))


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
    parts = parts_by(campaign.roster.depth_first(), standings)
    return {code: place.counts for code, place in standings.items() if place.counts and parts[code] is Part.COUNTED}


def prose_mark(filing: Filing) -> str:
    """Return a mark of what the coordinator has written in the consolidated workbook; our own draft is not theirs."""
    return words_mark(filing.answers, filing.form)


def words_mark(answers: Mapping[str, Value], form: Form) -> str:
    """Return the same of answers."""
    return answers_mark(dict(_written(answers, form)))


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


def left_of(records: Sequence[Record], folder: Path, campaign: Campaign) -> Iterator[Made]:
    """Yield for each record, the newest first, what of its outputs lies there still and was not made anew since."""
    files: set[str] = set()
    organs: set[tuple[str, str]] = set()
    stems = {organ.code: organ.stem for organ in campaign.roster.organs}
    suffixes: set[str] = set()
    for place, record in enumerate(records):
        whole = [name for name in record.document["files"] if name not in files]
        own = [
            (code, name)
            for code in record.document["organs"]
            for name in record.formats or ("",)
            if (code, name) not in organs
        ]
        files.update(whole)
        organs.update(own)
        if place:
            whole = [name for name in whole if (folder / name).exists()]
            own = [one for one in own if one[0] in stems and (folder / ORGANS / stems[one[0]]).is_dir()]
        is_renamed = bool(whole) and all(name.rpartition(".")[2] in suffixes for name in whole)
        suffixes.update(name.rpartition(".")[2] for name in whole)
        yield Made(record, tuple(whole), tuple(own), is_renamed)


def stale_outputs(campaign: Campaign, standings: Mapping[str, Standing]) -> tuple[Stale, ...]:
    """Return which outputs of a round are no longer true, and why."""
    found: list[Stale] = []
    for folder in (campaign.merged, campaign.merged_by_line, campaign.reports):
        for made in left_of(records_of(folder), folder, campaign):
            reasons = tuple(_reasons(campaign, standings, folder, made))
            if reasons and (made.files or made.organs):
                formats = made.record.formats if made.files else tuple(dict.fromkeys(name for _, name in made.organs))
                leftover = made.files if made.is_renamed else ()
                found.append(Stale(folder.name, made.record.at, reasons, formats, bool(made.organs), leftover))
    return tuple(found)


def _reasons(campaign: Campaign, standings: Mapping[str, Standing], folder: Path, made: Made) -> Iterator[str]:
    """Yield why what is left of a making is no longer true; of organs' reports alone, what became of those organs."""
    record, only = made.record, None if made.files else frozenset(made.codes)
    yield from changed_returns(campaign, standings, record, only)
    counted = {*record.returns, *counted_receipts(campaign, standings)}
    if known := record.document.get("inputs"):
        if only is not None:
            known = {name: value for name, value in known.items() if name in {"preamble", "form"}}
        yield from changed_inputs(campaign, folder, known, counted)
    if folder == campaign.reports and made.files:
        yield from _changed_prose(campaign, record)


def changed_returns(
    campaign: Campaign, standings: Mapping[str, Standing], record: Record, only: Container[str] | None = None
) -> Iterator[str]:
    """Yield a sentence for every organ of which something else counts now than when the outputs were made.

    With `only` of these organs alone.
    """
    counted = counted_receipts(campaign, standings)
    for code, receipt in counted.items():
        before = record.returns.get(code)
        if only is not None and code not in only:
            continue
        organ = campaign.roster.by_code[code].name
        if before is None:
            yield f"{organ}：原来没有计入，现在计入了“{receipt.name}”"
        elif before[1] != receipt.answers:
            yield f"{organ}：改用了“{receipt.name}”{_how_many(campaign, standings[code], before[0], receipt)}"
        elif before[2] != organ:
            yield f"{organ}：名称改了，原来是“{before[2]}”"
    for code, (_, _, organ) in record.returns.items():
        if code not in counted and (only is None or code in only):
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
        content = without_sheets(read_file(path), frozenset({LEDGER_SHEET}))
        filing = read_workbook(content, path.name, campaign.forms).filing
    except (InputError, WorkbookError):
        return
    if filing is not None and prose_mark(filing) != record.prose:
        yield f"汇总报表“{path.name}”里的文字或联系人改过了"
